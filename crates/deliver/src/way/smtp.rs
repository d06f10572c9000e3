//! A mail server (RFC 5321), by STARTTLS, by TLS from the first byte on, or in the clear to a relay on the same machine.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use store::MailSecurity;

use super::{Stuck, one_line};
use crate::problem::Problem;

/// How long a server may take to be reached.
const REACHED: Duration = Duration::from_secs(30);

/// Which server.
pub(super) struct To<'a> {
    pub host: &'a str,
    pub port: u16,
    pub security: MailSecurity,
    pub user: &'a str,
    pub root: &'a str,
}

/// A server, with a connection that is kept between mails.
pub struct Smtp {
    way: AsyncSmtpTransport<Tokio1Executor>,
    /// How long one mail may take in all: the library waits for answers as long as the server likes.
    patience: Duration,
}

impl Smtp {
    pub(super) fn new(
        to: &To<'_>,
        password: Option<&SecretString>,
        patience: Duration,
    ) -> Result<Self, Stuck> {
        let tls = |error: Error| Stuck { said: one_line(&root_of(&error)), ..Stuck::on(Problem::Tls) };
        let mut parameters = TlsParameters::builder(to.host.to_owned());
        if !to.root.is_empty() {
            parameters =
                parameters.add_root_certificate(Certificate::from_pem(to.root.as_bytes()).map_err(tls)?);
        }
        let mut way = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(to.host)
            .port(to.port)
            .timeout(Some(REACHED.min(patience)))
            // One mail after another; a connection that nobody uses is closed before the server does.
            .pool_config(PoolConfig::new().max_size(1).idle_timeout(Duration::from_secs(20)))
            .tls(match to.security {
                MailSecurity::None => Tls::None,
                MailSecurity::StartTls => Tls::Required(parameters.build().map_err(tls)?),
                MailSecurity::Tls => Tls::Wrapper(parameters.build().map_err(tls)?),
            });
        if let Some(password) = password.filter(|_| !to.user.is_empty()) {
            way = way.credentials(Credentials::new(to.user.to_owned(), password.expose_secret().to_owned()));
        }
        Ok(Self { way: way.build(), patience })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Stuck> {
        match tokio::time::timeout(self.patience, self.way.send(message.clone())).await {
            Ok(sent) => sent.map(drop).map_err(|error| stuck(&error)),
            Err(_) => Err(Stuck { maybe_sent: true, ..Stuck::on(Problem::Broken) }),
        }
    }
}

/// What an error of the library means.
fn stuck(error: &Error) -> Stuck {
    let said = one_line(&root_of(error));
    let code = error.status().map(u16::from);
    // RFC 4954, 4 and 6: what answers to AUTH, or to a mail without it.
    let of_sign_in = matches!(code, Some(432 | 454 | 530 | 534 | 535 | 538));
    let problem = if of_sign_in {
        Problem::SignIn
    } else if error.is_permanent() {
        Problem::Refused
    } else if error.is_transient() {
        Problem::Busy
    } else if error.is_tls() || error.is_client() {
        // The library's own refusals are a server without STARTTLS and one without a way to sign in that it knows.
        if said.to_ascii_lowercase().contains("auth") { Problem::SignIn } else { Problem::Tls }
    } else if is_of_connecting(error) {
        if names_a_certificate(&said) { Problem::Tls } else { Problem::NoConnection }
    } else {
        Problem::Broken
    };
    Stuck { said, maybe_sent: problem == Problem::Broken, ..Stuck::on(problem) }
}

/// Whether it happened before anything was said; the library tells by its text only.
fn is_of_connecting(error: &Error) -> bool {
    error.to_string().to_ascii_lowercase().starts_with("connection error")
}

fn names_a_certificate(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    ["certificate", "tls", "handshake", "corrupt message"].iter().any(|word| said.contains(word))
}

/// The innermost text, which names the matter; what stands around it repeats the kind.
fn root_of(error: &Error) -> String {
    let mut innermost = error.source();
    while let Some(next) = innermost.and_then(std::error::Error::source) {
        innermost = Some(next);
    }
    innermost.map_or_else(|| error.to_string(), ToString::to_string)
}
