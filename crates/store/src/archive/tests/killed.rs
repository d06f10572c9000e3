//! A restore killed at every write: the database is what it was or what the archive says, and it can be asked for again.

use std::process::{Command, Stdio};

use super::*;
use crate::db::Location;
use crate::fault;

/// Tells the child, a run of this very test, where the database is, where the keys are and what to restore.
const TASK: [&str; 4] = ["LOCATION", "KEYS", "ARCHIVE", "TARGET"];
const NAME: &str = "archive::tests::killed::w15_a_restore_killed_everywhere_is_whole_or_was_never_there";

fn variable(name: &str) -> String {
    format!("WHOSWHO_TEST_RESTORE_{name}")
}

/// What the child does; `false` in a process that nobody made a child.
fn perform() -> bool {
    let [Ok(location), Ok(keys), Ok(archive), Ok(target)] = TASK.map(|name| std::env::var(variable(name)))
    else {
        return false;
    };
    let keys = KeyRing::load(Path::new(&keys), None).unwrap();
    let mut store = Store::open(&Location::from(location.as_str()), keys).unwrap();
    let target = if target == "Replace" { Target::Replace } else { Target::Empty };
    store.restore(&Restore { target, ..order(Path::new(&archive)) }, &still).unwrap();
    true
}

/// Restores in a process that is killed right before its n-th write; answers whether it was.
fn killed(db: &TestDb, keys: &Path, archive: &Path, (target, n): (Target, usize)) -> bool {
    let location = match &db.location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => url.expose_secret().to_owned(),
    };
    let (keys, archive) = (keys.display().to_string(), archive.display().to_string());
    let task = [location, keys, archive, format!("{target:?}")];
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .envs(TASK.map(variable).into_iter().zip(task))
        .env("WHOSWHO_TEST_KILL_AT_WRITE", n.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !status.unwrap().success()
}

/// What the database held before, as an archive; nothing, where there is none.
type Before<'a> = Option<&'a Path>;

/// Makes the database hold what it held before.
fn reset(store: &mut Store, before: Before<'_>) {
    store
        .db
        .write(|tx| {
            for table in catalog(tx)?.iter().rev() {
                let but = if table.table == "setting" { "WHERE name <> 'installation.salt'" } else { "" };
                tx.exec(&format!("DELETE FROM {} {but}", table.table), params![])?;
            }
            crate::search::reindex(tx)
        })
        .unwrap();
    if let Some(archive) = before {
        store.restore(&order(archive), &still).unwrap();
    }
}

/// Kills at every `step`-th write and at the last ones; afterwards the same restore is asked for again.
fn everywhere(db: &TestDb, keys: &Path, (archive, before): (&Path, Before<'_>), step: usize) {
    let target = if before.is_some() { Target::Replace } else { Target::Empty };
    let order = Restore { target, ..order(archive) };
    reset(&mut store(db, keys), before);
    let writes = fault::writes_of_thread();
    let mut undisturbed = store(db, keys);
    undisturbed.restore(&order, &still).unwrap();
    let last = usize::try_from(fault::writes_of_thread() - writes).unwrap();
    let content = dump(&undisturbed);
    assert!(last > 2 * content.len(), "every table is emptied and filled");
    for n in (1..last - 1).step_by(step).chain([last - 1, last, last + 1]) {
        reset(&mut undisturbed, before);
        let held = dump(&undisturbed);
        assert_ne!(held, content);
        let place = format!("write {n} of {last}, {target:?} on {}", db.name);
        assert_eq!(killed(db, keys, archive, (target, n)), n <= last, "{place}");
        let mut store = store(db, keys);
        assert_eq!(&dump(&store), if n <= last { &held } else { &content }, "{place}");
        if n <= last {
            store.restore(&order, &still).unwrap();
            assert_eq!(dump(&store), content, "asked for again, {place}");
        }
        let book = store.book("muster").unwrap().unwrap();
        let found = book.search(&model::search::terms("anna"), None, 10, NOW).unwrap();
        assert_eq!(found.hits.len(), 1, "the search index, {place}");
    }
}

#[test]
fn w15_a_restore_killed_everywhere_is_whole_or_was_never_there() {
    if perform() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = empty_databases().swap_remove(0);
    let first = filled(&source, folder.path());
    let archive = backup(&first, folder.path(), "archive");
    let source = empty_databases().swap_remove(0);
    let other = store(&source, folder.path());
    let book = other.add_customer(&"other".parse().unwrap(), "Other", Preset::Careful, NOW).unwrap();
    add(&book, "bert@other.example");
    let before = backup(&other, folder.path(), "before");
    let long = std::env::var_os("WHOSWHO_TEST_LONG").is_some();
    for db in empty_databases() {
        everywhere(&db, folder.path(), (&archive, None), if long { 1 } else { 17 });
        everywhere(&db, folder.path(), (&archive, Some(&before)), if long { 1 } else { 29 });
    }
}
