//! Comma-separated lists that report every malformed item.

use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Result, Token};

use super::errors::Errors;

/// Parses all items, or returns the errors of all malformed ones.
pub(super) fn separated<T>(
    input: ParseStream<'_>,
    item: impl FnMut(ParseStream<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut errors = Errors::default();
    let items = well_formed(input, item, &mut errors);
    errors.into_result().map(|()| items)
}

/// Parses the well-formed items, and collects the errors of the malformed ones.
pub(super) fn well_formed<T>(
    input: ParseStream<'_>,
    mut item: impl FnMut(ParseStream<'_>) -> Result<T>,
    errors: &mut Errors,
) -> Vec<T> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let parsed = item(input).and_then(|item| match input.is_empty() || input.peek(Token![,]) {
            true => Ok(item),
            false => Err(input.error("expected `,`")),
        });
        items.extend(errors.ok(parsed));
        skip_to_comma(input);
        let _: Option<Token![,]> = input.parse().ok();
    }
    items
}

/// Skips tokens up to the next comma.
pub(super) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) && input.parse::<TokenTree>().is_ok() {}
}
