//! `#[payload(…)]` on a view.

use proc_macro2::Span;
use syn::{Attribute, Path};

use super::pointer::pointer;
use super::word::{Word, words_of};
use super::{Errors, Runtime, once, patterns};
use crate::pattern::Pattern;

/// `#[payload(…)]`
#[derive(Default)]
pub(crate) struct Payload {
    pub(crate) provider: Option<Path>,
    pub(crate) events: Vec<Pattern>,
    pub(crate) shipped: bool,
    pub(crate) unlisted: bool,
    pub(crate) within: Vec<String>,
    pub(crate) runtime: Runtime,
}

impl Payload {
    pub(crate) fn read(attributes: &[Attribute], at: Span, errors: &mut Errors) -> Self {
        const TAKES: &str =
            "`provider = …`, `events(…)`, `unlisted`, `within = \"…\"` and `crate = path`";
        let mut payload = Self::default();
        let (mut events, mut unlisted, mut within) = (None, None, None);
        let none = !attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("payload"));
        for word in words_of(attributes, "payload", errors) {
            match word {
                Word::Provider(key, path) => once(&mut payload.provider, &key, path, errors),
                Word::Events(key, names) => once(&mut events, &key, names, errors),
                Word::Unlisted(key) => once(&mut unlisted, &key, (), errors),
                Word::Within(key, path) => once(&mut within, &key, path, errors),
                Word::Runtime(key, path) => once(&mut payload.runtime.0, &key, path, errors),
                Word::Shipped(_) => payload.shipped = true,
                word => errors.push(word.misplaced("`#[payload(…)]`", TAKES)),
            }
        }
        if errors.is_empty() {
            let missing = match (none, payload.provider.is_none(), events.is_none()) {
                (true, ..) | (_, true, true) => "`#[payload(provider = …, events(\"…\"))]`",
                (_, true, false) => "`provider = …` in `#[payload(…)]`",
                (_, false, true) => "`events(\"…\")` in `#[payload(…)]`",
                (_, false, false) => "",
            };
            if !missing.is_empty() {
                errors.add(at, format!("the view lacks {missing}"));
            }
        }
        payload.events = patterns(events.unwrap_or_default(), errors);
        payload.unlisted = unlisted.is_some();
        payload.within = within
            .map(|path| pointer(&path, errors))
            .unwrap_or_default();
        payload
    }
}
