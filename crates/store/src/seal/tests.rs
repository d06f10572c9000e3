//! Sealed values and the key file.

use super::*;

const TOKEN: Place<'static> = Place { table: "source", row: b"1", column: "secret" };

fn ring() -> (tempfile::TempDir, KeyRing) {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::load(folder.path(), None).unwrap();
    assert!(ring.is_empty() && !folder.path().join("key").exists(), "looking makes nothing");
    ring.make_first().unwrap();
    (folder, ring)
}

fn opened(ring: &KeyRing, sealed: &[u8]) -> Result<Vec<u8>> {
    ring.open(TOKEN, sealed).map(|value| value.expose_secret().to_vec())
}

fn key_text(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("key")).unwrap();
    text.lines().last().unwrap().to_owned()
}

#[test]
fn a_sealed_value_opens_in_its_place_only() {
    let (_folder, ring) = ring();
    let sealed = ring.seal(TOKEN, b"geheim").unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"geheim"));
    assert_eq!(opened(&ring, &sealed).unwrap(), b"geheim");
    let elsewhere = [
        Place { row: b"2", ..TOKEN },
        Place { table: "sourcesecret", row: b"1", column: "" },
        Place { column: "other", ..TOKEN },
    ];
    for place in elsewhere {
        assert!(matches!(ring.open(place, &sealed), Err(StoreError::Corrupt(_))), "{place:?}");
    }
}

#[test]
fn a_changed_value_does_not_open() {
    let (_folder, ring) = ring();
    let sealed = ring.seal(TOKEN, b"geheim").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(opened(&ring, &changed).is_err(), "byte {at}");
        assert!(opened(&ring, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn no_value_is_sealed_twice_alike() {
    let (_folder, ring) = ring();
    assert_ne!(ring.seal(TOKEN, b"x").unwrap(), ring.seal(TOKEN, b"x").unwrap());
}

#[test]
fn the_same_file_gives_the_same_keys() {
    let (folder, ring) = ring();
    let sealed = ring.seal(TOKEN, b"geheim").unwrap();
    let again = KeyRing::load(folder.path(), None).unwrap();
    assert_eq!(opened(&again, &sealed).unwrap(), b"geheim");
}

#[test]
fn a_rotated_ring_seals_anew_and_opens_the_old() {
    let (folder, ring) = ring();
    let before = ring.seal(TOKEN, b"old").unwrap();
    let early = KeyRing::load(folder.path(), None).unwrap();
    let by_hand = Some(SecretString::from(key_text(folder.path())));
    let fixed = KeyRing::load(folder.path(), by_hand.as_ref()).unwrap();
    ring.add_key().unwrap();
    let after = ring.seal(TOKEN, b"new").unwrap();
    assert_eq!(
        (opened(&ring, &before).unwrap(), opened(&ring, &after).unwrap()),
        (b"old".into(), b"new".into())
    );
    assert_ne!(key_of(&before), key_of(&after));
    assert_eq!(opened(&early, &after).unwrap(), b"new", "the file is read again");
    assert!(matches!(opened(&fixed, &after), Err(StoreError::WrongKey(_))));
    let late = KeyRing::load(folder.path(), None).unwrap();
    assert_eq!(opened(&late, &after).unwrap(), b"new");
}

#[test]
fn another_key_is_a_wrong_key_and_the_message_says_what_to_do() {
    let ((_one, first), (two, second)) = (ring(), ring());
    let error = opened(&second, &first.seal(TOKEN, b"x").unwrap()).unwrap_err();
    let StoreError::WrongKey(why) = &error else { panic!("{error}") };
    let text = why.to_string();
    assert!(text.contains(&two.path().join("key").display().to_string()), "{text}");
}

#[test]
fn keys_may_come_from_the_environment() {
    let (one, two) = (format!("{}=", "A".repeat(43)), format!("{}=", "B".repeat(42) + "A"));
    let early = KeyRing::load(Path::new("/nowhere"), Some(&one.clone().into())).unwrap();
    let sealed = early.seal(TOKEN, b"x").unwrap();
    let both = KeyRing::load(Path::new("/nowhere"), Some(&format!("{one},{two}").into())).unwrap();
    assert_eq!(opened(&both, &sealed).unwrap(), b"x");
    assert_eq!(both.older(), [key_of(&sealed).unwrap()]);
    for bad in ["", "AAAA", "no base64", &"A".repeat(60)] {
        let refused = KeyRing::load(Path::new("/nowhere"), Some(&bad.into()));
        assert!(matches!(refused, Err(StoreError::WrongKey(_))), "{bad}");
    }
}

#[test]
fn nothing_of_a_key_is_printed() {
    let (folder, ring) = ring();
    let text = std::fs::read_to_string(folder.path().join("key")).unwrap();
    let key = text.lines().last().unwrap();
    assert!(!format!("{ring:?}").contains(key));
    std::fs::write(folder.path().join("key"), format!("{key}A\n")).unwrap();
    assert!(!KeyRing::load(folder.path(), None).unwrap_err().to_string().contains(key));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _ring) = ring();
    let path = folder.path().join("key");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = KeyRing::load(folder.path(), None).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{mode:o}: {error}");
    }
}

#[test]
fn an_empty_key_file_is_no_reason_to_make_a_new_key() {
    let (folder, _ring) = ring();
    let path = folder.path().join("key");
    std::fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
    assert!(matches!(KeyRing::load(folder.path(), None), Err(StoreError::WrongKey(_))));
}

#[test]
fn rotations_at_once_lose_no_key() {
    let (folder, _ring) = ring();
    let handles: Vec<_> = (0..4)
        .map(|_| {
            let path = folder.path().to_owned();
            std::thread::spawn(move || {
                let ring = KeyRing::load(&path, None).unwrap();
                ring.add_key().unwrap();
                ring.seal(TOKEN, b"x").unwrap()
            })
        })
        .collect();
    let sealed: Vec<_> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
    let ring = KeyRing::load(folder.path(), None).unwrap();
    assert_eq!(ring.read().len(), 5);
    assert!(sealed.iter().all(|one| opened(&ring, one).is_ok()));
}
