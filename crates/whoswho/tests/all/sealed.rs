//! Nothing that opens a tenant lies open: not in the database's files or tables, not in an archive, not in what is said or
//! logged at the most talkative level.

use std::fs;

use base64::Engine as _;

use crate::archive::unpacked;
use crate::support::{Answer, Desk, Office, answer, person};

const OURS: &str = include_str!("../../../graph/tests/data/pkcs8.pem");

/// How every access token begins: the first letters of `{"typ":`, `{"alg":` and their like in base64.
const TOKEN: &str = "eyJ";

/// What must not be found, each as bytes.
struct Hidden(Vec<Vec<u8>>);

impl Hidden {
    /// A text as it is, and in the forms in which a dump or a log could repeat it.
    fn text(text: &str) -> Self {
        let base64 = base64::engine::general_purpose::STANDARD.encode(text);
        let hex = text.bytes().fold(String::new(), |hex, b| format!("{hex}{b:02x}"));
        // The last letters of base64 depend on what follows.
        let base64 = base64[..base64.len() - 4].to_owned();
        Self([text.to_owned(), base64, hex].map(String::into_bytes).into())
    }

    /// A private key: lines of its PEM, and its bytes.
    fn key(pem: &str) -> Self {
        let start = pem.find("-----BEGIN PRIVATE KEY-----").unwrap();
        let block = pem[start..].split("-----END").next().unwrap();
        let lines: Vec<&str> = block.lines().skip(1).filter(|l| l.len() > 40).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(lines.concat()).unwrap();
        // The first line says only which kind of key it is.
        let mut all: Vec<Vec<u8>> = lines[1..].iter().map(|l| l.as_bytes().to_vec()).collect();
        all.extend(bytes[40..].chunks_exact(48).map(<[u8]>::to_vec));
        all.push(b"PRIVATE KEY".to_vec());
        Self(all)
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|hidden| bytes.windows(hidden.len()).any(|w| w == hidden))
    }
}

fn traced(desk: &Desk, line: &[&str]) -> Answer {
    let mut command = desk.command();
    command.args(["--log", "trace", "--json"]).args(line);
    answer(&command.output().unwrap())
}

/// Connects with a credential, runs, and searches everything that was written or said.
fn lies_nowhere(office: &Office, credential: &[&str], hidden: &Hidden) {
    let desk = &office.desk;
    office.tenant.add_user(person("Anna", "Ast"));
    let (id, client) = (office.tenant.id(), office.tenant.client_id());
    let (login, graph) = (office.server.login_url(), office.server.graph_url());
    let ids = ["connect", "muster", "--tenant-id", &id, "--client-id", &client];
    let hosts = ["--login-url", &login, "--graph-url", &graph];
    let connect = [&ids[..], credential, &hosts[..]].concat();
    let archive = desk.data.join("archive.gz");
    let archive = archive.to_str().unwrap();
    let lines: [&[&str]; 8] = [
        &connect,
        &["scope", "add", "muster", "all"],
        &["sync", "muster"],
        &["check", "muster"],
        &["backup", archive],
        &["key", "rotate"],
        &["sync", "muster"],
        &["doctor"],
    ];
    let mut said = String::new();
    for line in lines {
        let told = traced(desk, line);
        assert_eq!(told.code, 0, "{line:?}: {}{}", told.out, told.err);
        said = said + &told.out + &told.err;
    }
    assert!(said.contains("client_request_id"), "the log tells what is sent");
    // The credential itself came from a file, which is not ours to keep secret.
    fs::remove_file(credential[1]).unwrap();
    let mut places = vec![("what was said".to_owned(), said.into_bytes())];
    places.push(("the archive".into(), unpacked(desk, "unpacked.gz").into_bytes()));
    for file in fs::read_dir(&desk.data).unwrap() {
        let path = file.unwrap().path();
        places.push((path.display().to_string(), fs::read(&path).unwrap()));
    }
    if let Some(database) = &desk.database {
        places.push(("the tables".into(), database.everything().into_bytes()));
    }
    for (place, bytes) in &places {
        assert!(!hidden.is_in(bytes), "the credential lies open in {place} on {}", desk.engine());
        let text = String::from_utf8_lossy(bytes);
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        let token = words.find(|w| w.starts_with(TOKEN) && w.len() > 40);
        assert_eq!(token, None, "an access token lies open in {place} on {}", desk.engine());
    }
}

#[test]
fn a8_a_secret_and_the_tokens_that_it_brings_lie_open_nowhere() {
    for office in Office::each("sealed-secret") {
        let secret = office.tenant.client_secret();
        let file = office.desk.file("secret.txt", &secret);
        assert!(Hidden::text(&secret).is_in(&fs::read(&file).unwrap()), "the search finds what is there");
        lies_nowhere(&office, &["--client-secret-file", &file], &Hidden::text(&secret));
    }
}

#[test]
fn a8_a_certificates_private_key_lies_open_nowhere() {
    for office in Office::each("sealed-certificate") {
        let file = office.desk.file("ours.pem", OURS);
        let block = OURS.split("-----BEGIN CERTIFICATE-----").nth(1).unwrap();
        let text: String = block.split("-----END").next().unwrap().split_whitespace().collect();
        let der = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        office.tenant.add_certificate(&der).unwrap();
        assert!(Hidden::key(OURS).is_in(OURS.as_bytes()), "the search finds what is there");
        lies_nowhere(&office, &["--certificate", &file], &Hidden::key(OURS));
    }
}

#[test]
fn a8_a_missing_key_file_is_asked_for_and_no_other_is_made() {
    for office in Office::each("key-missing") {
        let office = office.connected();
        let desk = &office.desk;
        let (key, away) = (desk.data.join("key"), desk.data.join("key.away"));
        fs::rename(&key, &away).unwrap();
        let (id, client) = (office.tenant.id(), office.tenant.client_id());
        let secret = desk.file("secret", "x");
        let connect = [
            "connect",
            "muster",
            "--tenant-id",
            &id,
            "--client-id",
            &client,
            "--client-secret-file",
            &secret,
        ];
        let lines = [&["sync", "muster"][..], &["plan", "muster"], &["check", "muster"], &["key", "rotate"]];
        for line in lines {
            let told = desk.type_in(line);
            assert_eq!(told.code, 5, "{line:?} on {}: {}{}", desk.engine(), told.out, told.err);
            let wanted = format!("there is no {}", key.display());
            assert!(told.err.contains(&wanted) && told.err.contains("put the key file back"), "{}", told.err);
            let german = desk.type_in(&[&["--language", "de"][..], line].concat());
            assert!(german.err.contains("die Schlüsseldatei zurücklegen"), "{}", german.err);
        }
        assert_ne!(desk.type_in(&connect).code, 0, "nothing is sealed without the key");
        let doctor = desk.json(&["doctor"]);
        assert_eq!(
            (&doctor["steps"][0]["step"], &doctor["steps"][0]["good"]),
            (&"key ring".into(), &false.into())
        );
        assert_eq!(desk.type_in(&["doctor"]).code, 5);
        let shown = desk.json(&["key", "show"]);
        assert_eq!(
            (shown["keys"].as_array().unwrap().len(), &shown["keys"][0]["at_hand"]),
            (1, &false.into())
        );
        // What needs no key goes on.
        desk.good(&["book", "muster"]);
        desk.good(&["customer", "add", "other", "--name", "O"]);
        let archive = desk.data.join("archive.gz");
        desk.good(&["backup", archive.to_str().unwrap()]);
        assert!(!key.exists(), "no other key was made on {}", desk.engine());
        fs::rename(&away, &key).unwrap();
        desk.good(&["sync", "muster"]);
        // Lost for good: a restore without credentials lets a new one be made.
        fs::remove_file(&key).unwrap();
        let restore = ["restore", archive.to_str().unwrap(), "--replace", "--without-credentials", "--yes"];
        desk.good(&restore);
        assert_eq!(desk.json(&["doctor"])["steps"][0]["good"], true);
        assert!(key.exists(), "a first key, now that nothing is sealed");
    }
}

#[test]
fn a8_doctor_makes_no_folder_where_the_server_does_not_answer() {
    let desk = Desk::new("key-unreachable");
    let told = desk.type_in(&["--database", "postgres://nobody@127.0.0.1:1/nowhere", "doctor"]);
    assert_eq!(told.code, 5, "{}{}", told.out, told.err);
    assert!(!desk.data.exists(), "{}", told.out);
}
