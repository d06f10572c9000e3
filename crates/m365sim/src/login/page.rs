//! The pages of sign-in and consent, as plain as they can be: an account, two buttons.

use std::fmt::Write as _;

use crate::graph::Reply;
use crate::login::asked::Asked;
use crate::login::error::Aadsts;
use crate::login::{authorize, consent, people};
use crate::world::World;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    SignIn,
    Consent,
}

/// What somebody pressed.
#[derive(Clone, Debug)]
pub(crate) enum Press {
    /// Signs in, or accepts, as this account.
    As(String),
    /// Goes back without.
    Cancel,
}

/// The page of a path, with its tenant; `None` where there is no such page.
pub(crate) fn which(path: &str) -> Option<(Which, &str)> {
    let path = path.strip_prefix('/')?;
    let sign_in = path.strip_suffix("/oauth2/v2.0/authorize").map(|tenant| (Which::SignIn, tenant));
    sign_in.or_else(|| path.strip_suffix("/v2.0/adminconsent").map(|tenant| (Which::Consent, tenant)))
}

/// Does what a press does at an address of these pages: where the browser is sent, or why it is not.
pub(crate) fn pressed(world: &World, target: &str, press: &Press) -> Result<String, Aadsts> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (page, tenant) = which(path).ok_or(Aadsts::BodyMalformed)?;
    if (page, tenant) == (Which::Consent, "common") {
        return Err(Aadsts::TenantMalformed);
    }
    let asked = Asked::read(world, tenant, query)?;
    match page {
        Which::SignIn => authorize::press(world, &asked, press),
        Which::Consent => consent::press(world, &asked, press),
    }
}

/// Answers a browser.
pub(crate) fn answer(world: &World, method: &str, target: &str, body: &[u8]) -> Reply {
    let done = if method == "POST" {
        let get = |name: &str| {
            url::form_urlencoded::parse(body).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
        };
        let account = get("other").filter(|typed| !typed.trim().is_empty()).or_else(|| get("account"));
        let press = match (get("do").as_deref(), account) {
            (Some("cancel"), _) | (_, None) => Press::Cancel,
            (_, Some(account)) => Press::As(account),
        };
        pressed(world, target, &press)
    } else {
        match shown(world, target) {
            Ok(page) => return html(200, page),
            Err(Shown::Back(to)) => Ok(to),
            Err(Shown::Wrong(error)) => Err(error),
        }
    };
    match done {
        Ok(to) => {
            let headers = vec![("location", to), ("cache-control", "no-store".to_owned())];
            Reply { status: 302, headers, body: Vec::new(), shape: "page" }
        }
        Err(error) => {
            let text = escaped(&error.text());
            let title = "Sorry, but we're having trouble signing you in.";
            html(error.status(), frame("Sign in", &format!("<h1>{title}</h1><p id=\"error\">{text}</p>")))
        }
    }
}

enum Shown {
    Back(String),
    Wrong(Aadsts),
}

impl From<Aadsts> for Shown {
    fn from(error: Aadsts) -> Self {
        Self::Wrong(error)
    }
}

fn shown(world: &World, target: &str) -> Result<String, Shown> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (page, tenant) = which(path).ok_or(Aadsts::BodyMalformed)?;
    let asked = Asked::read(world, tenant, query)?;
    if page == Which::SignIn
        && let Some(wrong) = authorize::refused(&asked)
    {
        return Err(Shown::Back(asked.back(&wrong)));
    }
    let mut body = String::from("<p>Simulated Microsoft 365</p>");
    let name = escaped(&asked.app.name);
    match page {
        Which::SignIn => body.push_str("<h1>Pick an account</h1>"),
        Which::Consent => {
            let _ =
                write!(body, "<h1>Permissions requested</h1><p>{name} asks for your organisation:</p><ul>");
            for role in &asked.app.roles {
                let _ = write!(body, "<li>{}</li>", escaped(role));
            }
            body.push_str("</ul>");
        }
    }
    body.push_str("<form method=\"post\">");
    let hint = asked.get("login_hint").unwrap_or_default();
    for (at, (upn, may)) in people::proposed(world, asked.tenant.as_ref()).iter().enumerate() {
        let checked = if at == 0 && hint.is_empty() { " checked" } else { "" };
        let role = if *may { " (Global Administrator)" } else { "" };
        let upn = escaped(upn);
        let _ = write!(
            body,
            "<p><label><input type=\"radio\" name=\"account\" value=\"{upn}\"{checked}> {upn}{role}</label></p>"
        );
    }
    let _ = write!(
        body,
        "<p><label for=\"other\">Another account</label> <input id=\"other\" name=\"other\" value=\"{}\"></p>",
        escaped(hint)
    );
    let accept = if page == Which::Consent { "Accept" } else { "Sign in" };
    let _ = write!(
        body,
        "<p><button name=\"do\" value=\"accept\">{accept}</button> <button name=\"do\" value=\"cancel\">Cancel</button></p></form>"
    );
    Ok(frame(accept, &body))
}

fn frame(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><main>{body}</main></html>"
    )
}

fn html(status: u16, page: String) -> Reply {
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    Reply { status, headers, body: page.into_bytes(), shape: "page" }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl World {
    /// Does what somebody does who opens this address of the sign-in or consent page (its path and query) and goes on as
    /// this account: gives where the browser is sent, or the text of Microsoft's error page.
    pub fn go_on_as(&self, target: &str, account: &str) -> Result<String, String> {
        self.press(target, &Press::As(account.to_owned()))
    }

    /// The same with *Cancel*.
    pub fn cancel(&self, target: &str) -> Result<String, String> {
        self.press(target, &Press::Cancel)
    }

    fn press(&self, target: &str, press: &Press) -> Result<String, String> {
        // Whole addresses are taken as well.
        let target = match target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")) {
            Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
            None => target,
        };
        pressed(self, target, press).map_err(Aadsts::text)
    }

    /// Signs with the next key from now on; the one before stays published.
    pub fn roll_signing_key(&self) {
        let mut desk = crate::world::lock(&self.shared.desk);
        desk.turn += 1;
        desk.only_newest = false;
    }

    /// Publishes the newest key only.
    pub fn drop_old_signing_keys(&self) {
        crate::world::lock(&self.shared.desk).only_newest = true;
    }
}
