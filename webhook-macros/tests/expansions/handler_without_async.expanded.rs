#[cfg(feature = "sessions")]
fn created(_: Event<SessionCreated>) -> () {}
#[cfg(feature = "sessions")]
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, clippy::exhaustive_structs)]
struct created {}
#[cfg(feature = "sessions")]
const _: () = {
    const __PATTERNS: &[hooks::private::Pattern] = &[
        hooks::private::Pattern::new("session.created"),
    ];
    const __CARRIES: hooks::private::Option<hooks::private::Carries> = hooks::private::check::carried(
        &[<Event<SessionCreated> as hooks::private::FromDelivery<'_>>::CARRIES],
    );
    const _: () = hooks::private::check::pattern_of_payload(
        &<Event<SessionCreated> as hooks::private::FromDelivery<'_>>::CATALOG,
        hooks::private::Pattern::new("session.created"),
    );
    const _: () = hooks::private::check::Deprecated::<
        {
            hooks::private::check::is_deprecated(
                &<Event<SessionCreated> as hooks::private::FromDelivery<'_>>::CATALOG,
                hooks::private::Pattern::new("session.created"),
            )
        },
    >::CHECK;
    const _: () = hooks::private::check::payload(
        &<Event<SessionCreated> as hooks::private::FromDelivery<'_>>::CATALOG,
        <Event<SessionCreated> as hooks::private::FromDelivery<'_>>::CARRIES,
        __PATTERNS,
    );
    #[automatically_derived]
    #[allow(deprecated)]
    impl<__R: hooks::private::Router> hooks::private::Handle<__R> for created {
        const INFO: hooks::private::HandlerInfo = hooks::private::HandlerInfo::new(
            "created",
            __PATTERNS,
            __CARRIES,
            hooks::private::Place::new(
                ::core::file!(),
                ::core::line!(),
                ::core::module_path!(),
            ),
        );
        const CHECKED: () = {
            hooks::private::check::pattern_of_router(
                hooks::private::catalog::<__R>(),
                __CARRIES,
                hooks::private::Pattern::new("session.created"),
            );
        };
        fn handle<'__d>(
            __router: &'__d __R,
            __received: &'__d hooks::private::Received<'__d>,
        ) -> impl ::core::future::Future<
            Output = hooks::private::Handled,
        > + ::core::marker::Send + '__d {
            async move {
                let __argument0 = <Event<
                    SessionCreated,
                > as hooks::private::FromDelivery<'_>>::from_delivery(__received)?;
                hooks::private::handled(
                    <() as hooks::private::IntoOutcome>::into_outcome(
                        created(__argument0),
                    ),
                )
            }
        }
    }
};
