//! What works between here and a tenant, step by step, and what to do about the rest.

use graph::{
    CheckReport, Clock, Consent, Excess, GraphError, Need, Permission, PermissionFinding, ProbeCall,
    ProbeOutcome, Reach, TokenProblem, TokenStep, Unreach,
};
use jiff::tz::TimeZone;
use model::Timestamp;
use serde::Serialize;
use store::{Book, Granted};

use crate::texts::{self, Language, language, pick, say};
use crate::{advice, when};

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct CheckJson {
    pub customer: String,
    pub passed: bool,
    pub organisation: Option<String>,
    pub steps: Vec<StepJson>,
    pub credential_ends_at: Option<String>,
    #[serde(skip)]
    pub signed_in: bool,
    /// What of the connection's settings Microsoft does not take.
    #[serde(skip)]
    pub wrong: Option<Wrong>,
    /// The day on which the credential ends, in the customer's time zone.
    #[serde(skip)]
    pub last_day: Option<String>,
    /// Who says so.
    #[serde(skip)]
    pub end_by: EndBy,
}

/// A setting that Microsoft does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The tenant's id, or the cloud.
    Tenant,
    /// The app's id.
    Client,
    /// The secret.
    Secret,
    /// The certificate.
    Certificate,
}

fn wrong(token: &TokenStep) -> Option<Wrong> {
    let TokenStep::Refused { problem, .. } = token else { return None };
    match problem {
        TokenProblem::UnknownTenant | TokenProblem::WrongCloud => Some(Wrong::Tenant),
        TokenProblem::UnknownApp | TokenProblem::AppDisabled | TokenProblem::ConsentMissing => {
            Some(Wrong::Client)
        }
        TokenProblem::WrongSecret | TokenProblem::ExpiredSecret => Some(Wrong::Secret),
        TokenProblem::WrongCertificate | TokenProblem::ExpiredCertificate => Some(Wrong::Certificate),
        TokenProblem::ClockSkew
        | TokenProblem::PolicyBlocks
        | TokenProblem::WrongScope
        | TokenProblem::Busy
        | TokenProblem::Other => None,
    }
}

/// Who says when the credential ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndBy {
    /// Microsoft, just now.
    Told,
    /// Microsoft, in an earlier check.
    ToldBefore,
    /// A person.
    Typed,
}

/// One step of a check.
#[derive(Debug, Clone, Serialize)]
pub struct StepJson {
    pub step: String,
    /// The step in the reader's language.
    #[serde(skip)]
    pub shown: String,
    pub state: &'static str,
    pub text: String,
}

/// What Microsoft says of an app alone, in its home tenant: what of it is wrong where that can be told, and a sentence.
pub fn app_refused(report: &CheckReport) -> (Option<Wrong>, String) {
    let steps = [reach(("sign-in host", "Anmeldedienst"), report.login), token(&report.token)];
    let bad = steps.into_iter().filter(|step| step.state == "bad");
    (wrong(&report.token), bad.map(|step| step.text).collect::<Vec<_>>().join(" "))
}

/// A check's report in words. What is marked “bad” makes the check fail, and nothing else does. An end of the credential comes
/// with whether Microsoft ever told it.
pub fn check(book: &Book, report: &CheckReport, (ends, ever_told): (Option<Timestamp>, bool)) -> CheckJson {
    let mut steps = vec![
        reach(("sign-in host", "Anmeldedienst"), report.login),
        reach(("graph host", "Graph"), report.graph),
    ];
    steps.push(clock(report.clock));
    steps.push(token(&report.token));
    steps.extend(consent(report.consent));
    steps.extend(report.permissions.iter().map(permission));
    let told = |outcome: &ProbeOutcome| {
        report.consent == Consent::Missing
            && matches!(outcome, ProbeOutcome::Failed(GraphError::ConsentMissing { .. }))
    };
    // Without consent each call would say again what the step above has said.
    let probes = report.probes.iter().filter(|probe| !told(&probe.outcome));
    steps.extend(probes.map(|probe| call(probe.call, &probe.outcome, &book.customer.slug)));
    CheckJson {
        customer: book.customer.slug.clone(),
        passed: report.passed() && steps.iter().all(|s| s.state != "bad"),
        organisation: report.tenant.as_ref().map(|t| t.name.to_string()),
        steps,
        credential_ends_at: ends.map(when::rfc3339),
        last_day: ends.map(|at| last_day(book, at)),
        end_by: match (report.told_end(), ever_told) {
            (Some(_), _) => EndBy::Told,
            (None, true) => EndBy::ToldBefore,
            (None, false) => EndBy::Typed,
        },
        wrong: wrong(&report.token),
        signed_in: report.signed_in(),
    }
}

/// A check as lines.
pub fn check_lines(check: &CheckJson) -> String {
    let mut lines: Vec<String> =
        check.steps.iter().map(|s| format!("{:<8} {}: {}", step_state(s.state), s.shown, s.text)).collect();
    if check.signed_in {
        lines.push(match &check.last_day {
            Some(day) if check.end_by == EndBy::ToldBefore => say!(
                "the credential ends on {day}, as Microsoft told last; now it does not tell",
                "das Geheimnis oder Zertifikat endet am {day}, wie Microsoft zuletzt gesagt hat; jetzt sagt es Microsoft nicht"
            ),
            Some(day) if check.end_by == EndBy::Typed => say!(
                "the credential ends on {day}, as somebody typed it; Microsoft does not tell",
                "das Geheimnis oder Zertifikat endet am {day}, wie es jemand eingegeben hat; Microsoft sagt es nicht"
            ),
            Some(day) => say!("the credential ends on {day}", "das Geheimnis oder Zertifikat endet am {day}"),
            None => say!(
                "Microsoft does not tell when the credential ends; `whoswho customer set {} credential_ends=DAY` notes it",
                "wann Geheimnis oder Zertifikat endet, sagt Microsoft nicht; `whoswho customer set {} credential_ends=TAG` hält \
                 es fest",
                check.customer
            ),
        });
    }
    let organisation = check.organisation.as_deref().unwrap_or(&check.customer);
    lines.push(if check.passed {
        say!("{organisation}: a run can start", "{organisation}: ein Lauf kann beginnen")
    } else {
        say!(
            "{organisation}: a run cannot start yet; the lines marked “bad” say why",
            "{organisation}: noch kann kein Lauf beginnen; die Zeilen mit „schlecht“ sagen, warum"
        )
    });
    lines.join("\n")
}

/// The customer's day on which a credential ends.
pub fn last_day(book: &Book, ends: Timestamp) -> String {
    // Rules that cannot be read are told elsewhere; the day of Greenwich is at most one off.
    when::day(ends, &when::zone(book).ok().flatten().unwrap_or(TimeZone::UTC))
}

/// A step's state as it is shown; at most eight letters.
pub fn step_state(code: &'static str) -> &'static str {
    match code {
        "good" => pick("good", "gut"),
        "bad" => pick("bad", "schlecht"),
        "warning" => pick("warning", "Warnung"),
        "optional" => pick("optional", "optional"),
        "unknown" => pick("unknown", "unklar"),
        other => other,
    }
}

/// A step's name: what JSON calls it, and German.
pub type Name<'a> = (&'a str, &'a str);

fn step((english, german): Name<'_>, state: &'static str, text: impl Into<String>) -> StepJson {
    let shown = if language() == Language::English { english } else { german };
    StepJson { step: english.to_owned(), shown: shown.to_owned(), state, text: text.into() }
}

fn reach(host: Name<'_>, reach: Reach) -> StepJson {
    match reach {
        Reach::Reached => step(host, "good", pick("answers", "antwortet")),
        Reach::Unreachable(why) => {
            let why = match why {
                Unreach::Connect => pick(
                    "no connection; check name, network, proxy and firewall",
                    "keine Verbindung; Namen, Netz, Proxy und Firewall prüfen",
                ),
                Unreach::Timeout => pick(
                    "no answer in time; check network and proxy",
                    "keine rechtzeitige Antwort; Netz und Proxy prüfen",
                ),
                Unreach::Broken => pick(
                    "the connection broke; check network and proxy",
                    "die Verbindung brach ab; Netz und Proxy prüfen",
                ),
            };
            step(host, "bad", why)
        }
    }
}

fn clock(clock: Clock) -> StepJson {
    let by = |ms: i64| {
        let span = when::span(ms.abs());
        let side = if ms > 0 { pick("ahead", "vor") } else { pick("behind", "nach") };
        say!("{span} {side}; set it right, best by NTP", "geht {span} {side}; stellen, am besten über NTP")
    };
    let name = ("clock", "Uhr");
    match clock {
        Clock::Right => step(name, "good", pick("right within two minutes", "auf zwei Minuten genau")),
        Clock::Off { ms } => step(name, "warning", by(ms)),
        Clock::FarOff { ms } => step(name, "bad", by(ms)),
        Clock::Unknown => {
            step(name, "unknown", pick("no answer to compare with", "keine Antwort zum Vergleichen"))
        }
    }
}

fn token(token: &TokenStep) -> StepJson {
    let name = ("token", "Anmeldung");
    match token {
        TokenStep::Issued { life } => {
            let minutes = life.as_secs() / 60;
            step(name, "good", say!("issued for {minutes} minutes", "ausgestellt für {minutes} Minuten"))
        }
        TokenStep::Refused { problem, diagnostics } => {
            let said = texts::token_problem(*problem);
            step(name, "bad", format!("{said}{diagnostics}; {}", advice::token(*problem)))
        }
        TokenStep::Failed(error) => step(name, "bad", texts::graph_error(error)),
    }
}

/// Whether an administrator has consented at all; a single permission that is missing has its own step.
fn consent(consent: Consent) -> Option<StepJson> {
    let name = ("admin consent", "Administratorzustimmung");
    match consent {
        Consent::Given => Some(step(name, "good", pick("given", "erteilt"))),
        Consent::Missing => {
            let needed: Vec<&str> =
                Permission::ALL.into_iter().filter(|p| p.need().required()).map(Permission::name).collect();
            Some(step(
                name,
                "bad",
                say!(
                    "missing: no permission at all is granted to this app in the tenant. Add {} as application permissions to \
                     the app registration, then let an administrator of the tenant press “Grant admin consent”; until that \
                     acts some minutes may pass",
                    "fehlt: dieser App ist im Mandanten keine einzige Berechtigung erteilt. In der App-Registrierung {} als \
                     Anwendungsberechtigungen hinzufügen, dann einen Administrator des Mandanten „Administratorzustimmung \
                     erteilen“ drücken lassen; bis das wirkt, können einige Minuten vergehen",
                    needed.join(pick(" and ", " und "))
                ),
            ))
        }
        // The step before says why there is no token.
        Consent::Unknown => None,
    }
}

fn permission(finding: &PermissionFinding) -> StepJson {
    match finding {
        PermissionFinding::Granted(p) => step((p.name(), p.name()), "good", pick("granted", "erteilt")),
        PermissionFinding::Missing(p) => {
            let required = matches!(p.need(), Need::People | Need::Groups);
            let state = if required { "bad" } else { "optional" };
            step(
                (p.name(), p.name()),
                state,
                format!("{}; {}", pick("not granted", "nicht erteilt"), advice::missing(p.need())),
            )
        }
        PermissionFinding::Excessive { role, why } => step((role, role), "warning", advice::excessive(*why)),
    }
}

/// Every permission that is asked for, granted or not, and behind them what is granted beyond; as it was last told.
pub fn permissions(granted: &Granted) -> Vec<StepJson> {
    let lacks = |p: Permission| granted.missing.iter().chain(&granted.without).any(|name| name == p.name());
    let asked = Permission::ALL
        .into_iter()
        .map(|p| if lacks(p) { PermissionFinding::Missing(p) } else { PermissionFinding::Granted(p) });
    let beyond = granted.excessive.iter().map(|role| {
        let why = Excess::of(role).unwrap_or(Excess::Unused);
        PermissionFinding::Excessive { role: role.as_str().into(), why }
    });
    asked.chain(beyond).map(|finding| permission(&finding)).collect()
}

fn call(call: ProbeCall, outcome: &ProbeOutcome, slug: &str) -> StepJson {
    let name = call_name(call);
    let bad = match call {
        ProbeCall::Users | ProbeCall::UsersDelta | ProbeCall::GroupsDelta => "bad",
        ProbeCall::Organization | ProbeCall::Products | ProbeCall::OwnCredentials => "optional",
    };
    match outcome {
        ProbeOutcome::Works => step(name, "good", pick("works", "geht")),
        ProbeOutcome::Hidden => step(
            name,
            bad,
            pick(
                "answers without what is needed; grant User.Read.All",
                "antwortet ohne das Nötige; User.Read.All erteilen",
            ),
        ),
        ProbeOutcome::Failed(error) => {
            let advice =
                advice::graph(error).map(|a| format!("; {}", advice::filled(a, slug))).unwrap_or_default();
            step(name, bad, format!("{}{advice}", texts::graph_error(error)))
        }
    }
}

pub fn call_name(call: ProbeCall) -> Name<'static> {
    match call {
        ProbeCall::Organization => ("the tenant's name", "Name des Mandanten"),
        ProbeCall::Users => ("reading users", "Benutzer lesen"),
        ProbeCall::UsersDelta => ("changes of users", "Änderungen an Benutzern"),
        ProbeCall::GroupsDelta => ("changes of groups", "Änderungen an Gruppen"),
        ProbeCall::Products => ("the tenant's products", "Produkte des Mandanten"),
        ProbeCall::OwnCredentials => ("this app's registration", "Registrierung dieser App"),
    }
}
