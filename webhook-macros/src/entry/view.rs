//! Entry point of `#[derive(Payload)]`.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::attr::{Errors, Payload};
use crate::model::View;
use crate::{expand, fallback, valid};

/// Input: a struct or an enum. Output: its impls of `Payload` and `Decode`.
pub(crate) fn view(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let payload = Payload::read(&input.attrs, input.ident.span(), &mut errors);
    valid::view(&input, &payload, &mut errors);
    let runtime = payload.runtime.clone();
    match (errors.into_result(), payload.provider.clone()) {
        (Ok(()), Some(provider)) => expand::view(&View {
            input: &input,
            provider,
            payload,
        }),
        (Err(error), provider) => fallback::view(&error, &input, provider.as_ref(), &runtime),
        // Unreachable: the attribute requires a provider.
        (Ok(()), None) => TokenStream::new(),
    }
}
