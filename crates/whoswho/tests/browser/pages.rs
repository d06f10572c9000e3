//! All pages, with what they look like in every state that the village has.
//!
//! The rule: whatever the table of routes can show is here. A page that is added there and not here fails a test, and what is
//! here is looked at by axe, in both languages, light and dark, and at every width.

use browse::{Browser, House, MAIN, PINNED, Role};
use web::{ROUTES, Verb};

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Somebody who is not signed in, while nobody owns the installation yet.
    Nobody,
    /// Who may do everything.
    Owner,
    /// Who may only look.
    Observer,
    /// A customer's own people who may change things.
    Administrator,
    /// Those who may not.
    Reader,
}

/// A page's route, who looks, and paths that show it in its states. Words in braces are filled by [`Known`], and what
/// stands behind `#` is done first, by [`prepare`].
pub struct Page {
    pub route: &'static str,
    pub who: Who,
    pub paths: &'static [&'static str],
}

const fn page(route: &'static str, who: Who, paths: &'static [&'static str]) -> Page {
    Page { route, who, paths }
}

/// All of them.
pub const PAGES: &[Page] = &[
    page("/sign-in", Who::Nobody, &["/sign-in", "/sign-in#sent"]),
    page("/set-up/{token}", Who::Nobody, &["{set-up}", "{set-up}#sent", "/set-up/gone"]),
    page("/forgotten", Who::Nobody, &["/forgotten"]),
    page("/link/{token}", Who::Nobody, &["{link}"]),
    page("/sign-in/microsoft/back", Who::Nobody, &["/sign-in/microsoft/back"]),
    page("/ask/{token}", Who::Nobody, &["/ask/gone"]),
    page("/consent", Who::Nobody, &["/consent"]),
    page("/app", Who::Owner, &["/app", "/app#sent"]),
    page("/app/remove", Who::Owner, &["/app/remove"]),
    page("/mail", Who::Owner, &["/mail", "/mail#sent"]),
    page("/audit", Who::Owner, &["/audit", "/audit?q=nobody"]),
    page("/system", Who::Owner, &["/system"]),
    page("/profile", Who::Owner, &["/profile", "/profile#sent"]),
    page(
        "/customers",
        Who::Owner,
        &[
            "/customers",
            "/customers?view=held",
            "/customers?view=missing",
            "/customers?sort=-name&todo=1",
            "/customers?q=nobody",
            "/nothing",
            "/customers#nav",
            "/customers#switcher",
        ],
    ),
    page("/staff", Who::Owner, &["/staff"]),
    page("/staff/add", Who::Owner, &["/staff/add"]),
    page("/staff/{account}/edit", Who::Owner, &["/staff/1/edit"]),
    page("/staff/{account}/remove", Who::Owner, &["/staff/1/remove"]),
    page("/customers/switch", Who::Owner, &["/customers/switch", "/customers/switch?q=moor&kind=plan"]),
    page("/customers/add", Who::Owner, &["/customers/add"]),
    page(
        "/c/{customer}",
        Who::Owner,
        &[
            "/c/nordlicht",
            "/c/elbtal",
            "/c/voss",
            "/c/hafen",
            "/c/moor",
            "/c/moor/nothing",
            "/c/nordlicht#nav",
            "/c/nordlicht#account",
        ],
    ),
    page(
        "/c/{customer}/plan",
        Who::Owner,
        &[
            "/c/nordlicht/plan",
            "/c/voss/plan",
            "/c/voss/plan?view=new",
            "/c/voss/plan?q=a&field=email",
            "/c/elbtal/plan",
            "/c/moor/plan",
        ],
    ),
    page("/c/{customer}/connection", Who::Owner, &["/c/nordlicht/connection", "/c/moor/connection"]),
    page("/c/{customer}/connection/renew", Who::Owner, &["/c/elbtal/connection/renew"]),
    page("/c/{customer}/connection/end", Who::Owner, &["/c/elbtal/connection/end"]),
    page("/c/{customer}/plan/release", Who::Owner, &["/c/nordlicht/plan/release?all=1"]),
    page(
        "/c/{customer}/import",
        Who::Owner,
        &["/c/nordlicht/import", "/c/voss/import", "/c/voss/import?q=nobody", "/c/voss/import?gq=nobody"],
    ),
    page("/c/{customer}/import/check", Who::Owner, &["/c/voss/import/check"]),
    page("/c/{customer}/import/mode", Who::Owner, &["/c/elbtal/import/mode?to=manual"]),
    page(
        "/c/{customer}/import/groups",
        Who::Owner,
        &["/c/nordlicht/import/groups", "/c/elbtal/import/groups?q=nobody"],
    ),
    page(
        "/c/{customer}/import/scope",
        Who::Owner,
        &["/c/nordlicht/import/scope", "/c/voss/import/scope?view=all", "/c/voss/import/scope?view=excluded"],
    ),
    page("/c/{customer}/import/scope/everybody", Who::Owner, &["/c/elbtal/import/scope/everybody?to=on"]),
    page("/c/{customer}/import/groups/check", Who::Owner, &["/c/elbtal/import/groups/check"]),
    page("/c/{customer}/remove", Who::Owner, &["/c/hafen/remove"]),
    page("/c/{customer}/groups/{n}/link", Who::Owner, &["/c/nordlicht/groups/1/link"]),
    page("/c/{customer}/kept-out/keep", Who::Owner, &["/c/voss/kept-out/keep?person={stranger}"]),
    page("/c/{customer}/runs/{run}", Who::Owner, &["/c/nordlicht/runs/{run}"]),
    page("/c/{customer}/runs", Who::Owner, &["/c/nordlicht/runs", "/c/hafen/runs", "/c/moor/runs"]),
    page(
        "/c/{customer}/book",
        Who::Owner,
        &["/c/nordlicht/book", "/c/nordlicht/book?q=mueller", "/c/nordlicht/book?q=nobody", "/c/moor/book"],
    ),
    page(
        "/c/{customer}/book/{contact}",
        Who::Owner,
        &["/c/nordlicht/book/{pinned}", "/c/nordlicht/book/{own}"],
    ),
    page("/c/{customer}/book/add", Who::Owner, &["/c/nordlicht/book/add"]),
    page("/c/{customer}/book/print", Who::Owner, &["/c/nordlicht/book/print"]),
    page(
        "/c/{customer}/book/{contact}/edit",
        Who::Owner,
        &["/c/nordlicht/book/{pinned}/edit", "/c/nordlicht/book/{own}/edit"],
    ),
    page("/c/{customer}/book/{contact}/delete", Who::Owner, &["/c/nordlicht/book/{pinned}/delete"]),
    page("/c/{customer}/book/{contact}/hold", Who::Owner, &["/c/nordlicht/book/{pinned}/hold"]),
    page(
        "/c/{customer}/book/{contact}/link",
        Who::Owner,
        &["/c/nordlicht/book/{own}/link", "/c/nordlicht/book/{own}/link?q=nobody@x.example"],
    ),
    page("/c/{customer}/book/{contact}/unlink", Who::Owner, &["/c/nordlicht/book/{pinned}/unlink"]),
    page(
        "/c/{customer}/book/{contact}/merge",
        Who::Owner,
        &["/c/nordlicht/book/{own}/merge", "/c/nordlicht/book/{own}/merge?with={pinned}"],
    ),
    page("/c/{customer}/book/{contact}/data", Who::Owner, &["/c/nordlicht/book/{pinned}/data"]),
    page("/c/{customer}/book/{contact}/erase", Who::Owner, &["/c/nordlicht/book/{pinned}/erase"]),
    page("/c/{customer}/bin", Who::Owner, &["/c/nordlicht/bin"]),
    page("/c/{customer}/groups", Who::Owner, &["/c/nordlicht/groups"]),
    page("/c/{customer}/groups/{n}/rename", Who::Owner, &["/c/nordlicht/groups/1/rename"]),
    page("/c/{customer}/groups/{n}/delete", Who::Owner, &["/c/nordlicht/groups/1/delete"]),
    page(
        "/c/{customer}/policy",
        Who::Owner,
        &["/c/nordlicht/policy", "/c/moor/policy", "/c/nordlicht/policy?on_left_group=remove&link=on"],
    ),
    page(
        "/c/{customer}/policy/effect",
        Who::Owner,
        &[
            "/c/nordlicht/policy/effect?fields.mobile=never&on_deleted=keep",
            "/c/elbtal/policy/effect?preset=helpdesk&was=guard.count%3D5",
            "/c/moor/policy/effect?guard.count=3",
        ],
    ),
    page("/policy", Who::Owner, &["/policy"]),
    page("/settings", Who::Owner, &["/settings"]),
    page("/c/{customer}/settings", Who::Owner, &["/c/nordlicht/settings"]),
    page("/policy/effect", Who::Owner, &["/policy/effect?guard.count=12&on_deleted=keep&preset=awareness"]),
    page(
        "/c/{customer}/book/{contact}/put-back",
        Who::Owner,
        &["/c/nordlicht/book/{renamed}/put-back?{line}"],
    ),
    page(
        "/c/{customer}/why",
        Who::Owner,
        &[
            "/c/nordlicht/why",
            "/c/nordlicht/why?person={pinned}",
            "/c/nordlicht/why?person=nobody@x.example",
            "/c/moor/why?person=x",
        ],
    ),
    page("/c/{customer}/csv", Who::Owner, &["/c/moor/csv", "/c/moor/csv#sent", "/c/elbtal/csv"]),
    page("/c/{customer}/csv/columns", Who::Owner, &["/c/moor/csv#columns"]),
    page("/c/{customer}/csv/preview", Who::Owner, &["/c/moor/csv#preview"]),
    page("/c/{customer}/csv/import", Who::Owner, &["/c/elbtal/csv/import?n=1"]),
    page("/c/{customer}/csv/undo", Who::Owner, &["/c/elbtal/csv/undo?n=1"]),
    page("/c/{customer}/kept-out", Who::Owner, &["/c/nordlicht/kept-out"]),
    // What is no page (404), and what this role may not see (403).
    page("", Who::Owner, &["/nothing", "/c/nobody"]),
    page("", Who::Observer, &["/customers/add"]),
    page(
        "",
        Who::Administrator,
        &["/c/nordlicht", "/c/nordlicht/plan", "/c/nordlicht/import/scope", "/c/nordlicht/settings"],
    ),
    page(
        "",
        Who::Reader,
        &[
            "/c/nordlicht",
            "/c/nordlicht/connection",
            "/c/nordlicht/plan",
            "/c/nordlicht/import",
            "/c/nordlicht/policy",
            "/c/nordlicht/book",
            "/c/nordlicht/book/{pinned}",
            "/c/nordlicht/settings",
            "/c/moor",
        ],
    ),
];

/// A picture of four by four pixels.
const LOGO: &[u8] = include_bytes!("logo.png");

/// What is got and is no page of its own, each with its reason.
const NO_PAGES: &[(&str, &str)] = &[
    ("/a/{file}", "stylesheet, script and icons"),
    ("/", "leads on to another page"),
    ("/c/{customer}/live", "leads on where nothing is under way; looks_after.rs looks at it, with axe"),
    ("/c/{customer}/live/events", "events"),
    ("/logo", "a picture"),
    ("/c/{customer}/logo", "a picture"),
    ("/c/{customer}/book/csv", "a file"),
    ("/c/{customer}/book/vcard", "a file"),
    ("/c/{customer}/book/{contact}/data.json", "a file"),
    ("/c/{customer}/csv/template", "a file"),
    ("/c/{customer}/csv/errors", "a file"),
];

#[test]
fn every_page_of_the_table_of_routes_is_among_those_that_are_looked_at() {
    let gets = ROUTES.iter().filter(|route| route.verb == Verb::Get).map(|route| route.path);
    let known = |path: &str| {
        PAGES.iter().any(|page| page.route == path) || NO_PAGES.iter().any(|(none, _)| *none == path)
    };
    let missing: Vec<&str> = gets.clone().filter(|path| !known(path)).collect();
    assert!(missing.is_empty(), "not in PAGES (crates/whoswho/tests/browser/pages.rs): {missing:?}");
    let there: Vec<&str> = gets.collect();
    let all = PAGES.iter().map(|page| page.route).chain(NO_PAGES.iter().map(|(path, _)| *path));
    let gone: Vec<&str> = all.filter(|path| !path.is_empty() && !there.contains(path)).collect();
    assert!(gone.is_empty(), "not in the table of routes any more: {gone:?}");
}

/// What stands for the words in braces.
pub struct Known(Vec<(&'static str, String)>);

impl Known {
    /// Of a village that is served and that nobody owns yet.
    pub fn of(village: &House) -> Self {
        let book = village.json(&["book", MAIN]);
        let id = |fits: &dyn Fn(&serde_json::Value) -> bool| {
            let contact = book.as_array().unwrap().iter().find(|contact| fits(contact)).unwrap();
            contact["id"].as_str().unwrap().to_owned()
        };
        // Whose former name can be put back by a line of the history.
        let renamed = id(&|contact| contact["last_name"] == "Sommerfeld");
        let history = village.json(&["contact", "history", MAIN, &renamed]);
        let changed = history.as_array().unwrap().iter().find(|line| line["field"] == "last_name").unwrap();
        let at: jiff::Timestamp = changed["at"].as_str().unwrap().parse().unwrap();
        let line = format!("field=last_name&at={}", at.as_millisecond());
        let path = |url: String| format!("/{}", url.splitn(4, '/').nth(3).unwrap());
        let text =
            |json: &serde_json::Value, at: &str| json.pointer(at).unwrap().as_str().unwrap().to_owned();
        Self(vec![
            ("{set-up}", path(village.set_up_link())),
            ("{link}", path(village.invites(Role::Technician, &[]))),
            ("{pinned}", id(&|contact| contact["office"] == PINNED)),
            ("{renamed}", renamed),
            ("{line}", line),
            ("{run}", village.json(&["runs", MAIN]).pointer("/0/run_id").unwrap().to_string()),
            ("{stranger}", text(&village.json(&["source", "users", "voss"]), "/0/source_id")),
            ("{own}", id(&|contact| contact["source_id"].is_null())),
        ])
    }

    fn filled(&self, path: &str) -> String {
        let path = self.0.iter().fold(path.to_owned(), |path, (word, value)| path.replace(word, value));
        assert!(!path.contains('{'), "{path}: nobody knows what that is");
        path
    }
}

/// What is done to a page before it is looked at, by what stands behind the `#` of its path.
fn prepare(browser: &Browser, path: &str) {
    match path.split('#').nth(1) {
        Some("account") => browser.press_first("details.right > summary"),
        Some("switcher") => browser.press_first("details.switcher > summary"),
        Some("sent") => {
            browser
                .ask("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })");
            browser.press_first("main form .btn.pri");
            browser.until("an answer", || (browser.count(":is(main .note, main .err)") > 0).then_some(()));
        }
        Some("columns") => bring_file(browser),
        Some("preview") => {
            bring_file(browser);
            browser.press_first("main form .btn.pri");
            browser.is_at("/c/moor/csv/preview");
        }
        // The menu of narrow windows opens by its own address.
        Some("nav") | None => {}
        Some(other) => panic!("{path}: what is {other}?"),
    }
}

/// Opens a path and does what stands behind its `#`.
pub fn opens(village: &House, browser: &Browser, path: &str) {
    village.opens(browser, path);
    prepare(browser, path);
}

/// Brings a file with what previews can show: a new contact, one with groups, and errors.
fn bring_file(browser: &Browser) {
    let file =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pages-{}.csv", std::process::id()));
    let rows = "Vorname;Nachname;E-Mail;Telefon;Gruppe;Notiz\nJürgen;Müller;jm@taxi.example;040 1;Chor;-\nZoë;;kein-at;anrufen;;\n";
    std::fs::write(&file, rows).unwrap();
    browser.attach("main input[type=file]", &file);
    browser.press_first("main form .btn.pri");
    browser.is_at("/c/moor/csv/columns");
}

/// What a village has only later: a mail server, though one that is away, and a logo.
pub fn furnish(village: &House) {
    village.types(&[
        "operator",
        "mail",
        "set",
        "--from",
        "info@betreiber.example",
        "--host",
        "127.0.0.1",
        "--port",
        "9",
        "--security",
        "none",
    ]);
    let logo = village.file("logo.png", LOGO);
    village.types(&["operator", "set", &format!("logo={}", logo.display())]);
}

/// Pages that look otherwise where it is [furnished](furnish).
pub const FURNISHED: [&str; 4] = ["/mail", "/mail#sent", "/system", "/settings"];

/// Opens the page that asks before a dangerous step who somebody is, once their last proof is too old, in each of its forms: without
/// a password, with one, and after a wrong one.
pub fn proofs(
    village: &House,
    browser: &mut Browser,
    enters: impl Fn(&Browser),
    mut at: impl FnMut(&mut Browser, &str),
) {
    let database = store::Location::Sqlite(village.database());
    let mut asked = |browser: &mut Browser, form: &str, fields: usize| {
        store::testing::age_proofs(&database, 11 * 60_000);
        village.opens(browser, "/c/elbtal/connection/end");
        browser.press_first("main form .btn.danger");
        // What was wanted goes along; only a password is typed here.
        browser.until(form, || (browser.count("main form .btn.danger") == 0).then_some(()));
        assert_eq!(browser.count("main input[name=password-proof]"), fields, "{form}");
        at(browser, form);
        if fields > 0 {
            browser.ask("document.querySelector('input[name=password-proof]').value = 'vertippt'");
            browser.press_first("main form .btn.pri");
            browser.until("what is wrong", || (browser.count("main .err") > 0).then_some(()));
            at(browser, "a wrong password");
        }
    };
    village.signs_in(browser, Role::Owner, &[]);
    enters(browser);
    asked(browser, "a proof without a password", 0);
    // Who has just come by a link chooses a password without an old one.
    village.signs_in(browser, Role::Owner, &[]);
    enters(browser);
    village.opens(browser, "/profile");
    browser.ask(
        "for (const name of ['password', 'password2']) \
         document.querySelector(`main input[name=${name}]`).value = 'drei Birnen im Schnee';",
    );
    browser.press_first("form[action='/profile/password'] .btn.pri");
    browser.until("a password", || browser.address().ends_with("saved=1").then_some(()));
    asked(browser, "a proof with a password", 1);
}

/// Opens every page as everybody who looks at it, hands over its path each time, and counts. `enters` is called when somebody has
/// signed in, so that they may choose how they look at things.
pub fn walk(
    village: &House,
    browser: &mut Browser,
    enters: impl Fn(&Browser),
    mut at: impl FnMut(&mut Browser, &str),
) -> usize {
    let (known, mut looked) = (Known::of(village), 0);
    for who in [Who::Nobody, Who::Owner, Who::Observer, Who::Administrator, Who::Reader] {
        let (role, customers): (_, &[&str]) = match who {
            Who::Nobody => (None, &[]),
            Who::Owner => (Some(Role::Owner), &[]),
            Who::Observer => (Some(Role::Observer), &[]),
            Who::Administrator => (Some(Role::Administrator), &[MAIN]),
            Who::Reader => (Some(Role::Reader), &[MAIN]),
        };
        if let Some(role) = role {
            village.signs_in(browser, role, customers);
            enters(browser);
        }
        for path in PAGES.iter().filter(|page| page.who == who).flat_map(|page| page.paths) {
            opens(village, browser, &known.filled(path));
            at(browser, path);
            looked += 1;
        }
    }
    looked
}
