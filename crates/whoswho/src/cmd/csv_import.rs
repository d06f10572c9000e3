//! CSV import: contacts from somebody's table, all of them or none; which imports there were; and taking one back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::sync::csv_import::{self, BadColumns, Choices, Existing, Kind, Planned};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use formats::{Encoding, Meaning, Reading, Separator, Sheet, guess, read_sheet, table};
use model::group::LONGEST_NAME;
use model::text::Breaks;
use store::{Book, CsvDone, CsvFile, CsvImport, CsvTaken};

use super::values::fits;
use crate::app::App;
use crate::exit::{self, usage};
use crate::texts::{pick, say};
use show::csv_import::{BackJson, DoneJson, ImportJson};
use show::texts::io_error;
use show::{Column, when};

/// What `contact import` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    customer: String,
    /// The CSV file; the first row names the columns
    file: PathBuf,
    /// What a column holds; without it headings are guessed, HEADING= leaves the column out
    #[arg(long = "column", value_name = "HEADING=FIELD")]
    columns: Vec<String>,
    /// What becomes of contacts that are there already, by id or e-mail address
    #[arg(long, default_value = "skip", value_parser = names(Existing::ALL.map(Existing::name), Existing::named))]
    existing: Existing,
    /// Also puts everybody who is imported into this contact group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// How the file's bytes stand for text; without it that is guessed
    #[arg(long, value_parser = names(Encoding::ALL.map(Encoding::name), Encoding::named))]
    encoding: Option<Encoding>,
    /// What stands between cells; without it that is guessed
    #[arg(long, value_parser = names(Separator::ALL.map(Separator::name), Separator::named))]
    separator: Option<Separator>,
    /// Only show what would be imported
    #[arg(long)]
    plan: bool,
    /// Leave rows with errors out; without it one error is enough to import nothing
    #[arg(long)]
    leave_out_errors: bool,
    /// Write the rows with errors, and what is wrong with each, into this file
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

/// The names of what other crates define, and back.
fn names<const N: usize, T>(
    names: [&'static str; N],
    back: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(move |name| back(&name).ok_or("unknown"))
}

/// Rows that are shown of a plan.
const SHOWN: usize = 50;

/// Imports, or shows what that would do.
pub fn run(app: &App, args: &Args) -> anyhow::Result<ExitCode> {
    let book = app.book(&args.customer)?;
    let sheet = read(args)?;
    let choices = choices(args, &sheet)?;
    let planned = csv_import::plan(&book, &sheet, &choices, when::now())?;
    let file = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if let Some(path) = &args.errors {
        write_errors(path, &sheet, &planned)?;
    }
    let wrong = planned.count(Kind::Wrong) > 0 && !args.leave_out_errors;
    let import = if args.plan || wrong || planned.writes() == 0 {
        None
    } else {
        match csv_import::apply(&book, CsvFile::named(&file), &planned, when::now())? {
            CsvDone::Import(n) => Some(n),
            CsvDone::BookChanged | CsvDone::FileGone => {
                return Err(anyhow::anyhow!(pick(
                    "the book was changed meanwhile, and nothing was imported; please try again",
                    "das Kontaktbuch wurde inzwischen geändert, eingelesen wurde nichts; bitte noch einmal versuchen"
                )));
            }
        }
    };
    let document = show::csv_import::import(&book, &file, (&sheet, &choices), &planned, import);
    let refused = wrong && !args.plan;
    let failed = refused.then(|| exit::Failed::told(nothing(&document), None, exit::OTHER));
    exit::answer(app.form, &document, failed, |json| text(json, args, &planned));
    Ok(ExitCode::from(if refused { exit::OTHER } else { exit::DONE }))
}

fn read(args: &Args) -> anyhow::Result<Sheet> {
    let path = args.file.display();
    let bytes = std::fs::read(&args.file)
        .map_err(|e| usage(say!("{path} cannot be read: {}", "{path} ist nicht lesbar: {}", io_error(&e))))?;
    let reading = Reading { encoding: args.encoding, separator: args.separator };
    read_sheet(&bytes, reading).map_err(|why| usage(format!("{path}: {}", show::csv_import::unreadable(why))))
}

fn choices(args: &Args, sheet: &Sheet) -> anyhow::Result<Choices> {
    let mut columns = guess(&sheet.headings);
    for given in &args.columns {
        let names = || Meaning::all().map(Meaning::name).collect::<Vec<_>>().join(", ");
        let (heading, field) = given.rsplit_once('=').ok_or_else(|| {
            usage(say!(
                "“{given}” is no column; --column takes HEADING=FIELD",
                "„{given}“ ist keine Spalte; --column nimmt ÜBERSCHRIFT=FELD"
            ))
        })?;
        let meaning = match field {
            "" => None,
            name => Some(Meaning::named(name).ok_or_else(|| {
                usage(say!(
                    "there is no field “{name}”; the fields are {}",
                    "das Feld „{name}“ gibt es nicht; die Felder sind {}",
                    names()
                ))
            })?),
        };
        let at = sheet.headings.iter().position(|known| known == heading.trim()).ok_or_else(|| {
            usage(say!(
                "no column is called “{heading}”; the columns are {}",
                "keine Spalte heißt „{heading}“; die Spalten sind {}",
                sheet.headings.join(", ")
            ))
        })?;
        // Whoever names a column for a field takes it from the one that was guessed.
        if let Some(meaning) = meaning.filter(|meaning| !meaning.takes_several()) {
            columns.iter_mut().filter(|known| **known == Some(meaning)).for_each(|known| *known = None);
        }
        if let Some(column) = columns.get_mut(at) {
            *column = meaning;
        }
    }
    let group = args.group.as_deref().map(str::trim).filter(|group| !group.is_empty());
    if let Some(group) = group {
        fits("--group", group, LONGEST_NAME, Breaks::None)?;
    }
    let choices = Choices { columns, existing: args.existing, group: group.map(str::to_owned) };
    choices.check().map_err(|bad| {
        let meaning = if let BadColumns::Twice(meaning) = bad { meaning.name() } else { "" };
        usage(format!(
            "{} {}",
            show::csv_import::bad_columns(bad, meaning),
            pick(
                "--column HEADING=FIELD says what a column holds",
                "--column ÜBERSCHRIFT=FELD sagt, was in einer Spalte steht"
            )
        ))
    })?;
    Ok(choices)
}

/// The rows with errors as they were, with what is wrong in a column of its own.
fn write_errors(path: &Path, sheet: &Sheet, planned: &Planned) -> anyhow::Result<()> {
    let text = table(show::csv_import::wrong_rows(sheet, planned), sheet.separator)?;
    std::fs::write(path, text).map_err(|e| {
        let path = path.display();
        anyhow::anyhow!(say!("{path} cannot be written: {}", "{path} ist nicht schreibbar: {}", io_error(&e)))
    })
}

fn nothing(json: &ImportJson) -> String {
    say!(
        "nothing was imported: {}; --leave-out-errors imports the others",
        "eingelesen wurde nichts: {}; --leave-out-errors liest die übrigen ein",
        show::csv_import::sum(json)
    )
}

fn text(json: &ImportJson, args: &Args, planned: &Planned) -> String {
    let mut lines: Vec<String> = Vec::new();
    if args.plan {
        for column in &json.columns {
            let field = column.field.unwrap_or(pick("left out", "ausgelassen"));
            lines.push(format!("{} = {field}", column.heading));
        }
        lines.extend(
            planned
                .rows
                .iter()
                .filter(|row| row.errors.is_empty())
                .take(SHOWN)
                .map(show::csv_import::row_text),
        );
    }
    lines.extend(json.errors.iter().map(|error| error.text.clone()));
    lines.extend(json.kept.iter().map(|kept| kept.text.clone()));
    let sum = show::csv_import::sum(json);
    lines.push(match json.import {
        Some(n) => say!(
            "imported: {sum} (import {n}; `whoswho contact import-undo {} {n}` takes it back)",
            "eingelesen: {sum} (Import {n}; `whoswho contact import-undo {} {n}` nimmt ihn zurück)",
            json.customer
        ),
        None if json.wrong > 0 && !args.plan && !args.leave_out_errors => nothing(json),
        None => sum,
    });
    lines.join("\n")
}

/// Lists the imports of the last thirty days.
pub fn list(app: &App, slug: &str) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let all = show::csv_import::done(&book.csv_imports(i64::MAX)?, &book.store().accounts()?);
    app.answer(&all, |all| {
        if all.is_empty() {
            return pick(
                "no CSV file was imported in the last 30 days",
                "in den letzten 30 Tagen wurde keine CSV-Datei eingelesen",
            )
            .into();
        }
        let mut table = show::table(&[
            Column::Whole(pick("import", "Import")),
            Column::Whole(pick("when", "wann")),
            Column::Text(pick("by", "durch")),
            Column::Text(pick("file", "Datei")),
            Column::Whole(pick("new", "neu")),
            Column::Whole(pick("changed", "geändert")),
            Column::Whole(pick("taken back", "zurückgenommen")),
        ]);
        for one in all {
            table.add_row(row(one));
        }
        table.text()
    });
    Ok(())
}

fn row(one: &DoneJson) -> [String; 7] {
    [
        one.import.to_string(),
        when::shortened(&one.at),
        one.account.clone().unwrap_or_else(|| pick("hand", "Hand").to_owned()),
        one.file.clone(),
        one.created.to_string(),
        one.changed.to_string(),
        one.undone_at.as_deref().map(when::shortened).unwrap_or_default(),
    ]
}

/// Takes an import back, or shows what that would do.
pub fn undo(app: &App, slug: &str, n: i64, plan: bool) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let import = found(&book, n)?;
    let already =
        || anyhow::anyhow!(say!("import {n} was taken back already", "Import {n} ist schon zurückgenommen"));
    let undo = if plan {
        if import.undone_at.is_some() {
            return Err(already());
        }
        book.csv_undo(&import)?
    } else {
        match book.undo_csv_import(n, None, when::now())? {
            CsvTaken::Back(undo) => undo,
            CsvTaken::Already | CsvTaken::Otherwise => return Err(already()),
        }
    };
    app.answer(&show::csv_import::back(&book, n, &undo)?, |json| back_text(json, plan));
    Ok(())
}

fn found(book: &Book, n: i64) -> anyhow::Result<CsvImport> {
    let slug = &book.customer.slug;
    book.csv_import(n)?.ok_or_else(|| {
        anyhow::anyhow!(say!(
            "there is no import {n} of the last 30 days; `whoswho contact imports {slug}` lists them",
            "einen Import {n} der letzten 30 Tage gibt es nicht; `whoswho contact imports {slug}` zeigt sie"
        ))
    })
}

fn back_text(json: &BackJson, plan: bool) -> String {
    let stays = json.kept.iter().map(|one| {
        let name = one.name.as_deref().unwrap_or(&one.contact);
        format!("{name}: {}", one.text)
    });
    let (n, removed, restored, parted) = (json.import, json.removed, json.restored, json.parted);
    let sum = if plan {
        say!(
            "taking import {n} back would send {removed} contacts to the bin, give {restored} their values back and end {parted} memberships of contact groups",
            "Import {n} zurückzunehmen würde {removed} Kontakte in den Papierkorb legen, {restored} ihre Werte zurückgeben und {parted} Mitgliedschaften in Kontaktgruppen beenden"
        )
    } else {
        say!(
            "import {n} is taken back: {removed} contacts are in the bin, {restored} have their values back, {parted} memberships of contact groups have ended",
            "Import {n} ist zurückgenommen: {removed} Kontakte sind im Papierkorb, {restored} haben ihre Werte zurück, {parted} Mitgliedschaften in Kontaktgruppen sind beendet"
        )
    };
    stays.chain([sum]).collect::<Vec<_>>().join("\n")
}
