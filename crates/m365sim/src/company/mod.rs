//! Companies: what a test may say about an object, how a whole company is made up, how it churns.
//! Rule: everything follows from the seed; the clock is never asked.

pub(crate) mod awkward;
pub(crate) mod churn;
pub(crate) mod generate;
pub(crate) mod names;
pub(crate) mod person;
pub(crate) mod skus;
pub(crate) mod spec;
