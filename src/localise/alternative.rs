//! The alternative explanation of a report with more outcomes than applications. The outcomes may be right, and an
//! application may be missing from those received and from the totals.
//!
//! It changes more figures than a smallest set does, so the search does not find it. An auditor still has to consider
//! it.

use super::sums::Sums;
use crate::form::{Equation, Form};

/// The rule of the balance of applications against outcomes. The first term is the applications received.
const BALANCE: &str = "S01";
/// The rule of a row's total.
const ROW: &str = "S03";

/// Returns the changes of this explanation, as differences in thousandths, if they mend the group.
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

/// Returns what is missing from the received applications, by column. Totals are left out: they follow from the rows.
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
