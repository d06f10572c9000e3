//! The session's cookie, and two that live for the way to Microsoft and for a language that was chosen before the sign-in.
//!
//! Over HTTPS it is `__Host-whoswho`: a browser takes it from this very host alone and sends it back to nobody else (RFC
//! 6265bis, 4.1.3.2). `SameSite=Lax`, so that whoever comes back from Microsoft's sign-in is still signed in.

use axum::http::{HeaderMap, HeaderValue, header};
use store::Token;

use crate::lang::Language;

const SECURE: &str = "__Host-whoswho";
const PLAIN: &str = "whoswho";
/// What a browser proves itself by that went to Microsoft and comes back.
const AWAY: (&str, &str) = ("__Host-whoswho-away", "whoswho-away");
/// The language that was chosen on a page before the sign-in.
const LANGUAGE: (&str, &str) = ("__Host-whoswho-lang", "whoswho-lang");
/// It is back within so long, or never: an hour, in seconds.
const AWAY_S: i64 = 3_600;

const fn name(secure: bool) -> &'static str {
    if secure { SECURE } else { PLAIN }
}

/// The session that a request proves.
pub fn read(headers: &HeaderMap, secure: bool) -> Option<Token> {
    named(headers, name(secure))
}

/// What it proves of its way to Microsoft.
pub fn read_away(headers: &HeaderMap, secure: bool) -> Option<Token> {
    named(headers, if secure { AWAY.0 } else { AWAY.1 })
}

/// The language that somebody chose before they signed in.
pub fn read_language(headers: &HeaderMap, secure: bool) -> Option<Language> {
    values(headers, if secure { LANGUAGE.0 } else { LANGUAGE.1 }).find_map(Language::named)
}

fn named(headers: &HeaderMap, name: &str) -> Option<Token> {
    values(headers, name).find_map(Token::of)
}

/// All values of a name, for a browser may send one that is not ours besides.
fn values<'h>(headers: &'h HeaderMap, name: &'h str) -> impl Iterator<Item = &'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(key, _)| *key == name).map(|(_, value)| value)
}

/// Sets it.
pub fn set(token: &Token, secure: bool) -> Option<HeaderValue> {
    written(name(secure), token.secret(), store::LIFE_MS / 1_000, secure)
}

/// Takes it away.
pub fn clear(secure: bool) -> Option<HeaderValue> {
    written(name(secure), "", 0, secure)
}

/// Sets what the browser proves when it comes back from Microsoft.
pub fn set_away(token: &Token, secure: bool) -> Option<HeaderValue> {
    written(if secure { AWAY.0 } else { AWAY.1 }, token.secret(), AWAY_S, secure)
}

/// Keeps a language as long as the browser is open.
pub fn set_language(language: Language, secure: bool) -> Option<HeaderValue> {
    let (name, only) = if secure { (LANGUAGE.0, "; Secure") } else { (LANGUAGE.1, "") };
    let code = language.code();
    HeaderValue::from_str(&format!("{name}={code}; Path=/; HttpOnly; SameSite=Lax{only}")).ok()
}

/// Forgets it: an account has chosen.
pub fn clear_language(secure: bool) -> Option<HeaderValue> {
    written(if secure { LANGUAGE.0 } else { LANGUAGE.1 }, "", 0, secure)
}

fn written(name: &str, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let only = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{only}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_back_as_it_was_set() {
        let token = Token::of(&"ab".repeat(32)).unwrap();
        for secure in [true, false] {
            let set = set(&token, secure).unwrap();
            let text = set.to_str().unwrap().to_owned();
            assert!(text.contains("HttpOnly; SameSite=Lax") && text.contains("Secure") == secure, "{text}");
            let mut headers = HeaderMap::new();
            let line = format!("other=1; {}; more=2", text.split(';').next().unwrap());
            headers.insert(header::COOKIE, line.parse().unwrap());
            assert_eq!(read(&headers, secure), Some(token.clone()));
            assert_eq!(read(&headers, !secure), None);
        }
    }
}
