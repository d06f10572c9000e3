//! Plans as one line of text, so that a test reads like the row that it shows.

use model::plan::{Direction, Finding, FromBin, Mark, Operation, PersonPlan, Step};

use crate::world::{World, number};

/// Plans one person and compares the text; parts are joined by `; `.
#[track_caller]
pub fn check(world: &World, n: u8, expect: &str) {
    assert_eq!(shown(&world.plan(n)), expect);
}

pub fn shown(plan: &PersonPlan) -> String {
    let operations = plan.operations.iter().map(operation);
    let memberships = plan.memberships.iter().map(|m| match m.direction {
        Direction::Join => format!("join g{}", m.group.number()),
        Direction::Leave => format!("leave g{}", m.group.number()),
    });
    operations.chain(memberships).chain(plan.findings.iter().map(finding)).collect::<Vec<_>>().join("; ")
}

fn operation(op: &Operation) -> String {
    let mut parts = vec![op.step.kind().name().to_owned()];
    parts.extend(op.step.contact().map(|c| format!("c{}", c.number())));
    match &op.step {
        Step::Relink { from, from_bin, .. } => {
            parts.push(format!("from {}", number(from)));
            parts.extend((*from_bin == FromBin::Yes).then(|| "out of bin".to_owned()));
        }
        Step::Unlink { mark: Mark::Left, .. } => parts.push("left".into()),
        Step::Wait { out, due, .. } => {
            parts.push(out.map_or("forgets".into(), |(_, at)| format!("since {}", day(at.0))));
            parts.extend(due.map(|at| format!("due {}", day(at.0))));
        }
        Step::Create { .. }
        | Step::Adopt { .. }
        | Step::Update { .. }
        | Step::TakeOver { .. }
        | Step::Restore { .. }
        | Step::Return { .. }
        | Step::MarkLeft { .. }
        | Step::Unlink { .. }
        | Step::Remove { .. } => {}
    }
    let change =
        |c: &model::plan::FieldChange| format!("{}={}", c.field.name(), c.after.as_deref().unwrap_or(""));
    parts.extend(op.step.changes().iter().map(change));
    parts.push(format!("({})", op.reason.code()));
    parts.extend(op.held.map(|h| format!("held {}", h.name())));
    parts.join(" ")
}

fn finding(finding: &Finding) -> String {
    let mut parts = vec![format!("finding {}", finding.kind.name())];
    parts.extend(finding.contact.map(|c| format!("c{}", c.number())));
    let others: Vec<_> = finding.others.iter().map(|o| number(o).to_string()).collect();
    parts.extend((!others.is_empty()).then(|| format!("with {}", others.join(","))));
    parts.join(" ")
}

fn day(ms: i64) -> i64 {
    ms / model::time::DAY_MS
}
