//! Differences between two runs: files received, changed figures, statuses, findings and totals.
//!
//! Both sides are [`Snapshot`]s, read from the tables in the `data/` folder of an output. Comparing two output folders
//! and comparing a run with an earlier folder therefore use the same code.

mod figure_changes;
mod finding_changes;
mod snapshot;
mod unit_changes;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::error::Result;
use crate::form::Forms;
use finding_changes::FindingChange;
pub use snapshot::{Snapshot, TextTable};
pub use unit_changes::UnitChange;

/// Kinds of difference, in the order in which they are listed for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The first file of a unit.
    Received,
    /// An additional or changed file of a unit.
    Resubmitted,
    /// A changed figure that counts.
    Figure,
    /// A changed status of a unit.
    Status,
    /// A new finding.
    Found,
    /// A finding that is gone because it was corrected.
    Mended,
    /// A finding that was open before and still is.
    StillOpen,
    /// A finding with an accepted explanation.
    Explained,
    /// An explained finding with figures that changed since.
    Lapsed,
    /// A figure corrected by the office.
    Corrected,
}

impl What {
    /// Returns the word in `data/changes.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Resubmitted => "resubmitted",
            Self::Figure => "figure",
            Self::Status => "status",
            Self::Found => "found",
            Self::Mended => "mended",
            Self::StillOpen => "still_open",
            Self::Explained => "explained",
            Self::Lapsed => "lapsed",
            Self::Corrected => "corrected",
        }
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Received => "新收到",
            Self::Resubmitted => "重新报送",
            Self::Figure => "数字变动",
            Self::Status => "状态变动",
            Self::Found => "新增问题",
            Self::Mended => "已更正",
            Self::StillOpen => "仍未解决",
            Self::Explained => "已说明",
            Self::Lapsed => "说明已失效",
            Self::Corrected => "已代为更正",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Id of the unit; empty if it is not about a unit of the roster.
    pub unit_id: String,
    /// Name of the unit or the county; for a report of no unit, the name stated in it.
    pub unit: String,
    /// The kind of difference.
    pub what: What,
    /// Rule of the finding, if it is about one.
    pub rule: String,
    /// Id of the finding, if it is about one: the newer id, else the older one.
    pub finding_id: String,
    /// The figures it is about.
    pub indicator: String,
    /// The older value: a figure, a status or a file.
    pub before: String,
    /// The newer value.
    pub after: String,
    /// The newer file, else the older one.
    pub file: String,
}

/// A changed total, with the units that cause the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalChange {
    /// The indicator.
    pub indicator: String,
    /// The older total; empty if there was none.
    pub before: String,
    /// The newer total; empty if there is none.
    pub after: String,
    /// Name of each unit with a changed figure, and the difference.
    pub behind: Vec<(String, Decimal)>,
    /// The part of the difference that the units' figures do not explain, from figures that are added in only one of
    /// the runs.
    pub rest: Decimal,
}

/// The number of differences of one unit or of all units. Notes are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Units with a first file.
    pub received: usize,
    /// Units with an additional or changed file.
    pub resubmitted: usize,
    /// Changed figures in reports that counted before.
    pub figures: usize,
    /// Findings corrected.
    pub mended: usize,
    /// New findings.
    pub found: usize,
    /// Findings still open.
    pub still_open: usize,
    /// Findings explained.
    pub explained: usize,
    /// Explanations lapsed.
    pub lapsed: usize,
    /// Figures corrected by the office.
    pub corrected: usize,
}

/// All differences between two runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Date of the earlier run, if one was given.
    pub since: Option<NaiveDate>,
    /// The differences, sorted by unit, then by kind.
    pub rows: Vec<Difference>,
    /// The units with a difference, in the order of the outputs.
    pub units: Vec<UnitChange>,
    /// The totals that changed, in the order of the form.
    pub totals: Vec<TotalChange>,
    /// The counts over all units, including those of which only open findings are listed.
    pub counts: ChangeCounts,
}

impl Changes {
    /// Compares two runs of the same year.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn between(before: &Snapshot, after: &Snapshot, forms: &Forms) -> Result<Self> {
        let figures = figure_changes::find(before, after)?;
        let findings = finding_changes::find(before, after);
        let (mut rows, mut units) = unit_changes::find(before, after, &figures, &findings);
        rows.extend(figures.iter().map(|figure| figure.row(before, after)));
        rows.extend(findings.iter().map(FindingChange::row));
        let ranks = snapshot::unit_ranks(after, before);
        // The sort is stable: rows of one kind keep the order of the tables.
        rows.sort_by_key(|row| (ranks.get(&snapshot::unit_key(&row.unit_id, &row.unit)).copied(), row.what));
        let mut counts = ChangeCounts::default();
        for unit in &units {
            counts.add(&unit.counts);
            // The name of a report that is of no unit of the roster is no unit that has reported.
            if unit.unit_id.is_empty() {
                counts.received -= unit.counts.received;
                counts.resubmitted -= unit.counts.resubmitted;
            }
        }
        let totals = totals(before, after, &figures, forms);
        units.retain(UnitChange::is_changed);
        Ok(Self { since: before.date, rows, units, totals, counts })
    }
}

impl ChangeCounts {
    /// Adds the counts of another unit.
    fn add(&mut self, other: &Self) {
        let Self { received, resubmitted, figures, mended, found, still_open, explained, lapsed, corrected } = self;
        for (sum, count) in [
            (received, other.received),
            (resubmitted, other.resubmitted),
            (figures, other.figures),
            (mended, other.mended),
            (found, other.found),
            (still_open, other.still_open),
            (explained, other.explained),
            (lapsed, other.lapsed),
            (corrected, other.corrected),
        ] {
            *sum += count;
        }
    }
}

/// Returns the totals that changed, in the order of the newer table.
fn totals(
    before: &Snapshot,
    after: &Snapshot,
    figures: &[figure_changes::FigureChange],
    forms: &Forms,
) -> Vec<TotalChange> {
    let mut by_indicator: BTreeMap<&str, Vec<&figure_changes::FigureChange>> = BTreeMap::new();
    for figure in figures {
        by_indicator.entry(figure.indicator.as_str()).or_default().push(figure);
    }
    let old: BTreeMap<&str, &str> = before.totals().collect();
    let new: BTreeMap<&str, &str> = after.totals().collect();
    let gone = before.totals().map(|(indicator, _)| indicator).filter(|indicator| !new.contains_key(indicator));
    let order: Vec<&str> = after.totals().map(|(indicator, _)| indicator).chain(gone).collect();
    let change = |indicator: &str| {
        let [then, now] = [&old, &new].map(|totals| totals.get(indicator).copied().unwrap_or_default());
        if then == now {
            return None;
        }
        let accepts = |value: Decimal| {
            let item = forms.all.iter().find_map(|form| Some(&form.indicators[form.position(indicator)?]));
            item.is_none_or(|item| item.accepts(value))
        };
        let added = |text: &str| text.parse().ok().filter(|value| accepts(*value)).unwrap_or(Decimal::ZERO);
        let of_unit = |figure: &&figure_changes::FigureChange| {
            let difference = added(&figure.after) - added(&figure.before);
            (figure.unit.clone(), difference.normalize())
        };
        let changed = by_indicator.get(indicator).map(Vec::as_slice).unwrap_or_default();
        let behind: Vec<(String, Decimal)> = changed.iter().map(of_unit).filter(|(_, by)| !by.is_zero()).collect();
        let whole = [now, then].map(|total| total.parse::<Decimal>().unwrap_or_default());
        let rest = (whole[0] - whole[1] - behind.iter().map(|(_, by)| by).sum::<Decimal>()).normalize();
        Some(TotalChange {
            indicator: indicator.to_owned(),
            before: then.to_owned(),
            after: now.to_owned(),
            behind,
            rest,
        })
    };
    order.into_iter().filter_map(change).collect()
}
