//! Servers: the shared one, and servers of single tests.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use webhook_runtime::{
    redis::RedisStore,
    store::{ClaimResult, DeliveryKey, FencingToken, Store},
};
use webhook_stores::skip;

pub(crate) fn key(text: &str) -> DeliveryKey {
    DeliveryKey::new(text)
}

pub(crate) async fn claim(store: &RedisStore, text: &str, lease: Duration) -> ClaimResult {
    store.claim(&key(text), lease).await.unwrap()
}

pub(crate) async fn new_claim(store: &RedisStore, text: &str, lease: Duration) -> FencingToken {
    match claim(store, text, lease).await {
        ClaimResult::New(fence) => fence,
        other => panic!("{text} is {other:?}"),
    }
}

/// The server at `REDIS_URL`, with a key prefix of one test.
pub(crate) struct SharedServer {
    url: String,
    prefix: String,
}

impl SharedServer {
    /// Returns `None`, and reports it, if the server is unreachable. Fails in CI.
    pub(crate) async fn new(test: &str) -> Option<Self> {
        let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into());
        let shared = Self {
            url,
            prefix: format!("webhook-test:{test}:{}:", std::process::id()),
        };
        match shared.try_connect().await {
            Ok(_) => Some(shared),
            Err(error) => {
                skip(test, &format!("no Redis at {}: {error}", shared.url));
                None
            }
        }
    }

    pub(crate) fn store(&self) -> RedisStore {
        RedisStore::new(&self.url).unwrap().prefix(&self.prefix)
    }

    pub(crate) async fn connect(&self) -> redis::aio::MultiplexedConnection {
        self.try_connect().await.unwrap()
    }

    async fn try_connect(&self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        let client = redis::Client::open(self.url.as_str())?;
        client.get_multiplexed_async_connection().await
    }

    /// Name of an entry in Redis.
    pub(crate) fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Deletes the entries of the test.
    pub(crate) async fn clean_up(self) {
        let mut connection = self.connect().await;
        let names: Vec<String> = redis::cmd("KEYS")
            .arg(format!("{}*", self.prefix))
            .query_async(&mut connection)
            .await
            .unwrap();
        for names in names.chunks(1_000) {
            // Some may have expired meanwhile.
            let mut command = redis::cmd("DEL");
            let _: usize = command
                .arg(names)
                .query_async(&mut connection)
                .await
                .unwrap();
        }
    }
}

/// A server of one test; killed when it is dropped.
pub(crate) struct OwnServer {
    port: u16,
    child: Option<Child>,
}

impl OwnServer {
    /// Returns `None`, and reports it, if Redis is not installed. Fails in CI.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut server = Self { port, child: None };
        if let Err(error) = server.spawn() {
            skip(test, &format!("no redis-server: {error}"));
            return None;
        }
        server.wait_until_ready().await;
        Some(server)
    }

    fn spawn(&mut self) -> std::io::Result<()> {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(std::env::temp_dir())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    async fn wait_until_ready(&self) {
        for _ in 0..500 {
            let address = ("127.0.0.1", self.port);
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not start");
    }

    /// Kills the server, which loses all its data.
    pub(crate) async fn kill(&mut self) {
        self.child.take().unwrap().kill().await.unwrap();
    }

    pub(crate) async fn restart(&mut self) {
        self.spawn().unwrap();
        self.wait_until_ready().await;
    }

    pub(crate) fn store(&self) -> RedisStore {
        RedisStore::new(&format!("redis://127.0.0.1:{}", self.port)).unwrap()
    }
}
