//! What the store does not do, whatever the state, and why. No language: whoever tells it has the words; `Display` is English.

use std::fmt;

use model::Timestamp;
use model::ids::RunId;

use crate::cause::{FileAct, Said};

/// What of an archive has a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The lines of the file.
    Format,
    /// The tables in it.
    Database,
}

/// What is wrong with a damaged archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It ends before its last line.
    Short,
    /// Its bytes are no gzip any more.
    Packing,
    /// A line, or a row in it, is not what its place says.
    Line,
    /// Its checksum does not fit.
    Checksum,
    /// Something stands behind its end.
    Behind,
}

/// Why no database can be had where the configuration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// The file is something else; its path.
    OtherFile(String),
    /// The schema of a PostgreSQL database has another program's tables; those that are called like ours.
    OtherTables(Vec<String>),
    /// Where a folder should be is a file; its path.
    NoFolder(String),
    /// The folder cannot be made.
    Folder {
        /// Its path.
        path: String,
        /// What the system said.
        why: Said,
    },
    /// The server refuses user, password or database; its code.
    Login(String),
    /// The server's certificate is not trusted; the TLS library's words.
    Certificate(String),
    /// The schema of the URL is not there.
    Schema,
    /// What of the URL cannot be used.
    Url(BadUrl),
}

/// What of a PostgreSQL URL cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUrl {
    /// It is no URL.
    NoUrl,
    /// It begins with something else.
    Scheme,
    /// A part is not known.
    Part,
    /// `pool=` is no number.
    Pool,
    /// `sslmode=` is none of ours.
    SslMode,
    /// `sslrootcert=` names no certificates.
    RootCertificate,
    /// `schema=` is no plain name.
    SchemaName,
}

/// Why no key at hand opens or seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyTrouble {
    /// There is no key at all.
    None,
    /// The key file is gone; its path.
    FileGone(String),
    /// There is no key file, but sealed values of one; its path.
    Missing(String),
    /// Where keys should be is none; the place.
    Empty(String),
    /// What stands in the key file is no key; its path.
    NoKey(String),
    /// What stands in the environment is no key; the variable.
    NoKeyInVariable(&'static str),
    /// No key of the file opens a sealed value.
    NotInFile {
        /// The key file.
        file: String,
        /// Table and column of the value.
        value: String,
    },
    /// The same of the environment; table and column of the value.
    NotInEnvironment(String),
    /// Another process has rotated the key to one that is not at hand.
    RotatedElsewhere {
        /// The id of the newest key.
        newest: String,
        /// Where it should be.
        origin: String,
    },
    /// An archive's credentials are sealed with a key that is not at hand.
    OfArchive {
        /// The id of that key.
        key: String,
        /// Where it should be.
        origin: String,
    },
}

/// How much of a run something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// All that it did.
    Run,
    /// What it did about one contact.
    Contact,
}

/// Why something asked for is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A customer of that short name is there.
    CustomerExists(String),
    /// An account with that address is there.
    AccountExists(String),
    /// The installation has an owner, so it is set up.
    HasOwner,
    /// The account is the last owner's.
    LastOwner,
    /// The Microsoft account is bound to another account.
    MicrosoftAccountTaken,
    /// The account has no password, so its Microsoft account is the only way in.
    NoOtherWayIn,
    /// There is no operator's app, or a restore left its credential out.
    NoOperatorApp,
    /// So many connections sign in by the operator's app.
    AppInUse(i64),
    /// The customer is connected to another tenant.
    OtherTenant,
    /// A restore left the credential out.
    CredentialLeftOut,
    /// The contact has a link.
    LinkedAlready,
    /// The contact group stands for another source group.
    GroupTaken,
    /// The source group has a contact group, of that name.
    SourceGroupTaken(String),
    /// Several people of the tenant have the contact's address, and nobody was named.
    SeveralPeople,
    /// The contact is not in the bin.
    NotInTheBin,
    /// The run applied nothing.
    NothingToUndo,
    /// No run changed the book since that time.
    NothingSince,
    /// The run is undone.
    UndoneAlready {
        /// The run.
        run: RunId,
        /// All of it, or what it did about the contact that was named.
        about: About,
        /// The undo that took it back.
        by: RunId,
        /// When that ended.
        at: Timestamp,
    },
    /// The run was taken back together with others and brought back with them.
    BroughtBack {
        /// The run.
        run: RunId,
        /// The undo that brought it back, which can be taken back.
        by: RunId,
    },
    /// The details of a run are no longer kept.
    Forgotten,
    /// The database to restore into has rows.
    NotEmpty,
    /// The database to restore into has a run under way.
    RunUnderWay,
    /// The archive is another one than at the check.
    ArchiveChanged,
    /// The file is no archive; its path.
    NoArchive(String),
    /// The archive's file cannot be had.
    ArchiveFile {
        /// What cannot be done with it.
        act: FileAct,
        /// Its path.
        file: String,
        /// What the system said.
        why: Said,
    },
    /// The archive is not whole.
    DamagedArchive {
        /// Its path.
        file: String,
        /// What is wrong with it.
        why: Damage,
    },
    /// There is no database where the configuration says.
    NoDatabase(Unusable),
    /// A newer Whoswho wrote the archive.
    NewerArchive {
        /// Its path.
        file: String,
        /// Of what it has a newer version.
        of: Part,
        /// That version.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// The archive has a table of a form that is not known.
    UnknownTable(String),
    /// The file to write is there; its path.
    FileExists(String),
    /// What is there is no plain file; its path.
    NoPlainFile(String),
    /// No room where the archive is written.
    NoRoom,
    /// The archive cannot be written; the operating system's words.
    ArchiveUnwritable(Said),
    /// Others may read the key file; its path.
    KeyFileOpen(String),
    /// The key file belongs to another user; its path.
    KeyFileForeign(String),
    /// The key comes from the environment and its successor is not there.
    NoNewKey,
}

impl fmt::Display for Refusal {
    #[expect(clippy::too_many_lines, reason = "a table of texts")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CustomerExists(slug) => write!(f, "there is a customer “{slug}” already"),
            Self::AccountExists(email) => write!(f, "there is an account “{email}” already"),
            Self::HasOwner => f.write_str("the installation is set up: it has an owner"),
            Self::MicrosoftAccountTaken => {
                f.write_str("this Microsoft account belongs to another account here; sign in with it, or end that tie first")
            }
            Self::NoOtherWayIn => f.write_str("without a password this would be the end of every way in; choose a password first"),
            Self::NoOperatorApp => f.write_str(
                "the operator's app is not there, or its credential was left out when this database was restored; put it in again",
            ),
            Self::AppInUse(n) => {
                write!(f, "{n} connections sign in by this app; end them first, or give them an app of their own")
            }
            Self::LastOwner => f.write_str("this is the only owner; make somebody else an owner first"),
            Self::OtherTenant => {
                f.write_str("this customer is connected to another tenant; `disconnect` it first")
            }
            Self::CredentialLeftOut => f.write_str(
                "the credential was left out when this database was restored; `whoswho connect` puts a new one in",
            ),
            Self::LinkedAlready => {
                f.write_str("this contact is linked already; `contact unlink` it first")
            }
            Self::GroupTaken => f.write_str(
                "this contact group stands for another source group; end that subscription first",
            ),
            Self::SourceGroupTaken(name) => {
                write!(f, "“{name}” stands for that source group already; `group remove` it first")
            }
            Self::SeveralPeople => f.write_str(
                "several people of the tenant have this contact's address; name with --source who is meant",
            ),
            Self::NotInTheBin => f.write_str("this contact is not in the bin"),
            Self::NothingToUndo => f.write_str("this run applied nothing, so there is nothing to undo"),
            Self::NothingSince => f.write_str("no run changed the book after that time"),
            // Whoever tells it has the time.
            Self::UndoneAlready { run, about: About::Run, by, at: _ } => {
                write!(f, "run {} is undone already, by run {}; nothing was changed", run.0, by.0)
            }
            Self::UndoneAlready { run, about: About::Contact, by, at: _ } => write!(
                f,
                "what run {} did about this contact is undone already, by run {}; nothing was changed",
                run.0, by.0
            ),
            Self::BroughtBack { run, by } => write!(
                f,
                "run {} was taken back together with others and brought back with them by run {1}, so it cannot be undone alone; \
                 nothing was changed; `whoswho undo {1}` takes all of them back",
                run.0, by.0
            ),
            Self::Forgotten => f.write_str(
                "what was done then is no longer known: details of runs are kept for 30 days, and only while the connection \
                 lasts",
            ),
            Self::NotEmpty => f.write_str(
                "the database is not empty; restore into a new one, or add --replace to give up what it holds",
            ),
            Self::RunUnderWay => f.write_str(
                "a run is under way in this database; stop `serve` and wait for its end, then restore",
            ),
            Self::ArchiveChanged => {
                f.write_str("the archive was changed while it was restored; nothing was")
            }
            Self::NoArchive(file) => write!(f, "{file} is no backup of Whoswho; `restore` takes a file that `whoswho backup` wrote"),
            Self::ArchiveFile { act, file, why } => write!(f, "cannot {act} {file}: {why}"),
            Self::DamagedArchive { file, why } => {
                write!(f, "{file} is damaged: {why}; nothing was restored; take another copy of it")
            }
            Self::NoDatabase(why) => why.fmt(f),
            Self::NewerArchive { file, of: Part::Format, found, known } => write!(
                f,
                "{file} has format {found}, this Whoswho knows up to {known}: restore it with the newer Whoswho that wrote it"
            ),
            Self::NewerArchive { file, of: Part::Database, found, known } => write!(
                f,
                "{file} has database version {found}, this Whoswho knows up to {known}: restore it with the newer Whoswho that wrote it"
            ),
            Self::UnknownTable(table) => write!(
                f,
                "the archive has {table} in a form that this Whoswho does not know: restore it with the Whoswho that wrote it"
            ),
            Self::FileExists(file) => {
                write!(f, "{file} is there already; choose another name, or add --force")
            }
            Self::NoPlainFile(file) => write!(
                f,
                "{file} is no plain file but a link, a folder, a pipe or a device, and is never replaced; choose another \
                 name, or write to - and redirect it there"
            ),
            Self::NoRoom => f.write_str("there is no room left where the archive is written"),
            Self::ArchiveUnwritable(why) => write!(f, "the archive cannot be written: {why}"),
            Self::KeyFileOpen(path) => write!(f, "others may read the key file {path}: chmod 600 {path}"),
            Self::KeyFileForeign(path) => {
                write!(f, "the key file {path} belongs to another user: chown it")
            }
            Self::NoNewKey => f.write_str(
                "the key comes from WHOSWHO_KEY, so its successor must be put there: `whoswho key new` prints one; append it \
                 after a comma for every process, then run `whoswho key rotate` again",
            ),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for KeyTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("there is no key"),
            Self::FileGone(path) => write!(f, "{path} is gone; put it back first"),
            Self::Missing(path) => write!(
                f,
                "there is no {path}, and credentials in the database are sealed with it; put the key file back, or set WHOSWHO_KEY"
            ),
            Self::Empty(origin) => write!(f, "{origin} holds no key; put back the right file"),
            Self::NoKey(origin) => {
                write!(f, "{origin} holds something that is no base64 of 32 bytes")
            }
            Self::NoKeyInVariable(name) => write!(
                f,
                "{name} holds something that is no key: a key is base64 of 32 bytes, 44 characters; several stand behind each \
                 other with commas, the newest last. `whoswho key new` prints a new one"
            ),
            Self::NotInFile { file, value } => {
                write!(f, "none in {file} opens {value}; put back the key file that belongs to this database")
            }
            Self::NotInEnvironment(value) => {
                write!(f, "none in WHOSWHO_KEY opens {value}; add the key that was used before")
            }
            Self::RotatedElsewhere { newest, origin } => {
                write!(f, "the key was rotated to {newest}, which is not in {origin}; put it there")
            }
            Self::OfArchive { key, origin } => write!(
                f,
                "the archive's credentials are sealed with the key {key}, which is not in {origin}; put the key of that \
                 installation there, or add --without-credentials and connect the customers again. Nothing was restored"
            ),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "it ends too early",
            Self::Packing => "it cannot be unpacked",
            Self::Line => "a line cannot be read",
            Self::Checksum => "its checksum does not fit",
            Self::Behind => "something stands behind its end",
        })
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFile(path) => {
                write!(f, "{path} is no database of Whoswho; check --data and --database")
            }
            Self::OtherTables(names) => write!(
                f,
                "the PostgreSQL database holds tables of another program ({}); give Whoswho a database of its own, or name a \
                 schema of its own with schema= in the URL",
                names.join(", ")
            ),
            Self::NoFolder(path) => {
                write!(f, "{path} is a file and no folder; --data takes a folder, --database the path of a database in one")
            }
            Self::Folder { path, why } => {
                write!(f, "the folder {path} cannot be made: {why}; --data or --database name another one")
            }
            Self::Login(code) => write!(
                f,
                "PostgreSQL refuses the user, the password or the database of the URL ({code}); correct the URL"
            ),
            Self::Certificate(why) => write!(
                f,
                "the certificate of PostgreSQL is not trusted: {why}; sslrootcert= names a private authority"
            ),
            Self::Schema => f.write_str(
                "the schema in the PostgreSQL URL does not exist; make it with CREATE SCHEMA, or correct schema=",
            ),
            Self::Url(why) => write!(f, "the PostgreSQL URL cannot be used: {why}"),
        }
    }
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoUrl => "it is not a URL",
            Self::Scheme => "it does not begin with postgres://",
            Self::Part => "PostgreSQL does not know a part of it",
            Self::Pool => "pool= is not a number",
            Self::SslMode => "sslmode is one of verify-full, require (the same) and disable",
            Self::RootCertificate => "sslrootcert= names no readable PEM file with certificates",
            Self::SchemaName => "schema= holds more than a-z, 0-9 and _",
        })
    }
}
