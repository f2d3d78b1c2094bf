//! One word of an attribute, and reading all of them.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, LitStr, Meta, Path, Result, Token, parenthesized};

use super::{Errors, Retry, Subtypes};

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
    Retry(Ident, Retry),
    OrderedBy(Ident, LitStr),
    Pair(Ident, LitStr),
    /// `key = …` with what is no string; the place is that of the value.
    NonStringPair(Ident, Span),
    /// A word that no attribute of ours has.
    Other(Ident),
    /// No word: a number, a path, an expression.
    Odd(Span),
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Literal);
        }
        let span = input.span();
        if input.peek(syn::Lit) || !input.peek(Ident::peek_any) {
            pass_over(input);
            return Ok(Self::Odd(span));
        }
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![::]) || input.peek(Token![.]) || input.peek(Token![!]) {
            pass_over(input);
            return Ok(Self::Odd(span));
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

impl Word {
    /// `key(…)`
    fn list(key: Ident, input: ParseStream<'_>) -> Result<Self> {
        let list;
        parenthesized!(list in input);
        let word = match key.to_string().as_str() {
            "handlers" => paths(&list).map(|paths| Self::Handlers(key, paths)),
            "events" => names(&key, &list).map(|names| Self::Events(key, names)),
            "exhaustive" => names(&key, &list).map(|names| Self::Exhaustive(key, names)),
            "ignore" => names(&key, &list).map(|names| Self::Ignore(key, names)),
            "subtypes" => Subtypes::read(&key, &list).map(|subtypes| Self::Subtypes(key, subtypes)),
            "retry" => Retry::read(&key, &list).map(|retry| Self::Retry(key, retry)),
            "crate" | "provider" | "within" => Err(has_a_value(&key)),
            "ordered_by" => Err(has_a_place(key.span())),
            _ => Ok(Self::Other(key)),
        };
        // Else syn complains of what is left, too.
        let _: TokenStream = list.parse()?;
        word
    }

    /// `key = …`
    fn value(key: Ident, input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![=]>()?;
        let is_literal = input.peek(syn::Lit);
        match key.to_string().as_str() {
            "crate" if is_literal => Err(input.error(
                "the runtime is named by its path, without quotes: `crate = webhook_runtime`",
            )),
            "crate" => input
                .call(Path::parse_mod_style)
                .map(|path| Self::Runtime(key, path)),
            "provider" if is_literal => {
                Err(input.error("a provider is a type, without quotes: `provider = Anthropic`"))
            }
            "provider" => input.parse().map(|path| Self::Provider(key, path)),
            "handlers" | "events" | "exhaustive" | "ignore" | "subtypes" => Err(has_a_list(&key)),
            "retry" => Err(has_a_policy(&key)),
            "within" => input.parse().map(|path| Self::Within(key, path)),
            "ordered_by" if input.peek(LitStr) => {
                input.parse().map(|place| Self::OrderedBy(key, place))
            }
            "ordered_by" => Err(has_a_place(input.span())),
            _ if input.peek(LitStr) => input.parse().map(|value| Self::Pair(key, value)),
            _ => {
                let value = input.span();
                pass_over(input);
                Ok(Self::NonStringPair(key, value))
            }
        }
    }

    /// `key`
    fn flag(key: Ident) -> Result<Self> {
        match key.to_string().as_str() {
            "unlisted" => Ok(Self::Unlisted(key)),
            "unknown" => Ok(Self::Unknown(key)),
            "state" => Ok(Self::State(key)),
            "deprecated" => Ok(Self::Deprecated(key)),
            "shipped" => Ok(Self::Shipped(key)),
            "exhaustive" => Ok(Self::Exhaustive(key, Vec::new())),
            "handlers" | "events" | "ignore" | "subtypes" => Err(has_a_list(&key)),
            "retry" => Err(has_a_policy(&key)),
            "crate" | "provider" | "within" => Err(has_a_value(&key)),
            "ordered_by" => Err(has_a_place(key.span())),
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

/// Whether a word is written as a constant or a type is.
pub(super) fn is_constant(key: &Ident) -> bool {
    key.to_string().chars().any(char::is_uppercase)
}

fn has_a_list(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` is followed by a list: `{key}(…)`"),
    )
}

fn has_a_value(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` is followed by its value: `{key} = …`"),
    )
}

fn has_a_policy(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "`retry` is followed by how often and how soon: `retry(max = 5, backoff = \"30s\")`",
    )
}

fn has_a_place(span: Span) -> Error {
    Error::new(
        span,
        "`ordered_by` is followed by a place in the body, as a string literal: `ordered_by = \"/data/id\"`",
    )
}

/// Paths between the parentheses of `handlers(…)`.
fn paths(list: ParseStream<'_>) -> Result<Vec<Path>> {
    separated(list, |input| {
        let alone = |input: ParseStream<'_>| {
            input.error("a handler is listed by its path alone, such as `vaults::created`")
        };
        if input.peek(syn::Lit) {
            return Err(input.error("a handler is listed by its path, without quotes"));
        }
        if input.peek(Token![#]) {
            return Err(input.error(
                "a handler in a list has no attributes: choose between whole lists, each in `#[cfg_attr(…, webhook(handlers(…)))]`",
            ));
        }
        if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
            return Err(alone(input));
        }
        let path = input
            .call(Path::parse_mod_style)
            .map_err(|_| alone(input))?;
        if input.is_empty() || input.peek(Token![,]) || input.peek(Ident::peek_any) {
            Ok(path)
        } else {
            Err(alone(input))
        }
    })
}

/// String literals between the parentheses of `key(…)`.
fn names(key: &Ident, list: ParseStream<'_>) -> Result<Vec<LitStr>> {
    if list.is_empty() {
        return Err(Error::new(
            key.span(),
            "no event is listed: write its name, such as \"session.created\"",
        ));
    }
    separated(list, |input| match input.peek(LitStr) {
        true => input.parse(),
        false => Err(not_a_name(input.span())),
    })
}

/// What stands between commas. All that cannot be read is told.
pub(super) fn separated<T>(
    input: ParseStream<'_>,
    item: impl FnMut(ParseStream<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut errors = Errors::default();
    let items = readable(input, item, &mut errors);
    errors.into_result().map(|()| items)
}

/// What stands between commas, without what cannot be read.
fn readable<T>(
    input: ParseStream<'_>,
    mut item: impl FnMut(ParseStream<'_>) -> Result<T>,
    errors: &mut Errors,
) -> Vec<T> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let read = item(input).and_then(|item| match input.is_empty() || input.peek(Token![,]) {
            true => Ok(item),
            false => Err(input.error("expected `,`")),
        });
        items.extend(errors.keep(read));
        pass_over(input);
        let _: Option<Token![,]> = input.parse().ok();
    }
    items
}

/// Goes to the next comma.
fn pass_over(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) && input.parse::<TokenTree>().is_ok() {}
}

fn misplaced(key: &Ident, attribute: &str, takes: &str) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` does not belong in {attribute}, which takes {takes}"),
    )
}

impl Word {
    /// The error for a word that belongs to another attribute.
    pub(super) fn misplaced(self, attribute: &str, takes: &str) -> Error {
        match self {
            Self::Literal(literal) => Error::new(
                literal.span(),
                format!("a literal does not belong in {attribute}, which takes {takes}"),
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
            | Self::Retry(key, _)
            | Self::OrderedBy(key, _)
            | Self::Pair(key, _) => misplaced(&key, attribute, takes),
            Self::Odd(span) => Error::new(
                span,
                format!("this does not belong in {attribute}, which takes {takes}"),
            ),
            Self::Other(key) | Self::NonStringPair(key, _) => Error::new(
                key.span(),
                format!("`{key}` is not known in {attribute}, which takes {takes}"),
            ),
        }
    }
}

/// All words of an attribute that can be read.
pub(super) fn words(tokens: TokenStream, errors: &mut Errors) -> Vec<Word> {
    let mut words = Vec::new();
    let mut told = Errors::default();
    let parser = |input: ParseStream<'_>| {
        words = readable(input, Word::parse, &mut told);
        Ok(())
    };
    errors.keep(syn::parse::Parser::parse2(parser, tokens));
    errors.keep(told.into_result());
    words
}

/// The words of every attribute of this name.
pub(super) fn words_of(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Word> {
    let mut all = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        match &attribute.meta {
            Meta::List(list) => all.extend(words(list.tokens.clone(), errors)),
            meta => errors.push(Error::new_spanned(
                meta,
                format!("its words stand in parentheses: `#[{name}(…)]`"),
            )),
        }
    }
    all
}
