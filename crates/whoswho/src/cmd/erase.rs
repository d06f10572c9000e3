//! `contact erase`: a person goes everywhere and for good.

use std::collections::BTreeSet;
use std::str::FromStr;

use model::ids::ConnectionId;
use model::scope::KeptOut;
use model::{ContactId, Field, SourceId};
use serde::Serialize;
use store::{Book, Erase, Files};

use crate::app::App;
use crate::exit::usage;
use crate::texts::{pick, say};
use show::people::{contacts_of, may_be_person, sources_of, told_apart};

/// What `contact erase` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    customer: String,
    /// Contact id, source id or e-mail address; contacts in the bin count as well
    person: String,
    /// Where several people of the tenant have the address: the source id of the one who is meant; may be repeated
    #[arg(long, value_name = "ID", value_parser = source)]
    source: Vec<SourceId>,
    /// Why: erased, objected or restricted
    #[arg(long, default_value = "erased", value_parser = reason)]
    reason: KeptOut,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

fn source(text: &str) -> Result<SourceId, String> {
    let no_id = || say!("“{text}” is no source id", "„{text}“ ist keine Kennung einer Person des Mandanten");
    SourceId::from_str(text).map_err(|_| no_id())
}

fn reason(text: &str) -> Result<KeptOut, String> {
    let names = || {
        say!(
            "the reasons are erased, objected and restricted",
            "die Gründe sind erased, objected und restricted"
        )
    };
    KeptOut::named(text).ok_or_else(names)
}

/// Whom the words mean.
struct Meant {
    contact: Option<ContactId>,
    sources: Vec<(ConnectionId, SourceId)>,
    shown: String,
}

#[derive(Serialize)]
struct ErasedJson {
    customer: String,
    contact: Option<String>,
    reason: &'static str,
    kept_out: Vec<String>,
    files: &'static str,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let meant = meant(&book, args)?;
    let shown = &meant.shown;
    let what =
        say!("this erases {shown} everywhere and for good", "das löscht {shown} überall und endgültig");
    super::sure(args.yes, &what, "erase")?;
    let whom =
        Erase { contact: meant.contact, sources: &meant.sources, reason: args.reason, by: "contact erase" };
    let erased = app.wait(sync::erase(&book, &whom))?;
    let answer = ErasedJson {
        customer: args.customer.clone(),
        contact: meant.contact.map(|id| book.public_id(id).to_string()),
        reason: args.reason.name(),
        kept_out: erased.kept_out.iter().map(ToString::to_string).collect(),
        files: match erased.files {
            Files::Clean => "clean",
            Files::Later => "later",
            Files::Server => "server",
        },
    };
    app.answer(&answer, told);
    Ok(())
}

fn told(answer: &ErasedJson) -> String {
    let n = answer.kept_out.len();
    let whom = match &answer.contact {
        Some(id) => say!(
            "{id} is erased; kept out of the tenant's people: {n}",
            "{id} ist gelöscht; ausgeschlossene Personen des Mandanten: {n}"
        ),
        None => say!("kept out of the tenant's people: {n}", "ausgeschlossene Personen des Mandanten: {n}"),
    };
    let files = match answer.files {
        "clean" => pick(
            "the database's files hold nothing of them",
            "in den Dateien der Datenbank steht nichts mehr davon",
        ),
        "later" => pick(
            "traces stay in the database's files while somebody reads them; the next erasure clears them",
            "in den Dateien der Datenbank bleiben Spuren, solange jemand darin liest; das nächste Löschen räumt sie weg",
        ),
        _ => pick(
            "PostgreSQL clears the space of what was deleted with its own vacuum",
            "PostgreSQL räumt den Platz des Gelöschten mit seinem eigenen Vacuum auf",
        ),
    };
    let before = pick(
        "backups written before still hold them; docs/backup.md says what to do",
        "ältere Sicherungen enthalten sie noch; was zu tun ist, steht in docs/de/backup.md",
    );
    format!("{whom}\n{files}\n{before}")
}

fn meant(book: &Book, args: &Args) -> anyhow::Result<Meant> {
    let person = args.person.as_str();
    let connection = book.connection()?;
    let mut contacts: BTreeSet<ContactId> = contacts_of(book, person)?.into_iter().collect();
    let slug = &book.customer.slug;
    match (contacts.pop_first(), contacts.len(), connection) {
        (Some(id), 0, _) => {
            let same = book.same_people(id)?;
            // Those linked to it are the contact; of the others only its address is known.
            let unsure = same.len() > 1 && same.iter().any(|one| !one.linked);
            let linked: BTreeSet<SourceId> =
                same.iter().filter(|one| one.linked).map(|one| one.source.clone()).collect();
            let all: Vec<_> = same.into_iter().map(|one| (one.connection, one.source)).collect();
            let sources = chosen(book, person, all, (&args.source, unsure))?;
            // Who was named and only shares the address takes nothing of what is linked to somebody else.
            let others = !args.source.is_empty()
                && !linked.is_empty()
                && !sources.iter().any(|(_, source)| linked.contains(source));
            let contact = (!others).then_some(id);
            let mut shown = contact.map(|id| named(book, id)).transpose()?.into_iter().collect::<Vec<_>>();
            shown.extend(people(book, &sources)?);
            Ok(Meant { contact, sources, shown: shown.join(", ") })
        }
        (Some(first), 1.., _) => {
            let all: Vec<ContactId> = std::iter::once(first).chain(contacts).collect();
            let all = told_apart(book, &all)?;
            Err(usage(say!(
                "several contacts have “{person}”, erase them one by one, each by its id:{all}",
                "mehrere Kontakte haben „{person}“, bitte einzeln löschen, jeden mit seiner Kennung:{all}"
            )))
        }
        (None, _, None) => Err(anyhow::anyhow!(say!(
            "no contact is “{person}”; `whoswho book {slug} --search …` finds contacts",
            "kein Kontakt ist „{person}“; `whoswho book {slug} --search …` findet Kontakte"
        ))),
        (None, _, Some(connection)) => {
            let sources = sources_of(book, connection.id, person)?;
            if sources.is_empty() {
                anyhow::bail!(nobody(slug, person));
            }
            for id in &sources {
                if !may_be_person(book, &connection, id)? {
                    anyhow::bail!(nobody_has(slug, id));
                }
            }
            let all: Vec<_> = sources.into_iter().map(|source| (connection.id, source)).collect();
            let unsure = all.len() > 1;
            let sources = chosen(book, person, all, (&args.source, unsure))?;
            Ok(Meant { contact: None, shown: people(book, &sources)?.join(", "), sources })
        }
    }
}

/// Of people of the tenant those who are meant; with several they must have been named.
fn chosen(
    book: &Book,
    person: &str,
    all: Vec<(ConnectionId, SourceId)>,
    (wanted, unsure): (&[SourceId], bool),
) -> anyhow::Result<Vec<(ConnectionId, SourceId)>> {
    let ids = || Ok::<_, anyhow::Error>(people(book, &all)?.join(", "));
    if let Some(other) = wanted.iter().find(|id| !all.iter().any(|(_, source)| source == *id)) {
        let ids = ids()?;
        return Err(usage(say!(
            "{other} has nothing to do with “{person}”; these have: {ids}",
            "{other} hat mit „{person}“ nichts zu tun; dies sind: {ids}"
        )));
    }
    if !wanted.is_empty() {
        return Ok(all.into_iter().filter(|(_, source)| wanted.contains(source)).collect());
    }
    if unsure {
        let ids = ids()?;
        return Err(usage(say!(
            "several people of the tenant have this address, name with --source who is meant: {ids}",
            "mehrere Personen des Mandanten haben diese Adresse, bitte mit --source angeben, wer gemeint ist: {ids}"
        )));
    }
    Ok(all)
}

/// People of the tenant by id and, where the mirror knows it, by name.
fn people(book: &Book, sources: &[(ConnectionId, SourceId)]) -> anyhow::Result<Vec<String>> {
    let shown = |(connection, source): &(ConnectionId, SourceId)| -> anyhow::Result<String> {
        let known = book.mirror_users(*connection, std::slice::from_ref(source))?.remove(source);
        let name = known.and_then(|mirror| mirror.user.display_name);
        Ok(name.map_or_else(|| source.to_string(), |name| format!("{source} ({name})")))
    };
    sources.iter().map(shown).collect()
}

fn nobody(slug: &str, person: &str) -> String {
    say!(
        "nobody in book, bin or tenant is “{person}”; `whoswho book {slug} --search …` finds contacts",
        "niemand in Kontaktbuch, Papierkorb oder Mandant ist „{person}“; `whoswho book {slug} --search …` findet Kontakte"
    )
}

fn nobody_has(slug: &str, id: &SourceId) -> String {
    say!(
        "nobody in book, bin or tenant has the id {id}; nothing was erased. `whoswho source users {slug}` lists people, \
         `whoswho sync {slug}` reads anew",
        "niemand in Kontaktbuch, Papierkorb oder Mandant hat die Kennung {id}; nichts wurde gelöscht. \
         `whoswho source users {slug}` zeigt Personen, `whoswho sync {slug}` liest neu"
    )
}

fn named(book: &Book, id: ContactId) -> anyhow::Result<String> {
    let contact = book
        .contacts_by_id(&[id])?
        .remove(&id)
        .ok_or_else(|| anyhow::anyhow!(pick("the contact is gone", "den Kontakt gibt es nicht mehr")))?;
    let name = contact
        .values
        .get(Field::DisplayName)
        .unwrap_or(pick("a contact without a name", "ein Kontakt ohne Namen"));
    Ok(format!("{name} ({})", book.public_id(id)))
}
