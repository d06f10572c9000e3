//! What a person does in a browser: opens, reads, fills in, presses, types.
//!
//! Things are found by what a person sees: fields by their label, buttons and links by their words. Every call waits until what
//! it needs is there, and panics with the address and the words on the page when it does not come.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::driver::{Devtools, Look, Scheme, Session};
use crate::picture;
use crate::process::PATIENCE;

/// Between two looks whether something is there.
const BEAT: Duration = Duration::from_millis(25);

/// A browser of its own.
pub struct Browser {
    session: Session,
    look: Look,
}

/// What has the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focus {
    /// The element's kind, in small letters.
    pub tag: String,
    /// What it is called, as assistive technology says it.
    pub name: String,
    /// Whether a ring of at least two pixels, in a colour of its own, is around it.
    pub is_ringed: bool,
    /// Whether it is inside the window, and nothing covers it.
    pub is_in_sight: bool,
}

impl Browser {
    /// Starts one.
    pub fn start(look: Look) -> Self {
        let browser = Self { session: Session::start(&look), look };
        // The window counts as the one in front, so that what has the focus is drawn so.
        browser.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        browser.dress();
        browser
    }

    /// Somebody looks in another way from now on. Language and script stay as they were at the start.
    pub fn looks(&mut self, look: Look) {
        self.look = Look { language: self.look.language, script: self.look.script, ..look };
        self.dress();
    }

    /// The same at another width, in CSS pixels.
    pub fn is_wide(&mut self, width: u32) {
        self.look.width = width;
        self.size();
    }

    /// What the device prefers, from now on.
    pub fn prefers(&mut self, scheme: Scheme) {
        self.looks(Look { scheme, ..self.look });
    }

    /// Window and colours.
    fn dress(&self) {
        self.size();
        self.device(if self.look.scheme == Scheme::Light { "light" } else { "dark" });
    }

    /// A window of Chromium's has a least width, the emulated one has none.
    fn size(&self) {
        let Look { width, height, .. } = self.look;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// What the device prefers.
    fn device(&self, scheme: &str) {
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", scheme);
    }

    fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.wait_for(self.client().issue_cmd(Devtools(command, parameters))).unwrap()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.session.client
    }

    pub(crate) fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.session.runtime.block_on(future)
    }

    /// Looks again and again until there is something, with an end.
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < end, "{what}: not there after {PATIENCE:?}{}", self.evidence());
            self.wait_for(async { tokio::time::sleep(BEAT).await });
        }
    }

    /// Where the browser is and what it shows, for messages.
    fn evidence(&self) -> String {
        let mut text = format!("\nat {}, which says:\n", self.address());
        for line in self.text().lines().filter(|line| !line.trim().is_empty()) {
            let _ = writeln!(text, "    {line}");
        }
        text
    }

    // ---- looking

    /// Opens an address.
    pub fn open(&self, url: &str) {
        self.wait_for(self.client().goto(url)).unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.wait_for(self.client().current_url()).map(String::from).unwrap_or_default()
    }

    /// The path where it is, with what follows it.
    pub fn path(&self) -> String {
        self.address().splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap_or_default()
    }

    /// Waits until the path does not begin like this any more.
    pub fn is_away_from(&self, path: &str) {
        self.until(&format!("not {path}"), || (!self.path().starts_with(path)).then_some(()));
    }

    /// Waits until the path begins like this.
    pub fn is_at(&self, path: &str) {
        self.until(path, || self.path().starts_with(path).then_some(()));
    }

    /// The words on the page, as they are seen.
    pub fn text(&self) -> String {
        let body = self.wait_for(self.client().find(Locator::Css("body")));
        body.and_then(|body| self.wait_for(body.text())).unwrap_or_default()
    }

    /// Waits until these words are on the page.
    pub fn sees(&self, words: &str) {
        self.until(&format!("“{words}”"), || self.text().contains(words).then_some(()));
    }

    /// Whether these words are on the page now. Ask it once something else was waited for.
    pub fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// How many elements fit a selector now.
    pub fn count(&self, css: &str) -> usize {
        self.wait_for(self.client().find_all(Locator::Css(css))).unwrap().len()
    }

    /// What a script answers. The script stands outside the page's own rules (Content-Security-Policy).
    pub fn ask(&self, script: &str) -> Value {
        self.wait_for(self.client().execute(script, vec![]))
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// A CSS property of the first element that fits, as it is drawn.
    pub fn style(&self, css: &str, property: &str) -> String {
        let element = self.wait_for(self.client().find(Locator::Css(css))).unwrap();
        self.wait_for(element.css_value(property)).unwrap()
    }

    /// By how many pixels the page is wider than the window; what would have to be scrolled to the side.
    pub fn overhang(&self) -> i64 {
        let script = "const e = document.scrollingElement; return e.scrollWidth - e.clientWidth";
        self.ask(script).as_i64().unwrap()
    }

    /// The elements that stick out of the window, the innermost ones, for messages.
    pub fn sticks_out(&self) -> String {
        let script = "const w = document.scrollingElement.clientWidth;
            const out = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > w + 0.5);
            const inner = out.filter((e) => !out.some((o) => o !== e && e.contains(o)));
            return inner.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join(' · ')";
        self.ask(script).as_str().unwrap_or_default().to_owned()
    }

    /// A picture of the window, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        self.wait_for(self.client().screenshot()).unwrap()
    }

    /// The same for documents, with a palette: a third of the size.
    pub fn small_picture(&self) -> Vec<u8> {
        picture::shrunk(&self.picture())
    }

    // ---- doing

    /// The first of these that is in sight.
    fn visible(&self, what: &str, xpath: &str) -> Element {
        self.until(what, || {
            let all = self.wait_for(self.client().find_all(Locator::XPath(xpath))).ok()?;
            all.into_iter().find(|one| self.wait_for(one.is_displayed()).unwrap_or(false))
        })
    }

    /// The field with this label.
    fn field(&self, label: &str) -> Element {
        let words = quoted(label);
        let named = format!("(@id=//label[normalize-space()={words}]/@for or @aria-label={words})");
        self.visible(label, &format!("//*[self::input or self::textarea or self::select][{named}]"))
    }

    /// Writes into the field with this label, instead of what stood there.
    pub fn fill(&self, label: &str, text: &str) {
        let field = self.field(label);
        self.wait_for(async {
            field.clear().await?;
            field.send_keys(text).await
        })
        .unwrap_or_else(|error| panic!("{label}: {error}"));
    }

    /// Chooses a file in the first field that fits a selector; nobody can drive the window in which a person does that.
    pub fn attach(&self, css: &str, file: &std::path::Path) {
        let path = file.canonicalize().unwrap().display().to_string();
        let field = self.wait_for(self.client().find(Locator::Css(css)));
        field
            .and_then(|field| self.wait_for(field.send_keys(&path)))
            .unwrap_or_else(|error| panic!("{css}, {path}: {error}{}", self.evidence()));
    }

    /// Chooses in the list with this label.
    pub fn choose(&self, label: &str, option: &str) {
        let field = self.field(label);
        self.wait_for(field.select_by_label(option))
            .unwrap_or_else(|error| panic!("{label}, {option}: {error}"));
    }

    /// Ticks or unticks the box with this label.
    pub fn tick(&self, label: &str) {
        let field = self.field(label);
        // Out from under a bar that stays at the edge of the window, as a person would scroll.
        let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
        self.wait_for(async {
            let place = serde_json::to_value(&field)?;
            self.client().execute(scroll, vec![place]).await?;
            field.click().await
        })
        .unwrap_or_else(|error: fantoccini::error::CmdError| panic!("{label}: {error}"));
    }

    /// What stands in the field with this label.
    pub fn value(&self, label: &str) -> String {
        self.wait_for(self.field(label).prop("value")).unwrap().unwrap_or_default()
    }

    /// Presses the button, or follows the link, with these words; words only for screen readers count, too.
    pub fn press(&self, words: &str) {
        let (text, named) = (quoted(words), quoted(&format!("{words}:")));
        let said = format!(
            "normalize-space()={text} or @aria-label={text} or starts-with(normalize-space(), {named})"
        );
        let element = self.visible(words, &format!("//*[self::a or self::button or self::summary][{said}]"));
        self.wait_for(element.click()).unwrap_or_else(|error| panic!("{words}: {error}"));
    }

    /// Presses the first element that fits a selector, for tests in several languages.
    pub fn press_first(&self, css: &str) {
        let element = self.until(css, || self.wait_for(self.client().find(Locator::Css(css))).ok());
        self.wait_for(element.click()).unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Chooses light or dark in the menu of whoever is signed in, while the device prefers the other one: what was chosen counts.
    pub fn takes_theme(&self, scheme: Scheme) {
        let (value, other) = match scheme {
            Scheme::Light => ("light", "dark"),
            Scheme::Dark => ("dark", "light"),
        };
        self.device(other);
        self.press_first("details.right > summary");
        self.press_first(&format!("button[name=theme][value={value}]"));
        self.until(value, || (self.count(&format!("html[data-theme={value}]")) == 1).then_some(()));
    }

    /// Presses keys, one after another, wherever the focus is.
    pub fn keys(&self, keys: &str) {
        for value in keys.chars() {
            let actions = KeyActions::new("keyboard".to_owned());
            let actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
            self.wait_for(self.client().perform_actions(actions)).unwrap();
        }
    }

    /// Presses a key together with Control.
    pub fn control(&self, value: char) {
        let control = char::from(Key::Control);
        let actions = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: control });
        let actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.wait_for(self.client().perform_actions(actions.then(KeyAction::Up { value: control }))).unwrap();
    }

    /// Presses Tab until what has the focus is called like this. Whatever has the focus on the way must be seen to have it.
    pub fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..200 {
            self.keys(&char::from(Key::Tab).to_string());
            let focus = self.focus();
            assert!(
                focus.tag == "body" || focus.is_ringed && focus.is_in_sight,
                "{focus:?}{}",
                self.evidence()
            );
            if focus.name == name {
                return;
            }
            passed.push(focus.name);
        }
        panic!("Tab never reaches “{name}”, but {passed:?}{}", self.evidence())
    }

    /// Presses Escape.
    pub fn escape(&self) {
        self.keys(&char::from(Key::Escape).to_string());
    }

    /// Presses Enter.
    pub fn enter(&self) {
        self.keys(&char::from(Key::Enter).to_string());
    }

    /// What has the focus.
    pub fn focus(&self) -> Focus {
        // In the middle of what of it lies inside the window.
        let script = "const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            const x = (Math.max(b.left, 0) + Math.min(b.right, innerWidth)) / 2;
            const y = (Math.max(b.top, 0) + Math.min(b.bottom, innerHeight)) / 2, top = document.elementFromPoint(x, y);
            return { tag: e.localName, ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                     sight: !!top && (e === top || e.contains(top)) && b.width > 1 };";
        let seen = self.ask(script);
        let element = self.wait_for(self.client().active_element()).unwrap();
        let label = format!("element/{}/computedlabel", element.element_id().as_ref());
        let name = self.wait_for(self.client().issue_cmd(Question(label))).unwrap();
        Focus {
            tag: seen["tag"].as_str().unwrap_or_default().to_owned(),
            name: name.as_str().unwrap_or_default().trim().to_owned(),
            is_ringed: seen["ring"] == true,
            is_in_sight: seen["sight"] == true,
        }
    }
}

/// A question of WebDriver's that fantoccini does not ask, below the session's address.
#[derive(Debug)]
struct Question(String);

impl fantoccini::wd::WebDriverCompatibleCommand for Question {
    fn endpoint(&self, base_url: &url::Url, session_id: Option<&str>) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}

/// A literal of XPath, which knows no escapes.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
