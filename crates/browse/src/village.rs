//! A house with customers in every state that pages show, for looking at all pages and for pictures.
//!
//! The rule: it comes about as in life. Companies are made up by the simulator, things happen there, and the program's own
//! commands do the rest.

use std::path::Path;

use m365sim::{TenantHandle, TenantSpec};

use crate::house::House;

/// Short name of the customer with everything.
pub const MAIN: &str = "nordlicht";

/// What is pinned to somebody of [`MAIN`] as their office.
pub const PINNED: &str = "Kiel, Hafenstraße 3";

/// Fields that the main customer's book takes beside names and address.
const FIELDS: [&str; 6] = ["job_title", "department", "company", "office", "mobile", "business_phones"];

/// Builds it; nobody serves it yet.
///
/// `nordlicht` is connected, has groups, a contact of its own, a pinned value, somebody with a former name, and removals that the
/// deletion guard holds. `elbtal` is all good, its credential ends soon, and a CSV file was imported. `voss` waits with its first plan, `hafen` was left by
/// Microsoft's consent, `moor` is kept by hand and has nobody yet. The operator has an app to which customers can consent.
pub fn village(program: impl AsRef<Path>) -> House {
    let house = House::new(program);
    for (slug, name) in [
        (MAIN, "Nordlicht Apotheken KG"),
        ("elbtal", "Elbtal Logistik GmbH"),
        ("voss", "Kanzlei Dr. Voß & Partner"),
        ("hafen", "Hafenklinik Nord gGmbH"),
        ("moor", "Gemeinde Moorrege"),
    ] {
        house.types(&["customer", "add", slug, "--name", name]);
    }
    house.has_app();
    everything(&house);
    let elbtal = company(&house, "Elbtal Logistik GmbH", "elbtal.example", 25);
    elbtal.secret_ends_in(12 * 86_400);
    connected(&house, "elbtal", &elbtal);
    house.types(&["sync", "elbtal"]);
    let partners = house.file("partner.csv", "Firma;Telefon;Gruppe\nHafentaxi Kiel;0431 1234;Partner\n");
    house.types(&["contact", "import", "elbtal", &partners.display().to_string()]);
    let voss = company(&house, "Kanzlei Dr. Voß & Partner", "voss.example", 9);
    connected(&house, "voss", &voss);
    house.connects_to("voss", &voss);
    let hafen = company(&house, "Hafenklinik Nord gGmbH", "hafenklinik.example", 12);
    connected(&house, "hafen", &hafen);
    // Without a schedule a run that failed is an alarm at once.
    house.types(&["policy", "set", "hafen", "schedule=off"]);
    house.types(&["sync", "hafen"]);
    hafen.revoke_consent();
    hafen.expire_access_tokens();
    assert!(!house.tries(&["sync", "hafen"]), "a run without consent fails");
    house
}

/// A company whose people say that they are of it.
fn company(house: &House, name: &str, domain: &str, users: usize) -> TenantHandle {
    let tenant =
        house.world.add_tenant(&TenantSpec { name: name.to_owned(), ..TenantSpec::of(domain, users) });
    for person in tenant.truth().live_users().filter(|person| person.spec.company_name.is_some()) {
        tenant.update_user(&person.id, |user| user.company_name = Some(name.to_owned()));
    }
    tenant
}

fn connected(house: &House, customer: &str, tenant: &TenantHandle) {
    house.connects_to(customer, tenant);
    house.types(&["scope", "add", customer, "all"]);
}

fn everything(house: &House) {
    let tenant = company(house, "Nordlicht Apotheken KG", "nordlicht.example", 40);
    let fields = FIELDS.map(|field| format!("fields.{field}=always"));
    let mut line = vec!["policy", "set", MAIN];
    line.extend(fields.iter().map(String::as_str));
    house.types(&line);
    connected(house, MAIN, &tenant);
    house.types(&["scope", "add", MAIN, "group", "--all"]);
    house.types(&["sync", MAIN]);
    house.types(&[
        "contact",
        "add",
        MAIN,
        "first_name=Jürgen",
        "last_name=Müller",
        "email=mueller@taxi.example",
    ]);
    let mut linked = linked(house);
    rename(&tenant, &linked.remove(0));
    let pinned = linked.remove(0);
    let why = ["--why", "vorübergehend in Kiel", "--until", "2099-01-01"];
    house.types(&[&["contact", "pin", MAIN, &pinned, &format!("office={PINNED}")], &why[..]].concat());
    house.types(&["sync", MAIN]);
    for person in linked.iter().take(14) {
        tenant.delete_user(person);
    }
    house.types(&["sync", MAIN]);
}

/// Who is in the book because of a run, by source ids.
fn linked(house: &House) -> Vec<String> {
    let book = house.json(&["book", MAIN]);
    let contacts = book.as_array().unwrap();
    contacts.iter().filter_map(|contact| contact["source_id"].as_str().map(str::to_owned)).collect()
}

fn rename(tenant: &TenantHandle, person: &str) {
    let renamed = tenant.update_user(person, |user| {
        let given = user.given_name.clone().unwrap_or_default();
        user.surname = Some("Sommerfeld".to_owned());
        user.display_name = Some(format!("{given} Sommerfeld"));
    });
    assert!(renamed, "{person} is there");
}
