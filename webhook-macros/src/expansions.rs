//! What the macros write, kept as readable files: `tests/expansions/<shape>.rs` is one item as a user has it,
//! `<shape>.expanded.rs` what the compiler gets instead (of a derive, what it gets in addition).
//!
//! Paths are kept without their first segment, `private::HasState` for `::webhook_runtime::private::HasState`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, iter};

use quote::ToTokens as _;
use syn::{Attribute, Item, Meta};

use crate::{catalog, handler, router, view};

const UPDATE: &str = "UPDATE_EXPANSIONS";
const KEPT: &str = ".expanded.rs";

#[test]
fn each_shape_expands_to_what_is_kept() {
    let folder = folder();
    let mut differences = String::new();
    for shape in shapes(&folder) {
        let input = fs::read_to_string(folder.join(format!("{shape}.rs"))).unwrap();
        let expanded = expand(&input).unwrap_or_else(|error| panic!("{shape}.rs: {error}"));
        let kept = folder.join(format!("{shape}{KEPT}"));
        if env::var_os(UPDATE).is_some() {
            fs::write(&kept, expanded).unwrap();
            continue;
        }
        let before = fs::read_to_string(&kept).unwrap_or_default();
        if before != expanded {
            let _ = write!(
                differences,
                "\n{shape}{KEPT}\n{}",
                difference(&before, &expanded)
            );
        }
    }
    assert!(
        differences.is_empty(),
        "what the macros write has changed (- kept, + now):\n{differences}\n\
         if that is meant, run `{UPDATE}=1 cargo test -p webhook-macros expansions`, and read what has changed\n",
    );
}

#[test]
fn each_kept_expansion_has_an_input() {
    let folder = folder();
    let shapes = shapes(&folder);
    assert!(!shapes.is_empty());
    let orphans: Vec<_> = files(&folder)
        .into_iter()
        .filter(|file| file.strip_suffix(KEPT).is_some_and(|s| !shapes.contains(s)))
        .collect();
    assert_eq!(orphans, [""; 0], "no input of that name: remove them");
}

#[test]
fn a_difference_is_shown_without_what_is_equal_around_it() {
    assert_eq!(
        difference("a\nb\nc\nd\n", "a\nb\nx\nd\n"),
        " 2   b\n 3 - c\n 3 + x\n 4   d\n"
    );
    assert_eq!(difference("", "a\n"), " 1 + a\n");
    assert_eq!(difference("a\na\n", "a\n"), " 1   a\n 2 - a\n");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansions")
}

fn files(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The names of the inputs.
fn shapes(folder: &Path) -> BTreeSet<String> {
    files(folder)
        .iter()
        .filter(|file| !file.ends_with(KEPT))
        .filter_map(|file| file.strip_suffix(".rs"))
        .map(str::to_owned)
        .collect()
}

/// What the macro on the one item of a file writes.
fn expand(input: &str) -> syn::Result<String> {
    let mut file = syn::parse_file(input)?;
    let (Some(item), None) = (file.items.pop(), file.items.pop()) else {
        panic!("an input is one item");
    };
    let written = match item {
        Item::Fn(mut function) => {
            let on = function.attrs.remove(0);
            let function = function.into_token_stream();
            let written = handler::on(on.meta.require_list()?.tokens.clone(), function.clone());
            let untouched = written.to_string().starts_with(&function.to_string());
            assert!(untouched, "the function comes first, as it was");
            written
        }
        Item::Struct(item) if derives(&item.attrs, "WebhookRouter") => {
            router::derive(item.into_token_stream())
        }
        Item::Struct(item) => view::derive(item.into_token_stream()),
        Item::Enum(item) => catalog::derive(item.into_token_stream()),
        _ => panic!("no macro of ours stands on such an item"),
    };
    let written = written.to_string().replace(":: webhook_runtime :: ", "");
    Ok(prettyplease::unparse(&syn::parse_str(&written)?))
}

fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .any(|attribute| match &attribute.meta {
            Meta::List(list) => list.tokens.to_string() == name,
            _ => false,
        })
}

/// The lines that differ, with one equal line above and below.
fn difference(kept: &str, now: &str) -> String {
    let (kept, now): (Vec<_>, Vec<_>) = (kept.lines().collect(), now.lines().collect());
    let above = iter::zip(&kept, &now)
        .take_while(|(kept, now)| kept == now)
        .count();
    let most = kept.len().min(now.len()) - above;
    let backwards = kept.iter().rev().zip(now.iter().rev()).take(most);
    let below = backwards.take_while(|(kept, now)| kept == now).count();

    let mut text = String::new();
    let mut show = |sign: char, lines: &[&str], from: usize, to: usize| {
        for (at, line) in lines.iter().enumerate().take(to).skip(from) {
            let _ = writeln!(text, "{:2} {sign} {line}", at + 1);
        }
    };
    show(' ', &kept, above.saturating_sub(1), above);
    show('-', &kept, above, kept.len() - below);
    show('+', &now, above, now.len() - below);
    show(' ', &now, now.len() - below, now.len() - below + 1);
    text
}
