//! Attribute of the impls of shipped payloads.

use proc_macro2::TokenStream;
use quote::quote;

/// Returns the attribute that keeps an impl out of the compiler's lists of types that would fit.
///
/// Shipped payloads are too many for these lists. Users' crates do not get the attribute, because it does not resolve
/// without a prelude.
pub(super) fn do_not_recommend(shipped: bool) -> Option<TokenStream> {
    shipped.then(|| quote!(#[diagnostic::do_not_recommend]))
}
