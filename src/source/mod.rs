//! The inputs, listed in a fixed order: every file is either a source, or left aside by name and counted.

mod archive;
mod convert;
mod digest;
mod limits;
mod mail;
mod sequence;

mod names;
mod outputs;
mod page;
mod repack;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

pub use archive::{ArchiveContent, ArchiveEntry, ExtractError, unpack};
pub use convert::to_docx;
pub use digest::{DigestWriter, Digested, digest, digest_all, hex};
pub use limits::{Limit, Limits, RATIO_EXEMPT_BYTES};
pub use mail::{PagePart, page_parts, unpack_mail};
pub use names::{base_name, percent_escaped, unique_name};
pub use outputs::{
    DATASET_MARK, EARLIER, INBOX, OutputFolder, RESULTS, folder_name, is_beside_output, list_outputs,
    list_without_outputs, nothing_found, parent_name,
};
pub use page::PAGE_FOLDER_ENDINGS;
pub use repack::{pack, repack};
pub use sequence::{is_tar, unpack_7z, unpack_gzip, unpack_tar};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::message::Message;

/// A file that may be a submission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path relative to its input, with `/`; unique within a listing.
    pub file: String,
    /// Its path on disk.
    pub path: PathBuf,
    /// Whether the listing found a regular file there. For anything else, [`Source::read`] checks again before it opens
    /// it.
    pub is_file: bool,
    /// Whether the user named this file as an input, rather than a folder that contains it.
    pub is_named: bool,
}

/// The files under the inputs.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Files to read, sorted by name.
    pub sources: Vec<Source>,
    /// Files that are not submissions: lock files, system files, this program's own outputs; and folders already listed
    /// under another name. Sorted.
    pub left_aside: Vec<String>,
}

impl Source {
    /// Reads the file, up to `most + 1` bytes even if it grows meanwhile. The extra byte shows that it is too large.
    ///
    /// # Errors
    /// The system's error, or that it is not a regular file: reading a pipe would wait for its writer, and a device may
    /// never end. For the batch this error is a finding and does not stop the run.
    pub fn read(&self, most: u64) -> std::io::Result<Vec<u8>> {
        if !self.is_file && !std::fs::metadata(&self.path)?.is_file() {
            return Err(std::io::Error::new(ErrorKind::InvalidInput, "not a file with contents of its own"));
        }
        let mut file = std::fs::File::open(&self.path)?;
        let size = usize::try_from(file.metadata()?.len().min(most)).unwrap_or(0);
        // Room for one byte more than the size, so that one call reads the file and also shows that it has ended.
        let mut bytes = vec![0; size + 1];
        let read = match file.read(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            read => read?,
        };
        bytes.truncate(read);
        if read != size {
            let rest = most.saturating_add(1).saturating_sub(read as u64);
            file.take(rest).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }
}

impl Listing {
    /// Adds files under the paths that they had in an input.
    pub fn add(&mut self, files: &BTreeMap<String, PathBuf>) {
        let source = |(file, path): (&String, &PathBuf)| Source {
            file: file.clone(),
            path: path.clone(),
            is_file: false,
            is_named: false,
        };
        self.sources.extend(files.iter().map(source));
        self.sources.sort();
    }
}

/// Returns why an output folder is not accepted as input: its figures are totals, and reading them as reports would
/// count everything twice.
fn own_output() -> Message {
    Message::new(
        "这是汇总的结果，不是报送的文件；要把几个汇总合在一起，请用 huizong rollup",
        "these are results of a run, not submissions; add results up with `huizong rollup`",
    )
}

/// Lists the files under the inputs. Files and folders in `known` (the roster, templates) are no submissions and are
/// left aside.
///
/// # Errors
/// `Error::Path` for an input that does not exist; `Error::Given` for one that a run wrote; `Error::NothingToRead` if
/// there are no files.
pub fn list(inputs: &[PathBuf], known: &[PathBuf]) -> Result<Listing> {
    let known: Vec<PathBuf> = known.iter().filter_map(|path| whole(path)).collect();
    let mut listing = Listing::default();
    for input in inputs {
        let at = |source| Error::Path { path: input.clone(), source };
        let metadata = std::fs::metadata(input).map_err(at)?;
        if metadata.is_dir() && is_own_output(input) {
            return Err(Error::Given { file: input.display().to_string(), why: own_output() });
        }
        if metadata.is_dir() {
            walk(input, &known, &mut listing);
        } else {
            let file = input.file_name().map_or_else(String::new, names::shown);
            listing.sources.push(Source { file, path: input.clone(), is_file: metadata.is_file(), is_named: true });
        }
    }
    listing.sources.sort();
    listing.sources.dedup_by(|a, b| a.file == b.file && is_same(&a.path, &b.path));
    names::disambiguate(&mut listing.sources);
    listing.sources.sort();
    listing.left_aside.sort();
    if listing.sources.is_empty() {
        let names: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Error::NothingToRead(names.join(", ")));
    }
    Ok(listing)
}

fn walk(input: &Path, known: &[PathBuf], listing: &mut Listing) {
    let mut entries = walkdir::WalkDir::new(input).follow_links(true).sort_by_file_name().into_iter();
    // Links can reach the same folder by exponentially many paths.
    let mut walked = BTreeSet::new();
    let mut is_walked = |folder: &Path| folder.canonicalize().is_ok_and(|folder| !walked.insert(folder));
    // Shown paths of the folders that enclose the current entry, the innermost last.
    let mut within: Vec<String> = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            // A loop of links or a folder without permission is listed, so that it is reported, and not entered.
            Err(error) => {
                let path = error.path().unwrap_or(input).to_owned();
                listing.sources.push(Source { file: relative(input, &path), path, is_file: false, is_named: false });
                continue;
            }
        };
        let Some(depth) = entry.depth().checked_sub(1) else { continue };
        within.truncate(depth);
        let name = names::shown(entry.file_name());
        let file = within.last().map_or_else(|| name.clone(), |folder| format!("{folder}/{name}"));
        if entry.file_type().is_dir() {
            if is_aside(&name)
                || is_leftover(&name)
                || is_known(entry.path(), known)
                || is_own_output(entry.path())
                || outputs::is_earlier_rounds(entry.path(), &name)
                || is_walked(entry.path())
            {
                listing.left_aside.push(format!("{file}/"));
                entries.skip_current_dir();
            } else {
                within.push(file);
            }
        } else if is_aside(&name)
            || may_be_known(&entry, known) && is_known(entry.path(), known)
            || page::is_page_part(&file, |page| input.join(page).is_file())
        {
            listing.left_aside.push(file);
        } else {
            let is_file = entry.file_type().is_file();
            listing.sources.push(Source { file, path: entry.into_path(), is_file, is_named: false });
        }
    }
}

/// Returns whether two paths lead to the same file. Paths that lead nowhere are equal only if they are written the
/// same.
fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn relative(input: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(input).unwrap_or(path).components();
    let parts: Vec<String> = parts.map(|part| names::shown(part.as_os_str())).collect();
    parts.join("/")
}

/// Names of settings files, which lie among the inputs. Notepad adds `.txt`, which Windows hides.
const SETTINGS: [&str; 2] = ["huizong.toml", "huizong.toml.txt"];

fn is_aside(name: &str) -> bool {
    // A path in an archive may begin with `./`.
    name.starts_with('.') && !matches!(name, "." | "..")
        || name.starts_with("~$")
        || name.eq_ignore_ascii_case("Thumbs.db")
        || name.eq_ignore_ascii_case("desktop.ini")
        || SETTINGS.iter().any(|settings| name.eq_ignore_ascii_case(settings))
        || name.ends_with("-设置.toml")
}

/// Returns whether a folder has the name of one that an interrupted run left beside its outputs.
fn is_leftover(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.ends_with(".未完成") || name.ends_with(".待删除") || name.ends_with(".手工保留")
}

/// Returns whether an entry is a link or has the name of a known path. No other entry needs its path resolved.
fn may_be_known(entry: &walkdir::DirEntry, known: &[PathBuf]) -> bool {
    entry.path_is_symlink() || known.iter().any(|known| known.file_name() == Some(entry.file_name()))
}

fn is_known(path: &Path, known: &[PathBuf]) -> bool {
    !known.is_empty() && whole(path).is_some_and(|path| known.contains(&path))
}

/// Returns the path with links and `..` resolved, as far as it exists. Some drives (in memory, on a network) cannot
/// resolve paths; then it is the absolute path as written. `None` for an empty path.
#[must_use]
pub fn whole(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let resolved = absolute.ancestors().find_map(|above| {
        let inner = absolute.strip_prefix(above).ok()?;
        above.canonicalize().ok().map(|above| above.join(inner))
    });
    Some(resolved.unwrap_or(absolute))
}

/// The part of a manifest that distinguishes it from other files of that name.
#[derive(Deserialize)]
struct ManifestHead {
    program: String,
    #[serde(default)]
    command: Option<String>,
}

/// Returns whether this program wrote a folder, according to the manifest in it.
#[must_use]
pub fn is_own_output(folder: &Path) -> bool {
    own_manifest(folder).is_some()
}

/// Returns whether a folder has the outputs of a run of this program, as opposed to those of a command that has its name
/// in the manifest.
#[must_use]
pub fn is_run_output(folder: &Path) -> bool {
    own_manifest(folder).is_some_and(|manifest| manifest.command.is_none())
}

/// Returns the manifest in a folder if this program wrote it.
fn own_manifest(folder: &Path) -> Option<ManifestHead> {
    let manifest =
        Source { file: String::new(), path: folder.join("data").join("manifest.json"), is_file: false, is_named: true };
    parse_own_manifest(&manifest.read(Limits::default().file).ok()?)
}

/// Parses bytes that may be a manifest; `None` if it is not one of this program.
fn parse_own_manifest(bytes: &[u8]) -> Option<ManifestHead> {
    serde_json::from_slice::<ManifestHead>(bytes).ok().filter(|manifest| manifest.program == "huizong")
}

/// Returns whether the bytes are a manifest of this program.
fn is_own_manifest(bytes: &[u8]) -> bool {
    parse_own_manifest(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_or_left_aside() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = folder.path().join("旧汇总/data");
        std::fs::create_dir_all(&own).expect("a folder");
        std::fs::write(own.join("manifest.json"), r#"{"program":"huizong"}"#).expect("a file");
        let leftover = folder.path().join("汇总.待删除2");
        std::fs::create_dir(&leftover).expect("a folder");
        std::fs::write(leftover.join("c.csv"), "c").expect("a file");
        for name in ["b.xlsx", "~$b.xlsx", ".DS_Store", "Thumbs.db", "a.csv", "名册.csv"] {
            std::fs::write(folder.path().join(name), name).expect("a file");
        }
        let listing = list(&[folder.path().to_owned()], &[folder.path().join("名册.csv")]).expect("a listing");
        let files: Vec<_> = listing.sources.iter().map(|source| source.file.as_str()).collect();
        assert_eq!(files, ["a.csv", "b.xlsx"]);
        assert_eq!(listing.left_aside, [".DS_Store", "Thumbs.db", "~$b.xlsx", "名册.csv", "旧汇总/", "汇总.待删除2/"]);
        assert!(matches!(list(&[folder.path().join("旧汇总/data")], &[]), Ok(listing) if listing.sources.len() == 1));
        assert!(matches!(list(&[folder.path().join("旧汇总")], &[]), Err(Error::Given { .. })));
        assert!(matches!(list(&[folder.path().join("none")], &[]), Err(Error::Path { .. })));
    }
}
