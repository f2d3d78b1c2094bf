async fn failed(event: Event<BatchFailed>) {
    report(event).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct failed {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for failed {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
                "failed",
                &[__private::Pattern::new("batch.failed", 2696074424070802618u64)],
                __private::Argument::<Event<BatchFailed>>::CARRIES,
                __private::SourceLocation::new(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .with_retry(
                __private::Retry::new()
                    .max_retries(5u32)
                    .initial_backoff(::core::time::Duration::from_millis(10000u64))
                    .max_backoff(::core::time::Duration::from_millis(21600000u64)),
            )
            .with_ordered_by(&["data", "id"]);
    }
    const _: () = __private::check::Deprecated::<
        {
            __private::check::pattern(
                __private::Argument::<Event<BatchFailed>>::CATALOG.info(),
                __private::Pattern::new("batch.failed", 2696074424070802618u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::payload(
        __private::Argument::<Event<BatchFailed>>::CATALOG.info(),
        <Event<BatchFailed> as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[__private::Pattern::new("batch.failed", 2696074424070802618u64)],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for failed {
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
                    failed(__private::Argument::<Event<BatchFailed>>::take(__delivery)?),
                ),
            )
        }
    }
};
