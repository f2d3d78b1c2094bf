pub(crate) async fn deleted(id: DeliveryId) {
    forget(id)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
pub(crate) struct deleted {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for deleted {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
                "deleted",
                &[__private::Pattern::new("session.deleted", 13417048900142911172u64)],
                __private::Argument::<DeliveryId>::CARRIES,
                __private::SourceLocation::new(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .with_requires(__private::Argument::<DeliveryId>::REQUIRES);
    }
    const _: () = __private::check::Deprecated::<
        {
            __private::check::pattern(
                __private::Argument::<DeliveryId>::CATALOG.info(),
                __private::Pattern::new("session.deleted", 13417048900142911172u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::payload(
        __private::Argument::<DeliveryId>::CATALOG.info(),
        <DeliveryId as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[__private::Pattern::new("session.deleted", 13417048900142911172u64)],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for deleted {
        const CHECKED: () = {
            let _ = __private::check::pattern(
                __private::check::of_router(
                    __private::catalog::<__R>(),
                    __private::Argument::<DeliveryId>::CARRIES,
                ),
                __private::Pattern::new("session.deleted", 13417048900142911172u64),
            );
        };
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
                >::later(deleted(__private::Argument::<DeliveryId>::take(__delivery)?)),
            )
        }
    }
};
