//! Passwords: argon2id with the parameters that the library recommends, as PHC strings. One at a time: a hash costs some 20
//! MB and some 20 ms on purpose, and whoever guesses must not take the machine. Nor the threads in which all pages are made:
//! only a few wait for their turn, the others are sent away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

static ONE: Mutex<()> = Mutex::new(());
static WAITING: AtomicUsize = AtomicUsize::new(0);
/// So many may be at work or wait for it.
const QUEUE: usize = 8;

/// Too many passwords are being looked at just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowded;

struct Turn {
    _alone: MutexGuard<'static, ()>,
    _place: Place,
}

struct Place;

impl Drop for Place {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::AcqRel);
    }
}

fn turn() -> Result<Turn, Crowded> {
    let before = WAITING.fetch_add(1, Ordering::AcqRel);
    let place = Place;
    if before >= QUEUE {
        return Err(Crowded);
    }
    Ok(Turn { _alone: ONE.lock().unwrap_or_else(PoisonError::into_inner), _place: place })
}

/// The fewest characters of a password; the length is what counts (BSI, NIST SP 800-63B).
pub const SHORTEST: usize = 12;
/// The most, so that nobody makes the machine hash a book.
pub const LONGEST: usize = 200;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Under [`SHORTEST`] characters.
    Short,
    /// Over [`LONGEST`].
    Long,
    /// Name or address stand for it.
    Known,
}

/// Whether a password will do for somebody.
pub fn check(password: &str, name: &str, email: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weak::Short);
    }
    if length > LONGEST {
        return Err(Weak::Long);
    }
    let same = |text: &str| !text.is_empty() && password.to_lowercase() == text.trim().to_lowercase();
    let all_one = password.chars().all(|c| password.starts_with(c));
    if same(name) || same(email) || all_one { Err(Weak::Known) } else { Ok(()) }
}

/// The hash to keep; `None` where the system gives no random numbers.
pub fn hash(password: &str) -> Result<Option<String>, Crowded> {
    let _turn = turn()?;
    Ok(Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string()))
}

/// Whether a password belongs to a hash. Without a hash it takes as long, and is not right, so that nobody learns from a clock
/// which addresses have an account.
pub fn verify(password: &str, hash: Option<&str>) -> Result<bool, Crowded> {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let _turn = turn()?;
    let made = || Argon2::default().hash_password(b"nobody's password").ok().map(|hash| hash.to_string());
    let stored = hash.or_else(|| NOBODY.get_or_init(made).as_deref());
    let Some(parsed) = stored.and_then(|text| PasswordHash::new(text).ok()) else { return Ok(false) };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(fits && hash.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_salted_and_only_its_password_fits() {
        let (one, other) =
            (hash("ein langes Kennwort").unwrap().unwrap(), hash("ein langes Kennwort").unwrap().unwrap());
        assert!(one.starts_with("$argon2id$") && one != other, "{one}");
        assert_eq!(verify("ein langes Kennwort", Some(&one)), Ok(true));
        assert_eq!(verify("ein anderes Kennwort", Some(&one)), Ok(false));
        assert_eq!(verify("nobody's password", None), Ok(false));
        assert_eq!(verify("x", Some("no hash")), Ok(false));
        assert_eq!(verify(&"x".repeat(LONGEST + 1), Some(&one)), Ok(false));
    }

    #[test]
    fn only_a_few_wait_for_their_turn() {
        let turns: Vec<_> = (0..QUEUE).map(|_| WAITING.fetch_add(1, Ordering::AcqRel)).collect();
        assert_eq!(verify("ein langes Kennwort", None), Err(Crowded));
        for _ in turns {
            drop(Place);
        }
        assert_eq!(verify("ein langes Kennwort", None), Ok(false));
    }

    #[test]
    fn weak_ones_are_told_apart() {
        assert_eq!(check("elf Zeichen", "", ""), Err(Weak::Short));
        assert_eq!(check(&"ab".repeat(101), "", ""), Err(Weak::Long));
        assert_eq!(check("jana@whoswho.example", "Jana", "Jana@whoswho.example"), Err(Weak::Known));
        assert_eq!(check("aaaaaaaaaaaaaa", "", ""), Err(Weak::Known));
        assert_eq!(check("ein langes Kennwort", "Jana", "jana@x.example"), Ok(()));
    }
}
