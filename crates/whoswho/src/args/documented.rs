//! `docs/cli.md` and its German form against the command line as clap knows it: every command, every option and every exit
//! code, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use clap::CommandFactory;

use super::Cli;
use crate::exit;

/// Words with two hyphens in front that clap adds or that stand for nothing of ours.
const CLAPS_OWN: [&str; 2] = ["help", "version"];

/// A page and what its sections are called.
struct Page {
    file: &'static str,
    options: &'static str,
    commands: &'static str,
    codes: &'static str,
}

const PAGES: [Page; 2] = [
    Page {
        file: "docs/cli.md",
        options: "# The command line",
        commands: "## Commands",
        codes: "## Exit codes",
    },
    Page {
        file: "docs/de/cli.md",
        options: "# Die Befehlszeile",
        commands: "## Befehle",
        codes: "## Exitcodes",
    },
];

fn section(page: &Page, heading: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page.file);
    let text = std::fs::read_to_string(path).unwrap();
    let start = text.find(&format!("{heading}\n")).unwrap() + heading.len();
    let rest = &text[start..];
    rest[..rest.find("\n## ").unwrap_or(rest.len())].to_owned()
}

/// First cells of a section's table, without its head.
fn first_cells(section: &str) -> Vec<String> {
    let rows = section.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| ---"));
    let cell = |row: &str| row.replace("\\|", "\u{1}").split('|').nth(1).unwrap().replace('\u{1}', "|");
    rows.skip(1).map(|row| cell(row).trim().to_owned()).collect()
}

fn codes(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The words of a documented command that are commands, and the command they lead to.
fn path<'a>(root: &'a clap::Command, code: &str) -> (Vec<String>, &'a clap::Command) {
    let (mut at, mut words) = (root, Vec::new());
    for word in code.split_whitespace() {
        let Some(next) = at.find_subcommand(word) else { break };
        words.push(word.to_owned());
        at = next;
    }
    (words, at)
}

fn leaves<'a>(command: &'a clap::Command, path: &[String], all: &mut Vec<(Vec<String>, &'a clap::Command)>) {
    if command.get_subcommands().next().is_none() {
        all.push((path.to_vec(), command));
    }
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        leaves(sub, &[path, &[sub.get_name().to_owned()]].concat(), all);
    }
}

/// Long options that are not for every command.
fn options(command: &clap::Command, global: &BTreeSet<String>) -> BTreeSet<String> {
    let all = command.get_arguments().filter(|a| !a.is_hide_set()).filter_map(clap::Arg::get_long);
    let own = |o: &&str| !CLAPS_OWN.contains(o) && !global.contains(*o);
    all.filter(own).map(ToOwned::to_owned).collect()
}

fn typed_options(text: &str) -> BTreeSet<String> {
    let all = text.split("--").skip(1);
    let name =
        |rest: &str| -> String { rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect() };
    all.map(name).filter(|n| !n.is_empty()).collect()
}

fn global() -> BTreeSet<String> {
    Cli::command()
        .get_arguments()
        .filter(|a| a.is_global_set())
        .filter_map(|a| a.get_long().map(ToOwned::to_owned))
        .collect()
}

#[test]
fn every_option_for_every_command_is_documented_and_there() {
    for page in &PAGES {
        let section = section(page, page.options);
        let documented: BTreeSet<String> =
            first_cells(&section).iter().flat_map(|c| typed_options(c)).collect();
        assert_eq!(documented, global(), "{}", page.file);
    }
}

#[test]
fn every_command_and_option_is_documented_and_every_documented_one_is_there() {
    PAGES.iter().for_each(commands_agree);
}

fn commands_agree(page: &Page) {
    let file = page.file;
    let (root, global) = (Cli::command(), global());
    // By command: the options that its rows name.
    let mut documented: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for cell in first_cells(&section(page, page.commands)) {
        for code in codes(&cell) {
            let (words, command) = path(&root, code);
            assert!(!words.is_empty(), "{file} has {code:?}, which the binary does not know");
            // What is left is an argument: a lower-case word would be a command that is none.
            let rest: Vec<&str> = code.split_whitespace().skip(words.len()).collect();
            let unknown = rest.first().is_some_and(|w| w.chars().all(|c| c.is_ascii_lowercase()));
            assert!(!unknown, "{file} has {code:?}; {words:?} has no such command");
            let below = command.get_subcommands().flat_map(|sub| options(sub, &global));
            // `scope add CUSTOMER group --all` has a command behind an argument.
            let deeper = command.get_subcommands().flat_map(clap::Command::get_subcommands);
            let known: BTreeSet<String> = options(command, &global)
                .into_iter()
                .chain(below)
                .chain(deeper.flat_map(|d| options(d, &global)))
                .collect();
            let typed = typed_options(code);
            let wrong: Vec<&String> = typed.difference(&known).collect();
            assert!(wrong.is_empty(), "{file} gives {words:?} the options {wrong:?}");
            documented.entry(words).or_default().extend(typed);
        }
    }
    let mut all = Vec::new();
    leaves(&root, &[], &mut all);
    let mut missing = Vec::new();
    for (words, command) in all {
        // What stands behind an argument is documented with the command in front of it.
        let ways = (1..=words.len()).rev().filter_map(|n| documented.get(&words[..n]));
        let Some(told) = ways.into_iter().next() else {
            missing.push(words.join(" "));
            continue;
        };
        let untold = options(command, &global).difference(told).cloned().collect::<Vec<_>>();
        missing.extend(untold.iter().map(|o| format!("{} --{o}", words.join(" "))));
    }
    assert!(missing.is_empty(), "not in {file}: {missing:#?}");
}

#[test]
fn the_documented_exit_codes_are_those_that_there_are() {
    let ours = [exit::DONE, exit::OTHER, exit::USAGE, exit::BUSY, exit::REFUSED, exit::DATABASE];
    for page in &PAGES {
        let cells = first_cells(&section(page, page.codes));
        let documented: Vec<u8> = cells.iter().map(|code| code.parse().unwrap()).collect();
        assert_eq!(documented, ours, "{}", page.file);
    }
    let help = Cli::command().get_after_help().unwrap().to_string();
    for code in ours {
        assert!(help.contains(&format!("{code} ")), "{code} in {help}");
    }
}
