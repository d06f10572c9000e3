//! The commands against a simulated tenant: connect, scope, plan, sync, book, and what is refused.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use m365sim::{GroupSpec, TenantHandle, TenantSpec, UserSpec};
use serde_json::{Value, json};
use store::{Asked, Holder, KeyRing, Liveness, Store};

use crate::support::{Office, has, person};

fn company() -> TenantSpec {
    TenantSpec::empty("muster.example")
}

fn names(book: &Value) -> Vec<&str> {
    book.as_array().unwrap().iter().map(|c| c["display_name"].as_str().unwrap()).collect()
}

#[test]
fn s1_connecting_with_nobody_in_scope_only_checks_and_says_what_to_choose() {
    let office = Office::open("connect", &company());
    office.tenant.add_user(person("Anna", "Ast"));
    let told = office.connect(&office.tenant.client_secret());
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("User.Read.All: granted"), "{}", told.out);
    assert!(told.out.contains("scope add muster"), "{}", told.out);
    assert_eq!(office.desk.json(&["runs", "muster"]), json!([]));
    let check = office.desk.json(&["check", "muster"]);
    has(&check, "customer, passed, organisation, steps, credential_ends_at");
    assert_eq!(check["passed"], true);
    let everything = std::fs::read(office.desk.data.join("whoswho.db")).unwrap();
    let secret = office.tenant.client_secret();
    assert!(!everything.windows(secret.len()).any(|w| w == secret.as_bytes()), "the secret lies open");
}

#[test]
fn s1_a_wrong_secret_is_refused_with_advice_and_not_kept() {
    let office = Office::open("wrong-secret", &company());
    let told = office.connect("not the secret");
    assert_eq!(told.code, 4, "{}", told.out);
    assert!(told.out.contains("use the secret's value, not its id"), "{}", told.out);
    assert_eq!(office.desk.json(&["customer", "show", "muster"])["connected"], false);
}

#[test]
fn s1_connecting_a_preset_with_everybody_starts_the_first_run() {
    let office = Office::open("first-run", &company());
    office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["policy", "preset", "muster", "phone-system"]);
    office.desk.good(&["customer", "remove", "muster", "--yes"]);
    office.desk.good(&["customer", "add", "muster", "--name", "M", "--preset", "phone-system"]);
    let told = office.connect(&office.tenant.client_secret());
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(told.out.contains("1 created"), "{}", told.out);
    assert_eq!(names(&office.desk.json(&["book", "muster"])), ["Anna Ast"]);
}

#[test]
fn from_plan_to_book() {
    let office = Office::ready("story", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let plan = office.desk.json(&["plan", "muster"]);
    has(&plan, "operations, holds, findings");
    let create = &plan["operations"][0];
    has(create, "kind, contact, before, after, reason, held_by, outputs");
    assert_eq!(
        (&create["kind"], &create["before"], &create["reason"]),
        (&json!("create"), &json!(null), &json!("everybody"))
    );
    assert_eq!((&create["after"]["first_name"], &create["after"]["mobile"]), (&json!("Anna"), &json!(null)));
    assert_eq!(create["outputs"], json!([]));
    assert_eq!(office.desk.json(&["book", "muster"]), json!([]), "a plan changes nothing");

    let run = office.desk.json(&["sync", "muster"]);
    has(
        &run,
        "run_id, customer, mode, outcome, created, updated, removed, adopted, unlinked, held, unchanged",
    );
    has(&run, "findings, requests, bytes_read, started_at, duration_ms");
    assert_eq!(
        (&run["created"], &run["outcome"], &run["customer"]),
        (&json!(1), &json!("done"), &json!("muster"))
    );
    let book = office.desk.json(&["book", "muster"]);
    assert_eq!((&book[0]["source_id"], &book[0]["linked"]), (&json!(anna), &json!("created")));
    assert_eq!((&book[0]["source"], &book[0]["job_title"]), (&json!("microsoft365"), &json!(null)));
    assert_eq!(office.desk.json(&["sync", "muster"])["requests"], 2, "a quiet run costs two requests");

    let shown = office.desk.json(&["run", "show", &run["run_id"].to_string()]);
    assert_eq!(shown["plan"]["operations"][0]["contact"], book[0]["id"]);
    let users = office.desk.json(&["source", "users", "muster", "--search", "ast"]);
    assert_eq!(users[0]["source_id"], json!(anna));
    assert_eq!(office.desk.json(&["sync", "muster", "--complete"])["outcome"], "quiet");
}

#[test]
fn w14_explain_says_why_and_what_would_happen() {
    let office = Office::ready("explain", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let told = office.desk.json(&["explain", "muster", "anna@muster.example"]);
    assert_eq!((&told[0]["source_id"], &told[0]["standing"]), (&json!(anna), &json!("in")));
    assert_eq!((&told[0]["reason"], &told[0]["would"][0]["kind"]), (&json!("everybody"), &json!("create")));
    office.desk.good(&["scope", "add", "muster", "exclude", &anna]);
    let told = office.desk.json(&["explain", "muster", &anna]);
    assert_eq!((&told[0]["standing"], &told[0]["reason"]), (&json!("out"), &json!("excluded")));
    assert!(office.desk.good(&["explain", "muster", &anna]).contains("excluded by hand"));
}

#[test]
fn s8_groups_are_chosen_by_name_or_id_and_become_contact_groups() {
    let office = Office::ready("groups", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.tenant.add_user(person("Berta", "Baum"));
    let sales =
        office.tenant.add_group(GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() });
    assert!(office.tenant.add_member(&sales, &anna));
    let groups = office.desk.json(&["source", "groups", "muster"]);
    assert_eq!((&groups[0]["name"], &groups[0]["members"]), (&json!("Vertrieb"), &json!(1)));
    office.desk.good(&["scope", "remove", "muster", "all"]);
    let scope = office.desk.json(&["scope", "add", "muster", "group", "vertrieb"]);
    assert_eq!((&scope["everybody"], &scope["groups"][0]["source_id"]), (&json!(false), &json!(sales)));
    office.desk.good(&["sync", "muster"]);
    let book = office.desk.json(&["book", "muster"]);
    assert_eq!(names(&book), ["Anna Ast"]);
    assert!(office.desk.good(&["explain", "muster", &anna]).contains("by subscribed groups: Vertrieb"));
    assert_eq!(book[0]["groups"][0]["name"], "Vertrieb");
    has(&book[0]["groups"][0], "id, name");
    let scope = office.desk.json(&["scope", "remove", "muster", "group", "--all"]);
    assert_eq!((&scope["groups"], &scope["ended_groups"][0]["name"]), (&json!([]), &json!("Vertrieb")));
    assert!(office.desk.good(&["scope", "list", "muster"]).contains("groups that were ended: 1"));
    assert!(
        office
            .desk
            .good(&["scope", "list", "muster", "--all"])
            .contains("ended, its contacts stay: Vertrieb")
    );
    let told = office.desk.type_in(&["scope", "add", "muster", "group", "Vertr"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("did you mean “Vertrieb”?"), "{}", told.err);
}

#[test]
fn s8_contact_groups_are_listed_removed_and_linked_by_hand_and_the_run_says_what_follows() {
    let office = Office::ready("contact-groups", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let sales =
        office.tenant.add_group(GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() });
    assert!(office.tenant.add_member(&sales, &anna));
    office.desk.good(&["scope", "add", "muster", "group", &sales]);
    office.desk.good(&["sync", "muster"]);
    let groups = office.desk.json(&["group", "list", "muster"]);
    has(&groups[0], "id, name, members, source_id");
    assert_eq!((&groups[0]["members"], &groups[0]["source_id"]), (&json!(1), &json!(sales)));
    assert_eq!(office.desk.type_in(&["group", "remove", "muster", "Niemand"]).code, 1);

    let removed = office.desk.good(&["group", "remove", "muster", "vertrieb"]);
    assert!(removed.contains("the next run ends the subscription"), "{removed}");
    let plan = office.desk.json(&["plan", "muster"]);
    let untie = &plan["operations"][0];
    assert_eq!((&untie["kind"], &untie["reason"]), (&json!("group_untie"), &json!("group_deleted_here")));
    let run = office.desk.json(&["sync", "muster"]);
    let finding = &run["findings"][0];
    assert_eq!((&finding["kind"], &finding["name"]), (&json!("group_deleted_here"), &json!("Vertrieb")));
    let shown = office.desk.good(&["run", "show", &run["run_id"].to_string()]);
    assert!(shown.contains("Vertrieb: the contact group was deleted in the book"), "{shown}");
    assert_eq!(office.desk.json(&["scope", "list", "muster"])["groups"], json!([]));
    assert_eq!(office.desk.json(&["sync", "muster"])["outcome"], "quiet");

    office.desk.good(&["scope", "add", "muster", "group", &sales]);
    office.desk.good(&["sync", "muster"]);
    office.desk.good(&["scope", "remove", "muster", "group", &sales]);
    office.desk.good(&["sync", "muster"]);
    let id = office.desk.json(&["group", "list", "muster"])[0]["id"].as_str().unwrap().to_owned();
    let linked = office.desk.json(&["group", "link", "muster", &id, "Vertrieb"]);
    assert_eq!((&linked["id"], &linked["source_id"]), (&json!(id), &json!(sales)));
    assert_eq!(office.desk.json(&["scope", "list", "muster"])["groups"][0]["source_id"], json!(sales));
    let run = office.desk.json(&["sync", "muster"]);
    let of_groups = |f: &&Value| f["kind"].as_str().unwrap().starts_with("group");
    assert_eq!(run["findings"].as_array().unwrap().iter().find(of_groups), None);
    let book = office.desk.json(&["book", "muster"]);
    assert_eq!(book[0]["groups"].as_array().unwrap().len(), 1, "the member is in the linked group only");
}

#[test]
fn x11_people_without_an_exchange_plan_are_named_with_the_plan_that_they_have() {
    let office = Office::ready("products", &company());
    let with = |first: &str, sku: &str| {
        office.tenant.add_user(UserSpec {
            assigned_licenses: Some(vec![m365sim::license(sku)]),
            ..person(first, "Ast")
        })
    };
    let anna = with("Anna", m365sim::sku::APPS_BUSINESS);
    let dora = with("Dora", m365sim::sku::E3);
    with("Clara", m365sim::sku::BUSINESS_STANDARD);
    let berta = office.tenant.add_user(UserSpec { assigned_licenses: None, ..person("Berta", "Ast") });
    let run = office.desk.json(&["sync", "muster"]);
    assert_eq!((&run["created"], &run["outcome"], &run["error"]), (&json!(4), &json!("done"), &json!(null)));
    let told = |run: &Value, id: &str| -> Option<Value> {
        let all = run["findings"].as_array().unwrap();
        all.iter().find(|f| f["source_id"] == id && f["kind"] == "without_mailbox").cloned()
    };
    assert_eq!(run["findings"].as_array().unwrap().len(), 2, "who has a plan is not named: {run}");
    let product = "Microsoft 365 Apps for business";
    assert_eq!(told(&run, &anna).unwrap()["licences"], json!([product]));
    assert!(told(&run, &berta).unwrap()["text"].as_str().unwrap().ends_with("without any licence"));
    let shown = office.desk.good(&["run", "show", &run["run_id"].to_string()]);
    assert!(shown.contains(&format!(
        "Anna Ast: without an Exchange Online plan that is switched on, so without a mailbox; with {product}"
    )));
    assert_eq!(office.desk.json(&["sync", "muster"])["requests"], 2, "names cost a quiet run nothing");

    // A product that comes later is asked for when somebody has it.
    office.tenant.update_user(&dora, |u| {
        u.assigned_licenses = Some(vec![m365sim::license(m365sim::sku::APPS_ENTERPRISE)]);
    });
    let run = office.desk.json(&["sync", "muster"]);
    assert_eq!(told(&run, &dora).unwrap()["licences"], json!(["Microsoft 365 Apps for enterprise"]));
}

#[test]
fn x11_without_the_permission_products_stay_unnamed_and_the_run_succeeds() {
    let office = Office::ready("products-unnamed", &company());
    office.tenant.revoke("LicenseAssignment.Read.All");
    office.tenant.revoke("Organization.Read.All");
    office.tenant.expire_access_tokens();
    office.tenant.add_user(UserSpec {
        assigned_licenses: Some(vec![m365sim::license(m365sim::sku::APPS_BUSINESS)]),
        ..person("Anna", "Ast")
    });
    let run = office.desk.json(&["sync", "muster"]);
    assert_eq!((&run["outcome"], &run["created"]), (&json!("done"), &json!(1)));
    let finding = &run["findings"][0];
    assert_eq!((&finding["kind"], &finding["licences"]), (&json!("without_mailbox"), &json!([])));
}

#[test]
fn w2_held_removals_are_shown_released_and_rejected() {
    let office = Office::ready("holds", &company());
    let people = ["Anna", "Berta", "Clara", "Dora"].map(|n| office.tenant.add_user(person(n, "Ast")));
    office.desk.good(&["policy", "set", "muster", "guard.count=1", "guard.percent=0"]);
    office.desk.good(&["sync", "muster"]);
    for id in &people {
        assert!(office.tenant.delete_user(id));
    }
    let run = office.desk.json(&["sync", "muster"]);
    assert_eq!((&run["held"], &run["removed"]), (&json!(4), &json!(0)));
    let holds = office.desk.json(&["holds", "muster"]);
    has(&holds[0], "kind, contact, source_id, held_by, since, released");
    assert_eq!((&holds[0]["kind"], &holds[0]["held_by"]), (&json!("remove"), &json!("guard")));
    assert_eq!(
        office.desk.json(&["reject", "muster", "anna@muster.example", "--why", "on leave"])["count"],
        1
    );
    assert_eq!(office.desk.json(&["release", "muster", "--all"])["count"], 3);
    assert_eq!(office.desk.json(&["sync", "muster"])["removed"], 3);
    assert_eq!(names(&office.desk.json(&["book", "muster"])), ["Anna Ast"]);
    assert_eq!(office.desk.json(&["bin", "muster"]).as_array().unwrap().len(), 3);
}

#[test]
fn switched_off_busy_and_unreachable_have_their_codes() {
    let office = Office::ready("codes", &company());
    office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["policy", "set", "muster", "active=off"]);
    let told = office.desk.type_in(&["sync", "muster"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("active=on"), "{}", told.err);
    office.desk.good(&["policy", "set", "muster", "active=on"]);

    let keys = KeyRing::load(&office.desk.data, None).unwrap();
    let book =
        Store::open(&Store::in_folder(&office.desk.data), keys).unwrap().book("muster").unwrap().unwrap();
    let connection = book.connection().unwrap().unwrap();
    let other = Holder("another machine".into());
    let Asked::Taken(lease) =
        book.take_lease(connection.id, &other, store::Work::Other, |_| Liveness::Unknown).unwrap()
    else {
        panic!("the lease is free")
    };
    let told = office.desk.type_in(&["sync", "muster"]);
    assert_eq!(told.code, 3, "{}", told.err);
    assert!(told.err.contains("--wait"), "{}", told.err);
    let mut waiting = office.desk.command();
    waiting.args(["sync", "muster", "--wait"]).stderr(Stdio::piped());
    let mut waiting = waiting.spawn().unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap()).lines();
    assert!(said.by_ref().any(|line| line.unwrap().contains("waiting for its end")));
    book.give_back(&lease).unwrap();
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    assert!(waiting.wait().unwrap().success(), "{rest:?}");

    let Office { desk, server, .. } = office;
    drop(server);
    assert_eq!(desk.type_in(&["check", "muster"]).code, 4);
}

#[test]
fn a1_a_tenant_named_by_a_domain_and_by_its_id_is_the_same_one() {
    for office in Office::each("domain") {
        let desk = &office.desk;
        let (id, domain) = (office.tenant.id(), office.tenant.domain().to_owned());
        let secret = desk.file("secret.txt", &office.tenant.client_secret());
        let other = office.world.add_tenant(&TenantSpec::empty("anders.example"));
        let connect = |named: &str, tenant: &TenantHandle, secret: &str| {
            let (login, graph) = (office.server.login_url(), office.server.graph_url());
            let ids = ["connect", "muster", "--tenant-id", named, "--client-id", &tenant.client_id()];
            let more = ["--client-secret-file", secret, "--login-url", &login, "--graph-url", &graph];
            desk.type_in(&[&ids[..], &more].concat())
        };
        let shown = || {
            let shown = desk.json(&["customer", "show", "muster"]);
            [shown["tenant_id"].clone(), shown["tenant_typed"].clone()]
        };
        assert_eq!(connect(&domain.to_uppercase(), &office.tenant, &secret).code, 0);
        assert_eq!(shown(), [json!(id), json!(domain.to_uppercase())]);
        let told = desk.good(&["customer", "show", "muster"]);
        assert!(told.contains(&format!("({id}), connected as {}", domain.to_uppercase())), "{told}");
        office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["scope", "add", "muster", "all"]);
        desk.good(&["sync", "muster"]);
        for named in [id.to_uppercase(), domain.clone(), id.clone()] {
            let told = connect(&named, &office.tenant, &secret);
            assert_eq!(told.code, 0, "{named}: {}{}", told.out, told.err);
            assert_eq!(shown(), [json!(id), json!(named)]);
        }
        // Where the tenant may not say what it is called, its domains are known from before.
        office.tenant.revoke("User.Read.All");
        office.tenant.revoke("Organization.Read.All");
        assert_eq!(connect(&domain, &office.tenant, &secret).code, 4, "it is kept, and cannot run");
        assert_eq!(shown(), [json!(id), json!(domain)]);
        let secret = desk.file("other.txt", &other.client_secret());
        for named in [other.id(), "anders.example".to_owned()] {
            let told = connect(&named, &other, &secret);
            assert!(
                told.code == 1 && told.err.contains("another tenant"),
                "{named}: {}{}",
                told.out,
                told.err
            );
        }
        assert_eq!(shown(), [json!(id), json!(domain)], "{}", desk.engine());
        assert_eq!(office.names("muster"), ["Anna Ast"]);
    }
}

#[test]
fn disconnecting_keeps_contacts_unless_told_otherwise() {
    for (name, line, left) in [
        ("keep", &["disconnect", "muster", "--yes"][..], 1),
        ("drop", &["disconnect", "muster", "--remove-imported", "--yes"], 0),
    ] {
        let office = Office::ready(&format!("disconnect-{name}"), &company());
        office.tenant.add_user(person("Anna", "Ast"));
        office.desk.good(&["sync", "muster"]);
        office.desk.good(line);
        assert_eq!(office.desk.json(&["book", "muster"]).as_array().unwrap().len(), left);
        assert_eq!(office.desk.type_in(&["sync", "muster"]).code, 1);
    }
}

#[test]
fn s8_a_run_says_which_groups_it_made_and_renamed_and_a_plan_who_stays_out() {
    for office in Office::each("group-counts") {
        let office = office.connected();
        let (desk, tenant) = (&office.desk, &office.tenant);
        let ids = ["Anna", "Berta", "Clara"].map(|n| tenant.add_user(person(n, "Ast")));
        let group =
            tenant.add_group(GroupSpec { display_name: Some("Vertrieb".into()), ..GroupSpec::default() });
        assert!(tenant.add_member(&group, &ids[0]));
        desk.good(&["source", "groups", "muster"]);
        desk.good(&["scope", "add", "muster", "group", "Vertrieb"]);
        desk.good(&["scope", "add", "muster", "exclude", &ids[2]]);
        let plan = desk.json(&["plan", "muster"]);
        assert_eq!(plan["stay_out"], json!({ "excluded": 1, "kept_out": 0 }), "{}", desk.engine());
        let run = desk.json(&["sync", "muster"]);
        assert_eq!(run["groups"], json!({ "created": 1, "renamed": 0, "untied": 0 }));
        desk.good(&["contact", "erase", "muster", &ids[1], "--yes"]);
        tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        let told = desk.good(&["plan", "muster"]);
        assert!(told.contains("stay out: 1 excluded by hand, 1 kept out"), "{told}");
        let told = desk.good(&["sync", "muster"]);
        assert!(told.contains("1 group renamed"), "{told}");
        let runs = desk.json(&["runs", "muster"]);
        assert_eq!(runs[0]["groups"]["renamed"], 1);
        let shown = desk.json(&["run", "show", &runs[0]["run_id"].to_string()]);
        let operations = shown["plan"]["operations"].as_array().unwrap();
        let renamed = operations.iter().find(|o| o["kind"] == "group_rename").unwrap();
        assert_eq!(renamed["before"], json!({ "name": "Vertrieb" }), "{renamed}");
        assert_eq!(renamed["after"], json!({ "name": "Verkauf" }), "{renamed}");
        let first = desk.good(&["run", "show", &run["run_id"].to_string()]);
        assert!(first.contains("1 group created") && first.contains("stay out"), "{first}");
        assert_eq!(desk.json(&["sync", "muster"])["groups"], json!(null));
    }
}

#[test]
fn s5_removed_contacts_are_listed_in_the_outbox_for_those_who_asked() {
    let office = Office::ready("outbox", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["sync", "muster"]);
    office.desk.good(&["customer", "set", "muster", "notify.removed=on", "notify.to=it@muster.example"]);
    office.desk.good(&["operator", "set", "notify.removed=on", "notify.to=desk@operator.example"]);
    assert!(office.tenant.delete_user(&anna));
    assert_eq!(office.desk.json(&["sync", "muster"])["removed"], 1);
    let post = office.desk.json(&["outbox", "muster"]);
    has(&post[0], "id, kind, created_at, body, mails");
    let to: Vec<_> = post[0]["mails"].as_array().unwrap().iter().map(|mail| mail["to"].clone()).collect();
    assert_eq!(to, ["it@muster.example", "desk@operator.example"]);
    assert_eq!(post[0]["mails"][0]["state"], "waiting", "nobody has said by what mails leave");
    assert_eq!(post[0]["body"]["removed"][0]["email"], "anna@muster.example");
    let shown = office.desk.good(&["outbox", "muster"]);
    for text in ["removed contacts", "waiting", "desk@operator.example", "Anna Ast (anna@muster.example)"] {
        assert!(shown.contains(text) && !shown.contains('{'), "{text} in {shown}");
    }
}

#[test]
fn s6_a_contact_is_linked_by_hand_and_the_run_updates_it() {
    let office = Office::ready("link", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let typed = office.desk.json(&["contact", "add", "muster", "first_name=A.", "last_name=Ast"]);
    let id = typed["id"].as_str().unwrap();
    let linked = office.desk.json(&["contact", "link", "muster", id, "anna@muster.example"]);
    assert_eq!((&linked["linked"], &linked["source_id"]), (&json!("by_hand"), &json!(anna)));
    assert_eq!(office.desk.type_in(&["contact", "link", "muster", id, &anna]).code, 1);
    office.desk.good(&["sync", "muster"]);
    let book = office.desk.json(&["book", "muster"]);
    assert_eq!(
        (book.as_array().unwrap().len(), &book[0]["id"], &book[0]["first_name"]),
        (1, &typed["id"], &json!("Anna"))
    );
    let free = office.desk.json(&["contact", "unlink", "muster", id]);
    assert_eq!((&free["linked"], &free["source_id"]), (&json!(null), &json!(null)));
}

#[test]
fn w4_a_run_is_previewed_undone_and_stays_undone() {
    let office = Office::ready("undo", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["sync", "muster"]);
    office.tenant.update_user(&anna, |u| u.surname = Some("Zweig".into()));
    let run = office.desk.json(&["sync", "muster"])["run_id"].to_string();
    let preview = office.desk.json(&["undo", &run, "--plan"]);
    assert_eq!(preview["plan"]["operations"][0]["after"]["last_name"], "Ast");
    assert_eq!(names(&office.desk.json(&["book", "muster"])), ["Anna Zweig"]);
    let undone = office.desk.json(&["undo", &run]);
    has(&undone, "run_id, outcome, updated, plan, conflicts");
    office.desk.good(&["sync", "muster"]);
    assert_eq!(names(&office.desk.json(&["book", "muster"])), ["Anna Ast"]);
}

#[test]
fn w3_a_plan_says_until_when_somebody_waits() {
    for office in Office::each("until") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["scope", "add", "muster", "all"]);
        desk.good(&["policy", "set", "muster", "on_disabled=remove after 2 days"]);
        desk.good(&["sync", "muster"]);
        assert!(office.tenant.update_user(&anna, |u| u.account_enabled = Some(false)));
        let told = desk.good(&["plan", "muster"]);
        assert!(told.contains("until 20") && told.contains(" UTC"), "{told}");
        let told = desk.good(&["--language", "de", "plan", "muster"]);
        assert!(told.contains("bis 20"), "{told}");
    }
}
