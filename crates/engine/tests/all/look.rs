//! What the engine is shown of a world: subjects, neighbourhoods, the context; and the plans that it makes of them.

use std::collections::{BTreeMap, BTreeSet};

use engine::subject::key_of;
use engine::{Context, Elsewhere, GroupCover, Hood, KeyContact, KeyGroup, Membership, Place, Subject};
use engine::{Still, plan_person, standing};
use model::group::MadeBy;
use model::ids::{ContactId, GroupId, SourceId};
use model::plan::PersonPlan;
use model::source::VerifiedDomains;
use model::{Contact, Key};

use crate::world::{World, connection, person};

impl World {
    fn order<T>(&self, mut list: Vec<T>) -> Vec<T> {
        if self.backwards {
            list.reverse();
        }
        list
    }

    /// Everybody whom the mirror or a link knows.
    pub fn people(&self) -> BTreeSet<SourceId> {
        self.users.keys().chain(self.links.keys()).cloned().collect()
    }

    pub fn subject(&self, id: &SourceId) -> Subject {
        let link = self.links.get(id).cloned();
        let of =
            |map: &BTreeMap<ContactId, Contact>| link.as_ref().and_then(|l| map.get(&l.contact)).cloned();
        let mine = |((c, group), made_by): (&(ContactId, GroupId), &MadeBy)| {
            let held = link.as_ref().is_some_and(|l| l.contact == *c);
            held.then_some(Membership { group: *group, made_by: *made_by })
        };
        Subject {
            connection: connection(),
            source: id.clone(),
            mirror: self.users.get(id).cloned(),
            contact: of(&self.book),
            binned: of(&self.bin),
            groups: self.order(self.groups.get(id).into_iter().flatten().cloned().collect()),
            memberships: self.order(self.memberships.iter().filter_map(mine).collect()),
            rejections: self.rejections.get(id).cloned().unwrap_or_default(),
            kept_out: self.kept_out.get(id).copied(),
            link,
        }
    }

    pub fn cover(&self) -> GroupCover {
        let nestings = if self.policy.nested_groups { self.order(self.nestings.clone()) } else { Vec::new() };
        GroupCover::new(&self.scope, &nestings, self.ties.clone())
            .with_still(Still { emptied: self.emptied.clone(), vanished: self.vanished.clone() })
    }

    /// Hands the context to whoever needs one; verified is `x.example`.
    pub fn with_context<T>(&self, run: impl FnOnce(&Context<'_>) -> T) -> T {
        let (cover, domains) = (self.cover(), VerifiedDomains(vec!["x.example".into()]));
        run(&Context {
            policy: &self.policy,
            scope: &self.scope,
            cover: &cover,
            domains: &domains,
            held: &self.held,
            as_of: self.as_of,
        })
    }

    /// All keys with everybody and everything that holds them.
    pub fn hood(&self, ctx: &Context<'_>) -> Hood {
        let mut groups: BTreeMap<Key, KeyGroup> = BTreeMap::new();
        let mut people: BTreeMap<Key, BTreeSet<SourceId>> = BTreeMap::new();
        for id in self.people() {
            if let Some(key) = key_of(ctx, &self.subject(&id)) {
                people.entry(key).or_default().insert(id);
            }
        }
        let living = self.book.values().map(|c| (c, Place::Living));
        for (contact, place) in living.chain(self.bin.values().map(|c| (c, Place::Bin))) {
            let Some(key) = contact.values.key() else { continue };
            let links: Vec<_> =
                self.links.values().filter(|l| l.contact == contact.id).map(|l| l.source.clone()).collect();
            people.entry(key.clone()).or_default().extend(links.iter().cloned());
            let linked_elsewhere =
                if self.elsewhere.contains(&contact.id) { Elsewhere::Yes } else { Elsewhere::No };
            let held = KeyContact { contact: contact.clone(), place, links, linked_elsewhere };
            groups.entry(key).or_default().contacts.push(held);
        }
        for (key, ids) in people {
            groups.entry(key).or_default().people = ids.iter().map(|id| self.subject(id)).collect();
        }
        for group in groups.values_mut() {
            group.contacts = self.order(std::mem::take(&mut group.contacts));
            group.people = self.order(std::mem::take(&mut group.people));
        }
        Hood { groups }
    }

    pub fn plan(&self, n: u8) -> PersonPlan {
        self.with_context(|ctx| plan_person(ctx, &self.subject(&person(n)), &self.hood(ctx)))
    }

    /// Plans everybody.
    pub fn plan_all(&self) -> Vec<(SourceId, PersonPlan)> {
        self.with_context(|ctx| {
            let hood = self.hood(ctx);
            let one = |id: SourceId| (id.clone(), plan_person(ctx, &self.subject(&id), &hood));
            self.order(self.people().into_iter().collect()).into_iter().map(one).collect()
        })
    }

    pub fn standing(&self, n: u8) -> engine::Standing {
        self.with_context(|ctx| standing(ctx, &self.subject(&person(n))))
    }
}
