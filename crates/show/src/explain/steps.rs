//! The steps of an explanation, in the order in which a run takes them: known, account, scope, link, contact, and what
//! the next run would do.

use engine::Standing;
use model::plan::OpKind;
use model::policy::Mode;
use model::reason::{InReason, OutReason};
use model::source::{Licence, Presence, SourceUser, UserKind};

use sync::{Explanation, Rejected, Stands};

use super::{ExplanationJson, StepJson, Voice};
use crate::kept_out_text;
use crate::rules;
use crate::texts::{pick, say};
use crate::when;

/// The steps.
pub(super) fn steps(
    e: &ExplanationJson,
    told: &Explanation,
    voice: Voice<'_>,
    subscribed: &[String],
) -> Vec<StepJson> {
    let mut steps = vec![step("known", known(told)), step("account", account(told))];
    steps.push(step("scope", scope(e, told, voice, subscribed)));
    steps.push(step("link", link(e)));
    steps.push(step("contact", contact(e, told, voice)));
    steps.extend(e.pins.iter().map(|pin| {
        let until = pin.until.as_ref().map_or_else(
            || pick("for good", "auf Dauer").into(),
            |until| {
                let until = when::local(until, &told.policy.time_zone);
                say!("until {until}", "bis {until}")
            },
        );
        step("pin", say!("pinned: {} {until}: {}", "Festwert: {} {until}: {}", pin.field, pin.reason))
    }));
    steps.extend(e.rejections.iter().map(|r| step("rejection", r.text.clone())));
    steps.extend(e.holds.iter().map(|h| step("hold", h.text.clone())));
    steps.push(step("next", next(e, told, voice)));
    steps
}

fn step(step: &'static str, text: String) -> StepJson {
    StepJson { step, text }
}

fn known(told: &Explanation) -> String {
    let Some(mirror) = told.person.as_ref().and_then(|p| p.mirror.as_ref()) else {
        return pick(
            "unknown to the tenant, as far as it was read",
            "soweit gelesen, kennt der Mandant niemanden dieser Kennung",
        )
        .into();
    };
    match mirror.presence {
        Presence::Live => pick("known to Microsoft 365", "in Microsoft 365 bekannt").into(),
        Presence::Deleted { at } => say!(
            "deleted in Microsoft 365, learned {}",
            "in Microsoft 365 gelöscht, bemerkt {}",
            when::short(at)
        ),
        Presence::Hidden { at } => {
            say!(
                "not seen since {}, but not confirmed gone; nothing is removed",
                "seit {} nicht zu sehen, aber nicht bestätigt gelöscht; nichts wird entfernt",
                when::short(at)
            )
        }
        Presence::Missing { at } => say!(
            "missing with many others since {}",
            "fehlt zusammen mit vielen anderen seit {}",
            when::short(at)
        ),
    }
}

fn account(told: &Explanation) -> String {
    let Some(user) = told.person.as_ref().and_then(|p| p.mirror.as_ref()).map(|m| &m.user) else {
        return pick("no account is known", "kein Konto ist bekannt").into();
    };
    if user.is_blank() {
        return match &told.standing {
            Some(Standing::KeptOut(_)) => pick(
                "nothing is known of the account: must not come back",
                "vom Konto ist nichts bekannt: darf nicht zurück",
            ),
            _ => pick("nothing is known of the account any more", "vom Konto ist nichts mehr bekannt"),
        }
        .into();
    }
    let mut words = vec![kind(user)];
    words.push(if user.enabled { pick("enabled", "aktiv") } else { pick("disabled", "gesperrt") });
    words.push(match user.licence {
        Licence::None => pick("without a licence", "ohne Lizenz"),
        Licence::WithoutMailbox => pick("licensed without a mailbox", "mit Lizenz, ohne Postfach"),
        Licence::Mailbox => pick("licensed with a mailbox", "mit Lizenz und Postfach"),
    });
    let account = words.join(", ");
    match &told.standing {
        Some(Standing::Out(why)) => match why.people_key() {
            Some(key) => say!(
                "{account}: such accounts do not count as people ({key} is off)",
                "{account}: solche Konten zählen nicht als Personen ({key} ist off)"
            ),
            // Whether such accounts count is not asked of somebody whom nobody wants.
            None => account,
        },
        Some(Standing::In(InReason::Chosen)) => {
            say!(
                "{account}: chosen by hand, so the kind does not matter",
                "{account}: einzeln gewählt, die Art ist also gleich"
            )
        }
        Some(Standing::KeptOut(_)) => say!("{account}: must not come back", "{account}: darf nicht zurück"),
        Some(Standing::In(_) | Standing::Hidden | Standing::Missing) | None => {
            say!("{account}: counts", "{account}: zählt")
        }
    }
}

fn kind(user: &SourceUser) -> &'static str {
    if user.presumed_shared() {
        return pick(
            "presumed to be a shared mailbox or room",
            "vermutlich ein freigegebenes Postfach oder ein Raum",
        );
    }
    match user.kind {
        UserKind::Member => pick("member", "Mitglied"),
        UserKind::Guest => pick("guest", "Gast"),
    }
}

fn scope(e: &ExplanationJson, told: &Explanation, voice: Voice<'_>, subscribed: &[String]) -> String {
    let id = &e.source_id;
    let groups: Vec<String> = e.groups.iter().map(|way| way.path.join(" > ")).collect();
    let groups = groups.join(", ");
    match &told.standing {
        Some(Standing::In(InReason::Chosen)) => {
            pick("in scope: chosen by hand", "im Personenkreis: einzeln gewählt").into()
        }
        Some(Standing::In(InReason::Group(_))) => {
            say!(
                "in scope by subscribed groups: {groups}",
                "im Personenkreis durch abonnierte Gruppen: {groups}"
            )
        }
        Some(Standing::In(InReason::Everybody)) => {
            pick("in scope: everybody is", "im Personenkreis: alle sind es").into()
        }
        Some(Standing::Out(OutReason::LeftGroup)) => left_group(id, voice, subscribed),
        Some(Standing::Out(why)) => out(*why, id, voice, &groups),
        Some(Standing::KeptOut(why)) => {
            say!("kept out: {}", "ausgeschlossen: {}", kept_out_text(why.name()))
        }
        Some(Standing::Hidden | Standing::Missing) | None => {
            pick("not judged: the account is not seen", "nicht beurteilt: das Konto ist nicht zu sehen")
                .into()
        }
    }
}

/// The command that brings one person into scope.
fn chooses(slug: &str, id: &str) -> String {
    say!(
        "`whoswho scope add {slug} user {id}` chooses this person",
        "`whoswho scope add {slug} user {id}` wählt diese Person"
    )
}

/// Subscribed groups that are named where somebody is in none of them.
const NAMED: usize = 4;

/// In none of the subscribed groups, and which those are.
fn left_group(id: &str, voice: Voice<'_>, subscribed: &[String]) -> String {
    let mut names = subscribed.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if subscribed.len() > NAMED {
        let more = subscribed.len() - NAMED;
        names = say!("{names} and {more} more", "{names} und {more} weitere");
    }
    let which = if names.is_empty() { String::new() } else { format!(" ({names})") };
    let none = say!("in none of the subscribed groups{which}", "in keiner abonnierten Gruppe{which}");
    voice.with(none, |slug| chooses(slug, id))
}

/// What excludes somebody, and what would change it.
fn out(why: OutReason, id: &str, voice: Voice<'_>, groups: &str) -> String {
    if let Some(key) = why.people_key() {
        let by = if groups.is_empty() { String::new() } else { say!(" by {groups}", " durch {groups}") };
        return voice.with(say!("would be in scope{by}", "wäre im Personenkreis{by}"), |slug| {
            say!(
                "`whoswho policy set {slug} {key}=on` lets such accounts count, \
                 `whoswho scope add {slug} user {id}` only this one",
                "mit `whoswho policy set {slug} {key}=on` zählen solche Konten, \
                 mit `whoswho scope add {slug} user {id}` nur dieses"
            )
        });
    }
    match why {
        OutReason::Excluded => voice.with(pick("excluded by hand", "von Hand ausgenommen").into(), |slug| {
            say!(
                "`whoswho scope remove {slug} exclude {id}` takes that back",
                "`whoswho scope remove {slug} exclude {id}` nimmt das zurück"
            )
        }),
        OutReason::LeftGroup => left_group(id, voice, &[]),
        OutReason::SubscriptionEnded => pick(
            "only in groups whose subscription was ended; whoever came by them stays as is",
            "nur in Gruppen, deren Abonnement beendet ist; wer durch sie kam, bleibt, wie er ist",
        )
        .into(),
        OutReason::NotInScope => {
            voice.with(pick("not in scope", "nicht im Personenkreis").into(), |slug| chooses(slug, id))
        }
        OutReason::Deleted => {
            pick("not judged: the account is deleted", "nicht beurteilt: das Konto ist gelöscht").into()
        }
        OutReason::Disabled
        | OutReason::Unlicensed
        | OutReason::Guest
        | OutReason::SharedMailbox
        | OutReason::WithoutEmail => {
            pick("this kind of account does not count", "diese Art von Konto zählt nicht").into()
        }
    }
}

fn link(e: &ExplanationJson) -> String {
    let Some(how) = e.linked else {
        return pick("no contact is linked", "kein Kontakt ist verknüpft").into();
    };
    let former = e.former_email.as_ref();
    let former = former.map_or_else(String::new, |key| {
        say!("; a run had written the address {key}", "; ein Lauf hatte die Adresse {key} geschrieben")
    });
    let out = e
        .out_since
        .as_ref()
        .map(|since| when::shortened(since))
        .map_or_else(String::new, |since| say!("; out since {since} UTC", "; draußen seit {since} UTC"));
    let how = match how {
        "created" => pick(
            "linked by creation: a run made the contact",
            "verknüpft durch Anlegen: ein Lauf hat den Kontakt angelegt",
        ),
        "automatic" => pick(
            "linked automatically: the contact was there before",
            "automatisch verknüpft: den Kontakt gab es vorher schon",
        ),
        _ => pick("linked by hand", "von Hand verknüpft"),
    };
    format!("{how}{former}{out}")
}

fn contact(e: &ExplanationJson, told: &Explanation, voice: Voice<'_>) -> String {
    let Some(id) = &e.contact else {
        return pick("no contact in the book", "kein Kontakt im Kontaktbuch").into();
    };
    let name = e.contact_name.as_deref().unwrap_or(pick("without a name", "ohne Namen"));
    let Some(contact) = told.person.as_ref().and_then(|p| p.contact.as_ref()) else {
        let since = e.removed_at.as_deref().map(when::shortened).unwrap_or_default();
        let there = say!(
            "contact {name} ({id}) is in the bin since {since} UTC",
            "Kontakt {name} ({id}) ist seit {since} UTC im Papierkorb"
        );
        return voice.with(there, |slug| {
            say!(
                "`whoswho bin restore {slug} {id}` brings it back",
                "`whoswho bin restore {slug} {id}` holt ihn zurück"
            )
        });
    };
    match contact.left_at {
        Some(at) => say!(
            "contact {name} ({id}), marked as left since {}",
            "Kontakt {name} ({id}), als ausgeschieden markiert seit {}",
            when::short(at)
        ),
        None => say!("contact {name} ({id}) is in the book", "Kontakt {name} ({id}) ist im Kontaktbuch"),
    }
}

/// What a run would do, apart from what is held; `None` where that is nothing.
fn would(e: &ExplanationJson) -> Option<String> {
    let text = |held: bool| {
        let texts: Vec<&str> =
            e.would.iter().filter(|w| w.held_by.is_some() == held).map(|w| w.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join(pick(", then ", ", dann ")))
    };
    Some(match (text(false), text(true)) {
        (Some(would), None) => say!("the next run would {would}", "der nächste Lauf würde {would}"),
        (Some(would), Some(held)) => say!(
            "the next run would {would}; held, and so not done before it is released: {held}",
            "der nächste Lauf würde {would}; zurückgehalten, also nicht getan, ehe es freigegeben ist: {held}"
        ),
        (None, Some(held)) => say!(
            "the next run does nothing about this person; were it not held, it would {held}",
            "der nächste Lauf tut an dieser Person nichts; wäre es nicht zurückgehalten, würde er {held}"
        ),
        (None, None) => return None,
    })
}

fn next(e: &ExplanationJson, told: &Explanation, voice: Voice<'_>) -> String {
    if let Some(would) = would(e) {
        return would;
    }
    if !told.policy.active {
        return voice.with(pick("runs are off", "Läufe sind aus").into(), |slug| {
            say!(
                "`whoswho policy set {slug} active=on` switches them on",
                "`whoswho policy set {slug} active=on` schaltet sie ein"
            )
        });
    }
    if told.policy.mode == Mode::Manual && e.linked.is_none() && e.standing == "in" {
        let manual =
            pick("mode is manual, so runs add nobody", "mode ist manual, Läufe nehmen also niemanden auf");
        return voice.with(manual.into(), |slug| chooses(slug, &e.source_id));
    }
    if e.standing == "in" && e.contact.is_none() && !e.findings.is_empty() {
        return pick(
            "no run brings this person into the book before what the finding below says is settled",
            "kein Lauf bringt diese Person ins Kontaktbuch, bevor geklärt ist, was der Hinweis unten sagt",
        )
        .into();
    }
    match &told.standing {
        Some(Standing::Out(_)) if e.linked.is_some() && e.removed_at.is_some() => pick(
            "the next run changes nothing about this person; the contact lies in the bin",
            "der nächste Lauf ändert an dieser Person nichts; der Kontakt liegt im Papierkorb",
        )
        .into(),
        Some(Standing::Out(_)) if e.linked.is_some() && told.rejections.iter().any(ends_departure) => pick(
            "the next run changes nothing about this person, for what would become of the contact was rejected or undone",
            "der nächste Lauf ändert an dieser Person nichts, denn was aus dem Kontakt würde, ist abgelehnt oder rückgängig gemacht",
        )
        .into(),
        Some(Standing::Out(why)) if e.linked.is_some() => match why.departure_key() {
            Some(key) => {
                let rule = rules::name(key);
                say!(
                    "the next run changes nothing about this person; the rule “{rule}” ({key}) says what becomes of the contact",
                    "der nächste Lauf ändert an dieser Person nichts; die Regel „{rule}“ ({key}) sagt, was aus dem Kontakt wird"
                )
            }
            None => pick(
                "the next run changes nothing about this person",
                "der nächste Lauf ändert an dieser Person nichts",
            )
            .into(),
        },
        _ => pick(
            "the next run changes nothing about this person",
            "der nächste Lauf ändert an dieser Person nichts",
        )
        .into(),
    }
}

/// A rejection that stands, of what departures do.
fn ends_departure(rejected: &Rejected) -> bool {
    let departs = matches!(rejected.row.kind, OpKind::Remove | OpKind::MarkLeft | OpKind::Unlink);
    departs && rejected.stands == Stands::Yes
}
