//! An example of this workspace as a running program, and a client to talk to it over a real socket.

#![allow(
    dead_code,
    reason = "each of the test programs that include this uses a part of it"
)]

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use webhook_runtime::testing::SignedDelivery;

/// How long anything may take before the test gives up on it. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program that cargo has built of an example.
pub fn example(name: &str) -> Command {
    let mut path = std::env::current_exe().expect("the test knows its own path");
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    let path: PathBuf = path
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built; `cargo test` does it, `cargo test --test …` alone does not",
        path.display()
    );
    let mut command = Command::new(path);
    for variable in [
        "ANTHROPIC_WEBHOOK_SIGNING_KEY",
        "OPENAI_WEBHOOK_SECRET",
        "CADENYA_WEBHOOK_SECRET",
        "CADENYA_WEBHOOK_KEY",
        "WACHT_WEBHOOK_SECRET",
        "PORT",
        "RUST_LOG",
        "WORK_MS",
    ] {
        command.env_remove(variable);
    }
    command
}

/// A running example. It does not outlive the test, however that ends.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    stderr: Receiver<String>,
    /// What it has said on standard error and a test has read.
    told: RefCell<String>,
}

/// The lines of a stream, as they come.
fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let stdout = lines_of(child.stdout.take().expect("it is piped"));
        let stderr = lines_of(child.stderr.take().expect("it is piped"));
        Self {
            child,
            lines: stdout,
            stderr,
            told: RefCell::default(),
        }
    }

    /// The next line on standard output.
    pub fn line(&self) -> String {
        self.lines
            .recv_timeout(PATIENCE)
            .expect("the example prints another line")
    }

    /// Waits until it says this on standard error.
    pub fn wait_for(&self, text: &str) {
        loop {
            let line = self
                .stderr
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("the example never says `{text}`"));
            let is_found = line.contains(text);
            self.tell(&line);
            if is_found {
                return;
            }
        }
    }

    fn tell(&self, line: &str) {
        let mut told = self.told.borrow_mut();
        told.push_str(line);
        told.push('\n');
    }

    /// Asks it to end, as an operator does.
    pub fn terminate(&self) {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .expect("there is a `kill`");
        assert!(killed.success());
    }

    /// Waits until it has ended: its status, what it still printed, and what it said on standard error.
    pub fn end(mut self) -> (ExitStatus, Vec<String>, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "the example does not end");
            std::thread::yield_now();
        };
        let lines = self.lines.iter().collect();
        self.stderr.iter().for_each(|line| self.tell(&line));
        (status, lines, self.told.take())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The address in a text such as `http://127.0.0.1:41234`.
pub fn address(url: &str) -> SocketAddr {
    url.strip_prefix("http://")
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("`{url}` is no address"))
}

/// The head of a delivery as it goes over the wire.
pub fn head(path: &str, delivery: &SignedDelivery) -> Vec<u8> {
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n",
        delivery.body.len()
    )
    .into_bytes();
    for (name, value) in &delivery.headers {
        head.extend_from_slice(format!("{name}: ").as_bytes());
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head
}

pub fn connect(server: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(server).expect("the server takes connections");
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a socket can have a timeout");
    connection
}

/// Posts a delivery; the status of the answer.
pub fn post(server: SocketAddr, path: &str, delivery: &SignedDelivery) -> u16 {
    let mut connection = connect(server);
    let mut request = head(path, delivery);
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&delivery.body);
    connection.write_all(&request).expect("the server reads");
    answer(&mut connection)
}

/// The status of an answer, read to its end. Its body is empty, whatever the status.
pub fn answer(connection: &mut TcpStream) -> u16 {
    let mut answer = String::new();
    connection
        .read_to_string(&mut answer)
        .expect("the server answers");
    assert!(answer.ends_with("\r\n\r\n"), "a body: {answer}");
    let status = answer
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .unwrap_or_else(|| panic!("`{answer}` is no HTTP"));
    status.parse().expect("a status is a number")
}
