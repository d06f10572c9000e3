//! The deletion guard (W2): over the limit, the whole kind is held; creates and updates go on.

use std::collections::BTreeMap;

use model::plan::GuardKind;
use model::policy::GuardLimits;

/// What the guard weighs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights {
    /// The largest number of linked contacts in the last 24 hours.
    pub base: i64,
    /// Applied in the last 24 hours, restores and undos subtracted.
    pub recent: BTreeMap<GuardKind, i64>,
    /// In this plan, and held since an earlier one.
    pub planned: BTreeMap<GuardKind, i64>,
}

/// How many of a kind may happen within 24 hours.
pub fn limit(limits: GuardLimits, base: i64) -> i64 {
    let untouched = GuardLimits { group_emptied: limits.group_emptied, ..GuardLimits::default() };
    if limits == untouched && base < 20 {
        return (base / 2).max(1);
    }
    limits.count.max(base * limits.percent / 100)
}

/// The kinds that are held.
pub fn held_kinds(limits: GuardLimits, weights: &Weights) -> Vec<GuardKind> {
    let most = limit(limits, weights.base);
    let count = |map: &BTreeMap<GuardKind, i64>, kind| map.get(&kind).copied().unwrap_or(0).max(0);
    let over = |kind: &GuardKind| {
        let planned = count(&weights.planned, *kind);
        planned > 0 && count(&weights.recent, *kind) + planned > most
    };
    GuardKind::ALL.into_iter().filter(over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w2_limit_is_the_larger_of_count_and_percent_and_half_of_a_small_book() {
        let default = GuardLimits::default();
        for (base, most) in [(0, 1), (1, 1), (7, 3), (19, 9), (20, 10), (100, 10), (1000, 100)] {
            assert_eq!(limit(default, base), most, "base {base}");
        }
        assert_eq!(limit(GuardLimits { count: 3, ..default }, 10), 3);
    }

    #[test]
    fn w2_small_steps_cannot_drain_a_book() {
        let weights = |recent, planned| Weights {
            base: 100,
            recent: BTreeMap::from([(GuardKind::Remove, recent)]),
            planned: BTreeMap::from([(GuardKind::Remove, planned)]),
        };
        let held = |r, p| held_kinds(GuardLimits::default(), &weights(r, p));
        assert!(held(0, 10).is_empty());
        assert_eq!(held(0, 11), vec![GuardKind::Remove]);
        assert_eq!(held(10, 1), vec![GuardKind::Remove]);
        assert!(held(30, 0).is_empty());
    }
}
