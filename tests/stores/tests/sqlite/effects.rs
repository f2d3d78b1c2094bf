//! What a handler writes in the transaction that marks its delivery as done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use webhook_runtime::inbox::{Completion, Inbox as _, Leased, State};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::sqlite::{SqliteEffects, SqliteError, rusqlite};
use webhook_runtime::testing::{Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    Endpoint, Event, WebhookRouter, on,
    sqlite::{SqliteInbox, SqliteTransaction},
};

use crate::deliveries::{ask, count, delivery, done, enqueue, say, take_one, within};
use crate::dir::Dir;

#[derive(Default)]
struct Runs(AtomicUsize);

#[on("batch.completed")]
async fn completed(
    event: Event<BatchCompleted>,
    tx: SqliteTransaction<'_>,
    runs: &Arc<Runs>,
) -> Result<(), String> {
    let run = runs.0.fetch_add(1, Ordering::SeqCst);
    let id = event.data.id.clone();
    tx.run(move |db| db.execute("INSERT INTO batch VALUES (?1)", [id]));
    // What a handler that fails has given is not written.
    if run == 0 {
        Err("not now".to_owned())
    } else {
        Ok(())
    }
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App {
    #[webhook(state)]
    runs: Arc<Runs>,
}

const BATCH: &str = r#"{"type":"batch.completed","data":{"id":"batch_1"}}"#;

async fn inbox_with_table(dir: &Dir) -> SqliteInbox {
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    say(&inbox, "CREATE TABLE batch (id TEXT PRIMARY KEY) STRICT").await;
    inbox
}

#[tokio::test]
async fn what_a_handler_writes_is_there_once_with_its_delivery_done() {
    let dir = Dir::new();
    let inbox = inbox_with_table(&dir).await;
    let runs = Arc::new(Runs::default());
    let endpoint = Endpoint::builder(App {
        runs: Arc::clone(&runs),
    })
    .secret(TEST_SECRET)
    .clock(TestClock::default())
    .inbox(inbox.clone())
    .build()
    .unwrap();
    let signed = Signer::default().id("msg_1").sign(BATCH);
    for _ in 0..3 {
        let answer = endpoint
            .handle_bytes(&signed.headers, signed.body.clone())
            .await;
        assert_eq!(answer.status(), 200);
    }
    within(async {
        while count(&inbox, State::Done).await == 0 {
            // The pause before the retry is the endpoint's; here it is over.
            say(
                &inbox,
                "UPDATE webhook_inbox SET due_at = 0 WHERE state = 'pending'",
            )
            .await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(ask(&inbox, "SELECT count(*) FROM batch").await, 1);
    assert_eq!(runs.0.load(Ordering::SeqCst), 2);
    within(endpoint.shutdown()).await;
}

#[tokio::test]
async fn without_an_inbox_the_error_says_what_to_do() {
    let driver = webhook_runtime::testing::Driver::new(App {
        runs: Arc::default(),
    });
    let ran = driver.deliver(BATCH).await;
    assert_eq!(ran.status(), 500);
    let words = format!("{ran:?}");
    assert!(words.contains("NoTransaction"), "{words}");
}

#[tokio::test]
async fn a_handler_is_a_plain_function() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE batch (id TEXT PRIMARY KEY)")
        .unwrap();
    let (effects, runs) = (
        SqliteEffects::default(),
        Arc::new(Runs(AtomicUsize::new(1))),
    );
    let event = Event::new(BatchCompleted {
        id: "batch_1".into(),
    });
    completed(event, effects.transaction(), &runs)
        .await
        .unwrap();
    let count = || {
        db.query_row("SELECT count(*) FROM batch", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(count(), 0, "not while the handler runs");
    effects.apply(&db).unwrap();
    assert_eq!(count(), 1);
}

async fn finish_with(
    inbox: &SqliteInbox,
    taken: &Leased,
    give: impl FnOnce(SqliteTransaction<'_>),
) -> Result<Completion, webhook_runtime::BoxError> {
    let effects = SqliteEffects::default();
    give(effects.transaction());
    within(inbox.complete(taken.token, &done(), Some(Box::new(effects)))).await
}

#[tokio::test]
async fn an_effect_that_fails_leaves_nothing_and_the_delivery_is_not_done() {
    let dir = Dir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let taken = take_one(&inbox).await;
    let finished = finish_with(&inbox, &taken, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|_| Err::<(), _>("as the test says"));
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('two')", []));
    });
    let Completion::EffectsFailed(error) = finished.await.unwrap() else {
        panic!("it failed")
    };
    assert_eq!(error.to_string(), "as the test says");
    let finished = finish_with(&inbox, &taken, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    let Completion::EffectsFailed(error) = finished.await.unwrap() else {
        panic!("it failed")
    };
    assert!(error.to_string().contains("UNIQUE"), "{error}");
    let finished = finish_with(&inbox, &taken, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|_| -> Result<(), SqliteError> { panic!("on purpose") });
    });
    let Completion::EffectsFailed(error) = finished.await.unwrap() else {
        panic!("it failed")
    };
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(ask(&inbox, "SELECT count(*) FROM batch").await, 0);
    assert_eq!(
        count(&inbox, State::Running).await,
        1,
        "it is still this worker's"
    );
    let finished = finish_with(&inbox, &taken, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    assert!(matches!(finished.await.unwrap(), Completion::Recorded));
    assert_eq!(ask(&inbox, "SELECT count(*) FROM batch").await, 1);
    assert_eq!(count(&inbox, State::Done).await, 1);
}

#[tokio::test]
async fn effects_of_a_ticket_that_is_lost_are_not_written() {
    let dir = Dir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let slow = inbox
        .lease("app", 1, std::time::Duration::ZERO)
        .await
        .unwrap();
    take_one(&inbox).await;
    let finished = finish_with(&inbox, &slow[0], |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    assert!(matches!(finished.await.unwrap(), Completion::Lost));
    assert_eq!(ask(&inbox, "SELECT count(*) FROM batch").await, 0);
}

#[tokio::test]
async fn an_effect_that_ends_the_transaction_is_an_error_and_the_inbox_goes_on() {
    let dir = Dir::new();
    let inbox = inbox_with_table(&dir).await;
    for (id, statement) in [("msg_1", "COMMIT"), ("msg_2", "ROLLBACK")] {
        enqueue(&inbox, &delivery(id)).await;
        let taken = take_one(&inbox).await;
        let finished = finish_with(&inbox, &taken, |tx| {
            tx.run(move |db| db.execute_batch(statement));
        });
        let error = match finished.await {
            Err(error) | Ok(Completion::EffectsFailed(error)) => error,
            Ok(finished) => panic!("{finished:?}"),
        };
        assert!(error.to_string().contains("leave out"), "{error}");
        let finished = finish_with(&inbox, &taken, |_| ());
        assert!(matches!(finished.await.unwrap(), Completion::Recorded));
    }
    enqueue(&inbox, &delivery("msg_3")).await;
}

#[tokio::test]
async fn an_effect_on_a_full_disk_is_an_error_of_the_disk() {
    let dir = Dir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let taken = take_one(&inbox).await;
    say(&inbox, "PRAGMA max_page_count = 40").await;
    let finished = finish_with(&inbox, &taken, |tx| {
        tx.run(|db| {
            db.execute_batch(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 10000)
                 INSERT INTO batch SELECT 'batch number ' || n FROM n",
            )
        });
    });
    let error = match finished.await {
        Err(error) | Ok(Completion::EffectsFailed(error)) => error,
        Ok(finished) => panic!("{finished:?}"),
    };
    let error = error.to_string();
    assert!(error.contains("full") || error.contains("room"), "{error}");
    say(&inbox, "PRAGMA max_page_count = 100000").await;
    assert_eq!(ask(&inbox, "SELECT count(*) FROM batch").await, 0);
    let finished = finish_with(&inbox, &taken, |_| ());
    assert!(matches!(finished.await.unwrap(), Completion::Recorded));
}
