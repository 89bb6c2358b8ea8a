//! The program on one screen: source, document, submission, corpus, findings, rollup, outcome.
//!
//! The one place with threads. Each file is read by itself; the indexed collect keeps their order, so that neither the
//! number of threads nor the order of the inputs can be told from the outputs.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::corpus::{Corpus, Previous};
use crate::document::{self, Format, Unreadable};
use crate::error::{Error, Result};
use crate::explanations::Explanations;
use crate::form::Forms;
use crate::outcome::{Outcome, Receipt, Settings};
use crate::report::{TEMPLATES, check_templates};
use crate::roster::Roster;
use crate::rules;
use crate::source::{self, Listing, Locked, Source};
use crate::submission::{Reader, Submission};

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
    /// Of an archive that holds more, what goes beyond is given up, in bytes.
    pub max_unzipped_bytes: u64,
    /// The office program that turns old Word files into new ones; without it they are not read.
    pub convert_with: Option<PathBuf>,
    /// Last year's outputs, or a folder of last year's submissions.
    pub previous: Option<PathBuf>,
    /// The county's own report, to compare with the sum.
    pub official: Option<PathBuf>,
    /// What units have explained.
    pub explanations: Option<PathBuf>,
    /// A folder with the office's own templates.
    pub templates: Option<PathBuf>,
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
            max_unzipped_bytes: 512 << 20,
            convert_with: None,
            previous: None,
            official: None,
            explanations: None,
            templates: None,
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
    let settings = settings(plan)?;
    let reader = Reader::official()?;
    let roster = plan.roster.as_deref().map(|path| read_roster(path, &reader)).transpose()?;
    let known = known(plan);
    let explanations = plan.explanations.as_deref().map(read_explanations).transpose()?.unwrap_or_default();
    let previous = plan.previous.as_deref().map(|path| read_previous(path, plan, &reader, roster.as_ref()));
    let previous = previous.transpose()?;
    let listing = source::list(&plan.inputs, &known)?;
    let intake = read_all(&listing, plan, &reader, tick);
    let official = plan.official.as_deref().map(|path| read_one(path, plan, &reader)).transpose()?;
    let mut corpus = Corpus::build(reader.forms, roster.as_ref(), plan.year, intake.submissions, previous.as_ref())?;
    if let (Some(submissions), Some(path)) = (official, &plan.official) {
        corpus.official = Some(official_of(submissions, corpus.year, path)?);
    }
    if let (Some(previous), Some(path)) = (&previous, &plan.previous)
        && previous.year + 1 != corpus.year
    {
        let why = format!("it is of {}, and last year's is wanted for {}", previous.year, corpus.year);
        return Err(Error::Given { file: path.display().to_string(), why });
    }
    let findings = rules::check(&corpus, &plan.settings.severities)?;
    Outcome::build(corpus, findings, intake.receipts, intake.left_aside, settings, &explanations)
}

/// What the user gave beside the submissions, which is none of them.
fn known(plan: &Plan) -> Vec<PathBuf> {
    let given = [&plan.roster, &plan.explanations, &plan.official, &plan.templates];
    let templates = plan.templates.iter().flat_map(|folder| TEMPLATES.map(|name| folder.join(name)));
    given.into_iter().flatten().cloned().chain(templates).collect()
}

/// What outputs depend on besides, with the office's own templates, which can be used.
fn settings(plan: &Plan) -> Result<Settings> {
    let mut settings = plan.settings.clone();
    let Some(folder) = &plan.templates else { return Ok(settings) };
    let given = |path: &Path, why: String| Error::Given { file: path.display().to_string(), why };
    std::fs::read_dir(folder).map_err(|source| Error::Path { path: folder.clone(), source })?;
    for name in TEMPLATES {
        let path = folder.join(name);
        if path.exists() {
            let bytes = std::fs::read(&path).map_err(|source| Error::Path { path, source })?;
            settings.templates.insert(name, bytes);
        }
    }
    if settings.templates.is_empty() {
        return Err(given(folder, format!("it holds none of {}", TEMPLATES.join(", "))));
    }
    check_templates(&settings.templates).map_err(|(name, why)| given(&folder.join(name), why))?;
    Ok(settings)
}

/// Every file of a listing, in its order: the one expression with threads.
fn read_all(listing: &Listing, plan: &Plan, reader: &Reader, tick: &(dyn Fn(Progress) + Sync)) -> Intake {
    let read = |source: &Source| {
        let intake = read_file(source, plan, reader);
        let failed = intake.submissions.iter().any(|submission| submission.report().is_none());
        tick(Progress { files: listing.sources.len(), failed });
        intake
    };
    let intakes: Vec<Intake> = with_jobs(plan.jobs, || listing.sources.par_iter().map(read).collect());
    let mut all = Intake { left_aside: listing.left_aside.clone(), ..Intake::default() };
    for intake in intakes {
        all.receipts.extend(intake.receipts);
        all.submissions.extend(intake.submissions);
        all.left_aside.extend(intake.left_aside);
    }
    all.left_aside.sort();
    all
}

/// Last year's figures: of outputs this program wrote then, or of the submissions in a folder.
fn read_previous(path: &Path, plan: &Plan, reader: &Reader, roster: Option<&Roster>) -> Result<Previous> {
    if source::is_own_output(path) {
        let facts = path.join("data").join("facts.csv");
        let (rows, file) = (rows_of(&facts)?, facts.display().to_string());
        return Previous::of_facts(&rows).map_err(|why| Error::Given { file, why });
    }
    let listing = source::list(&[path.to_owned()], &plan.roster.iter().cloned().collect::<Vec<_>>())?;
    let intake = read_all(&listing, plan, reader, &|_| {});
    let corpus = Corpus::build(Forms::official()?, roster, None, intake.submissions, None)?;
    Ok(Previous::of_corpus(&corpus))
}

/// The submissions in one file the user names.
fn read_one(path: &Path, plan: &Plan, reader: &Reader) -> Result<Vec<Submission>> {
    let listing = source::list(&[path.to_owned()], &[])?;
    Ok(read_all(&listing, plan, reader, &|_| {}).submissions)
}

/// The one report of the year in the county's own file.
fn official_of(submissions: Vec<Submission>, year: u16, path: &Path) -> Result<Submission> {
    let of_year =
        |submission: &Submission| submission.report().is_some() && submission.year.is_none_or(|stated| stated == year);
    let mut reports: Vec<Submission> = submissions.into_iter().filter(of_year).collect();
    match (reports.pop(), reports.len()) {
        (Some(only), 0) => Ok(only),
        (_, more) => {
            let count = if more == 0 { 0 } else { more + 1 };
            let why = format!("one report of {year} is wanted, and {count} are in it");
            Err(Error::Given { file: path.display().to_string(), why })
        }
    }
}

fn with_jobs<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match jobs.and_then(|jobs| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok()) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// What came of files: a receipt for each, also for those in archives, and what was in them.
#[derive(Debug, Default)]
struct Intake {
    receipts: Vec<Receipt>,
    submissions: Vec<Submission>,
    left_aside: Vec<String>,
}

/// One file, from bytes to submissions. Whatever goes wrong is what its submission says.
fn read_file(source: &Source, plan: &Plan, reader: &Reader) -> Intake {
    let mut intake = Intake::default();
    let size = std::fs::metadata(&source.path).map_or(0, |metadata| metadata.len());
    if size > plan.max_file_bytes {
        let why = Unreadable::TooLarge { size, limit: plan.max_file_bytes };
        unread(&source.file, why, reader, &mut intake);
        return intake;
    }
    match source.read() {
        Ok(bytes) => take_in(&source.file, &bytes, (plan, reader), ARCHIVES_DEEP, &mut intake),
        Err(error) => {
            let why = Unreadable::Inaccessible(error.to_string());
            unread(&source.file, why, reader, &mut intake);
        }
    }
    intake
}

/// Archives within archives are opened this deep.
const ARCHIVES_DEEP: u32 = 3;

/// A file's bytes, from the disk or out of an archive.
fn take_in(file: &str, bytes: &[u8], (plan, reader): (&Plan, &Reader), deep: u32, intake: &mut Intake) {
    let format = document::format_of(file, bytes);
    let receipt = Receipt { file: file.to_owned(), digest: Some(source::digest(bytes)), format };
    let unreadable = |why| vec![reader.unreadable(file, why)];
    let submissions = match (format, &plan.convert_with) {
        (Format::Zip, _) if deep > 0 => match source::unpack(bytes, plan.max_unzipped_bytes) {
            Ok(unpacked) if unpacked.entries.is_empty() => {
                intake.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
                unreadable(Unreadable::Empty)
            }
            Ok(unpacked) => {
                intake.receipts.push(receipt);
                intake.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
                for entry in unpacked.entries {
                    let name = format!("{file}/{}", entry.name);
                    match entry.bytes {
                        Ok(bytes) => take_in(&name, &bytes, (plan, reader), deep - 1, intake),
                        Err(locked) => unread(&name, why_locked(locked), reader, intake),
                    }
                }
                return;
            }
            Err(why) => unreadable(Unreadable::Damaged(format, why)),
        },
        (Format::Doc | Format::Rtf, Some(program)) => match source::to_docx(program, bytes) {
            Ok(converted) => reader.read(file, &converted),
            Err(why) => unreadable(Unreadable::Damaged(format, why)),
        },
        _ => reader.read(file, bytes),
    };
    intake.receipts.push(receipt);
    intake.submissions.extend(submissions);
}

fn unread(file: &str, why: Unreadable, reader: &Reader, intake: &mut Intake) {
    intake.receipts.push(Receipt { file: file.to_owned(), digest: None, format: Format::Unknown });
    intake.submissions.push(reader.unreadable(file, why));
}

fn why_locked(locked: Locked) -> Unreadable {
    match locked {
        Locked::Password => Unreadable::Password(Format::Zip),
        Locked::TooLarge { limit } => Unreadable::TooLarge { size: limit.saturating_add(1), limit },
        Locked::Damaged(why) => Unreadable::Damaged(Format::Zip, why),
    }
}

/// A roster from a delimited file or a workbook's first sheet that has rows.
fn read_roster(path: &Path, reader: &Reader) -> Result<Roster> {
    Roster::from_rows(&path.display().to_string(), &rows_of(path)?, reader.identity.set_aside.clone())
}

fn read_explanations(path: &Path) -> Result<Explanations> {
    Explanations::of_rows(&rows_of(path)?).map_err(|why| Error::Given { file: path.display().to_string(), why })
}

/// The rows of a table the user gives: of a delimited file, or of a workbook's first sheet that has any.
fn rows_of(path: &Path) -> Result<Vec<Vec<String>>> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| Error::Path { path: path.to_owned(), source })?;
    let document = document::read(&file, &bytes)
        .map_err(|why| Error::Given { file: file.clone(), why: format!("cannot be read: {why:?}") })?;
    let grid = document.grids.iter().find(|grid| !grid.cells().is_empty());
    Ok(grid.ok_or_else(|| Error::Given { file, why: "it is empty".to_owned() })?.texts())
}
