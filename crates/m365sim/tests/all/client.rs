//! A client as plain as can be: one connection per request, no runtime.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use m365sim::{Nasty, Server, ServerOptions, TenantHandle, TenantSpec, World};
use serde_json::Value;

/// An answer; status 0 when the connection ended before one.
pub struct Got {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// The body is as long as announced.
    pub complete: bool,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

#[track_caller]
pub fn send(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Got {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let mut head =
        format!("{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", server.address());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut raw = Vec::new();
    // A reset connection is an answer too: nothing more comes.
    let _ = stream.read_to_end(&mut raw);
    read(&raw)
}

fn read(raw: &[u8]) -> Got {
    let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Got { status: 0, headers: BTreeMap::new(), body: Vec::new(), complete: false };
    };
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|l| l.split_once(": "))
        .map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()))
        .collect();
    let body = raw[end + 4..].to_vec();
    let announced = headers.get("content-length").and_then(|l| l.parse::<usize>().ok());
    Got { status, headers, complete: announced == Some(body.len()), body }
}

/// A world with one tenant, served.
pub struct Stage {
    pub server: Server,
    pub world: World,
    pub tenant: TenantHandle,
}

impl Stage {
    pub fn new(seed: u64, spec: &TenantSpec) -> Self {
        let world = World::new(seed);
        let tenant = world.add_tenant(spec);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        Self { server, world, tenant }
    }

    pub fn empty(seed: u64) -> Self {
        Self::new(seed, &TenantSpec::empty("muster.example"))
    }

    pub fn calm(self) -> Self {
        self.tenant.nasty(|n| *n = Nasty::calm());
        self
    }

    pub fn form(&self, tenant: &str, pairs: &[(&str, &str)]) -> Got {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        send(&self.server, "POST", &format!("/{tenant}/oauth2/v2.0/token"), &kind, body.as_bytes())
    }

    pub fn token_with(&self, secret: &str) -> Got {
        let id = self.tenant.client_id();
        self.form(
            &self.tenant.id(),
            &[
                ("client_id", &id),
                ("client_secret", secret),
                ("grant_type", "client_credentials"),
                ("scope", "https://graph.microsoft.com/.default"),
            ],
        )
    }

    pub fn token(&self) -> String {
        let got = self.token_with(&self.tenant.client_secret());
        assert_eq!(got.status, 200, "{}", String::from_utf8_lossy(&got.body));
        got.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn get(&self, token: &str, target: &str, headers: &[(&str, &str)]) -> Got {
        self.call(token, "GET", target, headers, b"")
    }

    pub fn call(
        &self,
        token: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Got {
        let bearer = format!("Bearer {token}");
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        // URLs of links are absolute.
        let target = target.strip_prefix(&self.server.graph_url()).unwrap_or(target);
        send(&self.server, method, target, &all, body)
    }
}

/// What a delta round told.
pub struct Told {
    pub pages: Vec<Value>,
    pub link: String,
}

impl Told {
    pub fn items(&self) -> impl Iterator<Item = &Value> {
        self.pages.iter().flat_map(|p| p["value"].as_array().unwrap())
    }
}

impl Stage {
    /// Follows a chain of pages to its deltaLink, or to its end.
    pub fn chain(&self, token: &str, start: &str, headers: &[(&str, &str)]) -> Told {
        let (mut url, mut pages) = (start.to_owned(), Vec::new());
        loop {
            let got = self.get(token, &url, headers);
            assert_eq!(got.status, 200, "{url}: {}", String::from_utf8_lossy(&got.body));
            let page = got.json();
            let next = page["@odata.nextLink"].as_str().map(str::to_owned);
            let delta = page["@odata.deltaLink"].as_str().map(str::to_owned);
            assert!(!(next.is_some() && delta.is_some()), "either nextLink or deltaLink");
            pages.push(page);
            match next {
                Some(next) => url = next,
                None => return Told { pages, link: delta.unwrap_or_default() },
            }
        }
    }
}
