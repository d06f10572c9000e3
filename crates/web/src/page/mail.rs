//! Mails (page 10): by what they leave the house, whether that works, and what became of each.

use askama::Template;
use deliver::{Problem, Stuck, kind_text};
use secrecy::{ExposeSecret, SecretString};
use show::texts::within;
use show::values::is_address;
use store::{ListedMail, MailId, MailSecurity, MailServer, MailState, MailWay, Password, SignedIn};
use tokio::runtime::Handle;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

/// Mails on the page.
const LISTED: i64 = 100;
/// Characters of a host's name (RFC 1035, 2.3.4), and of what stands before an address.
const LONGEST: usize = 253;

#[derive(Template)]
#[template(path = "mail.html")]
struct Mails {
    f: Frame,
    /// Whether anything is set.
    stands: bool,
    form: Fields,
    said: Vec<Said>,
    waiting: i64,
    failed: i64,
    rows: Vec<Row>,
    /// There is an app of the operator, through which Graph is asked.
    has_app: bool,
    test_to: String,
    test_error: String,
}

/// What stands above the page.
struct Said {
    good: bool,
    heading: String,
    text: String,
    /// What the server said.
    more: String,
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Fields {
    way: String,
    host: String,
    port: String,
    security: String,
    user: String,
    has_password: bool,
    root: String,
    sender: String,
    sender_name: String,
    errors: Vec<(&'static str, String)>,
}

impl Fields {
    fn error(&self, name: &str) -> &str {
        self.errors.iter().find(|(field, _)| *field == name).map_or("", |(_, error)| error.as_str())
    }

    fn of(server: &MailServer) -> Self {
        let mut fields = Self {
            sender: server.sender.clone(),
            sender_name: server.sender_name.clone(),
            has_password: server.has_password,
            ..Self::default()
        };
        match &server.way {
            MailWay::Smtp { host, port, security, user, root } => {
                "smtp".clone_into(&mut fields.way);
                host.clone_into(&mut fields.host);
                fields.port = port.to_string();
                security.name().clone_into(&mut fields.security);
                user.clone_into(&mut fields.user);
                root.clone_into(&mut fields.root);
            }
            MailWay::Graph => "graph".clone_into(&mut fields.way),
        }
        fields
    }
}

/// A mail.
struct Row {
    id: MailId,
    at: String,
    kind: String,
    customer: Option<(String, String)>,
    to: String,
    state: String,
    colour: &'static str,
    icon: &'static str,
    why: String,
    said: String,
    may_again: bool,
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = blank(visit, person)?;
    let f = &page.f;
    let good = |heading: String, text: String| Said { good: true, heading, text, more: String::new() };
    match visit.query.get("said") {
        "saved" => page.said.push(good(f.s("mail-saved-h"), f.s("mail-saved"))),
        "removed" => page.said.push(good(f.s("mail-removed-h"), f.s("mail-removed"))),
        "again" => page.said.push(good(f.s("mail-again-h"), String::new())),
        _ => {}
    }
    Answer::page(&page)
}

fn blank(visit: &Visit, person: &SignedIn) -> Result<Mails, Trouble> {
    let f = Frame::of(visit, person, "mail")?;
    let store = person.store();
    let server = store.mail_server()?;
    let counts = store.mail_counts()?;
    let row = |mail| row(&f, mail);
    Ok(Mails {
        stands: server.is_some(),
        form: server.as_ref().map_or_else(
            || Fields {
                way: "smtp".into(),
                security: "starttls".into(),
                port: "587".into(),
                ..Fields::default()
            },
            Fields::of,
        ),
        said: Vec::new(),
        waiting: counts.waiting,
        failed: counts.failed,
        rows: store.mails(LISTED)?.into_iter().map(row).collect(),
        has_app: store.operator_app()?.is_some(),
        test_to: person.account.email.clone(),
        test_error: String::new(),
        f,
    })
}

fn row(f: &Frame, listed: ListedMail) -> Row {
    let ListedMail { mail, kind, created_at, customer } = listed;
    let (key, colour, icon) = match mail.state {
        MailState::Waiting if mail.why.is_empty() => ("mail-waiting", "", "clock"),
        MailState::Waiting => ("mail-later", "t-warn", "clock"),
        MailState::Sending => ("mail-sending", "", "clock"),
        MailState::Sent => ("mail-sent", "t-ok", "ok"),
        MailState::Failed => ("mail-failed", "t-bad", "bad"),
        MailState::Unclear => ("mail-unclear", "t-warn", "warn"),
    };
    let in_words = |text: &dyn Fn() -> String| within(f.t.language.of_show(), text);
    let why =
        Problem::named(&mail.why).map(|problem| in_words(&|| problem.text().to_owned())).unwrap_or_default();
    let state = if key == "mail-later" { f.x(key, f.times.short(mail.due_at)) } else { f.s(key) };
    Row {
        id: mail.id,
        at: f.times.short(created_at),
        kind: in_words(&|| kind_text(&kind).to_owned()),
        customer: customer.map(|(slug, name)| (slug.to_string(), name)),
        to: mail.address,
        state,
        colour,
        icon,
        why,
        said: mail.said,
        may_again: matches!(mail.state, MailState::Failed | MailState::Unclear),
    }
}

/// Keeps by what mails leave the house.
pub fn save(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = blank(visit, person)?;
    let stood = person.store().mail_server()?;
    let typed = |name: &str| visit.form.get(name).trim().to_owned();
    page.form = Fields {
        way: typed("way"),
        host: typed("host"),
        port: typed("port"),
        security: typed("security"),
        user: typed("user"),
        has_password: stood.as_ref().is_some_and(|server| server.has_password),
        root: typed("root"),
        sender: typed("sender"),
        sender_name: typed("sender_name"),
        errors: Vec::new(),
    };
    let password = SecretString::from(visit.form.raw("password"));
    let way = checked(&mut page, &password);
    let Some(way) = way.filter(|_| page.form.errors.is_empty()) else { return Answer::again(&page) };
    // A password is of the server it was typed for: for another one it is typed again.
    let same = match (&way, stood.as_ref().map(|server| &server.way)) {
        (
            MailWay::Smtp { host, port, user, .. },
            Some(MailWay::Smtp { host: old_host, port: old_port, user: old_user, .. }),
        ) => !user.is_empty() && (host, port, user) == (old_host, old_port, old_user),
        _ => false,
    };
    let password =
        if password.expose_secret().is_empty() && same { Password::Stays } else { Password::Is(password) };
    let server = MailServer {
        way,
        sender: page.form.sender.clone(),
        sender_name: page.form.sender_name.clone(),
        has_password: false,
        changed_at: visit.now,
    };
    person.store().set_mail_server(&server, &password, visit.now)?;
    Answer::to("/mail?said=saved")
}

/// The way that was typed; what is wrong stands at its field.
fn checked(page: &mut Mails, password: &SecretString) -> Option<MailWay> {
    let (f, form) = (&page.f, &mut page.form);
    if !is_address(&form.sender) {
        form.errors.push(("sender", f.s("mail-sender-wrong")));
    }
    if form.sender_name.chars().count() > LONGEST || form.sender_name.chars().any(char::is_control) {
        form.errors.push(("sender_name", f.s("mail-name-wrong")));
    }
    if form.way == "graph" {
        if !page.has_app {
            form.errors.push(("way", f.s("mail-no-app")));
        }
        return Some(MailWay::Graph);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
    if form.host.is_empty() || form.host.len() > LONGEST || !form.host.chars().all(plain) {
        form.errors.push(("host", f.s("mail-host-wrong")));
    }
    let port = form.port.parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        form.errors.push(("port", f.s("mail-port-wrong")));
    }
    let security = MailSecurity::named(&form.security);
    if security == Some(MailSecurity::None) && !(form.user.is_empty() && password.expose_secret().is_empty())
    {
        form.errors.push(("security", f.s("mail-clear-password")));
    }
    if !form.root.is_empty() && !form.root.contains("-----BEGIN CERTIFICATE-----") {
        form.errors.push(("root", f.s("mail-root-wrong")));
    }
    if form.user.is_empty() && !password.expose_secret().is_empty() {
        form.errors.push(("user", f.s("mail-user-missing")));
    }
    let (host, user, root) = (form.host.clone(), form.user.clone(), form.root.clone());
    Some(MailWay::Smtp { host, port: port?, security: security?, user, root })
}

/// Forgets it: mails wait from then on.
pub fn remove(_: &Visit, person: &SignedIn) -> Outcome {
    person.store().remove_mail_server()?;
    Answer::to("/mail?said=removed")
}

/// Sends a test mail at once.
pub fn test(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = blank(visit, person)?;
    visit.form.get("to").trim().clone_into(&mut page.test_to);
    if !is_address(&page.test_to) {
        page.test_error = page.f.s("mail-sender-wrong");
        return Answer::again(&page);
    }
    let language = page.f.t.language.of_show();
    let sending = deliver::send_test(visit.web.jobs.office(), &page.test_to, language);
    let f = &page.f;
    match Handle::current().block_on(sending)? {
        None => Answer::to("/mail"),
        Some(Ok(())) => {
            let heading = f.x("mail-test-sent", &page.test_to);
            let text = f.s("mail-test-sent-text");
            page.said.push(Said { good: true, heading, text, more: String::new() });
            Answer::page(&page)
        }
        Some(Err(Stuck { problem, said, .. })) => {
            let text = within(language, || problem.text().to_owned());
            page.said.push(Said { good: false, heading: f.s("mail-test-failed"), text, more: said });
            Answer::again(&page)
        }
    }
}

/// Sends one again that failed.
pub fn again(visit: &Visit, person: &SignedIn) -> Outcome {
    let number = |name: &str| visit.form.get(name).parse::<i64>().ok();
    let (Some(outbox), Some(n)) = (number("outbox"), number("n")) else { return Answer::back_to("/mail") };
    if person.store().send_again(MailId { outbox, n }, visit.now)? {
        return Answer::to("/mail?said=again");
    }
    Answer::to("/mail")
}
