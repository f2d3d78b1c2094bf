const _: () = {
    const __CATALOG: private::CatalogOf<<Anthropic as private::Provider>::Catalog> = private::CatalogOf::NEW;
    const _: () = private::check::pattern_of_view(
        &__CATALOG,
        private::Pattern::new("vault.created"),
    );
    const _: () = private::check::pattern_of_view(
        &__CATALOG,
        private::Pattern::new("vault.deleted"),
    );
    #[automatically_derived]
    impl<'body> private::Payload for VaultId<'body> {
        type Catalog = <Anthropic as private::Provider>::Catalog;
        const CARRIES: private::Carries = private::Carries::of::<
            <Anthropic as private::Provider>::Catalog,
        >(
            "VaultId",
            &[
                private::Pattern::new("vault.created"),
                private::Pattern::new("vault.deleted"),
            ],
        );
    }
    #[automatically_derived]
    impl<'__de: 'body, 'body> private::Decode<'__de> for VaultId<'body> {
        fn decode<__D: private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> private::Result<Self, __D::Error> {
            private::within::<Self, __D>(&["object"], __deserializer)
        }
    }
};
