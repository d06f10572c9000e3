//! On a phone: nothing has to be scrolled to the side.

use browse::{Browser, Look, Scheme, Script};

use crate::pages::walk;

/// CSS pixels of phones, and the width at which pages must still flow (WCAG 2.2, 1.4.10).
const WIDTHS: [u32; 3] = [320, 360, 390];

#[test]
fn no_page_is_wider_than_a_phone() {
    let mut village = browse::village(env!("CARGO_BIN_EXE_whoswho"));
    village.serve();
    let look = Look { language: "de", scheme: Scheme::Light, width: 390, height: 844, script: Script::On };
    let (mut browser, mut wide) = (Browser::start(look), Vec::new());
    walk(
        &village,
        &mut browser,
        |_| (),
        |browser, path| {
            for width in WIDTHS {
                browser.is_wide(width);
                let over = browser.overhang();
                if over > 0 {
                    wide.push(format!("{path} at {width}: {over} pixels, from {}", browser.sticks_out()));
                }
            }
        },
    );
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
