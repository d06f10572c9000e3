//! Who signs in: the operator's staff and customers' people. The owner adds them, sends each a link that works once, and removes
//! them.

use askama::Template;
use model::{CustomerId, Role, Timestamp};
use serde_json::json;
use store::{Account, AccountId, LinkFor, Mail, NewAccount, Reach, Refusal, SignedIn, StoreError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials, role_text};
use crate::visit::Visit;

/// A link works for so long: three days, in milliseconds.
const LINK_MS: i64 = 3 * 24 * 3_600_000;
/// Characters of a name and of an address.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "staff.html")]
struct Staff {
    f: Frame,
    rows: Vec<Row>,
    /// A link that was just made, for whom, and until when.
    link: Option<(String, String, String)>,
    removed: bool,
    /// To whom a link was just mailed; empty where nobody.
    mailed: String,
    /// Mails can be sent.
    can_mail: bool,
}

struct Row {
    id: i64,
    name: String,
    initials: String,
    colour: u8,
    email: String,
    role: String,
    reach: String,
    signed_in: String,
    is_self: bool,
}

#[derive(Template)]
#[template(path = "staff-add.html")]
struct Add {
    f: Frame,
    name: String,
    email: String,
    role: String,
    customers: String,
    roles: Vec<(&'static str, String)>,
    name_error: String,
    email_error: String,
    customers_error: String,
}

#[derive(Template)]
#[template(path = "staff-remove.html")]
struct AskRemove {
    f: Frame,
    id: i64,
    name: String,
    email: String,
}

/// The list.
pub fn list(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = page(visit, person)?;
    page.removed = visit.query.get("removed") == "1";
    Answer::page(&page)
}

fn page(visit: &Visit, person: &SignedIn) -> Result<Staff, Trouble> {
    let f = Frame::of(visit, person, "staff")?;
    let rows = person.store().accounts()?;
    let rows = rows.iter().map(|account| row(&f, person, account)).collect::<Result<_, _>>()?;
    let can_mail = person.store().mail_server()?.is_some();
    Ok(Staff { f, rows, link: None, removed: false, mailed: String::new(), can_mail })
}

fn row(f: &Frame, person: &SignedIn, account: &Account) -> Result<Row, Trouble> {
    let reached = person.store().customers_of(account)?;
    let reach = match reached {
        None => f.s("reach-all"),
        Some(all) if all.is_empty() => f.s("reach-none"),
        Some(all) => all.iter().map(|row| row.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    Ok(Row {
        id: account.id.0,
        initials: initials(&account.name),
        colour: colour(&account.name),
        name: account.name.clone(),
        email: account.email.clone(),
        role: role_text(f.t, account.role),
        signed_in: account.signed_in_at.map_or_else(|| f.s("never-signed-in"), |at| f.times.short(at)),
        is_self: account.id == person.account.id,
        reach,
    })
}

/// The form for somebody new.
pub fn form(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&empty(visit, person)?)
}

fn empty(visit: &Visit, person: &SignedIn) -> Result<Add, Trouble> {
    let f = Frame::of(visit, person, "staff")?;
    let roles = Role::ALL.into_iter().map(|role| (role.name(), role_text(f.t, role))).collect();
    Ok(Add {
        f,
        roles,
        name: String::new(),
        email: String::new(),
        role: Role::Technician.name().to_owned(),
        customers: String::new(),
        name_error: String::new(),
        email_error: String::new(),
        customers_error: String::new(),
    })
}

/// Adds somebody, and shows the link that they sign in with.
pub fn add(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = empty(visit, person)?;
    for (field, name) in [
        (&mut page.name, "name"),
        (&mut page.email, "email"),
        (&mut page.role, "role"),
        (&mut page.customers, "customers"),
    ] {
        *field = visit.form.get(name).chars().take(LONGEST).collect();
    }
    let Some(role) = Role::named(&page.role) else { return Answer::again(&page) };
    if page.name.is_empty() {
        page.name_error = page.f.s("staff-name-missing");
    }
    if !page.email.contains('@') || page.email.contains(char::is_whitespace) {
        page.email_error = page.f.s("set-up-email-wrong");
    }
    let chosen = chosen(person, &mut page)?;
    let reach = reach(role, &chosen);
    if reach.is_none() && page.customers_error.is_empty() {
        let key = if role == Role::Owner { "staff-owner-all" } else { "staff-one-customer" };
        page.customers_error = page.f.s(key);
    }
    let wrong = [&page.name_error, &page.email_error, &page.customers_error].iter().any(|e| !e.is_empty());
    let (Some(reach), false) = (reach, wrong) else { return Answer::again(&page) };
    let new = NewAccount { role, reach, name: page.name.clone(), email: page.email.clone(), password: None };
    let account = match person.store().add_account(&new, visit.now) {
        Ok(account) => account,
        Err(StoreError::Refused(Refusal::AccountExists(_))) => {
            page.email_error = page.f.s("set-up-email-taken");
            return Answer::again(&page);
        }
        Err(error) => return Err(error.into()),
    };
    if reach == Reach::Chosen {
        person.store().choose_customers(account.id, &chosen)?;
    }
    linked(visit, person, &account)
}

/// The customers that were named by their short names.
fn chosen(person: &SignedIn, page: &mut Add) -> Result<Vec<CustomerId>, Trouble> {
    let named: Vec<&str> = page.customers.split([',', ' ', ';']).filter(|name| !name.is_empty()).collect();
    let all = if named.is_empty() { Vec::new() } else { person.customers()? };
    let mut chosen = Vec::new();
    for name in named {
        match all.iter().find(|row| row.slug == name) {
            Some(row) => chosen.push(row.id),
            None => page.customers_error = page.f.x("staff-no-customer", name),
        }
    }
    Ok(chosen)
}

/// Where somebody of a role is, who was given these customers; `None` where both do not fit.
fn reach(role: Role, chosen: &[CustomerId]) -> Option<Reach> {
    match (role, chosen) {
        (Role::Owner | Role::Technician | Role::Observer, []) => Some(Reach::All),
        (Role::Technician | Role::Observer, _) => Some(Reach::Chosen),
        (Role::Administrator | Role::Reader, [own]) => Some(Reach::Own(*own)),
        (Role::Owner | Role::Administrator | Role::Reader, _) => None,
    }
}

fn linked(visit: &Visit, person: &SignedIn, account: &Account) -> Outcome {
    let until = Timestamp(visit.now.0 + LINK_MS);
    let token = person.store().make_link(LinkFor::Account(account.id), until)?;
    let mut page = page(visit, person)?;
    let link = format!("{}/link/{}", visit.web.public_url, token.secret());
    page.link = Some((account.name.clone(), link, page.f.times.exact(until)));
    Answer::page(&page)
}

fn account_of(visit: &Visit, person: &SignedIn) -> Result<Account, Trouble> {
    let id = visit.part("account").parse().map_err(|_| Trouble::NotFound)?;
    let all = person.store().accounts()?;
    all.into_iter().find(|account| account.id == AccountId(id)).ok_or(Trouble::NotFound)
}

/// A new link for somebody.
pub fn link(visit: &Visit, person: &SignedIn) -> Outcome {
    linked(visit, person, &account_of(visit, person)?)
}

/// Sends somebody a link by mail; it is made when the mail leaves the house.
pub fn mail(visit: &Visit, person: &SignedIn) -> Outcome {
    let account = account_of(visit, person)?;
    let body = json!({ "account": account.id.0 }).to_string();
    let mail = Mail { kind: "invitation", body, to: vec![account.email.clone()] };
    person.store().post(&mail, visit.now)?;
    let mut page = page(visit, person)?;
    page.mailed = account.email;
    Answer::page(&page)
}

/// The question before somebody is removed.
pub fn ask_remove(visit: &Visit, person: &SignedIn) -> Outcome {
    let account = account_of(visit, person)?;
    let f = Frame::of(visit, person, "staff")?;
    Answer::page(&AskRemove { f, id: account.id.0, name: account.name, email: account.email })
}

/// Removes somebody, with their sessions and links.
pub fn remove(visit: &Visit, person: &SignedIn) -> Outcome {
    let account = account_of(visit, person)?;
    person.store().remove_account(account.id)?;
    Answer::to("/staff?removed=1")
}
