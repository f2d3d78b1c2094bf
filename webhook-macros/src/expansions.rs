//! Expansions, kept as readable files: `tests/expansions/<shape>.rs` is an item as a user writes it, and
//! `<shape>.expanded.rs` is the output of the macro.
//!
//! Paths are kept without their first segment, `private::HasState` for `::webhook_runtime::private::HasState`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, iter};

use quote::ToTokens as _;
use syn::{Attribute, Item, Meta};

use crate::entry;

/// Variable that makes the test write the files.
const UPDATE: &str = "UPDATE_EXPANSIONS";
/// End of the name of a file with an output.
const KEPT: &str = ".expanded.rs";

#[test]
fn expansions_equal_the_kept_files() {
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
        "expansions differ from the kept files (- kept, + now):\n{differences}\n\
         if the change is intended, run `{UPDATE}=1 cargo test -p webhook-macros expansions` and review the diff\n",
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
    assert_eq!(
        orphans, [""; 0],
        "kept expansions without an input: remove them"
    );
}

#[test]
fn difference_has_one_line_of_context() {
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

/// Names of the inputs.
fn shapes(folder: &Path) -> BTreeSet<String> {
    files(folder)
        .iter()
        .filter(|file| !file.ends_with(KEPT))
        .filter_map(|file| file.strip_suffix(".rs"))
        .map(str::to_owned)
        .collect()
}

/// Returns the output of the macro on the only item of a file.
fn expand(input: &str) -> syn::Result<String> {
    let mut file = syn::parse_file(input)?;
    let (Some(item), None) = (file.items.pop(), file.items.pop()) else {
        panic!("more than one item in an input");
    };
    let output = match item {
        Item::Fn(mut function) => {
            let on = function.attrs.remove(0);
            let function = function.into_token_stream();
            let output = entry::handler(on.meta.require_list()?.tokens.clone(), function.clone());
            let untouched = output.to_string().starts_with(&function.to_string());
            assert!(
                untouched,
                "the output must start with the untouched function"
            );
            output
        }
        Item::Struct(item) if derives(&item.attrs, "WebhookRouter") => {
            entry::router(item.into_token_stream())
        }
        Item::Struct(item) => entry::view(item.into_token_stream()),
        Item::Enum(item) => entry::catalog(item.into_token_stream()),
        _ => panic!("item without a macro"),
    };
    let output = output.to_string().replace(":: webhook_runtime :: ", "");
    Ok(prettyplease::unparse(&syn::parse_str(&output)?))
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

/// Returns the lines that differ, with one equal line before and after.
fn difference(kept: &str, now: &str) -> String {
    let (kept, now): (Vec<_>, Vec<_>) = (kept.lines().collect(), now.lines().collect());
    let before = iter::zip(&kept, &now)
        .take_while(|(kept, now)| kept == now)
        .count();
    let most = kept.len().min(now.len()) - before;
    let backwards = kept.iter().rev().zip(now.iter().rev()).take(most);
    let after = backwards.take_while(|(kept, now)| kept == now).count();

    let mut text = String::new();
    let mut show = |sign: char, lines: &[&str], from: usize, to: usize| {
        for (index, line) in lines.iter().enumerate().take(to).skip(from) {
            let _ = writeln!(text, "{:2} {sign} {line}", index + 1);
        }
    };
    show(' ', &kept, before.saturating_sub(1), before);
    show('-', &kept, before, kept.len() - after);
    show('+', &now, before, now.len() - after);
    show(' ', &now, now.len() - after, now.len() - after + 1);
    text
}
