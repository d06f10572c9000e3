//! The nouns: value types, validated on construction, that every other crate speaks.
//!
//! *Is* ids, times, names, addresses, source objects, contacts, links, policy, plans and runs as plain values.
//! *Knows* std and Unicode normalisation.
//! *Never* serde, async, I/O, a clock, randomness, or the wire and row forms of any edge: each edge has its own types.

pub mod contact;
pub mod group;
pub mod ids;
pub mod link;
pub mod number;
pub mod order;
pub mod plan;
pub mod policy;
pub mod preset;
pub mod reason;
pub mod role;
pub mod run;
pub mod schedule;
pub mod scope;
pub mod search;
pub mod source;
pub mod subject;
pub mod text;
pub mod time;
pub mod value;

pub use contact::{Contact, Field, Origin, Pin, Values};
pub use ids::{ConnectionId, ContactId, CustomerId, GroupId, PlanId, RunId, Slug, SourceId};
pub use link::{Link, LinkOrigin};
pub use policy::Policy;
pub use preset::Preset;
pub use role::{Right, Role};
pub use text::Key;
pub use time::Timestamp;
