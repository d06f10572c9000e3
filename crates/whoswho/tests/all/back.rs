//! Undo and the bin, typed, and how runs are told.

use m365sim::{TenantSpec, UserSpec};
use serde_json::json;

use crate::support::{Office, has, on_a_terminal};

pub fn company() -> TenantSpec {
    TenantSpec::empty("muster.example")
}

pub fn person(first: &str, last: &str) -> UserSpec {
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

/// Anna in a group in scope, brought by a run: the group's id and the run's number.
fn sales(office: &Office) -> (String, String) {
    let anna = office.tenant.add_user(person("Anna", "Ast"));
    let spec = m365sim::GroupSpec { display_name: Some("Vertrieb".into()), ..m365sim::GroupSpec::default() };
    let group = office.tenant.add_group(spec);
    assert!(office.tenant.add_member(&group, &anna));
    office.desk.good(&["scope", "add", "muster", "group", &group]);
    let run = office.desk.json(&["sync", "muster"])["run_id"].to_string();
    (group, run)
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
        assert_eq!(office.names("muster"), ["Anna Neu"], "{}: switching off removes nothing", desk.engine());
        assert_eq!(desk.type_in(&["sync", "muster"]).code, 1);
        assert_eq!(desk.json(&["undo", &renamed])["outcome"], "done");
        desk.good(&["bin", "restore", "muster", "bert@muster.example"]);
        assert_eq!(office.names("muster"), ["Anna Ast", "Bert Berg"], "{}", desk.engine());
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
    assert_eq!(office.names("muster"), ["Anna Ast", "Bert Neu"]);
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
    assert_eq!(office.names("muster"), ["Anna Ast", "Bert Neu"]);
    let told = office.desk.type_in(&["undo", "muster", "--to", at]);
    assert!(told.code == 2 && told.err.contains("add --yes to go on"), "{}", told.err);
    assert_eq!(office.names("muster"), ["Anna Ast", "Bert Neu"], "nobody could be asked");
    office.desk.good(&["undo", "muster", "--to", at, "--yes"]);
    assert_eq!(office.names("muster"), ["Anna Ast", "Bert Berg"]);
    assert_eq!(office.desk.type_in(&["undo", "muster", "--to", "yesterday"]).code, 2);
    assert_eq!(office.desk.type_in(&["undo", "muster"]).code, 2);

    office.tenant.delete_user(&anna);
    office.desk.good(&["sync", "muster"]);
    assert_eq!(office.names("muster"), ["Bert Berg"]);
    for list in [&["bin", "muster"][..], &["bin", "list", "muster"]] {
        assert_eq!(office.desk.json(list)[0]["display_name"], "Anna Ast");
    }
    let back = office.desk.json(&["bin", "restore", "muster", "anna@muster.example"]);
    has(&back, "contact, run, conflicts");
    assert_eq!((&back["contact"]["display_name"], &back["run"]["restored"]), (&json!("Anna Ast"), &json!(1)));
    assert_eq!(back["contact"]["source_id"].as_str(), Some(anna.as_str()));
    office.desk.good(&["sync", "muster"]);
    office.desk.good(&["sync", "muster", "--complete"]);
    assert_eq!(office.names("muster"), ["Anna Ast", "Bert Berg"]);
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
    assert_eq!(office.names("muster").len(), 12);
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
    assert_eq!((told.code, office.names("muster").len()), (0, 0), "{}", told.out);
    let undo = desk.json(&["runs", "muster"])[0]["run_id"].to_string();
    assert!(told.out.contains(&format!("`whoswho undo {undo}` puts everything back")), "{}", told.out);
    assert!(desk.good(&line).contains("nothing to do"), "nobody is asked where nothing would change");
    assert!(desk.good(&["undo", &undo]).contains("puts everything back"));
    assert_eq!(office.names("muster").len(), 12);
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
fn w4_a_run_that_came_back_with_others_says_so_and_which_undo_takes_all_of_them_back() {
    for office in Office::each("back-together") {
        let office = office.connected();
        let desk = &office.desk;
        office.tenant.add_user(person("Anna", "Ast"));
        let run = desk.json(&["sync", "muster"])["run_id"].to_string();
        let undo = desk.json(&["undo", "muster", "--to", "2020-01-01", "--yes"])["run_id"].to_string();
        let again = desk.json(&["undo", &undo])["run_id"].to_string();
        let before = desk.json(&["runs", "muster", "--all"]);
        for (language, says) in [
            (
                "en",
                format!(
                    "run {run} was taken back together with others and brought back with them by run {again}"
                ),
            ),
            (
                "de",
                format!(
                    "Lauf {run} wurde zusammen mit anderen rückgängig gemacht und mit ihnen von Lauf {again} zurückgeholt"
                ),
            ),
        ] {
            let told = desk.type_in(&["--language", language, "undo", &run]);
            assert_eq!((told.code, told.out.as_str()), (1, ""), "{}: {}", desk.engine(), told.err);
            assert!(told.err.contains(&says), "{}", told.err);
            assert!(told.err.contains(&format!("`whoswho undo {again}`")), "{}", told.err);
        }
        assert_eq!(desk.json(&["runs", "muster", "--all"]), before, "it leaves no run");
        assert_eq!(office.names("muster"), ["Anna Ast"], "and changes nothing");
    }
}

#[test]
fn w10_how_long_a_run_took_is_told_with_the_readers_decimal_sign() {
    for office in Office::each("back-decimal") {
        let office = office.connected();
        let desk = &office.desk;
        let run = desk.json(&["sync", "muster"])["run_id"].to_string();
        store::testing::every_run_took(&desk.location(), 1_340);
        for (language, says) in [("en", "1.3 s"), ("de", "1,3 s")] {
            for line in [&["runs", "muster", "--all"][..], &["run", "show", &run]] {
                let told = desk.good(&[&["--language", language], line].concat());
                assert!(told.contains(says), "{line:?} on {}: {told}", desk.engine());
            }
        }
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
fn w4_an_undo_says_that_a_contact_group_goes_and_its_group_stays_in_scope() {
    let office = Office::ready("group-goes", &company());
    let desk = &office.desk;
    let (group, run) = sales(&office);
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
    let (group, run) = sales(&office);
    desk.good(&["group", "remove", "muster", "Vertrieb"]);
    let told = desk.good(&["undo", &run, "--plan"]);
    assert!(told.contains("of Vertrieb: ") && !told.contains(&group), "{told}");
    let conflict = &desk.json(&["undo", &run, "--plan"])["conflicts"][0];
    assert_eq!((&conflict["name"], &conflict["source_id"]), (&json!("Vertrieb"), &json!(group)));
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
