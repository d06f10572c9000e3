//! Metrics in Prometheus' text format 0.0.4. Slugs need no escaping: letters, digits, hyphens.

use std::fmt::Write;

use model::Timestamp;

use super::Node;

/// A metric's lines: labels and value.
type Lines = Vec<(String, String)>;

/// All metrics.
pub(super) fn exposition(node: &Node, now: Timestamp) -> store::Result<String> {
    let store = &node.store;
    let customers = store.customers()?;
    let mut text = String::new();
    let mut put = |name: &str, kind: &str, help: &str, lines: Lines| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let one = |value: u64| vec![(String::new(), value.to_string())];
    let of = |slug: &str| format!("{{customer=\"{slug}\"}}");
    put("whoswho_customers", "gauge", "Customers.", one(customers.len() as u64));
    let good = customers.iter().filter_map(|c| Some((of(&c.slug), seconds(c.last_good_at?))));
    put("whoswho_last_good_run_timestamp_seconds", "gauge", "End of the last good run.", good.collect());

    let (mut outcomes, mut silent, mut sick, mut next) =
        (Lines::new(), Lines::new(), Lines::new(), Lines::new());
    for (row, alarm) in ::sync::look(store, now)? {
        let labels = of(&row.slug);
        if let Some(last) = &row.last {
            let labels = format!("{{customer=\"{}\",outcome=\"{}\"}}", row.slug, last.outcome.name());
            outcomes.push((labels, "1".into()));
        }
        silent.push((labels.clone(), u8::from(alarm.is_some()).to_string()));
        sick.push((labels.clone(), u8::from(::sync::quarantine(&row).is_some()).to_string()));
        next.extend(::sync::next_run(&row).map(|at| (labels, seconds(at))));
    }
    put(
        "whoswho_last_run_outcome",
        "gauge",
        "Outcome of the last listed run that was not cut off.",
        outcomes,
    );
    put("whoswho_silent", "gauge", "1 where no run has gone well for too long.", silent);
    put("whoswho_quarantined", "gauge", "1 where the schedule leaves a sick connection alone.", sick);
    put("whoswho_next_run_timestamp_seconds", "gauge", "When the schedule starts the next run.", next);
    let waits = store.for_a_person()?;
    let held = customers.iter().filter_map(|c| Some((of(&c.slug), waits.get(&c.id)?.held.to_string())));
    put("whoswho_held_operations", "gauge", "Operations that wait for a person.", held.collect());
    let round = node.beat.as_ref().and_then(|beat| beat.last());
    put(
        "whoswho_scheduler_last_round_timestamp_seconds",
        "gauge",
        "When this node last looked at the schedule.",
        round.map(|at| (String::new(), seconds(at))).into_iter().collect(),
    );

    let stats = store.stats();
    for (name, help, value) in [
        ("whoswho_database_reads_total", "Reading statements since the start.", stats.reads),
        ("whoswho_database_writes_total", "Writing statements since the start.", stats.writes),
        ("whoswho_database_rows_written_total", "Rows written since the start.", stats.rows_written),
    ] {
        put(name, "counter", help, one(value));
    }
    Ok(text)
}

fn seconds(at: Timestamp) -> String {
    format!("{:.3}", at.0 as f64 / 1000.0)
}
