//! What each event of a history does to a world. Where an event does not apply it changes nothing.

use model::contact::Pin;
use model::ids::{ContactId, SourceId};
use model::link::LinkOrigin;
use model::scope::{KeptOut, Subscription};
use model::source::{Licence, Presence, UserKind};
use model::{Contact, Field, Preset};

use crate::history::{Event, SETTINGS};
use crate::world::{World, address, group_id, person, source_group};

impl World {
    /// Lets it happen.
    pub fn happen(&mut self, event: &Event) {
        match *event {
            Event::Run => self.apply(&self.plan_all()),
            Event::Days(days) => self.as_of = self.as_of.plus_days(i64::from(days)),
            Event::Appears(..)
            | Event::Address(..)
            | Event::Alias(..)
            | Event::FirstName(..)
            | Event::Account(..)
            | Event::Presence(..)
            | Event::HiredAgain(..)
            | Event::Member(..)
            | Event::Nest(..) => self.source_event(event),
            Event::Typed(..)
            | Event::Edited(..)
            | Event::Readdressed(..)
            | Event::Pinned(..)
            | Event::Binned(..)
            | Event::Purged(..)
            | Event::TiedByHand(..)
            | Event::CutByHand(..)
            | Event::MemberByHand(..) => self.book_event(event),
            Event::Everybody(..)
            | Event::Chosen(..)
            | Event::Excluded(..)
            | Event::Subscribed(..)
            | Event::KeptOut(..)
            | Event::Policy(..)
            | Event::Preset(..) => self.scope_event(event),
        }
    }

    fn source_event(&mut self, event: &Event) {
        if let Event::Appears(n) = *event {
            *self = self.clone().user(n);
        }
        if let Event::Nest(a, b) = *event {
            *self = self.clone().nest(100 + a, 100 + b);
        }
        if let Event::HiredAgain(n, m) = *event {
            self.hire_again(n, m);
        }
        let (Event::Address(n, _)
        | Event::Alias(n, _)
        | Event::FirstName(n, _)
        | Event::Account(n, _)
        | Event::Presence(n, _)
        | Event::Member(n, _)) = *event
        else {
            return;
        };
        let at = self.as_of;
        let Some(mirror) = self.users.get_mut(&person(n)) else { return };
        let user = &mut mirror.user;
        match *event {
            Event::Address(_, m) => user.mail = m.map(|m| address(m).into()),
            Event::Alias(_, m) => user.aliases = vec![address(m).into()],
            Event::FirstName(_, x) => {
                user.first_name = (x % 4 != 0).then(|| format!("Name {}", x % 4).into());
            }
            Event::Account(_, x) => match x % 7 {
                0 | 1 | 6 => user.enabled = !user.enabled,
                2 => user.licence = Licence::None,
                3 => user.kind = UserKind::Guest,
                4 => (user.enabled, user.licence) = (true, Licence::Mailbox),
                _ => user.last_name = None,
            },
            Event::Presence(_, x) => {
                mirror.presence = match x % 6 {
                    0 | 1 => Presence::Deleted { at },
                    2 => Presence::Hidden { at },
                    3 => Presence::Missing { at },
                    _ => Presence::Live,
                };
            }
            _ => {
                let Event::Member(_, g) = *event else { return };
                let groups = self.groups.entry(person(n)).or_default();
                if !groups.remove(&source_group(100 + g)) {
                    groups.insert(source_group(100 + g));
                }
            }
        }
    }

    /// One account goes, another appears with its address.
    fn hire_again(&mut self, n: u8, m: u8) {
        let at = self.as_of;
        let Some(gone) = self.users.get_mut(&person(n)).filter(|_| n != m) else { return };
        gone.presence = Presence::Deleted { at };
        let mail = gone.user.mail.clone();
        *self = self.clone().user_with(m, |u| u.mail = mail);
    }

    fn some_contact(&self, x: u8) -> Option<ContactId> {
        let ids: Vec<_> = self.book.keys().copied().collect();
        (!ids.is_empty()).then(|| ids[x as usize % ids.len()])
    }

    fn some_contact_mut(&mut self, x: u8) -> Option<&mut Contact> {
        let id = self.some_contact(x)?;
        self.book.get_mut(&id)
    }

    fn book_event(&mut self, event: &Event) {
        let until = Some(self.as_of.plus_days(4));
        match *event {
            Event::Typed(m) => {
                let n = self.next_contact().number();
                *self = self.clone().contact(n, &address(m));
            }
            Event::Edited(c, x) => {
                let field =
                    [Field::FirstName, Field::LastName, Field::Mobile, Field::DisplayName][x as usize % 4];
                let Some(contact) = self.some_contact_mut(c) else { return };
                contact.values.set(field, Some("Edited"));
            }
            Event::Readdressed(c, m) => {
                let Some(contact) = self.some_contact_mut(c) else { return };
                contact.values.set(Field::Email, m.map(address).as_deref());
            }
            Event::Pinned(c, x) => {
                let field = [Field::FirstName, Field::Email][x as usize % 2];
                let Some(contact) = self.some_contact_mut(c) else { return };
                contact.pins = vec![Pin { field, reason: "so".into(), until }];
            }
            Event::Binned(c) => {
                let Some(id) = self.some_contact(c) else { return };
                *self = self.clone().binned(id.number());
            }
            Event::Purged(x) => {
                let ids: Vec<_> = self.bin.keys().copied().collect();
                if ids.is_empty() {
                    return;
                }
                let id = ids[x as usize % ids.len()];
                self.bin.remove(&id);
                self.memberships.retain(|(of, _), _| *of != id);
            }
            Event::TiedByHand(n, c) => {
                let (id, Some(contact)) = (person(n), self.some_contact(c)) else { return };
                let taken = self.links.values().any(|l| l.contact == contact);
                if !taken && !self.links.contains_key(&id) && self.users.contains_key(&id) {
                    let key = self.book[&contact].values.key();
                    self.tie(&id, contact, LinkOrigin::ByHand, key);
                }
            }
            Event::CutByHand(n) => {
                let Some(link) = self.links.get(&person(n)) else { return };
                self.cut(&person(n), link.contact);
            }
            _ => {
                let Event::MemberByHand(c, g) = *event else { return };
                let Some(contact) = self.some_contact(c) else { return };
                let at = (contact, group_id(i64::from(g) + 1));
                self.memberships.insert(at, model::group::MadeBy::Hand);
            }
        }
    }

    fn scope_event(&mut self, event: &Event) {
        fn toggle(set: &mut std::collections::BTreeSet<SourceId>, n: u8) {
            if !set.remove(&person(n)) {
                set.insert(person(n));
            }
        }
        match *event {
            Event::Everybody(on) => self.scope.everybody = on,
            Event::Chosen(n) => toggle(&mut self.scope.chosen, n),
            Event::Excluded(n) => toggle(&mut self.scope.excluded, n),
            Event::Subscribed(g, x) => {
                let subscription = if x % 4 == 0 { Subscription::Ended } else { Subscription::Active };
                *self = self.clone().subscribed(100 + g, i64::from(g) + 1, subscription);
            }
            Event::KeptOut(n) => _ = self.kept_out.insert(person(n), KeptOut::Objected),
            Event::Policy(x) => {
                let (key, value) = SETTINGS[x as usize % SETTINGS.len()];
                self.policy.set(key, value).unwrap();
            }
            _ => {
                let Event::Preset(x) = *event else { return };
                let preset = Preset::ALL[x as usize % Preset::ALL.len()];
                self.policy = preset.policy();
                self.policy.active = true;
            }
        }
    }
}

/// The world after a history; it begins with everybody in scope, two people, and a contact of one of them.
pub fn after(history: &[Event]) -> World {
    let mut world = World::careful().set("on_disabled", "mark_left").set("link", "on").user(1).user(2);
    world = world.contact(11, &address(2));
    for event in history {
        world.happen(event);
    }
    world
}
