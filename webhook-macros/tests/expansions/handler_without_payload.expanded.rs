pub(crate) async fn deleted(id: DeliveryId) {
    forget(id)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
pub(crate) struct deleted {}
const _: () = {
    const __PATTERNS: &[private::Pattern] = &[private::Pattern::new("session.deleted")];
    const __CARRIES: private::Option<private::Carries> = private::check::carried(
        &[<DeliveryId as private::FromDelivery<'_>>::CARRIES],
    );
    const _: () = private::check::pattern_of_payload(
        &<DeliveryId as private::FromDelivery<'_>>::CATALOG,
        private::Pattern::new("session.deleted"),
    );
    const _: () = private::check::Deprecated::<
        {
            private::check::is_deprecated(
                &<DeliveryId as private::FromDelivery<'_>>::CATALOG,
                private::Pattern::new("session.deleted"),
            )
        },
    >::CHECK;
    const _: () = private::check::payload(
        &<DeliveryId as private::FromDelivery<'_>>::CATALOG,
        <DeliveryId as private::FromDelivery<'_>>::CARRIES,
        __PATTERNS,
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: private::Router> private::Handle<__R> for deleted {
        const INFO: private::HandlerInfo = private::HandlerInfo::new(
            "deleted",
            __PATTERNS,
            __CARRIES,
            private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
        );
        const CHECKED: () = {
            private::check::pattern_of_router(
                private::catalog::<__R>(),
                __CARRIES,
                private::Pattern::new("session.deleted"),
            );
        };
        fn handle<'__d>(
            __router: &'__d __R,
            __received: &'__d private::Received<'__d>,
        ) -> impl ::core::future::Future<
            Output = private::Handled,
        > + ::core::marker::Send + '__d {
            async move {
                let __argument0 = <DeliveryId as private::FromDelivery<
                    '_,
                >>::from_delivery(__received)?;
                private::handled(
                    private::IntoOutcome::into_outcome(deleted(__argument0).await),
                )
            }
        }
    }
};
