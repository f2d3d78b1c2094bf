::core::compile_error! {
    "`exhausting` is not known in `#[webhook(…)]`, which takes `provider = …`, `handlers(…)`, `exhaustive`, `ignore(…)` and `crate = path`"
}
impl private::Router for App {
    type Provider = Anthropic;
    const HANDLERS: &'static [private::HandlerInfo] = &[];
    const ROUTES: &'static [private::Route] = &[];
    fn table() -> private::Table<'static> {
        private::Table::EMPTY
    }
    async fn dispatch<'__d>(
        &'__d self,
        _: usize,
        _: &'__d private::Received<'__d>,
    ) -> private::Handled {
        private::no_such_handler()
    }
}
const _: fn(Anthropic) = |_| ();
