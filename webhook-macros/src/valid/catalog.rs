//! Rules for enums under `#[derive(EventCatalog)]`.

use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields, Ident, Type, Variant};

use crate::attr::{self, Errors};
use crate::model::{Catalog, Event, bare};

/// Checks that a catalog is an enum of payloads with a variant for unlisted events, and that it has each event once.
///
/// Returns its model, which is `None` only with an error.
pub(crate) fn catalog<'a>(
    input: &'a DeriveInput,
    catalog: attr::Catalog,
    errors: &mut Errors,
) -> Option<Catalog<'a>> {
    let Data::Enum(data) = &input.data else {
        errors.add(
            input.ident.span(),
            "unsupported item: `EventCatalog` is derived for enums; write a variant for each event",
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.add(
            input.generics.params.span(),
            "unsupported generic parameter: a catalog has none; write concrete types",
        );
    }
    let mut events: Vec<Event<'a>> = Vec::new();
    let mut unknown = None;
    for variant in &data.variants {
        self::variant(variant, &mut events, &mut unknown, errors);
    }
    if unknown.is_none() && errors.is_empty() {
        errors.add(
            input.ident.span(),
            "missing variant for unlisted events: providers add events; add `#[event(unknown)] Unknown(UnknownEvent)`",
        );
    }
    if catalog.provider.is_none() && errors.is_empty() {
        errors.add(input.ident.span(), "missing `#[catalog(provider = …)]`");
    }
    one_location(&events, errors);
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

/// Checks that a variant has one payload, and either one event or `unknown`.
fn variant<'a>(
    variant: &'a Variant,
    events: &mut Vec<Event<'a>>,
    unknown: &mut Option<&'a Ident>,
    errors: &mut Errors,
) {
    let before = errors.count();
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
                "missing payload: a variant of a catalog has exactly one; write `{}(Payload)`",
                variant.ident
            ),
        );
        return;
    };
    match (event.name, event.unknown) {
        (Some(name), None) => {
            let other = events
                .iter()
                .find(|other| other.name.value() == name.text());
            if let Some(other) = other {
                errors.add(
                    name.span(),
                    format!(
                        "duplicate `{}`: the variant `{}` has this event; remove one of the two",
                        name.text(),
                        other.variant
                    ),
                );
            }
            events.push(Event {
                variant: &variant.ident,
                name: name.literal,
                payload,
                within: event.within,
                subtypes: event.subtypes,
                deprecated: event.deprecated,
            });
        }
        (None, Some(key)) if unknown.is_some() => errors.add(
            key.span(),
            "duplicate `unknown`: one variant is for all unlisted events; remove one of the two",
        ),
        (None, Some(_)) => {
            if !is_unknown_event(payload) {
                errors.push(Error::new_spanned(
                    payload,
                    "wrong payload: unlisted events are decoded as an `UnknownEvent`; write `Unknown(UnknownEvent)`",
                ));
            }
            *unknown = Some(&variant.ident);
        }
        (Some(_), Some(key)) => errors.add(
            key.span(),
            "unexpected `unknown`: the variant has an event; write another variant for unlisted events",
        ),
        // The attribute has an error already.
        (None, None) if errors.count() > before => {}
        (None, None) => errors.add(
            variant.ident.span(),
            "missing event: write its name, such as `#[event(\"session.created\")]`",
        ),
    }
}

/// Returns whether a type is written `UnknownEvent`.
fn is_unknown_event(ty: &Type) -> bool {
    match bare(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "UnknownEvent"),
        _ => false,
    }
}

/// Checks that each payload type has one location in all events that carry it.
fn one_location(events: &[Event<'_>], errors: &mut Errors) {
    let mut locations: Vec<(String, &[String])> = Vec::new();
    let mut add = |ty: &dyn ToTokens, within, errors: &mut Errors| {
        let ty = ty.to_token_stream();
        let text = ty.to_string();
        match locations.iter().find(|(other, _)| *other == text) {
            Some((_, other)) if *other != within => errors.push(Error::new_spanned(
                ty,
                "conflicting locations: another event has this payload type at another `within`; write a type of its own for one of the two",
            )),
            Some(_) => {}
            None => locations.push((text, within)),
        }
    };
    for event in events {
        add(event.payload, &event.within, errors);
        if let Some(subtypes) = &event.subtypes {
            for (_, payload) in &subtypes.values {
                add(payload, &subtypes.within, errors);
            }
        }
    }
}
