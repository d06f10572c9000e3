//! The steps of an explanation, in the order in which a run takes them: known, account, scope, link, contact, and what
//! the next run would do.

use ::sync::Explanation;
use engine::Standing;
use model::policy::Mode;
use model::reason::{InReason, OutReason};
use model::source::{Licence, Presence, SourceUser, UserKind};

use super::{ExplanationJson, StepJson};
use crate::when;

/// The steps.
pub(super) fn steps(e: &ExplanationJson, told: &Explanation, slug: &str) -> Vec<StepJson> {
    let mut steps = vec![step("known", known(told)), step("account", account(told))];
    steps.push(step("scope", scope(e, told, slug)));
    steps.push(step("link", link(e)));
    steps.push(step("contact", contact(e, told)));
    steps.extend(e.pins.iter().map(|pin| {
        let until = pin.until.as_ref().map_or_else(|| "for good".into(), |until| format!("until {until}"));
        step("pin", format!("pinned: {} {until}: {}", pin.field, pin.reason))
    }));
    steps.extend(e.rejections.iter().map(|r| step("rejection", r.text.clone())));
    steps.extend(e.holds.iter().map(|h| step("hold", h.text.clone())));
    steps.push(step("next", next(e, told, slug)));
    steps
}

fn step(step: &'static str, text: String) -> StepJson {
    StepJson { step, text }
}

fn known(told: &Explanation) -> String {
    let Some(mirror) = told.person.as_ref().and_then(|p| p.mirror.as_ref()) else {
        return "unknown to the tenant, as far as it was read".into();
    };
    match mirror.presence {
        Presence::Live => "known to Microsoft 365".into(),
        Presence::Deleted { at } => format!("deleted in Microsoft 365, learned {}", when::short(at)),
        Presence::Hidden { at } => {
            format!("not seen since {}, but not confirmed gone; nothing is removed", when::short(at))
        }
        Presence::Missing { at } => format!("missing with many others since {}", when::short(at)),
    }
}

fn account(told: &Explanation) -> String {
    let Some(user) = told.person.as_ref().and_then(|p| p.mirror.as_ref()).map(|m| &m.user) else {
        return "no account is known".into();
    };
    let mut words = vec![kind(user)];
    words.push(if user.enabled { "enabled" } else { "disabled" });
    words.push(match user.licence {
        Licence::None => "without a licence",
        Licence::WithoutMailbox => "licensed without a mailbox",
        Licence::Mailbox => "licensed with a mailbox",
    });
    let account = words.join(", ");
    match &told.standing {
        Some(Standing::Out(why)) => match why.people_key() {
            Some(key) => format!("{account}: such accounts do not count as people ({key} is off)"),
            None => format!("{account}: counts"),
        },
        Some(Standing::In(InReason::Chosen)) => {
            format!("{account}: chosen by hand, so the kind does not matter")
        }
        Some(Standing::KeptOut(_)) => format!("{account}: must not come back"),
        Some(Standing::In(_) | Standing::Hidden | Standing::Missing) | None => format!("{account}: counts"),
    }
}

fn kind(user: &SourceUser) -> &'static str {
    if user.presumed_shared() {
        return "presumed to be a shared mailbox or room";
    }
    match user.kind {
        UserKind::Member => "member",
        UserKind::Guest => "guest",
    }
}

fn scope(e: &ExplanationJson, told: &Explanation, slug: &str) -> String {
    let id = &e.source_id;
    let groups: Vec<String> = e.groups.iter().map(|way| way.path.join(" > ")).collect();
    let groups = groups.join(", ");
    match &told.standing {
        Some(Standing::In(InReason::Chosen)) => "in scope: chosen by hand".into(),
        Some(Standing::In(InReason::Group(_))) => format!("in scope by the groups {groups}"),
        Some(Standing::In(InReason::Everybody)) => "in scope: everybody is".into(),
        Some(Standing::Out(why)) => out(*why, id, slug, &groups),
        Some(Standing::KeptOut(why)) => format!("kept out: {}", why.name()),
        Some(Standing::Hidden | Standing::Missing) | None => "not judged: the account is not seen".into(),
    }
}

/// What excludes somebody, and what would change it.
fn out(why: OutReason, id: &str, slug: &str, groups: &str) -> String {
    if let Some(key) = why.people_key() {
        let by = if groups.is_empty() { String::new() } else { format!(" by {groups}") };
        return format!(
            "would be in scope{by}; `whoswho policy set {slug} {key}=on` lets such accounts count, \
             `whoswho scope add {slug} user {id}` only this one"
        );
    }
    match why {
        OutReason::Excluded => {
            format!("excluded by hand; `whoswho scope remove {slug} exclude {id}` takes that back")
        }
        OutReason::LeftGroup => {
            format!(
                "in none of the subscribed groups; `whoswho scope add {slug} user {id}` chooses this person"
            )
        }
        OutReason::SubscriptionEnded => {
            "only in groups whose subscription was ended; whoever came by them stays as is".into()
        }
        OutReason::NotInScope => {
            format!("not in scope; `whoswho scope add {slug} user {id}` chooses this person")
        }
        OutReason::Deleted => "not judged: the account is deleted".into(),
        OutReason::Disabled
        | OutReason::Unlicensed
        | OutReason::Guest
        | OutReason::SharedMailbox
        | OutReason::WithoutEmail => "this kind of account does not count".into(),
    }
}

fn link(e: &ExplanationJson) -> String {
    let Some(how) = e.linked else { return "no contact is linked".into() };
    let former = e.former_email.as_ref();
    let former = former.map_or_else(String::new, |key| format!("; a run had written the address {key}"));
    let out = e.out_since.as_ref().map_or_else(String::new, |since| format!("; out since {since}"));
    let how = match how {
        "created" => "linked by creation: a run made the contact",
        "automatic" => "linked automatically: the contact was there before",
        _ => "linked by hand",
    };
    format!("{how}{former}{out}")
}

fn contact(e: &ExplanationJson, told: &Explanation) -> String {
    let Some(id) = &e.contact else { return "no contact in the book".into() };
    let name = e.contact_name.as_deref().unwrap_or("without a name");
    let person = told.person.as_ref();
    match (person.and_then(|p| p.contact.as_ref()), person.and_then(|p| p.binned.as_ref())) {
        (Some(contact), _) => match contact.left_at {
            Some(at) => format!("contact {name} ({id}), marked as left since {}", when::short(at)),
            None => format!("contact {name} ({id}) is in the book"),
        },
        (None, _) => format!("contact {name} ({id}) is in the bin"),
    }
}

fn next(e: &ExplanationJson, told: &Explanation, slug: &str) -> String {
    let would: Vec<&str> = e.would.iter().map(|w| w.text.as_str()).collect();
    if !would.is_empty() {
        let held = if told.held.is_some() { "; a person holds it, so it will wait" } else { "" };
        return format!("the next run would {}{held}", would.join(", then "));
    }
    if !told.policy.active {
        return format!("runs are off; `whoswho policy set {slug} active=on` switches them on");
    }
    if told.policy.mode == Mode::Manual && e.linked.is_none() && e.standing == "in" {
        return format!(
            "mode is manual, so runs add nobody; `whoswho scope add {slug} user {}` chooses this person",
            e.source_id
        );
    }
    match &told.standing {
        Some(Standing::Out(why)) if e.linked.is_some() => match why.departure_key() {
            Some(key) => format!(
                "the next run changes nothing about this person; {key} says what becomes of the contact"
            ),
            None => "the next run changes nothing about this person".into(),
        },
        _ => "the next run changes nothing about this person".into(),
    }
}
