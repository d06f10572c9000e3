//! Explain one person: why is she (not) in the book (W14).

use engine::cover::Nesting;
use engine::{Context, GroupCover, Standing, plan_person, standing};
use model::ids::{ConnectionId, SourceId};
use model::plan::PersonPlan;
use model::subject::Subject;
use store::{Book, Keys, Range, StoreError};

use crate::blocking;
use crate::office::{Office, RunError};

/// What is known about one person and what a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The person with source state, link and contact; `None` where the mirror knows nobody of that id.
    pub person: Option<Subject>,
    /// In, out and why.
    pub standing: Option<Standing>,
    /// What the next run would do.
    pub would: PersonPlan,
}

/// Explains one person from what is stored; reads nothing from Microsoft.
pub async fn explain(
    _office: &Office,
    book: &Book,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Explanation, RunError> {
    Ok(blocking(|| from_store(book, connection, source))?)
}

fn from_store(book: &Book, connection: ConnectionId, source: &SourceId) -> Result<Explanation, StoreError> {
    let policy = book.policy()?;
    let row = book.connection()?.ok_or(StoreError::NotFound)?;
    let scope = book.scope(connection)?;
    let nestings = if policy.nested_groups { book.nestings(connection)? } else { Vec::new() };
    let nestings: Vec<Nesting> =
        nestings.into_iter().map(|(parent, child)| Nesting { parent, child }).collect();
    let ties = book.groups()?.into_iter().filter_map(|g| {
        let (of, source) = g.source?;
        (of == connection).then_some((source, g.id))
    });
    let cover = GroupCover::new(&scope, &nestings, ties.collect());
    let as_of = Office::now();
    let ctx = Context { policy: &policy, scope: &scope, cover: &cover, domains: &row.domains, as_of };
    let keys = Keys { from: policy.email_from, domains: &row.domains };
    let (people, hood) = book.load_people(connection, &Range::one(source), keys)?;
    let person = people.into_iter().next();
    Ok(Explanation {
        standing: person.as_ref().map(|p| standing(&ctx, p)),
        would: person.as_ref().map(|p| plan_person(&ctx, p, &hood)).unwrap_or_default(),
        person,
    })
}
