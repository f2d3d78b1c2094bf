//! Notifications between processes: which endpoints may have rows that are due.
//!
//! A notification is not part of the transaction that it is about: commits of transactions with a `NOTIFY` wait for each
//! other and cannot share a write to disk (16 clients: 168 commits a second with, 1,778 without). Instead, a process sends
//! notifications a moment later, many in one statement. If the process crashes before, the waiting workers find the row
//! when they poll.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;

use super::connection::Database;
use super::row::notification_tag;

/// Poll interval while notifications cannot be received.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Minimum wait for a row that is due but was not leased: another worker is just leasing it.
const MIN_WAIT: Duration = Duration::from_millis(20);
/// Backoff between attempts to listen.
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(5);
/// Number of notifications that a slow receiver can fall behind. Beyond it, the receiver wakes up in any case.
const CHANNEL_CAPACITY: usize = 256;

/// Tag of a notification for all endpoints.
const ALL_ENDPOINTS: &str = "";

/// Sends and receives notifications of an inbox.
pub(super) struct Notifier {
    database: Arc<Database>,
    received: broadcast::Sender<String>,
    is_listening: Arc<AtomicBool>,
    listener: OnceLock<Listener>,
    unsent: Mutex<Unsent>,
}

#[derive(Default)]
struct Unsent {
    tags: HashSet<String>,
    /// Whether a task is running that sends them.
    is_sending: bool,
}

impl Notifier {
    pub(super) fn new(database: &Arc<Database>) -> Self {
        Self {
            database: Arc::clone(database),
            received: broadcast::Sender::new(CHANNEL_CAPACITY),
            is_listening: Arc::default(),
            listener: OnceLock::new(),
            unsent: Mutex::default(),
        }
    }

    /// Notifies this process at once, and all others a moment later, that an endpoint may have a row that is due.
    pub(super) fn notify(self: &Arc<Self>, endpoint: &str) {
        let tag = notification_tag(endpoint);
        // An error means that this process has no waiting worker.
        let _ = self.received.send(tag.clone());
        let mut unsent = self.unsent();
        unsent.tags.insert(tag);
        if !unsent.is_sending {
            unsent.is_sending = true;
            drop(tokio::spawn(Arc::clone(self).send()));
        }
    }

    async fn send(self: Arc<Self>) {
        let sql = "SELECT pg_notify($1, tag) FROM unnest($2::text[]) tag";
        let channel = self.database.schema.channel();
        loop {
            let tags: Vec<String> = {
                let mut unsent = self.unsent();
                if unsent.tags.is_empty() {
                    unsent.is_sending = false;
                    return;
                }
                unsent.tags.drain().collect()
            };
            // After an error, workers find the row when they poll.
            let _ = self.database.query(sql, &[&channel, &tags]).await;
        }
    }

    /// Waits for a notification about an endpoint, or until its next row is due, at most this long.
    ///
    /// `next_due` returns the seconds until then: `Some(None)` without any row, `None` after an error.
    pub(super) async fn wait(
        &self,
        endpoint: &str,
        timeout: Duration,
        next_due: impl Future<Output = Option<Option<f64>>>,
    ) {
        self.listener
            .get_or_init(|| Listener::start(&self.database, &self.received, &self.is_listening));
        // Subscribes before `next_due` reads, so that no row is missed in between.
        let mut received = self.received.subscribe();
        let mut timeout = match next_due.await {
            Some(Some(seconds)) => {
                let due = Duration::try_from_secs_f64(seconds).unwrap_or_default();
                timeout.min(due.max(MIN_WAIT))
            }
            Some(None) => timeout,
            None => timeout.min(POLL_INTERVAL),
        };
        if !self.is_listening.load(Ordering::Acquire) {
            timeout = timeout.min(POLL_INTERVAL);
        }
        let tag = notification_tag(endpoint);
        let notified = async {
            loop {
                match received.recv().await {
                    Ok(other) if other != tag && other != ALL_ENDPOINTS => {}
                    // An error means that notifications were dropped; this endpoint's may be among them.
                    _ => return,
                }
            }
        };
        let _ = tokio::time::timeout(timeout, notified).await;
    }

    fn unsent(&self) -> MutexGuard<'_, Unsent> {
        // No code panics while it holds the lock, so the state is consistent.
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that listens on a connection of its own, until it is dropped.
struct Listener(JoinHandle<()>);

impl Listener {
    fn start(
        database: &Arc<Database>,
        received: &broadcast::Sender<String>,
        is_listening: &Arc<AtomicBool>,
    ) -> Self {
        let (database, received) = (Arc::clone(database), received.clone());
        let is_listening = Arc::clone(is_listening);
        Self(tokio::spawn(async move {
            let mut backoff = INITIAL_BACKOFF;
            loop {
                if listen(&database, &received, &is_listening).await.is_ok() {
                    backoff = INITIAL_BACKOFF;
                }
                is_listening.store(false, Ordering::Release);
                tokio::time::sleep(backoff).await;
                backoff = (backoff * 2).min(MAX_BACKOFF);
            }
        }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens until the connection breaks.
async fn listen(
    database: &Database,
    received: &broadcast::Sender<String>,
    is_listening: &AtomicBool,
) -> Result<(), tokio_postgres::Error> {
    let (sender, mut notifications) = mpsc::unbounded_channel();
    // The connection ends when `client` is dropped.
    let (client, _driver) = database.connections.for_notifications(sender).await?;
    let listen = format!("LISTEN {}", database.schema.quoted_channel());
    client.batch_execute(&listen).await?;
    is_listening.store(true, Ordering::Release);
    // Notifications may have been missed before.
    let _ = received.send(ALL_ENDPOINTS.to_owned());
    while let Some(tag) = notifications.recv().await {
        let _ = received.send(tag);
    }
    Ok(())
}
