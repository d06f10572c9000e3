//! Stylesheet, script and icons: inside the binary, each under a name that holds its digest, so that browsers keep them for
//! good and fetch them anew when they have changed.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// A file that pages need.
pub struct Asset {
    /// Its path: `/a/whoswho.0123456789abcdef.css`.
    pub path: String,
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// All of them.
pub struct Assets {
    /// The stylesheet.
    pub style: Asset,
    /// The script.
    pub script: Asset,
    /// The icons: one SVG file with a symbol for each.
    pub icons: Asset,
}

impl Assets {
    /// The files of this binary.
    pub fn of_binary() -> &'static Self {
        static ALL: OnceLock<Assets> = OnceLock::new();
        ALL.get_or_init(|| Self {
            style: asset(
                "whoswho",
                "css",
                "text/css; charset=utf-8",
                include_bytes!("../assets/whoswho.css"),
            ),
            script: asset(
                "whoswho",
                "js",
                "text/javascript; charset=utf-8",
                include_bytes!("../assets/whoswho.js"),
            ),
            icons: asset("icons", "svg", "image/svg+xml", include_bytes!("../assets/icons.svg")),
        })
    }

    /// The one with this name behind `/a/`.
    pub fn named(&self, name: &str) -> Option<&Asset> {
        let all = [&self.style, &self.script, &self.icons];
        all.into_iter().find(|asset| asset.path.strip_prefix("/a/") == Some(name))
    }
}

fn asset(name: &str, end: &str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    use std::fmt::Write;
    let mut digest = String::new();
    for byte in Sha256::digest(bytes).iter().take(8) {
        let _ = write!(digest, "{byte:02x}");
    }
    Asset { path: format!("/a/{name}.{digest}.{end}"), kind, bytes }
}
