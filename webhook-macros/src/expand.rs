//! Sound models, as tokens. Nothing here can fail, and nothing here needs an import of the user's.
//!
//! Where the compiler is to complain, the tokens have the place of the user's own; locals keep our hygiene, so
//! that all of it works inside the user's `macro_rules` too.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::attr::Runtime;
use crate::pattern::Pattern;

mod catalog;
mod handler;
mod router;
mod view;

pub(crate) use self::catalog::catalog;
pub(crate) use self::handler::handler;
pub(crate) use self::router::router;
pub(crate) use self::view::view;

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
    quote_spanned!(literal.span()=> #private::Pattern::new(#literal) #unlisted)
}
