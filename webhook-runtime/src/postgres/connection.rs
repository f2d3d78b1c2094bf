//! Connections: how they are made, lent and thrown away.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Row, Socket};

use super::error::{PostgresError, of_pool};
use super::schema::Schema;

/// How long the calls of operators may take: they may read all that there is.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a handler may wait for a connection: others are at work with them.
const WAIT_FOR_TRANSACTION: Duration = Duration::from_secs(60);

/// So that a peer without power is noticed, by us and by the server.
const KEEPALIVE: Duration = Duration::from_secs(30);
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);

/// The values of a statement's parameters.
pub(super) type Values<'v> = [&'v (dyn ToSql + Sync)];

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) connections: usize,
    pub(super) transactions: usize,
    pub(super) deadline: Duration,
}

/// Makes a connection, with or without TLS.
pub(super) trait Dial: Send + Sync {
    /// The connection, and the task that drives it; what is notified goes to `news`.
    fn dial(
        &self,
        config: Config,
        news: Option<UnboundedSender<String>>,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>>;
}

pub(super) struct Dialer<T>(pub(super) T);

impl<T> Dial for Dialer<T>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send + Sync,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn dial(
        &self,
        config: Config,
        news: Option<UnboundedSender<String>>,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        Box::pin(async move {
            let (client, mut connection) = config.connect(self.0.clone()).await?;
            let driver = tokio::spawn(async move {
                // An error is told to whoever waits for an answer.
                while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                    if let (AsyncMessage::Notification(said), Some(news)) = (message, &news) {
                        let _ = news.send(said.payload().to_owned());
                    }
                }
            });
            Ok((client, driver))
        })
    }
}

/// How the connections of a pool are made.
struct Prepared {
    dial: Arc<dyn Dial>,
    /// What is said first on each.
    settings: String,
}

impl Connect for Prepared {
    fn connect(
        &self,
        config: &Config,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, driver) = self.dial.dial(config, None).await?;
            client.batch_execute(&self.settings).await?;
            Ok((client, driver))
        })
    }
}

/// All connections of a process to a database.
pub(super) struct Connections {
    calls: Pool,
    transactions: Pool,
    config: Config,
    dial: Arc<dyn Dial>,
    deadline: Duration,
}

impl Connections {
    pub(super) fn new(
        config: &Config,
        dial: &Arc<dyn Dial>,
        settings: Settings,
    ) -> Result<Self, PostgresError> {
        let deadline = settings.deadline;
        let mut config = config.clone();
        if config.get_application_name().is_none() {
            config.application_name("webhook-runtime");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(deadline);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNACKNOWLEDGED);
        }
        config.keepalives_idle(config.get_keepalives_idle().min(KEEPALIVE));
        let open = |size: usize, wait: Duration, settings: String| {
            let dial = Arc::clone(dial);
            let manager = Manager::from_connect(
                config.clone(),
                Prepared { dial, settings },
                ManagerConfig {
                    recycling_method: RecyclingMethod::Fast,
                },
            );
            Pool::builder(manager)
                .max_size(size.max(1))
                .runtime(Runtime::Tokio1)
                .wait_timeout(Some(wait))
                .create_timeout(Some(deadline))
                .build()
                // It asks for the runtime, which it has.
                .map_err(|_| PostgresError::Busy(wait))
        };
        // The server gives up on what nobody waits for any more.
        let for_calls = format!(
            "SET statement_timeout = {}; SET default_transaction_isolation = 'read committed'; {FOR_ALL}",
            deadline.as_millis().clamp(1, 2_000_000_000)
        );
        Ok(Self {
            calls: open(settings.connections, deadline, for_calls)?,
            transactions: open(
                settings.transactions,
                WAIT_FOR_TRANSACTION,
                FOR_ALL.to_owned(),
            )?,
            config,
            dial: Arc::clone(dial),
            deadline,
        })
    }

    /// A connection for a handler.
    pub(super) async fn transaction(&self) -> Result<Connection, PostgresError> {
        let object = self.transactions.get().await;
        object
            .map(Connection::new)
            .map_err(|error| of_pool(error, WAIT_FOR_TRANSACTION))
    }

    async fn call(&self) -> Result<Connection, PostgresError> {
        let object = self.calls.get().await;
        object
            .map(Connection::new)
            .map_err(|error| of_pool(error, self.deadline))
    }

    /// A connection of its own, for news.
    pub(super) async fn listen(
        &self,
        news: UnboundedSender<String>,
    ) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
        self.dial.dial(self.config.clone(), Some(news)).await
    }

    pub(super) const fn deadline(&self) -> Duration {
        self.deadline
    }
}

/// What is said first on every connection: the server is to notice, too, that a machine has gone.
pub(super) const FOR_ALL: &str =
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

/// A connection that is lent. It goes back if it is between two statements and outside of transactions; otherwise it is
/// closed, so that nobody meets what was left.
pub(super) struct Connection {
    object: Option<Object>,
    is_clean: bool,
}

impl Connection {
    const fn new(object: Object) -> Self {
        Self {
            object: Some(object),
            is_clean: false,
        }
    }

    /// Says that it can be used by others.
    pub(super) fn give_back(mut self) {
        self.is_clean = true;
    }

    pub(super) async fn query(
        &self,
        sql: &str,
        values: &Values<'_>,
    ) -> Result<Vec<Row>, PostgresError> {
        let statement = self.prepare_cached(sql).await?;
        Ok(Client::query(self, &statement, values).await?)
    }
}

impl Deref for Connection {
    type Target = deadpool_postgres::ClientWrapper;

    fn deref(&self) -> &Self::Target {
        // It is there until it is dropped.
        self.object.as_ref().expect("taken by `drop` alone")
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && !self.is_clean
        {
            drop(Object::take(object));
        }
    }
}

/// A database with its schema.
pub(super) struct Database {
    pub(super) schema: Schema,
    pub(super) connections: Arc<Connections>,
}

impl Database {
    /// One statement, in a transaction of its own.
    pub(super) async fn query(
        &self,
        sql: &str,
        values: &Values<'_>,
    ) -> Result<Vec<Row>, PostgresError> {
        within(self.connections.deadline, async {
            let connection = self.connections.call().await?;
            let answer = connection.query(sql, values).await;
            match &answer {
                Err(error) if !error.is_refusal() => {}
                _ => connection.give_back(),
            }
            answer
        })
        .await
    }

    /// One statement, of which it is known how many rows it changed.
    pub(super) async fn execute(
        &self,
        sql: &str,
        values: &Values<'_>,
    ) -> Result<u64, PostgresError> {
        within(self.connections.deadline, async {
            let connection = self.connections.call().await?;
            let statement = connection.prepare_cached(sql).await?;
            let answer = connection.execute(&statement, values).await;
            let answer = answer.map_err(PostgresError::from);
            match &answer {
                Err(error) if !error.is_refusal() => {}
                _ => connection.give_back(),
            }
            answer
        })
        .await
    }

    /// Statements in one transaction that may take their time.
    pub(super) async fn patiently<T>(
        &self,
        work: impl AsyncFnOnce(&Connection) -> Result<T, PostgresError>,
    ) -> Result<T, PostgresError> {
        let connection = within(self.connections.deadline, self.connections.call()).await?;
        within(PATIENCE, async {
            let begin = format!(
                "BEGIN; SET LOCAL statement_timeout = {}",
                PATIENCE.as_millis()
            );
            connection.batch_execute(&begin).await?;
            let answer = work(&connection).await?;
            connection.batch_execute("COMMIT").await?;
            connection.give_back();
            Ok(answer)
        })
        .await
    }
}

pub(super) async fn within<T>(
    deadline: Duration,
    work: impl Future<Output = Result<T, PostgresError>>,
) -> Result<T, PostgresError> {
    match tokio::time::timeout(deadline, work).await {
        Ok(answer) => answer,
        Err(_) => Err(PostgresError::Deadline(deadline)),
    }
}
