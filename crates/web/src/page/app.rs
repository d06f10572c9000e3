//! The operator's own app registration: one for all customers, to which their administrators consent, and by which people sign
//! in with Microsoft. The owner puts it in once.

use askama::Template;
use show::Wrong;
use show::values::{is_object_id, names_tenant};
use store::{AppOf, OperatorApp, SignedIn};
use sync::Offer;

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::page::connection::{NEEDED, Proofs, ends, hosts_of, proof_of};
use crate::page::stand::{self, Access};
use crate::visit::Visit;

/// Application permissions that make more possible. When its secret ends an app of many tenants is not told in them.
const OPTIONAL: [&str; 2] = ["LicenseAssignment.Read.All", "Member.Read.Hidden"];

#[derive(Template)]
#[template(path = "app.html")]
struct AppPage {
    f: Frame,
    app: Option<Stands>,
    saved: bool,
    removed: bool,
    tenant: String,
    client: String,
    proofs: Proofs,
    tenant_error: String,
    client_error: String,
    error: String,
    own_cloud: bool,
    cloud: String,
    redirects: [String; 2],
    permissions: [&'static str; 2],
    optional: [&'static str; 2],
}

struct Stands {
    client: String,
    since: String,
    access: String,
    colour: &'static str,
}

#[derive(Template)]
#[template(path = "app-remove.html")]
struct AskRemove {
    f: Frame,
}

/// Where Microsoft sends browsers back to: registered letter by letter.
pub fn redirects(visit: &Visit) -> [String; 2] {
    let at = |path: &str| format!("{}{path}", visit.web.public_url.trim_end_matches('/'));
    [at("/consent"), at("/sign-in/microsoft/back")]
}

fn page_of(visit: &Visit, person: &SignedIn) -> Result<AppPage, crate::answer::Trouble> {
    let f = Frame::of(visit, person, "app")?;
    let app = person.store().operator_app()?;
    let stands = app.as_ref().map(|app| stands(&f, app));
    let (tenant, client) = app.map(|app| (app.tenant, app.client_id)).unwrap_or_default();
    Ok(AppPage {
        app: stands,
        saved: visit.query.get("saved") == "1",
        removed: visit.query.get("removed") == "1",
        tenant,
        client,
        proofs: Proofs::default(),
        tenant_error: String::new(),
        client_error: String::new(),
        error: String::new(),
        own_cloud: visit.web.own_cloud.is_some(),
        cloud: String::new(),
        redirects: redirects(visit),
        permissions: NEEDED,
        optional: OPTIONAL,
        f,
    })
}

fn stands(f: &Frame, app: &OperatorApp) -> Stands {
    let (ends, left_out) = (app.credential_ends_at, app.credential_left_out);
    let said = stand::access(f, &Access { app: AppOf::Customer, ends, left_out });
    let access = if said.sub.is_empty() { said.text } else { format!("{} ({})", said.text, said.sub) };
    let (client, since) = (app.client_id.clone(), f.times.exact(app.changed_at));
    Stands { client, since, access, colour: said.colour }
}

/// How it stands, and the form.
pub fn page(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&page_of(visit, person)?)
}

/// Asks Microsoft with what was typed and keeps it.
pub fn save(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = page_of(visit, person)?;
    visit.form.get("tenant").clone_into(&mut page.tenant);
    visit.form.get("client").clone_into(&mut page.client);
    visit.form.get("cloud").clone_into(&mut page.cloud);
    if !names_tenant(&page.tenant) {
        page.tenant_error = page.f.s("connect-tenant-wrong");
    }
    if !is_object_id(&page.client) {
        page.client_error = page.f.s("connect-client-wrong");
    }
    let (proofs, credential) = proof_of(visit, &page.f);
    page.proofs = proofs;
    let ends = ends(&page.f, &mut page.proofs);
    // Another secret is of the same app, wherever that is.
    let stands = person.store().operator_app()?.filter(|app| app.client_id == page.client);
    let hosts = match stands {
        Some(app) => Some((app.login_url, app.graph_url)),
        None => hosts_of(visit, &page.cloud),
    };
    let fields_wrong =
        !page.tenant_error.is_empty() || !page.client_error.is_empty() || page.proofs.is_wrong();
    let (Some(credential), Some((login_url, graph_url)), false) = (credential, hosts, fields_wrong) else {
        return Answer::again(&page);
    };
    let offer = Offer {
        tenant: page.tenant.clone(),
        client: page.client.clone(),
        login_url,
        graph_url,
        credential,
        ends,
    };
    let asked = sync::keep_operator_app(visit.web.jobs.office(), &offer, &|_| ());
    let report = match tokio::runtime::Handle::current().block_on(asked) {
        Ok(report) => report,
        Err(error) => {
            page.error = show::texts::run_error(&error);
            return Answer::again(&page);
        }
    };
    if report.signed_in() {
        return Answer::to("/app?saved=1");
    }
    let (wrong, text) = show::app_refused(&report);
    let f = &page.f;
    match wrong {
        Some(Wrong::Tenant) => page.tenant_error = f.s("connect-tenant-unknown"),
        Some(Wrong::Client) => page.client_error = f.s("app-client-unknown"),
        Some(Wrong::Secret) => page.proofs.secret_error = f.s("connect-secret-refused"),
        Some(Wrong::Certificate) => page.proofs.certificate_error = f.s("connect-certificate-refused"),
        None => {}
    }
    page.error = text;
    Answer::again(&page)
}

/// The question before it is forgotten.
pub fn ask_remove(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&AskRemove { f: Frame::of(visit, person, "app")? })
}

/// Forgets it, unless connections use it.
pub fn remove(_: &Visit, person: &SignedIn) -> Outcome {
    person.store().remove_operator_app()?;
    Answer::to("/app?removed=1")
}
