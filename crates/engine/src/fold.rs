//! Fold: what the source says now, laid upon what the mirror knows.

use model::Timestamp;
use model::source::{MirrorUser, Presence, UserChange};

/// The mirror row after a change; `None` where nothing changes, so that a replay writes nothing.
pub fn fold_user(before: Option<&MirrorUser>, change: &UserChange, as_of: Timestamp) -> Option<MirrorUser> {
    match (before, change) {
        (None, UserChange::Upsert(user)) => {
            Some(MirrorUser { user: (**user).clone(), presence: Presence::Live })
        }
        // Removed, and never known: Graph says so in first rounds; nothing of ours.
        (None, UserChange::Removed { .. }) => None,
        (Some(old), UserChange::Upsert(user)) if old.presence == Presence::Live && old.user == **user => None,
        (Some(_), UserChange::Upsert(user)) => {
            Some(MirrorUser { user: (**user).clone(), presence: Presence::Live })
        }
        (Some(old), UserChange::Removed { .. }) => match old.presence {
            Presence::Deleted { .. } => None,
            Presence::Live | Presence::Hidden { .. } | Presence::Missing { .. } => {
                Some(MirrorUser { user: old.user.clone(), presence: Presence::Deleted { at: as_of } })
            }
        },
    }
}
