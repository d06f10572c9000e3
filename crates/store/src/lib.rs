//! The store: everything Whoswho remembers, in SQLite or PostgreSQL.
//!
//! *Is*: transactions, queries, migrations, and secrets sealed at rest.
//! *Knows*: SQL, both engines, the cipher, the form of archives.
//! *Never*: HTTP, Microsoft Graph, how a plan was made, wire formats. No type of a driver leaves this crate.

mod about;
mod account;
mod apply;
mod archive;
mod audit;
mod cause;
mod codec;
mod connection;
mod consent;
mod contact;
mod csv_import;
mod customer;
mod db;
mod ending;
mod entries;
mod erase;
mod error;
pub mod fault;
mod files;
mod fleet;
mod groups;
mod history;
mod hold;
mod lease;
mod logo;
mod mail_server;
mod migrate;
mod mirror;
mod notices;
mod operator_app;
mod outbox;
mod pending;
mod people;
mod pick;
mod plan;
mod policy;
mod products;
mod purge;
mod quiet;
mod refusal;
mod runs;
mod schedule;
mod seal;
mod search;
mod sharing;
mod sorted;
mod spool;
mod statistics;
mod store;
#[cfg(any(test, feature = "testing"))]
#[doc(hidden)]
pub mod testing;
mod ticks;
mod undo;
mod upload;
mod watch;

pub use cause::{Cause, FileAct, Said, SaidKind};
pub use db::{Db, Engine, FirstFill, Location, Stats};
pub use error::{Result, StoreError};
pub use refusal::{About, BadUrl, Damage, KeyTrouble, Part, Refusal, Unusable};
pub use seal::{KEY_VARIABLE, KeyInfo, KeyRing, Rotated};

pub use about::{AboutDatabase, AtWork, LAST_BACKUP};
pub use account::{
    Account, AccountChange, AccountId, IDLE_MS, LIFE_MS, LinkFor, MicrosoftAccount, MicrosoftTry, NewAccount,
    PasswordOf, Proof, Reach, SessionRow, SignInLink, SignedIn, Token, Try, TryFor,
};
pub use apply::Progress;
pub use archive::{Credentials, Existing, Restore, Restored, Step, Target, Watch, Written, check_archives};
pub use audit::{AuditOf, AuditRow, Deed};
pub use connection::{
    AppOf, ConnectionRow, EndBy, Granted, Imported, NewConnection, ScopeChange, StoredCredential, Switch,
    Tenant,
};
pub use consent::{ConsentOutcome, ConsentRequest, Consenting};
pub use contact::{Binned, BookEntry, Edit, Merge, Saved};
pub use csv_import::{
    Addresses, ChangedRow, CsvDone, CsvFile, CsvImport, CsvKept, CsvRows, CsvTaken, CsvUndo, NewRow,
};
pub use customer::{Levels, MasterData};
pub use ending::Ending;
pub use entries::Size;
pub use erase::{Deletion, Erase, Erased, Files, KeptOutRow, SamePerson};
pub use fleet::{FleetConnection, FleetRow, FleetRun, RunDay};
pub use groups::{Around, GroupRow, Near, Nested};
pub use history::{By, Event, KEPT_DAYS, Line};
pub use hold::{Chosen, HeldPerson, HoldCount, HoldRow, LetGo, RejectionRow};
pub use lease::{Asked, Held, Holder, Lease, Liveness, Work};
pub use logo::{LOGO, Logo};
pub use mail_server::{MailSecurity, MailServer, MailWay, Password};
pub use mirror::{Batch, Keys, Marks, ReadEnd, Write};
pub use notices::{Names, Notice};
pub use operator_app::{NewOperatorApp, OperatorApp};
pub use outbox::{DueMail, ListedMail, Mail, MailCounts, MailId, MailRow, MailState, OutboxRow};
pub use pending::Due;
pub use people::{Range, SharedKeys};
pub use pick::{InBook, Seen};
pub use plan::{
    Agreement, Applying, Closed, Closing, Draft, FEW, FoundLine, Guarded, KindCount, LinesOf, Meant, PlanRow,
    ShownPlan, Sought, What,
};
pub use policy::{Heir, PolicyChange, PolicyChanged, PresetChoice, Rules, operators_zone};
pub use products::Product;
pub use purge::Purged;
pub use quiet::{QuietEnd, Rest, Unwritten};
pub use runs::{ErrorText, GroupCounts, GuardWindow, LeftRun, RunEnd, RunRow, RunStart, Spent};
pub use schedule::{Changed, Claimed, Pause, Places, Settled, Standing};
pub use search::{Hit, Hits};
pub use sorted::{COUNTED_UP_TO, Filter, Left, Linked, Place, SortedPage};
pub use spool::{FoldGroup, FoldUser, GroupSpool, Piece, Spool, TakeBatch, ToldGroup};
pub use store::{Book, CustomerRow, Store};
pub use ticks::{TickBase, TickOf, Ticks};
pub use undo::{Back, Clash, Conflict, Forgotten, Moved, Rejected, SourceState, Tie, UndoPlan, Undoing, Way};
pub use upload::{UPLOAD_MS, Upload};
pub use watch::{ForAPerson, LastRun, Watched};
