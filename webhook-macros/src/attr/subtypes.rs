//! `subtypes(…)` of `#[event(…)]`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Path, Result, Token};

use super::errors::Errors;
use super::list::separated;
use super::nearest::nearest;
use super::pointer::pointer;

/// `subtypes(key = "…", at = "/…", within = "/…", "value" = Type, …)`
#[derive(Clone)]
pub(crate) struct Subtypes {
    /// Name under which `#[on(…)]` selects a sub-type.
    pub(crate) key: LitStr,
    /// Location of the key's value in the payload.
    pub(crate) at: Vec<String>,
    /// Location of the sub-types' payload in the event's payload.
    pub(crate) within: Vec<String>,
    /// Values of the key, and the payload type of each.
    pub(crate) values: Vec<(LitStr, Path)>,
}

impl Subtypes {
    pub(super) fn parse(subtypes: &Ident, input: ParseStream<'_>) -> Result<Self> {
        let (mut key, mut at, mut within) = (None, None, None);
        let mut values: Vec<(LitStr, Path)> = Vec::new();
        let mut errors = Errors::default();
        let parsed = separated(input, |input| {
            if input.peek(LitStr) {
                let value: LitStr = input.parse()?;
                input.parse::<Token![=]>()?;
                if input.peek(syn::Lit) {
                    return Err(input.error(format!(
                        "unexpected quotes: the payload of a sub-type is a type; write `\"{}\" = Payload`",
                        value.value()
                    )));
                }
                if values
                    .iter()
                    .any(|(other, _)| other.value() == value.value())
                {
                    errors.add(value.span(), format!("duplicate `{}`", value.value()));
                }
                values.push((value, input.parse()?));
                return Ok(());
            }
            let option = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let text: LitStr = input.parse()?;
            match option.to_string().as_str() {
                "key" => errors.set_once(&mut key, &option, text),
                "at" => {
                    let keys = pointer(&text, &mut errors);
                    errors.set_once(&mut at, &option, keys);
                }
                "within" => {
                    let keys = pointer(&text, &mut errors);
                    errors.set_once(&mut within, &option, keys);
                }
                _ => errors.push(unknown(&option)),
            }
            Ok(())
        });
        errors.ok(parsed);
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
                "incomplete `subtypes(…)`: it needs a key, the key's location, and a payload for each value; write `subtypes(key = \"…\", at = \"/…\", \"value\" = Payload)`",
            )),
        }
    }
}

fn unknown(key: &Ident) -> Error {
    let option = key.to_string();
    Error::new(
        key.span(),
        match nearest(&option, &["key", "at", "within"]) {
            Some(nearest) => {
                format!("unknown option `{option}` in `subtypes(…)`; did you mean `{nearest}`?")
            }
            None => format!(
                "unknown option `{option}` in `subtypes(…)`: expected `key`, `at`, `within` or values"
            ),
        },
    )
}
