//! Telephone numbers as people are shown them (DIN 5008), by the rules of the customer that they belong to: what is not said of a
//! customer is taken from the operator, and what nobody says is German.

use model::number::{Country, ExtensionRange, Number, NumberRules};

/// Keys of the rules, in the master data of customer and operator.
pub const KEYS: [&str; 3] = ["number.country", "number.area_code", "number.extensions"];

/// Rules from settings, the first that say something winning. A value that cannot be read says nothing.
pub fn rules(settings: &[&[(String, String)]]) -> NumberRules {
    let said = |key: &str| {
        let mut all = settings.iter().copied().flatten();
        all.find(|(name, value)| name == key && !value.is_empty()).map(|(_, value)| value.as_str())
    };
    let country = said("number.country").and_then(|code| code.parse().ok()).unwrap_or(Country::GERMANY);
    NumberRules {
        area_code: said("number.area_code").map(Into::into),
        extensions: said("number.extensions").and_then(extensions).unwrap_or_default(),
        ..NumberRules::of(country)
    }
}

/// Ranges of extensions as they are typed, separated by commas: `10-89, 100-199`.
pub fn extensions(text: &str) -> Option<Vec<ExtensionRange>> {
    text.split(',').map(str::trim).filter(|range| !range.is_empty()).map(|range| range.parse().ok()).collect()
}

/// A number as people read it; what is no number stays as it was typed.
pub fn shown(typed: &str, rules: &NumberRules) -> String {
    match Number::read(typed, rules) {
        Number::International(number) => number.din5008(),
        Number::Extension(digits) | Number::Short(digits) => digits.into(),
        Number::Text => typed.to_owned(),
    }
}

/// The same for a link that dials it (RFC 3966): in full where that is known.
pub fn dialled(typed: &str, rules: &NumberRules) -> String {
    match Number::read(typed, rules) {
        Number::International(number) => number.to_string(),
        Number::Extension(digits) | Number::Short(digits) => digits.into(),
        Number::Text => typed.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn w8_a_customers_rules_win_over_the_operators_and_both_over_germany() {
        let operator = said(&[("number.country", "AT"), ("number.area_code", "1")]);
        let customer = said(&[("number.country", ""), ("number.area_code", "732")]);
        assert_eq!(shown("58858-0", &rules(&[&customer, &operator])), "+43 732 58858-0");
        assert_eq!(shown("58858-0", &rules(&[&[], &operator])), "+43 1 58858-0");
        assert_eq!(shown("58858-0", &rules(&[])), "58858-0", "nobody says in which town");
        assert_eq!(shown("040/123 45-67", &rules(&[])), "+49 40 12345-67");
        assert_eq!(shown("siehe Frau Berg", &rules(&[])), "siehe Frau Berg");
    }

    #[test]
    fn w8_a_link_dials_the_whole_number() {
        let rules = rules(&[]);
        assert_eq!(dialled("040/123 45-67", &rules), "+49401234567");
        assert_eq!(dialled("112", &rules), "112");
        assert_eq!(dialled("Tel. 58858-0", &rules), "588580");
    }
}
