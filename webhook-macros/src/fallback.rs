//! Stand-ins for the impls that an item with an error does not get.
//!
//! Without them, other code that uses the item would cause further errors of the same mistake.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Data, DeriveInput, Error, GenericParam, Generics, Path};

use crate::attr::{Errors, Runtime};
use crate::model::{Function, find};

/// Returns the errors and the untouched item.
pub(crate) fn item(errors: Errors, item: TokenStream) -> TokenStream {
    let mut tokens = errors
        .into_result()
        .err()
        .map(Error::into_compile_error)
        .unwrap_or_default();
    tokens.extend(item);
    tokens
}

/// Returns the error, and a proxy that every router can list.
pub(crate) fn handler(
    error: Option<&Error>,
    function: &Function,
    runtime: &Runtime,
) -> TokenStream {
    let error = error.map(Error::to_compile_error).unwrap_or_default();
    if function.in_an_impl().is_some() {
        // An `impl` cannot contain a struct.
        return error;
    }
    let (private, name, vis) = (runtime.private(), &function.sig.ident, &function.vis);
    let repeated = function.repeated_attributes();
    let text = name.to_string();
    let stand_in = runtime.scope(&quote! {
        #error
        impl #private::Handler for #name {
            const INFO: #private::HandlerInfo = #private::HandlerInfo::stand_in(#text);
        }
        impl<__R: #private::Router> #private::Handle<__R> for #name {
            const CHECKED: () = ();
            fn handle<'__d>(
                _: &'__d __R,
                _: &'__d #private::Delivery<'__d>,
            ) -> #private::Result<
                impl ::core::future::Future<Output = #private::Handled> + ::core::marker::Send + '__d,
                #private::BoxError,
            > {
                #private::Result::Ok(#private::Returned::<()>::now(()))
            }
        }
    });
    quote! {
        #(#repeated)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#repeated)*
        #stand_in
    }
}

/// Returns the error, and a router without handlers.
pub(crate) fn router(
    error: &Error,
    input: &DeriveInput,
    provider: Option<&Path>,
    runtime: &Runtime,
) -> TokenStream {
    let error = error.to_compile_error();
    let (private, name) = (runtime.private(), &input.ident);
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let used = used(provider);
    let provider = match provider {
        Some(provider) => provider.to_token_stream(),
        None => quote!(#private::NoProvider),
    };
    let generic = input.generics.type_params().next().is_some()
        || input.generics.lifetimes().next().is_some();
    // `Router` requires `Send + Sync + 'static`, which generic parameters do not guarantee.
    let stand_in = (!generic).then(|| {
        runtime.scope(&quote! {
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
                    _: &'__d #private::Delivery<'__d>,
                ) -> #private::Handled {
                    #private::no_such_handler()
                }
            }
        })
    });
    quote!(#error #stand_in #used)
}

/// Returns the error, a catalog against which no event is checked, and stand-ins for its payloads.
pub(crate) fn catalog(error: &Error, input: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let error = error.to_compile_error();
    let (private, name) = (runtime.private(), &input.ident);
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let enumeration = payload(&quote!(#name #arguments), &input.generics, runtime);
    let payloads = payload_types(input).into_iter().filter_map(|ty| {
        let lifetimes = lifetimes_of(&ty, &input.generics)?;
        Some(payload(&ty, &lifetimes, runtime))
    });
    let stand_in = runtime.scope(&quote! {
        impl #parameters #private::Catalog for #name #arguments #clause {
            type Provider = #private::AnyCatalog;
            const INFO: &'static #private::CatalogInfo = #private::CatalogInfo::STAND_IN;
            fn index_of(_: &str) -> #private::Option<usize> {
                #private::Option::None
            }
            fn event_type(&self) -> &str {
                ""
            }
        }
        #enumeration
        #(#payloads)*
    });
    quote!(#error #stand_in)
}

/// Returns the impls of a payload that carries every event.
fn payload(ty: &TokenStream, generics: &Generics, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let (parameters, _, clause) = generics.split_for_impl();
    let mut with_body = generics.clone();
    with_body.params.insert(0, syn::parse_quote!('__de));
    let (decoded, ..) = with_body.split_for_impl();
    quote! {
        impl #parameters #private::Payload for #ty #clause {
            type Catalog = #private::AnyCatalog;
            const CARRIES: #private::Carries = #private::Carries::anything("");
        }
        impl #decoded #private::Decode<'__de> for #ty #clause {
            fn decode<__D: #private::Deserializer<'__de>>(
                _: &str,
                _: __D,
            ) -> #private::Result<Self, __D::Error> {
                #private::stand_in()
            }
        }
    }
}

/// Returns the lifetimes that a type names; `None` if it names other parameters, for which no stand-in is possible.
fn lifetimes_of(ty: &TokenStream, generics: &Generics) -> Option<Generics> {
    let named = |name: String| find(ty.clone(), &name).is_some();
    let mut lifetimes = generics.clone();
    lifetimes.params.clear();
    lifetimes.where_clause = None;
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) if named(lifetime.lifetime.to_string()) => {
                lifetimes.params.push(parameter.clone());
            }
            GenericParam::Type(ty) if named(ty.ident.to_string()) => return None,
            GenericParam::Const(constant) if named(constant.ident.to_string()) => return None,
            _ => {}
        }
    }
    Some(lifetimes)
}

/// Returns the payload types of a catalog's variants, each once.
fn payload_types(input: &DeriveInput) -> Vec<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Vec::new();
    };
    let mut types: Vec<TokenStream> = Vec::new();
    for variant in &data.variants {
        let syn::Fields::Unnamed(fields) = &variant.fields else {
            continue;
        };
        let mut fields = fields.unnamed.iter();
        let (Some(field), None) = (fields.next(), fields.next()) else {
            continue;
        };
        let ty = field.ty.to_token_stream();
        let known = types
            .iter()
            .any(|other| other.to_string() == ty.to_string());
        let attributes = &variant.attrs;
        let unknown = find(quote!(#(#attributes)*), "unknown").is_some();
        if !known && !unknown {
            types.push(ty);
        }
    }
    types
}

/// Returns the error, and a view of every event.
pub(crate) fn view(
    error: &Error,
    input: &DeriveInput,
    provider: Option<&Path>,
    runtime: &Runtime,
) -> TokenStream {
    let error = error.to_compile_error();
    let name = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    let payload = payload(&quote!(#name #arguments), &input.generics, runtime);
    let payload = runtime.scope(&payload);
    let used = used(provider);
    quote!(#error #payload #used)
}

/// Uses the provider, so that rustc does not report its import as unused.
fn used(provider: Option<&Path>) -> Option<TokenStream> {
    provider.map(|provider| quote!(const _: fn(#provider) = |_| ();))
}
