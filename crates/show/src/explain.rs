//! Explain: why somebody is in or out, step by step, and what the next run would do (W14). Command line and pages alike.

mod document;
mod steps;

use engine::Standing;
use model::plan::{HeldBy, Operation};
use model::reason::{InReason, Reason};
use model::{Field, SourceId};
use store::{Book, ConnectionRow, Result};
use sync::{Explanation, Stands};

use crate::people::user_name;
use crate::texts::{pick, say};
use crate::when;
use crate::{findings, findings_lines, findings_on_pages, held_text, kind_text, reason_text};

pub use document::{ChangeJson, ExplanationJson, HeldJson, PinJson, RejectionJson, StepJson, WayJson, Would};

/// Who is told. Commands are for whoever types them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice<'a> {
    /// Somebody at the command line, about the customer of this short name.
    CommandLine(&'a str),
    /// Somebody at a page, which has a button where a command would stand.
    Pages,
}

impl Voice<'_> {
    /// A sentence, and behind it the command that would change what it says.
    fn with(self, sentence: String, command: impl FnOnce(&str) -> String) -> String {
        match self {
            Self::CommandLine(slug) => format!("{sentence}; {}", command(slug)),
            Self::Pages => sentence,
        }
    }
}

/// Why nothing came of a run about somebody, in one line: what waits or was rejected, what keeps the person out, or that the
/// book says already what Microsoft 365 does.
pub fn why_nothing(
    book: &Book,
    connection: &ConnectionRow,
    id: &SourceId,
    voice: Voice<'_>,
) -> Result<String> {
    let e = explain(book, connection, id, voice)?;
    let step = |name| e.steps.iter().find(|s| s.step == name).map(|s| s.text.clone());
    let rejected = if e.rejections.iter().any(|r| r.stands) { step("rejection") } else { None };
    let why = step("hold").or(rejected).unwrap_or_else(|| match (e.standing, step("scope")) {
        ("out" | "kept_out", Some(scope)) if scope.starts_with(&e.text) => scope,
        ("out" | "kept_out", Some(scope)) => format!("{}; {scope}", e.text),
        ("in", _) if e.contact.is_none() && !e.findings.is_empty() => findings_lines(&e.findings).join("; "),
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

/// Explains somebody from what is stored.
pub fn explain(
    book: &Book,
    connection: &ConnectionRow,
    id: &SourceId,
    voice: Voice<'_>,
) -> Result<ExplanationJson> {
    let told = sync::explanation(book, connection.id, id)?;
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
        holds: holds(voice, &id.to_string(), &told),
        steps: Vec::new(),
        would: would(&told),
        findings: match voice {
            Voice::CommandLine(_) => findings(book, &told.would.findings)?,
            Voice::Pages => findings_on_pages(book, &told.would.findings)?,
        },
    };
    let scope = book.scope(connection.id)?;
    let subscribed: Vec<SourceId> = scope.active_groups().cloned().collect();
    let subscribed = group_names(book, connection, &subscribed)?;
    json.steps = steps::steps(&json, &told, voice, &subscribed);
    Ok(json)
}

fn ways(book: &Book, connection: &ConnectionRow, told: &Explanation) -> Result<Vec<WayJson>> {
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

fn rejection(rejected: &sync::Rejected) -> RejectionJson {
    let row = &rejected.row;
    let (what, at) = (kind_text(row.kind), when::short(row.at));
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
fn holds(voice: Voice<'_>, id: &str, told: &Explanation) -> Vec<HeldJson> {
    let of = |id: &str, kind, what: &str, by: HeldBy, since, released, why: &str| {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let (since_when, by_whom) = (when::short(since), held_text(by));
        let text = say!(
            "{what}: held since {since_when}, {by_whom}{why}",
            "{what}: zurückgehalten seit {since_when}, {by_whom}{why}"
        );
        let text = if released {
            say!(
                "{text}; released; the next run applies it",
                "{text}; freigegeben; der nächste Lauf wendet es an"
            )
        } else {
            voice.with(text, |slug| {
                say!("`whoswho release {slug} {id}` lets it go", "`whoswho release {slug} {id}` gibt es frei")
            })
        };
        HeldJson { kind, held_by: by.name(), since: when::rfc3339(since), released, text }
    };
    let why = told.held.as_ref().map_or("", |h| h.why.as_str());
    let row = |h: &store::HoldRow| {
        let why = if h.held_by == HeldBy::Person { why } else { "" };
        let id = if h.group.is_some() { format!("--group {}", h.source) } else { id.to_owned() };
        of(&id, h.kind.name(), kind_text(h.kind), h.held_by, h.since, h.released, why)
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
        let text = reason_text(&reason).to_owned();
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
                "fehlt zusammen mit vielen anderen; ist zurückgehalten und wartet auf einen Menschen",
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
fn group_names(book: &Book, connection: &ConnectionRow, path: &[SourceId]) -> Result<Vec<String>> {
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
        text: format!("{}: {}", kind_text(o.step.kind()), reason_text(&o.reason)),
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

/// Whether somebody is in, in a word.
pub fn standing_text(code: &'static str) -> &'static str {
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

/// An explanation in lines.
pub fn lines(e: &ExplanationJson) -> String {
    let mut lines = vec![say!(
        "{} ({}) is {}: {}",
        "{} ({}) ist {}: {}",
        e.name.as_deref().unwrap_or(pick("somebody", "jemand")),
        e.source_id,
        standing_text(e.standing),
        e.text
    )];
    lines.extend(e.steps.iter().enumerate().map(|(n, s)| format!("  {}. {}", n + 1, s.text)));
    lines.extend(findings_lines(&e.findings).iter().map(|line| format!("  {line}")));
    lines.join("\n")
}
