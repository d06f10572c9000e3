//! What a browser sends: pairs of names and values, of an address or of a form.

/// Pairs in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`. Whatever is no UTF-8 becomes the replacement character; control characters
    /// but line breaks and tabs are dropped, for no field of ours has them.
    pub fn read(text: &[u8]) -> Self {
        Self::of(url::form_urlencoded::parse(text))
    }

    /// Of pairs that came otherwise, by the same rule.
    pub fn of<T: AsRef<str>>(pairs: impl Iterator<Item = (T, T)>) -> Self {
        let clean = |text: T| -> String {
            text.as_ref().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
        };
        Self(pairs.map(|(name, value)| (clean(name), clean(value))).collect())
    }

    /// The first value of a name, without blanks around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A whole number, however its thousands are set apart.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).replace(['.', ',', ' ', '\u{a0}', '\u{202f}'], "").parse().ok()
    }

    /// The first value of a name with its blanks: a password may begin with one.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// All pairs, as they were sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Whether something is a path of ours and no other site: browsers drop tabs and line breaks from an address and read `\\` as `/`
/// (URL Standard, 4.4), so none of these may be in it.
pub fn is_our_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains(|c: char| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_as_they_were_sent() {
        let form = Form::read("q=M%C3%BCller+&id=1&id=2&x=%00a%0Ab".as_bytes());
        assert_eq!((form.get("q"), form.raw("q"), form.get("none")), ("Müller", "Müller ", ""));
        assert_eq!(form.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("x"), "a\nb");
    }
}
