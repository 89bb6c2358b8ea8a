//! Layouts with more than one reading, and which of these the form's own sums confirm.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::equation::{SumState, Term};
use super::oddity::Oddity;
use super::table_match::{Doubt, Slot, TextValue};
use super::{Equation, Form};
use crate::amount::{self, State};
use crate::document::{Cell, CellKind, Grid};

/// Most combinations of alternatives that are tried for one table.
const MAX_COMBINATIONS: usize = 512;

/// Slots by the position of their indicator.
pub(super) type Slots = Vec<(usize, Slot)>;

/// The texts at slots, by indicator. Readings with the same texts count as one.
type ReadingValues = Vec<(usize, String)>;

/// A part of a table that can be read in several ways.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) oddity: Oddity,
    pub(super) alternatives: Vec<Slots>,
    /// Whether the first alternative is taken unless the sums contradict it and confirm another.
    pub(super) has_default: bool,
    /// The affected indicators, each with the text that may belong to it.
    pub(super) unplaced: Vec<(usize, TextValue)>,
}

/// The result of settling the choices of a table.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) slots: Slots,
    pub(super) pieces: Vec<(usize, TextValue)>,
    /// The irregularities that the sums resolved.
    pub(super) by_sums: Vec<Oddity>,
}

/// Settles the choices of a table. If every choice has a default and these break no sum, the defaults are taken; else
/// the only reading that the sums confirm. If no reading is confirmed, a choice takes its default, if it has one. All
/// other choices give only doubtful texts.
pub(super) fn resolve(grid: &Grid, form: &Form, fixed: &[(usize, Slot)], choices: Vec<Choice>) -> Settled {
    let mut settled = Settled::default();
    if choices.is_empty() {
        return settled;
    }
    let trial = Trial { grid, form, fixed: terms(grid, fixed) };
    let default_holds = choices.iter().all(|choice| choice.has_default)
        && trial.outcome(&choices.iter().map(|choice| &choice.alternatives[0]).collect::<Vec<_>>()).is_some();
    let confirmed = if default_holds { Vec::new() } else { trial.confirmed(&choices) };
    if let [picked] = confirmed.as_slice() {
        for (choice, at) in choices.into_iter().zip(picked) {
            if !(choice.has_default && *at == 0) {
                settled.by_sums.push(choice.oddity);
            }
            settled.slots.extend(choice.alternatives.into_iter().nth(*at).unwrap_or_default());
        }
        return settled;
    }
    for choice in choices {
        if choice.has_default && confirmed.is_empty() {
            // A different order of headings is reported even if the sums only confirm the default.
            let is_said = default_holds && choice.oddity == Oddity::HeadingOrder;
            settled.by_sums.extend(is_said.then_some(choice.oddity));
            settled.slots.extend(choice.alternatives.into_iter().next().unwrap_or_default());
        } else {
            settled.pieces.extend(choice.unplaced);
        }
    }
    settled
}

/// The certain terms of a table, against which alternatives are tested.
struct Trial<'a> {
    grid: &'a Grid,
    form: &'a Form,
    fixed: HashMap<usize, Term>,
}

impl Trial<'_> {
    /// Returns the combinations for which the sums hold, as one alternative per choice. Combinations with the same
    /// values count as one.
    fn confirmed(&self, choices: &[Choice]) -> Vec<Vec<usize>> {
        let open: Vec<Vec<usize>> = choices.iter().map(|choice| self.possible(choice)).collect();
        let combinations = open.iter().try_fold(1_usize, |product, of| product.checked_mul(of.len()));
        let tried: Vec<Vec<usize>> = match combinations {
            Some(all) if all <= MAX_COMBINATIONS => (0..all).map(|number| nth_combination(&open, number)).collect(),
            _ => uniform(choices),
        };
        let mut confirmed: Vec<(Vec<usize>, ReadingValues)> = Vec::new();
        for combination in tried {
            let parts: Vec<&Slots> =
                choices.iter().zip(&combination).map(|(choice, at)| &choice.alternatives[*at]).collect();
            if self.outcome(&parts).is_some_and(|kept| kept > 0) {
                let values = self.values(&parts);
                if !confirmed.iter().any(|(_, other)| *other == values) {
                    confirmed.push((combination, values));
                }
            }
        }
        confirmed.into_iter().map(|(combination, _)| combination).collect()
    }

    /// Returns the alternatives of a choice that break no sum by themselves. Those with the same values count as one.
    fn possible(&self, choice: &Choice) -> Vec<usize> {
        let mut possible: Vec<(usize, ReadingValues)> = Vec::new();
        for (at, slots) in choice.alternatives.iter().enumerate() {
            let values = self.values(&[slots]);
            let own = Trial { grid: self.grid, form: self.form, fixed: HashMap::new() };
            if own.outcome(&[slots]).is_some() && !possible.iter().any(|(_, other)| *other == values) {
                possible.push((at, values));
            }
        }
        possible.into_iter().map(|(at, _)| at).collect()
    }

    /// Returns how many of the sums that involve the slots hold; `None` if one is broken.
    fn outcome(&self, parts: &[&Slots]) -> Option<usize> {
        let own: HashMap<usize, Term> = parts.iter().flat_map(|slots| terms(self.grid, slots)).collect();
        let is_combined = own.keys().chain(self.fixed.keys()).any(|position| self.form.is_out(*position, false));
        let out = |position: usize| self.form.is_out(position, is_combined).then_some(Term::Known(Decimal::ZERO));
        let term = |position: usize| {
            own.get(&position).or_else(|| self.fixed.get(&position)).copied().or_else(|| out(position))
        };
        let mut kept = 0;
        for equation in self.form.equations.iter().filter(|equation| touches(equation, &own)) {
            match equation.evaluate(|position| term(position).unwrap_or(Term::Unknown)).state() {
                SumState::Broken => return None,
                SumState::Kept => kept += 1,
                SumState::Undecided => {}
            }
        }
        Some(kept)
    }

    /// Returns the texts at the slots, by indicator.
    fn values(&self, parts: &[&Slots]) -> ReadingValues {
        let text = |slot: &Slot| cells_of(self.grid, slot).map(|cell| cell.text.trim()).collect::<Vec<_>>().join(" ");
        let mut values: ReadingValues =
            parts.iter().flat_map(|slots| slots.iter()).map(|(position, slot)| (*position, text(slot))).collect();
        values.sort_unstable();
        values
    }
}

fn touches(equation: &Equation, own: &HashMap<usize, Term>) -> bool {
    equation.left.iter().chain(&equation.right).any(|term| own.contains_key(term))
}

/// Returns the combination with this number, as one alternative per choice.
fn nth_combination(open: &[Vec<usize>], number: usize) -> Vec<usize> {
    let mut rest = number;
    let pick = |of: &Vec<usize>| {
        let at = rest % of.len();
        rest /= of.len();
        of[at]
    };
    open.iter().map(pick).collect()
}

/// Returns the combinations that take the same alternative for every choice.
fn uniform(choices: &[Choice]) -> Vec<Vec<usize>> {
    let most = choices.iter().map(|choice| choice.alternatives.len()).max().unwrap_or(0);
    (0..most).map(|at| choices.iter().map(|choice| at.min(choice.alternatives.len() - 1)).collect()).collect()
}

/// Returns the contributions of the figures at these slots to sums, by indicator.
pub(super) fn terms(grid: &Grid, slots: &[(usize, Slot)]) -> HashMap<usize, Term> {
    slots.iter().map(|(position, slot)| (*position, term(grid, slot))).collect()
}

fn term(grid: &Grid, slot: &Slot) -> Term {
    let mut cells = cells_of(grid, slot);
    let (Some(cell), None) = (cells.next(), cells.next()) else {
        let is_covered =
            grid.region(slot.row, slot.left).is_some_and(|region| (region.top, region.left) != (slot.row, slot.left));
        let is_blank = cells_of(grid, slot).next().is_none() && !is_covered;
        return if is_blank { Term::Blank } else { Term::Unknown };
    };
    let reading = amount::read_figure(&cell.text);
    match (cell.kind, reading.state) {
        (CellKind::Number | CellKind::Text, State::Number) => reading.value.map_or(Term::Unknown, Term::Known),
        (CellKind::Text, State::NotApplicable) => Term::Blank,
        _ => Term::Unknown,
    }
}

/// Returns the cells in a slot that are not blank.
fn cells_of<'a>(grid: &'a Grid, slot: &Slot) -> impl Iterator<Item = &'a Cell> {
    let (from, to) = if slot.left <= slot.right { grid.between(slot.row, slot.left, slot.right) } else { (0, 0) };
    grid.cells()[from..to].iter().filter(|cell| {
        cell.kind != CellKind::Text || cell.formula.is_some() || amount::read(&cell.text).state != State::Blank
    })
}

/// Returns the whole text of each slot's row after a column, as the text of figures at an uncertain place.
pub(super) fn unplaced(grid: &Grid, slots: &[(usize, Slot)], from: Option<u32>) -> Vec<(usize, TextValue)> {
    let text = |row: u32| {
        let cells = grid.row(row).iter().filter(|cell| from.is_none_or(|end| cell.column > end));
        let texts: Vec<&str> = cells.map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    };
    let piece = |(position, slot): &(usize, Slot)| {
        let place = grid.place(slot.row, slot.left);
        (*position, TextValue { text: text(slot.row), place, doubt: Some(Doubt::Unplaced), unit: slot.unit })
    };
    slots.iter().map(piece).collect()
}
