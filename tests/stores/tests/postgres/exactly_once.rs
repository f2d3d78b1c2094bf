//! Endpoints whose handlers write into the database while their connections are killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::Request;
use http_body_util::Full;
use webhook_runtime::inbox::Inbox;
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{MemoryInbox, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    BoxError, BuildError, DeliveryId, Endpoint, EndpointBuilder, Event, OnTimeout, Retry,
    WebhookRouter, on,
    postgres::tokio_postgres::{Config, NoTls},
    postgres::{Postgres, PostgresInbox, PostgresTransaction},
};
use webhook_stores::within;

use crate::server::SharedServer;

const DELIVERIES: usize = 300;

#[derive(Default)]
struct Work {
    schema: String,
    runs: AtomicUsize,
}

/// Inserts an effect in its transaction. Some runs fail, panic or hang.
#[on("batch.completed", ordered_by = "/data/id")]
async fn writes(
    event: Event<BatchCompleted>,
    id: DeliveryId,
    tx: PostgresTransaction<'_>,
    work: &Arc<Work>,
) -> Result<(), BoxError> {
    let run = work.runs.fetch_add(1, Ordering::SeqCst);
    let client = tx.client().await?;
    let sql = format!("INSERT INTO \"{}\".effects VALUES ($1, $2)", work.schema);
    client
        .execute(&sql, &[&id.as_str(), &event.data.id])
        .await?;
    client.batch_execute("SELECT pg_sleep(0.002)").await?;
    match run % 11 {
        3 => Err("failed by the test".into()),
        5 => panic!("failed by the test"),
        7 => std::future::pending().await,
        _ => Ok(()),
    }
}

/// Does not begin its transaction.
#[on("batch.failed")]
async fn writes_nothing(_: Event<BatchFailed>, _: PostgresTransaction<'_>) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(writes, writes_nothing))]
struct App {
    #[webhook(state)]
    work: Arc<Work>,
}

fn builder(work: &Arc<Work>, inbox: impl Inbox) -> EndpointBuilder<App> {
    let work = Arc::clone(work);
    Endpoint::builder(App { work })
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .name("app")
        .retry(
            Retry::new()
                .max_retries(1_000)
                .initial_backoff(Duration::from_millis(5)),
        )
        .inbox(inbox)
}

async fn status(endpoint: &Endpoint<App>, event_type: &str, id: &str, object: &str) -> u16 {
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"{object}"}}}}"#);
    let delivery = Signer::default().id(id).sign(body);
    let mut request = Request::post("/").body(Full::new(delivery.body)).unwrap();
    *request.headers_mut() = delivery.headers;
    within(endpoint.handle(request)).await.status().as_u16()
}

#[tokio::test]
async fn transaction_without_a_postgresql_inbox_does_not_build() {
    let error = builder(&Arc::default(), MemoryInbox::default())
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::NoTransaction { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("`PostgresTransaction`"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn effects_happen_exactly_once_while_connections_are_killed() {
    let Some(shared) = SharedServer::new("killed").await else {
        return;
    };
    shared.database().migrate().await.unwrap();
    let client = shared.client().await;
    // Slow commits, so that some are killed halfway.
    client
        .batch_execute(
            "CREATE TABLE effects (id text, object text);
             CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN PERFORM pg_sleep(0.002); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION slow()",
        )
        .await
        .unwrap();
    let work = Arc::new(Work {
        schema: shared.schema.clone(),
        ..Work::default()
    });
    let name = format!("webhook-killed-{}", std::process::id());
    let database = || {
        let mut config: Config = shared.url().parse().unwrap();
        config.application_name(&name);
        Postgres::with_tls(config, NoTls).schema(&shared.schema)
    };
    let mut endpoints = Vec::new();
    for _ in 0..2 {
        let inbox = PostgresInbox::open(&database()).await.unwrap();
        let endpoint = builder(&work, inbox)
            .workers(8)
            .lease(Duration::from_secs(2))
            .handler_timeout(Duration::from_millis(200))
            .on_handler_timeout(OnTimeout::Cancel)
            .build()
            .unwrap();
        endpoints.push(endpoint);
    }
    let is_finished = Arc::new(AtomicBool::new(false));
    let killer = {
        let (is_finished, name, client) = (
            Arc::clone(&is_finished),
            name.clone(),
            shared.client().await,
        );
        tokio::spawn(async move {
            let kill =
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity
                WHERE application_name = $1 ORDER BY random() LIMIT 1) one";
            let mut killed = 0;
            while !is_finished.load(Ordering::SeqCst) {
                let row = client.query_one(kill, &[&name]).await.unwrap();
                killed += row.get::<_, i64>(0);
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
            killed
        })
    };
    within(async {
        for number in 0..DELIVERIES {
            let (id, object) = (format!("msg_{number}"), format!("batch_{}", number % 40));
            let mut attempts = 0;
            // Like a provider: sends until it is acknowledged.
            while status(
                &endpoints[(number + attempts) % 2],
                "batch.completed",
                &id,
                &object,
            )
            .await
                != 200
            {
                attempts += 1;
            }
            status(&endpoints[number % 2], "batch.completed", &id, &object).await;
        }
        let done = "SELECT count(*) FROM inbox WHERE state = 'done'";
        while shared.query_number(done).await < i64::try_from(DELIVERIES).unwrap() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    is_finished.store(true, Ordering::SeqCst);
    let killed = killer.await.unwrap();
    let runs = work.runs.load(Ordering::SeqCst);
    for endpoint in endpoints {
        within(endpoint.shutdown()).await;
    }
    let deliveries = i64::try_from(DELIVERIES).unwrap();
    assert_eq!(
        shared.query_number("SELECT count(*) FROM inbox").await,
        deliveries
    );
    assert_eq!(
        shared.query_number("SELECT count(*) FROM effects").await,
        deliveries
    );
    assert_eq!(
        shared
            .query_number("SELECT count(DISTINCT id) FROM effects")
            .await,
        deliveries
    );
    assert!(killed > 20, "{killed} connections were killed");
    assert!(runs > DELIVERIES, "{runs} handlers ran");
    println!("{killed} connections were killed, {runs} handlers ran");
    shared.clean_up().await;
}
