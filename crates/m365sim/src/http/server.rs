//! Starting and stopping: one thread with its own runtime, so that it serves tests with and without one.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::http::service::{Desk, serve};
use crate::world::counts::{Counts, Logged};
use crate::world::{World, lock};

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Check every answer against the contract; a breach is answered with 500 and makes the server panic
    /// when dropped. On in debug builds.
    pub strict: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self { port: 0, strict: cfg!(debug_assertions) }
    }
}

/// A running simulator; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    desk: Arc<Desk>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves a world on loopback. Works inside and outside of async code.
    pub fn start(world: &World, options: &ServerOptions) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk {
            world: world.clone(),
            base: format!("http://{address}"),
            strict: options.strict,
            breaches: Mutex::new(Vec::new()),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&desk);
        let thread = std::thread::Builder::new().name("m365sim".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = accept(listener, shared) => {}
                    _ = stopped => {}
                }
            });
            // Connections still open are dropped with the runtime.
        })?;
        Ok(Self { desk, address, stop: Some(stop), thread: Some(thread) })
    }

    /// The base of the token endpoint: `{login_url}/{tenant}/oauth2/v2.0/token`.
    pub fn login_url(&self) -> String {
        self.desk.base.clone()
    }

    /// The base of Graph: `{graph_url}/v1.0/...`.
    pub fn graph_url(&self) -> String {
        self.desk.base.clone()
    }

    /// The address listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The world served.
    pub fn world(&self) -> &World {
        &self.desk.world
    }

    /// Graph requests of a tenant so far; `counts` tells more.
    pub fn request_count(&self, tenant: &str) -> u64 {
        self.counts(tenant).graph
    }

    /// All counters of a tenant.
    pub fn counts(&self, tenant: &str) -> Counts {
        self.desk.world.tenant(tenant).map(|t| t.counts()).unwrap_or_default()
    }

    /// The requests of a tenant.
    pub fn log(&self, tenant: &str) -> Vec<Logged> {
        self.desk.world.tenant(tenant).map(|t| t.log()).unwrap_or_default()
    }

    /// Breaches of the contract so far; empty in a sound simulator.
    pub fn breaches(&self) -> Vec<String> {
        lock(&self.desk.breaches).clone()
    }

    /// Serves until the process ends; for the binary.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // The thread ends only when stopped; an error means it panicked, and there is nothing to add.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let breaches = self.breaches();
        if !breaches.is_empty() && !std::thread::panicking() {
            breach(&breaches);
        }
    }
}

#[expect(clippy::panic, reason = "a simulator that breaks its contract must fail the test that uses it")]
fn breach(breaches: &[String]) {
    panic!("the simulator broke its contract: {breaches:#?}");
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Answers are small and awaited: no delay.
        let _ = stream.set_nodelay(true);
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&desk), request));
            // A connection ends in an error when cut on purpose or left by the client; both are no news.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
