#[automatically_derived]
impl private::Lend<App> for App {
    fn lend(&self) -> &App {
        self
    }
}
const _: () = {
    #[allow(dead_code)]
    struct __Handler;
    const __HANDLERS: &[private::HandlerInfo] = &[
        {
            #[allow(deprecated, unused_imports)]
            use idled as __Handler;
            <__Handler as private::Handle<App>>::INFO
        },
        {
            #[allow(deprecated, unused_imports)]
            use vaults::credential as __Handler;
            <__Handler as private::Handle<App>>::INFO
        },
    ];
    const __CELLS: private::Cells<{ private::cells(private::catalog::<App>()) }> = private::Cells::new(
        private::catalog::<App>(),
        __HANDLERS,
    );
    const __TABLE: private::Table<'static> = __CELLS.table();
    const _: () = private::check::listed(
        "App",
        private::catalog::<App>(),
        __TABLE,
        __HANDLERS,
        0usize,
    );
    const _: () = {
        #[allow(deprecated, unused_imports)]
        use idled as __Handler;
        <__Handler as private::Handle<App>>::CHECKED
    };
    const _: () = private::check::listed(
        "App",
        private::catalog::<App>(),
        __TABLE,
        __HANDLERS,
        1usize,
    );
    const _: () = {
        #[allow(deprecated, unused_imports)]
        use vaults::credential as __Handler;
        <__Handler as private::Handle<App>>::CHECKED
    };
    #[automatically_derived]
    impl private::Router for App {
        type Provider = Anthropic;
        const HANDLERS: &'static [private::HandlerInfo] = __HANDLERS;
        const ROUTES: &'static [private::Route] = &private::routes::<
            { private::count_routes(__TABLE, __HANDLERS) },
        >(private::catalog::<App>(), __TABLE, __HANDLERS);
        fn table() -> private::Table<'static> {
            __TABLE
        }
        async fn dispatch<'__d>(
            &'__d self,
            __handler: usize,
            __received: &'__d private::Received<'__d>,
        ) -> private::Handled {
            match __handler {
                0usize => {
                    #[allow(deprecated, unused_imports)]
                    use idled as __Handler;
                    <__Handler as private::Handle<App>>::handle(self, __received).await
                }
                1usize => {
                    #[allow(deprecated, unused_imports)]
                    use vaults::credential as __Handler;
                    <__Handler as private::Handle<App>>::handle(self, __received).await
                }
                _ => private::no_such_handler(),
            }
        }
    }
};
