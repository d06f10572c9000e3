//! A CSV file becomes contacts: planned first, row by row, and applied as a whole or not at all. Command line and pages alike.
//!
//! Rules. A cell that is empty changes nothing. What the book says already is never an error, however it was written. A field that
//! comes from Microsoft 365, or is pinned, stays, and is told. A row with an error is left out whole, and who imports says that it
//! may be. Nothing here asks Microsoft anything.

mod cells;
mod plan;

use std::collections::BTreeMap;

use formats::Meaning;
use model::group::folded;
use model::plan::FieldChange;
use model::text::fnv1a_from;
use model::{ContactId, Field, Timestamp, Values};
use store::{Addresses, Book, ChangedRow, CsvDone, CsvFile, CsvRows, NewRow, StoreError};

pub use plan::plan;

/// What becomes of a row whose contact is in the book already: by its id where the file has one, else by its e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// The row is left out.
    #[default]
    Skip,
    /// The contact gets what the row says.
    Update,
    /// The row becomes a contact of its own.
    Beside,
}

impl Existing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Update, Self::Beside];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Update => "update",
            Self::Beside => "beside",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|existing| existing.name() == name)
    }
}

/// What somebody chose for a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// What each column means; `None` is left out.
    pub columns: Vec<Option<Meaning>>,
    /// What becomes of contacts that are there.
    pub existing: Existing,
    /// A contact group for everybody who is imported.
    pub group: Option<String>,
}

/// Why columns cannot be taken so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadColumns {
    /// Two columns have one meaning that only one can have.
    Twice(Meaning),
    /// No column names anybody.
    Nameless,
}

impl Choices {
    /// Whether the columns can be taken so.
    pub fn check(&self) -> Result<(), BadColumns> {
        let taken: Vec<Meaning> = self.columns.iter().flatten().copied().collect();
        for (at, meaning) in taken.iter().enumerate() {
            if !meaning.takes_several() && taken.iter().take(at).any(|other| other == meaning) {
                return Err(BadColumns::Twice(*meaning));
            }
        }
        let names = |meaning: &Meaning| match meaning {
            Meaning::Id => true,
            Meaning::Field(field) => NAMING.contains(field),
            Meaning::Groups => false,
        };
        if taken.iter().any(names) { Ok(()) } else { Err(BadColumns::Nameless) }
    }
}

/// Fields of which a contact needs one.
pub const NAMING: [Field; 5] =
    [Field::FirstName, Field::LastName, Field::DisplayName, Field::Company, Field::Email];

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// Row by row, in the order of the file.
    pub rows: Vec<RowPlan>,
    /// Whether contacts may get addresses that others have.
    pub beside: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlan {
    /// Its number as a spreadsheet shows it.
    pub n: u64,
    /// What a list calls the contact; empty where nothing in the row does.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Fields that get a value, with what they say now.
    pub changes: Vec<FieldChange>,
    /// Groups that the contact comes into.
    pub groups: Vec<String>,
    /// Why it is left out.
    pub errors: Vec<CellError>,
    /// Fields that stay as they are.
    pub kept: Vec<Kept>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A new contact.
    New,
    /// A contact is changed; with the digest of its values now.
    Changed(ContactId, i64),
    /// Its contact says all that already.
    Same(ContactId),
    /// Its contact is there, and is left alone.
    There(ContactId),
    /// It has errors.
    Wrong,
}

/// The kinds of [`Fate`], for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// New contacts.
    New,
    /// Changed ones.
    Changed,
    /// Contacts that say all that already.
    Same,
    /// Contacts that are left alone.
    There,
    /// Rows with errors.
    Wrong,
}

impl Kind {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::New, Self::Changed, Self::Same, Self::There, Self::Wrong];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::There => "there",
            Self::Wrong => "wrong",
        }
    }
}

impl Fate {
    /// Its kind.
    pub const fn kind(self) -> Kind {
        match self {
            Self::New => Kind::New,
            Self::Changed(..) => Kind::Changed,
            Self::Same(_) => Kind::Same,
            Self::There(_) => Kind::There,
            Self::Wrong => Kind::Wrong,
        }
    }
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// Its column.
    pub column: usize,
    /// What stands there.
    pub value: String,
    /// What should.
    pub expected: Expected,
}

/// What should stand in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An e-mail address.
    Address,
    /// A phone number.
    Number,
    /// No more numbers than these.
    FewerNumbers(usize),
    /// No more characters than these.
    Shorter(usize),
    /// Text without signs that nobody can see.
    Visible,
    /// The name of a contact group.
    GroupName,
    /// No more contact groups than these.
    FewerGroups(usize),
    /// Contact groups of which the whole file names no more than these.
    FewerGroupsInFile(usize),
    /// Some name, a company or an address.
    Name,
    /// Nothing, for the headings end before it.
    Nothing,
    /// A contact that no other row means; the one that does.
    Once(u64),
    /// An address that not so many contacts have.
    OneContact(usize),
    /// An address that no other contact has.
    FreeAddress,
}

/// A field that stays although the row says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The field.
    pub field: Field,
    /// What the row says.
    pub value: String,
    /// Why.
    pub why: WhyKept,
}

/// Why a field stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyKept {
    /// It comes from Microsoft 365.
    Source,
    /// It is pinned.
    Pinned,
}

impl Planned {
    /// How many rows have that fate.
    pub fn count(&self, kind: Kind) -> usize {
        self.rows.iter().filter(|row| row.fate.kind() == kind).count()
    }

    /// How many contacts would come or change.
    pub fn writes(&self) -> usize {
        self.count(Kind::New) + self.count(Kind::Changed)
    }

    /// A digest of all that would be done, so that nothing else is done than what somebody saw.
    pub fn digest(&self) -> u64 {
        let part = |hash, text: &str| fnv1a_from(fnv1a_from(hash, text.as_bytes()), &[0xff]);
        self.rows.iter().fold(part(0, if self.beside { "beside" } else { "" }), |hash, row| {
            let fate = match row.fate {
                Fate::Changed(id, seen) => format!("{} {seen}", id.get()),
                Fate::Same(id) | Fate::There(id) => id.get().to_string(),
                Fate::New | Fate::Wrong => String::new(),
            };
            let hash = part(part(part(hash, &row.n.to_string()), row.fate.kind().name()), &fate);
            let changed = row.changes.iter().fold(hash, |hash, change| {
                part(part(hash, change.field.name()), change.after.as_deref().unwrap_or_default())
            });
            row.groups.iter().fold(changed, |hash, group| part(hash, group))
        })
    }
}

/// Does what was planned, but for rows with errors, all of it or nothing. A file that waited goes with it.
pub fn apply(
    book: &Book,
    file: CsvFile<'_>,
    planned: &Planned,
    now: Timestamp,
) -> Result<CsvDone, StoreError> {
    let (mut new, mut changed, mut groups) = (Vec::new(), Vec::new(), Vec::<String>::new());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut place = |name: &String| {
        *places.entry(folded(name)).or_insert_with(|| {
            groups.push(name.clone());
            groups.len() - 1
        })
    };
    for row in &planned.rows {
        match row.fate {
            Fate::New => {
                let mut values = Values::default();
                for change in &row.changes {
                    values.set(change.field, change.after.as_deref());
                }
                new.push(NewRow { values, groups: row.groups.iter().map(&mut place).collect() });
            }
            Fate::Changed(contact, seen) => {
                let field = |change: &FieldChange| (change.field, change.after.as_deref().map(str::to_owned));
                changed.push(ChangedRow {
                    contact,
                    seen,
                    fields: row.changes.iter().map(field).collect(),
                    groups: row.groups.iter().map(&mut place).collect(),
                });
            }
            Fate::Same(_) | Fate::There(_) | Fate::Wrong => {}
        }
    }
    let addresses = if planned.beside { Addresses::Any } else { Addresses::Free };
    let rows = CsvRows { file, new: &new, changed: &changed, groups: &groups, addresses };
    book.import_rows(&rows, now)
}
