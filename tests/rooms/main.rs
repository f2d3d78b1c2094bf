//! Imports run one way. `ARCHITECTURE.md` lists the rooms of both crates in order; a room imports only rooms above it,
//! and no two files import each other, directly or through others.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use source::Crate;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> Crate {
    Crate::read(&Path::new(ROOT).join(name).join("src"))
}

/// The first column of the table below a heading of `ARCHITECTURE.md`, in order.
fn rooms(heading: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap();
    let (_, section) = text
        .split_once(&format!("## {heading}\n"))
        .unwrap_or_else(|| panic!("ARCHITECTURE.md has no heading `## {heading}`"));
    let section = section.split("\n## ").next().unwrap();
    let mut rooms = Vec::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cell = line.split('|').nth(1).unwrap();
        // A row may name several rooms that do not import each other.
        rooms.extend(cell.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    assert!(rooms.len() > 3, "the table of `## {heading}` has no rooms");
    rooms
}

fn assert_imports_run_one_way(name: &str, heading: &str) {
    let krate = read(name);
    let rooms = rooms(heading);
    let order: BTreeMap<&str, usize> = rooms.iter().map(String::as_str).zip(0..).collect();
    assert_eq!(
        order.len(),
        rooms.len(),
        "ARCHITECTURE.md lists a room twice"
    );
    let present: BTreeSet<&str> = krate.files.keys().filter_map(|file| room(file)).collect();
    let listed: BTreeSet<&str> = order.keys().copied().collect();
    assert_eq!(
        listed, present,
        "rooms of `## {heading}` and modules of `{name}` differ"
    );
    let mut wrong = Vec::new();
    for (from, to) in krate.imports() {
        if let (Some(a), Some(b)) = (room(&from), room(&to))
            && order[a] < order[b]
        {
            wrong.push(format!(
                "{from} imports {to}: `{b}` is below `{a}` in ARCHITECTURE.md"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The top-level module of a file; none for `lib.rs`.
fn room(file: &str) -> Option<&str> {
    let name = file.split('/').next().unwrap().trim_end_matches(".rs");
    (name != "lib").then_some(name)
}

#[test]
fn the_runtime_imports_one_way() {
    assert_imports_run_one_way("webhook-runtime", "Rooms of the runtime");
}

#[test]
fn the_macros_import_one_way() {
    assert_imports_run_one_way("webhook-macros", "Rooms of the macros");
}

fn assert_no_circle(name: &str) {
    let imports = read(name).imports();
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in &imports {
        reached.entry(from).or_default().insert(to);
    }
    // Every file that a file reaches through any number of imports.
    loop {
        let mut is_grown = false;
        for (from, to) in &imports {
            let further = reached.get(to.as_str()).cloned().unwrap_or_default();
            let known = reached.get_mut(from.as_str()).unwrap();
            let before = known.len();
            known.extend(further);
            is_grown |= known.len() > before;
        }
        if !is_grown {
            break;
        }
    }
    let circle: Vec<_> = imports
        .iter()
        .filter(|(from, to)| {
            reached
                .get(to.as_str())
                .is_some_and(|known| known.contains(from.as_str()))
        })
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    assert!(
        circle.is_empty(),
        "files import each other:\n{}",
        circle.join("\n")
    );
}

#[test]
fn no_two_files_of_the_runtime_import_each_other() {
    assert_no_circle("webhook-runtime");
}

#[test]
fn no_two_files_of_the_macros_import_each_other() {
    assert_no_circle("webhook-macros");
}

#[test]
fn databases_use_public_paths_only() {
    let krate = read("webhook-runtime");
    let mut private = Vec::new();
    for (file, paths) in &krate.files {
        let Some(own @ ("sqlite" | "postgres" | "redis")) = room(file) else {
            continue;
        };
        for path in paths
            .iter()
            .filter(|path| path.first().is_some_and(|first| first != own))
        {
            if !krate.is_public(path) {
                private.push(format!("{file}: crate::{}", path.join("::")));
            }
        }
    }
    assert!(
        private.is_empty(),
        "these paths are not public:\n{}",
        private.join("\n")
    );
}
