//! Rotation over a database: everything sealed anew, the older keys gone, and other processes none the wiser.

use std::path::Path;

use model::{Preset, Timestamp};
use secrecy::ExposeSecret;

use crate::connection::{NewConnection, StoredCredential};
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
    };
    book.connect(&new, NOW).unwrap();
}

fn secret(store: &Store) -> Result<String, StoreError> {
    let book = store.book("muster").unwrap().unwrap();
    match book.credential(book.connection().unwrap().unwrap().id)? {
        StoredCredential::Secret(secret) => Ok(secret.expose_secret().to_owned()),
        StoredCredential::Certificate(_) => panic!("a secret was stored"),
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
