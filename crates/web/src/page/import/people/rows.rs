//! People of the tenant as lines of the import page. Their values are the mirror's, read for the page alone.

use model::ContactId;
use model::reason::OutReason;
use model::source::{SourceUser, UserKind};
use show::people::user_name;
use store::{Book, Ticks};
use sync::{Mark, Someone};

use super::super::Desk;
use super::is_ticked;
use crate::answer::Trouble;
use crate::frame::{Frame, colour, initials};

/// Somebody on a line.
pub struct Row {
    pub id: String,
    pub name: String,
    pub initials: String,
    pub colour: u8,
    pub sub: String,
    pub email: String,
    pub place: String,
    /// The contact, where there is one.
    pub href: String,
    pub can_be_ticked: bool,
    pub ticked: bool,
    /// `book`, `link`, `apart`, `new`, `excluded`, `kept-out`.
    pub mark: &'static str,
    pub mark_text: String,
    /// A guest, a disabled account and the like: icon and words.
    pub odd: Vec<(&'static str, String)>,
}

/// The lines of these people.
pub fn rows(
    f: &Frame,
    book: &Book,
    desk: &Desk,
    (people, ticks): (&[&Someone], &Ticks),
) -> Result<Vec<Row>, Trouble> {
    let ids: Vec<_> = people.iter().map(|someone| someone.id.clone()).collect();
    let known = book.mirror_users(desk.connection.id, &ids)?;
    let row = |someone: &&Someone| {
        let user = known.get(&someone.id).map(|mirror| &mirror.user);
        row(f, book, user, (someone, is_ticked(ticks, someone)))
    };
    Ok(people.iter().map(row).collect())
}

fn row(f: &Frame, book: &Book, user: Option<&SourceUser>, (someone, ticked): (&Someone, bool)) -> Row {
    let text = |value: Option<&Box<str>>| value.map(ToString::to_string).unwrap_or_default();
    let name = name(f, user);
    let sub = [user.and_then(|u| u.job_title.as_ref()), user.and_then(|u| u.department.as_ref())];
    let (mark, contact) = mark(someone.mark);
    Row {
        id: someone.id.to_string(),
        initials: initials(&name),
        colour: colour(&name),
        sub: sub.into_iter().flatten().map(|text| &**text).collect::<Vec<_>>().join(" · "),
        email: text(user.and_then(|u| u.mail.as_ref())),
        place: text(user.and_then(|u| u.office.as_ref())),
        href: contact.map(|id| href(book, id)).unwrap_or_default(),
        can_be_ticked: someone.can_be_ticked(),
        ticked,
        mark,
        mark_text: mark_text(f, someone.mark),
        odd: user.map(|user| odd(f, user, someone)).unwrap_or_default(),
        name,
    }
}

/// Of somebody who is kept out nothing is known.
pub fn name(f: &Frame, user: Option<&SourceUser>) -> String {
    let mail = |user: &SourceUser| user.mail.as_ref().or(user.upn.as_ref()).map(ToString::to_string);
    let known = user.and_then(|user| user_name(user).or_else(|| mail(user)));
    known.unwrap_or_else(|| f.s("import-unknown"))
}

fn href(book: &Book, contact: ContactId) -> String {
    format!("/c/{}/book/{}", book.customer.slug, book.public_id(contact))
}

const fn mark(mark: Mark) -> (&'static str, Option<ContactId>) {
    match mark {
        Mark::InBook(contact) => ("book", Some(contact)),
        Mark::WillLink(contact) => ("link", Some(contact)),
        Mark::Apart(contact) => ("apart", Some(contact)),
        Mark::New => ("new", None),
        Mark::Excluded => ("excluded", None),
        Mark::KeptOut => ("kept-out", None),
    }
}

/// How somebody stands towards the book, in words.
pub fn mark_text(f: &Frame, mark: Mark) -> String {
    f.s(match mark {
        Mark::InBook(_) => "import-mark-book",
        Mark::WillLink(_) => "import-mark-link",
        Mark::Apart(_) => "import-mark-apart",
        Mark::New => "import-mark-new",
        Mark::Excluded => "import-mark-excluded",
        Mark::KeptOut => "import-mark-kept-out",
    })
}

/// What is special about an account, whether or not the rules mind it; and else why they do not count it as a person.
fn odd(f: &Frame, user: &SourceUser, someone: &Someone) -> Vec<(&'static str, String)> {
    if user.is_blank() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if user.kind == UserKind::Guest {
        all.push(("guest", f.s("import-odd-guest")));
    }
    if user.presumed_shared() {
        all.push(("none", f.s("import-odd-shared")));
    } else if !user.enabled {
        all.push(("off", f.s("import-odd-disabled")));
    }
    if someone.shares && someone.can_be_ticked() {
        all.push(("warn", f.s("import-odd-shares")));
    }
    match someone.odd {
        Some(OutReason::Unlicensed) => all.push(("none", f.s("import-odd-unlicensed"))),
        Some(OutReason::WithoutEmail) => all.push(("mail", f.s("import-odd-without-email"))),
        Some(
            OutReason::Deleted
            | OutReason::Disabled
            | OutReason::LeftGroup
            | OutReason::SubscriptionEnded
            | OutReason::Excluded
            | OutReason::Guest
            | OutReason::SharedMailbox
            | OutReason::NotInScope,
        )
        | None => {}
    }
    all
}
