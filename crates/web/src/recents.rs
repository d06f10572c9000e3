//! Which customers somebody looked at lately, to go back to: of each account a few, in this process alone. What it names is
//! looked up again before it is shown, for a customer may be gone or out of reach by then.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::CustomerId;
use store::AccountId;

/// Customers that are kept of an account: those that the menu shows, and the one that is looked at.
const KEPT: usize = 5;
/// Accounts that are kept; the one that looked at something longest ago goes first.
const ACCOUNTS: usize = 1_000;

/// The customers that were looked at last.
#[derive(Clone, Default)]
pub struct Recents(Arc<Mutex<Kept>>);

/// The account that looked last is the last, and the customer that it looked at last is the first.
type Kept = Vec<(AccountId, Vec<CustomerId>)>;

impl Recents {
    /// Somebody looks at a customer.
    pub fn note(&self, account: AccountId, customer: CustomerId) {
        let mut kept = self.kept();
        let place = kept.iter().position(|(id, _)| *id == account);
        let mut lately = place.map(|at| kept.remove(at).1).unwrap_or_default();
        lately.retain(|other| *other != customer);
        lately.insert(0, customer);
        lately.truncate(KEPT);
        kept.push((account, lately));
        if kept.len() > ACCOUNTS {
            kept.remove(0);
        }
    }

    /// What somebody looked at, the last first.
    pub fn of(&self, account: AccountId) -> Vec<CustomerId> {
        let kept = self.kept();
        kept.iter().find(|(id, _)| *id == account).map(|(_, lately)| lately.clone()).unwrap_or_default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
