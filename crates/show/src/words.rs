//! Stable codes as sentences in the language of the reader.

use model::plan::{FindingKind, HeldBy, OpKind};
use model::reason::{InReason, OutReason, Reason};

use crate::texts::pick;

/// What an operation does.
pub fn kind_text(kind: OpKind) -> &'static str {
    match kind {
        OpKind::Create => pick("create", "anlegen"),
        OpKind::Adopt => pick("link", "verknüpfen"),
        OpKind::Update => pick("update", "aktualisieren"),
        OpKind::TakeOver => pick("create and take over", "anlegen und die Verknüpfung übernehmen"),
        OpKind::Relink => pick("link to the new account", "mit dem neuen Konto verknüpfen"),
        OpKind::Restore => pick("restore from the bin", "aus dem Papierkorb holen"),
        OpKind::Return => pick("no longer marked as left", "Markierung als ausgeschieden aufheben"),
        OpKind::MarkLeft => pick("mark as left", "als ausgeschieden markieren"),
        OpKind::Unlink => pick("cut the link", "Verknüpfung lösen"),
        OpKind::Remove => pick("remove", "entfernen"),
        OpKind::Wait => pick("wait", "abwarten"),
        OpKind::GroupCreate => pick("create the group", "Gruppe anlegen"),
        OpKind::GroupRename => pick("rename the group", "Gruppe umbenennen"),
        OpKind::GroupUntie => pick("untie the group", "Gruppe lösen"),
        OpKind::Members => pick("group members", "Gruppenmitglieder"),
    }
}

/// Why an operation stands in a plan, or a person in or out.
pub fn reason_text(reason: &Reason) -> &'static str {
    match reason {
        Reason::In(InReason::Chosen) => pick("chosen by hand", "einzeln gewählt"),
        Reason::In(InReason::Group(_)) => {
            pick("member of a subscribed group", "Mitglied einer abonnierten Gruppe")
        }
        Reason::In(InReason::Everybody) => {
            pick("everybody belongs in the book", "alle gehören ins Kontaktbuch")
        }
        Reason::Out(out) => out_text(*out),
        Reason::SameEmail => pick(
            "a contact with the same e-mail address exists",
            "einen Kontakt mit derselben E-Mail-Adresse gibt es schon",
        ),
        Reason::SourceChanged => pick("differs from Microsoft 365", "weicht von Microsoft 365 ab"),
        Reason::RemovedHere => pick(
            "removed in the book, but the person still belongs there",
            "im Kontaktbuch entfernt, die Person gehört aber weiter hinein",
        ),
        Reason::EmailChangedHere => pick(
            "the e-mail address was changed in the book",
            "die E-Mail-Adresse wurde im Kontaktbuch geändert",
        ),
        Reason::HiredAgain => {
            pick("the same person under a new account", "dieselbe Person unter einem neuen Konto")
        }
        Reason::Restored => pick("restored in Microsoft 365", "in Microsoft 365 wiederhergestellt"),
        Reason::PinExpired => pick("the pin has ended", "der Festwert ist abgelaufen"),
        Reason::LinkOff => pick("linking was switched off", "das Verknüpfen wurde abgeschaltet"),
        Reason::GroupChanged => {
            pick("the group differs from Microsoft 365", "die Gruppe weicht von Microsoft 365 ab")
        }
        Reason::Subscribed => pick("the group is subscribed", "die Gruppe ist abonniert"),
        Reason::GroupDeletedHere => pick(
            "the contact group was deleted in the book",
            "die Kontaktgruppe wurde im Kontaktbuch gelöscht",
        ),
        Reason::ByHand => pick("by hand", "von Hand"),
        Reason::Undo => pick("undone", "rückgängig gemacht"),
    }
}

fn out_text(out: OutReason) -> &'static str {
    match out {
        OutReason::Deleted => pick("deleted in Microsoft 365", "in Microsoft 365 gelöscht"),
        OutReason::Disabled => pick("the account is disabled", "das Konto ist gesperrt"),
        OutReason::Unlicensed => pick("the account has no licence", "das Konto hat keine Lizenz"),
        OutReason::LeftGroup => pick("in no subscribed group", "in keiner abonnierten Gruppe"),
        OutReason::SubscriptionEnded => {
            pick("the group's subscription was ended", "das Abonnement der Gruppe wurde beendet")
        }
        OutReason::Excluded => pick("excluded by hand", "von Hand ausgenommen"),
        OutReason::Guest => pick("a guest of the tenant", "Gast des Mandanten"),
        OutReason::SharedMailbox => pick(
            "presumed to be a shared mailbox or room",
            "vermutlich ein freigegebenes Postfach oder ein Raum",
        ),
        OutReason::WithoutEmail => pick("has no e-mail address", "hat keine E-Mail-Adresse"),
        OutReason::NotInScope => pick("not in scope", "nicht im Personenkreis"),
    }
}

/// Who holds an operation, and what lets it go.
pub fn held_text(held: HeldBy) -> &'static str {
    match held {
        HeldBy::Guard => pick("more than the guard lets through", "mehr, als der Löschschutz durchlässt"),
        HeldBy::GroupEmptied => pick(
            "the group lost all its members at once",
            "die Gruppe hat alle Mitglieder auf einmal verloren",
        ),
        HeldBy::Unconfirmed => pick(
            "not seen any more, but not confirmed gone",
            "nicht mehr zu sehen, aber nicht bestätigt gelöscht",
        ),
        HeldBy::Person => pick("held by hand", "von Hand zurückgehalten"),
    }
}

/// The same for pages: what to do there, instead of commands.
pub fn finding_on_pages(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ExistingContact => pick(
            "a contact with the same e-mail address exists and was left alone; link the two on the contact's page, or have the \
             rules link such contacts",
            "einen Kontakt mit derselben E-Mail-Adresse gibt es schon, er blieb unberührt; auf der Seite des Kontakts verknüpfen, \
             oder solche Kontakte durch die Regeln verknüpfen lassen",
        ),
        FindingKind::SeveralContacts => pick(
            "several contacts have this e-mail address; merge them, or link one on its page",
            "mehrere Kontakte haben diese E-Mail-Adresse; zusammenführen, oder einen auf seiner Seite verknüpfen",
        ),
        FindingKind::MaybeSame => pick(
            "another address of this account is a contact's; link it on the contact's page if it is the same person",
            "eine andere Adresse dieses Kontos gehört zu einem Kontakt; auf dessen Seite verknüpfen, wenn es dieselbe Person ist",
        ),
        FindingKind::PresumedShared => pick(
            "presumed to be a shared mailbox or a room; choose it under “Scope” if it is a person",
            "vermutlich ein freigegebenes Postfach oder ein Raum; unter „Personenkreis“ aufnehmen, wenn es eine Person ist",
        ),
        FindingKind::GroupGone => pick(
            "the group was deleted in Microsoft 365; its contact group and the members stay until the subscription is ended",
            "die Gruppe wurde in Microsoft 365 gelöscht; ihre Kontaktgruppe und die Mitglieder bleiben, bis das Abonnement endet",
        ),
        FindingKind::GroupNameTaken => pick(
            "a contact group of this name exists already; delete one under “Groups”, then tie the other to the group",
            "eine Kontaktgruppe dieses Namens gibt es schon; unter „Gruppen“ eine löschen, dann die andere der Gruppe zuordnen",
        ),
        FindingKind::GroupDeletedHere => pick(
            "the contact group was deleted in the book, so its subscription ends; subscribe to the group again to have it back",
            "die Kontaktgruppe wurde im Kontaktbuch gelöscht, damit endet ihr Abonnement; wer sie wieder will, abonniert die Gruppe neu",
        ),
        FindingKind::KeyTaken
        | FindingKind::SharedAddress
        | FindingKind::HiredAgain
        | FindingKind::Hidden
        | FindingKind::WithoutMailbox
        | FindingKind::GroupHidden
        | FindingKind::GroupEmptied
        | FindingKind::Unreadable => finding_text(kind),
    }
}

/// What is odd, and what to do about it.
#[expect(clippy::too_many_lines, reason = "a table of texts")]
pub fn finding_text(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ExistingContact => pick(
            "a contact with the same e-mail address exists and was left alone; link it with `contact link`, or set on_existing=adopt",
            "einen Kontakt mit derselben E-Mail-Adresse gibt es schon, er blieb unberührt; `contact link` oder on_existing=adopt verknüpft ihn",
        ),
        FindingKind::SeveralContacts => pick(
            "several contacts have this e-mail address; keep one, or link one with `contact link`",
            "mehrere Kontakte haben diese E-Mail-Adresse; einen behalten, oder einen mit `contact link` verknüpfen",
        ),
        FindingKind::KeyTaken => pick(
            "the contact with this e-mail address belongs to another person",
            "der Kontakt mit dieser E-Mail-Adresse gehört zu einer anderen Person",
        ),
        FindingKind::SharedAddress => pick(
            "several people in scope share this e-mail address; exclude all but one, or give them addresses of their own",
            "mehrere Personen im Personenkreis teilen sich diese E-Mail-Adresse; alle bis auf eine ausnehmen, oder jeder eine eigene geben",
        ),
        FindingKind::HiredAgain => pick(
            "the same person under a new account; the contact was kept",
            "dieselbe Person unter einem neuen Konto; der Kontakt blieb",
        ),
        FindingKind::Hidden => pick(
            "listed no more, but still there; the contact stays, check the app's permissions",
            "nicht mehr aufgeführt, aber noch da; der Kontakt bleibt, bitte die Berechtigungen der App prüfen",
        ),
        FindingKind::WithoutMailbox => pick(
            "without an Exchange Online plan that is switched on, so without a mailbox",
            "ohne eingeschalteten Exchange-Online-Plan, also ohne Postfach",
        ),
        FindingKind::MaybeSame => pick(
            "another address of this account is a contact's; link it with `contact link` if it is the same person",
            "eine andere Adresse dieses Kontos gehört zu einem Kontakt; `contact link` verknüpft ihn, wenn es dieselbe Person ist",
        ),
        FindingKind::PresumedShared => pick(
            "presumed to be a shared mailbox or a room; choose it with `scope add … user` if it is a person",
            "vermutlich ein freigegebenes Postfach oder ein Raum; `scope add … user` wählt es, wenn es eine Person ist",
        ),
        FindingKind::GroupGone => pick(
            "the group was deleted in Microsoft 365; its contact group and the members stay, `scope remove … group` ends it",
            "die Gruppe wurde in Microsoft 365 gelöscht; ihre Kontaktgruppe und die Mitglieder bleiben, `scope remove … group` beendet sie",
        ),
        FindingKind::GroupHidden => pick(
            "the group or its members are shown no more, but are not confirmed gone; the contact group stays, check the app's permissions",
            "die Gruppe oder ihre Mitglieder sind nicht mehr zu sehen, aber nicht bestätigt gelöscht; die Kontaktgruppe bleibt, bitte die Berechtigungen der App prüfen",
        ),
        FindingKind::GroupEmptied => pick(
            "the group has no members any more; the contact group keeps those that it has",
            "die Gruppe hat keine Mitglieder mehr; die Kontaktgruppe behält, wen sie hat",
        ),
        FindingKind::GroupNameTaken => pick(
            "a contact group of this name exists already; delete one with `group remove`, then `group link` ties the other",
            "eine Kontaktgruppe dieses Namens gibt es schon; `group remove` löscht eine, dann bindet `group link` die andere",
        ),
        FindingKind::Unreadable => pick(
            "Microsoft's answer about it cannot be read; what was known stays, and the next complete read tries again",
            "Microsofts Antwort dazu ist nicht lesbar; Bekanntes bleibt, der nächste vollständige Lauf versucht es wieder",
        ),
        FindingKind::GroupDeletedHere => pick(
            "the contact group was deleted in the book, so its subscription ends; `scope add … group` subscribes again",
            "die Kontaktgruppe wurde im Kontaktbuch gelöscht, damit endet ihr Abonnement; `scope add … group` abonniert wieder",
        ),
    }
}
