//! The shapes of the documentation's examples: the same request here must give the same keys and types.
//!
//! Each file of `tests/documented/` names its source, the request, the status and the shape (a string per
//! type; lists hold the union of their items), and under `differs` what this simulator leaves out and why.

use std::collections::BTreeMap;

use m365sim::{GroupSpec, TenantSpec, UserSpec, license, sku};
use serde_json::{Value, json};

use crate::client::Stage;

/// Types seen at each path, such as `value.mail` -> `null`, `string`.
type Shape = BTreeMap<String, Vec<String>>;

fn seen(value: &Value, path: &str, shape: &mut Shape) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    let at = shape.entry(path.to_owned()).or_default();
    if !at.iter().any(|k| k == kind) {
        at.push(kind.to_owned());
    }
    each(value, path, &mut |value, path| seen(value, path, shape));
}

/// The same from a file, where types stand as words.
fn told(value: &Value, path: &str, shape: &mut Shape) {
    let kind = match value {
        Value::String(word) => word.as_str(),
        Value::Array(_) => "list",
        _ => "object",
    };
    shape.entry(path.to_owned()).or_default().push(kind.to_owned());
    each(value, path, &mut |value, path| told(value, path, shape));
}

fn each(value: &Value, path: &str, visit: &mut dyn FnMut(&Value, &str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                visit(value, &path);
            }
        }
        Value::Array(items) => {
            for item in items {
                if item.is_object() || item.is_array() {
                    each(item, path, visit);
                } else {
                    visit(item, &format!("{path}[]"));
                }
            }
        }
        _ => {}
    }
}

struct Scene {
    stage: Stage,
    names: BTreeMap<&'static str, String>,
}

fn scene() -> Scene {
    let stage = Stage::new(4, &TenantSpec::of("muster.example", 120)).calm();
    let t = &stage.tenant;
    t.grant("Group.Read.All");
    t.pages(|p| {
        p.users_delta = 30;
        p.groups_delta = 5;
    });
    let user = t.add_user(UserSpec {
        given_name: Some("Adele".into()),
        surname: Some("Antonia".into()),
        mail: Some("adele@muster.example".into()),
        job_title: Some("Leiterin".into()),
        mobile_phone: Some("0170 1".into()),
        business_phones: Some(vec!["089 1".into()]),
        office_location: Some("1.01".into()),
        postal_code: Some("80331".into()),
        preferred_language: Some("de-DE".into()),
        assigned_licenses: Some(vec![license(sku::BUSINESS_PREMIUM)]),
        ..UserSpec::default()
    });
    let unified = |name: &str| GroupSpec {
        display_name: Some(name.into()),
        description: Some("Text".into()),
        group_types: Some(vec!["Unified".into()]),
        mail: Some(format!("{name}@muster.example")),
        visibility: Some("Public".into()),
        ..GroupSpec::default()
    };
    let (group, outer, bin) =
        (t.add_group(unified("a")), t.add_group(unified("b")), t.add_group(unified("c")));
    t.add_member(&group, &user);
    t.add_member(&outer, &group);
    t.delete_group(&bin);
    let client = t.client_id();
    Scene {
        names: [("user", user), ("group", group), ("outer", outer), ("bin", bin), ("client", client)].into(),
        stage,
    }
}

impl Scene {
    fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Status and bodies of what a file asks for.
    fn ask(&self, token: &str, file: &Value) -> (i64, Vec<Value>) {
        let request = &file["request"];
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        if method == "TOKEN" {
            return self.token(path);
        }
        let target = format!("/v1.0{}", self.fill(path));
        let headers: Vec<(&str, &str)> = request["headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str().unwrap()))
            .collect();
        match request["step"].as_str().unwrap() {
            "chain" => (200, self.stage.chain(token, &target, &headers).pages),
            "quiet" => {
                let link = self.stage.chain(token, &target, &headers).link;
                (200, self.stage.chain(token, &link, &headers).pages)
            }
            "changes" => (200, self.changes(token, &target)),
            _ => {
                let body = request.get("body").map(|b| self.fill(&b.to_string())).unwrap_or_default();
                let got = self.stage.call(token, method, &target, &headers, body.as_bytes());
                (i64::from(got.status), vec![got.json()])
            }
        }
    }

    fn changes(&self, token: &str, target: &str) -> Vec<Value> {
        let t = &self.stage.tenant;
        let link = self.stage.chain(token, target, &[]).link;
        let (anna, bert) = (t.add_user(self.person("Anna")), t.add_user(self.person("Bert")));
        let group = t.add_group(GroupSpec { description: Some("D".into()), ..GroupSpec::default() });
        t.add_member(&group, &anna);
        t.add_member(&group, &bert);
        t.delete_user(&bert);
        self.stage.chain(token, &link, &[]).pages
    }

    fn person(&self, name: &str) -> UserSpec {
        UserSpec {
            given_name: Some(name.into()),
            surname: Some(self.names["user"].clone()),
            ..UserSpec::default()
        }
    }

    fn token(&self, case: &str) -> (i64, Vec<Value>) {
        let t = &self.stage.tenant;
        let (client, secret) = (t.client_id(), t.client_secret());
        let scope =
            if case == "scope" { "https://example.org/read" } else { "https://graph.microsoft.com/.default" };
        let client = if case == "client" { self.names["user"].clone() } else { client };
        let got = self.stage.form(
            &t.id(),
            &[
                ("client_id", &client),
                ("client_secret", &secret),
                ("grant_type", "client_credentials"),
                ("scope", scope),
            ],
        );
        (i64::from(got.status), vec![got.json()])
    }
}

fn compare(name: &str, file: &Value, bodies: &[Value]) -> Vec<String> {
    let (mut want, mut have) = (Shape::new(), Shape::new());
    told(&file["shape"], "", &mut want);
    for body in bodies {
        seen(body, "", &mut have);
    }
    let differs =
        |path: &str| {
            file["differs"].as_object().unwrap().keys().any(|k| {
                path == k || path.starts_with(&format!("{k}.")) || path.starts_with(&format!("{k}["))
            })
        };
    let mut faults = Vec::new();
    for (path, kinds) in want.iter().filter(|(path, _)| !differs(path)) {
        let Some(ours) = have.get(path) else {
            faults.push(format!("{name}: '{path}' is missing"));
            continue;
        };
        let solid = |kinds: &[String]| kinds.iter().filter(|k| *k != "null").cloned().collect::<Vec<_>>();
        let (documented, played) = (solid(kinds), solid(ours));
        if !documented.is_empty() && !played.is_empty() && documented != played {
            faults.push(format!("{name}: '{path}' is {played:?}, documented {documented:?}"));
        }
    }
    if file["exact"] == true {
        // How long a round is, and so which link a page has, is the service's choice.
        let link = |path: &str| path.ends_with("Link");
        for path in have.keys().filter(|path| !link(path) && !want.contains_key(*path) && !differs(path)) {
            // What is inside a value the page shows empty or `null` cannot be compared.
            let inside = want.iter().any(|(p, k)| {
                path.starts_with(p.as_str()) && !p.is_empty() && (k[0] == "null" || k[0] == "list")
            });
            if !inside || path.matches('.').count() == 1 {
                faults.push(format!("{name}: '{path}' is more than documented"));
            }
        }
    }
    faults
}

#[test]
fn x3_the_shapes_of_the_documented_examples() {
    let scene = scene();
    let token = scene.stage.token();
    let (mut faults, mut files) = (Vec::new(), 0);
    let mut all: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documented"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    all.sort();
    for path in all {
        files += 1;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let (status, bodies) = scene.ask(&token, &file);
        if file["status"] != json!(status) {
            faults.push(format!("{name}: status {status}: {}", bodies[0]));
            continue;
        }
        if let Some(code) = file.get("code") {
            let ours = bodies[0]["error"].get("code").unwrap_or(&bodies[0]["error"]);
            if code != ours {
                faults.push(format!("{name}: code {ours}, documented {code}"));
            }
        }
        faults.extend(compare(&name, &file, &bodies));
    }
    assert!(files > 40);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
