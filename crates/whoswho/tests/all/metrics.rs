//! Metrics keep their names, and nothing that people choose breaks their form.

use std::collections::BTreeSet;

use crate::serve::Serving;
use crate::support::{Office, person};

fn documented() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    std::fs::read_to_string(path).unwrap()
}

/// One line of the text format: name, labels, value.
fn line(text: &str) -> (String, Vec<(String, String)>, f64) {
    let (series, value) = text.rsplit_once(' ').unwrap_or_else(|| panic!("{text:?} has no value"));
    let (name, labels) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}').expect(series)),
        None => (series, ""),
    };
    let label = |l: &str| {
        let (name, value) = l.split_once('=').expect(series);
        let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).expect(series);
        assert!(!value.contains(['"', '\\', '\n', '{', '}']), "unescaped in {series}");
        (name.to_owned(), value.to_owned())
    };
    let labels = labels.split(',').filter(|l| !l.is_empty()).map(label).collect();
    (name.to_owned(), labels, value.parse().unwrap())
}

#[test]
fn w17_metrics_have_the_documented_names_and_hold_no_text_that_people_choose() {
    let office = Office::ready("metrics", &m365sim::TenantSpec::empty("muster.example"));
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    desk.good(&["sync", "muster"]);
    desk.good(&["customer", "add", "other-1", "--name", "A \"quoted\" \\ name} 1 {"]);
    desk.good(&["customer", "set", "muster", "note=\"\n} 1"]);
    let serving = Serving::start(desk, &["--log", "debug"]);
    serving.heard("looked at the schedule");
    let answer = serving.get("/metrics");
    assert!(answer.contains("\nwhoswho_scheduler_last_round_timestamp_seconds "), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains("content-type: text/plain; version=0.0.4"), "{head}");
    let lines: Vec<&str> =
        body.lines().filter(|l| l.starts_with("whoswho_") || l.starts_with("# ")).collect();
    let announced = |kind: &str| -> BTreeSet<String> {
        let all = lines.iter().filter_map(|l| l.strip_prefix(kind));
        all.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect()
    };
    let (helped, typed) = (announced("# HELP "), announced("# TYPE "));
    assert_eq!(helped, typed);
    let mut customers = BTreeSet::new();
    for text in lines.iter().filter(|l| !l.starts_with('#')) {
        let (name, labels, _) = line(text);
        assert!(typed.contains(&name), "{name} is announced");
        for (label, value) in labels {
            assert!(["customer", "outcome"].contains(&label.as_str()), "{text}");
            if label == "customer" {
                customers.insert(value);
            }
        }
    }
    assert_eq!(customers.into_iter().collect::<Vec<_>>(), ["muster"], "only the connected one has runs");
    let documented = documented();
    let start = documented.find("| `/metrics` |").unwrap();
    let row = documented[start..].lines().next().unwrap();
    let names = row.split('`').filter_map(|code| code.strip_prefix("whoswho_"));
    let names: BTreeSet<String> =
        names.map(|n| format!("whoswho_{}", n.split('{').next().unwrap())).collect();
    assert_eq!(names, typed, "docs/cli.md names them all");
    serving.ends();
}
