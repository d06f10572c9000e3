//! The rights of those whose data a book keeps (W11): what is stored of a person, readable and for machines; erasing a person
//! everywhere; who must not come back, and letting them back in.

use std::collections::BTreeMap;

use askama::Template;
use model::scope::KeptOut;
use model::source::{Licence, UserKind};
use model::{ContactId, Field, Right, SourceId};
use serde_json::{Value, json};
use store::{Book, BookEntry, Erase, Files, SamePerson, SignedIn};
use tokio::runtime::Handle;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::page::contact::{contact_of, person_of, pin_text};
use crate::page::person::{label, name_of};
use crate::visit::Visit;

/// A contact wherever it lies, with what only a living one has.
fn anywhere(visit: &Visit, book: &Book) -> Result<BookEntry, Trouble> {
    let id = contact_of(visit, book)?;
    if let Some(entry) = book.entry(id)? {
        return Ok(entry);
    }
    let binned = book.binned(id)?.ok_or(Trouble::NotFound)?;
    let source = binned.sources.into_iter().next().map(|(_, source)| source);
    Ok(BookEntry { contact: binned.contact, linked: None, source, groups: Vec::new() })
}

#[derive(Template)]
#[template(path = "privacy-data.html")]
struct Data {
    f: Frame,
    back: String,
    name: String,
    sections: Vec<Section>,
}

/// One part of what is stored.
struct Section {
    heading: String,
    rows: Vec<(String, String)>,
}

/// What is stored of a person.
pub fn data(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = anywhere(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let id = entry.contact.id;
    Answer::page(&Data {
        back: format!("/c/{}/book/{}", book.customer.slug, book.public_id(id)),
        name: name_of(&f, &entry.contact),
        sections: sections(&f, book, &entry)?,
        f,
    })
}

fn sections(f: &Frame, book: &Book, entry: &BookEntry) -> Result<Vec<Section>, Trouble> {
    let contact = &entry.contact;
    let of = |field: Field| {
        let value = contact.values.get(field)?.replace('\n', ", ");
        let pin = pin_text(f, contact, field).map(|pin| format!(" ({pin})")).unwrap_or_default();
        Some((f.s(label(field)), format!("{value}{pin}")))
    };
    let mut rows: Vec<_> = Field::ALL.into_iter().filter_map(of).collect();
    rows.push((f.s("id-word"), book.public_id(contact.id).to_string()));
    rows.push((f.s("changed-at"), f.times.exact(contact.updated_at)));
    let groups = entry.groups.iter().map(|(_, name)| (f.s("group-word"), name.clone()));
    rows.extend(groups);
    let mut all = vec![Section { heading: f.s("data-contact"), rows }];
    let mirror = mirrored(book, entry)?;
    if !mirror.is_empty() {
        let row = |(key, value)| (f.s(mirror_label(key)), mirror_value(f, key, value));
        let rows = mirror.into_iter().map(row).collect();
        all.push(Section { heading: f.s("data-mirror"), rows });
    }
    let lines = book.history(contact.id)?;
    let line = |line: &store::Line| {
        let field = line.event.field().map(|field| f.s(label(field))).unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default().replace('\n', ", ");
        let values = match (&line.before, &line.after) {
            (None, None) => String::new(),
            (before, after) => format!(": {} → {}", text(before), text(after)),
        };
        let event = ::show::event_text(line.event.name());
        (f.times.exact(line.at), format!("{field} {event}{values}").trim().to_owned())
    };
    let rows = lines.iter().map(line).collect::<Vec<_>>();
    all.push(Section { heading: f.s("history-h"), rows });
    Ok(all)
}

/// What the mirror keeps of the person, by the field's name.
fn mirrored(book: &Book, entry: &BookEntry) -> Result<Vec<(&'static str, String)>, Trouble> {
    let (Some(connection), Some(source)) = (book.connection()?, &entry.source) else { return Ok(Vec::new()) };
    let known = book.mirror_users(connection.id, std::slice::from_ref(source))?.remove(source);
    let mut all = vec![("object_id", source.to_string())];
    let Some(user) = known.map(|mirror| mirror.user) else { return Ok(all) };
    let texts = [
        ("first_name", user.first_name),
        ("last_name", user.last_name),
        ("display_name", user.display_name),
        ("mail", user.mail),
        ("user_principal_name", user.upn),
        ("job_title", user.job_title),
        ("department", user.department),
        ("company", user.company),
        ("office", user.office),
        ("mobile", user.mobile),
        ("business_phone", user.business_phone),
    ];
    all.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text?.into_string()))));
    if !user.aliases.is_empty() {
        all.push(("aliases", user.aliases.join(", ")));
    }
    let is_guest = user.kind == UserKind::Guest;
    all.push(("account", if is_guest { "guest" } else { "member" }.to_owned()));
    all.push(("enabled", user.enabled.to_string()));
    let licence = match user.licence {
        Licence::None => "none",
        Licence::WithoutMailbox => "without_mailbox",
        Licence::Mailbox => "mailbox",
    };
    all.push(("licence", licence.to_owned()));
    let products = book.products(connection.id)?;
    let of = |sku: &[u8; 16]| products.get(sku).map(|part| ::show::product_name(part).to_owned());
    let products: Vec<String> = user.skus.iter().filter_map(of).collect();
    if !products.is_empty() {
        all.push(("products", products.join(", ")));
    }
    let groups = book.groups_of(connection.id, source)?;
    if !groups.is_empty() {
        all.push(("groups", groups.join(", ")));
    }
    let scope = book.scope(connection.id)?;
    if scope.excluded.contains(source) || scope.chosen.contains(source) {
        let said = if scope.excluded.contains(source) { "excluded" } else { "chosen" };
        all.push(("by_hand", said.to_owned()));
    }
    Ok(all)
}

/// A value that stands for a word.
fn mirror_value(f: &Frame, name: &str, value: String) -> String {
    let key = match (name, value.as_str()) {
        ("account", "guest") => "data-guest",
        ("account", _) => "data-member",
        ("enabled", "true") => "change-left-yes",
        ("enabled", _) => "change-left-no",
        ("licence", "none") => "data-unlicensed",
        ("licence", "mailbox") => "data-mailbox",
        ("licence", _) => "data-without-mailbox",
        ("by_hand", "excluded") => "scope-is-excluded",
        ("by_hand", _) => "scope-is-chosen",
        _ => return value,
    };
    f.s(key)
}

fn mirror_label(name: &str) -> &'static str {
    match name {
        "first_name" => "field-first-name",
        "last_name" => "field-last-name",
        "display_name" => "field-display-name",
        "mail" => "field-email",
        "user_principal_name" => "sign-in-name",
        "job_title" => "field-job-title",
        "department" => "field-department",
        "company" => "field-company",
        "office" => "field-office",
        "mobile" => "field-mobile",
        "business_phone" => "field-business-phones",
        "aliases" => "aliases-word",
        "account" => "data-account",
        "enabled" => "data-enabled",
        "licence" => "data-licence",
        "products" => "data-products",
        "groups" => "data-groups",
        "by_hand" => "scope-h",
        _ => "object-id",
    }
}

/// The same for machines.
pub fn data_file(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = anywhere(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let contact = &entry.contact;
    let values: BTreeMap<&str, &str> =
        Field::ALL.into_iter().filter_map(|field| Some((field.name(), contact.values.get(field)?))).collect();
    let pins = contact.pins.iter().map(|pin| {
        json!({ "field": pin.field.name(), "reason": &*pin.reason, "until": pin.until.map(::show::when::rfc3339) })
    });
    let history = book.history(contact.id)?;
    let lines = history.iter().map(|line| {
        json!({
            "at": ::show::when::rfc3339(line.at), "event": line.event.name(),
            "field": line.event.field().map(Field::name), "before": line.before, "after": line.after,
        })
    });
    let mirror: BTreeMap<&str, String> = mirrored(book, &entry)?.into_iter().collect();
    let all = json!({
        "id": book.public_id(contact.id).to_string(),
        "origin": contact.origin.name(),
        "changed_at": ::show::when::rfc3339(contact.updated_at),
        "values": values,
        "pins": pins.collect::<Vec<Value>>(),
        "groups": entry.groups.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(),
        "microsoft_365": mirror,
        "history": lines.collect::<Vec<Value>>(),
    });
    let text = serde_json::to_vec_pretty(&all).map_err(|e| Trouble::ours(&e))?;
    let name = format!("{}-{}.json", f.s("file-data"), book.public_id(contact.id));
    Answer::download(&name, "application/json", text)
}

/// Asks before a person is erased, and names what follows.
pub fn erase_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    erase_question(visit, person, book)?.page()
}

/// Erases a person.
pub fn erase(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let mut ask = erase_question(visit, person, book)?;
    let reason = KeptOut::named(visit.form.get("reason"));
    let (true, Some(reason)) = (said_yes(visit), reason) else { return ask.again(visit) };
    let id = contact_of(visit, book)?;
    let same = book.same_people(id)?;
    let named: Vec<SourceId> = visit.form.all("source").filter_map(|text| text.parse().ok()).collect();
    let meant = |one: &SamePerson| one.linked || !is_unsure(&same) || named.contains(&one.source);
    let sources: Vec<_> =
        same.iter().filter(|one| meant(one)).map(|one| (one.connection, one.source.clone())).collect();
    if is_unsure(&same) && sources.is_empty() {
        ask.error = ask.f.s("erase-whom");
        return ask.again(visit);
    }
    let by = format!("account {}", person.account.id.0);
    let whom = Erase { contact: Some(id), sources: &sources, reason, by: &by };
    match Handle::current().block_on(sync::erase(book, &whom)) {
        Ok(erased) => {
            let files = match erased.files {
                Files::Clean => "clean",
                Files::Later => "later",
                Files::Server => "server",
            };
            Answer::to(&format!("/c/{}/kept-out?done=erased&files={files}", book.customer.slug))
        }
        Err(why) => {
            ask.error = ::show::texts::run_error(&why);
            ask.again(visit)
        }
    }
}

/// Several people of the tenant have the address, and of some nothing more is known.
fn is_unsure(same: &[SamePerson]) -> bool {
    same.len() > 1 && same.iter().any(|one| !one.linked)
}

fn erase_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let entry = anywhere(visit, book)?;
    let id = entry.contact.id;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("erase-q", name_of(&f, &entry.contact)), f.s("erase-sure"));
    let back = format!("/c/{}/book/{}", book.customer.slug, book.public_id(id));
    let mut ask = Ask::new(f, back, heading, button);
    ask.texts =
        ["erase-everywhere", "erase-for-good", "erase-kept-out", "erase-backups"].map(|k| ask.f.s(k)).into();
    let same = book.same_people(id)?;
    let people = people(book, &same)?;
    if is_unsure(&same) {
        let words = people.into_iter().map(|(id, words)| (id.to_string(), words)).collect();
        ask.tick = Some(("source", ask.f.s("erase-whom"), words));
    } else {
        ask.lines = people.into_iter().map(|(_, words)| ask.f.x("erase-also", words)).collect();
    }
    let reasons =
        [("erased", "reason-erased"), ("objected", "reason-objected"), ("restricted", "reason-restricted")];
    let reasons = reasons.map(|(value, key)| (value.to_owned(), ask.f.s(key))).into();
    ask.choose = Some(("reason", ask.f.s("reason-word"), reasons));
    Ok(ask)
}

fn people(book: &Book, same: &[SamePerson]) -> Result<Vec<(SourceId, String)>, Trouble> {
    let connection = book.connection()?;
    let mut all = Vec::new();
    for one in same {
        let known = match connection.as_ref().filter(|c| c.id == one.connection) {
            Some(connection) => person_of(book, connection, &one.source)?,
            None => (String::new(), String::new()),
        };
        let (name, email) = known;
        let words = [name, email, one.source.to_string()];
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        all.push((one.source.clone(), words.join(" · ")));
    }
    Ok(all)
}

#[derive(Template)]
#[template(path = "kept-out.html")]
struct KeptOutPage {
    f: Frame,
    rows: Vec<KeptOutLine>,
    log: Vec<LogLine>,
    may: bool,
    done: String,
    error: String,
    /// Whether somebody of a tenant can be named.
    connected: bool,
    /// Whom somebody named of whom nothing is known, and what is wrong with that.
    typed: String,
    typed_error: String,
}

/// Somebody who must not come back.
struct KeptOutLine {
    id: String,
    reason: &'static str,
    since: String,
}

/// A line of the deletion log.
struct LogLine {
    contact: String,
    reason: &'static str,
    by: String,
    at: String,
}

/// Who is kept out, and the deletion log.
pub fn kept_out(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    Answer::page(&kept_out_page(visit, person, book)?)
}

fn kept_out_page(visit: &Visit, person: &SignedIn, book: &Book) -> Result<KeptOutPage, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let accounts = book.store().accounts()?;
    let by = |text: &str| {
        let account = text.strip_prefix("account ").and_then(|n| n.parse::<i64>().ok());
        let known = account.and_then(|n| accounts.iter().find(|account| account.id.0 == n));
        known.map_or_else(|| text.to_owned(), |account| account.name.clone())
    };
    let rows = book.kept_out()?.into_iter().map(|row| KeptOutLine {
        id: row.source.to_string(),
        reason: ::show::kept_out_text(row.reason.name()),
        since: f.times.exact(row.at),
    });
    let log = book.deletions()?.into_iter().map(|row| LogLine {
        contact: row.contact.map(|id: ContactId| book.public_id(id).to_string()).unwrap_or_default(),
        reason: ::show::kept_out_text(row.reason.name()),
        by: by(&row.made_by),
        at: f.times.exact(row.at),
    });
    let connected = book.connection()?.is_some();
    let wrong = match visit.query.get("done") {
        "kept-nobody" => f.s("keep-out-nobody"),
        "kept-whom" => f.s("keep-out-whom"),
        _ => String::new(),
    };
    Ok(KeptOutPage {
        rows: rows.collect(),
        log: log.collect(),
        may: f.may(Right::Act),
        done: match (visit.query.get("done"), visit.query.get("files")) {
            ("erased", "clean") => f.s("done-erased-clean"),
            ("erased", "later") => f.s("done-erased-later"),
            ("erased", _) => f.s("done-erased-server"),
            ("let-in", _) => f.s("done-let-in"),
            ("kept", _) => f.s("done-kept-out"),
            _ => String::new(),
        },
        error: if connected { String::new() } else { wrong.clone() },
        typed: visit.query.get("person").to_owned(),
        typed_error: if connected { wrong } else { String::new() },
        connected,
        f,
    })
}

/// Lets a person back in.
pub fn let_in(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let mut page = kept_out_page(visit, person, book)?;
    let Ok(source) = visit.form.get("source").parse::<SourceId>() else {
        page.error = page.f.s("kept-out-nobody");
        return Answer::again(&page);
    };
    match Handle::current().block_on(sync::let_back_in(book, &source)) {
        Ok(true) => Answer::to(&format!("/c/{}/kept-out?done=let-in", book.customer.slug)),
        Ok(false) => {
            page.error = page.f.s("kept-out-nobody");
            Answer::again(&page)
        }
        Err(why) => {
            page.error = ::show::texts::run_error(&why);
            Answer::again(&page)
        }
    }
}
