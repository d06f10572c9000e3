//! The session's cookie.
//!
//! Over HTTPS it is `__Host-whoswho`: a browser takes it from this very host alone and sends it back to nobody else (RFC
//! 6265bis, 4.1.3.2). `SameSite=Lax`, so that whoever comes back from Microsoft's sign-in is still signed in.

use axum::http::{HeaderMap, HeaderValue, header};
use store::Token;

const SECURE: &str = "__Host-whoswho";
const PLAIN: &str = "whoswho";

const fn name(secure: bool) -> &'static str {
    if secure { SECURE } else { PLAIN }
}

/// The session that a request proves.
pub fn read(headers: &HeaderMap, secure: bool) -> Option<Token> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| if key == name(secure) { Token::of(value) } else { None })
}

/// Sets it.
pub fn set(token: &Token, secure: bool) -> Option<HeaderValue> {
    written(token.secret(), store::LIFE_MS / 1_000, secure)
}

/// Takes it away.
pub fn clear(secure: bool) -> Option<HeaderValue> {
    written("", 0, secure)
}

fn written(value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let (name, only) = (name(secure), if secure { "; Secure" } else { "" });
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
