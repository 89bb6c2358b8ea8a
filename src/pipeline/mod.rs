//! The sequence of a run: source, document, submission, corpus, findings, rollup, outcome.
//!
//! Files are read in parallel and independently, and the results are put in the order of the files, so that the outputs
//! do not depend on the number of threads or the order of the inputs.

mod deadline;
mod entry_forms;
mod file_reader;
mod given;
mod intake;
mod level_inputs;
mod level_run;
mod originals;
mod rounds;
mod sent_letters;
mod since;
mod stand_ins;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::outcome::{Outcome, Settings};
use crate::rollup::Rollup;
use crate::rules;
use crate::source::{self, Limits};
use crate::submission::Reader;

pub use entry_forms::entry_workbooks;
use file_reader::LoadedInputs;
use given::Given;
pub use given::{read_decisions, read_document, read_roster};
pub use intake::Tick;
pub use level_inputs::{LevelInputs, LevelPlan};
pub use level_run::{roll_up, write_dataset};
pub use rounds::{PriorRounds, ReceivedFile};
pub use since::changes_between;
pub use stand_ins::StandIns;

/// The configuration of a run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Files and folders with submissions.
    pub inputs: Vec<PathBuf>,
    /// The roster.
    pub roster: Option<PathBuf>,
    /// The report year; by default the one that most submissions state.
    pub year: Option<u16>,
    /// Number of threads that read files; by default one per core, but at least eight.
    pub jobs: Option<usize>,
    /// Limits on the size of files.
    pub limits: Limits,
    /// The office program that converts old Word files to docx; without it they are not read.
    pub convert_with: Option<PathBuf>,
    /// Last year's outputs, or a folder of last year's submissions.
    pub previous: Option<PathBuf>,
    /// The county's own report, to compare with the sum.
    pub official: Option<PathBuf>,
    /// A file with explanations of units.
    pub explanations: Option<PathBuf>,
    /// Files with the office's decisions.
    pub decisions: Vec<PathBuf>,
    /// The workbook of decisions as it was last written, by which changes of a person are recognised.
    pub written_decisions: Option<PathBuf>,
    /// A folder with the office's own templates.
    pub templates: Option<PathBuf>,
    /// The outputs of an earlier run to compare with.
    pub since: Option<PathBuf>,
    /// Whether annotated copies of units' workbooks are written.
    pub marks_originals: bool,
    /// The previous rounds, if the run belongs to a work folder.
    pub rounds: Option<PriorRounds>,
    /// The outputs of the previous rounds, with the letters as the office sent them.
    pub earlier_outputs: Vec<PathBuf>,
    /// Copies of files that counted in the previous round and cannot be used any more.
    pub stand_ins: StandIns,
    /// Due date of units without one on the roster.
    pub due: Option<NaiveDate>,
    /// Further settings that the outputs depend on.
    pub settings: Settings,
}

/// The progress of a run, reported after each file.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Total number of files.
    pub files: usize,
    /// Whether the file just processed could not be read as a report.
    pub failed: bool,
}

/// Runs the whole sequence. `tick` is called for every file read.
///
/// # Errors
/// `Error` if the run as a whole cannot continue; a bad file never stops it.
pub fn run(plan: &Plan, tick: Tick<'_>) -> Result<Outcome> {
    let reader = Arc::new(Reader { limits: plan.limits, ..Reader::official()? });
    let given = Given::read(plan, &reader)?;
    let mut listing = source::list(&plan.inputs, &given::files(plan))?;
    listing.add(&plan.stand_ins.absent);
    listing.add(&plan.stand_ins.overwritten);
    let paths: BTreeMap<String, PathBuf> = if plan.marks_originals {
        listing.sources.iter().map(|source| (source.file.clone(), source.path.clone())).collect()
    } else {
        BTreeMap::new()
    };
    let LoadedInputs { receipts, mut submissions, left_aside, county_reports, mut replies } =
        intake::read_all(listing, plan, &reader, tick);
    submissions.retain(|submission| plan.stand_ins.is_used(&submission.file));
    let history = plan.rounds.as_ref().map(|rounds| plan.stand_ins.noted(rounds.history(&receipts)));
    for reply in &mut replies {
        reply.round = history.as_ref().map(|history| history.round_of(&reply.file));
    }
    let mut corpus = given.corpus(plan, &reader, submissions, history.as_ref())?;
    for entry in &mut corpus.entries {
        entry.stand_in = plan.stand_ins.kind_of(&entry.submission.file);
    }
    let severities = &given.settings.severities;
    let mut findings = rules::check(&corpus, severities)?;
    corpus.correct(&given.decisions);
    if !corpus.corrected.is_empty() {
        findings = rules::merge_corrected(&corpus, findings, rules::check(&corpus, severities)?);
    }
    let active = || findings.iter().filter(|finding| !finding.is_corrected);
    let must_fix = active().filter(|finding| finding.severity == Severity::MustFix);
    let flagged: BTreeSet<usize> = must_fix.filter_map(Finding::entry).collect();
    let rollup = Rollup::build(&corpus, &flagged, &rules::corrections(&corpus, &findings))?;
    findings.extend(rules::reconcile(&corpus, &rollup, severities)?);
    let (files, decided) = ((receipts, left_aside), (given.decisions, replies));
    let mut outcome = Outcome::new(corpus, findings, rollup, files, given.settings, decided, history);
    outcome.county_reports = county_reports;
    if let Some((path, before)) = plan.since.as_deref().zip(given.since) {
        outcome.changes = Some(since::changes_since(&before, path, &outcome)?);
    }
    outcome.originals = originals::read(&outcome, &paths);
    Ok(outcome)
}
