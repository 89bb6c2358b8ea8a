//! Differences between two runs: what was received, which figures, statuses and findings changed, and which totals.
//!
//! Both sides are [`Snapshot`]s, read from the tables below `data/` of an output folder, so that two folders and a run
//! with the folder before it are compared in the same way.

mod figure_changes;
mod finding_changes;
mod snapshot;
mod unit_changes;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::error::Result;
use crate::form::Forms;
use crate::message::Message;
use finding_changes::FindingChange;
pub use snapshot::{Snapshot, TextTable};
pub use unit_changes::UnitChange;

/// Kinds of difference, in the order in which they are listed for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The first file of a unit.
    Received,
    /// A further or changed file of a unit.
    Resubmitted,
    /// Another counted figure.
    Figure,
    /// Another status of a unit.
    Status,
    /// A finding that was not there before.
    Found,
    /// A finding that is not there any more.
    Mended,
    /// A finding that was open before and still is.
    StillOpen,
    /// A finding of which an explanation was accepted.
    Explained,
    /// An explained finding whose figures changed since.
    Lapsed,
    /// A figure that the office corrected.
    Corrected,
}

impl What {
    /// Returns the word used in `data/changes.csv`.
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

    /// Returns the word the office reads.
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
    /// Id of the unit; empty where it is about no unit of the roster.
    pub unit_id: String,
    /// Name of the unit, of the county, or the one a report of no unit gives itself.
    pub unit: String,
    /// What kind of difference it is.
    pub what: What,
    /// Rule of the finding, where it is about one.
    pub rule: String,
    /// Id of the finding, where it is about one: the id of now, else of then.
    pub finding_id: String,
    /// The figures it is about.
    pub indicator: String,
    /// What was there: a figure, a status, a file.
    pub before: String,
    /// What is there now.
    pub after: String,
    /// The file of now, else of then.
    pub file: String,
}

/// A total that is another one, with the units because of which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalChange {
    /// The indicator.
    pub indicator: String,
    /// The total of then; empty where there was none.
    pub before: String,
    /// The total of now; empty where there is none.
    pub after: String,
    /// Name of each unit whose figure changed, with the difference it makes.
    pub behind: Vec<(String, Decimal)>,
    /// What the differences of the units leave unexplained: figures that are not added in one of the runs.
    pub rest: Decimal,
}

/// The differences of one unit or of all, counted. Findings that are only notes are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Units of which something came for the first time.
    pub received: usize,
    /// Units of which something further came.
    pub resubmitted: usize,
    /// Figures that changed in reports that counted before.
    pub figures: usize,
    /// Findings mended.
    pub mended: usize,
    /// Findings that are new.
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

/// Everything that is different.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The differences: by unit, then by kind.
    pub rows: Vec<Difference>,
    /// The units with a difference, in the order of the outputs.
    pub units: Vec<UnitChange>,
    /// The totals that changed, in the order of the form.
    pub totals: Vec<TotalChange>,
    /// The differences of all units counted, those with nothing but open findings included.
    pub counts: ChangeCounts,
}

impl Changes {
    /// Compares two runs of the same year.
    ///
    /// # Errors
    /// `Error::Query` if polars refuses, which is a bug.
    pub fn between(before: &Snapshot, after: &Snapshot, forms: &Forms) -> Result<Self> {
        let figures = figure_changes::find(before, after)?;
        let findings = finding_changes::find(before, after);
        let (mut rows, mut units) = unit_changes::find(before, after, &figures, &findings);
        rows.extend(figures.iter().map(|figure| figure.row(before, after)));
        rows.extend(findings.iter().map(FindingChange::row));
        let ranks = snapshot::unit_ranks(after, before);
        // The sort is stable: within a kind the order is that of the tables.
        rows.sort_by_key(|row| (ranks.get(&snapshot::unit_key(&row.unit_id, &row.unit)).copied(), row.what));
        let mut counts = ChangeCounts::default();
        for unit in &units {
            counts.add(&unit.counts);
        }
        let totals = totals(before, after, &figures, forms);
        units.retain(UnitChange::is_changed);
        Ok(Self { rows, units, totals, counts })
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

/// Returns why two runs cannot be compared: they are of different years.
#[must_use]
pub fn incomparable(before: &Snapshot, after: &Snapshot) -> Option<Message> {
    let (then, now) = (before.year()?, after.year()?);
    let why = || {
        Message::new(
            format!("两次结果不是同一年度的（{then}年度、{now}年度），不能比较"),
            format!("the two runs are of different years, {then} and {now}"),
        )
    };
    (then != now).then(why)
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
