//! Random histories: what may happen at the source, in the book, to scope and policy, and the passing of time.
//! Every event is total: where it does not apply it changes nothing.

use proptest::prelude::*;

/// People, addresses and groups are few, so that they meet.
const PEOPLE: u8 = 4;
const GROUPS: u8 = 3;

#[derive(Debug, Clone)]
pub enum Event {
    /// Source.
    Appears(u8),
    Address(u8, Option<u8>),
    Alias(u8, u8),
    FirstName(u8, u8),
    Account(u8, u8),
    Presence(u8, u8),
    HiredAgain(u8, u8),
    Member(u8, u8),
    Nest(u8, u8),
    /// Book.
    Typed(u8),
    Edited(u8, u8),
    Readdressed(u8, Option<u8>),
    Pinned(u8, u8),
    Binned(u8),
    Purged(u8),
    TiedByHand(u8, u8),
    CutByHand(u8),
    MemberByHand(u8, u8),
    /// Scope and policy.
    Everybody(bool),
    Chosen(u8),
    Excluded(u8),
    Subscribed(u8, u8),
    KeptOut(u8),
    Policy(u8),
    Preset(u8),
    /// Time, and runs in between.
    Days(u8),
    Run,
}

/// What the policy becomes, setting by setting.
pub const SETTINGS: [(&str, &str); 34] = [
    ("mode", "manual"),
    ("mode", "automatic"),
    ("on_existing", "adopt"),
    ("on_existing", "adopt"),
    ("on_existing", "skip"),
    ("on_existing", "beside"),
    ("on_deleted", "keep"),
    ("on_deleted", "mark_left"),
    ("on_deleted", "remove"),
    ("on_deleted", "mark_left"),
    ("on_deleted", "remove after 3 days"),
    ("on_disabled", "mark_left after 3 days"),
    ("on_disabled", "mark_left"),
    ("on_disabled", "remove"),
    ("on_left_group", "remove"),
    ("on_left_group", "mark_left"),
    ("on_left_group", "keep"),
    ("on_out_of_scope", "remove"),
    ("on_out_of_scope", "mark_left after 5 days"),
    ("on_out_of_scope", "keep"),
    ("on_unlicensed", "remove after 5 days"),
    ("people.unlicensed", "off"),
    ("people.disabled", "on"),
    ("people.guests", "on"),
    ("people.without_email", "on"),
    ("group_members", "mirror"),
    ("group_members", "add_only"),
    ("on_local_email_change", "create_new"),
    ("on_local_email_change", "correct"),
    ("fields.email", "on_create"),
    ("fields.email", "always"),
    ("fields.email", "never"),
    ("email_from", "mail_then_upn"),
    ("nested_groups", "on"),
];

pub fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 1..36)
}

fn event() -> impl Strategy<Value = Event> {
    let who = || 1..=PEOPLE;
    let group = || 0..GROUPS;
    let mail = || prop::option::weighted(0.9, 1..=PEOPLE);
    prop_oneof![
        4 => who().prop_map(Event::Appears),
        3 => (who(), mail()).prop_map(|(n, m)| Event::Address(n, m)),
        1 => (who(), who()).prop_map(|(n, m)| Event::Alias(n, m)),
        2 => (who(), any::<u8>()).prop_map(|(n, x)| Event::FirstName(n, x)),
        4 => (who(), any::<u8>()).prop_map(|(n, x)| Event::Account(n, x)),
        4 => (who(), any::<u8>()).prop_map(|(n, x)| Event::Presence(n, x)),
        2 => (who(), who()).prop_map(|(n, m)| Event::HiredAgain(n, m)),
        3 => (who(), group()).prop_map(|(n, g)| Event::Member(n, g)),
        1 => (group(), group()).prop_map(|(a, b)| Event::Nest(a, b)),
        2 => who().prop_map(Event::Typed),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(c, x)| Event::Edited(c, x)),
        3 => (any::<u8>(), mail()).prop_map(|(c, m)| Event::Readdressed(c, m)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(c, x)| Event::Pinned(c, x)),
        2 => any::<u8>().prop_map(Event::Binned),
        1 => any::<u8>().prop_map(Event::Purged),
        1 => (who(), any::<u8>()).prop_map(|(n, c)| Event::TiedByHand(n, c)),
        1 => who().prop_map(Event::CutByHand),
        1 => (any::<u8>(), group()).prop_map(|(c, g)| Event::MemberByHand(c, g)),
        1 => any::<bool>().prop_map(Event::Everybody),
        1 => who().prop_map(Event::Chosen),
        1 => who().prop_map(Event::Excluded),
        2 => (group(), any::<u8>()).prop_map(|(g, x)| Event::Subscribed(g, x)),
        1 => who().prop_map(Event::KeptOut),
        4 => any::<u8>().prop_map(Event::Policy),
        1 => any::<u8>().prop_map(Event::Preset),
        2 => (1..8_u8).prop_map(Event::Days),
        8 => Just(Event::Run),
    ]
}
