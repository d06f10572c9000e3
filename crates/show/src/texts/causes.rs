//! What files, the system and the database's server say, in the language of the reader. English is what they say of themselves.

use std::io;

use store::{Cause, FileAct, Said, SaidKind};

use super::{Language, language};

/// What the system said of a file or an address.
pub fn io_error(error: &io::Error) -> String {
    said(&Said::of(error))
}

/// The same, as the store keeps it.
pub fn said(said: &Said) -> String {
    match language() {
        Language::English => said.to_string(),
        Language::German => german_said(said),
    }
}

/// The original stands in brackets: it is what support and search engines know.
fn german_said(said: &Said) -> String {
    let own = match said.kind {
        SaidKind::NotFound => "diese Datei oder diesen Ordner gibt es nicht",
        SaidKind::Denied => "das ist nicht erlaubt",
        SaidKind::ReadOnlyDisk => "auf den Datenträger kann nicht geschrieben werden",
        SaidKind::Full => "der Datenträger ist voll",
        SaidKind::Folder => "das ist ein Ordner",
        SaidKind::NoFolder => "ein Teil des Pfads ist kein Ordner",
        SaidKind::Exists => "das gibt es schon",
        SaidKind::InUse => "ein anderes Programm hat diese Adresse",
        SaidKind::NoAddress => "diese Adresse hat dieser Rechner nicht",
        SaidKind::Refused => "dort nimmt niemand Verbindungen an",
        SaidKind::TimedOut => "es kam keine rechtzeitige Antwort",
        SaidKind::UnknownHost => "einen Rechner mit diesem Namen gibt es nicht",
        SaidKind::Unreachable => "dieser Rechner ist über das Netz nicht erreichbar",
        SaidKind::Broken => "die Gegenseite hat die Verbindung beendet",
        SaidKind::Other => return said.text.clone(),
    };
    format!("{own} ({})", said.text)
}

/// What was tried with a file, as a participle.
pub(super) const fn german_act(act: FileAct) -> &'static str {
    match act {
        FileAct::Create => "angelegt",
        FileAct::Open => "geöffnet",
        FileAct::Read => "gelesen",
        FileAct::Write => "geschrieben",
        FileAct::Lock => "gesperrt",
    }
}

/// Why the database is of no use right now.
pub(super) fn german_cause(cause: &Cause) -> String {
    match cause {
        Cause::File { act, path, said } => {
            format!("{path} kann nicht {} werden: {}", german_act(*act), german_said(said))
        }
        Cause::System(said) => german_said(said),
        Cause::ConnectionLost => "die Verbindung ist abgebrochen".into(),
        Cause::Tls(text) => format!("TLS mit PostgreSQL scheitert ({text})"),
        Cause::Code(code) => format!("PostgreSQL meldet {code}"),
        Cause::PrepareAgain(code) => format!("eine Anweisung muss neu vorbereitet werden ({code})"),
        Cause::FileReadOnly => "die Datei ist schreibgeschützt".into(),
        Cause::Denied => "Datei oder Ordner dürfen nicht benutzt werden".into(),
        Cause::CannotOpen => "die Datei lässt sich nicht öffnen".into(),
        Cause::Disk(code) => format!("der Datenträger versagt (SQLite-Code {code})"),
        Cause::Memory => "der Speicher ist voll".into(),
        Cause::ServerReadOnly => "der Server nimmt nichts an, was schreibt".into(),
        Cause::RightLacking => "dem Datenbankbenutzer fehlt ein Recht".into(),
        Cause::NoSpool(said) => format!("für Gelesenes ist kein Platz: {}", german_said(said)),
        Cause::Other(text) => text.clone(),
    }
}
