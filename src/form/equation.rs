//! The sums of a form, one for each row or column they are repeated over.

use std::collections::HashMap;

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
