//! The folders of a run's outputs, OUT and those beside it, and the renames that put new outputs at OUT.
//!
//! A folder is whole while it has a manifest. Whole folders are only renamed. They are removed after the run that
//! supersedes them has put its own outputs in place. A run makes these renames, and undoes them if one is refused:
//!
//! ```text
//! OUT.上一次  -> OUT.待删除     the outputs before the last, removed in the end
//! OUT         -> OUT.上一次     the last outputs
//! OUT.未完成  -> OUT            the new ones; OUT.新结果 where they cannot be put in place
//! ```

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::file_system::{FileSystem, beside, is_absent, is_whole, manifest, remove_tree, rename};

/// Ending of the folder with the outputs that the last run replaced.
pub(super) const PREVIOUS: &str = ".上一次";
/// Ending of the folder that is being written.
pub(super) const UNFINISHED: &str = ".未完成";
/// Ending of folders that are being removed: the outputs before the previous ones.
pub(super) const DISCARDED: &str = ".待删除";
/// Ending of folders with whole outputs that could not be put in place.
pub(super) const SET_ASIDE: &str = ".新结果";

/// Highest number of a folder beside OUT. Folders with the same ending are numbered, so that one that cannot be removed
/// does not block the next run.
const MAX_NUMBER: u32 = 999;
/// A file that is newer than the manifest by more than this is edited. The manifest is written last, and FAT stores
/// times in steps of two seconds.
pub(super) const WRITTEN_TOGETHER: Duration = Duration::from_secs(3);

/// OUT and the folders beside it.
pub(super) struct OutputFolders<'f> {
    pub(super) out: PathBuf,
    pub(super) files: &'f dyn FileSystem,
}

/// A rename that the system refused.
#[derive(Debug)]
pub(super) struct Refused {
    /// The folder that could not be renamed.
    pub(super) from: PathBuf,
    /// Its new path.
    pub(super) to: PathBuf,
    pub(super) source: io::Error,
    /// Whether the renames before it were undone.
    pub(super) undone: bool,
}

type Rename = (PathBuf, PathBuf);

impl OutputFolders<'_> {
    pub(super) fn previous(&self) -> PathBuf {
        beside(&self.out, PREVIOUS)
    }

    /// Returns the folders beside OUT with this ending, the one without a number first.
    pub(super) fn all(&self, ending: &str) -> Vec<PathBuf> {
        let first = beside(&self.out, ending);
        let parent = self.out.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let names = std::fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let is_number = |rest: &[u8]| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit);
        let is_numbered = |name: &OsString| {
            let unnumbered = first.file_name().unwrap_or_default().as_encoded_bytes();
            name.as_encoded_bytes().strip_prefix(unnumbered).is_some_and(is_number)
        };
        let numbered: BTreeSet<PathBuf> = names.filter(is_numbered).map(|name| self.out.with_file_name(name)).collect();
        std::iter::once(first).filter(|first| !is_absent(first)).chain(numbered).collect()
    }

    /// Returns a path with this ending at which nothing exists.
    ///
    /// # Errors
    /// `AlreadyExists` if all numbers are taken.
    pub(super) fn unused(&self, ending: &str) -> io::Result<PathBuf> {
        let endings = (2..=MAX_NUMBER).map(|number| format!("{ending}{number}"));
        let mut paths = std::iter::once(ending.to_owned()).chain(endings).map(|ending| beside(&self.out, &ending));
        paths.find(|path| is_absent(path)).ok_or_else(|| io::ErrorKind::AlreadyExists.into())
    }

    /// Finishes or undoes the renames of a run that was killed.
    ///
    /// # Errors
    /// The refusal if OUT is missing and cannot be restored.
    pub(super) fn recover(&self) -> Result<(), Refused> {
        let previous = self.previous();
        if is_absent(&self.out) {
            // Killed before the last rename.
            let from = match self.newest_complete(UNFINISHED) {
                None if self.is_whole(&previous)? => Some(previous.clone()),
                newest => newest,
            };
            if let Some(from) = from {
                self.perform(&[(from, self.out.clone())])?;
            }
        }
        if is_absent(&previous)
            && let Some(discarded) = self.newest_complete(DISCARDED)
        {
            // Killed before the second rename. If this rename is refused, the folder stays and blocks nothing.
            let _ = rename(self.files, &discarded, &previous);
        }
        Ok(())
    }

    /// Removes the folders that killed runs left, as far as possible. Whole outputs that were not put in place are
    /// renamed.
    pub(super) fn clean(&self) {
        let is_replaced = !is_absent(&self.out) && !is_absent(&self.previous());
        for discarded in self.all(DISCARDED) {
            if is_replaced || is_whole(self.files, &discarded).is_ok_and(|whole| !whole) {
                let _ = remove_tree(self.files, &discarded);
            }
        }
        for unfinished in self.all(UNFINISHED) {
            match is_whole(self.files, &unfinished) {
                Ok(true) => drop(self.set_aside(&unfinished)),
                Ok(false) => drop(remove_tree(self.files, &unfinished)),
                Err(_) => {}
            }
        }
    }

    /// Makes the renames of a run and undoes them, so that a refusal is known before the work is done.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn probe(&self) -> Result<(), Refused> {
        let renames = self.make_way()?;
        self.perform(&renames)?;
        self.undo(&renames).map_err(|(source, (from, to))| Refused { undone: false, ..refused(to, from, source) })
    }

    /// Renames a whole folder to OUT, then removes what it supersedes.
    ///
    /// # Errors
    /// The refusal, and the path where the folder is now.
    pub(super) fn put_in_place(&self, unfinished: &Path) -> Result<(), (Refused, PathBuf)> {
        let renames = self.make_way().and_then(|mut renames| {
            renames.push((unfinished.to_owned(), self.out.clone()));
            self.perform(&renames)
        });
        renames.map_err(|refused| (refused, self.set_aside(unfinished)))?;
        // The renames must be on the disk before anything is removed. Not every system can sync a folder.
        if let Some(Ok(parent)) = self.out.parent().map(|parent| self.files.open(parent)) {
            let _ = self.files.sync(&parent);
        }
        self.remove_superseded();
        Ok(())
    }

    /// Gives a whole folder the ending [`SET_ASIDE`] and returns its path, which is the old one if the rename fails.
    fn set_aside(&self, unfinished: &Path) -> PathBuf {
        let aside = self.unused(SET_ASIDE);
        match aside.and_then(|aside| rename(self.files, unfinished, &aside).map(|()| aside)) {
            Ok(aside) => aside,
            Err(_) => unfinished.to_owned(),
        }
    }

    /// Removes the outputs before the previous ones, and those that could not be put in place, unless their files were
    /// edited.
    fn remove_superseded(&self) {
        for aside in self.all(SET_ASIDE).into_iter().filter(|aside| !is_edited(aside)) {
            // Renamed first: a folder that is half removed must not have the name of a whole one.
            let _ = self.unused(DISCARDED).and_then(|discarded| rename(self.files, &aside, &discarded));
        }
        for discarded in self.all(DISCARDED) {
            let _ = remove_tree(self.files, &discarded);
        }
    }

    /// Returns the renames that make OUT free.
    fn make_way(&self) -> Result<Vec<Rename>, Refused> {
        let (out, previous) = (&self.out, self.previous());
        let unused = || self.unused(DISCARDED).map_err(|source| refused(out, out, source));
        if is_absent(out) {
            return Ok(Vec::new());
        }
        if !self.is_whole(out)? {
            // An empty folder is replaced. Any other was not written by this program.
            let mut entries = std::fs::read_dir(out).map_err(|source| refused(out, out, source))?;
            return match entries.next() {
                None => Ok(vec![(out.clone(), unused()?)]),
                Some(_) => Err(refused(out, out, io::ErrorKind::DirectoryNotEmpty.into())),
            };
        }
        let mut renames = Vec::new();
        if !is_absent(&previous) {
            if !self.is_whole(&previous)? {
                return Err(refused(&previous, &previous, io::ErrorKind::DirectoryNotEmpty.into()));
            }
            renames.push((previous.clone(), unused()?));
        }
        renames.push((out.clone(), previous));
        Ok(renames)
    }

    /// Makes all renames, or undoes those before the first that is refused.
    pub(super) fn perform(&self, renames: &[Rename]) -> Result<(), Refused> {
        for (at, (from, to)) in renames.iter().enumerate() {
            if let Err(source) = rename(self.files, from, to) {
                let undone = self.undo(&renames[..at]).is_ok();
                return Err(Refused { from: from.clone(), to: to.clone(), source, undone });
            }
        }
        Ok(())
    }

    /// Undoes renames, the last first, and stops at one that is refused.
    pub(super) fn undo<'r>(&self, renames: &'r [Rename]) -> Result<(), (io::Error, &'r Rename)> {
        renames.iter().rev().try_for_each(|pair| rename(self.files, &pair.1, &pair.0).map_err(|error| (error, pair)))
    }

    fn is_whole(&self, folder: &Path) -> Result<bool, Refused> {
        is_whole(self.files, folder).map_err(|source| refused(folder, folder, source))
    }

    /// Returns the whole folder with this ending that has the newest manifest.
    fn newest_complete(&self, ending: &str) -> Option<PathBuf> {
        let whole = self.all(ending).into_iter().filter(|path| is_whole(self.files, path).is_ok_and(|whole| whole));
        whole.max_by_key(|path| modified(&manifest(path)))
    }
}

fn refused(from: &Path, to: &Path, source: io::Error) -> Refused {
    Refused { from: from.to_owned(), to: to.to_owned(), source, undone: true }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

/// Returns whether a file was, or may have been, edited or added since the outputs were written.
pub(super) fn is_edited(folder: &Path) -> bool {
    // A file that is copied into the folder keeps its modification time.
    let newest = |metadata: &Metadata| [metadata.modified(), metadata.created()].into_iter().flatten().max();
    let Some(written) = manifest(folder).metadata().ok().as_ref().and_then(newest) else { return true };
    let is_newer = |metadata: Metadata| {
        metadata.is_file() && newest(&metadata).is_none_or(|time| time > written + WRITTEN_TOGETHER)
    };
    walkdir::WalkDir::new(folder)
        .into_iter()
        .any(|entry| entry.and_then(|entry| entry.metadata()).map_or(true, is_newer))
}
