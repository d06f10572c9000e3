//! The floors that a first sync and a hundred changes are compared with, taken in the same run: the least that fetching the
//! same users of the same tenant, decoding and storing them costs (SQLite, one table, no search, no groups, no history), and
//! the least that writing a hundred of them again costs. On a machine that is slow for an hour both are slow.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

use rusqlite::{Connection, Statement, params};
use serde::Deserialize;

use super::cpu;

/// Rows of a transaction: what suits SQLite best at these sizes.
const ROWS: usize = 50_000;
/// The names of the two figures.
pub(super) const ALL: &str = "0 floor: fetch, decode and store users, cpu s";
pub(super) const HUNDRED: &str = "0 floor: store 100 changed users, cpu ms";
/// Rounds of a hundred rows; the median counts.
const ROUNDS: usize = 21;

const SELECT: &str = "id,accountEnabled,displayName,givenName,surname,mail,userPrincipalName,jobTitle,department,companyName,\
                      officeLocation,mobilePhone,businessPhones,employeeId,userType";

const TABLE: &str = "CREATE TABLE user (id BLOB NOT NULL PRIMARY KEY, hash INTEGER NOT NULL, enabled INTEGER, display_name TEXT, \
     given_name TEXT, surname TEXT, mail TEXT, upn TEXT, job_title TEXT, department TEXT, company TEXT, office TEXT, mobile TEXT, \
     phones TEXT, employee TEXT, kind TEXT) WITHOUT ROWID";
const UPSERT: &str = "INSERT INTO user VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
     ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, enabled = excluded.enabled, display_name = excluded.display_name, \
     given_name = excluded.given_name, surname = excluded.surname, mail = excluded.mail, upn = excluded.upn, \
     job_title = excluded.job_title, department = excluded.department, company = excluded.company, office = excluded.office, \
     mobile = excluded.mobile, phones = excluded.phones, employee = excluded.employee, kind = excluded.kind \
     WHERE hash <> excluded.hash";

#[derive(Deserialize)]
struct Page {
    value: Vec<Person>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[derive(Deserialize, Hash)]
#[serde(rename_all = "camelCase")]
struct Person {
    id: String,
    account_enabled: Option<bool>,
    display_name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
    job_title: Option<String>,
    department: Option<String>,
    company_name: Option<String>,
    office_location: Option<String>,
    mobile_phone: Option<String>,
    #[serde(default)]
    business_phones: Vec<String>,
    employee_id: Option<String>,
    user_type: Option<String>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// Measures both floors and prints them. `facts` are where the tenant is and with what it is read.
pub(super) fn floors(runtime: &tokio::runtime::Runtime, facts: &[String], folder: &Path) {
    let [login, graph, tenant, client, secret] = facts else {
        panic!("the simulated tenant did not say where it is")
    };
    let mut database = Connection::open(folder.join("floor.db")).unwrap();
    database
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;")
        .unwrap();
    database.pragma_update(None, "wal_autocheckpoint", 100_000).unwrap();
    database.execute_batch(TABLE).unwrap();
    let before = cpu();
    let web = reqwest::Client::builder().gzip(false).build().unwrap();
    let token = runtime.block_on(async {
        let form =
            [("client_id", client.as_str()), ("client_secret", secret), ("grant_type", "client_credentials")];
        let form =
            form.into_iter().chain([("scope", "https://graph.microsoft.com/.default")]).collect::<Vec<_>>();
        let answer =
            web.post(format!("{login}/{tenant}/oauth2/v2.0/token")).form(&form).send().await.unwrap();
        answer.json::<Token>().await.unwrap().access_token
    });
    let mut next = Some(format!("{graph}/v1.0/users?$top=999&$select={SELECT}"));
    let (mut users, mut some) = (0, Vec::new());
    let mut waiting = Vec::with_capacity(ROWS);
    while let Some(url) = next.take() {
        let get = web.get(url).bearer_auth(&token);
        let body = runtime.block_on(async { get.send().await.unwrap().text().await.unwrap() });
        let page: Page = serde_json::from_str(&body).unwrap();
        next = page.next;
        waiting.extend(page.value);
        if waiting.len() >= ROWS || next.is_none() {
            users += waiting.len();
            store(&mut database, &mut waiting, 0);
            let step = (waiting.len() / 100).max(1);
            some.extend(waiting.drain(..).step_by(step));
        }
    }
    println!("{ALL} {:.3}", cpu() - before);
    println!("0 floor: users {users}");
    some.truncate(100);
    hundred(&mut database, &mut some);
}

/// A hundred rows, changed each time, each time in a transaction of their own.
fn hundred(database: &mut Connection, users: &mut [Person]) {
    let mut rounds: Vec<f64> = (1..=ROUNDS as u64)
        .map(|salt| {
            let before = cpu();
            store(database, users, salt);
            (cpu() - before) * 1_000.0
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    let middle = rounds.get(ROUNDS / 2).copied().unwrap_or_default();
    println!("{HUNDRED} {middle:.3}");
}

/// Sorted by key, in one transaction.
fn store(database: &mut Connection, users: &mut [Person], salt: u64) {
    users.sort_by(|a, b| a.id.cmp(&b.id));
    let tx = database.transaction().unwrap();
    let mut upsert = tx.prepare_cached(UPSERT).unwrap();
    for user in users.iter() {
        write(&mut upsert, user, salt);
    }
    drop(upsert);
    tx.commit().unwrap();
}

fn write(upsert: &mut Statement<'_>, user: &Person, salt: u64) {
    let mut hash = DefaultHasher::new();
    (user, salt).hash(&mut hash);
    let digits = user.id.replace('-', "");
    let id = u128::from_str_radix(&digits, 16).unwrap().to_be_bytes();
    let row = params![
        &id[..],
        hash.finish().cast_signed(),
        user.account_enabled,
        user.display_name,
        user.given_name,
        user.surname,
        user.mail,
        user.user_principal_name,
        user.job_title,
        user.department,
        user.company_name,
        user.office_location,
        user.mobile_phone,
        user.business_phones.join("\n"),
        user.employee_id,
        user.user_type,
    ];
    upsert.execute(row).unwrap();
}
