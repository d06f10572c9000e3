//! A service that answers as a closure says, over plain HTTP/1.1, and remembers what it was asked.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use graph::{Client, ConnectionSettings, Credential, Hosts, Limits, Transport, TransportOptions};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in small letters.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value)
    }

    pub fn is_token(&self) -> bool {
        self.target.ends_with("/oauth2/v2.0/token")
    }

    pub fn tenant(&self) -> &str {
        self.target.trim_start_matches('/').split('/').next().unwrap_or_default()
    }
}

/// What to answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// Ends the connection in the middle of the body.
    pub cut: bool,
}

pub fn answer(status: u16, body: impl Into<String>) -> Answer {
    Answer { status, headers: Vec::new(), body: body.into(), cut: false }
}

pub fn ok(body: impl Into<String>) -> Answer {
    answer(200, body)
}

pub fn refusal(status: u16, code: &str) -> Answer {
    answer(
        status,
        format!(r#"{{"error":{{"code":"{code}","message":"m","innerError":{{"request-id":"r-1"}}}}}}"#),
    )
}

impl Answer {
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The running service.
pub struct Script {
    pub base: String,
    pub asked: Arc<Mutex<Vec<Asked>>>,
}

type Play = dyn Fn(&Asked, usize) -> Answer + Send + Sync;

impl Script {
    /// Answers everything as `play` says; the number counts requests from 0.
    pub async fn raw(play: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (play, log): (Arc<Play>, _) = (Arc::new(play), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, play.clone(), log.clone()));
            }
        });
        Self { base, asked }
    }

    /// Issues tokens `t1`, `t2`, … and leaves the rest to `play`, whose number counts Graph requests from 0.
    pub async fn new(play: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let (tokens, others) = (Mutex::new(0), Mutex::new(0));
        Self::raw(move |asked, _| {
            let counter = if asked.is_token() { &tokens } else { &others };
            let mut number = counter.lock().unwrap();
            *number += 1;
            let number = *number;
            if asked.is_token() {
                ok(format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"t{number}"}}"#))
            } else {
                play(asked, number - 1)
            }
        })
        .await
    }

    pub fn settings(&self, tenant: &str) -> ConnectionSettings {
        ConnectionSettings {
            hosts: Hosts::custom(&self.base, &self.base).unwrap(),
            tenant_id: tenant.to_owned(),
            client_id: "app".to_owned(),
            credential: Credential::Secret("abc~secret".to_owned().into()),
        }
    }

    pub fn client(&self) -> Client {
        self.client_of(&transport(), "tenant", limits())
    }

    pub fn client_of(&self, transport: &Transport, tenant: &str, limits: Limits) -> Client {
        Client::new(transport, self.settings(tenant), limits)
    }

    /// Requests to Graph, in order.
    pub fn graph(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| !asked.is_token()).cloned().collect()
    }

    /// How many tokens were asked for.
    pub fn tokens(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.is_token()).count()
    }
}

/// A second of the service lasts ten milliseconds.
pub fn transport() -> Transport {
    Transport::with_options(TransportOptions {
        second: Duration::from_millis(10),
        ..TransportOptions::default()
    })
    .unwrap()
}

/// Short waits.
pub fn limits() -> Limits {
    Limits {
        first_backoff: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(4),
        per_request_wait: Duration::from_millis(30),
        ..Limits::default()
    }
}

async fn serve(mut stream: TcpStream, play: Arc<Play>, log: Arc<Mutex<Vec<Asked>>>) {
    let (reader, mut writer) = stream.split();
    let mut reader = BufReader::new(reader);
    while let Some(asked) = request(&mut reader).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(asked.clone());
            log.len() - 1
        };
        let answer = play(&asked, number);
        let length = answer.body.len() + if answer.cut { 100 } else { 0 };
        let mut text = format!("HTTP/1.1 {} X\r\ncontent-length: {length}\r\n", answer.status);
        for (name, value) in &answer.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        text.push_str(&answer.body);
        if writer.write_all(text.as_bytes()).await.is_err() || answer.cut {
            return;
        }
    }
}

async fn request(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    Some(Asked { method, target, headers, body: String::from_utf8(body).ok()? })
}
