async fn idled(event: Event<SessionStatusIdled>) {
    log(event)
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct idled {}
const _: () = {
    ::core::compile_error! {
        "`*` stands for whole segments at the end alone: write \"session.*\" for the family, or \"*\" for every event"
    }
    impl<__R: private::Router> private::Handle<__R> for idled {
        const INFO: private::HandlerInfo = private::HandlerInfo::stand_in("idled");
        const CHECKED: () = ();
        async fn handle<'__d>(
            _: &'__d __R,
            _: &'__d private::Received<'__d>,
        ) -> private::Handled {
            private::no_such_handler()
        }
    }
};
