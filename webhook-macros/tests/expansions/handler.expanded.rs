async fn idled(event: Event<SessionStatusIdled>, db: &Db) -> Result<(), DbError> {
    db.mark_idle(&event.data.id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct idled {}
const _: () = {
    const __PATTERNS: &[private::Pattern] = &[
        private::Pattern::new("session.status_idled"),
    ];
    const __CARRIES: private::Option<private::Carries> = private::check::carried(
        &[<Event<SessionStatusIdled> as private::FromDelivery<'_>>::CARRIES],
    );
    const _: () = private::check::pattern_of_payload(
        &<Event<SessionStatusIdled> as private::FromDelivery<'_>>::CATALOG,
        private::Pattern::new("session.status_idled"),
    );
    const _: () = private::check::Deprecated::<
        {
            private::check::is_deprecated(
                &<Event<SessionStatusIdled> as private::FromDelivery<'_>>::CATALOG,
                private::Pattern::new("session.status_idled"),
            )
        },
    >::CHECK;
    const _: () = private::check::payload(
        &<Event<SessionStatusIdled> as private::FromDelivery<'_>>::CATALOG,
        <Event<SessionStatusIdled> as private::FromDelivery<'_>>::CARRIES,
        __PATTERNS,
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: private::Router> private::Handle<__R> for idled
    where
        __R: private::Lend<Db>,
    {
        const INFO: private::HandlerInfo = private::HandlerInfo::new(
            "idled",
            __PATTERNS,
            __CARRIES,
            private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
        );
        const CHECKED: () = {
            private::check::pattern_of_router(
                private::catalog::<__R>(),
                __CARRIES,
                private::Pattern::new("session.status_idled"),
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
                    SessionStatusIdled,
                > as private::FromDelivery<'_>>::from_delivery(__received)?;
                private::handled(
                    <Result<
                        (),
                        DbError,
                    > as private::IntoOutcome>::into_outcome(
                        idled(__argument0, <__R as private::Lend<Db>>::lend(__router))
                            .await,
                    ),
                )
            }
        }
    }
};
