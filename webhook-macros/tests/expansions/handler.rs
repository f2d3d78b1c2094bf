//! A payload, and state that the router lends.

#[on("session.status_idled")]
async fn idled(event: Event<SessionStatusIdled>, db: &Db) -> Result<(), DbError> {
    db.mark_idle(&event.data.id).await
}
