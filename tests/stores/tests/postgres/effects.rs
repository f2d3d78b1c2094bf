//! What handlers write in the transaction that marks their delivery as done: once, or not at all.

use std::any::Any;
use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Effects, Filter, Inbox, Leased, State};
use webhook_runtime::postgres::tokio_postgres::Client;
use webhook_runtime::postgres::{PostgresEffects, PostgresError, PostgresInbox};

use crate::server::{LONG, Own, Shared, delivery, in_order, take_one, within};

const DONE: Disposition = Disposition::Done { keep: LONG };

async fn put_and_take(inbox: &PostgresInbox, id: &str) -> Leased {
    inbox.enqueue(&delivery(id)).await.unwrap();
    take_one(inbox).await
}

/// The effects of one attempt, as the endpoint has them.
fn effects(inbox: &PostgresInbox) -> Box<dyn Effects> {
    inbox.effects().unwrap()
}

async fn client(effects: &dyn Effects) -> &Client {
    let effects: &dyn Any = effects;
    let effects: &PostgresEffects = effects.downcast_ref().unwrap();
    effects.transaction().client().await.unwrap()
}

async fn with_table(test: &str) -> Option<Shared> {
    let shared = Shared::new(test).await?;
    shared.database().migrate().await.unwrap();
    let table = "CREATE TABLE effects (id text)";
    shared.client().await.batch_execute(table).await.unwrap();
    Some(shared)
}

impl Shared {
    async fn write(&self, effects: &dyn Effects, id: &str) {
        let sql = format!("INSERT INTO \"{}\".effects VALUES ($1)", self.schema);
        client(effects).await.execute(&sql, &[&id]).await.unwrap();
    }

    async fn written(&self) -> i64 {
        self.number("SELECT count(*) FROM effects").await
    }

    async fn rows(&self, state: State) -> u64 {
        let filter = Filter::new().state(state);
        self.inbox().await.count(&filter).await.unwrap()
    }
}

#[tokio::test]
async fn what_is_written_is_there_when_and_only_when_the_row_is_done() {
    let Some(shared) = with_table("commit").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let taken = put_and_take(&inbox, "msg_1").await;
    let written = effects(&inbox);
    assert!(!written.are_there());
    shared.write(&*written, "msg_1").await;
    assert!(written.are_there());
    assert_eq!(
        (shared.written().await, shared.rows(State::Done).await),
        (0, 0)
    );
    let finished = inbox.complete(taken.token, &DONE, Some(written)).await;
    assert!(matches!(finished.unwrap(), Completion::Recorded));
    assert_eq!(
        (shared.written().await, shared.rows(State::Done).await),
        (1, 1)
    );
    shared.clear().await;
}

#[tokio::test]
async fn effects_of_a_handler_that_wrote_nothing_are_none() {
    let Some(shared) = with_table("nothing").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let taken = put_and_take(&inbox, "msg_1").await;
    let finished = inbox
        .complete(taken.token, &DONE, Some(effects(&inbox)))
        .await;
    assert!(matches!(finished.unwrap(), Completion::Recorded));
    assert_eq!(shared.rows(State::Done).await, 1);
    shared.clear().await;
}

#[tokio::test]
async fn another_end_rolls_back() {
    let Some(shared) = with_table("rollback").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for (end, state) in [
        (
            Disposition::Retry {
                after: LONG,
                error: "no".into(),
            },
            State::Pending,
        ),
        (Disposition::Dead { error: "no".into() }, State::Dead),
    ] {
        let taken = put_and_take(&inbox, state.as_str()).await;
        let written = effects(&inbox);
        shared.write(&*written, "msg").await;
        let finished = inbox.complete(taken.token, &end, Some(written)).await;
        assert!(matches!(finished.unwrap(), Completion::Recorded));
        assert_eq!((shared.written().await, shared.rows(state).await), (0, 1));
    }
    shared.clear().await;
}

#[tokio::test]
async fn a_worker_that_was_overtaken_writes_nothing() {
    let Some(shared) = with_table("overtaken").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox.enqueue(&in_order("msg_1", "order")).await.unwrap();
    let short = Duration::from_millis(1);
    let slow = inbox.lease("app", 1, short).await.unwrap().remove(0);
    let written = effects(&inbox);
    shared.write(&*written, "slow").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let successor = take_one(&inbox).await;
    assert_eq!(successor.token.row_id, slow.token.row_id);
    let finished = inbox.complete(slow.token, &DONE, Some(written)).await;
    assert!(matches!(finished.unwrap(), Completion::Lost));
    assert_eq!(
        (shared.written().await, shared.rows(State::Running).await),
        (0, 1)
    );
    let written = effects(&inbox);
    shared.write(&*written, "successor").await;
    let finished = inbox.complete(successor.token, &DONE, Some(written)).await;
    assert!(matches!(finished.unwrap(), Completion::Recorded));
    assert_eq!(
        (shared.written().await, shared.rows(State::Done).await),
        (1, 1)
    );
    shared.clear().await;
}

#[tokio::test]
async fn what_cannot_be_committed_is_told_and_leaves_the_row_to_its_holder() {
    let Some(shared) = with_table("refused").await else {
        return;
    };
    let deferred = "ALTER TABLE effects ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED";
    shared.client().await.batch_execute(deferred).await.unwrap();
    let inbox = shared.inbox().await;
    let taken = put_and_take(&inbox, "msg_1").await;
    let ruin: [(&str, &str); 5] = [
        ("SELECT 1 / 0", "aborted"),
        ("INSERT INTO effects VALUES ('twice'), ('twice')", "unique"),
        ("COMMIT", "ended its transaction"),
        ("ROLLBACK; BEGIN", "ended its transaction"),
        ("COMMIT; BEGIN; SAVEPOINT s", "ended its transaction"),
    ];
    for (sql, said) in ruin {
        let written = effects(&inbox);
        let path = format!("SET LOCAL search_path TO \"{}\"", shared.schema);
        client(&*written).await.batch_execute(&path).await.unwrap();
        // An error that the handler does not look at.
        let _ = client(&*written).await.batch_execute(sql).await;
        let finished = inbox.complete(taken.token, &DONE, Some(written)).await;
        let Completion::EffectsFailed(error) = finished.unwrap() else {
            panic!("{sql} was committed");
        };
        assert!(error.to_string().contains(said), "{sql}: {error}");
        assert!(
            !error.to_string().contains("twice"),
            "a value of a row: {error}"
        );
        assert_eq!(
            (shared.written().await, shared.rows(State::Running).await),
            (0, 1)
        );
    }
    let retry = Disposition::Retry {
        after: LONG,
        error: "what it wrote".into(),
    };
    let finished = inbox.complete(taken.token, &retry, None).await;
    assert!(matches!(finished.unwrap(), Completion::Recorded));
    shared.clear().await;
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_rolled_back_and_its_connection_is_not_used_again() {
    let Some(shared) = with_table("dropped").await else {
        return;
    };
    let database = shared.database().transactions(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let pid = async |effects: &dyn Effects| -> i32 {
        let row = client(effects)
            .await
            .query_one("SELECT pg_backend_pid()", &[]);
        row.await.unwrap().get(0)
    };
    let dropped = effects(&inbox);
    let first = pid(&*dropped).await;
    shared.write(&*dropped, "dropped").await;
    drop(dropped);
    let next = effects(&inbox);
    assert_ne!(pid(&*next).await, first);
    assert_eq!(shared.written().await, 0);
    let gone = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {first}");
    within(async { while shared.number(&gone).await > 0 {} }).await;
    shared.clear().await;
}

#[tokio::test]
async fn what_a_handler_sets_for_its_session_does_not_reach_the_next_one() {
    let Some(shared) = with_table("session").await else {
        return;
    };
    let database = shared.database().transactions(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let mut pids = Vec::new();
    for id in ["msg_1", "msg_2"] {
        let taken = put_and_take(&inbox, id).await;
        let written = effects(&inbox);
        let client = client(&*written).await;
        let seen =
            "SELECT pg_backend_pid(), current_setting('work_mem'), to_regclass('mine') IS NULL,
            current_setting('transaction_isolation'), current_setting('statement_timeout')";
        let row = client.query_one(seen, &[]).await.unwrap();
        pids.push(row.get::<_, i32>(0));
        assert_eq!(row.get::<_, &str>(1), "4MB");
        assert!(row.get::<_, bool>(2));
        assert_eq!(row.get::<_, &str>(3), "read committed");
        assert_eq!(row.get::<_, &str>(4), "0");
        let set = "SET work_mem = '1MB'; CREATE TEMP TABLE mine (); LISTEN mine; DEALLOCATE ALL; SELECT pg_advisory_lock(1)";
        client.batch_execute(set).await.unwrap();
        let finished = inbox.complete(taken.token, &DONE, Some(written)).await;
        assert!(matches!(finished.unwrap(), Completion::Recorded));
    }
    assert_eq!(pids[0], pids[1], "it is the same connection");
    shared.clear().await;
}

#[tokio::test]
async fn a_test_of_a_handler_commits_or_rolls_back_itself() {
    let Some(shared) = with_table("plain").await else {
        return;
    };
    let database = shared.database();
    for (ends_with, count) in [("roll_back", 0), ("drop", 0), ("commit", 1)] {
        let effects = PostgresEffects::new(&database).unwrap();
        shared.write(&effects, "msg").await;
        match ends_with {
            "roll_back" => effects.roll_back().await.unwrap(),
            "drop" => drop(effects),
            _ => effects.commit().await.unwrap(),
        }
        assert_eq!(shared.written().await, count, "{ends_with}");
    }
    let ended = PostgresEffects::new(&database).unwrap();
    client(&ended).await.batch_execute("COMMIT").await.unwrap();
    let error = ended.commit().await.unwrap_err();
    assert!(matches!(error, PostgresError::TransactionEnded), "{error}");
    shared.clear().await;
}

/// A commit that the server has made, but says nothing of: its answer waits for a standby that does not exist, and its
/// connection breaks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_an_error_and_then_refuses_the_retry() {
    let Some(own) = Own::start("uncertain", "").await else {
        return;
    };
    let database = own.database().deadline(Duration::from_secs(60));
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = own.client().await;
    admin
        .batch_execute("CREATE TABLE effects ()")
        .await
        .unwrap();
    let taken = put_and_take(&inbox, "msg_1").await;
    let written = effects(&inbox);
    let insert = "INSERT INTO effects DEFAULT VALUES";
    client(&*written).await.batch_execute(insert).await.unwrap();

    let standby = async |name: &str| {
        let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        admin.batch_execute(&set).await.unwrap();
        admin
            .batch_execute("SELECT pg_reload_conf()")
            .await
            .unwrap();
    };
    standby("nobody").await;
    let finishing = {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.complete(taken.token, &DONE, Some(written)).await })
    };
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    within(async {
        while admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            assert!(!finishing.is_finished(), "it did not wait");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let finished = within(finishing).await.unwrap();
    assert!(finished.is_err(), "{finished:?}");
    standby("").await;

    let retry = Disposition::Retry {
        after: Duration::ZERO,
        error: "uncertain".into(),
    };
    let finished = inbox.complete(taken.token, &retry, None).await.unwrap();
    assert!(matches!(finished, Completion::Lost), "{finished:?}");
    let row = admin.query_one("SELECT count(*) FROM effects", &[]).await;
    assert_eq!(row.unwrap().get::<_, i64>(0), 1);
}
