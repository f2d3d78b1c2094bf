//! The idempotent mode's memory and the inbox in PostgreSQL: a store and an inbox, as those in memory are.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

mod connection;
mod error;
mod inbox;
mod listen;
mod lookup;
mod row;
mod schema;
mod store;
mod transaction;

use self::connection::{Connections, Database, Dial, Dialer, Settings};
pub use self::error::PostgresError;
pub use self::inbox::PostgresInbox;
use self::schema::Schema;
pub use self::store::PostgresStore;
pub use self::transaction::{PostgresEffects, PostgresTransaction};
/// The driver, for handlers that take a [`PostgresTransaction`], and for TLS.
pub use tokio_postgres;

/// The name of the schema unless said otherwise.
const SCHEMA: &str = "webhook";
/// How many connections there are for calls, and how many more for handlers.
const CONNECTIONS: usize = 10;
const TRANSACTIONS: usize = 16;
/// How long a call may take: less than an endpoint waits.
const DEADLINE: Duration = Duration::from_secs(4);

/// With the feature `postgres`: a PostgreSQL database (12 or later; tested with 15), in which a [`PostgresStore`] and a
/// [`PostgresInbox`] keep what they know, in a schema of their own. Clones share their connections.
///
/// Connections are made when they are needed, and replaced when they break. A call that gets none, or no answer, within
/// its [deadline](Self::deadline) fails. To be used within a tokio runtime.
///
/// ```no_run
/// use webhook_runtime::postgres::{Postgres, PostgresInbox, PostgresStore};
///
/// # async fn program() -> Result<(), webhook_runtime::postgres::PostgresError> {
/// let database = Postgres::new("postgres://app@db.example.com/app")?.schema("app_webhooks");
/// let inbox = PostgresInbox::open(&database).await?; // makes the schema, if it is not there
/// let store = PostgresStore::open(&database).await?;
/// # let _ = (inbox, store);
/// # Ok(())
/// # }
/// ```
///
/// # What it needs
/// - A role that may create the schema, or that may use one that is there: read and change its tables, use its sequences
///   and functions.
/// - UTF-8 as the encoding of the database.
/// - Connections to the server itself, or through a pool by sessions: one that hands them out by transactions knows
///   neither `LISTEN` nor what is set for a session.
/// - `fsync`, which is on unless somebody has switched it off. `synchronous_commit` is switched on for what must be
///   durable, whatever its default is.
///
/// # Time
/// All times are those of the server's clock. If it is set forward, leases end early: another worker takes what is
/// still being handled, and the first one can neither finish it nor commit what it wrote. If it is set back, leases,
/// pauses and lifetimes last that much longer.
#[derive(Clone)]
pub struct Postgres {
    config: Config,
    dial: Arc<dyn Dial>,
    settings: Settings,
    schema: String,
    /// Made when they are first needed: they belong to a runtime.
    connections: Arc<OnceLock<Arc<Connections>>>,
}

impl Postgres {
    /// A database by its URL, `postgres://user:password@host:5432/database`, or by `host=… user=… dbname=…`; without
    /// TLS.
    ///
    /// # Errors
    /// If that is neither. Whether the server is there, the first call tells.
    pub fn new(url: &str) -> Result<Self, PostgresError> {
        let config = url.parse::<Config>().map_err(PostgresError::Url)?;
        Ok(Self::with_tls(config, NoTls))
    }

    /// A database by its configuration, with a TLS connector such as those of `tokio-postgres-rustls`.
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
            dial: Arc::new(Dialer(tls)),
            settings: Settings {
                connections: CONNECTIONS,
                transactions: TRANSACTIONS,
                deadline: DEADLINE,
            },
            schema: SCHEMA.to_owned(),
            connections: Arc::default(),
        }
    }

    /// The name of the schema; otherwise `webhook`. At most 50 bytes.
    #[must_use]
    pub fn schema(mut self, name: &str) -> Self {
        name.clone_into(&mut self.schema);
        self
    }

    /// How many connections may be open for calls; otherwise 10. One more listens for news.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.settings.connections = connections;
        self.connections = Arc::default();
        self
    }

    /// How many more may be open for handlers that take a [`PostgresTransaction`]; otherwise 16. As many as there are
    /// [workers](crate::EndpointBuilder::workers).
    #[must_use]
    pub fn transactions(mut self, transactions: usize) -> Self {
        self.settings.transactions = transactions;
        self.connections = Arc::default();
        self
    }

    /// How long a call may take, with the wait for a connection; otherwise 4 seconds. Less than
    /// [what an endpoint waits](crate::EndpointBuilder::store_timeout), so that the log says what it was.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self.connections = Arc::default();
        self
    }

    /// Makes the schema, or brings it to the version of this program. Also done by whatever is opened in the database;
    /// any number of processes may do it at a time.
    ///
    /// # Errors
    /// If the database is away, or refuses; if a newer version of this crate has made the schema.
    pub async fn migrate(&self) -> Result<(), PostgresError> {
        self.database().await.map(drop)
    }

    /// The database, with its schema.
    async fn database(&self) -> Result<Arc<Database>, PostgresError> {
        let database = self.database_as_it_is()?;
        schema::migrate(&database).await?;
        Ok(Arc::new(database))
    }

    /// The database, if it has its schema.
    async fn database_to_look(&self) -> Result<Arc<Database>, PostgresError> {
        let database = self.database_as_it_is()?;
        schema::check(&database).await?;
        Ok(Arc::new(database))
    }

    fn database_as_it_is(&self) -> Result<Database, PostgresError> {
        Ok(Database {
            schema: Schema::new(&self.schema)?,
            connections: self.connections_now()?,
        })
    }

    fn connections_now(&self) -> Result<Arc<Connections>, PostgresError> {
        if let Some(connections) = self.connections.get() {
            return Ok(Arc::clone(connections));
        }
        let made = Connections::new(&self.config, &self.dial, self.settings)?;
        let connections = self.connections.get_or_init(|| Arc::new(made));
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
