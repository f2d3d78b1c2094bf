//! The catalog of an enum, and its payloads.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

use super::not_listed;
use crate::catalog::Catalog;
use crate::pattern::key;

/// Output: `Catalog`, `Payload` and `Decode` for the enum, `Payload` and `Decode` for each of its payloads.
pub(crate) fn catalog(catalog: &Catalog<'_>) -> TokenStream {
    let Catalog {
        name,
        provider,
        events,
        unknown,
        shipped,
        runtime,
    } = catalog;
    let not_listed = not_listed(*shipped);
    let private = runtime.private();
    let text = name.to_string();
    let names: Vec<&LitStr> = events.iter().map(|event| &event.name).collect();
    let indexes = 0..events.len();
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
    let arms = events.iter().map(|event| {
        let (name, arm, payload) = (&event.name, event.arm, event.payload);
        quote! {
            #name => <#payload as #private::Decode<'__de>>::decode(__event_type, __deserializer)
                .map(Self::#arm),
        }
    });
    // The payloads are bound, so that an enum that a program never looks into is no dead code.
    let event_types = events.iter().map(|event| {
        let (name, arm) = (&event.name, event.arm);
        quote!(Self::#arm(__payload) => { let _ = __payload; #name })
    });
    let payloads = payloads(catalog, &private);
    let span = provider.span();
    let private_there = runtime.private_at(span);
    let provider_name =
        quote_spanned!(span=> <#provider as #private_there::Provider>::PROFILE.name());
    runtime.scope(&quote! {
        #[automatically_derived]
        impl #private::Catalog for #name {
            type Provider = #provider;
            const INFO: &'static #private::CatalogInfo =
                &#private::CatalogInfo::new(#provider_name, #text, &[#(#infos),*], &[#(#keys),*]);

            fn index_of(__event_type: &str) -> #private::Option<usize> {
                #private::Option::Some(match __event_type {
                    #(#names => #indexes,)*
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
        #not_listed
        impl<'__de> #private::Decode<'__de> for #name {
            fn decode<__D: #private::Deserializer<'__de>>(
                __event_type: &str,
                __deserializer: __D,
            ) -> #private::Result<Self, __D::Error> {
                match __event_type {
                    #(#arms)*
                    _ => #private::unknown(__event_type, __deserializer).map(Self::#unknown),
                }
            }
        }
        #payloads
    })
}

/// What one payload type carries, and where it stands.
struct Carried<'a> {
    ty: TokenStream,
    name: String,
    patterns: Vec<TokenStream>,
    within: &'a [String],
}

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
    let not_listed = not_listed(catalog.shipped);
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
                    #not_listed
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

/// The last name in a type.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_else(|| ty.to_token_stream().to_string())
}
