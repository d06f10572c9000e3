//! Pictures of the pages for the documents: `cargo run -p whoswho --example screenshots` writes docs/screens anew.
//!
//! They are of the village of the browser tests (`browse::village`), whose companies are made up by the simulator, taken in both
//! languages, light and dark. A page that should be shown gets a line in `SCREENS`.

#![expect(clippy::print_stdout, reason = "it tells what it wrote")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use browse::{Browser, House, Look, Role, Scheme, Script};

/// A picture's name and the path that it shows.
struct Screen {
    name: &'static str,
    path: &'static str,
    /// CSS pixels.
    size: (u32, u32),
}

/// A desk and a phone.
const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 800);

const fn screen(name: &'static str, path: &'static str, size: (u32, u32)) -> Screen {
    Screen { name, path, size }
}

/// Everything that is shown, each four times. Chapters of docs/pages.md show these by their names.
const SCREENS: &[Screen] = &[
    screen("customers", "/customers", DESK),
    screen("customer", "/c/nordlicht", DESK),
    screen("connect", "/c/moor/connection", DESK),
    screen("connection", "/c/nordlicht/connection", DESK),
    screen("import", "/c/voss/import", DESK),
    screen("subscribe", "/c/nordlicht/import/groups", DESK),
    screen("rules", "/c/nordlicht/policy", DESK),
    screen("effect", "/c/nordlicht/policy/effect?fields.mobile=never&on_deleted=keep", DESK),
    screen("plan", "/c/voss/plan", DESK),
    screen("held", "/c/nordlicht/plan", DESK),
    screen("runs", "/c/nordlicht/runs", DESK),
    screen("run", "/c/nordlicht/runs/{run}", DESK),
    screen("book", "/c/nordlicht/book", DESK),
    screen("contact", "/c/nordlicht/book/{pinned}", DESK),
    screen("csv", "/c/elbtal/csv", DESK),
    screen("master-data", "/c/nordlicht/settings", DESK),
    screen("mail", "/mail", DESK),
    screen("system", "/system", DESK),
    screen("audit", "/audit", DESK),
    screen("phone", "/c/nordlicht/book", PHONE),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/screens").canonicalize()?;
    let mut village = browse::village(program()?);
    let (pinned, run) = (pinned(&village)?, first_run(&village)?);
    village.serve();
    let (mut files, mut bytes) = (0, 0);
    for language in ["de", "en"] {
        let look =
            Look { language, scheme: Scheme::Light, width: DESK.0, height: DESK.1, script: Script::On };
        let mut browser = Browser::start(look);
        village.signs_in(&browser, Role::Owner, &[]);
        for (scheme, word) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.looks(Look { scheme, width: DESK.0, height: DESK.1, ..look });
            browser.takes_theme(scheme);
            for Screen { name, path, size: (width, height) } in SCREENS {
                browser.looks(Look { scheme, width: *width, height: *height, ..look });
                village.opens(&browser, &path.replace("{pinned}", &pinned).replace("{run}", &run));
                let picture = browser.small_picture();
                (files, bytes) = (files + 1, bytes + picture.len());
                fs::write(folder.join(format!("{name}.{language}.{word}.png")), picture)?;
            }
        }
    }
    println!("{files} pictures, {} KiB, in {}", bytes / 1024, folder.display());
    Ok(())
}

/// The contact with a pinned value.
fn pinned(village: &House) -> Result<String, Box<dyn Error>> {
    let book = village.json(&["book", browse::MAIN]);
    let contacts = book.as_array().ok_or("a book")?;
    let found = contacts.iter().find(|contact| contact["office"] == browse::PINNED);
    Ok(found.and_then(|contact| contact["id"].as_str()).ok_or("nobody has the pinned value")?.to_owned())
}

/// The run that filled the book.
fn first_run(village: &House) -> Result<String, Box<dyn Error>> {
    let runs = village.json(&["runs", browse::MAIN]);
    let first = runs.as_array().ok_or("runs")?.last().ok_or("a run")?;
    Ok(first["run_id"].to_string())
}

/// The program itself, built as this was: cargo builds examples without it.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    let here = env::current_exe()?;
    let profile = here.ancestors().nth(2).ok_or("an example lies below its profile's folder")?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "-p", "whoswho", "--bin", "whoswho", "--example", "screenshots"]);
    // What cargo told us about this package would make build scripts run again, and with them half the tree.
    for (name, _) in env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            cargo.env_remove(name);
        }
    }
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    if !cargo.status()?.success() {
        return Err("the program cannot be built".into());
    }
    Ok(profile.join("whoswho"))
}
