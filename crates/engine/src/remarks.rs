//! What is worth saying of people who belong in the book, and is no error: no Exchange Online plan (X11), a kind that is
//! only presumed, another address that a contact has.

use model::Key;
use model::plan::FindingKind;
use model::source::{Licence, SourceUser};

use crate::people::Place;
use crate::person::Desk;
use crate::standing::Standing;
use crate::subject::key_of;

impl Desk<'_> {
    /// Findings that change nothing.
    pub(crate) fn remarks(&mut self) {
        let (Standing::In(_), Some(user)) = (&self.standing, self.user()) else { return };
        let contact = self.person.link.as_ref().map(|l| l.contact);
        if user.enabled && user.licence != Licence::Mailbox {
            self.find(FindingKind::WithoutMailbox, contact, &[]);
        }
        if user.presumed_shared() {
            self.find(FindingKind::PresumedShared, contact, &[]);
        }
        if contact.is_none() {
            self.maybe_same(user);
        }
    }

    /// Other addresses of the account never link; a living contact that has one may be the same person.
    fn maybe_same(&mut self, user: &SourceUser) {
        let own = key_of(self.ctx, self.person);
        let hood = self.hood;
        for key in user.aliases.iter().filter_map(|a| Key::of(a)).filter(|k| Some(k) != own.as_ref()) {
            let living = hood.contacts(&key).iter().find(|c| c.place == Place::Living);
            if let Some(living) = living {
                self.find(FindingKind::MaybeSame, Some(living.contact.id), &[]);
            }
        }
    }
}
