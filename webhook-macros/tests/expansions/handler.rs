//! Handler with a payload and state of the router.

#[on("session.status_idled")]
async fn idled(event: Event<SessionStatusIdled>, db: &Db) -> Result<(), DbError> {
    db.mark_idle(&event.data.id).await
}
