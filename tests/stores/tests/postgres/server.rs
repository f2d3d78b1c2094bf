//! Servers: the shared one, and servers of single tests.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use webhook_runtime::inbox::{Completion, Disposition, Inbox, LeaseToken, Leased};
use webhook_runtime::postgres::tokio_postgres::{self, Client, NoTls};
use webhook_runtime::postgres::{Postgres, PostgresInbox, PostgresStore};
use webhook_stores::{LONG, skip};

pub(crate) async fn lease(inbox: &PostgresInbox, limit: usize) -> Vec<Leased> {
    inbox.lease("app", limit, LONG).await.unwrap()
}

/// Leases the only row that is due.
pub(crate) async fn lease_one(inbox: &PostgresInbox) -> Leased {
    let mut leased = lease(inbox, 2).await;
    assert_eq!(leased.len(), 1);
    leased.remove(0)
}

/// Completes a row as done.
pub(crate) async fn complete_done(inbox: &PostgresInbox, token: LeaseToken) -> Completion {
    let done = Disposition::Done { keep: LONG };
    inbox.complete(token, &done, None).await.unwrap()
}

pub(crate) fn retry(after: Duration) -> Disposition {
    Disposition::Retry {
        after,
        error: "failed by the test".to_owned(),
    }
}

pub(crate) fn dead() -> Disposition {
    Disposition::Dead {
        error: "failed by the test".to_owned(),
    }
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The server at `POSTGRES_URL`, with a schema of one test.
pub(crate) struct SharedServer {
    url: String,
    pub(crate) schema: String,
}

impl SharedServer {
    /// Returns `None`, and reports it, if the server is unreachable. Fails in CI.
    pub(crate) async fn new(test: &str) -> Option<Self> {
        let url = std::env::var("POSTGRES_URL")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into());
        let schema = format!("webhook-test {test} {}", std::process::id());
        let shared = Self { url, schema };
        match connect(&shared.url).await {
            Ok(_) => Some(shared),
            Err(error) => {
                skip(test, &format!("no PostgreSQL at {}: {error}", shared.url));
                None
            }
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn database(&self) -> Postgres {
        Postgres::new(&self.url).unwrap().schema(&self.schema)
    }

    pub(crate) async fn inbox(&self) -> PostgresInbox {
        PostgresInbox::open(&self.database()).await.unwrap()
    }

    pub(crate) async fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.database()).await.unwrap()
    }

    /// Returns a connection whose `search_path` is the schema of the test.
    pub(crate) async fn client(&self) -> Client {
        let client = connect(&self.url).await.unwrap();
        let path = format!("SET search_path TO \"{}\"", self.schema);
        client.batch_execute(&path).await.unwrap();
        client
    }

    /// Returns the number that a query selects.
    pub(crate) async fn query_number(&self, sql: &str) -> i64 {
        let row = self.client().await.query_one(sql, &[]).await.unwrap();
        row.get(0)
    }

    /// Drops the schema of the test.
    pub(crate) async fn clean_up(self) {
        let client = self.client().await;
        let drop = format!("DROP SCHEMA \"{}\" CASCADE", self.schema);
        client.batch_execute(&drop).await.unwrap();
    }
}

/// A server of one test; stopped and deleted when it is dropped.
pub(crate) struct OwnServer {
    binaries: PathBuf,
    data: PathBuf,
    port: u16,
    settings: String,
}

impl OwnServer {
    /// Creates and starts a server. Returns `None`, and reports it, if PostgreSQL is not installed. Fails in CI.
    pub(crate) async fn start(test: &str, settings: &str) -> Option<Self> {
        let Some(binaries) = binaries() else {
            skip(test, &"no initdb and pg_ctl");
            return None;
        };
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let data = std::env::temp_dir().join(format!("webhook-{test}-{}", std::process::id()));
        let server = Self {
            binaries,
            data,
            port,
            settings: settings.to_owned(),
        };
        std::fs::create_dir(&server.data).unwrap();
        if is_root() {
            let path = server.data.to_str().unwrap();
            run(Command::new("chown").args(["postgres", path])).await;
        }
        let data = server.data.clone();
        let mut init = server.command("initdb");
        init.args(["--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        init.args(["--no-sync", "--locale=C", "--pgdata"]).arg(data);
        run(&mut init).await;
        server.restart().await;
        Some(server)
    }

    /// Returns a command for a program of the server, as a user other than root, which the server does not accept.
    fn command(&self, program: &str) -> Command {
        let program = self.binaries.join(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
                command.arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir("/").stdout(std::process::Stdio::null());
        command
    }

    /// Starts the server, after it was stopped.
    pub(crate) async fn restart(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {}",
            self.port, self.settings
        );
        let mut start = self.command("pg_ctl");
        start.args(["start", "--wait", "--silent", "--options", &options]);
        start.arg("--log").arg(self.data.join("log"));
        run(start.arg("--pgdata").arg(&self.data)).await;
    }

    /// Stops the server with the mode `fast` or `immediate`. The latter is a crash: all memory is lost.
    pub(crate) async fn stop(&self, mode: &str) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", mode]);
        run(stop.arg("--pgdata").arg(&self.data)).await;
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn database(&self) -> Postgres {
        Postgres::new(&self.url()).unwrap()
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.url()).await.unwrap()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", "immediate"]);
        stop.arg("--pgdata").arg(&self.data);
        let _ = stop.as_std_mut().status();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

async fn run(command: &mut Command) {
    let status = command.status().await.unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self")
        .is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

/// Returns the directory of `initdb` and `pg_ctl`: the newest of Debian's packages, or one in `PATH`.
fn binaries() -> Option<PathBuf> {
    let has_all = |path: &Path| path.join("initdb").exists() && path.join("pg_ctl").exists();
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok();
    let mut debian: Vec<_> = debian
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|path| has_all(path))
}
