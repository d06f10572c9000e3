//! The table: every path with its rule. A route cannot be without one, for its handler's type is the rule: who comes through
//! a [`Door`] is decided before the handler runs, and a page takes a customer's book from its door, never from the store.

use model::Right;
use store::{Book, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::page::import::{groups, mode, people, scope};
use crate::page::{
    account, app, assets, audit, bin, book, book_groups, connection, consent, contact, contact_acts,
    contact_form, csv, customer, customer_add, customer_remove, customers, downloads, forgotten, hold,
    import, keep_out, live, mail, merge, microsoft, plan, policy, privacy, put_back, run, runs, settings,
    sign_in, staff, staff_form, system, undo, why,
};
use crate::visit::Visit;

/// What a browser does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Looks.
    Get,
    /// Changes something.
    Post,
}

/// Who comes in, and what they get.
#[derive(Clone, Copy)]
pub enum Door {
    /// Anybody; for sign-in and what it needs.
    Open(fn(&Visit) -> Outcome),
    /// Whoever is signed in, about themselves.
    Own(fn(&Visit, &SignedIn) -> Outcome),
    /// The operator's staff with this right, over all customers that they reach. To a customer's people it is not there.
    Fleet(Right, fn(&Visit, &SignedIn) -> Outcome),
    /// Whoever reaches the customer named in the path (`{customer}`) and has this right. Out of reach it is not there.
    Customer(Right, fn(&Visit, &SignedIn, &Book) -> Outcome),
}

/// How sure it must be who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// They are signed in.
    Usual,
    /// They have just proved it, or type their password once more: for steps after which much is gone.
    Sure,
}

/// What a request may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// The fields of a form.
    Fields,
    /// A file besides, from whom the door lets in.
    File,
}

/// A row of the table.
#[derive(Clone, Copy)]
pub struct Route {
    /// What the browser does.
    pub verb: Verb,
    /// The path, with open parts in braces.
    pub path: &'static str,
    /// The rule.
    pub door: Door,
    /// How sure it must be who comes.
    pub care: Care,
    /// What they may bring.
    pub load: Load,
    /// What is looked at before anybody proves who they are.
    pub check: Option<Check>,
}

/// What is wrong with what was typed for a dangerous step: the page that says so.
pub type Check = fn(&Visit, &SignedIn, &Book) -> Result<Option<Answer>, Trouble>;

const fn get(path: &'static str, door: Door) -> Route {
    Route { verb: Verb::Get, path, door, care: Care::Usual, load: Load::Fields, check: None }
}

const fn post(path: &'static str, door: Door) -> Route {
    Route { verb: Verb::Post, path, door, care: Care::Usual, load: Load::Fields, check: None }
}

/// A form with a file.
const fn file(path: &'static str, door: Door) -> Route {
    Route { verb: Verb::Post, path, door, care: Care::Usual, load: Load::File, check: None }
}

/// A dangerous step.
const fn sure(path: &'static str, door: Door) -> Route {
    Route { verb: Verb::Post, path, door, care: Care::Sure, load: Load::Fields, check: None }
}

/// A dangerous step for which something is typed: what is wrong with it is told before anybody proves who they are.
const fn checked(path: &'static str, door: Door, check: Check) -> Route {
    Route { check: Some(check), ..sure(path, door) }
}

/// The page to which a path belongs that may be none to look at: itself, or the first above it that is one. A form that came back
/// with mistakes leaves its own address in the browser, and whoever sends that line once more wants the page with the form.
pub fn page_of(path: &str) -> &str {
    let mut at = path;
    while !at.is_empty() {
        let meant =
            ROUTES.iter().filter(|route| matches(route.path, at)).max_by_key(|route| closed(route.path));
        if meant.is_some_and(|meant| ROUTES.iter().any(|r| r.path == meant.path && r.verb == Verb::Get)) {
            return at;
        }
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
    }
    "/"
}

/// Whether a path is one of a pattern's.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut open, mut parts) = (pattern.split('/'), path.split('/'));
    let alike = open.by_ref().zip(parts.by_ref()).all(|(open, part)| open == part || open.starts_with('{'));
    alike && pattern.matches('/').count() == path.matches('/').count()
}

/// How many parts of a pattern are given: of several that a path matches the router takes the one with the most.
fn closed(pattern: &str) -> usize {
    pattern.split('/').filter(|part| !part.starts_with('{')).count()
}

/// All routes.
pub const ROUTES: &[Route] = &[
    get("/a/{file}", Door::Open(assets::file)),
    get("/sign-in", Door::Open(sign_in::form)),
    post("/sign-in", Door::Open(sign_in::sign_in)),
    get("/forgotten", Door::Open(forgotten::form)),
    post("/forgotten", Door::Open(forgotten::ask)),
    get("/set-up/{token}", Door::Open(sign_in::set_up_form)),
    post("/set-up/{token}", Door::Open(sign_in::set_up)),
    get("/link/{token}", Door::Open(sign_in::link)),
    post("/link/{token}", Door::Open(sign_in::by_link)),
    post("/sign-in/microsoft", Door::Open(microsoft::sign_in)),
    get("/sign-in/microsoft/back", Door::Open(microsoft::back)),
    get("/ask/{token}", Door::Open(consent::link)),
    post("/ask/{token}", Door::Open(consent::go)),
    get("/consent", Door::Open(consent::back)),
    get("/", Door::Own(account::home)),
    post("/sign-out", Door::Own(account::sign_out)),
    get("/profile", Door::Own(account::profile)),
    post("/profile/look", Door::Own(account::look)),
    post("/profile/password", Door::Own(account::password)),
    post("/profile/sessions/{n}/end", Door::Own(account::end_session)),
    sure("/profile/microsoft", Door::Own(microsoft::bind)),
    sure("/profile/microsoft/end", Door::Own(microsoft::unbind)),
    post("/proof/microsoft", Door::Own(microsoft::prove)),
    get("/customers", Door::Fleet(Right::Fleet, customers::list)),
    get("/customers/switch", Door::Fleet(Right::Fleet, customers::switch)),
    get("/customers/add", Door::Fleet(Right::Enrol, customer_add::form)),
    post("/customers/add", Door::Fleet(Right::Enrol, customer_add::add)),
    get("/staff", Door::Fleet(Right::Rule, staff::list)),
    get("/staff/add", Door::Fleet(Right::Rule, staff_form::add_form)),
    sure("/staff/add", Door::Fleet(Right::Rule, staff_form::add)),
    get("/staff/{account}/edit", Door::Fleet(Right::Rule, staff_form::edit_form)),
    sure("/staff/{account}/edit", Door::Fleet(Right::Rule, staff_form::edit)),
    sure("/staff/{account}/link", Door::Fleet(Right::Rule, staff::link)),
    sure("/staff/{account}/mail", Door::Fleet(Right::Rule, staff::mail)),
    get("/staff/{account}/remove", Door::Fleet(Right::Rule, staff::ask_remove)),
    sure("/staff/{account}/remove", Door::Fleet(Right::Rule, staff::remove)),
    get("/app", Door::Fleet(Right::Rule, app::page)),
    sure("/app", Door::Fleet(Right::Rule, app::save)),
    get("/app/remove", Door::Fleet(Right::Rule, app::ask_remove)),
    sure("/app/remove", Door::Fleet(Right::Rule, app::remove)),
    get("/c/{customer}", Door::Customer(Right::See, customer::overview)),
    get("/c/{customer}/remove", Door::Customer(Right::Rule, customer_remove::ask)),
    sure("/c/{customer}/remove", Door::Customer(Right::Rule, customer_remove::remove)),
    get("/c/{customer}/plan", Door::Customer(Right::See, plan::page)),
    post("/c/{customer}/plan/look", Door::Customer(Right::Act, live::look)),
    post("/c/{customer}/plan/hold", Door::Customer(Right::Act, hold::hold)),
    get("/c/{customer}/plan/release", Door::Customer(Right::Act, hold::ask)),
    checked("/c/{customer}/plan/release", Door::Customer(Right::Act, hold::release), hold::check),
    post("/c/{customer}/plan/reject", Door::Customer(Right::Act, hold::reject)),
    post("/c/{customer}/run", Door::Customer(Right::Act, live::run)),
    get("/c/{customer}/live", Door::Customer(Right::See, live::page)),
    get("/c/{customer}/live/events", Door::Customer(Right::See, live::events)),
    post("/c/{customer}/live/cancel", Door::Customer(Right::Act, live::cancel)),
    get("/c/{customer}/connection", Door::Customer(Right::See, connection::page)),
    post("/c/{customer}/connection", Door::Customer(Right::Connect, connection::connect)),
    post("/c/{customer}/connection/consent", Door::Customer(Right::Connect, consent::at_once)),
    post("/c/{customer}/connection/link", Door::Customer(Right::Connect, consent::make_link)),
    post("/c/{customer}/connection/link/mail", Door::Customer(Right::Connect, consent::mail_link)),
    post("/c/{customer}/connection/link/end", Door::Customer(Right::Connect, consent::take_back)),
    post("/c/{customer}/connection/check", Door::Customer(Right::Act, connection::check)),
    post("/c/{customer}/connection/ends", Door::Customer(Right::Connect, connection::set_end)),
    get("/c/{customer}/connection/renew", Door::Customer(Right::Connect, connection::renew)),
    get("/c/{customer}/connection/end", Door::Customer(Right::Connect, connection::ask_end)),
    sure("/c/{customer}/connection/end", Door::Customer(Right::Connect, connection::end)),
    get("/c/{customer}/import", Door::Customer(Right::See, people::page)),
    post("/c/{customer}/import", Door::Customer(Right::Act, people::run)),
    post("/c/{customer}/import/pick", Door::Customer(Right::Act, people::pick)),
    get("/c/{customer}/import/check", Door::Customer(Right::Act, people::check)),
    post("/c/{customer}/import/load", Door::Customer(Right::Act, import::load)),
    get("/c/{customer}/import/mode", Door::Customer(Right::Act, mode::ask)),
    post("/c/{customer}/import/mode", Door::Customer(Right::Act, mode::set)),
    get("/c/{customer}/import/groups", Door::Customer(Right::See, groups::page)),
    post("/c/{customer}/import/groups", Door::Customer(Right::Act, groups::save)),
    post("/c/{customer}/import/groups/pick", Door::Customer(Right::Act, groups::pick)),
    get("/c/{customer}/import/scope", Door::Customer(Right::See, scope::page)),
    post("/c/{customer}/import/scope", Door::Customer(Right::Act, scope::set)),
    get("/c/{customer}/import/scope/everybody", Door::Customer(Right::Act, scope::ask_everybody)),
    post("/c/{customer}/import/scope/everybody", Door::Customer(Right::Act, scope::set_everybody)),
    get("/c/{customer}/import/groups/check", Door::Customer(Right::Act, groups::check)),
    get("/c/{customer}/runs", Door::Customer(Right::See, runs::list)),
    get("/c/{customer}/runs/{run}", Door::Customer(Right::See, run::page)),
    post("/c/{customer}/undo/look", Door::Customer(Right::Act, undo::look_back)),
    post("/c/{customer}/undo/to", Door::Customer(Right::Act, undo::look_back_to)),
    checked("/c/{customer}/undo", Door::Customer(Right::Act, undo::undo), undo::check),
    get("/c/{customer}/book", Door::Customer(Right::See, book::list)),
    get("/c/{customer}/book/{contact}", Door::Customer(Right::See, contact::show)),
    get("/c/{customer}/book/add", Door::Customer(Right::Act, contact_form::add_form)),
    post("/c/{customer}/book/add", Door::Customer(Right::Act, contact_form::add)),
    post("/c/{customer}/book/many", Door::Customer(Right::Act, book_groups::many)),
    get("/c/{customer}/book/print", Door::Customer(Right::See, downloads::print)),
    get("/c/{customer}/book/csv", Door::Customer(Right::See, downloads::as_csv)),
    get("/c/{customer}/book/vcard", Door::Customer(Right::See, downloads::as_vcard)),
    get("/c/{customer}/book/{contact}/edit", Door::Customer(Right::Act, contact_form::edit_form)),
    post("/c/{customer}/book/{contact}/edit", Door::Customer(Right::Act, contact_form::edit)),
    get("/c/{customer}/book/{contact}/delete", Door::Customer(Right::Act, contact_acts::delete_form)),
    post("/c/{customer}/book/{contact}/delete", Door::Customer(Right::Act, contact_acts::delete)),
    post("/c/{customer}/book/{contact}/unpin", Door::Customer(Right::Act, contact_acts::unpin)),
    get("/c/{customer}/book/{contact}/hold", Door::Customer(Right::Act, contact_acts::hold_form)),
    post("/c/{customer}/book/{contact}/hold", Door::Customer(Right::Act, contact_acts::hold)),
    post("/c/{customer}/book/{contact}/let-go", Door::Customer(Right::Act, contact_acts::let_go)),
    get("/c/{customer}/book/{contact}/link", Door::Customer(Right::Act, contact_acts::link_form)),
    post("/c/{customer}/book/{contact}/link", Door::Customer(Right::Act, contact_acts::link)),
    get("/c/{customer}/book/{contact}/unlink", Door::Customer(Right::Act, contact_acts::unlink_form)),
    post("/c/{customer}/book/{contact}/unlink", Door::Customer(Right::Act, contact_acts::unlink)),
    get("/c/{customer}/book/{contact}/merge", Door::Customer(Right::Act, merge::form)),
    post("/c/{customer}/book/{contact}/merge", Door::Customer(Right::Act, merge::merge)),
    get("/c/{customer}/book/{contact}/data", Door::Customer(Right::See, privacy::data)),
    get("/c/{customer}/book/{contact}/data.json", Door::Customer(Right::See, privacy::data_file)),
    get("/c/{customer}/book/{contact}/erase", Door::Customer(Right::Act, privacy::erase_form)),
    sure("/c/{customer}/book/{contact}/erase", Door::Customer(Right::Act, privacy::erase)),
    get("/c/{customer}/book/{contact}/put-back", Door::Customer(Right::Act, put_back::form)),
    post("/c/{customer}/book/{contact}/put-back", Door::Customer(Right::Act, put_back::put_back)),
    get("/c/{customer}/why", Door::Customer(Right::See, why::page)),
    get("/c/{customer}/bin", Door::Customer(Right::See, bin::list)),
    post("/c/{customer}/bin/restore", Door::Customer(Right::Act, bin::restore)),
    get("/c/{customer}/groups", Door::Customer(Right::See, book_groups::list)),
    post("/c/{customer}/groups/add", Door::Customer(Right::Act, book_groups::add)),
    get("/c/{customer}/groups/{n}/rename", Door::Customer(Right::Act, book_groups::rename_form)),
    post("/c/{customer}/groups/{n}/rename", Door::Customer(Right::Act, book_groups::rename)),
    get("/c/{customer}/groups/{n}/link", Door::Customer(Right::Act, book_groups::link_form)),
    post("/c/{customer}/groups/{n}/link", Door::Customer(Right::Act, book_groups::link)),
    get("/c/{customer}/groups/{n}/delete", Door::Customer(Right::Act, book_groups::delete_form)),
    post("/c/{customer}/groups/{n}/delete", Door::Customer(Right::Act, book_groups::delete)),
    get("/c/{customer}/policy", Door::Customer(Right::See, policy::page)),
    post("/c/{customer}/policy", Door::Customer(Right::Act, policy::try_out)),
    get("/c/{customer}/policy/effect", Door::Customer(Right::Act, policy::effect)),
    post("/c/{customer}/policy/save", Door::Customer(Right::Act, policy::save)),
    get("/policy", Door::Fleet(Right::Rule, policy::of_operator)),
    post("/policy", Door::Fleet(Right::Rule, policy::try_out_for_all)),
    get("/policy/effect", Door::Fleet(Right::Rule, policy::effect_on_all)),
    post("/policy/save", Door::Fleet(Right::Rule, policy::save_for_all)),
    get("/c/{customer}/csv", Door::Customer(Right::Act, csv::file::form)),
    file("/c/{customer}/csv", Door::Customer(Right::Act, csv::file::bring)),
    get("/c/{customer}/csv/template", Door::Customer(Right::Act, csv::file::template)),
    post("/c/{customer}/csv/discard", Door::Customer(Right::Act, csv::file::discard)),
    get("/c/{customer}/csv/columns", Door::Customer(Right::Act, csv::columns::form)),
    post("/c/{customer}/csv/columns", Door::Customer(Right::Act, csv::columns::choose)),
    get("/c/{customer}/csv/preview", Door::Customer(Right::Act, csv::preview::page)),
    get("/c/{customer}/csv/errors", Door::Customer(Right::Act, csv::preview::errors)),
    post("/c/{customer}/csv/apply", Door::Customer(Right::Act, csv::preview::apply)),
    get("/c/{customer}/csv/import", Door::Customer(Right::Act, csv::done::page)),
    get("/c/{customer}/csv/undo", Door::Customer(Right::Act, csv::done::ask_undo)),
    sure("/c/{customer}/csv/undo", Door::Customer(Right::Act, csv::done::undo)),
    get("/settings", Door::Fleet(Right::Rule, settings::of_operator)),
    post("/settings", Door::Fleet(Right::Rule, settings::save_operator)),
    post("/settings/logo", Door::Fleet(Right::Rule, settings::no_logo_of_operator)),
    get("/system", Door::Fleet(Right::Rule, system::page)),
    sure("/system/backup", Door::Fleet(Right::Rule, system::backup)),
    get("/audit", Door::Fleet(Right::Rule, audit::page)),
    get("/mail", Door::Fleet(Right::Rule, mail::page)),
    sure("/mail", Door::Fleet(Right::Rule, mail::save)),
    sure("/mail/remove", Door::Fleet(Right::Rule, mail::remove)),
    post("/mail/test", Door::Fleet(Right::Rule, mail::test)),
    post("/mail/again", Door::Fleet(Right::Rule, mail::again)),
    file("/settings/logo/put", Door::Fleet(Right::Rule, settings::logo_of_operator)),
    get("/logo", Door::Open(settings::operator_picture)),
    get("/c/{customer}/settings", Door::Customer(Right::See, settings::of_customer)),
    post("/c/{customer}/settings", Door::Customer(Right::Act, settings::save_customer)),
    post("/c/{customer}/settings/logo", Door::Customer(Right::Act, settings::no_logo_of_customer)),
    file("/c/{customer}/settings/logo/put", Door::Customer(Right::Act, settings::logo_of_customer)),
    get("/c/{customer}/logo", Door::Customer(Right::See, settings::customer_picture)),
    get("/c/{customer}/kept-out", Door::Customer(Right::See, privacy::kept_out)),
    get("/c/{customer}/kept-out/keep", Door::Customer(Right::Act, keep_out::form)),
    sure("/c/{customer}/kept-out/keep", Door::Customer(Right::Act, keep_out::keep)),
    post("/c/{customer}/kept-out/let-in", Door::Customer(Right::Act, privacy::let_in)),
];

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn a1_what_is_no_page_belongs_to_the_page_above_it() {
        for (path, page) in [
            ("/c/a/connection/ends", "/c/a/connection"),
            ("/c/a/book/many", "/c/a/book"),
            ("/c/a/book/17/edit", "/c/a/book/17/edit"),
            ("/c/a/book/17/let-go", "/c/a/book/17"),
            ("/c/a/groups/3", "/c/a/groups"),
            ("/profile/sessions/4/end", "/profile"),
            ("/sign-out", "/"),
            ("/", "/"),
            ("", "/"),
        ] {
            assert_eq!(page_of(path), page, "{path}");
        }
    }
}
