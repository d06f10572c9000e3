//! The client for Microsoft Graph and Entra.
//!
//! *Is* one [`Client`] per connection over one [`Transport`] per process: tokens, throttling, retries, delta and list
//! walks, batches, look-ups by id, and the diagnosis behind `whoswho check`.
//! *Knows* Microsoft's endpoints, JSON, error codes, limits and permissions, and the model's source types.
//! *Never* SQL, books, links or policy; never a name, a token or a delta token in a log line or an error; never a
//! request beyond the configured hosts.
//!
//! Each request is a type with `prepare` and `parse` and nothing that sends; the sending loop (`send`) is the only
//! place that retries.

mod account;
mod assertion;
mod batch;
mod call;
mod check;
mod client;
mod credential;
mod cursor;
mod error;
mod exchange;
mod existence;
mod gate;
mod hosts;
mod kill;
mod lookup;
mod mail;
mod members;
mod people;
mod permission;
mod ranges;
mod refusal;
mod report;
mod send;
mod stats;
mod timing;
mod token;
mod token_problem;
mod token_request;
mod transport;
mod walk;
mod wire;

pub use account::{AppCertificate, AppSecret, Organization, OwnCredentials, Sku};
pub use check::Asking;
pub use client::{Client, ConnectionSettings, Limits, Priority, Waiting, WaitingFor};
pub use credential::{BadCertificate, CertificateKey, Credential};
pub use cursor::{Cursor, CursorError, DeltaStart};
pub use error::{Detail, Diagnostics, GraphError, Unreach};
pub use existence::Existence;
pub use hosts::{BadHosts, Cloud, Hosts};
pub use lookup::Lookup;
pub use members::{MemberPage, MembersState, MembersWalk};
pub use people::{NotOurs, Person, SignInApp, SignInAsked, SignInError};
pub use permission::{Excess, Need, Permission};
pub use ranges::UsersList;
pub use report::{
    CheckReport, Clock, Consent, Expiry, PermissionFinding, Probe, ProbeCall, ProbeOutcome, Reach, TokenStep,
};
pub use stats::Stats;
pub use token_problem::TokenProblem;
pub use transport::{Transport, TransportError, TransportOptions};
pub use walk::{GroupsWalk, Page, UsersWalk, read_users_page};
pub use wire::plans::MailboxPlans;
