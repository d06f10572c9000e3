//! One HTTP exchange: send, read the whole answer within a size limit, and say plainly how it broke if it did.

use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Detail, Diagnostics, GraphError, Unreach};

/// A complete answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    #[expect(dead_code, reason = "held for as long as the body lies in memory")]
    pub(crate) turn: Option<OwnedSemaphorePermit>,
}

/// How an exchange broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Unreachable(Unreach),
    TooLarge,
}

impl Broken {
    pub(crate) fn into_error(self, diagnostics: Diagnostics) -> GraphError {
        match self {
            Self::Unreachable(why) => GraphError::Unreachable { why, diagnostics: Box::new(diagnostics) },
            Self::TooLarge => GraphError::malformed(Detail::TooLarge, diagnostics),
        }
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Sends a request and reads at most `cap` bytes, once it is the body's turn where bodies take turns.
pub(crate) async fn exchange(
    request: RequestBuilder,
    cap: usize,
    turns: Option<&Arc<Semaphore>>,
) -> Result<Reply, Broken> {
    let mut response = request.send().await.map_err(|e| broken(&e))?;
    let turn = match turns {
        // Nobody closes it; without a turn a body is read all the same.
        Some(turns) => Arc::clone(turns).acquire_owned().await.ok(),
        None => None,
    };
    let expected = response.content_length().unwrap_or(0) as usize;
    if expected > cap {
        return Err(Broken::TooLarge);
    }
    let mut body = Vec::with_capacity(expected.min(1 << 20));
    while let Some(chunk) = response.chunk().await.map_err(|e| broken(&e))? {
        if body.len() + chunk.len() > cap {
            return Err(Broken::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
    Ok(Reply { status, headers, body, turn })
}

fn broken(error: &reqwest::Error) -> Broken {
    Broken::Unreachable(if error.is_connect() {
        Unreach::Connect
    } else if error.is_timeout() {
        Unreach::Timeout
    } else {
        Unreach::Broken
    })
}
