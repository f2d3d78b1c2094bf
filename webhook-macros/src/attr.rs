//! The words of each attribute.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Ident, LitStr, Path, Result, Token, parenthesized};

use crate::pattern::{self, Pattern};

/// Collects the mistakes of one item, so that all of them are told at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(Error::new(span, message));
    }

    /// The value, or none with its mistake kept.
    pub(crate) fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// How many mistakes there are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Where the runtime is: `::webhook_runtime` unless `crate = path` says otherwise.
#[derive(Clone, Default)]
pub(crate) struct Runtime(Option<Path>);

impl Runtime {
    /// The module that generated code names everything by.
    pub(crate) fn private(&self) -> TokenStream {
        self.private_at(Span::call_site())
    }

    /// The same, so placed that an error in what is called there is shown at this place of the user's.
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        match &self.0 {
            Some(path) => {
                let path = path.to_token_stream().into_iter().map(|mut token| {
                    token.set_span(span.resolved_at(token.span()));
                    token
                });
                let path: TokenStream = path.collect();
                quote_spanned!(span=> #path::private)
            }
            None => quote_spanned!(span=> ::webhook_runtime::private),
        }
    }
}

/// One word of an attribute: a literal, a flag, `key = …` or `key(…)`.
enum Word {
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

fn not_a_name(span: Span) -> Error {
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

fn unknown_word(key: &Ident) -> Error {
    Error::new(key.span(), format!("`{key}` is not known here"))
}

fn misplaced(key: &Ident, attribute: &str, takes: &str) -> Error {
    Error::new(
        key.span(),
        format!("`{key}` does not belong in `{attribute}`, which takes {takes}"),
    )
}

impl Word {
    /// The error for a word that belongs to another attribute.
    fn misplaced(self, attribute: &str, takes: &str) -> Error {
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
fn words(tokens: TokenStream, errors: &mut Errors) -> Vec<Word> {
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
fn words_of(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Word> {
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

/// Sets what may stand once.
fn once<T>(slot: &mut Option<T>, key: &Ident, value: T, errors: &mut Errors) {
    if slot.is_some() {
        errors.add(key.span(), format!("`{key}` stands there twice"));
    } else {
        *slot = Some(value);
    }
}

/// Checks the form of a pattern.
fn pattern(literal: LitStr, errors: &mut Errors) -> Option<Pattern> {
    match pattern::problem(&literal.value()) {
        Some(problem) => {
            errors.add(literal.span(), problem);
            None
        }
        None => Some(Pattern { literal }),
    }
}

/// Checks the forms of several patterns, and that none stands there twice.
fn patterns(literals: impl IntoIterator<Item = LitStr>, errors: &mut Errors) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for literal in literals {
        let Some(pattern) = pattern(literal, errors) else {
            continue;
        };
        if patterns.iter().any(|other| other.text() == pattern.text()) {
            errors.add(
                pattern.span(),
                format!("`{}` stands there twice", pattern.text()),
            );
        } else {
            patterns.push(pattern);
        }
    }
    patterns
}

/// `#[on(…)]`
#[derive(Default)]
pub(crate) struct On {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) unlisted: bool,
    /// `message_type = "approval_request"`
    pub(crate) subtype: Option<(Ident, LitStr)>,
    pub(crate) runtime: Runtime,
}

impl On {
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        const TAKES: &str =
            "event names, `unlisted`, a sub-type (`key = \"value\"`) and `crate = path`";
        let mut literals = Vec::new();
        let (mut runtime, mut unlisted, mut subtype) = (None, None, None);
        for word in words(tokens, errors) {
            match word {
                Word::Literal(literal) => literals.push(literal),
                Word::Unlisted(key) => once(&mut unlisted, &key, (), errors),
                Word::Runtime(key, path) => once(&mut runtime, &key, path, errors),
                Word::Pair(key, value) if subtype.is_none() => subtype = Some((key, value)),
                Word::Pair(key, _) => errors.add(
                    key.span(),
                    "a handler is for one sub-type; write another handler for the other",
                ),
                Word::Other(key) if key.to_string().chars().any(char::is_uppercase) => {
                    errors.push(not_a_name(key.span()));
                }
                word => errors.push(word.misplaced("#[on(…)]", TAKES)),
            }
        }
        if literals.is_empty() && errors.is_empty() {
            errors.add(
                Span::call_site(),
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
            runtime: Runtime(runtime),
        }
    }
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
                word => errors.push(word.misplaced("#[webhook(…)]", TAKES)),
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
            word => errors.push(word.misplaced("#[webhook(…)] of a field", "`state`")),
        }
    }
    state.is_some()
}

/// `#[catalog(…)]`
#[derive(Default)]
pub(crate) struct Catalog {
    pub(crate) provider: Option<Path>,
    pub(crate) shipped: bool,
    pub(crate) runtime: Runtime,
}

impl Catalog {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        const TAKES: &str = "`provider = …` and `crate = path`";
        let mut catalog = Self::default();
        for word in words_of(attributes, "catalog", errors) {
            match word {
                Word::Provider(key, path) => once(&mut catalog.provider, &key, path, errors),
                Word::Runtime(key, path) => once(&mut catalog.runtime.0, &key, path, errors),
                Word::Shipped(_) => catalog.shipped = true,
                word => errors.push(word.misplaced("#[catalog(…)]", TAKES)),
            }
        }
        catalog
    }
}

/// `#[event(…)]` on an arm of a catalog.
#[derive(Default)]
pub(crate) struct Event {
    pub(crate) name: Option<Pattern>,
    pub(crate) unknown: Option<Ident>,
    pub(crate) within: Vec<String>,
    pub(crate) subtypes: Option<Subtypes>,
    pub(crate) deprecated: bool,
}

impl Event {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        const TAKES: &str =
            "one event name or `unknown`, `within = \"…\"`, `subtypes(…)` and `deprecated`";
        let mut event = Self::default();
        let (mut within, mut unknown, mut deprecated) = (None, None, None);
        for word in words_of(attributes, "event", errors) {
            match word {
                Word::Literal(literal) => {
                    let span = literal.span();
                    if event.name.is_some() {
                        errors.add(
                            span,
                            "an arm is for one event; give the other an arm of its own",
                        );
                    } else if let Some(name) = pattern(literal, errors) {
                        if !name.is_exact() {
                            errors.add(span, "a catalog lists exact names");
                        }
                        event.name = Some(name);
                    } else {
                        // Told already.
                        event.name = Some(Pattern {
                            literal: LitStr::new("_", span),
                        });
                    }
                }
                Word::Unknown(key) => once(&mut unknown, &key.clone(), key, errors),
                Word::Within(key, path) => once(&mut within, &key, path, errors),
                Word::Deprecated(key) => once(&mut deprecated, &key, (), errors),
                Word::Subtypes(key, subtypes) => {
                    once(&mut event.subtypes, &key, subtypes, errors);
                }
                word => errors.push(word.misplaced("#[event(…)]", TAKES)),
            }
        }
        event.unknown = unknown;
        event.deprecated = deprecated.is_some();
        event.within = within
            .map(|path| pointer(&path, errors))
            .unwrap_or_default();
        event
    }
}

/// `subtypes(key = "…", at = "/…", within = "/…", "value" = Type, …)`
#[derive(Clone)]
pub(crate) struct Subtypes {
    pub(crate) key: LitStr,
    pub(crate) at: Vec<String>,
    pub(crate) within: Vec<String>,
    pub(crate) values: Vec<(LitStr, Path)>,
}

impl Parse for Subtypes {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (mut key, mut at, mut within) = (None, None, None);
        let mut values = Vec::new();
        let mut errors = Errors::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                let value = input.parse()?;
                input.parse::<Token![=]>()?;
                values.push((value, input.parse()?));
            } else {
                let word = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                let text: LitStr = input.parse()?;
                match word.to_string().as_str() {
                    "key" => once(&mut key, &word, text, &mut errors),
                    "at" => once(&mut at, &word, pointer(&text, &mut errors), &mut errors),
                    "within" => once(&mut within, &word, pointer(&text, &mut errors), &mut errors),
                    _ => errors.push(unknown_word(&word)),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        errors.into_result()?;
        let (Some(key), Some(at)) = (key, at) else {
            return Err(input.error("sub-types need `key = \"…\"` and `at = \"/…\"`"));
        };
        Ok(Self {
            key,
            at,
            within: within.unwrap_or_default(),
            values,
        })
    }
}

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
                word => errors.push(word.misplaced("#[payload(…)]", TAKES)),
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

/// The keys of a JSON pointer.
fn pointer(literal: &LitStr, errors: &mut Errors) -> Vec<String> {
    let text = literal.value();
    let Some(keys) = text.strip_prefix('/') else {
        errors.add(
            literal.span(),
            format!(
                "a place in the payload starts with `/`; did you mean \"/{}\"?",
                text.replace('.', "/")
            ),
        );
        return Vec::new();
    };
    keys.split('/')
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// The attributes that decide whether an item exists.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .collect()
}
