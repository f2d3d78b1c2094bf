::core::compile_error! {
    "unknown option `exhausting` in `#[webhook(…)]`; did you mean `exhaustive`?"
}
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    impl __private::Router for App {
        type Provider = Anthropic;
        const HANDLERS: &'static [__private::HandlerInfo] = &[];
        const ROUTES: &'static [__private::Route] = &[];
        fn table() -> __private::Table<'static> {
            __private::Table::EMPTY
        }
        async fn dispatch<'__d>(
            &'__d self,
            _: usize,
            _: &'__d __private::Delivery<'__d>,
        ) -> __private::Handled {
            __private::no_such_handler()
        }
    }
};
const _: fn(Anthropic) = |_| ();
