//! Fourteen days of runs in a strip: how much they changed, what was held, what failed. A day on which all was well and nothing new
//! is a dash; a day without a good run is empty.

use model::Timestamp;
use store::RunDay;

use crate::frame::Frame;

/// A strip, and the same in words.
pub(super) struct Strip {
    pub(super) marks: Vec<Mark>,
    pub(super) text: String,
}

/// A day's mark, in tenths of the picture's units.
pub(super) struct Mark {
    /// `q` for a dash, `b` for changes, `h` for what is held; empty for a cross.
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) height: String,
}

/// Between two days, and where the first one stands.
const STEP: i64 = 73;
const LEFT: i64 = 20;
/// The line on which marks stand.
const FOOT: i64 = 215;

/// Of days that begin then. Before a customer was connected, and behind its last good run, there is nothing but what is listed.
pub(super) fn strip(
    f: &Frame,
    days: &[Timestamp],
    runs: &[RunDay],
    (since, last_good): (Option<Timestamp>, Option<Timestamp>),
) -> Strip {
    let ends = days.iter().skip(1).copied().chain([Timestamp(i64::MAX)]);
    let marks = days.iter().zip(ends).zip(runs).enumerate().filter_map(|(n, ((begin, end), day))| {
        let x = LEFT + STEP * n as i64;
        let bar = |class, height: i64| Mark {
            class,
            x: tenths(x),
            y: tenths(FOOT - height),
            height: tenths(height),
        };
        let changes = day.created + day.changed + day.removed;
        if day.held > 0 {
            Some(bar("h", height(day.held)))
        } else if day.failed > 0 && changes == 0 {
            Some(Mark { class: "", x: tenths(x), y: "15".to_owned(), height: String::new() })
        } else if changes > 0 {
            Some(bar("b", height(changes)))
        } else {
            let was_connected = since.is_some_and(|since| since < end);
            let went_well = last_good.is_some_and(|good| good >= *begin);
            (day.runs > 0 || was_connected && went_well).then(|| bar("q", 25))
        }
    });
    Strip { marks: marks.collect(), text: text(f, runs) }
}

/// Few among many are still to be seen, so it grows by tens.
const fn height(n: i64) -> i64 {
    match n {
        ..3 => 50,
        3..10 => 80,
        10..50 => 130,
        50.. => 180,
    }
}

fn tenths(n: i64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

fn text(f: &Frame, runs: &[RunDay]) -> String {
    let days = |which: &dyn Fn(&RunDay) -> bool| runs.iter().filter(|day| which(day)).count() as i64;
    let kinds = [
        ("strip-changes", days(&|day| day.created + day.changed + day.removed > 0)),
        ("strip-held", days(&|day| day.held > 0)),
        ("strip-failed", days(&|day| day.failed > 0)),
    ];
    let said: Vec<String> = kinds.iter().filter(|(_, n)| *n > 0).map(|(key, n)| f.n(key, *n)).collect();
    if said.is_empty() { f.s("strip-nothing") } else { f.x("strip-said", said.join(", ")) }
}
