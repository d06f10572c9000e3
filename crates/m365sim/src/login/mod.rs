//! Entra: the token endpoint with client credentials by secret or certificate, sign-in of people with authorization code
//! and PKCE, administrators' consent, discovery and signing keys.

pub(crate) mod access;
pub(crate) mod asked;
pub(crate) mod assertion;
pub(crate) mod authorize;
pub(crate) mod codes;
pub(crate) mod consent;
pub(crate) mod discovery;
pub(crate) mod endpoint;
pub(crate) mod error;
pub(crate) mod keys;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod redeem;
