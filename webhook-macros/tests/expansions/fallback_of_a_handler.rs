//! Stand-in beside an error: a proxy that every router can list.

#[on("session.*.idled")]
async fn idled(event: Event<SessionStatusIdled>) {
    log(event)
}
