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
    #[allow(dead_code)]
    struct __Handler;
    struct __Slot0;
    const _: () = {
        #[allow(deprecated, unused_imports)]
        use idled as __Handler;
        impl __private::Lists<App> for __Slot0 {
            type Handler = __Handler;
        }
    };
    struct __Slot1;
    const _: () = {
        #[allow(deprecated, unused_imports)]
        use vaults::credential as __Handler;
        impl __private::Lists<App> for __Slot1 {
            type Handler = __Handler;
        }
    };
    const __HANDLERS: &[__private::HandlerInfo] = &[
        __private::info::<__Slot0, App>(),
        __private::info::<__Slot1, App>(),
    ];
    const __CELLS: &__private::Cells<
        { __private::cells(__private::catalog::<App>()) },
        2usize,
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
    const _: () = __private::check::Deprecated::<
        {
            __private::check::listed::<
                __Slot1,
                App,
                _,
                _,
            >("App", __CELLS, __HANDLERS, 1usize)
        },
    >::CHECK;
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
                1usize => __private::call::<__Slot1, App>(self, __delivery).await,
                _ => __private::no_such_handler(),
            }
        }
    }
};
