//! The chapters, in the order in which they are told. Each works for any company, also for one of ten people.

use std::time::Duration;

use anyhow::Result;
use engine::guard;
use model::plan::GuardKind;
use model::{RunId, SourceId};
use store::Chosen;
use sync::{Office, Want};
use tokio::signal::unix::{SignalKind, signal};

use super::company::Change;
use super::story::{Story, Told, blocking};
use crate::progress;
use crate::texts::{pick, say};

/// Rows of a table that is only looked into.
const ROWS: usize = 6;
/// Between two runs when the company goes on living.
const PAUSE: Duration = Duration::from_secs(4);

/// The whole story.
pub async fn tell(story: &mut Story) -> Result<()> {
    company(story);
    plan(story).await?;
    apply(story).await?;
    book(story)?;
    rename(story).await?;
    day(story).await?;
    leavers(story).await?;
    release(story).await
}

fn company(story: &mut Story) {
    let company = &story.stage.company;
    let mut table = show::table(&[
        show::Column::Text(pick("in the tenant", "im Mandanten")),
        show::Column::Whole(pick("accounts", "Konten")),
        show::Column::Text(pick("for example", "zum Beispiel")),
    ]);
    for kind in company.kinds() {
        table.add_row([kind.what.to_owned(), kind.count.to_string(), kind.example]);
    }
    let (name, people) = (company.name.clone(), company.people().len());
    let data = story.stage.data.display().to_string();
    let (employees, awkward) = (company.employees, people.saturating_sub(company.employees));
    story.chapter(&say!(
        "The company: {name}, {people} accounts in a simulated Microsoft 365",
        "Die Firma: {name}, {people} Konten in einem simulierten Microsoft 365"
    ));
    story.tell(&table.text());
    story.tell(&say!(
        "{employees} of the accounts are the employees asked for, {awkward} awkward ones come on top: rooms, guests, people without \
         an address.",
        "{employees} der Konten sind die verlangten Beschäftigten, {awkward} schwierige kommen dazu: Räume, Gäste, Personen ohne \
         Adresse."
    ));
    story.tell(&say!(
        "The customer “{}” is new; its database lies in {data}.",
        "Der Kunde „{}“ ist neu; seine Datenbank liegt in {data}.",
        story.book().customer.slug
    ));
}

async fn plan(story: &mut Story) -> Result<()> {
    story.chapter(pick(
        "The plan: what a run would do, before anything is done",
        "Der Plan: was ein Lauf täte, bevor etwas geschieht",
    ));
    let told = story.run("plan", Want::Plan).await?;
    if let Some(id) = told.report.plan {
        let plan = blocking(|| show::plan(story.book(), id))?;
        story.tell(&show::plan_excerpt(&plan, ROWS));
    }
    story.tell(&show::run_lines(&told.run));
    Ok(())
}

async fn apply(story: &mut Story) -> Result<()> {
    story.chapter(pick("Apply: the same plan, carried out", "Anwenden: derselbe Plan, ausgeführt"));
    let told = story.run_watched("apply", Want::Apply, &*progress::monitor()).await?;
    story.tell(&brief(&told));
    // The first read had to cope with everything; from here on a change costs what it costs on an ordinary day.
    story.stage.company.tenant.nasty(|nasty| nasty.empty_pages = false);
    Ok(())
}

fn book(story: &mut Story) -> Result<()> {
    story.chapter(pick("The book", "Das Kontaktbuch"));
    let contacts = story.contacts()?;
    let shown = show::book_table(contacts.get(..ROWS).unwrap_or(&contacts));
    story.tell(&shown);
    let groups = blocking(|| story.book().groups())?;
    let names: Vec<&str> = groups.iter().map(|g| &*g.name).collect();
    story.tell(&say!(
        "{} in all, contact groups: {}",
        "zusammen {}, Kontaktgruppen: {}",
        show::counted(contacts.len()),
        names.join(", ")
    ));
    Ok(())
}

async fn rename(story: &mut Story) -> Result<()> {
    story.chapter(pick(
        "A wedding: the contact follows the account, not the name or the address",
        "Eine Hochzeit: der Kontakt folgt dem Konto, nicht dem Namen oder der Adresse",
    ));
    let linked = story.linked()?;
    let Some(change) = story.stage.company.rename(&linked) else {
        story.tell(pick(
            "Nobody here has a name that could change.",
            "Niemand hier hat einen Namen, der sich ändern könnte.",
        ));
        return Ok(());
    };
    story.happened([change]);
    run_and_show(story, "rename").await
}

async fn day(story: &mut Story) -> Result<()> {
    story.chapter(pick(
        "A day: somebody joins, somebody moves, somebody leaves",
        "Ein Tag: jemand kommt, jemand wechselt, jemand geht",
    ));
    let linked = story.linked()?;
    let company = &story.stage.company;
    let mut changes = vec![company.join()];
    let leaver = linked.last().cloned();
    // Whoever married or leaves does not move as well.
    let others: Vec<String> = linked.into_iter().skip(1).filter(|id| leaver.as_ref() != Some(id)).collect();
    changes.extend(company.relocate(&others));
    changes.extend(company.leave(leaver.as_slice(), 1));
    story.happened(changes);
    run_and_show(story, "day").await
}

async fn leavers(story: &mut Story) -> Result<()> {
    story.chapter(pick(
        "Too many leave at once: the guard holds them all",
        "Zu viele gehen auf einmal: der Löschschutz hält alle zurück",
    ));
    let connection = story.stage.connection.id;
    let (policy, window) = blocking(|| {
        let book = story.book();
        Ok::<_, store::StoreError>((book.policy()?, book.guard_window(connection, Office::now())?))
    })?;
    let most = guard::limit(policy.guard, window.base);
    let already = window.recent.get(&GuardKind::Remove).copied().unwrap_or(0);
    // The last ones of the list: whom the chapters before were about stays.
    let linked: Vec<String> = story.linked()?.into_iter().rev().collect();
    // Two more than may go, so that one released does not let the others through.
    let too_many = usize::try_from(most.saturating_sub(already)).unwrap_or(0) + 2;
    let left = story.stage.company.leave(&linked, too_many);
    story.tell(&say!(
        "   removals let through in 24 hours: {most}, with {} linked contacts; used up: {already}, people who leave: {}",
        "   Entfernungen, die in 24 Stunden durchgehen: {most}, bei {} verknüpften Kontakten; verbraucht: {already}, es gehen: {}",
        window.base,
        left.len()
    ));
    let names: Vec<&str> = left.iter().filter_map(leaver_name).take(ROWS).collect();
    story.tell(&format!("   {}{}", names.join("; "), if left.len() > ROWS { " …" } else { "" }));
    story.remember(left);
    let told = story.run("leavers", Want::Apply).await?;
    story.tell(&brief(&told));
    show_holds(story)
}

async fn release(story: &mut Story) -> Result<()> {
    story.chapter(pick(
        "A person looks, and lets one of them go",
        "Ein Mensch sieht nach und gibt eine Entfernung frei",
    ));
    let connection = story.stage.connection.id;
    let holds = blocking(|| story.book().holds(connection))?;
    let Some(first) = holds.first() else {
        story.tell(pick(
            "Nothing is held: the company is too small for the guard to speak.",
            "Nichts ist zurückgehalten: die Firma ist zu klein für den Löschschutz.",
        ));
        return Ok(());
    };
    let chosen = Chosen { operations: vec![first.clone()], ..Chosen::default() };
    let released = blocking(|| story.book().release(connection, &chosen, Office::now()))?.count();
    story.tell(&say!(
        "   {released} of {} held removals released.",
        "   {released} von {} zurückgehaltenen Entfernungen freigegeben.",
        holds.len()
    ));
    let told = story.run("release", Want::Apply).await?;
    story.tell(&brief(&told));
    story.tell(&say!(
        "   {} still held until somebody decides.",
        "   {} noch zurückgehalten, bis jemand entscheidet.",
        told.run.held
    ));
    undo(story, told.report.run.id, &first.source).await
}

async fn undo(story: &mut Story, run: RunId, whom: &SourceId) -> Result<()> {
    story.chapter(&say!(
        "A mistake: run {} is undone, and stays undone",
        "Ein Irrtum: Lauf {} wird rückgängig gemacht und bleibt es",
        run.0
    ));
    let told = story.undo("undo", run, whom).await?;
    if let Some(id) = told.report.plan {
        let plan = blocking(|| show::plan(story.book(), id))?;
        story.tell(&show::plan_excerpt(&plan, ROWS));
    }
    story.tell(&show::run_lines(&told.run));
    let next = story.run("after_undo", Want::Apply).await?;
    story.tell(&say!(
        "   The next run: {} removed, {} held.",
        "   Der nächste Lauf: {} entfernt, {} zurückgehalten.",
        next.run.removed,
        next.run.held
    ));
    Ok(())
}

/// The company goes on living, one line a run, until Ctrl-C or SIGTERM.
pub async fn go_on(story: &mut Story) -> Result<()> {
    story.chapter(pick("And so on, until Ctrl-C", "Und so weiter, bis Strg-C"));
    // Both are heard from here on, also while a run is under way.
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    loop {
        tokio::select! {
            _ = interrupted.recv() => return Ok(()),
            _ = terminated.recv() => return Ok(()),
            () = tokio::time::sleep(PAUSE) => {}
        }
        story.stage.company.tenant.churn(5);
        match story.run("churn", Want::Apply).await {
            Ok(told) => story.tell(&one_line(&told)),
            Err(error) => story.tell(&crate::exit::text_of(&error)),
        }
    }
}

async fn run_and_show(story: &mut Story, chapter: &'static str) -> Result<()> {
    let told = story.run(chapter, Want::Apply).await?;
    if let Some(id) = told.report.plan {
        let plan = blocking(|| show::plan(story.book(), id))?;
        story.tell(&show::plan_excerpt(&plan, ROWS));
    }
    story.tell(&brief(&told));
    Ok(())
}

fn show_holds(story: &Story) -> Result<()> {
    let holds = blocking(|| show::holds(story.book(), &story.stage.connection))?;
    let slug = story.book().customer.slug.as_str();
    let all = show::holds_table(&holds, slug);
    let shown = show::holds_table(holds.get(..ROWS).unwrap_or(&holds), slug);
    story.tell(without_last_line(&shown));
    if let Some(more) = more(holds.len()) {
        story.tell(&more);
    }
    story.tell(all.lines().last().unwrap_or_default());
    Ok(())
}

/// How many rows of a table were left out, as a line.
fn more(of: usize) -> Option<String> {
    let more = of.saturating_sub(ROWS);
    (more > 0).then(|| say!("… and {more} more", "… und {more} weitere"))
}

/// A report without its findings; the plan's chapter showed them.
fn brief(told: &Told) -> String {
    let mut run = told.run.clone();
    run.findings.clear();
    show::run_lines(&run)
}

/// A report in one line.
fn one_line(told: &Told) -> String {
    brief(told).lines().take(2).map(str::trim).collect::<Vec<_>>().join("; ")
}

fn leaver_name(change: &Change) -> Option<&str> {
    match change {
        Change::Left { name, .. } => Some(name),
        Change::Renamed { .. } | Change::Joined { .. } | Change::Moved { .. } => None,
    }
}

fn without_last_line(text: &str) -> &str {
    text.trim_end().rsplit_once('\n').map_or("", |(before, _)| before)
}
