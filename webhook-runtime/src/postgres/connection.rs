//! Connections: opening, pooling, discarding.
//!
//! A connection returns to its pool only between two statements and outside of a transaction. A call that is dropped or
//! times out closes its connection; the server's own `statement_timeout` then ends the statement. Handlers have a pool of
//! their own, so leases are renewed however long handlers keep their connections.

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

use super::error::{PostgresError, from_pool};
use super::schema_name::SchemaName;

/// Time limit of operators' calls and of migrations, which may read whole tables.
const LONG_CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// Maximum wait of a handler for a connection: all of them may be in use by other handlers.
const TRANSACTION_WAIT: Duration = Duration::from_secs(60);

/// Limits after which client and server notice a peer that has vanished.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);

/// Settings of every pooled connection, so that the server notices a vanished client.
pub(super) const SESSION_SETTINGS: &str =
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

/// Values of a statement's parameters.
pub(super) type Values<'v> = [&'v (dyn ToSql + Sync)];

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) max_connections: usize,
    pub(super) max_transactions: usize,
    pub(super) call_timeout: Option<Duration>,
}

/// Opens connections, with or without TLS.
pub(super) trait Connector: Send + Sync {
    /// Opens a connection and spawns the task that drives it. Payloads of notifications are sent to `notifications`.
    fn connect(
        &self,
        config: Config,
        notifications: Option<UnboundedSender<String>>,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>>;
}

pub(super) struct TlsConnector<T>(pub(super) T);

impl<T> Connector for TlsConnector<T>
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send + Sync,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn connect(
        &self,
        config: Config,
        notifications: Option<UnboundedSender<String>>,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        Box::pin(async move {
            let (client, mut connection) = config.connect(self.0.clone()).await?;
            let driver = tokio::spawn(async move {
                // An error ends the task; pending calls of the client return it.
                while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                    if let (AsyncMessage::Notification(notification), Some(notifications)) =
                        (message, &notifications)
                    {
                        let _ = notifications.send(notification.payload().to_owned());
                    }
                }
            });
            Ok((client, driver))
        })
    }
}

/// Opens the connections of a pool and applies its session settings.
struct PoolConnector {
    connector: Arc<dyn Connector>,
    session_settings: String,
}

impl Connect for PoolConnector {
    fn connect(
        &self,
        config: &Config,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, driver) = self.connector.connect(config, None).await?;
            client.batch_execute(&self.session_settings).await?;
            Ok((client, driver))
        })
    }
}

/// All connections of a process to a database.
pub(super) struct Connections {
    calls: Pool,
    transactions: Pool,
    config: Config,
    connector: Arc<dyn Connector>,
    call_timeout: Option<Duration>,
}

impl Connections {
    pub(super) fn new(
        config: &Config,
        connector: &Arc<dyn Connector>,
        settings: Settings,
    ) -> Result<Self, PostgresError> {
        let call_timeout = settings.call_timeout;
        let mut config = config.clone();
        if config.get_application_name().is_none() {
            config.application_name("webhook-runtime");
        }
        if let Some(timeout) = call_timeout
            && config.get_connect_timeout().is_none()
        {
            config.connect_timeout(timeout);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(TCP_USER_TIMEOUT);
        }
        config.keepalives_idle(config.get_keepalives_idle().min(KEEPALIVE_IDLE));
        let new_pool = |size: usize, wait: Option<Duration>, session_settings: String| {
            let manager = Manager::from_connect(
                config.clone(),
                PoolConnector {
                    connector: Arc::clone(connector),
                    session_settings,
                },
                ManagerConfig {
                    recycling_method: RecyclingMethod::Fast,
                },
            );
            Pool::builder(manager)
                .max_size(size.max(1))
                .runtime(Runtime::Tokio1)
                .wait_timeout(wait)
                .create_timeout(call_timeout)
                .build()
                // Fails only if timeouts are set without a runtime.
                .map_err(|_| PostgresError::PoolTimeout(wait.unwrap_or_default()))
        };
        // 0 is no limit.
        let statement_timeout =
            call_timeout.map_or(0, |timeout| timeout.as_millis().clamp(1, 2_000_000_000));
        let call_settings = format!(
            "SET statement_timeout = {statement_timeout}; \
             SET default_transaction_isolation = 'read committed'; {SESSION_SETTINGS}"
        );
        Ok(Self {
            calls: new_pool(settings.max_connections, call_timeout, call_settings)?,
            transactions: new_pool(
                settings.max_transactions,
                Some(TRANSACTION_WAIT),
                SESSION_SETTINGS.to_owned(),
            )?,
            config,
            connector: Arc::clone(connector),
            call_timeout,
        })
    }

    /// Returns a connection for a handler's transaction.
    pub(super) async fn for_transaction(&self) -> Result<Connection, PostgresError> {
        let object = self.transactions.get().await;
        object
            .map(Connection::new)
            .map_err(|error| from_pool(error, Some(TRANSACTION_WAIT)))
    }

    async fn for_call(&self) -> Result<Connection, PostgresError> {
        let object = self.calls.get().await;
        object
            .map(Connection::new)
            .map_err(|error| from_pool(error, self.call_timeout))
    }

    /// Opens a connection outside of the pools, whose notifications are sent to `notifications`.
    pub(super) async fn for_notifications(
        &self,
        notifications: UnboundedSender<String>,
    ) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
        self.connector
            .connect(self.config.clone(), Some(notifications))
            .await
    }

    pub(super) const fn call_timeout(&self) -> Option<Duration> {
        self.call_timeout
    }
}

/// A borrowed connection.
///
/// Closed when it is dropped, unless it was [returned](Self::return_to_pool) to its pool: an interrupted statement or an
/// open transaction must not reach the next borrower.
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

    /// Returns the connection to its pool.
    pub(super) fn return_to_pool(mut self) {
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
        self.object.as_ref().expect("present until it is dropped")
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
    pub(super) schema: SchemaName,
    pub(super) connections: Arc<Connections>,
}

impl Database {
    /// Runs one statement in a transaction of its own and returns its rows.
    pub(super) async fn query(
        &self,
        sql: &str,
        values: &Values<'_>,
    ) -> Result<Vec<Row>, PostgresError> {
        within(self.connections.call_timeout, async {
            let connection = self.connections.for_call().await?;
            let result = connection.query(sql, values).await;
            match &result {
                Err(error) if !error.is_rejection() => {}
                _ => connection.return_to_pool(),
            }
            result
        })
        .await
    }

    /// Runs one statement in a transaction of its own and returns the number of rows that it has changed.
    pub(super) async fn execute(
        &self,
        sql: &str,
        values: &Values<'_>,
    ) -> Result<u64, PostgresError> {
        within(self.connections.call_timeout, async {
            let connection = self.connections.for_call().await?;
            let statement = connection.prepare_cached(sql).await?;
            let result = connection.execute(&statement, values).await;
            let result = result.map_err(PostgresError::from);
            match &result {
                Err(error) if !error.is_rejection() => {}
                _ => connection.return_to_pool(),
            }
            result
        })
        .await
    }

    /// Runs statements in one transaction with the limit of [`LONG_CALL_TIMEOUT`].
    pub(super) async fn long_transaction<T>(
        &self,
        work: impl AsyncFnOnce(&Connection) -> Result<T, PostgresError>,
    ) -> Result<T, PostgresError> {
        let connection = within(self.connections.call_timeout, self.connections.for_call()).await?;
        within(Some(LONG_CALL_TIMEOUT), async {
            let begin = format!(
                "BEGIN; SET LOCAL statement_timeout = {}",
                LONG_CALL_TIMEOUT.as_millis()
            );
            connection.batch_execute(&begin).await?;
            let result = work(&connection).await?;
            connection.batch_execute("COMMIT").await?;
            connection.return_to_pool();
            Ok(result)
        })
        .await
    }
}

/// Limits the time of `work`; `None` for no limit.
pub(super) async fn within<T>(
    timeout: Option<Duration>,
    work: impl Future<Output = Result<T, PostgresError>>,
) -> Result<T, PostgresError> {
    let Some(timeout) = timeout else {
        return work.await;
    };
    match tokio::time::timeout(timeout, work).await {
        Ok(result) => result,
        Err(_) => Err(PostgresError::Timeout(timeout)),
    }
}
