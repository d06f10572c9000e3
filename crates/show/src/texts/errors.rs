//! Errors of the other crates in the language of the reader. English is what they say of themselves.

use graph::{BadCertificate, BadHosts, Detail, GraphError, TokenProblem, Unreach};
use model::policy::PolicyError;
use store::{About, BadUrl, Damage, ErrorText, KeyTrouble, Part, Refusal, StoreError, Unusable};
use sync::{Alarm, RunError, UnderWay, Why, one_line};

use super::causes::{german_act, german_cause, said};
use super::{Language, language, say};
use crate::when;

/// What Microsoft or the network refused.
pub fn graph_error(error: &GraphError) -> String {
    match language() {
        Language::English => error.to_string(),
        Language::German => german_graph_error(error),
    }
}

fn german_graph_error(error: &GraphError) -> String {
    let text = match error {
        GraphError::Throttled { after, .. } => {
            format!("Microsoft drosselt, noch einmal in {} s", after.as_secs())
        }
        GraphError::Transient(_) => "der Dienst von Microsoft ist gestört, später noch einmal".into(),
        GraphError::Unreachable { why, .. } => match why {
            Unreach::Connect => "keine Verbindung zu Microsoft".into(),
            Unreach::Timeout => "Microsoft antwortet nicht rechtzeitig".into(),
            Unreach::Broken => "die Verbindung zu Microsoft ist abgebrochen".into(),
        },
        GraphError::BudgetSpent { waited, .. } => format!("nach {} s Warten aufgegeben", waited.as_secs()),
        GraphError::CursorExpired(_) => {
            "der gemerkte Lesestand ist abgelaufen, alles muss neu gelesen werden".into()
        }
        GraphError::Unauthorised(_) => "Microsoft weist frische Zugriffe dieser App ab".into(),
        GraphError::ConsentMissing { permission, .. } => format!("Berechtigung fehlt: {permission}"),
        GraphError::Gone(_) => "das Objekt gibt es nicht".into(),
        GraphError::Rejected(_) => "Microsoft weist die Anfrage zurück".into(),
        GraphError::Malformed { detail, .. } => match detail {
            Detail::Json => "die Antwort ist abgeschnitten oder kein gültiges JSON".into(),
            Detail::WebPage => "statt der Antwort von Microsoft kam eine Webseite, wie von einem Proxy, einem Gateway oder einem \
                 Anmeldeportal"
                .into(),
            Detail::TooLarge => "die Antwort ist zu groß".into(),
            Detail::ForeignLink => {
                "die Antwort verweist auf einen fremden Server, dem nicht gefolgt wird".into()
            }
            Detail::EndlessChain => "die Seiten nehmen kein Ende".into(),
            Detail::Nameless => "die Antwort nennt etwas ohne lesbare Kennung".into(),
            Detail::NoLink => "der letzten Seite fehlt die Fortsetzung".into(),
        },
        GraphError::TokenRefused { problem, .. } => {
            format!("keine Anmeldung: {}", german_token_problem(*problem))
        }
    };
    format!("{text}{}", error.diagnostics())
}

/// Why the sign-in host refuses.
pub fn token_problem(problem: TokenProblem) -> String {
    match language() {
        Language::English => problem.to_string(),
        Language::German => german_token_problem(problem),
    }
}

fn german_token_problem(problem: TokenProblem) -> String {
    let text = match problem {
        TokenProblem::UnknownTenant => "unbekannter Mandant",
        TokenProblem::WrongCloud => "der Mandant gehört zu einer anderen Cloud",
        TokenProblem::UnknownApp => "unbekannte App in diesem Mandanten",
        TokenProblem::AppDisabled => "die App ist abgeschaltet",
        TokenProblem::WrongSecret => "falsches Geheimnis",
        TokenProblem::ExpiredSecret => "das Geheimnis ist abgelaufen",
        TokenProblem::WrongCertificate => "das Zertifikat wird nicht angenommen",
        TokenProblem::ExpiredCertificate => "das Zertifikat ist abgelaufen",
        TokenProblem::ClockSkew => "die Uhr dieses Rechners geht falsch",
        TokenProblem::ConsentMissing => "keine Zustimmung",
        TokenProblem::PolicyBlocks => "durch bedingten Zugriff gesperrt",
        TokenProblem::WrongScope => "der Bereich wird nicht angenommen",
        TokenProblem::Busy => "der Anmeldedienst ist überlastet",
        TokenProblem::Other => "abgewiesen",
    };
    text.into()
}

/// What is wrong with the addresses of a cloud.
pub fn bad_hosts(error: &BadHosts) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        BadHosts::NotAnAddress(text) => format!("„{text}“ ist keine Adresse"),
        BadHosts::NotSecure(text) => {
            format!("„{text}“ muss https verwenden (http ist nur zu diesem Rechner erlaubt)")
        }
        BadHosts::NotABase(text) => format!(
            "„{text}“ muss eine Adresse ohne Pfad, Abfrage und Benutzernamen sein, etwa https://graph.microsoft.com"
        ),
    }
}

/// What is wrong with a certificate's file.
pub fn bad_certificate(error: BadCertificate) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    let text = match error {
        BadCertificate::NotPem => "die Datei ist kein lesbares PEM",
        BadCertificate::NoCertificate => "in der Datei ist kein Zertifikat",
        BadCertificate::NoKey => "in der Datei ist kein privater Schlüssel",
        BadCertificate::Encrypted => {
            "der private Schlüssel ist verschlüsselt; ihn ohne Passwort ablegen, in einer Datei, die nur der Dienst lesen darf"
        }
        BadCertificate::NotRsa => "der private Schlüssel ist kein RSA-Schlüssel von mindestens 2048 Bit",
        BadCertificate::Mismatch => "der private Schlüssel gehört nicht zum Zertifikat",
    };
    text.into()
}

/// What is wrong with a policy's key or value.
pub fn policy_error(error: &PolicyError) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        PolicyError::UnknownKey(key) => {
            format!("den Schlüssel „{key}“ gibt es nicht; `policy show` zeigt alle")
        }
        PolicyError::BadValue { key, value, takes } => {
            format!("{key} kann nicht „{value}“ sein; möglich: {}", taken(takes))
        }
    }
}

/// What a key takes. Values are the same in every language, the words between them are not.
fn taken(takes: &str) -> String {
    match takes {
        "a whole number from 0" => "eine ganze Zahl ab 0".into(),
        "a whole number from 0 to 100" => "eine ganze Zahl von 0 bis 100".into(),
        waits if waits.starts_with("keep, remove") => {
            "keep, remove oder mark_left, auf Wunsch mit Wartezeit: „mark_left after 14 days“".into()
        }
        values => values.replace('“', "„").replace('”', "“").replace(" or ", " oder "),
    }
}

/// What the database says.
pub fn store_error(error: &StoreError) -> String {
    match (language(), error) {
        (Language::English, StoreError::Refused(Refusal::UndoneAlready { run, about, by, at })) => {
            let what = match about {
                About::Run => format!("run {}", run.0),
                About::Contact => format!("what run {} did about this contact", run.0),
            };
            format!(
                "{what} is undone already, by run {0} ({1} UTC), so nothing was changed; `whoswho undo {0}` does it again",
                by.0,
                when::short(*at)
            )
        }
        (Language::English, _) => error.to_string(),
        (Language::German, _) => german_store_error(error),
    }
}

fn german_store_error(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(why) => {
            format!("die Datenbank ist nicht erreichbar: {}", german_cause(why))
        }
        StoreError::Busy => "die Datenbank ist belegt, bitte noch einmal".into(),
        StoreError::DiskFull => "auf dem Datenträger der Datenbank ist kein Platz mehr".into(),
        StoreError::ReadOnly(why) => {
            format!("in die Datenbank kann nicht geschrieben werden: {}", german_cause(why))
        }
        StoreError::NewerDatabase { found, known } => format!(
            "die Datenbank hat Version {found}, dieses Whoswho kennt Versionen bis {known}: bitte das neuere Whoswho nehmen"
        ),
        StoreError::WrongKey(why) => format!("falscher Schlüssel: {}", key_trouble(why)),
        StoreError::Corrupt(why) => format!("gespeicherte Daten sind beschädigt: {why}"),
        StoreError::Conflict(why) => format!("Widerspruch zu Gespeichertem: {why}"),
        StoreError::LeaseLost => "ein anderer Prozess hat den Lauf übernommen".into(),
        StoreError::Replaced => {
            "die Datenbank wurde durch eine Sicherung ersetzt, während dieses Whoswho lief: bitte neu starten"
                .into()
        }
        StoreError::NotFound => "nicht gefunden".into(),
        StoreError::Invalid(what) => what.clone(),
        StoreError::Refused(why) => refusal(why),
        StoreError::Internal(why) => format!("Fehler im Programm (Datenbank): {why}"),
    }
}

/// What the store does not do.
#[expect(clippy::too_many_lines, reason = "a table of texts")]
fn refusal(why: &Refusal) -> String {
    match why {
        Refusal::CustomerExists(slug) => format!("den Kunden „{slug}“ gibt es schon"),
        Refusal::AccountExists(email) => format!("ein Konto „{email}“ gibt es schon"),
        Refusal::HasOwner => "die Installation ist eingerichtet: sie hat einen Eigentümer".into(),
        Refusal::MicrosoftAccountTaken => {
            "dieses Microsoft-Konto gehört hier schon zu einem anderen Konto; bitte damit anmelden oder die Bindung dort lösen"
                .into()
        }
        Refusal::NoOtherWayIn => {
            "ohne Kennwort gäbe es dann keinen Weg mehr hinein; bitte zuerst ein Kennwort wählen".into()
        }
        Refusal::NoOperatorApp => "die App des Betreibers fehlt hier, oder ihre Zugangsdaten blieben beim Wiederherstellen weg; \
             bitte noch einmal eintragen"
            .into(),
        Refusal::AppInUse(n) => format!(
            "{n} Verbindungen melden sich mit dieser App an; bitte diese zuerst beenden oder ihnen eine eigene App geben"
        ),
        Refusal::LastOwner => "das ist der einzige Eigentümer; bitte zuerst jemand anderen dazu machen".into(),
        Refusal::OtherTenant => {
            "dieser Kunde ist mit einem anderen Mandanten verbunden; `disconnect` trennt ihn zuerst".into()
        }
        Refusal::CredentialLeftOut => "beim Wiederherstellen dieser Datenbank blieben die Zugangsdaten weg; \
             `whoswho connect` legt neue hinein"
            .into(),
        Refusal::LinkedAlready => {
            "dieser Kontakt ist schon verknüpft; `contact unlink` löst das zuerst".into()
        }
        Refusal::GroupTaken => {
            "diese Kontaktgruppe steht für eine andere Quellgruppe; zuerst deren Abonnement beenden".into()
        }
        Refusal::SourceGroupTaken(name) => {
            format!("für diese Quellgruppe steht schon „{name}“; `group remove` löscht sie zuerst")
        }
        Refusal::SeveralPeople => "mehrere Personen des Mandanten haben die Adresse dieses Kontakts; mit --source angeben, wer \
             gemeint ist"
            .into(),
        Refusal::NotInTheBin => "dieser Kontakt ist nicht im Papierkorb".into(),
        Refusal::NothingToUndo => "dieser Lauf hat nichts geändert, rückgängig zu machen ist also nichts".into(),
        Refusal::NothingSince => "seit dieser Zeit hat kein Lauf das Kontaktbuch geändert".into(),
        Refusal::UndoneAlready { run, about, by, at } => {
            let what = match about {
                About::Run => format!("Lauf {}", run.0),
                About::Contact => format!("was Lauf {} an diesem Kontakt tat,", run.0),
            };
            format!(
                "{what} ist schon rückgängig gemacht, von Lauf {0} ({1} UTC), also wurde nichts geändert; `whoswho undo {0}` tut \
                 es wieder",
                by.0,
                when::short(*at)
            )
        }
        Refusal::BroughtBack { run, by } => format!(
            "Lauf {} wurde zusammen mit anderen rückgängig gemacht und mit ihnen von Lauf {1} zurückgeholt, lässt sich also nicht \
             allein rückgängig machen; nichts wurde geändert; `whoswho undo {1}` macht alle rückgängig",
            run.0, by.0
        ),
        Refusal::Forgotten => "was damals geschah, ist nicht mehr bekannt: Einzelheiten von Läufen bleiben 30 Tage, und nur \
             solange die Verbindung besteht"
            .into(),
        Refusal::NotEmpty => "die Datenbank ist nicht leer; in eine neue wiederherstellen, oder mit --replace aufgeben, was \
             darin steht"
            .into(),
        Refusal::RunUnderWay => "in dieser Datenbank ist ein Lauf im Gange; `serve` anhalten, das Ende abwarten, dann \
             wiederherstellen"
            .into(),
        Refusal::ArchiveChanged => {
            "das Archiv wurde während des Wiederherstellens geändert; nichts ist wiederhergestellt".into()
        }
        Refusal::NoArchive(file) => format!(
            "{file} ist keine Sicherung von Whoswho; `restore` nimmt eine Datei, die `whoswho backup` geschrieben hat"
        ),
        Refusal::ArchiveFile { act, file, why } => {
            format!("{file} kann nicht {} werden: {}", german_act(*act), said(why))
        }
        Refusal::DamagedArchive { file, why } => {
            let why = match why {
                Damage::Short => "es endet zu früh",
                Damage::Packing => "es lässt sich nicht entpacken",
                Damage::Line => "eine Zeile ist nicht lesbar",
                Damage::Checksum => "seine Prüfsumme passt nicht",
                Damage::Behind => "hinter seinem Ende steht noch etwas",
            };
            format!(
                "das Archiv {file} ist beschädigt: {why}; nichts wurde wiederhergestellt; eine andere Kopie davon nehmen"
            )
        }
        Refusal::NoDatabase(why) => unusable(why),
        Refusal::NewerArchive { file, of: Part::Format, found, known } => format!(
            "{file} hat Format {found}, dieses Whoswho kennt Formate bis {known}: bitte mit dem neueren Whoswho \
             wiederherstellen, das es geschrieben hat"
        ),
        Refusal::NewerArchive { file, of: Part::Database, found, known } => format!(
            "{file} enthält Version {found} der Datenbank, dieses Whoswho kennt Versionen bis {known}: bitte mit dem neueren \
             Whoswho wiederherstellen, das es geschrieben hat"
        ),
        Refusal::UnknownTable(table) => format!(
            "das Archiv enthält {table} in einer Form, die dieses Whoswho nicht kennt: bitte mit dem Whoswho wiederherstellen, \
             das es geschrieben hat"
        ),
        Refusal::FileExists(file) => {
            format!("{file} gibt es schon; einen anderen Namen nehmen, oder --force dazu")
        }
        Refusal::NoPlainFile(file) => format!(
            "{file} ist keine gewöhnliche Datei, sondern ein Verweis, ein Ordner, eine Pipe oder ein Gerät, und wird nie \
             ersetzt; einen anderen Namen nehmen, oder auf - schreiben und dorthin umleiten"
        ),
        Refusal::NoRoom => "wo das Archiv geschrieben wird, ist kein Platz mehr".into(),
        Refusal::ArchiveUnwritable(why) => format!("das Archiv kann nicht geschrieben werden: {}", said(why)),
        Refusal::KeyFileOpen(path) => {
            format!("andere dürfen die Schlüsseldatei {path} lesen: chmod 600 {path}")
        }
        Refusal::KeyFileForeign(path) => {
            format!("die Schlüsseldatei {path} gehört einem anderen Benutzer: chown ändert das")
        }
        Refusal::NoNewKey => "der Schlüssel kommt aus WHOSWHO_KEY, dorthin gehört also auch sein Nachfolger: `whoswho key new` \
             gibt einen aus; für jeden Prozess mit Komma anhängen, dann noch einmal `whoswho key rotate`"
            .into(),
    }
}

/// Why no key at hand opens or seals.
fn key_trouble(why: &KeyTrouble) -> String {
    match why {
        KeyTrouble::None => "es gibt keinen Schlüssel".into(),
        KeyTrouble::FileGone(path) => format!("{path} fehlt; bitte zuerst zurücklegen"),
        KeyTrouble::Missing(path) => format!(
            "{path} gibt es nicht, und Zugangsdaten in der Datenbank sind damit versiegelt; die Schlüsseldatei zurücklegen oder \
             WHOSWHO_KEY setzen"
        ),
        KeyTrouble::Empty(origin) => {
            format!("in {origin} steht kein Schlüssel; die richtige Datei zurücklegen")
        }
        KeyTrouble::NoKey(origin) => format!("in {origin} steht etwas, das nicht Base64 von 32 Byte ist"),
        KeyTrouble::NoKeyInVariable(name) => format!(
            "in {name} steht etwas, das kein Schlüssel ist: ein Schlüssel ist Base64 von 32 Byte, 44 Zeichen; mehrere stehen \
             mit Kommas hintereinander, der neueste zuletzt. `whoswho key new` gibt einen neuen aus"
        ),
        KeyTrouble::NotInFile { file, value } => format!(
            "keiner in {file} öffnet {value}; die Schlüsseldatei zurücklegen, die zu dieser Datenbank gehört"
        ),
        KeyTrouble::NotInEnvironment(value) => {
            format!("keiner in WHOSWHO_KEY öffnet {value}; den früher verwendeten Schlüssel hinzufügen")
        }
        KeyTrouble::RotatedElsewhere { newest, origin } => {
            format!(
                "der Schlüssel wurde gegen {newest} gewechselt, der nicht in {origin} steht; dorthin legen"
            )
        }
        KeyTrouble::OfArchive { key, origin } => format!(
            "die Zugangsdaten des Archivs sind mit dem Schlüssel {key} versiegelt, der nicht in {origin} steht; den Schlüssel \
             jener Installation dorthin legen, oder mit --without-credentials wiederherstellen und die Kunden neu verbinden. \
             Nichts wurde wiederhergestellt"
        ),
    }
}

/// Why there is no database where the configuration says.
fn unusable(why: &Unusable) -> String {
    match why {
        Unusable::OtherFile(path) => {
            format!("{path} ist keine Datenbank von Whoswho; --data und --database prüfen")
        }
        Unusable::OtherTables(names) => format!(
            "in der PostgreSQL-Datenbank stehen Tabellen eines anderen Programms ({}); geben Sie Whoswho eine eigene Datenbank, \
             oder nennen Sie mit schema= in der URL ein eigenes Schema",
            names.join(", ")
        ),
        Unusable::NoFolder(path) => format!(
            "{path} ist eine Datei und kein Ordner; --data nimmt einen Ordner, --database den Pfad einer Datenbank in einem \
             Ordner"
        ),
        Unusable::Folder { path, why } => format!(
            "der Ordner {path} kann nicht angelegt werden: {}; --data oder --database nennen einen anderen",
            said(why)
        ),
        Unusable::Login(code) => format!(
            "PostgreSQL weist Benutzer, Passwort oder Datenbank der URL ab ({code}); die URL berichtigen"
        ),
        Unusable::Certificate(why) => format!(
            "dem Zertifikat von PostgreSQL ist nicht zu trauen: {why}; sslrootcert= nennt eine eigene Zertifizierungsstelle"
        ),
        Unusable::Schema => {
            "das Schema in der PostgreSQL-URL gibt es nicht; mit CREATE SCHEMA anlegen oder schema= \
             berichtigen"
                .into()
        }
        Unusable::Url(why) => format!(
            "die PostgreSQL-URL ist nicht brauchbar: {}",
            match why {
                BadUrl::NoUrl => "sie ist keine URL",
                BadUrl::Scheme => "sie beginnt nicht mit postgres://",
                BadUrl::Part => "PostgreSQL kennt einen Teil davon nicht",
                BadUrl::Pool => "pool= ist keine Zahl",
                BadUrl::SslMode => "sslmode ist verify-full, require (dasselbe) oder disable",
                BadUrl::RootCertificate => "sslrootcert= nennt keine lesbare PEM-Datei mit Zertifikaten",
                BadUrl::SchemaName => "schema= enthält mehr als a-z, 0-9 und _",
            }
        ),
    }
}

/// Why there was no run, or why it ended.
pub fn run_error(error: &RunError) -> String {
    match (language(), error) {
        (_, RunError::Store(error)) => store_error(error),
        (Language::English, _) => error.to_string(),
        (Language::German, _) => german_run_error(error),
    }
}

/// The same, whatever the language in force: rows keep both.
pub fn german_run_error(error: &RunError) -> String {
    match error {
        RunError::Busy { slug, held } => {
            let held = held.as_ref().map_or_else(String::new, |held| format!(" {}", german_under_way(held)));
            format!("ein Lauf von „{slug}“ ist im Gange{held}")
        }
        RunError::NotConnected => {
            "der Kunde ist nicht mit Microsoft 365 verbunden; `whoswho connect` verbindet ihn".into()
        }
        RunError::Inactive => {
            "die Synchronisation ist aus; `whoswho policy set KUNDE active=on` schaltet sie ein".into()
        }
        RunError::Graph(error) => german_graph_error(error),
        RunError::Store(error) => german_store_error(error),
        RunError::NothingRead { slug } => {
            format!("noch wurde nichts gelesen; `whoswho sync {slug}` liest zuerst alle")
        }
        RunError::NotTold => "Microsoft sagt nichts über diese Person; nichts wurde geändert".into(),
        RunError::Nobody(who) => format!("der Mandant hat niemanden „{who}“"),
        RunError::BrokenOff => "der Lauf ist abgebrochen".into(),
        RunError::Interrupted => {
            "unterbrochen; nichts ist verloren, und derselbe Befehl erledigt den Rest".into()
        }
        RunError::NoCursor => "Microsoft hat das Lesen ohne Lesestand beendet".into(),
        RunError::Other(text) => text.clone(),
    }
}

/// That a restore left a customer's credential out, in one line.
pub fn left_out(slug: &str) -> String {
    say!(
        "{slug}: the credential was left out when this database was restored; `whoswho connect {slug} …` puts a new one in",
        "{slug}: die Zugangsdaten wurden beim Wiederherstellen dieser Datenbank weggelassen; `whoswho connect {slug} …` legt \
         neue an"
    )
}

/// Since when something is under way, and where.
pub fn under_way(held: &UnderWay) -> String {
    match language() {
        Language::English => held.to_string(),
        Language::German => german_under_way(held),
    }
}

fn german_under_way(held: &UnderWay) -> String {
    let since = format!("{} UTC", when::short(held.since));
    match (held.host.as_str(), held.process.as_str()) {
        ("", "") => format!("seit {since}"),
        (host, "") => format!("seit {since} (auf {host})"),
        ("", process) => format!("seit {since} (Prozess {process})"),
        (host, process) => format!("seit {since} (Prozess {process} auf {host})"),
    }
}

/// An error that a row keeps.
pub fn kept(error: &ErrorText) -> &str {
    match (language(), &error.german) {
        (Language::German, Some(german)) => german,
        (Language::German, None) | (Language::English, _) => &error.english,
    }
}

/// That no run of a customer goes well, in one line.
pub fn alarm(alarm: &Alarm) -> String {
    if language() == Language::English {
        return alarm.to_string();
    }
    let customer = &alarm.customer;
    let time = alarm.local(alarm.since(), "%d.%m.%Y, %H:%M Uhr");
    let text = match alarm.why {
        Why::Silent { .. } => format!("{customer}: kein guter Lauf seit {time}"),
        Why::Failed { .. } => format!("{customer}: der letzte Lauf ist gescheitert: {time}"),
        Why::Unreadable { .. } => format!(
            "{customer}: kein guter Lauf seit {time}, denn die gespeicherten Einstellungen sind beschädigt; \
             `whoswho policy preset {customer} …` schreibt sie neu"
        ),
    };
    match (&alarm.error, alarm.why) {
        (Some(error), _) => format!("{text}; letzter Fehler: {}", one_line(kept(error))),
        (None, Why::Silent { .. }) => format!("{text}; es wurde keiner versucht: läuft `whoswho serve`?"),
        (None, Why::Failed { .. } | Why::Unreadable { .. }) => text,
    }
}
