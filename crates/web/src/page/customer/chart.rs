//! Runs over time as a picture: what was new and changed above the line, removed and held below it, and how long the longest run of a
//! day took. The same stands in a table.

use model::Timestamp;
use store::RunDay;

use crate::frame::Frame;

/// The picture and the table.
pub(super) struct Chart {
    /// From when to when, how many runs, how many of them failed.
    pub(super) sub: String,
    /// What the picture shows, in a sentence.
    pub(super) text: String,
    /// The same of how long runs took.
    pub(super) lasted: String,
    /// Figures beside the lines, from above.
    pub(super) figures: [String; 4],
    /// Parts of columns.
    pub(super) bars: Vec<Bar>,
    /// Seconds at the upper line of the lower picture.
    pub(super) seconds: String,
    /// How long the longest run of each day took.
    pub(super) times: Vec<Bar>,
    /// Days below the picture.
    pub(super) days: Vec<String>,
    /// Days on which something was listed, the latest first.
    pub(super) rows: Vec<Row>,
}

/// A part of a column, in units of the picture.
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) y: String,
    pub(super) height: String,
}

/// A day in the table.
pub(super) struct Row {
    pub(super) day: String,
    pub(super) runs: String,
    pub(super) created: String,
    pub(super) changed: String,
    pub(super) removed: String,
    pub(super) held: String,
    pub(super) failed: String,
    pub(super) lasted: String,
}

/// Between two days, and how much of that a column takes.
const STEP: i64 = 24;
/// The line that all stands on, and what lies between two lines, in tenths.
const FOOT: i64 = 1_100;
const LINE: i64 = 520;
const BELOW: i64 = 480;
/// Height of the lower picture, in tenths.
const LOW: i64 = 480;

/// Of days that begin then; `None` where no run was listed on any of them.
pub(super) fn chart(f: &Frame, days: &[Timestamp], runs: &[RunDay]) -> Option<Chart> {
    let (first, last) = (days.first()?, days.last()?);
    if runs.iter().all(|day| day.runs == 0) {
        return None;
    }
    let above = runs.iter().map(|day| day.created + day.changed).max().unwrap_or_default();
    let below = runs.iter().map(|day| day.removed + day.held).max().unwrap_or_default();
    // Two lines above and one below, all as far apart.
    let step = round((above + 1) / 2).max(round(below));
    let longest = runs.iter().map(|day| day.longest_ms).max().unwrap_or_default();
    let seconds = round((longest + 999) / 1_000);
    let bars = runs.iter().enumerate().flat_map(|(n, day)| column(6 + STEP * n as i64, step, day)).collect();
    let times = runs.iter().enumerate().filter(|(_, day)| day.runs > 0).map(|(n, day)| {
        let height = (day.longest_ms * LOW / (seconds * 1_000)).max(10);
        bar("f-dur", 6 + STEP * n as i64, LOW + 10 - height, height)
    });
    let (all, failed) = runs.iter().fold((0, 0), |(all, failed), day| (all + day.runs, failed + day.failed));
    let failed = f.n("chart-failed", failed);
    let range = f.t.w("chart-range", &[("from", &f.times.day(*first)), ("to", &f.times.day(*last))]);
    let label = [0, 7, 15, 22].iter().filter_map(|n| days.get(*n)).map(|at| f.times.day_and_month(*at));
    Some(Chart {
        sub: format!("{range} · {}, {failed}", f.n("chart-runs", all)),
        text: text(f, days, runs),
        lasted: f.x("chart-lasted", show::when::span(longest)),
        figures: [2 * step, step, 0, step].map(|n| f.number(n)),
        bars,
        seconds: f.number(seconds),
        times: times.collect(),
        days: label.chain([f.s("today-word")]).collect(),
        rows: days
            .iter()
            .zip(runs)
            .rev()
            .filter(|(_, day)| day.runs > 0)
            .map(|(at, day)| row(f, *at, day))
            .collect(),
    })
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn round(n: i64) -> i64 {
    let mut ten = 1;
    loop {
        for of in [1, 2, 5] {
            if of * ten >= n {
                return of * ten;
            }
        }
        ten *= 10;
    }
}

fn bar(class: &'static str, x: i64, y: i64, height: i64) -> Bar {
    Bar { class, x, y: tenths(y), height: tenths(height) }
}

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// A day's column: changed, on it new; below the line removed, and below that held.
fn column(x: i64, step: i64, day: &RunDay) -> Vec<Bar> {
    let mut bars = Vec::new();
    // Few among many are still to be seen.
    let height = |n: i64, line: i64| if n == 0 { 0 } else { (n * line / step).max(20) };
    let mut top = FOOT;
    for (class, n) in [("f-upd", day.changed), ("f-new", day.created)] {
        let height = height(n, LINE).min(top - 60);
        if height > 0 {
            bars.push(bar(class, x, top - height, height));
            top -= height + 10;
        }
    }
    let mut foot = FOOT + 10;
    for (class, n) in [("f-rem", day.removed), ("f-held", day.held)] {
        let height = height(n, BELOW).min(FOOT + BELOW - foot);
        if height > 0 {
            bars.push(bar(class, x, foot, height));
            foot += height + 10;
        }
    }
    bars
}

fn text(f: &Frame, days: &[Timestamp], runs: &[RunDay]) -> String {
    let changes = |day: &RunDay| day.created + day.changed + day.removed;
    let most = days.iter().zip(runs).max_by_key(|(_, day)| changes(day)).filter(|(_, day)| changes(day) > 0);
    let most = most.map(|(at, day)| f.t.nw("chart-most", changes(day), &[("day", &f.times.day(*at))]));
    let held = runs.last().map(|day| day.held).filter(|held| *held > 0).map(|held| f.n("chart-held", held));
    let said: Vec<String> =
        [Some(most.unwrap_or_else(|| f.s("chart-nothing"))), held, Some(f.s("chart-table"))]
            .into_iter()
            .flatten()
            .collect();
    said.join(" ")
}

fn row(f: &Frame, at: Timestamp, day: &RunDay) -> Row {
    Row {
        day: f.times.day(at),
        runs: f.number(day.runs),
        created: f.number(day.created),
        changed: f.number(day.changed),
        removed: f.number(day.removed),
        held: f.number(day.held),
        failed: f.number(day.failed),
        lasted: show::when::span(day.longest_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_at_round_figures_and_columns_stay_within_the_picture() {
        for (n, expected) in [(0, 1), (1, 1), (3, 5), (11, 20), (50, 50), (51, 100)] {
            assert_eq!(round(n), expected, "{n}");
        }
        let day = RunDay { runs: 1, created: 600, changed: 400, removed: 3, held: 500, ..RunDay::default() };
        for bar in column(6, 500, &day) {
            let (y, height): (f64, f64) = (bar.y.parse().unwrap(), bar.height.parse().unwrap());
            assert!(y >= 6.0 && y + height <= 158.0, "{} {y} {height}", bar.class);
        }
        assert_eq!(column(6, 500, &RunDay::default()).len(), 0);
    }
}
