//! Deliveries, and what is often done with them.

use std::time::Duration;

use webhook_runtime::inbox::{
    Completion, Disposition, Enqueued, Filter, Inbox, Leased, State, StoredDelivery,
};
use webhook_runtime::sqlite::SqliteInbox;
use webhook_runtime::sqlite::rusqlite;
pub(crate) use webhook_stores::delivery;

pub(crate) const LONG: Duration = Duration::from_secs(600);

pub(crate) fn in_order(id: &str, serial: &str) -> StoredDelivery {
    let mut delivery = delivery(id);
    delivery.ordering_key = Some(serial.to_owned());
    delivery
}

pub(crate) async fn enqueue(inbox: &SqliteInbox, delivery: &StoredDelivery) {
    assert_eq!(inbox.enqueue(delivery).await.unwrap(), Enqueued::Stored);
}

pub(crate) async fn lease(inbox: &SqliteInbox, limit: usize, lease: Duration) -> Vec<Leased> {
    inbox.lease("app", limit, lease).await.unwrap()
}

pub(crate) async fn take_one(inbox: &SqliteInbox) -> Leased {
    let mut taken = lease(inbox, 1, LONG).await;
    taken.pop().expect("nothing is due")
}

pub(crate) fn ids(taken: &[Leased]) -> Vec<&str> {
    let id = |taken| -> &str {
        let taken: &Leased = taken;
        &taken.delivery.delivery_id
    };
    taken.iter().map(id).collect()
}

pub(crate) fn done() -> Disposition {
    Disposition::Done { keep: LONG }
}

pub(crate) fn dead() -> Disposition {
    Disposition::Dead {
        error: "no".to_owned(),
    }
}

pub(crate) async fn complete(inbox: &SqliteInbox, taken: &Leased, end: &Disposition) {
    let finished = inbox.complete(taken.token, end, None).await.unwrap();
    assert!(matches!(finished, Completion::Recorded), "{finished:?}");
}

pub(crate) async fn count(inbox: &SqliteInbox, state: State) -> u64 {
    inbox.count(&Filter::new().state(state)).await.unwrap()
}

/// Says this to the database.
pub(crate) async fn say(inbox: &SqliteInbox, sql: impl Into<String>) {
    let sql = sql.into();
    let say = move |db: &mut rusqlite::Connection| db.execute_batch(&sql);
    inbox.with_connection(say).await.unwrap();
}

/// Asks the database for a number.
pub(crate) async fn ask(inbox: &SqliteInbox, sql: &'static str) -> i64 {
    let ask = move |db: &mut rusqlite::Connection| db.query_row(sql, [], |row| row.get(0));
    inbox.with_connection(ask).await.unwrap()
}

/// Gives up on what hangs.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(60), future).await {
        Ok(output) => output,
        Err(_) => panic!("this hangs"),
    }
}
