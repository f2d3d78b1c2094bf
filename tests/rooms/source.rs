//! The modules of a crate and the paths in them, read from the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::Visit;
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

/// A path from the root of the crate: `["store", "Store"]`.
pub(crate) type ModulePath = Vec<String>;

pub(crate) struct Crate {
    /// For each file, the paths of this crate that it names outside of tests.
    pub(crate) files: BTreeMap<String, BTreeSet<ModulePath>>,
    /// For each module, the file that it is in.
    modules: BTreeMap<ModulePath, String>,
    /// For each re-exported path, the path that it stands for, and whether users can name it.
    exports: BTreeMap<ModulePath, (ModulePath, bool)>,
    /// Public items, by the module that declares them.
    public: BTreeSet<ModulePath>,
    /// Modules that only tests compile.
    tests: BTreeSet<ModulePath>,
}

impl Crate {
    pub(crate) fn read(src: &Path) -> Self {
        let mut krate = Self {
            files: BTreeMap::new(),
            modules: BTreeMap::new(),
            exports: BTreeMap::new(),
            public: BTreeSet::new(),
            tests: BTreeSet::new(),
        };
        krate.read_folder(src, src);
        for test in &krate.tests {
            if let Some(file) = krate.modules.remove(test) {
                krate.files.remove(&file);
            }
        }
        assert!(krate.files.len() > 10, "{} has no source", src.display());
        krate
    }

    fn read_folder(&mut self, src: &Path, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read_folder(src, &path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
                let module: ModulePath = match name.trim_end_matches(".rs") {
                    "lib" => Vec::new(),
                    name => name.split('/').map(str::to_owned).collect(),
                };
                let text = std::fs::read_to_string(&path).unwrap();
                let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
                let mut names = Names {
                    module: module.clone(),
                    found: BTreeSet::new(),
                    exports: Vec::new(),
                };
                names.visit_file(&file);
                self.exports.extend(names.exports);
                for item in &file.items {
                    if let Some(name) = public_name(item) {
                        self.public.insert([&module[..], &[name]].concat());
                    }
                }
                self.modules.insert(module.clone(), name.clone());
                self.files.insert(name, names.found);
                let tests = file.items.iter().filter_map(test_module);
                self.tests
                    .extend(tests.map(|test| [&module[..], &[test]].concat()));
            }
        }
    }

    /// Which file imports which other one. A path that is re-exported leads to the file that declares it.
    pub(crate) fn imports(&self) -> BTreeSet<(String, String)> {
        let mut imports = BTreeSet::new();
        for (file, paths) in &self.files {
            if file == "lib.rs" {
                continue;
            }
            for path in paths {
                let to = self.file_of(path);
                if to != file && to != "lib.rs" {
                    imports.insert((file.clone(), to.to_owned()));
                }
            }
        }
        imports
    }

    fn file_of(&self, path: &ModulePath) -> &str {
        for length in (0..=path.len()).rev() {
            let start = &path[..length];
            if let Some((target, _)) = self.exports.get(start)
                && target != path
            {
                return self.file_of(target);
            }
            if let Some(file) = self.modules.get(start) {
                return file;
            }
        }
        "lib.rs"
    }

    /// Whether a user of the crate can name a path.
    pub(crate) fn is_public(&self, path: &ModulePath) -> bool {
        // Enum variants and associated items come after the item itself.
        (1..=path.len()).rev().any(|length| {
            let path = &path[..length];
            match self.exports.get(path) {
                Some((_, is_public)) => *is_public && self.is_public_module(&path[..length - 1]),
                None => {
                    !self.modules.contains_key(path)
                        && self.public.contains(path)
                        && self.is_public_module(&path[..length - 1])
                }
            }
        })
    }

    fn is_public_module(&self, module: &[String]) -> bool {
        (1..=module.len()).all(|length| {
            let module = &module[..length];
            self.public.contains(module)
        })
    }
}

fn test_module(item: &Item) -> Option<String> {
    match item {
        Item::Mod(item) if is_test(&item.attrs) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn public_name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Mod(item) => (&item.vis, &item.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    matches!(visibility, Visibility::Public(_)).then(|| name.to_string())
}

/// Collects the paths of this crate that a file names.
struct Names {
    module: ModulePath,
    found: BTreeSet<ModulePath>,
    exports: Vec<(ModulePath, (ModulePath, bool))>,
}

impl Names {
    /// A path from the root; none if it leads out of the crate, or says nothing of another file.
    fn resolve(&self, segments: &[String]) -> Option<ModulePath> {
        let (first, rest) = segments.split_first()?;
        let mut path = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().checked_sub(1)?].to_vec(),
            _ => return None,
        };
        let mut rest = rest;
        while let [first, further @ ..] = rest
            && first == "super"
        {
            path.pop()?;
            rest = further;
        }
        path.extend(rest.iter().cloned());
        Some(path)
    }

    /// Paths in the tokens of a macro or an attribute, which are separated by spaces.
    fn tokens(&mut self, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        for start in 0..words.len() {
            let is_first = start == 0 || words[start - 1] != "::";
            if !is_first || !matches!(words[start], "crate" | "super" | "self") {
                continue;
            }
            let path: Vec<String> = words[start..]
                .chunks(2)
                .scan(true, |goes_on, pair| {
                    let found = goes_on.then(|| pair[0].to_owned());
                    *goes_on = pair.get(1) == Some(&"::");
                    found
                })
                .collect();
            if path.len() > 1
                && let Some(path) = self.resolve(&path)
            {
                self.found.insert(path);
            }
        }
    }

    fn use_tree(&mut self, prefix: &[String], tree: &UseTree, export: Option<bool>) {
        let with = |name: String| [prefix, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.use_tree(&with(path.ident.to_string()), &path.tree, export),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(prefix, tree, export);
                }
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let path = if name == "self" {
                    prefix.to_vec()
                } else {
                    with(name.clone())
                };
                self.used(&path, &name, export);
            }
            UseTree::Rename(rename) => {
                let path = with(rename.ident.to_string());
                self.used(&path, &rename.rename.to_string(), export);
            }
            UseTree::Glob(_) => self.used(prefix, "*", export),
        }
    }

    fn used(&mut self, path: &[String], name: &str, export: Option<bool>) {
        let Some(target) = self.resolve(path) else {
            return;
        };
        match export {
            // A re-export of a module's own parts is no import.
            Some(is_public) if target.starts_with(&self.module) => {
                let alias = [&self.module[..], &[name.to_owned()]].concat();
                self.exports.push((alias, (target, is_public)));
            }
            Some(is_public) => {
                let alias = [&self.module[..], &[name.to_owned()]].concat();
                self.exports.push((alias, (target.clone(), is_public)));
                self.found.insert(target);
            }
            None => {
                self.found.insert(target);
            }
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let export = match &item.vis {
            Visibility::Inherited => None,
            visibility => Some(matches!(visibility, Visibility::Public(_))),
        };
        self.use_tree(&[], &item.tree, export);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if segments.len() > 1
            && let Some(path) = self.resolve(&segments)
        {
            self.found.insert(path);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(&item.tokens.to_string());
        syn::visit::visit_macro(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens.to_string());
        }
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {
        // `pub(in super::super)` is no import.
    }
}
