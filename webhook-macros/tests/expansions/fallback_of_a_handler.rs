//! What stands beside an error: a proxy that any router may list.

#[on("session.*.idled")]
async fn idled(event: Event<SessionStatusIdled>) {
    log(event)
}
