//! Handlers with effects in PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use webhook_crash::{Crash, Job};
use webhook_runtime::postgres::tokio_postgres::{self, Client, NoTls};
use webhook_runtime::{
    BoxError, DeliveryId, Event, WebhookRouter, on,
    postgres::{Postgres, PostgresError, PostgresInbox, PostgresTransaction},
};

use crate::faults::Faults;

const EFFECT: &str =
    "INSERT INTO effects (delivery_id, number, key, position) VALUES ($1, $2, $3, $4)";

#[on("job.exact")]
async fn exact(
    event: Event<Job>,
    id: DeliveryId,
    tx: PostgresTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    write(&event.data, &id, tx, None).await?;
    faults.after()
}

#[on("job.ordered", ordered_by = "/data/key")]
async fn ordered(
    event: Event<Job>,
    id: DeliveryId,
    tx: PostgresTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    // Counts first: the effects of all earlier deliveries of this key must be committed by now.
    let count = "SELECT count(*) FROM effects WHERE key = $1";
    let row = tx
        .client()
        .await?
        .query_one(count, &[&event.data.key])
        .await?;
    let position: i64 = row.try_get(0)?;
    faults.before().await?;
    write(&event.data, &id, tx, Some(position)).await?;
    faults.after()
}

#[on("job.external")]
async fn external(
    event: Event<Job>,
    id: DeliveryId,
    connection: &OwnConnection,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    let insert = "INSERT INTO external_effects (delivery_id, number) VALUES ($1, $2)";
    let client = connection.client().await?;
    client
        .execute(insert, &[&id.as_str(), &event.data.number])
        .await?;
    faults.after()
}

#[on(
    "job.poisoned",
    ordered_by = "/data/key",
    retry(max = 2, backoff = "50ms..200ms")
)]
async fn poisoned(
    event: Event<Job>,
    id: DeliveryId,
    tx: PostgresTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    write(&event.data, &id, tx, None).await?;
    Err("always fails".into())
}

async fn write(
    job: &Job,
    id: &DeliveryId,
    tx: PostgresTransaction<'_>,
    position: Option<i64>,
) -> Result<(), BoxError> {
    let client = tx.client().await?;
    client
        .execute(EFFECT, &[&id.as_str(), &job.number, &job.key, &position])
        .await?;
    Ok(())
}

#[derive(WebhookRouter)]
#[webhook(provider = Crash, handlers(exact, ordered, external, poisoned))]
pub(crate) struct App {
    #[webhook(state)]
    connection: OwnConnection,
    #[webhook(state)]
    faults: Faults,
}

/// Opens the inbox. Retries while the database restarts.
pub(crate) async fn open(
    url: String,
    faults: Faults,
) -> Result<(App, PostgresInbox), PostgresError> {
    let database = Postgres::new(&url)?;
    let mut attempts = 0;
    let inbox = loop {
        match PostgresInbox::open(&database).await {
            Ok(inbox) => break inbox,
            Err(error) if attempts == 100 => return Err(error),
            Err(_) => attempts += 1,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let connection = OwnConnection {
        url,
        open: Arc::default(),
    };
    Ok((App { connection, faults }, inbox))
}

/// A connection outside of the inbox, reopened after it broke.
struct OwnConnection {
    url: String,
    open: Arc<Mutex<Option<Arc<Client>>>>,
}

impl OwnConnection {
    async fn client(&self) -> Result<Arc<Client>, tokio_postgres::Error> {
        let mut open = self.open.lock().await;
        if let Some(client) = open.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        // Pending calls of the client return the error.
        drop(tokio::spawn(connection));
        let client = Arc::new(client);
        *open = Some(Arc::clone(&client));
        Ok(client)
    }
}
