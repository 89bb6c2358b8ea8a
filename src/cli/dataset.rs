//! The folder of a dataset: written beside its place, then renamed. The dataset that it replaces is deleted once the new
//! one is in place, because it can be made again from the outputs.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::shown;
use huizong::error::Error;
use huizong::levels::LevelRollup;
use huizong::message::Message;
use huizong::pipeline;

/// Name of the file that marks a folder as a dataset of this program. Programs that read datasets skip names that begin
/// with `_`.
const MARK: &str = "_huizong";

/// Checks that a folder is absent, empty, or a dataset of this program.
///
/// # Errors
/// A message for the user if it holds anything else.
pub(super) fn refuse_foreign(folder: &Path) -> anyhow::Result<()> {
    let mut entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| shown(folder))?,
    };
    if entries.next().is_none() || folder.join(MARK).is_file() {
        return Ok(());
    }
    let why = Message::new(
        "里面有东西，而且不是本程序写的数据集，没有改动；请换一个文件夹",
        "it is not empty and no dataset of huizong; nothing was touched",
    );
    Err(anyhow::Error::from(why).context(shown(folder)))
}

/// Writes the facts of all runs that a roll-up counts, and puts the dataset in place.
///
/// # Errors
/// A message for the user. The old dataset is then in place as it was.
pub(super) fn write(rollup: &LevelRollup, folder: &Path, jobs: Option<usize>) -> anyhow::Result<()> {
    let unfinished = beside(folder, ".未完成");
    remove(&unfinished)?;
    std::fs::create_dir_all(&unfinished).with_context(|| shown(&unfinished))?;
    pipeline::write_dataset(rollup, jobs, &|path, bytes| {
        let path = path.split('/').fold(unfinished.clone(), |whole, part| whole.join(part));
        let write = || {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, bytes)
        };
        write().map_err(|source| Error::Path { path: path.clone(), source })
    })?;
    let mark = unfinished.join(MARK);
    std::fs::write(&mark, format!("huizong {}\n", env!("CARGO_PKG_VERSION"))).with_context(|| shown(&mark))?;
    let discarded = beside(folder, ".待删除");
    remove(&discarded)?;
    replace(folder, &unfinished, &discarded).with_context(|| shown(folder))?;
    remove(&discarded)
}

/// Renames a folder to `discarded` if it exists, and `new` to its name. If the second fails, the first is undone.
fn replace(folder: &Path, new: &Path, discarded: &Path) -> io::Result<()> {
    let is_old = folder.exists();
    if is_old {
        std::fs::rename(folder, discarded)?;
    }
    std::fs::rename(new, folder).or_else(|error| {
        if is_old {
            std::fs::rename(discarded, folder)?;
        }
        Err(error)
    })
}

/// Removes a folder that this program left. A folder that does not exist is no error.
fn remove(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).with_context(|| shown(folder)),
        _ => Ok(()),
    }
}

fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().map_or_else(|| OsString::from("dataset"), OsString::from);
    name.push(ending);
    folder.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_that_cannot_be_put_in_place_leaves_the_old_one() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| parent.path().join(name);
        std::fs::create_dir(at("dataset")).expect("a folder");
        std::fs::write(at("dataset").join(MARK), "old").expect("a file");
        assert!(replace(&at("dataset"), &at("not there"), &at("discarded")).is_err());
        assert_eq!(std::fs::read_to_string(at("dataset").join(MARK)).expect("the old one"), "old");
        assert!(!at("discarded").exists());
        std::fs::create_dir(at("new")).expect("a folder");
        replace(&at("dataset"), &at("new"), &at("discarded")).expect("in place");
        assert!(!at("dataset").join(MARK).exists() && at("discarded").join(MARK).exists());
    }
}
