async fn approval(event: Event<ApprovalRequest>) {
    ask(event).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct approval {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for approval {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
            "approval",
            &[
                __private::Pattern::new("agent.thread.message", 1272358592231103785u64)
                    .with_subtype("message_type", "approval_request"),
            ],
            __private::Argument::<Event<ApprovalRequest>>::CARRIES,
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
                __private::Argument::<Event<ApprovalRequest>>::CATALOG.info(),
                __private::Pattern::new("agent.thread.message", 1272358592231103785u64)
                    .with_subtype("message_type", "approval_request"),
            )
        },
    >::CHECK;
    const _: () = __private::check::subtype_key(
        __private::Argument::<Event<ApprovalRequest>>::CATALOG.info(),
        __private::Pattern::new("agent.thread.message", 1272358592231103785u64)
            .with_subtype("message_type", "approval_request"),
    );
    const _: () = __private::check::subtype_value(
        __private::Argument::<Event<ApprovalRequest>>::CATALOG.info(),
        __private::Pattern::new("agent.thread.message", 1272358592231103785u64)
            .with_subtype("message_type", "approval_request"),
    );
    const _: () = __private::check::payload(
        __private::Argument::<Event<ApprovalRequest>>::CATALOG.info(),
        <Event<ApprovalRequest> as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[
            __private::Pattern::new("agent.thread.message", 1272358592231103785u64)
                .with_subtype("message_type", "approval_request"),
        ],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for approval {
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
                    approval(
                        __private::Argument::<Event<ApprovalRequest>>::take(__delivery)?,
                    ),
                ),
            )
        }
    }
};
