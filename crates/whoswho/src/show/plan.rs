//! Plans, line by line: what changes, before and after, and why.

use std::collections::BTreeMap;

use engine::project::for_create;
use engine::{Context, GroupCover};
use model::plan::{Mark, OpKind, Step};
use model::reason::{InReason, Reason};
use model::scope::Scope;
use model::source::VerifiedDomains;
use model::{ContactId, Field, PlanId, Policy, SourceId, Values};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Book, ConnectionRow, HoldRow, PlanRow, Result, RunRow, What};

use super::contact::counted;
use super::finding::{FindingJson, findings, findings_lines};
use super::words::{held_text, kind_text, reason_text};
use super::{Column, table};
use crate::people::Names;
use crate::texts::{pick, say};
use crate::when;

/// A plan with everything in it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanDocument {
    pub plan_id: Option<i64>,
    pub customer: String,
    pub operations: Vec<OperationJson>,
    pub holds: Vec<PlanHold>,
    pub findings: Vec<FindingJson>,
    /// What to choose before a run can bring anybody.
    pub next: Option<String>,
    /// Who stays out whatever the tenant says, as it is now.
    pub stay_out: StayOut,
    /// People and groups about whom something is rejected or undone, of a plan without operations.
    #[serde(skip)]
    pub rejected: i64,
}

impl PlanDocument {
    /// Puts what stands held or rejected into a plan without operations: it is why there are none.
    pub fn wait(&mut self, book: &Book, connection: &ConnectionRow) -> Result<()> {
        if !self.operations.is_empty() {
            return Ok(());
        }
        let waits = book.holds(connection.id)?.into_iter().filter(|hold| !hold.released);
        let hold = |hold: HoldRow| PlanHold {
            kind: hold.kind.name(),
            contact: hold.contact.map(|c| book.public_id(c).to_string()),
            source_id: hold.source.to_string(),
            held_by: hold.held_by.name(),
        };
        self.holds = waits.map(hold).collect();
        self.rejected = book.rejected(connection.id)?;
        Ok(())
    }

    /// Why a plan without operations has none, where it is not that book and directory agree.
    fn waits(&self) -> Vec<String> {
        let (held, rejected, slug) = (self.holds.len(), self.rejected, &self.customer);
        let held = (held > 0).then(|| {
            say!(
                "held: {held} (`whoswho holds {slug}` lists them)",
                "angehalten: {held} (`whoswho holds {slug}` zeigt sie)"
            )
        });
        let rejected = (rejected > 0).then(|| {
            say!(
                "people and groups that stay as they are, for something about them was rejected or undone: {rejected} (until they \
                 change in Microsoft 365; `whoswho explain {slug} PERSON` tells, `whoswho undo` of the undo takes that back)",
                "Personen und Gruppen, die bleiben, wie sie sind, weil etwas an ihnen abgelehnt oder rückgängig gemacht wurde: \
                 {rejected} (bis sie sich in Microsoft 365 ändern; `whoswho explain {slug} PERSON` sagt es, `whoswho undo` des \
                 Rückgängigmachens nimmt das zurück)"
            )
        });
        held.into_iter().chain(rejected).collect()
    }
}

/// People whom no run brings in.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct StayOut {
    /// Taken out of the scope by hand.
    pub excluded: usize,
    /// Erased, objected, restricted.
    pub kept_out: usize,
}

impl StayOut {
    fn of(book: &Book) -> Result<Self> {
        let excluded = match book.connection()? {
            Some(connection) => book.scope(connection.id)?.excluded.len(),
            None => 0,
        };
        Ok(Self { excluded, kept_out: book.kept_out()?.len() })
    }

    fn line(self) -> Option<String> {
        let (excluded, kept_out) = (self.excluded, self.kept_out);
        (excluded + kept_out > 0).then(|| {
            say!(
                "stay out: {excluded} excluded by hand, {kept_out} kept out",
                "bleiben draußen: {excluded} von Hand ausgenommen, {kept_out} ausgeschlossen"
            )
        })
    }
}

/// An operation of a plan.
#[derive(Debug, Clone, Serialize)]
pub struct OperationJson {
    pub kind: &'static str,
    pub contact: Option<String>,
    pub source_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: &'static str,
    pub reason_path: Vec<String>,
    pub text: &'static str,
    pub held_by: Option<&'static str>,
    pub outputs: Vec<String>,
    #[serde(skip)]
    pub what: &'static str,
    #[serde(skip)]
    pub why_held: Option<&'static str>,
}

/// An operation of a plan that waits for a person.
#[derive(Debug, Clone, Serialize)]
pub struct PlanHold {
    pub kind: &'static str,
    pub contact: Option<String>,
    pub source_id: String,
    pub held_by: &'static str,
}

/// A run that planned nothing still has findings.
pub fn empty_plan(book: &Book, run: &RunRow) -> Result<PlanDocument> {
    let findings = findings(book, &book.findings(run.id)?)?;
    let (customer, stay_out) = (book.customer.slug.clone(), StayOut::of(book)?);
    Ok(PlanDocument { customer, findings, stay_out, ..PlanDocument::default() })
}

/// What a plan does, with the findings of its run.
pub fn plan(book: &Book, id: PlanId) -> Result<PlanDocument> {
    let rows = book.plan_rows(id, 0, i64::from(u32::MAX))?;
    let connection = book.connection()?;
    let domains = connection.as_ref().map(|c| c.domains.clone()).unwrap_or_default();
    let people = rows.iter().filter(|r| matches!(r.what, What::Person { .. })).map(|r| r.source.clone());
    let contacts = rows.iter().filter_map(|r| r.contact);
    let names = Names::of(book, connection.as_ref().map(|c| c.id), people, contacts)?;
    let made = rows.iter().filter_map(|row| match &row.what {
        What::Group { group, name, former: _ } => Some((group.get(), name.clone())),
        What::Person { .. } | What::Members { .. } => None,
    });
    // Names as they are; a group that the plan makes has its planned name.
    let mut groups: BTreeMap<i64, String> = made.collect();
    groups.extend(book.groups()?.into_iter().map(|g| (g.id.get(), g.name.to_string())));
    let policy = book.policy()?;
    let reader = Reader { book, names, domains, groups, policy };
    let operations: Vec<OperationJson> = rows.iter().map(|row| reader.operation(row)).collect();
    let holds = operations.iter().filter_map(|o| {
        let (kind, contact, source_id) = (o.kind, o.contact.clone(), o.source_id.clone());
        o.held_by.map(|held_by| PlanHold { kind, contact, source_id, held_by })
    });
    let findings = match book.run_of(id)? {
        Some(run) => findings(book, &book.findings(run)?)?,
        None => Vec::new(),
    };
    let customer = book.customer.slug.clone();
    Ok(PlanDocument {
        plan_id: Some(id.0),
        customer,
        holds: holds.collect(),
        operations,
        findings,
        next: None,
        stay_out: StayOut::of(book)?,
        rejected: 0,
    })
}

/// What is needed to read a stored operation aloud.
struct Reader<'a> {
    book: &'a Book,
    names: Names,
    domains: VerifiedDomains,
    groups: BTreeMap<i64, String>,
    policy: Policy,
}

impl Reader<'_> {
    fn operation(&self, row: &PlanRow) -> OperationJson {
        let (before, after) = self.sides(row);
        let created = match &row.what {
            What::Person { created, .. } => *created,
            What::Group { .. } | What::Members { .. } => None,
        };
        let contact = created.or(row.contact);
        let (name, email) = match &row.what {
            What::Person { .. } => self.names.name_and_email(&row.source, row.contact),
            What::Group { name, .. } => (Some(name.clone()), None),
            What::Members { group, .. } => (self.groups.get(&group.get()).cloned(), None),
        };
        let path = match &row.reason {
            Reason::In(InReason::Group(path)) => path.iter().map(SourceId::to_string).collect(),
            _ => Vec::new(),
        };
        OperationJson {
            kind: row.kind.name(),
            contact: contact.map(|c| self.public(c)),
            source_id: row.source.to_string(),
            name,
            email,
            before,
            after,
            reason: row.reason.code(),
            reason_path: path,
            text: reason_text(&row.reason),
            held_by: row.held.map(model::plan::HeldBy::name),
            outputs: Vec::new(),
            what: if removes_group(row) {
                pick("remove the contact group", "Kontaktgruppe löschen")
            } else {
                kind_text(row.kind)
            },
            why_held: row.held.map(held_text),
        }
    }

    fn public(&self, contact: ContactId) -> String {
        self.book.public_id(contact).to_string()
    }

    /// Before and after. What does not exist is null.
    fn sides(&self, row: &PlanRow) -> (Option<Value>, Option<Value>) {
        match &row.what {
            What::Person { step, .. } => self.person(row, step),
            What::Group { name, .. } if removes_group(row) => (Some(json!({ "name": name })), None),
            What::Group { .. } if row.kind == OpKind::GroupUntie => {
                (Some(json!({ "subscribed": true })), Some(json!({ "subscribed": false })))
            }
            What::Group { group: _, name, former } => {
                (former.as_ref().map(|old| json!({ "name": old })), Some(json!({ "name": name })))
            }
            What::Members { join, leave, .. } => {
                let ids = |list: &[ContactId]| list.iter().map(|c| self.public(*c)).collect::<Vec<_>>();
                (Some(json!({ "left": ids(leave) })), Some(json!({ "joined": ids(join) })))
            }
        }
    }

    fn person(&self, row: &PlanRow, step: &Step) -> (Option<Value>, Option<Value>) {
        let whole = |contact: ContactId| self.names.contact(contact).map(|c| all(&c.values));
        match step {
            Step::Create { .. } => (None, self.created(&row.source)),
            Step::TakeOver { from } => {
                (Some(json!({ "contact": self.public(*from) })), self.created(&row.source))
            }
            Step::Remove { contact } => (whole(*contact), None),
            Step::MarkLeft { .. } => (Some(json!({ "left": false })), Some(json!({ "left": true }))),
            Step::Unlink { origin, mark, .. } => {
                let after = json!({ "linked": null, "left": *mark == Mark::Left });
                (Some(json!({ "linked": origin.name() })), Some(after))
            }
            Step::Wait { out, due, .. } => {
                let after = json!({
                    "out": out.map(|(reason, _)| reason.name()),
                    "since": out.map(|(_, since)| when::rfc3339(since)),
                    "until": due.map(when::rfc3339),
                });
                (None, Some(after))
            }
            Step::Adopt { .. }
            | Step::Update { .. }
            | Step::Relink { .. }
            | Step::Restore { .. }
            | Step::Return { .. } => {
                let mut sides = (Map::new(), Map::new());
                for change in step.changes() {
                    let name = change.field.name().to_owned();
                    sides.0.insert(name.clone(), value(change.field, change.before.as_deref()));
                    sides.1.insert(name, value(change.field, change.after.as_deref()));
                }
                (Some(Value::Object(sides.0)), Some(Value::Object(sides.1)))
            }
        }
    }

    /// What a created contact will hold.
    fn created(&self, source: &SourceId) -> Option<Value> {
        let user = self.names.user(source)?;
        let ctx = Context {
            policy: &self.policy,
            scope: &Scope::default(),
            cover: &GroupCover::default(),
            domains: &self.domains,
            held: &std::collections::BTreeSet::new(),
            as_of: model::Timestamp::START,
        };
        Some(all(&for_create(&ctx, user)))
    }
}

/// An undo takes back that a run made a contact group: that goes, while the source group stays in scope.
fn removes_group(row: &PlanRow) -> bool {
    row.kind == OpKind::GroupUntie && row.undo.is_some()
}

/// What becomes of groups in scope whose contact groups an undo removes.
fn scope_stays(plan: &PlanDocument) -> Option<String> {
    let goes = |o: &&OperationJson| o.kind == OpKind::GroupUntie.name() && o.after.is_none();
    let group = plan.operations.iter().find(goes)?;
    Some(say!(
        "a contact group goes unless somebody else was put into it; its group stays in scope: \
         `whoswho scope remove {0} group {1}` ends the subscription",
        "eine Kontaktgruppe geht, wenn niemand sonst hineingesetzt wurde; ihre Gruppe bleibt im Umfang: \
         `whoswho scope remove {0} group {1}` beendet das Abonnement",
        plan.customer,
        group.source_id
    ))
}

fn all(values: &Values) -> Value {
    Value::Object(Field::ALL.into_iter().map(|f| (f.name().to_owned(), value(f, values.get(f)))).collect())
}

fn value(field: Field, text: Option<&str>) -> Value {
    match (field, text) {
        (Field::BusinessPhones, text) => text.into_iter().flat_map(str::lines).collect::<Vec<_>>().into(),
        (_, Some(text)) => text.into(),
        (_, None) => Value::Null,
    }
}

/// Lines of a plan that a table shows; `--json` shows all.
const SHOWN: usize = 200;

/// A plan as a table, with what to do next and with the findings of its run.
pub fn plan_table(plan: &PlanDocument) -> String {
    let mut parts = vec![plan_lines(plan)];
    parts.extend(findings_lines(&plan.findings));
    parts.join("\n")
}

/// The same behind a report of its run, which tells the findings.
pub fn plan_lines(plan: &PlanDocument) -> String {
    let mut parts = Vec::new();
    if !plan.operations.is_empty() {
        parts.push(operations_table(plan.operations.iter().take(SHOWN)));
        if plan.operations.len() > SHOWN {
            parts.push(say!(
                "… and {} more; --json shows all",
                "… und {} weitere; --json zeigt alle",
                plan.operations.len() - SHOWN
            ));
        }
    }
    parts.push(plan_sum(plan));
    parts.extend(scope_stays(plan));
    parts.extend(plan.stay_out.line());
    if !plan.operations.is_empty() {
        parts.extend(plan.next.clone());
    }
    parts.join("\n")
}

/// These operations, a line or few each.
fn operations_table<'a>(operations: impl Iterator<Item = &'a OperationJson>) -> String {
    let mut table = table(&[
        Column::Whole(pick("what", "was")),
        Column::Name(pick("who", "wer")),
        Column::Text(pick("change", "Änderung")),
        Column::Text(pick("why", "warum")),
    ]);
    for o in operations {
        let held = o.why_held.map(|why| say!("\nheld: {why}", "\nangehalten: {why}")).unwrap_or_default();
        table.add_row([o.what.to_owned(), who(o), change_text(o), format!("{}{held}", o.text)]);
    }
    table.text()
}

/// The first lines of a plan and the sum of all, where the whole would fill screens.
pub fn plan_excerpt(plan: &PlanDocument, rows: usize) -> String {
    let table = operations_table(plan.operations.iter().take(rows));
    let more = plan.operations.len().saturating_sub(rows);
    let rest =
        if more > 0 { say!("… and {more} more\n", "… und {more} weitere\n") } else { String::new() };
    format!("{}\n{rest}{}", table.trim_end(), plan_sum(plan))
}

fn who(o: &OperationJson) -> String {
    match (&o.name, &o.email) {
        (Some(name), Some(email)) => format!("{name}\n{email}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => o.source_id.clone(),
    }
}

fn change_text(o: &OperationJson) -> String {
    let side = |side: &Option<Value>| side.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (side(&o.before), side(&o.after));
    let text = |v: Option<&Value>| match v {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) if list.len() > 3 => counted(list.len()),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Some(Value::Bool(true)) => pick("yes", "ja").to_owned(),
        Some(Value::Bool(false)) => pick("no", "nein").to_owned(),
        Some(other) => other.to_string(),
    };
    if o.kind == OpKind::Members.name() {
        let count = |side: &Map<String, Value>, key: &str| {
            side.get(key).and_then(Value::as_array).map_or(0, Vec::len)
        };
        let (join, leave) = (count(&after, "joined"), count(&before, "left"));
        return say!("joining: {join}, leaving: {leave}", "Zugänge: {join}, Abgänge: {leave}");
    }
    if let Some(until) = after.get("until").and_then(Value::as_str) {
        let until = when::shortened(until);
        return say!("until {until} UTC", "bis {until} UTC");
    }
    if o.before.is_none() || o.after.is_none() {
        return String::new();
    }
    let lines = after
        .iter()
        .map(|(name, new)| format!("{}: {} → {}", side_text(name), text(before.get(name)), text(Some(new))));
    lines.collect::<Vec<_>>().join("\n")
}

/// What a plan changes beside fields, whose names are the same in every language.
fn side_text(name: &str) -> &str {
    match name {
        "subscribed" => pick("subscribed", "abonniert"),
        "left" => pick("left", "ausgeschieden"),
        "linked" => pick("linked", "verknüpft"),
        field => field,
    }
}

/// How many operations of each kind a plan has, in a line.
pub fn plan_sum(plan: &PlanDocument) -> String {
    if plan.operations.is_empty() {
        let agree = || {
            pick(
                "nothing to do: book and directory agree",
                "nichts zu tun: Kontaktbuch und Verzeichnis stimmen überein",
            )
            .to_owned()
        };
        let why: Vec<String> = plan.next.clone().into_iter().chain(plan.waits()).collect();
        if why.is_empty() {
            return agree();
        }
        return say!("nothing to do: {}", "nichts zu tun: {}", why.join("; "));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for o in &plan.operations {
        *counts.entry(o.what).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(what, n)| format!("{what}: {n}")).collect();
    let held = if plan.holds.is_empty() {
        String::new()
    } else {
        say!("; {} held", "; angehalten: {}", plan.holds.len())
    };
    format!("{}{held}", counts.join(", "))
}
