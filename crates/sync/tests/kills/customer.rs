//! A customer of a simulated tenant, and who works there: what every story and every bench begins with.

use m365sim::{Server, TenantHandle, UserSpec};
use model::Preset;
use secrecy::SecretString;
use store::{Book, ConnectionRow, EndBy, NewConnection, Store, StoredCredential};
use sync::Office;

/// A new customer, connected; nobody is in scope but whom the preset brings.
pub fn connected(
    store: &Store,
    slug: &str,
    preset: Preset,
    (tenant, server): (&TenantHandle, &Server),
) -> (Book, ConnectionRow) {
    let book = store.add_customer(&slug.parse().unwrap(), "Muster GmbH", preset, Office::now()).unwrap();
    let new = NewConnection {
        tenant_id: &tenant.id(),
        client_id: &tenant.client_id(),
        login_url: &server.login_url(),
        graph_url: &server.graph_url(),
        credential: StoredCredential::Secret(SecretString::from(tenant.client_secret())),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    let connection = book.connect(&new, Office::now()).unwrap();
    (book, connection)
}

/// A licensed person with a mailbox.
pub fn person(first: &str, last: &str) -> UserSpec {
    let address = format!("{}.{}@muster.example", first.to_lowercase(), last.to_lowercase());
    UserSpec {
        given_name: Some(first.into()),
        surname: Some(last.into()),
        display_name: Some(format!("{first} {last}")),
        mail: Some(address.clone()),
        user_principal_name: Some(address),
        account_enabled: Some(true),
        assigned_licenses: Some(vec![m365sim::license(m365sim::sku::BUSINESS_STANDARD)]),
        ..UserSpec::default()
    }
}
