//! `#[derive(WebhookRouter)]`: the struct under it, as a router.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Ident, Member, Path, Type};

use crate::attr::{self, Errors, Exhaustive, Runtime, Webhook};
use crate::{expand, fallback, valid};

/// A router that keeps the rules.
pub(crate) struct Router<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) provider: Path,
    pub(crate) handlers: Vec<Path>,
    pub(crate) state: Vec<(Member, &'a Type)>,
    pub(crate) exhaustive: Option<Exhaustive>,
    pub(crate) runtime: Runtime,
}

/// The derive.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
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
        // The rules ask for both.
        (Ok(()), ..) => TokenStream::new(),
    }
}

/// The fields that are marked as state.
pub(crate) fn state<'a>(data: &'a syn::DataStruct, errors: &mut Errors) -> Vec<(Member, &'a Type)> {
    data.fields
        .members()
        .zip(&data.fields)
        .filter(|(_, field)| attr::is_state(&field.attrs, errors))
        .map(|(member, field)| (member, &field.ty))
        .collect()
}
