//! The tenant's people and groups as a person picks from them: in the order of a telephone book, to be searched by words, each
//! with how it stands towards the book. Read once from the mirror and kept in memory by whoever shows pages of it, for the mirror
//! knows no order of names and no words, and whom a page leaves out must be counted as well.
//!
//! Rule: of a person it keeps the id and folded words, no values; a page reads these from the mirror, which forgets whom it must.
//! It is true as long as [`Book::seen`] and the policy are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use engine::ineligible;
use memchr::memmem;
use model::ids::{ContactId, SourceId};
use model::policy::OnExisting;
use model::reason::OutReason;
use model::search::{Term, Words, collation_key};
use model::source::{MirrorUser, Presence, SourceGroup, SourceUser};
use model::{Field, Policy, Values, order};
use store::{Book, ConnectionRow, InBook, Seen, StoreError};

/// Groups whose members are kept at hand.
const GROUPS_KEPT: usize = 16;

/// The people and groups of one connection.
pub struct Roster {
    seen: Seen,
    policy: Policy,
    /// In the order of a telephone book.
    people: Vec<Someone>,
    /// Places in `people`, in the order of ids.
    by_id: Vec<u32>,
    /// Places in `people`, in the order of their words.
    by_words: Vec<u32>,
    /// Everybody's words, each behind a line break.
    words: String,
    /// By name.
    groups: Vec<Grouping>,
    members: Mutex<BTreeMap<SourceId, Arc<Vec<u32>>>>,
}

/// Somebody of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Someone {
    /// The object id.
    pub id: SourceId,
    /// How they stand towards the book.
    pub mark: Mark,
    /// Why the account does not count as a person by the rules, where it does not. An import by hand asks nothing of the kind.
    pub odd: Option<OutReason>,
    /// The digest of the address by which they are told apart (a collision of two only makes a page warn too much).
    pub key: Option<i64>,
    /// Whether somebody else of the tenant has that address, too. Where both belong in the book, neither is made.
    pub shares: bool,
    /// Where the words begin and end.
    words: (u32, u32),
}

/// How somebody of the tenant stands towards the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// In the book by a contact that is linked.
    InBook(ContactId),
    /// A contact has the address, and an import links it.
    WillLink(ContactId),
    /// A contact has the address, and the rules link none: an import leaves both alone.
    Apart(ContactId),
    /// An import makes a contact.
    New,
    /// Excluded from the scope by a person.
    Excluded,
    /// Erased, objected or restricted.
    KeptOut,
}

/// A group of the tenant.
#[derive(Debug, Clone)]
pub struct Grouping {
    /// Its attributes.
    pub group: SourceGroup,
    /// Who and what is in the group itself.
    pub members: i64,
    words: Words,
}

impl Someone {
    /// Whether an import by hand can take them.
    pub const fn can_be_ticked(&self) -> bool {
        match self.mark {
            Mark::WillLink(_) | Mark::Apart(_) | Mark::New => true,
            Mark::InBook(_) | Mark::Excluded | Mark::KeptOut => false,
        }
    }

    /// Whether the import page ticks them at first: everybody who counts as a person and whom an import would bring (S7).
    pub fn is_ticked_at_first(&self) -> bool {
        self.odd.is_none() && matches!(self.mark, Mark::WillLink(_) | Mark::New)
    }
}

impl Roster {
    /// Reads it; blocks. It costs as much as the tenant is large.
    pub fn read(book: &Book, connection: &ConnectionRow, policy: &Policy) -> Result<Self, StoreError> {
        // First, so that what changes meanwhile is read anew by the next one.
        let seen = book.seen(connection.id)?;
        let standing = Standing::read(book, connection, policy)?;
        let (mut drawn, mut words, mut folded) = (Vec::new(), String::new(), Words::default());
        book.each_user(connection.id, |mirror| {
            if mirror.presence == Presence::Live {
                folded.clear();
                texts(&mirror.user).for_each(|text| folded.add_text(text));
                let start = words.len() as u32;
                for word in folded.iter() {
                    words.push('\n');
                    words.push_str(word);
                }
                let someone = standing.of(connection, policy, &mirror, (start, words.len() as u32));
                drawn.push((sort_key(&mirror.user), someone));
            }
        })?;
        drawn.sort_unstable_by(|a, b| (&a.0, &a.1.id).cmp(&(&b.0, &b.1.id)));
        let mut people: Vec<Someone> = drawn.into_iter().map(|(_, someone)| someone).collect();
        let (mut once, mut several) = (BTreeSet::new(), BTreeSet::new());
        several.extend(people.iter().filter_map(|p| p.key).filter(|key| !once.insert(*key)));
        for someone in &mut people {
            someone.shares = someone.key.is_some_and(|key| several.contains(&key));
        }
        let mut by_id: Vec<u32> = (0..people.len() as u32).collect();
        by_id.sort_unstable_by_key(|at| people.get(*at as usize).map(|p| &p.id));
        let mut by_words = by_id.clone();
        by_words.sort_unstable_by_key(|at| people.get(*at as usize).map(|p| p.words));
        let (policy, groups) = (policy.clone(), groups(book, connection)?);
        Ok(Self { seen, policy, people, by_id, by_words, words, groups, members: Mutex::default() })
    }

    /// Whether it is still true.
    pub fn holds(
        &self,
        book: &Book,
        connection: &ConnectionRow,
        policy: &Policy,
    ) -> Result<bool, StoreError> {
        Ok(self.policy == *policy && self.seen == book.seen(connection.id)?)
    }

    /// Everybody, in the order of a telephone book.
    pub fn people(&self) -> &[Someone] {
        &self.people
    }

    /// All groups, by name.
    pub fn groups(&self) -> &[Grouping] {
        &self.groups
    }

    /// A group by its id.
    pub fn group(&self, id: &SourceId) -> Option<&Grouping> {
        self.groups.iter().find(|grouping| grouping.group.id == *id)
    }

    /// Where somebody stands among all.
    pub fn place(&self, id: &SourceId) -> Option<usize> {
        let of = |at: &u32| self.people.get(*at as usize).map(|p| &p.id);
        let at = self.by_id.binary_search_by(|at| of(at).cmp(&Some(id))).ok()?;
        self.by_id.get(at).map(|at| *at as usize)
    }

    /// The places of those of whom each term starts a word, in their order; everybody's where nothing is looked for. It looks through
    /// everybody's words at once, which costs far less than person by person.
    pub fn found(&self, terms: &[Term]) -> Vec<u32> {
        // The longest term leaves the fewest to look at closely.
        let rare = terms.iter().max_by_key(|term| term.spellings().iter().map(String::len).min());
        let Some(rare) = rare else { return (0..self.people.len() as u32).collect() };
        let mut found: Vec<u32> = Vec::new();
        for spelling in rare.spellings() {
            let start = format!("\n{spelling}");
            let mut behind = 0;
            for at in memmem::find_iter(self.words.as_bytes(), &start) {
                // Of one person once is enough.
                if at >= behind
                    && let Some((place, end)) = self.whose(at)
                {
                    behind = end;
                    found.push(place);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|place| self.says(*place, terms));
        found
    }

    /// Whose word stands there, and where that person's words end.
    fn whose(&self, at: usize) -> Option<(u32, usize)> {
        let words = |place: &u32| self.people.get(*place as usize).map_or((0, 0), |someone| someone.words);
        let behind = self.by_words.partition_point(|place| words(place).1 as usize <= at);
        self.by_words.get(behind).map(|place| (*place, words(place).1 as usize))
    }

    fn says(&self, place: u32, terms: &[Term]) -> bool {
        let (start, end) = self.people.get(place as usize).map_or((0, 0), |someone| someone.words);
        let words = self.words.get(start as usize..end as usize).unwrap_or_default();
        terms.iter().all(|term| words.split('\n').any(|word| term.starts(word)))
    }

    /// The places of those who are in a group or in one within it, in their order; blocks.
    pub fn members(
        &self,
        book: &Book,
        connection: &ConnectionRow,
        group: &SourceId,
    ) -> Result<Arc<Vec<u32>>, StoreError> {
        let kept = || self.members.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(members) = kept().get(group) {
            return Ok(members.clone());
        }
        let people = book.people_in(connection.id, std::slice::from_ref(group))?;
        let mut places: Vec<u32> = people.iter().filter_map(|id| Some(self.place(id)? as u32)).collect();
        places.sort_unstable();
        let places = Arc::new(places);
        let mut kept = kept();
        if kept.len() >= GROUPS_KEPT {
            kept.pop_first();
        }
        kept.insert(group.clone(), places.clone());
        Ok(places)
    }
}

impl Grouping {
    /// Whether each term starts a word of its name, address or description.
    pub fn says(&self, terms: &[Term]) -> bool {
        self.words.admit(terms)
    }
}

/// What decides how people stand towards the book.
struct Standing {
    there: BTreeMap<SourceId, InBook>,
    excluded: BTreeSet<SourceId>,
    kept_out: BTreeSet<SourceId>,
}

impl Standing {
    fn read(book: &Book, connection: &ConnectionRow, policy: &Policy) -> Result<Self, StoreError> {
        let mut there = book.in_book(connection.id)?;
        if policy.on_existing == OnExisting::Beside {
            there.retain(|_, way| matches!(way, InBook::Linked(_)));
        }
        let kept_out = book.kept_out()?.into_iter().map(|row| row.source).collect();
        Ok(Self { there, excluded: book.scope(connection.id)?.excluded, kept_out })
    }

    fn of(
        &self,
        connection: &ConnectionRow,
        policy: &Policy,
        mirror: &MirrorUser,
        words: (u32, u32),
    ) -> Someone {
        let id = mirror.user.id.clone();
        let mark = if self.kept_out.contains(&id) {
            Mark::KeptOut
        } else {
            match self.there.get(&id) {
                Some(InBook::Linked(contact)) => Mark::InBook(*contact),
                _ if self.excluded.contains(&id) => Mark::Excluded,
                Some(InBook::SameAddress(contact)) => match policy.on_existing {
                    OnExisting::Adopt => Mark::WillLink(*contact),
                    OnExisting::Skip | OnExisting::Beside => Mark::Apart(*contact),
                },
                None => Mark::New,
            }
        };
        let odd = ineligible(policy, &mirror.user, &connection.domains).filter(|_| mark != Mark::KeptOut);
        let key = policy.email_from.key(&mirror.user, &connection.domains).map(|key| key.digest());
        Someone { id, mark, odd, key, shares: false, words }
    }
}

/// What people look for somebody by.
fn texts(user: &SourceUser) -> impl Iterator<Item = &str> {
    let all = [
        &user.first_name,
        &user.last_name,
        &user.display_name,
        &user.mail,
        &user.upn,
        &user.job_title,
        &user.department,
        &user.office,
    ];
    all.into_iter().flatten().map(|text| &**text)
}

/// What the contact would be sorted by.
fn sort_key(user: &SourceUser) -> String {
    let mut values = Values::default();
    for (field, text) in [
        (Field::FirstName, &user.first_name),
        (Field::LastName, &user.last_name),
        (Field::DisplayName, &user.display_name),
        (Field::Email, &user.mail),
    ] {
        values.set(field, text.as_deref());
    }
    order::sort_key(&values)
}

fn groups(book: &Book, connection: &ConnectionRow) -> Result<Vec<Grouping>, StoreError> {
    let counts = book.member_counts(connection.id)?;
    let grouping = |group: SourceGroup| {
        let mut words = Words::default();
        let texts = [Some(&group.name), group.mail.as_ref(), group.description.as_ref()];
        texts.into_iter().flatten().for_each(|text| words.add_text(text));
        Grouping { members: counts.get(&group.id).copied().unwrap_or(0), group, words }
    };
    let mut groups: Vec<Grouping> = book.living_groups(connection.id)?.into_iter().map(grouping).collect();
    groups.sort_by_cached_key(|g| (collation_key(&g.group.name), g.group.id.clone()));
    Ok(groups)
}
