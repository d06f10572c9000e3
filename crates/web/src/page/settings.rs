//! Master data of the operator and of customers (S5, S12): names, how to reach them, imprint and privacy links, logo, who is told what
//! by mail. A field that somebody else has changed meanwhile is not overwritten; what was typed stays beside it.

use askama::Template;
use axum::http::{HeaderValue, header};
use formats::picture::{self, BadPicture};
use model::Right;
use show::master::{Kind, NAME, named};
use show::numbers::OF_A_PLACE;
use store::{Book, Logo, MasterData, Notice, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::upload::Upload;
use crate::visit::Visit;

/// What belongs together, in the order of the page.
const GROUPS: [(&str, &str, &[&str]); 5] = [
    ("settings-sheet-name", "home2", &["name", "street", "postal_code", "city", "country"]),
    (
        "settings-sheet-reach",
        "phone",
        &["phone", "service_phone", "email", "website", "contact_person", "imprint", "privacy"],
    ),
    (
        "settings-sheet-notices",
        "mail",
        &[
            "notify.to",
            "notify.removed",
            "notify.count_only",
            "notify.held",
            "notify.failed",
            "notify.silent",
            "notify.expiry",
            "language",
        ],
    ),
    ("settings-sheet-numbers", "phone", &["number.country", "number.area_code", "number.extensions"]),
    ("settings-sheet-note", "edit", &["note"]),
];

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    f: Frame,
    /// `/settings`, or `/c/nordlicht/settings`.
    path: String,
    of_operator: bool,
    may_act: bool,
    groups: Vec<Group>,
    wrong: Vec<(String, String)>,
    /// What was done just now.
    said: String,
    logo: String,
    /// What is wrong with a picture that was just brought.
    logo_error: String,
    zone: String,
}

struct Group {
    id: &'static str,
    icon: &'static str,
    heading: String,
    inputs: Vec<Input>,
}

struct Input {
    name: &'static str,
    label: String,
    hint: String,
    /// `switch`, `language`, `lines`, or the type of an input.
    kind: &'static str,
    value: String,
    /// What stands there now, by which it is seen whether somebody was quicker.
    was: String,
    error: String,
}

/// Whose.
#[derive(Clone, Copy)]
enum Of<'a> {
    Operator(&'a SignedIn),
    Customer(&'a Book),
}

impl Of<'_> {
    fn settings(self) -> Result<Vec<(String, String)>, Trouble> {
        Ok(match self {
            Self::Operator(person) => person.store().settings("")?,
            Self::Customer(book) => {
                let mut all = book.settings("")?;
                all.push((NAME.name.to_owned(), book.customer.name.clone()));
                all
            }
        })
    }

    /// Keeps these unless one of them stands otherwise by now than `seen`.
    fn save(self, mut settings: Vec<(String, String)>, seen: &[(String, String)]) -> Result<bool, Trouble> {
        match self {
            Self::Operator(person) => Ok(person.store().change_settings(&settings, seen)?),
            Self::Customer(book) => {
                let name = settings.iter().position(|(name, _)| name == NAME.name);
                let name = name.map(|at| settings.remove(at).1);
                Ok(book.change_master_data(&MasterData { name, credential_end: None, settings }, seen)?)
            }
        }
    }

    fn set_logo(self, logo: Option<&Logo>) -> Result<(), Trouble> {
        match self {
            Self::Operator(person) => person.store().set_logo(logo)?,
            Self::Customer(book) => book.set_logo(logo)?,
        }
        Ok(())
    }

    fn path(self) -> String {
        match self {
            Self::Operator(_) => "/settings".to_owned(),
            Self::Customer(book) => format!("/c/{}/settings", book.customer.slug),
        }
    }

    fn frame(self, visit: &Visit, person: &SignedIn) -> Result<Frame, Trouble> {
        match self {
            Self::Operator(_) => Frame::of(visit, person, "settings"),
            Self::Customer(book) => Frame::of_customer(visit, person, book, "settings"),
        }
    }
}

/// The operator's.
pub fn of_operator(visit: &Visit, person: &SignedIn) -> Outcome {
    show_page(visit, person, Of::Operator(person))
}

/// A customer's.
pub fn of_customer(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    show_page(visit, person, Of::Customer(book))
}

/// Keeps the operator's.
pub fn save_operator(visit: &Visit, person: &SignedIn) -> Outcome {
    save(visit, person, Of::Operator(person))
}

/// Keeps a customer's.
pub fn save_customer(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    save(visit, person, Of::Customer(book))
}

/// Takes the operator's logo away.
pub fn no_logo_of_operator(_: &Visit, person: &SignedIn) -> Outcome {
    take_logo_away(Of::Operator(person))
}

/// Takes a customer's logo away.
pub fn no_logo_of_customer(_: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    take_logo_away(Of::Customer(book))
}

/// Puts the operator's logo in.
pub fn logo_of_operator(visit: &Visit, person: &SignedIn) -> Outcome {
    put_logo(visit, person, Of::Operator(person))
}

/// Puts a customer's logo in.
pub fn logo_of_customer(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    put_logo(visit, person, Of::Customer(book))
}

/// Of a picture only what is drawn is kept (`formats::picture`).
fn put_logo(visit: &Visit, person: &SignedIn, of: Of<'_>) -> Outcome {
    let key = match &visit.file {
        None => "settings-logo-none",
        Some(Upload::TooLarge) => "settings-logo-large",
        Some(Upload::File { bytes, .. }) => match picture::read(bytes) {
            Ok(picture) => {
                of.set_logo(Some(&Logo { media: picture.media.to_owned(), bytes: picture.bytes }))?;
                return Answer::to(&format!("{}?said=logo", of.path()));
            }
            Err(BadPicture::TooLarge) => "settings-logo-large",
            Err(BadPicture::Unreadable) => "settings-logo-unreadable",
        },
    };
    let f = of.frame(visit, person)?;
    let error = f.s(key);
    let settings = of.settings()?;
    let groups = groups(&f, |key| stored(&settings, key), |_| String::new());
    let mut page = page(f, of, groups, String::new());
    page.logo_error = error;
    Answer::again(&page)
}

/// The operator's picture, for everybody who sees its pages.
pub fn operator_picture(visit: &Visit) -> Outcome {
    picture(visit.web.store.logo()?)
}

/// A customer's picture.
pub fn customer_picture(_: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    picture(book.logo()?)
}

/// Under an address that changes with it, so browsers keep it.
fn picture(logo: Option<Logo>) -> Outcome {
    let logo = logo.ok_or(Trouble::NotFound)?;
    let kept = HeaderValue::from_static("private, max-age=31536000, immutable");
    let media = if logo.media == "image/png" { "image/png" } else { "image/jpeg" };
    Ok(Answer::picture(media, logo.bytes).with(header::CACHE_CONTROL, Some(kept)))
}

fn show_page(visit: &Visit, person: &SignedIn, of: Of<'_>) -> Outcome {
    let f = of.frame(visit, person)?;
    let settings = of.settings()?;
    let said = match visit.query.get("said") {
        "saved" => f.s("settings-saved"),
        "logo" => f.s("settings-logo-saved"),
        "no-logo" => f.s("settings-logo-gone"),
        _ => String::new(),
    };
    let groups = groups(&f, |key| stored(&settings, key), |_| String::new());
    let page = page(f, of, groups, said);
    Answer::page(&page)
}

fn page(f: Frame, of: Of<'_>, groups: Vec<Group>, said: String) -> Settings {
    let (of_operator, may_act) = match of {
        Of::Operator(_) => (true, f.may(Right::Rule)),
        Of::Customer(_) => (false, f.may(Right::Act)),
    };
    let inputs = groups.iter().flat_map(|group| &group.inputs);
    let wrong = inputs.filter(|input| !input.error.is_empty());
    Settings {
        wrong: wrong.map(|input| (input.label.clone(), format!("s-{}", input.name))).collect(),
        logo_error: String::new(),
        logo: if of_operator { f.operator.logo.clone() } else { f.own.logo.clone() },
        zone: f.times.zone_name().to_owned(),
        path: of.path(),
        of_operator,
        may_act,
        groups,
        said,
        f,
    }
}

/// What is kept of a key; of a switch what it means.
fn stored(settings: &[(String, String)], key: &str) -> String {
    if let Some(notice) = Notice::ALL.into_iter().find(|notice| notice.setting() == key) {
        return if notice.is_on(settings) { "on" } else { "off" }.to_owned();
    }
    let found = settings.iter().find(|(name, _)| name == key);
    if key == "notify.count_only" && found.is_none_or(|(_, value)| value.is_empty()) {
        return "off".to_owned();
    }
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn groups(f: &Frame, was: impl Fn(&str) -> String, error: impl Fn(&str) -> String) -> Vec<Group> {
    let input = |name: &&'static str| {
        let key = named(name)?;
        // Towns and houses are customers'.
        if f.customer.is_none() && OF_A_PLACE.contains(name) {
            return None;
        }
        let was = was(name);
        Some(Input {
            label: if *name == "name" { f.s("settings-name") } else { key.label().to_owned() },
            hint: hint(f, name),
            kind: match (*name, key.kind) {
                (_, Kind::Switch) => "switch",
                (_, Kind::Language) => "language",
                (_, Kind::Note | Kind::Addresses) => "lines",
                (_, Kind::Address) => "email",
                (_, Kind::Link) => "url",
                ("phone" | "service_phone", _) => "tel",
                (_, Kind::Line | Kind::Country | Kind::AreaCode | Kind::Extensions) => "text",
            },
            value: if key.kind == Kind::Addresses { was.replace(',', ", ") } else { was.clone() },
            error: error(name),
            name,
            was,
        })
    };
    let group = |(id, icon, keys): (&'static str, &'static str, &[&'static str])| Group {
        heading: f.s(id),
        inputs: keys.iter().filter_map(input).collect(),
        id,
        icon,
    };
    GROUPS.map(group).into()
}

fn hint(f: &Frame, key: &str) -> String {
    match key {
        "notify.to" => f.s("settings-to-hint"),
        "notify.removed" => f.s("settings-removed-hint"),
        "notify.count_only" => f.s("settings-count-hint"),
        "notify.held" => f.s("settings-held-hint"),
        "notify.failed" => f.s("settings-failed-hint"),
        "notify.silent" => f.s("settings-silent-hint"),
        "notify.expiry" => f.s("settings-expiry-hint"),
        "imprint" | "privacy" => f.s("settings-link-hint"),
        "number.country" if f.customer.is_none() => f.s("settings-country-operator-hint"),
        "number.country" => f.s("settings-country-hint"),
        "number.area_code" => f.s("settings-area-hint"),
        "number.extensions" => f.s("settings-extensions-hint"),
        _ => String::new(),
    }
}

fn save(visit: &Visit, person: &SignedIn, of: Of<'_>) -> Outcome {
    let f = of.frame(visit, person)?;
    let now = of.settings()?;
    let form = &visit.form;
    let (mut changes, mut errors) = (Vec::new(), Vec::new());
    for name in GROUPS.iter().flat_map(|(.., keys)| keys.iter().copied()) {
        let Some(key) = named(name) else { continue };
        let (typed, was) = (typed(visit, name, key.kind), form.get(&format!("was.{name}")));
        let current = stored(&now, name);
        match key.check_field(&typed) {
            Err(why) => errors.push((name, why)),
            Ok(value) if value == was || value == current => {}
            Ok(value) if value.is_empty() && name == NAME.name && matches!(of, Of::Customer(_)) => {
                errors.push((name, f.s("settings-name-missing")));
            }
            // Somebody was quicker: both are shown.
            Ok(_) if was != current => errors.push((name, f.x("settings-meanwhile", shown(&f, &current)))),
            Ok(value) => {
                match key.kind {
                    Kind::Switch
                    | Kind::Language
                    | Kind::Link
                    | Kind::Country
                    | Kind::AreaCode
                    | Kind::Extensions => visit.changed(name, &current, &value),
                    Kind::Line | Kind::Note | Kind::Address | Kind::Addresses => visit.touched(name),
                }
                changes.push((name.to_owned(), value));
            }
        }
    }
    if errors.is_empty() {
        if of.save(changes, &now)? {
            return Answer::to(&format!("{}?said=saved", of.path()));
        }
        // Somebody was quicker since this was read: it is read anew.
        return match of {
            Of::Operator(_) => save(visit, person, of),
            Of::Customer(book) => {
                let book = person.book(&book.customer.slug)?.ok_or(Trouble::NotFound)?;
                save(visit, person, Of::Customer(&book))
            }
        };
    }
    let error = |name: &str| {
        errors.iter().find(|(key, _)| *key == name).map(|(_, why)| why.clone()).unwrap_or_default()
    };
    let mut groups = groups(&f, |name| stored(&now, name), error);
    for input in groups.iter_mut().flat_map(|group| &mut group.inputs) {
        let Some(key) = named(input.name) else { continue };
        let typed = typed(visit, input.name, key.kind);
        // What was left alone shows what it is by now.
        let left_alone =
            key.check_field(&typed).is_ok_and(|value| value == form.get(&format!("was.{}", input.name)));
        if !left_alone {
            input.value = typed;
        }
    }
    Answer::again(&page(f, of, groups, String::new()))
}

fn shown(f: &Frame, value: &str) -> String {
    if value.is_empty() { f.s("empty-word") } else { value.to_owned() }
}

/// A switch that is off sends nothing.
fn typed(visit: &Visit, name: &str, kind: Kind) -> String {
    let value = visit.form.get(name);
    if kind == Kind::Switch && value.is_empty() { "off".to_owned() } else { value.to_owned() }
}

fn take_logo_away(of: Of<'_>) -> Outcome {
    of.set_logo(None)?;
    Answer::to(&format!("{}?said=no-logo", of.path()))
}
