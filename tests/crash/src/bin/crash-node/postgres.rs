//! Handlers whose effects are in PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use webhook_crash::{Crash, Job};
use webhook_runtime::postgres::tokio_postgres::{self, Client, NoTls};
use webhook_runtime::{
    BoxError, DeliveryId, Event, WebhookRouter, on,
    postgres::{Postgres, PostgresError, PostgresInbox, PostgresTransaction},
};

use crate::mishaps::Mishaps;

const EFFECT: &str =
    "INSERT INTO effects (delivery_id, number, key, place) VALUES ($1, $2, $3, $4)";

#[on("job.exact")]
async fn exact(
    event: Event<Job>,
    id: DeliveryId,
    db: PostgresTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    write(&event.data, &id, db, None).await?;
    mishaps.after()
}

#[on("job.ordered", ordered_by = "/data/key")]
async fn ordered(
    event: Event<Job>,
    id: DeliveryId,
    db: PostgresTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    // As it is before anything else happens: what came before must be committed by then.
    let count = "SELECT count(*) FROM effects WHERE key = $1";
    let row = db
        .client()
        .await?
        .query_one(count, &[&event.data.key])
        .await?;
    let place: i64 = row.try_get(0)?;
    mishaps.before().await?;
    write(&event.data, &id, db, Some(place)).await?;
    mishaps.after()
}

#[on("job.loose")]
async fn loose(
    event: Event<Job>,
    id: DeliveryId,
    own: &OwnConnection,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    let insert = "INSERT INTO loose (delivery_id, number) VALUES ($1, $2)";
    let client = own.client().await?;
    client
        .execute(insert, &[&id.as_str(), &event.data.number])
        .await?;
    mishaps.after()
}

#[on(
    "job.poisoned",
    ordered_by = "/data/key",
    retry(max = 2, backoff = "50ms..200ms")
)]
async fn poisoned(
    event: Event<Job>,
    id: DeliveryId,
    db: PostgresTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    write(&event.data, &id, db, None).await?;
    Err("poisoned".into())
}

async fn write(
    job: &Job,
    id: &DeliveryId,
    db: PostgresTransaction<'_>,
    place: Option<i64>,
) -> Result<(), BoxError> {
    let client = db.client().await?;
    client
        .execute(EFFECT, &[&id.as_str(), &job.number, &job.key, &place])
        .await?;
    Ok(())
}

#[derive(WebhookRouter)]
#[webhook(provider = Crash, handlers(exact, ordered, loose, poisoned))]
pub(crate) struct App {
    #[webhook(state)]
    own: OwnConnection,
    #[webhook(state)]
    mishaps: Mishaps,
}

/// Opens the inbox, also if the database is just being restarted.
pub(crate) async fn open(
    url: String,
    mishaps: Mishaps,
) -> Result<(App, PostgresInbox), PostgresError> {
    let database = Postgres::new(&url)?;
    let mut tries = 0;
    let inbox = loop {
        match PostgresInbox::open(&database).await {
            Ok(inbox) => break inbox,
            Err(error) if tries == 100 => return Err(error),
            Err(_) => tries += 1,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let own = OwnConnection {
        url,
        open: Arc::default(),
    };
    Ok((App { own, mishaps }, inbox))
}

/// A connection that the inbox knows nothing of, made anew when it has broken.
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
        // An error is told to whoever waits for an answer.
        drop(tokio::spawn(connection));
        let client = Arc::new(client);
        *open = Some(Arc::clone(&client));
        Ok(client)
    }
}
