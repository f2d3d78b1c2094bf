//! The proxy of a handler.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use super::{check, ends};
use crate::attr::On;
use crate::handler::{Argument, Handler, payload};
use crate::pattern::Pattern;

/// Output, behind the untouched function `idled`:
/// ```text
/// struct idled {}                                   // the proxy: same name, but a type
/// const _: () = {
///     const __PATTERNS: &[Pattern] = &[Pattern::new("session.idled")];
///     const _: () = check::pattern_of_payload(&<Event<SessionIdled> as FromDelivery<'_>>::CATALOG, …);
///     const _: () = check::payload(…, <Event<SessionIdled> as FromDelivery<'_>>::CARRIES, __PATTERNS);
///     impl<__R: Router + Lend<App>> Handle<__R> for idled { … }
/// };
/// ```
pub(crate) fn handler(handler: &Handler<'_>) -> TokenStream {
    let Handler { on, cfgs, .. } = handler;
    let private = on.runtime.private();
    let proxy = proxy(handler);
    let patterns: Vec<_> = on
        .patterns
        .iter()
        .map(|literal| pattern(literal, on))
        .collect();
    let taken: Vec<&Type> = handler
        .arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Taken(ty) => Some(*ty),
            Argument::Lent(_) => None,
        })
        .collect();
    let carries: Vec<_> = taken.iter().map(|ty| facts(ty, on, "CARRIES")).collect();
    let known = on.patterns.iter().zip(&patterns).map(|(literal, pattern)| {
        let private = on.runtime.private_at(literal.span());
        let literal = &literal.literal;
        taken
            .iter()
            .map(|ty| {
                let catalog = facts(ty, on, "CATALOG");
                let known = check(
                    literal,
                    &on.runtime,
                    "pattern_of_payload",
                    quote!(&#catalog, #pattern),
                );
                let deprecated = quote_spanned!(literal.span()=>
                    #private::check::Deprecated::<{
                        #private::check::is_deprecated(&#catalog, #pattern)
                    }>::CHECK
                );
                quote!(#known const _: () = #deprecated;)
            })
            .collect::<TokenStream>()
    });
    let carried = taken
        .iter()
        .zip(&carries)
        .enumerate()
        .map(|(index, (ty, this))| {
            let catalog = facts(ty, on, "CATALOG");
            let payload = payload(ty);
            let carried = quote!(&#catalog, #this, __PATTERNS);
            let carried = check(&payload, &on.runtime, "payload", carried);
            let one = (index > 0).then(|| {
                let before = carries.get(..index).unwrap_or_default();
                check(
                    &payload,
                    &on.runtime,
                    "one_payload",
                    quote!(&[#(#before),*], #this),
                )
            });
            quote!(#one #carried)
        });
    let handle = handle(handler, &private, &patterns);
    quote! {
        #proxy
        #(#cfgs)*
        const _: () = {
            const __PATTERNS: &[#private::Pattern] = &[#(#patterns),*];
            const __CARRIES: #private::Option<#private::Carries> =
                #private::check::carried(&[#(#carries),*]);
            #(#known)*
            #(#carried)*
            #handle
        };
    }
}

/// What an argument's type says of itself. Spanned at the type, so that "cannot take" is said there.
fn facts(ty: &Type, on: &On, name: &str) -> TokenStream {
    let name = Ident::new(name, ends(ty).1);
    fact(ty, on, &quote!(#name))
}

/// The same for anything that `FromDelivery` has.
fn fact(ty: &Type, on: &On, name: &TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let private = on.runtime.private_at(first);
    let open = quote_spanned!(first=> <);
    let close = quote_spanned!(last=> >);
    quote!(#open #ty as #private::FromDelivery<'_> #close ::#name)
}

/// The struct of the function's name.
fn proxy(handler: &Handler<'_>) -> TokenStream {
    let Handler {
        name, vis, cfgs, ..
    } = handler;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
        #vis struct #name {}
    }
}

/// The call: arguments taken and lent, in the order in which the function has them.
fn handle(handler: &Handler<'_>, private: &TokenStream, patterns: &[TokenStream]) -> TokenStream {
    let Handler {
        on,
        name,
        asyncness,
        arguments,
        returns,
        ..
    } = handler;
    let lends = arguments.iter().filter_map(|argument| match argument {
        Argument::Lent(ty) => {
            let private = on.runtime.private_at(ty.span());
            Some(quote_spanned!(ty.span()=> __R: #private::Lend<#ty>,))
        }
        Argument::Taken(_) => None,
    });
    // Locals keep our hygiene also where the tokens around them have the user's place.
    let received = Ident::new("__received", Span::call_site());
    let (takes, passes): (Vec<_>, Vec<_>) = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| match argument {
            Argument::Taken(ty) => {
                let local = format_ident!("__argument{index}");
                let last = ends(ty).1;
                let take = quote_spanned!(last=> from_delivery(#received)?);
                let take = fact(ty, on, &take);
                (Some(quote!(let #local = #take;)), quote!(#local))
            }
            Argument::Lent(ty) => (None, quote!(<__R as #private::Lend<#ty>>::lend(__router))),
        })
        .unzip();
    let dot_await = asyncness.map(|_| quote!(.await));
    let call = quote!(#name(#(#passes),*) #dot_await);
    let outcome = match returns {
        // A type that cannot be written again is inferred.
        Some(ty) if nameable(ty) => {
            let private = on.runtime.private_at(ty.span());
            quote_spanned!(ty.span()=> <#ty as #private::IntoOutcome>::into_outcome(#call))
        }
        Some(ty) => {
            let private = on.runtime.private_at(ty.span());
            let returned = Ident::new("__returned", ty.span());
            let bound = quote_spanned!(ty.span()=> let #returned = #call;);
            quote_spanned!(ty.span()=> { #bound #private::IntoOutcome::into_outcome(#returned) })
        }
        None => quote!(#private::IntoOutcome::into_outcome(#call)),
    };
    // "Cannot be sent between threads" is said at the user's own `async`.
    let span = asyncness.unwrap_or_else(Span::call_site);
    let body = quote_spanned!(span=> async move {
        #(#takes)*
        #private::handled(#outcome)
    });
    let future = quote_spanned!(span=>
        impl ::core::future::Future<Output = #private::Handled> + ::core::marker::Send + '__d
    );
    let checks = on.patterns.iter().zip(patterns).map(|(literal, pattern)| {
        let private = on.runtime.private_at(literal.span());
        quote_spanned!(literal.span()=>
            #private::check::pattern_of_router(
                #private::catalog::<__R>(),
                __CARRIES,
                #pattern,
            );
        )
    });
    let text = name.unraw().to_string();
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl<__R: #private::Router> #private::Handle<__R> for #name
        where
            #(#lends)*
        {
            const INFO: #private::HandlerInfo = #private::HandlerInfo::new(
                #text,
                __PATTERNS,
                __CARRIES,
                #private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
            );

            const CHECKED: () = { #(#checks)* };

            fn handle<'__d>(
                __router: &'__d __R,
                #received: &'__d #private::Received<'__d>,
            ) -> #future {
                #body
            }
        }
    }
}

fn nameable(ty: &Type) -> bool {
    !ty.to_token_stream().to_string().contains("impl ")
}

/// A pattern of `#[on(…)]`, with the sub-type that stands beside it.
fn pattern(pattern: &Pattern, on: &On) -> TokenStream {
    let subtype = on.subtype.as_ref().map(|(key, value)| {
        let key = key.to_string();
        quote_spanned!(pattern.span()=> .with_subtype(#key, #value))
    });
    let pattern = super::pattern(pattern, on.unlisted, &on.runtime);
    quote!(#pattern #subtype)
}
