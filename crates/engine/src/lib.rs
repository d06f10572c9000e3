//! The verbs: from mirror, links, policy and limits to a plan.
//!
//! *Is* arithmetic: fold, scope, correlate, project, plan, guard. Every function takes values and returns values.
//! *Knows* `model`.
//! *Never* HTTP, SQL, async, a clock, randomness, hash order, logging. Bad data becomes a finding, the rest goes on.

mod arrive;
pub mod cover;
pub mod fold;
pub mod groups;
pub mod guard;
mod memberships;
pub mod people;
pub mod person;
pub mod project;
mod remarks;
pub mod standing;
pub mod subject;

pub use cover::GroupCover;
pub use groups::{DueGroups, Groups, Still, plan_groups, still};
pub use memberships::groups_digest;
pub use people::{Elsewhere, Hood, KeyContact, KeyGroup, Place};
pub use person::plan_person;
pub use standing::{Standing, ineligible, standing, ways};
pub use subject::{Context, Membership, Outlived, Rejection, Subject, key_of};
