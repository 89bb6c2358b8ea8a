//! Status and open findings of each unit, from which letters, the circular and the scores are made.

use std::collections::BTreeMap;

use crate::corpus::Disposition;
use crate::finding::Severity;
use crate::outcome::{Identified, Line, Outcome, Status};
use crate::roster::{Unit, UnitKind};

/// A unit that has sent a report or should have.
#[derive(Debug)]
pub(super) struct UnitView<'a> {
    /// Its position in `Corpus::units`.
    pub(super) at: usize,
    /// The unit.
    pub(super) unit: &'a Unit,
    /// The status of its report; of several reports, of the one that decides.
    pub(super) status: Status,
    /// How its report was received.
    pub(super) intake: Intake,
    /// The position of the submission that counts.
    pub(super) entry: Option<usize>,
    /// Whether its report is due.
    pub(super) deadline: Deadline,
    /// Its open findings, in the order of the outputs.
    pub(super) open: Vec<Identified<'a>>,
}

/// Whether a report is due on the date of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deadline {
    /// The due date is still to come.
    Ahead,
    /// It has passed, or the roster has none.
    Passed,
    /// The run has no date.
    Unknown,
}

/// How a unit's report was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Intake {
    /// It counts.
    Counted,
    /// It counts, but was received after its due date.
    Late,
    /// Nothing was received.
    Missing,
    /// The files received cannot be read.
    Unreadable,
    /// The files received were read and have no table of an official form.
    NoForm,
    /// Several reports were received, and it is not decided which one counts.
    Conflicting,
    /// The report received is of another year.
    OtherYear,
    /// The report received states no year, and it is not certain that it is of the run's year.
    YearUnknown,
}

impl Intake {
    /// Returns the Chinese word, which is also the name of a condition in the office's templates.
    pub(super) fn chinese(self) -> &'static str {
        match self {
            Self::Counted => "已报送",
            Self::Late => "迟报",
            Self::Missing => "未报",
            Self::Unreadable => "无法读取",
            Self::NoForm => "没有年报表格",
            Self::Conflicting => "重复待定",
            Self::OtherYear => "年度不符",
            Self::YearUnknown => "年度不明",
        }
    }
}

impl<'a> UnitView<'a> {
    /// Returns its open findings of a severity.
    pub(super) fn of_strength(&self, severity: Severity) -> impl Iterator<Item = Identified<'a>> {
        self.open.iter().copied().filter(move |identified| identified.finding.severity == severity)
    }

    /// Returns whether any open finding is above a note.
    pub(super) fn has_to_answer(&self) -> bool {
        self.open.iter().any(|identified| identified.finding.severity != Severity::Note)
    }

    /// Returns whether it gets a letter: it has findings to answer, or is reminded of a report that is not due yet.
    pub(super) fn is_written_to(&self) -> bool {
        self.has_to_answer() || self.is_reminded()
    }

    /// Returns whether its report is still to come and so is the due date.
    pub(super) fn is_reminded(&self) -> bool {
        self.status == Status::Missing && self.deadline == Deadline::Ahead
    }

    /// Returns whether its report has not come: nothing did, or another year's before the due date.
    pub(super) fn is_missing(&self) -> bool {
        self.status == Status::Missing
    }

    /// Returns whether its report is in the totals.
    pub(super) fn is_counted(&self) -> bool {
        matches!(self.intake, Intake::Counted | Intake::Late)
    }

    /// Returns how its report came in, in words; a unit is not called missing before its due date.
    pub(super) fn intake_in_words(&self) -> &'static str {
        match self.intake {
            Intake::Missing if self.is_reminded() => "未到期",
            Intake::OtherYear if self.is_reminded() => "尚未报送本年度",
            intake => intake.chinese(),
        }
    }

    /// Returns the number of its open findings of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.of_strength(severity).count()
    }
}

/// Returns the units in the order of the outputs. Submissions that belong to no unit are skipped.
pub(super) fn units(outcome: &Outcome) -> Vec<UnitView<'_>> {
    let mut open: BTreeMap<usize, Vec<Identified<'_>>> = BTreeMap::new();
    for identified in outcome.identified() {
        if let Some(unit) = identified.finding.unit().filter(|_| !identified.answer.is_settled()) {
            open.entry(unit).or_default().push(identified);
        }
    }
    let view = |mine: &[Line]| {
        let at = mine[0].unit?;
        let unit = &outcome.corpus.units[at];
        let (status, intake) = decided(outcome, unit, mine);
        let entry = mine.iter().find(|line| is_counted(outcome, line)).and_then(|line| line.entry);
        let deadline = match outcome.corpus.today {
            None => Deadline::Unknown,
            today if unit.is_before_due(today) => Deadline::Ahead,
            Some(_) => Deadline::Passed,
        };
        Some(UnitView { at, unit, status, intake, entry, deadline, open: open.remove(&at).unwrap_or_default() })
    };
    outcome.lines().chunk_by(|a, b| a.unit == b.unit).filter_map(view).collect()
}

/// Returns whether a unit is asked to answer a finding.
pub(super) fn is_open_question(identified: &Identified<'_>) -> bool {
    let finding = identified.finding;
    finding.unit().is_some() && finding.severity != Severity::Note && !identified.answer.is_settled()
}

fn is_counted(outcome: &Outcome, line: &Line) -> bool {
    line.entry.is_some_and(|entry| outcome.corpus.entries[entry].disposition == Disposition::Counted)
}

fn decided(outcome: &Outcome, unit: &Unit, mine: &[Line]) -> (Status, Intake) {
    if let Some(line) = mine.iter().find(|line| is_counted(outcome, line)) {
        return (line.status, if unit.is_late() { Intake::Late } else { Intake::Counted });
    }
    let decisive = mine.iter().find(|line| line.status != Status::Superseded).unwrap_or(&mine[0]);
    let status = decisive.status;
    let intake = match status {
        Status::Missing if decisive.entry.is_none() => Intake::Missing,
        Status::Unreadable => Intake::Unreadable,
        Status::NoForm => Intake::NoForm,
        Status::Conflicting => Intake::Conflicting,
        Status::Queried => Intake::YearUnknown,
        _ => Intake::OtherYear,
    };
    (status, intake)
}

/// Returns the template conditions that are true for a kind of unit.
pub(super) fn kind_conditions(kind: UnitKind) -> &'static [&'static str] {
    match kind {
        UnitKind::Township => &["乡镇", "乡镇街道"],
        UnitKind::Subdistrict => &["街道", "乡镇街道"],
        UnitKind::Department => &["部门"],
        UnitKind::Other => &["其他"],
    }
}
