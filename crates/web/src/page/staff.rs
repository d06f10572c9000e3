//! Who signs in: the operator's staff and customers' people. The owner adds and changes them (`staff_form.rs`), sends each a link
//! that works once, and removes them.

use askama::Template;
use model::Timestamp;
use serde_json::json;
use store::{Account, AccountId, LinkFor, Mail, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials, role_text};
use crate::visit::Visit;

/// A link works for so long: three days, in milliseconds.
const LINK_MS: i64 = 3 * 24 * 3_600_000;

#[derive(Template)]
#[template(path = "staff.html")]
struct Staff {
    f: Frame,
    rows: Vec<Row>,
    /// A link that was just made, for whom, and until when.
    link: Option<(String, String, String)>,
    /// What was just done; empty where nothing was.
    said: String,
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
    for (done, key) in [("removed", "staff-removed"), ("changed", "staff-changed")] {
        if visit.query.get(done) == "1" {
            page.said = page.f.s(key);
        }
    }
    Answer::page(&page)
}

fn page(visit: &Visit, person: &SignedIn) -> Result<Staff, Trouble> {
    let f = Frame::of(visit, person, "staff")?;
    let rows = person.store().accounts()?;
    let rows = rows.iter().map(|account| row(&f, person, account)).collect::<Result<_, _>>()?;
    let can_mail = person.store().mail_server()?.is_some();
    Ok(Staff { f, rows, link: None, said: String::new(), mailed: String::new(), can_mail })
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

/// The list with a link that was just made for somebody.
pub fn linked(visit: &Visit, person: &SignedIn, account: &Account) -> Outcome {
    let until = Timestamp(visit.now.0 + LINK_MS);
    let token = person.store().make_link(LinkFor::Account(account.id), until)?;
    let mut page = page(visit, person)?;
    let link = format!("{}/link/{}", visit.web.public_url, token.secret());
    page.link = Some((account.name.clone(), link, page.f.times.exact(until)));
    Answer::page(&page)
}

/// The account that the path names.
pub fn account_of(visit: &Visit, person: &SignedIn) -> Result<Account, Trouble> {
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
