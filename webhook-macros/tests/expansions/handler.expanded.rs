async fn idled(event: Event<SessionStatusIdled>, db: &Db) -> Result<(), DbError> {
    db.mark_idle(&event.data.id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct idled {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for idled {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
            "idled",
            &[__private::Pattern::new("session.status_idled", 13710260736348114540u64)],
            __private::Argument::<Event<SessionStatusIdled>>::CARRIES,
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
                __private::Argument::<Event<SessionStatusIdled>>::CATALOG.info(),
                __private::Pattern::new("session.status_idled", 13710260736348114540u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::payload(
        __private::Argument::<Event<SessionStatusIdled>>::CATALOG.info(),
        <Event<SessionStatusIdled> as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[__private::Pattern::new("session.status_idled", 13710260736348114540u64)],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for idled
    where
        __R: __private::HasState<Db>,
    {
        const CHECKED: () = {
            let _ = <Result<(), DbError> as __private::IntoOutcome>::into_outcome;
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
                    Result<(), DbError>,
                >::later(
                    idled(
                        __private::Argument::<
                            Event<SessionStatusIdled>,
                        >::take(__delivery)?,
                        <__R as __private::HasState<Db>>::state(__router),
                    ),
                ),
            )
        }
    }
};
