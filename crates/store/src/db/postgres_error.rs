//! PostgreSQL's errors, mapped once.
//!
//! Its message and detail quote values (`Key (mail)=(…) already exists`), so neither is kept, except for class 42, which
//! speaks about the text of our own statement.

use postgres::Error;
use postgres::error::DbError;

use crate::cause::{Cause, Said, SaidKind};
use crate::error::StoreError;
use crate::refusal::{BadUrl, Refusal, Unusable};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for StoreError {
    fn from(error: &Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return from_code(answer.code().code(), Names::of(answer), answer.message());
        }
        match io_cause(error).map(tls_cause) {
            Some(Some(refused @ rustls::Error::InvalidCertificate(_))) => {
                return unusable(Unusable::Certificate(refused.to_string()));
            }
            Some(Some(other)) => return Self::Unavailable(Cause::Tls(other.to_string())),
            Some(None) => return Self::Unavailable(lost_or(error)),
            None if error.is_closed() => return Self::Unavailable(Cause::ConnectionLost),
            None => {}
        }
        // What is left has a text of the driver's own, without values: "error connecting to server",
        // "error serializing parameter 0", "error deserializing column 1".
        let text = error.to_string();
        if text.contains("parameter") || text.contains("column") || text.contains("rows") {
            Self::Internal(text)
        } else if text.contains("configuration") {
            unusable(Unusable::Url(BadUrl::Part))
        } else {
            Self::Unavailable(text.into())
        }
    }
}

/// A connection that was there is lost; one that was not has another reason.
fn lost_or(error: &Error) -> Cause {
    match io_cause(error).map(Said::of) {
        None | Some(Said { kind: SaidKind::Broken, .. }) => Cause::ConnectionLost,
        Some(said) => Cause::System(said),
    }
}

fn unusable(why: Unusable) -> StoreError {
    Refusal::NoDatabase(why).into()
}

fn io_cause(error: &Error) -> Option<&std::io::Error> {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref() {
            return Some(io);
        }
        cause = inner.source();
    }
    None
}

fn tls_cause(error: &std::io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// What of an answer may be repeated: names out of our own schema.
struct Names(String);

impl Names {
    fn of(answer: &DbError) -> Self {
        let known = [answer.constraint(), answer.table(), answer.column()];
        Self(known.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// By SQLSTATE, PostgreSQL documentation appendix A.
fn from_code(code: &str, Names(names): Names, message: &str) -> StoreError {
    match (code.get(..2).unwrap_or_default(), code) {
        // Unique, foreign key, exclusion.
        (_, "23505" | "23503" | "23P01") => StoreError::Conflict(names),
        // Serialization failure and deadlock: the transaction is gone, the next attempt may pass.
        ("40", _) => StoreError::Conflict(format!("transaction rolled back ({code})")),
        // Not null, check, restrict.
        ("23", _) => StoreError::Invalid(format!("{names} ({code})")),
        (_, "55P03" | "57014") => StoreError::Busy,
        (_, "53100") => StoreError::DiskFull,
        (_, "25006") => StoreError::ReadOnly(Cause::ServerReadOnly),
        (_, "42501") => StoreError::ReadOnly(Cause::RightLacking),
        // A plan or statement of this connection died (another version changed the schema, or a pooler moved us);
        // the connection is dropped, a new one works.
        (_, "0A000" | "26000") => StoreError::Unavailable(Cause::PrepareAgain(code.into())),
        // Connection, resources, operator intervention, system error.
        ("08" | "53" | "57" | "58", _) => StoreError::Unavailable(Cause::Code(code.into())),
        ("28" | "3D", _) => unusable(Unusable::Login(code.into())),
        // No schema of the search path is there.
        (_, "3F000") => unusable(Unusable::Schema),
        ("XX", _) => StoreError::Corrupt(format!("PostgreSQL code {code}")),
        ("42", _) => StoreError::Internal(format!("PostgreSQL refuses a statement: {message} ({code})")),
        _ => StoreError::Internal(format!("PostgreSQL code {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: &str) -> StoreError {
        from_code(code, Names("contact_key".into()), "Key (mail)=(erika@example.com)")
    }

    #[test]
    fn codes_become_what_a_caller_can_do() {
        assert_eq!(code("23505"), StoreError::Conflict("contact_key".into()));
        assert!(matches!(code("40001"), StoreError::Conflict(_)));
        assert!(matches!(code("23502"), StoreError::Invalid(_)));
        assert_eq!(code("55P03"), StoreError::Busy);
        assert_eq!(code("53100"), StoreError::DiskFull);
        assert!(matches!(code("25006"), StoreError::ReadOnly(_)));
        assert!(matches!(code("57P01"), StoreError::Unavailable(_)));
        assert_eq!(code("28P01"), unusable(Unusable::Login("28P01".into())));
        assert_eq!(code("3F000"), unusable(Unusable::Schema));
        assert!(matches!(code("XX001"), StoreError::Corrupt(_)));
    }

    #[test]
    fn values_never_show() {
        for state in ["23505", "23502", "22P02", "22001", "40001", "XX000", "P0001"] {
            assert!(!code(state).to_string().contains("erika"), "{state}");
        }
    }
}
