//! Impls of a view.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::check::check;
use super::pattern::pattern;
use super::payload::do_not_recommend;
use crate::model::View;

/// Output: impls of `Payload` and `Decode`, and a check of each pattern.
pub(crate) fn view(view: &View<'_>) -> TokenStream {
    let View {
        input,
        provider,
        payload,
    } = view;
    let private = payload.runtime.private();
    let do_not_recommend = do_not_recommend(payload.shipped);
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
        .map(|event| pattern(event, payload.unlisted, &payload.runtime))
        .collect();
    let span = provider.span();
    let private_at_provider = payload.runtime.private_at(span);
    let catalog = quote_spanned!(span=> <#provider as #private_at_provider::Provider>::Catalog);
    let constant = quote_spanned!(span=>
        const __CATALOG: #private_at_provider::CatalogOf<#catalog> = #private_at_provider::CatalogOf::NEW;
    );
    let known = payload
        .events
        .iter()
        .zip(&patterns)
        .map(|(literal, pattern)| {
            // The provider's span here too, so that rustc reports a wrong provider once.
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
    // A missing `Deserialize` is reported at the name of the view. The local keeps the macro's hygiene.
    let deserializer = Ident::new("__deserializer", Span::call_site());
    let private_at_name = payload.runtime.private_at(name.span());
    let decode = quote_spanned!(name.span()=>
        #private_at_name::within::<Self, __D>(&[#(#within),*], #deserializer)
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
            #do_not_recommend
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
