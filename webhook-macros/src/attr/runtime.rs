//! Path of the runtime, under which generated code finds everything that it names.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Path;

/// Path of the runtime. Default: `::webhook_runtime`; `crate = path` sets another.
#[derive(Clone, Default)]
pub(crate) struct Runtime(pub(super) Option<Path>);

impl Runtime {
    /// Returns the name of the runtime's private module, valid within [`scope`](Self::scope).
    pub(crate) fn private(&self) -> TokenStream {
        self.private_at(Span::call_site())
    }

    /// Returns the same name with a span in the user's code, at which the compiler reports errors in calls through it.
    #[expect(
        clippy::unused_self,
        reason = "the name is valid only where a runtime has opened a scope"
    )]
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        quote_spanned!(span=> __private)
    }

    /// Wraps items that name the private module. It is imported once, so that a wrong path is one error.
    pub(crate) fn scope(&self, items: &TokenStream) -> TokenStream {
        let runtime = match &self.0 {
            Some(path) => path.to_token_stream(),
            None => quote!(::webhook_runtime),
        };
        quote! {
            #[allow(unused_imports, unused_qualifications)]
            const _: () = {
                use #runtime::private as __private;
                #items
            };
        }
    }
}
