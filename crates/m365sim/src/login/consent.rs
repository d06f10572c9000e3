//! `GET /{tenant}/v2.0/adminconsent`: an administrator consents for the whole organisation (graph-facts 1.7).

use crate::login::asked::Asked;
use crate::login::error::Aadsts;
use crate::login::page::Press;
use crate::login::people;
use crate::world::{World, lock};

/// What the press of a button leads to.
pub(crate) fn press(world: &World, asked: &Asked, press: &Press) -> Result<String, Aadsts> {
    if asked.get("scope").is_none() {
        return Err(Aadsts::ScopeInvalid);
    }
    let Press::As(upn) = press else { return Ok(denied(asked, Aadsts::UserDeclined)) };
    let person = people::find(world, asked.tenant.as_ref(), upn)?;
    if !person.may_consent {
        return Ok(denied(asked, Aadsts::AdminNeeded));
    }
    let tenant = person.tenant;
    lock(&tenant.tenant.consents).insert(asked.client, asked.app.roles.clone());
    let scope = asked.get("scope").unwrap_or_default().to_owned();
    Ok(asked.back(&[("admin_consent", "True"), ("tenant", &tenant.id()), ("scope", &scope)]))
}

/// `admin_consent=True` stands here as well, which is a trap of the documented endpoint.
fn denied(asked: &Asked, why: Aadsts) -> String {
    let text = why.text();
    asked.back(&[("admin_consent", "True"), ("error", "access_denied"), ("error_description", &text)])
}
