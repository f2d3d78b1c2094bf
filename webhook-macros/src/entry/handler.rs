//! Entry point of `#[on(…)]`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::{Errors, On};
use crate::model::{Function, Handler};
use crate::{expand, fallback, valid};

/// Input: a function. Output: the untouched function, then its proxy.
pub(crate) fn handler(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let on = On::read(attribute, &mut errors);
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.push(valid::not_a_function(&item).unwrap_or(error));
            return fallback::item(errors, item);
        }
    };
    let runtime = on.runtime.clone();
    valid::function(&function, &mut errors);
    let proxy = match errors.into_result() {
        // rustc reports `_` in a signature.
        Ok(()) if function.has_inferred_types() => fallback::handler(None, &function, &runtime),
        Ok(()) => expand::handler(&Handler::new(on, &function)),
        Err(error) => {
            let proxy = fallback::handler(Some(&error), &function, &runtime);
            let function = function.without_on();
            return quote!(#function #proxy);
        }
    };
    quote!(#item #proxy)
}
