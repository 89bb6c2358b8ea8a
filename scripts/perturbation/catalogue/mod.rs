//! The catalogue of perturbations. Each entry has a description, the formats that it applies to, and the codes of
//! admissible findings. An entry that no careful person could read is marked.

mod figures;
mod furniture;
mod grids;
mod headings;
mod identity;
mod labels;
mod looks;
mod money;
mod names;
mod neighbours;
mod planted;
mod rows;
mod running;
mod sheets;

use super::case::{Case, Format};
use super::random::Random;

/// Changes a case; returns whether it applied.
pub(crate) type Apply = fn(&mut Case, &mut Random) -> bool;

/// One kind of perturbation.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its id: the letter of its group, then a short name.
    pub(crate) id: &'static str,
    /// Its description in one line.
    pub(crate) words: &'static str,
    /// The aspects it changes; entries that share one are not combined.
    pub(crate) touches: &'static [&'static str],
    /// The formats it applies to, with frequent ones repeated.
    pub(crate) formats: &'static [Format],
    /// Codes of admissible findings.
    pub(crate) codes: &'static [&'static str],
    /// Whether a careful person could read the result.
    pub(crate) is_readable: bool,
    /// The form it needs; `None` for any form.
    pub(crate) form: Option<&'static str>,
    /// Whether it needs a roster.
    pub(crate) needs_roster: bool,
    apply: Apply,
}

impl Entry {
    const fn new(
        id: &'static str,
        words: &'static str,
        touches: &'static [&'static str],
        formats: &'static [Format],
        apply: Apply,
    ) -> Self {
        Self { id, words, touches, formats, codes: &[], is_readable: true, form: None, needs_roster: false, apply }
    }

    /// Adds the codes of admissible findings.
    const fn with(self, codes: &'static [&'static str]) -> Self {
        Self { codes, ..self }
    }

    /// Marks it as not readable by a careful person.
    const fn unreadable(self) -> Self {
        Self { is_readable: false, ..self }
    }

    /// Restricts it to a form.
    const fn on(self, form: &'static str) -> Self {
        Self { form: Some(form), ..self }
    }

    /// Restricts it to runs with a roster.
    const fn rostered(self) -> Self {
        Self { needs_roster: true, ..self }
    }

    /// Returns whether it applies to a case.
    pub(crate) fn suits(&self, case: &Case) -> bool {
        self.formats.contains(&case.format)
            && self.form.is_none_or(|form| case.form.id == form)
            && (case.has_roster || !self.needs_roster)
    }

    /// Changes a case and adds the codes of admissible findings; returns whether it applied.
    pub(crate) fn apply(&self, case: &mut Case, random: &mut Random) -> bool {
        let is_done = (self.apply)(case, random);
        if is_done {
            case.codes.extend(self.codes);
            case.is_readable &= self.is_readable;
        }
        is_done
    }
}

/// Returns the whole catalogue in order of application; entries that copy a report are last.
pub(crate) fn all() -> Vec<&'static Entry> {
    let groups: [&'static [Entry]; 14] = [
        figures::ENTRIES,
        money::ENTRIES,
        looks::ENTRIES,
        labels::ENTRIES,
        headings::ENTRIES,
        grids::ENTRIES,
        rows::ENTRIES,
        running::ENTRIES,
        furniture::ENTRIES,
        identity::ENTRIES,
        names::ENTRIES,
        planted::ENTRIES,
        sheets::ENTRIES,
        neighbours::ENTRIES,
    ];
    groups.into_iter().flatten().collect()
}

/// Adds an empty column at the right of table 3.
fn all_wide(case: &mut Case) -> bool {
    use super::grid::{Cell, Role};
    case.grid(1).is_some_and(|grid| {
        let column = grid.columns;
        (0..grid.rows).for_each(|row| grid.cells.push(Cell::new(row, column, Role::Other, "")));
        grid.measure();
        true
    })
}
