//! Readers of the user's other inputs besides the submissions: the roster, last year, the county's own report,
//! explanations, templates.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Plan, intake, since};
use crate::changes::Snapshot;
use crate::corpus::{Corpus, Guidance, History, Previous};
use crate::decisions::Decisions;
use crate::document::{self, Document, PageFault, Unreadable};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::outcome::Settings;
use crate::report::{TEMPLATES, check_templates};
use crate::roster::Roster;
use crate::source::{self, Limits};
use crate::submission::{Reader, Submission};

/// The other inputs, read.
pub(super) struct Given {
    pub(super) settings: Settings,
    pub(super) decisions: Decisions,
    /// The tables of an earlier run's outputs.
    pub(super) since: Option<Snapshot>,
    roster: Option<Roster>,
    previous: Option<Previous>,
    official: Vec<Submission>,
}

impl Given {
    /// Reads all other inputs that the plan names.
    pub(super) fn read(plan: &Plan, reader: &Arc<Reader>) -> Result<Self> {
        let settings = settings(plan)?;
        let roster = plan.roster.as_deref().map(read_roster).transpose()?;
        let roster = roster.map(|roster| roster.in_county(plan.settings.county.as_deref()).due_on(plan.due));
        let decisions = read_all_decisions(plan)?;
        let previous = plan.previous.as_deref().map(|path| read_previous(path, plan, reader, roster.as_ref()));
        let previous = previous.transpose()?;
        let official = plan.official.as_deref().map(|path| read_one(path, plan, reader)).transpose()?;
        let since = plan.since.as_deref().map(since::read).transpose()?;
        Ok(Self { settings, decisions, since, roster, previous, official: official.unwrap_or_default() })
    }

    /// Builds the corpus from the submissions and the other inputs.
    pub(super) fn corpus(
        &self,
        plan: &Plan,
        reader: &Reader,
        submissions: Vec<Submission>,
        history: Option<&History>,
    ) -> Result<Corpus> {
        let (roster, previous) = (self.roster.as_ref(), self.previous.as_ref());
        let guidance = Guidance { decisions: Some(&self.decisions), history };
        let forms = Arc::clone(&reader.forms);
        let mut corpus = Corpus::build_guided(forms, roster, plan.year, submissions, previous, guidance);
        corpus.today = plan.settings.date;
        let year = corpus.year.known();
        if let Some(path) = &plan.official {
            corpus.official = Some(official_of(&self.official, year, path)?);
        }
        refuse_other_year(plan, previous, year)?;
        Ok(corpus)
    }
}

/// Returns a corpus without reports: the units of the roster, and their reports of last year.
pub(super) fn corpus_without_reports(plan: &Plan, reader: &Arc<Reader>) -> Result<Corpus> {
    let roster = plan.roster.as_deref().map(read_roster).transpose()?;
    let roster = roster.map(|roster| roster.in_county(plan.settings.county.as_deref()));
    let previous = plan.previous.as_deref().map(|path| read_previous(path, plan, reader, roster.as_ref()));
    let previous = previous.transpose()?;
    refuse_other_year(plan, previous.as_ref(), plan.year)?;
    let forms = Arc::clone(&reader.forms);
    Ok(Corpus::build(forms, roster.as_ref(), plan.year, Vec::new(), previous.as_ref()))
}

/// Returns an error if last year's figures are not of the year before.
fn refuse_other_year(plan: &Plan, previous: Option<&Previous>, year: Option<u16>) -> Result<()> {
    if let (Some(previous), Some(path)) = (previous, &plan.previous)
        && let (Some(then), Some(now)) = (previous.year, year)
        && then + 1 != now
    {
        let why = Message::new(
            format!("这是{then}年度的，与{now}年度比对需要上一年度的"),
            format!("it is of {then}, and last year's is wanted for {now}"),
        );
        return Err(Error::Given { file: path.display().to_string(), why });
    }
    Ok(())
}

/// Returns the paths of the other inputs, which must not be read as submissions.
pub(super) fn files(plan: &Plan) -> Vec<PathBuf> {
    let given = [&plan.roster, &plan.explanations, &plan.official, &plan.templates];
    let templates = plan.templates.iter().flat_map(|folder| TEMPLATES.map(|name| folder.join(name)));
    given.into_iter().flatten().cloned().chain(plan.decisions.iter().cloned()).chain(templates).collect()
}

/// Returns the settings with the office's own templates, which are checked.
fn settings(plan: &Plan) -> Result<Settings> {
    let mut settings = plan.settings.clone();
    let Some(folder) = &plan.templates else { return Ok(settings) };
    let given = |path: &Path, why: Message| Error::Given { file: path.display().to_string(), why };
    std::fs::read_dir(folder).map_err(|source| Error::Path { path: folder.clone(), source })?;
    for name in TEMPLATES {
        let path = folder.join(name);
        if path.exists() {
            settings.templates.insert(name, bytes_of(&path)?);
        }
    }
    if settings.templates.is_empty() {
        let names = TEMPLATES.map(str::to_owned);
        return Err(given(
            folder,
            Message::new(
                format!("里面没有{}中的任何一个", names.join("、")),
                format!("it holds none of {}", names.join(", ")),
            ),
        ));
    }
    check_templates(&settings.templates).map_err(|(name, why)| given(&folder.join(name), why))?;
    Ok(settings)
}

/// Returns last year's figures: from outputs of this program, or from the submissions in a folder.
fn read_previous(path: &Path, plan: &Plan, reader: &Arc<Reader>, roster: Option<&Roster>) -> Result<Previous> {
    if source::is_own_output(path) {
        let facts = path.join("data").join("facts.csv");
        let (rows, file) = (rows_of(&facts)?, facts.display().to_string());
        return Previous::of_facts(&rows).map_err(|why| Error::Given { file, why });
    }
    let listing = source::list(&[path.to_owned()], &plan.roster.iter().cloned().collect::<Vec<_>>())?;
    let intake = intake::read_all(listing, plan, reader, &|_| {});
    let corpus = Corpus::build(Arc::clone(&reader.forms), roster, None, intake.submissions, None);
    Ok(Previous::of_corpus(&corpus))
}

/// Returns the submissions in one file that the user names.
fn read_one(path: &Path, plan: &Plan, reader: &Arc<Reader>) -> Result<Vec<Submission>> {
    let listing = source::list(&[path.to_owned()], &[])?;
    Ok(intake::read_given(listing, plan, reader).submissions)
}

/// Returns the report of the year in the county's own file, which must be the only one.
fn official_of(submissions: &[Submission], year: Option<u16>, path: &Path) -> Result<Submission> {
    let is_year = |stated: u16| year.is_none_or(|year| stated == year);
    let of_year = |submission: &Submission| submission.report().is_some() && submission.year.is_none_or(is_year);
    let reports: Vec<&Submission> = submissions.iter().filter(|submission| of_year(submission)).collect();
    match reports.as_slice() {
        [only] => Ok((*only).clone()),
        others => {
            let count = others.len();
            let of_year = year.map(|year| format!(" of {year}")).unwrap_or_default();
            let wanted = year.map(|year| format!("{year}年度的")).unwrap_or_default();
            let why = Message::new(
                format!("应当有一份{wanted}年报，现有{count}份"),
                format!("one report{of_year} is wanted, and {count} are in it"),
            );
            Err(Error::Given { file: path.display().to_string(), why })
        }
    }
}

/// Reads a roster from a delimited file, or from the first sheet of a workbook that is a roster.
///
/// # Errors
/// `Error` if the file cannot be read or is not a roster.
pub fn read_roster(path: &Path) -> Result<Roster> {
    let document = read_document(path)?;
    let file = path.display().to_string();
    let filled = document.grids.iter().filter(|grid| !grid.cells().is_empty());
    let mut rosters = filled.map(|grid| Roster::from_rows(&file, &grid.texts()));
    let first = rosters.next().ok_or_else(|| Error::Given { file: file.clone(), why: empty() })?;
    first.or_else(|error| rosters.find_map(Result::ok).ok_or(error))
}

/// Returns the office's decisions: the sheets of all files, and the explanations in a separate file.
fn read_all_decisions(plan: &Plan) -> Result<Decisions> {
    // Without it, entries that differ are both kept.
    let written = plan.written_decisions.as_deref().and_then(|path| read_decisions(path).ok());
    let mut decisions = Decisions::default();
    for path in &plan.decisions {
        decisions = decisions.merge(read_decisions(path)?, written.as_ref());
    }
    if let Some(path) = &plan.explanations {
        decisions.add_explanations(read_decisions(path)?);
    }
    Ok(decisions)
}

/// Reads the office's decisions from a workbook, or from one of its sheets saved as a delimited file.
///
/// # Errors
/// `Error` if the file cannot be read or has none of the columns.
pub fn read_decisions(path: &Path) -> Result<Decisions> {
    let document = read_document(path)?;
    Decisions::from_grids(document.grids).map_err(|why| Error::Given { file: path.display().to_string(), why })
}

/// Maximum size of another input, in bytes: enough for a province's facts of last year. Bounds reading from devices
/// without an end.
const LARGEST_GIVEN: u64 = 512 << 20;

/// Returns the bytes of another input, which may be a pipe.
fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|given| given.take(LARGEST_GIVEN + 1).read_to_end(&mut bytes));
    if read.map_err(|source| Error::Path { path: path.to_owned(), source })? as u64 > LARGEST_GIVEN {
        let most = LARGEST_GIVEN >> 20;
        let why = Message::new(format!("文件大于 {most} MiB"), format!("it is larger than {most} MiB"));
        return Err(Error::Given { file: path.display().to_string(), why });
    }
    Ok(bytes)
}

/// Reads another input as a document.
///
/// # Errors
/// `Error` if the file cannot be read.
pub fn read_document(path: &Path) -> Result<Document> {
    let file = path.display().to_string();
    let read = document::read(&file, &bytes_of(path)?, &Limits::default());
    // Only the form of a report can prove that pages were joined rightly.
    let is_certain = |document: Document| match document.joined_pages {
        pages if !pages.is_empty() => Err(Unreadable::Misprinted { fault: PageFault::Spilled, pages }),
        _ => Ok(document),
    };
    read.and_then(is_certain).map_err(|why| Error::Given { file, why: unreadable(&why) })
}

/// Returns the rows of a table that the user gives: of a delimited file, or of the first sheet of a workbook that is
/// not empty.
fn rows_of(path: &Path) -> Result<Vec<Vec<String>>> {
    let document = read_document(path)?;
    let grid = document.grids.iter().find(|grid| !grid.cells().is_empty());
    let file = path.display().to_string();
    Ok(grid.ok_or_else(|| Error::Given { file, why: empty() })?.texts())
}

fn empty() -> Message {
    Message::new("里面没有内容", "it is empty")
}

/// Returns the reason why another input cannot be read.
fn unreadable(why: &Unreadable) -> Message {
    let zh = match why {
        Unreadable::Empty => return empty(),
        Unreadable::Inaccessible(why) => return why.clone(),
        Unreadable::Password(_) => "文件有密码，请先取消密码".to_owned(),
        Unreadable::Damaged(format, _) => format!("文件损坏，不能按{}读取，请打开后重新保存", format.word()),
        Unreadable::NotRead(format) => format!("这种文件（{}）不能读取", format.word()),
        Unreadable::NoText { .. } => "这是扫描件，没有可识读的文字".to_owned(),
        Unreadable::Misprinted { .. } => "这份PDF的各格分不清，请给出制作它的表格文件".to_owned(),
        Unreadable::LostCharacters => "文件另存时丢失了汉字，请从原文件另存为UTF-8编码的csv或xlsx".to_owned(),
        Unreadable::Exceeded { .. } => "文件过大".to_owned(),
    };
    Message::new(zh, format!("it cannot be read: {why:?}"))
}
