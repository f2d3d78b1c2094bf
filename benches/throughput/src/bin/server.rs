//! Server in one mode: `server MODE DIR NAME`.
//!
//! Prints its address. When its standard input is closed, it prints the number of handled deliveries and the number of rows
//! in its inbox (`redis-store`: entries in its store), deletes its data, and exits.
#![allow(clippy::print_stdout, reason = "output of the program")]

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use webhook_runtime::inbox::{Filter, Inbox};
use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::postgres::tokio_postgres::{Client, NoTls};
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{
    BoxError, Endpoint, EndpointBuilder, Event, MemoryStore, WebhookRouter, on,
    postgres::{Postgres, PostgresInbox, PostgresStore},
    redis::RedisStore,
    sqlite::{SqliteInbox, SqliteStore},
};
use webhook_throughput::PATH;

const REDIS: &str = "redis://127.0.0.1:6379";
const POSTGRES: &str = "postgres://postgres@127.0.0.1:5432/test";

/// Counts its calls.
#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>, app: &App) {
    drop(event);
    app.handled.fetch_add(1, Ordering::Relaxed);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
struct App {
    handled: Arc<AtomicU64>,
}

/// Storage of the deliveries, to count them afterwards.
enum Storage {
    None,
    Inbox(Box<dyn Inbox>),
    Redis(String),
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let [mode, directory, name] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "usage: server MODE DIR NAME")?;
    let handled = Arc::<AtomicU64>::default();
    let app = App {
        handled: Arc::clone(&handled),
    };
    let builder = Endpoint::builder(app).secret(TEST_SECRET);
    let (builder, storage) = in_mode(builder, &mode, Path::new(&directory), &name).await?;
    let endpoint = builder.build()?;

    let web = axum::Router::new().route_service(PATH, endpoint.clone());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let server = tokio::spawn(axum::serve(listener, web).into_future());
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;

    let handled = handled.load(Ordering::Relaxed);
    server.abort();
    endpoint.shutdown_within(Duration::from_secs(20)).await;
    let rows = storage.count().await?;
    println!("{handled} {rows}");
    if mode.starts_with("postgres") {
        let drop = format!("DROP SCHEMA \"{name}\" CASCADE");
        postgres().await?.batch_execute(&drop).await?;
    }
    Ok(())
}

async fn in_mode(
    builder: EndpointBuilder<App>,
    mode: &str,
    directory: &Path,
    name: &str,
) -> Result<(EndpointBuilder<App>, Storage), BoxError> {
    let file = directory.join(format!("{name}.db"));
    let database = Postgres::new(POSTGRES)?.schema(name);
    Ok(match mode {
        "none" => (builder, Storage::None),
        "memory-store" => (builder.idempotent(MemoryStore::default()), Storage::None),
        "redis-store" => {
            let prefix = format!("{name}:");
            let store = RedisStore::new(REDIS)?.prefix(&prefix);
            (builder.idempotent(store), Storage::Redis(prefix))
        }
        "sqlite-store" => (builder.idempotent(SqliteStore::open(file)?), Storage::None),
        "postgres-store" => {
            let store = PostgresStore::open(&database).await?;
            (builder.idempotent(store), Storage::None)
        }
        "sqlite" => inbox(builder, SqliteInbox::open(file)?),
        "sqlite-unhandled" => inbox(builder.workers(0), SqliteInbox::open(file)?),
        "sqlite-single" => inbox(builder, SqliteInbox::open_without_group_commit(file)?),
        "sqlite-single-unhandled" => inbox(
            builder.workers(0),
            SqliteInbox::open_without_group_commit(file)?,
        ),
        "postgres" => inbox(builder, PostgresInbox::open(&database).await?),
        "postgres-unhandled" => inbox(builder.workers(0), PostgresInbox::open(&database).await?),
        other => return Err(format!("unknown mode {other}").into()),
    })
}

fn inbox(
    builder: EndpointBuilder<App>,
    inbox: impl Inbox + Clone,
) -> (EndpointBuilder<App>, Storage) {
    let storage = Storage::Inbox(Box::new(inbox.clone()));
    (builder.inbox(inbox), storage)
}

impl Storage {
    /// Number of stored deliveries; 0 for modes in which they are not counted.
    async fn count(self) -> Result<u64, BoxError> {
        match self {
            Self::None => Ok(0),
            Self::Inbox(inbox) => inbox.count(&Filter::new()).await,
            Self::Redis(prefix) => {
                let client = redis::Client::open(REDIS)?;
                let mut connection = client.get_multiplexed_async_connection().await?;
                let mut keys = redis::cmd("KEYS");
                let keys: Vec<String> = keys
                    .arg(format!("{prefix}*"))
                    .query_async(&mut connection)
                    .await?;
                for batch in keys.chunks(10_000) {
                    let mut remove = redis::cmd("UNLINK");
                    remove.arg(batch).exec_async(&mut connection).await?;
                }
                Ok(keys.len() as u64)
            }
        }
    }
}

async fn postgres() -> Result<Client, BoxError> {
    let (client, connection) =
        webhook_runtime::postgres::tokio_postgres::connect(POSTGRES, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
