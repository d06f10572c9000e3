//! New keys: the mirror's digests follow a changed policy, or other domains of the tenant, in transactions that nobody waits
//! for long.

use model::ids::{ConnectionId, SourceId};
use model::source::EmailFrom;

use super::{Keys, read_user};
use crate::db::{Bulk, Type, Verb, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::pending;
use crate::store::Book;

/// People whose digests are looked at together, and written in one transaction.
const PIECE: i64 = 2_000;

/// The rule while digests of two rules stand beside each other. No rule is written so.
const CHANGING: &str = "";

const DIGESTS: Bulk<'_> = Bulk {
    table: "source_user",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("key_digest", Type::Int),
        ("upn_digest", Type::Int),
    ],
    verb: Verb::Update { keys: 2 },
};

/// The digests by which somebody is found: of the key, of the sign-in name.
type Digests = (Option<i64>, Option<i64>);

/// A piece of people.
struct Piece {
    /// Where it ends; none where there was nobody.
    last: Option<SourceId>,
    /// Whose digests are not as the rule makes them.
    stale: Vec<(SourceId, Digests)>,
}

impl Book {
    /// Makes the mirror's key digests follow the rule, where they were made by another one: a changed policy, or other
    /// domains of the tenant. Only for the holder of the lease: nobody else writes digests meanwhile. Whoever is killed
    /// on the way leaves it to the next holder.
    pub fn keep_keys(&self, lease: &Lease, keys: Keys<'_>) -> Result<()> {
        let (connection, rule) = (lease.connection, keys.rule());
        self.owns(connection)?;
        let sql = "SELECT key_rule FROM connection WHERE id = $1";
        let made_by = self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get()], |row| Ok(row.opt_text(0)?.map(ToOwned::to_owned)))
        })?;
        if made_by.as_ref() == Some(&rule) {
            return Ok(());
        }
        let mut after = None;
        while let Some(last) = self.rekey(lease, keys, after.as_ref(), PIECE)? {
            after = Some(last);
        }
        self.fenced(lease, |tx| {
            if made_by.is_some() {
                pending::mark_all(tx, connection)?;
            }
            let sql = "UPDATE connection SET key_rule = $1 WHERE id = $2";
            tx.exec(sql, params![rule.as_str(), connection.get()]).map(drop)
        })
    }

    /// The same for at most so many people behind one; answers the last of them, where there were any.
    fn rekey(
        &self,
        lease: &Lease,
        keys: Keys<'_>,
        after: Option<&SourceId>,
        most: i64,
    ) -> Result<Option<SourceId>> {
        let connection = lease.connection;
        let Piece { last, stale } = self.other_digests(connection, keys, after, most)?;
        if stale.is_empty() {
            return Ok(last);
        }
        self.fenced(lease, |tx| {
            let mut bulk = tx.bulk(&DIGESTS)?;
            for (source, (key, upn)) in &stale {
                bulk.row(|v| {
                    v.int(connection.get());
                    v.blob(source.as_bytes());
                    v.opt_int(*key);
                    v.opt_int(*upn);
                })?;
            }
            bulk.finish()?;
            // The former rule may come back before this one is through: it would take these for its own.
            let sql = "UPDATE connection SET key_rule = $1 WHERE id = $2 AND key_rule IS NOT NULL";
            tx.exec(sql, params![CHANGING, connection.get()]).map(drop)
        })?;
        Ok(last)
    }

    /// Looks at so many people behind one.
    fn other_digests(
        &self,
        connection: ConnectionId,
        keys: Keys<'_>,
        after: Option<&SourceId>,
        most: i64,
    ) -> Result<Piece> {
        let sql = "SELECT source, presence, since, body, key_digest, upn_digest FROM source_user \
                   WHERE connection = $1 AND source > $2 ORDER BY source LIMIT $3";
        let behind = after.map_or(&[][..], SourceId::as_bytes);
        self.store.db.look_up(|tx| {
            let (mut last, mut stale) = (None, Vec::new());
            tx.for_each(sql, params![connection.get(), behind, most], |row| {
                let user = read_user(row)?.user;
                let digests = keys.digests(&user);
                if digests != (row.opt_int(4)?, row.opt_int(5)?) {
                    stale.push((user.id.clone(), digests));
                }
                last = Some(user.id);
                Ok(())
            })?;
            Ok(Piece { last, stale })
        })
    }
}

impl Keys<'_> {
    /// The rule as text: whatever may change a key is in it.
    fn rule(&self) -> String {
        match self.from {
            EmailFrom::Mail => "mail".into(),
            EmailFrom::MailThenUpn => format!("mail_then_upn {}", self.domains.0.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::source::{MirrorUser, Presence, SourceUser, VerifiedDomains};

    use super::*;
    use crate::mirror::{Batch, Marks, Write};
    use crate::pending::Due;
    use crate::testing::{connected, empty_databases, leased};

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn source(n: u8) -> SourceId {
        SourceId::Guid([n; 16])
    }

    /// People without an address whose sign-in name is one.
    fn people() -> Vec<MirrorUser> {
        let one = |n| {
            let upn = Some(format!("p{n}@muster.example").into());
            MirrorUser {
                user: SourceUser { id: source(n), upn, ..SourceUser::default() },
                presence: Presence::Live,
            }
        };
        (1..=5).map(one).collect()
    }

    #[test]
    fn w15_new_keys_come_in_pieces_and_those_of_a_killed_change_are_not_taken_for_the_former() {
        for db in empty_databases() {
            let (book, connection) = connected(&db);
            let lease = leased(&book, connection);
            let domains = VerifiedDomains(vec!["muster.example".into()]);
            let keys = |from| Keys { from, domains: &domains };
            let (mail, upn) = (keys(EmailFrom::Mail), keys(EmailFrom::MailThenUpn));
            book.keep_keys(&lease, mail).unwrap();
            let batch = Batch { users: people(), ..Batch::default() };
            let write = Write { keys: mail, batch: &batch, marks: Marks::AtTheEnd, end: None };
            book.write_mirror(&lease, &write).unwrap();
            let stale = |keys| book.other_digests(connection, keys, None, 100).unwrap().stale.len();
            let due = || book.due(connection, NOW).unwrap();
            assert_eq!((stale(mail), stale(upn), due()), (0, 5, Due::Nobody), "on {}", db.name);

            // Killed behind the first piece, and the policy set back.
            let last = book.rekey(&lease, upn, None, 2).unwrap();
            assert_eq!((last, stale(mail), stale(upn)), (Some(source(2)), 2, 3), "on {}", db.name);
            book.keep_keys(&lease, mail).unwrap();
            assert_eq!((stale(mail), due()), (0, Due::Everybody), "on {}", db.name);

            // Killed again, and taken up.
            let last = book.rekey(&lease, upn, Some(&source(2)), 2).unwrap();
            assert_eq!((last, stale(upn)), (Some(source(4)), 3), "on {}", db.name);
            book.keep_keys(&lease, upn).unwrap();
            assert_eq!(stale(upn), 0, "on {}", db.name);
        }
    }
}
