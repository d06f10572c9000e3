//! What may happen to a company, to its book and to a run: an event at a time. Every event is total: where it does not
//! apply it changes nothing, so any part of a life is a life, and one that fails can be made shorter.

/// Small numbers that look random: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// People, groups and contacts are numbers that count round those who are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    // The company.
    Hired(u8),
    /// Somebody new with the address of somebody who goes.
    HiredAgain(u8),
    Renamed(u8, u8),
    Readdressed(u8, u8),
    Account(u8, u8),
    Deleted(u8),
    /// Four at once.
    ManyDeleted(u8),
    Purged(u8),
    Restored(u8),
    Joins(u8, u8),
    Leaves(u8, u8),
    GroupEmptied(u8),
    Nested(u8, u8),
    Parted(u8, u8),
    GroupRenamed(u8, u8),
    GroupDeleted(u8),
    GroupRestored(u8),
    /// The next read is a complete one.
    TokensExpired,
    // The book.
    Typed(u8),
    Edited(u8, u8),
    EmailEdited(u8, u8),
    Binned(u8),
    Pinned(u8, u8),
    Unpinned(u8),
    LinkedByHand(u8, u8),
    UnlinkedByHand(u8),
    OurGroupDeleted(u8),
    // The rules.
    Policy(u8),
    Everybody(bool),
    Chosen(u8, bool),
    Excluded(u8, bool),
    Subscribed(u8, bool),
    // Who decides.
    Held(u8),
    Released(u8),
    AllReleased,
    Rejected(u8),
    Erased(u8),
    // Time and runs.
    Days(u8),
    Run,
    Complete,
    Looked,
    PersonNow(u8),
    /// A run that is killed before this write, and applies in pieces of so many operations.
    KilledAtWrite(u8, u8),
    KilledAtRequest(u8),
    /// The latest run or undo is taken back.
    Undone,
}

/// Settings among which a life switches.
pub const SETTINGS: &[(&str, &str)] = &[
    ("link", "on"),
    ("link", "on"),
    ("link", "off"),
    ("on_existing", "beside"),
    ("on_deleted", "remove"),
    ("on_deleted", "mark_left"),
    ("on_deleted", "keep"),
    ("on_deleted", "remove after 3 days"),
    ("on_disabled", "remove"),
    ("on_disabled", "mark_left after 2 days"),
    ("on_disabled", "keep"),
    ("on_left_group", "remove"),
    ("on_left_group", "mark_left"),
    ("on_left_group", "keep"),
    ("on_out_of_scope", "remove"),
    ("on_out_of_scope", "mark_left after 5 days"),
    ("on_unlicensed", "remove"),
    ("people.unlicensed", "off"),
    ("people.disabled", "on"),
    ("people.disabled", "off"),
    ("people.guests", "on"),
    ("people.without_email", "on"),
    ("people.shared_mailboxes", "on"),
    ("people.resources", "on"),
    ("group_members", "mirror"),
    ("group_members", "add_only"),
    ("on_local_email_change", "create_new"),
    ("on_local_email_change", "correct"),
    ("fields.email", "on_create"),
    ("fields.email", "always"),
    ("fields.job_title", "always"),
    ("fields.job_title", "never"),
    ("email_from", "mail_then_upn"),
    ("email_from", "mail"),
    ("nested_groups", "on"),
    ("nested_groups", "off"),
    ("mode", "manual"),
    ("mode", "automatic"),
    ("mode", "automatic"),
    ("guard.count", "1000"),
    ("guard.count", "2"),
    ("guard.count", "10"),
    ("guard.group_emptied", "off"),
    ("guard.group_emptied", "on"),
];

/// A life of so many events, runs among them.
pub fn life(seed: u64, events: usize) -> Vec<Event> {
    let mut dice = Dice(seed);
    let mut life = vec![Event::Run];
    life.extend((0..events).map(|_| event(&mut dice)));
    life.extend([Event::Run, Event::Run]);
    life
}

fn event(dice: &mut Dice) -> Event {
    let kind = dice.below(134);
    let mut small = || dice.below(240) as u8;
    let (a, b) = (small(), small());
    let on = b % 3 != 0;
    match kind {
        0..4 => Event::Hired(a),
        4..6 => Event::HiredAgain(a),
        6..10 => Event::Renamed(a, b),
        10..14 => Event::Readdressed(a, b),
        14..19 => Event::Account(a, b),
        19..24 => Event::Deleted(a),
        24 => Event::Purged(a),
        25..28 => Event::Restored(a),
        28..34 => Event::Joins(a, b),
        34..39 => Event::Leaves(a, b),
        39..42 => Event::GroupEmptied(a),
        42..44 => Event::Nested(a, b),
        44 => Event::Parted(a, b),
        45..47 => Event::GroupRenamed(a, b),
        47 => Event::GroupDeleted(a),
        48..50 => Event::GroupRestored(a),
        50..52 => Event::TokensExpired,
        52..55 => Event::Typed(a),
        55..57 => Event::Edited(a, b),
        57..59 => Event::EmailEdited(a, b),
        59..61 => Event::Binned(a),
        61..63 => Event::Pinned(a, b),
        63 => Event::Unpinned(a),
        64 => Event::LinkedByHand(a, b),
        65 => Event::UnlinkedByHand(a),
        66 => Event::OurGroupDeleted(a),
        67..72 => Event::Policy(a),
        72 => Event::Everybody(on),
        73 => Event::Chosen(a, on),
        74 => Event::Excluded(a, on),
        75..77 => Event::Subscribed(a, on),
        77 => Event::Held(a),
        78..80 => Event::Released(a),
        80 => Event::AllReleased,
        81..83 => Event::Rejected(a),
        83 => Event::Erased(a),
        84..87 => Event::Days(b),
        87..104 => Event::Run,
        104..106 => Event::Complete,
        106 => Event::Looked,
        107..109 => Event::PersonNow(a),
        109..120 => Event::KilledAtWrite(a, b),
        120 => Event::KilledAtRequest(a),
        121..125 => Event::Undone,
        125..128 => Event::ManyDeleted(a),
        _ => Event::Run,
    }
}
