//! vCards read back with a parser that is not ours to bend: what a contact holds is what arrives.

use calcard::vcard::{VCard, VCardProperty, VCardValue};
use calcard::{Entry, Parser};
use model::{Field, Values};
use proptest::prelude::*;

use super::{plain, vcard};
use crate::card::Card;

fn anna() -> Card {
    let values = Values::default()
        .with(Field::FirstName, "Anna")
        .with(Field::LastName, "Müller")
        .with(Field::DisplayName, "Anna Müller")
        .with(Field::Email, "anna.mueller@muster.example")
        .with(Field::JobTitle, "Leiterin; Einkauf, Süd")
        .with(Field::Department, "Einkauf")
        .with(Field::Company, "Muster GmbH")
        .with(Field::Mobile, "+49 170 5550101")
        .with(Field::BusinessPhones, "+49 30 5550101\n+49 30 5550102");
    Card { uid: "0b1c".into(), values, groups: vec!["Einkauf".into(), "Süd, West".into()] }
}

fn read(text: &str) -> Vec<VCard> {
    let mut parser = Parser::new(text).strict();
    let mut cards = Vec::new();
    loop {
        match parser.entry() {
            Entry::VCard(card) => cards.push(card),
            Entry::Eof => return cards,
            other => panic!("not a vCard: {other:?} in {text}"),
        }
    }
}

/// All values of a property, one list for each line.
fn values(card: &VCard, name: &VCardProperty) -> Vec<Vec<String>> {
    let lines = card.entries.iter().filter(|e| e.name == *name);
    lines.map(|e| e.values.iter().map(text).collect()).collect()
}

fn text(value: &VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text.clone(),
        VCardValue::Component(parts) => parts.join(","),
        other => panic!("not a text: {other:?}"),
    }
}

#[test]
fn w7_a_contact_as_phones_import_it() {
    let expected = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:0b1c",
        "FN:Anna Müller",
        "N:Müller;Anna;;;",
        "EMAIL;TYPE=INTERNET:anna.mueller@muster.example",
        "TITLE:Leiterin\\; Einkauf\\, Süd",
        "ORG:Muster GmbH;Einkauf",
        "TEL;TYPE=WORK:+49 30 5550101",
        "TEL;TYPE=WORK:+49 30 5550102",
        "TEL;TYPE=CELL:+49 170 5550101",
        "CATEGORIES:Einkauf,Süd\\, West",
        "END:VCARD",
        "",
    ];
    assert_eq!(vcard(&[anna()]), expected.join("\r\n"));
}

#[test]
fn w7_a_contact_without_anything_still_has_the_properties_that_must_be_there() {
    let bare = Card { uid: "7".into(), ..Card::default() };
    assert_eq!(vcard(&[bare]), "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:7\r\nFN:7\r\nN:;;;;\r\nEND:VCARD\r\n");
    let only_department =
        Card { values: Values::default().with(Field::Department, "Lager"), ..Card::default() };
    assert!(vcard(&[only_department]).contains("\r\nORG:;Lager\r\n"));
}

#[test]
fn w7_no_value_breaks_out_of_its_line() {
    let mut card = anna();
    let attack = "x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Boss\nTEL:0900\rNOTE:\\;,\u{0}\u{b}\u{2028}y";
    for field in Field::ALL {
        card.values.set(field, Some(attack));
    }
    card.groups = vec![attack.into()];
    card.uid = attack.into();
    let cards = read(&vcard(&[card, anna()]));
    assert_eq!(cards.len(), 2);
    assert_eq!(values(&cards[0], &VCardProperty::Fn), [[plain(attack)]]);
    assert_eq!(values(&cards[0], &VCardProperty::Note), [[""; 0]; 0]);
}

#[test]
fn w7_long_values_in_any_alphabet_are_folded_between_characters() {
    for letter in ["a", "ß", "山", "🙂", "ا", ";"] {
        let long = letter.repeat(10_000);
        let card = Card { values: Values::default().with(Field::DisplayName, &long), ..Card::default() };
        let written = vcard(&[card]);
        assert!(written.split("\r\n").all(|line| line.len() <= 75), "{letter}");
        assert_eq!(values(&read(&written)[0], &VCardProperty::Fn), [[long]]);
    }
}

/// Texts full of what the format treats specially, and any others.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zäßλ山🙂;,:\\\\\"\r\n\t =+-]{1,90}", ".{1,40}", "[^ ]{1,200}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn w7_everything_reads_back(texts in prop::collection::vec(nasty(), 8), groups in prop::collection::vec(nasty(), 0..4)) {
        let fields = [
            Field::FirstName, Field::LastName, Field::DisplayName, Field::Email, Field::JobTitle, Field::Company,
            Field::Department, Field::Mobile,
        ];
        let mut card = Card { uid: "u".into(), groups, ..Card::default() };
        for (field, text) in fields.into_iter().zip(&texts) {
            card.values.set(field, Some(text));
        }
        let cards = read(&vcard(&[card.clone()]));
        prop_assert_eq!(cards.len(), 1);
        let kept: Vec<String> = texts.iter().map(|t| plain(t)).collect();
        let has = |name| values(&cards[0], &name);
        prop_assert_eq!(has(VCardProperty::N), vec![vec![kept[1].clone(), kept[0].clone(), String::new(), String::new(), String::new()]]);
        prop_assert_eq!(has(VCardProperty::Fn), vec![vec![kept[2].clone()]]);
        prop_assert_eq!(has(VCardProperty::Email), vec![vec![kept[3].clone()]]);
        prop_assert_eq!(has(VCardProperty::Title), vec![vec![kept[4].clone()]]);
        prop_assert_eq!(has(VCardProperty::Org), vec![vec![kept[5].clone(), kept[6].clone()]]);
        prop_assert_eq!(has(VCardProperty::Tel), vec![vec![kept[7].clone()]]);
        prop_assert_eq!(has(VCardProperty::Categories).len(), usize::from(!card.groups.is_empty()));
    }
}
