//! What stands around every page: language, theme, who is signed in, where in the application one is.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use model::number::{Country, NumberRules};
use model::{Right, Role};
use store::{Account, Book, LOGO, SignedIn, Switch};

use crate::answer::Trouble;
use crate::assets::Assets;
use crate::lang::Texts;
use crate::password;
use crate::visit::Visit;
use crate::when::Times;

/// Around a page.
pub struct Frame {
    /// Stylesheet, script and icons.
    assets: &'static Assets,
    /// The texts.
    pub t: &'static Texts,
    /// `light`, `dark` or empty for what the device says.
    pub theme: String,
    /// The navigation's current entry.
    pub here: &'static str,
    /// Path and query of this page, to come back to.
    pub path: String,
    /// Who is signed in.
    pub account: Option<Account>,
    /// Which customer's pages these are.
    pub customer: Option<CustomerTab>,
    /// Whether that customer has a connection.
    pub connected: bool,
    /// What waits for a person at that customer.
    pub held: i64,
    /// What the operator says of itself.
    pub operator: Master,
    /// What the customer says of itself, on its pages.
    pub own: Master,
    /// How telephone numbers are meant that are typed there.
    pub numbers: NumberRules,
    /// The program's version.
    pub version: &'static str,
    /// The clock of the customer, else of the operator.
    pub times: Times,
    /// What the page is called, once its title was written.
    titled: OnceLock<String>,
}

/// Master data as they stand around every page.
#[derive(Debug, Clone, Default)]
pub struct Master {
    /// The name.
    pub name: String,
    /// Path of the logo; empty where there is none.
    pub logo: String,
    /// The imprint; a link that begins with https.
    pub imprint: String,
    /// The privacy notice; the same.
    pub privacy: String,
    /// How to reach somebody there: phones, e-mail, web page, person.
    pub reach: Vec<(&'static str, String)>,
}

impl Master {
    /// Of settings; `base` is where the logo lies.
    fn of(settings: &[(String, String)], base: &str) -> Self {
        let get = |name: &str| {
            let found = settings.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let link =
            |name: &str| Some(get(name)).filter(|link| show::master::is_link(link)).unwrap_or_default();
        let digest = get(LOGO);
        let reach =
            ["contact_person", "phone", "service_phone", "email", "website"].map(|name| (name, get(name)));
        Self {
            name: get(show::master::NAME.name),
            logo: if digest.is_empty() { digest } else { format!("{base}/logo?v={digest}") },
            imprint: link("imprint"),
            privacy: link("privacy"),
            reach: reach.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        }
    }
}

impl Master {
    /// How to reach somebody there, in words.
    fn labelled(&self) -> Vec<(String, String)> {
        let label = |name: &str| show::master::named(name).map_or("", |key| key.label()).to_owned();
        self.reach.iter().map(|(name, value)| (label(name), value.clone())).collect()
    }
}

/// A customer as lists and the bar show it: name, and an index tab with initials and one of eight colours, both for life.
#[derive(Debug, Clone)]
pub struct CustomerTab {
    /// The short name.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Two letters.
    pub initials: String,
    /// 1 to 8.
    pub colour: u8,
    /// What tells it from another one of the same name.
    pub apart: String,
}

impl CustomerTab {
    /// Of a customer's row.
    pub fn of(slug: &str, name: &str, id: i64) -> Self {
        let colour = (id.rem_euclid(8) + 1) as u8;
        Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            initials: initials(name),
            colour,
            apart: String::new(),
        }
    }
}

/// Names that several customers have, as far as somebody reaches them.
pub struct Namesakes(BTreeSet<String>);

impl Namesakes {
    /// Of all in reach.
    pub fn among<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let (mut seen, mut several) = (BTreeSet::new(), BTreeSet::new());
        for name in names.map(named_alike) {
            if seen.contains(&name) {
                several.insert(name);
            } else {
                seen.insert(name);
            }
        }
        Self(several)
    }

    /// Says of a customer by its short name which one it is, where its name alone does not.
    pub fn tell_apart(&self, tab: CustomerTab) -> CustomerTab {
        let apart = if self.0.contains(&named_alike(&tab.name)) { tab.slug.clone() } else { String::new() };
        CustomerTab { apart, ..tab }
    }
}

/// A name as people take it for another one.
pub fn named_alike(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Two letters of a name: of its first and last word that begin with a letter, `GmbH` and the like left out.
pub fn initials(name: &str) -> String {
    const FORMS: [&str; 12] =
        ["GmbH", "AG", "KG", "OHG", "UG", "e.V.", "mbH", "gGmbH", "Co.", "SE", "mbB", "KGaA"];
    let words: Vec<&str> = name
        .split([' ', '-', '/'])
        .filter(|word| word.chars().next().is_some_and(char::is_alphabetic) && !FORMS.contains(word))
        .filter(|word| !(word.ends_with('.') && word.chars().count() > 2))
        .collect();
    let first = |word: &&str| word.chars().next();
    let (begin, end) = (words.first(), words.get(1..).unwrap_or_default().last());
    let letters: String = begin.and_then(first).into_iter().chain(end.and_then(first)).collect();
    let letters = if letters.is_empty() { name.chars().take(2).collect() } else { letters };
    letters.to_uppercase()
}

/// One of eight colours for a name, the same for life.
pub fn colour(name: &str) -> u8 {
    (model::text::fnv1a(name.as_bytes()) % 8 + 1) as u8
}

impl Frame {
    /// Around a page of somebody who is signed in.
    pub fn of(visit: &Visit, person: &SignedIn, here: &'static str) -> Result<Self, Trouble> {
        Ok(Self::by(visit, person, here, &person.store().settings("")?))
    }

    /// The same by the operator's settings.
    fn by(visit: &Visit, person: &SignedIn, here: &'static str, settings: &[(String, String)]) -> Self {
        let mut frame = Self::open(visit);
        let account = &person.account;
        if let Some(language) = crate::Language::named(&account.language) {
            frame.t = Texts::of(language);
        }
        frame.theme.clone_from(&account.theme);
        frame.account = Some(account.clone());
        frame.here = here;
        frame.operator = Master::of(settings, "");
        frame.times = visit.times(&show::when::operators_zone(settings), frame.t);
        frame
    }

    /// Around a customer's page.
    pub fn of_customer(
        visit: &Visit,
        person: &SignedIn,
        book: &Book,
        here: &'static str,
    ) -> Result<Self, Trouble> {
        let operators = person.store().settings("")?;
        let mut frame = Self::by(visit, person, here, &operators);
        let row = &book.customer;
        frame.customer = Some(CustomerTab::of(&row.slug, &row.name, row.id.0));
        frame.times = visit.times(&book.policy()?.time_zone, frame.t);
        frame.connected = book.connection()?.is_some();
        frame.held = book.for_a_person()?.held;
        let own = book.settings("")?;
        frame.numbers = show::numbers::rules(&own, &operators);
        frame.own = Master::of(&own, &format!("/c/{}", row.slug));
        frame.own.name.clone_from(&row.name);
        Ok(frame)
    }

    /// Around a page of nobody in particular.
    pub fn open(visit: &Visit) -> Self {
        let t = visit.texts();
        Self {
            assets: Assets::of_binary(),
            t,
            theme: String::new(),
            here: "",
            path: visit.here(),
            account: None,
            customer: None,
            connected: false,
            held: 0,
            operator: Master::default(),
            own: Master::default(),
            numbers: NumberRules::of(Country::GERMANY),
            version: visit.web.version,
            times: visit.times("UTC", t),
            titled: OnceLock::new(),
        }
    }

    /// Around a page that is open to anybody and that people meet first: with the operator's name, imprint and privacy notice, as
    /// far as the database tells them.
    pub fn front(visit: &Visit) -> Self {
        let settings = visit.web.store.settings("").unwrap_or_default();
        Self { operator: Master::of(&settings, ""), ..Self::open(visit) }
    }

    /// A text.
    pub fn s(&self, key: &str) -> String {
        self.t.s(key)
    }

    /// A text with a number.
    pub fn n(&self, key: &str, n: impl Borrow<i64>) -> String {
        self.t.n(key, *n.borrow())
    }

    /// A telephone number as people read it.
    pub fn phone(&self, typed: &str) -> String {
        show::numbers::shown(typed, &self.numbers)
    }

    /// A number.
    pub fn number(&self, n: impl Borrow<i64>) -> String {
        self.t.language.number(*n.borrow())
    }

    /// A text with one word in it, `x`.
    pub fn x(&self, key: &str, x: impl AsRef<str>) -> String {
        self.t.w(key, &[("x", x.as_ref())])
    }

    /// The language's code.
    pub fn lang(&self) -> &'static str {
        self.t.language.code()
    }

    /// The other language's code.
    pub fn other_lang(&self) -> &'static str {
        if self.lang() == "de" { "en" } else { "de" }
    }

    /// An icon beside words that say the same.
    pub fn icon(&self, name: &str) -> String {
        self.icon_in(name, "")
    }

    /// The same in a colour (a class of the stylesheet). Both names are ours, so nothing in them needs escaping.
    pub fn icon_in(&self, name: &str, colour: &str) -> String {
        let icons = &self.assets.icons.path;
        format!(
            r#"<svg class="i {colour}" viewBox="0 0 20 20" aria-hidden="true"><use href="{icons}#i-{name}"/></svg>"#
        )
    }

    /// "Läufe · Nordlicht Apotheken KG · Stand 22.11.2026, 11:46 Uhr", above every page on paper.
    pub fn printed(&self) -> String {
        let whose = match &self.customer {
            Some(customer) => customer.name.as_str(),
            None if self.operator.name.is_empty() => "Whoswho",
            None => &self.operator.name,
        };
        let page = self.titled.get().map_or("", String::as_str);
        let as_of = self.as_of();
        let words = [page, if page == whose { "" } else { whose }, &as_of];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// "Stand 22.11.2026, 11:46 Uhr", for print.
    pub fn as_of(&self) -> String {
        self.x("as-of", self.times.exact(self.times.now))
    }

    /// What a password must be.
    pub fn password_hint(&self) -> String {
        self.n("password-hint", password::SHORTEST as i64)
    }

    /// The stylesheet's path.
    pub fn style(&self) -> &'static str {
        &self.assets.style.path
    }

    /// The script's path.
    pub fn script(&self) -> &'static str {
        &self.assets.script.path
    }

    /// Whether whoever looks may do something here.
    pub fn may(&self, right: Right) -> bool {
        self.account.as_ref().is_some_and(|account| account.role.may(right))
    }

    /// Where the customer's pages begin: `/c/nordlicht`.
    pub fn base(&self) -> String {
        self.customer.as_ref().map_or_else(String::new, |customer| format!("/c/{}", customer.slug))
    }

    /// The address of whoever looks.
    pub fn own_email(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.email)
    }

    /// Whether whoever looks may change the customer's book, rules, holds and runs.
    pub fn may_act(&self) -> bool {
        self.may(Right::Act)
    }

    /// Whether whoever looks may connect the customer, and end that.
    pub fn may_connect(&self) -> bool {
        self.may(Right::Connect)
    }

    /// Whether whoever looks decides about staff and the installation.
    pub fn may_rule(&self) -> bool {
        self.may(Right::Rule)
    }

    /// Whether whoever looks may add customers.
    pub fn may_enrol(&self) -> bool {
        self.may(Right::Enrol)
    }

    /// Whether whoever looks sees several customers.
    pub fn sees_fleet(&self) -> bool {
        self.may(Right::Fleet)
    }

    /// The role of whoever looks, in words.
    pub fn role(&self) -> String {
        self.account.as_ref().map(|account| role_text(self.t, account.role)).unwrap_or_default()
    }

    /// Initials of whoever looks.
    pub fn own_initials(&self) -> String {
        self.account.as_ref().map(|account| initials(&account.name)).unwrap_or_default()
    }

    /// Name of whoever looks.
    pub fn own_name(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.name)
    }

    /// The customer's name, on its pages.
    pub fn customer_name(&self) -> &str {
        self.customer.as_ref().map_or("", |customer| &customer.name)
    }

    /// Whether single keys do something: where nobody is signed in, nothing listens to any.
    pub fn single_keys(&self) -> bool {
        self.account.as_ref().is_none_or(|account| account.single_keys == Switch::On)
    }

    /// The language that the account chose.
    pub fn account_language(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.language)
    }

    /// "1–50 von 12.480".
    pub fn pager(&self, first: impl Borrow<i64>, last: impl Borrow<i64>, of: impl Borrow<i64>) -> String {
        let (first, last) = (self.number(first), self.number(last));
        self.t.nw("pager-of", *of.borrow(), &[("a", &first), ("b", &last)])
    }

    /// Links below every page: imprint and privacy notice, the customer's before the operator's.
    pub fn legal(&self) -> Vec<(String, &str)> {
        let mut links = Vec::new();
        for of in [&self.own, &self.operator] {
            for (key, link) in [("foot-imprint", &of.imprint), ("foot-privacy", &of.privacy)] {
                if !link.is_empty() {
                    let name: &str = if of.name.is_empty() { "Whoswho" } else { &of.name };
                    links.push((self.x(key, name), link.as_str()));
                }
            }
        }
        links
    }

    /// Whoever is signed in, with the operator's name where it has told one, as people elsewhere know them.
    pub fn signature(&self) -> String {
        match self.operator.name.as_str() {
            "" => self.own_name().to_owned(),
            operator => format!("{}, {operator}", self.own_name()),
        }
    }

    /// Who looks after the customer, for its own people: what the operator says of how to reach it.
    pub fn helpers(&self) -> Vec<(String, String)> {
        self.operator.labelled()
    }

    /// How to reach the customer, for who looks after it.
    pub fn reach(&self) -> Vec<(String, String)> {
        self.own.labelled()
    }

    /// The title of a page: "Seite – Kunde – Whoswho".
    pub fn title(&self, page: impl AsRef<str>) -> String {
        let page = page.as_ref();
        // The head comes before the page, which says its name once more for paper.
        let _ = self.titled.set(page.to_owned());
        match &self.customer {
            Some(customer) if customer.name != page => format!("{page} – {} – Whoswho", customer.name),
            _ => format!("{page} – Whoswho"),
        }
    }
}

/// A role in words.
pub fn role_text(t: &Texts, role: Role) -> String {
    t.s(match role {
        Role::Owner => "role-owner",
        Role::Technician => "role-technician",
        Role::Observer => "role-observer",
        Role::Administrator => "role-administrator",
        Role::Reader => "role-reader",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word_that_count() {
        for (name, expected) in [
            ("Nordlicht Apotheken KG", "NA"),
            ("Kanzlei Dr. Voß & Partner", "KP"),
            ("Elbtal Logistik GmbH", "EL"),
            ("Jana Petersen", "JP"),
            ("müller", "M"),
            ("3", "3"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
