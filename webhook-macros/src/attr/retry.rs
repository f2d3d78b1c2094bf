//! `retry(…)` of `#[on(…)]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitInt, LitStr, Result, Token};

use super::backoff;
use super::errors::Errors;
use super::list::separated;
use super::nearest::nearest;

const EXPECTED: &str =
    "expected `max = 5` (number of retries) or `backoff = \"30s\"` (initial backoff)";

/// `retry(max = 5, backoff = "10s..6h")`. The endpoint's policy fills unset options.
pub(crate) struct Retry {
    pub(crate) max_retries: Option<u32>,
    /// In milliseconds.
    pub(crate) initial_backoff: Option<u64>,
    /// In milliseconds.
    pub(crate) max_backoff: Option<u64>,
}

impl Retry {
    pub(super) fn parse(retry: &Ident, list: ParseStream<'_>) -> Result<Self> {
        if list.is_empty() {
            return Err(Error::new(
                retry.span(),
                format!("empty `retry(…)`: {EXPECTED}"),
            ));
        }
        let (mut max, mut backoff) = (None, None);
        let mut errors = Errors::default();
        let parsed = separated(list, |input| {
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!("unexpected tokens in `retry(…)`: {EXPECTED}")));
            }
            let key = input.call(Ident::parse_any)?;
            match key.to_string().as_str() {
                "max" => errors.set_once(&mut max, &key, max_retries(&key, input)?),
                "backoff" => {
                    let bounds = bounds(&key, input)?;
                    errors.set_once(&mut backoff, &key, (key.clone(), bounds));
                }
                _ => return Err(unknown(&key)),
            }
            Ok(())
        });
        errors.ok(parsed);
        if let (Some(0), Some((key, _))) = (max, &backoff) {
            errors.add(
                key.span(),
                "unused `backoff`: `max = 0` disables retries; remove it, or raise `max`",
            );
        }
        errors.into_result()?;
        let (initial_backoff, max_backoff) = backoff.map(|(_, bounds)| bounds).unzip();
        Ok(Self {
            max_retries: max,
            initial_backoff,
            max_backoff: max_backoff.flatten(),
        })
    }
}

/// Returns the value of `max`.
fn max_retries(key: &Ident, input: ParseStream<'_>) -> Result<u32> {
    const MAXIMUM: u32 = 1000;
    let value = value(key, "max = 5", input)?;
    if let Ok(number) = syn::parse2::<LitInt>(value.clone())
        && number.suffix().is_empty()
    {
        return match number.base10_parse() {
            Ok(max) if max <= MAXIMUM => Ok(max),
            _ => Err(Error::new_spanned(
                value,
                format!("invalid `max`: expected a number of retries from 0 (none) to {MAXIMUM}"),
            )),
        };
    }
    let quoted = syn::parse2::<LitStr>(value.clone())
        .ok()
        .and_then(|text| text.value().parse::<u32>().ok());
    Err(Error::new_spanned(
        value,
        match quoted {
            Some(max) => {
                format!("unexpected quotes: `max` is a number; write `max = {max}`")
            }
            None => "invalid `max`: expected an integer literal; write the number of retries, such as `max = 5`".to_owned(),
        },
    ))
}

/// Returns the value of `backoff`: the initial and the maximum, in milliseconds.
fn bounds(key: &Ident, input: ParseStream<'_>) -> Result<(u64, Option<u64>)> {
    let value = value(key, "backoff = \"30s\"", input)?;
    if let Ok(literal) = syn::parse2::<LitStr>(value.clone()) {
        return backoff::parse(&literal.value())
            .map_err(|problem| Error::new_spanned(value, problem));
    }
    let text: String = value
        .clone()
        .into_iter()
        .map(|token| token.to_string())
        .collect();
    let fix = [text.clone(), format!("{text}s")]
        .into_iter()
        .find(|text| backoff::parse(text).is_ok())
        .unwrap_or_else(|| "30s".to_owned());
    Err(Error::new_spanned(
        value,
        format!("expected a string literal: a backoff has a unit; write `backoff = \"{fix}\"`"),
    ))
}

/// Returns the tokens after `=`, up to the next comma; one literal if the comma is missing.
fn value(key: &Ident, example: &str, input: ParseStream<'_>) -> Result<TokenStream> {
    let missing = || Error::new(key.span(), format!("expected a value: `{example}`"));
    input.parse::<Token![=]>().map_err(|_| missing())?;
    let comma_missing =
        input.peek(syn::Lit) && (input.peek2(Ident::peek_any) || input.peek2(Token![;]));
    let mut value = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        value.extend([input.parse::<TokenTree>()?]);
        if comma_missing {
            break;
        }
    }
    if value.is_empty() {
        return Err(missing());
    }
    Ok(value)
}

fn unknown(key: &Ident) -> Error {
    let option = key.to_string();
    Error::new(
        key.span(),
        match nearest(&option, &["max", "backoff"]) {
            Some(nearest) => {
                format!("unknown option `{option}` in `retry(…)`; did you mean `{nearest}`?")
            }
            None => format!("unknown option `{option}` in `retry(…)`: {EXPECTED}"),
        },
    )
}
