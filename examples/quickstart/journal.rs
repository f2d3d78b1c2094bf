//! The routers' state: which handlers ran, and their notes.

use std::sync::{Arc, Mutex, PoisonError};

/// Notes of handlers. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Journal {
    notes: Arc<Mutex<Vec<Note>>>,
    /// Whether each note is printed instead of kept.
    echoes: bool,
}

/// A note of one handler.
pub(crate) struct Note {
    pub(crate) handler: &'static str,
    pub(crate) text: String,
}

impl Journal {
    /// Returns a journal that prints each note.
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

    /// Returns the notes since the last call.
    pub(crate) fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
