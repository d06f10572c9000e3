//! Where a database is, as an operator writes it: a path, or a `postgres://` URL.
//!
//! Rule: a URL may hold a password, so it is never printed.

use std::path::PathBuf;

use secrecy::SecretString;

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// The path of an SQLite file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(SecretString),
}

impl From<&str> for Location {
    fn from(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.into())
        } else {
            Self::Sqlite(text.strip_prefix("sqlite://").unwrap_or(text).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let shown = format!("{:?}", Location::from("postgres://u:geheim@h/x"));
        assert!(!shown.contains("geheim"), "{shown}");
    }

    #[test]
    fn a_path_is_sqlite() {
        assert!(
            matches!(Location::from("data/whoswho.db"), Location::Sqlite(path) if path.ends_with("whoswho.db"))
        );
    }
}
