//! What an administrator has granted, noted for whoever looks at many customers (W9): what a check was told, and what the token of a
//! run says, without a request for it. Nothing but display depends on it, so no run fails for it.

use graph::{Client, PermissionFinding};
use store::{Book, ConnectionRow, Granted};

use crate::blocking;
use crate::office::{Office, RunError};

/// As it is stored.
fn stored(findings: &[PermissionFinding]) -> Granted {
    let mut granted = Granted::default();
    for finding in findings {
        match finding {
            PermissionFinding::Granted(_) => {}
            PermissionFinding::Missing(permission) if permission.need().required() => {
                granted.missing.push(permission.name().to_owned());
            }
            PermissionFinding::Missing(permission) => granted.without.push(permission.name().to_owned()),
            PermissionFinding::Excessive { role, why: _ } => granted.excessive.push(role.to_string()),
        }
    }
    granted
}

/// Notes what a check was told. Blocking.
pub(crate) fn note(
    book: &Book,
    connection: &ConnectionRow,
    told: Option<&[PermissionFinding]>,
) -> Result<(), RunError> {
    let Some(granted) = told.map(stored).filter(|granted| connection.granted.as_ref() != Some(granted))
    else {
        return Ok(());
    };
    Ok(book.learn_granted(connection.id, &granted, Office::now())?)
}

/// Notes what the token in hand says behind a run, however that ended.
pub(crate) async fn learn(book: &Book, connection: &ConnectionRow, client: &Client) {
    let told = client.granted().await;
    if let Err(error) = blocking(|| note(book, connection, told.as_deref())) {
        tracing::warn!(%error, "what is granted is not noted");
    }
}
