//! One tenant for several customers: a holding and its subsidiary may mean it, mostly it is a slip. So it is asked about first.

use store::{Book, SignedIn};

use crate::answer::Trouble;
use crate::frame::Frame;
use crate::visit::Visit;

/// What is asked before a tenant is connected that another customer has.
#[derive(Default)]
pub struct Shared {
    /// Those customers; empty where nothing is asked.
    pub others: String,
    /// By an app of their own, else by the operator's.
    pub own: bool,
    /// The tenant that it is asked about.
    pub tenant: String,
}

impl Shared {
    /// Whether it is asked.
    pub fn is_asked(&self) -> bool {
        !self.others.is_empty()
    }
}

/// Who else is connected to a tenant, by name; empty where nobody is, or where that is not the reader's business.
pub fn others(f: &Frame, person: &SignedIn, book: &Book, tenant: &str) -> Result<String, Trouble> {
    if !f.sees_fleet() || tenant.is_empty() {
        return Ok(String::new());
    }
    let mut names = Vec::new();
    let mut unseen = 0;
    for other in person.store().customers_of_tenant(tenant)? {
        if other.id == book.customer.id {
            continue;
        }
        if person.book(&other.slug)?.is_some() {
            names.push(format!("{} ({})", other.name, other.slug));
        } else {
            unseen += 1;
        }
    }
    if unseen > 0 {
        names.push(f.n("shared-unseen", unseen));
    }
    Ok(names.join(", "))
}

/// The same for a form that would connect it, unless whoever sent it has said that it is meant, or renews what stands.
pub fn asked_about(
    f: &Frame,
    visit: &Visit,
    (person, book): (&SignedIn, &Book),
    tenant: &str,
) -> Result<Shared, Trouble> {
    let agreed = visit.form.get("also");
    if (!agreed.is_empty() && agreed.eq_ignore_ascii_case(tenant)) || book.connection()?.is_some() {
        return Ok(Shared::default());
    }
    Ok(Shared { others: others(f, person, book, tenant)?, own: false, tenant: tenant.to_owned() })
}
