//! The document of an explanation.

use serde::Serialize;

use crate::FindingJson;

/// Why somebody is in or out.
#[derive(Debug, Clone, Serialize)]
pub struct ExplanationJson {
    pub source_id: String,
    pub name: Option<String>,
    pub standing: &'static str,
    pub reason: Option<&'static str>,
    pub reason_path: Vec<String>,
    pub group_names: Vec<String>,
    pub text: String,
    pub contact: Option<String>,
    pub contact_name: Option<String>,
    /// Since when the contact lies in the bin.
    pub removed_at: Option<String>,
    pub linked: Option<&'static str>,
    pub out_since: Option<String>,
    pub groups: Vec<WayJson>,
    pub pins: Vec<PinJson>,
    pub former_email: Option<String>,
    pub rejected: Vec<&'static str>,
    pub rejections: Vec<RejectionJson>,
    pub holds: Vec<HeldJson>,
    pub steps: Vec<StepJson>,
    pub would: Vec<Would>,
    pub findings: Vec<FindingJson>,
}

/// A subscribed group that brings the person in, with the way down to the person's own group.
#[derive(Debug, Clone, Serialize)]
pub struct WayJson {
    pub source_id: String,
    pub name: String,
    pub path: Vec<String>,
}

/// A field that a person fixed.
#[derive(Debug, Clone, Serialize)]
pub struct PinJson {
    pub field: &'static str,
    pub reason: String,
    pub until: Option<String>,
}

/// What is not done because a person said so.
#[derive(Debug, Clone, Serialize)]
pub struct RejectionJson {
    pub kind: &'static str,
    pub undone_by_run: Option<i64>,
    pub why: Option<String>,
    pub at: String,
    pub stands: bool,
    pub text: String,
}

/// What waits.
#[derive(Debug, Clone, Serialize)]
pub struct HeldJson {
    pub kind: &'static str,
    pub held_by: &'static str,
    pub since: String,
    pub released: bool,
    pub text: String,
}

/// One step of the explanation.
#[derive(Debug, Clone, Serialize)]
pub struct StepJson {
    pub step: &'static str,
    pub text: String,
}

/// What the next run would do.
#[derive(Debug, Clone, Serialize)]
pub struct Would {
    pub kind: &'static str,
    pub reason: &'static str,
    pub text: String,
    /// Who holds it; the next run does it where nobody does.
    pub held_by: Option<&'static str>,
    pub changes: Vec<ChangeJson>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChangeJson {
    pub field: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
}
