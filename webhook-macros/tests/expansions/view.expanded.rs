#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    const __CATALOG: __private::CatalogOf<<Anthropic as __private::Provider>::Catalog> = __private::CatalogOf::NEW;
    const _: () = __private::check::pattern_of_view(
        __CATALOG.info(),
        __private::Pattern::new("session.*", 1622659663181252419u64),
    );
    #[automatically_derived]
    impl __private::Payload for SessionId {
        type Catalog = <Anthropic as __private::Provider>::Catalog;
        const CARRIES: __private::Carries = __private::Carries::of::<
            <Anthropic as __private::Provider>::Catalog,
        >("SessionId", &[__private::Pattern::new("session.*", 1622659663181252419u64)]);
    }
    #[automatically_derived]
    impl<'__de> __private::Decode<'__de> for SessionId {
        fn decode<__D: __private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            __private::within::<Self, __D>(&[], __deserializer)
        }
    }
};
