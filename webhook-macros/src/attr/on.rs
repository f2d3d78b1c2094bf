//! `#[on(…)]` on a function.

use proc_macro2::{Span, TokenStream};
use syn::{Ident, LitStr};

use super::argument::{Argument, Attribute, arguments, expected_name, is_constant};
use super::errors::Errors;
use super::pattern::Pattern;
use super::pointer::pointer;
use super::retry::Retry;
use super::runtime::Runtime;

const ON: Attribute = Attribute {
    name: "`#[on(…)]`",
    keys: &["unlisted", "retry", "ordered_by", "crate"],
    expected: "event names, `unlisted`, a sub-type (`key = \"value\"`), `retry(…)`, `ordered_by = \"/…\"` or `crate = path`",
};

/// `#[on(…)]`
#[derive(Default)]
pub(crate) struct On {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) unlisted: bool,
    /// `message_type = "approval_request"`
    pub(crate) subtype: Option<(Ident, LitStr)>,
    pub(crate) retry: Option<Retry>,
    /// Segments of a JSON pointer.
    pub(crate) ordered_by: Option<Vec<String>>,
    pub(crate) runtime: Runtime,
}

impl On {
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut literals = Vec::new();
        let (mut runtime, mut unlisted, mut subtype) = (None, None, None);
        let (mut retry, mut ordered_by) = (None, None);
        for argument in arguments(tokens, errors) {
            match argument {
                Argument::Literal(literal) => literals.push(literal),
                Argument::Unlisted(key) => errors.set_once(&mut unlisted, &key, ()),
                Argument::Runtime(key, path) => errors.set_once(&mut runtime, &key, path),
                Argument::Retry(key, policy) => errors.set_once(&mut retry, &key, policy),
                Argument::OrderedBy(key, path) => errors.set_once(&mut ordered_by, &key, path),
                Argument::Pair(key, _) | Argument::NonStringPair(key, _) | Argument::Other(key)
                    if key == "max" || key == "backoff" =>
                {
                    errors.add(
                        key.span(),
                        format!(
                            "misplaced `{key}`: it is an option of `retry(…)`; write `retry({key} = …)`"
                        ),
                    );
                }
                Argument::Pair(key, value) if is_ordered_by(&key, &value) => errors.add(
                    key.span(),
                    format!(
                        "unknown option `{key}` in `#[on(…)]`; did you mean `ordered_by = \"{}\"`?",
                        value.value()
                    ),
                ),
                Argument::Pair(key, value) if subtype.is_none() => subtype = Some((key, value)),
                Argument::Pair(key, _) => errors.add(
                    key.span(),
                    format!(
                        "second sub-type `{key}`: a handler takes one; write a handler for the other"
                    ),
                ),
                Argument::NonStringPair(key, value) => errors.add(
                    value,
                    format!(
                        "unknown option `{key}` in `#[on(…)]`: if it selects a sub-type, its value is a string literal; write `{key} = \"…\"`"
                    ),
                ),
                Argument::NotAnArgument(span) => errors.push(expected_name(span)),
                Argument::Other(key) if is_constant(&key) => errors.push(expected_name(key.span())),
                argument => errors.push(ON.unexpected(&argument)),
            }
        }
        if literals.is_empty() && errors.is_empty() {
            // A sub-type without an event is probably `event = "…"`.
            let span = subtype
                .as_ref()
                .map_or_else(Span::call_site, |(key, _)| key.span());
            errors.add(
                span,
                "missing event: write its name, such as `#[on(\"session.created\")]`",
            );
        }
        let patterns = Pattern::list(literals, errors);
        if let Some((key, _)) = &subtype {
            one_exact_name(key, &patterns, errors);
        }
        Self {
            patterns,
            unlisted: unlisted.is_some(),
            subtype,
            retry,
            ordered_by: ordered_by.map(|path| pointer(&path, errors)),
            runtime: Runtime(runtime),
        }
    }
}

/// Returns whether a pair is probably a misspelled `ordered_by`, not a sub-type.
fn is_ordered_by(key: &Ident, value: &LitStr) -> bool {
    value.value().starts_with('/') && key.to_string().starts_with("order")
}

/// Checks that a sub-type has exactly one event, with an exact name.
fn one_exact_name(key: &Ident, patterns: &[Pattern], errors: &mut Errors) {
    if let Some(family) = patterns.iter().find(|pattern| !pattern.is_exact()) {
        errors.add(
            family.span(),
            format!(
                "unexpected `*` beside `{key}`: a sub-type belongs to one event; write its exact name"
            ),
        );
    } else if let [_, second, ..] = patterns {
        errors.add(
            second.span(),
            format!(
                "second event beside `{key}`: a sub-type belongs to one event; write a handler for the other"
            ),
        );
    }
}
