//! Explain: why somebody is in or out, and what the next run would do.

use engine::Standing;
use model::plan::{Operation, PersonPlan};
use model::reason::{InReason, Reason};
use model::{Field, SourceId};
use serde::Serialize;
use store::{Book, ConnectionRow};

use super::source;
use crate::app::App;
use crate::exit::usage;
use crate::people::{sources_of, user_name};
use crate::show::{self, FindingJson};
use crate::when;

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
    linked: Option<&'static str>,
    out_since: Option<String>,
    rejected: Vec<&'static str>,
    would: Vec<Would>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct Would {
    kind: &'static str,
    reason: &'static str,
    text: String,
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
    if found.is_empty() {
        return Err(usage(format!(
            "nobody in the tenant and no linked contact is “{}”; `whoswho source users {} --search …` finds people",
            args.person, args.customer
        )));
    }
    let mut all = Vec::new();
    for id in &found {
        all.push(explain(app, &book, &connection, id)?);
    }
    app.answer(&all, |all| all.iter().map(lines).collect::<Vec<_>>().join("\n\n"));
    Ok(())
}

fn explain(
    app: &App,
    book: &Book,
    connection: &ConnectionRow,
    id: &SourceId,
) -> anyhow::Result<ExplanationJson> {
    let office = App::office(book)?;
    let told = app.wait(::sync::explain(&office, book, connection.id, id))?;
    let person = told.person.as_ref();
    let link = person.and_then(|p| p.link.as_ref());
    let contact = person.and_then(|p| p.contact.as_ref().or(p.binned.as_ref()));
    let (standing, reason, path, text) = standing(told.standing.as_ref());
    let rejected = person.map(|p| p.rejections.iter().map(|r| r.kind.name()).collect());
    Ok(ExplanationJson {
        source_id: id.to_string(),
        name: person.and_then(|p| p.mirror.as_ref()).and_then(|m| user_name(&m.user)),
        standing,
        reason,
        group_names: group_names(book, connection, &path)?,
        reason_path: path.iter().map(SourceId::to_string).collect(),
        text,
        contact: contact.map(|c| book.public_id(c.id).to_string()),
        contact_name: contact.and_then(|c| c.values.get(Field::DisplayName)).map(str::to_owned),
        linked: link.map(|l| l.origin.name()),
        out_since: link.and_then(|l| l.out).map(|(_, since)| when::rfc3339(since)),
        rejected: rejected.unwrap_or_default(),
        would: would(&told.would),
        findings: show::findings(book, &told.would.findings)?,
    })
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
        Some(Standing::Hidden) => {
            plain("hidden", None, "not seen, but not confirmed gone; nothing is removed")
        }
        Some(Standing::Missing) => {
            plain("missing", None, "missing together with many others; waits for a person as a hold")
        }
        Some(Standing::KeptOut(why)) => {
            plain("kept_out", Some(why.name()), "must not come back into the book")
        }
        None => plain("unknown", None, "the tenant has nobody with this id, as far as it was read"),
    }
}

/// Names of groups, or their ids where the mirror does not know them.
fn group_names(book: &Book, connection: &ConnectionRow, path: &[SourceId]) -> anyhow::Result<Vec<String>> {
    let groups = book.mirror_groups(connection.id, path)?;
    let name = |id: &SourceId| groups.get(id).map_or_else(|| id.to_string(), |(g, _)| g.name.to_string());
    Ok(path.iter().map(name).collect())
}

fn would(plan: &PersonPlan) -> Vec<Would> {
    let of = |o: &Operation| Would {
        kind: o.step.kind().name(),
        reason: o.reason.code(),
        text: format!("{}: {}", show::kind_text(o.step.kind()), show::reason_text(&o.reason)),
        changes: o.step.changes().iter().map(change).collect(),
    };
    plan.operations.iter().map(of).collect()
}

fn change(change: &model::plan::FieldChange) -> ChangeJson {
    ChangeJson {
        field: change.field.name(),
        before: change.before.as_deref().map(str::to_owned),
        after: change.after.as_deref().map(str::to_owned),
    }
}

fn lines(e: &ExplanationJson) -> String {
    let mut lines = vec![format!(
        "{} ({}) is {}: {}",
        e.name.as_deref().unwrap_or("somebody"),
        e.source_id,
        e.standing.replace('_', " "),
        e.text
    )];
    if !e.group_names.is_empty() {
        lines.push(format!("by the groups {}", e.group_names.join(" > ")));
    }
    lines.push(match (&e.contact, e.linked) {
        (Some(id), Some(how)) => {
            let name = e.contact_name.as_deref().unwrap_or("without a name");
            format!("contact {name} ({id}), linked {}", how.replace('_', " "))
        }
        (_, _) => "no contact is linked".into(),
    });
    lines.extend(e.rejected.iter().map(|kind| format!("rejected by hand until the person changes: {kind}")));
    match e.would.as_slice() {
        [] => lines.push("the next run changes nothing about this person".into()),
        would => lines.extend(would.iter().map(|w| format!("the next run would {}", w.text))),
    }
    lines.extend(show::findings_lines(&e.findings));
    lines.join("\n")
}
