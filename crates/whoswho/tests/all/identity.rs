//! One person, one id: a rename at the source is a rename everywhere, and what the person was called before still finds
//! them. And what is odd about somebody stands in the report of the run.

use m365sim::{GroupSpec, TenantSpec, UserSpec};
use serde_json::{Value, json};

use crate::support::{Office, person};

/// The id in each form of the book: JSON, the vCard's UID, the first column of CSV.
fn ids(office: &Office) -> [String; 3] {
    let desk = &office.desk;
    let book = desk.json(&["book", "muster"]);
    let vcard = desk.good(&["book", "muster", "--format", "vcard"]);
    let uid = vcard.lines().find_map(|line| line.strip_prefix("UID:")).unwrap();
    let csv = desk.good(&["book", "muster", "--format", "csv"]);
    let cell = csv.lines().nth(1).unwrap().split(',').next().unwrap();
    [book[0]["id"].as_str().unwrap().to_owned(), uid.to_owned(), cell.to_owned()]
}

#[test]
fn w5_a_rename_at_the_source_keeps_the_id_in_every_form_and_both_names_find_it() {
    for office in Office::each("rename") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["sync", "muster"]);
        let before = ids(&office);
        assert!(before[1].ends_with(&before[0]) && before[2].ends_with(&before[0]), "{before:?}");
        office.tenant.update_user(&anna, |u| {
            u.surname = Some("Zweig".into());
            u.display_name = Some("Anna Zweig".into());
            u.mail = Some("anna.zweig@neu.example".into());
            u.user_principal_name = Some("anna.zweig@neu.example".into());
        });
        let run = desk.json(&["sync", "muster"]);
        assert_eq!((&run["updated"], &run["created"], &run["removed"]), (&json!(1), &json!(0), &json!(0)));
        assert_eq!(ids(&office), before, "on {}", desk.engine());
        for typed in ["anna zweig", "anna.zweig@neu.example", "ast", "anna@muster.example"] {
            let found = desk.json(&["book", "muster", "--search", typed]);
            assert_eq!(found.as_array().unwrap().len(), 1, "{typed}: {found}");
            let shown = (&found[0]["id"], &found[0]["display_name"], &found[0]["email"]);
            let now = (&json!(before[0]), &json!("Anna Zweig"), &json!("anna.zweig@neu.example"));
            assert_eq!(shown, now, "{typed}");
        }
        for format in ["csv", "vcard"] {
            let text = desk.good(&["book", "muster", "--format", format]);
            assert!(text.contains("anna.zweig@neu.example") && !text.contains("Ast"), "{text}");
        }
        assert_eq!(desk.json(&["explain", "muster", &before[0]])[0]["contact"], json!(before[0]));
    }
}

fn shown(office: &Office, run: &Value) -> (Value, String) {
    let id = run["run_id"].to_string();
    (office.desk.json(&["run", "show", &id]), office.desk.good(&["run", "show", &id]))
}

#[test]
fn s6_somebody_with_another_address_of_a_contact_is_told_as_maybe_the_same_and_not_linked() {
    for office in Office::each("maybe-same") {
        let office = office.connected();
        let desk = &office.desk;
        let typed = desk.json(&["contact", "add", "muster", "first_name=A.", "email=a.ast@muster.example"]);
        let anna = office.tenant.add_user(UserSpec {
            proxy_addresses: Some(vec![
                "SMTP:anna@muster.example".into(),
                "smtp:A.Ast@muster.example".into(),
            ]),
            ..person("Anna", "Ast")
        });
        let run = desk.json(&["sync", "muster"]);
        assert_eq!((&run["created"], &run["adopted"]), (&json!(1), &json!(0)), "{run}");
        let (document, text) = shown(&office, &run);
        let maybe: Vec<&Value> =
            document["findings"].as_array().unwrap().iter().filter(|f| f["kind"] == "maybe_same").collect();
        assert_eq!(maybe.len(), 1, "{document}");
        assert_eq!((&maybe[0]["source_id"], &maybe[0]["contact"]), (&json!(anna), &typed["id"]));
        assert!(text.contains("Anna Ast: another address of this account is a contact's"), "{text}");
        let book = desk.json(&["book", "muster"]);
        let by_hand = book.as_array().unwrap().iter().find(|c| c["id"] == typed["id"]).unwrap();
        assert_eq!((&by_hand["source_id"], &by_hand["linked"]), (&json!(null), &json!(null)));
    }
}

#[test]
fn x11_run_show_names_the_plan_with_the_permission_and_says_less_without() {
    for permitted in [true, false] {
        let office = Office::ready(&format!("plans-{permitted}"), &TenantSpec::empty("muster.example"));
        if !permitted {
            office.tenant.revoke("LicenseAssignment.Read.All");
            office.tenant.revoke("Organization.Read.All");
            office.tenant.expire_access_tokens();
        }
        let sku = m365sim::license(m365sim::sku::APPS_BUSINESS);
        office.tenant.add_user(UserSpec { assigned_licenses: Some(vec![sku]), ..person("Anna", "Ast") });
        let run = office.desk.json(&["sync", "muster"]);
        assert_eq!((&run["outcome"], &run["error"]), (&json!("done"), &json!(null)), "no error of the run");
        let (document, text) = shown(&office, &run);
        let finding = &document["findings"][0];
        assert_eq!((&finding["kind"], &finding["name"]), (&json!("without_mailbox"), &json!("Anna Ast")));
        let product = "Microsoft 365 Apps for business";
        let licences = if permitted { json!([product]) } else { json!([]) };
        assert_eq!(finding["licences"], licences);
        assert!(text.contains("Anna Ast: without an Exchange Online plan that is switched on"), "{text}");
        assert_eq!(text.contains(product), permitted, "{text}");
    }
}

#[test]
fn w5_a_contact_group_has_one_id_everywhere_which_is_no_row_and_no_contact() {
    for office in Office::each("identity-groups") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let group = |name: &str| GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() };
        let sales = office.tenant.add_group(group("Vertrieb"));
        assert!(office.tenant.add_member(&sales, &anna));
        desk.good(&["plan", "muster"]);
        desk.good(&["scope", "add", "muster", "group", "Vertrieb"]);
        desk.good(&["sync", "muster"]);
        let listed = desk.json(&["group", "list", "muster"])[0].clone();
        let id = listed["id"].as_str().unwrap().to_owned();
        // The first contact and the first group have the same number inside.
        let contact = desk.json(&["book", "muster"])[0].clone();
        assert_eq!(contact["groups"], json!([{ "id": id, "name": "Vertrieb" }]), "{}", desk.engine());
        assert_ne!(contact["id"], listed["id"]);
        assert_eq!((id.len(), &id[14..15]), (36, "8"), "a UUID of version 8: {id}");
        let set = desk.json(&["contact", "set", "muster", contact["id"].as_str().unwrap(), "mobile=1"]);
        assert_eq!(set["groups"][0]["id"], listed["id"]);
        let told = desk.json(&["explain", "muster", &anna]);
        assert_eq!(told[0]["groups"][0]["source_id"], json!(sales));
        assert_eq!(desk.type_in(&["contact", "set", "muster", &id, "mobile=2"]).code, 1, "no contact");
        office.tenant.update_group(&sales, |g| g.display_name = Some("Verkauf".into()));
        desk.good(&["sync", "muster"]);
        assert_eq!(desk.json(&["group", "list", "muster"])[0]["id"], listed["id"], "a rename keeps it");
        assert_eq!(desk.json(&["group", "remove", "muster", &id.to_uppercase()])["id"], listed["id"]);
        assert_eq!(desk.json(&["group", "list", "muster"]), json!([]));
    }
}
