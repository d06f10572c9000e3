//! The bin and the outbox.

use std::collections::BTreeSet;
use std::str::FromStr;

use ::sync::{Alarm, Want};
use clap::Subcommand;
use model::ids::PublicId;
use model::{Contact, ContactId, Timestamp};
use serde::Serialize;
use serde_json::Value;

use deliver::{Problem, kind_text};
use store::{Back, Book, ErrorText, MailState};

use super::undo;
use crate::app::App;
use crate::exit::usage;
use crate::out::{self, Form, Stream};
use crate::texts::{self, many, pick, say};
use show::people::{contacts_of, told_apart};
use show::when;
use show::{self, Column, ContactJson, RunJson, contact, table};

/// Contacts of the bin read at a time.
const PAGE: i64 = 5_000;

/// Whose.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
}

/// What `bin` takes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct BinArgs {
    /// The customer whose bin is listed
    customer: Option<String>,
    #[command(subcommand)]
    command: Option<BinCommand>,
}

/// What to do with the bin.
#[derive(Debug, Subcommand)]
pub enum BinCommand {
    /// List removed contacts
    List(Args),
    /// Bring a contact back, with its id, links and memberships
    Restore {
        /// The customer
        customer: String,
        /// Contact id, source id or e-mail address
        person: String,
        /// When a run is under way, wait for its end
        #[arg(long)]
        wait: bool,
    },
}

/// A contact that came back.
#[derive(Serialize)]
struct Restored {
    contact: Option<ContactJson>,
    run: Option<RunJson>,
    conflicts: Vec<show::ConflictJson>,
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
    created_at: String,
    /// What the mail says, in the language of texts.
    text: String,
    body: Value,
    /// One for each recipient.
    mails: Vec<MailJson>,
    #[serde(skip)]
    since: String,
}

/// A mail to one recipient.
#[derive(Serialize)]
pub(super) struct MailJson {
    pub to: String,
    pub state: &'static str,
    pub tries: i64,
    /// Since when it is like that.
    pub since: String,
    /// When it is tried next.
    pub next_at: Option<String>,
    /// Why it was not sent so far.
    pub problem: Option<String>,
    /// In words, in the language of texts.
    pub text: Option<&'static str>,
    /// What the server said.
    pub said: Option<String>,
}

impl MailJson {
    pub(super) fn of(mail: store::MailRow) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            state: mail.state.name(),
            tries: mail.tries,
            since: when::rfc3339(mail.changed_at),
            next_at: (mail.state == MailState::Waiting).then(|| when::rfc3339(mail.due_at)),
            text: Problem::named(&mail.why).map(Problem::text),
            problem: some(mail.why),
            said: some(mail.said),
            to: mail.address,
        }
    }
}

/// The bin.
pub fn bin(app: &App, args: &BinArgs) -> anyhow::Result<()> {
    match (&args.command, &args.customer) {
        (Some(BinCommand::Restore { customer, person, wait }), _) => restore(app, customer, person, *wait),
        (Some(BinCommand::List(args)), _) => list_bin(app, &args.customer),
        (None, Some(customer)) => list_bin(app, customer),
        (None, None) => Err(usage(pick(
            "whose bin? `whoswho bin list CUSTOMER`",
            "der Papierkorb welches Kunden? `whoswho bin list KUNDE`",
        ))),
    }
}

/// Brings a contact back. Where the customer is connected this is an undo, so that no run removes it again.
fn restore(app: &App, customer: &str, person: &str, wait: bool) -> anyhow::Result<()> {
    let book = app.book(customer)?;
    let id = contact_meant(&book, person, Lies::InTheBin)?;
    let (run, conflicts) = if book.connection()?.is_some() {
        let done = undo::carry_out(app, &book, (Back::Removal(id), Want::Apply), wait)?;
        (Some(show::run_json(&book, &done.report.run)?), show::conflicts(&book, &done)?)
    } else {
        book.restore_contact(id, when::now())?;
        (None, Vec::new())
    };
    let public = book.public_id(id).to_string();
    let contact = book.entry(id)?.map(|entry| show::of_entry(&book, &entry));
    let connected = run.is_some();
    app.answer(&Restored { contact, run, conflicts }, |restored| {
        let name = restored.contact.as_ref().and_then(|c| c.display_name.clone());
        let mut lines = show::conflict_lines(&restored.conflicts, |field| field.name().to_owned());
        if restored.contact.is_some() {
            let name = name.unwrap_or(public);
            let linked = restored.contact.as_ref().is_some_and(|c| c.linked.is_some());
            lines.push(if connected && !linked {
                say!(
                    "{name} is back in the book, with its groups; no person is linked, so runs leave it alone",
                    "{name} ist wieder im Kontaktbuch, mit seinen Gruppen; verknüpft ist niemand, Läufe lassen ihn also in Ruhe"
                )
            } else if connected { say!(
                "{name} is back in the book, with links and groups; runs leave it so until the person changes in Microsoft 365",
                "{name} ist wieder im Kontaktbuch, mit Verknüpfung und Gruppen; Läufe lassen es so, bis sich die Person in Microsoft 365 ändert"
            ) } else {
                say!("{name} is back in the book", "{name} ist wieder im Kontaktbuch")
            });
        }
        lines.join("\n")
    });
    Ok(())
}

/// Where a contact that somebody names may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// In the book or in the bin.
    Anywhere,
    /// In the bin.
    InTheBin,
}

/// The one contact that a PERSON means.
pub fn contact_meant(book: &Book, person: &str, lies: Lies) -> anyhow::Result<ContactId> {
    let mut found = contacts_of(book, person)?;
    if lies == Lies::InTheBin {
        let living: BTreeSet<ContactId> =
            book.entries_by_id(&found)?.into_iter().map(|e| e.contact.id).collect();
        found.retain(|id| !living.contains(id));
    } else if found.is_empty() {
        // One that has left the bin: what asks for it says so.
        found.extend(PublicId::from_str(person).ok().and_then(|id| book.store().contact_of(id)));
    }
    let slug = &book.customer.slug;
    match found.as_slice() {
        [one] => Ok(*one),
        [] if lies == Lies::InTheBin => Err(anyhow::anyhow!(say!(
            "nobody in the bin is “{person}”; `whoswho bin list {slug}` shows who is",
            "niemand im Papierkorb ist „{person}“; `whoswho bin list {slug}` zeigt, wer darin ist"
        ))),
        [] => Err(anyhow::anyhow!(say!(
            "no contact is “{person}”; `whoswho book {slug}` shows the book",
            "kein Kontakt ist „{person}“; `whoswho book {slug}` zeigt das Kontaktbuch"
        ))),
        several => {
            let all = told_apart(book, several)?;
            Err(usage(say!(
                "“{person}” means several contacts; name one by its id:{all}",
                "„{person}“ passt auf mehrere Kontakte; bitte die Kennung von einem nennen:{all}"
            )))
        }
    }
}

fn list_bin(app: &App, customer: &str) -> anyhow::Result<()> {
    let book = app.book(customer)?;
    let mut page = book.bin_page(None, PAGE)?;
    if page.is_empty() && app.form == Form::Text {
        out::lines(pick("the bin is empty", "der Papierkorb ist leer"));
        return Ok(());
    }
    let mut to = Stream::stdout();
    let mut array = out::Array::default();
    loop {
        let of = |(c, at): &(Contact, Timestamp)| Binned {
            contact: contact(&book, c),
            removed_at: when::rfc3339(*at),
        };
        let some: Vec<Binned> = page.iter().map(of).collect();
        match app.form {
            Form::Text => to.tell(&bin_table(&some)),
            Form::Json => some.iter().try_for_each(|one| array.push(&mut to, one))?,
        }
        let last = page.last().filter(|_| page.len() as i64 == PAGE).map(|(c, at)| (*at, c.id));
        page = match last {
            Some(last) if !to.closed() => book.bin_page(Some(last), PAGE)?,
            Some(_) | None => break,
        };
        if page.is_empty() {
            break;
        }
    }
    if app.form == Form::Json {
        array.end(&mut to);
    }
    Ok(())
}

fn bin_table(some: &[Binned]) -> String {
    let mut table = table(&[
        Column::Name(pick("name", "Name")),
        Column::Name(pick("e-mail", "E-Mail")),
        Column::Whole(pick("removed (UTC)", "entfernt (UTC)")),
        Column::Whole(pick("id", "Kennung")),
    ]);
    for b in some {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        table.add_row([
            text(&b.contact.display_name),
            text(&b.contact.email),
            when::shortened(&b.removed_at),
            b.contact.id.clone(),
        ]);
    }
    table.text()
}

pub(super) fn state_text(code: &str) -> &str {
    match code {
        "waiting" => pick("waiting", "wartet"),
        "sending" => pick("being sent", "wird gesendet"),
        "sent" => pick("sent", "gesendet"),
        "failed" => pick("failed", "fehlgeschlagen"),
        "unclear" => pick("unclear", "unklar"),
        other => other,
    }
}

/// Removed contacts that a line names.
const NAMED: usize = 5;

/// What a mail will say, in a line or few.
fn content(kind: &str, body: &Value) -> String {
    let number = |name: &str| body.get(name).and_then(Value::as_i64).unwrap_or_default();
    match kind {
        "removed_contacts" => match body.get("removed").and_then(Value::as_array) {
            Some(contacts) => removed(contacts),
            None => many(number("count"), ["contact", "contacts"], ["Kontakt", "Kontakte"]),
        },
        "run_failed" => {
            let said = |code: &str| {
                body.pointer(&format!("/error/{code}")).and_then(Value::as_str).map(str::to_owned)
            };
            let error = said("en").map(|english| ErrorText { english, german: said("de") });
            error.map_or_else(|| body.to_string(), |error| texts::kept(&error).to_owned())
        }
        "credential_ends" => {
            say!("the access ends on {}", "der Zugang endet am {}", when::short(Timestamp(number("ends"))))
        }
        "consent_link" => pick("a link to consent by", "ein Link zum Zustimmen").to_owned(),
        "held_operations" => {
            let new = number("new");
            many(
                new,
                ["more operation is held than before", "more operations are held than before"],
                [
                    "Änderung mehr ist zurückgehalten als zuvor",
                    "Änderungen mehr sind zurückgehalten als zuvor",
                ],
            )
        }
        "plan_waiting" => many(number("operations"), ["operation", "operations"], ["Änderung", "Änderungen"]),
        "no_good_run" => Alarm::of_body(body).map_or_else(|| body.to_string(), |alarm| texts::alarm(&alarm)),
        // One that this Whoswho does not know.
        _ => body.to_string(),
    }
}

fn removed(contacts: &[Value]) -> String {
    let one = |c: &Value| {
        let texts: Vec<&str> =
            ["name", "email"].iter().filter_map(|field| c.get(*field).and_then(Value::as_str)).collect();
        match texts.as_slice() {
            [] => pick("a contact without a name", "ein Kontakt ohne Namen").to_owned(),
            [one] => (*one).to_owned(),
            [name, email, ..] => format!("{name} ({email})"),
        }
    };
    let mut lines: Vec<String> = contacts.iter().take(NAMED).map(one).collect();
    if contacts.len() > NAMED {
        let more = contacts.len() - NAMED;
        lines.push(say!("… and {more} more; --json shows all", "… und {more} weitere; --json zeigt alle"));
    }
    lines.join("\n")
}

/// Lists the outbox.
pub fn outbox(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let mut all = Vec::new();
    for row in book.outbox()? {
        let body = serde_json::from_str(&row.body).unwrap_or(Value::String(row.body));
        let created_at = when::rfc3339(row.created_at);
        let since = when::short(row.created_at);
        let text = content(&row.kind, &body);
        let mails = row.mails.into_iter().map(MailJson::of).collect();
        all.push(Post { id: row.id, kind: row.kind, created_at, text, body, mails, since });
    }
    app.answer(&all, |all| {
        if all.is_empty() {
            return pick("the outbox is empty", "der Postausgang ist leer").into();
        }
        let mut table = table(&[
            Column::Whole(pick("no.", "Nr.")),
            Column::Text(pick("kind", "Art")),
            Column::Whole(pick("since (UTC)", "seit (UTC)")),
            Column::Name(pick("to", "an")),
            Column::Whole(pick("state", "Stand")),
            Column::Text(pick("content", "Inhalt")),
        ]);
        for post in all {
            let lines = |line: &dyn Fn(&MailJson) -> String| {
                post.mails.iter().map(line).collect::<Vec<_>>().join("\n")
            };
            let to = if post.mails.is_empty() {
                pick("(nobody is named)", "(niemand ist genannt)").to_owned()
            } else {
                lines(&|mail| mail.to.clone())
            };
            table.add_row([
                post.id.to_string(),
                kind_text(&post.kind).to_owned(),
                post.since.clone(),
                to,
                lines(&|mail| state_text(mail.state).to_owned()),
                post.text.clone(),
            ]);
        }
        table.text()
    });
    Ok(())
}
