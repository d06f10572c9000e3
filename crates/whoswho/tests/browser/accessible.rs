//! Every page by axe: in both languages, light and dark, on a phone, a tablet and a desk.

use browse::{Browser, Look, Role, Scheme};

use crate::pages::{FURNISHED, furnish, opens, proofs, walk};

/// CSS pixels of a phone, a tablet and a desk.
const WIDTHS: [u32; 3] = [360, 768, 1440];
/// Of a desk alone: every language and every theme is looked at in every width, and every language in every theme; all three of
/// them with all three others would find nothing more and take half as long again.
const DESK: [u32; 1] = [1440];

/// Looks at everything, and fails with all that was found.
fn is_clean(language: &'static str, scheme: Scheme, widths: &[u32]) {
    let mut village = browse::village(env!("CARGO_BIN_EXE_whoswho"));
    village.serve();
    let mut browser = Browser::start(Look { language, scheme, ..Look::default() });
    let mut found = Vec::new();
    let enters = |browser: &Browser| browser.takes_theme(scheme);
    let mut at = |browser: &mut Browser, path: &str| {
        assert_eq!(browser.ask("return document.documentElement.lang"), language, "{path}");
        for width in widths.iter().copied() {
            browser.is_wide(width);
            let violations = browser.violations();
            found.extend(violations.into_iter().map(|one| format!("{path} at {width}: {one}")));
        }
    };
    let looked = walk(&village, &mut browser, enters, &mut at);
    furnish(&village);
    village.signs_in(&browser, Role::Owner, &[]);
    browser.takes_theme(scheme);
    for path in FURNISHED {
        opens(&village, &browser, path);
        at(&mut browser, path);
    }
    proofs(&village, &mut browser, enters, &mut at);
    assert!(looked > 20, "{looked} pages");
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn w12_axe_finds_nothing_on_any_page_in_german_and_light() {
    is_clean("de", Scheme::Light, &WIDTHS);
}

#[test]
fn w12_axe_finds_nothing_on_any_page_in_german_and_dark() {
    is_clean("de", Scheme::Dark, &DESK);
}

#[test]
fn w12_axe_finds_nothing_on_any_page_in_english_and_light() {
    is_clean("en", Scheme::Light, &DESK);
}

#[test]
fn w12_axe_finds_nothing_on_any_page_in_english_and_dark() {
    is_clean("en", Scheme::Dark, &WIDTHS);
}

#[test]
fn axe_finds_what_is_wrong() {
    let mut house = crate::house();
    house.serve();
    let browser = Browser::start(Look::default());
    house.opens(&browser, "/sign-in");
    assert_eq!(browser.violations(), []);
    browser
        .ask("document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ddd'");
    let rules: Vec<String> = browser.violations().into_iter().map(|one| one.rule).collect();
    assert!(rules.contains(&"label".to_owned()) && rules.contains(&"color-contrast".to_owned()), "{rules:?}");
}
