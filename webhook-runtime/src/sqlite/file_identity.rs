//! Creation and identity of files.
//!
//! A writer compares the identity of its file after each commit: what was committed to a file that has been moved or
//! deleted is not stored.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Identity of the file at a path: differs after another file was moved there.
///
/// Outside Unix it has no content: there, an open file can be neither moved nor deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl FileIdentity {
    /// Reads the identity of an existing file.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;

        #[cfg_attr(
            not(unix),
            expect(unused_variables, reason = "checks that the file exists")
        )]
        let metadata = path.metadata()?;
        Ok(Self {
            #[cfg(unix)]
            device: metadata.dev(),
            #[cfg(unix)]
            inode: metadata.ino(),
        })
    }
}

/// Creates a file unless it exists. On Unix it is readable by its owner alone, because it will contain bodies of deliveries.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
