//! The output folder: written beside and put in place when whole; the one it replaces is kept once.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::Facts;
use huizong::error::Error;
use huizong::outcome::Outcome;
use huizong::report::{self, Failure, Render};
use huizong::source::is_own_output;

/// What the replaced folder is called.
const PREVIOUS: &str = ".上一次";
/// What the folder being written is called.
const UNFINISHED: &str = ".未完成";
/// What the folder replaced before is called while it is removed: half a folder is nobody's.
const DISCARDED: &str = ".待删除";
/// What is there, and locked, while a run writes; hidden, so that it is no input. The system takes the lock off a run
/// that is killed.
const LOCK: &str = ".正在写";

/// Where the outputs go.
#[derive(Debug)]
pub(super) struct Target {
    out: PathBuf,
    _lock: File,
}

impl Target {
    /// Makes sure the folder may be written and nobody else does, and finishes or undoes what a killed run left.
    pub(super) fn prepare(out: &Path) -> anyhow::Result<Self> {
        let at = |path: &Path| format!("{}", path.display());
        let lock = lock_of(out);
        if let Some(parent) = lock.parent() {
            std::fs::create_dir_all(parent).with_context(|| at(parent))?;
        }
        let lock = locked(&lock).with_context(|| at(&lock))?.ok_or_else(|| Error::Busy(out.to_owned()))?;
        let target = Self { out: out.to_owned(), _lock: lock };
        let [previous, unfinished, discarded] = [PREVIOUS, UNFINISHED, DISCARDED].map(|ending| beside(out, ending));
        if !out.exists() && is_own_output(&previous) {
            std::fs::rename(&previous, out).with_context(|| at(out))?;
        }
        let foreign = out.exists()
            && !is_own_output(out)
            && (!out.is_dir() || std::fs::read_dir(out).with_context(|| at(out))?.next().is_some());
        if foreign {
            return Err(Error::Foreign(out.to_owned()).into());
        }
        if previous.exists() && !is_own_output(&previous) {
            return Err(Error::Foreign(previous).into());
        }
        for left in [&unfinished, &discarded].into_iter().filter(|left| left.exists()) {
            std::fs::remove_dir_all(left).with_context(|| at(left))?;
        }
        Ok(target)
    }

    /// Writes everything, the manifest last, and puts the folder in place.
    pub(super) fn write(&self, outcome: &Outcome, facts: Facts, data_only: bool) -> anyhow::Result<()> {
        let unfinished = beside(&self.out, UNFINISHED);
        // Made once: if somebody removes it meanwhile, writing fails.
        std::fs::create_dir(&unfinished).with_context(|| format!("{}", unfinished.display()))?;
        let wanted = |output: &&report::Output| match output.path {
            report::FACTS_CSV => facts != Facts::Parquet,
            report::FACTS_PARQUET => facts != Facts::Csv,
            _ => !data_only || output.is_data(),
        };
        let mut written = Vec::new();
        for output in report::OUTPUTS.iter().filter(wanted) {
            match output.render {
                Render::File(render) => {
                    written.push(write_file(&unfinished, output.path, &|out| render(outcome, out))?);
                }
                Render::Folder(render) => {
                    let folder = unfinished.join(output.path);
                    let files = render(outcome).map_err(|error| anyhow::anyhow!(error));
                    for (name, bytes) in files.with_context(|| format!("{}", folder.display()))? {
                        written.push(write_file(&folder, &name, &|out| Ok(out.write_all(&bytes)?))?);
                    }
                }
            }
        }
        let time = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
        written.push(write_file(&unfinished, report::MANIFEST, &|out| report::write_manifest(outcome, &time, out))?);
        // Somebody may have removed some of them meanwhile.
        for path in &written {
            std::fs::metadata(path).with_context(|| format!("{}", path.display()))?;
        }
        self.put_in_place(&unfinished).with_context(|| format!("{}", self.out.display()))
    }

    /// At every moment either the folder itself or the one it replaces is whole; `prepare` restores the latter.
    fn put_in_place(&self, unfinished: &Path) -> std::io::Result<()> {
        let [previous, discarded] = [PREVIOUS, DISCARDED].map(|ending| beside(&self.out, ending));
        let replaced = is_own_output(&self.out);
        if replaced {
            if previous.exists() {
                std::fs::rename(&previous, &discarded)?;
            }
            std::fs::rename(&self.out, &previous)?;
        } else if self.out.exists() {
            std::fs::remove_dir(&self.out)?;
        }
        std::fs::rename(unfinished, &self.out).inspect_err(|_| {
            if replaced {
                let _ = std::fs::rename(&previous, &self.out);
            }
        })
    }
}

impl Drop for Target {
    /// Leaves nothing beside the outputs, least of all on a full disk. What cannot be removed now, the next run removes.
    fn drop(&mut self) {
        for left in [UNFINISHED, DISCARDED] {
            let _ = std::fs::remove_dir_all(beside(&self.out, left));
        }
        let _ = std::fs::remove_file(lock_of(&self.out));
    }
}

/// The lock, unless another run holds it. Where a disk knows no locks, there is none to hold.
fn locked(path: &Path) -> std::io::Result<Option<File>> {
    loop {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A run that ended just now took it away after it was opened here.
            Ok(()) if !path.exists() => {}
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(Some(file)),
        }
    }
}

fn lock_of(out: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(beside(out, LOCK).file_name().unwrap_or_default());
    out.with_file_name(name)
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.file_name().map_or_else(|| OsString::from("out"), OsString::from);
    name.push(ending);
    out.with_file_name(name)
}

/// Writes a file below a folder; gives where.
fn write_file(
    folder: &Path,
    path: &str,
    render: &dyn Fn(&mut dyn Write) -> Result<(), Failure>,
) -> anyhow::Result<PathBuf> {
    let whole = path.split('/').fold(folder.to_owned(), |whole, part| whole.join(part));
    let at = || format!("{}", whole.display());
    if let Some(parent) = whole.parent().filter(|parent| !parent.is_dir()) {
        std::fs::create_dir(parent).with_context(at)?;
    }
    let mut out = BufWriter::new(File::create(&whole).with_context(at)?);
    render(&mut out).map_err(|error| anyhow::anyhow!(error)).with_context(at)?;
    let file = out.into_inner().map_err(|error| anyhow::anyhow!(error)).with_context(at)?;
    file.sync_all().with_context(at)?;
    Ok(whole)
}
