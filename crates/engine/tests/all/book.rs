//! Applying plans to a world: what each step means for book, bin, links and memberships. Held operations are left out.

use model::contact::Origin;
use model::group::MadeBy;
use model::ids::{ContactId, SourceId};
use model::plan::{Direction, FieldChange, FromBin, Mark, Operation, PersonPlan, Step};
use model::{Contact, Field, Key, Link, LinkOrigin};

use crate::world::{World, connection, contact_id};

impl World {
    /// Applies what is planned, people in the order given, each person's steps in theirs.
    pub fn apply(&mut self, plans: &[(SourceId, PersonPlan)]) {
        for (id, plan) in plans {
            if let Some(rejections) = self.rejections.get_mut(id) {
                rejections.retain(|r| !plan.outlived.iter().any(|o| o.what == *r));
            }
            for operation in plan.operations.iter().filter(|o| o.held.is_none()) {
                self.step(id, operation);
            }
            let Some(contact) = self.links.get(id).map(|l| l.contact) else { continue };
            for change in &plan.memberships {
                let at = (contact, change.group);
                match change.direction {
                    Direction::Join => _ = self.memberships.entry(at).or_insert(MadeBy::Run),
                    Direction::Leave => assert_eq!(self.memberships.remove(&at), Some(MadeBy::Run)),
                }
            }
        }
    }

    fn step(&mut self, id: &SourceId, operation: &Operation) {
        match &operation.step {
            Step::Create { again } => {
                let contact = again.unwrap_or_else(|| self.next_contact());
                self.create(id, contact);
            }
            Step::TakeOver { from } => {
                self.cut(id, *from);
                let contact = self.next_contact();
                self.create(id, contact);
            }
            Step::Adopt { contact, changes } => {
                let wrote_key = self.lay(*contact, changes);
                self.book.get_mut(contact).unwrap().left_at = None;
                self.tie(id, *contact, LinkOrigin::Automatic, wrote_key);
            }
            Step::Update { contact, changes, wrote_key } => {
                self.lay(*contact, changes);
                self.links.get_mut(id).unwrap().wrote_key.clone_from(wrote_key);
            }
            Step::Relink { contact, from, changes, from_bin } => {
                let link = self.links.remove(from).unwrap();
                assert_eq!(link.contact, *contact);
                if *from_bin == FromBin::Yes {
                    self.out_of_bin(*contact);
                }
                let wrote_key = self.lay(*contact, changes);
                self.book.get_mut(contact).unwrap().left_at = None;
                self.tie(id, *contact, link.origin, wrote_key);
            }
            Step::Restore { contact, changes } => {
                self.out_of_bin(*contact);
                self.lay_for(id, *contact, changes);
                self.book.get_mut(contact).unwrap().left_at = None;
            }
            Step::Return { contact, changes } => {
                self.lay_for(id, *contact, changes);
                self.book.get_mut(contact).unwrap().left_at = None;
            }
            Step::MarkLeft { contact } => self.book.get_mut(contact).unwrap().left_at = Some(self.as_of),
            Step::Unlink { contact, mark, .. } => {
                self.cut(id, *contact);
                if *mark == Mark::Left {
                    self.book.get_mut(contact).unwrap().left_at = Some(self.as_of);
                }
            }
            Step::Remove { contact } => {
                let gone = self.book.remove(contact).unwrap();
                self.bin.insert(*contact, gone);
                if let model::reason::Reason::Out(why) = operation.reason {
                    self.links.get_mut(id).unwrap().out = Some((why, self.as_of));
                }
            }
            Step::Wait { out, .. } => self.links.get_mut(id).unwrap().out = *out,
        }
    }

    /// The link goes; what is left is a person's own, memberships included.
    pub fn cut(&mut self, id: &SourceId, contact: ContactId) {
        assert_eq!(self.links.remove(id).unwrap().contact, contact);
        for ((of, _), made_by) in &mut self.memberships {
            if *of == contact {
                *made_by = MadeBy::Hand;
            }
        }
    }

    pub fn next_contact(&self) -> ContactId {
        let ids = self.book.keys().chain(self.bin.keys()).chain(self.links.values().map(|l| &l.contact));
        contact_id(ids.map(|c| c.number()).max().unwrap_or(10) + 1)
    }

    fn create(&mut self, id: &SourceId, contact: ContactId) {
        let values = self.with_context(|ctx| engine::project::for_create(ctx, &self.users[id].user));
        let wrote_key = values.key();
        let (left_at, pins, updated_at) = (None, Vec::new(), self.as_of);
        let made = Contact { id: contact, origin: Origin::Microsoft365, values, left_at, pins, updated_at };
        self.book.insert(contact, made);
        self.tie(id, contact, LinkOrigin::Creation, wrote_key);
    }

    pub fn tie(&mut self, id: &SourceId, contact: ContactId, origin: LinkOrigin, wrote_key: Option<Key>) {
        let link =
            Link { connection: connection(), source: id.clone(), contact, origin, wrote_key, out: None };
        self.links.insert(id.clone(), link);
    }

    fn out_of_bin(&mut self, contact: ContactId) {
        let back = self.bin.remove(&contact).unwrap();
        self.book.insert(contact, back);
    }

    /// Writes fields of somebody linked; only a written address is the one that a run wrote.
    fn lay_for(&mut self, id: &SourceId, contact: ContactId, changes: &[FieldChange]) {
        let key = self.lay(contact, changes);
        if changes.iter().any(|c| c.field == Field::Email) {
            self.links.get_mut(id).unwrap().wrote_key = key;
        }
    }

    /// Writes fields, each on the value that the plan saw; gives the key that the contact has afterwards.
    fn lay(&mut self, contact: ContactId, changes: &[FieldChange]) -> Option<Key> {
        let contact = self.book.get_mut(&contact).unwrap();
        for FieldChange { field, before, after } in changes {
            assert_eq!(contact.values.get(*field), before.as_deref(), "{}", Field::name(*field));
            contact.values.set(*field, after.as_deref());
        }
        contact.values.key()
    }
}
