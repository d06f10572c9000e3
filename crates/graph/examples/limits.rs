//! Benchmark: a large read under the documented limits, with 0.3 s for every answer, beside the least that the quota allows.
//! The bars are 1.3 times that, and one refusal in a hundred requests.
//!
//! `cargo run --release -p graph --example limits -- USERS GROUPS MEMBERSHIPS`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring tool")]

use std::time::Instant;

use graph::{Client, ConnectionSettings, Credential, Hosts, Limits, Transport};
use m365sim::{Server, ServerOptions, TenantSpec, World};
use model::source::GroupChange;

/// Resource units that a large tenant has in a second ("Throttling limits", 8,000 in ten seconds).
const UNITS_PER_SECOND: f64 = 800.0;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |n: usize, usual| args.get(n).and_then(|a| a.parse().ok()).unwrap_or(usual);
    let (users, groups, memberships) = (number(1, 2_000), number(2, 5_000), number(3, 20_000));
    let world = World::new(9);
    let spec = TenantSpec { groups, memberships, ..TenantSpec::of("gross.example", users) };
    let tenant = world.add_tenant(&spec);
    let server = Server::start(&world, &ServerOptions { strict: false, ..ServerOptions::default() }).unwrap();
    tenant.enforce_limits();
    tenant.faults(|faults| faults.latency_ms = 300);
    let settings = ConnectionSettings {
        hosts: Hosts::custom(&server.login_url(), &server.graph_url()).unwrap(),
        tenant_id: tenant.id(),
        client_id: tenant.client_id(),
        credential: Credential::Secret(tenant.client_secret().into()),
    };
    let client = Client::new(&Transport::new().unwrap(), settings, Limits::default());
    client.expect_users(users);
    let start = Instant::now();
    tokio::join!(people(&client), members(&client));
    let (took, counts, stats) = (start.elapsed().as_secs_f64(), server.counts(&tenant.id()), client.stats());
    let floor = counts.units as f64 / UNITS_PER_SECOND;
    let asked = stats.requests + stats.batch_items;
    println!(
        "{took:.1} s for {} resource units: {:.2} times the floor of {floor:.1} s",
        counts.units,
        took / floor
    );
    println!(
        "{} of {asked} requests refused: {:.2} %",
        stats.throttled,
        stats.throttled as f64 * 100.0 / asked as f64
    );
}

async fn people(client: &Client) {
    let mut walk = client.users_list();
    while walk.next_page().await.unwrap().is_some() {}
}

async fn members(client: &Client) {
    let (mut walk, mut ids) = (client.groups_list(), Vec::new());
    while let Some(page) = walk.next_page().await.unwrap() {
        ids.extend(page.items.into_iter().filter_map(|change| match change {
            GroupChange::Upsert { group, .. } => Some(group.id),
            GroupChange::Removed { .. } => None,
        }));
    }
    let mut walk = client.members(&ids);
    while walk.next_page().await.unwrap().is_some() {}
}
