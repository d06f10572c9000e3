//! A blank mirror that is filled while more is still being told.

use model::Timestamp;
use model::ids::SourceId;
use model::source::{
    EmailFrom, GroupChange, Member, MemberKind, MirrorUser, RemovedReason, SourceGroup, SourceUser,
    UserChange, VerifiedDomains,
};

use crate::mirror::{Keys, ReadEnd};
use crate::spool::Spool;
use crate::store::Book;
use crate::testing::{TestDb, connected, databases, leased};

fn id(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

fn keys(domains: &VerifiedDomains) -> Keys<'_> {
    Keys { from: EmailFrom::Mail, domains }
}

fn user(n: u8, name: &str) -> UserChange {
    let mail = Some(format!("{name}@muster.example").into());
    UserChange::Upsert(Box::new(SourceUser { id: id(n), mail, ..SourceUser::default() }))
}

fn group(n: u8, name: &str, added: &[u8], removed: &[u8]) -> GroupChange {
    let group = SourceGroup { id: id(n), name: name.into(), ..SourceGroup::default() };
    let member = |n: &u8| Member { id: id(*n), kind: MemberKind::User };
    GroupChange::Upsert {
        group: Box::new(group),
        added: added.iter().map(member).collect(),
        removed: removed.iter().map(|n| id(*n)).collect(),
    }
}

/// What the lists tell.
fn listed(spool: &mut Spool) {
    let domains = VerifiedDomains::default();
    for n in 1..=6 {
        spool.user(keys(&domains), &user(n, &format!("p{n}"))).unwrap();
    }
    spool.unreadable_user(&id(7)).unwrap();
    spool.unreadable_user(&id(8)).unwrap();
    spool.users_listed();
    for (n, members) in [(21, &[1, 2, 3][..]), (22, &[3, 4]), (23, &[5])] {
        spool.group(&group(n, &format!("g{n}"), members, &[])).unwrap();
    }
    spool.groups_listed();
}

/// More members, of whom some were told before.
fn more_members(spool: &mut Spool) {
    spool.group(&group(21, "g21", &[3, 4], &[])).unwrap();
}

/// What the deltas tell behind the lists.
fn news(spool: &mut Spool) {
    let domains = VerifiedDomains::default();
    let gone = |n, reason| UserChange::Removed { id: id(n), reason };
    for change in [
        user(1, "anders"),
        gone(2, RemovedReason::Restorable),
        gone(3, RemovedReason::Final),
        user(3, "wieder"),
        user(7, "lesbar"),
        user(9, "neu"),
        gone(99, RemovedReason::Final),
    ] {
        spool.user(keys(&domains), &change).unwrap();
    }
    spool.unreadable_user(&id(4)).unwrap();
    spool.group(&group(22, "anders", &[6], &[3, 98])).unwrap();
    spool.group(&GroupChange::Removed { id: id(23), reason: RemovedReason::Final }).unwrap();
    spool.group(&group(24, "neu", &[9], &[])).unwrap();
}

fn end() -> ReadEnd {
    ReadEnd { users: "u".into(), groups: "g".into(), at: Timestamp(1_700_000_000_000) }
}

/// Everything of the mirror.
fn mirror(book: &Book) -> (Vec<MirrorUser>, Vec<SourceGroup>, Vec<(SourceId, Member)>) {
    let connection = book.connection().unwrap().unwrap().id;
    let mut users = Vec::new();
    book.each_user(connection, |user| users.push(user)).unwrap();
    let groups = book.all_groups(connection).unwrap().into_iter().map(|(group, _)| group).collect();
    let of = |n: u8| book.members_of(connection, &id(n)).unwrap().into_iter().map(move |m| (id(n), m));
    (users, groups, (21..=24).flat_map(of).collect())
}

fn twins() -> impl Iterator<Item = (TestDb, TestDb)> {
    databases().into_iter().zip(databases())
}

#[test]
fn w6_a_mirror_filled_piece_by_piece_is_as_one_filled_at_once() {
    for (one, two) in twins() {
        let (at_once, connection) = connected(&one);
        let mut spool = at_once.spool(connection).unwrap();
        listed(&mut spool);
        more_members(&mut spool);
        news(&mut spool);
        at_once.fill_mirror(&leased(&at_once, connection), spool, &end()).unwrap();

        let (pieces, connection) = connected(&two);
        let lease = leased(&pieces, connection);
        let lay = |piece| pieces.lay_piece(&lease, piece, &|| true).unwrap();
        let mut spool = pieces.spool(connection).unwrap();
        listed(&mut spool);
        let mut early = 0;
        while let Some(piece) = spool.ready() {
            lay(piece);
            early += 1;
        }
        assert_eq!(early, 2, "users and groups need not wait, so few members do");
        assert_eq!(mirror(&pieces).0.len(), 6, "the users are there before all was read");
        let complete = || pieces.connection().unwrap().unwrap().complete;
        spool.rest().into_iter().for_each(lay);
        more_members(&mut spool);
        spool.rest().into_iter().for_each(lay);
        news(&mut spool);
        spool.rest().into_iter().for_each(lay);
        assert!(spool.rest().is_empty() && !complete());
        pieces.end_fill(&lease, &end()).unwrap();
        assert!(complete());
        assert_eq!(mirror(&pieces), mirror(&at_once), "on {}", one.name);
        assert_eq!(mirror(&pieces).0.len(), 7);
    }
}

#[test]
fn w15_a_fill_that_is_told_to_stop_leaves_what_it_had_laid_down() {
    for db in databases() {
        let (book, connection) = connected(&db);
        let lease = leased(&book, connection);
        let mut spool = book.spool(connection).unwrap();
        listed(&mut spool);
        book.lay_piece(&lease, spool.ready().unwrap(), &|| true).unwrap();
        book.lay_piece(&lease, spool.ready().unwrap(), &|| false).unwrap();
        let (users, groups, _) = mirror(&book);
        assert_eq!((users.len(), groups.len()), (6, 0), "on {}", db.name);
        assert!(!book.connection().unwrap().unwrap().complete);
    }
}
