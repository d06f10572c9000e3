//! TLS to PostgreSQL, against a server that can only shake hands.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};

use super::*;
use crate::error::StoreError;

/// A certificate for 127.0.0.1 in a file, and a server that has it. The thread answers what it read under TLS.
struct Server {
    port: u16,
    root: tempfile::NamedTempFile,
    heard: JoinHandle<Option<Vec<u8>>>,
}

impl Server {
    fn start(answer: &'static [u8]) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let mut root = tempfile::NamedTempFile::new().unwrap();
        root.write_all(made.cert.pem().as_bytes()).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = std::thread::spawn(move || serve(listener.accept().unwrap().0, answer, config));
        Self { port, root, heard }
    }

    /// Connects; what the client said and what the server read.
    fn meet(self, query: &str) -> (StoreError, Option<Vec<u8>>) {
        let query = query.replace("ROOT", &self.root.path().display().to_string());
        let url = format!("postgres://erika:geheim@127.0.0.1:{}/x?{query}", self.port);
        let said = Db::open_postgres(&url).err().unwrap();
        (said, self.heard.join().unwrap())
    }
}

/// PostgreSQL protocol 3.0, SSLRequest: eight bytes, answered by `S` or `N`.
fn serve(mut socket: TcpStream, answer: &[u8], config: ServerConfig) -> Option<Vec<u8>> {
    let mut request = [0; 8];
    socket.read_exact(&mut request).ok()?;
    assert_eq!(request[4..], 80_877_103u32.to_be_bytes(), "the first thing said is the wish for TLS");
    socket.write_all(answer).ok()?;
    let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
    let mut start = [0; 256];
    let read = Stream::new(&mut tls, &mut socket).read(&mut start).ok()?;
    (read > 0).then(|| start[..read].to_vec())
}

#[test]
fn a_trusted_server_is_spoken_to_under_tls() {
    let (said, heard) = Server::start(b"S").meet("sslmode=verify-full&sslrootcert=ROOT");
    assert!(heard.unwrap().windows(5).any(|part| part == b"erika"), "{said}");
}

#[test]
fn an_unknown_certificate_ends_it() {
    for query in ["sslmode=verify-full", "sslmode=require"] {
        let (said, heard) = Server::start(b"S").meet(query);
        assert!(said.to_string().contains("not trusted"), "{said}");
        assert_eq!(heard, None, "nothing was said");
    }
}

#[test]
fn a_server_without_tls_is_told_nothing() {
    let (said, heard) = Server::start(b"N").meet("sslmode=require&sslrootcert=ROOT");
    assert!(matches!(said, StoreError::Unavailable(_)), "{said}");
    assert_eq!(heard, None);
}
