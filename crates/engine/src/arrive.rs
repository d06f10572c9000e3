//! Somebody in scope without a link: create, adopt, relink, or a finding. Contacts are seen as the plans of the people
//! linked to them will leave them, so that an address that passes from one person to another needs one run, not two.

use model::ids::SourceId;
use model::plan::{FindingKind, FromBin, Step};
use model::policy::{Mode, OnExisting};
use model::reason::{InReason, OutReason, Reason};
use model::{Contact, Field, Key};

use crate::people::{Elsewhere, KeyContact, Place, sharing};
use crate::person::Desk;
use crate::project::{EmailWrites, changes};
use crate::standing::{Standing, standing};
use crate::subject::{Subject, key_of};

/// How a contact stands towards its key once everybody linked to it has been planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outlook {
    /// Nobody of this connection is linked.
    Free,
    /// Somebody is.
    Held,
    /// Only people who are gone were.
    Orphan,
}

/// Where an arrival leads.
enum Way<'h> {
    New,
    Existing(&'h KeyContact),
    Orphaned(&'h KeyContact),
    Taken(&'h KeyContact),
    Several,
}

impl<'a> Desk<'a> {
    /// In scope, without a link.
    pub(crate) fn arrive(&mut self, why: &InReason) {
        if !self.may_add(why) {
            return;
        }
        let create = Reason::In(why.clone());
        let Some(key) = key_of(self.ctx, self.person) else {
            return self.act(Step::Create { again: None }, create);
        };
        let sharing = sharing(self.ctx, self.hood, &key, &self.person.source);
        if !sharing.is_empty() {
            return self.find(FindingKind::SharedAddress, None, &sharing);
        }
        match self.way(&key) {
            Way::New => self.act(Step::Create { again: None }, create),
            Way::Several => self.find(FindingKind::SeveralContacts, None, &[]),
            Way::Orphaned(one) => self.relink(one, &key),
            Way::Taken(one) => {
                let others: Vec<_> = one.links.iter().filter_map(|id| self.hood.person(&key, id)).collect();
                self.find(FindingKind::KeyTaken, Some(one.contact.id), &others);
            }
            Way::Existing(one) => match self.ctx.policy.on_existing {
                OnExisting::Skip if one.linked_elsewhere == Elsewhere::No => {
                    self.find(FindingKind::ExistingContact, Some(one.contact.id), &[]);
                }
                // Its link goes in this plan; two users of a connection never hold one contact, not for a moment.
                OnExisting::Adopt | OnExisting::Skip | OnExisting::Beside if !one.links.is_empty() => {
                    self.act(Step::Create { again: None }, create);
                }
                OnExisting::Beside if one.linked_elsewhere == Elsewhere::No => {
                    self.act(Step::Create { again: None }, create);
                }
                OnExisting::Adopt | OnExisting::Skip | OnExisting::Beside => self.adopt(&one.contact),
            },
        }
    }

    /// Whose automatic link was cut arrives in the same plan: beside a contact with the address nothing is made (S6).
    pub(crate) fn arrive_after_unlink(&mut self) {
        let cut = self.plan.operations.iter().any(|o| matches!(o.step, Step::Unlink { .. }));
        if let (true, Standing::In(why)) = (cut, self.standing.clone()) {
            self.arrive(&why);
        }
    }

    fn may_add(&self, why: &InReason) -> bool {
        match self.ctx.policy.mode {
            Mode::Automatic => true,
            Mode::Manual => *why == InReason::Chosen,
        }
    }

    fn way(&self, key: &Key) -> Way<'a> {
        let living = || self.hood.contacts(key).iter().filter(|c| c.place == Place::Living);
        let (mut held, mut orphans) = (Vec::new(), Vec::new());
        for contact in living() {
            match self.outlook(contact, key) {
                Some(Outlook::Orphan) => orphans.push(contact),
                Some(outlook) => held.push((contact, outlook)),
                None => {}
            }
        }
        // A single orphan is kept for the newcomer; beside others it goes the way of its own person.
        if !(held.is_empty() && orphans.len() == 1) {
            orphans.retain(|c| self.after_links(c, key).is_some());
        }
        match (held.as_slice(), orphans.as_slice()) {
            ([], []) => self.binned_orphan(key).map_or(Way::New, Way::Orphaned),
            ([], [one]) => Way::Orphaned(one),
            ([(one, Outlook::Free)], []) => Way::Existing(one),
            ([(one, Outlook::Held | Outlook::Orphan)], []) => Way::Taken(one),
            (_, _) => Way::Several,
        }
    }

    /// The only contact in the bin whose people are gone.
    fn binned_orphan(&self, key: &Key) -> Option<&'a KeyContact> {
        let gone = |c: &&KeyContact| c.place == Place::Bin && self.linked_only_to_gone(c, key);
        let mut binned = self.hood.contacts(key).iter().filter(gone);
        binned.next().filter(|_| binned.next().is_none())
    }

    /// `None`: the contact leaves the book, or the key.
    fn outlook(&self, holder: &KeyContact, key: &Key) -> Option<Outlook> {
        if self.linked_only_to_gone(holder, key) {
            Some(Outlook::Orphan)
        } else {
            self.after_links(holder, key)
        }
    }

    fn after_links(&self, holder: &KeyContact, key: &Key) -> Option<Outlook> {
        let mut outlook = Outlook::Free;
        for id in &holder.links {
            let linked = self.hood.person(key, id).and_then(|p| p.link.as_ref().map(|link| (p, link)));
            let Some((person, link)) = linked else {
                outlook = Outlook::Held;
                continue;
            };
            let mut desk = Desk::new(self.ctx, person, self.hood);
            desk.settle(link);
            desk.wait_for_release();
            let steps = || desk.plan.operations.iter().filter(|o| o.held.is_none()).map(|o| &o.step);
            if steps().any(|s| matches!(s, Step::Remove { .. }) || rekeys(s, key)) {
                return None;
            }
            if !steps().any(|s| matches!(s, Step::Unlink { .. } | Step::TakeOver { .. })) {
                outlook = Outlook::Held;
            }
        }
        Some(outlook)
    }

    /// By links that would outlive a relink; none is moved away from somebody whom a person holds.
    fn linked_only_to_gone(&self, holder: &KeyContact, key: &Key) -> bool {
        let gone = |id: &SourceId| {
            let person = self.hood.person(key, id);
            let lasts = |p: &Subject| p.link.as_ref().is_some_and(|l| !self.link_off(l, &holder.contact));
            person.is_some_and(|p| standing(self.ctx, p) == Standing::Out(OutReason::Deleted) && lasts(p))
                && !self.ctx.held.contains(id)
        };
        !holder.links.is_empty() && holder.links.iter().all(gone)
    }

    fn adopt(&mut self, contact: &Contact) {
        let Some(user) = self.user() else { return };
        let changes = changes(self.ctx, user, contact, EmailWrites::Allowed);
        self.act(Step::Adopt { contact: contact.id, changes }, Reason::SameEmail);
    }

    fn relink(&mut self, holder: &KeyContact, key: &Key) {
        let (Some(user), Some(from)) = (self.user(), holder.links.first()) else { return };
        let from_bin = if holder.place == Place::Bin { FromBin::Yes } else { FromBin::No };
        let changes = changes(self.ctx, user, &holder.contact, EmailWrites::Allowed);
        let step = Step::Relink { contact: holder.contact.id, from: from.clone(), changes, from_bin };
        self.act(step, Reason::HiredAgain);
        let gone = self.hood.person(key, from);
        self.find(FindingKind::HiredAgain, Some(holder.contact.id), gone.as_slice());
    }

    /// The same person was hired again: the newcomer's plan moves the link, so nothing is removed here.
    pub(crate) fn replaced_by_relink(&self, link: &model::Link) -> bool {
        let Some(key) = self.person.contact.as_ref().and_then(|c| c.values.key()) else { return false };
        let newcomers = sharing(self.ctx, self.hood, &key, &self.person.source);
        let [newcomer] = newcomers.as_slice() else { return false };
        let Standing::In(why) = standing(self.ctx, newcomer) else { return false };
        let orphaned = || match self.way(&key) {
            Way::Orphaned(one) => one.contact.id == link.contact,
            Way::New | Way::Existing(_) | Way::Taken(_) | Way::Several => false,
        };
        self.comes_free(newcomer) && self.may_add(&why) && orphaned()
    }

    /// Not linked, or the link is cut in this plan; whom a person holds goes nowhere.
    fn comes_free(&self, newcomer: &Subject) -> bool {
        if self.ctx.held.contains(&newcomer.source) {
            return false;
        }
        let Some(link) = &newcomer.link else { return true };
        let mut desk = Desk::new(self.ctx, newcomer, self.hood);
        desk.settle(link);
        desk.plan.operations.iter().any(|o| matches!(o.step, Step::Unlink { .. }))
    }
}

/// Whether a step gives the contact another key.
fn rekeys(step: &Step, key: &Key) -> bool {
    let other = |c: &model::plan::FieldChange| {
        c.field == Field::Email && c.after.as_deref().and_then(Key::of).as_ref() != Some(key)
    };
    step.changes().iter().any(other)
}
