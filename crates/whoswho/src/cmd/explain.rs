//! Explain: why somebody is in or out, step by step, and what the next run would do.

mod steps;

use ::sync::{Explanation, Stands};
use engine::Standing;
use model::plan::{HeldBy, Operation};
use model::reason::{InReason, Reason};
use model::{Field, SourceId};
use serde::Serialize;
use store::{Book, ConnectionRow};

use super::source;
use crate::app::App;
use crate::texts::{pick, say};
use show::people::{in_the_bin, sources_of, user_name};
use show::when;
use show::{self, FindingJson};

/// What `explain` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Contact id, source id or e-mail address
    person: String,
}

#[derive(Serialize)]
struct ExplanationJson {
    source_id: String,
    name: Option<String>,
    standing: &'static str,
    reason: Option<&'static str>,
    reason_path: Vec<String>,
    group_names: Vec<String>,
    text: String,
    contact: Option<String>,
    contact_name: Option<String>,
    /// Since when the contact lies in the bin.
    removed_at: Option<String>,
    linked: Option<&'static str>,
    out_since: Option<String>,
    groups: Vec<WayJson>,
    pins: Vec<PinJson>,
    former_email: Option<String>,
    rejected: Vec<&'static str>,
    rejections: Vec<RejectionJson>,
    holds: Vec<HeldJson>,
    steps: Vec<StepJson>,
    would: Vec<Would>,
    findings: Vec<FindingJson>,
}

/// A subscribed group that brings the person in, with the way down to the person's own group.
#[derive(Serialize)]
struct WayJson {
    source_id: String,
    name: String,
    path: Vec<String>,
}

/// A field that a person fixed.
#[derive(Serialize)]
struct PinJson {
    field: &'static str,
    reason: String,
    until: Option<String>,
}

/// What is not done because a person said so.
#[derive(Serialize)]
struct RejectionJson {
    kind: &'static str,
    undone_by_run: Option<i64>,
    why: Option<String>,
    at: String,
    stands: bool,
    text: String,
}

/// What waits.
#[derive(Serialize)]
struct HeldJson {
    kind: &'static str,
    held_by: &'static str,
    since: String,
    released: bool,
    text: String,
}

/// One step of the explanation.
#[derive(Serialize)]
struct StepJson {
    step: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Would {
    kind: &'static str,
    reason: &'static str,
    text: String,
    /// Who holds it; the next run does it where nobody does.
    held_by: Option<&'static str>,
    changes: Vec<ChangeJson>,
}

#[derive(Serialize)]
struct ChangeJson {
    field: &'static str,
    before: Option<String>,
    after: Option<String>,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, connection) = source::ready(app, &args.customer)?;
    let found = sources_of(&book, connection.id, &args.person)?;
    if found.is_empty()
        && let Some(there) = in_the_bin(&book, &args.person)?
    {
        anyhow::bail!(there);
    }
    if found.is_empty() {
        return Err(anyhow::anyhow!(say!(
            "nobody in the tenant and no linked contact is “{}”; `whoswho source users {} --search …` finds people",
            "niemand im Mandanten und kein verknüpfter Kontakt ist „{}“; `whoswho source users {} --search …` findet Personen",
            args.person,
            args.customer
        )));
    }
    let mut all = Vec::new();
    for id in &found {
        all.push(explain(app, &book, &connection, id)?);
    }
    app.answer(&all, |all| all.iter().map(lines).collect::<Vec<_>>().join("\n\n"));
    Ok(())
}

/// Why nothing came of a run about somebody, in one line: what waits or was rejected, what keeps the person out, or that the
/// book says already what Microsoft 365 does.
pub fn why_nothing(
    app: &App,
    book: &Book,
    connection: &ConnectionRow,
    id: &SourceId,
) -> anyhow::Result<String> {
    let e = explain(app, book, connection, id)?;
    let step = |name| e.steps.iter().find(|s| s.step == name).map(|s| s.text.clone());
    let rejected = if e.rejections.iter().any(|r| r.stands) { step("rejection") } else { None };
    let why = step("hold").or(rejected).unwrap_or_else(|| match (e.standing, step("scope")) {
        ("out" | "kept_out", Some(scope)) if scope.starts_with(&e.text) => scope,
        ("out" | "kept_out", Some(scope)) => format!("{}; {scope}", e.text),
        ("in", _) if e.contact.is_none() && !e.findings.is_empty() => {
            show::findings_lines(&e.findings).join("; ")
        }
        ("in", _) if e.contact.is_none() => step("next").unwrap_or_default(),
        ("in", _) => say!(
            "{}, and it says what Microsoft 365 does",
            "{}, und darin steht, was Microsoft 365 sagt",
            step("contact").unwrap_or_default()
        ),
        _ => e.text.clone(),
    });
    let who = e.name.unwrap_or(e.source_id);
    Ok(say!("nothing came of it: {who}: {why}", "es geschah nichts: {who}: {why}"))
}

fn explain(
    app: &App,
    book: &Book,
    connection: &ConnectionRow,
    id: &SourceId,
) -> anyhow::Result<ExplanationJson> {
    let told = app.wait(::sync::explain(book, connection.id, id))?;
    let person = told.person.as_ref();
    let link = person.and_then(|p| p.link.as_ref());
    let contact = person.and_then(|p| p.contact.as_ref().or(p.binned.as_ref()));
    let (standing, reason, path, text) = standing(told.standing.as_ref());
    let stands = told.rejections.iter().filter(|r| r.stands == Stands::Yes);
    let groups = ways(book, connection, &told)?;
    let pins = contact
        .map(|c| c.pins.iter().filter(|p| p.holds(when::now())).map(pin).collect())
        .unwrap_or_default();
    let former = link.and_then(|l| l.wrote_key.as_ref());
    let now = contact.and_then(|c| c.values.key());
    let mut json = ExplanationJson {
        source_id: id.to_string(),
        name: person.and_then(|p| p.mirror.as_ref()).and_then(|m| user_name(&m.user)),
        standing,
        reason,
        group_names: group_names(book, connection, &path)?,
        reason_path: path.iter().map(SourceId::to_string).collect(),
        text,
        contact: contact.map(|c| book.public_id(c.id).to_string()),
        contact_name: contact.and_then(|c| c.values.get(Field::DisplayName)).map(str::to_owned),
        removed_at: match person.and_then(|p| p.binned.as_ref()) {
            Some(contact) => book.binned(contact.id)?.map(|binned| when::rfc3339(binned.since)),
            None => None,
        },
        linked: link.map(|l| l.origin.name()),
        out_since: link.and_then(|l| l.out).map(|(_, since)| when::rfc3339(since)),
        groups,
        pins,
        former_email: former.filter(|k| now.as_ref() != Some(*k)).map(|k| k.as_str().to_owned()),
        rejected: stands.map(|r| r.row.kind.name()).collect(),
        rejections: told.rejections.iter().map(rejection).collect(),
        holds: holds(&book.customer.slug, &id.to_string(), &told),
        steps: Vec::new(),
        would: would(&told),
        findings: show::findings(book, &told.would.findings)?,
    };
    let scope = book.scope(connection.id)?;
    let subscribed: Vec<SourceId> = scope.active_groups().cloned().collect();
    let subscribed = group_names(book, connection, &subscribed)?;
    json.steps = steps::steps(&json, &told, &book.customer.slug, &subscribed);
    Ok(json)
}

fn ways(book: &Book, connection: &ConnectionRow, told: &Explanation) -> anyhow::Result<Vec<WayJson>> {
    let mut ways = Vec::new();
    for path in &told.ways {
        let names = group_names(book, connection, path)?;
        let (Some(root), Some(name)) = (path.first(), names.first()) else { continue };
        ways.push(WayJson { source_id: root.to_string(), name: name.clone(), path: names.clone() });
    }
    Ok(ways)
}

fn pin(pin: &model::Pin) -> PinJson {
    PinJson { field: pin.field.name(), reason: pin.reason.to_string(), until: pin.until.map(when::rfc3339) }
}

fn rejection(rejected: &::sync::Rejected) -> RejectionJson {
    let row = &rejected.row;
    let (what, at) = (show::kind_text(row.kind), when::short(row.at));
    let how = match (row.run, row.why.as_str()) {
        (Some(run), _) => say!(
            "{what}: undone by run {} on {at}",
            "{what}: rückgängig gemacht durch Lauf {} am {at}",
            run.0
        ),
        (None, "") => say!("{what}: rejected on {at}", "{what}: abgelehnt am {at}"),
        (None, why) => say!("{what}: rejected on {at}: {why}", "{what}: abgelehnt am {at}: {why}"),
    };
    let text = match rejected.stands {
        Stands::Yes => say!(
            "{how}; stays so until the person changes in Microsoft 365",
            "{how}; bleibt so, bis sich die Person in Microsoft 365 ändert"
        ),
        Stands::No => say!(
            "{how}; the person has changed since, so it counts no more",
            "{how}; die Person hat sich seither geändert, es gilt also nicht mehr"
        ),
    };
    RejectionJson {
        kind: row.kind.name(),
        undone_by_run: row.run.map(|r| r.0),
        why: (row.run.is_none() && !row.why.is_empty()).then(|| row.why.clone()),
        at: when::rfc3339(row.at),
        stands: rejected.stands == Stands::Yes,
        text,
    }
}

/// What waits, and the command that lets it go.
fn holds(slug: &str, id: &str, told: &Explanation) -> Vec<HeldJson> {
    let of = |id: &str, kind, what: &str, by: HeldBy, since, released, why: &str| {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let go = if released {
            pick("released; the next run applies it", "freigegeben; der nächste Lauf wendet es an").to_owned()
        } else {
            say!("`whoswho release {slug} {id}` lets it go", "`whoswho release {slug} {id}` gibt es frei")
        };
        let (since_when, by_whom) = (when::short(since), show::held_text(by));
        let text = say!(
            "{what}: held since {since_when}, {by_whom}{why}; {go}",
            "{what}: angehalten seit {since_when}, {by_whom}{why}; {go}"
        );
        HeldJson { kind, held_by: by.name(), since: when::rfc3339(since), released, text }
    };
    let why = told.held.as_ref().map_or("", |h| h.why.as_str());
    let row = |h: &store::HoldRow| {
        let why = if h.held_by == HeldBy::Person { why } else { "" };
        let id = if h.group.is_some() { format!("--group {}", h.source) } else { id.to_owned() };
        of(&id, h.kind.name(), show::kind_text(h.kind), h.held_by, h.since, h.released, why)
    };
    let mut all: Vec<HeldJson> = told.holds.iter().map(row).collect();
    let by_hand = told.holds.iter().any(|h| h.held_by == HeldBy::Person);
    if let (Some(person), false) = (&told.held, by_hand) {
        all.push(of(id, "any", pick("anything", "alles"), HeldBy::Person, person.since, false, why));
    }
    all
}

/// Code, reason, path of groups and sentence.
type Words = (&'static str, Option<&'static str>, Vec<SourceId>, String);

fn standing(standing: Option<&Standing>) -> Words {
    let with = |code, reason: Reason| {
        let path = match &reason {
            Reason::In(InReason::Group(path)) => path.clone(),
            _ => Vec::new(),
        };
        let text = show::reason_text(&reason).to_owned();
        (code, Some(reason.code()), path, text)
    };
    let plain = |code, reason, text: &str| (code, reason, Vec::new(), text.to_owned());
    match standing {
        Some(Standing::In(reason)) => with("in", Reason::In(reason.clone())),
        Some(Standing::Out(reason)) => with("out", Reason::Out(*reason)),
        Some(Standing::Hidden) => plain(
            "hidden",
            None,
            pick(
                "not seen, but not confirmed gone; nothing is removed",
                "nicht zu sehen, aber nicht bestätigt gelöscht; nichts wird entfernt",
            ),
        ),
        Some(Standing::Missing) => plain(
            "missing",
            None,
            pick(
                "missing together with many others; waits for a person as a hold",
                "fehlt zusammen mit vielen anderen; ist angehalten und wartet auf einen Menschen",
            ),
        ),
        Some(Standing::KeptOut(why)) => plain(
            "kept_out",
            Some(why.name()),
            pick("must not come back into the book", "darf nicht zurück ins Kontaktbuch"),
        ),
        None => plain(
            "unknown",
            None,
            pick(
                "the tenant has nobody with this id, as far as it was read",
                "soweit gelesen, hat der Mandant niemanden mit dieser Kennung",
            ),
        ),
    }
}

/// Names of groups, or their ids where the mirror does not know them.
fn group_names(book: &Book, connection: &ConnectionRow, path: &[SourceId]) -> anyhow::Result<Vec<String>> {
    let groups = book.mirror_groups(connection.id, path)?;
    let name = |id: &SourceId| groups.get(id).map_or_else(|| id.to_string(), |(g, _)| g.name.to_string());
    Ok(path.iter().map(name).collect())
}

fn would(told: &Explanation) -> Vec<Would> {
    let held_by = |o: &Operation| {
        let by_hand = told.held.as_ref().map(|_| HeldBy::Person);
        let waits = |h: &&store::HoldRow| h.kind == o.step.kind() && h.group.is_none() && !h.released;
        by_hand.or_else(|| told.holds.iter().find(waits).map(|h| h.held_by)).map(HeldBy::name)
    };
    let of = |o: &Operation| Would {
        kind: o.step.kind().name(),
        reason: o.reason.code(),
        text: format!("{}: {}", show::kind_text(o.step.kind()), show::reason_text(&o.reason)),
        held_by: held_by(o),
        changes: o.step.changes().iter().map(change).collect(),
    };
    told.would.operations.iter().map(of).collect()
}

fn change(change: &model::plan::FieldChange) -> ChangeJson {
    ChangeJson {
        field: change.field.name(),
        before: change.before.as_deref().map(str::to_owned),
        after: change.after.as_deref().map(str::to_owned),
    }
}

fn standing_text(code: &'static str) -> &'static str {
    match code {
        "in" => pick("in", "drin"),
        "out" => pick("out", "draußen"),
        "hidden" => pick("hidden", "verborgen"),
        "missing" => pick("missing", "vermisst"),
        "kept_out" => pick("kept out", "ausgeschlossen"),
        "unknown" => pick("unknown", "unbekannt"),
        other => other,
    }
}

fn lines(e: &ExplanationJson) -> String {
    let mut lines = vec![say!(
        "{} ({}) is {}: {}",
        "{} ({}) ist {}: {}",
        e.name.as_deref().unwrap_or(pick("somebody", "jemand")),
        e.source_id,
        standing_text(e.standing),
        e.text
    )];
    lines.extend(e.steps.iter().enumerate().map(|(n, s)| format!("  {}. {}", n + 1, s.text)));
    lines.extend(show::findings_lines(&e.findings).iter().map(|line| format!("  {line}")));
    lines.join("\n")
}
