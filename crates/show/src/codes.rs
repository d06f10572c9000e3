//! Stable codes as words in tables. JSON keeps the codes themselves.

use crate::texts::pick;

/// Where a contact comes from.
pub fn origin_text(code: &'static str) -> &'static str {
    match code {
        "manual" => pick("manual", "von Hand"),
        other => other,
    }
}

/// How a link came about.
pub fn link_text(code: &'static str) -> &'static str {
    match code {
        "created" => pick("created", "durch Anlegen"),
        "automatic" => pick("automatic", "automatisch"),
        "by_hand" => pick("by hand", "von Hand"),
        other => other,
    }
}

/// What happened to a contact.
pub fn event_text(code: &'static str) -> &'static str {
    match code {
        "created" => pick("created", "angelegt"),
        "changed" => pick("changed", "geändert"),
        "linked" => pick("linked", "verknüpft"),
        "unlinked" => pick("unlinked", "Verknüpfung gelöst"),
        "left" => pick("left", "ausgeschieden"),
        "returned" => pick("returned", "zurückgekehrt"),
        "removed" => pick("removed", "entfernt"),
        "restored" => pick("restored", "wiederhergestellt"),
        "pinned" => pick("pinned", "als Festwert gesetzt"),
        "unpinned" => pick("unpinned", "kein Festwert mehr"),
        "joined" => pick("put into a group", "in eine Gruppe genommen"),
        "parted" => pick("taken out of a group", "aus einer Gruppe genommen"),
        other => other,
    }
}

/// What a run was, how it read, and how it ended.
pub fn run_text(code: &'static str) -> &'static str {
    match code {
        "run" => pick("run", "Lauf"),
        "person" => pick("person", "Person"),
        "undo" => pick("undo", "rückgängig"),
        "delta" => pick("delta", "Änderungen"),
        "complete" => pick("complete", "vollständig"),
        "done" => pick("done", "fertig"),
        "quiet" => pick("nothing to do", "nichts zu tun"),
        "waiting" => pick("waiting", "wartet"),
        "planned" => pick("planned", "geplant"),
        "refused" => pick("reading failed", "Lesen gescheitert"),
        "failed" => pick("failed", "gescheitert"),
        "cut_off" => pick("cut off", "abgebrochen"),
        "running" => pick("running", "im Gange"),
        other => other,
    }
}

/// What a user or a group of the tenant is.
pub fn source_text(code: &'static str) -> &'static str {
    match code {
        "member" => pick("member", "Mitglied"),
        "guest" => pick("guest", "Gast"),
        "none" => pick("none", "keine"),
        "without_mailbox" => pick("without_mailbox", "ohne Postfach"),
        "mailbox" => pick("mailbox", "mit Postfach"),
        "security" => pick("security", "Sicherheit"),
        "mail_security" => pick("mail_security", "Sicherheit mit E-Mail"),
        "distribution" => pick("distribution", "Verteiler"),
        "microsoft365" => "microsoft365",
        "team" => pick("team", "Team"),
        other => other,
    }
}

/// Why somebody is kept out.
pub fn kept_out_text(code: &'static str) -> &'static str {
    match code {
        "erased" => pick("erased", "gelöscht"),
        "objected" => pick("objected", "widersprochen"),
        "restricted" => pick("restricted", "eingeschränkt"),
        other => other,
    }
}
