//! Proxy of a handler, and its impls.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use super::check::{check, check_call, ends};
use super::pattern;
use crate::attr::{On, Pattern};
use crate::model::{Handler, Parameter, payload};

/// Output, after the untouched function `idled`:
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
/// No constant names the proxy, so that rustc warns of a handler that no router lists as dead code.
pub(crate) fn handler(handler: &Handler<'_>) -> TokenStream {
    let Handler {
        on,
        name,
        repeated,
        parameters,
        ..
    } = handler;
    let private = on.runtime.private();
    let proxy = proxy(handler);
    let patterns: Vec<_> = on
        .patterns
        .iter()
        .map(|literal| pattern(literal, on))
        .collect();
    let owned: Vec<&Type> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Owned(ty) => Some(*ty),
            Parameter::Borrowed(_) => None,
        })
        .collect();
    let carries: Vec<_> = owned
        .iter()
        .map(|ty| quote!(#private::Argument::<#ty>::CARRIES))
        .collect();
    let checks = event_checks(on, &patterns, &owned);
    let carried = owned.iter().enumerate().map(|(index, ty)| {
        let payload = payload(ty);
        let (first, last) = ends(&payload);
        let private_at_payload = on.runtime.private_at(first);
        let before = carries.get(..index).unwrap_or_default();
        let catalog = quote!(#private::Argument::<#ty>::CATALOG.info());
        let carries = carries_of(ty, on);
        let call = quote_spanned!(last=> check::payload(
            #catalog,
            #carries,
            &[#(#before),*],
            &[#(#patterns),*],
        ));
        quote!(const _: () = #private_at_payload::#call;)
    });
    let carries = match carries.as_slice() {
        [] => quote!(#private::Option::None),
        [one] => quote!(#one),
        several => quote!(#private::check::carried(&[#(#several),*])),
    };
    let requires = requires(&owned, on);
    let text = name.unraw().to_string();
    let inbox_options = inbox_options(on);
    let handle = handle(handler, &patterns, &carries);
    let impls = on.runtime.scope(&quote! {
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
            #inbox_options;
        }
        #(#checks)*
        #(#carried)*
        #handle
    });
    quote! {
        #proxy
        #(#repeated)*
        #impls
    }
}

/// Returns the retry policy and the ordering key for endpoints with an inbox.
fn inbox_options(on: &On) -> TokenStream {
    let private = on.runtime.private();
    let duration = |milliseconds: u64| quote!(::core::time::Duration::from_millis(#milliseconds));
    let retry = on.retry.as_ref().map(|retry| {
        let max_retries = retry.max_retries.map(|max| quote!(.max_retries(#max)));
        let initial_backoff = retry
            .initial_backoff
            .map(duration)
            .map(|backoff| quote!(.initial_backoff(#backoff)));
        let max_backoff = retry
            .max_backoff
            .map(duration)
            .map(|backoff| quote!(.max_backoff(#backoff)));
        quote!(.with_retry(#private::Retry::new() #max_retries #initial_backoff #max_backoff))
    });
    let ordered_by = on
        .ordered_by
        .as_ref()
        .map(|segments| quote!(.with_ordered_by(&[#(#segments),*])));
    quote!(#retry #ordered_by)
}

/// Returns the kind of effects that the arguments require; `None` without arguments other than events.
fn requires(owned: &[&Type], on: &On) -> Option<TokenStream> {
    let private = on.runtime.private();
    let kinds: Vec<_> = owned
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

/// Returns the events that an argument carries. The span is the type's, so that "cannot take" is reported there.
fn carries_of(ty: &Type, on: &On) -> TokenStream {
    let (first, last) = ends(ty);
    let private = on.runtime.private_at(first);
    let open = quote_spanned!(first=> <);
    let carries = quote_spanned!(last=> >::CARRIES);
    quote!(#open #ty as #private::FromDelivery<'_> #carries)
}

/// Returns a check of each pattern against the catalogs of the arguments, with a warning for deprecated events.
fn event_checks(on: &On, patterns: &[TokenStream], owned: &[&Type]) -> Vec<TokenStream> {
    if owned.is_empty() {
        return Vec::new();
    }
    let catalogs = || {
        let private = on.runtime.private();
        owned
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
    let subtypes = subtype_checks(on, patterns)
        .into_iter()
        .flat_map(|(at, name, pattern)| {
            catalogs().map(move |catalog| check(&at, &on.runtime, name, quote!(#catalog, #pattern)))
        });
    events.chain(subtypes).collect()
}

/// Returns the checks of the sub-type: the tokens to report at, the name of the check, and the pattern.
fn subtype_checks<'a>(
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

/// Returns the struct that has the function's name.
fn proxy(handler: &Handler<'_>) -> TokenStream {
    let Handler {
        name,
        vis,
        repeated,
        ..
    } = handler;
    quote! {
        #(#repeated)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
        #vis struct #name {}
    }
}

/// Returns the impl that calls the function.
fn handle(handler: &Handler<'_>, patterns: &[TokenStream], carries: &TokenStream) -> TokenStream {
    let Handler {
        on,
        name,
        asyncness,
        parameters,
        returns,
        ..
    } = handler;
    let private = on.runtime.private();
    let state = parameters.iter().filter_map(|parameter| match parameter {
        Parameter::Borrowed(ty) => {
            let private = on.runtime.private_at(ty.span());
            Some(quote_spanned!(ty.span()=> __R: #private::HasState<#ty>,))
        }
        Parameter::Owned(_) => None,
    });
    // Locals keep the macro's hygiene where the tokens around them have the user's span.
    let delivery = Ident::new("__delivery", Span::call_site());
    let arguments = parameters.iter().map(|parameter| match parameter {
        Parameter::Owned(ty) => quote!(#private::Argument::<#ty>::take(#delivery)?),
        Parameter::Borrowed(ty) => quote!(<__R as #private::HasState<#ty>>::state(__router)),
    });
    let call = quote!(#name(#(#arguments),*));
    let returned_at = returns.map_or_else(Span::call_site, syn::spanned::Spanned::span);
    let when = Ident::new(
        if asyncness.is_some() { "later" } else { "now" },
        returned_at,
    );
    // "Cannot return" is reported at the type.
    let (ty, required) = match returns {
        Some(ty) if nameable(ty) => {
            let (first, last) = ends(ty);
            let private = on.runtime.private_at(first);
            let (open, as_outcome) = (
                quote_spanned!(first=> <),
                quote_spanned!(last=> >::into_outcome),
            );
            let required = quote!(let _ = #open #ty as #private::IntoOutcome #as_outcome;);
            (quote!(#ty), Some(required))
        }
        // `impl Trait` cannot be repeated, so it is inferred.
        Some(ty) => (quote_spanned!(ty.span()=> _), None),
        None => (quote!(()), None),
    };
    let private_at_type = on.runtime.private_at(returned_at);
    let call = quote_spanned!(returned_at=> #private_at_type::Returned::<#ty>::#when(#call));
    // "Cannot be sent between threads" is reported at the user's `async`.
    let span = asyncness.unwrap_or_else(Span::call_site);
    let private_at_async = on.runtime.private_at(span);
    let future = quote_spanned!(span=> #private_at_async::Result<
        impl ::core::future::Future<Output = #private_at_async::Handled> + ::core::marker::Send + '__d,
        #private_at_async::BoxError,
    >);
    let call = quote_spanned!(span=> #private_at_async::Result::Ok(#call));
    let checks = (!names_a_payload(parameters)).then(|| {
        let catalog = quote!(#private::check::of_router(#private::catalog::<__R>(), #carries));
        let events = on.patterns.iter().zip(patterns).map(|(literal, pattern)| {
            let arguments = quote!(#catalog, #pattern);
            let known = check_call(&literal.literal, &on.runtime, "pattern", arguments);
            quote!(let _ = #known;)
        });
        let subtypes = subtype_checks(on, patterns)
            .into_iter()
            .map(|(at, name, pattern)| {
                let known = check_call(&at, &on.runtime, name, quote!(#catalog, #pattern));
                quote!(#known;)
            });
        quote!(#(#events)* #(#subtypes)*)
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl<__R: #private::Router> #private::Handle<__R> for #name
        where
            #(#state)*
        {
            const CHECKED: () = { #required #checks };

            fn handle<'__d>(
                __router: &'__d __R,
                #delivery: &'__d #private::Delivery<'__d>,
            ) -> #future {
                #call
            }
        }
    }
}

/// Returns whether a parameter is written `Event<T>` with a `T` that is probably the payload of a catalog, not `Value`.
///
/// The patterns are then checked against this catalog. If `T` is an alias of `Value`, the router's list checks them.
fn names_a_payload(parameters: &[Parameter<'_>]) -> bool {
    parameters.iter().any(|parameter| match parameter {
        Parameter::Owned(ty) => match payload(ty) {
            Type::Path(path) if !std::ptr::eq(payload(ty), *ty) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident != "Value"),
            _ => false,
        },
        Parameter::Borrowed(_) => false,
    })
}

/// Returns whether a return type can be repeated in generated code.
fn nameable(ty: &Type) -> bool {
    !ty.to_token_stream().to_string().contains("impl ")
}

/// Returns a pattern of `#[on(…)]` with its sub-type.
fn pattern(pattern: &Pattern, on: &On) -> TokenStream {
    let subtype = on.subtype.as_ref().map(|(key, value)| {
        let key = key.to_string();
        quote_spanned!(pattern.span()=> .with_subtype(#key, #value))
    });
    let pattern = pattern::pattern(pattern, on.unlisted, &on.runtime);
    quote!(#pattern #subtype)
}
