//! What can go wrong on the way out, and what it means: for this mail, or for all of them.

use graph::{GraphError, TokenProblem};
use show::texts::pick;

/// Why a mail was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Nobody answers at the server's name and port.
    NoConnection,
    /// The connection cannot be guarded: no TLS there, or a certificate that is not trusted.
    Tls,
    /// The server does not take user name and password, or wants some.
    SignIn,
    /// The server refuses this mail for good (5xx).
    Refused,
    /// The server refuses it for now (4xx).
    Busy,
    /// The connection broke, or no answer came in time.
    Broken,
    /// The address of sender or recipient is none.
    Address,
    /// Mails go through the operator's app, and there is none.
    NoApp,
    /// Microsoft gives the app no token.
    Token,
    /// The app may not send from this mailbox: permission, or limited to others.
    Permission,
    /// There is no such mailbox in the tenant.
    NoMailbox,
    /// Microsoft asks for patience.
    Throttled,
    /// Microsoft does not answer, or its side failed.
    Microsoft,
    /// Microsoft refuses this mail for good.
    Rejected,
    /// It was not taken within five days.
    Late,
    /// What it is about is not there any more.
    Gone,
    /// It cannot be read: another Whoswho has written it.
    Unreadable,
    /// It waited when the backup was made that was restored since.
    Restored,
}

impl Problem {
    const ALL: [Self; 18] = [
        Self::NoConnection,
        Self::Tls,
        Self::SignIn,
        Self::Refused,
        Self::Busy,
        Self::Broken,
        Self::Address,
        Self::NoApp,
        Self::Token,
        Self::Permission,
        Self::NoMailbox,
        Self::Throttled,
        Self::Microsoft,
        Self::Rejected,
        Self::Late,
        Self::Gone,
        Self::Unreadable,
        Self::Restored,
    ];

    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoConnection => "no_connection",
            Self::Tls => "tls",
            Self::SignIn => "sign_in",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Broken => "broken",
            Self::Address => "address",
            Self::NoApp => "no_app",
            Self::Token => "token",
            Self::Permission => "permission",
            Self::NoMailbox => "no_mailbox",
            Self::Throttled => "throttled",
            Self::Microsoft => "microsoft",
            Self::Rejected => "rejected",
            Self::Late => "late",
            Self::Gone => "gone",
            Self::Unreadable => "unreadable",
            Self::Restored => "restored",
        }
    }

    /// The one of a code.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }

    /// Whether it would keep every other mail as well, so that none is tried until some time has passed.
    pub const fn is_of_all(self) -> bool {
        match self {
            Self::NoConnection
            | Self::Tls
            | Self::SignIn
            | Self::NoApp
            | Self::Token
            | Self::Permission
            | Self::NoMailbox
            | Self::Throttled
            | Self::Microsoft => true,
            Self::Refused
            | Self::Busy
            | Self::Broken
            | Self::Address
            | Self::Rejected
            | Self::Late
            | Self::Gone
            | Self::Unreadable
            | Self::Restored => false,
        }
    }

    /// Whether there is no point in trying this mail again.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Refused
            | Self::Address
            | Self::Rejected
            | Self::Late
            | Self::Gone
            | Self::Unreadable
            | Self::Restored => true,
            Self::NoConnection
            | Self::Tls
            | Self::SignIn
            | Self::Busy
            | Self::Broken
            | Self::NoApp
            | Self::Token
            | Self::Permission
            | Self::NoMailbox
            | Self::Throttled
            | Self::Microsoft => false,
        }
    }

    /// What it is and what to do, in the language in force. Whether it is tried again its state says.
    #[expect(clippy::too_many_lines, reason = "a table of texts")]
    pub fn text(self) -> &'static str {
        match self {
            Self::NoConnection => pick(
                "The mail server does not answer. Please check its name and port, and whether a firewall lets this machine through.",
                "Der Mailserver antwortet nicht. Bitte Name und Port prüfen, und ob eine Firewall diesen Rechner durchlässt.",
            ),
            Self::Tls => pick(
                "The connection to the mail server cannot be encrypted. Please check the kind of encryption; where the server has a \
                 certificate of its own, add its authority.",
                "Die Verbindung zum Mailserver lässt sich nicht verschlüsseln. Bitte die Art der Verschlüsselung prüfen; hat der Server \
                 ein eigenes Zertifikat, dessen Zertifizierungsstelle hinterlegen.",
            ),
            Self::SignIn => pick(
                "The mail server does not accept the user name and password.",
                "Der Mailserver nimmt Benutzername und Kennwort nicht an.",
            ),
            Self::Refused => {
                pick("The mail server refuses this mail.", "Der Mailserver lehnt diese Mail ab.")
            }
            Self::Busy => pick(
                "The mail server cannot take this mail just now.",
                "Der Mailserver kann diese Mail gerade nicht annehmen.",
            ),
            Self::Broken => pick(
                "The connection to the mail server broke, or it did not answer in time.",
                "Die Verbindung zum Mailserver ist abgebrochen, oder er hat nicht rechtzeitig geantwortet.",
            ),
            Self::Address => pick(
                "The address of sender or recipient is not valid.",
                "Die Adresse von Absender oder Empfänger ist nicht gültig.",
            ),
            Self::NoApp => pick(
                "Mails go through Microsoft 365, but there is no app of the operator. Please add it first.",
                "Mails gehen über Microsoft 365, aber es gibt keine App des Betreibers. Bitte zuerst hinterlegen.",
            ),
            Self::Token => pick(
                "Microsoft does not let the operator's app sign in. Its page says what is wrong with it.",
                "Microsoft lässt die App des Betreibers nicht anmelden. Auf ihrer Seite steht, was ihr fehlt.",
            ),
            Self::Permission => pick(
                "The operator's app may not send from this mailbox: it needs the permission Mail.Send, or the Exchange role \
                 Application Mail.Send for this mailbox.",
                "Die App des Betreibers darf aus diesem Postfach nicht senden: Sie braucht die Berechtigung Mail.Send oder die \
                 Exchange-Rolle Application Mail.Send für dieses Postfach.",
            ),
            Self::NoMailbox => pick(
                "The operator's tenant has no mailbox with the sender's address.",
                "Der Mandant des Betreibers hat kein Postfach mit der Adresse des Absenders.",
            ),
            Self::Throttled => pick("Microsoft asks for patience.", "Microsoft bittet um Geduld."),
            Self::Microsoft => {
                pick("Microsoft cannot be reached just now.", "Microsoft ist gerade nicht zu erreichen.")
            }
            Self::Rejected => pick("Microsoft refuses this mail.", "Microsoft lehnt diese Mail ab."),
            Self::Late => pick(
                "It could not be sent within five days.",
                "Sie konnte fünf Tage lang nicht gesendet werden.",
            ),
            Self::Gone => {
                pick("What it was about is not there any more.", "Worum es ging, gibt es nicht mehr.")
            }
            Self::Restored => pick(
                "It waited when the backup was made that was restored since, and may have been sent in between.",
                "Sie wartete, als die inzwischen wiederhergestellte Sicherung entstand, und wurde vielleicht danach gesendet.",
            ),
            Self::Unreadable => {
                pick("It was written by a newer Whoswho.", "Ein neueres Whoswho hat sie geschrieben.")
            }
        }
    }
}

/// What Microsoft's refusal means for a mail.
pub(crate) fn of_graph(error: &GraphError) -> Problem {
    match error {
        GraphError::Throttled { .. } | GraphError::BudgetSpent { .. } => Problem::Throttled,
        GraphError::Transient(_) | GraphError::Unreachable { .. } | GraphError::Malformed { .. } => {
            Problem::Microsoft
        }
        GraphError::ConsentMissing { .. } => Problem::Permission,
        GraphError::Gone(_) => Problem::NoMailbox,
        GraphError::TokenRefused { problem: TokenProblem::Busy, .. } => Problem::Microsoft,
        GraphError::TokenRefused { .. } | GraphError::Unauthorised(_) => Problem::Token,
        GraphError::CursorExpired(_) | GraphError::Rejected(_) => Problem::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_have_codes_of_their_own_and_words_in_both_languages() {
        use show::texts::{Language, within};
        let mut codes: Vec<_> = Problem::ALL.iter().map(|problem| problem.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Problem::ALL.len());
        for problem in Problem::ALL {
            assert_eq!(Problem::named(problem.code()), Some(problem));
            let [de, en] =
                [Language::German, Language::English].map(|language| within(language, || problem.text()));
            assert_ne!(de, en);
            assert!(!(problem.is_final() && problem.is_of_all()), "{problem:?}");
        }
    }
}
