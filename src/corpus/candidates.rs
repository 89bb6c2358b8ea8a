//! Choice of the report that counts among a unit's differing ones, by the office's decisions and the previous rounds.

use super::entry::Entry;
use super::guidance::Guidance;
use crate::decisions::Adoption;
use crate::roster::Unit;

/// Which one of a unit's differing reports counts, by decisions and rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportChoice {
    /// This one.
    Certain(usize),
    /// Undecided; this one counted before and still does.
    AsBefore(usize),
    /// Undecided.
    Open,
}

/// A unit and its differing reports, without copies.
pub(super) struct Candidates<'a> {
    pub(super) entries: &'a [Entry],
    pub(super) unit: &'a Unit,
    pub(super) distinct: Vec<usize>,
    pub(super) guidance: Guidance<'a>,
}

impl Candidates<'_> {
    /// Chooses by the office's decision, unless newer reports came after it; else the newest report of a unit that was
    /// asked for corrections; else by `by_marks` among the remaining reports. Returns these reports as well.
    pub(super) fn choose(&self, by_marks: impl Fn(&[usize]) -> Option<usize>) -> (ReportChoice, Vec<usize>) {
        let adopted = self.adopted();
        let left = self.after_decision(adopted);
        let choice = match (left.as_slice(), adopted) {
            ([only], _) => ReportChoice::Certain(*only),
            (left, Some(adopted)) => self.after_adopted(adopted, left, by_marks),
            (left, None) => self.without_decision(left, by_marks),
        };
        (choice, left)
    }

    fn without_decision(&self, left: &[usize], by_marks: impl Fn(&[usize]) -> Option<usize>) -> ReportChoice {
        let newest = self.newest(left);
        match newest.filter(|_| self.was_asked()) {
            Some(newest) if self.is_new_version(newest, left) => ReportChoice::Certain(newest),
            // It may be an old version, or the new one without a mark.
            Some(_) if self.before(left).is_some() => self.as_before(left),
            _ => by_marks(left).map_or_else(|| self.as_before(left), ReportChoice::Certain),
        }
    }

    /// Chooses between the adopted report and newer ones. A newer one counts if it is marked as a later version, or if
    /// the unit was asked for corrections of the adopted one.
    fn after_adopted(
        &self,
        adopted: usize,
        left: &[usize],
        by_marks: impl Fn(&[usize]) -> Option<usize>,
    ) -> ReportChoice {
        let is_asked_for = |newest: &usize| {
            let history = self.guidance.history.filter(|history| history.asked.contains(&self.unit.id));
            history.is_some_and(|history| self.round_of(*newest) == history.round) && self.is_new_version(*newest, left)
        };
        let chosen = self.chosen_before(left).or_else(|| self.newest(left).filter(is_asked_for));
        let chosen = chosen.or_else(|| by_marks(left).filter(|chosen| *chosen != adopted));
        chosen.map_or_else(|| self.as_before(left), ReportChoice::Certain)
    }

    /// Returns the one report that the office has adopted.
    pub(super) fn adopted(&self) -> Option<usize> {
        // The adopted file may be a copy, and only its original is among the candidates.
        let is_adopted = |at: usize| {
            self.with_copies(at).any(|at| self.decision(at).is_some_and(|found| found.adopted == Some(true)))
        };
        let adopted: Vec<usize> = self.distinct.iter().copied().filter(|at| is_adopted(*at)).collect();
        if let [only] = adopted.as_slice() { Some(*only) } else { None }
    }

    /// Returns the reports that remain after the office's decision: the adopted one and those that came after the
    /// decision.
    fn after_decision(&self, adopted: Option<usize>) -> Vec<usize> {
        let Some(adopted) = adopted else { return self.distinct.clone() };
        let Some(history) = self.guidance.history else { return vec![adopted] };
        let listed =
            self.distinct.iter().flat_map(|at| self.with_copies(*at)).filter(|at| self.decision(*at).is_some());
        let decided_in = listed.map(|at| self.round_of(at)).max().unwrap_or(history.round);
        let is_newer = |at: usize| self.decision(at).is_none() && self.round_of(at) > decided_in;
        self.distinct.iter().copied().filter(|at| *at == adopted || is_newer(*at)).collect()
    }

    /// Returns a report and its copies.
    fn with_copies(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let copies =
            (0..self.entries.len()).filter(move |other| self.entries[*other].disposition.copy_of() == Some(at));
        std::iter::once(at).chain(copies)
    }

    /// Returns the office's decision about a report.
    fn decision(&self, at: usize) -> Option<&Adoption> {
        let decisions = self.guidance.decisions?;
        let entry = &self.entries[at];
        let of_unit = |adoption: &&Adoption| self.unit.is_called(&adoption.unit) && entry.is_named(&adoption.file);
        decisions.adoptions.iter().rfind(of_unit)
    }

    fn round_of(&self, at: usize) -> u32 {
        self.guidance.history.map_or(0, |history| history.round_of(&self.entries[at].submission.file))
    }

    fn revision(&self, at: usize) -> u32 {
        self.entries[at].submission.revision
    }

    /// Returns whether the unit was ever asked for corrections.
    fn was_asked(&self) -> bool {
        // A reminder has no findings.
        let letter = self.guidance.history.and_then(|history| history.letters.get(&self.unit.id));
        letter.is_some_and(|letter| !letter.findings.is_empty())
    }

    /// Returns the report that came in the latest round, if it is the only one.
    fn newest(&self, left: &[usize]) -> Option<usize> {
        self.guidance.history?;
        let latest = left.iter().map(|at| self.round_of(*at)).max()?;
        let mut newest = left.iter().copied().filter(|at| self.round_of(*at) == latest);
        let first = newest.next()?;
        (newest.next().is_none() && left.len() > 1).then_some(first)
    }

    /// Returns whether the newest report can only be a new version: no other report is marked as a later one, and
    /// unless it is marked itself, it is not an old version that came again.
    fn is_new_version(&self, newest: usize, left: &[usize]) -> bool {
        let is_old = self.with_copies(newest).any(|copy| self.round_of(copy) < self.round_of(newest));
        let mut others = left.iter().filter(|at| **at != newest).map(|at| self.revision(*at));
        others.all(|other| other < self.revision(newest) || other == self.revision(newest) && !is_old)
    }

    /// Returns the report that counted in the previous round, if its content is unchanged or a copy of it is read.
    fn before(&self, left: &[usize]) -> Option<usize> {
        let history = self.guidance.history?;
        let file = history.counted.get(&self.unit.id)?;
        left.iter().copied().find(|at| {
            let counted = |at: usize| self.entries[at].is_named(file) && self.round_of(at) < history.round;
            self.with_copies(*at).any(|at| counted(at) || self.is_overwritten(at))
        })
    }

    fn is_overwritten(&self, at: usize) -> bool {
        self.guidance.history.is_some_and(|history| history.overwritten.contains(&self.entries[at].submission.file))
    }

    /// Returns the entry to count for a report that counted before: the copy of its overwritten file, if one is read.
    pub(super) fn counted_for(&self, kept: usize) -> usize {
        self.with_copies(kept).find(|at| self.is_overwritten(*at)).unwrap_or(kept)
    }

    /// Returns the report that counted in the previous round, if that was certain and no report is new since.
    fn chosen_before(&self, left: &[usize]) -> Option<usize> {
        let history = self.guidance.history.filter(|history| !history.disputed.contains(&self.unit.id))?;
        let is_new = left.iter().any(|at| self.round_of(*at) == history.round);
        self.before(left).filter(|_| !is_new)
    }

    fn as_before(&self, left: &[usize]) -> ReportChoice {
        self.before(left).map_or(ReportChoice::Open, ReportChoice::AsBefore)
    }
}
