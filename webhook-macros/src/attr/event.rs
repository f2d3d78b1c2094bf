//! `#[catalog(…)]` on a catalog, and `#[event(…)]` on its arms.

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path, Result, Token};

use super::word::{Word, words_of};
use super::{Errors, Runtime, once, pattern, pointer};
use crate::pattern::Pattern;

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
                    _ => errors.add(
                        word.span(),
                        format!("`{word}` is not known in `subtypes(…)`, which takes `key`, `at`, `within` and values"),
                    ),
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
