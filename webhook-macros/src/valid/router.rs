//! Rules for structs under `#[derive(WebhookRouter)]`.

use std::collections::HashSet;

use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Data, DataStruct, DeriveInput, Member, Type};

use crate::attr::{Errors, Webhook, is_state};

/// Checks that a router is a struct without generics that has a provider, handlers, and each type of state once.
///
/// Returns its state.
pub(crate) fn router<'a>(
    input: &'a DeriveInput,
    webhook: &Webhook,
    errors: &mut Errors,
) -> Vec<(Member, &'a Type)> {
    let Data::Struct(data) = &input.data else {
        errors.add(
            input.ident.span(),
            "unsupported item: `WebhookRouter` is derived for structs; keep the state of the handlers in fields",
        );
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        errors.add(
            input.generics.params.span(),
            "unsupported generic parameter: handlers name the router's type; write concrete types, or keep a `Box<dyn Trait>` in a field",
        );
    }
    let state = state(data, errors);
    // Types are compared as text: their `PartialEq` needs syn's `extra-traits`, a fifth of syn's compile time.
    let mut seen = HashSet::new();
    for (_, ty) in &state {
        if !seen.insert(ty.to_token_stream().to_string()) {
            errors.add(
                ty.span(),
                "duplicate state type: another `#[webhook(state)]` field has it, so `&T` would be ambiguous; wrap one of the two in a newtype",
            );
        }
    }
    required_options(input, webhook, errors);
    state
}

/// Returns the fields with `#[webhook(state)]`.
fn state<'a>(data: &'a DataStruct, errors: &mut Errors) -> Vec<(Member, &'a Type)> {
    data.fields
        .members()
        .zip(&data.fields)
        .filter(|(_, field)| is_state(&field.attrs, errors))
        .map(|(member, field)| (member, &field.ty))
        .collect()
}

/// Checks that the provider and the handlers are set.
fn required_options(input: &DeriveInput, webhook: &Webhook, errors: &mut Errors) {
    let missing = match (&webhook.provider, &webhook.handlers) {
        (Some(_), Some(_)) => return,
        (None, None) => "`#[webhook(provider = …, handlers(…))]`",
        (None, Some(_)) => "`provider = …` in `#[webhook(…)]`",
        (Some(_), None) => "`handlers(…)` in `#[webhook(…)]`",
    };
    if errors.is_empty() {
        errors.add(input.ident.span(), format!("missing {missing}"));
    }
}
