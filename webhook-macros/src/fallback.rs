//! What stands beside an error, so that one mistake is one error: stand-ins for what would have been generated.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, Error, ItemFn, Path};

use crate::attr::{Errors, Runtime};

/// The item as it was, beside its errors.
pub(crate) fn item(errors: Errors, item: TokenStream) -> TokenStream {
    let mut tokens = errors
        .into_result()
        .err()
        .map(Error::into_compile_error)
        .unwrap_or_default();
    tokens.extend(item);
    tokens
}

/// A proxy that any router may list.
pub(crate) fn handler(error: &Error, function: &ItemFn, runtime: &Runtime) -> TokenStream {
    let error = error.to_compile_error();
    if function.sig.receiver().is_some() {
        // In an `impl` no struct can stand.
        return in_impl(&error);
    }
    let (private, name, vis) = (runtime.private(), &function.sig.ident, &function.vis);
    let cfgs = crate::attr::cfgs(&function.attrs);
    let text = name.to_string();
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#cfgs)*
        const _: () = {
            #error
            impl<__R: #private::Router> #private::Handle<__R> for #name {
                const INFO: #private::HandlerInfo = #private::HandlerInfo::stand_in(#text);
                const CHECKED: () = ();
                async fn handle<'__d>(
                    _: &'__d __R,
                    _: &'__d #private::Received<'__d>,
                ) -> #private::Handled {
                    #private::no_such_handler()
                }
            }
        };
    }
}

/// An error that may stand among the items of an `impl`.
fn in_impl(error: &TokenStream) -> TokenStream {
    error.clone()
}

/// A router that any endpoint takes.
pub(crate) fn router(
    error: &Error,
    input: &DeriveInput,
    provider: Option<&Path>,
    runtime: &Runtime,
) -> TokenStream {
    let error = error.to_compile_error();
    let (private, name) = (runtime.private(), &input.ident);
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let provider = match provider {
        Some(provider) => provider.to_token_stream(),
        None => quote!(#private::Nobody),
    };
    let generic = input.generics.type_params().next().is_some()
        || input.generics.lifetimes().next().is_some();
    // `Router` asks for `Send + Sync + 'static`, which a generic one could not promise.
    let stand_in = (!generic).then(|| {
        quote! {
            impl #parameters #private::Router for #name #arguments #clause {
                type Provider = #provider;
                const HANDLERS: &'static [#private::HandlerInfo] = &[];
                const ROUTES: &'static [#private::Route] = &[];
                fn table() -> #private::Table<'static> {
                    #private::Table::EMPTY
                }
                async fn dispatch<'__d>(
                    &'__d self,
                    _: usize,
                    _: &'__d #private::Received<'__d>,
                ) -> #private::Handled {
                    #private::no_such_handler()
                }
            }
        }
    });
    quote!(#error #stand_in)
}

/// A catalog against which nothing is checked.
pub(crate) fn catalog(error: &Error, input: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let error = error.to_compile_error();
    let (private, name) = (runtime.private(), &input.ident);
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    quote! {
        #error
        impl #parameters #private::Catalog for #name #arguments #clause {
            const INFO: &'static #private::CatalogInfo = #private::CatalogInfo::STAND_IN;
            fn index_of(_: &str) -> #private::Option<usize> {
                #private::Option::None
            }
            fn event_type(&self) -> &str {
                ""
            }
        }
        impl #parameters #private::Payload for #name #arguments #clause {
            type Catalog = #private::NoEvent;
            const CARRIES: #private::Carries = #private::Carries::anything("");
        }
    }
}

/// A view of everything.
pub(crate) fn view(error: &Error, input: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let error = error.to_compile_error();
    let (private, name) = (runtime.private(), &input.ident);
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.insert(0, syn::parse_quote!('__de));
    let (decoded, ..) = generics.split_for_impl();
    quote! {
        #error
        impl #parameters #private::Payload for #name #arguments #clause {
            type Catalog = #private::NoEvent;
            const CARRIES: #private::Carries = #private::Carries::anything("");
        }
        impl #decoded #private::Decode<'__de> for #name #arguments #clause {
            fn decode<__D: #private::Deserializer<'__de>>(
                _: &str,
                _: __D,
            ) -> #private::Result<Self, __D::Error> {
                #private::stand_in()
            }
        }
    }
}
