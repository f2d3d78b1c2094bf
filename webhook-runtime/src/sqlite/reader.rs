//! The thread that reads, so that nobody who looks in stalls who writes.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection;
use super::error::SqliteError;
use super::owner::Owner;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// Asks questions of a connection of its own.
pub(super) struct Reader {
    owner: Owner<Question>,
    path: Arc<Path>,
}

impl Reader {
    pub(super) fn open(path: &Arc<Path>) -> Result<Self, SqliteError> {
        let db = connection::open_for_reading(path)?;
        let owner = Owner::spawn(
            "webhook-sqlite-read",
            move |questions: mpsc::Receiver<Question>| {
                for ask in questions {
                    ask(&db);
                }
            },
        );
        Ok(Self {
            owner: owner.map_err(|error| SqliteError::Open {
                path: Arc::clone(path),
                problem: error.to_string(),
            })?,
            path: Arc::clone(path),
        })
    }

    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        let closed = || SqliteError::Closed {
            path: Arc::clone(&self.path),
        };
        let (reply, answer) = oneshot::channel();
        let sent = self.owner.send(Box::new(move |db| {
            if !reply.is_closed() {
                let _ = reply.send(question(db));
            }
        }));
        if !sent {
            return Err(closed());
        }
        answer
            .await
            .map_err(|_| closed())?
            .map_err(|error| SqliteError::of(&self.path, error))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}
