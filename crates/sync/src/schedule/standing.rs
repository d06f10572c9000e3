//! Whether a customer has runs that start by themselves, and by which rule. Whatever changes a policy, a scope or a
//! connection marks the customer's row; any node that looks at the schedule brings marked rows up to date first.

use jiff::tz::TimeZone;
use model::Timestamp;
use model::schedule::Schedule;
use store::{Book, Changed, Standing, Store, StoreError};

use super::due::next_after;

/// Rows that are looked at in one go.
const MANY: i64 = 500;

/// Looks at every row that is marked as changed. Costs one read where none is. Blocking.
///
/// A rule that is still the same keeps its due time, even one that has passed: that run is owed. Another rule counts from
/// the moment of the change.
pub fn bring_up_to_date(store: &Store) -> Result<(), StoreError> {
    loop {
        let changed = store.changed_schedules(MANY)?;
        if changed.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(changed.len());
        for row in changed {
            let now = readable(&row)?;
            let due = due(&row, &now);
            rows.push((row, now, due));
        }
        store.reschedule(&rows)?;
    }
}

/// One customer whose stored settings are damaged must not stop the others: no run of theirs is started, and an alarm tells.
fn readable(row: &Changed) -> Result<Standing, StoreError> {
    let why = match standing(&row.book) {
        Err(StoreError::Corrupt(why)) => why,
        found => return found,
    };
    let customer = row.book.customer.slug.as_str();
    tracing::warn!(customer, why, "the stored settings cannot be read; no run starts");
    let connection = row.book.connection()?.map(|connection| connection.id);
    Ok(connection.map_or(Standing::Idle, Standing::Unreadable))
}

fn due(row: &Changed, now: &Standing) -> Option<Timestamp> {
    let Standing::Scheduled { rule, time_zone, .. } = now else { return None };
    if *now == row.was && row.due_at.is_some() {
        return row.due_at;
    }
    next(rule, time_zone, row.book.customer.id, row.at)
}

/// The next due time of a stored rule.
pub(crate) fn next(
    rule: &str,
    time_zone: &str,
    customer: model::CustomerId,
    after: Timestamp,
) -> Option<Timestamp> {
    next_after(&Schedule::parse(rule)?, &TimeZone::get(time_zone).ok()?, customer, after)
}

/// A customer that was connected but for whom nobody was ever chosen is left alone: no people are read before somebody
/// belongs in the book. Once a plan was applied runs go on, for people who are gone must leave (S3).
fn standing(book: &Book) -> Result<Standing, StoreError> {
    let Some(connection) = book.connection()? else { return Ok(Standing::Idle) };
    let policy = book.policy()?;
    if !policy.active || (!connection.applied && book.scope(connection.id)?.is_nobody()) {
        return Ok(Standing::Idle);
    }
    let connection = connection.id;
    if policy.schedule.trim() == "off" {
        return Ok(Standing::ByHand(connection));
    }
    Ok(Standing::Scheduled {
        connection,
        rule: policy.schedule.into_string(),
        time_zone: policy.time_zone.into_string(),
    })
}
