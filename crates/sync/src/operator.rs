//! The operator's own app: how it is put in, and people's way through Microsoft's sign-in pages by it.

use graph::{Asking, CheckReport, ConnectionSettings, Hosts, SignInApp};
use store::{NewOperatorApp, StoredCredential};

use crate::blocking;
use crate::connecting::Offer;
use crate::office::{Office, RunError, opened};

/// The operator's app in its home tenant; `None` where there is none.
pub fn operators_settings(office: &Office) -> Result<Option<ConnectionSettings>, RunError> {
    let Some(app) = blocking(|| office.store.operator_app())? else { return Ok(None) };
    let hosts = Hosts::custom(&app.login_url, &app.graph_url).map_err(|e| RunError::Other(e.to_string()))?;
    let credential = opened(office, StoredCredential::Operators)?;
    Ok(Some(ConnectionSettings { hosts, tenant_id: app.tenant, client_id: app.client_id, credential }))
}

/// The operator's app as people meet it; `None` where there is none.
pub fn sign_in_app(office: &Office) -> Result<Option<SignInApp>, RunError> {
    Ok(operators_settings(office)?.map(|settings| SignInApp::new(&office.transport, settings)))
}

/// Asks Microsoft with an app in its home tenant, and keeps it as the operator's if it signs in there. What is refused is not
/// kept, and whatever there was before stays. What is waited for is told.
pub async fn keep_operator_app(
    office: &Office,
    offer: &Offer,
    telling: &(dyn Fn(Asking) + Sync),
) -> Result<CheckReport, RunError> {
    let report = offer.ask(office, telling).await?;
    if report.signed_in() {
        let new = NewOperatorApp {
            tenant: &offer.tenant,
            client_id: &offer.client,
            login_url: &offer.login_url,
            graph_url: &offer.graph_url,
            credential: &offer.credential,
            credential_ends_at: report.told_end().or(offer.ends),
        };
        blocking(|| office.store.set_operator_app(&new, Office::now()))?;
    }
    Ok(report)
}

/// What a connection by the operator's app is made with, in this tenant; `None` where there is no such app.
pub fn operators_offer(office: &Office, tenant: &str) -> Result<Option<Offer>, RunError> {
    let app = blocking(|| office.store.operator_app())?;
    Ok(app.map(|app| Offer {
        tenant: tenant.to_owned(),
        client: app.client_id,
        login_url: app.login_url,
        graph_url: app.graph_url,
        credential: StoredCredential::Operators,
        ends: app.credential_ends_at,
    }))
}
