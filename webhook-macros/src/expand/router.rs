//! The router of a struct.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr};

use super::{check, ends, pattern};
use crate::attr::Exhaustive;
use crate::pattern::Pattern;
use crate::router::Router;

/// Output for `struct App` with `handlers(idled, vaults::credential)`:
/// ```text
/// const _: () = {
///     use ::webhook_runtime::private as __private;
///     impl HasState<App> for App { … }                  // and for each field that is state
///     struct __Handler;                             // what a path without a proxy resolves to: no handler
///     struct __Place0;                              // a place in the list, as a type
///     const _: () = { use idled as __Handler; impl Lists<App> for __Place0 { type Handler = __Handler; } };
///     struct __Place1;
///     const _: () = { use vaults::credential as __Handler; impl Lists<App> for __Place1 { … } };
///     const __HANDLERS: &[HandlerInfo] = &[info::<__Place0, App>(), info::<__Place1, App>()];
///     const __CELLS: &Cells<…> = …;                 // which handler takes which event
///     const _: () = Deprecated::<{ check::listed::<__Place0, App, …>("App", __CELLS, __HANDLERS, 0) }>::CHECK;
///     …
///     impl Router for App { … }
/// };
/// ```
/// Only `Lists` asks that a path is a handler for this router: so the mistake is told once.
pub(crate) fn router(router: &Router<'_>) -> TokenStream {
    let Router {
        name,
        provider,
        handlers,
        state,
        exhaustive,
        runtime,
    } = router;
    let private = runtime.private();
    let text = name.to_string();
    // `self` and locals keep our hygiene also where the tokens around them have the user's place.
    let received = Ident::new("__received", Span::call_site());
    let this = Ident::new("self", Span::call_site());
    let lent = state.iter().map(|(member, ty)| {
        let private = runtime.private_at(ty.span());
        quote_spanned! {ty.span()=>
            #[automatically_derived]
            impl #private::HasState<#ty> for #name {
                fn state(&#this) -> &#ty {
                    &#this.#member
                }
            }
        }
    });
    let indexes: Vec<usize> = (0..handlers.len()).collect();
    let count = handlers.len();
    let places: Vec<_> = indexes
        .iter()
        .map(|index| format_ident!("__Place{index}"))
        .collect();
    let listed = handlers.iter().zip(&places).map(|(path, place)| {
        let private = runtime.private_at(path.span());
        let import = quote_spanned!(path.span()=> use #path as __Handler;);
        let handler = quote_spanned!(path.span()=> __Handler);
        quote! {
            struct #place;
            const _: () = {
                #[allow(deprecated, unused_imports)]
                #import
                impl #private::Lists<#name> for #place {
                    type Handler = #handler;
                }
            };
        }
    });
    let checks = handlers
        .iter()
        .zip(&places)
        .zip(&indexes)
        .map(|((path, place), index)| {
            let (first, last) = ends(path);
            let private = runtime.private_at(first);
            let call = quote_spanned!(last=>
                check::listed::<#place, #name, _, _>(#text, __CELLS, __HANDLERS, #index)
            );
            let listed = quote_spanned!(path.span()=>
                #private::check::Deprecated::<{ #private::#call }>::CHECK
            );
            quote!(const _: () = #listed;)
        });
    let calls: Vec<_> = indexes
        .iter()
        .zip(&places)
        .map(|(index, place)| quote!(#index => #private::call::<#place, #name>))
        .collect();
    let (groups, dispatch) = dispatch(router, &calls, &this, &received);
    let exhaustive = exhaustive
        .as_ref()
        .map(|exhaustive| self::exhaustive(exhaustive, router));
    runtime.scope(&quote! {
        use #private::check::NotDeprecated as _;
        #[automatically_derived]
        impl #private::HasState<#name> for #name {
            fn state(&self) -> &#name {
                self
            }
        }
        #(#lent)*
        #[allow(dead_code)]
        struct __Handler;
        #(#listed)*
        const __HANDLERS: &[#private::HandlerInfo] =
            &[#(#private::info::<#places, #name>()),*];
        const __CELLS: &#private::Cells<{ #private::cells(#private::catalog::<#name>()) }, #count> =
            &#private::Cells::new(#private::catalog::<#name>(), __HANDLERS);
        const __TABLE: #private::Table<'static> = __CELLS.table();
        #(#checks)*
        #exhaustive
        #(#groups)*
        #[automatically_derived]
        impl #private::Router for #name {
            type Provider = #provider;

            const HANDLERS: &'static [#private::HandlerInfo] = __HANDLERS;

            const ROUTES: &'static [#private::Route] = &#private::routes::<
                { #private::count_routes(__TABLE, __HANDLERS) },
            >(#private::catalog::<#name>(), __TABLE, __HANDLERS);

            fn table() -> #private::Table<'static> {
                __TABLE
            }

            async fn dispatch<'__d>(
                &'__d #this,
                __handler: usize,
                #received: &'__d #private::Delivery<'__d>,
            ) -> #private::Handled {
                #dispatch
            }
        }
    })
}

/// How many handlers one future calls. The compiler takes more than twice as long for a future of twice the size.
const GROUP: usize = 32;

/// The functions that call a group of handlers each, if one future would be too large; and the body of `dispatch`.
fn dispatch(
    router: &Router<'_>,
    calls: &[TokenStream],
    this: &Ident,
    received: &Ident,
) -> (Vec<TokenStream>, TokenStream) {
    let Router { name, runtime, .. } = router;
    let private = runtime.private();
    let one_of = |calls: &[TokenStream], router: &Ident, received: &Ident| {
        quote! {
            match __handler {
                #(#calls(#router, #received).await,)*
                _ => #private::no_such_handler(),
            }
        }
    };
    if calls.len() <= GROUP {
        return (Vec::new(), one_of(calls, this, received));
    }
    let router = format_ident!("__router");
    let (groups, arms): (Vec<_>, Vec<_>) = calls
        .chunks(GROUP)
        .enumerate()
        .map(|(index, calls)| {
            let group = format_ident!("__group{index}");
            let body = one_of(calls, &router, received);
            let function = quote! {
                async fn #group(
                    #router: &#name,
                    __handler: usize,
                    #received: &#private::Delivery<'_>,
                ) -> #private::Handled {
                    #body
                }
            };
            (
                function,
                quote!(#index => #group(#this, __handler, #received).await,),
            )
        })
        .unzip();
    let dispatch = quote! {
        match __handler / #GROUP {
            #(#arms)*
            _ => #private::no_such_handler(),
        }
    };
    (groups, dispatch)
}

/// The checks of a router that is to handle everything.
fn exhaustive(exhaustive: &Exhaustive, router: &Router<'_>) -> TokenStream {
    let Exhaustive {
        key,
        families,
        ignored,
    } = exhaustive;
    let Router { name, runtime, .. } = router;
    let text = name.to_string();
    let everything = vec![Pattern {
        literal: LitStr::new("*", key.span()),
    }];
    let families = if families.is_empty() {
        &everything
    } else {
        families
    };
    let constants = |patterns: &[Pattern]| -> Vec<TokenStream> {
        patterns
            .iter()
            .map(|p| pattern(p, false, runtime))
            .collect()
    };
    let (exhaustive, left_out) = (constants(families), constants(ignored));
    let private = runtime.private();
    let handled = families.iter().zip(&exhaustive).map(|(family, pattern)| {
        let arguments = quote!(
            #text, #private::catalog::<#name>(), __TABLE, __HANDLERS, #pattern, __IGNORED
        );
        check(&family.literal, runtime, "exhaustive", arguments)
    });
    let stale = ignored.iter().zip(&left_out).map(|(event, pattern)| {
        let arguments = quote!(
            #private::catalog::<#name>(), __TABLE, __HANDLERS, __EXHAUSTIVE, #pattern
        );
        check(&event.literal, runtime, "ignored", arguments)
    });
    quote! {
        const __EXHAUSTIVE: &[#private::Pattern] = &[#(#exhaustive),*];
        const __IGNORED: &[#private::Pattern] = &[#(#left_out),*];
        #(#handled)*
        #(#stale)*
    }
}
