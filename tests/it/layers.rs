//! A room imports only from floors below it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::tools::root;

/// The floors of ARCHITECTURE.md, from the top. Rooms on one floor may know each other only
/// where `SIDEWAYS` says so.
const FLOORS: &[&[&str]] = &[
    &["cli", "main"],
    &["report"],
    &["study"],
    &["simulation"],
    &["record"],
    &["scenario"],
    &["strategy", "metrics"],
    &["world"],
    &["protocol"],
    &["fields"],
    &["rng"],
    &["units", "num", "plot"],
];

fn floor(room: &str) -> usize {
    let found = FLOORS.iter().position(|rooms| rooms.contains(&room));
    found.unwrap_or_else(|| panic!("`{room}` is on no floor: add it to ARCHITECTURE.md and here"))
}

/// The rooms that each file names, by file.
fn imports(folder: &Path, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            imports(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let name = path.strip_prefix(root().join("src")).expect("in src").display().to_string();
            // Tests inside a room may reach further, as users do.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in lines {
                for start in ["crate::", "taosim::"] {
                    for (at, _) in line.match_indices(start) {
                        let rest = &line[at + start.len()..];
                        let room: String = rest
                            .chars()
                            .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                            .collect();
                        if !room.is_empty() {
                            found.entry(name.clone()).or_default().push(room);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn dependencies_run_one_way() {
    let mut found = BTreeMap::new();
    imports(&root().join("src"), &mut found);
    assert!(found.len() > 20, "too few files to be true");
    for (file, rooms) in found {
        let own = file.split(['/', '.']).next().unwrap_or_default();
        if own == "lib" {
            continue;
        }
        for room in rooms.iter().filter(|room| *room != own) {
            assert!(
                floor(room) > floor(own) || (own == "main" && room == "cli"),
                "src/{file} imports `{room}`, which is not below `{own}`"
            );
        }
    }
}

/// Only some rooms touch files, the clock, or the terminal.
#[test]
fn only_named_rooms_reach_outside() {
    let mut sources = Vec::new();
    collect(&root().join("src"), &mut sources);
    for (file, code) in sources {
        let room = file.split(['/', '.']).next().unwrap_or_default().to_owned();
        if !["record", "report", "cli", "main"].contains(&room.as_str()) {
            for word in ["std::fs", "File::", "println!", "std::env", "process::exit"] {
                assert!(!code.contains(word), "src/{file} has `{word}`");
            }
        }
        if !["record/parquet.rs"].contains(&file.as_str()) {
            assert!(!code.contains("polars::"), "src/{file} knows polars");
        }
        // The published experiment has its own generator, which is reproduced draw by draw.
        if room != "rng" && file != "study/retention/sample.rs" {
            for word in ["rand_chacha::", "rand::rng", "from_os_rng", "thread_rng"] {
                assert!(!code.contains(word), "src/{file} makes randomness of its own");
            }
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let code: Vec<&str> = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            let name = path.strip_prefix(root().join("src")).expect("in src").display().to_string();
            found.push((name, code.join("\n")));
        }
    }
}
