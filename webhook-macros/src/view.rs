//! `#[derive(Payload)]`: a user's own struct, as a view of events.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Path};

use crate::attr::{self, Errors};
use crate::{expand, fallback, valid};

/// A view that keeps the rules.
pub(crate) struct View<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) provider: Path,
    pub(crate) payload: attr::Payload,
}

/// The derive.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let payload = attr::Payload::read(&input.attrs, input.ident.span(), &mut errors);
    valid::view(&input, &payload, &mut errors);
    let runtime = payload.runtime.clone();
    match (errors.into_result(), payload.provider.clone()) {
        (Ok(()), Some(provider)) => expand::view(&View {
            input: &input,
            provider,
            payload,
        }),
        (Err(error), provider) => fallback::view(&error, &input, provider.as_ref(), &runtime),
        // The attribute's reader asks for a provider.
        (Ok(()), None) => TokenStream::new(),
    }
}
