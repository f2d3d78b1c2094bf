//! Servers: one of each test, or a shared one with streams of the test.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_nats::jetstream::{self, Context};
use webhook_nats::JetStream;

/// Maximum duration of any step of a test.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Reports that a test is skipped; fails in CI.
fn skip(test: &str, reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "{test}: {reason}");
    // Written directly, because the test harness captures `eprintln!`.
    let message = format!("SKIPPED {test}: {reason}\n");
    std::io::stderr().write_all(message.as_bytes()).unwrap();
}

pub(crate) struct Server {
    pub(crate) url: String,
    /// Name of the test's streams.
    pub(crate) name: String,
    own: Option<Own>,
}

struct Own {
    port: u16,
    data: PathBuf,
    child: Option<Child>,
}

impl Server {
    /// Starts a server if NATS is installed, or else uses the one at `NATS_URL`. Returns `None`, and reports it, if there is
    /// none with JetStream. Fails in CI.
    pub(crate) async fn new(test: &str) -> Option<Self> {
        if let Some(server) = Self::start(test) {
            return Some(server);
        }
        let url = std::env::var("NATS_URL").unwrap_or_else(|_| "nats://127.0.0.1:4222".into());
        let server = Self {
            url,
            name: format!("webhook-test-{test}-{}", std::process::id()),
            own: None,
        };
        let reason = match async_nats::connect(&server.url).await {
            Ok(client) if client.server_info().jetstream => return Some(server),
            Ok(_) => "the NATS server has no JetStream".to_owned(),
            Err(error) => format!("neither a program nats-server nor a server: {error}"),
        };
        skip(test, &reason);
        None
    }

    /// Starts a server that the test can kill. Returns `None` if NATS is not installed.
    pub(crate) fn own(test: &str) -> Option<Self> {
        let server = Self::start(test);
        if server.is_none() {
            skip(test, "no program nats-server");
        }
        server
    }

    fn start(test: &str) -> Option<Self> {
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let data = std::env::temp_dir().join(format!("webhook-{test}-{}", std::process::id()));
        let mut own = Own {
            port,
            data,
            child: None,
        };
        own.start().ok()?;
        Some(Self {
            url: format!("nats://127.0.0.1:{port}"),
            name: test.to_owned(),
            own: Some(own),
        })
    }

    fn own_mut(&mut self) -> &mut Own {
        self.own.as_mut().expect("the test has started a server")
    }

    /// Kills the server.
    pub(crate) fn kill(&mut self) {
        self.own_mut().child.take().map(end).unwrap();
    }

    pub(crate) fn restart(&mut self) {
        self.own_mut().start().unwrap();
    }

    /// Suspends the server until [`resume`](Self::resume).
    pub(crate) fn pause(&mut self) {
        self.own_mut().signal("STOP");
    }

    pub(crate) fn resume(&mut self) {
        self.own_mut().signal("CONT");
    }

    pub(crate) async fn queue(&self) -> JetStream {
        JetStream::connect(&self.url, &self.name).await.unwrap()
    }

    /// Returns a client of the server, to inspect its streams.
    pub(crate) async fn context(&self) -> Context {
        jetstream::new(async_nats::connect(&self.url).await.unwrap())
    }

    /// Number of messages that are not handled yet.
    pub(crate) async fn pending(&self) -> u64 {
        messages(&self.context().await, &self.name).await
    }

    /// Number of dead letters.
    pub(crate) async fn dead_letters(&self) -> u64 {
        messages(&self.context().await, &format!("{}-dead", self.name)).await
    }

    pub(crate) async fn wait_until_empty(&self) {
        let begun = Instant::now();
        while self.pending().await > 0 {
            assert!(begun.elapsed() < TIMEOUT, "unhandled messages remain");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Deletes the streams of the test.
    pub(crate) async fn clean_up(self) {
        let context = self.context().await;
        for name in [self.name.clone(), format!("{}-dead", self.name)] {
            context.delete_stream(name).await.unwrap();
        }
    }
}

async fn messages(context: &Context, stream: &str) -> u64 {
    let stream = context.get_stream(stream).await.unwrap();
    stream.cached_info().state.messages
}

impl Own {
    fn start(&mut self) -> std::io::Result<()> {
        let port = self.port.to_string();
        let start = |program: &str| {
            Command::new(program)
                .args(["--addr", "127.0.0.1", "--port", &port, "--jetstream"])
                .arg("--store_dir")
                .arg(&self.data)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
        };
        // Debian installs it in a directory that is only in root's `PATH`.
        let child = start("nats-server").or_else(|_| start("/usr/sbin/nats-server"))?;
        self.child = Some(child);
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < TIMEOUT, "the server does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let status = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            end(child);
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}
