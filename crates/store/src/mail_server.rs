//! By what mails leave the house: one server for all, or the operator's own tenant. Its password is sealed like other credentials.

use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::seal::{Place, credential_of, seal_in};
use crate::store::Store;

/// The row's key: there is one, or none.
const ROW: i64 = 1;

/// How a connection to a mail server is guarded (RFC 8314).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte on; port 465 as a rule.
    Tls,
    /// It begins in the clear and goes on in TLS, or not at all; port 587 as a rule.
    StartTls,
    /// In the clear: a relay on the same machine.
    None,
}

impl MailSecurity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::StartTls, Self::Tls, Self::None];

    /// A stable code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }

    /// The one of a code.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The port that servers have for it (RFC 8314, RFC 5321).
    pub const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Which way mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailWay {
    /// Through a mail server (SMTP).
    Smtp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is guarded.
        security: MailSecurity,
        /// Who signs in there; empty where nobody does.
        user: String,
        /// A certificate authority that is trusted besides those of the system, as PEM; empty where none is.
        root: String,
    },
    /// Through Microsoft Graph, from a mailbox of the tenant where the operator's app is registered.
    Graph,
}

/// By what mails leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Which way.
    pub way: MailWay,
    /// The address that mails come from.
    pub sender: String,
    /// What stands before it; empty where nothing does.
    pub sender_name: String,
    /// Whether a password is kept.
    pub has_password: bool,
    /// Since when it is like that.
    pub changed_at: Timestamp,
}

/// What becomes of the password that is kept.
pub enum Password {
    /// It stays.
    Stays,
    /// This one takes its place; an empty one takes it away.
    Is(SecretString),
}

impl Store {
    /// By what mails leave the house; `None` where nobody has said so: then they wait.
    pub fn mail_server(&self) -> Result<Option<MailServer>> {
        let sql = "SELECT way, host, port, security, user_name, root, sender, sender_name, \
                   CAST(LENGTH(credential) AS BIGINT), changed_at FROM mail_server WHERE id = $1";
        let wrong = || StoreError::Corrupt("the mail settings are unreadable".into());
        self.db.look_up(|tx| {
            tx.query_opt(sql, params![ROW], |row| {
                let way = match row.text(0)? {
                    "smtp" => MailWay::Smtp {
                        host: row.text(1)?.to_owned(),
                        port: u16::try_from(row.int(2)?).map_err(|_| wrong())?,
                        security: MailSecurity::named(row.text(3)?).ok_or_else(wrong)?,
                        user: row.text(4)?.to_owned(),
                        root: row.text(5)?.to_owned(),
                    },
                    "graph" => MailWay::Graph,
                    _ => return Err(wrong()),
                };
                Ok(MailServer {
                    way,
                    sender: row.text(6)?.to_owned(),
                    sender_name: row.text(7)?.to_owned(),
                    has_password: row.int(8)? > 0,
                    changed_at: Timestamp(row.int(9)?),
                })
            })
        })
    }

    /// Keeps by what mails leave the house, and tries everything that waits by it at once.
    pub fn set_mail_server(&self, new: &MailServer, password: &Password, now: Timestamp) -> Result<()> {
        let (way, host, port, security, user, root) = match &new.way {
            MailWay::Smtp { host, port, security, user, root } => {
                ("smtp", host.as_str(), i64::from(*port), security.name(), user.as_str(), root.as_str())
            }
            MailWay::Graph => ("graph", "", 0, "", "", ""),
        };
        self.db.write(|tx| {
            let bytes = ROW.to_be_bytes();
            let sealed = match password {
                Password::Stays => kept(tx)?,
                Password::Is(password) if password.expose_secret().is_empty() => Vec::new(),
                Password::Is(password) => {
                    seal_in(tx, &self.keys, place(&bytes), password.expose_secret().as_bytes())?
                }
            };
            wipe(tx)?;
            let sql = "INSERT INTO mail_server (id, way, host, port, security, user_name, root, sender, sender_name, \
                       credential, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            let (sender, name) = (new.sender.as_str(), new.sender_name.as_str());
            let values = params![
                ROW, way, host, port, security, user, root, sender, name, &sealed[..], now.0
            ];
            tx.exec(sql, values)?;
            let sql = "UPDATE outbox_mail SET due_at = $1 WHERE state = 'waiting' AND due_at > $1";
            tx.exec(sql, params![now.0]).map(drop)
        })
    }

    /// Forgets it; mails wait from then on.
    pub fn remove_mail_server(&self) -> Result<()> {
        self.db.write(wipe)
    }

    /// The password, opened; `None` where none is kept.
    pub fn mail_password(&self) -> Result<Option<SecretString>> {
        let Some(sealed) = Some(self.db.look_up(kept)?).filter(|sealed| !sealed.is_empty()) else {
            return Ok(None);
        };
        let bytes = ROW.to_be_bytes();
        let opened = self.keys.open(place(&bytes), &sealed)?;
        let text = std::str::from_utf8(opened.expose_secret());
        let text =
            text.map_err(|_| StoreError::Corrupt("the password of the mail server is no text".into()))?;
        Ok(Some(text.into()))
    }
}

fn kept(tx: &mut Tx<'_>) -> Result<Vec<u8>> {
    let sql = "SELECT credential FROM mail_server WHERE id = $1";
    Ok(tx.query_opt(sql, params![ROW], |row| Ok(row.blob(0)?.to_vec()))?.unwrap_or_default())
}

/// A deleted row may lie in a free part of its page for years, so it is blanked first.
fn wipe(tx: &mut Tx<'_>) -> Result<()> {
    let blank = vec![0_u8; kept(tx)?.len()];
    tx.exec("UPDATE mail_server SET credential = $1 WHERE id = $2", params![&blank[..], ROW])?;
    tx.exec("DELETE FROM mail_server WHERE id = $1", params![ROW]).map(drop)
}

fn place(row: &[u8]) -> Place<'_> {
    credential_of("mail_server", row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyRing;
    use crate::testing::empty_databases;

    const NOW: Timestamp = Timestamp(1_000);

    fn smtp() -> MailServer {
        MailServer {
            way: MailWay::Smtp {
                host: "mail.example".into(),
                port: 587,
                security: MailSecurity::StartTls,
                user: "whoswho".into(),
                root: String::new(),
            },
            sender: "whoswho@operator.example".into(),
            sender_name: "Whoswho".into(),
            has_password: true,
            changed_at: NOW,
        }
    }

    #[test]
    fn the_password_of_the_mail_server_is_sealed_stays_when_none_is_typed_and_follows_a_rotation() {
        for db in empty_databases() {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
            assert_eq!(store.mail_server().unwrap(), None, "{}", db.name);
            store.set_mail_server(&smtp(), &Password::Is("geheim-geheim".into()), NOW).unwrap();
            assert_eq!(store.mail_server().unwrap(), Some(smtp()), "{}", db.name);
            let sealed = store.db.look_up(kept).unwrap();
            assert!(!sealed.is_empty() && !sealed.windows(6).any(|w| w == b"geheim"), "{}", db.name);
            assert_eq!(store.rotate_key().unwrap().sealed, 1, "{}", db.name);
            let other = MailServer { sender_name: String::new(), ..smtp() };
            store.set_mail_server(&other, &Password::Stays, NOW).unwrap();
            let password = || store.mail_password().unwrap().map(|p| p.expose_secret().to_owned());
            assert_eq!(password().as_deref(), Some("geheim-geheim"), "{}", db.name);
            store.set_mail_server(&other, &Password::Is("".into()), NOW).unwrap();
            assert_eq!(password(), None, "{}", db.name);
            let graph = MailServer { way: MailWay::Graph, has_password: false, ..smtp() };
            store.set_mail_server(&graph, &Password::Stays, NOW).unwrap();
            assert_eq!(store.mail_server().unwrap(), Some(graph), "{}", db.name);
            store.remove_mail_server().unwrap();
            assert_eq!(store.mail_server().unwrap(), None, "{}", db.name);
        }
    }
}
