//! Arguments of attributes: their syntax, which all attributes share.
//!
//! Every attribute parses every argument, so that a known argument in the wrong attribute is reported as such.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Meta, Path, Result, Token, parenthesized};

use super::errors::Errors;
use super::list::{separated, skip_to_comma, well_formed};
use super::nearest::nearest;
use super::retry::Retry;
use super::subtypes::Subtypes;

/// One argument of an attribute: a literal, `key`, `key = …` or `key(…)`.
#[expect(
    clippy::enum_variant_names,
    reason = "`NotAnArgument` is the opposite of the enum"
)]
pub(super) enum Argument {
    Literal(LitStr),
    Unlisted(Ident),
    Unknown(Ident),
    State(Ident),
    Runtime(Ident, Path),
    Provider(Ident, Path),
    Within(Ident, LitStr),
    Handlers(Ident, Vec<Path>),
    Events(Ident, Vec<LitStr>),
    Exhaustive(Ident, Vec<LitStr>),
    Ignore(Ident, Vec<LitStr>),
    Deprecated(Ident),
    /// Internal: a payload of a shipped provider. The compiler does not list its impls in errors, because they are
    /// many.
    Shipped(Ident),
    Subtypes(Ident, Subtypes),
    Retry(Ident, Retry),
    OrderedBy(Ident, LitStr),
    /// `key = "…"` with a key that no attribute knows.
    Pair(Ident, LitStr),
    /// `key = …` with a key that no attribute knows, and a value that is not a string. The span is the value's.
    NonStringPair(Ident, Span),
    /// `key` or `key(…)` with a key that no attribute knows.
    Other(Ident),
    /// A number, a path or an expression.
    NotAnArgument(Span),
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Literal);
        }
        let span = input.span();
        if input.peek(syn::Lit) || !input.peek(Ident::peek_any) {
            skip_to_comma(input);
            return Ok(Self::NotAnArgument(span));
        }
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![::]) || input.peek(Token![.]) || input.peek(Token![!]) {
            skip_to_comma(input);
            return Ok(Self::NotAnArgument(span));
        }
        if input.peek(syn::token::Paren) {
            return Self::list(key, input);
        }
        if input.peek(Token![=]) {
            return Self::value(key, input);
        }
        Self::flag(key)
    }
}

impl Argument {
    /// Parses the list of `key(…)`.
    fn list(key: Ident, input: ParseStream<'_>) -> Result<Self> {
        let list;
        parenthesized!(list in input);
        let argument = match key.to_string().as_str() {
            "handlers" => paths(&list).map(|paths| Self::Handlers(key, paths)),
            "events" => names(&key, &list).map(|names| Self::Events(key, names)),
            "exhaustive" => names(&key, &list).map(|names| Self::Exhaustive(key, names)),
            "ignore" => names(&key, &list).map(|names| Self::Ignore(key, names)),
            "subtypes" => {
                Subtypes::parse(&key, &list).map(|subtypes| Self::Subtypes(key, subtypes))
            }
            "retry" => Retry::parse(&key, &list).map(|retry| Self::Retry(key, retry)),
            "crate" | "provider" => Err(expected_value(&key)),
            "within" | "ordered_by" => Err(expected_pointer(&key, key.span())),
            _ => Ok(Self::Other(key)),
        };
        // Syn would report unparsed tokens as a second error.
        let _: TokenStream = list.parse()?;
        argument
    }

    /// Parses the value of `key = …`.
    fn value(key: Ident, input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![=]>()?;
        let is_literal = input.peek(syn::Lit);
        match key.to_string().as_str() {
            "crate" if is_literal => Err(input.error(
                "unexpected quotes: `crate` is a path; write one such as `crate = webhook_runtime`",
            )),
            "crate" => input
                .call(Path::parse_mod_style)
                .map(|path| Self::Runtime(key, path)),
            "provider" if is_literal => Err(input.error(
                "unexpected quotes: `provider` is a type; write one such as `provider = Anthropic`",
            )),
            "provider" => input.parse().map(|path| Self::Provider(key, path)),
            "handlers" | "events" | "exhaustive" | "ignore" | "subtypes" => {
                Err(expected_list(&key))
            }
            "retry" => Err(expected_retry(&key)),
            "within" if input.peek(LitStr) => input.parse().map(|path| Self::Within(key, path)),
            "ordered_by" if input.peek(LitStr) => {
                input.parse().map(|path| Self::OrderedBy(key, path))
            }
            "within" | "ordered_by" => Err(expected_pointer(&key, input.span())),
            _ if input.peek(LitStr) => input.parse().map(|value| Self::Pair(key, value)),
            _ => {
                let value = input.span();
                skip_to_comma(input);
                Ok(Self::NonStringPair(key, value))
            }
        }
    }

    /// Returns `key` alone.
    fn flag(key: Ident) -> Result<Self> {
        match key.to_string().as_str() {
            "unlisted" => Ok(Self::Unlisted(key)),
            "unknown" => Ok(Self::Unknown(key)),
            "state" => Ok(Self::State(key)),
            "deprecated" => Ok(Self::Deprecated(key)),
            "shipped" => Ok(Self::Shipped(key)),
            "exhaustive" => Ok(Self::Exhaustive(key, Vec::new())),
            "handlers" | "events" | "ignore" | "subtypes" => Err(expected_list(&key)),
            "retry" => Err(expected_retry(&key)),
            "crate" | "provider" => Err(expected_value(&key)),
            "within" | "ordered_by" => Err(expected_pointer(&key, key.span())),
            _ => Ok(Self::Other(key)),
        }
    }
}

/// Returns the error for an argument that should be an event name.
pub(super) fn expected_name(span: Span) -> Error {
    Error::new(
        span,
        "expected an event name: write a string literal such as \"session.created\"",
    )
}

/// Returns whether a key is spelled like a constant or a type, which probably contains an event name.
pub(super) fn is_constant(key: &Ident) -> bool {
    key.to_string().chars().any(char::is_uppercase)
}

fn expected_list(key: &Ident) -> Error {
    Error::new(key.span(), format!("expected a list: `{key}(…)`"))
}

fn expected_value(key: &Ident) -> Error {
    Error::new(key.span(), format!("expected a value: `{key} = …`"))
}

fn expected_retry(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "expected arguments: `retry(max = 5, backoff = \"30s\")`",
    )
}

fn expected_pointer(key: &Ident, span: Span) -> Error {
    Error::new(
        span,
        format!("expected a JSON pointer in quotes: `{key} = \"/data/id\"`"),
    )
}

/// Parses the paths in `handlers(…)`.
fn paths(list: ParseStream<'_>) -> Result<Vec<Path>> {
    separated(list, |input| {
        let expected = |input: ParseStream<'_>| {
            input.error("expected the path of a handler: write it alone, such as `vaults::created`")
        };
        if input.peek(syn::Lit) {
            return Err(input.error(
                "unexpected quotes: a handler is listed by its path; write one such as `vaults::created`",
            ));
        }
        if input.peek(Token![#]) {
            return Err(input.error(
                "unsupported attribute in `handlers(…)`: only a whole list can be conditional; write each in `#[cfg_attr(…, webhook(handlers(…)))]`",
            ));
        }
        if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
            return Err(expected(input));
        }
        let path = input
            .call(Path::parse_mod_style)
            .map_err(|_| expected(input))?;
        if input.is_empty() || input.peek(Token![,]) || input.peek(Ident::peek_any) {
            Ok(path)
        } else {
            Err(expected(input))
        }
    })
}

/// Parses the string literals in `key(…)`.
fn names(key: &Ident, list: ParseStream<'_>) -> Result<Vec<LitStr>> {
    if list.is_empty() {
        return Err(Error::new(
            key.span(),
            format!("empty `{key}(…)`: write event names such as \"session.created\""),
        ));
    }
    separated(list, |input| match input.peek(LitStr) {
        true => input.parse(),
        false => Err(expected_name(input.span())),
    })
}

/// Description of an attribute, for errors about arguments that it does not take.
pub(super) struct Attribute {
    /// `#[on(…)]`
    pub(super) name: &'static str,
    /// Keys, for suggestions.
    pub(super) keys: &'static [&'static str],
    /// All arguments, as a list that ends in "or".
    pub(super) expected: &'static str,
}

impl Attribute {
    /// Returns the error for an argument that the attribute does not take.
    pub(super) fn unexpected(&self, argument: &Argument) -> Error {
        let Self { name, expected, .. } = self;
        match argument {
            Argument::Literal(literal) => Error::new(
                literal.span(),
                format!("unexpected literal in {name}: expected {expected}"),
            ),
            Argument::NotAnArgument(span) => Error::new(
                *span,
                format!("unexpected tokens in {name}: expected {expected}"),
            ),
            Argument::Unlisted(key)
            | Argument::Unknown(key)
            | Argument::State(key)
            | Argument::Runtime(key, _)
            | Argument::Provider(key, _)
            | Argument::Within(key, _)
            | Argument::Handlers(key, _)
            | Argument::Events(key, _)
            | Argument::Exhaustive(key, _)
            | Argument::Ignore(key, _)
            | Argument::Deprecated(key)
            | Argument::Shipped(key)
            | Argument::Subtypes(key, _)
            | Argument::Retry(key, _)
            | Argument::OrderedBy(key, _) => Error::new(
                key.span(),
                format!("unsupported option `{key}` in {name}: expected {expected}"),
            ),
            Argument::Other(key) | Argument::Pair(key, _) | Argument::NonStringPair(key, _) => {
                Error::new(
                    key.span(),
                    match nearest(&key.to_string(), self.keys) {
                        Some(nearest) => {
                            format!("unknown option `{key}` in {name}; did you mean `{nearest}`?")
                        }
                        None => format!("unknown option `{key}` in {name}: expected {expected}"),
                    },
                )
            }
        }
    }
}

/// Parses the arguments of an attribute, and collects the errors of malformed ones.
pub(super) fn arguments(tokens: TokenStream, errors: &mut Errors) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut malformed = Errors::default();
    let parser = |input: ParseStream<'_>| {
        arguments = well_formed(input, Argument::parse, &mut malformed);
        Ok(())
    };
    errors.ok(syn::parse::Parser::parse2(parser, tokens));
    errors.ok(malformed.into_result());
    arguments
}

/// Parses the arguments of all attributes with this name.
pub(super) fn arguments_of(
    attributes: &[syn::Attribute],
    name: &str,
    errors: &mut Errors,
) -> Vec<Argument> {
    let mut all = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        match &attribute.meta {
            Meta::List(list) => all.extend(arguments(list.tokens.clone(), errors)),
            meta => errors.push(Error::new_spanned(
                meta,
                format!("expected arguments: `#[{name}(…)]`"),
            )),
        }
    }
    all
}
