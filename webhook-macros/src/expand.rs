//! Sound models, as tokens. Nothing here can fail, and nothing here needs an import of the user's.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr, Type};

use crate::attr::Runtime;
use crate::catalog::Catalog;
use crate::handler::{Argument, Handler, payload_span};
use crate::pattern::Pattern;
use crate::router::Router;
use crate::view::View;

/// Output, behind the untouched function `idled`:
/// ```ignore
/// struct idled {}                                   // the proxy: same name, but a type
/// const _: () = {
///     const __ARGUMENTS: &check::Arguments = &[<Event<SessionIdled> as FromDelivery<'_>>::CARRIES];
///     const __PATTERNS: &[Pattern] = &[Pattern::new("session.idled")];
///     const _: () = check::pattern_of_payload(__ARGUMENTS, Pattern::new("session.idled"));
///     const _: () = check::payload(__ARGUMENTS[0], __PATTERNS);
///     impl Handler for idled { const INFO: HandlerInfo = …; }
///     impl<__R: Router + Lend<App>> Handle<__R> for idled { … }
/// };
/// ```
pub(crate) fn handler(handler: &Handler<'_>) -> TokenStream {
    let Handler { on, name, cfgs, .. } = handler;
    let private = on.runtime.private();
    let proxy = proxy(handler);
    let patterns: Vec<_> = on
        .patterns
        .iter()
        .map(|p| pattern(p, on.unlisted.is_some(), &on.runtime))
        .collect();
    let taken: Vec<&Type> = handler
        .arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Taken(ty) => Some(*ty),
            Argument::Lent(_) => None,
        })
        .collect();
    // Spanned at the type, so that "cannot take" is said there.
    let carries = taken.iter().map(|ty| {
        let span = payload_span(ty);
        let private = on.runtime.private_at(span);
        quote_spanned!(span=> <#ty as #private::FromDelivery<'_>>::CARRIES)
    });
    let known = on.patterns.iter().zip(&patterns).map(|(literal, pattern)| {
        let private = on.runtime.private_at(literal.span());
        quote_spanned!(literal.span()=>
            const _: () = #private::check::pattern_of_payload(__ARGUMENTS, #pattern);
        )
    });
    let carried = taken.iter().enumerate().map(|(index, ty)| {
        let span = payload_span(ty);
        let private = on.runtime.private_at(span);
        let payload = quote_spanned!(span=>
            const _: () = #private::check::payload(__ARGUMENTS[#index], __PATTERNS);
        );
        let one = (index > 0).then(|| {
            quote_spanned!(span=>
                const _: () = #private::check::one_payload(__ARGUMENTS, #index);
            )
        });
        quote!(#payload #one)
    });
    let text = name.to_string();
    let handle = handle(handler, &private, &patterns);
    quote! {
        #proxy
        #(#cfgs)*
        const _: () = {
            const __ARGUMENTS: &#private::check::Arguments = &[#(#carries),*];
            const __PATTERNS: &[#private::Pattern] = &[#(#patterns),*];
            #(#known)*
            #(#carried)*
            #[automatically_derived]
            impl #private::Handler for #name {
                const INFO: #private::HandlerInfo = #private::HandlerInfo::new(
                    #text,
                    __PATTERNS,
                    #private::check::carried(__ARGUMENTS),
                    #private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
                );
            }
            #handle
        };
    }
}

/// The struct of the function's name.
pub(crate) fn proxy(handler: &Handler<'_>) -> TokenStream {
    let Handler {
        name, vis, cfgs, ..
    } = handler;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
        #vis struct #name {}
    }
}

/// The call: arguments taken and lent, in the order in which the function has them.
fn handle(handler: &Handler<'_>, private: &TokenStream, patterns: &[TokenStream]) -> TokenStream {
    let Handler {
        on,
        name,
        asyncness,
        arguments,
        returns,
        ..
    } = handler;
    let lends = arguments.iter().filter_map(|argument| match argument {
        Argument::Lent(ty) => {
            let private = on.runtime.private_at(ty.span());
            Some(quote_spanned!(ty.span()=> __R: #private::Lend<#ty>,))
        }
        Argument::Taken(_) => None,
    });
    // Locals keep our hygiene also where the tokens around them have the user's place.
    let received = Ident::new("__received", Span::call_site());
    let (takes, passes): (Vec<_>, Vec<_>) = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| match argument {
            Argument::Taken(ty) => {
                let local = format_ident!("__argument{index}");
                let span = payload_span(ty);
                let private = on.runtime.private_at(span);
                let take = quote_spanned!(span=>
                    <#ty as #private::FromDelivery<'_>>::from_delivery(#received)?
                );
                (Some(quote!(let #local = #take;)), quote!(#local))
            }
            Argument::Lent(ty) => (None, quote!(<__R as #private::Lend<#ty>>::lend(__router))),
        })
        .unzip();
    let dot_await = asyncness.map(|_| quote!(.await));
    let call = quote!(#name(#(#passes),*) #dot_await);
    let outcome = match returns {
        // A type that cannot be written again is inferred.
        Some(ty) if nameable(ty) => {
            let private = on.runtime.private_at(ty.span());
            quote_spanned!(ty.span()=> <#ty as #private::IntoOutcome>::into_outcome(#call))
        }
        _ => quote!(#private::IntoOutcome::into_outcome(#call)),
    };
    // "Cannot be sent between threads" is said at the user's own `async`.
    let span = asyncness.unwrap_or_else(Span::call_site);
    let body = quote_spanned!(span=> async move {
        #(#takes)*
        #private::handled(#outcome)
    });
    let future = quote_spanned!(span=>
        impl ::core::future::Future<Output = #private::Handled> + ::core::marker::Send + '__d
    );
    let checks = on.patterns.iter().zip(patterns).map(|(literal, pattern)| {
        let private = on.runtime.private_at(literal.span());
        quote_spanned!(literal.span()=>
            #private::check::pattern_of_router(#private::catalog::<__R>(), __ARGUMENTS, #pattern);
        )
    });
    quote! {
        #[automatically_derived]
        impl<__R: #private::Router> #private::Handle<__R> for #name
        where
            #(#lends)*
        {
            const CHECKED: () = { #(#checks)* };

            fn handle<'__d>(
                __router: &'__d __R,
                #received: &'__d #private::Received<'__d>,
            ) -> #future {
                #body
            }
        }
    }
}

fn nameable(ty: &Type) -> bool {
    !ty.to_token_stream().to_string().contains("impl ")
}

fn pattern(pattern: &Pattern, unlisted: bool, runtime: &Runtime) -> TokenStream {
    let literal = &pattern.literal;
    let private = runtime.private_at(literal.span());
    let unlisted = unlisted.then(|| quote!(.unlisted()));
    quote_spanned!(literal.span()=> #private::Pattern::new(#literal) #unlisted)
}

/// Output for `struct App` with `handlers(idled, vaults::credential)`:
/// ```ignore
/// impl Lend<App> for App { … }                      // and for each field that is state
/// const _: () = {
///     struct __Handler;                             // what a path to something else resolves to: no handler
///     const _: () = {
///         use idled as __Handler;
///         impl Listed<0> for App { type Handler = __Handler; }
///         check::listed::<App, 0, __EVENTS>("App", &__TABLE, __HANDLERS)
///     };
///     …
///     const __HANDLERS: &[HandlerInfo] = &[info::<App, 0>(), info::<App, 1>()];
///     static __TABLE: Table<__EVENTS> = Table::new(catalog::<App>(), __HANDLERS);
///     impl Router for App { … }
/// };
/// ```
pub(crate) fn router(router: &Router<'_>) -> TokenStream {
    let Router {
        name,
        provider,
        handlers,
        state,
        runtime,
    } = router;
    let private = runtime.private();
    let text = name.to_string();
    let lent = state.iter().map(|(member, ty)| {
        quote_spanned! {ty.span()=>
            #[automatically_derived]
            impl #private::Lend<#ty> for #name {
                fn lend(&self) -> &#ty {
                    &self.#member
                }
            }
        }
    });
    let indexes: Vec<usize> = (0..handlers.len()).collect();
    let listed = handlers.iter().zip(&indexes).map(|(path, index)| {
        let private = runtime.private_at(path.span());
        quote_spanned! {path.span()=>
            const _: () = {
                #[allow(unused_imports)]
                use #path as __Handler;
                impl #private::Listed<#index> for #name {
                    type Handler = __Handler;
                }
                #private::check::listed::<#name, #index, __EVENTS>(#text, &__TABLE, __HANDLERS)
            };
        }
    });
    quote! {
        #[automatically_derived]
        impl #private::Lend<#name> for #name {
            fn lend(&self) -> &#name {
                self
            }
        }
        #(#lent)*
        const _: () = {
            #[allow(dead_code)]
            struct __Handler;
            #(#listed)*
            const __HANDLERS: &[#private::HandlerInfo] =
                &[#(#private::info::<#name, #indexes>()),*];
            const __EVENTS: usize = #private::catalog::<#name>().events().len();
            static __TABLE: #private::Table<__EVENTS> =
                #private::Table::new(#private::catalog::<#name>(), __HANDLERS);
            #[automatically_derived]
            impl #private::Router for #name {
                type Provider = #provider;

                const HANDLERS: &'static [#private::HandlerInfo] = __HANDLERS;

                fn route(
                    __index: #private::Option<usize>,
                    __event_type: &str,
                ) -> #private::Option<usize> {
                    __TABLE.route(__index, __event_type)
                }

                async fn dispatch<'__d>(
                    &'__d self,
                    __handler: usize,
                    __received: &'__d #private::Received<'__d>,
                ) -> #private::Handled {
                    match __handler {
                        #(#indexes => #private::call::<Self, #indexes>(self, __received).await,)*
                        _ => #private::no_such_handler(),
                    }
                }
            }
        };
    }
}

/// Output: `Catalog`, `Payload` and `Decode` for the enum, `Payload` and `Decode` for each of its payloads.
pub(crate) fn catalog(catalog: &Catalog<'_>) -> TokenStream {
    let Catalog {
        name,
        provider,
        events,
        unknown,
        runtime,
    } = catalog;
    let private = runtime.private();
    let text = name.to_string();
    let names: Vec<&LitStr> = events.iter().map(|event| &event.name).collect();
    let indexes = 0..events.len();
    let infos = events.iter().map(|event| {
        let (name, payload) = (&event.name, type_name(event.payload));
        let subtypes = event.subtypes.as_ref().map(|subtypes| {
            let (key, at) = (&subtypes.key, &subtypes.at);
            let mut values: Vec<_> = subtypes
                .values
                .iter()
                .map(|(value, path)| {
                    let payload = path.segments.last().map(|last| last.ident.to_string());
                    (value.value(), payload)
                })
                .collect();
            values.sort();
            let values = values
                .iter()
                .map(|(value, payload)| quote!((#value, #payload)));
            quote!(.with_subtypes(&#private::Subtypes::new(#key, &[#(#at),*], &[#(#values),*])))
        });
        quote!(#private::EventInfo::new(#name, #payload) #subtypes)
    });
    let arms = events.iter().map(|event| {
        let (name, arm, payload) = (&event.name, event.arm, event.payload);
        quote! {
            #name => <#payload as #private::Decode<'__de>>::decode(__event_type, __deserializer)
                .map(Self::#arm),
        }
    });
    let payloads = payloads(catalog, &private);
    let span = provider.span();
    let private_there = runtime.private_at(span);
    let provider_name =
        quote_spanned!(span=> <#provider as #private_there::Provider>::PROFILE.name());
    quote! {
        #[automatically_derived]
        impl #private::Catalog for #name {
            const INFO: &'static #private::CatalogInfo =
                &#private::CatalogInfo::new(#provider_name, #text, &[#(#infos),*]);

            fn index_of(__event_type: &str) -> #private::Option<usize> {
                #private::Option::Some(match __event_type {
                    #(#names => #indexes,)*
                    _ => return #private::Option::None,
                })
            }
        }
        #[automatically_derived]
        impl #private::Payload for #name {
            const CARRIES: #private::Carries = #private::Carries::of(
                #text,
                <#name as #private::Catalog>::INFO,
                &[#private::Pattern::new("*")],
            );
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'__de> #private::Decode<'__de> for #name {
            fn decode<__D: #private::Deserializer<'__de>>(
                __event_type: &str,
                __deserializer: __D,
            ) -> #private::Result<Self, __D::Error> {
                match __event_type {
                    #(#arms)*
                    _ => #private::unknown(__event_type, __deserializer).map(Self::#unknown),
                }
            }
        }
        #payloads
    }
}

/// What one payload type carries, and where it stands.
struct Carried<'a> {
    ty: TokenStream,
    name: String,
    patterns: Vec<TokenStream>,
    within: &'a [String],
}

fn payloads(catalog: &Catalog<'_>, private: &TokenStream) -> TokenStream {
    let mut carried: BTreeMap<String, Carried<'_>> = BTreeMap::new();
    let mut add = |ty: TokenStream, name: String, pattern: TokenStream, within| {
        carried
            .entry(ty.to_string())
            .or_insert_with(|| Carried {
                ty,
                name,
                patterns: Vec::new(),
                within,
            })
            .patterns
            .push(pattern);
    };
    for event in &catalog.events {
        let literal = &event.name;
        let pattern = quote!(#private::Pattern::new(#literal));
        let ty = event.payload;
        add(
            ty.to_token_stream(),
            type_name(ty),
            pattern.clone(),
            &event.within[..],
        );
        if let Some(subtypes) = &event.subtypes {
            let key = &subtypes.key;
            for (value, path) in &subtypes.values {
                let name = path.segments.last().map(|last| last.ident.to_string());
                add(
                    path.to_token_stream(),
                    name.unwrap_or_default(),
                    quote!(#pattern.with_subtype(#key, #value)),
                    &subtypes.within[..],
                );
            }
        }
    }
    let name = catalog.name;
    carried
        .values()
        .map(
            |Carried {
                 ty,
                 name: text,
                 patterns,
                 within,
             }| {
                quote! {
                    #[automatically_derived]
                    impl #private::Payload for #ty {
                        const CARRIES: #private::Carries = #private::Carries::of(
                            #text,
                            <#name as #private::Catalog>::INFO,
                            &[#(#patterns),*],
                        );
                    }
                    #[automatically_derived]
                    #[diagnostic::do_not_recommend]
                    impl<'__de> #private::Decode<'__de> for #ty {
                        fn decode<__D: #private::Deserializer<'__de>>(
                            _: &str,
                            __deserializer: __D,
                        ) -> #private::Result<Self, __D::Error> {
                            #private::within(&[#(#within),*], __deserializer)
                        }
                    }
                }
            },
        )
        .collect()
}

/// The last name in a type.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_else(|| ty.to_token_stream().to_string())
}

/// Output: `Payload` and `Decode` for the view, and a check of each pattern.
pub(crate) fn view(view: &View<'_>) -> TokenStream {
    let View {
        input,
        provider,
        payload,
    } = view;
    let private = payload.runtime.private();
    let name = &input.ident;
    let text = name.to_string();
    let (parameters, arguments, clause) = input.generics.split_for_impl();
    let lifetime = input
        .generics
        .lifetimes()
        .next()
        .map(|parameter| &parameter.lifetime);
    let decoded = match lifetime {
        Some(lifetime) => quote!(<'__de: #lifetime, #lifetime>),
        None => quote!(<'__de>),
    };
    let patterns: Vec<_> = payload
        .events
        .iter()
        .map(|p| pattern(p, payload.unlisted, &payload.runtime))
        .collect();
    let span = provider.span();
    let private_there = payload.runtime.private_at(span);
    let catalog = quote_spanned!(span=>
        <<#provider as #private_there::Provider>::Catalog as #private_there::Catalog>::INFO
    );
    let known = payload.events.iter().zip(&patterns).map(|(literal, pattern)| {
        let private = payload.runtime.private_at(literal.span());
        quote_spanned!(literal.span()=> const _: () = #private::check::known(__CATALOG, #pattern);)
    });
    let within = &payload.within;
    // "Deserialize is not implemented" is said at the name of the view; the local keeps our hygiene.
    let deserializer = Ident::new("__deserializer", Span::call_site());
    let private_there = payload.runtime.private_at(name.span());
    let decode = quote_spanned!(name.span()=>
        #private_there::within::<Self, __D>(&[#(#within),*], #deserializer)
    );
    quote! {
        const _: () = {
            const __CATALOG: &#private::CatalogInfo = #catalog;
            #(#known)*
            #[automatically_derived]
            impl #parameters #private::Payload for #name #arguments #clause {
                const CARRIES: #private::Carries =
                    #private::Carries::of(#text, __CATALOG, &[#(#patterns),*]);
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #decoded #private::Decode<'__de> for #name #arguments #clause {
                fn decode<__D: #private::Deserializer<'__de>>(
                    _: &str,
                    #deserializer: __D,
                ) -> #private::Result<Self, __D::Error> {
                    #decode
                }
            }
        };
    }
}
