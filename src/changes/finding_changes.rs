//! Comparison of the findings of both runs.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::FindingRecord;
use super::{Difference, Snapshot, What};

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
    let mut changes = Vec::new();
    for (at, now) in after.findings.iter().enumerate() {
        let then = matches.get(&at).map(|old| &before.findings[*old]);
        changes.extend(outcome_of(then, now).map(|what| FindingChange { what, then, now: Some(now) }));
    }
    let taken: BTreeSet<usize> = matches.into_values().collect();
    let gone = before.findings.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, finding)| finding);
    let mended = gone.filter(|finding| is_mended(finding, after));
    changes.extend(mended.map(|then| FindingChange { what: What::Mended, then: Some(then), now: None }));
    changes
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
