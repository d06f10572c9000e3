//! Tells when a change made the first plan, to which somebody had agreed, another one: the agreement is void then, and the
//! schedule waits anew, which nobody would notice before the next run.

use std::collections::BTreeMap;

use model::ids::CustomerId;
use model::policy::FirstRun;
use store::{Agreement, Book, Store};

use crate::out;
use crate::texts::say;

/// Changes something of a customer, and notes it where that made an agreement void.
pub fn changing<T>(book: &Book, change: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let of = || -> anyhow::Result<Agreement> {
        let connection = book.connection()?;
        Ok(connection.map_or(Ok(Agreement::None), |c| book.agreement(c.id))?)
    };
    let before = of()?;
    let changed = change()?;
    if (before, of()?) == (Agreement::Stands, Agreement::Void) {
        tell(book)?;
    }
    Ok(changed)
}

/// The same of what all customers inherit.
pub fn changing_all<T>(store: &Store, change: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let before = store.agreements()?;
    let changed = change()?;
    let after = store.agreements()?;
    let is = |of: &BTreeMap<CustomerId, Agreement>, id, what| of.get(&id) == Some(&what);
    let voided = |id| is(&before, id, Agreement::Stands) && is(&after, id, Agreement::Void);
    if before.keys().any(|id| voided(*id)) {
        for customer in store.customers()?.into_iter().filter(|c| voided(c.id)) {
            if let Some(book) = store.book(&customer.slug)? {
                tell(&book)?;
            }
        }
    }
    Ok(changed)
}

/// Nothing where a first plan waits for nobody any more: the next run applies.
fn tell(book: &Book) -> anyhow::Result<()> {
    if book.policy()?.first_run == FirstRun::Ask {
        let slug = &book.customer.slug;
        out::note(&say!(
            "{slug}: this makes the first plan another one, so the agreement is void. `whoswho plan {slug}` shows the new one, \
             `whoswho sync {slug}` applies it now; a run that the schedule starts waits again for `whoswho release {slug} --all`",
            "{slug}: der erste Plan wird damit ein anderer, die Zustimmung gilt nicht mehr. `whoswho plan {slug}` zeigt den neuen, \
             `whoswho sync {slug}` wendet ihn sofort an; ein Lauf, den der Zeitplan beginnt, wartet wieder auf \
             `whoswho release {slug} --all`"
        ));
    }
    Ok(())
}
