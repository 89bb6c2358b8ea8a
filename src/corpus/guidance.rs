//! Evidence from outside the submissions for assigning them to units and choosing which ones count: the office's
//! decisions and the previous rounds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::decisions::{Adoption, Decisions};
use crate::roster::{Matched, Roster};
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
    /// The paths at which files of this round with the same content were in earlier rounds, by present path.
    pub earlier_paths: BTreeMap<String, Vec<String>>,
    /// The file that counted in the previous round, by unit id.
    pub counted: BTreeMap<String, String>,
    /// Ids of the units that were asked to mend or explain something in the previous round.
    pub asked: BTreeSet<String>,
    /// Ids of the units of which it was open in the previous round which report counts.
    pub disputed: BTreeSet<String>,
    /// The latest letter, by unit id.
    pub letters: BTreeMap<String, PriorLetter>,
    /// Paths of reports that counted in the previous round and are read from copies, because their files were
    /// overwritten.
    pub overwritten: BTreeSet<String>,
}

/// The latest letter to a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorLetter {
    /// Date of the letter.
    pub date: Option<NaiveDate>,
    /// The ids of the findings in it.
    pub findings: BTreeSet<String>,
    /// The round in which it was written.
    pub round: u32,
    /// What it says on the letter before it: the date of that letter, and how many of its findings are settled.
    pub review: Option<(String, String)>,
    /// SHA-256 of its bytes as written; `None` in the records of older programs.
    pub sha256: Option<String>,
}

impl History {
    /// Returns the round in which a file came; this round if the file is not recorded.
    #[must_use]
    pub fn round_of(&self, file: &str) -> u32 {
        self.received.get(file).copied().unwrap_or(self.round)
    }

    /// Returns the earlier paths of a file.
    #[must_use]
    pub fn earlier_paths_of(&self, file: &str) -> &[String] {
        self.earlier_paths.get(file).map_or(&[], Vec::as_slice)
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
            let earlier = self.history.map_or(&[][..], |history| history.earlier_paths_of(file));
            let is_file = |named: &String| named == file || earlier.contains(named);
            let is_adopted = |adoption: &&Adoption| adoption.adopted == Some(true) && is_file(&adoption.file);
            decisions.adoptions.iter().rfind(is_adopted).map(|found| &found.unit)
        };
        match roster.find(by_name.or_else(by_file)?) {
            Matched::One(unit) => Some(unit),
            Matched::Several(_) | Matched::None => None,
        }
    }
}
