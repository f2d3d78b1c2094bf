//! One word of an attribute, and reading all of them.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Ident, LitStr, Path, Result, Token, parenthesized};

use super::{Errors, Subtypes};

/// One word of an attribute: a literal, a flag, `key = …` or `key(…)`.
pub(super) enum Word {
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
    /// Not for users: a payload of this project, of which there are too many for the compiler's lists.
    Shipped(Ident),
    Subtypes(Ident, Subtypes),
    Pair(Ident, LitStr),
    /// A word that no attribute of ours has.
    Other(Ident),
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Literal);
        }
        if input.peek(syn::Lit) {
            let literal: syn::Lit = input.parse()?;
            return Err(not_a_name(literal.span()));
        }
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![::]) {
            return Err(not_a_name(key.span()));
        }
        if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            return match key.to_string().as_str() {
                "handlers" => paths(&list).map(|paths| Self::Handlers(key, paths)),
                "events" => names(&key, &list).map(|names| Self::Events(key, names)),
                "exhaustive" => names(&key, &list).map(|names| Self::Exhaustive(key, names)),
                "ignore" => names(&key, &list).map(|names| Self::Ignore(key, names)),
                "subtypes" => list.parse().map(|subtypes| Self::Subtypes(key, subtypes)),
                _ => {
                    let _: TokenStream = list.parse()?;
                    Ok(Self::Other(key))
                }
            };
        }
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return match key.to_string().as_str() {
                "crate" => input
                    .call(Path::parse_mod_style)
                    .map(|path| Self::Runtime(key, path)),
                "provider" if input.peek(syn::Lit) => {
                    Err(input.error("a provider is a type, without quotes: `provider = Anthropic`"))
                }
                "provider" => input.parse().map(|path| Self::Provider(key, path)),
                "handlers" | "events" | "exhaustive" | "ignore" | "subtypes" => Err(Error::new(
                    key.span(),
                    format!("`{key}` is followed by a list: `{key}(…)`"),
                )),
                "within" => input.parse().map(|path| Self::Within(key, path)),
                _ if input.peek(LitStr) => input.parse().map(|value| Self::Pair(key, value)),
                _ => {
                    let _: syn::Expr = input.parse()?;
                    Ok(Self::Other(key))
                }
            };
        }
        match key.to_string().as_str() {
            "unlisted" => Ok(Self::Unlisted(key)),
            "unknown" => Ok(Self::Unknown(key)),
            "state" => Ok(Self::State(key)),
            "deprecated" => Ok(Self::Deprecated(key)),
            "shipped" => Ok(Self::Shipped(key)),
            "exhaustive" => Ok(Self::Exhaustive(key, Vec::new())),
            _ => Ok(Self::Other(key)),
        }
    }
}

pub(super) fn not_a_name(span: Span) -> Error {
    Error::new(
        span,
        "an event name is a string literal, such as \"session.created\"",
    )
}

/// Paths between the parentheses of `handlers(…)`.
fn paths(list: ParseStream<'_>) -> Result<Vec<Path>> {
    let path = |input: ParseStream<'_>| {
        if input.peek(syn::Lit) {
            return Err(input.error("a handler is listed by its path, without quotes"));
        }
        input.call(Path::parse_mod_style)
    };
    let paths = Punctuated::<Path, Token![,]>::parse_terminated_with(list, path)?;
    Ok(paths.into_iter().collect())
}

/// String literals between the parentheses of `key(…)`.
fn names(key: &Ident, list: ParseStream<'_>) -> Result<Vec<LitStr>> {
    if list.is_empty() {
        return Err(Error::new(
            key.span(),
            "no event is listed: write its name, such as \"session.created\"",
        ));
    }
    let name = |input: ParseStream<'_>| match input.peek(LitStr) {
        true => input.parse(),
        false => Err(not_a_name(input.span())),
    };
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated_with(list, name)?;
    Ok(names.into_iter().collect())
}

fn misplaced(key: &Ident, attribute: &str, takes: &str) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` does not belong in `{attribute}`, which takes {takes}"),
    )
}

impl Word {
    /// The error for a word that belongs to another attribute.
    pub(super) fn misplaced(self, attribute: &str, takes: &str) -> Error {
        match self {
            Self::Literal(literal) => Error::new(
                literal.span(),
                format!("a literal does not belong in `{attribute}`, which takes {takes}"),
            ),
            Self::Unlisted(key)
            | Self::Unknown(key)
            | Self::State(key)
            | Self::Runtime(key, _)
            | Self::Provider(key, _)
            | Self::Within(key, _)
            | Self::Handlers(key, _)
            | Self::Events(key, _)
            | Self::Exhaustive(key, _)
            | Self::Ignore(key, _)
            | Self::Deprecated(key)
            | Self::Shipped(key)
            | Self::Subtypes(key, _)
            | Self::Pair(key, _) => misplaced(&key, attribute, takes),
            Self::Other(key) => Error::new(
                key.span(),
                format!("`{key}` is not known in `{attribute}`, which takes {takes}"),
            ),
        }
    }
}

/// All words of an attribute, up to the first that cannot be read.
pub(super) fn words(tokens: TokenStream, errors: &mut Errors) -> Vec<Word> {
    let mut words = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            words.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    errors.keep(syn::parse::Parser::parse2(parser, tokens));
    words
}

/// The words of every attribute of this name.
pub(super) fn words_of(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Word> {
    let mut all = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        if let Some(list) = errors.keep(attribute.meta.require_list()) {
            all.extend(words(list.tokens.clone(), errors));
        }
    }
    all
}
