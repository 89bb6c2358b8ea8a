//! Submissions with their unit and what becomes of them.

use crate::submission::{Name, Submission};

/// A submission with what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The submission.
    pub submission: Submission,
    /// Its unit, by position in `Corpus::units`.
    pub unit: Option<usize>,
    /// The name it was settled by.
    pub name: String,
    /// Units its names fit equally well, where no one fits best.
    pub rivals: Vec<usize>,
    /// Units with the names nearest to its own, where it is none of them.
    pub nearest: Vec<usize>,
    /// Names it states that are not its unit's.
    pub contradicting: Vec<Name>,
    /// What became of it.
    pub standing: Standing,
}

/// What becomes of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is added up.
    Counted,
    /// It could not be read, or holds no table of the form.
    Unreadable,
    /// It is of another year than the run's.
    OtherYear,
    /// It states no year, and the other reports do not agree on one.
    YearUnknown,
    /// Another year's copy left in the file of a report that counts.
    Leftover,
    /// The same figures as this entry, which is kept.
    SameAs(usize),
    /// This entry, which is kept, replaces it.
    ReplacedBy(usize),
    /// It differs from another of the same unit and year, and nothing says which is right.
    Conflicting,
    /// It belongs to no unit of the roster.
    Unmatched,
    /// It is no report that anybody sent as theirs; it lies beside this entry, if it is known beside which.
    Aside(Aside, Option<usize>),
}

impl Standing {
    /// Returns the entry that is counted in place of this one because its figures are the same.
    #[must_use]
    pub fn copy_of(self) -> Option<usize> {
        if let Self::SameAs(kept) = self { Some(kept) } else { None }
    }
}

/// Why something is left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    /// An example or a template.
    Example,
    /// A form that nobody filled in, or filled with zeros beside a filled one.
    Blank,
    /// An earlier year's or state's copy.
    OldCopy,
    /// A copy on hidden sheets.
    Hidden,
    /// The sum of several reports.
    Summary,
    /// A letter about reports, or a list of units.
    Notice,
    /// A part of a saved page.
    PagePart,
    /// This program's own workbook of a unit's figures, which nobody changed.
    Unchanged,
    /// Any other file without a report in it.
    Other,
}
