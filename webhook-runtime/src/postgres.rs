//! Inbox and idempotency store in a PostgreSQL database.
//!
//! - [`Postgres`] is a database: its connections, the name of its schema, timeouts.
//! - [`PostgresInbox`] stores deliveries, for [`EndpointBuilder::inbox`](crate::EndpointBuilder::inbox).
//! - [`PostgresTransaction`] is the argument of handlers that write in the transaction that completes their delivery.
//! - [`PostgresStore`] remembers claims, for [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
//!
//! [`tokio_postgres`] is the driver, re-exported in the version that this crate uses.
//!
//! # When to use it
//! For a service of any number of processes, on one machine or several, that has a PostgreSQL server. Handlers can write
//! their results in the transaction that completes the delivery.
//!
//! # Requirements
//! - The feature `postgres`, and a tokio runtime.
//! - PostgreSQL 12 or later (tested with 15), with the encoding UTF-8.
//! - A role that may create the schema; or an existing schema, and a role that may read and change its tables and use its
//!   sequences and functions.
//! - Connections to the server itself, or through a pooler in session mode. A pooler in transaction mode supports neither
//!   `LISTEN` nor session settings.
//! - `fsync = on`, the server's default. `synchronous_commit` is switched on for every transaction that must be durable,
//!   whatever the server's default is.
//!
//! # Guarantees
//! - **Durability**: a delivery that was answered with 200 is on the server's disk. So is a completed claim of the store.
//! - **Exactly once** for what handlers write with [`PostgresTransaction`], because it is committed together with the mark
//!   that the delivery is done; at least once for every other side effect.
//! - **Lost answers**: a commit whose answer is lost is reported as an error. The row's fencing token resolves it: if the
//!   commit took place, the row is done, and every later attempt to record another outcome is rejected.
//! - **Time** is that of the server's clock. If the clock is set forward, leases end early: another worker takes the
//!   row over, and the first worker can neither complete it nor commit its transaction. If the clock is set back, leases,
//!   backoffs and retention last that much longer.
//!
//! # Storage
//! All tables are in one schema, `webhook` by default. [`Postgres::migrate`] and every `open` create it or bring it up to
//! date; any number of processes may do so at the same time. Rows of `webhook.inbox` may be deleted or changed by hand; a
//! lane whose first row was deleted continues within a minute.
//!
//! # Example
//! ```no_run
//! use webhook_runtime::postgres::{Postgres, PostgresInbox, PostgresStore};
//!
//! # async fn program() -> Result<(), webhook_runtime::postgres::PostgresError> {
//! let database = Postgres::new("postgres://app@db.example.com/app")?.schema("app_webhooks");
//! let inbox = PostgresInbox::open(&database).await?; // creates the schema if it does not exist
//! let store = PostgresStore::open(&database).await?;
//! # let _ = (inbox, store);
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

mod connection;
mod error;
mod inbox;
mod notifier;
mod queries;
mod row;
mod schema;
mod schema_name;
mod store;
mod transaction;

use self::connection::{Connections, Connector, Database, Settings, TlsConnector};
pub use self::error::PostgresError;
pub use self::inbox::PostgresInbox;
use self::schema_name::SchemaName;
pub use self::store::PostgresStore;
pub use self::transaction::{PostgresEffects, PostgresTransaction};
pub use tokio_postgres;

const DEFAULT_SCHEMA: &str = "webhook";
const DEFAULT_MAX_CONNECTIONS: usize = 10;
const DEFAULT_MAX_TRANSACTIONS: usize = 16;
/// Shorter than an endpoint's default `store_timeout`, so that the log reports this more specific error.
const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(4);

/// A PostgreSQL database with the schema of a [`PostgresStore`] and a [`PostgresInbox`].
///
/// Connections are opened on demand and replaced when they break. Clones share them. A call that gets no connection or
/// no answer within the [call timeout](Self::call_timeout) fails.
///
/// See the [module](self) for what a database needs and for an example.
#[derive(Clone)]
pub struct Postgres {
    config: Config,
    connector: Arc<dyn Connector>,
    settings: Settings,
    schema: String,
    /// Created on first use, because they belong to the tokio runtime that is current then.
    connections: Arc<OnceLock<Arc<Connections>>>,
}

impl Postgres {
    /// Returns a database by its URL (`postgres://user:password@host:5432/database`) or by key-value pairs
    /// (`host=… user=… dbname=…`), without TLS. Connects on first use.
    ///
    /// # Errors
    /// [`PostgresError::Url`] if the text is neither.
    pub fn new(url: &str) -> Result<Self, PostgresError> {
        let config = url.parse::<Config>().map_err(PostgresError::Url)?;
        Ok(Self::with_tls(config, NoTls))
    }

    /// Returns a database by its configuration, with a TLS connector such as those of `tokio-postgres-rustls`.
    #[must_use]
    pub fn with_tls<T>(config: Config, tls: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Self {
            config,
            connector: Arc::new(TlsConnector(tls)),
            settings: Settings {
                max_connections: DEFAULT_MAX_CONNECTIONS,
                max_transactions: DEFAULT_MAX_TRANSACTIONS,
                call_timeout: Some(DEFAULT_CALL_TIMEOUT),
            },
            schema: DEFAULT_SCHEMA.to_owned(),
            connections: Arc::default(),
        }
    }

    /// Name of the schema, at most 50 bytes. Default: `webhook`.
    #[must_use]
    pub fn schema(mut self, name: &str) -> Self {
        name.clone_into(&mut self.schema);
        self
    }

    /// Maximum number of connections for calls. Default: 10.
    ///
    /// An inbox that waits for deliveries uses one more connection, to listen for notifications.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.settings.max_connections = connections;
        self.connections = Arc::default();
        self
    }

    /// Maximum number of additional connections for handlers that take a [`PostgresTransaction`]. Default: 16.
    ///
    /// Set it to the number of [workers](crate::EndpointBuilder::workers).
    #[must_use]
    pub fn max_transactions(mut self, transactions: usize) -> Self {
        self.settings.max_transactions = transactions;
        self.connections = Arc::default();
        self
    }

    /// Time limit of a call, including the wait for a connection; `None` for no limit. Default: 4 seconds.
    ///
    /// Keep it below [`EndpointBuilder::store_timeout`](crate::EndpointBuilder::store_timeout), so that the log names the
    /// cause.
    #[must_use]
    pub fn call_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.call_timeout = timeout.into();
        self.connections = Arc::default();
        self
    }

    /// Creates the schema, or brings it to the version of this program.
    ///
    /// [`PostgresInbox::open`] and [`PostgresStore::open`] do the same. Any number of processes may do it at the same
    /// time.
    ///
    /// # Errors
    /// If the database is unreachable or rejects a statement, or if a newer version of this crate has created the schema.
    pub async fn migrate(&self) -> Result<(), PostgresError> {
        self.open_migrated().await.map(drop)
    }

    /// Opens the database and brings its schema up to date.
    async fn open_migrated(&self) -> Result<Arc<Database>, PostgresError> {
        let database = self.open_unchecked()?;
        schema::migrate(&database).await?;
        Ok(Arc::new(database))
    }

    /// Opens the database if its schema is up to date; changes nothing.
    async fn open_existing(&self) -> Result<Arc<Database>, PostgresError> {
        let database = self.open_unchecked()?;
        schema::check(&database).await?;
        Ok(Arc::new(database))
    }

    fn open_unchecked(&self) -> Result<Database, PostgresError> {
        Ok(Database {
            schema: SchemaName::new(&self.schema)?,
            connections: self.connections()?,
        })
    }

    fn connections(&self) -> Result<Arc<Connections>, PostgresError> {
        if let Some(connections) = self.connections.get() {
            return Ok(Arc::clone(connections));
        }
        let new = Connections::new(&self.config, &self.connector, self.settings)?;
        let connections = self.connections.get_or_init(|| Arc::new(new));
        Ok(Arc::clone(connections))
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
