//! Impls of a router.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr};

use super::check::{check, ends};
use super::pattern::pattern;
use crate::attr::{Exhaustive, Pattern};
use crate::model::Router;

/// Output for `struct App` with `handlers(idled, vaults::credential)`:
/// ```text
/// const _: () = {
///     use ::webhook_runtime::private as __private;
///     impl HasState<App> for App { … }              // and for each field of state
///     struct __Handler;                             // fallback for a path without a proxy; not a handler
///     struct __Slot0;                               // a slot in the list, as a type
///     const _: () = { use idled as __Handler; impl Lists<App> for __Slot0 { type Handler = __Handler; } };
///     struct __Slot1;
///     const _: () = { use vaults::credential as __Handler; impl Lists<App> for __Slot1 { … } };
///     const __HANDLERS: &[HandlerInfo] = &[info::<__Slot0, App>(), info::<__Slot1, App>()];
///     const __CELLS: &Cells<…> = …;                 // handler of each event
///     const _: () = Deprecated::<{ check::listed::<__Slot0, App, …>("App", __CELLS, __HANDLERS, 0) }>::CHECK;
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
    // `self` and locals keep the macro's hygiene where the tokens around them have the user's span.
    let delivery = Ident::new("__delivery", Span::call_site());
    let this = Ident::new("self", Span::call_site());
    let has_state = state.iter().map(|(member, ty)| {
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
    let indices: Vec<usize> = (0..handlers.len()).collect();
    let count = handlers.len();
    let slots: Vec<_> = indices
        .iter()
        .map(|index| format_ident!("__Slot{index}"))
        .collect();
    let listed = handlers.iter().zip(&slots).map(|(path, slot)| {
        let private = runtime.private_at(path.span());
        let import = quote_spanned!(path.span()=> use #path as __Handler;);
        let handler = quote_spanned!(path.span()=> __Handler);
        quote! {
            struct #slot;
            const _: () = {
                #[allow(deprecated, unused_imports)]
                #import
                impl #private::Lists<#name> for #slot {
                    type Handler = #handler;
                }
            };
        }
    });
    let checks = handlers
        .iter()
        .zip(&slots)
        .zip(&indices)
        .map(|((path, slot), index)| {
            let (first, last) = ends(path);
            let private = runtime.private_at(first);
            let call = quote_spanned!(last=>
                check::listed::<#slot, #name, _, _>(#text, __CELLS, __HANDLERS, #index)
            );
            let listed = quote_spanned!(path.span()=>
                #private::check::Deprecated::<{ #private::#call }>::CHECK
            );
            quote!(const _: () = #listed;)
        });
    let calls: Vec<_> = indices
        .iter()
        .zip(&slots)
        .map(|(index, slot)| quote!(#index => #private::call::<#slot, #name>))
        .collect();
    let (groups, dispatch) = dispatch(router, &calls, &this, &delivery);
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
        #(#has_state)*
        #[allow(dead_code)]
        struct __Handler;
        #(#listed)*
        const __HANDLERS: &[#private::HandlerInfo] =
            &[#(#private::info::<#slots, #name>()),*];
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
                #delivery: &'__d #private::Delivery<'__d>,
            ) -> #private::Handled {
                #dispatch
            }
        }
    })
}

/// Maximum number of handlers that one future calls. Compile time grows faster than the size of a future.
const GROUP: usize = 32;

/// Returns the body of `dispatch`, and the functions that call a group of handlers each if there are many.
fn dispatch(
    router: &Router<'_>,
    calls: &[TokenStream],
    this: &Ident,
    delivery: &Ident,
) -> (Vec<TokenStream>, TokenStream) {
    let Router { name, runtime, .. } = router;
    let private = runtime.private();
    let one_of = |calls: &[TokenStream], router: &Ident, delivery: &Ident| {
        quote! {
            match __handler {
                #(#calls(#router, #delivery).await,)*
                _ => #private::no_such_handler(),
            }
        }
    };
    if calls.len() <= GROUP {
        return (Vec::new(), one_of(calls, this, delivery));
    }
    let router = format_ident!("__router");
    let (groups, arms): (Vec<_>, Vec<_>) = calls
        .chunks(GROUP)
        .enumerate()
        .map(|(index, calls)| {
            let group = format_ident!("__group{index}");
            let body = one_of(calls, &router, delivery);
            let function = quote! {
                async fn #group(
                    #router: &#name,
                    __handler: usize,
                    #delivery: &#private::Delivery<'_>,
                ) -> #private::Handled {
                    #body
                }
            };
            (
                function,
                quote!(#index => #group(#this, __handler, #delivery).await,),
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

/// Returns the checks of an exhaustive router.
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
            .map(|event| pattern(event, false, runtime))
            .collect()
    };
    let (exhaustive, excluded) = (constants(families), constants(ignored));
    let private = runtime.private();
    let handled = families.iter().zip(&exhaustive).map(|(family, pattern)| {
        let arguments = quote!(
            #text, #private::catalog::<#name>(), __TABLE, __HANDLERS, #pattern, __IGNORED
        );
        check(&family.literal, runtime, "exhaustive", arguments)
    });
    let stale = ignored.iter().zip(&excluded).map(|(event, pattern)| {
        let arguments = quote!(
            #private::catalog::<#name>(), __TABLE, __HANDLERS, __EXHAUSTIVE, #pattern
        );
        check(&event.literal, runtime, "ignored", arguments)
    });
    quote! {
        const __EXHAUSTIVE: &[#private::Pattern] = &[#(#exhaustive),*];
        const __IGNORED: &[#private::Pattern] = &[#(#excluded),*];
        #(#handled)*
        #(#stale)*
    }
}
