//! `#[on(…)]`: the function under it, as a handler.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, GenericArgument, Ident, ItemFn, PathArguments, Type, Visibility};

use crate::attr::{Errors, On};
use crate::{expand, fallback, valid};

/// A function that keeps the rules.
pub(crate) struct Handler<'a> {
    pub(crate) on: On,
    pub(crate) name: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) cfgs: Vec<&'a Attribute>,
    /// The `async` of an async function.
    pub(crate) asyncness: Option<Span>,
    pub(crate) arguments: Vec<Argument<'a>>,
    /// What it returns; none is `()`.
    pub(crate) returns: Option<&'a Type>,
}

/// Where an argument comes from.
pub(crate) enum Argument<'a> {
    /// By value: from the delivery.
    Taken(&'a Type),
    /// By reference: lent by the router.
    Lent(&'a Type),
}

/// The attribute macro: the function as it was, and its proxy behind it.
pub(crate) fn on(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let on = On::read(attribute, &mut errors);
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = match valid::not_a_function(&item) {
                Some(error) => error,
                // The function itself is broken: rustc says where.
                None => error,
            };
            errors.push(error);
            return fallback::item(errors, item);
        }
    };
    let runtime = on.runtime.clone();
    valid::function(&function, &mut errors);
    let behind = match errors.into_result() {
        Ok(()) => expand::handler(&model(on, &function)),
        Err(error) => fallback::handler(&error, &function, &runtime),
    };
    let mut tokens = function.to_token_stream();
    tokens.extend(behind);
    tokens
}

fn model(on: On, function: &ItemFn) -> Handler<'_> {
    let arguments = function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            syn::FnArg::Typed(argument) => Some(match bare(&argument.ty) {
                Type::Reference(reference) => Argument::Lent(&reference.elem),
                ty => Argument::Taken(ty),
            }),
            syn::FnArg::Receiver(_) => None,
        })
        .collect();
    Handler {
        on,
        name: &function.sig.ident,
        vis: &function.vis,
        cfgs: crate::attr::cfgs(&function.attrs),
        asyncness: function.sig.asyncness.map(|token| token.span()),
        arguments,
        returns: match &function.sig.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(ty),
        },
    }
}

/// A type without the groups and parentheses around it: a `$t:ty` of a macro is a group.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// The payload in `Event<T>`, to point at; the whole type if it is written in another way.
pub(crate) fn payload_span(ty: &Type) -> Span {
    let payload = match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
    .and_then(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Event" => arguments.args.first(),
        _ => None,
    });
    match payload {
        Some(GenericArgument::Type(payload)) => payload.span(),
        _ => ty.span(),
    }
}
