//! Why things are as they are, typed: plans, holds, explanations and runs about one person.

use m365sim::UserSpec;
use serde_json::json;

use crate::back::{company, person};
use crate::support::{Office, has};

#[test]
fn w1_what_follows_a_link_by_hand_is_no_change_in_microsoft_365() {
    for office in Office::each("back-linked") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        let spec =
            m365sim::GroupSpec { display_name: Some("Vertrieb".into()), ..m365sim::GroupSpec::default() };
        let group = office.tenant.add_group(spec);
        assert!(office.tenant.add_member(&group, &anna));
        desk.good(&["scope", "add", "muster", "group", &group]);
        desk.good(&["sync", "muster"]);
        // Both are tied anew by hand, to what is called otherwise.
        desk.good(&["scope", "remove", "muster", "group", &group]);
        desk.good(&["sync", "muster"]);
        desk.good(&["contact", "unlink", "muster", "anna@muster.example"]);
        desk.good(&["contact", "set", "muster", "anna@muster.example", "last_name=Alt"]);
        desk.good(&["contact", "link", "muster", "anna@muster.example", &anna]);
        desk.good(&["group", "link", "muster", "Vertrieb", &group]);
        office.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        for (language, says, never) in [
            (
                "en",
                ["differs from Microsoft 365", "the group differs from Microsoft 365"],
                "changed in Microsoft",
            ),
            ("de", ["weicht von Microsoft 365 ab", "die Gruppe weicht von Microsoft 365 ab"], "365 geändert"),
        ] {
            let told = desk.good(&["--language", language, "plan", "muster"]);
            for words in says {
                assert!(told.contains(words), "{}: {told}", desk.engine());
            }
            assert!(!told.contains(never), "{}: {told}", desk.engine());
        }
    }
}

#[test]
fn w14_a_run_about_one_person_says_in_a_line_why_nothing_came() {
    let office = Office::ready("one-why", &company());
    let desk = &office.desk;
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let bert = office.tenant.add_user(person("Bert", "Berg"));
    let cora = office.tenant.add_user(UserSpec { mail: None, ..person("Cora", "Cohn") });
    desk.good(&["scope", "add", "muster", "exclude", "bert@muster.example"]);
    desk.good(&["sync", "muster"]);
    let line =
        |language: &str, id: &str| desk.good(&["--language", language, "sync", "muster", "--person", id]);
    assert!(line("en", &anna).contains("nothing came of it: Anna Ast: contact Anna Ast ("));
    assert!(line("de", &anna).contains("es geschah nichts: Anna Ast: Kontakt Anna Ast ("));
    let told = line("en", &bert);
    assert!(told.contains("excluded by hand") && told.contains(&format!("exclude {bert}")), "{told}");
    let told = line("en", &cora);
    assert!(told.contains("nothing came of it: Cora Cohn") && told.contains("e-mail"), "{told}");
    office.tenant.update_user(&anna, |u| u.surname = Some("Neu".into()));
    desk.good(&["hold", "muster", &anna, "--why", "marries"]);
    let told = line("en", &anna);
    assert!(told.contains("held since 20") && told.contains("marries"), "{told}");
    desk.good(&["release", "muster", &anna]);
    let told = line("en", &anna);
    assert!(told.contains("1 updated") && !told.contains("nothing came"), "{told}");
    assert_eq!(desk.json(&["sync", "muster", "--person", &bert])["why"].as_array().unwrap().len(), 1);
}

#[test]
fn w14_whoever_is_in_no_subscribed_group_is_told_which_those_are() {
    let office = Office::open("no-group", &company());
    let desk = &office.desk;
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let bert = office.tenant.add_user(person("Bert", "Berg"));
    let spec = m365sim::GroupSpec { display_name: Some("Vertrieb".into()), ..m365sim::GroupSpec::default() };
    let group = office.tenant.add_group(spec);
    assert!(office.tenant.add_member(&group, &anna));
    assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
    desk.good(&["scope", "add", "muster", "group", &group]);
    let run = desk.json(&["sync", "muster"])["run_id"].to_string();
    assert!(
        desk.good(&["explain", "muster", &bert]).contains("in none of the subscribed groups (Vertrieb);")
    );
    let german = desk.good(&["--language", "de", "sync", "muster", "--person", &bert]);
    assert!(german.contains("in keiner abonnierten Gruppe (Vertrieb);"), "{german}");
    assert!(desk.good(&["explain", "muster", &anna]).contains("in scope by subscribed groups: Vertrieb"));
    // An undo reads nothing, so nothing is said of how.
    let undone = desk.good(&["undo", &run]);
    let listed = desk.good(&["runs", "muster"]);
    assert!(!undone.contains("request") && !undone.contains("delta"), "{undone}");
    assert!(listed.contains(" undo ") && !listed.contains("undo, delta"), "{listed}");
}

#[test]
fn w1_what_the_guard_and_a_person_hold_is_listed_by_both() {
    for office in Office::each("hold-both") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["policy", "set", "muster", "guard.count=0", "guard.percent=0"]);
        desk.good(&["sync", "muster"]);
        assert!(office.tenant.delete_user(&anna));
        assert_eq!(desk.json(&["sync", "muster"])["held"], 1);
        assert_eq!(desk.json(&["holds", "muster"]).as_array().unwrap().len(), 1);
        desk.good(&["hold", "muster", &anna, "--why", "is on leave"]);
        let holds = desk.json(&["holds", "muster"]);
        let of = |n: usize| (&holds[n]["kind"], &holds[n]["held_by"], &holds[n]["why"]);
        assert_eq!(of(0), (&json!("remove"), &json!("guard"), &json!(null)), "{}", desk.engine());
        assert_eq!(of(1), (&json!("any"), &json!("person"), &json!("is on leave")), "{}", desk.engine());
        let told = desk.good(&["explain", "muster", &anna]);
        assert!(told.contains("remove: held since") && told.contains("(is on leave)"), "{told}");
    }
}

#[test]
fn w14_what_is_held_or_rejected_is_told_by_plan_and_explain() {
    for office in Office::each("held-told") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["policy", "set", "muster", "guard.count=0", "guard.percent=0"]);
        desk.good(&["sync", "muster"]);
        assert!(desk.good(&["plan", "muster"]).contains("book and directory agree"), "{}", desk.engine());
        assert!(office.tenant.delete_user(&anna));
        desk.good(&["sync", "muster"]);
        let said = |line: &[&str], english: &str, german: &str| {
            for (language, words) in [("en", english), ("de", german)] {
                let told = desk.good(&[&["--language", language], line].concat());
                assert!(told.contains(words), "{words} in {told} on {}", desk.engine());
                assert!(!told.contains("agree") && !told.contains("stimmen überein"), "{told}");
                assert!(!told.contains("on_deleted"), "{told}");
            }
        };
        let (plan, explain) = (["plan", "muster"], ["explain", "muster", &anna]);
        said(&plan, "held: 1 (`whoswho holds muster`", "zurückgehalten: 1 (`whoswho holds muster`");
        let document = desk.json(&plan);
        assert_eq!(document["operations"], json!([]));
        let hold = &document["holds"][0];
        assert_eq!((&hold["kind"], &hold["held_by"]), (&json!("remove"), &json!("guard")), "{document}");
        said(
            &explain,
            "were it not held, it would remove",
            "wäre es nicht zurückgehalten, würde er entfernen",
        );
        assert_eq!(desk.json(&explain)[0]["would"][0]["held_by"], "guard");

        desk.good(&["reject", "muster", &anna]);
        said(&plan, "rejected or undone: 1", "rückgängig gemacht wurde: 1");
        assert_eq!(desk.json(&plan)["holds"], json!([]));
        said(&explain, "of the contact was rejected or undone", "ist abgelehnt oder rückgängig gemacht");
    }
}

#[test]
fn w14_one_person_is_synchronised_and_explained_step_by_step() {
    let office = Office::ready("one", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["sync", "muster"]);
    let guest = UserSpec { user_type: Some("Guest".into()), ..person("Gast", "Fremd") };
    let guest = office.tenant.add_user(guest);
    let run = office.desk.json(&["sync", "muster", "--person", "gast@muster.example"]);
    assert_eq!(
        (&run["kind"], &run["outcome"], &run["created"]),
        (&json!("person"), &json!("done"), &json!(0))
    );
    let text = office.desk.good(&["explain", "muster", &guest]);
    assert!(text.contains("people.guests=on") && text.contains("scope add muster user"), "{text}");
    office.tenant.update_user(&anna, |u| u.surname = Some("Neu".into()));
    let run = office.desk.json(&["sync", "muster", "--person", &anna]);
    assert_eq!((&run["updated"], office.names("muster")), (&json!(1), vec!["Anna Neu".to_owned()]));
    let quiet = office.desk.json(&["sync", "muster"]);
    assert_eq!((&quiet["outcome"], &quiet["run_id"]), (&json!("quiet"), &json!(null)));
    office.desk.good(&[
        "contact",
        "pin",
        "muster",
        "anna@muster.example",
        "first_name=Anni",
        "--why",
        "so called",
    ]);
    let told = office.desk.json(&["explain", "muster", &anna]);
    has(&told[0], "groups, pins, former_email, rejected, rejections, holds, steps, would, findings");
    let steps: Vec<&str> =
        told[0]["steps"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["known", "account", "scope", "link", "contact", "pin", "next"]);
    assert_eq!(told[0]["pins"][0]["reason"], "so called");
    assert_eq!(office.desk.type_in(&["sync", "muster", "--person", "nobody"]).code, 1);
    assert_eq!(office.desk.type_in(&["sync", "muster", "--person", "nobody@muster.example"]).code, 1);
}

#[test]
fn w1_a_person_is_held_and_released_from_the_command_line() {
    let office = Office::ready("hold", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    office.desk.good(&["sync", "muster"]);
    office.desk.good(&["hold", "muster", "anna@muster.example", "--why", "marries"]);
    let holds = office.desk.json(&["holds", "muster"]);
    assert_eq!((&holds[0]["kind"], &holds[0]["why"]), (&json!("any"), &json!("marries")));
    office.tenant.update_user(&anna, |u| u.surname = Some("Neu".into()));
    let plan = office.desk.json(&["plan", "muster", "--wait"]);
    assert_eq!(plan["operations"][0]["held_by"], "person");
    office.desk.good(&["sync", "muster"]);
    assert_eq!(office.names("muster"), ["Anna Ast"]);
    let text = office.desk.good(&["explain", "muster", &anna]);
    assert!(text.contains("held since 20") && text.contains("whoswho release muster"), "{text}");
    let listed = office.desk.json(&["runs", "muster"]);
    assert!(listed.as_array().unwrap().iter().all(|r| r["outcome"] != "planned"), "{listed}");
    let all = office.desk.json(&["runs", "muster", "--all"]);
    assert!(all.as_array().unwrap().iter().any(|r| r["outcome"] == "planned"), "{all}");
    office.desk.good(&["release", "muster", "anna@muster.example"]);
    office.desk.good(&["sync", "muster"]);
    assert_eq!(office.names("muster"), ["Anna Neu"]);
}

#[test]
fn w1_releasing_all_that_is_held_leaves_whom_a_person_holds() {
    for office in Office::each("hold-all") {
        let office = office.connected();
        let people = ["Anna", "Berta", "Clara"].map(|n| office.tenant.add_user(person(n, "Ast")));
        let desk = &office.desk;
        desk.good(&["policy", "set", "muster", "guard.count=0", "guard.percent=0"]);
        desk.good(&["sync", "muster"]);
        desk.good(&["hold", "muster", &people[0], "--why", "marries"]);
        for id in &people {
            assert!(office.tenant.delete_user(id));
        }
        assert_eq!(desk.json(&["sync", "muster"])["held"], 3);
        let told = desk.good(&["release", "muster", "--all"]);
        assert!(told.contains("2 released") && told.contains("still held by hand: 1 person"), "{told}");
        assert!(
            told.contains("Berta Ast") && !told.contains("Anna Ast"),
            "what was released is listed: {told}"
        );
        assert_eq!(desk.json(&["sync", "muster"])["removed"], 2, "{}", desk.engine());
        assert_eq!(office.names("muster"), ["Anna Ast"]);
        let again = desk.json(&["reject", "muster", "--all"]);
        assert_eq!((&again["count"], &again["held_by_hand"]), (&json!(0), &json!(1)));
        assert_eq!(desk.json(&["holds", "muster"])[0]["held_by"], "person");
        assert_eq!(desk.json(&["release", "muster", &people[0]])["held_by_hand"], 0);
    }
}

#[test]
fn w1_a_group_is_held_rejected_and_released_from_the_command_line() {
    let office = Office::ready("hold-group", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let group = office.tenant.add_group(m365sim::GroupSpec {
        display_name: Some("Vertrieb".into()),
        ..m365sim::GroupSpec::default()
    });
    assert!(office.tenant.add_member(&group, &anna));
    let desk = &office.desk;
    desk.good(&["sync", "muster"]);
    desk.good(&["scope", "add", "muster", "group", "Vertrieb"]);
    assert!(
        desk.good(&["hold", "muster", "--group", "Vertrieb", "--why", "moves"]).contains("“Vertrieb” held")
    );
    let plan = desk.json(&["plan", "muster", "--wait"]);
    let line = &plan["operations"][0];
    assert_eq!((&line["kind"], &line["held_by"]), (&json!("group_create"), &json!("person")), "{plan}");
    let holds = desk.json(&["holds", "muster"]);
    assert_eq!((&holds[0]["about"], &holds[0]["name"]), (&json!("group"), &json!("Vertrieb")), "{holds}");
    assert_eq!(desk.json(&["reject", "muster", "--group", &group])["count"], 1);
    desk.good(&["sync", "muster"]);
    assert_eq!(desk.json(&["group", "list", "muster"]), json!([]), "rejected while it has this name");
    office.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
    desk.good(&["hold", "muster", "--group", &group]);
    desk.good(&["sync", "muster"]);
    assert_eq!(desk.json(&["release", "muster", "--group", "Verkauf"])["count"], 1);
    desk.good(&["sync", "muster"]);
    let groups = desk.json(&["group", "list", "muster"]);
    assert_eq!((&groups[0]["name"], &groups[0]["members"]), (&json!("Verkauf"), &json!(1)), "{groups}");
}

#[test]
fn w1_a_plan_of_nobody_says_what_to_choose() {
    let office = Office::open("nobody", &company());
    office.tenant.add_user(person("Anna", "Ast"));
    assert_eq!(office.connect(&office.tenant.client_secret()).code, 0);
    let text = office.desk.good(&["plan", "muster"]);
    assert!(text.contains("nobody is in scope") && !text.contains("agree"), "{text}");
    assert!(office.desk.good(&["sync", "muster"]).contains("scope add muster all"));
    office.desk.good(&["scope", "add", "muster", "all"]);
    office.desk.good(&["policy", "set", "muster", "mode=manual"]);
    let text = office.desk.good(&["plan", "muster"]);
    assert!(text.contains("mode is manual") && !text.contains("agree"), "{text}");
}
