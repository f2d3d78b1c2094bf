//! Impls of a catalog and of its payloads.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

use super::payload::do_not_recommend;
use crate::attr::key;
use crate::model::Catalog;

/// Output: impls of `Catalog`, `Payload` and `Decode` for the enum, of `Payload` and `Decode` for each payload.
pub(crate) fn catalog(catalog: &Catalog<'_>) -> TokenStream {
    let Catalog {
        name,
        provider,
        events,
        unknown,
        shipped,
        runtime,
    } = catalog;
    let do_not_recommend = do_not_recommend(*shipped);
    let private = runtime.private();
    let text = name.to_string();
    let names: Vec<&LitStr> = events.iter().map(|event| &event.name).collect();
    let indices = 0..events.len();
    let mut keys: Vec<_> = (0_u16..)
        .zip(events)
        .map(|(index, event)| (key(&event.name.value()), index))
        .collect();
    keys.sort_unstable();
    let keys = keys.iter().map(|(key, index)| quote!((#key, #index)));
    let infos = events.iter().map(|event| {
        let (name, payload) = (&event.name, type_name(event.payload));
        let subtypes = event.subtypes.as_ref().map(|subtypes| {
            let (key, at) = (&subtypes.key, &subtypes.at);
            let mut values: Vec<_> = subtypes.values.iter().collect();
            values.sort_by_key(|(value, _)| value.value());
            let values = values.iter().map(|(value, path)| {
                let payload = path.segments.last().map(|last| last.ident.to_string());
                quote!(#private::subtype::<#path>(#value, #payload))
            });
            quote!(.with_subtypes(&#private::Subtypes::new(#key, &[#(#at),*], &[#(#values),*])))
        });
        let deprecated = event.deprecated.then(|| quote!(.deprecated()));
        quote!(#private::EventInfo::new(#name, #payload) #subtypes #deprecated)
    });
    let variants = events.iter().map(|event| {
        let (name, variant, payload) = (&event.name, event.variant, event.payload);
        quote! {
            #name => <#payload as #private::Decode<'__de>>::decode(__event_type, __deserializer)
                .map(Self::#variant),
        }
    });
    // The payload is bound, so that rustc does not warn of dead fields in an enum that a program never matches on.
    let event_types = events.iter().map(|event| {
        let (name, variant) = (&event.name, event.variant);
        quote!(Self::#variant(__payload) => { let _ = __payload; #name })
    });
    let payloads = payloads(catalog, &private);
    let span = provider.span();
    let private_at_provider = runtime.private_at(span);
    let provider_name =
        quote_spanned!(span=> <#provider as #private_at_provider::Provider>::PROFILE.name());
    runtime.scope(&quote! {
        #[automatically_derived]
        impl #private::Catalog for #name {
            type Provider = #provider;
            const INFO: &'static #private::CatalogInfo =
                &#private::CatalogInfo::new(#provider_name, #text, &[#(#infos),*], &[#(#keys),*]);

            fn index_of(__event_type: &str) -> #private::Option<usize> {
                #private::Option::Some(match __event_type {
                    #(#names => #indices,)*
                    _ => return #private::Option::None,
                })
            }

            fn event_type(&self) -> &str {
                match self {
                    #(#event_types)*
                    Self::#unknown(__unknown) => &__unknown.event_type,
                }
            }
        }
        #[automatically_derived]
        impl #private::Payload for #name {
            type Catalog = Self;
            const CARRIES: #private::Carries =
                #private::Carries::of::<Self>(#text, &[#private::Pattern::new("*", 0)]);
        }
        #[automatically_derived]
        #do_not_recommend
        impl<'__de> #private::Decode<'__de> for #name {
            fn decode<__D: #private::Deserializer<'__de>>(
                __event_type: &str,
                __deserializer: __D,
            ) -> #private::Result<Self, __D::Error> {
                match __event_type {
                    #(#variants)*
                    _ => #private::unknown(__event_type, __deserializer).map(Self::#unknown),
                }
            }
        }
        #payloads
    })
}

/// Events that a payload type carries, and its location.
struct Carried<'a> {
    ty: TokenStream,
    name: String,
    patterns: Vec<TokenStream>,
    within: &'a [String],
}

/// Returns the impls of the payload types, each type once.
fn payloads(catalog: &Catalog<'_>, private: &TokenStream) -> TokenStream {
    let mut carried: BTreeMap<String, Carried<'_>> = BTreeMap::new();
    let mut add = |ty: TokenStream, name: String, pattern: TokenStream, within| {
        carried
            .entry(ty.to_string())
            .or_insert_with(|| Carried {
                ty,
                name,
                patterns: Vec::new(),
                within,
            })
            .patterns
            .push(pattern);
    };
    for event in &catalog.events {
        let literal = &event.name;
        let key = key(&literal.value());
        let pattern = quote!(#private::Pattern::new(#literal, #key));
        let ty = event.payload;
        add(
            ty.to_token_stream(),
            type_name(ty),
            pattern.clone(),
            &event.within[..],
        );
        if let Some(subtypes) = &event.subtypes {
            let key = &subtypes.key;
            for (value, path) in &subtypes.values {
                let name = path.segments.last().map(|last| last.ident.to_string());
                add(
                    path.to_token_stream(),
                    name.unwrap_or_default(),
                    quote!(#pattern.with_subtype(#key, #value)),
                    &subtypes.within[..],
                );
            }
        }
    }
    let do_not_recommend = do_not_recommend(catalog.shipped);
    let name = catalog.name;
    carried
        .values()
        .map(
            |Carried {
                 ty,
                 name: text,
                 patterns,
                 within,
             }| {
                quote! {
                    #[automatically_derived]
                    impl #private::Payload for #ty {
                        type Catalog = #name;
                        const CARRIES: #private::Carries =
                            #private::Carries::of::<#name>(#text, &[#(#patterns),*]);
                    }
                    #[automatically_derived]
                    #do_not_recommend
                    impl<'__de> #private::Decode<'__de> for #ty {
                        fn decode<__D: #private::Deserializer<'__de>>(
                            _: &str,
                            __deserializer: __D,
                        ) -> #private::Result<Self, __D::Error> {
                            #private::within(&[#(#within),*], __deserializer)
                        }
                    }
                }
            },
        )
        .collect()
}

/// Returns the last segment of a path, or the whole type.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_else(|| ty.to_token_stream().to_string())
}
