//! Configuration: defaults, then one TOML file, then the environment (`WHOSWHO_…`), then the command line. Unknown keys are
//! errors, wherever they stand.

use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Env, Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::{KEY_VARIABLE, KeyRing, Location, Store};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::args::Global;
use crate::exit::usage;
use crate::texts::{self, Language, pick, say};

/// What is in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder of the database, the key and whatever else must stay.
    pub data: PathBuf,
    /// A `postgres://` URL or the path of an SQLite file; without it an SQLite file in the data folder.
    pub database: Option<String>,
    /// Where `serve` listens.
    pub listen: String,
    /// Where browsers reach the pages: `https://whoswho.example`, without a path; where it is left out, `http://` and what
    /// `serve` listens on.
    pub public_url: Option<String>,
    /// Sign-in host of a cloud of one's own, which pages offer beside Microsoft's; needs `graph_url`.
    pub login_url: Option<String>,
    /// Its Graph host.
    pub graph_url: Option<String>,
    /// What is logged: off, error, warn, info, debug, trace, or a filter by module.
    pub log: String,
    /// Language of texts: de, en, or auto for what the environment says.
    pub language: String,
    /// Whether `serve` starts runs that are due.
    pub schedule: bool,
    /// Seconds between two looks at what is due.
    pub poll_seconds: u64,
}

/// A key with its value and where that comes from.
#[derive(Debug, Clone, Serialize)]
pub struct Origin {
    /// The key.
    pub key: &'static str,
    /// The value, secrets masked.
    pub value: Option<String>,
    /// Where it comes from.
    pub from: String,
}

/// Settings with their origins.
#[derive(Debug, Clone)]
pub struct Config {
    /// What is in force.
    pub settings: Settings,
    /// Every key.
    pub origins: Vec<Origin>,
}

const KEYS: [&str; 10] = [
    "data",
    "database",
    "listen",
    "public_url",
    "login_url",
    "graph_url",
    "log",
    "language",
    "schedule",
    "poll_seconds",
];
/// Claims are renewed with each look at what is due, so it must not be rarer.
const MOST_POLL: u64 = 10;
const PREFIX: &str = "WHOSWHO_";
/// Variables with this prefix that are no keys: the key ring, the file itself, and hooks of tests.
const NO_KEYS: [&str; 2] = ["key", "config"];
const FILE: &str = "whoswho.toml";

impl Config {
    /// Reads everything.
    pub fn load(global: &Global) -> anyhow::Result<Self> {
        let mut figment = Figment::from(defaults());
        if let Some(path) = file(global)? {
            readable(&path)?;
            figment = figment.merge(Toml::file_exact(path));
        }
        let is_key = |name: &figment::value::UncasedStr| {
            !NO_KEYS.iter().any(|k| name == *k) && !name.as_str().to_ascii_lowercase().starts_with("test_")
        };
        let figment = figment.merge(Env::prefixed(PREFIX).filter(is_key)).merge(typed(global));
        let settings: Settings =
            figment.extract().map_err(|e| usage(e.into_iter().map(told).collect::<Vec<_>>().join("\n")))?;
        settings.check()?;
        let from =
            |key: &'static str| figment.find_metadata(key).map_or_else(|| "default".to_owned(), origin);
        let origins = KEYS.map(|key| {
            let from = from(key);
            let from = if from == "environment" {
                format!("environment, {PREFIX}{}", key.to_uppercase())
            } else {
                from
            };
            Origin { key, value: settings.shown(key), from }
        });
        Ok(Self { settings, origins: origins.into() })
    }

    /// The language of texts.
    pub fn language(&self) -> anyhow::Result<Language> {
        let code = &self.settings.language;
        let wrong = || {
            usage(say!(
                "language cannot be “{code}”; it takes de, en or auto",
                "language kann nicht „{code}“ sein; möglich sind de, en und auto"
            ))
        };
        Language::named(code).ok_or_else(wrong)
    }

    /// What is logged. A single word must be a level: as the name of a module it would silently log nothing.
    pub fn log_filter(&self) -> anyhow::Result<EnvFilter> {
        let log = &self.settings.log;
        let wrong = || {
            usage(say!(
                "log cannot be “{log}”; it takes off, error, warn, info, debug, trace, or MODULE=LEVEL",
                "log kann nicht „{log}“ sein; möglich sind off, error, warn, info, debug, trace oder MODUL=STUFE"
            ))
        };
        let is_filter = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
        if !log.split(',').all(is_filter) {
            return Err(wrong());
        }
        // Of the migrations only what goes wrong: four lines before every command are no news.
        let quiet = log.trim().eq_ignore_ascii_case("info");
        let log = if quiet { "info,refinery_core=warn" } else { log.as_str() };
        EnvFilter::try_new(log).map_err(|_| wrong())
    }

    /// Where the database is.
    pub fn location(&self) -> Location {
        let in_folder = || Store::in_folder(&self.settings.data);
        self.settings.database.as_deref().map_or_else(in_folder, Location::from)
    }

    /// Whether nobody has named a folder or a database, so the data lies in the usual folder.
    pub fn is_usual_folder(&self) -> bool {
        let named = |origin: &Origin| ["data", "database"].contains(&origin.key) && origin.from != "default";
        !self.origins.iter().any(named)
    }

    /// The keys to sealed values.
    pub fn key_ring(&self) -> store::Result<KeyRing> {
        let environment = std::env::var(KEY_VARIABLE).ok().filter(|v| !v.is_empty()).map(SecretString::from);
        KeyRing::load(&self.settings.data, environment.as_ref())
    }
}

/// Whether the file is TOML. A parser shows the line that it stumbles over, and a password may stand in it, so only its
/// number and its key are told.
fn readable(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| {
        usage(say!(
            "the configuration file {shown} cannot be read: {}",
            "die Konfigurationsdatei {shown} ist nicht lesbar: {}",
            e
        ))
    })?;
    let Err(error) = Toml::string(&text).data() else { return Ok(()) };
    let said = error.to_string();
    let behind = said.split_once("at line ").map_or("", |(_, rest)| rest);
    let number: String = behind.chars().take_while(char::is_ascii_digit).collect();
    let line = number.parse::<usize>().ok().and_then(|n| text.lines().nth(n.saturating_sub(1)));
    let key = line.and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
    let key = if KEYS.contains(&key) { format!(" ({key})") } else { String::new() };
    Err(usage(say!(
        "{shown}, line {number}{key}: this is no TOML; it takes KEY = VALUE, texts in quotation marks at both ends, each key once",
        "{shown}, Zeile {number}{key}: das ist kein TOML; nötig ist SCHLÜSSEL = WERT, Texte vorn und hinten in \
         Anführungszeichen, jeder Schlüssel einmal"
    )))
}

/// What is wrong with a value, without the value: it may be a password at the wrong key.
fn told(error: figment::Error) -> String {
    let key = error.path.join(".");
    let from = error.metadata.as_ref().map(|m| format!(" ({})", place(m, &key))).unwrap_or_default();
    match error.kind {
        Kind::UnknownField(name, known) => {
            let known = known.join(", ");
            say!(
                "configuration{from}: there is no key “{name}”; the keys are {known}",
                "Konfiguration{from}: den Schlüssel „{name}“ gibt es nicht; möglich sind {known}"
            )
        }
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => {
            let wanted = kind_of_value(&wanted);
            say!("configuration{from}: {key} takes {wanted}", "Konfiguration{from}: {key} braucht {wanted}")
        }
        Kind::Message(_)
        | Kind::InvalidLength(..)
        | Kind::UnknownVariant(..)
        | Kind::MissingField(_)
        | Kind::DuplicateField(_)
        | Kind::ISizeOutOfRange(_)
        | Kind::USizeOutOfRange(_)
        | Kind::Unsupported(_)
        | Kind::UnsupportedKey(..) => {
            say!(
                "configuration{from}: {key} cannot be used",
                "Konfiguration{from}: {key} ist nicht brauchbar"
            )
        }
    }
}

/// Where a broken value stands, as a person looks for it.
fn place(metadata: &Metadata, key: &str) -> String {
    match origin(metadata) {
        from if from == "environment" => format!("{PREFIX}{}", key.to_ascii_uppercase()),
        from => match from.strip_prefix("file ") {
            Some(file) => say!("file {file}", "Datei {file}"),
            None => from,
        },
    }
}

/// What a key takes, for people.
fn kind_of_value(wanted: &impl std::fmt::Display) -> &'static str {
    match wanted.to_string().as_str() {
        "bool" | "a boolean" => pick("true or false", "true oder false"),
        "string" | "a string" => pick("a text in quotation marks", "einen Text in Anführungszeichen"),
        _ => pick("a whole number", "eine ganze Zahl"),
    }
}

/// Words with which a PostgreSQL connection string of KEY=VALUE begins or goes on.
const LIBPQ: [&str; 8] = ["host", "hostaddr", "port", "user", "password", "dbname", "sslmode", "passfile"];

/// Whether a text stands for a database: a `postgres://` URL or a path. Anything else that may hold a password must not
/// become the name of a file, and is never shown.
fn is_database(text: &str) -> bool {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return true;
    }
    let path = text.strip_prefix("sqlite://").unwrap_or(text);
    let names_server = path.starts_with("postgres") && path.contains(':');
    let is_pair = |word: &str| word.split_once('=').is_some_and(|(key, _)| LIBPQ.contains(&key.trim()));
    !path.contains("://") && !names_server && !path.split_whitespace().any(is_pair)
}

impl Settings {
    /// What every command would trip over later, in other words.
    fn check(&self) -> anyhow::Result<()> {
        if self.database.as_deref().is_some_and(|text| !is_database(text)) {
            return Err(usage(pick(
                "database takes postgres://USER:PASSWORD@HOST/NAME or the path of an SQLite file; what was given is neither, \
                 and is not shown here because a password may stand in it",
                "database nimmt postgres://BENUTZER:PASSWORT@HOST/NAME oder den Pfad einer SQLite-Datei; was angegeben ist, ist \
                 keines von beiden und wird hier nicht gezeigt, denn darin kann ein Passwort stehen",
            )));
        }
        if let Some(url) = self.public_url.as_deref().filter(|url| !is_public_url(url)) {
            return Err(usage(say!(
                "public_url cannot be “{url}”; it takes https://HOST or http://HOST, with a port where it needs one, and no path",
                "public_url kann nicht „{url}“ sein; möglich sind https://RECHNER oder http://RECHNER, nötigenfalls mit Port, und \
                 ohne Pfad"
            )));
        }
        match (&self.login_url, &self.graph_url) {
            (None, None) => {}
            (Some(login), Some(graph)) => {
                graph::Hosts::custom(login, graph).map_err(|e| usage(texts::bad_hosts(&e)))?;
            }
            (Some(_), None) | (None, Some(_)) => {
                return Err(usage(pick(
                    "login_url and graph_url belong together: set both, or neither",
                    "login_url und graph_url gehören zusammen: beide setzen oder keine",
                )));
            }
        }
        if !(1..=MOST_POLL).contains(&self.poll_seconds) {
            return Err(usage(say!(
                "poll_seconds cannot be {}; it takes 1 to {MOST_POLL}",
                "poll_seconds kann nicht {} sein; möglich sind 1 bis {MOST_POLL}",
                self.poll_seconds
            )));
        }
        Ok(())
    }

    /// Sign-in and Graph of a cloud of one's own.
    pub fn own_cloud(&self) -> Option<(String, String)> {
        self.login_url.clone().zip(self.graph_url.clone())
    }

    fn shown(&self, key: &str) -> Option<String> {
        match key {
            "data" => Some(self.data.display().to_string()),
            "database" => self.database.as_deref().map(masked),
            "listen" => Some(self.listen.clone()),
            "public_url" => self.public_url.clone(),
            "login_url" => self.login_url.clone(),
            "graph_url" => self.graph_url.clone(),
            "language" => Some(self.language.clone()),
            "schedule" => Some(self.schedule.to_string()),
            "poll_seconds" => Some(self.poll_seconds.to_string()),
            _ => Some(self.log.clone()),
        }
    }
}

/// Whether browsers can be sent there: a scheme, a host and perhaps a port, nothing else.
fn is_public_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(['/', '?', '#', '@', ' ', '\\'])
            && host.bytes().all(|b| b.is_ascii_graphic())
    })
}

/// A URL without its password and without its query, where a password may stand as well.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?***"));
    let Some((user, host)) = rest.rsplit_once('@') else {
        // A password with a question mark, or without its host: what stands before the path is then no host and port.
        let port = rest.split('/').next().and_then(|host| host.rsplit_once(':')).map_or("", |(_, port)| port);
        let plain = port.chars().all(|c| c.is_ascii_digit());
        return if plain { format!("{scheme}://{rest}{query}") } else { format!("{scheme}://***") };
    };
    let name = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{name}:***@{host}{query}")
}

/// The file that was named, which must exist, or the one in the working folder if it is there.
fn file(global: &Global) -> anyhow::Result<Option<PathBuf>> {
    let named = global.config.clone().or_else(|| std::env::var_os("WHOSWHO_CONFIG").map(PathBuf::from));
    match named {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => {
            let path = path.display();
            Err(usage(say!(
                "there is no configuration file {path}",
                "die Konfigurationsdatei {path} gibt es nicht"
            )))
        }
        None => Ok(Some(PathBuf::from(FILE)).filter(|path| path.is_file())),
    }
}

fn origin(metadata: &Metadata) -> String {
    if metadata.name.contains("environment") {
        return "environment".into();
    }
    match &metadata.source {
        Some(source) if metadata.name.contains("TOML") => format!("file {source}"),
        Some(_) | None => metadata.name.to_string(),
    }
}

/// Values with the name of where they stand.
struct Named(&'static str, Dict);

impl Provider for Named {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.1.clone()))
    }
}

fn defaults() -> Named {
    let values =
        [("data", "./whoswho-data"), ("listen", "127.0.0.1:8080"), ("log", "warn"), ("language", "auto")];
    let texts = values.into_iter().map(|(k, v)| (k.to_owned(), Value::from(v)));
    let others = [("schedule", Value::from(true)), ("poll_seconds", Value::from(5_u64))];
    Named("default", texts.chain(others.map(|(k, v)| (k.to_owned(), v))).collect())
}

fn typed(global: &Global) -> Named {
    let data = global.data.as_ref().map(|d| d.display().to_string());
    let values = [
        ("data", data),
        ("database", global.database.clone()),
        ("log", global.log.clone()),
        ("language", global.language.clone()),
    ];
    let given = values.into_iter().filter_map(|(k, v)| Some((k.to_owned(), Value::from(v?))));
    Named("command line", given.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        assert_eq!(masked("postgres://u:geheim@h/x"), "postgres://u:***@h/x");
        assert_eq!(masked("postgres://h/x?user=u&password=geheim"), "postgres://h/x?***");
        assert_eq!(masked("postgres://u:ge?heim@h/x"), "postgres://***");
        assert_eq!(masked("postgres://h:5432/x"), "postgres://h:5432/x");
        assert_eq!(masked("data/whoswho.db"), "data/whoswho.db");
    }

    #[test]
    fn browsers_are_sent_to_a_host_and_nowhere_else() {
        for good in ["https://whoswho.example", "http://10.0.0.5:8080", "http://[::1]:8080"] {
            assert!(is_public_url(good), "{good}");
        }
        for bad in ["whoswho.example", "https://", "https://x/y", "https://u:p@x", "ftp://x", "https://x?y"] {
            assert!(!is_public_url(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_neither_a_url_of_postgresql_nor_a_path_is_no_database() {
        for good in ["postgres://u:p@h/d", "postgresql://h/d", "sqlite://a.db", "./a=b/c.db", "/var/lib/w.db"]
        {
            assert!(is_database(good), "{good}");
        }
        let bad = [
            "postgress://u:p@h/d",
            "mysql://u:p@h/d",
            "host=h password=p",
            "password=p",
            "postgres:/u:p@h/d",
        ];
        for bad in bad {
            assert!(!is_database(bad), "{bad}");
        }
    }
}
