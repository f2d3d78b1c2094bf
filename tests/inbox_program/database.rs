//! Inboxes for the tests.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::HeaderValue;
use webhook_runtime::inbox::{
    Completion, Disposition, Enqueued, Filter, Inbox, Leased, Row, State,
};
use webhook_runtime::postgres::tokio_postgres::{self, NoTls};
use webhook_runtime::{
    Timestamp,
    inbox::StoredDelivery,
    postgres::{Postgres, PostgresInbox},
    sqlite::SqliteInbox,
    store::DeliveryKey,
};

pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A database with an inbox, and the arguments with which the program opens it. [`clear`](Self::clear) removes it.
pub(crate) struct TestDatabase {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) kind: Kind,
    pub(crate) arguments: Vec<String>,
    resource: Resource,
}

pub(crate) enum Kind {
    Sqlite(SqliteInbox),
    Postgres(PostgresInbox),
}

/// To remove at the end of the test.
enum Resource {
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

async fn execute(sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(&postgres_url(), NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    connection.await.unwrap()
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        let directory = directory();
        let file = directory.join("inbox.db");
        let inbox = SqliteInbox::open(&file).unwrap();
        Self {
            inbox: Arc::new(inbox.clone()),
            kind: Kind::Sqlite(inbox),
            arguments: vec![file.to_str().unwrap().to_owned()],
            resource: Resource::Directory(directory),
        }
    }

    /// `None` without a server: printed, and a failure in CI.
    async fn postgres() -> Option<Self> {
        if let Err(error) = execute("SELECT 1").await {
            assert!(std::env::var_os("CI").is_none(), "no PostgreSQL: {error}");
            let message = format!("SKIPPED on PostgreSQL: {}: {error}\n", postgres_url());
            // Written directly, because the test harness captures `eprintln!`.
            std::io::stderr().write_all(message.as_bytes()).unwrap();
            return None;
        }
        let schema = format!("webhook-program {} {}", std::process::id(), number());
        let database = Postgres::new(&postgres_url()).unwrap().schema(&schema);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        Some(Self {
            inbox: Arc::new(inbox.clone()),
            kind: Kind::Postgres(inbox),
            arguments: [postgres_url(), "--schema".into(), schema.clone()].to_vec(),
            resource: Resource::Schema(schema),
        })
    }

    /// Returns one database of each kind that is available.
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

    pub(crate) async fn complete(&self, leased: &Leased, disposition: &Disposition) {
        let completion = self.inbox.complete(leased.token, disposition, None);
        let completion = completion.await.unwrap();
        assert!(matches!(completion, Completion::Recorded), "{completion:?}");
    }

    /// Enqueues a delivery and completes its first attempt. Returns the number of its row.
    pub(crate) async fn enqueue_completed(
        &self,
        delivery: &StoredDelivery,
        disposition: &Disposition,
    ) -> i64 {
        self.enqueue(delivery).await;
        let leased = self.lease(1).await.remove(0);
        self.complete(&leased, disposition).await;
        leased.token.row_id
    }

    /// Enqueues copies of a delivery with keys of their own, and makes them dead.
    pub(crate) async fn enqueue_many_dead(&self, template: &StoredDelivery, count: usize) {
        let mut remaining = count;
        while remaining > 0 {
            let batch = remaining.min(500);
            remaining -= batch;
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..batch {
                let mut delivery = template.clone();
                delivery.delivery_id = format!("msg_many_{}", number());
                delivery.key = DeliveryKey::new(format!("app//{}", delivery.delivery_id));
                let inbox = Arc::clone(&self.inbox);
                tasks.spawn(async move { inbox.enqueue(&delivery).await.unwrap() });
            }
            tasks.join_all().await;
            let mut tasks = tokio::task::JoinSet::new();
            for leased in self
                .inbox
                .lease(&template.endpoint, batch, LONG)
                .await
                .unwrap()
            {
                let inbox = Arc::clone(&self.inbox);
                tasks.spawn(async move { inbox.complete(leased.token, &dead("no"), None).await });
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

    /// Removes the database.
    pub(crate) async fn clear(self) {
        match self.resource {
            Resource::Directory(path) => std::fs::remove_dir_all(path).unwrap(),
            Resource::Schema(name) => execute(&format!("DROP SCHEMA \"{name}\" CASCADE"))
                .await
                .unwrap(),
        }
    }
}

pub(crate) fn delivery(id: &str) -> StoredDelivery {
    let mut delivery = StoredDelivery::new(DeliveryKey::new(format!("app/openai//{id}")));
    "app".clone_into(&mut delivery.endpoint);
    "openai".clone_into(&mut delivery.provider);
    id.clone_into(&mut delivery.delivery_id);
    "batch.failed".clone_into(&mut delivery.event_type);
    delivery.timestamp = Timestamp::from_second(1_767_323_045);
    delivery.is_timestamp_signed = true;
    let id_header = HeaderValue::from_static("msg_1");
    delivery.headers.insert("webhook-id", id_header);
    delivery.body = r#"{"id":1}"#.into();
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
