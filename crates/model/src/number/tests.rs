//! Numbers as people type them, country by country, and a law: what is shown is read again as the same number.

use proptest::prelude::*;

use super::*;

fn hamburg() -> NumberRules {
    let extensions = ["10-89", "100-199"].map(|range| range.parse().unwrap()).to_vec();
    NumberRules { area_code: Some("40".into()), extensions, ..NumberRules::of(Country::GERMANY) }
}

/// What is read, as E.164 and as it is shown; for others their kind.
fn read(text: &str, rules: &NumberRules) -> (String, String) {
    match Number::read(text, rules) {
        Number::International(number) => (number.to_string(), number.din5008()),
        Number::Extension(digits) => ("extension".into(), digits.into()),
        Number::Short(digits) => ("short".into(), digits.into()),
        Number::Text => ("text".into(), String::new()),
    }
}

#[test]
fn w8_what_germans_write_is_one_number() {
    let rules = NumberRules::of(Country::GERMANY);
    for text in [
        "+49 40 1234567",
        "+49 (0) 40 1234567",
        "+49(0)40/1234567",
        "0049 40 1234567",
        "0049 (0)40 123 45 67",
        "040/123 45 67",
        "(040) 1234567",
        "040 1234567",
        "040-1234567",
        "040.123.4567",
        "tel:+49-40-1234567",
        "０４０ １２３４５６７",
        " +49\u{a0}40\u{a0}1234567 ",
    ] {
        assert_eq!(read(text, &rules), ("+49401234567".into(), "+49 40 1234567".into()), "{text}");
    }
}

#[test]
fn w8_an_extension_is_dialled_with_its_stem_and_shown_behind_a_hyphen() {
    let rules = NumberRules::of(Country::GERMANY);
    for (text, e164, shown) in [
        ("040 1234567-0", "+494012345670", "+49 40 1234567-0"),
        ("040/123 45-67", "+49401234567", "+49 40 12345-67"),
        ("040 1234567-12", "+4940123456712", "+49 40 1234567-12"),
        ("040 1234567 Durchwahl 12", "+4940123456712", "+49 40 1234567-12"),
        ("040 1234567-0, DW 12", "+4940123456712", "+49 40 1234567-12"),
        ("(0221) 189003 App. 737", "+49221189003737", "+49 221 189003-737"),
        ("+49 (0)221 / 189003 - 737", "+49221189003737", "+49 221 189003-737"),
        ("+43 1 58858-0", "+431588580", "+43 1 58858-0"),
        ("0171-1861877", "+491711861877", "+49 171 1861877"),
        ("+1 212-555-0123", "+12125550123", "+1 212 555 0123"),
    ] {
        assert_eq!(read(text, &rules), (e164.into(), shown.into()), "{text}");
    }
}

#[test]
fn w8_what_is_dialled_after_an_answer_is_no_part_of_the_number() {
    let rules = NumberRules::of(Country::GERMANY);
    assert_eq!(
        read("tel:+49-30-123456;ext=12", &rules),
        ("+4930123456".into(), "+49 30 123456 ext. 12".into())
    );
    assert_eq!(read("030 123456 ext. 12", &rules).0, "+4930123456");
}

#[test]
fn w8_italy_keeps_its_zero_and_letters_are_digits() {
    let rules = NumberRules::of(Country::GERMANY);
    assert_eq!(read("+39 06 698 12345", &rules).0, "+390669812345");
    assert_eq!(read("0800 FLOWERS", &rules).0, "+498003569377");
}

#[test]
fn w8_short_forms_mean_what_the_place_says() {
    let (anywhere, here) = (NumberRules::of(Country::GERMANY), hamburg());
    assert_eq!(read("1234567", &here).0, "+49401234567");
    assert_eq!(read("12345-67", &here), ("+49401234567".into(), "+49 40 12345-67".into()));
    assert_eq!(read("1234567", &anywhere).0, "text", "nobody knows in which town");
    assert_eq!(read("58858-0", &anywhere).0, "text", "though 05885 is an area code");
    assert_eq!(read("Tel. 58858-0", &here).0, "+4940588580");
    assert_eq!(read("1234567 ext. 12", &here), ("+49401234567".into(), "+49 40 1234567 ext. 12".into()));
    for lost in ["1711861877", "171-1861877", "4930123456", "49 30 123456", "49-30-123456"] {
        assert_eq!(read(lost, &here).0, "text", "{lost}: a 0 or a + was lost, and a stranger would answer");
    }
    assert_eq!(read("600 123 456", &NumberRules::of("ES".parse().unwrap())).0, "+34600123456");
    assert_eq!(read("42", &here), ("extension".into(), "42".into()));
    assert_eq!(read("142", &here), ("extension".into(), "142".into()));
    assert_eq!(read("95", &here).0, "text");
    assert_eq!(read("42", &anywhere).0, "text");
    let far = |code: &str| NumberRules::of(code.parse().unwrap());
    assert_eq!(read("13912345678", &far("CN")).0, "+8613912345678", "mobiles have no trunk prefix there");
    assert_eq!(read("0049 40 1234567", &far("HU")).0, "+49401234567", "the trunk prefix is 06 there");
    assert_eq!(read("030 42", &here).0, "text", "too short for a town's number");
}

#[test]
fn w8_nobody_has_an_emergency_or_service_number() {
    let here = hamburg();
    for short in ["112", "110", "115", "116117", "11833"] {
        assert_eq!(read(short, &here), ("short".into(), short.into()), "though 100 to 199 are extensions");
    }
    let vienna = NumberRules::of("AT".parse().unwrap());
    assert_eq!(read("144", &vienna).0, "short");
    assert_eq!(read("144", &here).0, "extension");
    let extensions = vec!["180-189".parse().unwrap()];
    let zurich = NumberRules { extensions, ..NumberRules::of("CH".parse().unwrap()) };
    assert_eq!((read("185", &zurich).0.as_str(), read("1811", &zurich).0.as_str()), ("extension", "short"));
}

#[test]
fn w8_what_is_no_number_is_text() {
    for text in ["", "  ", "-", "siehe Frau Berg", "keine", "0", "++49", "040", "+49 40 123456789012345678"] {
        assert_eq!(read(text, &hamburg()).0, "text", "{text}");
    }
}

#[test]
fn w8_rules_that_cannot_be_are_named() {
    assert_eq!("ZZ".parse::<Country>(), Err(BadRules::Country("ZZ".into())));
    assert_eq!("Deutschland".parse::<Country>(), Err(BadRules::Country("Deutschland".into())));
    for range in ["", "9-10", "20-10", "a-b", "1-2-3", "1234567"] {
        assert_eq!(range.parse::<ExtensionRange>(), Err(BadRules::Range(range.into())));
    }
}

proptest! {
    /// Whatever is typed is read, and what is shown of it is the same number.
    #[test]
    fn w8_what_is_shown_is_read_again_as_the_same(text in "\\PC{0,24}|[0-9+()/ .-]{0,24}|0[0-9]{2,4}[ /-][0-9 ]{3,9}(-[0-9]{1,4})?( ext\\. [0-9]{1,4})?") {
        let rules = hamburg();
        if let Number::International(number) = Number::read(&text, &rules) {
            let again = Number::read(&number.din5008(), &rules);
            let Number::International(again) = again else { panic!("{text:?}: {} is {again:?}", number.din5008()) };
            prop_assert_eq!(again.dialled(), number.dialled(), "{:?} is shown as {}", text, number.din5008());
            prop_assert!(number.digits().len() <= LONGEST && number.digits().bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
