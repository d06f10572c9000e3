//! Adding and changing a contact by hand. A field that comes from Microsoft 365 says so before anybody types (A5) and offers to
//! be pinned (W10); whoever was slower sees what the other has saved, and keeps what they typed.

use askama::Template;
use model::policy::OnLocalEmailChange;
use model::{ContactId, Field, Key, Origin, Pin, Timestamp, Values};
use show::values::{BadNames, check_names, reason, value_of};
use store::{Book, BookEntry, Edit, Saved, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::contact::{entry_of, is_owned, pin_text};
use crate::page::person::{label, name_of};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "contact-form.html")]
struct ContactForm {
    f: Frame,
    back: String,
    heading: String,
    button: String,
    inputs: Vec<Input>,
    seen: String,
    /// Somebody saved something else meanwhile.
    changed: bool,
    errors: bool,
}

/// A field of the form.
struct Input {
    name: &'static str,
    label: String,
    value: String,
    /// What the book says, by which it is seen what somebody has touched.
    was: String,
    /// Several lines.
    lines: bool,
    kind: &'static str,
    hint: String,
    /// It comes from Microsoft 365 and is not pinned.
    owned: bool,
    warning: String,
    /// The pin that holds.
    pinned: String,
    error: String,
    /// Who else has this address, where that is asked about.
    twin: String,
    /// What the book says by now, where somebody changed it meanwhile.
    now: Option<String>,
    pin: PinInput,
}

impl Input {
    fn is_wrong(&self) -> bool {
        [&self.error, &self.pin.error, &self.twin].into_iter().any(|error| !error.is_empty())
    }
}

/// What is typed to pin a field.
#[derive(Default)]
struct PinInput {
    on: bool,
    why: String,
    until: String,
    error: String,
    /// Whether it is about the day.
    until_wrong: bool,
}

/// The form of a new contact.
pub fn add_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    Answer::page(&new_form(f, book, Vec::new()))
}

/// Adds one.
pub fn add(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let typed = Typed::read(&f, visit, &Values::default());
    let trouble = typed.names(&f, &Values::default(), true);
    let fields = typed.changes.clone();
    let mut inputs = typed.inputs(&f);
    if let Some((field, text)) = trouble {
        set_error(&mut inputs, field, text);
    }
    ask_about_twins(&f, visit, (book, None), (&fields, &mut inputs))?;
    if inputs.iter().any(Input::is_wrong) {
        return Answer::again(&new_form(f, book, inputs));
    }
    let mut values = Values::default();
    for (field, value) in &fields {
        values.set(*field, value.as_deref());
    }
    if let Some(joined) = values.joined_name() {
        values.set(Field::DisplayName, Some(&joined));
    }
    let id = book.add_contact(&values, Origin::Manual, visit.now)?;
    Answer::to(&format!("/c/{}/book/{}?done=added", book.customer.slug, book.public_id(id)))
}

fn new_form(f: Frame, book: &Book, inputs: Vec<Input>) -> ContactForm {
    let inputs = if inputs.is_empty() { Typed::of(&Values::default()).inputs(&f) } else { inputs };
    ContactForm {
        back: format!("/c/{}/book", book.customer.slug),
        heading: f.s("add-contact"),
        button: f.s("add-contact"),
        errors: inputs.iter().any(Input::is_wrong),
        seen: String::new(),
        changed: false,
        inputs,
        f,
    }
}

/// The form of a contact that is there.
pub fn edit_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let inputs = with_origin(&f, book, &entry, Typed::of(&entry.contact.values))?;
    Answer::page(&form(f, book, &entry, inputs, false))
}

/// Saves it.
pub fn edit(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let now = &entry.contact.values;
    let typed = Typed::read(&f, visit, now);
    let seen = visit.form.get("seen").parse::<i64>().unwrap_or_default();
    let names = typed.names(&f, now, false);
    let (pins, fields) = (typed.pins.clone(), typed.changes.clone());
    let mut inputs = with_origin(&f, book, &entry, typed)?;
    if let Some((field, text)) = names {
        set_error(&mut inputs, field, text);
    }
    ask_about_twins(&f, visit, (book, Some(entry.contact.id)), (&fields, &mut inputs))?;
    if !inputs.iter().any(Input::is_wrong) && seen == now.digest() {
        let wanted = Edit { fields: &fields, pins: &pins, seen };
        match book.save_contact(entry.contact.id, &wanted, visit.now)? {
            Saved::Done => {
                let id = book.public_id(entry.contact.id);
                return Answer::to(&format!("/c/{}/book/{id}?done=saved", book.customer.slug));
            }
            // Between our look and our save: the same page, made of what is there by then.
            Saved::ChangedMeanwhile => return edit(visit, person, book),
        }
    }
    let changed = seen != now.digest();
    if changed {
        for (input, field) in inputs.iter_mut().zip(Field::ALL) {
            let there = now.get(field).unwrap_or_default();
            input.now = (input.value.replace("\r\n", "\n") != there).then(|| there.replace('\n', ", "));
        }
    }
    Answer::again(&form(f, book, &entry, inputs, changed))
}

fn form(f: Frame, book: &Book, entry: &BookEntry, inputs: Vec<Input>, changed: bool) -> ContactForm {
    let name = name_of(&f, &entry.contact);
    ContactForm {
        back: format!("/c/{}/book/{}", book.customer.slug, book.public_id(entry.contact.id)),
        heading: f.x("edit-contact-h", name),
        button: f.s("save"),
        errors: inputs.iter().any(Input::is_wrong),
        seen: entry.contact.values.digest().to_string(),
        changed,
        inputs,
        f,
    }
}

/// Inputs that say where their field comes from.
fn with_origin(f: &Frame, book: &Book, entry: &BookEntry, typed: Typed) -> Result<Vec<Input>, Trouble> {
    let policy = book.policy()?;
    let mut inputs = typed.inputs(f);
    for (input, field) in inputs.iter_mut().zip(Field::ALL) {
        entry.contact.values.get(field).unwrap_or_default().clone_into(&mut input.was);
        input.pinned = pin_text(f, &entry.contact, field).unwrap_or_default();
        input.owned = input.pinned.is_empty() && is_owned(&policy, entry, field);
        let anew = field == Field::Email
            && input.owned
            && policy.on_local_email_change == OnLocalEmailChange::CreateNew;
        input.warning = f.s(if anew { "edit-warning-email" } else { "edit-warning" });
    }
    Ok(inputs)
}

/// Who besides one contact has an address, by name.
pub fn twins(
    f: &Frame,
    book: &Book,
    own: Option<ContactId>,
    address: Option<&str>,
) -> Result<String, Trouble> {
    let Some(key) = address.and_then(Key::of) else { return Ok(String::new()) };
    let others = book.entries_by_key(&key)?.into_iter().filter(|other| Some(other.contact.id) != own);
    Ok(others.map(|other| name_of(f, &other.contact)).collect::<Vec<_>>().join(", "))
}

/// Asks before a contact gets the address of another one, unless that is said to be meant: they are probably one person, who would stand
/// twice in the book.
fn ask_about_twins(
    f: &Frame,
    visit: &Visit,
    (book, own): (&Book, Option<ContactId>),
    (fields, inputs): (&[(Field, Option<String>)], &mut [Input]),
) -> Result<(), Trouble> {
    let typed =
        fields.iter().find(|(field, _)| *field == Field::Email).and_then(|(_, value)| value.as_deref());
    if typed.is_none_or(|typed| Key::of(typed) == Key::of(visit.form.get("also"))) {
        return Ok(());
    }
    let names = twins(f, book, own, typed)?;
    for input in inputs.iter_mut().filter(|input| input.name == Field::Email.name()) {
        input.twin.clone_from(&names);
    }
    Ok(())
}

fn set_error(inputs: &mut [Input], field: Field, text: String) {
    if let Some(input) = inputs.iter_mut().find(|input| input.name == field.name()) {
        input.error = text;
    }
}

/// What somebody typed.
struct Typed {
    values: Vec<String>,
    errors: Vec<String>,
    /// What differs from what the book says.
    changes: Vec<(Field, Option<String>)>,
    pins: Vec<Pin>,
    pin_inputs: Vec<PinInput>,
}

impl Typed {
    /// Nothing yet: what the book says.
    fn of(values: &Values) -> Self {
        Self {
            values: Field::ALL.map(|field| values.get(field).unwrap_or_default().to_owned()).to_vec(),
            errors: vec![String::new(); Field::ALL.len()],
            changes: Vec::new(),
            pins: Vec::new(),
            pin_inputs: Field::ALL.map(|_| PinInput::default()).into(),
        }
    }

    fn read(f: &Frame, visit: &Visit, now: &Values) -> Self {
        let mut typed = Self::of(now);
        let form = &visit.form;
        for (at, field) in Field::ALL.into_iter().enumerate() {
            // What nobody touched since the form was opened is what it is by now.
            let (text, was) = (form.get(field.name()), format!("was.{}", field.name()));
            // A pin is about the value that was seen.
            let pinned = form.get(&format!("pin-{}", field.name())) == "on";
            let untouched = !pinned && form.all(&was).next().is_some_and(|was| was.trim() == text);
            let text = if untouched { now.get(field).unwrap_or_default() } else { text };
            let (mut error, mut pin) = (String::new(), PinInput::default());
            match value_of(field, &f.s(label(field)), text) {
                Ok(value) if value.as_deref() != now.get(field) => typed.changes.push((field, value)),
                Ok(_) => {}
                Err(why) => error = why,
            }
            form.get(&format!("why-{}", field.name())).clone_into(&mut pin.why);
            form.get(&format!("until-{}", field.name())).clone_into(&mut pin.until);
            pin.on = pinned;
            if pin.on {
                match read_pin(f, field, &pin) {
                    Ok(read) => typed.pins.push(read),
                    Err((why, until_wrong)) => (pin.error, pin.until_wrong) = (why, until_wrong),
                }
            } else if !pin.why.is_empty() || !pin.until.is_empty() {
                pin.error = f.s("pin-not-ticked");
            }
            for (list, value) in [(&mut typed.values, text.to_owned()), (&mut typed.errors, error)] {
                if let Some(place) = list.get_mut(at) {
                    *place = value;
                }
            }
            if let Some(place) = typed.pin_inputs.get_mut(at) {
                *place = pin;
            }
        }
        typed.follow(now);
        typed
    }

    /// A display name that follows from the names and was left alone is no change of its own.
    fn follow(&mut self, now: &Values) {
        let mut after = now.clone();
        for (field, value) in &self.changes {
            after.set(*field, value.as_deref());
        }
        let shown =
            Field::ALL.iter().position(|f| *f == Field::DisplayName).and_then(|at| self.values.get(at));
        let left_alone = shown
            .is_some_and(|shown| shown.is_empty() || Some(shown.as_str()) == now.get(Field::DisplayName));
        if after.joined_name().is_some() && left_alone {
            self.changes.retain(|(field, _)| *field != Field::DisplayName);
        }
    }

    /// What is wrong with the names, and at which field it stands.
    fn names(&self, f: &Frame, now: &Values, new: bool) -> Option<(Field, String)> {
        let nameless = new
            && !self
                .changes
                .iter()
                .any(|(field, value)| show::values::NAMES.contains(field) && value.is_some());
        match check_names(now, &self.changes) {
            Err(BadNames::Follows) => Some((Field::DisplayName, f.s("name-follows"))),
            Err(BadNames::Nameless) => Some((Field::LastName, f.s("name-missing"))),
            Ok(()) if nameless => Some((Field::LastName, f.s("name-missing"))),
            Ok(()) => None,
        }
    }

    fn inputs(self, f: &Frame) -> Vec<Input> {
        let parts = self.values.into_iter().zip(self.errors).zip(self.pin_inputs);
        let input = |(field, ((value, error), pin)): (Field, ((String, String), PinInput))| Input {
            name: field.name(),
            label: f.s(label(field)),
            lines: field == Field::BusinessPhones,
            kind: match field {
                Field::Email => "email",
                Field::Mobile => "tel",
                _ => "text",
            },
            hint: match field {
                Field::DisplayName => f.s("hint-display-name"),
                Field::BusinessPhones => f.s("hint-phones"),
                _ => String::new(),
            },
            owned: false,
            warning: String::new(),
            pinned: String::new(),
            was: String::new(),
            twin: String::new(),
            now: None,
            value,
            error,
            pin,
        };
        Field::ALL.into_iter().zip(parts).map(input).collect()
    }
}

/// What was typed as a pin; else what is wrong, and whether with its day.
fn read_pin(f: &Frame, field: Field, pin: &PinInput) -> Result<Pin, (String, bool)> {
    reason(&f.s("pin-why"), &pin.why).map_err(|why| (why, false))?;
    if pin.why.is_empty() {
        return Err((f.s("pin-why-missing"), false));
    }
    let until = until(f, &pin.until).map_err(|why| (why, true))?;
    Ok(Pin { field, reason: pin.why.as_str().into(), until })
}

/// The end of a pin: the start of a day that is to come.
fn until(f: &Frame, text: &str) -> Result<Option<Timestamp>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let at = show::when::parse_in(text, &f.times.zone).filter(|at| *at > f.times.now);
    at.map(Some).ok_or_else(|| f.s("pin-until-wrong"))
}
