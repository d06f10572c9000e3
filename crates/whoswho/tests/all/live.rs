//! A real tenant, read only; off unless its variables are set. `docs/real-tenant.md` says how to run it.

use std::env::var;

use crate::support::{Answer, Desk};

/// What the environment names: tenant, application and the file with the secret.
struct Live {
    desk: Desk,
    tenant: String,
    client: String,
    secret_file: String,
}

impl Live {
    fn from_environment() -> Option<Self> {
        let (tenant, client) = (named("WHOSWHO_LIVE_TENANT_ID")?, named("WHOSWHO_LIVE_CLIENT_ID")?);
        let secret_file = named("WHOSWHO_LIVE_CLIENT_SECRET_FILE")?;
        // A proxy of this machine is part of its way to Microsoft.
        let passed = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE"];
        let environment =
            passed.into_iter().filter_map(|name| Some((name.to_owned(), named(name)?))).collect();
        let desk = Desk { environment, ..Desk::new("live") };
        Some(Self { desk, tenant, client, secret_file })
    }

    fn connect(&self) -> Answer {
        let ids = ["connect", "live", "--tenant-id", &self.tenant, "--client-id", &self.client];
        let mut line = [&ids[..], &["--client-secret-file", &self.secret_file]].concat();
        let hosts = named("WHOSWHO_LIVE_LOGIN_URL").zip(named("WHOSWHO_LIVE_GRAPH_URL"));
        if let Some((login, graph)) = &hosts {
            line.extend(["--login-url", login, "--graph-url", graph]);
        }
        self.desk.type_in(&line)
    }
}

fn named(name: &str) -> Option<String> {
    var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn a_real_tenant_is_read_and_nothing_else() {
    let Some(live) = Live::from_environment() else {
        println!("skipped: WHOSWHO_LIVE_TENANT_ID, _CLIENT_ID and _CLIENT_SECRET_FILE are not set");
        return;
    };
    let desk = &live.desk;
    // Nobody is in scope at first, so connecting only checks; a plan reads and writes no contact.
    desk.good(&["customer", "add", "live", "--name", "Live", "--preset", "careful"]);
    let told = live.connect();
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let check = desk.json(&["check", "live"]);
    assert_eq!(check["passed"], true, "{check}");
    assert!(check["organisation"].as_str().is_some_and(|name| !name.is_empty()), "{check}");
    let users = desk.json(&["source", "users", "live"]);
    let groups = desk.json(&["source", "groups", "live"]);
    let (users, groups) = (users.as_array().unwrap(), groups.as_array().unwrap());
    assert!(!users.is_empty(), "a tenant has at least its administrator");
    let whole = |id: &serde_json::Value| id.as_str().is_some_and(|id| id.len() == 36);
    assert!(users.iter().chain(groups).all(|one| whole(&one["source_id"])), "ids are GUIDs");
    desk.good(&["scope", "add", "live", "all"]);
    let plan = desk.json(&["plan", "live"]);
    let operations = plan["operations"].as_array().unwrap();
    assert!(operations.len() <= users.len(), "nobody is planned twice");
    assert!(operations.iter().all(|o| o["kind"] == "create"), "an empty book can only be added to");
    assert_eq!(desk.json(&["book", "live"]), serde_json::json!([]));
    // The second read follows the delta, and the tenant has hardly moved.
    let again = desk.json(&["plan", "live"]);
    assert!(again["operations"].as_array().unwrap().len().abs_diff(operations.len()) <= 50, "{again}");
    println!("{} users, {} groups, {} would be created", users.len(), groups.len(), operations.len());
    std::fs::remove_dir_all(&desk.data).unwrap();
}
