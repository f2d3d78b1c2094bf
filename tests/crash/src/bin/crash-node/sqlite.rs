//! Handlers whose effects are in the file of the inbox, and in another one beside it.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use webhook_crash::{Crash, Job, LOOSE, TABLES};
use webhook_runtime::sqlite::rusqlite::{Connection, params};
use webhook_runtime::{
    BoxError, DeliveryId, Event, WebhookRouter, on,
    sqlite::{SqliteInbox, SqliteTransaction},
};

use crate::mishaps::Mishaps;

#[on("job.exact")]
async fn exact(
    event: Event<Job>,
    id: DeliveryId,
    tx: SqliteTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    write(event.data, id, tx);
    mishaps.after()
}

#[on("job.ordered", ordered_by = "/data/key")]
async fn ordered(
    event: Event<Job>,
    id: DeliveryId,
    tx: SqliteTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    write(event.data, id, tx);
    mishaps.after()
}

#[on("job.loose")]
async fn loose(
    event: Event<Job>,
    id: DeliveryId,
    journal: &File,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    // A line of its own also behind one that broke off.
    let line = format!("\n{} {}\n", id.as_str(), event.data.number);
    let mut journal = journal;
    journal.write_all(line.as_bytes())?;
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
    tx: SqliteTransaction<'_>,
    mishaps: &Mishaps,
) -> Result<(), BoxError> {
    mishaps.before().await?;
    write(event.data, id, tx);
    Err("poisoned".into())
}

fn write(job: Job, id: DeliveryId, tx: SqliteTransaction<'_>) {
    tx.run(move |db: &Connection| {
        db.prepare_cached(
            "INSERT INTO effects (delivery_id, number, key, place) SELECT ?1, ?2, ?3, count(*) FROM effects WHERE key = ?3",
        )?
        .execute(params![id.as_str(), job.number, job.key])
    });
}

#[derive(WebhookRouter)]
#[webhook(provider = Crash, handlers(exact, ordered, loose, poisoned))]
pub(crate) struct App {
    #[webhook(state)]
    journal: File,
    #[webhook(state)]
    mishaps: Mishaps,
}

pub(crate) async fn open(path: &Path, mishaps: Mishaps) -> Result<(App, SqliteInbox), BoxError> {
    let inbox = SqliteInbox::open(path)?;
    inbox.with_connection(|db| db.execute_batch(TABLES)).await?;
    let journal = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path.with_file_name(LOOSE))?;
    Ok((App { journal, mishaps }, inbox))
}
