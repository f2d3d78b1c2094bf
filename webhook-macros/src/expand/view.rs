//! The view of a user's own struct.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::{check, not_listed, pattern};
use crate::view::View;

/// Output: `Payload` and `Decode` for the view, and a check of each pattern.
pub(crate) fn view(view: &View<'_>) -> TokenStream {
    let View {
        input,
        provider,
        payload,
    } = view;
    let private = payload.runtime.private();
    let not_listed = not_listed(payload.shipped);
    let name = &input.ident;
    let text = name.to_string();
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let lifetime = input
        .generics
        .lifetimes()
        .next()
        .map(|parameter| &parameter.lifetime);
    let decoded = match lifetime {
        Some(lifetime) => quote!(<'__de: #lifetime, #lifetime>),
        None => quote!(<'__de>),
    };
    let patterns: Vec<_> = payload
        .events
        .iter()
        .map(|p| pattern(p, payload.unlisted, &payload.runtime))
        .collect();
    let span = provider.span();
    let private_there = payload.runtime.private_at(span);
    let catalog = quote_spanned!(span=> <#provider as #private_there::Provider>::Catalog);
    let constant = quote_spanned!(span=>
        const __CATALOG: #private_there::CatalogOf<#catalog> = #private_there::CatalogOf::NEW;
    );
    let known = payload
        .events
        .iter()
        .zip(&patterns)
        .map(|(literal, pattern)| {
            // There, too: what is wrong with the provider is told once.
            let catalog = quote_spanned!(span=> __CATALOG.info());
            let arguments = quote!(#catalog, #pattern);
            check(
                &literal.literal,
                &payload.runtime,
                "pattern_of_view",
                arguments,
            )
        });
    let within = &payload.within;
    // "Deserialize is not implemented" is said at the name of the view; the local keeps our hygiene.
    let deserializer = Ident::new("__deserializer", Span::call_site());
    let private_there = payload.runtime.private_at(name.span());
    let decode = quote_spanned!(name.span()=>
        #private_there::within::<Self, __D>(&[#(#within),*], #deserializer)
    );
    payload.runtime.scope(&quote! {
            #constant
            #(#known)*
            #[automatically_derived]
            impl #parameters #private::Payload for #name #arguments #clause {
                type Catalog = #catalog;
                const CARRIES: #private::Carries =
                    #private::Carries::of::<#catalog>(#text, &[#(#patterns),*]);
            }
            #[automatically_derived]
            #not_listed
            impl #decoded #private::Decode<'__de> for #name #arguments #clause {
                fn decode<__D: #private::Deserializer<'__de>>(
                    _: &str,
                    #deserializer: __D,
                ) -> #private::Result<Self, __D::Error> {
                    #decode
                }
            }
    })
}
