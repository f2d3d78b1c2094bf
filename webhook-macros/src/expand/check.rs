//! Calls of the runtime's checks, which the compiler evaluates.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;

use crate::attr::Runtime;

/// Returns a constant that calls a check. The check's error underlines all of `at`.
///
/// The constant itself has the macro's span. With the user's span, rustc would suggest type parameters for it.
pub(super) fn check(
    at: &impl ToTokens,
    runtime: &Runtime,
    name: &str,
    arguments: impl ToTokens,
) -> TokenStream {
    let call = check_call(at, runtime, name, arguments);
    quote!(const _: () = #call;)
}

/// Returns the call without the constant.
pub(super) fn check_call(
    at: &impl ToTokens,
    runtime: &Runtime,
    name: &str,
    arguments: impl ToTokens,
) -> TokenStream {
    let (first, last) = ends(at);
    let private = runtime.private_at(first);
    let name = Ident::new(name, last);
    let arguments = quote_spanned!(last=> (#arguments));
    quote!(#private::check::#name #arguments)
}

/// Returns the spans of the first and the last token.
pub(super) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
