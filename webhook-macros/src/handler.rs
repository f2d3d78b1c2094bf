//! `#[on(…)]`: the function under it, as a handler.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, GenericArgument, Ident, PathArguments, Result, Signature, Type, Visibility};

use crate::attr::{Errors, On};
use crate::{expand, fallback, valid};

/// A function under `#[on(…)]`. Its body is not looked into: if it is broken, rustc says where.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let function = Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        };
        if function.body.to_string() == ";" {
            return Err(syn::Error::new(
                function.sig.ident.span(),
                "a handler is a free function with a body",
            ));
        }
        Ok(function)
    }
}

impl Function {
    /// The function without further `#[on(…)]`.
    fn alone(&self) -> TokenStream {
        let attrs = self.attrs.iter().filter(|attribute| !is_on(attribute));
        let Self { vis, sig, body, .. } = self;
        quote!(#(#attrs)* #vis #sig #body)
    }

    /// Whether a type is left to be inferred.
    fn has_gaps(&self) -> bool {
        let types = self.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(argument) => Some(&argument.ty),
            syn::FnArg::Receiver(_) => None,
        });
        find(quote!(#(#types)*), "_").is_some()
    }

    /// What only a function in an `impl` has.
    pub(crate) fn in_an_impl(&self) -> Option<TokenStream> {
        match self.sig.receiver() {
            Some(receiver) => Some(receiver.to_token_stream()),
            None => {
                let (inputs, output) = (&self.sig.inputs, &self.sig.output);
                find(quote!(#inputs #output), "Self").map(TokenTree::into_token_stream)
            }
        }
    }
}

/// The first identifier, or the identifier of the first lifetime, that is written like this.
pub(crate) fn find(tokens: TokenStream, name: &str) -> Option<TokenTree> {
    let mut tick = "";
    tokens.into_iter().find_map(|token| {
        let found = match &token {
            TokenTree::Ident(ident) => (format!("{tick}{ident}") == name).then(|| token.clone()),
            TokenTree::Group(group) => find(group.stream(), name),
            TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        };
        tick = match &token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => "'",
            _ => "",
        };
        found
    })
}

/// Whether an attribute is `#[on(…)]` again.
pub(crate) fn is_on(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "on")
}

/// A function that keeps the rules.
pub(crate) struct Handler<'a> {
    pub(crate) on: On,
    pub(crate) name: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) cfgs: Vec<&'a Attribute>,
    /// The `async` of an async function.
    pub(crate) asyncness: Option<Span>,
    pub(crate) arguments: Vec<Argument<'a>>,
    /// What it returns; none is `()`.
    pub(crate) returns: Option<&'a Type>,
}

/// Where an argument comes from.
pub(crate) enum Argument<'a> {
    /// By value: from the delivery.
    Taken(&'a Type),
    /// By reference: lent by the router.
    Lent(&'a Type),
}

/// The attribute macro: the function as it was, and its proxy behind it.
pub(crate) fn on(attribute: TokenStream, item: TokenStream) -> TokenStream {
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
    let behind = match errors.into_result() {
        // rustc tells that a type is left out.
        Ok(()) if function.has_gaps() => fallback::handler(None, &function, &runtime),
        Ok(()) => expand::handler(&model(on, &function)),
        Err(error) => {
            let behind = fallback::handler(Some(&error), &function, &runtime);
            let function = function.alone();
            return quote!(#function #behind);
        }
    };
    quote!(#item #behind)
}

fn model(on: On, function: &Function) -> Handler<'_> {
    let arguments = function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            syn::FnArg::Typed(argument) => Some(match bare(&argument.ty) {
                Type::Reference(reference) => Argument::Lent(&reference.elem),
                ty => Argument::Taken(ty),
            }),
            syn::FnArg::Receiver(_) => None,
        })
        .collect();
    Handler {
        on,
        name: &function.sig.ident,
        vis: &function.vis,
        cfgs: crate::attr::cfgs(&function.attrs),
        asyncness: function.sig.asyncness.map(|token| token.span()),
        arguments,
        returns: match &function.sig.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(ty),
        },
    }
}

/// A type without the groups and parentheses around it: a `$t:ty` of a macro is a group.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// The payload in `Event<T>`, to point at; the whole type if it is written in another way.
pub(crate) fn payload(ty: &Type) -> &Type {
    let last = match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let first = match last.map(|last| (&last.ident, &last.arguments)) {
        Some((name, PathArguments::AngleBracketed(arguments))) if name == "Event" => {
            arguments.args.first()
        }
        _ => None,
    };
    match first {
        Some(GenericArgument::Type(payload)) => payload,
        _ => ty,
    }
}
