//! Entry point of `#[derive(WebhookRouter)]`.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::attr::{Errors, Webhook};
use crate::model::Router;
use crate::{expand, fallback, valid};

/// Input: a struct. Output: its impls of `Router` and of `HasState` for itself and its state.
pub(crate) fn router(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let webhook = Webhook::read(&input.attrs, &mut errors);
    let runtime = webhook.runtime.clone();
    let provider = webhook.provider.clone();
    let state = valid::router(&input, &webhook, &mut errors);
    match (errors.into_result(), webhook.provider, webhook.handlers) {
        (Ok(()), Some(provider), Some(handlers)) => expand::router(&Router {
            name: &input.ident,
            provider,
            handlers,
            state,
            exhaustive: webhook.exhaustive,
            runtime: webhook.runtime,
        }),
        (Err(error), ..) => fallback::router(&error, &input, provider.as_ref(), &runtime),
        // Unreachable: the rules require both options.
        (Ok(()), ..) => TokenStream::new(),
    }
}
