//! Digests of what a person sees of an operation before it is released: a release holds for just this, and whatever the
//! operation has become since needs another.

use super::{OpKind, Operation, Step};
use crate::ids::ContactId;
use crate::text::{fnv1a, fnv1a_from};

impl Operation {
    /// Digest of what somebody sees of it: kind, contact, fields before and after, and the source state behind it. Times are
    /// no part of it, for a wait that was never noted begins anew in every plan.
    pub fn seen(&self) -> i64 {
        let mut seen = Seen::of(self.step.kind(), self.state);
        seen.number(self.step.contact().map_or(0, ContactId::get));
        for change in self.step.changes() {
            seen.number(change.field.index() as i64);
            seen.text(change.before.as_deref());
            seen.text(change.after.as_deref());
        }
        match &self.step {
            Step::Relink { from, .. } => seen.bytes(from.as_bytes()),
            Step::Wait { out, .. } => seen.text(out.map(|(reason, _)| reason.name())),
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
        seen.0 as i64
    }
}

/// Digest of the contacts that would leave a contact group, in any order.
pub fn leavers_seen(contacts: &mut [i64]) -> i64 {
    contacts.sort_unstable();
    let mut seen = Seen::of(OpKind::Members, 0);
    for contact in contacts.iter() {
        seen.number(*contact);
    }
    seen.0 as i64
}

/// A digest in the making, part by part.
struct Seen(u64);

impl Seen {
    fn of(kind: OpKind, state: i64) -> Self {
        let mut seen = Self(fnv1a(kind.name().as_bytes()));
        seen.number(state);
        seen
    }

    fn number(&mut self, number: i64) {
        self.0 = fnv1a_from(self.0, &number.to_be_bytes());
    }

    /// With its length, which keeps neighbours apart.
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as i64);
        self.0 = fnv1a_from(self.0, bytes);
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.bytes(text.as_bytes()),
            None => self.number(-1),
        }
    }
}
