//! A fact of the delivery alone: the router's catalog says whether there is such an event.

#[on("session.deleted")]
pub(crate) async fn deleted(id: DeliveryId) {
    forget(id)
}
