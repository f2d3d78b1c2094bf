//! Event patterns as constants.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::attr::{Pattern, Runtime, key};

/// Returns the constant expression of a pattern, with the literal's span.
pub(super) fn pattern(pattern: &Pattern, unlisted: bool, runtime: &Runtime) -> TokenStream {
    let literal = &pattern.literal;
    let private = runtime.private_at(literal.span());
    let unlisted = unlisted.then(|| quote!(.unlisted()));
    let key = key(&pattern.text());
    quote_spanned!(literal.span()=> #private::Pattern::new(#literal, #key) #unlisted)
}
