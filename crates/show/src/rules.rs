//! The rules in words: for each key of a policy its name and one sentence that says what it decides, for each value what it means,
//! a schedule as people say it, and what is wrong with what was typed. Command line and pages say the same.

use model::policy::Takes;
use model::schedule::Schedule;
use model::{Field, Policy, Preset};

use crate::texts::{self, Language, language, pick, say};

/// A key with its name and its sentence, in English and German.
type Words = (&'static str, [&'static str; 2], [&'static str; 2]);

/// Every key but those of fields, which are worded alike.
const WORDS: [Words; 27] = [
    (
        "active",
        ["Synchronisation active", "Synchronisation aktiv"],
        [
            "Off: no run changes anything, and switching off removes nobody.",
            "Aus: Kein Lauf ändert etwas, und durch das Ausschalten wird niemand entfernt.",
        ],
    ),
    (
        "mode",
        ["Who adds people", "Wer Personen hinzufügt"],
        [
            "Runs add whoever belongs in the book, or only a person does; changing this removes nobody.",
            "Läufe nehmen auf, wer dazugehört, oder nur ein Mensch tut das; beim Umstellen wird niemand entfernt.",
        ],
    ),
    (
        "scope",
        ["Scope", "Personenkreis"],
        [
            "Whoever belongs here gets a contact. Excluded wins over chosen by hand, that over groups, that over everybody.",
            "Wer hierher gehört, bekommt einen Kontakt. Ausgenommen und ausgeschlossen geht vor Auswahl von Hand, diese vor Gruppen, diese vor \
             „alle“.",
        ],
    ),
    (
        "people.guests",
        ["Guests", "Gäste"],
        [
            "Guest accounts of other organisations count as people.",
            "Gastkonten anderer Organisationen zählen als Personen.",
        ],
    ),
    (
        "people.disabled",
        ["Disabled accounts", "Deaktivierte Konten"],
        [
            "Accounts that may not sign in count as people.",
            "Konten, deren Anmeldung gesperrt ist, zählen als Personen.",
        ],
    ),
    (
        "people.unlicensed",
        ["Accounts without a licence", "Konten ohne Lizenz"],
        [
            "Accounts without any licence count as people.",
            "Konten, die keine Lizenz haben, zählen als Personen.",
        ],
    ),
    (
        "people.shared_mailboxes",
        ["Shared mailboxes", "Freigegebene Postfächer"],
        [
            "Accounts that look like shared mailboxes (disabled, no licence, with mail, without names) count as people.",
            "Konten, die wie freigegebene Postfächer aussehen (deaktiviert, ohne Lizenz, mit E-Mail, ohne Namen), zählen als \
             Personen.",
        ],
    ),
    (
        "people.resources",
        ["Rooms and equipment", "Räume und Geräte"],
        [
            "Rooms and equipment, which look like shared mailboxes, count as people.",
            "Räume und Geräte, die wie freigegebene Postfächer aussehen, zählen als Personen.",
        ],
    ),
    (
        "people.without_email",
        ["People without e-mail", "Personen ohne E-Mail"],
        [
            "People without an address get a contact; they are never matched with contacts that exist.",
            "Wer keine Adresse hat, bekommt einen Kontakt; mit vorhandenen Kontakten wird niemand davon abgeglichen.",
        ],
    ),
    (
        "nested_groups",
        ["Nested groups", "Verschachtelte Gruppen"],
        [
            "Members of groups inside subscribed groups count, too.",
            "Auch Mitglieder von Gruppen, die in abonnierten Gruppen stecken, zählen.",
        ],
    ),
    (
        "link",
        ["Link active", "Link aktiv"],
        [
            "A contact that has the same e-mail is linked instead of doubled. Switching off ends automatic links only; contacts \
             stay.",
            "Ein vorhandener Kontakt mit derselben E-Mail wird verknüpft statt verdoppelt. Beim Ausschalten lösen sich nur \
             automatische Verknüpfungen; Kontakte bleiben.",
        ],
    ),
    (
        "on_existing",
        ["Contact with the same e-mail", "Kontakt mit derselben E-Mail"],
        [
            "What happens to a contact that is there already and is linked to nobody.",
            "Was mit einem Kontakt geschieht, der schon da und mit niemandem verknüpft ist.",
        ],
    ),
    (
        "email_from",
        ["Where the address comes from", "Woher die Adresse kommt"],
        [
            "The address is what people are matched by. The sign-in name counts only in a verified domain, and not for guests.",
            "An der Adresse werden Personen erkannt. Der Anmeldename zählt nur in einer bestätigten Domäne und nicht bei Gästen.",
        ],
    ),
    (
        "on_local_email_change",
        ["E-mail changed in the book", "E-Mail im Kontaktbuch geändert"],
        [
            "The next run writes the address from Microsoft 365 again, or a new contact takes the link over and the old one is \
             kept by hand.",
            "Der nächste Lauf schreibt wieder die Adresse aus Microsoft 365, oder ein neuer Kontakt übernimmt die Verknüpfung, \
             und der alte wird von Hand gepflegt.",
        ],
    ),
    (
        "on_deleted",
        ["Deleted in Microsoft 365", "In Microsoft 365 gelöscht"],
        [
            "What becomes of a contact that a run created when its user is deleted. Others are unlinked and marked as left.",
            "Was aus einem Kontakt wird, den ein Lauf angelegt hat, wenn der Benutzer gelöscht ist. Andere werden gelöst und als \
             ausgeschieden gekennzeichnet.",
        ],
    ),
    (
        "on_disabled",
        ["Account disabled", "Konto deaktiviert"],
        [
            "The same when the account is disabled and disabled accounts do not count.",
            "Dasselbe, wenn das Konto deaktiviert ist und deaktivierte Konten nicht zählen.",
        ],
    ),
    (
        "on_left_group",
        ["Left the group", "Hat die Gruppe verlassen"],
        [
            "The same for whoever is in no subscribed group any more, and in by no other rule.",
            "Dasselbe für alle, die keiner abonnierten Gruppe mehr angehören und auch sonst nicht dazugehören.",
        ],
    ),
    (
        "on_unlicensed",
        ["Licence gone", "Lizenz entzogen"],
        [
            "The same when the last licence is gone and accounts without one do not count.",
            "Dasselbe, wenn die letzte Lizenz weg ist und Konten ohne Lizenz nicht zählen.",
        ],
    ),
    (
        "on_out_of_scope",
        ["No longer in scope", "Gehört nicht mehr dazu"],
        [
            "The same for every other reason, such as an exclusion or a narrower scope.",
            "Dasselbe aus jedem anderen Grund, etwa weil jemand ausgenommen oder der Personenkreis kleiner wurde.",
        ],
    ),
    (
        "group_members",
        ["Contact groups", "Kontaktgruppen"],
        [
            "Whether whoever leaves the group in Microsoft 365 leaves the contact group, too.",
            "Ob jemand, der die Gruppe in Microsoft 365 verlässt, auch die Kontaktgruppe verlässt.",
        ],
    ),
    (
        "first_run",
        ["First run", "Erster Lauf"],
        [
            "Whether the first run of a connection waits until somebody has seen its plan.",
            "Ob der erste Lauf einer Verbindung wartet, bis jemand seinen Plan gesehen hat.",
        ],
    ),
    (
        "site_from",
        ["Site", "Standort"],
        [
            "What of Microsoft 365 becomes the contact's site.",
            "Was aus Microsoft 365 der Standort des Kontakts wird.",
        ],
    ),
    (
        "guard.count",
        ["Removals let through", "Löschungen, die durchgehen"],
        [
            "So many within 24 hours are never held, however small the book is. Above both limits all wait; what is new or \
             changed goes on.",
            "So viele in 24 Stunden werden nie zurückgehalten, wie klein das Kontaktbuch auch ist. Über beiden Grenzen warten \
             alle; Neues und Geändertes läuft weiter.",
        ],
    ),
    (
        "guard.percent",
        ["Share let through", "Anteil, der durchgeht"],
        [
            "So many percent of the linked contacts within 24 hours are not held; the larger of both limits holds.",
            "So viel Prozent der verknüpften Kontakte in 24 Stunden werden nicht zurückgehalten; die größere Grenze gilt.",
        ],
    ),
    (
        "guard.group_emptied",
        ["Emptied groups", "Geleerte Gruppen"],
        [
            "A contact group of three or more that would lose everybody waits for somebody to decide.",
            "Eine Kontaktgruppe ab drei Personen, die alle verlöre, wartet auf eine Entscheidung.",
        ],
    ),
    (
        "schedule",
        ["Schedule", "Zeitplan"],
        [
            "When runs start by themselves; “Sync now” works at any time.",
            "Wann Läufe von selbst beginnen; „Jetzt abgleichen“ geht jederzeit.",
        ],
    ),
    (
        "time_zone",
        ["Time zone", "Zeitzone"],
        [
            "In which time zone schedule and times are meant.",
            "In welcher Zeitzone Zeitplan und Uhrzeiten gemeint sind.",
        ],
    ),
];

fn of(two: [&'static str; 2]) -> &'static str {
    let [english, german] = two;
    pick(english, german)
}

fn words(key: &str) -> Option<&'static Words> {
    WORDS.iter().find(|(name, ..)| *name == key)
}

/// A key's name for people; of a key that nobody knows the key itself.
pub fn name(key: &str) -> String {
    if let Some(field) = field_of(key) {
        return field_name(field).to_owned();
    }
    words(key).map_or_else(|| key.to_owned(), |(_, name, _)| of(*name).to_owned())
}

/// One sentence that says what a key decides.
pub fn sentence(key: &str) -> String {
    if let Some(field) = field_of(key) {
        return say!(
            "Whether {} comes from Microsoft 365, and then also when it is empty there.",
            "Ob {} aus Microsoft 365 kommt, und dann auch, wenn dort nichts steht.",
            field_named(field)
        );
    }
    words(key).map_or_else(String::new, |(.., text)| of(*text).to_owned())
}

/// A value of a key for people; of a schedule the whole of it.
pub fn value(key: &str, value: &str) -> String {
    match Policy::takes(key) {
        Some(Takes::Switch) => on_off(value).to_owned(),
        Some(Takes::Departure) => departure(value),
        Some(Takes::Schedule) => Schedule::parse(value).map_or_else(|| value.to_owned(), |s| schedule(&s)),
        Some(Takes::OneOf(_)) => choice(key, value).to_owned(),
        Some(Takes::Number(100)) => say!("{value} percent", "{value} Prozent"),
        Some(Takes::Number(_) | Takes::TimeZone | Takes::Scope) | None => value.to_owned(),
    }
}

/// On or off.
pub fn on_off(value: &str) -> &'static str {
    if value == "on" { pick("on", "an") } else { pick("off", "aus") }
}

fn choice<'v>(key: &str, value: &'v str) -> &'v str {
    match (key, value) {
        ("mode", "automatic") => pick("Runs, automatically", "Läufe, automatisch"),
        ("mode", "manual") => pick("Only a person", "Nur ein Mensch"),
        ("on_existing", "adopt") => pick("Link it", "Verknüpfen"),
        ("on_existing", "skip") => pick("Leave it alone, with a note", "In Ruhe lassen, mit Hinweis"),
        ("on_existing", "beside") => pick("Create a second one", "Einen zweiten anlegen"),
        ("email_from", "mail") => pick("Only the e-mail field", "Nur das Feld E-Mail"),
        ("email_from", "mail_then_upn") => pick("E-mail, else sign-in name", "E-Mail, sonst Anmeldename"),
        ("site_from", "off") => pick("Nothing", "Nichts"),
        ("site_from", "office") => pick("Office", "Büro"),
        ("site_from", "department") => pick("Department", "Abteilung"),
        ("group_members", "mirror") => pick("Leavers leave, too", "Wer geht, geht auch hier"),
        ("group_members", "add_only") => pick("Only joiners count", "Nur wer dazukommt, zählt"),
        ("on_local_email_change", "correct") => pick("Correct it", "Berichtigen"),
        ("on_local_email_change", "create_new") => pick("Create a new contact", "Neuen Kontakt anlegen"),
        ("first_run", "ask") => pick("Waits for approval", "Wartet auf Zustimmung"),
        ("first_run", "apply") => pick("Is applied at once", "Wird sofort angewendet"),
        (_, "always") => pick("Always from Microsoft 365", "Immer aus Microsoft 365"),
        (_, "on_create") => pick("Only when created", "Nur beim Anlegen"),
        (_, "never") => pick("Never", "Nie"),
        (_, other) => other,
    }
}

/// What becomes of a contact: `mark_left after 14 days`.
fn departure(value: &str) -> String {
    let (fate, days) = split_departure(value);
    let fate = fate_name(fate);
    match days {
        0 => fate.to_owned(),
        _ => say!("{fate}, after {}", "{fate}, nach {}", days_text(days)),
    }
}

/// What becomes of a contact, alone.
pub fn fate_name(fate: &str) -> &'static str {
    match fate {
        "remove" => pick("Into the bin", "In den Papierkorb"),
        "mark_left" => pick("Mark as left", "Als ausgeschieden kennzeichnen"),
        _ => pick("Keep", "Behalten"),
    }
}

/// What becomes of a contact, and after how many days.
pub fn split_departure(value: &str) -> (&str, i64) {
    let mut words = value.split_whitespace();
    let fate = words.next().unwrap_or("keep");
    (fate, words.nth(1).and_then(|days| days.parse().ok()).unwrap_or(0))
}

fn days_text(days: i64) -> String {
    texts::many(days, ["day", "days"], ["Tag", "Tagen"])
}

const DAYS: [[&str; 2]; 7] = [
    ["Monday", "Montag"],
    ["Tuesday", "Dienstag"],
    ["Wednesday", "Mittwoch"],
    ["Thursday", "Donnerstag"],
    ["Friday", "Freitag"],
    ["Saturday", "Samstag"],
    ["Sunday", "Sonntag"],
];

/// A day of the week; 0 is Monday.
pub fn weekday(day: u8) -> &'static str {
    DAYS.get(usize::from(day)).map_or("", |two| of(*two))
}

/// A schedule as people say it: "täglich um 02:30 Uhr", "Montag bis Freitag um 06:00 und 18:00 Uhr".
pub fn schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Off => {
            pick("only when somebody starts a run", "nur wenn jemand einen Lauf startet").to_owned()
        }
        Schedule::Every { minutes } => every(*minutes),
        Schedule::At { days, minutes } => {
            let times: Vec<String> = minutes.iter().map(|m| format!("{:02}:{:02}", m / 60, m % 60)).collect();
            let times = listed(&times);
            let days = match days {
                (0, 6) => pick("daily", "täglich").to_owned(),
                (from, to) if from == to => say!("every {}", "jeden {}", weekday(*from)),
                (from, to) => say!("{} to {}", "{} bis {}", weekday(*from), weekday(*to)),
            };
            say!("{days} at {times}", "{days} um {times} Uhr")
        }
    }
}

fn every(minutes: u32) -> String {
    let hour = minutes.is_multiple_of(60).then_some(minutes / 60);
    match (minutes, hour) {
        (1, _) => pick("every minute", "jede Minute").to_owned(),
        (_, Some(1)) => pick("every hour", "jede Stunde").to_owned(),
        (_, Some(hours)) => say!("every {hours} hours", "alle {hours} Stunden"),
        (minutes, None) => say!("every {minutes} minutes", "alle {minutes} Minuten"),
    }
}

fn listed(all: &[String]) -> String {
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => say!("{} and {last}", "{} und {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

/// Tries a key on a policy; else what is wrong, in words for the command line.
pub fn try_key(policy: &mut Policy, key: &str, value: &str) -> Result<(), String> {
    policy.set(key, value).map_err(|error| texts::policy_error(&error))?;
    if key == "time_zone" && !is_time_zone(value) {
        return Err(say!(
            "time_zone cannot be “{value}”; it takes an IANA name such as Europe/Berlin",
            "time_zone kann nicht „{value}“ sein; möglich ist ein IANA-Name wie Europe/Berlin"
        ));
    }
    Ok(())
}

/// What is wrong with a value, for a form whose field stands beside it; `None` where nothing is.
pub fn wrong(key: &str, value: &str) -> Option<String> {
    if try_key(&mut Preset::Careful.policy(), key, value).is_ok() {
        return None;
    }
    Some(match Policy::takes(key) {
        Some(Takes::Number(most)) => {
            say!("Please type a whole number from 0 to {most}.", "Bitte eine ganze Zahl von 0 bis {most} eingeben.")
        }
        Some(Takes::Departure) => pick(
            "Please type whole days from 0 to 3650.",
            "Bitte ganze Tage von 0 bis 3650 eingeben.",
        )
        .to_owned(),
        Some(Takes::Schedule) => pick(
            "This is no schedule. Times are written 02:30, several with commas; minutes are a whole number from 1.",
            "Das ist kein Zeitplan. Uhrzeiten so schreiben: 02:30, mehrere mit Komma; Minuten sind eine ganze Zahl ab 1.",
        )
        .to_owned(),
        Some(Takes::TimeZone) => pick(
            "Nobody knows this time zone. Example: Europe/Berlin",
            "Diese Zeitzone ist nicht bekannt. Beispiel: Europe/Berlin",
        )
        .to_owned(),
        Some(Takes::Switch | Takes::OneOf(_) | Takes::Scope) | None => {
            pick("That is no choice here.", "Das steht hier nicht zur Wahl.").to_owned()
        }
    })
}

/// That the switch *link active* and the choice behind it were both moved, and say two things.
pub fn two_links() -> &'static str {
    pick(
        "The switch and the choice below say two things. Please move only one of them.",
        "Schalter und Auswahl darunter widersprechen sich. Bitte nur eines von beiden ändern.",
    )
}

/// Whether this machine knows a time zone of that name.
pub fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

fn field_of(key: &str) -> Option<Field> {
    key.strip_prefix("fields.").and_then(Field::named)
}

fn field_name(field: Field) -> &'static str {
    let [english, german] = field_words(field);
    pick(english, german)
}

/// The name within a sentence.
fn field_named(field: Field) -> String {
    match language() {
        Language::English => format!("the {}", field_words(field)[0].to_lowercase()),
        Language::German => {
            let article = match field {
                Field::FirstName | Field::LastName | Field::DisplayName | Field::Site => "der",
                Field::Email | Field::JobTitle | Field::Department | Field::Company | Field::Mobile => "die",
                Field::Office => "das",
                Field::BusinessPhones => "die",
            };
            format!("{article} {}", field_words(field)[1])
        }
    }
}

const fn field_words(field: Field) -> [&'static str; 2] {
    match field {
        Field::FirstName => ["First name", "Vorname"],
        Field::LastName => ["Last name", "Nachname"],
        Field::DisplayName => ["Display name", "Anzeigename"],
        Field::Email => ["E-mail", "E-Mail"],
        Field::JobTitle => ["Job title", "Position"],
        Field::Department => ["Department", "Abteilung"],
        Field::Company => ["Company", "Firma"],
        Field::Office => ["Office", "Büro"],
        Field::Mobile => ["Mobile number", "Mobilnummer"],
        Field::BusinessPhones => ["Business phones", "geschäftliche Nummern"],
        Field::Site => ["Site", "Standort"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::within;

    #[test]
    fn w12_every_key_has_a_name_and_one_sentence_in_both_languages() {
        for key in Policy::KEYS {
            let said = |language| within(language, || (name(key), sentence(key)));
            let (german, english) = (said(Language::German), said(Language::English));
            assert!(german.0 != key && !german.1.is_empty() && german.1 != english.1, "{key}");
            for text in [&german.1, &english.1] {
                assert!(text.ends_with('.') && text.len() < 240, "{key}: {text}");
            }
        }
    }

    #[test]
    fn w12_every_value_that_is_offered_has_words_in_both_languages() {
        for key in Policy::KEYS {
            let Some(Takes::OneOf(values)) = Policy::takes(key) else { continue };
            for one in values {
                let said = |language| within(language, || value(key, one));
                assert_ne!(said(Language::German), said(Language::English), "{key}={one}");
                assert_ne!(said(Language::English), *one, "{key}={one}");
            }
        }
    }

    #[test]
    fn s4_a_schedule_is_told_as_people_say_it() {
        let said = |text: &str| {
            let schedule = Schedule::parse(text).unwrap();
            let say = |language| within(language, || super::schedule(&schedule));
            [say(Language::German), say(Language::English)]
        };
        assert_eq!(said("daily 02:30"), ["täglich um 02:30 Uhr", "daily at 02:30"]);
        let twice = ["Montag bis Freitag um 06:00 und 18:00 Uhr", "Monday to Friday at 06:00 and 18:00"];
        assert_eq!(said("mon-fri 18:00,06:00"), twice);
        assert_eq!(said("sat 07:15"), ["jeden Samstag um 07:15 Uhr", "every Saturday at 07:15"]);
        assert_eq!(said("every 90m")[0], "alle 90 Minuten");
        assert_eq!(said("every 2h"), ["alle 2 Stunden", "every 2 hours"]);
    }

    #[test]
    fn what_is_wrong_is_told_beside_the_field_in_both_languages() {
        for (key, bad) in [
            ("guard.percent", "101"),
            ("guard.count", "many"),
            ("on_deleted", "remove after 4000 days"),
            ("schedule", "daily 25:00"),
            ("time_zone", "Europe/Atlantis"),
            ("mode", "both"),
        ] {
            let said = |language| within(language, || wrong(key, bad)).unwrap();
            assert_ne!(said(Language::German), said(Language::English), "{key}");
        }
        assert_eq!(wrong("schedule", "every 15m"), None);
    }
}
