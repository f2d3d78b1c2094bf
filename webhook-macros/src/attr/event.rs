//! `#[event(…)]` on a variant of a catalog.

use syn::{Ident, LitStr};

use super::argument::{Argument, Attribute, arguments_of, expected_name, is_constant};
use super::errors::Errors;
use super::pattern::Pattern;
use super::pointer::pointer;
use super::subtypes::Subtypes;

const EVENT: Attribute = Attribute {
    name: "`#[event(…)]`",
    keys: &["unknown", "within", "subtypes", "deprecated"],
    expected: "one event name, `unknown`, `within = \"/…\"`, `subtypes(…)` or `deprecated`",
};

/// `#[event(…)]`
#[derive(Default)]
pub(crate) struct Event {
    pub(crate) name: Option<Pattern>,
    pub(crate) unknown: Option<Ident>,
    /// Location below the profile's, as the segments of a JSON pointer.
    pub(crate) within: Vec<String>,
    pub(crate) subtypes: Option<Subtypes>,
    pub(crate) deprecated: bool,
}

impl Event {
    pub(crate) fn read(attributes: &[syn::Attribute], errors: &mut Errors) -> Self {
        let mut event = Self::default();
        let (mut within, mut unknown, mut deprecated) = (None, None, None);
        for argument in arguments_of(attributes, "event", errors) {
            match argument {
                Argument::Literal(literal) => event.set_name(literal, errors),
                Argument::Unknown(key) => errors.set_once(&mut unknown, &key.clone(), key),
                Argument::Within(key, path) => errors.set_once(&mut within, &key, path),
                Argument::Deprecated(key) => errors.set_once(&mut deprecated, &key, ()),
                Argument::Subtypes(key, subtypes) => {
                    errors.set_once(&mut event.subtypes, &key, subtypes);
                }
                Argument::Other(key) if is_constant(&key) => errors.push(expected_name(key.span())),
                Argument::NotAnArgument(span) => errors.push(expected_name(span)),
                argument => errors.push(EVENT.unexpected(&argument)),
            }
        }
        event.unknown = unknown;
        event.deprecated = deprecated.is_some();
        event.within = within
            .map(|path| pointer(&path, errors))
            .unwrap_or_default();
        event
    }

    fn set_name(&mut self, literal: LitStr, errors: &mut Errors) {
        let span = literal.span();
        if self.name.is_some() {
            errors.add(
                span,
                "more than one event: a variant has one; write a variant for the other",
            );
        } else if let Some(name) = Pattern::new(literal, errors) {
            if !name.is_exact() {
                errors.add(
                    span,
                    "unexpected `*`: a catalog lists exact names; write a variant for each event",
                );
            }
            self.name = Some(name);
        } else {
            // Placeholder for the malformed name, whose error is collected.
            self.name = Some(Pattern {
                literal: LitStr::new("_", span),
            });
        }
    }
}
