//! The other story of a report whose outcomes exceed what came in: not that outcomes are too many, but that an
//! application was left out where applications came in, and the totals were added up without it.
//!
//! It takes more figures than a smallest set has, so it is never among them; an auditor still asks about it.

use super::sums::Sums;
use crate::form::{Equation, Form};

/// The rule of the balance between what came in and what became of it; its first term is what was received.
const BALANCE: &str = "S01";
/// The rule of a row's total.
const ROW: &str = "S03";

/// Returns the changes that tell it, as differences in thousandths, if they mend the group.
pub(super) fn find(form: &Form, sums: &Sums, group: &[usize]) -> Option<Vec<(usize, i128)>> {
    let mut deltas = left_out(form, sums, group);
    if deltas.is_empty() {
        return None;
    }
    let table = form.equations[*group.first()?].table;
    let is_row = |at: &usize| form.equations[*at].table == table && form.equations[*at].rule == ROW;
    for at in (0..form.equations.len()).filter(is_row).filter(|at| sums.is_exact(*at)) {
        let total = *form.equations[at].right.first()?;
        let residual = sums.residual_after(at, &deltas);
        if residual != 0 {
            deltas.push((total, residual));
        }
    }
    deltas.sort_unstable();
    sums.mends(group, &deltas).then_some(deltas)
}

/// Returns what was left out of the received, kind by kind. The column of totals follows from the rows.
fn left_out(form: &Form, sums: &Sums, group: &[usize]) -> Vec<(usize, i128)> {
    let is_of_totals = |equation: &Equation| {
        let rows = form.equations.iter().filter(|other| other.rule == ROW && other.table == equation.table);
        rows.flat_map(|row| &row.right).any(|total| equation.right.contains(total))
    };
    let balances = group.iter().filter(|at| {
        let equation = &form.equations[**at];
        equation.rule == BALANCE && sums.is_exact(**at) && !is_of_totals(equation)
    });
    let gap = |at: &usize| Some((*form.equations[*at].left.first()?, -sums.residual(*at)));
    balances.filter_map(gap).filter(|(_, gap)| *gap > 0).collect()
}
