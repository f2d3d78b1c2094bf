#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    use __private::check::NotDeprecated as _;
    #[automatically_derived]
    impl __private::HasState<App> for App {
        fn state(&self) -> &App {
            self
        }
    }
    #[automatically_derived]
    impl __private::HasState<Db> for App {
        fn state(&self) -> &Db {
            &self.db
        }
    }
    #[allow(dead_code)]
    struct __Handler;
    struct __Slot0;
    const _: () = {
        #[allow(deprecated, unused_imports)]
        use session as __Handler;
        impl __private::Lists<App> for __Slot0 {
            type Handler = __Handler;
        }
    };
    const __HANDLERS: &[__private::HandlerInfo] = &[__private::info::<__Slot0, App>()];
    const __CELLS: &__private::Cells<
        { __private::cells(__private::catalog::<App>()) },
        1usize,
    > = &__private::Cells::new(__private::catalog::<App>(), __HANDLERS);
    const __TABLE: __private::Table<'static> = __CELLS.table();
    const _: () = __private::check::Deprecated::<
        {
            __private::check::listed::<
                __Slot0,
                App,
                _,
                _,
            >("App", __CELLS, __HANDLERS, 0usize)
        },
    >::CHECK;
    const __EXHAUSTIVE: &[__private::Pattern] = &[
        __private::Pattern::new("session.*", 1622659663181252419u64),
    ];
    const __IGNORED: &[__private::Pattern] = &[
        __private::Pattern::new("session.pending", 12242137597552048378u64),
    ];
    const _: () = __private::check::exhaustive(
        "App",
        __private::catalog::<App>(),
        __TABLE,
        __HANDLERS,
        __private::Pattern::new("session.*", 1622659663181252419u64),
        __IGNORED,
    );
    const _: () = __private::check::ignored(
        __private::catalog::<App>(),
        __TABLE,
        __HANDLERS,
        __EXHAUSTIVE,
        __private::Pattern::new("session.pending", 12242137597552048378u64),
    );
    #[automatically_derived]
    impl __private::Router for App {
        type Provider = Anthropic;
        const HANDLERS: &'static [__private::HandlerInfo] = __HANDLERS;
        const ROUTES: &'static [__private::Route] = &__private::routes::<
            { __private::count_routes(__TABLE, __HANDLERS) },
        >(__private::catalog::<App>(), __TABLE, __HANDLERS);
        fn table() -> __private::Table<'static> {
            __TABLE
        }
        async fn dispatch<'__d>(
            &'__d self,
            __handler: usize,
            __delivery: &'__d __private::Delivery<'__d>,
        ) -> __private::Handled {
            match __handler {
                0usize => __private::call::<__Slot0, App>(self, __delivery).await,
                _ => __private::no_such_handler(),
            }
        }
    }
};
