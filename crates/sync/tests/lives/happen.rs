//! What each event does to a company, its book and its rules. Where an event does not apply it changes nothing.

use std::collections::BTreeSet;

use m365sim::UserSpec;
use model::ids::{ContactId, SourceId};
use model::{Field, Origin, Pin};
use store::{Asked, Erase, Holder, Liveness, ScopeChange, StoreError, Switch};

use crate::company::{Company, NAMES, person, typed};
use crate::event::{Event, SETTINGS};

/// No company grows beyond that.
const MOST: usize = 14;

/// What a person may be refused is no fault.
fn tried<T>(result: Result<T, StoreError>) -> Result<(), String> {
    match result {
        Ok(_) | Err(StoreError::Refused(_) | StoreError::NotFound) => Ok(()),
        Err(other) => Err(format!("{other:?}")),
    }
}

/// One of several, counting round.
fn round<T>(of: &[T], n: u8) -> Option<&T> {
    of.get(usize::from(n) % of.len().max(1))
}

fn name(n: u8) -> &'static str {
    NAMES[usize::from(n) % NAMES.len()]
}

/// What an administrator does to an account.
fn account(user: &mut UserSpec, x: u8) {
    match x % 8 {
        0 => user.account_enabled = Some(false),
        1 => user.assigned_licenses = Some(Vec::new()),
        2 => user.user_type = Some("Guest".into()),
        3 => (user.given_name, user.surname) = (None, None),
        4 => {
            // As a shared mailbox or a room looks.
            (user.given_name, user.surname) = (None, None);
            (user.account_enabled, user.assigned_licenses) = (Some(false), Some(Vec::new()));
        }
        _ => {
            user.account_enabled = Some(true);
            user.user_type = Some("Member".into());
            user.given_name.get_or_insert_with(|| "Wieder".into());
            user.assigned_licenses = Some(vec![m365sim::license(m365sim::sku::BUSINESS_STANDARD)]);
        }
    }
}

fn switch(on: bool) -> Switch {
    if on { Switch::On } else { Switch::Off }
}

impl Company {
    /// Lets an event happen; runs are none of its business.
    pub fn happens(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Hired(_)
            | Event::HiredAgain(_)
            | Event::Renamed(..)
            | Event::Readdressed(..)
            | Event::Account(..)
            | Event::Deleted(_)
            | Event::ManyDeleted(_)
            | Event::Purged(_)
            | Event::Restored(_) => self.person_changes(event),
            Event::Joins(..)
            | Event::Leaves(..)
            | Event::GroupEmptied(_)
            | Event::Nested(..)
            | Event::Parted(..)
            | Event::GroupRenamed(..)
            | Event::GroupDeleted(_)
            | Event::GroupRestored(_)
            | Event::TokensExpired => self.group_changes(event),
            Event::Typed(_)
            | Event::Edited(..)
            | Event::EmailEdited(..)
            | Event::Binned(_)
            | Event::Pinned(..)
            | Event::Unpinned(_)
            | Event::LinkedByHand(..)
            | Event::UnlinkedByHand(_)
            | Event::OurGroupDeleted(_) => return self.book_changes(event),
            Event::Policy(_)
            | Event::Everybody(_)
            | Event::Chosen(..)
            | Event::Excluded(..)
            | Event::Subscribed(..) => return self.rules_change(event),
            Event::Held(_)
            | Event::Released(_)
            | Event::AllReleased
            | Event::Rejected(_)
            | Event::Erased(_) => {
                return self.decides(event);
            }
            Event::Days(n) => self.days += [1, 1, 2, 3, 9, 40][usize::from(n) % 6],
            Event::Run
            | Event::Complete
            | Event::Looked
            | Event::PersonNow(_)
            | Event::KilledAtWrite(..)
            | Event::KilledAtRequest(_)
            | Event::Undone => {}
        }
        Ok(())
    }

    fn person_changes(&mut self, event: Event) {
        let known = |n: u8| round(&self.people, n).cloned().unwrap_or_default();
        let tenant = &self.tenant;
        match event {
            Event::Hired(n) => self.hire(person(name(n), name(n))),
            Event::HiredAgain(n) => {
                let id = known(n);
                let truth = tenant.truth();
                let mail = truth.users.iter().find(|u| u.id == id).and_then(|u| u.spec.mail.clone());
                tenant.delete_user(&id);
                if let Some(name) = mail.as_deref().and_then(|m| m.split('@').next()) {
                    self.hire(UserSpec { mail: mail.clone(), ..person(name, "neu") });
                }
            }
            Event::Renamed(n, x) => {
                tenant.update_user(&known(n), |u| {
                    u.surname = (!x.is_multiple_of(5)).then(|| format!("Name{}", x % 3));
                    u.job_title = x.is_multiple_of(2).then(|| format!("Titel {}", x % 4));
                });
            }
            Event::Readdressed(n, x) => {
                let mail = (!x.is_multiple_of(6)).then(|| format!("{}@muster.example", name(x / 6)));
                tenant.update_user(&known(n), |u| u.mail = mail);
            }
            Event::Account(n, x) => _ = tenant.update_user(&known(n), |u| account(u, x)),
            Event::Deleted(n) => _ = tenant.delete_user(&known(n)),
            Event::ManyDeleted(n) => {
                (0..4).for_each(|one| _ = tenant.delete_user(&known(n.wrapping_add(one))));
            }
            Event::Purged(n) => _ = tenant.delete_user(&known(n)) && tenant.purge_user(&known(n)),
            Event::Restored(n) => _ = tenant.restore_user(&known(n)),
            _ => {}
        }
    }

    fn hire(&mut self, spec: UserSpec) {
        if self.people.len() < MOST {
            self.people.push(self.tenant.add_user(spec));
        }
    }

    fn group_changes(&self, event: Event) {
        let tenant = &self.tenant;
        let group = |n: u8| round(&self.groups, n).map_or("", String::as_str);
        let who = |n: u8| round(&self.people, n).map_or("", String::as_str);
        match event {
            Event::Joins(w, g) => _ = tenant.add_member(group(g), who(w)),
            Event::Leaves(w, g) => _ = tenant.remove_member(group(g), who(w)),
            Event::GroupEmptied(g) => {
                let truth = tenant.truth();
                let members = truth.groups.iter().find(|one| one.id == group(g)).map(|g| &g.members);
                for member in members.into_iter().flatten() {
                    tenant.remove_member(group(g), &member.id);
                }
            }
            Event::Nested(a, b) if group(a) != group(b) => _ = tenant.add_member(group(a), group(b)),
            Event::Parted(a, b) => _ = tenant.remove_member(group(a), group(b)),
            Event::GroupRenamed(g, x) => drop(tenant.update_group(group(g), |spec| {
                spec.display_name =
                    Some(["Vertrieb", "Verkauf", "Technik", "Team"][usize::from(x) % 4].into());
            })),
            Event::GroupDeleted(g) => _ = tenant.delete_group(group(g)),
            Event::GroupRestored(g) => _ = tenant.restore_group(group(g)),
            Event::TokensExpired => tenant.expire_delta_tokens(),
            _ => {}
        }
    }

    fn some_contact(&self, n: u8) -> Option<ContactId> {
        round(&self.book.entries().unwrap(), n).map(|e| e.contact.id)
    }

    fn book_changes(&self, event: Event) -> Result<(), String> {
        let (book, now) = (&self.book, self.now());
        let mail = |x: u8| (!x.is_multiple_of(7)).then(|| format!("{}@muster.example", name(x / 7)));
        if let Event::Typed(n) = event {
            return tried(book.add_contact(&typed(name(n)), Origin::Manual, now));
        }
        if let Event::OurGroupDeleted(n) = event {
            let groups = book.groups().unwrap();
            return round(&groups, n).map_or(Ok(()), |group| tried(book.remove_group(group.id)));
        }
        let (Event::Edited(n, _)
        | Event::EmailEdited(n, _)
        | Event::Binned(n)
        | Event::Pinned(n, _)
        | Event::Unpinned(n)
        | Event::LinkedByHand(n, _)
        | Event::UnlinkedByHand(n)) = event
        else {
            return Ok(());
        };
        let Some(id) = self.some_contact(n) else { return Ok(()) };
        match event {
            Event::Edited(_, x) => {
                let field = [Field::LastName, Field::Mobile, Field::JobTitle][usize::from(x) % 3];
                let value = (!x.is_multiple_of(4)).then(|| format!("Hand {}", x % 5));
                tried(book.edit_contact(id, &[(field, value)], now))
            }
            Event::EmailEdited(_, x) => tried(book.edit_contact(id, &[(Field::Email, mail(x))], now)),
            Event::Binned(_) => tried(book.remove_contact(id, now)),
            Event::Pinned(_, x) => {
                let field = [Field::FirstName, Field::LastName, Field::Email][usize::from(x) % 3];
                let until = x.is_multiple_of(2).then(|| now.plus_days(4));
                tried(book.pin(id, &Pin { field, reason: "so".into(), until }, now))
            }
            Event::Unpinned(_) => tried(book.unpin(id, Field::FirstName, now)),
            Event::LinkedByHand(_, w) => {
                let Some(source) = self.source(w) else { return Ok(()) };
                // What the command line refuses too: somebody who has a contact already.
                if book.contact_linked(self.connection, &source).unwrap().is_some() {
                    return Ok(());
                }
                tried(book.link_by_hand(self.connection, &source, id, now))
            }
            _ => tried(book.unlink_by_hand(id, now)),
        }
    }

    fn rules_change(&self, event: Event) -> Result<(), String> {
        let change = match event {
            Event::Policy(n) => {
                let (key, value) = SETTINGS[usize::from(n) % SETTINGS.len()];
                return tried(self.book.set_policy(&[(key.to_owned(), value.to_owned())]));
            }
            Event::Everybody(on) => Some(ScopeChange::Everybody(switch(on))),
            Event::Chosen(w, on) => self.source(w).map(|id| ScopeChange::Person(id, switch(on))),
            Event::Excluded(w, on) => self.source(w).map(|id| ScopeChange::Exclude(id, switch(on))),
            Event::Subscribed(g, on) => {
                round(&self.groups, g).map(|g| ScopeChange::Group(g.parse().unwrap(), switch(on)))
            }
            _ => None,
        };
        change.map_or(Ok(()), |change| tried(self.book.change_scope(self.connection, &[change]).map(drop)))
    }

    fn decides(&self, event: Event) -> Result<(), String> {
        let (book, now) = (&self.book, self.now());
        let holds = book.holds(self.connection).unwrap();
        let about = |ids: BTreeSet<SourceId>| book.held_about(self.connection, &ids).unwrap();
        let held = |n: u8| about(round(&holds, n).map(|h| h.source.clone()).into_iter().collect());
        match event {
            Event::Held(w) => {
                let Some(source) = self.source(w) else { return Ok(()) };
                tried(book.hold(self.connection, &source, "wait", now))
            }
            Event::Released(n) => tried(book.release(self.connection, &held(n), now)),
            Event::AllReleased => {
                let by_hand = book.held_people(self.connection).unwrap().into_keys();
                let all = holds.iter().map(|h| h.source.clone()).chain(by_hand).collect();
                tried(book.release(self.connection, &about(all), now))
            }
            Event::Rejected(n) => tried(book.reject(self.connection, &held(n), "no", now)),
            Event::Erased(n) => {
                let Some(contact) = self.some_contact(n) else { return Ok(()) };
                let me = Holder("lives".into());
                let asked =
                    book.take_lease(self.connection, &me, store::Work::Other, |_| Liveness::Dead).unwrap();
                let Asked::Taken(lease) = asked else { return Ok(()) };
                let reason = model::scope::KeptOut::Erased;
                let whom = Erase { contact: Some(contact), sources: &[], reason, by: "erase" };
                let erased = tried(book.erase(Some(&lease), &whom, now));
                book.give_back(&lease).unwrap();
                erased
            }
            _ => Ok(()),
        }
    }
}
