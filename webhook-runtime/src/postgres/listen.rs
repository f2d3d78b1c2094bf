//! News: which endpoints may have something to take.
//!
//! They are told apart from the transactions that they are about, a moment later and many at a time: commits of
//! transactions with a `NOTIFY` of their own wait for each other, and would not share what they write to disk.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;

use super::connection::Database;
use super::row::tag;

/// How often it is looked for news where they cannot be heard.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What is due already, and was not taken, is just being taken by somebody else.
const SHORTEST: Duration = Duration::from_millis(20);
/// The pauses between attempts to listen.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// News that nobody has heard yet. If there are more, they are for everybody.
const UNHEARD: usize = 256;

/// The tag of no endpoint: news for everybody.
const ALL: &str = "";

pub(super) struct News {
    database: Arc<Database>,
    heard: broadcast::Sender<String>,
    is_listening: Arc<AtomicBool>,
    listener: OnceLock<Listener>,
    untold: Mutex<Untold>,
}

#[derive(Default)]
struct Untold {
    tags: HashSet<String>,
    /// Whether somebody is about to tell them.
    is_being_told: bool,
}

impl News {
    pub(super) fn new(database: &Arc<Database>) -> Self {
        Self {
            database: Arc::clone(database),
            heard: broadcast::Sender::new(UNHEARD),
            is_listening: Arc::default(),
            listener: OnceLock::new(),
            untold: Mutex::default(),
        }
    }

    /// Tells all processes, this one at once, that there may be something.
    pub(super) fn tell(self: &Arc<Self>, endpoint: &str) {
        let tag = tag(endpoint);
        // Nobody may listen.
        let _ = self.heard.send(tag.clone());
        let mut untold = self.untold();
        untold.tags.insert(tag);
        if !untold.is_being_told {
            untold.is_being_told = true;
            drop(tokio::spawn(Arc::clone(self).notify()));
        }
    }

    async fn notify(self: Arc<Self>) {
        let sql = "SELECT pg_notify($1, tag) FROM unnest($2::text[]) tag";
        let channel = self.database.schema.channel();
        loop {
            let tags: Vec<String> = {
                let mut untold = self.untold();
                if untold.tags.is_empty() {
                    untold.is_being_told = false;
                    return;
                }
                untold.tags.drain().collect()
            };
            // Who is not told looks by itself, a little later.
            let _ = self.database.query(sql, &[&channel, &tags]).await;
        }
    }

    /// Waits for news of an endpoint, or until something that is known of is due.
    ///
    /// `next_due` says in how many seconds that is.
    pub(super) async fn wait(
        &self,
        endpoint: &str,
        timeout: Duration,
        next_due: impl Future<Output = Option<Option<f64>>>,
    ) {
        self.listener
            .get_or_init(|| Listener::start(&self.database, &self.heard, &self.is_listening));
        // Heard from here on, so nothing is missed that `next_due` does not see.
        let mut heard = self.heard.subscribe();
        let mut timeout = match next_due.await {
            Some(Some(seconds)) => {
                let due = Duration::try_from_secs_f64(seconds).unwrap_or_default();
                timeout.min(due.max(SHORTEST))
            }
            Some(None) => timeout,
            None => timeout.min(LOOK_EVERY),
        };
        if !self.is_listening.load(Ordering::Acquire) {
            timeout = timeout.min(LOOK_EVERY);
        }
        let tag = tag(endpoint);
        let news = async {
            loop {
                match heard.recv().await {
                    Ok(of) if of != tag && of != ALL => {}
                    // Also if some were missed.
                    _ => return,
                }
            }
        };
        let _ = tokio::time::timeout(timeout, news).await;
    }

    fn untold(&self) -> MutexGuard<'_, Untold> {
        // Nothing in here panics half-way.
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that listens, on a connection of its own, until it is dropped.
struct Listener(JoinHandle<()>);

impl Listener {
    fn start(
        database: &Arc<Database>,
        heard: &broadcast::Sender<String>,
        is_listening: &Arc<AtomicBool>,
    ) -> Self {
        let (database, heard) = (Arc::clone(database), heard.clone());
        let is_listening = Arc::clone(is_listening);
        Self(tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                if listen(&database, &heard, &is_listening).await.is_ok() {
                    pause = FIRST_PAUSE;
                }
                is_listening.store(false, Ordering::Release);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
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
    heard: &broadcast::Sender<String>,
    is_listening: &AtomicBool,
) -> Result<(), tokio_postgres::Error> {
    let (sender, mut news) = mpsc::unbounded_channel();
    // Without the client, its connection ends.
    let (client, _driver) = database.connections.listen(sender).await?;
    let listen = format!("LISTEN {}", database.schema.quoted_channel());
    client.batch_execute(&listen).await?;
    is_listening.store(true, Ordering::Release);
    // There may have been some before.
    let _ = heard.send(ALL.to_owned());
    while let Some(tag) = news.recv().await {
        let _ = heard.send(tag);
    }
    Ok(())
}
