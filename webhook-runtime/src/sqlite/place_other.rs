//! Stands in where the system lets nobody move or delete a file that is open.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Which file a path leads to: the one that it led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity;

impl Identity {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        path.metadata().map(|_| Self)
    }
}

/// Makes a file, unless there is one.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    options.open(path).map(drop)
}
