//! The sums of a form, one for each row or column they are repeated over.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::schema::{Along, RawEquation, RawForm, Table};

/// `left` adds up to the same as `right`. Both hold positions in the form's indicators.
#[derive(Debug, Clone)]
pub struct Equation {
    /// `kind:row` or `kind:column`, as listed in `checks`.
    pub id: String,
    /// The rule that speaks when it is broken.
    pub rule: String,
    /// Index of its table in the form.
    pub table: usize,
    /// Terms of the left side.
    pub left: Vec<usize>,
    /// Terms of the right side.
    pub right: Vec<usize>,
}

/// What a figure contributes to a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Its value.
    Known(Decimal),
    /// A blank, which can be any number of zero or more.
    Blank,
    /// Something that is no number, or nothing at all.
    Unknown,
}

/// Whether a sum holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumState {
    /// Both sides are known and equal.
    Kept,
    /// No values of the blanks keep it.
    Broken,
    /// A blank or an unknown term leaves it open.
    Undecided,
}

impl Equation {
    /// Evaluates the sum over these terms.
    #[must_use]
    pub fn verdict(&self, term: &dyn Fn(usize) -> Term) -> SumState {
        let side = |positions: &[usize]| {
            let terms: Vec<Term> = positions.iter().map(|position| term(*position)).collect();
            let known = terms.iter().map(|term| if let Term::Known(value) = term { *value } else { Decimal::ZERO });
            (known.sum::<Decimal>(), terms.contains(&Term::Blank), terms.contains(&Term::Unknown))
        };
        let (left, has_left_blank, is_left_unknown) = side(&self.left);
        let (right, has_right_blank, is_right_unknown) = side(&self.right);
        // A blank can only add to its own side.
        let can_be_mended = if left < right { has_left_blank } else { has_right_blank };
        if is_left_unknown || is_right_unknown || left != right && can_be_mended {
            SumState::Undecided
        } else if left != right {
            SumState::Broken
        } else if has_left_blank || has_right_blank {
            SumState::Undecided
        } else {
            SumState::Kept
        }
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
