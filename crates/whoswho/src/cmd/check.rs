//! Check: what works between here and the tenant, and what to do about the rest.

use std::process::ExitCode;

use graph::Asking;
use show::CheckJson;

use crate::app::App;
use crate::exit;
use crate::progress::{self, Busy};
use crate::texts::{pick, say};

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<ExitCode> {
    let (book, connection) = app.connected(&args.customer)?;
    let office = App::office(&book)?;
    let busy = busy();
    let report = app.wait(::sync::check(&office, &book, &|asking| busy.at(&asking_text(asking))))?;
    drop(busy);
    let known = (connection.credential_ends_at, connection.credential_end_by == store::EndBy::Told);
    let end = report.told_end().map_or(known, |told| (Some(told), true));
    let document = show::check(&book, &report, end);
    exit::answer(app.form, &document, failed(&document, None), show::check_lines);
    Ok(ExitCode::from(if document.passed { exit::DONE } else { exit::REFUSED }))
}

/// What the fields of a failure say of a check that did not pass: the steps that are bad.
pub fn failed(check: &CheckJson, advice: Option<&str>) -> Option<exit::Failed> {
    let bad = check.steps.iter().filter(|s| s.state == "bad");
    let error = bad.map(|s| format!("{}: {}", s.shown, s.text)).collect::<Vec<_>>().join("; ");
    (!check.passed).then(|| exit::Failed::told(error, advice.map(str::to_owned), exit::REFUSED))
}

/// Shows, until it is dropped, that Microsoft is asked.
pub fn busy() -> Busy {
    progress::busy(pick("signing in and asking Microsoft 365", "Anmeldung und Anfrage bei Microsoft 365"))
}

/// What is waited for.
pub fn asking_text(asking: Asking) -> String {
    match asking {
        Asking::SignIn => pick("signing in to Microsoft 365", "Anmeldung bei Microsoft 365").into(),
        Asking::SlowSignIn => pick(
            "the sign-in host is slow to answer; asking whether Graph does",
            "der Anmeldedienst lässt auf sich warten; frage, ob Graph antwortet",
        )
        .into(),
        Asking::Graph(call) => {
            let (english, german) = show::call_name(call);
            say!("asking Microsoft 365: {english}", "Anfrage bei Microsoft 365: {german}")
        }
    }
}
