//! What the two runs differ in: where the inbox and the effects are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use webhook_crash::{LOOSE, TABLES};
use webhook_runtime::inbox::{Filter, Inbox, Row, State};
use webhook_runtime::postgres::tokio_postgres::{self, Client, NoTls};
use webhook_runtime::sqlite::rusqlite::{self, Connection};
use webhook_runtime::{postgres::PostgresInbox, sqlite::SqliteInbox};

use crate::cluster::Cluster;
use crate::killer::FROZEN;

pub(crate) enum Database {
    Postgres(Cluster),
    Sqlite(TempDir),
}

/// What stands in a database when all is over.
pub(crate) struct Found {
    pub(crate) rows: Vec<Row>,
    /// How many attempts were written down as failed.
    pub(crate) failures: i64,
    pub(crate) effects: Vec<Effect>,
    /// Which deliveries had an effect outside of their transaction, as often as they had it.
    pub(crate) loose: Vec<(String, i64)>,
    /// The version of the server or library.
    pub(crate) version: String,
}

/// What was written in the transaction of a row.
pub(crate) struct Effect {
    pub(crate) delivery_id: String,
    pub(crate) number: i64,
    pub(crate) place: Option<i64>,
}

impl Database {
    /// None where there is no server.
    pub(crate) async fn postgres() -> Option<Self> {
        let cluster = Cluster::start().await?;
        // The tables of effects are there before anybody comes.
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

    /// As the processes call it.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Sqlite(_) => "sqlite",
        }
    }

    /// Where the processes find it.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Postgres(cluster) => cluster.url(),
            Self::Sqlite(_) => self.file("inbox.db").to_str().unwrap().to_owned(),
        }
    }

    /// How many handlers each of the processes runs at a time. The first one takes deliveries.
    pub(crate) const fn workers(&self) -> &'static [usize] {
        match self {
            Self::Postgres(_) => &[2, 8, 8, 8, 8],
            // One process works a file.
            Self::Sqlite(_) => &[32],
        }
    }

    /// How often it is struck itself.
    pub(crate) const fn strikes(&self) -> usize {
        match self {
            Self::Postgres(_) => 1,
            Self::Sqlite(_) => 3,
        }
    }

    /// What a strike is.
    pub(crate) const fn strike_name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "database crashed and restarted",
            Self::Sqlite(_) => "file held by another program for longer than a lease",
        }
    }

    /// The server crashes and comes back. A file has no server: another program has it for writing, for longer than a
    /// lease lasts, and whatever is to be written meanwhile, leases too, waits.
    pub(crate) async fn strike(&self) {
        match self {
            Self::Postgres(cluster) => cluster.crash_and_restart().await,
            Self::Sqlite(_) => {
                let db = Connection::open(self.file("inbox.db")).unwrap();
                db.busy_timeout(Duration::from_secs(10)).unwrap();
                db.execute_batch("BEGIN IMMEDIATE").unwrap();
                tokio::time::sleep(FROZEN).await;
                db.execute_batch("ROLLBACK").unwrap();
            }
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        match self {
            Self::Postgres(_) => unreachable!("it has no files of ours"),
            Self::Sqlite(dir) => dir.path().join(name),
        }
    }

    /// Looks in beside the processes.
    pub(crate) async fn look(&self) -> Look {
        match self {
            Self::Postgres(cluster) => {
                let inbox = PostgresInbox::connect(&cluster.url()).await.unwrap();
                Look {
                    inbox: Box::new(inbox),
                    tables: Tables::Postgres(connect(&cluster.url()).await),
                }
            }
            Self::Sqlite(_) => {
                let path = self.file("inbox.db");
                Look {
                    inbox: Box::new(SqliteInbox::open_existing(&path).unwrap()),
                    tables: Tables::Sqlite {
                        db: Connection::open(&path).unwrap(),
                        loose: self.file(LOOSE),
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

pub(crate) struct Look {
    inbox: Box<dyn Inbox>,
    tables: Tables,
}

enum Tables {
    Postgres(Client),
    Sqlite { db: Connection, loose: PathBuf },
}

const EFFECTS: &str = "SELECT delivery_id, number, place FROM effects";

impl Look {
    /// How many rows wait or run.
    pub(crate) async fn open(&self) -> u64 {
        let summaries = self.inbox.summary().await.unwrap();
        summaries
            .iter()
            .filter(|summary| matches!(summary.state, State::Pending | State::Running))
            .map(|summary| summary.rows)
            .sum()
    }

    pub(crate) async fn find(&self) -> Found {
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
            Tables::Postgres(client) => find_in_postgres(client, rows).await,
            Tables::Sqlite { db, loose } => find_in_sqlite(db, loose, rows),
        }
    }
}

async fn find_in_postgres(client: &Client, rows: Vec<Row>) -> Found {
    let one = async |sql: &str| client.query_one(sql, &[]).await.unwrap();
    let effects = client.query(EFFECTS, &[]).await.unwrap();
    let effects = effects.iter().map(|row| Effect {
        delivery_id: row.get(0),
        number: row.get(1),
        place: row.get(2),
    });
    let loose = "SELECT delivery_id, number FROM loose";
    let loose = client.query(loose, &[]).await.unwrap();
    Found {
        rows,
        failures: one("SELECT count(*) FROM webhook.failures").await.get(0),
        effects: effects.collect(),
        loose: loose.iter().map(|row| (row.get(0), row.get(1))).collect(),
        version: one("SHOW server_version").await.get(0),
    }
}

fn find_in_sqlite(db: &Connection, loose: &Path, rows: Vec<Row>) -> Found {
    let failures = "SELECT count(*) FROM webhook_inbox_failure";
    let mut effects = db.prepare(EFFECTS).unwrap();
    let effects = effects.query_map([], |row| {
        Ok(Effect {
            delivery_id: row.get(0)?,
            number: row.get(1)?,
            place: row.get(2)?,
        })
    });
    let loose = std::fs::read_to_string(loose).unwrap();
    // A line that broke off has no end that is a number, or no number at all; it does not count.
    let loose = loose.lines().filter_map(|line| {
        let (id, number) = line.split_once(' ')?;
        Some((id.to_owned(), number.parse().ok()?))
    });
    Found {
        rows,
        failures: db.query_row(failures, [], |row| row.get(0)).unwrap(),
        effects: effects.unwrap().map(Result::unwrap).collect(),
        loose: loose.collect(),
        version: rusqlite::version().to_owned(),
    }
}
