//! Documents: length, code blocks as GitHub shows them, and files that they name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Paths of the guide's chapters.
fn chapters() -> Vec<PathBuf> {
    let directory = Path::new("webhook-runtime/src/guide");
    let entries = fs::read_dir(root().join(directory)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names.map(|name| directory.join(name)).collect()
}

/// Lines within Rust code blocks.
fn rust_lines(document: &str) -> impl Iterator<Item = &str> {
    let mut fence = None;
    document.lines().filter(move |line| {
        if let Some(language) = line.strip_prefix("```") {
            fence = match fence {
                None => Some(language),
                Some(_) => None,
            };
            return false;
        }
        fence.is_some_and(|language| language.starts_with("rust"))
    })
}

#[test]
fn front_pages_are_short() {
    for (path, limit) in [("README.md", 250), ("ARCHITECTURE.md", 150)] {
        let lines = read(path).lines().count();
        assert!(lines <= limit, "{path} has {lines} lines");
    }
}

#[test]
fn code_blocks_have_no_hidden_lines() {
    let documents = chapters().into_iter().chain(["README.md".into()]);
    for path in documents {
        let document = read(&path);
        assert!(document.contains("```") || path.ends_with("stability.md"));
        for line in rust_lines(&document) {
            let is_hidden = line.trim_start() == "#" || line.trim_start().starts_with("# ");
            assert!(!is_hidden, "{}: {line}", path.display());
        }
    }
}

#[test]
fn links_between_chapters_resolve() {
    for path in chapters() {
        let document = read(&path);
        let definitions = document.lines().filter_map(|line| line.split_once("]: "));
        for (label, target) in definitions.filter(|(label, _)| label.starts_with('[')) {
            let target = path.with_file_name(target);
            assert!(
                root().join(&target).exists(),
                "{}: {label}]",
                path.display()
            );
        }
    }
}

#[test]
fn readme_links_to_every_chapter() {
    let readme = read("README.md");
    for path in chapters() {
        let link = format!("/blob/main/{}", path.display());
        assert!(readme.contains(&link), "{link}");
    }
}

#[test]
fn tests_that_hold_promises_exist() {
    let document = read("SECURITY.md");
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next());
    let mut count = 0;
    for cell in cells {
        let names = cell.split('`').skip(1).step_by(2);
        for name in names.filter(|name| name.ends_with(".rs") || name.ends_with('/')) {
            let exists = root().join("tests").join(name).exists() || root().join(name).exists();
            assert!(exists, "SECURITY.md names `{name}`");
            count += 1;
        }
    }
    assert!(count > 20, "{count} tests are named");
}
