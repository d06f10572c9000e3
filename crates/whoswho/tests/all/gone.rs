//! The database fails in mid-run: the disk is full, the server ends every session. The run says so, nothing is
//! half-applied, and the next run carries on and ends where the tenant is.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;

use m365sim::{GroupSpec, TenantSpec};
use serde_json::Value;

use crate::cluster::Cluster;
use crate::serve::get;
use crate::support::{Answer, Desk, Office, answer, person};

/// People and three subscribed groups, connected, nothing read.
fn company(office: Office, people: usize) -> Office {
    let office = office.connected();
    let ids: Vec<String> =
        (0..people).map(|n| office.tenant.add_user(person(&format!("P{n}"), "Ast"))).collect();
    for (n, name) in ["Vertrieb", "Technik", "Einkauf"].into_iter().enumerate() {
        let spec = GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() };
        let group = office.tenant.add_group(spec);
        assert!(ids.iter().skip(n).step_by(2).all(|id| office.tenant.add_member(&group, id)));
    }
    office.desk.good(&["scope", "add", "muster", "group", "--all"]);
    office
}

/// Name and groups of every contact, as the tenant says and as the book says.
fn truth(office: &Office) -> Vec<(String, Vec<String>)> {
    let truth = office.tenant.truth();
    let groups = |id: &str| {
        let of = truth.live_groups().filter(|g| g.members.iter().any(|m| m.id == id));
        let mut names: Vec<String> = of.map(|g| g.spec.display_name.clone().unwrap()).collect();
        names.sort();
        names
    };
    let mut all: Vec<_> =
        truth.live_users().map(|u| (u.spec.display_name.clone().unwrap(), groups(&u.id))).collect();
    all.sort();
    all
}

fn book(office: &Office) -> Vec<(String, Vec<String>)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let groups = |c: &Value| {
        let mut names: Vec<String> =
            c["groups"].as_array().unwrap().iter().map(|g| text(&g["name"])).collect();
        names.sort();
        names
    };
    let book = office.desk.json(&["book", "muster"]);
    let mut all: Vec<_> =
        book.as_array().unwrap().iter().map(|c| (text(&c["display_name"]), groups(c))).collect();
    all.sort();
    all
}

/// The failed run told what to do and left the book as it was or as it shall be; the next one makes it whole.
fn carries_on(office: &Office, place: &str, told: &Answer, advice: &str) {
    if told.code != 0 {
        assert_eq!(told.code, 5, "{place}: {}{}", told.out, told.err);
        assert!(told.err.contains(advice), "{place}: {}", told.err);
        let left = book(office);
        assert!(left.is_empty() || left == truth(office), "{place}: half-applied: {left:?}");
    }
    office.desk.good(&["sync", "muster"]);
    assert_eq!(book(office), truth(office), "{place}");
    assert_eq!(office.desk.json(&["sync", "muster"])["outcome"], "quiet", "{place}");
}

fn copy(from: &Path, to: &Path) {
    drop(std::fs::remove_dir_all(to));
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn w15_a_full_disk_ends_the_run_with_5_and_the_next_one_with_room_carries_on() {
    let office = company(Office::open("full", &TenantSpec::empty("muster.example")), 200);
    let kept = office.desk.data.with_extension("kept");
    copy(&office.desk.data, &kept);
    let size = std::fs::metadata(office.desk.data.join("whoswho.db")).unwrap().len();
    let mut refused = 0;
    // Room for no page more, then for a little more each time, until the run fits.
    for pages in (size / 4_096..).step_by(3) {
        copy(&kept, &office.desk.data);
        let mut command = office.desk.command();
        command.env("WHOSWHO_TEST_PAGES", pages.to_string()).args(["sync", "muster"]);
        let told = answer(&command.output().unwrap());
        carries_on(&office, &format!("{pages} pages"), &told, "make room");
        if told.code == 0 {
            break;
        }
        refused += 1;
    }
    assert!(refused > 3, "the disk was full {refused} times only");
    std::fs::remove_dir_all(kept).unwrap();
}

/// A run that something happens to right before its n-th write; `None` when it had fewer.
fn cut_at(office: &Office, n: u64, happens: &dyn Fn()) -> Option<Answer> {
    let mut command = office.desk.command();
    command.env("WHOSWHO_TEST_PAUSE_AT_WRITE", n.to_string()).args(["sync", "muster"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let (mut err, mut line) = (String::new(), String::new());
    let mut paused = false;
    while said.read_line(&mut line).unwrap() > 0 {
        if line == "paused\n" {
            happens();
            child.stdin.as_mut().unwrap().write_all(b"go on\n").unwrap();
            paused = true;
        } else {
            err += &line;
        }
        line.clear();
    }
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    paused.then_some(Answer { code, out, err })
}

fn cut_everywhere(office: &Office, step: usize) {
    let database = office.desk.database.as_ref().unwrap();
    database.keep();
    let mut refused = 0;
    for n in (1_u64..).step_by(step) {
        database.back();
        let Some(told) = cut_at(office, n, &|| assert!(database.cut())) else { break };
        refused += usize::from(told.code != 0);
        carries_on(office, &format!("write {n}"), &told, "see that the database runs");
    }
    assert!(refused > 3, "no run noticed");
}

#[test]
fn w15_a_server_that_ends_every_session_in_mid_run_costs_nothing() {
    let step = if std::env::var_os("WHOSWHO_TEST_LONG").is_some() { 1 } else { 3 };
    for office in Office::each("cut").into_iter().filter(|o| o.desk.database.is_some()) {
        cut_everywhere(&company(office, 12), step);
    }
}

#[test]
fn w15_serve_finds_its_way_back_when_the_server_ended_its_sessions() {
    for desk in Desk::each("serve-cut").into_iter().filter(|desk| desk.database.is_some()) {
        desk.good(&["customer", "add", "muster", "--name", "M"]);
        let mut command = desk.command();
        let mut serve =
            command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(serve.stderr.take().unwrap()).lines();
        let listening = lines.by_ref().map(Result::unwrap).find(|l| l.contains("http://")).unwrap();
        let address = listening.rsplit("http://").next().unwrap().to_owned();
        for _ in 0..3 {
            for path in ["/readyz", "/metrics"] {
                assert!(get(&address, path).starts_with("HTTP/1.1 200"), "{path}");
            }
            assert!(desk.database.as_ref().unwrap().cut());
        }
        serve.kill().unwrap();
        serve.wait().unwrap();
    }
}

/// A server of the test's own may be killed; it needs PostgreSQL's programs, and takes its time.
#[test]
fn w15_a_server_killed_hard_in_mid_run_and_started_again_costs_nothing() {
    if std::env::var_os("WHOSWHO_TEST_LONG").is_none() {
        return;
    }
    let Some(cluster) = Cluster::start() else {
        println!("skipped: PostgreSQL's programs are not here");
        return;
    };
    let mut refused = 0;
    for n in (1_u64..).step_by(6) {
        let mut desk = Desk::new("killed-server");
        let url = format!("{}?schema=s{n}", cluster.url());
        cluster.make_schema(&format!("s{n}"));
        desk.environment.push(("WHOSWHO_DATABASE".into(), url));
        let office = company(Office::over(desk, &TenantSpec::empty("muster.example")), 12);
        let told = cut_at(&office, n, &|| cluster.kill());
        let Some(told) = told else { break };
        refused += usize::from(told.code == 5);
        cluster.run();
        carries_on(&office, &format!("killed at write {n}"), &told, "see that the database runs");
    }
    assert!(refused > 3, "no run noticed");
}
