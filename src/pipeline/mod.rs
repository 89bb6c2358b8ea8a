//! The program on one screen: source, document, submission, corpus, findings, rollup, outcome.
//!
//! Files are read in parallel, each by itself, and what comes of them is put in their order, so that neither the number
//! of threads nor the order of the inputs can be told from the outputs.

mod deadline;
mod entry_forms;
mod file_reader;
mod given;
mod intake;
mod level_run;
mod originals;
mod rounds;
mod since;

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
pub use level_run::{LevelPlan, roll_up, write_dataset};
pub use rounds::PriorRounds;
pub use since::changes_between;

/// What a run is to do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Files and folders with submissions.
    pub inputs: Vec<PathBuf>,
    /// Who reports.
    pub roster: Option<PathBuf>,
    /// The report year; else the one most submissions state.
    pub year: Option<u16>,
    /// Threads that read files; else one per core, and eight at least.
    pub jobs: Option<usize>,
    /// How far files may go before they are given up.
    pub limits: Limits,
    /// The office program that turns old Word files into new ones; without it they are not read.
    pub convert_with: Option<PathBuf>,
    /// Last year's outputs, or a folder of last year's submissions.
    pub previous: Option<PathBuf>,
    /// The county's own report, to compare with the sum.
    pub official: Option<PathBuf>,
    /// What units have explained.
    pub explanations: Option<PathBuf>,
    /// What the office has decided; of several files the later ones win.
    pub decisions: Vec<PathBuf>,
    /// A folder with the office's own templates.
    pub templates: Option<PathBuf>,
    /// The outputs of an earlier run, to say what changed since.
    pub since: Option<PathBuf>,
    /// Whether workbooks go back to their units marked.
    pub marks_originals: bool,
    /// The rounds before, where this is one of a work folder.
    pub rounds: Option<PriorRounds>,
    /// When reports are due of units for which the roster says nothing.
    pub due: Option<NaiveDate>,
    /// What outputs depend on besides.
    pub settings: Settings,
}

/// How far a run has come; told after each file.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Files in all.
    pub files: usize,
    /// Whether the file just done could not be read.
    pub failed: bool,
}

/// Does the job. `tick` hears of every file done.
///
/// # Errors
/// `Error` where the run as a whole cannot go on; a bad file never stops it.
pub fn run(plan: &Plan, tick: Tick<'_>) -> Result<Outcome> {
    let reader = Arc::new(Reader { limits: plan.limits, ..Reader::official()? });
    let given = Given::read(plan, &reader)?;
    let listing = source::list(&plan.inputs, &given::files(plan))?;
    let paths: BTreeMap<String, PathBuf> = if plan.marks_originals {
        listing.sources.iter().map(|source| (source.file.clone(), source.path.clone())).collect()
    } else {
        BTreeMap::new()
    };
    let LoadedInputs { receipts, submissions, left_aside, replies } = intake::read_all(listing, plan, &reader, tick);
    let history = plan.rounds.as_ref().map(|rounds| rounds.history(&receipts));
    let mut corpus = given.corpus(plan, &reader, submissions, history.as_ref())?;
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
    let mut outcome =
        Outcome::new(corpus, findings, rollup, (receipts, left_aside), given.settings, (given.decisions, replies));
    outcome.history = history;
    if let Some((path, before)) = plan.since.as_deref().zip(given.since) {
        outcome.changes = Some(since::changes_since(&before, path, &outcome)?);
    }
    outcome.originals = originals::read(&outcome, &paths);
    Ok(outcome)
}
