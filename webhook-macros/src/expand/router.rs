//! The router of a struct.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr, Path};

use super::{check, pattern};
use crate::attr::Exhaustive;
use crate::pattern::Pattern;
use crate::router::Router;

/// Output for `struct App` with `handlers(idled, vaults::credential)`:
/// ```text
/// impl Lend<App> for App { … }                      // and for each field that is state
/// const _: () = {
///     struct __Handler;                             // what a path without a proxy resolves to: no handler
///     const __HANDLERS: &[HandlerInfo] = &[{ use idled as __Handler; <__Handler as Handle<App>>::INFO }, …];
///     const __TABLE: Table<'static> = …;            // which handler takes which event
///     const _: () = check::listed("App", catalog::<App>(), __TABLE, __HANDLERS, 0);
///     const _: () = { use idled as __Handler; <__Handler as Handle<App>>::CHECKED };
///     …
///     impl Router for App { … }
/// };
/// ```
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
            impl #private::Lend<#ty> for #name {
                fn lend(&#this) -> &#ty {
                    &#this.#member
                }
            }
        }
    });
    let indexes: Vec<usize> = (0..handlers.len()).collect();
    // What a path leads to, inside a block of its own: its proxy, or what is no handler.
    let there = |path: &Path, what: TokenStream| {
        let private = runtime.private_at(path.span());
        quote_spanned! {path.span()=> {
            #[allow(deprecated, unused_imports)]
            use #path as __Handler;
            <__Handler as #private::Handle<#name>>::#what
        }}
    };
    let infos = handlers
        .iter()
        .map(|path| there(path, quote_spanned!(path.span()=> INFO)));
    let checks = handlers.iter().zip(&indexes).map(|(path, index)| {
        let checked = there(path, quote_spanned!(path.span()=> CHECKED));
        let arguments = quote!(
            #text, #private::catalog::<#name>(), __TABLE, __HANDLERS, #index
        );
        let listed = check(path, runtime, "listed", arguments);
        quote!(#listed const _: () = #checked;)
    });
    let calls = handlers.iter().map(|path| {
        let call = quote_spanned!(path.span()=> handle(#this, #received).await);
        there(path, call)
    });
    let exhaustive = exhaustive
        .as_ref()
        .map(|exhaustive| self::exhaustive(exhaustive, router));
    quote! {
        #[automatically_derived]
        impl #private::Lend<#name> for #name {
            fn lend(&self) -> &#name {
                self
            }
        }
        #(#lent)*
        const _: () = {
            #[allow(dead_code)]
            struct __Handler;
            const __HANDLERS: &[#private::HandlerInfo] = &[#(#infos),*];
            const __CELLS: #private::Cells<{ #private::cells(#private::catalog::<#name>()) }> =
                #private::Cells::new(#private::catalog::<#name>(), __HANDLERS);
            const __TABLE: #private::Table<'static> = __CELLS.table();
            #(#checks)*
            #exhaustive
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
                    #received: &'__d #private::Received<'__d>,
                ) -> #private::Handled {
                    match __handler {
                        #(#indexes => #calls,)*
                        _ => #private::no_such_handler(),
                    }
                }
            }
        };
    }
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
            #text, #private::catalog::<#name>(), __TABLE, #pattern, __IGNORED
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
