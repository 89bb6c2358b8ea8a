//! The lock file beside OUT, which lets one run at a time write there. The system releases the lock of a killed run.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::file_system::beside;

/// Ending of the lock file's name. The name begins with a dot, so that the file is not read as an input.
const LOCK: &str = ".正在写";

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of an OUT, or returns `None` if another run holds it. On a file system without locks, only the
    /// file is made.
    ///
    /// # Errors
    /// The error of the system if no file can be made beside OUT.
    pub(super) fn take(out: &Path) -> std::io::Result<Option<Self>> {
        let path = path_of(out);
        loop {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                // A run that just ended removed the file after it was opened here, so it is made again.
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
