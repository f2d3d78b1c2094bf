//! A thread that owns a connection.

use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// Hands commands to a thread. When it is dropped, the thread has ended: what it owns is closed.
#[derive(Debug)]
pub(super) struct Owner<C> {
    commands: Option<mpsc::Sender<C>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: Send + 'static> Owner<C> {
    pub(super) fn spawn(
        name: &str,
        run: impl FnOnce(mpsc::Receiver<C>) + Send + 'static,
    ) -> io::Result<Self> {
        let (commands, received) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(received))?;
        Ok(Self {
            commands: Some(commands),
            thread: Some(thread),
        })
    }

    /// False if the thread has ended.
    #[must_use]
    pub(super) fn send(&self, command: C) -> bool {
        let commands = self.commands.as_ref();
        commands.is_some_and(|commands| commands.send(command).is_ok())
    }
}

impl<C> Drop for Owner<C> {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // The thread itself drops it, if a command of its own had the last handle: it ends after that.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
