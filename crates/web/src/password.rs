//! Passwords: argon2id with the parameters that the library recommends, as PHC strings. One at a time: a hash costs some 20
//! MB and some 20 ms on purpose, and whoever guesses must not take the machine.

use std::sync::{Mutex, OnceLock, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

static ONE: Mutex<()> = Mutex::new(());

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
pub fn hash(password: &str) -> Option<String> {
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Whether a password belongs to a hash. Without a hash it takes as long, and is not right, so that nobody learns from a clock
/// which addresses have an account.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    let (stored, somebody) = match hash {
        Some(hash) => (Some(hash), true),
        None => (NOBODY.get_or_init(|| self::hash("nobody's password")).as_deref(), false),
    };
    let Some(parsed) = stored.and_then(|text| PasswordHash::new(text).ok()) else { return false };
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && somebody
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_salted_and_only_its_password_fits() {
        let (one, other) = (hash("ein langes Kennwort").unwrap(), hash("ein langes Kennwort").unwrap());
        assert!(one.starts_with("$argon2id$") && one != other, "{one}");
        assert!(verify("ein langes Kennwort", Some(&one)));
        assert!(!verify("ein anderes Kennwort", Some(&one)));
        assert!(!verify("nobody's password", None) && !verify("x", Some("no hash")));
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
