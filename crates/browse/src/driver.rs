//! Chromium and its driver: started with a profile of their own, ended together.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::{ParseError, Url};

use crate::process::{Lines, Running, kill};

/// Light or dark, as the device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`.
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
}

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// As everywhere.
    On,
    /// Switched off in the browser's settings.
    Off,
}

/// How somebody looks at pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The language that the browser asks for: `de` or `en`.
    pub language: &'static str,
    /// What the device prefers.
    pub scheme: Scheme,
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Height of the window in CSS pixels.
    pub height: u32,
    /// Whether pages may run scripts.
    pub script: Script,
}

impl Default for Look {
    /// A German at a desk, in daylight.
    fn default() -> Self {
        Self { language: "de", scheme: Scheme::Light, width: 1440, height: 900, script: Script::On }
    }
}

/// A session: driver, Chromium, profile.
pub(crate) struct Session {
    pub runtime: Runtime,
    pub client: Client,
    chromium: Option<u64>,
    _driver: Running,
    _profile: TempDir,
}

/// A command of Chromium's own beside WebDriver's (`goog/cdp/execute` of chromedriver).
#[derive(Debug)]
pub(crate) struct Devtools(pub &'static str, pub Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl Session {
    pub fn start(look: &Look) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (driver, port) = driver(profile.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(look, profile.path()));
        let client = runtime.block_on(builder.connect(&format!("http://127.0.0.1:{port}")));
        let client = client.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let chromium = client.capabilities().and_then(|all| all.get("goog:processID")?.as_u64());
        Self { runtime, client, chromium, _driver: driver, _profile: profile }
    }
}

/// How often a driver is started that finds its port taken: it asks for one by IPv4 and by IPv6, and others ask as well.
const STARTS: usize = 5;

/// A driver that answers, and on which port.
fn driver(profile: &Path) -> (Running, u16) {
    let mut said = Vec::new();
    for _ in 0..STARTS {
        let mut command = Command::new("chromedriver");
        command.env("XDG_CONFIG_HOME", profile).env("XDG_CACHE_HOME", profile);
        let command =
            command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = Running(command.spawn().unwrap_or_else(|error| {
            panic!(
                "chromedriver: {error}. Browser tests need Chromium and its driver; ./test installs both \
                 (Debian: apt-get install chromium chromium-driver), and WHOSWHO_TEST_OFFLINE=1 ./test leaves these tests out"
            )
        }));
        match Lines::of(driver.0.stdout.take().unwrap()).hears("started successfully on port ") {
            Ok(line) => {
                let port = line.rsplit("port ").next().unwrap().trim_end_matches('.').parse().unwrap();
                return (driver, port);
            }
            Err(lines) => said = lines,
        }
    }
    panic!("chromedriver does not start: {said:#?}")
}

impl Drop for Session {
    fn drop(&mut self) {
        // Asked politely first, so that nothing writes into the profile any more when it is removed.
        let client = self.client.clone();
        let _ = self
            .runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(5), client.close()).await });
        if let Some(process) = self.chromium {
            kill(process);
        }
    }
}

fn capabilities(look: &Look, profile: &Path) -> Capabilities {
    let language = if look.language == "de" { "de-DE,de" } else { "en-US,en" };
    let args = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        // So that pictures and contrasts are the same on every machine.
        "--force-color-profile=srgb".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--lang={}", look.language),
        format!("--user-data-dir={}", profile.display()),
    ];
    // 1 allows, 2 forbids.
    let script = if look.script == Script::On { 1 } else { 2 };
    let options = json!({
        "args": args,
        "prefs": {
            "intl.accept_languages": language,
            "profile.default_content_setting_values.javascript": script,
            "profile.password_manager_enabled": false,
            "credentials_enable_service": false,
        },
    });
    let mut all = Capabilities::new();
    all.insert("browserName".to_owned(), json!("chrome"));
    all.insert("goog:chromeOptions".to_owned(), options);
    all
}
