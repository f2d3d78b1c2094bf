//! Example programs as child processes, and a blocking HTTP client for them.

#![allow(dead_code, reason = "each test program uses a part of this module")]

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use webhook_runtime::testing::SignedDelivery;

/// Maximum time of each step. A test fails when it is exceeded; no test waits for it to elapse.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns a command for an example that cargo has built, without the environment variables that examples read.
///
/// # Panics
///
/// If the example is not built.
pub fn example(name: &str) -> Command {
    let mut path = std::env::current_exe().expect("the path of the test program is unknown");
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    let path: PathBuf = path
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built: `cargo test --test …` builds no examples; run `cargo build --examples`",
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

/// Running example. It is killed when this value is dropped.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    stderr: Receiver<String>,
    /// Lines of standard error that `wait_for` has read.
    stderr_read: RefCell<String>,
}

/// Reads the lines of a stream on a thread of its own.
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
    /// Starts a program, with its standard output and standard error piped.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example did not start");
        let stdout = lines_of(child.stdout.take().expect("the stream is piped"));
        let stderr = lines_of(child.stderr.take().expect("the stream is piped"));
        Self {
            child,
            lines: stdout,
            stderr,
            stderr_read: RefCell::default(),
        }
    }

    /// Returns the next line of standard output.
    pub fn line(&self) -> String {
        self.lines
            .recv_timeout(TIMEOUT)
            .expect("the example printed no further line")
    }

    /// Waits for a line of standard error that contains this text.
    pub fn wait_for(&self, text: &str) {
        loop {
            let line = self
                .stderr
                .recv_timeout(TIMEOUT)
                .unwrap_or_else(|_| panic!("the example did not print `{text}` to standard error"));
            let is_found = line.contains(text);
            self.record_stderr(&line);
            if is_found {
                return;
            }
        }
    }

    fn record_stderr(&self, line: &str) {
        let mut read = self.stderr_read.borrow_mut();
        read.push_str(line);
        read.push('\n');
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .expect("failed to run `kill`");
        assert!(killed.success());
    }

    /// Waits for the exit. Returns the status, the unread lines of standard output, and all of standard error.
    pub fn wait_for_exit(mut self) -> (ExitStatus, Vec<String>, String) {
        let deadline = Instant::now() + TIMEOUT;
        let status = loop {
            if let Some(status) = self
                .child
                .try_wait()
                .expect("failed to wait for the example")
            {
                break status;
            }
            assert!(Instant::now() < deadline, "the example did not exit");
            std::thread::yield_now();
        };
        let lines = self.lines.iter().collect();
        self.stderr
            .iter()
            .for_each(|line| self.record_stderr(&line));
        (status, lines, self.stderr_read.take())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that the process has exited.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Parses the address of a URL such as `http://127.0.0.1:41234`.
pub fn address(url: &str) -> SocketAddr {
    url.strip_prefix("http://")
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("`{url}` is not an address"))
}

/// Returns the head of a request, without the empty line that ends it.
pub fn request_head(path: &str, delivery: &SignedDelivery) -> Vec<u8> {
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

/// Connects to a server, with a read timeout.
pub fn connect(server: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(server).expect("failed to connect to the server");
    connection
        .set_read_timeout(Some(TIMEOUT))
        .expect("failed to set the read timeout");
    connection
}

/// Posts a delivery and returns the status of the response.
pub fn post(server: SocketAddr, path: &str, delivery: &SignedDelivery) -> u16 {
    let mut connection = connect(server);
    let mut request = request_head(path, delivery);
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&delivery.body);
    connection
        .write_all(&request)
        .expect("failed to write the request");
    read_status(&mut connection)
}

/// Reads a response to its end and returns its status. Asserts that the response has no body.
pub fn read_status(connection: &mut TcpStream) -> u16 {
    let mut response = String::new();
    connection
        .read_to_string(&mut response)
        .expect("failed to read the response");
    assert!(
        response.ends_with("\r\n\r\n"),
        "the response has a body: {response}"
    );
    let status = response
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .unwrap_or_else(|| panic!("`{response}` is not HTTP"));
    status.parse().expect("the status is not a number")
}
