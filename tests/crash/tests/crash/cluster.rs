//! A PostgreSQL server that the test starts and crashes.

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;

use crate::nodes::free_port;

/// A PostgreSQL server with its default durability settings. Stopped and deleted when it is dropped.
pub(crate) struct Cluster {
    binaries: PathBuf,
    directory: TempDir,
    port: u16,
}

impl Cluster {
    /// Returns `None`, and reports it, if PostgreSQL is not installed. Fails in CI.
    pub(crate) async fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            let message = "SKIPPED the crash test with PostgreSQL: no initdb and pg_ctl";
            assert!(std::env::var_os("CI").is_none(), "{message}");
            let _ = std::io::stderr().write_all(format!("{message}\n").as_bytes());
            return None;
        };
        let cluster = Self {
            binaries,
            directory: TempDir::new().unwrap(),
            port: free_port(),
        };
        if is_root() {
            run(Command::new("chown")
                .arg("postgres")
                .arg(cluster.directory.path()))
            .await;
        }
        let mut init = cluster.command("initdb");
        init.args(["--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        init.args(["--no-sync", "--locale=C", "--pgdata"]);
        run(init.arg(cluster.data())).await;
        cluster.control("start").await;
        Some(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Crashes and restarts the server: its memory is lost, connections break.
    pub(crate) async fn crash_and_restart(&self) {
        self.control("restart").await;
        let log = std::fs::read_to_string(self.log()).unwrap();
        assert!(log.contains("not properly shut down"), "{log}");
    }

    async fn control(&self, action: &str) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200",
            self.port
        );
        let mut control = self.command("pg_ctl");
        control.args([action, "--wait", "--silent", "--options", &options]);
        if action == "restart" {
            control.args(["--mode", "immediate"]);
        }
        control.arg("--log").arg(self.log());
        run(control.arg("--pgdata").arg(self.data())).await;
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
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
        command.current_dir("/").stdout(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", "immediate"]);
        stop.arg("--pgdata").arg(self.data());
        let _ = stop.as_std_mut().status();
    }
}

async fn run(command: &mut Command) {
    let status = command.status().await.unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Returns the directory of `initdb` and `pg_ctl`: the newest of Debian's packages, or one in `PATH`.
fn binaries() -> Option<PathBuf> {
    let has_all = |path: &Path| path.join("initdb").exists() && path.join("pg_ctl").exists();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let mut debian: Vec<_> = debian
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
