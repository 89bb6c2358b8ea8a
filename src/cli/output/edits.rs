//! Outputs of an earlier run that a person edited or added, which are always kept.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;

use super::file_system::{beside, is_absent, manifest, write_atomically};
use super::slots::WRITTEN_TOGETHER;
use huizong::report::{MANIFEST, WrittenOutput};
use huizong::source::digest_all;

/// Ending of the folder name for copies of edited and added files.
const KEPT: &str = ".手工保留";
/// Upper bound, exclusive, of the numbers that copies of one name get.
const MAX_COPIES: u32 = 9999;

/// Where the edited files are kept that cannot stay in their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Keeping {
    /// In a folder beside the outputs, as copies.
    Beside,
    /// In the replaced outputs, none of which is deleted.
    WithOld,
}

/// A file that a person edited or added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct OutputEdit {
    /// Path within the outputs, separated by `/`.
    pub(in crate::cli) path: String,
    /// Whether the file was added: the earlier run wrote no output of this path.
    pub(in crate::cli) is_added: bool,
    /// Whether the file stays in its place: it is a document with unchanged data.
    pub(in crate::cli) stays: bool,
    /// Path of the copy, if one was made.
    pub(in crate::cli) copy: Option<PathBuf>,
}

#[derive(Deserialize)]
struct OutputList {
    #[serde(default)]
    outputs: Option<Vec<ListedOutput>>,
}

#[derive(Deserialize)]
struct ListedOutput {
    path: String,
    sha256: String,
    made_from: String,
}

/// Returns the files in a folder of outputs that a person edited or added. `new` lists the outputs that will replace
/// them.
pub(super) fn find(out: &Path, new: &[WrittenOutput]) -> Vec<OutputEdit> {
    let receipt = std::fs::read(manifest(out)).ok().and_then(|bytes| serde_json::from_slice::<OutputList>(&bytes).ok());
    let listed = receipt.and_then(|receipt| receipt.outputs);
    let by_path: BTreeMap<&str, &ListedOutput> =
        listed.iter().flatten().map(|listed| (listed.path.as_str(), listed)).collect();
    let made_from: BTreeMap<&str, &str> =
        new.iter().map(|output| (output.path.as_str(), output.made_from.as_str())).collect();
    let mut edits = Vec::new();
    for (path, whole) in files(out).into_iter().filter(|(path, _)| path != MANIFEST) {
        let old = by_path.get(path.as_str());
        let is_as_written = match old {
            Some(old) => has_digest(&whole, &old.sha256),
            // Outputs of a version that did not list them.
            None => listed.is_none() && !is_newer(&whole, &manifest(out)),
        };
        if !is_as_written {
            let is_document = whole.extension().is_some_and(|ending| ending == "docx");
            let stays = is_document && old.is_some_and(|old| made_from.get(path.as_str()) == Some(&&*old.made_from));
            edits.push(OutputEdit { is_added: old.is_none() && listed.is_some(), path, stays, copy: None });
        }
    }
    edits
}

/// Returns the files of a folder and the links in it, in name order, without system files and the lock files of office
/// programs.
pub(super) fn files(out: &Path) -> Vec<(String, PathBuf)> {
    let entries = walkdir::WalkDir::new(out).sort_by_file_name().into_iter().flatten();
    let named = |entry: walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_litter = ["~$", "._"].iter().any(|start| name.starts_with(start))
            || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&&*name);
        let inner = entry.path().strip_prefix(out).ok()?.components();
        let path = inner.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
        (!entry.file_type().is_dir() && !is_litter).then(|| (path, entry.into_path()))
    };
    entries.filter_map(named).collect()
}

pub(super) fn has_digest(file: &Path, sha256: &str) -> bool {
    let digested = std::fs::File::open(file).and_then(|mut file| digest_all(&mut file));
    digested.is_ok_and(|digested| digested.sha256 == sha256)
}

pub(super) fn is_newer(file: &Path, manifest: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let limit = modified(manifest).map(|time: SystemTime| time + WRITTEN_TOGETHER);
    modified(file).zip(limit).is_none_or(|(time, limit)| time > limit)
}

/// Copies a file into the folder of kept files beside the outputs and returns the path of the copy. The name gets a
/// number if another file has it. A copy with the same content is reused.
///
/// # Errors
/// The error of the system, or `AlreadyExists` if all numbers are taken.
pub(super) fn copy_beside(out: &Path, path: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let target = path.split('/').fold(beside(out, KEPT), |whole, part| whole.join(part));
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let stem = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = target.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let numbered = (2..MAX_COPIES).map(|number| target.with_file_name(format!("{stem}（{number}）{ending}")));
    for candidate in std::iter::once(target.clone()).chain(numbered) {
        if is_absent(&candidate) {
            // Written whole, because a copy that a kill cut short must not look like the file.
            write_atomically(&candidate, bytes)?;
            return Ok(candidate);
        }
        if std::fs::read(&candidate).is_ok_and(|there| there == bytes) {
            return Ok(candidate);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
