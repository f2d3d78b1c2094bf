//! Entry point of `#[derive(EventCatalog)]`.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::attr::{Catalog, Errors};
use crate::{expand, fallback, valid};

/// Input: an enum of payloads. Output: its impls of `Catalog`, `Payload` and `Decode`, and those of its payloads.
pub(crate) fn catalog(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let catalog = Catalog::read(&input.attrs, &mut errors);
    let runtime = catalog.runtime.clone();
    let model = valid::catalog(&input, catalog, &mut errors);
    match (errors.into_result(), model) {
        (Ok(()), Some(model)) => expand::catalog(&model),
        (Err(error), _) => fallback::catalog(&error, &input, &runtime),
        // Unreachable: a missing model always has an error.
        (Ok(()), None) => TokenStream::new(),
    }
}
