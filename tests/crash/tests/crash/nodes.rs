//! The processes that are killed and frozen.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::database::Database;

/// The processes of a run. All handle deliveries; the first one also receives them.
pub(crate) struct Nodes {
    nodes: Vec<Node>,
    port: u16,
    /// Directory of the logs.
    _logs: TempDir,
}

struct Node {
    args: [String; 4],
    log: PathBuf,
    seed: u64,
    starts: u64,
    child: Child,
}

impl Nodes {
    pub(crate) async fn start(database: &Database, seed: u64) -> Self {
        let port = free_port();
        let logs = TempDir::new().unwrap();
        let nodes = database
            .workers()
            .iter()
            .enumerate()
            .map(|(number, workers)| {
                let port = match number {
                    0 => port.to_string(),
                    _ => "-".to_owned(),
                };
                let args = [
                    database.kind().to_owned(),
                    database.address(),
                    port,
                    workers.to_string(),
                ];
                let log = logs.path().join(format!("node{number}.log"));
                let seed = seed.wrapping_add(1_000_000 * number as u64);
                Node {
                    child: spawn(&args, &log, seed),
                    args,
                    log,
                    seed,
                    starts: 1,
                }
            })
            .collect();
        let mut nodes = Self {
            nodes,
            port,
            _logs: logs,
        };
        // Waits until the first process listens, so that its startup does not count.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            nodes.assert_alive();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        nodes
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Kills a process and restarts it after its downtime.
    pub(crate) async fn kill(&mut self, number: usize, downtime: Duration) {
        self.assert_alive();
        let node = &mut self.nodes[number];
        node.child.kill().await.unwrap();
        tokio::time::sleep(downtime).await;
        node.starts += 1;
        node.child = spawn(&node.args, &node.log, node.seed + node.starts);
    }

    /// Suspends a process and resumes it.
    pub(crate) async fn freeze(&mut self, number: usize, duration: Duration) {
        self.assert_alive();
        // The process was not waited for, so its id is still valid.
        let id = self.nodes[number].child.id().unwrap();
        let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
        kill_process(id, Signal::STOP).unwrap();
        tokio::time::sleep(duration).await;
        kill_process(id, Signal::CONT).unwrap();
    }

    /// Fails if a process has exited by itself.
    pub(crate) fn assert_alive(&mut self) {
        for number in 0..self.nodes.len() {
            if let Some(status) = self.nodes[number].child.try_wait().unwrap() {
                panic!(
                    "process {number} has exited by itself: {status}\n{}",
                    self.log_tails()
                );
            }
        }
    }

    pub(crate) async fn end(&mut self) {
        for node in &mut self.nodes {
            node.child.kill().await.unwrap();
        }
    }

    /// Number of occurrences of a text in the logs.
    pub(crate) fn count_in_logs(&self, text: &str) -> usize {
        let logs = self.nodes.iter().map(|node| read(&node.log));
        logs.map(|log| log.matches(text).count()).sum()
    }

    /// Last lines of each log.
    pub(crate) fn log_tails(&self) -> String {
        let mut tails = String::new();
        for node in &self.nodes {
            let log = read(&node.log);
            let lines: Vec<_> = log.lines().collect();
            let last = lines.len().saturating_sub(15);
            tails += &format!("{}:\n{}\n", node.log.display(), lines[last..].join("\n"));
        }
        tails
    }
}

fn read(log: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned()
}

fn spawn(args: &[String], log: &Path, seed: u64) -> Child {
    let log = File::options().create(true).append(true).open(log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_crash-node"))
        .args(args)
        .env("CRASH_SEED", seed.to_string())
        // Injected panics need no backtrace.
        .env("RUST_BACKTRACE", "0")
        // The process exits when this pipe is closed.
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Returns a port below the range of ephemeral ports: during a downtime, the system could give an ephemeral port to a
/// connection of the sender.
pub(crate) fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..30_000);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
