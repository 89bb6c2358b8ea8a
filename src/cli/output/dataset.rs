//! The folder of a dataset: written beside its place before the outputs are put in place, then renamed. What a person
//! added or edited in the dataset that it replaces is kept; the rest is deleted, because it can be made again from the
//! outputs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::edits::{OutputEdit, copy_beside, files, has_digest, is_newer};
use super::file_system::{OsFileSystem, beside, is_absent, remove_tree};
use super::slots::{DISCARDED, OutputFolders, UNFINISHED};
use super::{resolve, shown};
use huizong::error::Error;
use huizong::levels::LevelRollup;
use huizong::message::{Language, Message};
use huizong::pipeline;
use huizong::source::{DATASET_MARK as MARK, digest_all};

/// The place of a dataset.
pub(in crate::cli) struct DatasetFolder {
    slots: OutputFolders<'static>,
}

/// A dataset that is written and not yet in place. If it is dropped before, it is removed.
pub(in crate::cli) struct NewDataset<'d> {
    slots: &'d OutputFolders<'static>,
    unfinished: PathBuf,
    /// The name of the whole, which the mark states.
    root: String,
    /// The files of the old dataset that a person edited or added, with their copies.
    pub(in crate::cli) edits: Vec<OutputEdit>,
}

impl DatasetFolder {
    /// Checks that a folder is absent, empty, or a dataset of this program, and that it can be replaced.
    ///
    /// # Errors
    /// A message for the user. Nothing was changed then.
    pub(in crate::cli) fn prepare(folder: &Path, language: Language) -> anyhow::Result<Self> {
        let dataset = Self { slots: OutputFolders { out: resolve(folder, language)?, files: &OsFileSystem } };
        let at = || shown(&dataset.slots.out);
        dataset.refuse_foreign()?;
        let parent = dataset.slots.out.parent().unwrap_or(Path::new(""));
        let made = create_folders(parent).with_context(at)?;
        let probed = dataset.probe();
        for folder in made.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
        probed.with_context(at)?;
        Ok(dataset)
    }

    fn refuse_foreign(&self) -> anyhow::Result<()> {
        let folder = &self.slots.out;
        let mut entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.with_context(|| shown(folder))?,
        };
        if entries.next().is_none() || is_dataset(folder) {
            return Ok(());
        }
        let why = Message::new(
            "里面有东西，而且不是本程序写的数据集，没有改动；请换一个文件夹",
            "it is not empty and no dataset of huizong; nothing was touched",
        );
        Err(anyhow::Error::from(why).context(shown(folder)))
    }

    /// Returns an error if the dataset that would be replaced is one of another whole. Datasets of earlier versions do
    /// not state theirs.
    fn refuse_other_body(&self, root: &str) -> anyhow::Result<()> {
        let mark = std::fs::read_to_string(self.slots.out.join(MARK)).unwrap_or_default();
        let stated = mark.lines().next().and_then(|line| line.splitn(3, ' ').nth(2));
        let Some(other) = stated.filter(|other| *other != root) else { return Ok(()) };
        let why = Message::new(
            format!("这里是“{other}”的数据集，这次合并的是“{root}”；没有改动，请另选一个文件夹，或者先把它移走"),
            format!("it is the dataset of “{other}”, and this is “{root}”; nothing was touched; name another folder"),
        );
        Err(anyhow::Error::from(why).context(shown(&self.slots.out)))
    }

    /// Makes the folder and the renames of a dataset and undoes them, so that a refusal is known before the work is
    /// done.
    fn probe(&self) -> io::Result<()> {
        // A name that the system refuses would look like one that is taken.
        if let Err(error) = beside(&self.slots.out, UNFINISHED).symlink_metadata()
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let unfinished = self.slots.unused(UNFINISHED)?;
        self.slots.files.create_dir(&unfinished)?;
        let renames = self.make_way()?;
        let outcome = self.slots.perform(&renames);
        let undone = outcome.is_ok().then(|| self.slots.undo(&renames));
        self.slots.files.remove_dir(&unfinished)?;
        outcome.map_err(|refused| refused.source)?;
        undone.map_or(Ok(()), |undone| undone.map_err(|(source, _)| source))
    }

    /// Returns the renames that make the place of the dataset free.
    fn make_way(&self) -> io::Result<Vec<(PathBuf, PathBuf)>> {
        make_way(&self.slots)
    }

    /// Writes the facts of all runs that a roll-up counts beside the place of the dataset, and copies what a person
    /// edited or added in the old dataset.
    ///
    /// # Errors
    /// A message for the user. The old dataset is unchanged then, and nothing of the new one is left.
    pub(in crate::cli) fn write(&self, rollup: &LevelRollup, jobs: Option<usize>) -> anyhow::Result<NewDataset<'_>> {
        let folder = &self.slots.out;
        for leftover in [UNFINISHED, DISCARDED].iter().flat_map(|ending| self.slots.all(ending)) {
            if is_dataset(&leftover) {
                let _ = remove_tree(self.slots.files, &leftover);
            }
        }
        let root = rollup.bodies.first().map_or("", |body| body.name.as_str());
        self.refuse_other_body(root)?;
        let edits = keep_edits(folder)?;
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).with_context(|| shown(parent))?;
        }
        let unfinished = self.slots.unused(UNFINISHED).with_context(|| shown(folder))?;
        self.slots.files.create_dir(&unfinished).with_context(|| shown(&unfinished))?;
        let new = NewDataset { slots: &self.slots, unfinished, root: root.to_owned(), edits };
        // The mark comes first: a later run may remove what a killed run left.
        new.write_mark("")?;
        pipeline::write_dataset(rollup, jobs, &|path, bytes| {
            let path = path.split('/').fold(new.unfinished.clone(), |whole, part| whole.join(part));
            let write = || {
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::write(&path, bytes)
            };
            write().map_err(|source| Error::Path { path: path.clone(), source })
        })?;
        new.write_mark(&new.list().with_context(|| shown(&new.unfinished))?)?;
        Ok(new)
    }
}

impl NewDataset<'_> {
    /// Puts the dataset in place.
    ///
    /// # Errors
    /// A message for the user. The old dataset is then in place as it was.
    pub(in crate::cli) fn put_in_place(mut self) -> anyhow::Result<Vec<OutputEdit>> {
        let folder = &self.slots.out;
        let mut renames = make_way(self.slots).with_context(|| shown(folder))?;
        let discarded: Vec<PathBuf> = renames.iter().map(|(_, to)| to.clone()).collect();
        renames.push((self.unfinished.clone(), folder.clone()));
        self.slots.perform(&renames).map_err(|refused| anyhow!(refused.source)).with_context(|| shown(folder))?;
        for discarded in discarded {
            let _ = remove_tree(self.slots.files, &discarded);
        }
        Ok(std::mem::take(&mut self.edits))
    }

    fn write_mark(&self, list: &str) -> anyhow::Result<()> {
        let mark = self.unfinished.join(MARK);
        let text = format!("huizong {} {}\n{list}", env!("CARGO_PKG_VERSION"), self.root);
        std::fs::write(&mark, text).with_context(|| shown(&mark))
    }

    /// Returns a line for each file: its digest and its path.
    fn list(&self) -> io::Result<String> {
        let line = |(path, whole): (String, PathBuf)| -> io::Result<String> {
            let digested = digest_all(&mut std::fs::File::open(whole)?)?;
            Ok(format!("{} {path}\n", digested.sha256))
        };
        files(&self.unfinished).into_iter().filter(|(path, _)| path != MARK).map(line).collect()
    }
}

impl Drop for NewDataset<'_> {
    fn drop(&mut self) {
        if !is_absent(&self.unfinished) {
            let _ = remove_tree(self.slots.files, &self.unfinished);
        }
    }
}

fn is_dataset(folder: &Path) -> bool {
    folder.join(MARK).is_file()
}

fn make_way(slots: &OutputFolders<'_>) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let is_old = !is_absent(&slots.out);
    is_old.then(|| Ok((slots.out.clone(), slots.unused(DISCARDED)?))).into_iter().collect()
}

/// Creates a folder and those above it that do not exist. Returns the created ones, the outermost first. If one cannot
/// be created, those before it are removed.
fn create_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let absent: Vec<&Path> =
        folder.ancestors().take_while(|above| *above != Path::new("") && is_absent(above)).collect();
    let mut made: Vec<PathBuf> = Vec::new();
    for folder in absent.into_iter().rev() {
        if let Err(error) = std::fs::create_dir(folder) {
            made.iter().rev().for_each(|folder| drop(std::fs::remove_dir(folder)));
            return Err(error);
        }
        made.push(folder.to_owned());
    }
    Ok(made)
}

/// Copies the files of a dataset that this program did not write, or that were edited since, into the folder beside it.
fn keep_edits(folder: &Path) -> anyhow::Result<Vec<OutputEdit>> {
    let mut edits = Vec::new();
    if !is_dataset(folder) {
        return Ok(edits);
    }
    let mark = folder.join(MARK);
    let text = std::fs::read_to_string(&mark).with_context(|| shown(&mark))?;
    let listed: BTreeMap<&str, &str> =
        text.lines().skip(1).filter_map(|line| line.split_once(' ')).map(|(digest, path)| (path, digest)).collect();
    for (path, whole) in files(folder).into_iter().filter(|(path, _)| path != MARK) {
        let is_as_written = match listed.get(path.as_str()) {
            Some(digest) => has_digest(&whole, digest),
            // Datasets of a version that did not list their files.
            None => listed.is_empty() && is_partition(&path) && !is_newer(&whole, &mark),
        };
        if !is_as_written {
            let bytes = std::fs::read(&whole).with_context(|| shown(&whole))?;
            let copy = Some(copy_beside(folder, &path, &bytes).with_context(|| shown(folder))?);
            edits.push(OutputEdit { is_added: !listed.contains_key(path.as_str()), path, stays: false, copy });
        }
    }
    Ok(edits)
}

/// Returns whether a path is that of a run's file: `year=YYYY/body=…/facts.parquet`.
fn is_partition(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts.as_slice(), [year, body, "facts.parquet"] if year.starts_with("year=") && body.starts_with("body="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_that_cannot_be_put_in_place_leaves_the_old_one() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let folder = parent.path().join("dataset");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join(MARK), "old").expect("a file");
        let dataset = DatasetFolder::prepare(&folder, Language::Chinese).expect("a dataset");
        let new = |name: &str| NewDataset {
            slots: &dataset.slots,
            unfinished: parent.path().join(name),
            root: String::new(),
            edits: Vec::new(),
        };
        assert!(new("not there").put_in_place().is_err());
        assert_eq!(std::fs::read_to_string(folder.join(MARK)).expect("the old one"), "old");
        std::fs::create_dir(parent.path().join("new")).expect("a folder");
        new("new").put_in_place().expect("in place");
        assert!(!folder.join(MARK).exists());
        let names = std::fs::read_dir(parent.path()).expect("a folder").count();
        assert_eq!(names, 1, "nothing is left beside it");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_known_before_and_nothing_is_left() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let inner = parent.path().join("a/b");
        assert!(DatasetFolder::prepare(&inner.join("名".repeat(200)), Language::Chinese).is_err());
        assert!(DatasetFolder::prepare(&inner.join("dataset"), Language::Chinese).is_ok());
        assert!(!parent.path().join("a").exists());
    }

    #[test]
    fn files_of_datasets_without_a_list_are_recognised_by_their_paths() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let folder = parent.path().join("dataset");
        for path in ["year=2024/body=x/facts.parquet", "year=2024/body=x/x.parquet", "data/manifest.json", ".notes"] {
            let whole = folder.join(path);
            std::fs::create_dir_all(whole.parent().expect("a folder")).expect("a folder");
            std::fs::write(whole, path).expect("a file");
        }
        std::fs::write(folder.join(MARK), "huizong 0.1.0\n").expect("a file");
        let edits = keep_edits(&folder).expect("copies");
        let kept: Vec<&str> = edits.iter().map(|edit| edit.path.as_str()).collect();
        assert_eq!(kept, [".notes", "data/manifest.json", "year=2024/body=x/x.parquet"]);
        assert!(edits.iter().all(|edit| edit.copy.as_ref().is_some_and(|copy| copy.is_file())));
    }
}
