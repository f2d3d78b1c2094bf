//! An event with sub-types, and what the catalog does not list.

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
