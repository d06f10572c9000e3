//! The connection to Microsoft 365: how to make one, step by step in the portal's own words; what works of it, since when, until
//! when; and its end (S1, S2, A10, A11).

mod proofs;
mod shared;

use askama::Template;
use model::Timestamp;
use show::values::{is_object_id, names_tenant};
use show::{CheckJson, StepJson, Wrong};
use store::{AppOf, Book, ConnectionRow, EndBy, Imported, MasterData, SignedIn, StoredCredential};
use sync::Offer;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::{End, JobKind};
use crate::page::consent::{Asked, asked};
use crate::page::customer::tenant;
use crate::page::live;
use crate::page::stand::{self, Access, Said};
use crate::visit::Visit;

pub use self::proofs::{Proofs, ends, proof_of};
use self::shared::others;
pub use self::shared::{Shared, asked_about};

/// Application permissions of Graph without which nobody is read.
pub const NEEDED: [&str; 2] = ["User.Read.All", "GroupMember.Read.All"];

#[derive(Template)]
#[template(path = "connection.html")]
struct ConnectionPage {
    f: Frame,
    base: String,
    tenant: String,
    sub: String,
    facts: Vec<(String, String)>,
    access: Said,
    granted: Said,
    granted_since: String,
    check: Option<CheckJson>,
    /// Permissions as they were last told, where no check has just told them.
    permissions: Vec<StepJson>,
    checked: String,
    said: String,
    /// Where to go next once a connection is made, and its name: to the plan, or to whom to choose.
    next: Option<(String, String)>,
    passed: bool,
    /// That another credential, or consent anew, was just tried in vain.
    failed: bool,
    shared: String,
    /// By the operator's app: consent is asked for anew instead of another secret.
    by_app: bool,
    asked: Vec<Asked>,
    /// The day on which the credential ends, where a person may say it, with what is wrong with it.
    ends: Option<Proofs>,
}

#[derive(Template)]
#[template(path = "connect.html")]
struct Connect {
    f: Frame,
    base: String,
    form: Typed,
    check: Option<CheckJson>,
    /// A connection that exists and gets another credential.
    renews: bool,
    own_cloud: bool,
    permissions: [&'static str; 2],
    optional: [&'static str; 3],
    /// The operator has an app to which administrators consent.
    has_app: bool,
    asked: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "connection-end.html")]
struct AskEnd {
    f: Frame,
    base: String,
    tenant: String,
    imported: i64,
}

/// What was typed, with what is wrong beside each field.
#[derive(Default)]
struct Typed {
    tenant: String,
    client: String,
    cloud: String,
    proofs: Proofs,
    tenant_error: String,
    client_error: String,
    error: String,
    /// Who else is connected to this tenant, where that is asked about first; with the operator's app, or with their own.
    shared: Shared,
    /// The tenant whose consent is asked for, and what is wrong with it.
    consent_tenant: String,
    consent_error: String,
    /// That a connection has just ended.
    ended: String,
}

impl Typed {
    fn is_wrong(&self) -> bool {
        let own = [&self.tenant_error, &self.client_error, &self.consent_error];
        own.into_iter().any(|error| !error.is_empty()) || self.proofs.is_wrong() || self.shared.is_asked()
    }
}

/// A job that asked Microsoft: what it was about, what it found, when it ended.
type Last = (JobKind, CheckJson, Timestamp);

/// What the customer's last job was about, where it asked Microsoft.
fn checked(visit: &Visit, book: &Book) -> Option<Last> {
    let job = visit.web.jobs.of(book.customer.id)?;
    let state = job.state();
    let (End::Checked(report) | End::Connected(report, _)) = &**state.end.as_ref()? else { return None };
    let at = state.ended_at?;
    let told = report.told_end();
    Some((job.kind.clone(), show::check(book, report, (told, told.is_some())), at))
}

/// The page: how it stands, or how to connect.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let last = checked(visit, book);
    if let Some(connection) = book.connection()? {
        let ends = may_say_end(&f, &connection).then(|| known_end(&f, &connection));
        return Answer::page(&state(visit, person, f, book, (&connection, last, ends))?);
    }
    let failed = last.as_ref().filter(|last| has_failed(last));
    let form = failed.map_or_else(Typed::default, |(kind, check, _)| after_failure(visit, &f, kind, check));
    let check = failed.map(|(_, check, _)| check.clone());
    let ended = visit.query.get("ended").parse::<i64>().ok();
    let form = Typed { ended: ended.map(|n| f.n("disconnect-done", n)).unwrap_or_default(), ..form };
    Answer::page(&form_page(visit, f, book, (form, check, false))?)
}

/// Whether Microsoft did not take what somebody wanted to connect with.
fn has_failed((kind, check, _): &Last) -> bool {
    matches!(kind, JobKind::Connect(..)) && !check.signed_in
}

/// Whether whoever looks may say when the credential ends: where Microsoft does not tell it itself, and there is one to end.
fn may_say_end(f: &Frame, connection: &ConnectionRow) -> bool {
    let theirs = connection.app == AppOf::Customer && !connection.credential_left_out;
    theirs && connection.credential_end_by == EndBy::Typed && f.may_connect()
}

/// The day as it is known.
fn known_end(f: &Frame, connection: &ConnectionRow) -> Proofs {
    let ends = connection.credential_ends_at.map(|at| f.times.day_for_input(at)).unwrap_or_default();
    Proofs { ends, ..Proofs::default() }
}

/// Notes another day on which the credential ends, or that nobody knows it.
pub fn set_end(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let here = format!("/c/{}/connection", book.customer.slug);
    let Some(connection) = book.connection()?.filter(|connection| may_say_end(&f, connection)) else {
        return Answer::back_to(&here);
    };
    let known = known_end(&f, &connection).ends;
    let mut typed = Proofs { ends: visit.form.get("ends").to_owned(), ..Proofs::default() };
    if typed.ends == known {
        return Answer::back_to(&here);
    }
    let end = ends(&f, &mut typed);
    if typed.is_wrong() {
        let last = checked(visit, book);
        return Answer::again(&state(visit, person, f, book, (&connection, last, Some(typed)))?);
    }
    let credential_end = Some((connection.id, end));
    book.set_master_data(&MasterData { credential_end, ..MasterData::default() })?;
    visit.changed("credential_ends", &known, &typed.ends);
    Answer::to(&format!("{here}?done={}", if end.is_some() { "ends" } else { "no-end" }))
}

fn state(
    visit: &Visit,
    person: &SignedIn,
    f: Frame,
    book: &Book,
    (connection, last, ends): (&ConnectionRow, Option<Last>, Option<Proofs>),
) -> Result<ConnectionPage, Trouble> {
    // What did not come to be says nothing about the connection that stands, and concerns only who may make one.
    let (failed, last) = match last {
        Some(last) if has_failed(&last) => (f.may_connect(), None),
        last => (false, last),
    };
    let done = visit.query.get("done");
    let nobody = !connection.applied && book.scope(connection.id)?.is_nobody();
    let said = match done {
        "1" if nobody => f.s("connection-made-nobody"),
        "1" => f.s("connection-made"),
        "ends" => f.s("ends-kept"),
        "no-end" => f.s("ends-forgotten"),
        _ => String::new(),
    };
    let client = match connection.app {
        AppOf::Operator => f.x("connection-by-app", &connection.client_id),
        AppOf::Customer => connection.client_id.clone(),
    };
    let facts = vec![
        (f.s("connection-tenant-id"), connection.tenant_id.clone()),
        (f.s("connection-client-id"), client),
        (f.s("since-word"), f.times.exact(connection.connected_at)),
    ];
    let shared = others(&f, person, book, &connection.tenant_id)?;
    let tenant = tenant(&f, connection);
    let (tenant_name, day) = (tenant.clone(), f.times.day(connection.connected_at));
    Ok(ConnectionPage {
        base: format!("/c/{}", book.customer.slug),
        sub: f.t.w("connected-since", &[("tenant", &tenant_name), ("day", &day)]),
        passed: last.as_ref().is_none_or(|(_, check, _)| check.passed),
        checked: last.as_ref().map(|(_, _, at)| f.x("checked-at", f.times.short(*at))).unwrap_or_default(),
        permissions: match (&last, &connection.granted) {
            (None, Some(granted)) => show::permissions(granted),
            (Some(_), _) | (None, None) => Vec::new(),
        },
        check: last.map(|(_, check, _)| check),
        tenant,
        facts,
        by_app: connection.app == AppOf::Operator,
        asked: asked(&f, book)?,
        access: stand::access(&f, &Access::of(Some(connection))),
        granted: stand::granted(&f, connection.granted.as_ref()),
        granted_since: connection
            .granted_at
            .map(|at| f.x("granted-since", f.times.short(at)))
            .unwrap_or_default(),
        next: (done == "1").then(|| {
            let (below, words) =
                if nobody { ("import/scope", "overview-nobody-button") } else { ("plan", "view-plan") };
            (format!("/c/{}/{below}", book.customer.slug), f.s(words))
        }),
        said,
        ends,
        failed,
        shared,
        f,
    })
}

fn form_page(
    visit: &Visit,
    f: Frame,
    book: &Book,
    (form, check, renews): (Typed, Option<CheckJson>, bool),
) -> Result<Connect, Trouble> {
    Ok(Connect {
        base: format!("/c/{}", book.customer.slug),
        own_cloud: visit.web.own_cloud.is_some(),
        permissions: NEEDED,
        optional: ["LicenseAssignment.Read.All", "Member.Read.Hidden", "Application.Read.All"],
        has_app: !renews && book.store().operator_app()?.is_some(),
        asked: asked(&f, book)?,
        form,
        check,
        renews,
        f,
    })
}

/// The form as it was sent, with what Microsoft does not take.
fn after_failure(visit: &Visit, f: &Frame, kind: &JobKind, check: &CheckJson) -> Typed {
    let JobKind::Connect(offer, _) = kind else { return Typed::default() };
    let proofs = Proofs {
        ends: offer.ends.map(|at| f.times.day_for_input(at)).unwrap_or_default(),
        by_certificate: matches!(offer.credential, StoredCredential::Certificate(_)),
        ..Proofs::default()
    };
    let mut typed = Typed {
        tenant: offer.tenant.clone(),
        client: offer.client.clone(),
        cloud: cloud_of(visit, &(offer.login_url.clone(), offer.graph_url.clone())),
        proofs,
        ..Typed::default()
    };
    match (check.wrong, &offer.credential) {
        (_, StoredCredential::Operators) => {
            let (tenant, client) = (std::mem::take(&mut typed.tenant), String::new());
            typed = Typed { consent_tenant: tenant, client, ..typed };
        }
        (Some(Wrong::Tenant), _) => typed.tenant_error = f.s("connect-tenant-unknown"),
        (Some(Wrong::Client), _) => typed.client_error = f.s("connect-client-unknown"),
        (Some(Wrong::Secret), _) => typed.proofs.secret_error = f.s("connect-secret-refused"),
        (Some(Wrong::Certificate), _) => typed.proofs.certificate_error = f.s("connect-certificate-refused"),
        (None, _) => {}
    }
    let bad = check.steps.iter().filter(|step| step.state == "bad");
    typed.error = bad.map(|step| format!("{}: {}", step.shown, step.text)).collect::<Vec<_>>().join(". ");
    typed
}

/// The form for another secret or certificate of the same app.
pub fn renew(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    // By the operator's app there is no credential to renew here; consent is asked for anew on the page itself.
    let own = book.connection()?.filter(|connection| connection.app == AppOf::Customer);
    let Some(connection) = own else {
        return Answer::to(&format!("/c/{}/connection", book.customer.slug));
    };
    let (form, check) = if let Some((kind, check, _)) = checked(visit, book).filter(has_failed) {
        (after_failure(visit, &f, &kind, &check), Some(check))
    } else {
        let (tenant, client) = (connection.tenant_typed, connection.client_id);
        (Typed { tenant, client, ..Typed::default() }, None)
    };
    Answer::page(&form_page(visit, f, book, (form, check, true))?)
}

/// Checks what was typed and asks Microsoft.
pub fn connect(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let mut typed = Typed {
        tenant: visit.form.get("tenant").to_owned(),
        client: visit.form.get("client").to_owned(),
        cloud: visit.form.get("cloud").to_owned(),
        ..Typed::default()
    };
    if !names_tenant(&typed.tenant) {
        typed.tenant_error = f.s("connect-tenant-wrong");
    }
    if !is_object_id(&typed.client) {
        typed.client_error = f.s("connect-client-wrong");
    }
    let (proofs, credential) = proof_of(visit, &f);
    typed.proofs = proofs;
    let ends = ends(&f, &mut typed.proofs);
    let renews = book.connection()?.is_some();
    typed.shared = Shared { own: true, ..asked_about(&f, visit, (person, book), &typed.tenant)? };
    let hosts = hosts(visit, book, &typed.cloud)?;
    let (Some(credential), false) = (credential, typed.is_wrong()) else {
        return Answer::again(&form_page(visit, f, book, (typed, None, renews))?);
    };
    let (login_url, graph_url) = hosts;
    let (tenant, client) = (typed.tenant, typed.client);
    let offer = Offer { tenant, client, login_url, graph_url, credential, ends };
    live::begin(visit, person, book, JobKind::Connect(Box::new(offer), None))
}

/// Those of the chosen cloud; of a connection that exists its own.
fn hosts(visit: &Visit, book: &Book, cloud: &str) -> Result<(String, String), Trouble> {
    if let Some(connection) = book.connection()? {
        return Ok((connection.login_url, connection.graph_url));
    }
    hosts_of(visit, cloud).ok_or(Trouble::NotFound)
}

/// Sign-in and Graph of a cloud as a form names it: that of the configuration is `own`, and the usual one.
pub fn hosts_of(visit: &Visit, cloud: &str) -> Option<(String, String)> {
    let own = visit.web.own_cloud.clone();
    match cloud {
        "own" => own,
        "" => own.or_else(|| sync::cloud_hosts("global")),
        name => sync::cloud_hosts(name),
    }
}

/// The cloud of sign-in and Graph, as a form names it; empty for one that a form cannot name.
fn cloud_of(visit: &Visit, hosts: &(String, String)) -> String {
    let own = visit.web.own_cloud.as_ref().is_some_and(|own| own == hosts);
    let named = || sync::CLOUDS.into_iter().find(|name| sync::cloud_hosts(name).as_ref() == Some(hosts));
    if own { "own".to_owned() } else { named().unwrap_or_default().to_owned() }
}

/// Asks Microsoft what works.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if book.connection()?.is_none() {
        return Answer::back_to(&format!("/c/{}/connection", book.customer.slug));
    }
    live::begin(visit, person, book, JobKind::Check)
}

/// The question before the end.
pub fn ask_end(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let base = format!("/c/{}", book.customer.slug);
    let Some(connection) = book.connection()? else { return Answer::to(&format!("{base}/connection")) };
    let tenant = tenant(&f, &connection);
    Answer::page(&AskEnd { imported: book.size()?.linked, tenant, base, f })
}

/// Ends the connection.
pub fn end(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let imported = if visit.form.get("imported") == "remove" { Imported::Leave } else { Imported::Keep };
    live::begin(visit, person, book, JobKind::Disconnect(imported))
}

/// The form with what is wrong about the tenant whose consent was to be asked for, or with who else has it.
pub fn consent_again(
    visit: &Visit,
    f: Frame,
    book: &Book,
    (tenant, error, shared): (&str, String, Shared),
) -> Outcome {
    let consent_tenant = tenant.to_owned();
    let typed = Typed { consent_tenant, consent_error: error, shared, ..Typed::default() };
    Answer::again(&form_page(visit, f, book, (typed, None, false))?)
}
