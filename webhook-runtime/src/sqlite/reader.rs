//! The thread that reads, so that queries do not delay writes.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection;
use super::connection_thread::ConnectionThread;
use super::error::SqliteError;

type Query = Box<dyn FnOnce(&Connection) + Send>;

/// Runs queries on a connection of its own.
pub(super) struct Reader {
    thread: ConnectionThread<Query>,
    path: Arc<Path>,
}

impl Reader {
    pub(super) fn open(path: &Arc<Path>) -> Result<Self, SqliteError> {
        let db = connection::open_read_only(path)?;
        let thread = ConnectionThread::spawn(
            "webhook-sqlite-read",
            move |queries: mpsc::Receiver<Query>| {
                for query in queries {
                    query(&db);
                }
            },
        );
        Ok(Self {
            thread: thread.map_err(|error| SqliteError::Open {
                path: Arc::clone(path),
                problem: error.to_string(),
            })?,
            path: Arc::clone(path),
        })
    }

    /// Runs a query, unless its caller is gone by then.
    pub(super) async fn query<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        let closed = || SqliteError::Closed {
            path: Arc::clone(&self.path),
        };
        let (reply, result) = oneshot::channel();
        let is_sent = self.thread.send(Box::new(move |db| {
            if !reply.is_closed() {
                let _ = reply.send(query(db));
            }
        }));
        if !is_sent {
            return Err(closed());
        }
        result
            .await
            .map_err(|_| closed())?
            .map_err(|error| SqliteError::new(&self.path, error))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}
