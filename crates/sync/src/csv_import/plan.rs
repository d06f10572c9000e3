//! Planning an import: for each row its contact, what would change, and what cannot be taken.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use formats::{Meaning, Sheet, SheetRow, groups_as_exported};
use model::group::folded;
use model::ids::PublicId;
use model::plan::differing;
use model::policy::Ownership;
use model::{ContactId, Field, Key, Policy, Timestamp, Values};
use store::{Book, BookEntry, StoreError};

use super::cells::{self, Cell, cells, id_of, key_of, of_field};
use super::{CellError, Choices, Existing, Expected, Fate, Kept, NAMING, Planned, RowPlan, WhyKept};

/// Contact groups that a whole file may name besides those in which its contacts are already.
const MOST_GROUPS: usize = 1_000;

/// Plans the import of a file with what somebody chose for it. Costs as much as the file is long.
pub fn plan(book: &Book, sheet: &Sheet, choices: &Choices, now: Timestamp) -> Result<Planned, StoreError> {
    let rows: Vec<(&SheetRow, Vec<Cell>)> = sheet
        .rows
        .iter()
        .map(|row| (row, cells(row, choices)))
        .filter(|(_, cells)| !cells.is_empty())
        .collect();
    let known = Known::of(book, &rows, choices)?;
    let mut desk = Desk {
        sheet,
        choices,
        known,
        policy: book.policy()?,
        now,
        keys: BTreeMap::new(),
        contacts: BTreeMap::new(),
        groups: choices.group.iter().map(|group| folded(group)).collect(),
    };
    let rows = rows.iter().map(|(row, cells)| desk.row(row, cells)).collect();
    Ok(Planned { rows, beside: choices.existing == Existing::Beside })
}

/// The contacts that rows may mean.
struct Known {
    ids: BTreeMap<String, ContactId>,
    keys: BTreeMap<Key, Vec<ContactId>>,
    entries: BTreeMap<ContactId, BookEntry>,
}

impl Known {
    fn of(book: &Book, rows: &[(&SheetRow, Vec<Cell>)], choices: &Choices) -> Result<Self, StoreError> {
        let (mut ids, mut keys, mut entries) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        if choices.existing == Existing::Beside {
            return Ok(Self { ids, keys, entries });
        }
        for text in rows.iter().filter_map(|(_, cells)| id_of(cells)) {
            let id = PublicId::from_str(text).ok().and_then(|id| book.store().contact_of(id));
            ids.extend(id.filter(|id| id.customer() == book.customer.id).map(|id| (text.to_owned(), id)));
        }
        let wanted: BTreeSet<Key> = rows.iter().filter_map(|(_, cells)| key_of(cells)).collect();
        keys.extend(book.contacts_by_keys(&wanted.into_iter().collect::<Vec<_>>())?);
        let all: BTreeSet<ContactId> = ids.values().chain(keys.values().flatten()).copied().collect();
        let found = book.entries_by_id(&all.into_iter().collect::<Vec<_>>())?;
        entries.extend(found.into_iter().map(|entry| (entry.contact.id, entry)));
        Ok(Self { ids, keys, entries })
    }

    /// The contact that a row means: by its id, else by its address; with how many others have that.
    fn meant(&self, cells: &[Cell]) -> Option<(&BookEntry, usize)> {
        let by_id = id_of(cells).and_then(|text| self.ids.get(text)).and_then(|id| self.entries.get(id));
        if let Some(entry) = by_id {
            return Some((entry, 1));
        }
        let ids = key_of(cells).and_then(|key| self.keys.get(&key))?;
        ids.first().and_then(|id| self.entries.get(id)).map(|entry| (entry, ids.len()))
    }
}

/// What rows are planned with, and what earlier ones have taken.
struct Desk<'a> {
    sheet: &'a Sheet,
    choices: &'a Choices,
    known: Known,
    policy: Policy,
    now: Timestamp,
    /// Addresses that contacts get, with the row that brings each.
    keys: BTreeMap<Key, u64>,
    /// Contacts that rows mean, with the first that does.
    contacts: BTreeMap<ContactId, u64>,
    /// Groups that contacts come into, folded.
    groups: BTreeSet<String>,
}

impl Desk<'_> {
    fn row(&mut self, row: &SheetRow, cells: &[Cell]) -> RowPlan {
        let blank = RowPlan {
            n: row.n,
            name: name(cells),
            fate: Fate::Wrong,
            changes: Vec::new(),
            groups: Vec::new(),
            errors: Vec::new(),
            kept: Vec::new(),
        };
        let beyond = row.cells.iter().enumerate().skip(self.sheet.headings.len());
        let beyond = beyond.filter(|(_, cell)| !cell.trim().is_empty()).map(|(column, cell)| CellError {
            column,
            value: cell.trim().to_owned(),
            expected: Expected::Nothing,
        });
        let errors: Vec<CellError> = beyond.take(1).collect();
        if !errors.is_empty() {
            return RowPlan { errors, ..blank };
        }
        let meant = self.known.meant(cells).map(|(entry, n)| (entry.clone(), n));
        match meant {
            Some((entry, _)) if self.choices.existing == Existing::Skip => {
                RowPlan { fate: Fate::There(entry.contact.id), ..blank }
            }
            Some((_, n)) if n > 1 => {
                let errors = vec![of_contact(cells, Expected::OneContact(n))];
                RowPlan { errors, ..blank }
            }
            Some((entry, _)) => self.change(row.n, cells, &entry, blank),
            None => self.create(row.n, cells, blank),
        }
    }

    /// A contact that is there gets what the row says.
    fn change(&mut self, n: u64, cells: &[Cell], entry: &BookEntry, blank: RowPlan) -> RowPlan {
        let contact = &entry.contact;
        let first = *self.contacts.entry(contact.id).or_insert(n);
        if first != n {
            let errors = vec![of_contact(cells, Expected::Once(first))];
            return RowPlan { errors, ..blank };
        }
        let (mut errors, mut kept, mut after) = (Vec::new(), Vec::new(), contact.values.clone());
        for field in Field::ALL {
            let Some((column, text)) = of_field(cells, field) else { continue };
            let now = contact.values.get(field).unwrap_or_default();
            if now == text {
                continue;
            }
            match cells::value(field, (column, &text)) {
                Ok(Some(value)) if value != now => match self.keeps(entry, field) {
                    Some(why) => kept.push(Kept { field, value, why }),
                    None => after.set(field, Some(&value)),
                },
                Ok(_) => {}
                Err(error) => errors.push(error),
            }
        }
        if let Some(joined) = after.joined_name() {
            after.set(Field::DisplayName, Some(&joined));
        }
        // A display name that follows from the others is no news.
        kept.retain(|kept| kept.field != Field::DisplayName || after.joined_name().is_none());
        let there: BTreeSet<String> = entry.groups.iter().map(|(_, name)| folded(name)).collect();
        let key = after.key().filter(|key| contact.values.key().as_ref() != Some(key));
        let groups = match self.taken(n, cells, (&errors, key, &there)) {
            Ok(groups) => groups,
            Err(error) => {
                errors.extend(error);
                return RowPlan { errors, ..blank };
            }
        };
        let changes = differing(&contact.values, &after);
        let fate = if changes.is_empty() && groups.is_empty() {
            Fate::Same(contact.id)
        } else {
            Fate::Changed(contact.id, contact.values.digest())
        };
        RowPlan { fate, changes, groups, kept, ..blank }
    }

    /// Whether a field stays whatever the row says.
    fn keeps(&self, entry: &BookEntry, field: Field) -> Option<WhyKept> {
        if entry.contact.pinned(field, self.now) {
            return Some(WhyKept::Pinned);
        }
        let follows = entry.linked.is_some() && entry.contact.left_at.is_none();
        (follows && self.policy.ownership(field) == Ownership::Always).then_some(WhyKept::Source)
    }

    /// The row becomes a contact.
    fn create(&mut self, n: u64, cells: &[Cell], blank: RowPlan) -> RowPlan {
        let (mut errors, mut values) = (Vec::new(), Values::default());
        for field in Field::ALL {
            let Some((column, text)) = of_field(cells, field) else { continue };
            match cells::value(field, (column, &text)) {
                Ok(value) => values.set(field, value.as_deref()),
                Err(error) => errors.push(error),
            }
        }
        let shown = values.joined_name().or_else(|| {
            [Field::DisplayName, Field::Company, Field::Email]
                .into_iter()
                .find_map(|field| values.get(field).map(str::to_owned))
        });
        values.set(Field::DisplayName, shown.as_deref());
        if shown.is_none() && errors.is_empty() {
            errors.push(self.nameless());
        }
        let groups = match self.taken(n, cells, (&errors, values.key(), &BTreeSet::new())) {
            Ok(groups) => groups,
            Err(error) => {
                errors.extend(error);
                return RowPlan { errors, ..blank };
            }
        };
        let changes = differing(&Values::default(), &values);
        RowPlan { fate: Fate::New, changes, groups, ..blank }
    }

    /// Takes for a row the address that its contact gets and the groups that it comes into besides those where it is `there`
    /// (folded), of which it answers the names. A row with errors takes nothing; what is found now comes on top of these.
    fn taken(
        &mut self,
        n: u64,
        cells: &[Cell],
        (errors, key, there): (&[CellError], Option<Key>, &BTreeSet<String>),
    ) -> Result<Vec<String>, Option<CellError>> {
        let mut groups = self.groups(cells)?;
        if !errors.is_empty() {
            return Err(None);
        }
        groups.retain(|group| !there.contains(&folded(group)));
        let key = key.filter(|_| self.choices.existing != Existing::Beside);
        if let Some(key) = &key {
            let of = self.known.keys.get(key).map_or(&[][..], Vec::as_slice);
            if !of.is_empty() {
                return Err(Some(of_contact(cells, Expected::FreeAddress)));
            }
            if let Some(first) = self.keys.get(key) {
                return Err(Some(of_contact(cells, Expected::Once(*first))));
            }
        }
        let news: BTreeSet<String> =
            groups.iter().map(|group| folded(group)).filter(|group| !self.groups.contains(group)).collect();
        if self.groups.len() + news.len() > MOST_GROUPS {
            return Err(Some(of_groups(cells, Expected::FewerGroupsInFile(MOST_GROUPS))));
        }
        self.groups.extend(news);
        self.keys.extend(key.map(|key| (key, n)));
        Ok(groups)
    }

    /// Groups of the row, and the one that was chosen for everybody.
    fn groups(&self, cells: &[Cell]) -> Result<Vec<String>, CellError> {
        let ours = |column: usize| groups_as_exported(&self.sheet.headings, column);
        let mut groups = cells::groups(cells, ours)?;
        if let Some(group) = &self.choices.group
            && !groups.iter().any(|known| folded(known) == folded(group))
        {
            groups.push(group.clone());
        }
        Ok(groups)
    }

    /// An error about the first column that could have named somebody.
    fn nameless(&self) -> CellError {
        let names = |meaning: &Option<Meaning>| {
            meaning.is_some_and(|meaning| matches!(meaning, Meaning::Field(field) if NAMING.contains(&field)))
        };
        let column = self.choices.columns.iter().position(names).unwrap_or_default();
        CellError { column, value: String::new(), expected: Expected::Name }
    }
}

/// An error about the cell by which a row means its contact.
fn of_contact(cells: &[Cell], expected: Expected) -> CellError {
    let by = |meaning| cells.iter().find(|cell| cell.meaning == meaning);
    let cell = by(Meaning::Field(Field::Email)).or_else(|| by(Meaning::Id));
    CellError {
        column: cell.map_or(0, |cell| cell.column),
        value: cell.map(|cell| cell.text.clone()).unwrap_or_default(),
        expected,
    }
}

/// An error about the first cell that names groups.
fn of_groups(cells: &[Cell], expected: Expected) -> CellError {
    let cell = cells.iter().find(|cell| cell.meaning == Meaning::Groups);
    CellError {
        column: cell.map_or(0, |cell| cell.column),
        value: cell.map(|cell| cell.text.clone()).unwrap_or_default(),
        expected,
    }
}

/// What a list calls whom a row is about.
fn name(cells: &[Cell]) -> String {
    let said = |field| of_field(cells, field).map(|(_, text)| text);
    let joined =
        [said(Field::FirstName), said(Field::LastName)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    if !joined.is_empty() {
        return joined;
    }
    [Field::DisplayName, Field::Company, Field::Email].into_iter().find_map(said).unwrap_or_default()
}
