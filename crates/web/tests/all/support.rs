//! An installation with two customers and somebody of every role, and browsers that talk to it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Once};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use model::{Field, Origin, Role, Timestamp, Values};
use store::testing::{TestDb, empty_databases};
use store::{Book, KeyRing, NewAccount, Reach, Store, Token};
use sync::Office;
use tower::ServiceExt;
use web::{Jobs, Rosters, Web};

use crate::gate::Gate;

/// 22 November 2026, 11:46 in Berlin.
pub const NOW: i64 = 1_795_344_360_000;

static TLS: Once = Once::new();

/// A house: a database, its pages, a clock that stands until it is moved.
pub struct House {
    pub store: Store,
    pub router: Router,
    runtime: tokio::runtime::Runtime,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
    db: TestDb,
}

impl House {
    /// One on each engine.
    pub fn each() -> Vec<Self> {
        empty_databases().into_iter().map(|db| Self::over(db, None)).collect()
    }

    /// The same where the configuration names a cloud of its own.
    pub fn each_beside(cloud: &(String, String)) -> Vec<Self> {
        empty_databases().into_iter().map(|db| Self::over(db, Some(cloud.clone()))).collect()
    }

    /// One whose database is reached through a gate, on PostgreSQL.
    pub fn behind_gates() -> Vec<(Self, Gate)> {
        let servers = empty_databases().into_iter().filter(|db| db.name == "postgres");
        let behind = servers.map(|mut db| {
            let gate = Gate::before(&mut db.location);
            (Self::over(db, None), gate)
        });
        behind.collect()
    }

    fn over(db: TestDb, own_cloud: Option<(String, String)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let ticking = clock.clone();
        let ticks: web::Clock = Arc::new(move || Timestamp(ticking.load(Ordering::Relaxed)));
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let office = Office::typed(store.clone()).unwrap();
        let web = Web {
            store: store.clone(),
            rosters: Rosters::default(),
            recents: web::Recents::default(),
            trials: web::Trials::default(),
            jobs: Jobs::new(office, ticks.clone()),
            clock: ticks,
            own_cloud,
            public_url: "https://whoswho.example".into(),
            version: "1.0",
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { store, router: web.router(), runtime, clock, _folder: folder, db }
    }

    /// The engine.
    pub fn name(&self) -> &'static str {
        self.db.name
    }

    /// Where the database is.
    pub fn location(&self) -> &store::Location {
        &self.db.location
    }

    /// Lets time go by.
    pub fn later(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    /// A customer with one contact.
    pub fn customer(&self, slug: &str, name: &str, contact: &str) -> (Book, String) {
        let book = self.store.add_customer(&slug.parse().unwrap(), name, None, self.now()).unwrap();
        let mut values = Values::default();
        values.set(Field::DisplayName, Some(contact));
        values.set(Field::Email, Some(&format!("{slug}@x.example")));
        let id = book.add_contact(&values, Origin::Manual, self.now()).unwrap();
        book.add_group("Alle").unwrap();
        let id = book.public_id(id).to_string();
        (book, id)
    }

    /// Somebody, signed in.
    pub fn signed_in(&self, role: Role, reach: Reach, chosen: &[&Book]) -> Browser<'_> {
        let email = format!("{}-{}@x.example", role.name(), uuid::Uuid::new_v4());
        let new = NewAccount { role, reach, name: "Jana Petersen".into(), email, password: None };
        let account = self.store.add_account(&new, self.now()).unwrap();
        let ids: Vec<_> = chosen.iter().map(|book| book.customer.id).collect();
        self.store.choose_customers(account.id, &ids).unwrap();
        let token = self.store.begin_session(account.id, "a browser", self.now()).unwrap();
        Browser { house: self, token: Some(token), language: "de", away: None, chosen: None }
    }

    /// Nobody in particular.
    pub fn stranger(&self) -> Browser<'_> {
        Browser { house: self, token: None, language: "de", away: None, chosen: None }
    }
}

/// A browser.
pub struct Browser<'a> {
    pub house: &'a House,
    pub token: Option<Token>,
    pub language: &'static str,
    /// What it proves of its way to Microsoft.
    pub away: Option<Token>,
    /// The language that it remembers.
    pub chosen: Option<&'static str>,
}

/// What came back.
pub struct Got {
    pub status: StatusCode,
    pub to: String,
    pub cookie: String,
    pub policy: String,
    pub file: String,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Browser<'_> {
    /// Looks at an undo and carries it out as it was shown: the page after it, and its text.
    pub fn undoes(&self, customer: &str, what: &[(&str, &str)]) -> (String, String) {
        let page = self.done(&format!("/c/{customer}/undo/look"), what).1;
        let after = |before: &str| page.split(before).nth(1).and_then(|rest| rest.split('"').next());
        let looked = after("name=\"looked\" value=\"").unwrap_or_else(|| panic!("nothing to undo: {page}"));
        let number = page.split(" Kontakte kämen dabei").next().and_then(|rest| rest.rsplit('>').next());
        let mut form = what.to_vec();
        form.extend([("looked", looked), ("number", number.unwrap_or_default())]);
        self.done(&format!("/c/{customer}/undo"), &form)
    }
}

impl Browser<'_> {
    /// Looks at a page.
    pub fn get(&self, path: &str) -> Got {
        self.send(Request::get(path), Body::empty())
    }

    /// Sends a form of ours.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Got {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.send(Request::post(path).header("sec-fetch-site", "same-origin"), Body::from(body))
    }

    /// Sends a form with a file.
    pub fn send_file(&self, path: &str, name: &str, bytes: &[u8]) -> Got {
        let mut body =
            format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .into_bytes();
        body.extend(bytes);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        self.send_as(request, "multipart/form-data; boundary=x", Body::from(body))
    }

    /// Sends a form that another site made.
    pub fn post_from_elsewhere(&self, path: &str) -> Got {
        self.send(Request::post(path).header("sec-fetch-site", "cross-site"), Body::empty())
    }

    fn send(&self, request: axum::http::request::Builder, body: Body) -> Got {
        self.send_as(request, "application/x-www-form-urlencoded", body)
    }

    fn send_as(&self, request: axum::http::request::Builder, kind: &str, body: Body) -> Got {
        let mut request = request
            .header(header::HOST, "whoswho.example")
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::CONTENT_TYPE, kind);
        let named = [("__Host-whoswho", &self.token), ("__Host-whoswho-away", &self.away)];
        for (name, token) in named {
            if let Some(token) = token {
                request = request.header(header::COOKIE, format!("{name}={}", token.secret()));
            }
        }
        if let Some(chosen) = self.chosen {
            request = request.header(header::COOKIE, format!("__Host-whoswho-lang={chosen}"));
        }
        let (router, request) = (self.house.router.clone(), request.body(body).unwrap());
        self.house.runtime.block_on(async {
            let response: Response = router.oneshot(request).await.unwrap();
            let header = |name: &str| {
                response.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
            };
            let (status, to, cookie) = (response.status(), header("location"), header("set-cookie"));
            let policy = header("content-security-policy");
            let file = header("content-disposition");
            let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
            let text = std::str::from_utf8(&bytes).map(str::to_owned);
            assert!(text.is_ok() || file.starts_with("attachment"), "a page is text");
            let text = text.unwrap_or_default();
            Got { status, to, cookie, policy, file, text, bytes }
        })
    }

    /// The same browser with the session that a sign-in brought.
    pub fn with(&self, got: &Got) -> Self {
        let secret = got.cookie.split(['=', ';']).nth(1).unwrap_or_default();
        Self {
            house: self.house,
            token: Token::of(secret),
            language: self.language,
            away: None,
            chosen: None,
        }
    }

    /// The same browser, on its way to Microsoft.
    pub fn away(&self, got: &Got) -> Self {
        let secret = got.cookie.split(['=', ';']).nth(1).unwrap_or_default();
        let (token, language) = (self.token.clone(), self.language);
        Self { house: self.house, token, language, away: Token::of(secret), chosen: None }
    }
}
