//! `serve`: health, readiness, metrics, and a clean end on SIGTERM.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::support::Desk;

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn serve_answers_and_ends_on_sigterm() {
    let desk = Desk::new("serve");
    desk.good(&["customer", "add", "muster", "--name", "M"]);
    let mut command = desk.command();
    let mut child =
        command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.rsplit("http://").next().unwrap();
    assert!(get(address, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(get(address, "/readyz").contains("ready"));
    assert!(get(address, "/metrics").contains("\nwhoswho_customers 1\n"));
    assert!(get(address, "/").starts_with("HTTP/1.1 404"));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_listen_address_that_is_none_is_a_usage_error() {
    assert_eq!(Desk::new("serve-wrong").type_in(&["serve", "--listen", "here"]).code, 2);
}
