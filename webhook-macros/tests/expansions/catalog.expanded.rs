#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use private as __private;
    #[automatically_derived]
    impl __private::Catalog for AcmeEvent {
        type Provider = Acme;
        const INFO: &'static __private::CatalogInfo = &__private::CatalogInfo::new(
            <Acme as __private::Provider>::PROFILE.name(),
            "AcmeEvent",
            &[
                __private::EventInfo::new("parcel.burnt", "ParcelBurnt").deprecated(),
                __private::EventInfo::new("parcel.moved", "ParcelMoved")
                    .with_subtypes(
                        &__private::Subtypes::new(
                            "to",
                            &["to"],
                            &[
                                __private::subtype::<ParcelStored>("depot", "ParcelStored"),
                            ],
                        ),
                    ),
            ],
            &[(1624709418395819429u64, 0u16), (13580374971031641769u64, 1u16)],
        );
        fn index_of(__event_type: &str) -> __private::Option<usize> {
            __private::Option::Some(
                match __event_type {
                    "parcel.burnt" => 0usize,
                    "parcel.moved" => 1usize,
                    _ => return __private::Option::None,
                },
            )
        }
        fn event_type(&self) -> &str {
            match self {
                Self::ParcelBurnt(__payload) => {
                    let _ = __payload;
                    "parcel.burnt"
                }
                Self::ParcelMoved(__payload) => {
                    let _ = __payload;
                    "parcel.moved"
                }
                Self::Unknown(__unknown) => &__unknown.event_type,
            }
        }
    }
    #[automatically_derived]
    impl __private::Payload for AcmeEvent {
        type Catalog = Self;
        const CARRIES: __private::Carries = __private::Carries::of::<
            Self,
        >("AcmeEvent", &[__private::Pattern::new("*", 0)]);
    }
    #[automatically_derived]
    impl<'__de> __private::Decode<'__de> for AcmeEvent {
        fn decode<__D: __private::Deserializer<'__de>>(
            __event_type: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            match __event_type {
                "parcel.burnt" => {
                    <ParcelBurnt as __private::Decode<
                        '__de,
                    >>::decode(__event_type, __deserializer)
                        .map(Self::ParcelBurnt)
                }
                "parcel.moved" => {
                    <ParcelMoved as __private::Decode<
                        '__de,
                    >>::decode(__event_type, __deserializer)
                        .map(Self::ParcelMoved)
                }
                _ => __private::unknown(__event_type, __deserializer).map(Self::Unknown),
            }
        }
    }
    #[automatically_derived]
    impl __private::Payload for ParcelBurnt {
        type Catalog = AcmeEvent;
        const CARRIES: __private::Carries = __private::Carries::of::<
            AcmeEvent,
        >(
            "ParcelBurnt",
            &[__private::Pattern::new("parcel.burnt", 1624709418395819429u64)],
        );
    }
    #[automatically_derived]
    impl<'__de> __private::Decode<'__de> for ParcelBurnt {
        fn decode<__D: __private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            __private::within(&[], __deserializer)
        }
    }
    #[automatically_derived]
    impl __private::Payload for ParcelMoved {
        type Catalog = AcmeEvent;
        const CARRIES: __private::Carries = __private::Carries::of::<
            AcmeEvent,
        >(
            "ParcelMoved",
            &[__private::Pattern::new("parcel.moved", 13580374971031641769u64)],
        );
    }
    #[automatically_derived]
    impl<'__de> __private::Decode<'__de> for ParcelMoved {
        fn decode<__D: __private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            __private::within(&["object"], __deserializer)
        }
    }
    #[automatically_derived]
    impl __private::Payload for ParcelStored {
        type Catalog = AcmeEvent;
        const CARRIES: __private::Carries = __private::Carries::of::<
            AcmeEvent,
        >(
            "ParcelStored",
            &[
                __private::Pattern::new("parcel.moved", 13580374971031641769u64)
                    .with_subtype("to", "depot"),
            ],
        );
    }
    #[automatically_derived]
    impl<'__de> __private::Decode<'__de> for ParcelStored {
        fn decode<__D: __private::Deserializer<'__de>>(
            _: &str,
            __deserializer: __D,
        ) -> __private::Result<Self, __D::Error> {
            __private::within(&[], __deserializer)
        }
    }
};
