const _: () = {
    const __CATALOG: private::CatalogOf<<Anthropic as private::Provider>::Catalog> = private::CatalogOf::NEW;
    const _: () = private::check::pattern_of_view(
        &__CATALOG,
        private::Pattern::new("session.*"),
    );
    #[automatically_derived]
    impl private::Payload for SessionId {
        type Catalog = <Anthropic as private::Provider>::Catalog;
        const CARRIES: private::Carries = private::Carries::of::<
            <Anthropic as private::Provider>::Catalog,
        >("SessionId", &[private::Pattern::new("session.*")]);
    }
    #[automatically_derived]
    impl<'__de> private::Decode<'__de> for SessionId {
        fn decode<__D: private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> private::Result<Self, __D::Error> {
            private::within::<Self, __D>(&[], __deserializer)
        }
    }
};
