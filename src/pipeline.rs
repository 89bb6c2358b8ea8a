//! The program on one screen: source, document, submission, corpus, findings, rollup, outcome.
//!
//! The one place with threads. Each file is read by itself; the indexed collect keeps their order, so that neither the
//! number of threads nor the order of the inputs can be told from the outputs.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::document::{self, Format, Unreadable};
use crate::error::{Error, Result};
use crate::form::Forms;
use crate::outcome::{Outcome, Receipt, Settings};
use crate::roster::Roster;
use crate::rules;
use crate::source::{self, Source};
use crate::submission::{self, Content, Identity, Submission};

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Files and folders with submissions.
    pub inputs: Vec<PathBuf>,
    /// Who reports.
    pub roster: Option<PathBuf>,
    /// The report year; else the one most submissions state.
    pub year: Option<u16>,
    /// Threads; else one per core.
    pub jobs: Option<usize>,
    /// Larger files are given up, in bytes.
    pub max_file_bytes: u64,
    /// What outputs depend on besides.
    pub settings: Settings,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            roster: None,
            year: None,
            jobs: None,
            max_file_bytes: 64 << 20,
            settings: Settings::default(),
        }
    }
}

/// How far a run has come; told after each file.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Files in all.
    pub files: usize,
    /// Whether the file just done could not be read.
    pub failed: bool,
}

/// Does the job. `tick` hears of every file done, from any thread.
///
/// # Errors
/// `Error` where the run as a whole cannot go on; a bad file never stops it.
pub fn run(plan: &Plan, tick: &(dyn Fn(Progress) + Sync)) -> Result<Outcome> {
    let forms = Forms::official()?;
    let identity = Identity::official()?;
    let roster = plan.roster.as_deref().map(|path| read_roster(path, &identity)).transpose()?;
    let known: Vec<PathBuf> = plan.roster.iter().cloned().collect();
    let listing = source::list(&plan.inputs, &known)?;
    let read = |source: &Source| {
        let read = read_file(source, plan.max_file_bytes, &forms, &identity);
        tick(Progress {
            files: listing.sources.len(),
            failed: read.1.iter().any(|submission| submission.report().is_none()),
        });
        read
    };
    let files: Vec<(Receipt, Vec<Submission>)> =
        with_jobs(plan.jobs, || listing.sources.par_iter().map(read).collect());
    let (receipts, submissions): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let corpus = Corpus::build(forms, roster, plan.year, submissions.into_iter().flatten().collect())?;
    let findings = rules::check(&corpus)?;
    Outcome::build(corpus, findings, receipts, listing.left_aside, plan.settings.clone())
}

fn with_jobs<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match jobs.and_then(|jobs| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok()) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// One file, from bytes to submissions. Whatever goes wrong is what its submission says.
fn read_file(source: &Source, limit: u64, forms: &Forms, identity: &Identity) -> (Receipt, Vec<Submission>) {
    let file = source.file.clone();
    let unreadable = |why| vec![submission::without_report(&source.file, Content::Unreadable(why), identity)];
    let size = std::fs::metadata(&source.path).map_or(0, |metadata| metadata.len());
    if size > limit {
        let receipt = Receipt { file, digest: None, format: Format::Unknown };
        return (receipt, unreadable(Unreadable::TooLarge { size, limit }));
    }
    match source.read() {
        Ok(bytes) => {
            let format = document::format_of(&source.file, &bytes);
            let receipt = Receipt { file, digest: Some(source::digest(&bytes)), format };
            (receipt, submission::read(&source.file, &bytes, forms, identity))
        }
        Err(error) => {
            let receipt = Receipt { file, digest: None, format: Format::Unknown };
            (receipt, unreadable(Unreadable::Damaged(Format::Unknown, error.to_string())))
        }
    }
}

/// A roster from a delimited file or a workbook's first sheet that has rows.
fn read_roster(path: &Path, identity: &Identity) -> Result<Roster> {
    let file = path.display().to_string();
    let fail = |why: String| Error::Roster { file: file.clone(), why };
    let bytes = std::fs::read(path).map_err(|source| Error::Path { path: path.to_owned(), source })?;
    let document = document::read(&file, &bytes).map_err(|why| fail(format!("cannot be read: {why:?}")))?;
    let grid =
        document.grids.iter().find(|grid| !grid.cells().is_empty()).ok_or_else(|| fail("it is empty".to_owned()))?;
    Roster::from_rows(&file, &grid.texts(), identity.set_aside.clone())
}
