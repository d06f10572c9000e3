//! Bodies that may break off, and reading a request's body to its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// A response body.
#[derive(Debug)]
pub(crate) struct Answer {
    bytes: Option<Bytes>,
    announced: u64,
    breaks: bool,
    /// What was written has had its chance to leave.
    flushed: bool,
}

/// The body broke off, on purpose.
#[derive(Debug)]
pub(crate) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken off on purpose")
    }
}
impl std::error::Error for Broken {}
impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Answer {
    /// A whole body.
    pub(crate) fn whole(bytes: Vec<u8>) -> Self {
        Self { announced: bytes.len() as u64, bytes: Some(Bytes::from(bytes)), breaks: false, flushed: false }
    }

    /// A body that announces everything and ends halfway with a dead connection.
    pub(crate) fn cut(mut bytes: Vec<u8>) -> Self {
        let announced = bytes.len().max(2) as u64;
        bytes.truncate(bytes.len() / 2);
        Self { announced, bytes: Some(Bytes::from(bytes)), breaks: true, flushed: false }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ if self.breaks && !self.flushed => {
                // Without a pause the first half would be thrown away together with the connection.
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            _ if self.breaks => Poll::Ready(Some(Err(Broken))),
            _ => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.breaks && self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        let rest =
            if self.breaks { self.announced } else { self.bytes.as_ref().map_or(0, |b| b.len() as u64) };
        SizeHint::with_exact(rest)
    }
}

/// Reads a request body.
pub(crate) async fn collect(mut incoming: Incoming) -> Result<Bytes, hyper::Error> {
    let mut all = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            all.extend_from_slice(&data);
        }
    }
    Ok(all.freeze())
}
