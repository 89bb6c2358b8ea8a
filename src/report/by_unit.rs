//! Where each unit stands, and what is open with it: what letters, the circular and the scores are made from.

use std::collections::BTreeMap;

use crate::corpus::Standing;
use crate::finding::{Finding, Severity};
use crate::outcome::{Identified, Line, Outcome, Status};
use crate::roster::{Unit, UnitKind};

/// A unit something came from, or should have.
#[derive(Debug)]
pub(super) struct UnitView<'a> {
    /// Its position in `Corpus::units`.
    pub(super) at: usize,
    /// The unit.
    pub(super) unit: &'a Unit,
    /// Where its report stands; of several, the one that decides.
    pub(super) status: Status,
    /// How its report came in.
    pub(super) intake: Intake,
    /// The submission that counts, by position.
    pub(super) entry: Option<usize>,
    /// Whether its due date is still to come.
    pub(super) is_reminded: bool,
    /// Its findings that still wait for an answer, in the order of the outputs.
    pub(super) open: Vec<&'a Finding>,
}

/// How a unit's report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Intake {
    /// It counts.
    Counted,
    /// It counts, and came after its due date.
    Late,
    /// Nothing came.
    Missing,
    /// What came cannot be read.
    Unreadable,
    /// Several came, and nothing says which counts.
    Conflicting,
    /// What came is of another year.
    OtherYear,
    /// What came states no year, and it is not known to be of the run's.
    YearUnknown,
}

impl Intake {
    /// Returns the word the office reads; also the name of a condition in its templates.
    pub(super) fn chinese(self) -> &'static str {
        match self {
            Self::Counted => "已报送",
            Self::Late => "迟报",
            Self::Missing => "未报",
            Self::Unreadable => "无法读取",
            Self::Conflicting => "重复待定",
            Self::OtherYear => "年度不符",
            Self::YearUnknown => "年度不明",
        }
    }
}

impl UnitView<'_> {
    /// Its open findings of a strength.
    pub(super) fn of_strength(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.open.iter().copied().filter(move |finding| finding.severity == severity)
    }

    /// Returns whether anything open is more than a note.
    pub(super) fn has_to_answer(&self) -> bool {
        self.open.iter().any(|finding| finding.severity != Severity::Note)
    }

    /// Returns whether it gets a letter: it has to answer, or is reminded of a report that is not due yet.
    pub(super) fn is_written_to(&self) -> bool {
        self.has_to_answer() || self.intake == Intake::Missing && self.is_reminded
    }

    /// Returns how many findings of a strength are open.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.of_strength(severity).count()
    }
}

/// Returns the units in the order of the outputs. What belongs to no unit is nobody's here.
pub(super) fn units(outcome: &Outcome) -> Vec<UnitView<'_>> {
    let mut open: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    for identified in outcome.identified() {
        let finding = identified.finding;
        if let Some(unit) = finding.unit().filter(|_| !identified.answer.is_settled()) {
            open.entry(unit).or_default().push(finding);
        }
    }
    let view = |mine: &[Line]| {
        let at = mine[0].unit?;
        let unit = &outcome.corpus.units[at];
        let (status, intake) = decided(outcome, unit, mine);
        let entry = mine.iter().find(|line| is_counted(outcome, line)).and_then(|line| line.entry);
        let is_reminded = unit.is_before_due(outcome.corpus.today);
        Some(UnitView { at, unit, status, intake, entry, is_reminded, open: open.remove(&at).unwrap_or_default() })
    };
    outcome.lines().chunk_by(|a, b| a.unit == b.unit).filter_map(view).collect()
}

/// Returns whether a unit is asked about a finding.
pub(super) fn is_open_question(identified: &Identified<'_>) -> bool {
    let finding = identified.finding;
    finding.unit().is_some() && finding.severity != Severity::Note && !identified.answer.is_settled()
}

fn is_counted(outcome: &Outcome, line: &Line) -> bool {
    line.entry.is_some_and(|entry| outcome.corpus.entries[entry].standing == Standing::Counted)
}

fn decided(outcome: &Outcome, unit: &Unit, mine: &[Line]) -> (Status, Intake) {
    if let Some(line) = mine.iter().find(|line| is_counted(outcome, line)) {
        return (line.status, if unit.is_late() { Intake::Late } else { Intake::Counted });
    }
    let status = mine.iter().find(|line| line.status != Status::Superseded).map_or(mine[0].status, |line| line.status);
    let intake = match status {
        Status::Missing => Intake::Missing,
        Status::Unreadable => Intake::Unreadable,
        Status::Conflicting => Intake::Conflicting,
        Status::Queried => Intake::YearUnknown,
        _ => Intake::OtherYear,
    };
    (status, intake)
}

/// Returns the conditions a unit's kind makes hold in the office's templates.
pub(super) fn kind_conditions(kind: UnitKind) -> &'static [&'static str] {
    match kind {
        UnitKind::Township => &["乡镇", "乡镇街道"],
        UnitKind::Subdistrict => &["街道", "乡镇街道"],
        UnitKind::Department => &["部门"],
        UnitKind::Other => &["其他"],
    }
}
