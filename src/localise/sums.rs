//! The sums of one report as a system of equations in whole thousandths, blanks and unreadable cells included.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::corpus::InPlay;
use crate::form::Form;

/// What a figure is counted in here: thousandths, so that a fraction in a count does not stop the search.
pub(super) const UNIT: i64 = 1000;

/// When an equation holds, `left - right` being taken over the figures that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// At zero.
    Zero,
    /// At zero or below: there are blanks on the left, and a blank is zero or more.
    AtMost,
    /// At zero or above: there are blanks on the right.
    AtLeast,
    /// Always: blanks on both sides, or something unreadable in it.
    Always,
}

/// The equations of a report's form, with its figures.
#[derive(Debug, Clone)]
pub struct Sums {
    /// The figures that are known, in thousandths.
    pub(super) values: Vec<Option<i64>>,
    /// For each equation, its known figures with the sign they have in `left - right`.
    pub(super) terms: Vec<Vec<(usize, i64)>>,
    /// For each figure, the equations it can break or mend.
    pub(super) of_cell: Vec<Vec<usize>>,
    holds: Vec<Holds>,
    residuals: Vec<i64>,
}

impl Sums {
    /// The sums of a report: `values` and `states` by the indicators of the form.
    #[must_use]
    pub fn of(form: &Form, values: &[Option<Decimal>], states: &[InPlay]) -> Self {
        let values: Vec<Option<i64>> = values.iter().map(|value| thousandths((*value)?)).collect();
        let mut sums = Self {
            terms: Vec::new(),
            of_cell: vec![Vec::new(); values.len()],
            values,
            holds: Vec::new(),
            residuals: Vec::new(),
        };
        for (at, equation) in form.equations.iter().enumerate() {
            let mut terms = Vec::with_capacity(equation.left.len() + equation.right.len());
            let (mut residual, mut unknown, mut open) = (0, false, [false; 2]);
            let left = equation.left.iter().map(|cell| (*cell, 1));
            for (cell, sign) in left.chain(equation.right.iter().map(|cell| (*cell, -1))) {
                match (states[cell], sums.values[cell]) {
                    (InPlay::Known, Some(value)) => {
                        residual += value * sign;
                        terms.push((cell, sign));
                    }
                    (InPlay::Known, None) | (InPlay::Unknown, _) => unknown = true,
                    (InPlay::Open, _) => open[usize::from(sign < 0)] = true,
                    (InPlay::Out, _) => {}
                }
            }
            let holds = match open {
                _ if unknown => Holds::Always,
                [false, false] => Holds::Zero,
                [true, false] => Holds::AtMost,
                [false, true] => Holds::AtLeast,
                [true, true] => Holds::Always,
            };
            if holds != Holds::Always {
                for (cell, _) in &terms {
                    sums.of_cell[*cell].push(at);
                }
            }
            sums.residuals.push(residual);
            sums.terms.push(terms);
            sums.holds.push(holds);
        }
        sums
    }

    /// Whether an equation is broken: no values of zero or more of its blanks could keep it.
    #[must_use]
    pub fn is_broken(&self, equation: usize) -> bool {
        !self.holds_at(equation, self.residuals[equation])
    }

    /// The broken equations.
    #[must_use]
    pub fn broken(&self) -> Vec<usize> {
        (0..self.terms.len()).filter(|equation| self.is_broken(*equation)).collect()
    }

    /// Whether an equation says exactly what it wants, there being no blank in it.
    pub(super) fn is_exact(&self, equation: usize) -> bool {
        self.holds[equation] == Holds::Zero
    }

    pub(super) fn residual(&self, equation: usize) -> i64 {
        self.residuals[equation]
    }

    fn holds_at(&self, equation: usize, residual: i64) -> bool {
        match self.holds[equation] {
            Holds::Zero => residual == 0,
            Holds::AtMost => residual <= 0,
            Holds::AtLeast => residual >= 0,
            Holds::Always => true,
        }
    }

    /// Whether an equation holds once figures have changed by so much.
    pub(super) fn holds_after(&self, equation: usize, deltas: &[(usize, i64)]) -> bool {
        self.holds_at(equation, self.residual_after(equation, deltas))
    }

    /// What is left over in an equation once figures have changed by so much.
    pub(super) fn residual_after(&self, equation: usize, deltas: &[(usize, i64)]) -> i64 {
        let change = |(cell, sign): &(usize, i64)| {
            let delta = deltas.iter().find(|(changed, _)| changed == cell);
            delta.map_or(0, |(_, delta)| delta * sign)
        };
        self.residuals[equation] + self.terms[equation].iter().map(change).sum::<i64>()
    }

    /// Whether changes mend every equation of a group, leave no figure below zero and break nothing that held.
    pub(super) fn mends(&self, group: &[usize], deltas: &[(usize, i64)]) -> bool {
        let stays = |(cell, delta): &(usize, i64)| self.values[*cell].is_some_and(|value| value + delta >= 0);
        let touched = deltas.iter().flat_map(|(cell, _)| &self.of_cell[*cell]);
        deltas.iter().all(stays)
            && group.iter().all(|equation| self.holds_after(*equation, deltas))
            && touched.into_iter().all(|equation| self.holds_after(*equation, deltas))
    }
}

/// A number in thousandths, where it has a whole and small number of them. Most are whole themselves.
fn thousandths(value: Decimal) -> Option<i64> {
    match i64::try_from(value.mantissa()) {
        Ok(whole) if value.scale() == 0 => whole.checked_mul(UNIT).filter(|value| is_small(*value)),
        _ => exact(Some(value * Decimal::from(UNIT))),
    }
}

fn is_small(value: i64) -> bool {
    value.abs() < i64::MAX / 64
}

/// A decimal that is a whole number and small enough to be added up.
pub(super) fn exact(value: Option<Decimal>) -> Option<i64> {
    let value = value?.normalize();
    value.is_integer().then(|| value.to_i64()).flatten().filter(|value| is_small(*value))
}
