//! Model of a function with `#[on(…)]`.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, Ident, ReturnType, Type, Visibility};

use super::function::Function;
use super::parameter::Parameter;
use crate::attr::On;

/// Valid handler.
pub(crate) struct Handler<'a> {
    pub(crate) on: On,
    pub(crate) name: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// `#[cfg(…)]` and `#[allow(…)]`, which generated items repeat.
    pub(crate) repeated: Vec<&'a Attribute>,
    /// Span of `async`, if the function is.
    pub(crate) asyncness: Option<Span>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// Written return type.
    pub(crate) returns: Option<&'a Type>,
}

impl<'a> Handler<'a> {
    /// Creates the model of a function that satisfies the rules.
    pub(crate) fn new(on: On, function: &'a Function) -> Self {
        let parameters = function.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(parameter) => Some(Parameter::new(&parameter.ty)),
            FnArg::Receiver(_) => None,
        });
        Self {
            on,
            name: &function.sig.ident,
            vis: &function.vis,
            repeated: function.repeated_attributes(),
            asyncness: function.sig.asyncness.map(|token| token.span()),
            parameters: parameters.collect(),
            returns: match &function.sig.output {
                ReturnType::Default => None,
                ReturnType::Type(_, ty) => Some(ty),
            },
        }
    }
}
