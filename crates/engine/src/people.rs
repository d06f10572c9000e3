//! The neighbourhood of a person: who else in scope has the key.

use model::Key;
use model::ids::SourceId;

pub use model::subject::{Elsewhere, Hood, KeyContact, KeyGroup, Place};

use crate::standing::{Standing, standing};
use crate::subject::{Context, Subject, key_of};

/// Others in scope who have the key.
pub fn sharing<'h>(ctx: &Context<'_>, hood: &'h Hood, key: &Key, but: &SourceId) -> Vec<&'h Subject> {
    let shares = |p: &&Subject| {
        p.source != *but
            && key_of(ctx, p).as_ref() == Some(key)
            && matches!(standing(ctx, p), Standing::In(_))
    };
    hood.people(key).iter().filter(shares).collect()
}
