//! Effects of handlers: committed together with the mark that their delivery is done, or not at all.

use std::any::Any;
use std::time::Duration;

use webhook_runtime::inbox::{Completion, Disposition, Effects, Filter, Inbox, Leased, State};
use webhook_runtime::postgres::tokio_postgres::Client;
use webhook_runtime::postgres::{PostgresEffects, PostgresError, PostgresInbox};
use webhook_stores::{LONG, delivery, ordered_delivery, within};

use crate::server::{OwnServer, SharedServer, dead, lease_one, retry};

const DONE: Disposition = Disposition::Done { keep: LONG };

async fn enqueue_and_lease(inbox: &PostgresInbox, id: &str) -> Leased {
    inbox.enqueue(&delivery(id)).await.unwrap();
    lease_one(inbox).await
}

/// Returns the effects of one attempt, like an endpoint.
fn new_effects(inbox: &PostgresInbox) -> Box<dyn Effects> {
    inbox.effects().unwrap()
}

async fn client(effects: &dyn Effects) -> &Client {
    let effects: &dyn Any = effects;
    let effects: &PostgresEffects = effects.downcast_ref().unwrap();
    effects.transaction().client().await.unwrap()
}

/// Returns a server whose schema has the table `effects`.
async fn server_with_table(test: &str) -> Option<SharedServer> {
    let shared = SharedServer::new(test).await?;
    shared.database().migrate().await.unwrap();
    let table = "CREATE TABLE effects (id text)";
    shared.client().await.batch_execute(table).await.unwrap();
    Some(shared)
}

impl SharedServer {
    async fn insert_effect(&self, effects: &dyn Effects, id: &str) {
        let sql = format!("INSERT INTO \"{}\".effects VALUES ($1)", self.schema);
        client(effects).await.execute(&sql, &[&id]).await.unwrap();
    }

    async fn count_effects(&self) -> i64 {
        self.query_number("SELECT count(*) FROM effects").await
    }

    async fn count_rows(&self, state: State) -> u64 {
        let filter = Filter::new().state(state);
        self.inbox().await.count(&filter).await.unwrap()
    }
}

#[tokio::test]
async fn effects_are_committed_together_with_the_done_row() {
    let Some(shared) = server_with_table("commit").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let leased = enqueue_and_lease(&inbox, "msg_1").await;
    let effects = new_effects(&inbox);
    assert!(effects.is_empty());
    shared.insert_effect(&*effects, "msg_1").await;
    assert!(!effects.is_empty());
    assert_eq!(
        (
            shared.count_effects().await,
            shared.count_rows(State::Done).await
        ),
        (0, 0)
    );
    let completion = inbox.complete(leased.token, &DONE, Some(effects)).await;
    assert!(matches!(completion.unwrap(), Completion::Recorded));
    assert_eq!(
        (
            shared.count_effects().await,
            shared.count_rows(State::Done).await
        ),
        (1, 1)
    );
    shared.clean_up().await;
}

#[tokio::test]
async fn row_of_a_handler_without_effects_is_done() {
    let Some(shared) = server_with_table("nothing").await else {
        return;
    };
    let inbox = shared.inbox().await;
    let leased = enqueue_and_lease(&inbox, "msg_1").await;
    let completion = inbox
        .complete(leased.token, &DONE, Some(new_effects(&inbox)))
        .await;
    assert!(matches!(completion.unwrap(), Completion::Recorded));
    assert_eq!(shared.count_rows(State::Done).await, 1);
    shared.clean_up().await;
}

#[tokio::test]
async fn effects_are_rolled_back_unless_the_row_is_done() {
    let Some(shared) = server_with_table("rollback").await else {
        return;
    };
    let inbox = shared.inbox().await;
    for (disposition, state) in [(retry(LONG), State::Pending), (dead(), State::Dead)] {
        let leased = enqueue_and_lease(&inbox, state.as_str()).await;
        let effects = new_effects(&inbox);
        shared.insert_effect(&*effects, "msg").await;
        let completion = inbox
            .complete(leased.token, &disposition, Some(effects))
            .await;
        assert!(matches!(completion.unwrap(), Completion::Recorded));
        assert_eq!(
            (shared.count_effects().await, shared.count_rows(state).await),
            (0, 1)
        );
    }
    shared.clean_up().await;
}

#[tokio::test]
async fn worker_that_lost_its_lease_commits_no_effects() {
    let Some(shared) = server_with_table("lost-lease").await else {
        return;
    };
    let inbox = shared.inbox().await;
    inbox
        .enqueue(&ordered_delivery("msg_1", "key"))
        .await
        .unwrap();
    let short = Duration::from_millis(1);
    let slow = inbox.lease("app", 1, short).await.unwrap().remove(0);
    let effects = new_effects(&inbox);
    shared.insert_effect(&*effects, "slow").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let successor = lease_one(&inbox).await;
    assert_eq!(successor.token.row_id, slow.token.row_id);
    let completion = inbox.complete(slow.token, &DONE, Some(effects)).await;
    assert!(matches!(completion.unwrap(), Completion::Lost));
    assert_eq!(
        (
            shared.count_effects().await,
            shared.count_rows(State::Running).await
        ),
        (0, 1)
    );
    let effects = new_effects(&inbox);
    shared.insert_effect(&*effects, "successor").await;
    let completion = inbox.complete(successor.token, &DONE, Some(effects)).await;
    assert!(matches!(completion.unwrap(), Completion::Recorded));
    assert_eq!(
        (
            shared.count_effects().await,
            shared.count_rows(State::Done).await
        ),
        (1, 1)
    );
    shared.clean_up().await;
}

#[tokio::test]
async fn effects_that_cannot_be_committed_leave_the_row_to_its_worker() {
    let Some(shared) = server_with_table("uncommittable").await else {
        return;
    };
    let deferred = "ALTER TABLE effects ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED";
    shared.client().await.batch_execute(deferred).await.unwrap();
    let inbox = shared.inbox().await;
    let leased = enqueue_and_lease(&inbox, "msg_1").await;
    let cases: [(&str, &str); 5] = [
        ("SELECT 1 / 0", "aborted"),
        ("INSERT INTO effects VALUES ('twice'), ('twice')", "unique"),
        ("COMMIT", "ended its own transaction"),
        ("ROLLBACK; BEGIN", "ended its own transaction"),
        ("COMMIT; BEGIN; SAVEPOINT s", "ended its own transaction"),
    ];
    for (sql, message) in cases {
        let effects = new_effects(&inbox);
        let path = format!("SET LOCAL search_path TO \"{}\"", shared.schema);
        client(&*effects).await.batch_execute(&path).await.unwrap();
        // The handler ignores the error.
        let _ = client(&*effects).await.batch_execute(sql).await;
        let completion = inbox.complete(leased.token, &DONE, Some(effects)).await;
        let Completion::EffectsFailed(error) = completion.unwrap() else {
            panic!("{sql} was committed");
        };
        assert!(error.to_string().contains(message), "{sql}: {error}");
        assert!(
            !error.to_string().contains("twice"),
            "the error contains a value of a row: {error}"
        );
        assert_eq!(
            (
                shared.count_effects().await,
                shared.count_rows(State::Running).await
            ),
            (0, 1)
        );
    }
    let completion = inbox.complete(leased.token, &retry(LONG), None).await;
    assert!(matches!(completion.unwrap(), Completion::Recorded));
    shared.clean_up().await;
}

#[tokio::test]
async fn dropped_transaction_is_rolled_back_and_its_connection_closed() {
    let Some(shared) = server_with_table("dropped").await else {
        return;
    };
    let database = shared.database().max_transactions(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let pid = async |effects: &dyn Effects| -> i32 {
        let row = client(effects)
            .await
            .query_one("SELECT pg_backend_pid()", &[]);
        row.await.unwrap().get(0)
    };
    let dropped = new_effects(&inbox);
    let first = pid(&*dropped).await;
    shared.insert_effect(&*dropped, "dropped").await;
    drop(dropped);
    let next = new_effects(&inbox);
    assert_ne!(pid(&*next).await, first);
    assert_eq!(shared.count_effects().await, 0);
    let open = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {first}");
    within(async { while shared.query_number(&open).await > 0 {} }).await;
    shared.clean_up().await;
}

#[tokio::test]
async fn session_settings_of_a_handler_do_not_reach_the_next_one() {
    let Some(shared) = server_with_table("session").await else {
        return;
    };
    let database = shared.database().max_transactions(1);
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let mut pids = Vec::new();
    for id in ["msg_1", "msg_2"] {
        let leased = enqueue_and_lease(&inbox, id).await;
        let effects = new_effects(&inbox);
        let client = client(&*effects).await;
        let query =
            "SELECT pg_backend_pid(), current_setting('work_mem'), to_regclass('mine') IS NULL,
            current_setting('transaction_isolation'), current_setting('statement_timeout')";
        let row = client.query_one(query, &[]).await.unwrap();
        pids.push(row.get::<_, i32>(0));
        assert_eq!(row.get::<_, &str>(1), "4MB");
        assert!(row.get::<_, bool>(2));
        assert_eq!(row.get::<_, &str>(3), "read committed");
        assert_eq!(row.get::<_, &str>(4), "0");
        let set = "SET work_mem = '1MB'; CREATE TEMP TABLE mine (); LISTEN mine; DEALLOCATE ALL; SELECT pg_advisory_lock(1)";
        client.batch_execute(set).await.unwrap();
        let completion = inbox.complete(leased.token, &DONE, Some(effects)).await;
        assert!(matches!(completion.unwrap(), Completion::Recorded));
    }
    assert_eq!(pids[0], pids[1], "both handlers use the same connection");
    shared.clean_up().await;
}

#[tokio::test]
async fn effects_of_a_test_are_committed_or_rolled_back_explicitly() {
    let Some(shared) = server_with_table("plain").await else {
        return;
    };
    let database = shared.database();
    for (end, count) in [("roll_back", 0), ("drop", 0), ("commit", 1)] {
        let effects = PostgresEffects::new(&database).unwrap();
        shared.insert_effect(&effects, "msg").await;
        match end {
            "roll_back" => effects.roll_back().await.unwrap(),
            "drop" => drop(effects),
            _ => effects.commit().await.unwrap(),
        }
        assert_eq!(shared.count_effects().await, count, "{end}");
    }
    let ended = PostgresEffects::new(&database).unwrap();
    client(&ended).await.batch_execute("COMMIT").await.unwrap();
    let error = ended.commit().await.unwrap_err();
    assert!(matches!(error, PostgresError::TransactionEnded), "{error}");
    shared.clean_up().await;
}

/// The server commits, but its answer waits for a standby that does not exist, until the connection is closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commit_with_a_lost_answer_is_an_error_and_rejects_a_later_retry() {
    let Some(server) = OwnServer::start("uncertain", "").await else {
        return;
    };
    let database = server.database().call_timeout(Duration::from_secs(60));
    let inbox = PostgresInbox::open(&database).await.unwrap();
    let admin = server.client().await;
    admin
        .batch_execute("CREATE TABLE effects ()")
        .await
        .unwrap();
    let leased = enqueue_and_lease(&inbox, "msg_1").await;
    let effects = new_effects(&inbox);
    let insert = "INSERT INTO effects DEFAULT VALUES";
    client(&*effects).await.batch_execute(insert).await.unwrap();

    let standby = async |name: &str| {
        let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        admin.batch_execute(&set).await.unwrap();
        admin
            .batch_execute("SELECT pg_reload_conf()")
            .await
            .unwrap();
    };
    standby("missing").await;
    let completing = {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.complete(leased.token, &DONE, Some(effects)).await })
    };
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    within(async {
        while admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            assert!(
                !completing.is_finished(),
                "the commit did not wait for a standby"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let completion = within(completing).await.unwrap();
    assert!(completion.is_err(), "{completion:?}");
    standby("").await;

    let retry = retry(Duration::ZERO);
    let completion = inbox.complete(leased.token, &retry, None).await.unwrap();
    assert!(matches!(completion, Completion::Lost), "{completion:?}");
    let row = admin.query_one("SELECT count(*) FROM effects", &[]).await;
    assert_eq!(row.unwrap().get::<_, i64>(0), 1);
}
