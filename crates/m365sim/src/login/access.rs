//! Access tokens: three base64url parts that look like a JWT, opaque to clients, checked by us.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::rng::guid_text;
use crate::world::roles::Roles;
use crate::world::tenant::TenantHandle;
use crate::world::{Shared, World, lock};

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    appid: String,
    tid: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    ver: String,
    /// The generation; a token of before is refused.
    xgen: u32,
    uti: u64,
}

/// Issues an app's token with these roles and gives it.
pub(crate) fn issue(handle: &TenantHandle, client: u128, roles: &[String], lifetime: u32) -> String {
    let now = handle.shared.clock.now();
    let mut app = lock(&handle.tenant.app);
    app.tokens += 1;
    let tid = guid_text(handle.tenant.id);
    let claims = Claims {
        aud: "https://graph.microsoft.com".to_owned(),
        iss: format!("https://sts.windows.net/{tid}/"),
        iat: now - 5,
        nbf: now - 5,
        exp: now + i64::from(lifetime),
        appid: guid_text(client),
        tid,
        roles: roles.to_vec(),
        ver: "1.0".to_owned(),
        xgen: app.generation,
        uti: app.tokens,
    };
    let head = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"RS256","kid":"simulated"}"#);
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap_or_default());
    let signed = format!("{head}.{body}");
    let tag = sign(&handle.shared, &signed);
    format!("{signed}.{tag}")
}

fn sign(shared: &Shared, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&shared.key, text.as_bytes()))
}

/// The tenant and roles of a request's token, or why it is refused (both are 401).
pub(crate) fn check(world: &World, header: Option<&str>) -> Result<(TenantHandle, Roles), &'static str> {
    let token = header
        .and_then(|h| h.strip_prefix("Bearer ").or_else(|| h.strip_prefix("bearer ")))
        .ok_or("Access token is empty.")?;
    let (signed, tag) =
        token.rsplit_once('.').ok_or("CompactToken parsing failed with error code: 80049217")?;
    let bytes = URL_SAFE_NO_PAD.decode(tag).map_err(|_| "Signature is invalid.")?;
    hmac::verify(&world.shared.key, signed.as_bytes(), &bytes).map_err(|_| "Signature is invalid.")?;
    let body = signed.split('.').nth(1).and_then(|b| URL_SAFE_NO_PAD.decode(b).ok()).unwrap_or_default();
    let claims: Claims = serde_json::from_slice(&body).map_err(|_| "Token is malformed.")?;
    let tenant = world.tenant(&claims.tid).ok_or("The tenant of the token does not exist.")?;
    let current = lock(&tenant.tenant.app).generation;
    if claims.exp <= world.now() || claims.xgen != current {
        return Err("Lifetime validation failed, the token is expired.");
    }
    Ok((tenant, Roles(claims.roles)))
}
