//! The state that the routers lend to their handlers: which of them ran, and what it has to say.

use std::sync::{Arc, Mutex, PoisonError};

/// Notes of handlers. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Journal {
    notes: Arc<Mutex<Vec<Note>>>,
    /// Prints each note instead of keeping it.
    echoes: bool,
}

/// What one handler said.
pub(crate) struct Note {
    pub(crate) handler: &'static str,
    pub(crate) text: String,
}

impl Journal {
    /// One that prints.
    pub(crate) fn echoing() -> Self {
        Self {
            echoes: true,
            ..Self::default()
        }
    }

    pub(crate) fn note(&self, handler: &'static str, text: &str) {
        if self.echoes {
            println!("{handler}: {text}");
            return;
        }
        let text = text.to_owned();
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push(Note { handler, text });
    }

    /// The notes since the last time.
    pub(crate) fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
