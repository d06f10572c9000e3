//! Contacts that lie in the bin, named by whoever looks for them elsewhere.

use serde_json::json;

use crate::support::{Office, person};

#[test]
fn w4_whoever_names_a_contact_of_the_bin_is_told_since_when_it_lies_there_and_how_it_comes_back() {
    for office in Office::each("binned") {
        let office = office.connected();
        let (desk, engine) = (&office.desk, office.desk.engine());
        let anna = office.tenant.add_user(person("Anna", "Ast"));
        desk.good(&["sync", "muster"]);
        let typed = ["contact", "add", "muster", "display_name=Empfang", "email=empfang@muster.example"];
        let typed = desk.json(&typed)["id"].as_str().unwrap().to_owned();
        let linked = desk.json(&["book", "muster", "--search", "anna"])[0]["id"].as_str().unwrap().to_owned();
        for id in [&linked, &typed] {
            desk.good(&["contact", "remove", "muster", id]);
        }
        let restore = |id: &str| format!("`whoswho bin restore muster {id}`");

        // By the contact's id, the person's and the address: the person is explained, and where the contact lies.
        for named in [linked.as_str(), &anna, "anna@muster.example"] {
            let told = desk.good(&["explain", "muster", named]);
            assert!(
                told.contains("is in the bin since 20") && told.contains(&restore(&linked)),
                "{engine}: {told}"
            );
            let german = desk.good(&["--language", "de", "explain", "muster", named]);
            let says = format!("Kontakt Anna Ast ({linked}) ist seit 20");
            assert!(german.contains(&says) && german.contains(" UTC im Papierkorb"), "{engine}: {german}");
            let document = desk.json(&["explain", "muster", named]);
            assert_eq!(document[0]["source_id"], json!(anna));
            assert!(document[0]["removed_at"].as_str().unwrap().starts_with("20"), "{document}");
        }
        // Who does not belong in the book either stays in the bin.
        desk.good(&["scope", "add", "muster", "exclude", &anna]);
        for (language, says) in [
            ("en", "the next run changes nothing about this person; the contact lies in the bin"),
            ("de", "der nächste Lauf ändert an dieser Person nichts; der Kontakt liegt im Papierkorb"),
        ] {
            let told = desk.good(&["--language", language, "explain", "muster", &anna]);
            assert!(told.contains(says), "{engine}: {told}");
        }
        desk.good(&["scope", "remove", "muster", "exclude", &anna]);
        // Somebody whom nobody links is no person of the tenant, but lies there.
        for (named, id) in [("empfang@muster.example", &typed), (&typed, &typed), (&linked, &linked)] {
            let set = ["contact", "set", "muster", named, "job_title=x"];
            let pin = ["contact", "pin", "muster", named, "job_title", "--why", "x"];
            let explain = ["explain", "muster", named];
            let all = [&set[..], &pin[..], &explain[..]];
            for line in all.iter().filter(|line| line[0] != "explain" || id != &linked) {
                for (language, words) in [("en", "is in the bin since 20"), ("de", "im Papierkorb")] {
                    let told = desk.type_in(&[&["--language", language], *line].concat());
                    assert!(
                        told.code == 1 && told.err.contains(words),
                        "{engine} {line:?}: {}{}",
                        told.out,
                        told.err
                    );
                    assert!(told.err.contains(&restore(id)), "{engine}: {}", told.err);
                }
            }
        }
        assert!(desk.good(&["contact", "history", "muster", "empfang@muster.example"]).contains("removed"));
        let nobody = desk.type_in(&["contact", "set", "muster", "nobody@muster.example", "job_title=x"]);
        assert!(nobody.code == 1 && nobody.err.contains("no contact is"), "{}", nobody.err);
        desk.good(&["bin", "restore", "muster", &linked]);
        assert_eq!(desk.json(&["explain", "muster", &anna])[0]["removed_at"], json!(null));
    }
}
