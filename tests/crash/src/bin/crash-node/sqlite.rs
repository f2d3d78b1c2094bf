//! Handlers with effects in the file of the inbox, and in another file.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use webhook_crash::{Crash, EXTERNAL_EFFECTS, Job, TABLES};
use webhook_runtime::sqlite::rusqlite::{Connection, params};
use webhook_runtime::{
    BoxError, DeliveryId, Event, WebhookRouter, on,
    sqlite::{SqliteInbox, SqliteTransaction},
};

use crate::faults::Faults;

#[on("job.exact")]
async fn exact(
    event: Event<Job>,
    id: DeliveryId,
    tx: SqliteTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    write(event.data, id, tx);
    faults.after()
}

#[on("job.ordered", ordered_by = "/data/key")]
async fn ordered(
    event: Event<Job>,
    id: DeliveryId,
    tx: SqliteTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    write(event.data, id, tx);
    faults.after()
}

#[on("job.external")]
async fn external(
    event: Event<Job>,
    id: DeliveryId,
    journal: &File,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    // The leading line break ends an incomplete line of a killed process.
    let line = format!("\n{} {}\n", id.as_str(), event.data.number);
    let mut journal = journal;
    journal.write_all(line.as_bytes())?;
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
    tx: SqliteTransaction<'_>,
    faults: &Faults,
) -> Result<(), BoxError> {
    faults.before().await?;
    write(event.data, id, tx);
    Err("always fails".into())
}

fn write(job: Job, id: DeliveryId, tx: SqliteTransaction<'_>) {
    tx.run(move |db: &Connection| {
        db.prepare_cached(
            "INSERT INTO effects (delivery_id, number, key, position) SELECT ?1, ?2, ?3, count(*) FROM effects WHERE key = ?3",
        )?
        .execute(params![id.as_str(), job.number, job.key])
    });
}

#[derive(WebhookRouter)]
#[webhook(provider = Crash, handlers(exact, ordered, external, poisoned))]
pub(crate) struct App {
    #[webhook(state)]
    journal: File,
    #[webhook(state)]
    faults: Faults,
}

pub(crate) async fn open(path: &Path, faults: Faults) -> Result<(App, SqliteInbox), BoxError> {
    let inbox = SqliteInbox::open(path)?;
    inbox.with_connection(|db| db.execute_batch(TABLES)).await?;
    let journal = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path.with_file_name(EXTERNAL_EFFECTS))?;
    Ok((App { journal, faults }, inbox))
}
