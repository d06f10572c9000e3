//! Rotation over a database: everything sealed anew, the older keys gone, and other processes none the wiser.

use std::path::Path;

use model::{Preset, Timestamp};
use secrecy::ExposeSecret;

use crate::connection::{EndBy, NewConnection, StoredCredential};
use crate::db::Location;
use crate::error::StoreError;
use crate::seal::KeyRing;
use crate::store::{Book, Store};
use crate::testing::empty_databases;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn connect(book: &Book, secret: &str) {
    let new = NewConnection {
        tenant_id: "11111111-2222-3333-4444-555555555555",
        client_id: "c",
        login_url: "https://login.example",
        graph_url: "https://graph.example",
        credential: StoredCredential::Secret(secret.into()),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    book.connect(&new, NOW).unwrap();
}

fn secret(store: &Store) -> Result<String, StoreError> {
    secret_of(store, "muster")
}

fn secret_of(store: &Store, slug: &str) -> Result<String, StoreError> {
    let book = store.book(slug).unwrap().unwrap();
    match book.credential(book.connection().unwrap().unwrap().id)? {
        StoredCredential::Secret(secret) => Ok(secret.expose_secret().to_owned()),
        StoredCredential::Certificate(_) | StoredCredential::Operators => panic!("a secret was stored"),
    }
}

fn keys_in(folder: &Path) -> usize {
    let text = std::fs::read_to_string(folder.join("key")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[test]
fn a8_a_rotated_key_seals_everything_and_its_forerunner_is_gone() {
    for db in empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let (store, serving) = (open(), open());
        let book = store.add_customer(&"muster".parse().unwrap(), "M", Preset::Careful, NOW).unwrap();
        connect(&book, "geheim");
        let before = store.key_infos().unwrap();
        let done = store.rotate_key().unwrap();
        assert_eq!((done.sealed, done.resumed, &done.older[..]), (1, false, &[before[0].id.clone()][..]));
        assert_eq!(keys_in(folder.path()), 1, "the old key is dropped");
        let infos = store.key_infos().unwrap();
        assert_eq!((infos.len(), &infos[0].id, infos[0].sealed), (1, &done.key, 1), "{}", db.name);
        assert_eq!(secret(&store).unwrap(), "geheim");
        // A process that began before reads on, and seals under the new key.
        assert_eq!(secret(&serving).unwrap(), "geheim", "{}", db.name);
        let late = open();
        late.rotate_key().unwrap();
        connect(&serving.book("muster").unwrap().unwrap(), "neu");
        assert_eq!(secret(&late).unwrap(), "neu", "{}", db.name);
        assert_eq!(late.key_infos().unwrap().len(), 1, "{}: sealed under a dropped key", db.name);
    }
}

#[test]
fn w15_a_rotation_that_was_cut_off_is_finished_by_the_next() {
    for db in empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let store = open();
        let book = store.add_customer(&"muster".parse().unwrap(), "M", Preset::Careful, NOW).unwrap();
        connect(&book, "geheim");
        // Killed behind the first step: both keys are there, values lie under the old one.
        KeyRing::load(folder.path(), None).unwrap().add_key().unwrap();
        assert_eq!(secret(&open()).unwrap(), "geheim");
        let infos = open().key_infos().unwrap();
        assert_eq!(infos.iter().map(|k| k.sealed).collect::<Vec<_>>(), [1, 0], "{}", db.name);
        let done = open().rotate_key().unwrap();
        assert_eq!((done.resumed, done.sealed, done.key), (true, 1, infos[1].id.clone()));
        assert_eq!(keys_in(folder.path()), 1);
        assert_eq!(secret(&store).unwrap(), "geheim", "{}", db.name);
    }
}

#[test]
fn a8_a_key_of_the_environment_is_rotated_by_hand() {
    let db = empty_databases().swap_remove(0);
    let (one, two) = (KeyRing::new_key().unwrap(), KeyRing::new_key().unwrap());
    let both = format!("{},{}", one.expose_secret(), two.expose_secret());
    let open = |keys: &str| {
        Store::open(&db.location, KeyRing::load(Path::new("/nowhere"), Some(&keys.into())).unwrap()).unwrap()
    };
    let store = open(one.expose_secret());
    let book = store.add_customer(&"muster".parse().unwrap(), "M", Preset::Careful, NOW).unwrap();
    connect(&book, "geheim");
    let told = store.rotate_key().unwrap_err().to_string();
    assert!(told.contains("whoswho key new") && told.contains("WHOSWHO_KEY"), "{told}");
    assert_eq!(open(&both).rotate_key().unwrap().sealed, 1);
    assert_eq!(secret(&open(two.expose_secret())).unwrap(), "geheim");
    assert!(
        matches!(secret(&store), Err(StoreError::WrongKey(_))),
        "a process with the old variable says so"
    );
    let book = store.book("muster").unwrap().unwrap();
    let new = book.connection().unwrap().unwrap().tenant_id;
    assert!(!new.is_empty());
}

/// Tells a child, a run of the very test that asks, where the database and the keys are.
const LOCATION: &str = "WHOSWHO_TEST_ROTATE_LOCATION";
const KEYS: &str = "WHOSWHO_TEST_ROTATE_KEYS";
const NAME: &str =
    "seal::rotate_tests::w15_a_rotation_killed_between_any_two_steps_leaves_everything_readable";

#[test]
fn w15_a_rotation_killed_between_any_two_steps_leaves_everything_readable() {
    if let (Ok(location), Ok(keys)) = (std::env::var(LOCATION), std::env::var(KEYS)) {
        let keys = KeyRing::load(Path::new(&keys), None).unwrap();
        Store::open(&Location::from(location.as_str()), keys).unwrap().rotate_key().unwrap();
        return;
    }
    for db in empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let serving = open();
        let slugs = ["muster", "other"];
        for slug in slugs {
            let book = serving.add_customer(&slug.parse().unwrap(), "M", Preset::Careful, NOW).unwrap();
            connect(&book, slug);
        }
        let readable = |place: &str| {
            for (who, store) in [("a new process", open()), ("one that serves", serving.clone())] {
                for slug in slugs {
                    let told = secret_of(&store, slug);
                    assert_eq!(told.unwrap(), slug, "{who}, {place} on {}", db.name);
                }
            }
        };
        let (mut both, mut resumed) = (0, 0);
        for n in 1..50 {
            let ended = child(&db.location, folder.path(), n);
            readable(&format!("killed at {n}"));
            both += usize::from(keys_in(folder.path()) == 2);
            if ended {
                assert_eq!(keys_in(folder.path()), 1);
                // Before the new key, before each value, its setting, the end of the transaction, and the old key's end.
                assert!(
                    n > 5 && both > 3 && resumed > 3,
                    "{n} steps, {both} with both keys, {resumed} resumed"
                );
                break;
            }
            let next = open();
            resumed += usize::from(next.rotate_key().unwrap().resumed);
            assert_eq!(keys_in(folder.path()), 1, "asked for again, killed at {n}");
            assert_eq!(next.key_infos().unwrap().len(), 1, "nothing needs an older key");
            readable(&format!("asked for again, killed at {n}"));
            assert!(n < 49, "a rotation of two values has no 49 steps");
        }
    }
}

/// Rotates in a process that is killed right before its n-th step; answers whether it reached its end.
fn child(location: &Location, keys: &Path, n: u32) -> bool {
    let location = match location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => url.expose_secret().to_owned(),
    };
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME]).env(LOCATION, location).env(KEYS, keys);
    command.env("WHOSWHO_TEST_KILL_AT_WRITE", n.to_string());
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().unwrap().success()
}
