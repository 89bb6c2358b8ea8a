//! The lock file beside OUT: one run at a time writes there. The system takes the lock off a run that is killed.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::file_system::beside;

/// The name ending of the lock file. Its name begins with a dot, so that it is no input.
const LOCK: &str = ".正在写";

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of an OUT, or returns `None` where another run holds it. Where a disk knows no locks, the file
    /// alone is made.
    ///
    /// # Errors
    /// What the system says where no file can be made beside OUT.
    pub(super) fn take(out: &Path) -> std::io::Result<Option<Self>> {
        let path = path_of(out);
        loop {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                // A run that ended just now removed the file after it was opened here.
                Ok(()) if !path.exists() => {}
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Some(Self { path, _file: file })),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn path_of(out: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(beside(out, LOCK).file_name().unwrap_or_default());
    out.with_file_name(name)
}
