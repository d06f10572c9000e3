//! Check: what works between here and the tenant, and what to do about the rest.

use std::process::ExitCode;

use graph::{
    CheckReport, Clock, Expiry, Need, PermissionFinding, ProbeCall, ProbeOutcome, Reach, TokenStep, Unreach,
};
use serde::Serialize;

use crate::advice;
use crate::app::App;
use crate::exit;
use crate::when;

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
}

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct CheckJson {
    pub customer: String,
    pub passed: bool,
    pub organisation: Option<String>,
    pub steps: Vec<StepJson>,
    pub credential_ends_at: Option<String>,
}

/// One step of a check.
#[derive(Debug, Clone, Serialize)]
pub struct StepJson {
    pub step: String,
    pub state: &'static str,
    pub text: String,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<ExitCode> {
    let (book, connection) = app.connected(&args.customer)?;
    let office = App::office(&book)?;
    let client = ::sync::client(&office, &book, &connection)?;
    let report = app.wait(client.check());
    let document = document(&args.customer, &report);
    app.answer(&document, lines);
    Ok(ExitCode::from(if document.passed { exit::DONE } else { exit::REFUSED }))
}

/// A check's report in words.
pub fn document(customer: &str, report: &CheckReport) -> CheckJson {
    let mut steps = vec![reach("sign-in host", report.login), reach("graph host", report.graph)];
    steps.push(clock(report.clock));
    steps.push(token(&report.token));
    steps.extend(report.permissions.iter().map(permission));
    for probe in &report.probes {
        steps.push(call(probe.call, &probe.outcome));
    }
    let ends = match report.expiry {
        Expiry::At(at) => Some(when::rfc3339(at)),
        Expiry::NotTold => None,
    };
    CheckJson {
        customer: customer.to_owned(),
        passed: report.passed(),
        organisation: report.tenant.as_ref().map(|t| t.name.to_string()),
        steps,
        credential_ends_at: ends,
    }
}

/// The same as lines.
pub fn lines(check: &CheckJson) -> String {
    let mut lines: Vec<String> =
        check.steps.iter().map(|s| format!("{:<8} {}: {}", s.state, s.step, s.text)).collect();
    let ends = check
        .credential_ends_at
        .as_deref()
        .unwrap_or("at a time that Microsoft does not tell; note the date");
    lines.push(format!("the credential ends {ends}"));
    let organisation = check.organisation.as_deref().unwrap_or(&check.customer);
    lines.push(if check.passed {
        format!("{organisation}: a run can start")
    } else {
        format!("{organisation}: a run cannot start yet; the lines marked “bad” say why")
    });
    lines.join("\n")
}

fn step(step: impl Into<String>, state: &'static str, text: impl Into<String>) -> StepJson {
    StepJson { step: step.into(), state, text: text.into() }
}

fn reach(host: &str, reach: Reach) -> StepJson {
    match reach {
        Reach::Reached => step(host, "good", "answers"),
        Reach::Unreachable(why) => {
            let why = match why {
                Unreach::Connect => "no connection; check name, network, proxy and firewall",
                Unreach::Timeout => "no answer in time; check network and proxy",
                Unreach::Broken => "the connection broke; check network and proxy",
            };
            step(host, "bad", why)
        }
    }
}

fn clock(clock: Clock) -> StepJson {
    let by = |ms: i64| {
        let side = if ms > 0 { "ahead" } else { "behind" };
        format!("{} {side}; set it right, best by NTP", when::span(ms.abs()))
    };
    match clock {
        Clock::Right => step("clock", "good", "right within two minutes"),
        Clock::Off { ms } => step("clock", "warning", by(ms)),
        Clock::FarOff { ms } => step("clock", "bad", by(ms)),
        Clock::Unknown => step("clock", "unknown", "no answer to compare with"),
    }
}

fn token(token: &TokenStep) -> StepJson {
    match token {
        TokenStep::Issued { life } => {
            step("token", "good", format!("issued for {} minutes", life.as_secs() / 60))
        }
        TokenStep::Refused { problem, diagnostics } => {
            step("token", "bad", format!("{problem}{diagnostics}; {}", advice::token(*problem)))
        }
        TokenStep::Failed(error) => step("token", "bad", error.to_string()),
    }
}

fn permission(finding: &PermissionFinding) -> StepJson {
    match finding {
        PermissionFinding::Granted(p) => step(p.name(), "good", "granted"),
        PermissionFinding::Missing(p) => {
            let required = matches!(p.need(), Need::People | Need::Groups);
            let state = if required { "bad" } else { "optional" };
            step(p.name(), state, format!("not granted; {}", advice::missing(p.need())))
        }
        PermissionFinding::Excessive { role, why } => step(&**role, "warning", advice::excessive(*why)),
    }
}

fn call(call: ProbeCall, outcome: &ProbeOutcome) -> StepJson {
    let (name, required) = match call {
        ProbeCall::Organization => ("the tenant's name", false),
        ProbeCall::Users => ("reading users", true),
        ProbeCall::UsersDelta => ("changes of users", true),
        ProbeCall::GroupsDelta => ("changes of groups", true),
        ProbeCall::Products => ("the tenant's products", false),
        ProbeCall::OwnCredentials => ("this app's registration", false),
    };
    let bad = if required { "bad" } else { "optional" };
    match outcome {
        ProbeOutcome::Works => step(name, "good", "works"),
        ProbeOutcome::Hidden => step(name, bad, "answers without what is needed; grant User.Read.All"),
        ProbeOutcome::Failed(error) => {
            let advice = advice::graph(error).map(|a| format!("; {a}")).unwrap_or_default();
            step(name, bad, format!("{error}{advice}"))
        }
    }
}
