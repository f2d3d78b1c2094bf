//! A thread that owns a connection and executes commands on it.

use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// Handle of the thread. Dropping it waits until the thread has ended and its connection is closed.
#[derive(Debug)]
pub(super) struct ConnectionThread<C> {
    commands: Option<mpsc::Sender<C>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: Send + 'static> ConnectionThread<C> {
    pub(super) fn spawn(
        name: &str,
        run: impl FnOnce(mpsc::Receiver<C>) + Send + 'static,
    ) -> io::Result<Self> {
        let (commands, receiver) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(receiver))?;
        Ok(Self {
            commands: Some(commands),
            thread: Some(thread),
        })
    }

    /// Sends a command. Returns whether the thread is still running.
    #[must_use]
    pub(super) fn send(&self, command: C) -> bool {
        let commands = self.commands.as_ref();
        commands.is_some_and(|commands| commands.send(command).is_ok())
    }
}

impl<C> Drop for ConnectionThread<C> {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A command may have owned the last handle. The thread then drops it itself, cannot wait for itself, and ends next.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
