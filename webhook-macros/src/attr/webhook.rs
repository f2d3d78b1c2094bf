//! `#[webhook(…)]` on a router and on its fields.

use syn::{Attribute, Ident, Path};

use super::word::{Word, words_of};
use super::{Errors, Runtime, once, patterns};
use crate::pattern::Pattern;

/// `#[webhook(…)]` on a router.
#[derive(Default)]
pub(crate) struct Webhook {
    pub(crate) provider: Option<Path>,
    pub(crate) handlers: Option<Vec<Path>>,
    pub(crate) exhaustive: Option<Exhaustive>,
    pub(crate) runtime: Runtime,
}

/// `exhaustive` or `exhaustive("session.*")`, and `ignore("session.pending")`.
pub(crate) struct Exhaustive {
    pub(crate) key: Ident,
    /// None of them: everything.
    pub(crate) families: Vec<Pattern>,
    pub(crate) ignored: Vec<Pattern>,
}

impl Webhook {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        const TAKES: &str =
            "`provider = …`, `handlers(…)`, `exhaustive`, `ignore(…)` and `crate = path`";
        let mut webhook = Self::default();
        let (mut exhaustive, mut ignored) = (None, None);
        for word in words_of(attributes, "webhook", errors) {
            match word {
                Word::Provider(key, path) => once(&mut webhook.provider, &key, path, errors),
                Word::Handlers(key, paths) => {
                    if paths.is_empty() {
                        errors.add(
                            key.span(),
                            "no handler is listed; list functions under `#[on(…)]`: `handlers(first, second)`",
                        );
                    }
                    once(&mut webhook.handlers, &key, paths, errors);
                }
                Word::Runtime(key, path) => once(&mut webhook.runtime.0, &key, path, errors),
                Word::Exhaustive(key, names) => {
                    once(&mut exhaustive, &key.clone(), (key, names), errors);
                }
                Word::Ignore(key, names) => {
                    once(&mut ignored, &key.clone(), (key, names), errors);
                }
                word => errors.push(word.misplaced("`#[webhook(…)]`", TAKES)),
            }
        }
        if let (None, Some((key, _))) = (&exhaustive, &ignored) {
            errors.add(
                key.span(),
                "`ignore` leaves events out of an exhaustive router: add `exhaustive`, or remove it",
            );
        }
        webhook.exhaustive = exhaustive.map(|(key, families)| Exhaustive {
            key,
            families: patterns(families, errors),
            ignored: patterns(ignored.map(|(_, names)| names).unwrap_or_default(), errors),
        });
        webhook
    }
}

/// `#[webhook(state)]` on a field of a router.
pub(crate) fn is_state(attributes: &[Attribute], errors: &mut Errors) -> bool {
    let mut state = None;
    for word in words_of(attributes, "webhook", errors) {
        match word {
            Word::State(key) => once(&mut state, &key, (), errors),
            word => errors.push(word.misplaced("`#[webhook(…)]` of a field", "`state`")),
        }
    }
    state.is_some()
}
