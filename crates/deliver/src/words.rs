//! What each kind of mail says, in the language in force.

use jiff::tz::TimeZone;
use model::Timestamp;
use model::reason::Reason;
use serde_json::Value;
use show::texts::{self, Language, language, many, pick, say};
use sync::Alarm;

use crate::letter::{Button, Letter, Line};

/// Contacts that one mail lists; Graph takes 4 MB (graph-facts 16), many mail servers 10.
const MOST: usize = 4_000;

/// What a mail is about besides its content.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where browsers reach the pages, without a path.
    pub public_url: String,
    /// The customer's short name and name; nothing where the operator itself is told.
    pub customer: Option<(String, String)>,
    /// Who runs this Whoswho; empty where nobody has said.
    pub operator: String,
    /// In which times are told.
    pub zone: TimeZone,
    /// When the mail is written.
    pub now: Timestamp,
    /// A link that was made for this very mail, where its kind has one.
    pub link: Option<String>,
}

impl Place {
    /// Of a mail that the operator itself gets, by its settings ([`store::Store::settings`] of all).
    pub fn of_operator(settings: &[(String, String)], public_url: &str, now: Timestamp) -> Self {
        let name = settings.iter().find(|(name, _)| name == "name").map(|(_, name)| name.clone());
        Self {
            public_url: public_url.to_owned(),
            customer: None,
            operator: name.unwrap_or_default(),
            zone: TimeZone::get(&store::operators_zone(settings)).unwrap_or(TimeZone::UTC),
            now,
            link: None,
        }
    }

    fn url(&self, path: &str) -> String {
        let slug = self.customer.as_ref().map_or("", |(slug, _)| slug.as_str());
        format!("{}{}", self.public_url.trim_end_matches('/'), path.replace("{c}", &format!("/c/{slug}")))
    }

    fn name(&self) -> &str {
        self.customer.as_ref().map_or("", |(_, name)| name.as_str())
    }

    fn at(&self, at: Timestamp, format: [&str; 2]) -> String {
        let time = jiff::Timestamp::from_millisecond(at.0);
        let [english, german] = format;
        let format = if language() == Language::German { german } else { english };
        time.map_or_else(
            |_| at.0.to_string(),
            |time| time.to_zoned(self.zone.clone()).strftime(format).to_string(),
        )
    }

    fn minute(&self, at: Timestamp) -> String {
        self.at(at, ["%-d %B %Y, %H:%M", "%d.%m.%Y, %H:%M Uhr"])
    }

    fn day(&self, at: Timestamp) -> String {
        self.at(at, ["%-d %B %Y", "%d.%m.%Y"])
    }
}

/// What people call a kind of mail.
pub fn kind_text(kind: &str) -> &str {
    match kind {
        "removed_contacts" => pick("removed contacts", "entfernte Kontakte"),
        "held_operations" => pick("something is held", "etwas ist zurückgehalten"),
        "plan_waiting" => pick("a first plan waits", "ein erster Plan wartet"),
        "no_good_run" => pick("no good run", "kein guter Lauf"),
        "run_failed" => pick("a run failed", "ein Lauf ist fehlgeschlagen"),
        "credential_ends" => pick("access expires", "ein Zugang läuft ab"),
        "password_reset" => pick("new password", "neues Kennwort"),
        "invitation" => pick("invitation", "Einladung"),
        "consent_link" => pick("request for consent", "Bitte um Zustimmung"),
        "test" => pick("test mail", "Testmail"),
        other => other,
    }
}

/// What a mail says; `None` where this Whoswho does not know its kind or cannot read its content.
pub fn letter(kind: &str, body: &Value, place: &Place) -> Option<Letter> {
    let mut letter = match kind {
        "removed_contacts" => removed(body, place)?,
        "held_operations" => held(body, place)?,
        "plan_waiting" => waiting(body, place)?,
        "no_good_run" => no_good_run(body, place)?,
        "run_failed" => failed(body, place)?,
        "credential_ends" => ending(body, place)?,
        "password_reset" => password(place)?,
        "invitation" => invitation(place)?,
        "consent_link" => consent(body, place)?,
        "test" => test(),
        _ => return None,
    };
    letter.footer = footer(kind, place);
    Some(letter)
}

fn number(body: &Value, name: &str) -> Option<i64> {
    body.get(name)?.as_i64()
}

fn text<'v>(body: &'v Value, name: &str) -> &'v str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn button(label: &str, url: String) -> Button {
    Button { label: label.to_owned(), url }
}

fn removed(body: &Value, place: &Place) -> Option<Letter> {
    let n = number(body, "count")?;
    let name = place.name();
    let contacts = many(n, ["contact", "contacts"], ["Kontakt", "Kontakte"]);
    let line = |line: &Value| Line {
        name: text(line, "name").to_owned(),
        email: text(line, "email").to_owned(),
        reason: Reason::from_code(text(line, "reason"), Vec::new())
            .map(|reason| show::reason_text(&reason).to_owned())
            .unwrap_or_default(),
    };
    let lines = body.get("removed").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Some(Letter {
        subject: say!("{name}: {contacts} removed", "{name}: {contacts} entfernt"),
        paragraphs: vec![say!(
            "A run took {contacts} out of the book of {name}. Nothing is lost: they lie in the bin for 30 days, and can be brought \
             back from there.",
            "Ein Lauf hat {contacts} aus dem Kontaktbuch von {name} genommen. Verloren ist nichts: 30 Tage lang liegt alles im \
             Papierkorb und lässt sich von dort zurückholen."
        )],
        lines: lines.iter().take(MOST).map(line).collect(),
        after: if lines.len() > MOST {
            let more = lines.len() - MOST;
            vec![say!(
                "… and {more} more, which the bin shows.",
                "… und {more} weitere, die der Papierkorb zeigt."
            )]
        } else {
            Vec::new()
        },
        button: Some(button(
            pick("Open the bin with these contacts", "Papierkorb mit diesen Kontakten öffnen"),
            match number(body, "plan") {
                Some(plan) => place.url(&format!("{{c}}/bin?plan={plan}")),
                None => place.url("{c}/bin"),
            },
        )),
        ..Letter::default()
    })
}

fn held(body: &Value, place: &Place) -> Option<Letter> {
    let n = number(body, "new")?;
    let name = place.name();
    Some(Letter {
        subject: say!(
            "{name}: {}",
            "{name}: {}",
            many(
                n,
                ["change is held", "changes are held"],
                ["Änderung ist zurückgehalten", "Änderungen sind zurückgehalten"]
            )
        ),
        paragraphs: vec![say!(
            "{} in the sync of {name} with Microsoft 365 because it looked unusual, or more than usual. Nobody is removed until \
                 somebody has looked at it; everything else goes on.",
            "{} beim Abgleich von {name} mit Microsoft 365, weil das ungewöhnlich aussah oder mehr war als sonst. Niemand wird \
                 entfernt, bis sich das jemand angesehen hat; alles andere läuft weiter.",
            many(n, ["change was held", "changes were held"], ["Änderung wartet", "Änderungen warten"])
        )],
        button: Some(button(pick("Look at what is held", "Zurückgehaltenes ansehen"), place.url("{c}/plan"))),
        ..Letter::default()
    })
}

fn waiting(body: &Value, place: &Place) -> Option<Letter> {
    let n = number(body, "operations")?;
    let name = place.name();
    let changes = many(n, ["change", "changes"], ["Änderung", "Änderungen"]);
    Some(Letter {
        subject: say!("{name}: the first plan waits for you", "{name}: Der erste Plan wartet auf Sie"),
        paragraphs: vec![say!(
            "Microsoft 365 was read for {name}, and a first plan with {changes} is ready. Nothing was changed so far: the first time \
             somebody looks at it and applies it; from then on it runs by itself.",
            "Für {name} wurde Microsoft 365 gelesen, ein erster Plan mit {changes} ist bereit. Geändert wurde noch nichts: Beim \
             ersten Mal sieht ihn sich jemand an und wendet ihn an; danach läuft alles von selbst."
        )],
        button: Some(button(pick("Look at the plan", "Plan ansehen"), place.url("{c}/plan"))),
        ..Letter::default()
    })
}

fn no_good_run(body: &Value, place: &Place) -> Option<Letter> {
    let alarm = Alarm::of_body(body)?;
    let name = place.name();
    Some(Letter {
        subject: say!("{name}: no good run for too long", "{name}: zu lange kein guter Lauf"),
        paragraphs: vec![
            texts::alarm(&alarm),
            say!(
                "Until that is mended the book of {name} stays as it is. You get this mail once; the page shows how it goes on.",
                "Bis das behoben ist, bleibt das Kontaktbuch von {name}, wie es ist. Diese Mail kommt einmal; wie es weitergeht, zeigt \
                 die Seite."
            ),
        ],
        button: Some(button(pick("Open the overview", "Übersicht öffnen"), place.url("{c}"))),
        ..Letter::default()
    })
}

fn failed(body: &Value, place: &Place) -> Option<Letter> {
    let at = place.minute(Timestamp(number(body, "at")?));
    let error = body.get("error")?;
    let (english, german) = (text(error, "en"), text(error, "de"));
    let said = if language() == Language::German && !german.is_empty() { german } else { english };
    let name = place.name();
    Some(Letter {
        subject: say!("{name}: a run failed", "{name}: Lauf fehlgeschlagen"),
        paragraphs: vec![
            say!(
                "The sync of {name} with Microsoft 365 failed at {at}:",
                "Der Abgleich von {name} mit Microsoft 365 ist fehlgeschlagen ({at}):"
            ),
            said.to_owned(),
            say!(
                "Until that is mended the book stays as it is. It is tried again by itself; the same cause is not told again.",
                "Bis das behoben ist, bleibt das Kontaktbuch, wie es ist. Es wird von selbst wieder versucht; dieselbe Ursache wird \
                 nicht noch einmal gemeldet."
            ),
        ],
        button: Some(button(pick("Look at the runs", "Läufe ansehen"), place.url("{c}/runs"))),
        ..Letter::default()
    })
}

fn ending(body: &Value, place: &Place) -> Option<Letter> {
    let at = Timestamp(number(body, "ends")?);
    // By the day on which it is read, not by that on which it was posted.
    let (ends, left) = (place.day(at), sync::days_between(place.now, at, &place.zone));
    let soon = match left {
        ..0 => pick("(it already has)", "(schon abgelaufen)").to_owned(),
        0 => pick("today", "heute").to_owned(),
        1 => pick("tomorrow", "morgen").to_owned(),
        n => say!("in {n} days", "in {n} Tagen"),
    };
    let name = place.name();
    let (subject, first, open) = if place.customer.is_some() {
        (
            say!(
                "{name}: access to Microsoft 365 expires {soon}",
                "{name}: Zugang zu Microsoft 365 läuft {soon} ab"
            ),
            say!(
                "The credential (secret or certificate) by which Whoswho reads Microsoft 365 for {name} expires {soon}, on {ends}. \
                 From then on nothing is synchronised.",
                "Die Anmeldedaten (Geheimnis oder Zertifikat), mit denen Whoswho Microsoft 365 für {name} liest, laufen {soon} ab, am \
                 {ends}. Danach wird nichts mehr abgeglichen."
            ),
            button(pick("Renew the access", "Zugang erneuern"), place.url("{c}/connection/renew")),
        )
    } else {
        (
            say!("The operator's app expires {soon}", "Die App des Betreibers läuft {soon} ab"),
            say!(
                "The credential of the operator's app expires {soon}, on {ends}. From then on no customer that is connected by it is \
                 synchronised.",
                "Die Anmeldedaten der App des Betreibers laufen {soon} ab, am {ends}. Danach wird kein Kunde mehr abgeglichen, der \
                 über sie verbunden ist."
            ),
            button(pick("Renew the app's access", "Zugang der App erneuern"), place.url("/app")),
        )
    };
    Some(Letter {
        subject,
        paragraphs: vec![
            first,
            pick(
                "Make a new secret or certificate in Microsoft's portal and put it in; the old one may stay until then.",
                "Legen Sie im Portal von Microsoft ein neues Geheimnis oder Zertifikat an und tragen Sie es ein; das alte darf bis \
                 dahin bleiben.",
            )
            .to_owned(),
        ],
        button: Some(open),
        ..Letter::default()
    })
}

fn password(place: &Place) -> Option<Letter> {
    Some(Letter {
        subject: pick("Choose a new password", "Neues Kennwort wählen").to_owned(),
        paragraphs: vec![
            pick(
                "Somebody asked for a new password for your account. The link works once, within one hour.",
                "Für Ihr Konto wurde ein neues Kennwort angefordert. Der Link gilt einmal und eine Stunde lang.",
            )
            .to_owned(),
        ],
        button: Some(button(pick("Choose a new password", "Neues Kennwort wählen"), place.link.clone()?)),
        after: vec![
            pick(
                "If that was not you, you need do nothing: your password stays as it is.",
                "Waren Sie das nicht, brauchen Sie nichts zu tun: Ihr Kennwort bleibt, wie es ist.",
            )
            .to_owned(),
        ],
        ..Letter::default()
    })
}

fn invitation(place: &Place) -> Option<Letter> {
    Some(Letter {
        subject: pick("Your account at Whoswho", "Ihr Konto bei Whoswho").to_owned(),
        paragraphs: vec![
            pick(
                "With this link you sign in and choose a password. It works once, within three days.",
                "Mit diesem Link melden Sie sich an und wählen ein Kennwort. Er gilt einmal und drei Tage lang.",
            )
            .to_owned(),
        ],
        button: Some(button(pick("Sign in", "Anmelden"), place.link.clone()?)),
        ..Letter::default()
    })
}

fn consent(body: &Value, place: &Place) -> Option<Letter> {
    let (name, ends) = (place.name(), number(body, "ends").map(|at| place.day(Timestamp(at))));
    let operator = if place.operator.is_empty() { "Whoswho" } else { &place.operator };
    let until = ends.map_or_else(String::new, |ends| {
        say!(" It works once, until {ends}.", " Er gilt einmal, bis {ends}.")
    });
    Some(Letter {
        subject: say!("Consent for the contact sync of {name}", "Zustimmung zum Kontaktabgleich von {name}"),
        paragraphs: vec![
            say!(
                "{operator} keeps a contact book for {name} and asks to be allowed to read users and groups of your Microsoft 365. \
                 Nothing is changed there.",
                "{operator} führt für {name} ein Kontaktbuch und bittet darum, Benutzer und Gruppen in Ihrem Microsoft 365 lesen zu \
                 dürfen. Geändert wird dort nichts."
            ),
            say!(
                "Please open the link and sign in at Microsoft as a global administrator or a privileged role administrator. You \
                 need no account here.{until}",
                "Bitte öffnen Sie den Link und melden Sie sich bei Microsoft als globaler Administrator oder als Administrator für \
                 privilegierte Rollen an. Ein Konto bei uns brauchen Sie nicht.{until}"
            ),
        ],
        button: Some(button(pick("Look at what is asked for", "Ansehen, worum es geht"), place.link.clone()?)),
        after: vec![
            pick(
                "Microsoft asks before anything is agreed to; you can say no there. If you are not responsible for Microsoft 365, please pass this mail on.",
                "Microsoft fragt, bevor etwas gilt; dort können Sie auch ablehnen. Sind Sie nicht für Microsoft 365 zuständig, leiten Sie diese Mail bitte weiter.",
            )
            .to_owned(),
        ],
        ..Letter::default()
    })
}

fn test() -> Letter {
    Letter {
        subject: pick("Test mail from Whoswho", "Testmail von Whoswho").to_owned(),
        paragraphs: vec![
            pick(
                "This mail shows that the mail settings work. There is nothing to do.",
                "Diese Mail zeigt, dass die Maileinstellungen stimmen. Zu tun ist nichts.",
            )
            .to_owned(),
        ],
        ..Letter::default()
    }
}

fn footer(kind: &str, place: &Place) -> String {
    let sender = if place.operator.is_empty() {
        "Whoswho".to_owned()
    } else {
        format!("{} · Whoswho", place.operator)
    };
    let why = match kind {
        "password_reset" | "invitation" | "consent_link" | "test" => return sender,
        _ => match &place.customer {
            Some(_) => say!(
                "You get this mail because your address is named for notices. Settings: {}",
                "Sie bekommen diese Mail, weil Ihre Adresse für Benachrichtigungen eingetragen ist. Einstellungen: {}",
                place.url("{c}/settings")
            ),
            None => say!(
                "You get this mail because your address is named for notices. Settings: {}",
                "Sie bekommen diese Mail, weil Ihre Adresse für Benachrichtigungen eingetragen ist. Einstellungen: {}",
                place.url("/settings")
            ),
        },
    };
    format!("{sender}\n{why}")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use serde_json::json;
    use show::texts::within;
    use store::MailId;

    use super::*;
    use crate::message::{Envelope, message, message_id};

    #[test]
    fn s5_the_longest_list_of_removed_contacts_fits_one_request_of_graph_and_says_how_many_it_leaves_out() {
        let line = |n: usize| {
            let name = format!("Maximiliane-Friederike von Hohenstein-Müller {n}");
            json!({ "contact": null, "name": name, "email": format!("max.hohenstein.mueller.{n}@beispiel-gmbh.example"), "reason": "deleted" })
        };
        let all: Vec<_> = (0..MOST + 5).map(line).collect();
        let body = json!({ "count": MOST + 5, "plan": 1, "removed": all });
        let place = Place::of_operator(&[], "https://whoswho.example", Timestamp(0));
        let place = Place { customer: Some(("muster".into(), "Muster".into())), ..place };
        let letter = within(Language::German, || letter("removed_contacts", &body, &place)).unwrap();
        assert_eq!(letter.lines.len(), MOST);
        assert_eq!(letter.after, ["… und 5 weitere, die der Papierkorb zeigt."]);
        let id = MailId { outbox: 1, n: 0 };
        let envelope = Envelope {
            sender: "whoswho@operator.example",
            sender_name: "",
            to: "it@muster.example",
            id: message_id(id, (Timestamp(0), 0), "whoswho@operator.example"),
            at: Timestamp(0),
        };
        let mime = within(Language::German, || message(&letter, "de", &envelope)).unwrap().formatted();
        let request = base64::engine::general_purpose::STANDARD.encode(mime);
        assert!(request.len() < 4 << 20, "{} bytes", request.len());
    }
}
