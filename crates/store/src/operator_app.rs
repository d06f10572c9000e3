//! The operator's own app registration (`AzureADMultipleOrgs`): one for all customers, to which each customer's administrator
//! consents once. Its credential is sealed like those of connections, and stands in one place, so that renewing it renews it
//! for everybody.

use model::Timestamp;
use secrecy::ExposeSecret;

use crate::connection::{OPERATORS, StoredCredential};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::refusal::Refusal;
use crate::seal::{Place, credential_of, seal_in};
use crate::store::Store;

/// The row's key: there is one, or none.
const ROW: i64 = 1;

/// The registration, without its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorApp {
    /// The tenant where it is registered, by id or domain.
    pub tenant: String,
    /// Application (client) id.
    pub client_id: String,
    /// Base of the sign-in pages.
    pub login_url: String,
    /// Base of Graph.
    pub graph_url: String,
    /// When its credential ends, as somebody typed it.
    pub credential_ends_at: Option<Timestamp>,
    /// Whether a restore left the credential out.
    pub credential_left_out: bool,
    /// Since when it stands like that.
    pub changed_at: Timestamp,
}

/// A registration that is to be kept.
pub struct NewOperatorApp<'a> {
    /// The tenant where it is registered, by id or domain.
    pub tenant: &'a str,
    /// Application (client) id.
    pub client_id: &'a str,
    /// Base of the sign-in pages.
    pub login_url: &'a str,
    /// Base of Graph.
    pub graph_url: &'a str,
    /// Secret or certificate.
    pub credential: &'a StoredCredential,
    /// When it ends, where somebody knows.
    pub credential_ends_at: Option<Timestamp>,
}

impl Store {
    /// The operator's app, if there is one.
    pub fn operator_app(&self) -> Result<Option<OperatorApp>> {
        let sql = "SELECT tenant, client_id, login_url, graph_url, credential_ends_at, CAST(LENGTH(credential) AS BIGINT), \
                   changed_at FROM operator_app WHERE id = $1";
        self.db.look_up(|tx| {
            tx.query_opt(sql, params![ROW], |row| {
                Ok(OperatorApp {
                    tenant: row.text(0)?.to_owned(),
                    client_id: row.text(1)?.to_owned(),
                    login_url: row.text(2)?.to_owned(),
                    graph_url: row.text(3)?.to_owned(),
                    credential_ends_at: row.opt_int(4)?.map(Timestamp),
                    credential_left_out: row.int(5)? == 0,
                    changed_at: Timestamp(row.int(6)?),
                })
            })
        })
    }

    /// Keeps the operator's app. Connections that use it sign in by the new credential from then on, and are tried at once;
    /// another app than theirs is refused while there are any, for nobody has consented to that one.
    pub fn set_operator_app(&self, new: &NewOperatorApp<'_>, now: Timestamp) -> Result<()> {
        let (kind, Some(secret)) = new.credential.parts() else {
            return Err(Refusal::NoOperatorApp.into());
        };
        self.db.write(|tx| {
            let used = users(tx)?;
            let same = "SELECT 1 FROM operator_app WHERE id = $1 AND client_id = $2 AND login_url = $3";
            let is_same = tx.query_opt(same, params![ROW, new.client_id, new.login_url], |_| Ok(()))?.is_some();
            if used > 0 && !is_same {
                return Err(Refusal::AppInUse(used).into());
            }
            let bytes = ROW.to_be_bytes();
            let sealed = seal_in(tx, &self.keys, place(&bytes), secret.expose_secret().as_bytes())?;
            tx.exec("DELETE FROM operator_app WHERE id = $1", params![ROW])?;
            let sql = "INSERT INTO operator_app (id, tenant, client_id, login_url, graph_url, credential_kind, credential, \
                       credential_ends_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            let ends = new.credential_ends_at.map(|at| at.0);
            let values = params![
                ROW,
                new.tenant,
                new.client_id,
                new.login_url,
                new.graph_url,
                kind,
                &sealed[..],
                ends,
                now.0
            ];
            tx.exec(sql, values)?;
            let sql = "UPDATE connection SET credential_ends_at = $1, renewed_at = $2, failures = 0, paused_until = NULL, \
                       connects = connects + 1 WHERE credential_kind = $3";
            tx.exec(sql, params![ends, now.0, OPERATORS]).map(drop)
        })
    }

    /// Forgets the operator's app. Refused while connections sign in by it.
    pub fn remove_operator_app(&self) -> Result<()> {
        self.db.write(|tx| {
            match users(tx)? {
                0 => {}
                used => return Err(Refusal::AppInUse(used).into()),
            }
            // A deleted row may lie in a free part of its page for years.
            let sql = "SELECT CAST(LENGTH(credential) AS BIGINT) FROM operator_app WHERE id = $1";
            let Some(length) = tx.query_opt(sql, params![ROW], |row| row.int(0))? else { return Ok(()) };
            let blank = vec![0_u8; usize::try_from(length).unwrap_or_default()];
            tx.exec("UPDATE operator_app SET credential = $1 WHERE id = $2", params![&blank[..], ROW])?;
            tx.exec("DELETE FROM operator_app WHERE id = $1", params![ROW]).map(drop)
        })
    }

    /// Its credential, opened.
    pub fn operator_credential(&self) -> Result<StoredCredential> {
        let sql = "SELECT credential_kind, credential FROM operator_app WHERE id = $1";
        let found = self.db.look_up(|tx| {
            tx.query_opt(sql, params![ROW], |row| Ok((row.text(0)?.to_owned(), row.blob(1)?.to_vec())))
        })?;
        let Some((kind, sealed)) = found.filter(|(_, sealed)| !sealed.is_empty()) else {
            return Err(Refusal::NoOperatorApp.into());
        };
        let bytes = ROW.to_be_bytes();
        StoredCredential::opened(&kind, &self.keys.open(place(&bytes), &sealed)?)
    }
}

/// How many connections sign in by it.
fn users(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM connection WHERE credential_kind = $1";
    tx.query_one(sql, params![OPERATORS], |row| row.int(0))
}

fn place(row: &[u8]) -> Place<'_> {
    credential_of("operator_app", row)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::KeyRing;
    use crate::StoreError;
    use crate::connection::{EndBy, NewConnection};
    use crate::testing::empty_databases;

    fn app(secret: &StoredCredential) -> NewOperatorApp<'_> {
        NewOperatorApp {
            tenant: "operator.example",
            client_id: "33333333-3333-4333-8333-333333333333",
            login_url: "https://login.example",
            graph_url: "https://graph.example",
            credential: secret,
            credential_ends_at: Some(Timestamp(9_000)),
        }
    }

    fn secret(store: &Store) -> String {
        let StoredCredential::Secret(secret) = store.operator_credential().unwrap() else {
            panic!("a secret")
        };
        secret.expose_secret().to_owned()
    }

    #[test]
    fn a8_the_operators_app_is_sealed_rotated_and_renewed_for_all_of_its_connections_at_once() {
        for db in empty_databases() {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
            let slug = "muster".parse().unwrap();
            let book = store.add_customer(&slug, "Muster", None, Timestamp(1)).unwrap();
            assert_eq!(store.operator_app().unwrap(), None, "{}", db.name);
            let first = StoredCredential::Secret("geheim-eins".into());
            store.set_operator_app(&app(&first), Timestamp(1)).unwrap();
            let new = NewConnection {
                tenant_id: "11111111-1111-4111-8111-111111111111",
                client_id: "33333333-3333-4333-8333-333333333333",
                login_url: "https://login.example",
                graph_url: "https://graph.example",
                credential: StoredCredential::Operators,
                credential_ends_at: Some(Timestamp(9_000)),
                credential_end_by: EndBy::Typed,
            };
            let row = book.connect(&new, Timestamp(2)).unwrap();
            assert!(row.app == crate::AppOf::Operator && !row.credential_left_out, "{}", db.name);
            let of_book = || match book.credential(row.id).unwrap() {
                StoredCredential::Secret(secret) => secret.expose_secret().to_owned(),
                _ => panic!("the app's secret"),
            };
            assert_eq!(of_book(), "geheim-eins");
            let second = StoredCredential::Secret("geheim-zwei".into());
            let renewed = NewOperatorApp { credential_ends_at: Some(Timestamp(20_000)), ..app(&second) };
            store.set_operator_app(&renewed, Timestamp(3)).unwrap();
            assert_eq!(of_book(), "geheim-zwei", "{}", db.name);
            let ends = book.connection().unwrap().unwrap().credential_ends_at;
            assert_eq!(ends, Some(Timestamp(20_000)), "{}", db.name);
            let other = NewOperatorApp { client_id: "44444444-4444-4444-8444-444444444444", ..app(&second) };
            for refused in [store.set_operator_app(&other, Timestamp(4)), store.remove_operator_app()] {
                assert_eq!(refused, Err(StoreError::from(Refusal::AppInUse(1))), "{}", db.name);
            }
            assert_eq!(store.rotate_key().unwrap().sealed, 1, "{}: the app's own, and no other", db.name);
            assert_eq!(secret(&store), "geheim-zwei", "{}", db.name);
            let sealed = "SELECT credential FROM operator_app";
            let bytes = store.db.read(|tx| tx.query_one(sealed, params![], |row| Ok(row.blob(0)?.to_vec())));
            assert!(!bytes.unwrap().windows(6).any(|w| w == b"geheim"), "{}", db.name);
        }
    }
}
