//! The output folders under given folders, which are the inputs of a roll-up over many runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Limits, ManifestHead, Source, is_aside, is_leftover, names, relative};
use crate::error::{Error, Result};
use crate::message::Message;

/// The folder within a work folder for received files.
pub const INBOX: &str = "收件";
/// The folder within a work folder with the outputs of the last round.
pub const RESULTS: &str = "结果";
/// The folder within a work folder with the outputs of earlier rounds.
pub const EARLIER: &str = "历次";

/// The file that marks a folder as a dataset of this program and lists its files with their digests. Programs that read
/// datasets skip names that begin with `_`.
pub const DATASET_MARK: &str = "_huizong";

/// Tables that an output folder has beside its manifest. A folder with them but no manifest is damaged.
const TABLES: [&str; 2] = ["units.csv", "totals.csv"];
/// Outputs for people. A folder with them but without `data/` is damaged: somebody sent only what can be looked at.
const FOR_PEOPLE: [&str; 2] = ["报告.html", "汇总表.xlsx"];

/// A folder that this program wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFolder {
    /// Its path on disk.
    pub path: PathBuf,
    /// The folder directly below that of the body: the output folder itself, or the work folder of a `结果`.
    pub home: PathBuf,
    /// Its path relative to its argument, with `/`, preceded by the argument's own name.
    pub file: String,
    /// The position, from zero, of the argument it was found under.
    pub argument: usize,
    /// Whether it or its work folder is the argument itself and not a folder under it.
    pub is_argument: bool,
    /// The names of the folders between the argument and this one. The work folder of a `结果` is not among them.
    pub folders: Vec<String>,
    /// The bytes of its manifest; `None` if it is missing or cannot be read.
    pub manifest: Option<Vec<u8>>,
}

/// Lists the folders under the arguments that this program wrote, in the order of the arguments and of their paths.
/// Skips leftovers of interrupted runs and earlier rounds in work folders.
///
/// # Errors
/// `Error::Path` for an argument that does not exist, `Error::Given` for one that is no folder or if there are no output
/// folders.
pub fn list_outputs(arguments: &[PathBuf]) -> Result<Vec<OutputFolder>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (argument, root) in arguments.iter().enumerate() {
        let metadata = std::fs::metadata(root).map_err(|source| Error::Path { path: root.clone(), source })?;
        if !metadata.is_dir() {
            let why = Message::new("这是文件；请给出存放汇总结果的文件夹", "it is a file; name a folder with outputs");
            return Err(Error::Given { file: root.display().to_string(), why });
        }
        let mut entries = walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            // A loop of links or a folder without permission has nothing that can be read.
            let Ok(entry) = entry else { continue };
            if !entry.file_type().is_dir() {
                continue;
            }
            let name = names::shown(entry.file_name());
            if entry.depth() > 0 && is_passed_over(entry.path(), &name) {
                entries.skip_current_dir();
            } else if let FolderKind::Output(manifest) = look(entry.path()) {
                entries.skip_current_dir();
                let whole = super::whole(entry.path());
                // Two arguments or two links may lead to the same folder, which must count once.
                let is_new = whole.as_ref().is_none_or(|whole| seen.insert(whole.clone()));
                if is_new {
                    found.push(output(root, argument, entry.path(), manifest));
                }
            }
        }
    }
    if found.is_empty() { Err(nothing_found(arguments)) } else { Ok(found) }
}

/// Returns what lies under the arguments beside the output folders and is not read: folders without outputs in them, and
/// archives, each by its path below its argument, preceded by the argument's own name. `written` are folders that are
/// written and no input.
#[must_use]
pub fn list_without_outputs(arguments: &[PathBuf], outputs: &[OutputFolder], written: &[&Path]) -> Vec<String> {
    let is_output: BTreeSet<&Path> = outputs.iter().map(|output| output.path.as_path()).collect();
    let above: BTreeSet<&Path> = is_output.iter().flat_map(|output| output.ancestors().skip(1)).collect();
    let written: Vec<PathBuf> = written.iter().filter_map(|path| super::whole(path)).collect();
    let mut found = Vec::new();
    for root in arguments {
        let mut entries = walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let Ok(entry) = entry else { continue };
            let (path, name) = (entry.path(), names::shown(entry.file_name()));
            if !entry.file_type().is_dir() {
                if is_archive(&name) && !is_aside(&name) && !is_in_work_folder(path) {
                    found.push(below(root, path));
                }
            } else if is_output.contains(path) || entry.depth() > 0 && is_known_aside(path, &name, &written) {
                entries.skip_current_dir();
            } else if !above.contains(path) && entry.depth() > 0 {
                found.push(below(root, path));
                entries.skip_current_dir();
            }
        }
    }
    found
}

/// Returns whether a folder among outputs is known to be none: leftovers and hidden folders, the parts of a work folder,
/// datasets, and folders that are written.
fn is_known_aside(path: &Path, name: &str, written: &[PathBuf]) -> bool {
    let is_written = || super::whole(path).is_some_and(|whole| written.contains(&whole));
    is_passed_over(path, name) || is_in_work_folder(path) || path.join(DATASET_MARK).is_file() || is_written()
}

fn is_in_work_folder(path: &Path) -> bool {
    [INBOX, RESULTS].iter().all(|part| path.with_file_name(part).is_dir())
}

fn is_archive(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ["zip", "rar", "7z", "tar", "gz"].contains(&ending.as_str())
}

/// Returns a path below an argument, preceded by the argument's own name, with `/`.
fn below(root: &Path, path: &Path) -> String {
    let parts = [folder_name(root), Some(relative(root, path)).filter(|inner| !inner.is_empty())];
    parts.into_iter().flatten().collect::<Vec<_>>().join("/")
}

/// Returns the error that there are no output folders under the arguments.
#[must_use]
pub fn nothing_found(arguments: &[PathBuf]) -> Error {
    let names: Vec<String> = arguments.iter().map(|argument| argument.display().to_string()).collect();
    let why = Message::new(
        "没有找到汇总结果；请给出 huizong run 写出的结果文件夹，或者存放这些文件夹的上级文件夹",
        "there are no outputs in it; name the folders that `huizong run` wrote, or a folder above them",
    );
    Error::Given { file: names.join("、"), why }
}

/// Returns the name of a folder, after resolving its path if it has no name of its own (`.`, `..`).
#[must_use]
pub fn folder_name(folder: &Path) -> Option<String> {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.file_name().or_else(|| whole.file_name()).map(names::shown)
}

/// Returns the name of the parent folder.
#[must_use]
pub fn parent_name(folder: &Path) -> Option<String> {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.parent().and_then(Path::file_name).map(names::shown)
}

fn output(root: &Path, argument: usize, path: &Path, manifest: Option<Vec<u8>>) -> OutputFolder {
    let inner = relative(root, path);
    let mut folders: Vec<String> = inner.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut is_argument = folders.pop().is_none();
    let is_in_work_folder = path.file_name().is_some_and(|name| name == RESULTS) && path.with_file_name(INBOX).is_dir();
    let mut home = path;
    if is_in_work_folder {
        is_argument |= folders.pop().is_none();
        home = path.parent().unwrap_or(path);
    }
    let file = below(root, path);
    OutputFolder { path: path.to_owned(), home: home.to_owned(), file, argument, is_argument, folders, manifest }
}

/// Returns whether a folder is skipped: hidden folders, leftovers of earlier runs, earlier rounds.
fn is_passed_over(path: &Path, name: &str) -> bool {
    is_beside_output(name) || is_aside(name) || is_earlier_rounds(path, name)
}

/// Returns whether a folder has the name of one that runs make beside their outputs: what they replaced, what they keep,
/// and what an interrupted run left.
#[must_use]
pub fn is_beside_output(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
    is_leftover(name) || [".上一次", ".新结果"].iter().any(|ending| plain.ends_with(ending))
}

/// Returns whether a folder has the earlier rounds of a work folder, with copies of the files that counted.
pub(super) fn is_earlier_rounds(path: &Path, name: &str) -> bool {
    name == EARLIER && path.with_file_name(INBOX).is_dir()
}

/// The kind of a folder, determined by its manifest.
enum FolderKind {
    /// A folder that this program wrote, with its manifest unless that is missing or cannot be read.
    Output(Option<Vec<u8>>),
    /// Anything else.
    Other,
}

/// Determines the kind of a folder from its manifest and tables.
fn look(folder: &Path) -> FolderKind {
    let data = folder.join("data");
    let path = data.join("manifest.json");
    if path.is_file() {
        let source = Source { file: String::new(), path, is_file: true, is_named: false };
        let bytes = source.read(Limits::default().file).ok();
        let program =
            |bytes: &Vec<u8>| serde_json::from_slice::<ManifestHead>(bytes).ok().map(|manifest| manifest.program);
        return match bytes.as_ref().and_then(program) {
            Some(program) if program != "huizong" => FolderKind::Other,
            _ => FolderKind::Output(bytes),
        };
    }
    let has_all = |folder: &Path, files: [&str; 2]| files.iter().all(|file| folder.join(file).is_file());
    if has_all(&data, TABLES) || has_all(folder, FOR_PEOPLE) { FolderKind::Output(None) } else { FolderKind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, program: &str) {
        std::fs::create_dir_all(folder.join("data")).expect("a folder");
        let manifest = format!("{{\"program\":\"{program}\"}}");
        std::fs::write(folder.join("data/manifest.json"), manifest).expect("a file");
    }

    #[test]
    fn outputs_are_found_with_the_folders_above_them() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("省");
        for out in [
            "市/乙县/2024",
            "市/甲县/2024",
            "市/甲县/2024.上一次",
            "市/甲县/2024年报/结果",
            "市/甲县/2024年报/历次/第1次",
        ] {
            write(&root.join(out), "huizong");
        }
        std::fs::create_dir_all(root.join("市/甲县/2024年报/收件")).expect("a folder");
        write(&root.join("市/别的"), "another");
        std::fs::create_dir_all(root.join("市/丙县/2024/data")).expect("a folder");
        for table in TABLES {
            std::fs::write(root.join("市/丙县/2024/data").join(table), "").expect("a file");
        }
        // Only what can be looked at.
        std::fs::create_dir_all(root.join("市/丁县")).expect("a folder");
        for file in FOR_PEOPLE {
            std::fs::write(root.join("市/丁县").join(file), "").expect("a file");
        }
        let found = list_outputs(std::slice::from_ref(&root)).expect("outputs");
        let shown: Vec<_> = found
            .iter()
            .map(|output| (output.file.as_str(), output.folders.join("/"), output.manifest.is_some()))
            .collect();
        let expected = [
            ("省/市/丁县", "市".to_owned(), false),
            ("省/市/丙县/2024", "市/丙县".to_owned(), false),
            ("省/市/乙县/2024", "市/乙县".to_owned(), true),
            ("省/市/甲县/2024", "市/甲县".to_owned(), true),
            ("省/市/甲县/2024年报/结果", "市/甲县".to_owned(), true),
        ];
        assert_eq!(shown, expected);
        let itself = list_outputs(&[root.join("市/甲县/2024")]).expect("outputs");
        assert!(itself[0].is_argument && itself[0].folders.is_empty());
        let work = list_outputs(&[root.join("市/甲县/2024年报")]).expect("outputs");
        assert!(work[0].is_argument && work[0].folders.is_empty() && work[0].home == root.join("市/甲县/2024年报"));
        let none = list_outputs(&[root.join("市/别的")]).expect_err("no outputs").message();
        assert!(none.zh.contains("没有找到汇总结果"), "{}", none.zh);
    }
}
