//! The file operations that replace a run's outputs, behind a trait so that tests can make each of them fail.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use huizong::report::MANIFEST;
use huizong::source::is_own_output;

/// Attempts at a rename that the system refuses, and the pause between them: about a second in all. Virus scanners and
/// indexers keep new files open for that long.
const RENAME_ATTEMPTS: u32 = 10;
const RENAME_PAUSE: Duration = Duration::from_millis(100);

/// File operations. Each method works like the function in `std` that it is named after.
pub(super) trait FileSystem {
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    fn create(&self, path: &Path) -> io::Result<File>;
    fn open(&self, path: &Path) -> io::Result<File>;
    fn sync(&self, file: &File) -> io::Result<()>;
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Waits before the next attempt.
    fn pause(&self, time: Duration);
}

/// The file operations of the operating system.
#[derive(Debug, Clone, Copy)]
pub(super) struct OsFileSystem;

impl FileSystem for OsFileSystem {
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        File::create(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        File::open(path)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Renames a folder, and tries again for about a second if the error may be temporary.
///
/// # Errors
/// The error of the last attempt.
pub(super) fn rename(files: &dyn FileSystem, from: &Path, to: &Path) -> io::Result<()> {
    let mut attempt = 1;
    loop {
        match files.rename(from, to) {
            Err(error) if attempt < RENAME_ATTEMPTS && may_pass(&error) => files.pause(RENAME_PAUSE),
            result => return result,
        }
        attempt += 1;
    }
}

/// Returns whether an error may be temporary. Windows reports "permission denied" while any file in the folder is open.
fn may_pass(error: &io::Error) -> bool {
    let is_lasting = matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::AlreadyExists
            | ErrorKind::CrossesDevices
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::StorageFull
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename
            | ErrorKind::Unsupported
    );
    !is_lasting
}

/// Returns whether nothing exists at a path. If that cannot be checked, the answer is no.
pub(super) fn is_absent(path: &Path) -> bool {
    matches!(path.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound)
}

/// Returns whether a folder holds all outputs of a run. The manifest is the last file written and the first removed.
///
/// # Errors
/// The error of the system if a manifest exists and cannot be read: then the answer is unknown.
pub(super) fn is_whole(files: &dyn FileSystem, folder: &Path) -> io::Result<bool> {
    let read = |mut file: File| file.read_to_end(&mut Vec::new());
    match files.open(&manifest(folder)).and_then(read) {
        Ok(_) => Ok(is_own_output(folder)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the path of a folder's manifest.
pub(super) fn manifest(folder: &Path) -> PathBuf {
    MANIFEST.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}

/// Returns the path beside a folder with `ending` appended to its name.
pub(super) fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().map_or_else(|| OsString::from("out"), OsString::from);
    name.push(ending);
    folder.with_file_name(name)
}

/// Writes a file under a temporary name, then renames it, so that a kill leaves the old file or the new one, never a
/// part.
///
/// # Errors
/// The error of the system. The temporary file is removed then.
pub(in crate::cli) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.未完成"));
    let write = || {
        std::fs::write(&unfinished, bytes)?;
        File::open(&unfinished)?.sync_all()?;
        std::fs::rename(&unfinished, path)
    };
    let written = write();
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

/// Removes a folder and its contents. The manifest is removed first, because a folder with a manifest counts as whole.
/// Links are removed and not followed.
///
/// # Errors
/// The first error. If the manifest cannot be removed, nothing else is; otherwise as much as possible is removed.
pub(super) fn remove_tree(files: &dyn FileSystem, folder: &Path) -> io::Result<()> {
    if folder.is_symlink() || folder.is_file() {
        return files.remove_file(folder);
    }
    match files.remove_file(&manifest(folder)) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Err(error),
        _ => {}
    }
    let mut result = Ok(());
    for entry in walkdir::WalkDir::new(folder).contents_first(true) {
        let removed = entry.map_err(io::Error::from).and_then(|entry| {
            let is_folder = entry.file_type().is_dir();
            if is_folder { files.remove_dir(entry.path()) } else { files.remove_file(entry.path()) }
        });
        result = result.and(removed);
    }
    result
}
