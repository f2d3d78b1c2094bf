//! `#[webhook(…)]` on a router and on its fields.

use syn::{Ident, Path};

use super::argument::{Argument, Attribute, arguments_of};
use super::errors::Errors;
use super::pattern::Pattern;
use super::runtime::Runtime;

const WEBHOOK: Attribute = Attribute {
    name: "`#[webhook(…)]`",
    keys: &["provider", "handlers", "exhaustive", "ignore", "crate"],
    expected: "`provider = …`, `handlers(…)`, `exhaustive`, `ignore(…)` or `crate = path`",
};

const FIELD: Attribute = Attribute {
    name: "`#[webhook(…)]` of a field",
    keys: &["state"],
    expected: "`state`",
};

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
    /// Families that must be handled. Empty: all events.
    pub(crate) families: Vec<Pattern>,
    pub(crate) ignored: Vec<Pattern>,
}

impl Webhook {
    pub(crate) fn read(attributes: &[syn::Attribute], errors: &mut Errors) -> Self {
        let mut webhook = Self::default();
        let (mut exhaustive, mut ignored) = (None, None);
        for argument in arguments_of(attributes, "webhook", errors) {
            match argument {
                Argument::Provider(key, path) => {
                    errors.set_once(&mut webhook.provider, &key, path);
                }
                Argument::Handlers(key, paths) => {
                    if paths.is_empty() {
                        errors.add(
                            key.span(),
                            "empty `handlers(…)`: write the paths of functions with `#[on(…)]`, such as `handlers(first, second)`",
                        );
                    }
                    errors.set_once(&mut webhook.handlers, &key, paths);
                }
                Argument::Runtime(key, path) => {
                    errors.set_once(&mut webhook.runtime.0, &key, path);
                }
                Argument::Exhaustive(key, names) => {
                    errors.set_once(&mut exhaustive, &key.clone(), (key, names));
                }
                Argument::Ignore(key, names) => {
                    errors.set_once(&mut ignored, &key.clone(), (key, names));
                }
                argument => errors.push(WEBHOOK.unexpected(&argument)),
            }
        }
        if let (None, Some((key, _))) = (&exhaustive, &ignored) {
            errors.add(
                key.span(),
                "unused `ignore`: it excludes events from an exhaustive router; add `exhaustive`, or remove it",
            );
        }
        webhook.exhaustive = exhaustive.map(|(key, families)| Exhaustive {
            key,
            families: Pattern::list(families, errors),
            ignored: Pattern::list(ignored.map(|(_, names)| names).unwrap_or_default(), errors),
        });
        webhook
    }
}

/// Returns whether a field of a router has `#[webhook(state)]`.
pub(crate) fn is_state(attributes: &[syn::Attribute], errors: &mut Errors) -> bool {
    let mut state = None;
    for argument in arguments_of(attributes, "webhook", errors) {
        match argument {
            Argument::State(key) => errors.set_once(&mut state, &key, ()),
            argument => errors.push(FIELD.unexpected(&argument)),
        }
    }
    state.is_some()
}
