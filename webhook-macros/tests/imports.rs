//! Imports run one way: `attr → model → valid → expand | fallback → entry`, and without a circle within a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Top-level modules in order. A module imports only modules of earlier lines.
const ORDER: &[&[&str]] = &[
    &["attr"],
    &["model"],
    &["valid"],
    &["expand", "fallback"],
    &["entry"],
    &["expansions"],
    &["lib"],
];

/// Modules, and those that each imports: `attr::on` for `src/attr/on.rs`, `lib` for `src/lib.rs`.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn modules_import_only_modules_before_them() {
    let imports = imports();
    let names: BTreeSet<_> = imports.keys().map(|module| top(module)).collect();
    let listed: BTreeSet<_> = ORDER.iter().copied().flatten().copied().collect();
    assert_eq!(names, listed, "ORDER must list every top-level module");

    let mut wrong = Vec::new();
    for (module, targets) in &imports {
        for target in targets {
            let (from, to) = (top(module), top(target));
            if from != to && level(to) >= level(from) {
                wrong.push(format!("{module} imports {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the order: {wrong:#?}");
}

#[test]
fn no_module_imports_itself_through_others() {
    let mut imports = imports();
    // Modules without imports are removed until only circles are left.
    loop {
        let free: BTreeSet<_> = imports
            .iter()
            .filter(|(_, targets)| targets.is_empty())
            .map(|(module, _)| module.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        imports.retain(|module, _| !free.contains(module));
        for targets in imports.values_mut() {
            targets.retain(|target| !free.contains(target));
        }
    }
    assert!(imports.is_empty(), "circle of imports: {imports:#?}");
}

#[test]
fn paths_of_every_form_are_found() {
    let modules: BTreeSet<_> = ["attr", "attr::on", "attr::list", "model"]
        .map(str::to_owned)
        .into();
    let source = "use super::list::{a, b};\nuse crate::{attr, model};\npub(crate) use self::x;\n\
                  fn f() { crate::attr::g() }\n// use super::on::x;\nuse crate::model::{\n  A,\n};\n";
    let targets = targets("attr::on", source, &modules);
    assert_eq!(
        targets,
        ["attr", "attr::list", "model"].map(str::to_owned).into()
    );
    let parent = self::targets("attr", "pub use self::on::{On, X};", &modules);
    assert_eq!(parent, ["attr::on"].map(str::to_owned).into());
}

fn top(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

fn level(name: &str) -> usize {
    ORDER
        .iter()
        .position(|names| names.contains(&name))
        .expect("every top-level module is listed")
}

fn imports() -> Imports {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.insert(module(&src, &path), fs::read_to_string(&path).unwrap());
            }
        }
    }
    let modules: BTreeSet<_> = sources.keys().cloned().collect();
    sources
        .iter()
        .map(|(module, source)| (module.clone(), targets(module, source, &modules)))
        .collect()
}

fn module(src: &Path, file: &Path) -> String {
    let path: PathBuf = file.strip_prefix(src).unwrap().with_extension("");
    let segments: Vec<_> = path
        .iter()
        .map(|segment| segment.to_str().unwrap())
        .collect();
    segments.join("::")
}

/// Modules that a source names by `crate::`, `super::` or `self::`. Inline modules of tests are not considered.
fn targets(module: &str, source: &str, modules: &BTreeSet<String>) -> BTreeSet<String> {
    let source = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or("");
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let parent = module.rsplit_once("::").map_or("lib", |(parent, _)| parent);
    let mut targets = BTreeSet::new();
    for (root, base) in [("crate::", "lib"), ("super::", parent), ("self::", module)] {
        for (index, _) in code.match_indices(root) {
            let is_start =
                !code[..index].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c));
            if is_start {
                let rest = &code[index + root.len()..];
                targets.extend(paths(rest).map(|path| resolve(base, &path, modules)));
            }
        }
    }
    targets.remove(module);
    targets
}

/// Paths after a root: one, or those in braces. Only the first two segments matter.
fn paths(rest: &str) -> impl Iterator<Item = String> {
    let list = match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or(list),
        None => rest
            .split(|c: char| !(c.is_alphanumeric() || "_:".contains(c)))
            .next()
            .unwrap_or(rest),
    };
    list.split(',')
        .map(|path| path.trim().to_owned())
        .filter(|path| !path.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// The longest module that a path begins with.
fn resolve(base: &str, path: &str, modules: &BTreeSet<String>) -> String {
    let mut module = String::from(if base == "lib" { "" } else { base });
    for segment in path.split("::") {
        let next = match module.as_str() {
            "" => segment.to_owned(),
            module => format!("{module}::{segment}"),
        };
        if !modules.contains(&next) {
            break;
        }
        module = next;
    }
    match module.as_str() {
        "" => "lib".to_owned(),
        _ => module,
    }
}
