//! `GET /{tenant}/oauth2/v2.0/authorize`: somebody signs in (graph-facts 1.8).

use crate::login::asked::Asked;
use crate::login::codes::Grant;
use crate::login::error::Aadsts;
use crate::login::page::Press;
use crate::login::people;
use crate::rng::guid_text;
use crate::world::{World, lock};

/// What the press of a button leads to.
pub(crate) fn press(world: &World, asked: &Asked, press: &Press) -> Result<String, Aadsts> {
    if let Some(wrong) = refused(asked) {
        return Ok(asked.back(&wrong));
    }
    let Press::As(upn) = press else {
        let text = Aadsts::UserDeclined.text();
        return Ok(asked.back(&[("error", "access_denied"), ("error_description", &text)]));
    };
    let person = people::find(world, asked.tenant.as_ref(), upn)?;
    let code = format!("1.A{}", guid_text(lock(&world.shared.rng).guid()).replace('-', ""));
    let grant = Grant {
        client: asked.client,
        tenant: person.tenant.tenant.id,
        user: person.id,
        redirect: asked.redirect.clone(),
        nonce: asked.get("nonce").map(ToOwned::to_owned),
        challenge: asked.get("code_challenge").map(ToOwned::to_owned),
        scope: asked.get("scope").unwrap_or_default().to_owned(),
        at: world.now(),
        used: false,
    };
    lock(&world.shared.desk).codes.insert(code.clone(), grant);
    Ok(asked.back(&[("code", &code), ("session_state", &guid_text(asked.client))]))
}

/// What the app has asked wrongly; it is told so at its own address.
pub(crate) fn refused(asked: &Asked) -> Option<[(&'static str, &'static str); 2]> {
    let wrong = |error, text| Some([("error", error), ("error_description", text)]);
    if asked.get("response_type") != Some("code") {
        return wrong("unsupported_response_type", "AADSTS70007: only 'code' is given here.");
    }
    if !matches!(asked.get("response_mode"), None | Some("query")) {
        return wrong("invalid_request", "AADSTS90014: this simulation answers in the query only.");
    }
    if !asked.get("scope").is_some_and(|scope| scope.split(' ').any(|one| one == "openid")) {
        return wrong(
            "invalid_scope",
            "AADSTS70011: The provided value for the input parameter 'scope' isn't valid.",
        );
    }
    match (asked.get("code_challenge"), asked.get("code_challenge_method")) {
        (Some(_), Some("S256")) | (None, None) => {}
        _ => return wrong("invalid_request", "AADSTS9002325: a code challenge of method S256 is needed."),
    }
    if asked.get("prompt") == Some("none") {
        return wrong("login_required", "AADSTS50058: nobody is signed in here.");
    }
    None
}
