//! Undo, bin, holds, explanations and runs about one person, typed.

use m365sim::{TenantSpec, UserSpec};
use serde_json::{Value, json};

use crate::support::{Office, has, on_a_terminal};

fn company() -> TenantSpec {
    TenantSpec::empty("muster.example")
}

fn person(first: &str, last: &str) -> UserSpec {
    let mail = format!("{}@muster.example", first.to_lowercase());
    UserSpec {
        given_name: Some(first.into()),
        surname: Some(last.into()),
        display_name: Some(format!("{first} {last}")),
        mail: Some(mail.clone()),
        user_principal_name: Some(mail),
        account_enabled: Some(true),
        ..UserSpec::default()
    }
}

fn names(office: &Office) -> Vec<String> {
    let book = office.desk.json(&["book", "muster"]);
    let name = |c: &Value| c["display_name"].as_str().unwrap().to_owned();
    book.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn s9_switched_off_a_person_still_takes_back_what_runs_did() {
    for office in Office::each("back-off") {
        let office = office.connected();
        let desk = &office.desk;
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        office.tenant.add_user(person("Bert", "Berg"));
        let run = desk.json(&["sync", "muster"])["run_id"].to_string();
        office.tenant.update_user(&anna, |u| u.surname = Some("Neu".into()));
        let renamed = desk.json(&["sync", "muster"])["run_id"].to_string();
        desk.good(&["contact", "remove", "muster", "bert@muster.example"]);
        desk.good(&["policy", "set", "muster", "active=off"]);
        assert_eq!(names(&office), ["Anna Neu"], "{}: switching off removes nothing", desk.engine());
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 1);
        assert_eq!(desk.json(&["undo", &renamed])["outcome"], "done");
        desk.good(&["bin", "restore", "muster", "bert@muster.example"]);
        assert_eq!(names(&office), ["Anna Ast", "Bert Berg"], "{}", desk.engine());
        desk.good(&["undo", &run]);
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 1, "nor does it switch anything on");
        desk.good(&["policy", "set", "muster", "active=on"]);
        assert_eq!(desk.json(&["sync", "muster"])["created"], 0, "what was undone stays undone");
    }
}

#[test]
fn w4_one_contact_a_time_and_the_bin_are_undone_from_the_command_line() {
    let office = Office::ready("back", &company());
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let bert = office.tenant.add_user(person("Bert", "Berg"));
    let first = office.desk.json(&["sync", "muster"]);
    for one in [&anna, &bert] {
        office.tenant.update_user(one, |u| u.surname = Some("Neu".into()));
    }
    let second = office.desk.json(&["sync", "muster"]);
    let number = second["run_id"].to_string();
    let undone = office.desk.json(&["undo", &number, "--contact", "anna@muster.example"]);
    assert_eq!((&undone["kind"], &undone["conflicts"]), (&json!("undo"), &json!([])));
    assert_eq!(names(&office), ["Anna Ast", "Bert Neu"]);
    let told = office.desk.json(&["explain", "muster", "anna@muster.example"]);
    assert_eq!(told[0]["rejections"][0]["undone_by_run"], undone["run_id"]);
    let text = office.desk.good(&["explain", "muster", "anna@muster.example"]);
    let undo = format!("undone by run {} on 20", undone["run_id"]);
    assert!(text.contains(&undo), "{text}");

    // What lies behind the second run's start, and before it.
    let at = second["started_at"].as_str().unwrap();
    assert_ne!(first["started_at"], second["started_at"]);
    let preview = office.desk.json(&["undo", "muster", "--to", at, "--plan"]);
    assert_eq!(preview["outcome"], "planned");
    assert_eq!(names(&office), ["Anna Ast", "Bert Neu"]);
    let told = office.desk.type_in(&["undo", "muster", "--to", at]);
    assert!(told.code == 2 && told.err.contains("add --yes to go on"), "{}", told.err);
    assert_eq!(names(&office), ["Anna Ast", "Bert Neu"], "nobody could be asked");
    office.desk.good(&["undo", "muster", "--to", at, "--yes"]);
    assert_eq!(names(&office), ["Anna Ast", "Bert Berg"]);
    assert_eq!(office.desk.type_in(&["undo", "muster", "--to", "yesterday"]).code, 2);
    assert_eq!(office.desk.type_in(&["undo", "muster"]).code, 2);

    office.tenant.delete_user(&anna);
    office.desk.good(&["sync", "muster"]);
    assert_eq!(names(&office), ["Bert Berg"]);
    for list in [&["bin", "muster"][..], &["bin", "list", "muster"]] {
        assert_eq!(office.desk.json(list)[0]["display_name"], "Anna Ast");
    }
    let back = office.desk.json(&["bin", "restore", "muster", "anna@muster.example"]);
    has(&back, "contact, run, conflicts");
    assert_eq!((&back["contact"]["display_name"], &back["run"]["restored"]), (&json!("Anna Ast"), &json!(1)));
    assert_eq!(back["contact"]["source_id"].as_str(), Some(anna.as_str()));
    office.desk.good(&["sync", "muster"]);
    office.desk.good(&["sync", "muster", "--complete"]);
    assert_eq!(names(&office), ["Anna Ast", "Bert Berg"]);
    assert_eq!(office.desk.type_in(&["bin", "restore", "muster", "anna@muster.example"]).code, 1);
    office.desk.good(&["disconnect", "muster", "--yes"]);
    office.desk.good(&["contact", "remove", "muster", "bert@muster.example"]);
    let back = office.desk.json(&["bin", "restore", "muster", "bert@muster.example"]);
    assert_eq!((&back["contact"]["display_name"], &back["run"]), (&json!("Bert Berg"), &json!(null)));
}

#[test]
fn w4_the_way_back_to_a_time_shows_its_plan_asks_and_says_how_it_is_undone() {
    let office = Office::ready("way-back", &company());
    let desk = &office.desk;
    for n in 0..12 {
        office.tenant.add_user(person(&format!("Anna{n}"), "Ast"));
    }
    desk.good(&["sync", "muster"]);
    let line = ["undo", "muster", "--to", "2020-01-01"];
    let Some(told) = on_a_terminal(&office, &line, "no\n") else { return };
    assert_eq!(told.code, 1, "{}", told.out);
    for words in ["Anna0 Ast", "… and 4 more", "remove: 12", "type muster to go on", "nothing was changed"]
    {
        assert!(told.out.contains(words), "{words} in {}", told.out);
    }
    assert_eq!(names(&office).len(), 12);
    let german = [&["--language", "de"], &line[..]].concat();
    let told = on_a_terminal(&office, &german, "nein\n").unwrap();
    assert!(told.out.contains("… und 4 weitere") && told.out.contains("muster eingeben"), "{}", told.out);
    let told = desk.type_in(&german);
    assert!(
        told.code == 2 && told.err.contains("entfernen: 12") && told.err.contains("--yes"),
        "{}",
        told.err
    );
    for language in ["en", "de"] {
        let told = desk.type_in(&["--language", language, "undo", "muster", "--to", "2020-01-01 06:30"]);
        let advice = "`whoswho undo muster --to \"2020-01-01 06:30\" --plan`";
        assert!(told.err.contains(advice), "{}", told.err);
    }

    let told = on_a_terminal(&office, &line, "muster\n").unwrap();
    assert_eq!((told.code, names(&office).len()), (0, 0), "{}", told.out);
    let undo = desk.json(&["runs", "muster"])[0]["run_id"].to_string();
    assert!(told.out.contains(&format!("`whoswho undo {undo}` puts everything back")), "{}", told.out);
    assert!(desk.good(&line).contains("nothing to do"), "nobody is asked where nothing would change");
    assert!(desk.good(&["undo", &undo]).contains("puts everything back"));
    assert_eq!(names(&office).len(), 12);
}

#[test]
fn w4_a_run_undone_already_says_so_in_both_languages() {
    let office = Office::ready("already", &company());
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    let run = desk.json(&["sync", "muster"])["run_id"].to_string();
    let undo = desk.json(&["undo", &run])["run_id"].to_string();
    let words = [
        (
            "en",
            format!("run {run} is undone already, by run {undo} (20"),
            format!("`whoswho undo {undo}` does"),
        ),
        ("de", format!("Lauf {run} ist schon rückgängig gemacht, von Lauf {undo} (20"), "UTC)".into()),
    ];
    for (language, says, more) in words {
        let told = desk.type_in(&["--language", language, "undo", &run]);
        assert_eq!((told.code, told.out.as_str()), (1, ""), "{}", told.err);
        assert!(told.err.contains(&says) && told.err.contains(&more), "{}", told.err);
    }
    assert_eq!(desk.json(&["runs", "muster", "--all"]).as_array().unwrap().len(), 2, "it leaves no run");

    // Of one contact, that is said.
    desk.good(&["undo", &undo]);
    let line = ["undo", &run, "--contact", "anna@muster.example"];
    let one = desk.json(&line)["run_id"].to_string();
    for (language, says) in [
        ("en", format!("what run {run} did about this contact is undone already, by run {one} (20")),
        (
            "de",
            format!("was Lauf {run} an diesem Kontakt tat, ist schon rückgängig gemacht, von Lauf {one} (20"),
        ),
    ] {
        let told = desk.type_in(&[&["--language", language], &line[..]].concat());
        assert!(told.code == 1 && told.err.contains(&says), "{}", told.err);
    }
}

#[test]
fn w10_a_run_that_changed_nothing_is_listed_as_nothing_to_do() {
    let office = Office::ready("nothing", &company());
    let desk = &office.desk;
    let guest = UserSpec { user_type: Some("Guest".into()), ..person("Gast", "Fremd") };
    let guest = office.tenant.add_user(guest);
    desk.good(&["sync", "muster"]);
    let run = desk.json(&["sync", "muster", "--person", &guest]);
    assert_eq!((&run["outcome"], &run["created"]), (&json!("done"), &json!(0)), "the code stays");
    assert!(run["why"][0].as_str().unwrap().contains("people.guests=on"), "{run}");
    for (language, words) in [("en", "nothing to do"), ("de", "nichts zu tun")] {
        let listed = desk.good(&["--language", language, "runs", "muster"]);
        assert!(listed.contains(words), "{listed}");
        let shown = desk.good(&["--language", language, "run", "show", &run["run_id"].to_string()]);
        assert!(shown.contains(words), "{shown}");
    }
    office.tenant.add_user(person("Anna", "Ast"));
    let told = desk.good(&["sync", "muster"]);
    assert!(told.contains("done in") && !told.contains("nothing to do"), "{told}");
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
        said(&plan, "held: 1 (`whoswho holds muster`", "angehalten: 1 (`whoswho holds muster`");
        let document = desk.json(&plan);
        assert_eq!(document["operations"], json!([]));
        let hold = &document["holds"][0];
        assert_eq!((&hold["kind"], &hold["held_by"]), (&json!("remove"), &json!("guard")), "{document}");
        said(&explain, "were it not held, it would remove", "wäre es nicht angehalten, würde er entfernen");
        assert_eq!(desk.json(&explain)[0]["would"][0]["held_by"], "guard");

        desk.good(&["reject", "muster", &anna]);
        said(&plan, "rejected or undone: 1", "rückgängig gemacht wurde: 1");
        assert_eq!(desk.json(&plan)["holds"], json!([]));
        said(&explain, "of the contact was rejected or undone", "ist abgelehnt oder rückgängig gemacht");
    }
}

#[test]
fn w4_an_undo_says_that_a_contact_group_goes_and_its_group_stays_in_scope() {
    let office = Office::ready("group-goes", &company());
    let desk = &office.desk;
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let spec = m365sim::GroupSpec { display_name: Some("Vertrieb".into()), ..m365sim::GroupSpec::default() };
    let group = office.tenant.add_group(spec);
    assert!(office.tenant.add_member(&group, &anna));
    desk.good(&["scope", "add", "muster", "group", &group]);
    let run = desk.json(&["sync", "muster"])["run_id"].to_string();
    let ends = format!("`whoswho scope remove muster group {group}`");
    for (language, words) in [("en", "remove the contact group"), ("de", "Kontaktgruppe löschen")] {
        let told = desk.good(&["--language", language, "undo", &run, "--plan"]);
        assert!(told.contains(words) && told.contains(&ends), "{told}");
        assert!(!told.contains("subscribed:") && !told.contains("abonniert:"), "{told}");
    }
    desk.good(&["undo", &run]);
    assert_eq!(desk.json(&["group", "list", "muster"]), json!([]));
    desk.good(&["scope", "remove", "muster", "group", &group]);
}

#[test]
fn w4_a_group_that_is_left_alone_is_told_by_its_name() {
    let office = Office::ready("left-group", &company());
    let desk = &office.desk;
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let spec = m365sim::GroupSpec { display_name: Some("Vertrieb".into()), ..m365sim::GroupSpec::default() };
    let group = office.tenant.add_group(spec);
    assert!(office.tenant.add_member(&group, &anna));
    desk.good(&["scope", "add", "muster", "group", &group]);
    let run = desk.json(&["sync", "muster"])["run_id"].to_string();
    desk.good(&["group", "remove", "muster", "Vertrieb"]);
    let told = desk.good(&["undo", &run, "--plan"]);
    assert!(told.contains("of Vertrieb: ") && !told.contains(&group), "{told}");
    let conflict = &desk.json(&["undo", &run, "--plan"])["conflicts"][0];
    assert_eq!((&conflict["name"], &conflict["source_id"]), (&json!("Vertrieb"), &json!(group)));
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
    assert_eq!((&run["updated"], names(&office)), (&json!(1), vec!["Anna Neu".to_owned()]));
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
    assert_eq!(names(&office), ["Anna Ast"]);
    let text = office.desk.good(&["explain", "muster", &anna]);
    assert!(text.contains("held since 20") && text.contains("whoswho release muster"), "{text}");
    let listed = office.desk.json(&["runs", "muster"]);
    assert!(listed.as_array().unwrap().iter().all(|r| r["outcome"] != "planned"), "{listed}");
    let all = office.desk.json(&["runs", "muster", "--all"]);
    assert!(all.as_array().unwrap().iter().any(|r| r["outcome"] == "planned"), "{all}");
    office.desk.good(&["release", "muster", "anna@muster.example"]);
    office.desk.good(&["sync", "muster"]);
    assert_eq!(names(&office), ["Anna Neu"]);
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
        assert_eq!(names(&office), ["Anna Ast"]);
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

#[test]
fn w4_a_day_to_go_back_to_begins_in_the_customers_time_zone() {
    let office = Office::ready("day", &company());
    office.tenant.add_user(person("Anna", "Ast"));
    // A day that has begun where days begin first; where they begin last it has not for another hour at least.
    let first = jiff::tz::TimeZone::get("Pacific/Kiritimati").unwrap();
    let day = jiff::Timestamp::now().to_zoned(first).date().to_string();
    office.desk.good(&["sync", "muster"]);
    let preview = ["undo", "muster", "--to", &day, "--plan"];
    office.desk.good(&["policy", "set", "muster", "time_zone=Pacific/Pago_Pago"]);
    assert_eq!(office.desk.type_in(&preview).code, 1, "{day} is to come");
    office.desk.good(&["policy", "set", "muster", "time_zone=Pacific/Kiritimati"]);
    assert_eq!(office.desk.json(&preview)["outcome"], "planned", "{day} has begun");
}
