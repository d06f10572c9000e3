//! A mail before it is a message: what it says, from which its text and its HTML are made, so that both say the same.

use askama::Template;
use show::texts::{pick, say};

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letter {
    /// The subject, one line.
    pub subject: String,
    /// What it says before the table.
    pub paragraphs: Vec<String>,
    /// Contacts, each with its reason.
    pub lines: Vec<Line>,
    /// What the reader can do.
    pub button: Option<Button>,
    /// What it says behind that.
    pub after: Vec<String>,
    /// Why the reader gets it, and who sent it.
    pub footer: String,
}

/// A contact in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The name; empty where it has none, or where it was erased since.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Why.
    pub reason: String,
}

/// A link that is worth a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    letter: &'a Letter,
    language: &'a str,
    columns: [&'static str; 3],
}

impl Letter {
    /// As plain text; lines are as long as their paragraphs.
    pub fn text(&self) -> String {
        let mut parts = self.paragraphs.clone();
        if !self.lines.is_empty() {
            let line = |line: &Line| {
                let who = match (line.name.as_str(), line.email.as_str()) {
                    ("", "") => {
                        pick("a contact that was erased since", "ein Kontakt, der seither getilgt wurde")
                            .to_owned()
                    }
                    ("", email) => email.to_owned(),
                    (name, "") => name.to_owned(),
                    (name, email) => format!("{name} <{email}>"),
                };
                say!("- {who}: {}", "- {who}: {}", line.reason)
            };
            parts.push(self.lines.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
        if let Some(button) = &self.button {
            parts.push(format!("{}:\n{}", button.label, button.url));
        }
        parts.extend(self.after.iter().cloned());
        format!("{}\n\n-- \n{}\n", parts.join("\n\n"), self.footer)
    }

    /// As HTML, everything in it encoded; without pictures and without anything that is loaded from somewhere.
    pub fn html(&self, language: &str) -> Result<String, askama::Error> {
        let columns = [pick("Name", "Name"), pick("E-mail", "E-Mail"), pick("Reason", "Grund")];
        Html { letter: self, language, columns }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_what_people_typed_arrives_as_text_in_both_forms() {
        let letter = Letter {
            subject: "x".into(),
            paragraphs: vec!["<b>Muster</b> & Söhne".into()],
            lines: vec![
                Line {
                    name: "<script>alert(1)</script>".into(),
                    email: "a@x.example".into(),
                    reason: "gone".into(),
                },
                Line { name: String::new(), email: String::new(), reason: "gone".into() },
            ],
            button: Some(Button { label: "Open".into(), url: "https://x.example/?a=1&b=\"2\"".into() }),
            after: Vec::new(),
            footer: "Whoswho".into(),
        };
        let html = letter.html("en").unwrap();
        assert!(!html.contains("<script>") && !html.contains("<b>Muster"), "{html}");
        assert!(html.contains("&#60;script&#62;") && html.contains("&#38; Söhne"), "{html}");
        assert!(html.contains("a=1&#38;b=&#34;2&#34;"), "{html}");
        let text = letter.text();
        assert!(text.contains(
            "- <script>alert(1)</script> <a@x.example>: gone\n- a contact that was erased since: gone"
        ));
        assert!(text.contains("Open:\nhttps://x.example/"), "{text}");
        assert!(text.ends_with("-- \nWhoswho\n"), "{text}");
    }
}
