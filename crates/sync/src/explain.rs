//! Explain one person: why is she (not) in the book (W14).

use engine::standing::state_digest;
use engine::{Context, Standing, groups_digest, plan_person, standing, ways};
use model::Policy;
use model::ids::{ConnectionId, SourceId};
use model::plan::{OpKind, PersonPlan};
use model::subject::Subject;
use store::{Book, HeldPerson, HoldRow, Keys, Range, RejectionRow, StoreError};

use crate::blocking;
use crate::group_map::GroupMap;
use crate::office::{Office, RunError};

/// What is known about one person and what a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The person with source state, link and contact; `None` where the mirror knows nobody of that id.
    pub person: Option<Subject>,
    /// In, out and why.
    pub standing: Option<Standing>,
    /// Every subscribed group above the person, each with its shortest path down to the person's own group.
    pub ways: Vec<Vec<SourceId>>,
    /// What the next run would do.
    pub would: PersonPlan,
    /// Operations that wait.
    pub holds: Vec<HoldRow>,
    /// A person holds this person.
    pub held: Option<HeldPerson>,
    /// What is not done because a person said so.
    pub rejections: Vec<Rejected>,
    /// The rules in force.
    pub policy: Policy,
}

/// A rejection, and whether it still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The rejection.
    pub row: RejectionRow,
    /// Whether the source is still as it was then.
    pub stands: Stands,
}

/// Whether a rejection still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// The source is as it was.
    Yes,
    /// The source has changed since.
    No,
}

/// Explains one person from what is stored; reads nothing from Microsoft.
pub async fn explain(
    book: &Book,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Explanation, RunError> {
    Ok(blocking(|| explanation(book, connection, source))?)
}

/// The same for whoever may block.
pub fn explanation(
    book: &Book,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Explanation, StoreError> {
    let policy = book.policy()?;
    let row = book.connection()?.ok_or(StoreError::NotFound)?;
    let map = GroupMap::load(book, connection, &policy)?;
    let as_of = Office::now();
    let held_people = book.held_people(connection)?;
    let held = held_people.keys().cloned().collect();
    let (scope, cover, domains) = (&map.scope, &map.cover, &row.domains);
    let ctx = Context { policy: &policy, scope, cover, domains, held: &held, as_of };
    let keys = Keys { from: policy.email_from, domains: &row.domains };
    let (people, hood) = book.load_people(connection, &Range::one(source), keys)?;
    let person = people.into_iter().next();
    let of = person.as_ref();
    let stands = |row: &RejectionRow| {
        let state = of.map(|p| {
            if row.kind == OpKind::Members {
                groups_digest(&ctx, p)
            } else {
                state_digest(p, &standing(&ctx, p))
            }
        });
        if state == Some(row.state) { Stands::Yes } else { Stands::No }
    };
    let rejections = book.rejections(connection, source)?;
    // Also those of the contact groups that the person is in.
    let is_in = |group| of.is_some_and(|p| p.memberships.iter().any(|m| Some(m.group) == group));
    let concerns = |h: &HoldRow| h.source == *source || (h.kind == OpKind::Members && is_in(h.group));
    Ok(Explanation {
        standing: of.map(|p| standing(&ctx, p)),
        ways: of.map(|p| ways(&ctx, p)).unwrap_or_default(),
        would: of.map(|p| plan_person(&ctx, p, &hood)).unwrap_or_default(),
        holds: book.holds(connection)?.into_iter().filter(concerns).collect(),
        held: held_people.get(source).cloned(),
        rejections: rejections.into_iter().map(|row| Rejected { stands: stands(&row), row }).collect(),
        policy: policy.clone(),
        person,
    })
}
