//! The sums of a form, one for each row or column over which they are repeated.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::Form;
use super::schema::{Along, Layout, RawEquation, RawForm, Table};
use crate::spelling::quoted;

/// An equation: the sums of `left` and `right` are equal. Both are positions in the form's indicators.
#[derive(Debug, Clone)]
pub struct Equation {
    /// `kind:row` or `kind:column`, as in the `checks` column of the output.
    pub id: String,
    /// The rule that reports it if it is broken.
    pub rule: String,
    /// Index of its table in the form.
    pub table: usize,
    /// Terms of the left side.
    pub left: Vec<usize>,
    /// Terms of the right side.
    pub right: Vec<usize>,
}

impl Equation {
    /// Returns whether it adds up the cells of one row; otherwise they are of one column.
    #[must_use]
    pub fn is_along_row(&self, form: &Form) -> bool {
        let row = |term: usize| form.indicators[term].row;
        self.left.iter().all(|term| row(*term) == row(self.right[0]))
    }

    /// Returns the row or column that it adds up in Chinese, as printed. A row of table 4 is a heading there.
    #[must_use]
    pub fn line_title(&self, form: &Form) -> String {
        let item = &form.indicators[self.right[0]];
        let (table, block) = (&form.tables[item.table], &form.tables[item.table].blocks[item.block]);
        let row = &block.rows[item.row];
        let (kind, label) = match (self.is_along_row(form), block.layout) {
            (true, Layout::Across) => ("栏", row.label.clone()),
            (true, Layout::Matrix) => ("行", format!("{}{}", row.number, row.label)),
            (false, _) => ("列", block.columns[item.column].label.clone()),
        };
        format!("{}{}{kind}", table.name, quoted(&label))
    }
}

/// The contribution of a figure to a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Its value.
    Known(Decimal),
    /// A blank, which may be any number from zero up.
    Blank,
    /// Not a number, or absent.
    Unknown,
}

/// Whether a sum holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumState {
    /// Both sides are known and equal.
    Kept,
    /// No values of the blanks could make it hold.
    Broken,
    /// A blank or unknown term leaves it undecided.
    Undecided,
}

/// One side of an equation over the figures of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Sum of the known terms.
    pub sum: Decimal,
    /// Whether there is a blank among the terms.
    pub has_blank: bool,
    /// Whether there is an unknown term.
    pub has_unknown: bool,
}

/// The result of evaluating an equation over the figures of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    /// The left side.
    pub left: Side,
    /// The right side.
    pub right: Side,
}

impl Evaluation {
    /// Returns whether an unknown term leaves the equation undecided.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.left.has_unknown || self.right.has_unknown
    }

    /// Returns whether the equation holds.
    #[must_use]
    pub fn state(&self) -> SumState {
        let Self { left, right } = self;
        // A blank can only increase its own side.
        let can_be_mended = if left.sum < right.sum { left.has_blank } else { right.has_blank };
        if self.is_unknown() || left.sum != right.sum && can_be_mended {
            SumState::Undecided
        } else if left.sum != right.sum {
            SumState::Broken
        } else if left.has_blank || right.has_blank {
            SumState::Undecided
        } else {
            SumState::Kept
        }
    }
}

impl Equation {
    /// Evaluates the equation exactly over these terms.
    #[must_use]
    pub fn evaluate(&self, term: impl Fn(usize) -> Term) -> Evaluation {
        let side = |positions: &[usize]| {
            let mut side = Side { sum: Decimal::ZERO, has_blank: false, has_unknown: false };
            for position in positions {
                match term(*position) {
                    Term::Known(value) => side.sum += value,
                    Term::Blank => side.has_blank = true,
                    Term::Unknown => side.has_unknown = true,
                }
            }
            side
        };
        Evaluation { left: side(&self.left), right: side(&self.right) }
    }
}

pub(super) fn expand(form: &RawForm, positions: &HashMap<String, usize>) -> Result<Vec<Equation>, String> {
    let mut equations = Vec::new();
    for raw in &form.equations {
        let find = |table: &&Table| table.id == raw.table;
        let at = form
            .tables
            .iter()
            .position(|table| find(&table))
            .ok_or_else(|| format!("{}: no table {}", raw.id, raw.table))?;
        for item in items(&form.tables[at], raw.along) {
            let side = |terms: &[String]| {
                terms.iter().map(|term| position(raw, term, &item, positions)).collect::<Result<Vec<_>, _>>()
            };
            equations.push(Equation {
                id: format!("{}:{item}", raw.id),
                rule: raw.rule.clone(),
                table: at,
                left: side(&raw.left)?,
                right: side(&raw.right)?,
            });
        }
    }
    Ok(equations)
}

fn items(table: &Table, along: Along) -> Vec<String> {
    let rows = table.blocks.iter().flat_map(|block| block.rows.iter().map(|row| row.id.clone()));
    let columns = table.blocks.iter().flat_map(|block| block.columns.iter().map(|column| column.id.clone()));
    match along {
        Along::Rows => rows.collect(),
        Along::Columns => columns.collect(),
    }
}

fn position(raw: &RawEquation, term: &str, item: &str, positions: &HashMap<String, usize>) -> Result<usize, String> {
    let indicator = match raw.along {
        Along::Rows => format!("{}.{item}.{term}", raw.table),
        Along::Columns => format!("{}.{term}.{item}", raw.table),
    };
    positions.get(&indicator).copied().ok_or_else(|| format!("equation {}: no figure {indicator}", raw.id))
}
