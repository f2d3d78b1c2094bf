async fn approval(event: Event<ApprovalRequest>) {
    ask(event).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct approval {}
const _: () = {
    const __PATTERNS: &[private::Pattern] = &[
        private::Pattern::new("agent.thread.message")
            .with_subtype("message_type", "approval_request"),
    ];
    const __CARRIES: private::Option<private::Carries> = private::check::carried(
        &[<Event<ApprovalRequest> as private::FromDelivery<'_>>::CARRIES],
    );
    const _: () = private::check::pattern_of_payload(
        &<Event<ApprovalRequest> as private::FromDelivery<'_>>::CATALOG,
        private::Pattern::new("agent.thread.message")
            .with_subtype("message_type", "approval_request"),
    );
    const _: () = private::check::Deprecated::<
        {
            private::check::is_deprecated(
                &<Event<ApprovalRequest> as private::FromDelivery<'_>>::CATALOG,
                private::Pattern::new("agent.thread.message")
                    .with_subtype("message_type", "approval_request"),
            )
        },
    >::CHECK;
    const _: () = private::check::payload(
        &<Event<ApprovalRequest> as private::FromDelivery<'_>>::CATALOG,
        <Event<ApprovalRequest> as private::FromDelivery<'_>>::CARRIES,
        __PATTERNS,
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: private::Router> private::Handle<__R> for approval {
        const INFO: private::HandlerInfo = private::HandlerInfo::new(
            "approval",
            __PATTERNS,
            __CARRIES,
            private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!()),
        );
        const CHECKED: () = {
            private::check::pattern_of_router(
                private::catalog::<__R>(),
                __CARRIES,
                private::Pattern::new("agent.thread.message")
                    .with_subtype("message_type", "approval_request"),
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
                    ApprovalRequest,
                > as private::FromDelivery<'_>>::from_delivery(__received)?;
                private::handled(
                    private::IntoOutcome::into_outcome(approval(__argument0).await),
                )
            }
        }
    }
};
