//! Comparison of the findings of both runs.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::FindingRecord;
use super::{Difference, Snapshot, What};

/// The rule on the sums of the totals.
const TOTALS: &str = "R02";

/// A finding with its change between the two runs.
#[derive(Debug, Clone)]
pub(super) struct FindingChange<'a> {
    pub(super) what: What,
    pub(super) then: Option<&'a FindingRecord>,
    pub(super) now: Option<&'a FindingRecord>,
}

impl FindingChange<'_> {
    /// Returns the finding of the newer run, else of the older one.
    pub(super) fn finding(&self) -> Option<&FindingRecord> {
        self.now.or(self.then)
    }

    /// Returns whether its severity is above a note.
    pub(super) fn is_above_note(&self) -> bool {
        self.finding().is_some_and(|finding| finding.severity != "note")
    }

    /// Returns its row in the list of differences.
    pub(super) fn row(&self) -> Difference {
        let text = |of: fn(&FindingRecord) -> &String| self.finding().map(of).cloned().unwrap_or_default();
        let given = |side: Option<&FindingRecord>| side.map(|finding| finding.given.clone()).unwrap_or_default();
        Difference {
            unit_id: text(|finding| &finding.unit_id),
            unit: text(|finding| &finding.unit),
            what: self.what,
            rule: text(|finding| &finding.rule),
            finding_id: text(|finding| &finding.id),
            indicator: text(|finding| &finding.indicator),
            before: given(self.then),
            after: given(self.now),
            file: text(|finding| &finding.file),
        }
    }
}

/// Returns the change of each finding: those of the newer run in their order, then those that are gone.
pub(super) fn find<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<FindingChange<'a>> {
    let matches = matches(before, after);
    let broken = [before, after].map(sums_of_totals);
    let mut changes = Vec::new();
    for (at, now) in after.findings.iter().enumerate() {
        let then = matches.get(&at).map(|old| &before.findings[*old]);
        let what = outcome_of(then, now).map(|what| {
            let was_broken = now.rule == TOTALS && checks(now).all(|check| broken[0].contains(check));
            if what == What::Found && was_broken { What::StillOpen } else { what }
        });
        changes.extend(what.map(|what| FindingChange { what, then, now: Some(now) }));
    }
    let taken: BTreeSet<usize> = matches.into_values().collect();
    let gone = before.findings.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, finding)| finding);
    let is_broken = |then: &FindingRecord| then.rule == TOTALS && checks(then).any(|check| broken[1].contains(check));
    let mended = gone.filter(|finding| is_mended(finding, after) && !is_broken(finding));
    changes.extend(mended.map(|then| FindingChange { what: What::Mended, then: Some(then), now: None }));
    changes
}

/// Returns the sums that the totals break. Their findings are grouped by the units behind them, so that one may become
/// several, or several one, while the same sums stay broken.
fn sums_of_totals(of: &Snapshot) -> BTreeSet<&str> {
    of.findings.iter().filter(|finding| finding.rule == TOTALS).flat_map(checks).collect()
}

fn checks(finding: &FindingRecord) -> impl Iterator<Item = &str> {
    finding.checks.split(';').filter(|check| !check.is_empty())
}

/// Returns the position of the older finding for each newer one. An id depends on the cells, which differ if a report
/// is sent again in another layout, so findings without a match by id are matched by unit, rule, figures and sums.
fn matches(before: &Snapshot, after: &Snapshot) -> BTreeMap<usize, usize> {
    let old_ids: BTreeMap<&str, usize> =
        before.findings.iter().enumerate().map(|(at, finding)| (finding.id.as_str(), at)).collect();
    let mut matches: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, now) in after.findings.iter().enumerate() {
        matches.extend(old_ids.get(now.id.as_str()).map(|old| (at, *old)));
    }
    let taken: BTreeSet<usize> = matches.values().copied().collect();
    let about =
        |finding: &FindingRecord| [&finding.key, &finding.rule, &finding.indicator, &finding.checks].map(String::clone);
    let mut left: BTreeMap<[String; 4], Vec<usize>> = BTreeMap::new();
    for (old, then) in before.findings.iter().enumerate().rev().filter(|(old, _)| !taken.contains(old)) {
        left.entry(about(then)).or_default().push(old);
    }
    for (at, now) in after.findings.iter().enumerate() {
        if !matches.contains_key(&at) {
            matches.extend(left.get_mut(&about(now)).and_then(Vec::pop).map(|old| (at, old)));
        }
    }
    matches
}

/// Returns the change of a finding in the newer run; `None` if its answer is unchanged.
fn outcome_of(then: Option<&FindingRecord>, now: &FindingRecord) -> Option<What> {
    let is_as_before = then.is_some_and(|then| then.status == now.status);
    match now.status.as_str() {
        "explained" => (!is_as_before).then_some(What::Explained),
        "corrected" => (!is_as_before).then_some(What::Corrected),
        "lapsed" if !is_as_before => Some(What::Lapsed),
        _ => Some(if then.is_some() { What::StillOpen } else { What::Found }),
    }
}

/// Returns whether a finding that is gone was corrected. If no report of the unit counts any more, findings on its
/// figures are only no longer visible; findings on files and units (F, U) are gone in any case.
fn is_mended(then: &FindingRecord, after: &Snapshot) -> bool {
    let is_of_unit = !then.unit_id.is_empty();
    let counts = || after.counted_file(&then.key).is_some();
    let is_settled = matches!(then.status.as_str(), "explained" | "corrected");
    !is_settled && (!is_of_unit || then.rule.starts_with(['F', 'U']) || counts())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

    use super::*;
    use crate::changes::TextTable;

    #[test]
    fn sums_of_the_totals_that_stay_broken_are_still_open_when_they_are_grouped_otherwise() {
        let snapshot = |findings: &[[&str; 2]]| {
            let row = |[id, checks]: &[&str; 2]| format!("{id},R02,must_explain,,县,,{checks},,,open\n");
            let rows = findings.iter().map(row).collect::<Vec<_>>().concat();
            let findings = format!("{}\n{rows}", Snapshot::COLUMNS[2].join(","));
            let table = |at: usize| match at {
                2 => findings.clone(),
                at => Snapshot::COLUMNS[at].join(","),
            };
            let read = |at: usize| TextTable::parse(table(at).as_bytes(), Snapshot::COLUMNS[at]).expect("a table");
            Snapshot::new([read(0), read(1), read(2), read(3)])
        };
        let before = snapshot(&[["R02-a", "row:granted"], ["R02-b", "row:denied"], ["R02-c", "row:received"]]);
        let after = snapshot(&[["R02-d", "row:granted;row:denied"], ["R02-e", "row:carried_in"]]);
        let changes = find(&before, &after);
        let changes: Vec<_> =
            changes.iter().map(|change| (change.finding().expect("a finding").id.as_str(), change.what)).collect();
        assert_eq!(changes, [("R02-d", What::StillOpen), ("R02-e", What::Found), ("R02-c", What::Mended)]);
    }
}
