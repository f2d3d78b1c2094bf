//! Rules for types under `#[derive(Payload)]`.

use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, GenericParam};

use crate::attr::{Errors, Payload};

/// Checks that a view is a struct or an enum with at most one generic parameter, a lifetime.
pub(crate) fn view(input: &DeriveInput, payload: &Payload, errors: &mut Errors) {
    if let Data::Union(_) = &input.data {
        errors.add(
            input.ident.span(),
            "unsupported item: `Payload` is derived for structs and enums; write one of them",
        );
    }
    let mut lifetimes = 0;
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Lifetime(_) if lifetimes == 0 => lifetimes += 1,
            _ => errors.add(
                parameter.span(),
                "unsupported generic parameter: a view has at most one lifetime, that of the body; write concrete types",
            ),
        }
    }
    if payload.unlisted
        && let Some(family) = payload.events.iter().find(|pattern| !pattern.is_exact())
    {
        errors.add(
            family.span(),
            "unexpected `*` beside `unlisted`: unlisted events of a view are exact names; write each of them",
        );
    }
}
