//! The decision table: what becomes of one person. `docs/decision-table.md` spells the rows; every arm has a test.

use model::link::{Link, LinkOrigin};
use model::plan::{
    Direction, Finding, FindingKind, FromBin, HeldBy, Mark, MembershipChange, Operation, PersonPlan, Step,
};
use model::policy::{Departure, Fate, GroupMembers, Mode, OnExisting, OnLocalEmailChange, Ownership};
use model::reason::{InReason, OutReason, Reason};
use model::scope::Subscription;
use model::source::{Licence, SourceUser};
use model::{Contact, ContactId, Field, Key};

use crate::people::{Elsewhere, Hood, KeyContact, Place, sharing};
use crate::project::{EmailWrites, changes};
use crate::standing::{Standing, standing, state_digest};
use crate::subject::{Context, Membership, Subject, key_of};

/// Plans one person; looks at state only.
pub fn plan_person(ctx: &Context<'_>, person: &Subject, hood: &Hood) -> PersonPlan {
    let standing = standing(ctx, person);
    let mut desk =
        Desk { ctx, person, hood, plan: PersonPlan::default(), state: state_digest(person, &standing) };
    if !ctx.policy.active {
        return desk.plan;
    }
    match (&standing, &person.link) {
        (Standing::KeptOut(_), _) => {}
        (Standing::Hidden, Some(link)) => desk.find(FindingKind::Hidden, Some(link.contact), &[]),
        (Standing::Hidden | Standing::Missing | Standing::Out(_), None) => {}
        (Standing::In(why), None) => desk.arrive(why),
        (Standing::In(_), Some(link)) => desk.stay(link),
        (Standing::Out(why), Some(link)) => desk.depart(link, *why),
        (Standing::Missing, Some(link)) => desk.depart(link, OutReason::Deleted),
    }
    if standing == Standing::Missing {
        for operation in &mut desk.plan.operations {
            operation.held = Some(HeldBy::Unconfirmed);
        }
    }
    desk.memberships(&standing);
    desk.remarks(&standing);
    desk.plan
}

/// The person on the desk, and the plan as far as it is written.
struct Desk<'a> {
    ctx: &'a Context<'a>,
    person: &'a Subject,
    hood: &'a Hood,
    plan: PersonPlan,
    state: i64,
}

impl<'a> Desk<'a> {
    fn user(&self) -> Option<&'a SourceUser> {
        self.person.mirror.as_ref().map(|m| &m.user)
    }

    fn act(&mut self, step: Step, reason: Reason) {
        let rejected = |r: &crate::subject::Rejection| r.kind == step.kind() && r.state == self.state;
        if self.person.rejections.iter().any(rejected) {
            return;
        }
        self.plan.operations.push(Operation {
            connection: self.person.connection,
            source: self.person.source.clone(),
            step,
            reason,
            held: None,
            state: self.state,
        });
    }

    fn find(&mut self, kind: FindingKind, contact: Option<ContactId>, others: &[&Subject]) {
        let others = others.iter().map(|p| p.source.clone()).collect();
        self.plan.findings.push(Finding { kind, source: self.person.source.clone(), contact, others });
    }

    /// In scope, without a link: create, adopt, relink, or a finding.
    fn arrive(&mut self, why: &InReason) {
        if self.ctx.policy.mode == Mode::Manual && *why != InReason::Chosen {
            return;
        }
        let Some(key) = key_of(self.ctx, self.person) else {
            return self.act(Step::Create { again: None }, Reason::In(why.clone()));
        };
        let hood = self.hood;
        let sharing = sharing(self.ctx, hood, &key, &self.person.source);
        let living: Vec<&KeyContact> =
            hood.contacts(&key).iter().filter(|c| c.place == Place::Living).collect();
        if !sharing.is_empty() {
            return self.find(FindingKind::SharedAddress, None, &sharing);
        }
        match living.as_slice() {
            [] => self.arrive_from_bin_or_new(&key, why),
            [one] => self.arrive_at(one, &key, why),
            [_, _, ..] => self.find(FindingKind::SeveralContacts, None, &[]),
        }
    }

    fn arrive_from_bin_or_new(&mut self, key: &Key, why: &InReason) {
        let gone = |c: &&KeyContact| c.place == Place::Bin && self.linked_only_to_gone(c, key);
        let hood = self.hood;
        let mut binned = hood.contacts(key).iter().filter(gone);
        match (binned.next(), binned.next()) {
            (Some(one), None) => self.relink(one, key),
            (None, _) | (Some(_), Some(_)) => self.act(Step::Create { again: None }, Reason::In(why.clone())),
        }
    }

    fn arrive_at(&mut self, holder: &KeyContact, key: &Key, why: &InReason) {
        if holder.links.is_empty() {
            if holder.linked_elsewhere == Elsewhere::Yes {
                return self.adopt(holder);
            }
            return match self.ctx.policy.on_existing {
                OnExisting::Adopt => self.adopt(holder),
                OnExisting::Skip => self.find(FindingKind::ExistingContact, Some(holder.contact.id), &[]),
                OnExisting::Beside => self.act(Step::Create { again: None }, Reason::In(why.clone())),
            };
        }
        if self.linked_only_to_gone(holder, key) {
            return self.relink(holder, key);
        }
        let others: Vec<&Subject> = holder.links.iter().filter_map(|id| self.hood.person(key, id)).collect();
        self.find(FindingKind::KeyTaken, Some(holder.contact.id), &others);
    }

    fn linked_only_to_gone(&self, holder: &KeyContact, key: &Key) -> bool {
        let gone = |id| {
            self.hood
                .person(key, id)
                .is_some_and(|p| standing(self.ctx, p) == Standing::Out(OutReason::Deleted))
        };
        !holder.links.is_empty() && holder.links.iter().all(gone)
    }

    fn adopt(&mut self, holder: &KeyContact) {
        let Some(user) = self.user() else { return };
        let changes = changes(self.ctx, user, &holder.contact, EmailWrites::Allowed);
        self.act(Step::Adopt { contact: holder.contact.id, changes }, Reason::SameEmail);
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

    /// Linked and wanted: keep equal to the source, bring back what was removed here or by an earlier run.
    fn stay(&mut self, link: &Link) {
        let Some(user) = self.user() else { return };
        match (&self.person.contact, &self.person.binned) {
            (Some(contact), _) => self.refresh(link, contact),
            (None, Some(binned)) => {
                let changes = changes(self.ctx, user, binned, EmailWrites::Allowed);
                // What a run removed has its reason noted; without one a person removed it (X1).
                let why = if link.out.is_some() { Reason::Restored } else { Reason::RemovedHere };
                self.act(Step::Restore { contact: binned.id, changes }, why);
            }
            (None, None) => self.act(Step::Create { again: Some(link.contact) }, Reason::RemovedHere),
        }
        if link.out.is_some() && self.person.contact.is_some() {
            self.act(Step::Wait { contact: link.contact, out: None, due: None }, Reason::Restored);
        }
    }

    /// The linked contact lives and is to be kept in step.
    fn refresh(&mut self, link: &Link, contact: &Contact) {
        let Some(user) = self.user() else { return };
        if link.origin == LinkOrigin::Automatic && self.ctx.policy.on_existing == OnExisting::Skip {
            let step = Step::Unlink { contact: contact.id, origin: link.origin, mark: Mark::None };
            return self.act(step, Reason::LinkOff);
        }
        if self.taken_over(link, contact) {
            return self.act(Step::TakeOver { from: contact.id }, Reason::EmailChangedHere);
        }
        let key = key_of(self.ctx, self.person);
        let hood = self.hood;
        let sharing = key.as_ref().map_or_else(Vec::new, |k| sharing(self.ctx, hood, k, &self.person.source));
        let email = if sharing.is_empty() { EmailWrites::Allowed } else { EmailWrites::Shared };
        if email == EmailWrites::Shared {
            self.find(FindingKind::SharedAddress, Some(link.contact), &sharing);
        }
        let changes = changes(self.ctx, user, contact, email);
        if contact.left_at.is_some() {
            return self.act(Step::Return { contact: contact.id, changes }, Reason::Restored);
        }
        if !changes.is_empty() {
            let reason = Self::why_changed(contact, &changes);
            // Only a written address is one: otherwise the book's own would look like a person's edit (A6).
            let wrote = changes.iter().any(|c| c.field == Field::Email);
            let wrote_key = if wrote { key } else { link.wrote_key.clone() };
            self.act(Step::Update { contact: contact.id, changes, wrote_key }, reason);
        }
    }

    fn why_changed(contact: &Contact, changes: &[model::plan::FieldChange]) -> Reason {
        let pinned = |c: &model::plan::FieldChange| contact.pins.iter().any(|p| p.field == c.field);
        if !changes.is_empty() && changes.iter().all(pinned) {
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
        let departure = self.departure(why);
        let fate = match (departure.fate, link.origin) {
            (Fate::Remove, LinkOrigin::Automatic | LinkOrigin::ByHand) => Fate::MarkLeft,
            (fate, _) => fate,
        };
        if fate == Fate::Keep {
            if link.out.is_some() {
                self.act(Step::Wait { contact: contact.id, out: None, due: None }, Reason::Out(why));
            }
            return self.refresh(link, contact);
        }
        if self.waits(link, why, departure) {
            return self.refresh(link, contact);
        }
        self.leave(link, contact, fate, why);
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
        }
        as_of < due
    }

    fn depart_for_good(&mut self, link: &Link, contact: &Contact) {
        if self.replaced_by_relink(contact) {
            return;
        }
        match link.origin {
            LinkOrigin::Creation => {
                let departure = self.ctx.policy.on_deleted;
                if departure.fate != Fate::Keep && !self.waits(link, OutReason::Deleted, departure) {
                    self.leave(link, contact, departure.fate, OutReason::Deleted);
                }
            }
            LinkOrigin::Automatic | LinkOrigin::ByHand => {
                let step = Step::Unlink { contact: contact.id, origin: link.origin, mark: Mark::Left };
                self.act(step, Reason::Out(OutReason::Deleted));
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
        if why == OutReason::LeftGroup && self.ctx.policy.guard.group_emptied && self.only_emptied_groups() {
            for operation in &mut self.plan.operations {
                operation.held = Some(HeldBy::GroupEmptied);
            }
        }
    }

    fn only_emptied_groups(&self) -> bool {
        let run_made = self.person.memberships.iter().filter(|m| m.made_by == model::group::MadeBy::Run);
        let mut tied = run_made.filter(|m| self.ctx.cover.is_tied(m.group)).peekable();
        tied.peek().is_some() && tied.all(|m| self.ctx.cover.is_emptied(m.group))
    }

    /// The same person was hired again: the newcomer's plan moves the link, so nothing is removed here.
    fn replaced_by_relink(&self, contact: &Contact) -> bool {
        let Some(key) = contact.values.key() else { return false };
        let living = self.hood.contacts(&key).iter().filter(|c| c.place == Place::Living).count();
        let newcomers = sharing(self.ctx, self.hood, &key, &self.person.source);
        let adds = |p: &&Subject| {
            p.link.is_none()
                && (self.ctx.policy.mode == Mode::Automatic || self.ctx.scope.chosen.contains(&p.source))
        };
        living == 1 && newcomers.len() == 1 && newcomers.iter().all(adds)
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

    /// Memberships in the contact groups that stand for subscribed groups.
    fn memberships(&mut self, standing: &Standing) {
        let wanted = matches!(standing, Standing::In(_));
        let linked_alive = self.person.link.is_some()
            && matches!(standing, Standing::Out(why) if *why != OutReason::Deleted);
        let arrives = self.plan.operations.iter().any(|o| {
            matches!(
                o.step,
                Step::Create { .. }
                    | Step::Adopt { .. }
                    | Step::Relink { .. }
                    | Step::Restore { .. }
                    | Step::TakeOver { .. }
            )
        });
        let leaves =
            self.plan.operations.iter().any(|o| matches!(o.step, Step::Remove { .. } | Step::Unlink { .. }));
        let here = self.person.contact.is_some() && self.person.link.is_some();
        if leaves || !(wanted || linked_alive) || !(here || arrives) {
            return;
        }
        let covers = self.person.groups.iter().flat_map(|g| self.ctx.cover.above(g));
        let active = covers.filter(|c| c.subscription == Subscription::Active);
        let mut desired: Vec<_> = active.filter_map(|c| self.ctx.cover.tie(&c.root)).collect();
        desired.sort_unstable();
        desired.dedup();
        let has = &self.person.memberships;
        for group in &desired {
            if wanted && !has.iter().any(|m| m.group == *group) {
                self.plan.memberships.push(MembershipChange { group: *group, direction: Direction::Join });
            }
        }
        if self.ctx.policy.group_members == GroupMembers::Mirror {
            let left = |m: &&Membership| {
                m.made_by == model::group::MadeBy::Run
                    && self.ctx.cover.is_followed(m.group)
                    && !(self.ctx.policy.guard.group_emptied && self.ctx.cover.is_emptied(m.group))
                    && !desired.contains(&m.group)
            };
            let left: Vec<_> = has.iter().filter(left).map(|m| m.group).collect();
            self.plan.memberships.extend(
                left.into_iter().map(|group| MembershipChange { group, direction: Direction::Leave }),
            );
        }
    }

    /// What is said of people who belong in the book, and is no error: no Exchange Online plan (X11), presumed kind.
    fn remarks(&mut self, standing: &Standing) {
        let (Standing::In(_), Some(user)) = (standing, self.user()) else { return };
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
