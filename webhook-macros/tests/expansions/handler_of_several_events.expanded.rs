async fn vaults(event: Event<AnthropicEvent>) {
    log(event)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct vaults {}
const _: () = {
    const __PATTERNS: &[private::Pattern] = &[
        private::Pattern::new("vault.created"),
        private::Pattern::new("vault_credential.*"),
    ];
    const __CARRIES: private::Option<private::Carries> = private::check::carried(
        &[<Event<AnthropicEvent> as private::FromDelivery<'_>>::CARRIES],
    );
    const _: () = private::check::pattern_of_payload(
        &<Event<AnthropicEvent> as private::FromDelivery<'_>>::CATALOG,
        private::Pattern::new("vault.created"),
    );
    const _: () = private::check::Deprecated::<
        {
            private::check::is_deprecated(
                &<Event<AnthropicEvent> as private::FromDelivery<'_>>::CATALOG,
                private::Pattern::new("vault.created"),
            )
        },
    >::CHECK;
    const _: () = private::check::pattern_of_payload(
        &<Event<AnthropicEvent> as private::FromDelivery<'_>>::CATALOG,
        private::Pattern::new("vault_credential.*"),
    );
    const _: () = private::check::Deprecated::<
        {
            private::check::is_deprecated(
                &<Event<AnthropicEvent> as private::FromDelivery<'_>>::CATALOG,
                private::Pattern::new("vault_credential.*"),
            )
        },
    >::CHECK;
    const _: () = private::check::payload(
        &<Event<AnthropicEvent> as private::FromDelivery<'_>>::CATALOG,
        <Event<AnthropicEvent> as private::FromDelivery<'_>>::CARRIES,
        __PATTERNS,
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: private::Router> private::Handle<__R> for vaults {
        const INFO: private::HandlerInfo = private::HandlerInfo::new(
            "vaults",
            __PATTERNS,
            __CARRIES,
            private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
        );
        const CHECKED: () = {
            private::check::pattern_of_router(
                private::catalog::<__R>(),
                __CARRIES,
                private::Pattern::new("vault.created"),
            );
            private::check::pattern_of_router(
                private::catalog::<__R>(),
                __CARRIES,
                private::Pattern::new("vault_credential.*"),
            );
        };
        fn handle<'__d>(
            __router: &'__d __R,
            __received: &'__d private::Received<'__d>,
        ) -> impl ::core::future::Future<
            Output = private::Handled,
        > + ::core::marker::Send + '__d {
            async move {
                let __argument0 = <Event<
                    AnthropicEvent,
                > as private::FromDelivery<'_>>::from_delivery(__received)?;
                private::handled(
                    private::IntoOutcome::into_outcome(vaults(__argument0).await),
                )
            }
        }
    }
};
