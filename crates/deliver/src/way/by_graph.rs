//! Microsoft Graph's `sendMail`, from a mailbox of the tenant where the operator's app is registered.

use graph::{Client, GraphError, Limits};
use lettre::Message;
use store::StoreError;
use sync::{Office, RunError};

use super::{Stuck, one_line};
use crate::problem::{Problem, of_graph};

/// A mailbox that mails are sent from.
pub struct ByGraph {
    client: Client,
    sender: String,
}

impl ByGraph {
    pub(super) fn new(office: &Office, sender: &str) -> Result<Result<Self, Stuck>, StoreError> {
        let settings = match sync::operators_settings(office) {
            Ok(Some(settings)) => settings,
            Ok(None) => return Ok(Err(Stuck::on(Problem::NoApp))),
            Err(RunError::Store(error)) if !matches!(error, StoreError::Refused(_)) => return Err(error),
            // A credential that a restore left out, or that cannot be read.
            Err(_) => return Ok(Err(Stuck::on(Problem::NoApp))),
        };
        let client = Client::new(&office.transport, settings, Limits::typed());
        Ok(Ok(Self { client, sender: sender.to_owned() }))
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Stuck> {
        self.client.have_token().await.map_err(|error| Stuck { maybe_sent: false, ..stuck(&error) })?;
        self.client.send_mail(&self.sender, &message.formatted()).await.map_err(|error| stuck(&error))
    }
}

fn stuck(error: &GraphError) -> Stuck {
    // An answer that never came, or none that says what became of it: the mail may have gone.
    let maybe_sent = match error {
        GraphError::Unreachable { why, .. } => *why != graph::Unreach::Connect,
        GraphError::Malformed { .. } => true,
        GraphError::Transient(diagnostics) => diagnostics.status != Some(503),
        _ => false,
    };
    // Exchange has codes of its own for mailboxes that are not there (graph-facts 12).
    let problem = if error.diagnostics().status == Some(404) { Problem::NoMailbox } else { of_graph(error) };
    let after = match error {
        GraphError::Throttled { after, .. } | GraphError::BudgetSpent { after, .. } => Some(*after),
        _ => None,
    };
    Stuck { problem, said: one_line(&error.diagnostics().to_string()), maybe_sent, after }
}
