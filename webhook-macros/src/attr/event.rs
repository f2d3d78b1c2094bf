//! `#[catalog(…)]` on a catalog, and `#[event(…)]` on its arms.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Ident, LitStr, Path, Result, Token};

use super::pointer::pointer;
use super::word::{Word, is_constant, not_a_name, separated, words_of};
use super::{Errors, Runtime, once, pattern};
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
                word => errors.push(word.misplaced("`#[catalog(…)]`", TAKES)),
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
                Word::Other(key) if is_constant(&key) => errors.push(not_a_name(key.span())),
                Word::Odd(span) => errors.push(not_a_name(span)),
                word => errors.push(word.misplaced("`#[event(…)]`", TAKES)),
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

impl Subtypes {
    pub(super) fn read(subtypes: &Ident, input: ParseStream<'_>) -> Result<Self> {
        let (mut key, mut at, mut within) = (None, None, None);
        let mut values: Vec<(LitStr, Path)> = Vec::new();
        let mut errors = Errors::default();
        let read = separated(input, |input| {
            if input.peek(LitStr) {
                let value: LitStr = input.parse()?;
                input.parse::<Token![=]>()?;
                if input.peek(syn::Lit) {
                    return Err(input.error("the payload of a sub-type is a type, without quotes"));
                }
                if values
                    .iter()
                    .any(|(other, _)| other.value() == value.value())
                {
                    let twice = format!("`{}` stands there twice", value.value());
                    errors.add(value.span(), twice);
                }
                values.push((value, input.parse()?));
                return Ok(());
            }
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
            Ok(())
        });
        errors.keep(read);
        errors.into_result()?;
        match (key, at) {
            (Some(key), Some(at)) if !values.is_empty() => Ok(Self {
                key,
                at,
                within: within.unwrap_or_default(),
                values,
            }),
            _ => Err(Error::new(
                subtypes.span(),
                "sub-types are told apart by a key, at a place of the payload: `subtypes(key = \"…\", at = \"/…\", \"value\" = Payload)`",
            )),
        }
    }
}
