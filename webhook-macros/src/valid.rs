//! Every rule that can be told from the tokens alone, and its sentence.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields, FnArg, Member, PathSegment, ReturnType, Type};

use crate::attr::{self, Errors, Webhook};
use crate::catalog::{Catalog, Event};
use crate::handler::{Function, bare, find, is_on};
use crate::router;

/// What `#[on]` stands on, if it is an item of another kind.
pub(crate) fn not_a_function(item: &TokenStream) -> Option<Error> {
    let parsed = syn::parse2::<syn::Item>(item.clone()).ok()?;
    (!matches!(parsed, syn::Item::Fn(_) | syn::Item::Verbatim(_))).then(|| {
        Error::new(
            item.clone()
                .into_iter()
                .next()
                .map_or_else(proc_macro2::Span::call_site, |t| t.span()),
            "`#[on(…)]` goes above a free function: `async fn name(event: Event<…>) { … }`",
        )
    })
}

/// A handler is a free function without generics.
pub(crate) fn function(function: &Function, errors: &mut Errors) {
    let signature = &function.sig;
    for attribute in &function.attrs {
        if is_on(attribute) {
            errors.push(Error::new_spanned(
                attribute,
                "a handler has one `#[on(…)]`: list all its events in the first",
            ));
        }
    }
    if let Some(place) = function.in_an_impl() {
        errors.push(Error::new_spanned(
            place,
            "a handler is a free function, not a method: move it out of the `impl`, and take the router as `&App`",
        ));
    }
    let lifetimes_alone = signature.generics.type_params().next().is_none()
        && signature.generics.const_params().next().is_none();
    if !signature.generics.params.is_empty() && lifetimes_alone {
        errors.push(Error::new_spanned(
            &signature.generics.params,
            "a handler needs no lifetimes of its own: leave them out, as in `&App` and `Event<View<'_>>`",
        ));
    } else if !signature.generics.params.is_empty() {
        errors.push(Error::new_spanned(
            &signature.generics.params,
            "a handler cannot be generic: nobody would say for which types it is called; write the types out",
        ));
    } else if let Some(clause) = &signature.generics.where_clause {
        errors.add(clause.span(), "a handler cannot have a `where` clause");
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        errors.add(
            token.span(),
            "a handler cannot be `unsafe`: it is called for what a network sends",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.push(Error::new_spanned(
            abi,
            "a handler has Rust's own calling convention: remove it",
        ));
    }
    if let Some(variadic) = &signature.variadic {
        errors.add(variadic.span(), "a handler cannot be variadic");
    }
    for input in &signature.inputs {
        if let FnArg::Typed(argument) = input {
            if let Some(cfg) = argument.attrs.iter().find(|a| a.path().is_ident("cfg")) {
                errors.push(Error::new_spanned(
                    cfg,
                    "an argument of a handler is always there: write two handlers, each under its own `#[cfg(…)]`",
                ));
            }
            self::argument(&argument.ty, errors);
        }
    }
    if let ReturnType::Type(_, ty) = &signature.output
        && let Type::Never(never) = bare(ty)
    {
        errors.add(
            never.span(),
            "a handler comes to an end: leave the return type out, or return `Result<(), E>`",
        );
    }
}

fn argument(ty: &Type, errors: &mut Errors) {
    match bare(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => {
            errors.push(Error::new_spanned(
                ty,
                "handlers run at the same time, so none can borrow mutably: take `&T`, and change it through a lock, a channel or a pool",
            ));
        }
        Type::Reference(reference) if matches!(bare(&reference.elem), Type::ImplTrait(_)) => {
            errors.push(Error::new_spanned(
                ty,
                "a handler cannot be generic: write the type out",
            ));
        }
        Type::Reference(reference) if is_event(&reference.elem) => errors.push(Error::new_spanned(
            ty,
            "the event belongs to the handler: take it by value, `Event<…>`",
        )),
        Type::Reference(reference)
            if reference
                .lifetime
                .as_ref()
                .is_some_and(|lifetime| lifetime.ident == "static") =>
        {
            errors.push(Error::new_spanned(
                ty,
                "the router lends for the time of the call: leave the lifetime out, `&T`",
            ));
        }
        Type::ImplTrait(_) => {
            errors.add(ty.span(), "a handler cannot be generic: write the type out");
        }
        _ if is_event(ty) && find(ty.to_token_stream(), "'static").is_some() => {
            errors.push(Error::new_spanned(
                ty,
                "what an event borrows lives for the time of the call: write `'_`, not `'static`",
            ));
        }
        _ => {}
    }
}

/// Whether a type is written as an event: another type of the name may well be lent.
fn is_event(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "Event" && !last.arguments.is_empty())
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// A router is a struct without generics, with a provider and handlers, and lends each type once.
pub(crate) fn router<'a>(
    input: &'a DeriveInput,
    webhook: &Webhook,
    errors: &mut Errors,
) -> Vec<(Member, &'a Type)> {
    let Data::Struct(data) = &input.data else {
        errors.add(
            input.ident.span(),
            "a router is a struct: its handlers borrow it, and its fields are their state",
        );
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        errors.add(
            input.generics.params.span(),
            "a router cannot be generic: its handlers name its type; write the types out, or keep a `Box<dyn Trait>` in a field",
        );
    }
    let state = router::state(data, errors);
    // As text: comparing types as such takes syn's `extra-traits`, which is a fifth of syn's time to compile.
    let mut lent = HashSet::new();
    for (_, ty) in &state {
        if !lent.insert(ty.to_token_stream().to_string()) {
            errors.add(
                ty.span(),
                "another field lends this type already, so `&T` would be ambiguous: wrap one of the two in a type of its own",
            );
        }
    }
    attributes(input, webhook, errors);
    state
}

fn attributes(input: &DeriveInput, webhook: &Webhook, errors: &mut Errors) {
    let missing = match (&webhook.provider, &webhook.handlers) {
        (Some(_), Some(_)) => return,
        (None, None) => "`#[webhook(provider = …, handlers(…))]`",
        (None, Some(_)) => "`provider = …` in `#[webhook(…)]`",
        (Some(_), None) => "`handlers(…)` in `#[webhook(…)]`",
    };
    if errors.is_empty() {
        errors.add(input.ident.span(), format!("the router lacks {missing}"));
    }
}

/// A catalog is an enum of payloads with an arm for the unknown, each event once.
pub(crate) fn catalog<'a>(
    input: &'a DeriveInput,
    catalog: attr::Catalog,
    errors: &mut Errors,
) -> Option<Catalog<'a>> {
    let Data::Enum(data) = &input.data else {
        errors.add(
            input.ident.span(),
            "a catalog is an enum with an arm for each event",
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.add(input.generics.params.span(), "a catalog cannot be generic");
    }
    let mut events: Vec<Event<'a>> = Vec::new();
    let mut unknown = None;
    for variant in &data.variants {
        let told = errors.count();
        let event = attr::Event::read(&variant.attrs, errors);
        let payload = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|field| &field.ty)
            }
            _ => None,
        };
        let Some(payload) = payload else {
            errors.add(
                variant.ident.span(),
                format!(
                    "an arm of a catalog holds its payload: `{}(Payload)`",
                    variant.ident
                ),
            );
            continue;
        };
        match (event.name, event.unknown) {
            (Some(name), None) => {
                if let Some(other) = events
                    .iter()
                    .find(|other| other.name.value() == name.text())
                {
                    errors.add(
                        name.span(),
                        format!(
                            "`{}` is the event of the arm `{}` already",
                            name.text(),
                            other.arm
                        ),
                    );
                }
                events.push(Event {
                    arm: &variant.ident,
                    name: name.literal,
                    payload,
                    within: event.within,
                    subtypes: event.subtypes,
                    deprecated: event.deprecated,
                });
            }
            (None, Some(key)) if unknown.is_some() => {
                errors.add(
                    key.span(),
                    "one arm is enough for what the catalog does not list",
                );
            }
            (None, Some(_)) => {
                if last_segment(payload).is_none_or(|last| last.ident != "UnknownEvent") {
                    errors.push(Error::new_spanned(
                        payload,
                        "what the catalog does not list is held as an `UnknownEvent`",
                    ));
                }
                unknown = Some(&variant.ident);
            }
            (Some(_), Some(key)) => {
                errors.add(
                    key.span(),
                    "an arm is for one event, or for what the catalog does not list",
                );
            }
            // What is wrong with the attribute is told.
            (None, None) if errors.count() > told => {}
            (None, None) => errors.add(
                variant.ident.span(),
                "which event? write its name: `#[event(\"session.created\")]`",
            ),
        }
    }
    if unknown.is_none() && errors.is_empty() {
        errors.add(
            input.ident.span(),
            "providers add events: add an arm for what the catalog does not list, `#[event(unknown)] Unknown(UnknownEvent)`",
        );
    }
    if catalog.provider.is_none() && errors.is_empty() {
        errors.add(
            input.ident.span(),
            "whose catalog is it? write `#[catalog(provider = …)]`",
        );
    }
    one_place(&events, errors);
    events.sort_by_key(|event| event.name.value());
    Some(Catalog {
        name: &input.ident,
        provider: catalog.provider?,
        events,
        unknown: unknown?,
        shipped: catalog.shipped,
        runtime: catalog.runtime,
    })
}

/// A payload type is decoded from one place, whichever event it came with.
fn one_place(events: &[Event<'_>], errors: &mut Errors) {
    let mut places: Vec<(String, &[String])> = Vec::new();
    let mut place = |ty: &dyn ToTokens, within, errors: &mut Errors| {
        let ty = ty.to_token_stream();
        let text = ty.to_string();
        match places.iter().find(|(other, _)| *other == text) {
            Some((_, other)) if *other != within => errors.push(Error::new_spanned(
                ty,
                "this payload stands at another place (`within`) elsewhere: give one of the two a type of its own",
            )),
            Some(_) => {}
            None => places.push((text, within)),
        }
    };
    for event in events {
        place(event.payload, &event.within, errors);
        if let Some(subtypes) = &event.subtypes {
            for (_, payload) in &subtypes.values {
                place(payload, &subtypes.within, errors);
            }
        }
    }
}

/// A view is a struct or an enum, of lifetimes alone.
pub(crate) fn view(input: &DeriveInput, payload: &attr::Payload, errors: &mut Errors) {
    if let Data::Union(_) = &input.data {
        errors.add(input.ident.span(), "a view is a struct or an enum");
    }
    let mut lifetimes = 0;
    for parameter in &input.generics.params {
        match parameter {
            syn::GenericParam::Lifetime(_) if lifetimes == 0 => lifetimes += 1,
            _ => errors.add(
                parameter.span(),
                "a view has no parameters but one lifetime, that of the body it borrows from",
            ),
        }
    }
    if payload.unlisted
        && let Some(family) = payload.events.iter().find(|pattern| !pattern.is_exact())
    {
        errors.add(family.span(), "`unlisted` is for exact names");
    }
}
