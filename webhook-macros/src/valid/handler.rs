//! Rules for functions under `#[on(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Error, FnArg, ReturnType, Type};

use crate::attr::Errors;
use crate::model::{Function, bare, find, is_on};

/// Returns the error if `#[on(…)]` is on an item that is not a function.
pub(crate) fn not_a_function(item: &TokenStream) -> Option<Error> {
    let parsed = syn::parse2::<syn::Item>(item.clone()).ok()?;
    (!matches!(parsed, syn::Item::Fn(_) | syn::Item::Verbatim(_))).then(|| {
        Error::new(
            item.clone()
                .into_iter()
                .next()
                .map_or_else(Span::call_site, |token| token.span()),
            "unsupported item: `#[on(…)]` belongs on a free function; write `async fn name(event: Event<…>) { … }`",
        )
    })
}

/// Checks that a handler is a free function without generics.
pub(crate) fn function(function: &Function, errors: &mut Errors) {
    let signature = &function.sig;
    for attribute in &function.attrs {
        if is_on(attribute) {
            errors.push(Error::new_spanned(
                attribute,
                "duplicate `#[on(…)]`: a handler has one; list all events in the first",
            ));
        }
    }
    if let Some(token) = function.in_an_impl() {
        errors.push(Error::new_spanned(
            token,
            "unsupported method: a handler is a free function; move it out of the `impl`, and take the router as `&App`",
        ));
    }
    let lifetimes_alone = signature.generics.type_params().next().is_none()
        && signature.generics.const_params().next().is_none();
    if !signature.generics.params.is_empty() && lifetimes_alone {
        errors.push(Error::new_spanned(
            &signature.generics.params,
            "unsupported lifetime parameter: a handler has none of its own; elide it, as in `&App` and `Event<View<'_>>`",
        ));
    } else if !signature.generics.params.is_empty() {
        errors.push(Error::new_spanned(
            &signature.generics.params,
            "unsupported generic parameter: the router cannot choose types for a handler; write concrete types",
        ));
    } else if let Some(clause) = &signature.generics.where_clause {
        errors.add(
            clause.span(),
            "unsupported `where` clause: a handler is not generic; remove it",
        );
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        errors.add(
            token.span(),
            "unsupported `unsafe`: a handler is called with data from the network; make it a safe function",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.push(Error::new_spanned(
            abi,
            "unsupported `extern`: a handler uses Rust's calling convention; remove it",
        ));
    }
    if let Some(variadic) = &signature.variadic {
        errors.add(
            variadic.span(),
            "unsupported `...`: a handler has a fixed number of arguments; remove it",
        );
    }
    for input in &signature.inputs {
        if let FnArg::Typed(parameter) = input {
            if let Some(cfg) = parameter.attrs.iter().find(|a| a.path().is_ident("cfg")) {
                errors.push(Error::new_spanned(
                    cfg,
                    "unsupported `#[cfg(…)]` on an argument: a handler has a fixed number of arguments; write two handlers, each under its own `#[cfg(…)]`",
                ));
            }
            self::parameter(&parameter.ty, errors);
        }
    }
    if let ReturnType::Type(_, ty) = &signature.output
        && let Type::Never(never) = bare(ty)
    {
        errors.add(
            never.span(),
            "unsupported return type `!`: a handler must return; remove the type, or return `Result<(), E>`",
        );
    }
}

/// Checks the type of a parameter.
fn parameter(ty: &Type, errors: &mut Errors) {
    match bare(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => {
            errors.push(Error::new_spanned(
                ty,
                "unsupported `&mut`: handlers run concurrently; take `&T`, and change it through a lock, a channel or a pool",
            ));
        }
        Type::Reference(reference) if matches!(bare(&reference.elem), Type::ImplTrait(_)) => {
            errors.push(Error::new_spanned(ty, IMPL_TRAIT));
        }
        Type::Reference(reference) if is_event(&reference.elem) => errors.push(Error::new_spanned(
            ty,
            "unsupported reference to an event: a handler owns its event; take it by value, `Event<…>`",
        )),
        Type::Reference(reference)
            if reference
                .lifetime
                .as_ref()
                .is_some_and(|lifetime| lifetime.ident == "static") =>
        {
            errors.push(Error::new_spanned(
                ty,
                "unsupported `'static`: state is borrowed for the duration of the call; elide the lifetime, `&T`",
            ));
        }
        Type::ImplTrait(_) => errors.add(ty.span(), IMPL_TRAIT),
        _ if is_event(ty) && find(ty.to_token_stream(), "'static").is_some() => {
            errors.push(Error::new_spanned(
                ty,
                "unsupported `'static`: an event borrows for the duration of the call; write `'_`",
            ));
        }
        _ => {}
    }
}

const IMPL_TRAIT: &str =
    "unsupported `impl Trait`: a handler is not generic; write the concrete type";

/// Returns whether a type is written `Event<…>`. Other types named `Event` can be state.
fn is_event(ty: &Type) -> bool {
    match bare(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Event" && !last.arguments.is_empty()),
        _ => false,
    }
}
