//! Who is told what by mail: recipients and switches, of the operator and of each customer, apart from each other (S5). What sends
//! mails reads them here and nowhere else.

use crate::customer::Levels;
use crate::error::Result;
use crate::store::{Book, Store};

/// What somebody may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Contacts were removed, with a list of them. Only for whoever asked for it (S5).
    Removed,
    /// Removals, or a first plan, wait for a person.
    Held,
    /// A run failed.
    Failed,
    /// No run has gone well for too long (W17).
    Silent,
    /// A credential is about to end.
    Expiry,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Removed, Self::Held, Self::Failed, Self::Silent, Self::Expiry];

    /// The setting with its switch.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Removed => "notify.removed",
            Self::Held => "notify.held",
            Self::Failed => "notify.failed",
            Self::Silent => "notify.silent",
            Self::Expiry => "notify.expiry",
        }
    }

    /// Whether it is told where nobody has moved the switch.
    pub const fn is_usual(self) -> bool {
        match self {
            Self::Removed => false,
            Self::Held | Self::Failed | Self::Silent | Self::Expiry => true,
        }
    }

    /// Whether it is told by these settings of one level.
    pub fn is_on(self, settings: &[(String, String)]) -> bool {
        match value(settings, self.setting()) {
            "on" => true,
            "off" => false,
            _ => self.is_usual(),
        }
    }
}

/// Whether mails name the contacts that were removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Names {
    /// Each of them, with the reason.
    Listed,
    /// Only how many there are.
    Counted,
}

impl Levels {
    /// The addresses that are told something, the customer's first: each level has a switch and recipients of its own.
    pub fn told(&self, notice: Notice) -> Vec<String> {
        [&self.own, &self.operator].into_iter().flat_map(|level| of_level(level, notice)).collect()
    }

    /// Who is told of removed contacts, apart by whether they are named.
    pub fn told_removed(&self) -> Vec<(Names, Vec<String>)> {
        let asked = |names: Names| {
            let levels = [&self.own, &self.operator].into_iter();
            let so = move |level: &&Vec<(String, String)>| {
                (value(level, COUNT_ONLY) == "on") == (names == Names::Counted)
            };
            levels.filter(so).flat_map(|level| of_level(level, Notice::Removed)).collect::<Vec<_>>()
        };
        let all = [Names::Listed, Names::Counted].map(|names| (names, asked(names)));
        all.into_iter().filter(|(_, to)| !to.is_empty()).collect()
    }
}

/// The setting by which a mail about removed contacts names nobody.
const COUNT_ONLY: &str = "notify.count_only";

fn of_level(level: &[(String, String)], notice: Notice) -> Vec<String> {
    if !notice.is_on(level) {
        return Vec::new();
    }
    let list = value(level, "notify.to").split([',', ' ']);
    list.filter(|address| !address.is_empty()).map(ToOwned::to_owned).collect()
}

impl Book {
    /// The addresses that are told something of this customer, the customer's first.
    pub fn told(&self, notice: Notice) -> Result<Vec<String>> {
        Ok(self.levels("notify.")?.told(notice))
    }
}

impl Store {
    /// The addresses of the operator that are told something of the operator's own.
    pub fn told(&self, notice: Notice) -> Result<Vec<String>> {
        Ok(of_level(&self.settings("notify.")?, notice))
    }
}

fn value<'s>(settings: &'s [(String, String)], name: &str) -> &'s str {
    settings.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_each_level_asks_for_itself_and_only_removals_must_be_asked_for() {
        let set = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        };
        let levels = Levels {
            operator: set(&[("notify.to", "desk@operator.example"), ("notify.held", "off")]),
            own: set(&[("notify.to", "it@muster.example,chef@muster.example"), ("notify.removed", "on")]),
        };
        let both = ["it@muster.example", "chef@muster.example"];
        assert_eq!(levels.told(Notice::Removed), both);
        assert_eq!(levels.told(Notice::Held), both);
        assert_eq!(levels.told(Notice::Silent), [both[0], both[1], "desk@operator.example"]);
        assert_eq!(Levels::default().told(Notice::Silent), [""; 0]);
        assert_eq!(levels.told_removed(), [(Names::Listed, both.map(str::to_owned).to_vec())]);
        let counted = Levels {
            operator: set(&[
                ("notify.to", "desk@operator.example"),
                ("notify.removed", "on"),
                ("notify.count_only", "on"),
            ]),
            ..levels
        };
        let apart = counted.told_removed();
        assert_eq!(apart[0], (Names::Listed, both.map(str::to_owned).to_vec()));
        assert_eq!(apart[1], (Names::Counted, vec!["desk@operator.example".to_owned()]));
    }
}
