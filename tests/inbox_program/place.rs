//! Inboxes to look into.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use webhook_runtime::inbox::{
    Completion, Disposition, Enqueued, Filter, Inbox, Leased, Row, State,
};
use webhook_runtime::postgres::tokio_postgres::{self, NoTls};
use webhook_runtime::{
    inbox::StoredDelivery,
    postgres::{Postgres, PostgresInbox},
    sqlite::SqliteInbox,
    store::DeliveryKey,
};

pub(crate) const LONG: Duration = Duration::from_secs(600);

/// An inbox that a test works, and what the program is called with to look into it. Gone when it is dropped.
pub(crate) struct Place {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) database: Database,
    pub(crate) arguments: Vec<String>,
    gone: Gone,
}

pub(crate) enum Database {
    Sqlite(SqliteInbox),
    Postgres(PostgresInbox),
}

enum Gone {
    Directory(PathBuf),
    Schema(String),
}

fn number() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn directory() -> PathBuf {
    let name = format!("webhook-inbox-{}-{}", std::process::id(), number());
    let path = std::env::temp_dir().join(name);
    std::fs::create_dir(&path).unwrap();
    path
}

pub(crate) fn postgres_url() -> String {
    std::env::var("POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into())
}

async fn say(sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(&postgres_url(), NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    connection.await.unwrap()
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let directory = directory();
        let file = directory.join("inbox.db");
        let inbox = SqliteInbox::open(&file).unwrap();
        Self {
            inbox: Arc::new(inbox.clone()),
            database: Database::Sqlite(inbox),
            arguments: vec![file.to_str().unwrap().to_owned()],
            gone: Gone::Directory(directory),
        }
    }

    /// None if there is no server, which is said, and a failure in CI.
    async fn postgres() -> Option<Self> {
        if let Err(error) = say("SELECT 1").await {
            assert!(std::env::var_os("CI").is_none(), "no PostgreSQL: {error}");
            let told = format!("SKIPPED on PostgreSQL: {}: {error}\n", postgres_url());
            // Past the capture of the test harness.
            std::io::stderr().write_all(told.as_bytes()).unwrap();
            return None;
        }
        let schema = format!("webhook-program {} {}", std::process::id(), number());
        let database = Postgres::new(&postgres_url()).unwrap().schema(&schema);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        Some(Self {
            inbox: Arc::new(inbox.clone()),
            database: Database::Postgres(inbox),
            arguments: [postgres_url(), "--schema".into(), schema.clone()].to_vec(),
            gone: Gone::Schema(schema),
        })
    }

    /// One of each kind.
    pub(crate) async fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::postgres().await);
        all
    }

    pub(crate) async fn enqueue(&self, delivery: &StoredDelivery) {
        assert_eq!(
            self.inbox.enqueue(delivery).await.unwrap(),
            Enqueued::Stored
        );
    }

    pub(crate) async fn lease(&self, limit: usize) -> Vec<Leased> {
        self.inbox.lease("app", limit, LONG).await.unwrap()
    }

    pub(crate) async fn end(&self, taken: &Leased, end: &Disposition) {
        let finished = self.inbox.complete(taken.token, end, None).await.unwrap();
        assert!(matches!(finished, Completion::Recorded), "{finished:?}");
    }

    /// Stores a delivery and ends its first attempt. The number of its row.
    pub(crate) async fn ended(&self, delivery: &StoredDelivery, end: &Disposition) -> i64 {
        self.enqueue(delivery).await;
        let taken = self.lease(1).await.remove(0);
        self.end(&taken, end).await;
        taken.token.row_id
    }

    /// Stores this many deliveries like this one, and gives them up.
    pub(crate) async fn many_dead(&self, like: &StoredDelivery, count: usize) {
        let mut left = count;
        while left > 0 {
            let some = left.min(500);
            left -= some;
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..some {
                let mut delivery = like.clone();
                delivery.delivery_id = format!("msg_many_{}", number());
                delivery.key = DeliveryKey::new(format!("app//{}", delivery.delivery_id));
                let inbox = Arc::clone(&self.inbox);
                tasks.spawn(async move { inbox.enqueue(&delivery).await.unwrap() });
            }
            tasks.join_all().await;
            let mut tasks = tokio::task::JoinSet::new();
            for taken in self.inbox.lease(&like.endpoint, some, LONG).await.unwrap() {
                let inbox = Arc::clone(&self.inbox);
                tasks.spawn(async move { inbox.complete(taken.token, &dead("no"), None).await });
            }
            tasks.join_all().await;
        }
        assert_eq!(self.count(State::Dead).await, u64::try_from(count).unwrap());
    }

    pub(crate) async fn count(&self, state: State) -> u64 {
        let filter = Filter::new().state(state);
        self.inbox.count(&filter).await.unwrap()
    }

    pub(crate) async fn rows(&self) -> Vec<Row> {
        let all = self.inbox.list(&Filter::new(), None, 100_000).await;
        all.unwrap()
    }

    /// Removes what it has made.
    pub(crate) async fn clear(self) {
        match self.gone {
            Gone::Directory(path) => std::fs::remove_dir_all(path).unwrap(),
            Gone::Schema(name) => say(&format!("DROP SCHEMA \"{name}\" CASCADE"))
                .await
                .unwrap(),
        }
    }
}

pub(crate) fn delivery(id: &str) -> StoredDelivery {
    let text = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"batch.failed","timestamp":1767323045,"is_timestamp_signed":true,
        "headers":[["webhook-id","bXNnXzE="]],"body":"eyJpZCI6MX0=","serial":null}"#;
    let mut delivery = StoredDelivery::from_bytes(text).unwrap();
    id.clone_into(&mut delivery.delivery_id);
    delivery.key = DeliveryKey::new(format!("app/openai//{id}"));
    delivery
}

pub(crate) fn dead(error: &str) -> Disposition {
    Disposition::Dead {
        error: error.to_owned(),
    }
}

pub(crate) fn done() -> Disposition {
    Disposition::Done { keep: LONG }
}
