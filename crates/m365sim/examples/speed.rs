//! Benchmark: how fast companies are made up and served.
//!
//! `cargo run --release -p m365sim --example speed -- USERS…`
#![allow(dead_code, reason = "the tests' client can do more than is measured")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::too_many_arguments,
    missing_docs,
    reason = "a measuring tool, with the tests' client"
)]

#[path = "../tests/all/client.rs"]
mod client;

use std::time::Instant;

use m365sim::{Server, ServerOptions, TenantSpec, World};

use crate::client::Stage;

fn main() {
    for users in std::env::args().skip(1).map(|a| a.parse().unwrap()) {
        measure(users);
    }
}

fn measure(users: usize) {
    let start = Instant::now();
    let world = World::new(1);
    let tenant = world.add_tenant(&TenantSpec::of("gross.example", users));
    let made = start.elapsed();
    println!("{:?}", memory());
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    let stage = Stage { server, world, tenant };
    let token = stage.token();
    let select = "id,displayName,givenName,surname,mail,businessPhones,mobilePhone,companyName,department,\
                  jobTitle,userPrincipalName,accountEnabled,userType,assignedPlans,proxyAddresses";
    let start = Instant::now();
    let (mut url, mut pages, mut bytes) = (format!("/v1.0/users/delta?$select={select}"), 0, 0);
    loop {
        let got = stage.get(&token, &url, &[]);
        pages += 1;
        bytes += got.body.len();
        let text = String::from_utf8_lossy(&got.body[..400.min(got.body.len())]).into_owned();
        let Some(at) = text.find("@odata.nextLink\":\"") else { break };
        let rest = String::from_utf8_lossy(&got.body[at + 18..got.body.len().min(at + 3000)]).into_owned();
        rest.split('"').next().unwrap().clone_into(&mut url);
    }
    println!("{users}: made in {made:?}; users/delta {pages} pages, {bytes} bytes in {:?}", start.elapsed());
    let start = Instant::now();
    let told = stage.chain(&token, "/v1.0/groups/delta?$select=displayName,members", &[]);
    println!("groups/delta {} pages in {:?}", told.pages.len(), start.elapsed());
    let start = Instant::now();
    stage.tenant.churn(1000);
    println!("1000 changes in {:?}", start.elapsed());
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default().to_owned()
}
