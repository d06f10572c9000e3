//! The pages of the binary: the first start, accounts, the demo in the browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::serve::{Serving, get};
use crate::support::Desk;

/// Sends a form as a browser on the page would.
fn post(address: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Address and path of a link in a line.
fn link(line: &str) -> (String, String) {
    let url = line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap();
    let (address, path) = url.split_once('/').unwrap();
    (address.to_owned(), format!("/{path}"))
}

#[test]
fn the_first_start_prints_a_link_and_whoever_opens_it_owns_the_installation() {
    for desk in Desk::each("pages-first") {
        desk.good(&["customer", "add", "muster", "--name", "Muster GmbH"]);
        let serving = Serving::start(&desk, &["--no-schedule"]);
        let (address, path) = link(&serving.heard("/set-up/"));
        assert!(get(&address, &path).contains("<form method=\"post\""), "{}", desk.engine());
        let form = "name=Jana&email=jana@x.example&password=ein+langer+Satz&password2=ein+langer+Satz";
        let done = post(&address, &path, form);
        assert!(done.starts_with("HTTP/1.1 303") && done.contains("set-cookie: whoswho="), "{done}");
        serving.ends();
        let all = desk.json(&["account", "list"]);
        assert_eq!((&all[0]["email"], &all[0]["role"]), (&"jana@x.example".into(), &"owner".into()), "{all}");
        let serving = Serving::start(&desk, &["--no-schedule"]);
        assert!(get(&serving.address, "/sign-in").contains("Anmelden"));
        serving.ends();
    }
}

#[test]
fn accounts_are_added_linked_and_removed() {
    for desk in Desk::each("pages-accounts") {
        for slug in ["muster", "beispiel"] {
            desk.good(&["customer", "add", slug, "--name", slug]);
        }
        let add = |email, role, more: &[&str]| {
            let line = [&["account", "add", email, "--name", "Jana", "--role", role], more].concat();
            desk.type_in(&line)
        };
        let owner = add("o@x.example", "owner", &[]);
        assert!(owner.code == 0 && owner.out.contains("http://127.0.0.1:8080/link/"), "{}", owner.err);
        assert_eq!(add("t@x.example", "technician", &["--customer", "muster"]).code, 0);
        assert_eq!(add("a@x.example", "administrator", &["--customer", "beispiel"]).code, 0);
        let again = add(" O@X.example", "observer", &[]);
        assert!(again.code != 0 && again.err.contains("already"), "{}", again.err);
        for (role, more) in [("administrator", &[][..]), ("owner", &["--customer", "muster"][..])] {
            assert_eq!(add("x@x.example", role, more).code, 2, "{role}");
        }
        assert_eq!(add("no address", "owner", &[]).code, 2);
        let all = desk.json(&["account", "list"]);
        let customers: Vec<_> = all.as_array().unwrap().iter().map(|a| a["customers"].to_string()).collect();
        assert_eq!(customers, ["null", "[\"muster\"]", "[\"beispiel\"]"], "{}", desk.engine());
        let set = |more: &[&str]| desk.type_in(&[&["account", "set", "t@x.example"], more].concat());
        assert_eq!(set(&["--customer", "beispiel", "--role", "observer", "--name", "Timo"]).code, 0);
        let changed = desk.json(&["account", "list"])[1].clone();
        assert_eq!(
            (&changed["role"], &changed["name"], changed["customers"].to_string().as_str()),
            (&"observer".into(), &"Timo".into(), "[\"beispiel\"]"),
            "{changed}"
        );
        assert_eq!(set(&[]).code, 2, "nothing to change");
        assert_eq!(set(&["--role", "owner"]).code, 2, "nobody reaches all by the way");
        assert_eq!(set(&["--role", "reader", "--customer", "muster", "--customer", "beispiel"]).code, 2);
        assert_eq!(set(&["--new-email", "no address"]).code, 2);
        assert_eq!(set(&["--new-email", "O@x.example"]).code, 1, "it is somebody else's");
        assert_eq!(set(&["--all-customers"]).code, 0);
        assert_eq!(desk.json(&["account", "list"])[1]["customers"].to_string(), "null");
        let last = desk.type_in(&["account", "set", "o@x.example", "--role", "technician"]);
        assert!(last.code == 1 && last.err.contains("only owner"), "{}", last.err);
        assert_eq!(set(&["--new-email", "timo@x.example"]).code, 0);
        desk.good(&["account", "set", "timo@x.example", "--new-email", "t@x.example"]);
        assert!(desk.json(&["account", "link", "t@x.example"])["link"].as_str().unwrap().contains("/link/"));
        assert_eq!(desk.type_in(&["account", "remove", "o@x.example"]).code, 1, "the last owner stays");
        desk.good(&["account", "remove", "t@x.example"]);
        assert!(desk.type_in(&["account", "link", "t@x.example"]).err.contains("there is no account"));
    }
}

#[test]
fn where_browsers_reach_the_pages_is_told_in_links_and_checked() {
    let desk = Desk::new("pages-url");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let mut command = desk.command();
    command.env("WHOSWHO_PUBLIC_URL", "https://whoswho.example");
    command.args(["account", "add", "o@x.example", "--name", "Jana", "--role", "owner", "--json"]);
    let out = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(out.contains("https://whoswho.example/link/"), "{out}");
    let mut command = desk.command();
    let refused =
        command.env("WHOSWHO_PUBLIC_URL", "whoswho.example/x").args(["account", "list"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_demo_opens_in_the_browser_by_a_link_that_signs_in() {
    let desk = Desk::new("pages-demo");
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoswho"));
    command.args(["demo", "--users", "12", "--language", "de", "--data"]).arg(desk.data.join("demo"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (address, path) = link(&lines.find(|line| line.contains("/link/")).unwrap());
    let done = post(&address, &path, "");
    let cookie =
        done.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap();
    lines.find(|line| line.contains("Strg-C")).unwrap();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET /c/demo/book HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.contains("Kontaktbuch") && page.contains("Microsoft 365"), "{page}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}
