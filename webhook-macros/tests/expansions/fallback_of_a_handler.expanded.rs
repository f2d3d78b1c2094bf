async fn idled(event: Event<SessionStatusIdled>) {
    log(event)
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct idled {}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    ::core::compile_error! {
        "misplaced `*`: it matches whole segments at the end of a pattern; write \"session.*\" for the family, or \"*\" for every event"
    }
    impl __private::Handler for idled {
        const INFO: __private::HandlerInfo = __private::HandlerInfo::stand_in("idled");
    }
    impl<__R: __private::Router> __private::Handle<__R> for idled {
        const CHECKED: () = ();
        fn handle<'__d>(
            _: &'__d __R,
            _: &'__d __private::Delivery<'__d>,
        ) -> __private::Result<
            impl ::core::future::Future<
                Output = __private::Handled,
            > + ::core::marker::Send + '__d,
            __private::BoxError,
        > {
            __private::Result::Ok(__private::Returned::<()>::now(()))
        }
    }
};
