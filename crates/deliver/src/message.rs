//! A letter as an internet message (RFC 5322, MIME), the same for every way out.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use model::Timestamp;
use store::MailId;

use crate::letter::Letter;
use crate::problem::Problem;

/// Who sends to whom, and as what it is known.
#[derive(Debug, Clone)]
pub(crate) struct Envelope<'a> {
    pub sender: &'a str,
    pub sender_name: &'a str,
    pub to: &'a str,
    /// What stands in `Message-ID`; the same at every try, so that mail programs show a mail that came twice once.
    pub id: String,
    pub at: Timestamp,
}

/// The `Message-ID` of a mail: by its number and when it was posted; nothing in it tells of recipients.
pub(crate) fn message_id(mail: MailId, (posted, tries): (Timestamp, i64), sender: &str) -> String {
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("<whoswho.{}.{}.{}.{tries}@{domain}>", mail.outbox, mail.n, posted.0)
}

/// The message. Header fields are encoded by the library: nothing that people typed can begin another one.
pub(crate) fn message(letter: &Letter, language: &str, envelope: &Envelope<'_>) -> Result<Message, Problem> {
    let name = Some(one_line(envelope.sender_name)).filter(|name| !name.is_empty());
    let from = Mailbox::new(name, envelope.sender.parse().map_err(|_| Problem::Address)?);
    let to = Mailbox::new(None, envelope.to.parse().map_err(|_| Problem::Address)?);
    let html = letter.html(language).map_err(|_| Problem::Unreadable)?;
    let date =
        SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(envelope.at.0).unwrap_or_default());
    Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&letter.subject))
        .date(date)
        .message_id(Some(envelope.id.clone()))
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("X-Auto-Response-Suppress", "All"))
        .raw_header(fixed("Content-Language", language))
        .multipart(MultiPart::alternative_plain_html(letter.text(), html))
        .map_err(|_| Problem::Address)
}

/// What may stand in a header field: the library breaks off at a control character.
fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// RFC 3834 and Microsoft's own: no machine answers a machine.
fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_a_name_with_a_line_break_begins_no_header_of_its_own() {
        let letter = Letter {
            subject: "Müller\r\nBcc: everybody@evil.example".into(),
            paragraphs: vec!["ä\r\n.\r\nb".into()],
            ..Letter::default()
        };
        let envelope = Envelope {
            sender: "whoswho@operator.example",
            sender_name: "Betreiber\r\nX-Evil: 1, GmbH",
            to: "it@muster.example",
            id: message_id(MailId { outbox: 7, n: 1 }, (Timestamp(12), 0), "whoswho@operator.example"),
            at: Timestamp(1_800_000_000_000),
        };
        let made = message(&letter, "de", &envelope).unwrap();
        let text = String::from_utf8(made.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in head.lines() {
            let lower = line.to_ascii_lowercase();
            assert!(!lower.starts_with("bcc:") && !lower.starts_with("x-evil"), "{head}");
        }
        assert!(head.contains("Message-ID: <whoswho.7.1.12.0@operator.example>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert_eq!(made.envelope().to().len(), 1);
        for wrong in ["nobody", "a@b\r\nRCPT TO:<x@y>", ""] {
            let envelope = Envelope { to: wrong, ..envelope.clone() };
            assert_eq!(message(&letter, "de", &envelope).map(drop), Err(Problem::Address), "{wrong}");
        }
    }
}
