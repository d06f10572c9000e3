//! Measures what reading 100,000 users costs, in pages of 100 and of 999: the text of pages like Graph's, turned into
//! the model's users. Run with `cargo run --release -p graph --example decode`.
#![allow(clippy::print_stdout, reason = "a measurement is there to be read")]

use std::fmt::Write;
use std::time::Instant;

use graph::{MailboxPlans, read_users_page};

const USERS: usize = 100_000;

fn user(n: usize) -> String {
    format!(
        r#"{{"id":"00000000-0000-4000-8000-{n:012}","accountEnabled":true,"userType":"Member","givenName":"Jörg{n}",
"surname":"Müller-Großmann","displayName":"Jörg{n} Müller-Großmann","mail":"joerg{n}.mueller@contoso.example",
"userPrincipalName":"joerg{n}.mueller@contoso.example","jobTitle":"Leiter \"Vertrieb\"","department":"Vertrieb Süd",
"companyName":"Contoso GmbH","officeLocation":"Gebäude 7","mobilePhone":"+49 171 {n}","businessPhones":["+49 30 {n}"],
"proxyAddresses":["SMTP:joerg{n}.mueller@contoso.example","smtp:jm{n}@contoso.example"],
"assignedLicenses":[{{"disabledPlans":[],"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}}],
"assignedPlans":[{{"assignedDateTime":"2026-01-05T10:00:00Z","capabilityStatus":"Enabled","service":"TeamspaceAPI","servicePlanId":"57ff2da0-773e-42df-b2af-ffb7a2317929"}},
{{"assignedDateTime":"2026-01-05T10:00:00Z","capabilityStatus":"Enabled","service":"exchange","servicePlanId":"efb87545-963c-4e0d-99df-69c6916d9eb0"}}]}}"#
    )
}

fn pages(size: usize) -> Vec<String> {
    let page = |start: usize| {
        let mut text = String::from(r#"{"@odata.context":"c","value":["#);
        for n in start..(start + size).min(USERS) {
            let _ = write!(text, "{}{}", if n > start { "," } else { "" }, user(n));
        }
        text + r#"],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}"#
    };
    (0..USERS).step_by(size).map(page).collect()
}

fn main() {
    let plans = MailboxPlans::default();
    for size in [100, 999] {
        let pages = pages(size);
        let bytes: usize = pages.iter().map(String::len).sum();
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..7 {
            let start = Instant::now();
            let read =
                |page: &String| read_users_page(page.as_bytes(), &plans).map_or(0, |page| page.items.len());
            let users: usize = pages.iter().map(read).sum();
            times.push(start.elapsed().as_secs_f64());
            assert_eq!(users, USERS);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "pages of {size}: {:.1} MB, best {:.3} s, median {:.3} s",
            bytes as f64 / 1e6,
            times.first().copied().unwrap_or_default(),
            times.get(3).copied().unwrap_or_default()
        );
    }
}
