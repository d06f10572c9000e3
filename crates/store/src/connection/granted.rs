//! What an administrator has granted to a connection's app, as far as it is not as it should be. Told by a check, and by the
//! token of every run; written only when it has changed, so that a run which finds nothing new writes nothing for it.

use model::Timestamp;
use model::ids::ConnectionId;

use crate::db::params;
use crate::error::Result;
use crate::store::Book;

/// What of an app's permissions is not as it should be, by Microsoft's names; all empty where they are as needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Granted {
    /// Missing, without which nobody is read.
    pub missing: Vec<String>,
    /// Missing, without which less is known.
    pub without: Vec<String>,
    /// More than is needed.
    pub excessive: Vec<String>,
}

impl Granted {
    /// As the column has it: a line for each, behind its sign.
    fn stored(&self) -> String {
        let signed = [('-', &self.missing), ('?', &self.without), ('+', &self.excessive)];
        let lines =
            signed.into_iter().flat_map(|(sign, names)| names.iter().map(move |n| format!("{sign}{n}")));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// What is no line of ours is left out: it is for display.
    pub(crate) fn read(stored: &str) -> Self {
        let mut all = Self::default();
        for line in stored.lines() {
            if let Some(name) = line.strip_prefix('-') {
                all.missing.push(name.to_owned());
            } else if let Some(name) = line.strip_prefix('?') {
                all.without.push(name.to_owned());
            } else if let Some(name) = line.strip_prefix('+') {
                all.excessive.push(name.to_owned());
            }
        }
        all
    }
}

impl Book {
    /// Notes what is granted, unless it stands so already; `now` is since when.
    pub fn learn_granted(&self, connection: ConnectionId, granted: &Granted, now: Timestamp) -> Result<()> {
        self.owns(connection)?;
        let sql = "UPDATE connection SET permissions = $1, permissions_at = $2 \
                   WHERE id = $3 AND COALESCE(permissions, '.') <> $1";
        let stored = granted.stored();
        self.store.db.write(|tx| tx.exec(sql, params![&stored, now.0, connection.get()]).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w9_permissions_are_stored_and_read_as_they_were() {
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let granted = Granted {
            missing: names(&["GroupMember.Read.All"]),
            without: names(&["Member.Read.Hidden", "Application.Read.All"]),
            excessive: names(&["Mail.Send"]),
        };
        assert_eq!(Granted::read(&granted.stored()), granted);
        assert_eq!(Granted::default().stored(), "");
        assert_eq!(Granted::read(""), Granted::default());
    }
}
