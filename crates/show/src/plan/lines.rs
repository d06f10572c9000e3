//! A plan for people: its operations as a table, their sum, and why there are none.

use std::collections::BTreeMap;

use model::plan::OpKind;
use serde_json::{Map, Value};

use super::{OperationJson, PlanDocument, StayOut};
use crate::contact::counted;
use crate::finding::findings_lines;
use crate::texts::{pick, say};
use crate::when;
use crate::{Column, table};

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
        let held = o.why_held.map(|why| say!("\nheld: {why}", "\nzurückgehalten: {why}")).unwrap_or_default();
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
        say!("; {} held", "; zurückgehalten: {}", plan.holds.len())
    };
    format!("{}{held}", counts.join(", "))
}

/// What becomes of groups in scope whose contact groups an undo removes.
fn scope_stays(plan: &PlanDocument) -> Option<String> {
    let goes = |o: &&OperationJson| o.kind == OpKind::GroupUntie.name() && o.after.is_none();
    let group = plan.operations.iter().find(goes)?;
    Some(say!(
        "a contact group goes unless somebody else was put into it; its group stays in scope: \
         `whoswho scope remove {0} group {1}` ends the subscription",
        "eine Kontaktgruppe geht, wenn niemand sonst hineingesetzt wurde; ihre Gruppe bleibt im Personenkreis: \
         `whoswho scope remove {0} group {1}` beendet das Abonnement",
        plan.customer,
        group.source_id
    ))
}

impl PlanDocument {
    /// Why a plan without operations has none, where it is not that book and directory agree.
    fn waits(&self) -> Vec<String> {
        let (held, rejected, slug) = (self.holds.len(), self.rejected, &self.customer);
        let held = (held > 0).then(|| {
            say!(
                "held: {held} (`whoswho holds {slug}` lists them)",
                "zurückgehalten: {held} (`whoswho holds {slug}` zeigt sie)"
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

impl StayOut {
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
