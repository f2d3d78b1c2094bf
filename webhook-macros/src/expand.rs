//! Sound models, as tokens. Nothing here can fail, and nothing here needs an import of the user's.
//!
//! Where the compiler is to complain, the tokens have the place of the user's own; locals keep our hygiene, so
//! that all of it works inside the user's `macro_rules` too.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;

use crate::attr::Runtime;
use crate::pattern::{Pattern, key};

mod catalog;
mod handler;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::handler;
pub(crate) use self::router::router;
pub(crate) use self::view::view;

/// A call of one of the runtime's checks, in a constant, such that its error underlines all of `place`.
///
/// The constant itself has the macro's place: rustc would else propose to give it type parameters.
fn check(
    place: &impl ToTokens,
    runtime: &Runtime,
    name: &str,
    arguments: impl ToTokens,
) -> TokenStream {
    let call = check_call(place, runtime, name, arguments);
    quote!(const _: () = #call;)
}

/// The call alone.
fn check_call(
    place: &impl ToTokens,
    runtime: &Runtime,
    name: &str,
    arguments: impl ToTokens,
) -> TokenStream {
    let (first, last) = ends(place);
    let private = runtime.private_at(first);
    let name = Ident::new(name, last);
    let arguments = quote_spanned!(last=> (#arguments));
    quote!(#private::check::#name #arguments)
}

/// The places of the first and the last token.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// For payloads of this project: there are too many for the compiler's lists of what would fit. Users' own crates get
/// no such attribute, because without a prelude it would not resolve.
fn not_listed(shipped: bool) -> Option<TokenStream> {
    shipped.then(|| quote!(#[diagnostic::do_not_recommend]))
}

/// A pattern as a constant.
fn pattern(pattern: &Pattern, unlisted: bool, runtime: &Runtime) -> TokenStream {
    let literal = &pattern.literal;
    let private = runtime.private_at(literal.span());
    let unlisted = unlisted.then(|| quote!(.unlisted()));
    let key = key(&pattern.text());
    quote_spanned!(literal.span()=> #private::Pattern::new(#literal, #key) #unlisted)
}
