//! The sums of one report as a system of equations in integers, including blanks and unreadable cells. A figure is
//! scaled to the integer that the frames store, so that a fraction in a count does not stop the search.

use rust_decimal::Decimal;

use crate::corpus::{LARGEST, scale_up};
use crate::form::{Evaluation, Form, Term};

/// The condition on `left - right`, taken over the known figures, under which an equation holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// It is zero.
    Zero,
    /// It is zero or less: there are blanks on the left, and a blank is zero or more.
    AtMost,
    /// It is zero or more: there are blanks on the right.
    AtLeast,
    /// Any value: there are blanks on both sides, or an unreadable cell.
    Always,
}

impl Holds {
    fn of(evaluation: &Evaluation) -> Self {
        match (evaluation.left.has_blank, evaluation.right.has_blank) {
            _ if evaluation.is_unknown() => Self::Always,
            (false, false) => Self::Zero,
            (true, false) => Self::AtMost,
            (false, true) => Self::AtLeast,
            (true, true) => Self::Always,
        }
    }
}

/// The equations of a report's form, with its figures.
#[derive(Debug, Clone)]
pub struct Sums {
    /// The known figures, scaled; `None` for the others.
    pub(super) values: Vec<Option<i128>>,
    /// For each equation, its known figures with their sign in `left - right`.
    pub(super) terms: Vec<Vec<(usize, i128)>>,
    /// For each figure, the equations that its value can break or mend.
    pub(super) of_cell: Vec<Vec<usize>>,
    holds: Vec<Holds>,
    residuals: Vec<i128>,
}

impl Sums {
    /// Builds the sums of a report. `terms` are by indicator of the form; `None` for a figure that the report does not
    /// have.
    #[must_use]
    pub fn of(form: &Form, terms: &[Option<Term>]) -> Self {
        let term = |cell: usize| match terms[cell] {
            Some(Term::Known(value)) if scaled(value).is_none() => Term::Unknown,
            Some(term) => term,
            None => Term::Known(Decimal::ZERO),
        };
        let known = |cell: usize| match terms[cell] {
            Some(Term::Known(value)) => scaled(value),
            _ => None,
        };
        let mut sums = Self {
            terms: Vec::new(),
            of_cell: vec![Vec::new(); terms.len()],
            values: (0..terms.len()).map(known).collect(),
            holds: Vec::new(),
            residuals: Vec::new(),
        };
        for (at, equation) in form.equations.iter().enumerate() {
            let left = equation.left.iter().map(|cell| (*cell, 1));
            let signed = left.chain(equation.right.iter().map(|cell| (*cell, -1)));
            let known: Vec<(usize, i128)> = signed.filter(|(cell, _)| sums.values[*cell].is_some()).collect();
            let holds = Holds::of(&equation.evaluate(term));
            if holds != Holds::Always {
                for (cell, _) in &known {
                    sums.of_cell[*cell].push(at);
                }
            }
            sums.residuals.push(known.iter().filter_map(|(cell, sign)| Some(sums.values[*cell]? * sign)).sum());
            sums.terms.push(known);
            sums.holds.push(holds);
        }
        sums
    }

    /// Returns whether an equation is broken: no values of its blanks from zero up could make it hold.
    #[must_use]
    pub fn is_broken(&self, equation: usize) -> bool {
        !self.holds_at(equation, self.residuals[equation])
    }

    /// Returns the broken equations, by position.
    #[must_use]
    pub fn broken(&self) -> Vec<usize> {
        (0..self.terms.len()).filter(|equation| self.is_broken(*equation)).collect()
    }

    /// Returns whether an equation determines its residual exactly, because it has no blanks.
    pub(super) fn is_exact(&self, equation: usize) -> bool {
        self.holds[equation] == Holds::Zero
    }

    pub(super) fn residual(&self, equation: usize) -> i128 {
        self.residuals[equation]
    }

    fn holds_at(&self, equation: usize, residual: i128) -> bool {
        match self.holds[equation] {
            Holds::Zero => residual == 0,
            Holds::AtMost => residual <= 0,
            Holds::AtLeast => residual >= 0,
            Holds::Always => true,
        }
    }

    /// Returns whether an equation holds after the given changes.
    pub(super) fn holds_after(&self, equation: usize, deltas: &[(usize, i128)]) -> bool {
        self.holds_at(equation, self.residual_after(equation, deltas))
    }

    /// Returns the residual of an equation after the given changes.
    pub(super) fn residual_after(&self, equation: usize, deltas: &[(usize, i128)]) -> i128 {
        let change = |(cell, sign): &(usize, i128)| {
            let delta = deltas.iter().find(|(changed, _)| changed == cell);
            delta.map_or(0, |(_, delta)| delta * sign)
        };
        self.residuals[equation] + self.terms[equation].iter().map(change).sum::<i128>()
    }

    /// Returns whether changes make every equation of a group hold, leave no figure below zero and break no other
    /// equation.
    pub(super) fn mends(&self, group: &[usize], deltas: &[(usize, i128)]) -> bool {
        let stays = |(cell, delta): &(usize, i128)| self.values[*cell].is_some_and(|value| value + delta >= 0);
        let touched = deltas.iter().flat_map(|(cell, _)| &self.of_cell[*cell]);
        deltas.iter().all(stays)
            && group.iter().all(|equation| self.holds_after(*equation, deltas))
            && touched.into_iter().all(|equation| self.holds_after(*equation, deltas))
    }
}

/// Returns a figure in the integer scale of the frames; `None` if it is too large to be read. The bound keeps sums from
/// overflowing.
pub(super) fn scaled(value: Decimal) -> Option<i128> {
    (value.abs() < Decimal::from(LARGEST)).then(|| scale_up(value))
}
