//! Submissions with their unit and disposition.

use crate::submission::{Name, Submission};

/// A submission with the results of the assignment.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The submission.
    pub submission: Submission,
    /// Its unit, by position in `Corpus::units`.
    pub unit: Option<usize>,
    /// The name by which the unit was found, or the name that no unit has.
    pub name: String,
    /// Units that its names match equally well, if none matches best.
    pub candidates: Vec<usize>,
    /// Units with the most similar names, if none matches.
    pub nearest: Vec<usize>,
    /// Names stated in it that are not those of its unit.
    pub contradicting: Vec<Name>,
    /// How it is used in the run.
    pub disposition: Disposition,
    /// The paths at which the same file was in earlier rounds.
    pub earlier_paths: Vec<String>,
    /// What distinguishes it from another report of its unit in the same file: its sheets, else its number.
    pub part: Option<String>,
    /// Whether the office decided that it counts, instead of another report of its unit.
    pub is_adopted: bool,
    /// Why it was read from a copy of a file that counted in the previous round.
    pub stand_in: Option<StandIn>,
}

impl Entry {
    /// Returns its name in decisions: its file, with its part in brackets.
    #[must_use]
    pub fn decision_name(&self) -> String {
        let file = &self.submission.file;
        self.part.as_ref().map_or_else(|| file.clone(), |part| format!("{file}［{part}］"))
    }

    /// Returns whether a name in decisions is its own, by the path of its file now or in an earlier round.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let own = |part: &String| name.strip_suffix('］')?.strip_suffix(part.as_str())?.strip_suffix('［');
        let Some(path) = self.part.as_ref().map_or(Some(name), own) else { return false };
        self.submission.file == path || self.earlier_paths.iter().any(|earlier| earlier == path)
    }
}

/// Why a copy of a file is read in place of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandIn {
    /// The file is no longer in the inbox.
    Absent,
    /// The file was overwritten by one of which no report of its unit counts.
    Overwritten,
}

/// How a submission is used in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disposition {
    /// It is added up.
    Counted,
    /// It could not be read, or has no table of the form.
    Unreadable,
    /// It is of another year than the run's.
    OtherYear,
    /// It is of another year than the run's, and its unit also sent this report of the run's year.
    OtherYearBeside(usize),
    /// It states no year, and the other reports do not agree on one.
    YearUnknown,
    /// It is a copy of another year's report, left in the file of one that counts.
    Leftover,
    /// Its figures equal those of this entry, which is used.
    SameAs(usize),
    /// It is replaced by this entry.
    ReplacedBy(usize),
    /// It differs from another report of the same unit and year, and it is not certain which one is valid.
    Conflicting,
    /// It belongs to no unit of the roster.
    Unmatched,
    /// It is not a unit's report. The entry it came with is given if known.
    Aside(Aside, Option<usize>),
}

impl Disposition {
    /// Returns the entry that is counted in place of this one because it has the same figures.
    #[must_use]
    pub fn copy_of(self) -> Option<usize> {
        if let Self::SameAs(kept) = self { Some(kept) } else { None }
    }
}

/// Why a submission is left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    /// An example or a template.
    Example,
    /// A form that is blank, or filled with zeros next to a filled one.
    Blank,
    /// A copy of an earlier year or version.
    OldCopy,
    /// A copy on hidden sheets.
    Hidden,
    /// The sum of several reports.
    Summary,
    /// A letter about reports, or a list of units.
    Notice,
    /// A part of a saved page.
    PagePart,
    /// A workbook written by this program with a unit's figures, returned without changes.
    Unchanged,
    /// Any other file without a report.
    Other,
}
