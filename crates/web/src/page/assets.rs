//! Stylesheet, script and icons.

use crate::answer::{Answer, Outcome, Trouble};
use crate::assets::Assets;
use crate::visit::Visit;

/// A file by its name.
pub fn file(visit: &Visit) -> Outcome {
    let asset = Assets::of_binary().named(visit.part("file")).ok_or(Trouble::NotFound)?;
    Ok(Answer::kept(asset.kind, asset.bytes))
}
