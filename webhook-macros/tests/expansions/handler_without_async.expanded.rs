#[cfg(feature = "sessions")]
fn created(_: Event<SessionCreated>) -> () {}
#[cfg(feature = "sessions")]
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct created {}
#[cfg(feature = "sessions")]
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use hooks::private as __private;
    use __private::{NoArgument as _, NoOutcome as _};
    #[automatically_derived]
    impl __private::Handler for created {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::new(
            "created",
            &[__private::Pattern::new("session.created", 18177054140611161725u64)],
            __private::Argument::<Event<SessionCreated>>::CARRIES,
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
                __private::Argument::<Event<SessionCreated>>::CATALOG.info(),
                __private::Pattern::new("session.created", 18177054140611161725u64),
            )
        },
    >::CHECK;
    const _: () = __private::check::payload(
        __private::Argument::<Event<SessionCreated>>::CATALOG.info(),
        <Event<SessionCreated> as __private::FromDelivery<'_>>::CARRIES,
        &[],
        &[__private::Pattern::new("session.created", 18177054140611161725u64)],
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: __private::Router> __private::Handle<__R> for created {
        const CHECKED: () = {
            let _ = <() as __private::IntoOutcome>::into_outcome;
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
                >::now(
                    created(
                        __private::Argument::<Event<SessionCreated>>::take(__delivery)?,
                    ),
                ),
            )
        }
    }
};
