//! Evaluation of plain sums, to notice totals that were never computed or are out of date.

use rust_decimal::Decimal;

use crate::amount::{self, State};
use crate::document::{Cell, CellKind, Grid, Region};
use crate::place::parse_a1;
use crate::spelling::without;

/// Deepest nesting of sums of sums that is evaluated.
const DEPTH: u32 = 4;
/// Most cells in the range of a sum. No sum of the forms has more than 22.
const CELLS: u64 = 1000;

/// The value of a plain sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    /// The value as spreadsheet programs compute it, skipping cells that are not numbers.
    pub(super) value: Decimal,
    /// Whether every cell was a number.
    pub(super) complete: bool,
}

/// Returns whether a sheet's formulas were never computed: the workbook states that, or all results are stored as 0
/// although some sum is not zero. Libraries that write formulas without computing them leave such files.
pub(super) fn is_uncomputed(grid: &Grid) -> bool {
    if grid.recalculates {
        return true;
    }
    let formulas = || grid.cells().iter().filter(|cell| cell.formula.is_some());
    let is_zero = |cell: &Cell| cell.kind == CellKind::NoResult || is_stored_zero(cell);
    let has_sum = |cell: &Cell| {
        let sum = cell.formula.as_deref().and_then(|formula| plain_sum(formula, grid, false));
        cell.kind == CellKind::Number && sum.is_some_and(|sum| !sum.value.is_zero())
    };
    formulas().all(is_zero) && formulas().any(has_sum)
}

/// Evaluates `SUM(…)` over cells and ranges of the same sheet, and sums and differences of such sums and of cells;
/// `None` for any other formula. If formulas are uncomputed, results stored as 0 are not used.
pub(super) fn plain_sum(formula: &str, grid: &Grid, uncomputed: bool) -> Option<Sum> {
    FormulaSheet { grid, uncomputed }.expression(formula, DEPTH)
}

/// A sheet, and whether its formulas are uncomputed.
#[derive(Clone, Copy)]
struct FormulaSheet<'a> {
    grid: &'a Grid,
    uncomputed: bool,
}

impl FormulaSheet<'_> {
    fn expression(self, formula: &str, depth: u32) -> Option<Sum> {
        let formula = formula.trim().trim_start_matches('=').trim();
        let mut total = Sum { value: Decimal::ZERO, complete: true };
        let (mut rest, mut is_negative) = (formula.strip_prefix('+').unwrap_or(formula), false);
        loop {
            let end = rest.find(['+', '-']).unwrap_or(rest.len());
            let term = self.term(rest[..end].trim(), depth)?;
            let value = if is_negative { -term.value } else { term.value };
            total.value = total.value.checked_add(value)?;
            total.complete &= term.complete;
            let Some(sign) = rest[end..].chars().next() else { break };
            is_negative = sign == '-';
            rest = &rest[end + 1..];
        }
        Some(Sum { value: total.value.normalize(), ..total })
    }

    /// Evaluates a `SUM(…)` or a single cell.
    fn term(self, term: &str, depth: u32) -> Option<Sum> {
        if let Some(head) = term.get(..4).filter(|head| head.eq_ignore_ascii_case("SUM(")) {
            return self.sum(term.strip_prefix(head)?.strip_suffix(')')?, depth);
        }
        let (row, column) = parse_a1(&without(term.trim_matches(['[', ']']), '.'))?;
        match self.grid.cell(row, column) {
            None => Some(Sum { value: Decimal::ZERO, complete: false }),
            // Spreadsheet programs use a number stored as text as an operand of `+` or `-`, but ignore it in `SUM`.
            Some(cell) => {
                let typed = || amount::read(&cell.text).value.filter(|_| cell.kind == CellKind::Text);
                Some(Sum { value: self.value(cell, depth).or_else(typed)?, complete: true })
            }
        }
    }

    /// Evaluates the arguments of `SUM`.
    fn sum(self, terms: &str, depth: u32) -> Option<Sum> {
        let mut total = Sum { value: Decimal::ZERO, complete: true };
        for term in terms.split([',', ';']) {
            let term = without(term.trim().trim_matches(['[', ']']), '.');
            let (from, to) = term.split_once(':').unwrap_or((&term, &term));
            let ((top, left), (bottom, right)) = (parse_a1(from)?, parse_a1(to)?);
            let size = (u64::from(bottom.checked_sub(top)?) + 1) * (u64::from(right.checked_sub(left)?) + 1);
            if size > CELLS {
                return None;
            }
            let (mut values, mut wholes) = (0, 0);
            for cell in self.grid.within(Region { top, left, bottom, right }) {
                let is_stored = cell.kind == CellKind::Number && !(self.uncomputed && is_stored_zero(cell));
                if let Some(whole) = amount::plain(&cell.text).filter(|_| is_stored) {
                    (wholes, values) = (wholes + whole, values + 1);
                } else if let Some(value) = self.value(cell, depth) {
                    total.value = total.value.checked_add(value)?;
                    values += 1;
                }
            }
            total.value = total.value.checked_add(Decimal::from(wholes))?;
            total.complete &= values == size;
        }
        Some(Sum { value: total.value.normalize(), ..total })
    }

    fn value(self, cell: &Cell, depth: u32) -> Option<Decimal> {
        let is_uncomputed = has_no_result(cell) || self.uncomputed && is_stored_zero(cell);
        match cell.kind {
            _ if is_uncomputed && depth > 0 => {
                let inner = self.expression(cell.formula.as_deref()?, depth - 1)?;
                inner.complete.then_some(inner.value)
            }
            CellKind::Number if !is_uncomputed => {
                Some(amount::read(&cell.text)).filter(|reading| reading.state == State::Number)?.value
            }
            _ => None,
        }
    }
}

/// Returns whether a formula's result is stored as 0, as programs that do not compute formulas store it.
pub(super) fn is_stored_zero(cell: &Cell) -> bool {
    cell.formula.is_some() && cell.kind == CellKind::Number && cell.text == "0"
}

/// Returns whether a formula has no result, or an empty text, which is never the result of a sum.
pub(super) fn has_no_result(cell: &Cell) -> bool {
    cell.kind == CellKind::NoResult || cell.kind == CellKind::Text && cell.formula.is_some() && cell.text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let cell = |column, kind, text: &str, formula: Option<&str>| Cell {
            row: 0,
            column,
            kind,
            text: text.into(),
            formula: formula.map(Into::into),
        };
        Grid::new(
            "s",
            vec![
                cell(0, CellKind::Number, "1", None),
                cell(1, CellKind::Number, "2.5", None),
                cell(2, CellKind::Text, "3", None),
                cell(3, CellKind::NoResult, "", Some("SUM(A1:B1)")),
                cell(4, CellKind::NoResult, "", Some("SUM(E1)")),
            ],
        )
    }

    #[test]
    fn plain_sums_and_nothing_else() {
        let of = |formula: &str| plain_sum(formula, &grid(), false).map(|sum| (sum.value.to_string(), sum.complete));
        assert_eq!(of("SUM(A1:B1)"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("=sum($A$1,B1)"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("SUM([.A1:.B1])"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("SUM(A1:C1)"), Some(("3.5".to_owned(), false)));
        assert_eq!(of("SUM(A1,D1)"), Some(("4.5".to_owned(), true)));
        assert_eq!(of("SUM(E1)"), Some(("0".to_owned(), false)));
        assert_eq!(of("A1+B1"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("=+$A$1-B1"), Some(("-1.5".to_owned(), true)));
        assert_eq!(of("[.A1]+SUM([.A1:.B1])+D1"), Some(("8".to_owned(), true)));
        assert_eq!(of("=A1"), Some(("1".to_owned(), true)));
        assert_eq!(of("A1+Z9"), Some(("1".to_owned(), false)));
        assert_eq!(of("A1+C1"), Some(("4".to_owned(), true)));
        for other in ["A1+1", "-A1", "(A1+B1)", "A1+Sheet2!B1", "A1++B1", "A1+", "SUM(A1+B1)"] {
            assert_eq!(of(other), None, "{other}");
        }
        for other in ["SUM(A1)*2", "SUM(Sheet2!A1:B1)", "SUM(A:A)", "AVERAGE(A1:B1)", "SUM(A1:XFD1048576)", "SUM(", ""]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
    #[test]
    fn results_that_were_never_computed_are_not_used() {
        let cell = |column, text: &str, formula: Option<&str>| Cell {
            row: 0,
            column,
            kind: CellKind::Number,
            text: text.into(),
            formula: formula.map(Into::into),
        };
        let sheet = |results: [&str; 2]| {
            let cells = vec![cell(0, "2", None), cell(1, "3", None), cell(2, results[0], Some("A1+B1"))];
            Grid::new("s", [cells, vec![cell(3, results[1], Some("SUM(A1:C1)"))]].concat())
        };
        let zeros = sheet(["0", "0"]);
        assert!(is_uncomputed(&zeros) && !is_uncomputed(&sheet(["5", "0"])) && !is_uncomputed(&sheet(["5", "10"])));
        let of = |uncomputed| plain_sum("SUM(A1:C1)", &zeros, uncomputed).map(|sum| sum.value.to_string());
        assert_eq!((of(false).as_deref(), of(true).as_deref()), (Some("5"), Some("10")));
        let mut demanding = sheet(["5", "10"]);
        demanding.recalculates = true;
        assert!(is_uncomputed(&demanding));
    }
}
