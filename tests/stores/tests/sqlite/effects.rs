//! Effects of handlers in the transaction that completes their delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use webhook_runtime::inbox::{Completion, Inbox as _, Leased, State};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::sqlite::{SqliteEffects, SqliteError, rusqlite};
use webhook_runtime::testing::{Signer, TEST_SECRET, TestClock, sample};
use webhook_runtime::{
    Endpoint, Event, WebhookRouter, on,
    sqlite::{SqliteInbox, SqliteTransaction},
};

use crate::support::{count, delivery, done, enqueue, execute, lease_one, query, within};
use crate::temp_dir::TempDir;

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
    // The effects of a failing handler are discarded.
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

async fn inbox_with_table(dir: &TempDir) -> SqliteInbox {
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    execute(&inbox, "CREATE TABLE batch (id TEXT PRIMARY KEY) STRICT").await;
    inbox
}

#[tokio::test]
async fn effects_are_committed_once_with_the_completion() {
    let dir = TempDir::new();
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
            // Skips the backoff.
            execute(
                &inbox,
                "UPDATE webhook_inbox SET due_at = 0 WHERE state = 'pending'",
            )
            .await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 1);
    assert_eq!(runs.0.load(Ordering::SeqCst), 2);
    within(endpoint.shutdown()).await;
}

#[test]
fn handler_with_a_transaction_is_rejected_without_its_inbox() {
    let builder = Endpoint::builder(App {
        runs: Arc::default(),
    });
    let error = builder.secret(TEST_SECRET).build().unwrap_err();
    let message = error.to_string();
    assert!(message.contains("`SqliteTransaction`"), "{message}");
}

#[tokio::test]
async fn a_handler_can_be_called_as_a_function() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE batch (id TEXT PRIMARY KEY)")
        .unwrap();
    let (effects, runs) = (
        SqliteEffects::default(),
        Arc::new(Runs(AtomicUsize::new(1))),
    );
    let mut event: Event<BatchCompleted> = sample();
    event.data.id = "batch_1".into();
    completed(event, effects.transaction(), &runs)
        .await
        .unwrap();
    let count = || {
        db.query_row("SELECT count(*) FROM batch", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(count(), 0, "effects do not run while the handler runs");
    effects.apply(&db).unwrap();
    assert_eq!(count(), 1);
}

async fn complete_with(
    inbox: &SqliteInbox,
    leased: &Leased,
    add_effects: impl FnOnce(SqliteTransaction<'_>),
) -> Result<Completion, webhook_runtime::BoxError> {
    let effects = SqliteEffects::default();
    add_effects(effects.transaction());
    within(inbox.complete(leased.token, &done(), Some(Box::new(effects)))).await
}

#[tokio::test]
async fn a_failing_effect_rolls_back_all_effects_and_the_completion() {
    let dir = TempDir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let leased = lease_one(&inbox).await;
    let completion = complete_with(&inbox, &leased, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|_| Err::<(), _>("failed on purpose"));
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('two')", []));
    });
    let Completion::EffectsFailed(error) = completion.await.unwrap() else {
        panic!("the effects must fail")
    };
    assert_eq!(error.to_string(), "failed on purpose");
    let completion = complete_with(&inbox, &leased, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    let Completion::EffectsFailed(error) = completion.await.unwrap() else {
        panic!("the effects must fail")
    };
    assert!(error.to_string().contains("UNIQUE"), "{error}");
    let completion = complete_with(&inbox, &leased, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
        tx.run(|_| -> Result<(), SqliteError> { panic!("on purpose") });
    });
    let Completion::EffectsFailed(error) = completion.await.unwrap() else {
        panic!("the effects must fail")
    };
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 0);
    assert_eq!(
        count(&inbox, State::Running).await,
        1,
        "the lease is still valid"
    );
    let completion = complete_with(&inbox, &leased, |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    assert!(matches!(completion.await.unwrap(), Completion::Recorded));
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 1);
    assert_eq!(count(&inbox, State::Done).await, 1);
}

#[tokio::test]
async fn effects_of_a_lost_lease_are_not_committed() {
    let dir = TempDir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let slow = inbox
        .lease("app", 1, std::time::Duration::ZERO)
        .await
        .unwrap();
    lease_one(&inbox).await;
    let completion = complete_with(&inbox, &slow[0], |tx| {
        tx.run(|db| db.execute("INSERT INTO batch VALUES ('one')", []));
    });
    assert!(matches!(completion.await.unwrap(), Completion::Lost));
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 0);
}

#[tokio::test]
async fn an_effect_that_ends_the_transaction_is_an_error_and_the_inbox_still_works() {
    let dir = TempDir::new();
    let inbox = inbox_with_table(&dir).await;
    for (id, statement) in [("msg_1", "COMMIT"), ("msg_2", "ROLLBACK")] {
        enqueue(&inbox, &delivery(id)).await;
        let leased = lease_one(&inbox).await;
        let completion = complete_with(&inbox, &leased, |tx| {
            tx.run(move |db| db.execute_batch(statement));
        });
        let error = match completion.await {
            Err(error) | Ok(Completion::EffectsFailed(error)) => error,
            Ok(completion) => panic!("{completion:?}"),
        };
        assert!(
            error.to_string().contains("remove that statement"),
            "{error}"
        );
        let completion = complete_with(&inbox, &leased, |_| ());
        assert!(matches!(completion.await.unwrap(), Completion::Recorded));
    }
    enqueue(&inbox, &delivery("msg_3")).await;
}

#[tokio::test]
async fn an_effect_on_a_full_disk_reports_the_full_disk() {
    let dir = TempDir::new();
    let inbox = inbox_with_table(&dir).await;
    enqueue(&inbox, &delivery("msg_1")).await;
    let leased = lease_one(&inbox).await;
    execute(&inbox, "PRAGMA max_page_count = 40").await;
    let completion = complete_with(&inbox, &leased, |tx| {
        tx.run(|db| {
            db.execute_batch(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 10000)
                 INSERT INTO batch SELECT 'batch number ' || n FROM n",
            )
        });
    });
    let error = match completion.await {
        Err(error) | Ok(Completion::EffectsFailed(error)) => error,
        Ok(completion) => panic!("{completion:?}"),
    };
    let error = error.to_string();
    assert!(error.contains("full") || error.contains("space"), "{error}");
    execute(&inbox, "PRAGMA max_page_count = 100000").await;
    assert_eq!(query(&inbox, "SELECT count(*) FROM batch").await, 0);
    let completion = complete_with(&inbox, &leased, |_| ());
    assert!(matches!(completion.await.unwrap(), Completion::Recorded));
}
