//! The totals of outputs, added up in parallel, a few outputs at a time.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::coverage::Coverage;
use super::indicator_sums::IndicatorSums;
use super::level_finding::LevelFinding;
use super::level_sums::{KeyedSums, add_figures};
use super::placement::PlacedOutput;
use super::run_tables::{RollupTables, RunTables};
use super::unit_identity::UnitNames;
use crate::error::Result;
use crate::message::Message;

/// The tables of an output folder.
#[derive(Debug)]
pub enum OutputTables {
    /// Those of a run.
    Run(Box<RunTables>),
    /// Those of an earlier roll-up.
    Rollup(Box<RollupTables>),
}

/// An output with its totals, or with the reason why it cannot be used.
#[derive(Debug)]
pub struct AddedOutput {
    pub(super) output: PlacedOutput,
    pub(super) totals: std::result::Result<OutputTotals, Message>,
}

/// The totals of an output.
#[derive(Debug)]
pub(super) enum OutputTotals {
    Run(Box<RunTotals>),
    Rollup(Box<RollupTables>),
}

/// The totals of a run, which equal those that it states.
#[derive(Debug)]
pub(super) struct RunTotals {
    /// By position in the form.
    pub(super) totals: Vec<(usize, IndicatorSums)>,
    /// By kind of unit and position.
    pub(super) by_kind: Vec<KeyedSums>,
    /// The coverage of the totals.
    pub(super) coverage: Coverage,
    /// Findings about totals, without body and year.
    pub(super) findings: Vec<LevelFinding>,
    /// The findings that units have to fix: the unit's id and name, and the rule.
    pub(super) must_fix: BTreeSet<[String; 3]>,
    /// The names of its units, with those that earlier years may have.
    pub(super) units: Vec<UnitNames>,
}

/// Adds up the figures of outputs and compares the totals with those that the runs state; in the order of the outputs.
/// Several outputs are grouped together, because a group-by takes longer to set up than to run over one output.
///
/// # Errors
/// `Error::Query` if polars refuses, which is a bug.
pub fn add_outputs(
    outputs: Vec<(PlacedOutput, std::result::Result<OutputTables, Message>)>,
) -> Result<Vec<AddedOutput>> {
    let mut figures = Vec::new();
    let mut added = Vec::with_capacity(outputs.len());
    let mut stated = Vec::with_capacity(outputs.len());
    for (at, (output, tables)) in (0_u32..).zip(outputs) {
        let (totals, of_run) = match tables {
            Err(why) => (Err(why), None),
            Ok(OutputTables::Rollup(tables)) => (Ok(OutputTotals::Rollup(tables)), None),
            Ok(OutputTables::Run(tables)) => {
                let RunTables { figures: own, coverage, stated, findings, must_fix, units } = *tables;
                figures.push((at, own));
                let (totals, by_kind) = (Vec::new(), Vec::new());
                let run = RunTotals { totals, by_kind, coverage, findings, must_fix, units };
                (Ok(OutputTotals::Run(Box::new(run))), Some(stated))
            }
        };
        added.push(AddedOutput { output, totals });
        stated.push(of_run);
    }
    let mut by_output: BTreeMap<u32, Vec<KeyedSums>> = BTreeMap::new();
    for row in add_figures(figures)? {
        by_output.entry(row.0.0).or_default().push(row);
    }
    for (at, (added, stated)) in (0_u32..).zip(added.iter_mut().zip(stated)) {
        let (Ok(OutputTotals::Run(run)), Some(stated)) = (&mut added.totals, stated) else { continue };
        run.by_kind = by_output.remove(&at).unwrap_or_default();
        if let Some(totals) = confirmed(&run.by_kind, &stated) {
            run.totals = totals;
        } else {
            let (zh, en) = ("合计与明细数据不一致", "its totals are not the sums of its facts");
            added.totals = Err(Message::new(zh, en));
        }
    }
    Ok(added)
}

/// Returns the totals of a run by position if they equal those that the run states, complemented by the columns that
/// only the run states.
fn confirmed(by_kind: &[KeyedSums], stated: &[Option<IndicatorSums>]) -> Option<Vec<(usize, IndicatorSums)>> {
    let mut sums: BTreeMap<usize, IndicatorSums> = BTreeMap::new();
    for ((_, _, position), of_kind) in by_kind {
        let sum = sums.entry(*position as usize).or_default();
        sum.total = plus(sum.total, of_kind.total);
        sum.unflagged = plus(sum.unflagged, of_kind.unflagged);
        sum.reporting += of_kind.reporting;
        sum.blank += of_kind.blank;
        sum.flagged += of_kind.flagged;
    }
    let is_stated = |position: &usize| stated.get(*position).is_some_and(Option::is_some);
    if sums.iter().any(|(position, sum)| sum.reporting > 0 && !is_stated(position)) {
        return None;
    }
    let mut totals = Vec::new();
    for (position, stated) in stated.iter().enumerate().filter_map(|(at, stated)| Some((at, (*stated)?))) {
        let sum = sums.get(&position).copied().unwrap_or_default();
        if sum.total != stated.total || sum.reporting != stated.reporting {
            return None;
        }
        let IndicatorSums { total, unflagged, reporting, blank, flagged, .. } = sum;
        totals.push((position, IndicatorSums { total, unflagged, reporting, blank, flagged, ..stated }));
    }
    Some(totals)
}

fn plus(sum: Option<Decimal>, more: Option<Decimal>) -> Option<Decimal> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some((sum + more).normalize()),
        (sum, more) => sum.or(more),
    }
}
