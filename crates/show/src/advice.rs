//! What to do about what Microsoft or the database refuses, for error lines and checks.

use graph::{Detail, Excess, GraphError, Need, TokenProblem};
use store::{Cause, KeyTrouble, StoreError};

use crate::texts::pick;

/// What to do about the database, where something can be done.
pub fn store(error: &StoreError) -> Option<&'static str> {
    Some(match error {
        StoreError::Unavailable(Cause::File { .. }) => pick(
            "see whether --data and --database name the right place, and what is there",
            "nachsehen, ob --data und --database die richtige Stelle nennen und was dort liegt",
        ),
        StoreError::Unavailable(_) => pick(
            "nothing is half-done: see that the database runs, then run the command again; it goes on where it stopped",
            "nichts ist halb getan: dafür sorgen, dass die Datenbank läuft, dann den Befehl noch einmal geben; er macht \
             weiter, wo er stand",
        ),
        StoreError::Busy => pick(
            "another process writes; run the command again",
            "ein anderer Prozess schreibt; den Befehl noch einmal geben",
        ),
        StoreError::DiskFull => pick(
            "nothing is half-done: make room on the database's disk, then run the command again; it goes on where it \
             stopped",
            "nichts ist halb getan: auf der Platte der Datenbank Platz schaffen, dann den Befehl noch einmal geben; er \
             macht weiter, wo er stand",
        ),
        StoreError::ReadOnly(_) => pick(
            "see who owns the database and its folder, and whether they may be written",
            "nachsehen, wem Datenbank und Ordner gehören und ob sie beschrieben werden dürfen",
        ),
        StoreError::NewerDatabase { .. } => pick(
            "run the newer Whoswho, or restore a backup from before the upgrade",
            "das neuere Whoswho verwenden oder eine Sicherung von vor dem Wechsel zurückspielen",
        ),
        StoreError::WrongKey(why) => return key(why),
        StoreError::Corrupt(_) => pick(
            "restore a backup; do not go on with this database",
            "eine Sicherung zurückspielen; mit dieser Datenbank nicht weiterarbeiten",
        ),
        StoreError::Conflict(_) => pick(
            "run the command again; what it looked at has changed meanwhile",
            "den Befehl noch einmal geben; was er sah, hat sich inzwischen geändert",
        ),
        StoreError::LeaseLost => pick(
            "another process has taken over; wait for its end; plan, sync, undo and bin restore do that with --wait",
            "ein anderer Prozess hat übernommen; sein Ende abwarten; plan, sync, undo und bin restore tun das mit --wait",
        ),
        StoreError::Replaced => pick(
            "end this process and start it again; it knows the former database",
            "diesen Prozess beenden und neu starten; er kennt die frühere Datenbank",
        ),
        StoreError::NotFound | StoreError::Invalid(_) | StoreError::Refused(_) | StoreError::Internal(_) => {
            return None;
        }
    })
}

/// What to do about a key, where the text says only what is wrong with it.
fn key(why: &KeyTrouble) -> Option<&'static str> {
    match why {
        KeyTrouble::None | KeyTrouble::NoKey(_) => Some(pick(
            "put the key file back into the data folder, or set WHOSWHO_KEY",
            "die Schlüsseldatei wieder in den Datenordner legen oder WHOSWHO_KEY setzen",
        )),
        KeyTrouble::FileGone(_)
        | KeyTrouble::Missing(_)
        | KeyTrouble::Empty(_)
        | KeyTrouble::NoKeyInVariable(_)
        | KeyTrouble::NotInFile { .. }
        | KeyTrouble::NotInEnvironment(_)
        | KeyTrouble::RotatedElsewhere { .. }
        | KeyTrouble::OfArchive { .. } => None,
    }
}

/// What to do about a failed request, where something can be done.
pub fn graph(error: &GraphError) -> Option<&'static str> {
    Some(match error {
        GraphError::Throttled { .. } | GraphError::BudgetSpent { .. } | GraphError::Transient(_) => pick(
            "nothing is lost: run the command again later, it goes on where it stopped",
            "nichts ist verloren: den Befehl später noch einmal geben, er macht weiter, wo er stand",
        ),
        GraphError::Unreachable { .. } | GraphError::Malformed { detail: Detail::WebPage, .. } => pick(
            "check network, proxy and firewall of this machine; nothing is lost",
            "Netz, Proxy und Firewall dieses Rechners prüfen; nichts ist verloren",
        ),
        GraphError::CursorExpired(_) => {
            pick("run `whoswho sync CUSTOMER --complete`", "`whoswho sync KUNDE --complete` ausführen")
        }
        GraphError::Unauthorised(_) => pick(
            "look at conditional access for the app, and at the chosen cloud",
            "den bedingten Zugriff für die App und die gewählte Cloud ansehen",
        ),
        GraphError::ConsentMissing { .. } => pick(
            "grant the permission to the app and give admin consent, then run `whoswho check CUSTOMER`",
            "der App die Berechtigung geben, Administratorzustimmung erteilen, dann `whoswho check KUNDE`",
        ),
        GraphError::TokenRefused { problem, .. } => token(*problem),
        GraphError::Gone(_) | GraphError::Rejected(_) | GraphError::Malformed { .. } => return None,
    })
}

/// What to do about a refused sign-in.
pub fn token(problem: TokenProblem) -> &'static str {
    match problem {
        TokenProblem::UnknownTenant => pick(
            "check the tenant id (the directory id in the Entra admin centre) and the cloud",
            "die Mandanten-ID (Verzeichnis-ID im Entra Admin Center) und die Cloud prüfen",
        ),
        TokenProblem::WrongCloud => {
            pick("connect with the right cloud (--cloud)", "mit der richtigen Cloud (--cloud) verbinden")
        }
        TokenProblem::UnknownApp => pick(
            "check the client id, and that an administrator of the tenant gave consent",
            "die Anwendungs-ID (Client-ID) prüfen und ob ein Administrator des Mandanten zugestimmt hat",
        ),
        TokenProblem::AppDisabled => pick(
            "enable the app under enterprise applications in the tenant",
            "die App im Mandanten unter „Unternehmensanwendungen“ einschalten",
        ),
        TokenProblem::WrongSecret => pick(
            "use the secret's value, not its id; make a new secret if the value is lost",
            "den Wert des Geheimnisses nehmen, nicht seine ID; ist der Wert verloren, ein neues anlegen",
        ),
        TokenProblem::ExpiredSecret => pick(
            "make a new secret in the app registration and connect again with it",
            "in der App-Registrierung ein neues Geheimnis anlegen und damit neu verbinden",
        ),
        TokenProblem::WrongCertificate => pick(
            "upload this certificate to the app registration",
            "dieses Zertifikat in der App-Registrierung hochladen",
        ),
        TokenProblem::ExpiredCertificate => pick(
            "make a new certificate, upload it and connect again with it",
            "ein neues Zertifikat anlegen, hochladen und damit neu verbinden",
        ),
        TokenProblem::ClockSkew => pick(
            "set this machine's clock right, best by NTP",
            "die Uhr dieses Rechners stellen, am besten über NTP",
        ),
        TokenProblem::ConsentMissing => pick(
            "let an administrator of the tenant give consent to the app",
            "einen Administrator des Mandanten der App zustimmen lassen",
        ),
        TokenProblem::PolicyBlocks => pick(
            "let conditional access of the tenant admit the app from this machine's address",
            "im bedingten Zugriff des Mandanten die App von der Adresse dieses Rechners zulassen",
        ),
        TokenProblem::WrongScope => pick(
            "check the cloud; the sign-in host and Graph must belong together",
            "die Cloud prüfen; Anmeldedienst und Graph müssen zusammengehören",
        ),
        TokenProblem::Busy => pick("try again in some minutes", "in einigen Minuten noch einmal versuchen"),
        TokenProblem::Other => pick(
            "look the number up in Microsoft's list of AADSTS codes",
            "die Nummer in Microsofts Liste der AADSTS-Codes nachschlagen",
        ),
    }
}

/// What a missing permission costs.
pub fn missing(need: Need) -> &'static str {
    match need {
        Need::People => {
            pick("required: without it no people are read", "nötig: ohne sie werden keine Personen gelesen")
        }
        Need::Groups => {
            pick("required: without it no groups are read", "nötig: ohne sie werden keine Gruppen gelesen")
        }
        Need::ProductNames => pick("optional: names of licences", "freiwillig: Namen der Lizenzen"),
        Need::HiddenMembers => pick(
            "optional: members of groups that hide them",
            "freiwillig: Mitglieder von Gruppen, die sie verbergen",
        ),
        Need::CredentialEnd => pick(
            "optional: when the app's credential ends",
            "freiwillig: wann Geheimnis oder Zertifikat der App endet",
        ),
    }
}

/// Why a permission should be taken away.
pub fn excessive(why: Excess) -> &'static str {
    match why {
        Excess::Writes => pick(
            "allows changes in the tenant; Whoswho only reads: take it away",
            "erlaubt Änderungen im Mandanten; Whoswho liest nur: entziehen",
        ),
        Excess::ReadsFar => {
            pick("reads far more than needed: take it away", "liest weit mehr als nötig: entziehen")
        }
        Excess::Unused => pick("is not used: take it away", "wird nicht gebraucht: entziehen"),
    }
}

/// Commands between backticks with the customer's short name in its place, so that they can be copied.
pub fn filled(text: &str, slug: &str) -> String {
    let part = |(i, part): (usize, &str)| {
        if i % 2 == 1 && part.starts_with("whoswho ") {
            part.replace(" CUSTOMER", &format!(" {slug}")).replace(" KUNDE", &format!(" {slug}"))
        } else {
            part.to_owned()
        }
    };
    text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}
