//! Runs: one read, plan and apply for a customer, with its stored report.

/// What a run read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadMode {
    /// Only changes.
    Delta,
    /// Everything.
    Complete,
}

impl ReadMode {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::Complete => "complete",
        }
    }

    /// The mode of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Delta, Self::Complete].into_iter().find(|m| m.name() == name)
    }
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Everybody who is due.
    Run,
    /// One person.
    Person,
    /// People whom somebody imports by hand (S7).
    Import,
    /// An earlier run, or a contact's removal, is taken back.
    Undo,
}

impl RunKind {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Person => "person",
            Self::Import => "import",
            Self::Undo => "undo",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Run, Self::Person, Self::Import, Self::Undo].into_iter().find(|k| k.name() == name)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Everything planned was applied; held operations and findings included.
    Done,
    /// Nothing to do.
    Quiet,
    /// Read and planned; a person is asked before anything is applied.
    Waiting,
    /// Planned for somebody who wanted to see it; nothing waits for an answer.
    Planned,
    /// Microsoft or the network refused.
    Refused,
    /// Ended by anything else.
    Failed,
    /// Its process ended before the run did; the next run carries on.
    CutOff,
    /// Under way.
    Running,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::Quiet,
        Self::Waiting,
        Self::Planned,
        Self::Refused,
        Self::Failed,
        Self::CutOff,
        Self::Running,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Quiet => "quiet",
            Self::Waiting => "waiting",
            Self::Planned => "planned",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::CutOff => "cut_off",
            Self::Running => "running",
        }
    }

    /// The outcome of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }
}

/// Counts of a run's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Contacts created.
    pub created: i64,
    /// Contacts updated, restored, returned or relinked.
    pub updated: i64,
    /// Of the updated, those that came out of the bin.
    pub restored: i64,
    /// Contacts sent to the bin.
    pub removed: i64,
    /// Contacts linked.
    pub adopted: i64,
    /// Links cut.
    pub unlinked: i64,
    /// Operations held.
    pub held: i64,
    /// Linked people looked at and found equal.
    pub unchanged: i64,
    /// Memberships added and removed.
    pub memberships: i64,
}
