//! Evidence from outside the submissions for assigning them to units and choosing which ones count: the office's
//! decisions and the previous rounds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::entry::Entry;
use crate::decisions::{Adoption, Decisions};
use crate::roster::{Matched, Roster, Unit};
use crate::spelling::key;

/// The inputs that guide the assignment and the choice of submissions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guidance<'a> {
    /// What the office has decided.
    pub decisions: Option<&'a Decisions>,
    /// The previous rounds.
    pub history: Option<&'a History>,
}

/// Data of the previous rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Number of this round; the first one is 1.
    pub round: u32,
    /// The round in which each file first came with its present content, by path.
    pub received: BTreeMap<String, u32>,
    /// The file that counted in the previous round, by unit id.
    pub counted: BTreeMap<String, String>,
    /// The latest letter, by unit id.
    pub letters: BTreeMap<String, PriorLetter>,
}

/// The latest letter to a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorLetter {
    /// Date of the letter.
    pub date: Option<NaiveDate>,
    /// The ids of the findings in it.
    pub findings: BTreeSet<String>,
}

impl History {
    /// Returns the round in which a file came; this round if the file is not recorded.
    pub(super) fn round_of(&self, file: &str) -> u32 {
        self.received.get(file).copied().unwrap_or(self.round)
    }
}

impl Guidance<'_> {
    /// Returns the roster with the names that the office has assigned to its units.
    pub(super) fn named(self, roster: &Roster) -> Roster {
        let names = self.decisions.map_or(&[][..], |decisions| &decisions.names);
        let alias = |name: &str, unit: &str| match roster.find(unit) {
            Matched::One(unit) => Some((name.to_owned(), unit)),
            Matched::Several(_) | Matched::None => None,
        };
        let aliases: Vec<(String, usize)> =
            names.iter().filter_map(|decided| alias(&decided.name, &decided.unit)).collect();
        if aliases.is_empty() { roster.clone() } else { roster.with_aliases(&aliases) }
    }

    /// Returns the unit to which the office has assigned a name or a file.
    pub(super) fn unit_of(self, name: &str, file: &str, roster: &Roster) -> Option<usize> {
        let decisions = self.decisions?;
        let by_name = decisions.names.iter().rfind(|decided| key(&decided.name) == key(name)).map(|found| &found.unit);
        let by_file = || {
            let is_adopted = |adoption: &&Adoption| adoption.adopted == Some(true) && adoption.file == file;
            decisions.adoptions.iter().rfind(is_adopted).map(|found| &found.unit)
        };
        match roster.find(by_name.or_else(by_file)?) {
            Matched::One(unit) => Some(unit),
            Matched::Several(_) | Matched::None => None,
        }
    }
}

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
    fn file(&self, at: usize) -> &str {
        &self.entries[at].submission.file
    }

    /// Chooses by the office's decision, unless a newer report came after it; else the newest report of a unit that was
    /// asked for corrections; else by `by_marks` among the remaining reports.
    pub(super) fn choose(&self, by_marks: impl Fn(&[usize]) -> Option<usize>) -> ReportChoice {
        let left = self.after_decision();
        if let [only] = left.as_slice() {
            return ReportChoice::Certain(*only);
        }
        let newest = self.newest(&left).filter(|newest| self.is_superseding(*newest, &left));
        let chosen = newest.or_else(|| by_marks(&left));
        chosen.map_or_else(|| self.as_before(&left), ReportChoice::Certain)
    }

    /// Returns the reports that remain after the office's decision: the adopted one and those that came after the
    /// decision.
    fn after_decision(&self) -> Vec<usize> {
        let adoptions: Vec<&Adoption> = self
            .guidance
            .decisions
            .iter()
            .flat_map(|decisions| &decisions.adoptions)
            .filter(|adoption| self.unit.is_called(&adoption.unit))
            .collect();
        let decision = |at: usize| adoptions.iter().rfind(|adoption| adoption.file == self.file(at));
        // The adopted file may be a copy, and only its original is among the candidates.
        let is_adopted = |at: usize| {
            let copies = (0..self.entries.len()).filter(|other| self.entries[*other].standing.copy_of() == Some(at));
            std::iter::once(at).chain(copies).any(|at| decision(at).is_some_and(|found| found.adopted == Some(true)))
        };
        let adopted: Vec<usize> = self.distinct.iter().copied().filter(|at| is_adopted(*at)).collect();
        let [only] = adopted.as_slice() else { return self.distinct.clone() };
        let Some(history) = self.guidance.history else { return vec![*only] };
        let listed = adoptions.iter().map(|adoption| history.round_of(&adoption.file));
        let decided_in = listed.max().unwrap_or(history.round);
        let is_newer = |at: usize| decision(at).is_none() && history.round_of(self.file(at)) > decided_in;
        self.distinct.iter().copied().filter(|at| at == only || is_newer(*at)).collect()
    }

    /// Returns the report that came in the latest round, if it is the only one.
    fn newest(&self, left: &[usize]) -> Option<usize> {
        let history = self.guidance.history?;
        let latest = left.iter().map(|at| history.round_of(self.file(*at))).max()?;
        let mut newest = left.iter().filter(|at| history.round_of(self.file(**at)) == latest);
        let first = newest.next()?;
        (newest.next().is_none() && left.len() > 1).then_some(*first)
    }

    /// Returns whether the newest report replaces the others: the unit was asked for corrections, and no other report
    /// is marked as a later version.
    fn is_superseding(&self, newest: usize, left: &[usize]) -> bool {
        let was_asked = self.guidance.history.is_some_and(|history| history.letters.contains_key(&self.unit.id));
        let revision = |at: usize| self.entries[at].submission.revision;
        was_asked && left.iter().all(|at| revision(*at) <= revision(newest))
    }

    /// Returns the report that counted in the previous round, if its file is unchanged.
    fn as_before(&self, left: &[usize]) -> ReportChoice {
        let before = || {
            let history = self.guidance.history?;
            let file = history.counted.get(&self.unit.id)?;
            let is_same = |at: &&usize| self.file(**at) == file && history.round_of(file) < history.round;
            left.iter().find(is_same).copied()
        };
        before().map_or(ReportChoice::Open, ReportChoice::AsBefore)
    }
}
