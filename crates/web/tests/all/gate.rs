//! A gate before a database server: what goes through it is cut off when it closes.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use secrecy::ExposeSecret;
use store::Location;

/// Whether it is open, and what goes through.
#[derive(Default)]
struct Way {
    closed: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

/// The gate.
pub struct Gate(Arc<Way>);

impl Gate {
    /// One before the server of a location, which leads through it from then on.
    pub fn before(location: &mut Location) -> Self {
        let Location::Postgres(url) = &*location else { panic!("a file has no gate") };
        let (before, rest) = url.expose_secret().split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let through = format!("{before}@{}/{database}", listener.local_addr().unwrap());
        let (way, server) = (Arc::new(Way::default()), server.to_owned());
        let watched = way.clone();
        // It ends with the process: nothing waits for it.
        thread::spawn(move || listener.incoming().flatten().for_each(|stream| watched.lead(stream, &server)));
        *location = Location::from(through.as_str());
        Self(way)
    }

    /// Cuts off what goes through, and lets nobody in.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        for stream in self.0.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets everybody through again.
    pub fn open(&self) {
        self.0.closed.store(false, Ordering::SeqCst);
    }
}

impl Way {
    fn lead(&self, one: TcpStream, server: &str) {
        let mut kept = self.streams.lock().unwrap();
        if self.closed.load(Ordering::SeqCst) {
            return;
        }
        let other = TcpStream::connect(server).unwrap();
        for (from, to) in [(&one, &other), (&other, &one)] {
            let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            thread::spawn(move || {
                let _ = copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
        kept.extend([one, other]);
    }
}
