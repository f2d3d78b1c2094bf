//! The proxy of a handler.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use super::{check, check_call, ends};
use crate::attr::On;
use crate::handler::{Argument, Handler, payload};
use crate::pattern::Pattern;

/// Output, behind the untouched function `idled`:
/// ```text
/// struct idled {}                                   // the proxy: same name, but a type
/// const _: () = {
///     use ::webhook_runtime::private as __private;
///     impl Handler for idled { const INFO: HandlerInfo = …; }
///     const _: () = Deprecated::<{ check::pattern(Argument::<Event<SessionIdled>>::CATALOG.info(), …) }>::CHECK;
///     const _: () = check::payload(…, <Event<SessionIdled> as FromDelivery<'_>>::CARRIES, …);
///     impl<__R: Router + HasState<App>> Handle<__R> for idled { … }
/// };
/// ```
/// Only one constant asks that an argument can be one, by `as FromDelivery`. All else goes through `Argument`, which
/// has a stand-in for what cannot; so the mistake is told once. The same holds for what is returned.
///
/// No constant names the proxy: a handler that no router lists stays dead code, and rustc warns of it.
pub(crate) fn handler(handler: &Handler<'_>) -> TokenStream {
    let Handler {
        on,
        name,
        cfgs,
        arguments,
        ..
    } = handler;
    let private = on.runtime.private();
    let proxy = proxy(handler);
    let patterns: Vec<_> = on
        .patterns
        .iter()
        .map(|literal| pattern(literal, on))
        .collect();
    let taken: Vec<&Type> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Taken(ty) => Some(*ty),
            Argument::Lent(_) => None,
        })
        .collect();
    let carries: Vec<_> = taken
        .iter()
        .map(|ty| quote!(#private::Argument::<#ty>::CARRIES))
        .collect();
    let known = known(on, &patterns, &taken);
    let carried = taken.iter().enumerate().map(|(index, ty)| {
        let payload = payload(ty);
        let (first, last) = ends(&payload);
        let private_there = on.runtime.private_at(first);
        let before = carries.get(..index).unwrap_or_default();
        let catalog = quote!(#private::Argument::<#ty>::CATALOG.info());
        let carries = carries_of(ty, on);
        let call = quote_spanned!(last=> check::payload(
            #catalog,
            #carries,
            &[#(#before),*],
            &[#(#patterns),*],
        ));
        quote!(const _: () = #private_there::#call;)
    });
    let carries = match carries.as_slice() {
        [] => quote!(#private::Option::None),
        [one] => quote!(#one),
        several => quote!(#private::check::carried(&[#(#several),*])),
    };
    let requires = requires(&taken, on);
    let text = name.unraw().to_string();
    let in_the_inbox = in_the_inbox(on);
    let handle = handle(handler, &patterns, &carries);
    let behind = on.runtime.scope(&quote! {
        use #private::{NoArgument as _, NoOutcome as _};
        #[automatically_derived]
        impl #private::Handler for #name {
            const INFO: #private::HandlerInfo = #private::HandlerInfo::new(
                #text,
                &[#(#patterns),*],
                #carries,
                #private::SourceLocation::new(::core::file!(), ::core::line!(), ::core::module_path!()),
            )
            #requires
            #in_the_inbox;
        }
        #(#known)*
        #(#carried)*
        #handle
    });
    quote! {
        #proxy
        #(#cfgs)*
        #behind
    }
}

/// What is said of deliveries that wait in an inbox; nothing for handlers that say nothing.
fn in_the_inbox(on: &On) -> TokenStream {
    let private = on.runtime.private();
    let pause = |milliseconds: u64| quote!(::core::time::Duration::from_millis(#milliseconds));
    let retry = on.retry.as_ref().map(|retry| {
        let max = retry.max.map(|max| quote!(.max_retries(#max)));
        let first = retry
            .first
            .map(pause)
            .map(|first| quote!(.initial_backoff(#first)));
        let longest = retry
            .longest
            .map(pause)
            .map(|longest| quote!(.max_backoff(#longest)));
        quote!(.with_retry(#private::Retry::new() #max #first #longest))
    });
    let ordered_by = on
        .ordered_by
        .as_ref()
        .map(|segments| quote!(.with_ordered_by(&[#(#segments),*])));
    quote!(#retry #ordered_by)
}

/// Kind of the effects that the arguments require; nothing for handlers that take nothing but an event.
fn requires(taken: &[&Type], on: &On) -> Option<TokenStream> {
    let private = on.runtime.private();
    let kinds: Vec<_> = taken
        .iter()
        .filter(|ty| std::ptr::eq(payload(ty), **ty))
        .map(|ty| quote!(#private::Argument::<#ty>::REQUIRES))
        .collect();
    match kinds.as_slice() {
        [] => None,
        [one] => Some(quote!(.with_requires(#one))),
        several => Some(quote!(.with_requires(#private::check::required(&[#(#several),*])))),
    }
}

/// Which events an argument carries, asked of its type. Spanned at the type, so that "cannot take" is said there.
fn carries_of(ty: &Type, on: &On) -> TokenStream {
    let (first, last) = ends(ty);
    let private = on.runtime.private_at(first);
    let open = quote_spanned!(first=> <);
    let carries = quote_spanned!(last=> >::CARRIES);
    quote!(#open #ty as #private::FromDelivery<'_> #carries)
}

/// For each pattern, whether the catalog of what is taken knows it, and a warning if it is deprecated.
fn known(on: &On, patterns: &[TokenStream], taken: &[&Type]) -> Vec<TokenStream> {
    if taken.is_empty() {
        return Vec::new();
    }
    let catalogs = || {
        let private = on.runtime.private();
        taken
            .iter()
            .map(move |ty| quote!(#private::Argument::<#ty>::CATALOG.info()))
    };
    let events = on.patterns.iter().zip(patterns).map(|(literal, pattern)| {
        let private = on.runtime.private_at(literal.span());
        let known = catalogs().map(|catalog| {
            let arguments = quote!(#catalog, #pattern);
            check_call(&literal.literal, &on.runtime, "pattern", arguments)
        });
        let known = quote_spanned!(literal.span()=>
            #private::check::Deprecated::<{ #(#known)|* }>::CHECK
        );
        quote!(const _: () = #known;)
    });
    let subtypes = subtype(on, patterns)
        .into_iter()
        .flat_map(|(place, name, pattern)| {
            catalogs()
                .map(move |catalog| check(&place, &on.runtime, name, quote!(#catalog, #pattern)))
        });
    events.chain(subtypes).collect()
}

/// For the sub-type, if there is one: where its checks speak, which they are, and what they look at.
fn subtype<'a>(
    on: &On,
    patterns: &'a [TokenStream],
) -> Vec<(TokenStream, &'static str, &'a TokenStream)> {
    match (&on.subtype, patterns) {
        (Some((key, value)), [pattern, ..]) => vec![
            (quote!(#key), "subtype_key", pattern),
            (quote!(#value), "subtype_value", pattern),
        ],
        _ => Vec::new(),
    }
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
fn handle(handler: &Handler<'_>, patterns: &[TokenStream], carries: &TokenStream) -> TokenStream {
    let Handler {
        on,
        name,
        asyncness,
        arguments,
        returns,
        ..
    } = handler;
    let private = on.runtime.private();
    let lends = arguments.iter().filter_map(|argument| match argument {
        Argument::Lent(ty) => {
            let private = on.runtime.private_at(ty.span());
            Some(quote_spanned!(ty.span()=> __R: #private::HasState<#ty>,))
        }
        Argument::Taken(_) => None,
    });
    // Locals keep our hygiene also where the tokens around them have the user's place.
    let received = Ident::new("__received", Span::call_site());
    let passes = arguments.iter().map(|argument| match argument {
        Argument::Taken(ty) => quote!(#private::Argument::<#ty>::take(#received)?),
        Argument::Lent(ty) => quote!(<__R as #private::HasState<#ty>>::state(__router)),
    });
    let call = quote!(#name(#(#passes),*));
    let returned_at = returns.map_or_else(Span::call_site, syn::spanned::Spanned::span);
    let when = Ident::new(
        if asyncness.is_some() { "later" } else { "now" },
        returned_at,
    );
    // "Cannot be returned" is said at the type.
    let (ty, asked) = match returns {
        Some(ty) if nameable(ty) => {
            let (first, last) = ends(ty);
            let private = on.runtime.private_at(first);
            let (open, as_outcome) = (
                quote_spanned!(first=> <),
                quote_spanned!(last=> >::into_outcome),
            );
            let asked = quote!(let _ = #open #ty as #private::IntoOutcome #as_outcome;);
            (quote!(#ty), Some(asked))
        }
        // A type that cannot be written again is inferred.
        Some(ty) => (quote_spanned!(ty.span()=> _), None),
        None => (quote!(()), None),
    };
    let private_there = on.runtime.private_at(returned_at);
    let call = quote_spanned!(returned_at=> #private_there::Returned::<#ty>::#when(#call));
    // "Cannot be sent between threads" is said at the user's own `async`.
    let span = asyncness.unwrap_or_else(Span::call_site);
    let private_there = on.runtime.private_at(span);
    let future = quote_spanned!(span=> #private_there::Result<
        impl ::core::future::Future<Output = #private_there::Handled> + ::core::marker::Send + '__d,
        #private_there::BoxError,
    >);
    let call = quote_spanned!(span=> #private_there::Result::Ok(#call));
    let checks = (!names_a_catalog(arguments)).then(|| {
        let catalog = quote!(#private::check::of_router(#private::catalog::<__R>(), #carries));
        let events = on.patterns.iter().zip(patterns).map(|(literal, pattern)| {
            let arguments = quote!(#catalog, #pattern);
            let known = check_call(&literal.literal, &on.runtime, "pattern", arguments);
            quote!(let _ = #known;)
        });
        let subtypes = subtype(on, patterns)
            .into_iter()
            .map(|(place, name, pattern)| {
                let known = check_call(&place, &on.runtime, name, quote!(#catalog, #pattern));
                quote!(#known;)
            });
        quote!(#(#events)* #(#subtypes)*)
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl<__R: #private::Router> #private::Handle<__R> for #name
        where
            #(#lends)*
        {
            const CHECKED: () = { #asked #checks };

            fn handle<'__d>(
                __router: &'__d __R,
                #received: &'__d #private::Delivery<'__d>,
            ) -> #future {
                #call
            }
        }
    }
}

/// Whether an argument is an event whose payload can only be of a catalog, as far as words tell it.
///
/// The patterns are checked against that catalog then. Where words mislead, a router still checks them, at its list.
fn names_a_catalog(arguments: &[Argument<'_>]) -> bool {
    arguments.iter().any(|argument| match argument {
        Argument::Taken(ty) => match payload(ty) {
            Type::Path(path) if !std::ptr::eq(payload(ty), *ty) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident != "Value"),
            _ => false,
        },
        Argument::Lent(_) => false,
    })
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
