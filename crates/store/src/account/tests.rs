//! Accounts, sessions and links on both engines: what is out of reach is as if it were not there.

use model::Slug;

use super::*;
use crate::seal::KeyRing;
use crate::testing::empty_databases;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn later(ms: i64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

fn stores() -> Vec<(crate::testing::TestDb, Store)> {
    let open = |db: crate::testing::TestDb| {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        (db, store)
    };
    empty_databases().into_iter().map(open).collect()
}

fn new(role: Role, reach: Reach, email: &str) -> NewAccount {
    NewAccount {
        role,
        reach,
        name: "Jana Petersen".into(),
        email: email.into(),
        password: Some("hash".into()),
    }
}

fn add_customer(store: &Store, slug: &str) -> Book {
    store.add_customer(&slug.parse::<Slug>().unwrap(), slug, None, NOW).unwrap()
}

fn signed(store: &Store, account: &Account) -> SignedIn {
    let token = store.begin_session(account.id, "a browser", NOW).unwrap();
    store.signed_in(&token, NOW).unwrap().unwrap()
}

#[test]
fn books_are_reached_by_who_may_and_are_not_there_for_others() {
    for (db, store) in stores() {
        let (a, b) = (add_customer(&store, "a"), add_customer(&store, "b"));
        let add = |role, reach, email: &str| {
            signed(&store, &store.add_account(&new(role, reach, email), NOW).unwrap())
        };
        let owner = add(Role::Owner, Reach::All, "o@x.example");
        let technician = add(Role::Technician, Reach::Chosen, "t@x.example");
        let own = add(Role::Administrator, Reach::Own(b.customer.id), "b@x.example");
        store.choose_customers(technician.account.id, &[a.customer.id]).unwrap();
        let slugs = |who: &SignedIn| -> Vec<String> {
            let reached = |slug: &&str| who.book(slug).unwrap().is_some();
            let listed: Vec<_> = who.customers().unwrap().into_iter().map(|c| c.slug).collect();
            assert_eq!(listed, ["a", "b"].into_iter().filter(reached).collect::<Vec<_>>(), "{}", db.name);
            assert!(who.book("nobody").unwrap().is_none());
            listed
        };
        assert_eq!((slugs(&owner), slugs(&technician), slugs(&own)).0, ["a", "b"]);
        assert_eq!((slugs(&technician), slugs(&own)), (vec!["a".into()], vec!["b".into()]));
        store.choose_customers(technician.account.id, &[]).unwrap();
        assert!(slugs(&technician).is_empty());
    }
}

#[test]
fn who_adds_a_customer_reaches_it() {
    for (db, store) in stores() {
        let own = add_customer(&store, "own");
        let add = |role, reach, email: &str| {
            signed(&store, &store.add_account(&new(role, reach, email), NOW).unwrap())
        };
        let technician = add(Role::Technician, Reach::Chosen, "t@x.example");
        let slug: Slug = "new".parse().unwrap();
        technician.enrol(&slug, "New", None, NOW).unwrap();
        assert_eq!(technician.customers().unwrap().len(), 1, "{}", db.name);
        let theirs = add(Role::Administrator, Reach::Own(own.customer.id), "a@x.example");
        assert!(theirs.enrol(&"more".parse().unwrap(), "More", None, NOW).is_err());
        assert_eq!(store.customers().unwrap().len(), 2);
    }
}

#[test]
fn a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_week() {
    for (db, store) in stores() {
        let account = store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap();
        let token = store.begin_session(account.id, "a\u{7}browser", NOW).unwrap();
        assert!(store.signed_in(&token, later(IDLE_MS - 1)).unwrap().is_some(), "{}", db.name);
        assert!(store.signed_in(&token, later(2 * IDLE_MS - 2)).unwrap().is_some(), "used, so it lives on");
        assert!(store.signed_in(&token, later(3 * IDLE_MS)).unwrap().is_none(), "idle");
        let token = store.begin_session(account.id, "", NOW).unwrap();
        let mut at = 0;
        while at < LIFE_MS {
            assert!(store.signed_in(&token, later(at)).unwrap().is_some(), "{at}");
            at += IDLE_MS / 2;
        }
        assert!(store.signed_in(&token, later(LIFE_MS)).unwrap().is_none(), "a week");
        assert!(store.signed_in(&Token::of(&"0".repeat(64)).unwrap(), NOW).unwrap().is_none());
    }
}

#[test]
fn sessions_are_listed_and_ended_and_another_password_ends_all_others() {
    for (db, store) in stores() {
        let account = store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap();
        let (first, second) = (signed(&store, &account), signed(&store, &account));
        let all = second.sessions().unwrap();
        assert_eq!(all.iter().map(|s| s.is_this).collect::<Vec<_>>(), [true, false], "{}", db.name);
        second.end(all[1].n).unwrap();
        assert!(store.signed_in(first.token(), NOW).unwrap().is_none());
        let third = signed(&store, &account);
        store.set_password(account.id, "other", Some(second.token())).unwrap();
        assert!(store.signed_in(third.token(), NOW).unwrap().is_none());
        assert!(store.signed_in(second.token(), NOW).unwrap().is_some());
        store.end_session(second.token()).unwrap();
        assert!(store.signed_in(second.token(), NOW).unwrap().is_none());
    }
}

#[test]
fn nobody_ends_the_sessions_of_another_account() {
    for (_db, store) in stores() {
        let a = store.add_account(&new(Role::Owner, Reach::All, "a@x.example"), NOW).unwrap();
        let b = store.add_account(&new(Role::Owner, Reach::All, "b@x.example"), NOW).unwrap();
        let (a, b) = (signed(&store, &a), signed(&store, &b));
        a.end(b.sessions().unwrap()[0].n).unwrap();
        assert!(store.signed_in(b.token(), NOW).unwrap().is_some());
    }
}

#[test]
fn wrong_passwords_lock_for_a_while_and_a_sign_in_forgets_them() {
    for (db, store) in stores() {
        let account = store.add_account(&new(Role::Owner, Reach::All, "Jana@X.example"), NOW).unwrap();
        let known = Try::Open(Some(PasswordOf { account: account.id, hash: Some("hash".into()) }));
        for (email, open) in [(" jana@x.EXAMPLE ", known), ("nobody@x.example", Try::Open(None))] {
            let tried = |at: Timestamp| store.try_password(email, at).unwrap();
            for _ in 0..5 {
                assert_eq!(tried(NOW), open, "{}", db.name);
            }
            assert_eq!(
                tried(later(59_999)),
                Try::Locked(later(60_000)),
                "an unknown address is locked alike"
            );
            assert_eq!(tried(later(60_000)), open);
            assert_eq!(tried(later(60_001)), Try::Locked(later(180_000)), "and for longer the next time");
        }
        signed(&store, &account);
        assert!(matches!(store.try_password("jana@x.example", NOW), Ok(Try::Open(Some(_)))));
        store.drop_ended_sessions(later(48 * 3_600_000)).unwrap();
        assert_eq!(store.try_password("nobody@x.example", NOW), Ok(Try::Open(None)));
    }
}

/// Does the same many times at once.
fn at_once<T: Send>(f: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(&f)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn guesses_that_come_at_once_count_one_by_one() {
    for (db, store) in stores() {
        let tries = at_once(|| store.try_password("jana@x.example", NOW).unwrap());
        let open = tries.iter().filter(|one| matches!(one, Try::Open(_))).count();
        assert_eq!(open, 5, "{}: {tries:?}", db.name);
    }
}

#[test]
fn a_link_that_is_opened_many_times_at_once_signs_in_one() {
    for (db, store) in stores() {
        let link = store.make_link(LinkFor::SetUp, later(1_000)).unwrap();
        let done = at_once(|| {
            let email = format!("{:?}@x.example", std::thread::current().id());
            store.set_up(&link, &new(Role::Owner, Reach::All, &email), "", NOW).unwrap()
        });
        assert_eq!(done.iter().flatten().count(), 1, "{}: one owner", db.name);
        let owner = &store.staff().unwrap()[0];
        let link = store.make_link(LinkFor::Account(owner.id), later(1_000)).unwrap();
        let done = at_once(|| store.sign_in_by_link(&link, "", NOW).unwrap());
        assert_eq!(done.iter().flatten().count(), 1, "{}: one session", db.name);
    }
}

#[test]
fn the_first_start_makes_one_owner_and_its_link_works_once() {
    for (db, store) in stores() {
        let old = store.make_link(LinkFor::SetUp, later(1_000)).unwrap();
        let link = store.make_link(LinkFor::SetUp, later(1_000)).unwrap();
        assert_eq!(store.look_at_link(&old, NOW), Ok(None), "{}: a newer one takes its place", db.name);
        assert_eq!(store.look_at_link(&link, NOW), Ok(Some(SignInLink::SetUp)));
        assert_eq!(store.look_at_link(&link, later(1_000)), Ok(None), "ended");
        let owner = new(Role::Owner, Reach::All, "o@x.example");
        assert!(store.set_up(&link, &new(Role::Reader, Reach::All, "r@x.example"), "", NOW).is_err());
        let token = store.set_up(&link, &owner, "", NOW).unwrap().unwrap();
        assert_eq!(store.signed_in(&token, NOW).unwrap().unwrap().role(), Role::Owner);
        assert_eq!(store.set_up(&link, &new(Role::Owner, Reach::All, "p@x.example"), "", NOW), Ok(None));
        assert_eq!(store.make_link(LinkFor::SetUp, later(1_000)), Err(Refusal::HasOwner.into()));
    }
}

#[test]
fn a_link_of_an_account_signs_in_once() {
    for (db, store) in stores() {
        let account = store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap();
        let link = store.make_link(LinkFor::Account(account.id), later(1_000)).unwrap();
        assert_eq!(store.sign_in_by_link(&link, "", later(1_000)), Ok(None), "{}: ended", db.name);
        let token = store.sign_in_by_link(&link, "", NOW).unwrap().unwrap();
        assert_eq!(store.signed_in(&token, NOW).unwrap().unwrap().account.id, account.id);
        assert_eq!(store.sign_in_by_link(&link, "", NOW), Ok(None));
        let old = store.make_link(LinkFor::Account(account.id), later(1_000)).unwrap();
        store.make_link(LinkFor::Account(account.id), later(1_000)).unwrap();
        assert_eq!(store.look_at_link(&old, NOW), Ok(None), "a newer one takes its place");
    }
}

#[test]
fn addresses_are_unique_and_the_last_owner_stays() {
    for (db, store) in stores() {
        let owner = store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap();
        let again = store.add_account(&new(Role::Observer, Reach::All, " O@X.example"), NOW);
        assert_eq!(again, Err(Refusal::AccountExists(" O@X.example".into()).into()), "{}", db.name);
        assert_eq!(store.remove_account(owner.id), Err(Refusal::LastOwner.into()));
        let second = store.add_account(&new(Role::Owner, Reach::All, "p@x.example"), NOW).unwrap();
        let session = signed(&store, &owner);
        store.make_link(LinkFor::Account(owner.id), later(1_000)).unwrap();
        store.remove_account(owner.id).unwrap();
        assert!(store.signed_in(session.token(), NOW).unwrap().is_none());
        assert_eq!(store.staff().unwrap().iter().map(|a| a.id).collect::<Vec<_>>(), [second.id]);
    }
}

#[test]
fn an_account_is_changed_as_a_whole_and_open_sessions_go_by_it_at_once() {
    for (db, store) in stores() {
        let (a, b) = (add_customer(&store, "a"), add_customer(&store, "b"));
        let owner = store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap();
        let timo = store.add_account(&new(Role::Technician, Reach::Chosen, "t@x.example"), NOW).unwrap();
        store.choose_customers(timo.id, &[a.customer.id]).unwrap();
        let session = signed(&store, &timo);
        let link = store.make_link(LinkFor::Account(timo.id), later(1_000)).unwrap();
        let to = |role, reach, chosen: &[&Book], email: &str| AccountChange {
            role,
            reach,
            chosen: chosen.iter().map(|book| book.customer.id).collect(),
            name: "Timo".into(),
            email: email.into(),
        };
        let now = || store.signed_in(session.token(), NOW).unwrap().unwrap();
        let slugs = || now().customers().unwrap().into_iter().map(|row| row.slug).collect::<Vec<_>>();
        let change = |to: &AccountChange| store.change_account(timo.id, to);

        change(&to(Role::Observer, Reach::Chosen, &[&b], "T@x.example")).unwrap();
        assert_eq!((now().role(), slugs()), (Role::Observer, vec!["b".to_owned()]), "{}", db.name);
        assert!(now().account.has_password && now().book("a").unwrap().is_none(), "{}", db.name);
        assert!(store.look_at_link(&link, NOW).unwrap().is_some(), "the same address, spelled otherwise");
        let taken = change(&to(Role::Observer, Reach::All, &[], "O@x.example"));
        assert_eq!(taken, Err(Refusal::AccountExists("O@x.example".into()).into()), "{}", db.name);
        assert_eq!(slugs(), ["b"], "{}: what is refused changes nothing", db.name);
        change(&to(Role::Technician, Reach::All, &[&a], "timo@x.example")).unwrap();
        assert_eq!((now().account.reach, slugs().len()), (Reach::All, 2), "{}", db.name);
        assert_eq!(store.look_at_link(&link, NOW), Ok(None), "{}: it was sent to another address", db.name);
        change(&to(Role::Reader, Reach::Own(a.customer.id), &[], "timo@x.example")).unwrap();
        assert_eq!(slugs(), ["a"], "{}", db.name);
        assert!(change(&to(Role::Reader, Reach::All, &[], "timo@x.example")).is_err());

        let demoted = to(Role::Technician, Reach::All, &[], "o@x.example");
        assert_eq!(store.change_account(owner.id, &demoted), Err(Refusal::LastOwner.into()), "{}", db.name);
        change(&to(Role::Owner, Reach::All, &[], "timo@x.example")).unwrap();
        assert_eq!(store.change_account(owner.id, &demoted).unwrap().role, Role::Technician);
        assert_eq!(store.change_account(AccountId(99), &demoted), Err(StoreError::NotFound));
    }
}

#[test]
fn a_customers_people_go_with_the_customer() {
    for (db, store) in stores() {
        let book = add_customer(&store, "a");
        let own = Reach::Own(book.customer.id);
        let account = store.add_account(&new(Role::Administrator, own, "a@x.example"), NOW).unwrap();
        let staff = store.add_account(&new(Role::Technician, Reach::Chosen, "t@x.example"), NOW).unwrap();
        store.choose_customers(staff.id, &[book.customer.id]).unwrap();
        let session = signed(&store, &account);
        book.remove(None).unwrap();
        assert!(store.signed_in(session.token(), NOW).unwrap().is_none(), "{}", db.name);
        assert_eq!(store.account_named("a@x.example"), Ok(None));
        assert!(signed(&store, &staff).customers().unwrap().is_empty());
    }
}

#[test]
fn a_microsoft_account_is_known_by_tenant_and_object_id_and_is_one_persons() {
    use super::{MicrosoftAccount, MicrosoftTry, TryFor};
    use crate::refusal::Refusal;
    for (db, store) in stores() {
        let owner =
            signed(&store, &store.add_account(&new(Role::Owner, Reach::All, "o@x.example"), NOW).unwrap());
        let other = store.add_account(&new(Role::Observer, Reach::All, "t@x.example"), NOW).unwrap();
        let other = signed(&store, &other);
        let who = |tenant: u8, object: u8| MicrosoftAccount {
            tenant: model::SourceId::Guid([tenant; 16]),
            object: model::SourceId::Guid([object; 16]),
        };
        owner.bind_microsoft(&who(1, 2)).unwrap();
        let found = store.account_of_microsoft(&who(1, 2)).unwrap().unwrap();
        assert!(found.id == owner.account.id && found.has_microsoft, "{}", db.name);
        for stranger in [who(2, 2), who(1, 1)] {
            assert_eq!(store.account_of_microsoft(&stranger).unwrap(), None, "{}", db.name);
        }
        assert_eq!(
            other.bind_microsoft(&who(1, 2)),
            Err(Refusal::MicrosoftAccountTaken.into()),
            "{}",
            db.name
        );
        owner.unbind_microsoft().unwrap();
        assert_eq!(store.account_of_microsoft(&who(1, 2)).unwrap(), None, "{}", db.name);
        let guest = NewAccount { password: None, ..new(Role::Observer, Reach::All, "g@x.example") };
        let guest = signed(&store, &store.add_account(&guest, NOW).unwrap());
        guest.bind_microsoft(&who(3, 3)).unwrap();
        assert_eq!(guest.unbind_microsoft(), Err(Refusal::NoOtherWayIn.into()), "{}", db.name);
        let token = store.begin_microsoft_session(guest.account.id, "a browser", NOW).unwrap();
        assert_eq!(store.signed_in(&token, NOW).unwrap().unwrap().proof, Proof::Microsoft, "{}", db.name);
        let one = MicrosoftTry {
            purpose: TryFor::Bind(owner.account.id),
            verifier: "v".into(),
            nonce: "n".into(),
            back: "/profile".into(),
        };
        let state = store.begin_microsoft_try(&one, NOW, later(600_000)).unwrap();
        assert_eq!(store.end_microsoft_try(&state, later(1)).unwrap(), Some(one.clone()), "{}", db.name);
        assert_eq!(store.end_microsoft_try(&state, later(1)).unwrap(), None, "{}: once", db.name);
        let late = store.begin_microsoft_try(&one, NOW, later(600_000)).unwrap();
        assert_eq!(store.end_microsoft_try(&late, later(600_000)).unwrap(), None, "{}: in time", db.name);
        store.remove_account(other.account.id).unwrap();
    }
}
