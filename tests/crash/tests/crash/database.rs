//! The databases of the two runs: the inbox, the effects, and their faults.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use webhook_crash::{EXTERNAL_EFFECTS, TABLES};
use webhook_runtime::inbox::{Filter, Inbox, Row, State};
use webhook_runtime::postgres::tokio_postgres::{self, Client, NoTls};
use webhook_runtime::sqlite::rusqlite::{self, Connection};
use webhook_runtime::{postgres::PostgresInbox, sqlite::SqliteInbox};

use crate::cluster::Cluster;
use crate::killer::FREEZE_DURATION;

pub(crate) enum Database {
    Postgres(Cluster),
    Sqlite(TempDir),
}

/// Contents of a database at the end.
pub(crate) struct Found {
    pub(crate) rows: Vec<Row>,
    /// Number of attempts that were recorded as failed.
    pub(crate) failures: i64,
    pub(crate) effects: Vec<Effect>,
    /// Effects outside of transactions: id and number of the delivery.
    pub(crate) external_effects: Vec<(String, i64)>,
    /// Version of the server or the library.
    pub(crate) version: String,
}

/// Effect in the transaction of a row.
pub(crate) struct Effect {
    pub(crate) delivery_id: String,
    pub(crate) number: i64,
    pub(crate) position: Option<i64>,
}

impl Database {
    /// Returns `None` if PostgreSQL is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        let cluster = Cluster::start().await?;
        // Creates the tables of effects before the first process starts.
        let client = connect(&cluster.url()).await;
        client.batch_execute(TABLES).await.unwrap();
        Some(Self::Postgres(cluster))
    }

    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().unwrap())
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "PostgreSQL",
            Self::Sqlite(_) => "SQLite",
        }
    }

    /// Name of the kind of database, as an argument of the processes.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Sqlite(_) => "sqlite",
        }
    }

    /// URL or path of the database.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Postgres(cluster) => cluster.url(),
            Self::Sqlite(_) => self.file("inbox.db").to_str().unwrap().to_owned(),
        }
    }

    /// Number of workers of each process. The first process receives deliveries.
    pub(crate) const fn workers(&self) -> &'static [usize] {
        match self {
            Self::Postgres(_) => &[2, 8, 8, 8, 8],
            // One process at a time uses a file.
            Self::Sqlite(_) => &[32],
        }
    }

    /// Number of faults of the database itself.
    pub(crate) const fn faults(&self) -> usize {
        match self {
            Self::Postgres(_) => 1,
            Self::Sqlite(_) => 3,
        }
    }

    /// Description of a fault.
    pub(crate) const fn fault_name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "database crashed and restarted",
            Self::Sqlite(_) => "file locked by another program for longer than a lease",
        }
    }

    /// Causes a fault. PostgreSQL crashes and restarts. A SQLite file is locked by another program for longer than a lease,
    /// and all writes wait meanwhile, those of leases too.
    pub(crate) async fn cause_fault(&self) {
        match self {
            Self::Postgres(cluster) => cluster.crash_and_restart().await,
            Self::Sqlite(_) => {
                let db = Connection::open(self.file("inbox.db")).unwrap();
                db.busy_timeout(Duration::from_secs(10)).unwrap();
                db.execute_batch("BEGIN IMMEDIATE").unwrap();
                tokio::time::sleep(FREEZE_DURATION).await;
                db.execute_batch("ROLLBACK").unwrap();
            }
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        match self {
            Self::Postgres(_) => unreachable!("PostgreSQL has no file"),
            Self::Sqlite(dir) => dir.path().join(name),
        }
    }

    /// Opens the database beside the processes.
    pub(crate) async fn inspector(&self) -> Inspector {
        match self {
            Self::Postgres(cluster) => {
                let inbox = PostgresInbox::connect(&cluster.url()).await.unwrap();
                Inspector {
                    inbox: Box::new(inbox),
                    tables: Tables::Postgres(connect(&cluster.url()).await),
                }
            }
            Self::Sqlite(_) => {
                let path = self.file("inbox.db");
                Inspector {
                    inbox: Box::new(SqliteInbox::open_existing(&path).unwrap()),
                    tables: Tables::Sqlite {
                        db: Connection::open(&path).unwrap(),
                        external_effects: self.file(EXTERNAL_EFFECTS),
                    },
                }
            }
        }
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) struct Inspector {
    inbox: Box<dyn Inbox>,
    tables: Tables,
}

enum Tables {
    Postgres(Client),
    Sqlite {
        db: Connection,
        external_effects: PathBuf,
    },
}

const EFFECTS: &str = "SELECT delivery_id, number, position FROM effects";

impl Inspector {
    /// Number of rows that are pending or running.
    pub(crate) async fn count_unfinished(&self) -> u64 {
        let summaries = self.inbox.summary().await.unwrap();
        summaries
            .iter()
            .filter(|summary| matches!(summary.state, State::Pending | State::Running))
            .map(|summary| summary.rows)
            .sum()
    }

    pub(crate) async fn collect(&self) -> Found {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map(|row| row.id);
            let page = self
                .inbox
                .list(&Filter::new(), after, 10_000)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        match &self.tables {
            Tables::Postgres(client) => collect_from_postgres(client, rows).await,
            Tables::Sqlite {
                db,
                external_effects,
            } => collect_from_sqlite(db, external_effects, rows),
        }
    }
}

async fn collect_from_postgres(client: &Client, rows: Vec<Row>) -> Found {
    let one = async |sql: &str| client.query_one(sql, &[]).await.unwrap();
    let effects = client.query(EFFECTS, &[]).await.unwrap();
    let effects = effects.iter().map(|row| Effect {
        delivery_id: row.get(0),
        number: row.get(1),
        position: row.get(2),
    });
    let external_effects = "SELECT delivery_id, number FROM external_effects";
    let external_effects = client.query(external_effects, &[]).await.unwrap();
    Found {
        rows,
        failures: one("SELECT count(*) FROM webhook.failures").await.get(0),
        effects: effects.collect(),
        external_effects: external_effects
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect(),
        version: one("SHOW server_version").await.get(0),
    }
}

fn collect_from_sqlite(db: &Connection, external_effects: &Path, rows: Vec<Row>) -> Found {
    let failures = "SELECT count(*) FROM webhook_inbox_failure";
    let mut effects = db.prepare(EFFECTS).unwrap();
    let effects = effects.query_map([], |row| {
        Ok(Effect {
            delivery_id: row.get(0)?,
            number: row.get(1)?,
            position: row.get(2)?,
        })
    });
    let external_effects = std::fs::read_to_string(external_effects).unwrap();
    // Ignores incomplete lines of killed processes.
    let external_effects = external_effects.lines().filter_map(|line| {
        let (id, number) = line.split_once(' ')?;
        Some((id.to_owned(), number.parse().ok()?))
    });
    Found {
        rows,
        failures: db.query_row(failures, [], |row| row.get(0)).unwrap(),
        effects: effects.unwrap().map(Result::unwrap).collect(),
        external_effects: external_effects.collect(),
        version: rusqlite::version().to_owned(),
    }
}
