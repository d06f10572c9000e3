//! A form that comes with a file (`multipart/form-data`, RFC 7578).
//!
//! Rule: what is larger than [`LARGEST`] is read to its end and thrown away piece by piece, so that whoever sent it is told so by a
//! page instead of by a broken connection; beyond [`PATIENCE`] nobody listens any more.

use axum::body::{Body, Bytes};
use futures::StreamExt;

use crate::form::Form;

/// Bytes that a file may have.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// Bytes of the fields beside it.
const FIELDS: usize = 64 * 1024;
/// Bytes that are read at all.
const PATIENCE: usize = 200 * 1024 * 1024;
/// Fields of such a form.
const MOST: usize = 64;

/// A file that came.
#[derive(Clone, PartialEq, Eq)]
pub enum Upload {
    /// It was chosen.
    File {
        /// What it is called where it came from, without folders.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// It is larger than [`LARGEST`].
    TooLarge,
}

/// Reads such a form; one that breaks off is empty.
pub async fn read(content_type: &str, body: Body) -> (Form, Option<Upload>) {
    let empty = || (Form::default(), None);
    let Ok(boundary) = multer::parse_boundary(content_type) else { return empty() };
    let mut pieces = body.into_data_stream();
    let (mut kept, mut n) = (Vec::new(), 0);
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else { return empty() };
        n += piece.len();
        if n > PATIENCE {
            return (Form::default(), Some(Upload::TooLarge));
        }
        if n <= LARGEST + FIELDS {
            kept.extend_from_slice(&piece);
        }
    }
    if n > LARGEST + FIELDS {
        return (Form::default(), Some(Upload::TooLarge));
    }
    parts(Bytes::from(kept), boundary).await.unwrap_or_else(empty)
}

/// Reads such a form to its end, like one that is too large, and keeps nothing of it.
pub async fn skip(body: Body) {
    let (mut pieces, mut n) = (body.into_data_stream(), 0);
    while let Some(Ok(piece)) = pieces.next().await {
        n += piece.len();
        if n > PATIENCE {
            return;
        }
    }
}

async fn parts(body: Bytes, boundary: String) -> Option<(Form, Option<Upload>)> {
    let whole = futures::stream::once(async move { Ok::<_, std::io::Error>(body) });
    let mut form = multer::Multipart::new(whole, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = form.next_field().await.ok()? {
        let (name, called) =
            (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let bytes = field.bytes().await.ok()?;
        match called {
            // A field for a file where none was chosen comes without a name.
            Some(called) if called.is_empty() && bytes.is_empty() => {}
            Some(_) if bytes.len() > LARGEST => file = Some(Upload::TooLarge),
            Some(called) => file = Some(Upload::File { name: plain(&called), bytes }),
            None if fields.len() < MOST => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            None => {}
        }
    }
    Some((Form::of(fields.into_iter()), file))
}

/// Without folders and what nobody can see, and not longer than a line.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    last.chars().filter(seen).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn got(body: Vec<u8>) -> (Form, Option<Upload>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(read("multipart/form-data; boundary=x", Body::from(body)))
    }

    fn form(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x\r\n".to_vec();
        body.extend(
            format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n--x--\r\n");
        body
    }

    #[test]
    fn s11_a_file_comes_with_its_form_and_a_large_one_says_so() {
        let (fields, file) = got(form("C:\\Daten\\Kontakte.csv", b"a;b\r\n1;2\r\n"));
        let bytes = Bytes::from_static(b"a;b\r\n1;2\r\n");
        assert_eq!(fields.get("a"), "b");
        assert!(file == Some(Upload::File { name: "Kontakte.csv".into(), bytes }));
        assert!(got(form("", b"")).1.is_none(), "no file was chosen");
        assert!(got(form("x.csv", &vec![b'a'; LARGEST + 1])).1 == Some(Upload::TooLarge));
        assert!(got(form("x.csv", &vec![b'a'; LARGEST + FIELDS + 1])).1 == Some(Upload::TooLarge));
        for broken in [&b"nothing"[..], b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", b""] {
            assert!(got(broken.to_vec()).1.is_none());
        }
    }
}
