//! Servers: a test's own, or one that is there, with streams of the test.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_nats::jetstream::{self, Context};
use webhook_nats::JetStream;

/// How long anything may take before the test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

fn skip(test: &str, why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{test}: {why}");
    // Past the capture of the test harness.
    let told = format!("SKIPPED {test}: {why}\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}

pub(crate) struct Server {
    pub(crate) url: String,
    /// The name of the test's streams.
    pub(crate) name: String,
    own: Option<Own>,
}

struct Own {
    port: u16,
    data: PathBuf,
    child: Option<Child>,
}

impl Server {
    /// Of the test's own if NATS is installed, otherwise the one that is there. None if there is none with JetStream,
    /// which is said, and a failure in CI.
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
        let why = match async_nats::connect(&server.url).await {
            Ok(client) if client.server_info().jetstream => return Some(server),
            Ok(_) => "the NATS server has no JetStream".to_owned(),
            Err(error) => format!("neither a program nats-server nor a server: {error}"),
        };
        skip(test, &why);
        None
    }

    /// Of the test's own, to be stopped and killed. None if NATS is not installed.
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

    fn mine(&mut self) -> &mut Own {
        self.own.as_mut().expect("the test has a server of its own")
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.mine().child.take().map(end).unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        self.mine().start().unwrap();
    }

    /// It answers nobody until it goes on.
    pub(crate) fn hang(&mut self) {
        self.mine().signal("STOP");
    }

    pub(crate) fn go_on(&mut self) {
        self.mine().signal("CONT");
    }

    pub(crate) async fn queue(&self) -> JetStream {
        JetStream::connect(&self.url, &self.name).await.unwrap()
    }

    /// To look at what is there.
    pub(crate) async fn look(&self) -> Context {
        jetstream::new(async_nats::connect(&self.url).await.unwrap())
    }

    /// How many messages wait.
    pub(crate) async fn waiting(&self) -> u64 {
        messages(&self.look().await, &self.name).await
    }

    /// How many are dead.
    pub(crate) async fn dead(&self) -> u64 {
        messages(&self.look().await, &format!("{}-dead", self.name)).await
    }

    pub(crate) async fn until_none_waits(&self) {
        let begun = Instant::now();
        while self.waiting().await > 0 {
            assert!(begun.elapsed() < PATIENCE, "messages still wait");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Removes what the test has made.
    pub(crate) async fn clear(self) {
        let context = self.look().await;
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
        // Debian's is where only root looks.
        let child = start("nats-server").or_else(|_| start("/usr/sbin/nats-server"))?;
        self.child = Some(child);
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the server does not start");
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
