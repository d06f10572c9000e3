//! axe-core on a page.
//!
//! It comes through npm, pinned by `tools/axe/package-lock.json`; `./test` puts it below the target folder. Through WebDriver it
//! runs beside the page, so the pages need not allow foreign scripts.

use std::fmt;
use std::fs;
use std::sync::OnceLock;

use serde_json::Value;

use crate::browser::Browser;

/// Where `./test` puts it, below the target folder.
const PLACE: &str = "tools/axe/node_modules/axe-core/axe.min.js";

/// WCAG 2.0, 2.1 and 2.2, levels A and AA, and what axe calls good practice.
const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'], preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then((r) => done({ violations: r.violations, passes: r.passes.length }), (e) => done({ error: String(e) }));";

/// Something that axe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub rule: String,
    /// What is wrong.
    pub help: String,
    /// Selectors of the elements, each with what axe says about it.
    pub places: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.help)?;
        self.places.iter().take(4).try_for_each(|place| write!(f, "\n    {place}"))
    }
}

/// axe's source.
fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let program = std::env::current_exe().unwrap();
        let found = program.ancestors().map(|folder| folder.join(PLACE)).find(|file| file.is_file());
        let file = found.unwrap_or_else(|| {
            panic!("axe-core is not below the target folder ({PLACE}); ./test puts it there, ./test --tools does nothing else")
        });
        fs::read_to_string(file).unwrap()
    })
}

impl Browser {
    /// What axe finds on the page as it is now.
    pub fn violations(&self) -> Vec<Violation> {
        if self.ask("return typeof axe") != "object" {
            // The source defines `axe` in the page's window and answers nothing.
            self.ask(source());
        }
        let answer = self.wait_for(self.client().execute_async(RUN, vec![])).unwrap();
        assert!(answer["error"].is_null(), "axe: {}", answer["error"]);
        assert!(answer["passes"].as_u64() > Some(0), "axe looked at nothing: {answer}");
        let violations = answer["violations"].as_array().unwrap();
        violations.iter().map(violation).collect()
    }
}

fn violation(found: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |node: &Value| {
        let summary: Vec<String> =
            text(&node["failureSummary"]).lines().skip(1).map(|line| line.trim().to_owned()).collect();
        format!("{} — {}", node["target"], summary.join(" "))
    };
    let places = found["nodes"].as_array().map(|nodes| nodes.iter().map(place).collect()).unwrap_or_default();
    Violation { rule: text(&found["id"]), help: text(&found["help"]), places }
}
