//! The texts of a bulk, built from its description.
//!
//! SQLite takes one row (`VALUES (?1, ?2)`), PostgreSQL an array per column, named `u`.

use super::bulk::{Bulk, Type, Verb};

/// The statement for one row.
pub(super) fn sqlite(spec: &Bulk<'_>) -> String {
    let table = spec.table;
    let places = (1..=spec.columns.len()).map(|place| format!("?{place}")).collect::<Vec<_>>().join(", ");
    match spec.verb {
        Verb::Insert { .. } | Verb::Upsert { .. } => {
            format!("INSERT INTO {table} ({}) VALUES ({places}) {}", names(spec), on_conflict(spec))
        }
        Verb::Delete => {
            let same = pairs(spec, .., " AND ", |name, place| format!("{name} = ?{place}"));
            format!("DELETE FROM {table} WHERE {same}")
        }
        Verb::Update { keys } => {
            let set = pairs(spec, keys.., ", ", |name, place| format!("{name} = ?{place}"));
            let same = pairs(spec, ..keys, " AND ", |name, place| format!("{name} = ?{place}"));
            format!("UPDATE {table} SET {set} WHERE {same}")
        }
    }
}

/// The statement for many rows.
pub(super) fn postgres(spec: &Bulk<'_>) -> String {
    let table = spec.table;
    let names = names(spec);
    let arrays = spec.columns.iter().zip(1..).map(|((_, ty), place)| format!("${place}::{}[]", element(*ty)));
    let rows = format!("unnest({}) AS u({names})", arrays.collect::<Vec<_>>().join(", "));
    match spec.verb {
        Verb::Insert { .. } | Verb::Upsert { .. } => {
            format!("INSERT INTO {table} ({names}) SELECT {names} FROM {rows} {}", on_conflict(spec))
        }
        Verb::Delete => {
            let same = pairs(spec, .., " AND ", |name, _| format!("{table}.{name} = u.{name}"));
            format!("DELETE FROM {table} USING {rows} WHERE {same}")
        }
        Verb::Update { keys } => {
            let set = pairs(spec, keys.., ", ", |name, _| format!("{name} = u.{name}"));
            let same = pairs(spec, ..keys, " AND ", |name, _| format!("{table}.{name} = u.{name}"));
            format!("UPDATE {table} SET {set} FROM {rows} WHERE {same}")
        }
    }
}

/// The statement that copies rows in, for inserts that expect no clash: twice as fast as arrays.
pub(super) fn copy(spec: &Bulk<'_>) -> Option<String> {
    match spec.verb {
        Verb::Insert { on_conflict: "" } => {
            Some(format!("COPY {} ({}) FROM STDIN BINARY", spec.table, names(spec)))
        }
        Verb::Insert { .. } | Verb::Delete | Verb::Update { .. } | Verb::Upsert { .. } => None,
    }
}

fn element(ty: Type) -> &'static str {
    match ty {
        Type::Int => "int8",
        Type::Text => "text",
        Type::Blob => "bytea",
    }
}

fn names(spec: &Bulk<'_>) -> String {
    pairs(spec, .., ", ", |name, _| name.to_owned())
}

fn on_conflict(spec: &Bulk<'_>) -> String {
    match spec.verb {
        Verb::Insert { on_conflict } => on_conflict.to_owned(),
        Verb::Upsert { keys, guard } => {
            let keyed = pairs(spec, ..keys, ", ", |name, _| name.to_owned());
            let set = pairs(spec, keys.., ", ", |name, _| format!("{name} = excluded.{name}"));
            if set.is_empty() {
                return format!("ON CONFLICT ({keyed}) DO NOTHING");
            }
            let guard = guard.map(|guard| format!(" WHERE {guard}")).unwrap_or_default();
            format!("ON CONFLICT ({keyed}) DO UPDATE SET {set}{guard}")
        }
        Verb::Delete | Verb::Update { .. } => String::new(),
    }
}

/// Some of the columns, each with its place from 1, written by `each`.
fn pairs(
    spec: &Bulk<'_>,
    which: impl std::ops::RangeBounds<usize>,
    between: &str,
    each: impl Fn(&str, usize) -> String,
) -> String {
    let chosen = spec.columns.iter().enumerate().filter(|(index, _)| which.contains(index));
    chosen.map(|(index, (name, _))| each(name, index + 1)).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[(&str, Type)] = &[("a", Type::Blob), ("b", Type::Int), ("c", Type::Text)];

    fn texts(verb: Verb) -> [String; 2] {
        let spec = Bulk { table: "t", columns: COLUMNS, verb };
        [sqlite(&spec), postgres(&spec)]
    }

    #[test]
    fn insert() {
        let [sqlite, postgres] = texts(Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" });
        assert_eq!(sqlite, "INSERT INTO t (a, b, c) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
        assert_eq!(
            postgres,
            "INSERT INTO t (a, b, c) SELECT a, b, c FROM unnest($1::bytea[], $2::int8[], $3::text[]) AS u(a, b, c) \
             ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn only_an_insert_without_a_clash_is_copied() {
        let text = |verb| copy(&Bulk { table: "t", columns: COLUMNS, verb });
        assert_eq!(
            text(Verb::Insert { on_conflict: "" }).as_deref(),
            Some("COPY t (a, b, c) FROM STDIN BINARY")
        );
        assert_eq!(text(Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" }), None);
    }

    #[test]
    fn upsert() {
        let [sqlite, _] = texts(Verb::Upsert { keys: 1, guard: Some("t.b <> excluded.b") });
        assert!(sqlite.ends_with(
            "ON CONFLICT (a) DO UPDATE SET b = excluded.b, c = excluded.c WHERE t.b <> excluded.b"
        ));
    }

    #[test]
    fn update() {
        let [sqlite, postgres] = texts(Verb::Update { keys: 2 });
        assert_eq!(sqlite, "UPDATE t SET c = ?3 WHERE a = ?1 AND b = ?2");
        assert_eq!(
            postgres,
            "UPDATE t SET c = u.c FROM unnest($1::bytea[], $2::int8[], $3::text[]) AS u(a, b, c) \
             WHERE t.a = u.a AND t.b = u.b"
        );
    }

    #[test]
    fn delete() {
        let [sqlite, postgres] = texts(Verb::Delete);
        assert_eq!(sqlite, "DELETE FROM t WHERE a = ?1 AND b = ?2 AND c = ?3");
        assert!(postgres.starts_with("DELETE FROM t USING unnest("));
    }
}
