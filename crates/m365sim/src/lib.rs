//! # m365sim
//!
//! *Is*: a simulated Microsoft 365 on loopback over real HTTP: Entra's token endpoint and the part of
//! Microsoft Graph that reads directories. Companies are made up from a seed, change at run time, and the
//! server misbehaves on demand and tells the ground truth.
//!
//! *Knows*: Microsoft's documentation as far as it was read, nothing of the rest of this project.
//!
//! *Never*: answers anything its own contract does not allow; guesses Microsoft's behaviour; is calm by
//! default: what breaks naive clients is on.
//!
//! ```no_run
//! use m365sim::{Server, ServerOptions, TenantSpec, UserSpec, World};
//!
//! let world = World::new(1);
//! let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
//! let anna = tenant.add_user(UserSpec { given_name: Some("Anna".into()), ..UserSpec::default() });
//! let server = Server::start(&world, &ServerOptions::default()).unwrap();
//! println!("{} {} {anna}", server.graph_url(), tenant.client_secret());
//! ```
//!
//! Modules: `dir` (the directory in memory), `company` (making companies up), `world` (tenants and their
//! behaviour), `login` (sign-in, consent, tokens), `graph` (Graph), `contract` (what answers may look like), `http`
//! (server and control).

mod company;
mod contract;
mod dir;
mod graph;
mod http;
mod login;
mod rng;
mod time;
mod world;

pub use self::http::server::{Server, ServerOptions};
pub use company::generate::TenantSpec;
pub use company::skus::{license, sku};
pub use company::spec::{
    AssignedLicense, AssignedPlan, EmployeeOrgData, GroupSpec, OrgContactSpec, UserSpec,
};
pub use contract::{Breach, validate};
pub use graph::mail::SentMail;
pub use rng::Rng;
pub use world::World;
pub use world::app::Secret;
pub use world::counts::{Counts, Logged};
pub use world::faults::{Fault, Faults, RetryAfter, Script};
pub use world::nasty::{Nasty, Pages};
pub use world::registered::{AppHandle, AppSpec};
pub use world::roles::DEFAULT_ROLES;
pub use world::tenant::TenantHandle;
pub use world::truth::{Presence, TrueContact, TrueGroup, TrueMember, TrueUser, Truth};
