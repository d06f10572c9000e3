//! Entra's token endpoint: client credentials by secret or certificate, and the tokens it issues.
//! Sign-in of people (authorize, discovery, keys) has its place here when it comes.

pub(crate) mod access;
pub(crate) mod assertion;
pub(crate) mod endpoint;
pub(crate) mod error;
