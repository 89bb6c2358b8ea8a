//! Changes by unit: files, statuses, and counts of figures and findings.

use std::collections::BTreeMap;

use super::figure_changes::FigureChange;
use super::finding_changes::FindingChange;
use super::snapshot::{UnitRecord, unit_ranks};
use super::{ChangeCounts, Difference, Snapshot, What};

/// The changes of one unit, for a table with a row for each unit. Notes are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitChange {
    /// Its id; empty if it is not on the roster.
    pub unit_id: String,
    /// Its name.
    pub unit: String,
    /// The older status, as in `data/units.csv`; empty if the unit was not in the table.
    pub before: String,
    /// The newer status.
    pub after: String,
    /// The counts of its differences.
    pub counts: ChangeCounts,
    /// The number of open findings: to fix, and to explain.
    pub open: [usize; 2],
}

impl UnitChange {
    /// Returns whether there is any difference apart from findings that are still open.
    pub(super) fn is_changed(&self) -> bool {
        self.before != self.after || ChangeCounts { still_open: 0, ..self.counts } != ChangeCounts::default()
    }
}

/// Returns the rows on files and statuses, and all units in the order of the outputs.
pub(super) fn find(
    before: &Snapshot,
    after: &Snapshot,
    figures: &[FigureChange],
    findings: &[FindingChange<'_>],
) -> (Vec<Difference>, Vec<UnitChange>) {
    let (old, new) = (before.units_by_key(), after.units_by_key());
    let mut units: BTreeMap<String, UnitChange> = BTreeMap::new();
    let mut rows = Vec::new();
    for key in unit_ranks(after, before).into_keys() {
        let [then, now] = [&old, &new].map(|rows| rows.get(key.as_str()).map(Vec::as_slice).unwrap_or_default());
        let deciding = [before.deciding_row(then), after.deciding_row(now)];
        let mut unit = UnitChange::default();
        if let Some(row) = deciding[1].or(deciding[0]) {
            (unit.unit_id, unit.unit) = (row.unit_id.clone(), row.unit.clone());
        }
        [unit.before, unit.after] = deciding.map(|row| row.map(|row| row.status.clone()).unwrap_or_default());
        rows.extend(of_files(&mut unit, then, now, [before, after]));
        if unit.before != unit.after && unit.counts.received == 0 {
            let file = deciding[1].map(|row| row.file.as_str()).unwrap_or_default();
            rows.push(row(&unit, What::Status, [&unit.before, &unit.after, file]));
        }
        units.insert(key, unit);
    }
    for figure in figures {
        let is_replaced = before.counted_file(&figure.key).is_some();
        if let Some(unit) = units.get_mut(&figure.key).filter(|_| is_replaced || figure.is_corrected) {
            *(if figure.is_corrected { &mut unit.counts.corrected } else { &mut unit.counts.figures }) += 1;
        }
    }
    for change in findings.iter().filter(|change| change.is_above_note()) {
        count(change, &mut units);
    }
    let ranks = unit_ranks(after, before);
    let mut units: Vec<(String, UnitChange)> = units.into_iter().collect();
    units.sort_by_key(|(key, _)| ranks.get(key).copied());
    (rows, units.into_iter().map(|(_, unit)| unit).collect())
}

/// Adds a finding to its unit's counts. Findings on totals belong to the county, which has no status.
fn count(change: &FindingChange<'_>, units: &mut BTreeMap<String, UnitChange>) {
    let Some(finding) = change.finding() else { return };
    let Some(unit) = units.get_mut(&finding.key) else { return };
    if unit.unit.is_empty() {
        unit.unit.clone_from(&finding.unit);
    }
    let counts = &mut unit.counts;
    match change.what {
        // A received report settles the finding that it was missing; the row on the file already states it.
        What::Mended => counts.mended += usize::from(counts.received == 0),
        What::Found => counts.found += 1,
        What::StillOpen => counts.still_open += 1,
        What::Explained => counts.explained += 1,
        What::Lapsed => counts.lapsed += 1,
        What::Corrected => counts.corrected += 1,
        What::Received | What::Resubmitted | What::Figure | What::Status => {}
    }
    if matches!(change.what, What::Found | What::StillOpen | What::Lapsed) {
        unit.open[usize::from(finding.severity != "must_fix")] += 1;
    }
}

/// Returns the rows on a unit's new files, and sets its counts of received and resubmitted files.
fn of_files(
    unit: &mut UnitChange,
    then: &[&UnitRecord],
    now: &[&UnitRecord],
    [before, after]: [&Snapshot; 2],
) -> Vec<Difference> {
    let old_files: Vec<&str> = then.iter().map(|row| row.file.as_str()).filter(|file| !file.is_empty()).collect();
    let is_same = |file: &str, old: &str| match (after.digest(file), before.digest(old)) {
        (Some(now), Some(then)) => now == then,
        _ => file == old,
    };
    let is_new = |row: &&&UnitRecord| !row.file.is_empty() && !old_files.iter().any(|old| is_same(&row.file, old));
    let new: Vec<&UnitRecord> = now.iter().filter(is_new).copied().collect();
    if old_files.is_empty() {
        unit.counts.received = usize::from(!new.is_empty());
        return new.iter().map(|one| row(unit, What::Received, [&unit.before, &one.status, &one.file])).collect();
    }
    unit.counts.resubmitted = usize::from(!new.is_empty());
    let replaced = then.first().and_then(|row| before.counted_file(&row.key)).unwrap_or(old_files[0]);
    new.iter().map(|one| row(unit, What::Resubmitted, [replaced, &one.file, &one.file])).collect()
}

fn row(unit: &UnitChange, what: What, [before, after, file]: [&str; 3]) -> Difference {
    Difference {
        unit_id: unit.unit_id.clone(),
        unit: unit.unit.clone(),
        what,
        rule: String::new(),
        finding_id: String::new(),
        indicator: String::new(),
        before: before.to_owned(),
        after: after.to_owned(),
        file: file.to_owned(),
    }
}
