//! The output folder: written beside and put in place when whole; the one it replaces is kept once.

use std::ffi::OsString;
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

/// Where the outputs go.
#[derive(Debug)]
pub(super) struct Target {
    out: PathBuf,
}

impl Target {
    /// Makes sure the folder may be written, and finishes or undoes what a killed run left.
    pub(super) fn prepare(out: &Path) -> anyhow::Result<Self> {
        let target = Self { out: out.to_owned() };
        let at = |path: &Path| format!("{}", path.display());
        let previous = target.beside(PREVIOUS);
        if !out.exists() && is_own_output(&previous) {
            std::fs::rename(&previous, out).with_context(|| at(out))?;
        }
        let unfinished = target.beside(UNFINISHED);
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).with_context(|| at(&unfinished))?;
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
        Ok(target)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.out.file_name().map_or_else(|| OsString::from("out"), OsString::from);
        name.push(ending);
        self.out.with_file_name(name)
    }

    /// Writes everything, the manifest last, and puts the folder in place.
    pub(super) fn write(&self, outcome: &Outcome, facts: Facts) -> anyhow::Result<()> {
        let unfinished = self.beside(UNFINISHED);
        let wanted = |output: &&report::Output| match output.path {
            report::FACTS_CSV => facts != Facts::Parquet,
            report::FACTS_PARQUET => facts != Facts::Csv,
            _ => true,
        };
        for output in report::OUTPUTS.iter().filter(wanted) {
            match output.render {
                Render::File(render) => write_file(&unfinished, output.path, &|out| render(outcome, out))?,
                Render::Folder(render) => {
                    let folder = unfinished.join(output.path);
                    let files = render(outcome).map_err(|error| anyhow::anyhow!(error));
                    for (name, bytes) in files.with_context(|| format!("{}", folder.display()))? {
                        write_file(&folder, &name, &|out| Ok(out.write_all(&bytes)?))?;
                    }
                }
            }
        }
        let time = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
        write_file(&unfinished, report::MANIFEST, &|out| report::write_manifest(outcome, &time, out))?;
        self.put_in_place(&unfinished).with_context(|| format!("{}", self.out.display()))
    }

    /// At every moment either the folder itself or the one it replaces is whole; `prepare` restores the latter.
    fn put_in_place(&self, unfinished: &Path) -> std::io::Result<()> {
        let previous = self.beside(PREVIOUS);
        if is_own_output(&self.out) {
            if previous.exists() {
                std::fs::remove_dir_all(&previous)?;
            }
            std::fs::rename(&self.out, &previous)?;
        } else if self.out.exists() {
            std::fs::remove_dir(&self.out)?;
        }
        std::fs::rename(unfinished, &self.out)
    }
}

fn write_file(folder: &Path, path: &str, render: &dyn Fn(&mut dyn Write) -> Result<(), Failure>) -> anyhow::Result<()> {
    let whole = path.split('/').fold(folder.to_owned(), |whole, part| whole.join(part));
    let at = || format!("{}", whole.display());
    if let Some(parent) = whole.parent() {
        std::fs::create_dir_all(parent).with_context(at)?;
    }
    let mut out = BufWriter::new(std::fs::File::create(&whole).with_context(at)?);
    render(&mut out).map_err(|error| anyhow::anyhow!(error)).with_context(at)?;
    let file = out.into_inner().map_err(|error| anyhow::anyhow!(error)).with_context(at)?;
    file.sync_all().with_context(at)
}
