//! The processes that are killed.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::database::Database;

/// The first takes deliveries, and handles some, too.
pub(crate) struct Nodes {
    nodes: Vec<Node>,
    port: u16,
    /// Where they write their logs.
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
                    database.place(),
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
        // So that the figures are not those of a machine that has just begun.
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

    /// Kills one, and starts it again after a time.
    pub(crate) async fn kill(&mut self, number: usize, pause: Duration) {
        self.assert_alive();
        let node = &mut self.nodes[number];
        node.child.kill().await.unwrap();
        tokio::time::sleep(pause).await;
        node.starts += 1;
        node.child = spawn(&node.args, &node.log, node.seed + node.starts);
    }

    /// Has one stand still for a time.
    pub(crate) async fn freeze(&mut self, number: usize, pause: Duration) {
        self.assert_alive();
        // It was not waited for, so its number is still its own.
        let id = self.nodes[number].child.id().unwrap();
        let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
        kill_process(id, Signal::STOP).unwrap();
        tokio::time::sleep(pause).await;
        kill_process(id, Signal::CONT).unwrap();
    }

    /// None has ended by itself.
    pub(crate) fn assert_alive(&mut self) {
        for number in 0..self.nodes.len() {
            if let Some(status) = self.nodes[number].child.try_wait().unwrap() {
                panic!(
                    "process {number} has ended by itself, with {status}\n{}",
                    self.last_words()
                );
            }
        }
    }

    pub(crate) async fn end(&mut self) {
        for node in &mut self.nodes {
            node.child.kill().await.unwrap();
        }
    }

    /// How often this was said.
    pub(crate) fn said(&self, what: &str) -> usize {
        let logs = self.nodes.iter().map(|node| read(&node.log));
        logs.map(|log| log.matches(what).count()).sum()
    }

    /// What each has said last.
    pub(crate) fn last_words(&self) -> String {
        let mut words = String::new();
        for node in &self.nodes {
            let log = read(&node.log);
            let lines: Vec<_> = log.lines().collect();
            let last = lines.len().saturating_sub(15);
            words += &format!("{}:\n{}\n", node.log.display(), lines[last..].join("\n"));
        }
        words
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
        // Mishaps are not worth a page each.
        .env("RUST_BACKTRACE", "0")
        // It ends when this process does.
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Below those that the system takes for connections: while nobody listens, one of these could be given to a sender, and
/// the process could not have it back.
pub(crate) fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..30_000);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
