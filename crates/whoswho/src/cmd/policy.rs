//! Policy: show, set, preset, for one customer or for all.

use clap::{Args, Subcommand};
use model::policy::PolicyError;
use model::{Policy, Preset};
use serde::Serialize;
use store::{Book, Levels, Store};

use super::agreement;
use super::customer::preset;
use crate::app::App;
use crate::exit::usage;
use crate::out;
use crate::texts::{self, many, pick, say};
use show::{Column, table};

/// What to do with a policy.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every key with its value and where that comes from
    Show {
        #[command(flatten)]
        whose: Whose,
    },
    /// Change keys, or let them be inherited again (KEY=); everybody is planned anew with the next run
    Set {
        /// Change the keys that all customers inherit
        #[arg(long)]
        operator: bool,
        /// CUSTOMER (without --operator), then KEY=VALUE…
        #[arg(required = true, value_name = "CUSTOMER KEY=VALUE")]
        words: Vec<String>,
    },
    /// Take a preset; a customer's own keys are dropped, and `operator` makes it inherit. For the operator: what new customers
    /// start from
    Preset {
        /// For new customers
        #[arg(long)]
        operator: bool,
        /// CUSTOMER (without --operator), then the preset's name
        #[arg(required = true, num_args = 1..=2, value_name = "CUSTOMER NAME")]
        words: Vec<String>,
    },
}

/// Whose policy.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The customer
    customer: Option<String>,
    /// What all customers inherit
    #[arg(long)]
    operator: bool,
}

#[derive(Serialize)]
struct PolicyJson {
    customer: Option<String>,
    preset: &'static str,
    /// `customer` where the preset was chosen for it, and the operator's keys hold only where presets are alike.
    preset_from: &'static str,
    keys: Vec<KeyJson>,
}

#[derive(Serialize)]
struct KeyJson {
    key: String,
    value: String,
    from: &'static str,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Show { whose: Whose { customer: Some(slug), .. } } => {
            show(app, &app.book(&slug)?, Rows::All)
        }
        Command::Show { .. } => show_operator(app, &app.store()?, Rows::All),
        Command::Set { operator: true, words } => set_operator(app, &words),
        Command::Set { operator: false, words } => {
            let (slug, values) = words
                .split_first()
                .ok_or_else(|| usage(pick("whose policy?", "die Regeln welches Kunden?")))?;
            if values.is_empty() || slug.contains('=') {
                return Err(usage(pick(
                    "give a customer and then KEY=VALUE…, or --operator and KEY=VALUE…",
                    "einen Kunden und dann SCHLÜSSEL=WERT… angeben, oder --operator und SCHLÜSSEL=WERT…",
                )));
            }
            let book = app.book(slug)?;
            let pairs = checked(values, book.policy()?)?;
            agreement::changing(&book, || Ok(book.set_policy(&pairs)?))?;
            show(app, &reread(app, &book)?, Rows::Of(&pairs))
        }
        Command::Preset { operator, words } => match (operator, words.as_slice()) {
            (true, [name]) => {
                let store = app.new_store()?;
                store.set_setting("preset", preset(name).map_err(usage)?.name())?;
                show_operator(app, &store, Rows::All)
            }
            (false, [slug, name]) => {
                // `operator`: nothing chosen for this customer any more.
                let chosen = if name == "operator" { None } else { Some(preset(name).map_err(usage)?) };
                let book = app.book(slug)?;
                agreement::changing(&book, || Ok(book.take_preset(chosen)?))?;
                show(app, &reread(app, &book)?, Rows::All)
            }
            (_, _) => Err(usage(pick(
                "give a customer and a preset, or --operator and a preset",
                "einen Kunden und eine Vorlage angeben, oder --operator und eine Vorlage",
            ))),
        },
    }
}

fn reread(app: &App, book: &Book) -> anyhow::Result<Book> {
    app.book(&book.customer.slug)
}

/// Keys and values, tried on a policy before anything is stored.
fn checked(values: &[String], mut policy: Policy) -> anyhow::Result<Vec<(String, String)>> {
    let pairs = super::pairs(values)?;
    for (key, value) in &pairs {
        if key == "scope" {
            return Err(usage(pick(
                "scope is set with `whoswho scope`",
                "scope wird mit `whoswho scope` gesetzt",
            )));
        }
        if value.is_empty() {
            // Nothing to try but the key: it is inherited from now on.
            if policy.get(key).is_err() {
                return Err(usage(texts::policy_error(&PolicyError::UnknownKey(key.clone()))));
            }
            continue;
        }
        show::rules::try_key(&mut policy, key, value).map_err(usage)?;
    }
    Ok(pairs)
}

fn set_operator(app: &App, words: &[String]) -> anyhow::Result<()> {
    let store = app.new_store()?;
    let keys = checked(words, Preset::Careful.policy())?;
    agreement::changing_all(&store, || Ok(store.set_policy(&keys)?))?;
    if keys.iter().any(|(key, _)| Preset::differ_in(Policy::stored_name(key))) {
        let own = store.customers()?.iter().filter(|c| c.preset_chosen).count();
        if own > 0 {
            let customers = many(
                own,
                [
                    "customer has a preset of its own and keeps what it says",
                    "customers have presets of their own and keep what they say",
                ],
                [
                    "Kunde hat eine eigene Vorlage und behält, was sie sagt",
                    "Kunden haben eigene Vorlagen und behalten, was diese sagen",
                ],
            );
            out::note(&say!(
                "{customers}; `whoswho policy preset CUSTOMER operator` makes one inherit",
                "{customers}; nach `whoswho policy preset KUNDE operator` gilt für einen wieder, was der Betreiber festlegt"
            ));
        }
    }
    show_operator(app, &store, Rows::Of(&keys))
}

/// Which keys are answered.
#[derive(Clone, Copy)]
enum Rows<'a> {
    All,
    /// Those that were set just now, with how to see the others.
    Of(&'a [(String, String)]),
}

impl Rows<'_> {
    fn has(self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of(set) => set.iter().any(|(name, _)| name == key),
        }
    }
}

fn show(app: &App, book: &Book, rows: Rows<'_>) -> anyhow::Result<()> {
    let (policy, Levels { operator, own }) = book.policy_and_levels()?;
    let has = |list: &[(String, String)], key: &str| list.iter().any(|(name, _)| name == key);
    let mut keys = Vec::new();
    for key in Policy::KEYS.into_iter().filter(|k| !matches!(*k, "scope" | "link") && rows.has(k)) {
        let from = match key {
            _ if has(&own, key) => "customer",
            _ if has(&operator, key) => "operator",
            _ => "preset",
        };
        keys.push(KeyJson { key: key.to_owned(), value: policy.get(key)?, from });
    }
    let (customer, preset) = (Some(book.customer.slug.clone()), book.customer.preset.name());
    let preset_from = if book.customer.preset_chosen { "customer" } else { "operator" };
    answer(app, &PolicyJson { customer, preset, preset_from, keys }, rows);
    Ok(())
}

fn show_operator(app: &App, store: &Store, rows: Rows<'_>) -> anyhow::Result<()> {
    let preset = store.usual_preset()?;
    let keys = store.settings("policy.")?.into_iter().map(|(name, value)| {
        let key = name.strip_prefix("policy.").unwrap_or(&name).to_owned();
        KeyJson { key, value, from: "operator" }
    });
    let keys = keys.filter(|key| rows.has(&key.key)).collect();
    let (preset, preset_from) = (preset.name(), "operator");
    answer(app, &PolicyJson { customer: None, preset, preset_from, keys }, rows);
    Ok(())
}

fn answer(app: &App, policy: &PolicyJson, rows: Rows<'_>) {
    app.answer(policy, |policy| {
        let mut table = table(&[
            Column::Whole(pick("key", "Schlüssel")),
            Column::Text(pick("value", "Wert")),
            Column::Text(pick("from", "von")),
        ]);
        for key in &policy.keys {
            let from = match key.from {
                "customer" => pick("customer", "Kunde"),
                "operator" => pick("operator", "Betreiber"),
                _ => pick("preset", "Vorlage"),
            };
            table.add_row([key.key.as_str(), &key.value, from]);
        }
        let whose = match (&policy.customer, policy.preset_from) {
            (None, _) => "",
            (Some(_), "customer") => pick(", chosen for this customer", ", für diesen Kunden gewählt"),
            (Some(_), _) => pick(", as the operator's", ", vom Betreiber"),
        };
        let head = format!("{} {}{whose}", pick("preset", "Vorlage"), policy.preset);
        let whose = policy.customer.as_deref().unwrap_or("--operator");
        match rows {
            Rows::All => format!("{head}\n{}", table.text()),
            Rows::Of(_) => say!(
                "{}\n`whoswho policy show {whose}` shows all keys",
                "{}\n`whoswho policy show {whose}` zeigt alle Schlüssel",
                table.text()
            ),
        }
    });
}
