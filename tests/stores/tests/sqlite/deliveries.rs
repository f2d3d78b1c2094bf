//! Deliveries, and what is often done with them.

use std::time::Duration;

use webhook_runtime::SqliteInbox;
use webhook_runtime::inbox::{End, Filter, Finished, Inbox, Put, State, StoredDelivery, Taken};
use webhook_runtime::sqlite::rusqlite;
pub(crate) use webhook_stores::delivery;

pub(crate) const LONG: Duration = Duration::from_secs(600);

pub(crate) fn in_order(id: &str, serial: &str) -> StoredDelivery {
    let mut delivery = delivery(id);
    delivery.serial = Some(serial.to_owned());
    delivery
}

pub(crate) async fn put(inbox: &SqliteInbox, delivery: &StoredDelivery) {
    assert_eq!(inbox.put(delivery).await.unwrap(), Put::Stored);
}

pub(crate) async fn take(inbox: &SqliteInbox, most: usize, lease: Duration) -> Vec<Taken> {
    inbox.take("app", most, lease).await.unwrap()
}

pub(crate) async fn take_one(inbox: &SqliteInbox) -> Taken {
    let mut taken = take(inbox, 1, LONG).await;
    taken.pop().expect("nothing is due")
}

pub(crate) fn ids(taken: &[Taken]) -> Vec<&str> {
    let id = |taken| -> &str {
        let taken: &Taken = taken;
        &taken.delivery.delivery_id
    };
    taken.iter().map(id).collect()
}

pub(crate) fn done() -> End {
    End::Done { keep: LONG }
}

pub(crate) fn dead() -> End {
    End::Dead {
        error: "no".to_owned(),
    }
}

pub(crate) async fn finish(inbox: &SqliteInbox, taken: &Taken, end: &End) {
    let finished = inbox.finish(taken.ticket, end, None).await.unwrap();
    assert!(matches!(finished, Finished::Held), "{finished:?}");
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
