//! A mail server in a process of its own (`tests/smtp_server.py`), and what it took.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use mail_parser::{Message, MessageParser};
use serde_json::Value;
use store::{MailSecurity, MailServer, MailWay};
use tempfile::TempDir;

/// Who may sign in there.
pub const USER: &str = "whoswho";
pub const PASSWORD: &str = "geheim-Wörter";

/// A server that runs until this is dropped.
pub struct Smtp {
    child: Child,
    _stdin: Option<ChildStdin>,
    taken: Receiver<Value>,
    pub port: u16,
    /// The certificate of its authority, as PEM; empty where it has none.
    pub root: String,
    mode: MailSecurity,
    has_users: bool,
    _folder: TempDir,
}

impl Smtp {
    /// Without TLS and without users.
    pub fn plain() -> Self {
        Self::start(MailSecurity::None, false, 0)
    }

    pub fn guarded(mode: MailSecurity) -> Self {
        Self::start(mode, true, 0)
    }

    pub fn start(mode: MailSecurity, has_users: bool, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own =
            rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, own.cert.pem()).unwrap();
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        // Debian's own, for its package python3-aiosmtpd is only seen by that one.
        let python = std::env::var("WHOSWHO_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
        let mut command = Command::new(python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp_server.py"));
        command.args(["--port", &port.to_string()]);
        match mode {
            MailSecurity::None => {}
            MailSecurity::StartTls => drop(command.args(["--mode", "starttls"])),
            MailSecurity::Tls => drop(command.args(["--mode", "tls"])),
        }
        if mode != MailSecurity::None {
            command.arg("--cert").arg(&cert).arg("--key").arg(&key);
        }
        if has_users {
            command.args(["--user", USER, "--password", PASSWORD]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with aiosmtpd; Debian: apt install python3-aiosmtpd");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("aiosmtpd is missing; Debian: apt install python3-aiosmtpd").unwrap();
        let (tell, taken) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        let root = if mode == MailSecurity::None { String::new() } else { own.cert.pem() };
        Self {
            _stdin: child.stdin.take(),
            child,
            taken,
            port: first.parse().unwrap(),
            root,
            mode,
            has_users,
            _folder: folder,
        }
    }

    /// The settings by which it is reached.
    pub fn settings(&self) -> MailServer {
        MailServer {
            way: MailWay::Smtp {
                host: "127.0.0.1".into(),
                port: self.port,
                security: self.mode,
                user: if self.has_users { USER.into() } else { String::new() },
                root: self.root.clone(),
            },
            sender: "whoswho@operator.example".into(),
            sender_name: "Betreiber, Müller & Co.".into(),
            has_password: self.has_users,
            changed_at: super::support::NOW,
        }
    }

    /// The next message that it took.
    pub fn next(&self) -> Taken {
        let value = self.taken.recv_timeout(Duration::from_secs(30)).expect("a mail arrives");
        Taken(value)
    }

    /// Whether it has taken nothing more. What it took was told before it answered, so nothing is still on its way.
    pub fn is_quiet(&self) -> bool {
        self.taken.try_recv().is_err()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as the server has it.
pub struct Taken(Value);

impl Taken {
    pub fn is_guarded(&self) -> bool {
        self.0["tls"] == Value::Bool(true)
    }

    pub fn user(&self) -> Option<&str> {
        self.0["user"].as_str()
    }

    pub fn to(&self) -> &str {
        self.0["to"][0].as_str().unwrap()
    }

    pub fn raw(&self) -> &str {
        self.0["data"].as_str().unwrap()
    }

    /// As a mail program reads it.
    pub fn message(&self) -> Message<'_> {
        MessageParser::default().parse(self.raw().as_bytes()).unwrap()
    }

    pub fn subject(&self) -> String {
        self.message().subject().unwrap().to_owned()
    }

    pub fn text(&self) -> String {
        self.message().body_text(0).unwrap().replace("\r\n", "\n")
    }

    pub fn html(&self) -> String {
        self.message().body_html(0).unwrap().into_owned()
    }

    pub fn id(&self) -> String {
        self.message().message_id().unwrap().to_owned()
    }
}
