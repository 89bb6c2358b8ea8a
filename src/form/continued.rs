//! Rows of a table that were cut off from their headings, as on the next page of a document.

use std::collections::BTreeMap;

use super::{Form, TableMatch};

/// Gives the figures of rows without headings the columns that the headings of the same table name, left to right,
/// where these stand in another order than the form's.
pub(crate) fn follow_headings(rows: &mut TableMatch, headed: &TableMatch, form: &Form) {
    for (block, spec) in form.tables[rows.table].blocks.iter().enumerate() {
        // A few may be labels of rows: 其他, 总计.
        if rows.headings.iter().filter(|(own, _)| *own == block).count() * 2 > spec.columns.len() {
            continue;
        }
        let Some(order) = order_of(headed, form, block).filter(|order| order.len() == spec.columns.len()) else {
            continue;
        };
        for (position, _) in &mut rows.pieces {
            let own = &form.indicators[*position];
            if own.block == block {
                *position = form.place([own.table, block, own.row, order[own.column]]).unwrap_or(*position);
            }
        }
    }
}

/// Returns the columns of a block as they stand on the grid, left to right: those of the row that has most of them.
fn order_of(headed: &TableMatch, form: &Form, block: usize) -> Option<Vec<usize>> {
    let mut rows: BTreeMap<usize, Vec<(u32, usize)>> = BTreeMap::new();
    for (position, slot) in &headed.slots {
        let indicator = &form.indicators[*position];
        if indicator.block == block {
            rows.entry(indicator.row).or_default().push((slot.left, indicator.column));
        }
    }
    let mut row = rows.into_values().max_by_key(Vec::len)?;
    row.sort_unstable();
    Some(row.into_iter().map(|(_, column)| column).collect())
}
