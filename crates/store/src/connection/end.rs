//! The end of a connection (A10): what we know of the tenant goes at once; contacts stay, or go to the bin some at a time.

use model::ids::ContactId;
use model::{LinkOrigin, Timestamp};

use super::credential::overwrite_credential;
use super::current;
use crate::contact::all_memberships_by_hand;
use crate::db::{Row, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::schedule;
use crate::store::Book;

/// What becomes of contacts that runs created when their connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// They stay in the book.
    Keep,
    /// They go to the bin, see [`Book::leave`].
    Leave,
}

impl Book {
    /// Ends the connection: credential, mirror, scope and cursors go; contacts stay (A10). It needs the customer's lease, and
    /// a run that slept until its lease was another's writes nothing more.
    pub fn disconnect(&self, lease: Option<&Lease>, imported: Imported) -> Result<()> {
        self.take_apart(lease, imported)?;
        // SQLite's log still holds the pages that the sealed credential lay in.
        if let Some(Err(error)) = self.store.db.clean_files(&[]) {
            tracing::warn!(%error, "the connection has ended, but the database's log could not be emptied");
        }
        Ok(())
    }

    fn take_apart(&self, lease: Option<&Lease>, imported: Imported) -> Result<()> {
        self.store.db.write(|tx| {
            self.alone(tx, lease)?;
            let sql = "UPDATE lease SET token = token + 1, expires_at = 0 WHERE customer = $1";
            tx.exec(sql, params![self.customer.id.0])?;
            let Some(old) = current(tx, self)? else { return Err(StoreError::NotFound) };
            overwrite_credential(tx, old.id)?;
            if imported == Imported::Leave {
                let sql = "INSERT INTO leaving (contact) SELECT DISTINCT l.contact FROM link l JOIN contact c ON c.id = l.contact \
                           WHERE l.connection = $1 AND l.origin = $2 ON CONFLICT DO NOTHING";
                tx.exec(sql, params![old.id.get(), LinkOrigin::Creation.name()])?;
            }
            all_memberships_by_hand(tx, old.id)?;
            for table in [
                "source_user",
                "source_group",
                "source_member",
                "product",
                "pending",
                "scope_entry",
                "link",
                "link_count",
                "hold",
                "held_person",
                "rejection",
                "picked",
            ] {
                tx.exec(&format!("DELETE FROM {table} WHERE connection = $1"), params![old.id.get()])?;
            }
            tx.exec(
                "UPDATE contact_group SET connection = NULL, source = NULL WHERE connection = $1",
                params![old.id.get()],
            )?;
            schedule::changed(tx, self.customer.id)?;
            tx.exec("DELETE FROM connection WHERE id = $1", params![old.id.get()]).map(drop)
        })
    }

    /// Whether contacts of an ended connection are still on their way to the bin.
    pub fn is_leaving(&self) -> Result<bool> {
        Ok(!self.leaving(1)?.is_empty())
    }

    /// Sends some of these contacts to the bin; answers how many. A contact that got a link meanwhile stays.
    pub fn leave(&self, limit: i64, now: Timestamp) -> Result<usize> {
        let some = self.leaving(limit)?;
        let linked = "SELECT contact FROM link WHERE contact = $1 LIMIT 1";
        self.store.db.write(|tx| {
            let mut gone = 0;
            for contact in &some {
                tx.exec("DELETE FROM leaving WHERE contact = $1", params![contact.get()])?;
                if tx.query_opt(linked, params![contact.get()], |row| row.int(0))?.is_none() {
                    gone += usize::from(self.bin_one(tx, *contact, now)?);
                }
            }
            Ok(gone)
        })
    }

    fn leaving(&self, limit: i64) -> Result<Vec<ContactId>> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql = "SELECT contact FROM leaving WHERE contact BETWEEN $1 AND $2 ORDER BY contact LIMIT $3";
        let read = |row: &Row<'_>| Ok(ContactId::from_stored(row.int(0)?));
        self.store.db.read(|tx| tx.query(sql, params![low, high, limit], read))
    }
}

#[cfg(test)]
mod tests {
    use model::Preset;

    use super::*;
    use crate::connection::{EndBy, NewConnection, StoredCredential};
    use crate::db::Location;
    use crate::testing::{connected, empty_databases, leased};
    use crate::{KeyRing, Store};

    #[test]
    fn a10_a_disconnected_credential_is_gone_from_the_file_sealed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whoswho.db");
        let keys = KeyRing::load(folder.path(), None).unwrap();
        let store = Store::open(&Location::Sqlite(path.clone()), keys).unwrap();
        let book =
            store.add_customer(&"muster".parse().unwrap(), "M", Preset::Careful, Timestamp(1)).unwrap();
        let secret = "a secret that is long enough to be found again";
        let new = NewConnection {
            tenant_id: "11111111-1111-4111-8111-111111111111",
            client_id: "22222222-2222-4222-8222-222222222222",
            login_url: "https://login.example",
            graph_url: "https://graph.example",
            credential: StoredCredential::Secret(secret.to_owned().into()),
            credential_ends_at: None,
            credential_end_by: EndBy::Typed,
        };
        let connection = book.connect(&new, Timestamp(1)).unwrap().id;
        let read = "SELECT credential FROM connection";
        let sealed =
            store.db.read(|tx| tx.query_one(read, params![], |row| Ok(row.blob(0)?.to_vec()))).unwrap();
        let close = |store: Store, book: Book| drop((store, book));
        let holds = |part: &[u8]| {
            let files =
                std::fs::read_dir(folder.path()).unwrap().map(|f| std::fs::read(f.unwrap().path()).unwrap());
            files.into_iter().any(|bytes| bytes.windows(part.len()).any(|w| w == part))
        };
        assert!(holds(&sealed) && !holds(secret.as_bytes()), "A8: sealed only");
        book.disconnect(Some(&leased(&book, connection)), Imported::Keep).unwrap();
        close(store, book);
        assert!(!holds(&sealed), "the sealed credential lies in the file still");
    }

    #[test]
    fn w15_with_a_connection_neither_it_nor_the_customer_goes_without_the_lease() {
        for db in empty_databases() {
            let (book, connection) = connected(&db);
            for refused in [book.disconnect(None, Imported::Keep), book.remove(None)] {
                assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?} on {}", db.name);
            }
            assert!(book.connection().unwrap().is_some());
            book.disconnect(Some(&leased(&book, connection)), Imported::Keep).unwrap();
            book.remove(None).unwrap();
            assert!(book.store().customers().unwrap().is_empty(), "{}", db.name);
        }
    }
}
