//! The decision table: what becomes of one person. `docs/decision-table.md` spells the rows; every arm has a test.
//! A plan is made so that applying it and planning again plans nothing; what others' plans free or take is foreseen.

use model::link::{Link, LinkOrigin};
use model::plan::{
    Finding, FindingKind, HeldBy, HeldMembers, LookAgain, Mark, OpKind, Operation, PersonPlan, Step,
};
use model::policy::{Departure, Fate, OnExisting, OnLocalEmailChange, Ownership};
use model::reason::{OutReason, Reason};
use model::source::SourceUser;
use model::{Contact, ContactId, Field};

use crate::memberships::groups_digest;
use crate::people::{Elsewhere, Hood, sharing};
use crate::project::{EmailWrites, changes};
use crate::standing::{Standing, standing, state_digest};
use crate::subject::{Context, Outlived, Rejection, Subject, key_of};

/// Plans one person; looks at state only.
pub fn plan_person(ctx: &Context<'_>, person: &Subject, hood: &Hood) -> PersonPlan {
    let mut desk = Desk::new(ctx, person, hood);
    if !ctx.policy.active {
        return desk.plan;
    }
    match (&desk.standing, &person.link) {
        (Standing::KeptOut(_), _) => {}
        (Standing::Hidden, Some(link)) => desk.find(FindingKind::Hidden, Some(link.contact), &[]),
        (Standing::Hidden | Standing::Missing | Standing::Out(_), None) => {}
        (Standing::In(why), None) => desk.arrive(&why.clone()),
        (Standing::Out(OutReason::Deleted), Some(link)) if desk.replaced_by_relink(link) => {}
        (Standing::In(_) | Standing::Out(_) | Standing::Missing, Some(link)) => {
            desk.settle(link);
            desk.arrive_after_unlink();
        }
    }
    desk.memberships();
    desk.remarks();
    desk.wait_for_release();
    desk.outlive();
    desk.plan
}

/// The person on the desk, and the plan as far as it is written.
pub(crate) struct Desk<'a> {
    pub(crate) ctx: &'a Context<'a>,
    pub(crate) person: &'a Subject,
    pub(crate) hood: &'a Hood,
    pub(crate) standing: Standing,
    pub(crate) plan: PersonPlan,
    state: i64,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(ctx: &'a Context<'a>, person: &'a Subject, hood: &'a Hood) -> Self {
        let standing = standing(ctx, person);
        let state = state_digest(person, &standing);
        let plan = PersonPlan { contact: person.link.as_ref().map(|l| l.contact), ..PersonPlan::default() };
        Self { ctx, person, hood, standing, plan, state }
    }

    pub(crate) fn user(&self) -> Option<&'a SourceUser> {
        self.person.mirror.as_ref().map(|m| &m.user)
    }

    pub(crate) fn act(&mut self, step: Step, reason: Reason) {
        let rejected = |r: &Rejection| r.kind == step.kind() && r.state == self.state;
        if self.person.rejections.iter().any(rejected) {
            return;
        }
        // Nobody looked whether somebody missing is gone.
        let held = (self.standing == Standing::Missing).then_some(HeldBy::Unconfirmed);
        let (connection, source) = (self.person.connection, self.person.source.clone());
        self.plan.operations.push(Operation { connection, source, step, reason, held, state: self.state });
    }

    /// A rejection ends once its person is seen in another state, for good: the old state may come back, but that is a
    /// change which nobody has judged. A state that was not seen is none.
    fn outlive(&mut self) {
        if matches!(self.standing, Standing::Hidden | Standing::Missing) {
            return;
        }
        let state = |r: &Rejection| {
            if r.kind == OpKind::Members { groups_digest(self.ctx, self.person) } else { self.state }
        };
        let ended = self.person.rejections.iter().filter(|r| r.state != state(r));
        let outlived = ended.map(|r| Outlived { source: self.person.source.clone(), what: *r });
        self.plan.outlived.extend(outlived);
    }

    pub(crate) fn find(&mut self, kind: FindingKind, contact: Option<ContactId>, others: &[&Subject]) {
        let others = others.iter().map(|p| p.source.clone()).collect();
        self.plan.findings.push(Finding { kind, source: self.person.source.clone(), contact, others });
    }

    /// Everything that is planned about somebody whom a person holds waits (W1).
    pub(crate) fn wait_for_release(&mut self) {
        if !self.ctx.held.contains(&self.person.source) {
            return;
        }
        for operation in &mut self.plan.operations {
            operation.held = Some(HeldBy::Person);
        }
        let state = groups_digest(self.ctx, self.person);
        self.plan.held = Some(HeldMembers { person: self.person.source.clone(), state });
    }

    /// Somebody linked, without regard to newcomers.
    pub(crate) fn settle(&mut self, link: &Link) {
        match self.standing {
            Standing::In(_) => self.stay(link),
            Standing::Out(why) => self.depart(link, why),
            Standing::Missing => self.depart(link, OutReason::Deleted),
            Standing::Hidden | Standing::KeptOut(_) => {}
        }
    }

    /// Linked and wanted: keep equal to the source, bring back what was removed here or by an earlier run.
    fn stay(&mut self, link: &Link) {
        let contact = self.person.contact.as_ref().or(self.person.binned.as_ref());
        if contact.is_some_and(|c| self.link_off(link, c)) {
            return self.unlink(link, Mark::None, Reason::LinkOff);
        }
        if link.out.is_some() {
            self.act(Step::Wait { contact: link.contact, out: None, due: None }, Reason::Restored);
        }
        match (&self.person.contact, &self.person.binned) {
            (Some(contact), _) => self.refresh(link, contact),
            (None, Some(binned)) => self.restore(link, binned),
            (None, None) => self.act(Step::Create { again: Some(link.contact) }, Reason::RemovedHere),
        }
    }

    /// `link` was switched off: automatic links go, but not those that join two connections' users.
    pub(crate) fn link_off(&self, link: &Link, contact: &Contact) -> bool {
        let elsewhere = || {
            let key = contact.values.key();
            let known = key.iter().flat_map(|k| self.hood.contacts(k)).find(|c| c.contact.id == contact.id);
            known.is_some_and(|c| c.linked_elsewhere == Elsewhere::Yes)
        };
        link.origin == LinkOrigin::Automatic
            && self.ctx.policy.on_existing == OnExisting::Skip
            && !elsewhere()
    }

    fn unlink(&mut self, link: &Link, mark: Mark, reason: Reason) {
        self.act(Step::Unlink { contact: link.contact, origin: link.origin, mark }, reason);
    }

    /// Out of the bin.
    fn restore(&mut self, link: &Link, binned: &Contact) {
        let Some(user) = self.user() else { return };
        let email = self.email_writes(link);
        if email == EmailWrites::Allowed && self.taken_over(link, binned) {
            return self.act(Step::TakeOver { from: binned.id }, Reason::EmailChangedHere);
        }
        let changes = changes(self.ctx, user, binned, email);
        // What a run removed has its reason noted; without one a person removed it (X1).
        let why = if link.out.is_some() { Reason::Restored } else { Reason::RemovedHere };
        self.act(Step::Restore { contact: binned.id, changes }, why);
    }

    /// The linked contact lives and is to be kept in step.
    fn refresh(&mut self, link: &Link, contact: &Contact) {
        let Some(user) = self.user() else { return };
        let mut email = self.email_writes(link);
        if self.taken_over(link, contact) {
            if email == EmailWrites::Allowed && matches!(self.standing, Standing::In(_)) {
                return self.act(Step::TakeOver { from: contact.id }, Reason::EmailChangedHere);
            }
            // Nothing is created for people who are out or share the address; the edit stands until they are neither.
            email = EmailWrites::Kept;
        }
        let changes = changes(self.ctx, user, contact, email);
        if contact.left_at.is_some() {
            return self.act(Step::Return { contact: contact.id, changes }, Reason::Restored);
        }
        if !changes.is_empty() {
            let reason = Self::why_changed(contact, &changes);
            // Only a written address is one: otherwise the book's own would look like a person's edit (A6).
            let wrote = changes.iter().any(|c| c.field == Field::Email);
            let wrote_key = if wrote { key_of(self.ctx, self.person) } else { link.wrote_key.clone() };
            self.act(Step::Update { contact: contact.id, changes, wrote_key }, reason);
        }
    }

    /// While others in scope have the address, the key field stays as it is; with a finding.
    fn email_writes(&mut self, link: &Link) -> EmailWrites {
        let Some(key) = key_of(self.ctx, self.person) else { return EmailWrites::Allowed };
        let sharing = sharing(self.ctx, self.hood, &key, &self.person.source);
        if sharing.is_empty() {
            return EmailWrites::Allowed;
        }
        self.find(FindingKind::SharedAddress, Some(link.contact), &sharing);
        EmailWrites::Kept
    }

    fn why_changed(contact: &Contact, changes: &[model::plan::FieldChange]) -> Reason {
        let pinned = |c: &model::plan::FieldChange| contact.pins.iter().any(|p| p.field == c.field);
        // The display name follows the names, so it ends with their pins.
        let follows = |c: &model::plan::FieldChange| c.field == model::Field::DisplayName;
        if changes.iter().any(pinned) && changes.iter().all(|c| pinned(c) || follows(c)) {
            Reason::PinExpired
        } else {
            Reason::SourceChanged
        }
    }

    /// A6: the address was changed in the book, and the policy lets a new contact take the link over.
    fn taken_over(&self, link: &Link, contact: &Contact) -> bool {
        let policy = self.ctx.policy;
        if policy.on_local_email_change != OnLocalEmailChange::CreateNew
            || policy.ownership(Field::Email) == Ownership::Never
            || contact.pinned(Field::Email, self.ctx.as_of)
        {
            return false;
        }
        let now = contact.values.key();
        link.wrote_key.is_some() && now != link.wrote_key && now != key_of(self.ctx, self.person)
    }

    /// Linked and out: by the key of the reason, and never a removal of what no run created.
    fn depart(&mut self, link: &Link, why: OutReason) {
        let Some(contact) = &self.person.contact else { return };
        if why == OutReason::Deleted {
            return self.depart_for_good(link, contact);
        }
        if self.link_off(link, contact) {
            return self.unlink(link, Mark::None, Reason::LinkOff);
        }
        let departure = self.departure(why);
        let fate = match (departure.fate, link.origin) {
            (Fate::Remove, LinkOrigin::Automatic | LinkOrigin::ByHand) => Fate::MarkLeft,
            (fate, _) => fate,
        };
        match fate {
            Fate::Keep => {
                if link.out.is_some() {
                    self.act(Step::Wait { contact: contact.id, out: None, due: None }, Reason::Out(why));
                }
                self.refresh(link, contact);
            }
            // Who is marked stays so, whatever the reason has become.
            Fate::MarkLeft if contact.left_at.is_some() => {}
            Fate::Remove | Fate::MarkLeft if self.waits(link, why, departure) => {
                if contact.left_at.is_none() {
                    self.refresh(link, contact);
                }
            }
            Fate::Remove | Fate::MarkLeft => self.leave(link, contact, fate, why),
        }
    }

    /// Notes since when somebody is out; says whether there is time left.
    fn waits(&mut self, link: &Link, why: OutReason, departure: Departure) -> bool {
        if departure.after_days == 0 {
            return false;
        }
        let as_of = self.ctx.as_of;
        let since = link.out.filter(|(reason, _)| *reason == why).map_or(as_of, |(_, since)| since);
        let due = since.plus_days(departure.after_days);
        if link.out != Some((why, since)) {
            let step = Step::Wait { contact: link.contact, out: Some((why, since)), due: Some(due) };
            self.act(step, Reason::Out(why));
        } else if as_of < due {
            self.plan.look_again = Some(LookAgain { person: self.person.source.clone(), at: due });
        }
        as_of < due
    }

    fn depart_for_good(&mut self, link: &Link, contact: &Contact) {
        match link.origin {
            LinkOrigin::Creation => {
                let departure = self.ctx.policy.on_deleted;
                if departure.fate != Fate::Keep && !self.waits(link, OutReason::Deleted, departure) {
                    self.leave(link, contact, departure.fate, OutReason::Deleted);
                }
            }
            LinkOrigin::Automatic | LinkOrigin::ByHand => {
                self.unlink(link, Mark::Left, Reason::Out(OutReason::Deleted));
            }
        }
    }

    fn leave(&mut self, link: &Link, contact: &Contact, fate: Fate, why: OutReason) {
        match fate {
            Fate::Keep => {}
            Fate::Remove => self.act(Step::Remove { contact: link.contact }, Reason::Out(why)),
            Fate::MarkLeft if contact.left_at.is_some() => {}
            Fate::MarkLeft => self.act(Step::MarkLeft { contact: link.contact }, Reason::Out(why)),
        }
        if why == OutReason::LeftGroup && self.only_emptied_groups() {
            for operation in &mut self.plan.operations {
                operation.held = Some(HeldBy::GroupEmptied);
            }
        }
    }

    fn departure(&self, why: OutReason) -> Departure {
        let policy = self.ctx.policy;
        match why {
            OutReason::Deleted => policy.on_deleted,
            OutReason::Disabled => policy.on_disabled,
            OutReason::Unlicensed => policy.on_unlicensed,
            OutReason::LeftGroup => policy.on_left_group,
            // S9: ending a subscription removes nobody.
            OutReason::SubscriptionEnded => Departure { fate: Fate::Keep, after_days: 0 },
            OutReason::Excluded
            | OutReason::Guest
            | OutReason::SharedMailbox
            | OutReason::WithoutEmail
            | OutReason::NotInScope => policy.on_out_of_scope,
        }
    }
}
