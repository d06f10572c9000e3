//! The contract.
use crate::graph::Reply;
/// A breach.
#[derive(Debug)]
pub struct Breach(pub String);
impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
pub(crate) fn check(_: &Reply) -> Result<(), Breach> {
    Ok(())
}
/// Validates.
pub fn validate(_shape: &str, _status: u16, _body: &[u8]) -> Result<(), Breach> {
    Ok(())
}
