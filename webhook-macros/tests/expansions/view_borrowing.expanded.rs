#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    const __CATALOG: __private::CatalogOf<<Anthropic as __private::Provider>::Catalog> = __private::CatalogOf::NEW;
    const _: () = __private::check::pattern_of_view(
        __CATALOG.info(),
        __private::Pattern::new("vault.created", 4077918700966780389u64),
    );
    const _: () = __private::check::pattern_of_view(
        __CATALOG.info(),
        __private::Pattern::new("vault.deleted", 3006020614283731580u64),
    );
    #[automatically_derived]
    impl<'body> __private::Payload for VaultId<'body> {
        type Catalog = <Anthropic as __private::Provider>::Catalog;
        const CARRIES: __private::Carries = __private::Carries::of::<
            <Anthropic as __private::Provider>::Catalog,
        >(
            "VaultId",
            &[
                __private::Pattern::new("vault.created", 4077918700966780389u64),
                __private::Pattern::new("vault.deleted", 3006020614283731580u64),
            ],
        );
    }
    #[automatically_derived]
    impl<'__de: 'body, 'body> __private::Decode<'__de> for VaultId<'body> {
        fn decode<__D: __private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            __private::within::<Self, __D>(&["object"], __deserializer)
        }
    }
};
