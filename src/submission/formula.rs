//! Plain sums: enough of formulas to notice a total that was never computed, or not computed again.

use rust_decimal::Decimal;

use crate::amount::{self, State};
use crate::document::{Cell, Grid, Kind, Region};
use crate::place::parse_a1;
use crate::spelling::without;

/// Sums of sums are followed this deep.
const DEPTH: u32 = 4;
/// Most cells a sum may cover; none of the form's covers more than 22.
const CELLS: u64 = 1000;

/// The value of a plain sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    /// As the applications compute it: cells that are not numbers are passed over.
    pub(super) value: Decimal,
    /// Whether every cell was a number.
    pub(super) complete: bool,
}

/// The value of `SUM(…)` over cells and ranges of the same sheet; `None` for any other formula.
pub(super) fn plain_sum(formula: &str, grid: &Grid) -> Option<Sum> {
    sum(formula, grid, DEPTH)
}

fn sum(formula: &str, grid: &Grid, depth: u32) -> Option<Sum> {
    let formula = formula.trim().trim_start_matches('=');
    let head = formula.get(..4).filter(|head| head.eq_ignore_ascii_case("SUM("))?;
    let terms = formula.strip_prefix(head)?.strip_suffix(')')?;
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
        for cell in grid.within(Region { top, left, bottom, right }) {
            if let Some(whole) = amount::plain(&cell.text).filter(|_| cell.kind == Kind::Number) {
                (wholes, values) = (wholes + whole, values + 1);
            } else if let Some(value) = value(cell, grid, depth) {
                total.value = total.value.checked_add(value)?;
                values += 1;
            }
        }
        total.value = total.value.checked_add(Decimal::from(wholes))?;
        total.complete &= values == size;
    }
    Some(Sum { value: total.value.normalize(), ..total })
}

fn value(cell: &Cell, grid: &Grid, depth: u32) -> Option<Decimal> {
    match cell.kind {
        Kind::Number => Some(amount::read(&cell.text)).filter(|reading| reading.state == State::Number)?.value,
        Kind::NoResult if depth > 0 => {
            let inner = sum(cell.formula.as_deref()?, grid, depth - 1)?;
            inner.complete.then_some(inner.value)
        }
        _ => None,
    }
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
                cell(0, Kind::Number, "1", None),
                cell(1, Kind::Number, "2.5", None),
                cell(2, Kind::Text, "3", None),
                cell(3, Kind::NoResult, "", Some("SUM(A1:B1)")),
                cell(4, Kind::NoResult, "", Some("SUM(E1)")),
            ],
        )
    }

    #[test]
    fn plain_sums_and_nothing_else() {
        let of = |formula: &str| plain_sum(formula, &grid()).map(|sum| (sum.value.to_string(), sum.complete));
        assert_eq!(of("SUM(A1:B1)"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("=sum($A$1,B1)"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("SUM([.A1:.B1])"), Some(("3.5".to_owned(), true)));
        assert_eq!(of("SUM(A1:C1)"), Some(("3.5".to_owned(), false)));
        assert_eq!(of("SUM(A1,D1)"), Some(("4.5".to_owned(), true)));
        assert_eq!(of("SUM(E1)"), Some(("0".to_owned(), false)));
        for other in
            ["A1+B1", "SUM(A1)*2", "SUM(Sheet2!A1:B1)", "SUM(A:A)", "AVERAGE(A1:B1)", "SUM(A1:XFD1048576)", "SUM(", ""]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
