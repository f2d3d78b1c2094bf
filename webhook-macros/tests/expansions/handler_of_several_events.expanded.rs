async fn vaults(event: Event<AnthropicEvent>) {
    log(event)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct vaults {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for vaults {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
            "vaults",
            &[
                __private::Pattern::new("vault.created", 4077918700966780389u64),
                __private::Pattern::new("vault_credential.*", 8475650649538797813u64),
            ],
            __private::Argument::<Event<AnthropicEvent>>::CARRIES,
            __private::SourceLocation::new(
                ::core::file!(),
                ::core::line!(),
                ::core::module_path!(),
            ),
        );
    }
    const _: () = __private::check::Deprecated::<
        {
            __private::check::pattern(
                __private::Argument::<Event<AnthropicEvent>>::CATALOG.info(),
                __private::Pattern::new("vault.created", 4077918700966780389u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::Deprecated::<
        {
            __private::check::pattern(
                __private::Argument::<Event<AnthropicEvent>>::CATALOG.info(),
                __private::Pattern::new("vault_credential.*", 8475650649538797813u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::payload(
        __private::Argument::<Event<AnthropicEvent>>::CATALOG.info(),
        <Event<AnthropicEvent> as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[
            __private::Pattern::new("vault.created", 4077918700966780389u64),
            __private::Pattern::new("vault_credential.*", 8475650649538797813u64),
        ],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for vaults {
        const CHECKED: () = {};
        fn handle<'__d>(
            __router: &'__d __R,
            __delivery: &'__d __private::Delivery<'__d>,
        ) -> __private::Result<
            impl ::core::future::Future<
                Output = __private::Handled,
            > + ::core::marker::Send + '__d,
            __private::BoxError,
        > {
            __private::Result::Ok(
                __private::Returned::<
                    (),
                >::later(
                    vaults(
                        __private::Argument::<Event<AnthropicEvent>>::take(__delivery)?,
                    ),
                ),
            )
        }
    }
};
