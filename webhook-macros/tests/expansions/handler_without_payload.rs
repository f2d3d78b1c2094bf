//! Handler with a fact of the delivery only: the catalog of the router is checked.

#[on("session.deleted")]
pub(crate) async fn deleted(id: DeliveryId) {
    forget(id)
}
