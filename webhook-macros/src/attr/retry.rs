//! `retry(…)` of `#[on(…)]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitInt, LitStr, Result, Token};

use super::word::separated;
use super::{Errors, once, pause};

/// What may stand there, for those who have written something else.
const TAKES: &str = "`max = 5` (how many retries) and `backoff = \"30s\"` (the first pause)";

/// `retry(max = 5, backoff = "10s..6h")`: what a handler says of retries, all else being left open.
pub(crate) struct Retry {
    pub(crate) max: Option<u32>,
    /// In milliseconds.
    pub(crate) first: Option<u64>,
    /// In milliseconds.
    pub(crate) longest: Option<u64>,
}

impl Retry {
    pub(super) fn read(retry: &Ident, list: ParseStream<'_>) -> Result<Self> {
        if list.is_empty() {
            return Err(Error::new(
                retry.span(),
                format!("`retry(…)` says nothing here; it takes {TAKES}"),
            ));
        }
        let (mut max, mut backoff) = (None, None);
        let mut errors = Errors::default();
        let read = separated(list, |input| {
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!("`retry(…)` takes {TAKES}")));
            }
            let key = input.call(Ident::parse_any)?;
            match key.to_string().as_str() {
                "max" => once(&mut max, &key, most(&key, input)?, &mut errors),
                "backoff" => {
                    let pauses = pauses(&key, input)?;
                    once(&mut backoff, &key, (key.clone(), pauses), &mut errors);
                }
                _ => return Err(unknown(&key)),
            }
            Ok(())
        });
        errors.keep(read);
        if let (Some(0), Some((key, _))) = (max, &backoff) {
            errors.add(
                key.span(),
                "without a retry there is no pause: leave `backoff` out, or let `max` be 1 at least",
            );
        }
        errors.into_result()?;
        let (first, longest) = backoff.map(|(_, pauses)| pauses).unzip();
        Ok(Self {
            max,
            first,
            longest: longest.flatten(),
        })
    }
}

/// The value of `max`.
fn most(key: &Ident, input: ParseStream<'_>) -> Result<u32> {
    const MOST: u32 = 1000;
    let value = value(key, "max = 5", input)?;
    if let Ok(number) = syn::parse2::<LitInt>(value.clone())
        && number.suffix().is_empty()
    {
        return match number.base10_parse() {
            Ok(max) if max <= MOST => Ok(max),
            _ => Err(Error::new_spanned(
                value,
                format!("`max` is a number of retries from 0, for none, to {MOST}"),
            )),
        };
    }
    let digits = syn::parse2::<LitStr>(value.clone())
        .ok()
        .and_then(|text| text.value().parse::<u32>().ok());
    Err(Error::new_spanned(
        value,
        match digits {
            Some(digits) => format!("`max` is a number, without quotes: `max = {digits}`"),
            None => "`max` is an integer literal, the number of retries: `max = 5`".to_owned(),
        },
    ))
}

/// The value of `backoff`.
fn pauses(key: &Ident, input: ParseStream<'_>) -> Result<(u64, Option<u64>)> {
    let value = value(key, "backoff = \"30s\"", input)?;
    if let Ok(literal) = syn::parse2::<LitStr>(value.clone()) {
        return pause::read(&literal.value()).map_err(|problem| Error::new_spanned(value, problem));
    }
    let spelled: String = value
        .clone()
        .into_iter()
        .map(|token| token.to_string())
        .collect();
    let meant = [spelled.clone(), format!("{spelled}s")]
        .into_iter()
        .find(|text| pause::read(text).is_ok())
        .unwrap_or_else(|| "30s".to_owned());
    Err(Error::new_spanned(
        value,
        format!("a pause stands in quotes, with its unit: `backoff = \"{meant}\"`"),
    ))
}

/// What stands behind `=`, up to the next comma; one literal if that comma has been forgotten.
fn value(key: &Ident, written: &str, input: ParseStream<'_>) -> Result<TokenStream> {
    let missing = || {
        Error::new(
            key.span(),
            format!("`{key}` is followed by its value: `{written}`"),
        )
    };
    input.parse::<Token![=]>().map_err(|_| missing())?;
    let comma_forgotten =
        input.peek(syn::Lit) && (input.peek2(Ident::peek_any) || input.peek2(Token![;]));
    let mut value = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        value.extend([input.parse::<TokenTree>()?]);
        if comma_forgotten {
            break;
        }
    }
    if value.is_empty() {
        return Err(missing());
    }
    Ok(value)
}

/// The error for a word that is none of the two, with the one that is spelled nearly like it.
fn unknown(key: &Ident) -> Error {
    let word = key.to_string();
    let near = ["max", "backoff"].into_iter().find(|known| {
        // What the two share at the front and at the back.
        let shared = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
            a.zip(b).take_while(|(a, b)| a == b).count()
        };
        let front = shared(&mut word.chars(), &mut known.chars());
        let back = shared(&mut word.chars().rev(), &mut known.chars().rev());
        (front + back) * 2 > known.len()
    });
    Error::new(
        key.span(),
        match near {
            Some(near) => format!("`{word}` is not known in `retry(…)`; did you mean `{near}`?"),
            None => format!("`{word}` is not known in `retry(…)`, which takes {TAKES}"),
        },
    )
}
