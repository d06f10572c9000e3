//! Who somebody is and what they reach: the form for somebody new, and the one that changes an account later.
//!
//! Which customers somebody reaches is always said, never guessed from what was left empty: a box that was forgotten must not
//! open all customers to anybody.

use std::collections::BTreeSet;

use askama::Template;
use model::{CustomerId, Role};
use show::values::is_address;
use store::{Account, AccountChange, CustomerRow, NewAccount, Reach, Refusal, SignedIn, StoreError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, role_text};
use crate::page::staff::{account_of, linked};
use crate::visit::Visit;

/// Characters of a name and of an address.
const LONGEST: usize = 200;
/// Customers that a line of the audit log names; of more it tells the number.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "staff-form.html")]
struct Form {
    f: Frame,
    heading: String,
    text: String,
    button: String,
    name: String,
    email: String,
    role: String,
    roles: Vec<(&'static str, String)>,
    /// `all` or `chosen`; empty while nobody has said.
    reach: String,
    customers: Vec<Pick>,
    errors: Errors,
}

/// What is wrong with each field; empty where nothing is.
#[derive(Default)]
struct Errors {
    name: String,
    email: String,
    role: String,
    customers: String,
}

impl Errors {
    fn any(&self) -> bool {
        [&self.name, &self.email, &self.role, &self.customers].iter().any(|error| !error.is_empty())
    }
}

/// A customer to tick.
struct Pick {
    slug: String,
    name: String,
    ticked: bool,
}

/// The form for somebody new.
pub fn add_form(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&new_form(visit, person, &BTreeSet::new())?)
}

/// Adds somebody, and shows the link that they sign in with.
pub fn add(visit: &Visit, person: &SignedIn) -> Outcome {
    let all = person.customers()?;
    let mut page = new_form(visit, person, &typed(visit))?;
    let Some((to, role)) = read(visit, &mut page, &all) else { return Answer::again(&page) };
    let new =
        NewAccount { role, reach: to.reach, name: to.name.clone(), email: to.email.clone(), password: None };
    let account = match person.store().add_account(&new, visit.now) {
        Ok(account) => account,
        Err(error) => return refused(page, error),
    };
    if to.reach == Reach::Chosen {
        person.store().choose_customers(account.id, &to.chosen)?;
    }
    told(visit, None, &to, &all);
    linked(visit, person, &account)
}

/// The form that changes an account.
pub fn edit_form(visit: &Visit, person: &SignedIn) -> Outcome {
    let account = account_of(visit, person)?;
    let ticked = reached(person, &account)?.into_iter().map(|row| row.slug).collect();
    let mut page = old_form(visit, person, &account, &ticked)?;
    page.name.clone_from(&account.name);
    page.email.clone_from(&account.email);
    account.role.name().clone_into(&mut page.role);
    reach_word(account.reach).clone_into(&mut page.reach);
    Answer::page(&page)
}

/// Changes an account; open sessions go by it at once.
pub fn edit(visit: &Visit, person: &SignedIn) -> Outcome {
    let account = account_of(visit, person)?;
    let all = person.customers()?;
    let mut page = old_form(visit, person, &account, &typed(visit))?;
    let Some((to, _)) = read(visit, &mut page, &all) else { return Answer::again(&page) };
    let before = AccountChange {
        role: account.role,
        reach: account.reach,
        chosen: reached(person, &account)?.into_iter().map(|row| row.id).collect(),
        name: account.name.clone(),
        email: account.email.clone(),
    };
    match person.store().change_account(account.id, &to) {
        Ok(_) => {
            told(visit, Some(&before), &to, &all);
            // Whoever has given away their own right to this list begins where they may look.
            let own = account.id == person.account.id && to.role != Role::Owner;
            Answer::to(if own { "/" } else { "/staff?changed=1" })
        }
        Err(error) => refused(page, error),
    }
}

fn new_form(visit: &Visit, person: &SignedIn, ticked: &BTreeSet<String>) -> Result<Form, Trouble> {
    let f = Frame::of(visit, person, "staff")?;
    let words = (f.s("staff-add"), f.s("staff-add-text"), f.s("staff-add"));
    form(f, words, person, ticked)
}

fn old_form(
    visit: &Visit,
    person: &SignedIn,
    account: &Account,
    ticked: &BTreeSet<String>,
) -> Result<Form, Trouble> {
    let f = Frame::of(visit, person, "staff")?;
    let words = (f.x("staff-edit-h", &account.name), f.s("staff-edit-text"), f.s("save"));
    form(f, words, person, ticked)
}

fn form(
    f: Frame,
    (heading, text, button): (String, String, String),
    person: &SignedIn,
    ticked: &BTreeSet<String>,
) -> Result<Form, Trouble> {
    let roles = Role::ALL.into_iter().map(|role| (role.name(), role_text(f.t, role))).collect();
    let pick = |row: CustomerRow| Pick { ticked: ticked.contains(&row.slug), slug: row.slug, name: row.name };
    let mut customers: Vec<Pick> = person.customers()?.into_iter().map(pick).collect();
    // Who is ticked stands on top, or nobody would find them among thousands.
    customers.sort_by_cached_key(|one| (!one.ticked, one.name.to_lowercase()));
    Ok(Form {
        f,
        heading,
        text,
        button,
        name: String::new(),
        email: String::new(),
        role: Role::Technician.name().to_owned(),
        roles,
        reach: String::new(),
        customers,
        errors: Errors::default(),
    })
}

/// The short names that were ticked.
fn typed(visit: &Visit) -> BTreeSet<String> {
    visit.form.all("customers").map(ToOwned::to_owned).collect()
}

/// The customers that an account reaches one by one.
fn reached(person: &SignedIn, account: &Account) -> Result<Vec<CustomerRow>, Trouble> {
    Ok(person.store().customers_of(account)?.unwrap_or_default())
}

const fn reach_word(reach: Reach) -> &'static str {
    match reach {
        Reach::All => "all",
        Reach::Chosen | Reach::Own(_) => "chosen",
    }
}

/// What was typed, where it can be so; else what is wrong stands in the page.
fn read(visit: &Visit, page: &mut Form, all: &[CustomerRow]) -> Option<(AccountChange, Role)> {
    for (field, name) in [
        (&mut page.name, "name"),
        (&mut page.email, "email"),
        (&mut page.role, "role"),
        (&mut page.reach, "reach"),
    ] {
        visit.form.get(name).clone_into(field);
    }
    let too_long = |text: &str| text.chars().count() > LONGEST;
    page.errors.name = match page.name.as_str() {
        "" => page.f.s("staff-name-missing"),
        name if too_long(name) => page.f.n("staff-too-long", LONGEST as i64),
        _ => String::new(),
    };
    page.errors.email = match page.email.as_str() {
        email if too_long(email) => page.f.n("staff-too-long", LONGEST as i64),
        email if !is_address(email) => page.f.s("set-up-email-wrong"),
        _ => String::new(),
    };
    let role = Role::named(&page.role);
    if role.is_none() {
        page.errors.role = page.f.s("staff-role-missing");
    }
    let chosen = chosen(visit, page, all);
    let reach = role.and_then(|role| reach(role, page, &chosen));
    let (Some(role), Some(reach), false) = (role, reach, page.errors.any()) else { return None };
    let (name, email) = (page.name.clone(), page.email.clone());
    Some((AccountChange { role, reach, chosen, name, email }, role))
}

/// The customers that were ticked.
fn chosen(visit: &Visit, page: &mut Form, all: &[CustomerRow]) -> Vec<CustomerId> {
    let mut chosen = Vec::new();
    for slug in typed(visit) {
        match all.iter().find(|row| row.slug == slug) {
            Some(row) => chosen.push(row.id),
            // It was removed while the form was open.
            None => page.errors.customers = page.f.x("staff-no-customer", slug),
        }
    }
    chosen
}

/// Where somebody of a role is; `None`, and why, where both do not fit.
fn reach(role: Role, page: &mut Form, chosen: &[CustomerId]) -> Option<Reach> {
    let (found, wrong) = match (role, page.reach.as_str(), chosen) {
        (Role::Owner | Role::Technician | Role::Observer, "all", _) => (Some(Reach::All), ""),
        (Role::Owner, _, _) => (None, "staff-owner-all"),
        (Role::Technician | Role::Observer, "chosen", []) => (None, "staff-chosen-none"),
        (Role::Technician | Role::Observer, "chosen", _) => (Some(Reach::Chosen), ""),
        (Role::Technician | Role::Observer, _, _) => (None, "staff-reach-missing"),
        (Role::Administrator | Role::Reader, "chosen", [own]) => (Some(Reach::Own(*own)), ""),
        (Role::Administrator | Role::Reader, _, _) => (None, "staff-one-customer"),
    };
    if !wrong.is_empty() && page.errors.customers.is_empty() {
        page.errors.customers = page.f.s(wrong);
    }
    found
}

/// What the store does not do stands beside its field.
fn refused(mut page: Form, error: StoreError) -> Outcome {
    match error {
        StoreError::Refused(Refusal::AccountExists(_)) => page.errors.email = page.f.s("set-up-email-taken"),
        StoreError::Refused(Refusal::LastOwner) => page.errors.role = page.f.s("staff-last-owner"),
        error => return Err(error.into()),
    }
    Answer::again(&page)
}

/// Says for the audit log what an account was and is.
fn told(visit: &Visit, before: Option<&AccountChange>, to: &AccountChange, all: &[CustomerRow]) {
    let said = |change: &AccountChange| {
        let reach = match change.reach {
            Reach::All => "all",
            Reach::Chosen => "chosen",
            Reach::Own(_) => "own",
        };
        [
            ("name", change.name.clone()),
            ("email", change.email.clone()),
            ("role", change.role.name().to_owned()),
            ("reach", reach.to_owned()),
            ("customers", named(change, all)),
        ]
    };
    let was = before.map(&said);
    for (n, (what, after)) in said(to).into_iter().enumerate() {
        let was = was.as_ref().and_then(|all| all.get(n)).map_or("", |(_, value)| value.as_str());
        if was != after {
            visit.changed(what, was, &after);
        }
    }
}

/// The customers of an account one by one.
fn named(change: &AccountChange, all: &[CustomerRow]) -> String {
    let ids: BTreeSet<CustomerId> = match change.reach {
        Reach::All => BTreeSet::new(),
        Reach::Chosen => change.chosen.iter().copied().collect(),
        Reach::Own(own) => BTreeSet::from([own]),
    };
    let names: Vec<&str> =
        all.iter().filter(|row| ids.contains(&row.id)).map(|row| row.slug.as_str()).collect();
    let more = names.len().saturating_sub(NAMED);
    let listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(" ");
    if more == 0 { listed } else { format!("{listed} +{more}") }
}
