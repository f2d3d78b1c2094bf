//! `#[on(…)]`

use proc_macro2::{Span, TokenStream};
use syn::{Ident, LitStr};

use super::pointer::pointer;
use super::word::{Word, is_constant, not_a_name, words};
use super::{Errors, Retry, Runtime, once, patterns};
use crate::pattern::Pattern;

/// `#[on(…)]`
#[derive(Default)]
pub(crate) struct On {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) unlisted: bool,
    /// `message_type = "approval_request"`
    pub(crate) subtype: Option<(Ident, LitStr)>,
    pub(crate) retry: Option<Retry>,
    /// The segments of a JSON pointer.
    pub(crate) ordered_by: Option<Vec<String>>,
    pub(crate) runtime: Runtime,
}

impl On {
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        const TAKES: &str = "event names, `unlisted`, a sub-type (`key = \"value\"`), `retry(…)`, `ordered_by = \"/…\"` and `crate = path`";
        let mut literals = Vec::new();
        let (mut runtime, mut unlisted, mut subtype) = (None, None, None);
        let (mut retry, mut ordered_by) = (None, None);
        for word in words(tokens, errors) {
            match word {
                Word::Literal(literal) => literals.push(literal),
                Word::Unlisted(key) => once(&mut unlisted, &key, (), errors),
                Word::Runtime(key, path) => once(&mut runtime, &key, path, errors),
                Word::Retry(key, policy) => once(&mut retry, &key, policy, errors),
                Word::OrderedBy(key, place) => once(&mut ordered_by, &key, place, errors),
                Word::Pair(key, _) | Word::NonStringPair(key, _) if key == "max" || key == "backoff" => {
                    errors.add(
                        key.span(),
                        format!("`{key}` stands inside `retry(…)`: `retry({key} = …)`"),
                    );
                }
                Word::Pair(key, value) if is_order(&key, &value) => errors.add(
                    key.span(),
                    format!(
                        "`{key}` is not known in `#[on(…)]`; did you mean `ordered_by = \"{}\"`?",
                        value.value()
                    ),
                ),
                Word::Pair(key, value) if subtype.is_none() => subtype = Some((key, value)),
                Word::Pair(key, _) => errors.add(
                    key.span(),
                    "a handler is for one sub-type; write another handler for the other",
                ),
                Word::NonStringPair(key, value) => errors.add(
                    value,
                    format!(
                        "`{key}` is not known in `#[on(…)]`; if it tells sub-types apart, this is a string literal: `{key} = \"…\"`"
                    ),
                ),
                Word::Odd(span) => errors.push(not_a_name(span)),
                Word::Other(key) if is_constant(&key) => errors.push(not_a_name(key.span())),
                word => errors.push(word.misplaced("`#[on(…)]`", TAKES)),
            }
        }
        if literals.is_empty() && errors.is_empty() {
            // Perhaps `event = "…"`.
            let span = subtype
                .as_ref()
                .map_or_else(Span::call_site, |(key, _)| key.span());
            errors.add(
                span,
                "which event? write its name: `#[on(\"session.created\")]`",
            );
        }
        let patterns = patterns(literals, errors);
        if let Some((key, _)) = &subtype {
            one_exact(key, &patterns, errors);
        }
        Self {
            patterns,
            unlisted: unlisted.is_some(),
            subtype,
            retry,
            ordered_by: ordered_by.map(|place| pointer(&place, errors)),
            runtime: Runtime(runtime),
        }
    }
}

/// Whether a pair is rather `ordered_by` than a sub-type.
fn is_order(key: &Ident, value: &LitStr) -> bool {
    key.to_string().starts_with("serial") && value.value().starts_with('/')
}

/// A sub-type stands beside one exact name.
fn one_exact(key: &Ident, patterns: &[Pattern], errors: &mut Errors) {
    if let Some(family) = patterns.iter().find(|pattern| !pattern.is_exact()) {
        errors.add(
            family.span(),
            format!("`{key}` picks a sub-type of one event; a family has none"),
        );
    } else if let [_, second, ..] = patterns {
        errors.add(
            second.span(),
            format!("`{key}` picks a sub-type of one event; write another handler for this one"),
        );
    }
}
