#[automatically_derived]
impl private::Catalog for AcmeEvent {
    const INFO: &'static private::CatalogInfo = &private::CatalogInfo::new(
        <Acme as private::Provider>::PROFILE.name(),
        "AcmeEvent",
        &[
            private::EventInfo::new("parcel.burnt", "ParcelBurnt").deprecated(),
            private::EventInfo::new("parcel.moved", "ParcelMoved")
                .with_subtypes(
                    &private::Subtypes::new(
                        "to",
                        &["to"],
                        &[private::subtype::<ParcelStored>("depot", "ParcelStored")],
                    ),
                ),
        ],
    );
    fn index_of(__event_type: &str) -> private::Option<usize> {
        private::Option::Some(
            match __event_type {
                "parcel.burnt" => 0usize,
                "parcel.moved" => 1usize,
                _ => return private::Option::None,
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
impl private::Payload for AcmeEvent {
    type Catalog = Self;
    const CARRIES: private::Carries = private::Carries::of::<
        Self,
    >("AcmeEvent", &[private::Pattern::new("*")]);
}
#[automatically_derived]
impl<'__de> private::Decode<'__de> for AcmeEvent {
    fn decode<__D: private::Deserializer<'__de>>(
        __event_type: &str,
        __deserializer: __D,
    ) -> private::Result<Self, __D::Error> {
        match __event_type {
            "parcel.burnt" => {
                <ParcelBurnt as private::Decode<
                    '__de,
                >>::decode(__event_type, __deserializer)
                    .map(Self::ParcelBurnt)
            }
            "parcel.moved" => {
                <ParcelMoved as private::Decode<
                    '__de,
                >>::decode(__event_type, __deserializer)
                    .map(Self::ParcelMoved)
            }
            _ => private::unknown(__event_type, __deserializer).map(Self::Unknown),
        }
    }
}
#[automatically_derived]
impl private::Payload for ParcelBurnt {
    type Catalog = AcmeEvent;
    const CARRIES: private::Carries = private::Carries::of::<
        AcmeEvent,
    >("ParcelBurnt", &[private::Pattern::new("parcel.burnt")]);
}
#[automatically_derived]
impl<'__de> private::Decode<'__de> for ParcelBurnt {
    fn decode<__D: private::Deserializer<'__de>>(
        _: &str,
        __deserializer: __D,
    ) -> private::Result<Self, __D::Error> {
        private::within(&[], __deserializer)
    }
}
#[automatically_derived]
impl private::Payload for ParcelMoved {
    type Catalog = AcmeEvent;
    const CARRIES: private::Carries = private::Carries::of::<
        AcmeEvent,
    >("ParcelMoved", &[private::Pattern::new("parcel.moved")]);
}
#[automatically_derived]
impl<'__de> private::Decode<'__de> for ParcelMoved {
    fn decode<__D: private::Deserializer<'__de>>(
        _: &str,
        __deserializer: __D,
    ) -> private::Result<Self, __D::Error> {
        private::within(&["object"], __deserializer)
    }
}
#[automatically_derived]
impl private::Payload for ParcelStored {
    type Catalog = AcmeEvent;
    const CARRIES: private::Carries = private::Carries::of::<
        AcmeEvent,
    >(
        "ParcelStored",
        &[private::Pattern::new("parcel.moved").with_subtype("to", "depot")],
    );
}
#[automatically_derived]
impl<'__de> private::Decode<'__de> for ParcelStored {
    fn decode<__D: private::Deserializer<'__de>>(
        _: &str,
        __deserializer: __D,
    ) -> private::Result<Self, __D::Error> {
        private::within(&[], __deserializer)
    }
}
