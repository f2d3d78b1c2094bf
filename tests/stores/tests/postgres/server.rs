//! Servers: the one that all tests share, and those that one can stop.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tokio::process::Command;
use webhook_runtime::inbox::{Completion, Disposition, Inbox, LeaseToken, Leased};
use webhook_runtime::postgres::tokio_postgres::{Client, NoTls};
use webhook_runtime::{
    inbox::StoredDelivery,
    postgres::{Postgres, PostgresInbox, PostgresStore},
};

pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A delivery of the endpoint `app`.
pub(crate) fn delivery(id: &str) -> StoredDelivery {
    let text = json!({
        "version": 1, "key": format!("app/openai//{id}"), "endpoint": "app", "provider": "openai", "tenant": "",
        "delivery_id": id, "event_type": "batch.failed", "timestamp": 1_750_287_018, "is_timestamp_signed": true,
        "headers": [["webhook-id", "bXNnXzE="]], "body": "e30=", "serial": null,
    });
    StoredDelivery::from_bytes(text.to_string().as_bytes()).unwrap()
}

pub(crate) fn in_order(id: &str, serial: &str) -> StoredDelivery {
    let mut delivery = delivery(id);
    delivery.ordering_key = Some(serial.to_owned());
    delivery
}

pub(crate) async fn lease(inbox: &PostgresInbox, limit: usize) -> Vec<Leased> {
    inbox.lease("app", limit, LONG).await.unwrap()
}

pub(crate) async fn take_one(inbox: &PostgresInbox) -> Leased {
    let mut taken = lease(inbox, 2).await;
    assert_eq!(taken.len(), 1);
    taken.remove(0)
}

pub(crate) async fn done(inbox: &PostgresInbox, token: LeaseToken) -> Completion {
    let end = Disposition::Done { keep: LONG };
    inbox.complete(token, &end, None).await.unwrap()
}

/// Gives up on what hangs.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(120), future).await {
        Ok(output) => output,
        Err(_) => panic!("this hangs"),
    }
}

fn skip(test: &str, why: &dyn std::fmt::Display) {
    assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
    // Past the capture of the test harness.
    let told = format!("SKIPPED {test}: {why}\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}

async fn connect(url: &str) -> Result<Client, webhook_runtime::postgres::tokio_postgres::Error> {
    let (client, connection) =
        webhook_runtime::postgres::tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The shared server, with a schema of one test. None if it is away, which is said, and a failure in CI.
pub(crate) struct Shared {
    url: String,
    pub(crate) schema: String,
}

impl Shared {
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

    /// A connection whose `search_path` is the schema of the test.
    pub(crate) async fn client(&self) -> Client {
        let client = connect(&self.url).await.unwrap();
        let path = format!("SET search_path TO \"{}\"", self.schema);
        client.batch_execute(&path).await.unwrap();
        client
    }

    /// A number that is asked for.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let row = self.client().await.query_one(sql, &[]).await.unwrap();
        row.get(0)
    }

    /// Removes what the test has made.
    pub(crate) async fn clear(self) {
        let client = self.client().await;
        let drop = format!("DROP SCHEMA \"{}\" CASCADE", self.schema);
        client.batch_execute(&drop).await.unwrap();
    }
}

/// A server of a test's own, gone when it is dropped.
pub(crate) struct Own {
    binaries: PathBuf,
    data: PathBuf,
    port: u16,
    settings: String,
}

impl Own {
    /// None where no server is installed, which is said, and a failure in CI.
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
        let own = Self {
            binaries,
            data,
            port,
            settings: settings.to_owned(),
        };
        std::fs::create_dir(&own.data).unwrap();
        if is_root() {
            let path = own.data.to_str().unwrap();
            run(Command::new("chown").args(["postgres", path])).await;
        }
        let data = own.data.clone();
        let mut init = own.command("initdb");
        init.args(["--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        init.args(["--no-sync", "--locale=C", "--pgdata"]).arg(data);
        run(&mut init).await;
        own.start_again().await;
        Some(own)
    }

    /// A program of the server, by a user that it accepts.
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

    pub(crate) async fn start_again(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {}",
            self.port, self.settings
        );
        let mut start = self.command("pg_ctl");
        start.args(["start", "--wait", "--silent", "--options", &options]);
        start.arg("--log").arg(self.data.join("log"));
        run(start.arg("--pgdata").arg(&self.data)).await;
    }

    /// As `fast` or `immediate`: the latter is a crash, with what stands in its memory gone.
    pub(crate) async fn stop(&self, how: &str) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", how]);
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

impl Drop for Own {
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

/// Where `initdb` and `pg_ctl` are: the newest that Debian has installed, or in the path.
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
