//! The bin and the outbox.

use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::show::{ContactJson, contact, table, trimmed};
use crate::when;

/// Whose.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
}

#[derive(Serialize)]
struct Binned {
    #[serde(flatten)]
    contact: ContactJson,
    removed_at: String,
}

#[derive(Serialize)]
struct Post {
    id: i64,
    kind: String,
    state: String,
    created_at: String,
    body: Value,
}

/// Lists the bin.
pub fn bin(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let of = |(c, at): &(model::Contact, model::Timestamp)| Binned {
        contact: contact(&book, c),
        removed_at: when::rfc3339(*at),
    };
    let all: Vec<Binned> = book.bin()?.iter().map(of).collect();
    app.answer(&all, |all| {
        if all.is_empty() {
            return "the bin is empty".into();
        }
        let mut table = table(&["name", "e-mail", "removed"]);
        for b in all {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            table.add_row([text(&b.contact.display_name), text(&b.contact.email), b.removed_at.clone()]);
        }
        trimmed(&table)
    });
    Ok(())
}

/// Lists the outbox.
pub fn outbox(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let mut all = Vec::new();
    for row in book.outbox()? {
        let body = serde_json::from_str(&row.body).unwrap_or(Value::String(row.body));
        let created_at = when::rfc3339(row.created_at);
        all.push(Post { id: row.id, kind: row.kind, state: row.state, created_at, body });
    }
    app.answer(&all, |all| {
        if all.is_empty() {
            return "the outbox is empty".into();
        }
        let mut table = table(&["no.", "kind", "state", "since", "content"]);
        for post in all {
            table.add_row([
                post.id.to_string(),
                post.kind.clone(),
                post.state.clone(),
                post.created_at.clone(),
                post.body.to_string(),
            ]);
        }
        trimmed(&table)
    });
    Ok(())
}
