//! Telephone numbers as people are shown them (DIN 5008), by the rules of the customer that they belong to. The country is the operator's
//! where the customer says none, and Germany where nobody does; area code and extensions belong to a town and a house, so they are
//! the customer's own or none.

use model::number::{Country, ExtensionRange, Number, NumberRules};

/// The country, in the master data of customer and operator.
pub const COUNTRY: &str = "number.country";
/// What only a customer says.
pub const OF_A_PLACE: [&str; 2] = ["number.area_code", "number.extensions"];

/// Rules from a customer's settings and the operator's. A value that cannot be read says nothing.
pub fn rules(own: &[(String, String)], operators: &[(String, String)]) -> NumberRules {
    let country = said(own, COUNTRY).or_else(|| said(operators, COUNTRY)).and_then(|code| code.parse().ok());
    let [area_code, ranges] = OF_A_PLACE.map(|key| said(own, key));
    let rules = NumberRules::of(country.unwrap_or(Country::GERMANY));
    // With or without the zero that is dialled at home.
    let trunk = rules.trunk_prefix.as_deref().unwrap_or_default();
    let area_code = area_code.map(|code| code.strip_prefix(trunk).unwrap_or(code).into());
    NumberRules { area_code, extensions: ranges.and_then(extensions).unwrap_or_default(), ..rules }
}

fn said<'s>(settings: &'s [(String, String)], key: &str) -> Option<&'s str> {
    settings.iter().find(|(name, value)| name == key && !value.is_empty()).map(|(_, value)| value.as_str())
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
        Number::International(number) => number.dialled(),
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
    fn w8_a_country_is_inherited_and_a_town_is_not() {
        let vienna =
            said(&[("number.country", "AT"), ("number.area_code", "1"), ("number.extensions", "10-19")]);
        let linz = said(&[("number.country", ""), ("number.area_code", "732")]);
        assert_eq!(shown("58858-0", &rules(&linz, &vienna)), "+43 732 58858-0");
        assert_eq!(shown("58858-0", &rules(&said(&[("number.area_code", "040")]), &[])), "+49 40 58858-0");
        // A stranger of the operator's town would answer.
        assert_eq!(shown("58858-0", &rules(&[], &vienna)), "58858-0");
        assert_eq!(rules(&[], &vienna), NumberRules::of("AT".parse().unwrap()));
        let abroad = said(&[("number.country", "NL")]);
        assert_eq!(shown("1234567", &rules(&abroad, &said(&[("number.area_code", "40")]))), "1234567");
        assert_eq!(shown("58858-0", &rules(&[], &[])), "58858-0", "nobody says in which town");
        assert_eq!(shown("040/123 45-67", &rules(&[], &[])), "+49 40 12345-67");
        assert_eq!(shown("siehe Frau Berg", &rules(&[], &[])), "siehe Frau Berg");
    }

    #[test]
    fn w8_a_link_dials_the_whole_number() {
        let rules = rules(&[], &[]);
        assert_eq!(dialled("040/123 45-67", &rules), "+49401234567");
        assert_eq!(dialled("030 123456 ext. 12", &rules), "+4930123456;ext=12");
        assert_eq!(dialled("112", &rules), "112");
        assert_eq!(dialled("Tel. 58858-0", &rules), "588580");
    }
}
