//! Catalog with sub-types, a deprecated event and unlisted events.

#[derive(EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel.moved", within = "/object", subtypes(key = "to", at = "/to", "depot" = ParcelStored))]
    ParcelMoved(ParcelMoved),
    #[event("parcel.burnt", deprecated)]
    ParcelBurnt(ParcelBurnt),
    #[event(unknown)]
    Unknown(UnknownEvent),
}
