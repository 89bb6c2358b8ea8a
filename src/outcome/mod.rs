//! The outcome of a run, from which all outputs are made.

mod decided;
mod finding_name;
mod reply_answers;
mod shares;
mod status;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::changes::Changes;
use crate::corpus::{Corpus, Disposition, History, UnfitEntry};
use crate::decisions::{Contradiction, Decisions, Question};
use crate::document::Format;
use crate::finding::{Answer, Finding, Language, Severity, Subject};
use crate::message::Message;
use crate::replies::Reply;
use crate::rollup::{Imbalance, Rollup, Total};
use crate::source::Digested;
use crate::submission::Content;

use finding_name::FindingName;
pub use reply_answers::{TakenAnswer, UnassignedReply};
pub use status::Status;
pub use verdict::Verdict;

/// A file that was read, for the receipt.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The file, relative to its input.
    pub file: String,
    /// Its digest; `None` if it could not be read from disk.
    pub digest: Option<Digested>,
    /// The format in which it was read.
    pub format: Format,
}

/// The number of findings of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// 必改.
    pub must_fix: usize,
    /// 待说明.
    pub must_explain: usize,
    /// 提示.
    pub notes: usize,
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::MustFix => self.must_fix += 1,
            Severity::MustExplain => self.must_explain += 1,
            Severity::Note => self.notes += 1,
        }
    }
}

/// The user's settings that outputs depend on.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The county's name, for titles.
    pub county: Option<String>,
    /// Language of messages in `data/` and of the verdict.
    pub language: Language,
    /// The date on letters and the circular; if missing, left to be filled in by hand.
    pub date: Option<NaiveDate>,
    /// The date by which units must reply; if missing, left to be filled in by hand.
    pub reply_by: Option<NaiveDate>,
    /// The sender of letters and the circular; if missing, left to be filled in by hand.
    pub sender: Option<String>,
    /// Name and phone of the contact for units; if missing, left to be filled in by hand.
    pub contact: Option<String>,
    /// The office's own templates, by file name; the program's own are used for the others.
    pub templates: BTreeMap<&'static str, Vec<u8>>,
    /// The options as given, for the receipt, sorted by name.
    pub options: BTreeMap<String, String>,
    /// Severities that the office has changed, by rule code.
    pub severities: BTreeMap<String, Severity>,
}

impl Settings {
    /// Returns the phrase for the whole area by its level: 全县, 全区, 全市; 全县 if the name is unknown.
    #[must_use]
    pub fn whole_body(&self) -> &'static str {
        match self.county.as_deref().and_then(|county| county.trim_end_matches("人民政府").chars().last()) {
            Some('区') => "全区",
            Some('市') => "全市",
            Some('旗') => "全旗",
            Some('省') => "全省",
            Some('州') => "全州",
            Some('盟') => "全盟",
            _ => "全县",
        }
    }
}

/// The result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The submissions, units and figures.
    pub corpus: Corpus,
    /// All findings, in the order of the outputs.
    pub findings: Vec<Finding>,
    /// The county's totals.
    pub totals: Vec<Total>,
    /// The sums of the form that the totals break.
    pub imbalances: Vec<Imbalance>,
    /// The files read.
    pub receipts: Vec<Receipt>,
    /// The files that were not read as submissions.
    pub left_aside: Vec<String>,
    /// Those of them that are drafts of the county's own report.
    pub county_reports: Vec<String>,
    /// The original bytes of the workbooks of which annotated copies are returned, by position of the submission.
    pub originals: BTreeMap<usize, Vec<u8>>,
    /// The differences from an earlier run, if one is given.
    pub changes: Option<Changes>,
    /// The previous rounds, if the run belongs to a work folder.
    pub history: Option<History>,
    /// The user's settings.
    pub settings: Settings,
    /// The office's decisions.
    pub decisions: Decisions,
    /// Decisions that no longer apply, in the order of their sheets and rows.
    pub unfit: Vec<UnfitEntry>,
    /// Decisions that contradict one another, in the order of their sheets and rows.
    pub contradictions: Vec<Contradiction>,
    /// The answers from returned letters, each assigned to its finding.
    pub answers: Vec<TakenAnswer>,
    /// The texts in returned letters that answer no certain finding.
    pub unassigned_replies: Vec<UnassignedReply>,
    /// Remarks on returned letters of which something could not be used.
    pub reply_remarks: Vec<Message>,
    names: Vec<FindingName>,
    counts: Vec<Counts>,
    counts_without_entry: BTreeMap<Option<usize>, Counts>,
    lines: Vec<Line>,
}

impl Outcome {
    /// Assembles the outcome from the corpus, the findings, the totals, the receipts with the names of files left
    /// aside, the settings, the office's decisions with the returned letters, and the previous rounds of a work folder.
    #[must_use]
    pub fn new(
        corpus: Corpus,
        findings: Vec<Finding>,
        rollup: Rollup,
        (receipts, left_aside): (Vec<Receipt>, Vec<String>),
        settings: Settings,
        (decisions, replies): (Decisions, Vec<Reply>),
        history: Option<History>,
    ) -> Self {
        let Rollup { totals, imbalances } = rollup;
        let mut outcome = Self {
            corpus,
            findings,
            totals,
            imbalances,
            receipts,
            left_aside,
            county_reports: Vec::new(),
            originals: BTreeMap::new(),
            changes: None,
            history,
            settings,
            decisions,
            unfit: Vec::new(),
            contradictions: Vec::new(),
            answers: Vec::new(),
            unassigned_replies: Vec::new(),
            reply_remarks: Vec::new(),
            names: Vec::new(),
            counts: Vec::new(),
            counts_without_entry: BTreeMap::new(),
            lines: Vec::new(),
        };
        outcome.names = outcome.name_findings();
        let round = outcome.history.as_ref().map(|history| history.round);
        outcome.take_replies(replies, round);
        outcome.unfit = outcome.unfit_entries();
        outcome.contradictions = outcome.contradictory_entries();
        (outcome.counts, outcome.counts_without_entry) = outcome.count_open();
        outcome.lines = outcome.put_in_order();
        outcome
    }

    /// Returns the number of open findings about a submission.
    #[must_use]
    pub fn counts(&self, entry: usize) -> Counts {
        self.counts[entry]
    }

    /// Returns the number of open findings about a unit itself, such as that it is missing; for `None`, about the run.
    #[must_use]
    pub fn unit_counts(&self, unit: Option<usize>) -> Counts {
        self.counts_without_entry.get(&unit).copied().unwrap_or_default()
    }

    /// Returns the number of all open findings.
    #[must_use]
    pub fn all_counts(&self) -> Counts {
        count(self.open())
    }

    /// Returns the number of open findings about units and their reports. The other findings are about the county's
    /// totals, its own report, and reports of no unit.
    #[must_use]
    pub fn counts_of_units(&self) -> Counts {
        count(self.open().filter(|finding| finding.unit().is_some()))
    }

    /// Returns the positions of the units that sent something and have an open finding that must be fixed. All outputs
    /// use this definition; missing units are counted separately.
    #[must_use]
    pub fn units_to_fix(&self) -> BTreeSet<usize> {
        let received: BTreeSet<usize> =
            self.lines.iter().filter(|line| line.is_received()).filter_map(|line| line.unit).collect();
        let must_fix = self.open().filter(|finding| finding.severity == Severity::MustFix);
        must_fix.filter_map(Finding::unit).filter(|unit| received.contains(unit)).collect()
    }

    /// Returns the positions of the units that must report and sent something, but are not in the totals.
    #[must_use]
    pub fn units_not_counted(&self) -> BTreeSet<usize> {
        let counted: BTreeSet<usize> =
            self.corpus.counted().iter().filter_map(|entry| self.corpus.entries[*entry].unit).collect();
        let came = self.lines.iter().filter(|line| line.is_received()).filter_map(|line| line.unit);
        came.filter(|unit| self.corpus.is_expected(*unit) && !counted.contains(unit)).collect()
    }

    /// Returns the findings that are not settled.
    fn open(&self) -> impl Iterator<Item = &Finding> {
        let named = self.findings.iter().zip(&self.names);
        named.filter(|(_, name)| !name.answer.is_settled()).map(|(finding, _)| finding)
    }

    /// Counts the open findings of each submission, and those about a unit or the run rather than a submission.
    fn count_open(&self) -> (Vec<Counts>, BTreeMap<Option<usize>, Counts>) {
        let mut counts = vec![Counts::default(); self.corpus.entries.len()];
        let mut without_entry: BTreeMap<Option<usize>, Counts> = BTreeMap::new();
        for finding in self.open() {
            match finding.subject {
                Subject::Submission { entry, .. } => counts[entry].add(finding.severity),
                Subject::CountyReport => {}
                Subject::Run | Subject::Unit(_) => {
                    without_entry.entry(finding.unit()).or_default().add(finding.severity);
                }
            }
        }
        (counts, without_entry)
    }

    /// Returns the status of a submission; `None` for a leftover copy in another's file and for what was left aside,
    /// which are not submissions of their own.
    #[must_use]
    pub fn status(&self, entry: usize) -> Option<Status> {
        Some(match self.corpus.entries[entry].disposition {
            Disposition::Counted => match self.counts(entry) {
                Counts { must_fix: 1.., .. } => Status::Flagged,
                Counts { must_explain: 1.., .. } => Status::Queried,
                _ => Status::Accepted,
            },
            Disposition::OtherYear if self.is_awaited(entry) => Status::Missing,
            Disposition::OtherYear => Status::Flagged,
            Disposition::YearUnknown => Status::Queried,
            Disposition::Leftover | Disposition::Aside(..) => return None,
            Disposition::Unreadable if matches!(self.corpus.entries[entry].submission.content, Content::NoForm) => {
                Status::NoForm
            }
            Disposition::Unreadable => Status::Unreadable,
            Disposition::SameAs(_) | Disposition::ReplacedBy(_) | Disposition::OtherYearBeside(_) => Status::Superseded,
            Disposition::Conflicting => Status::Conflicting,
            Disposition::Unmatched => Status::Unmatched,
        })
    }

    /// Returns whether a submission is another year's report of a unit with a report that is not due yet.
    fn is_awaited(&self, entry: usize) -> bool {
        self.corpus.entries[entry].unit.is_some_and(|unit| self.corpus.is_awaited(unit))
    }

    /// Returns the positions of the units that must report and have not: they sent nothing, or only reports of another
    /// year while their due date is still to come.
    pub(crate) fn units_missing(&self) -> Vec<usize> {
        let missing = self.lines.iter().filter(|line| line.status == Status::Missing);
        let mut units: Vec<usize> = missing.filter_map(|line| line.unit).collect();
        units.retain(|unit| self.corpus.is_expected(*unit));
        units.dedup();
        units
    }

    /// Returns the submissions and missing units in the order of the outputs: by unit, then by file, with those of no
    /// unit last.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn put_in_order(&self) -> Vec<Line> {
        let missing = if self.corpus.has_roster { self.corpus.missing() } else { Vec::new() };
        let mut lines: Vec<Line> =
            missing.into_iter().map(|unit| Line { unit: Some(unit), entry: None, status: Status::Missing }).collect();
        for (at, entry) in self.corpus.entries.iter().enumerate() {
            lines.extend(self.status(at).map(|status| Line { unit: entry.unit, entry: Some(at), status }));
        }
        lines.sort_by_key(|line| (line.unit.unwrap_or(usize::MAX), line.entry));
        lines
    }

    /// Returns the files that were read but left aside completely.
    #[must_use]
    pub fn files_aside(&self) -> BTreeSet<&str> {
        let is_aside = |disposition: Disposition| matches!(disposition, Disposition::Aside(..));
        let of = |wanted: bool| {
            let entries = self.corpus.entries.iter().filter(move |entry| is_aside(entry.disposition) == wanted);
            entries.map(|entry| entry.submission.file.as_str()).collect::<BTreeSet<_>>()
        };
        of(true).difference(&of(false)).copied().collect()
    }

    /// Returns the findings with their ids and answers.
    pub fn identified(&self) -> impl Iterator<Item = Identified<'_>> {
        self.findings.iter().zip(&self.names).map(|(finding, name)| Identified {
            id: &name.id,
            fingerprint: &name.fingerprint,
            question: name.question(),
            answer: name.answer,
            explanation: &name.explanation,
            finding,
        })
    }

    /// Returns the county's total for an indicator of the form of the run's year.
    #[must_use]
    pub fn total(&self, position: usize) -> Option<&Total> {
        self.totals.iter().find(|total| total.position == position)
    }

    /// Returns the file a finding is about.
    #[must_use]
    pub fn file_of(&self, finding: &Finding) -> &str {
        let submission = match finding.subject {
            Subject::Submission { entry, .. } => Some(&self.corpus.entries[entry].submission),
            Subject::CountyReport => self.corpus.official.as_ref(),
            Subject::Run | Subject::Unit(_) => None,
        };
        submission.map_or("", |submission| submission.file.as_str())
    }

    /// Returns the name of the body that a finding is about: a unit, or the county by its configured name or the one on
    /// its own report.
    #[must_use]
    pub fn whose(&self, finding: &Finding) -> &str {
        let county = self.settings.county.as_deref();
        let official = || Some(self.corpus.official.as_ref()?.names.first()?.text.as_str());
        match finding.subject {
            Subject::Run => county.unwrap_or(""),
            Subject::CountyReport => county.or_else(official).unwrap_or(""),
            Subject::Unit(_) | Subject::Submission { .. } => self.unit_name(finding.unit(), finding.entry()),
        }
    }

    /// Returns the name of a unit: from the roster, else the name stated in the submission.
    #[must_use]
    pub fn unit_name(&self, unit: Option<usize>, entry: Option<usize>) -> &str {
        let named = unit.map(|unit| self.corpus.units[unit].name.as_str());
        named.or_else(|| entry.map(|entry| self.corpus.entries[entry].name.as_str())).unwrap_or("")
    }
}

/// A submission, or a unit without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The unit, by position.
    pub unit: Option<usize>,
    /// The submission, by position.
    pub entry: Option<usize>,
    /// Its status.
    pub status: Status,
}

impl Line {
    /// Returns whether something was received that may be the unit's report.
    pub(crate) fn is_received(&self) -> bool {
        self.entry.is_some() && self.status != Status::Missing
    }
}

/// A finding with its id and answer.
#[derive(Debug, Clone, Copy)]
pub struct Identified<'a> {
    /// The stable id.
    pub id: &'a str,
    /// Hash of the values involved.
    pub fingerprint: &'a str,
    /// Its identification in the decisions.
    pub question: Question<'a>,
    /// The state of the answer.
    pub answer: Answer,
    /// The explanation or correction.
    pub explanation: &'a str,
    /// The finding.
    pub finding: &'a Finding,
}

fn count<'a>(findings: impl Iterator<Item = &'a Finding>) -> Counts {
    let mut counts = Counts::default();
    for finding in findings {
        counts.add(finding.severity);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn all_of_an_area_is_called_by_what_it_is() {
        let whole = |county: &str| Settings { county: Some(county.to_owned()), ..Settings::default() }.whole_body();
        let called = ["示例县", "示例综合实验区", "示例市人民政府", "示例旗", ""].map(whole);
        assert_eq!(called, ["全县", "全区", "全市", "全旗", "全县"]);
        assert_eq!(Settings::default().whole_body(), "全县");
    }
}
