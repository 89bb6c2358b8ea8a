//! Rows of a table that are separated from their headings, as on the next page of a document or the next sheet of a
//! workbook.

use std::collections::BTreeMap;
use std::ops::Range;

use super::recognise::{hits, search};
use super::table_match::{Slot, Unassigned, is_figure};
use super::transposed::agrees;
use super::{Form, Forms, Layout, TableMatch};
use crate::document::{Cell, Grid, Region};

/// Finds the rows of a sheet, above the row `until`, that continue a table of an earlier sheet. The rows are searched
/// below a copy of that table's headings in the same columns, and their sums must agree.
pub(crate) fn continue_table(
    headed: (&Grid, &TableMatch),
    grid: &Grid,
    until: u32,
    forms: &Forms,
) -> Option<TableMatch> {
    let (above, before) = headed;
    let form = &forms.all[before.form];
    let first = before.slots.iter().map(|(_, slot)| slot.row).min().filter(|first| before.top < *first)?;
    let width = before.slots.iter().filter(|(_, slot)| slot.row == first).count();
    let has_rows = form.tables[before.table].blocks.iter().all(|block| block.layout != Layout::Across);
    // Most sheets have no such row, so the search is avoided.
    let is_full = |row: &[Cell]| row.iter().filter(|cell| is_figure(cell)).count() >= width;
    if !has_rows || width < 2 || !grid.rows(&(0..until)).any(is_full) {
        return None;
    }
    let headings = before.top..first;
    let joined = below_headings(above, &headings, grid, until);
    let found = search(&joined, forms, &hits(&joined, &forms.index));
    let found = found.into_iter().find(|found| (found.form, found.table) == (before.form, before.table))?;
    let is_plain = found.pieces.is_empty() && found.by_sums.iter().all(super::Oddity::is_label);
    let found = moved_up(found, first - before.top, grid);
    (is_plain && agrees(grid, form, &found.slots, found.combined)).then_some(found)
}

/// Returns a grid of the heading rows of one sheet with the rows of another below them.
fn below_headings(above: &Grid, headings: &Range<u32>, grid: &Grid, until: u32) -> Grid {
    let height = headings.end - headings.start;
    let up = |cell: &Cell| Cell { row: cell.row - headings.start, ..cell.clone() };
    let down = |cell: &Cell| Cell { row: cell.row + height, ..cell.clone() };
    let heads = above.cells().iter().filter(|cell| headings.contains(&cell.row)).map(up);
    let rows = grid.cells().iter().take_while(|cell| cell.row < until).map(down);
    let mut joined = Grid::new(&grid.name, heads.chain(rows).collect());
    let is_heading = |region: &&Region| headings.contains(&region.top) && headings.contains(&region.bottom);
    let up = |region: &Region| Region {
        top: region.top - headings.start,
        bottom: region.bottom - headings.start,
        ..*region
    };
    let down = |region: &Region| Region { top: region.top + height, bottom: region.bottom + height, ..*region };
    joined.merged = above.merged.iter().filter(is_heading).map(up).collect();
    joined.merged.extend(grid.merged.iter().filter(|region| region.bottom < until).map(down));
    joined.typed = grid.typed;
    joined
}

/// Returns the match with every row moved up by `height` rows, back to its own sheet without the headings.
fn moved_up(mut found: TableMatch, height: u32, grid: &Grid) -> TableMatch {
    let up = |row: u32| row.saturating_sub(height);
    for (_, slot) in &mut found.slots {
        let Slot { left, right, .. } = *slot;
        slot.row = up(slot.row);
        slot.cells = (!grid.is_merged(slot.row, left, right)).then(|| grid.between(slot.row, left, right));
    }
    for unassigned in &mut found.unassigned {
        match unassigned {
            Unassigned::Row { row, .. } => *row = row.map(up),
            Unassigned::Twice { row, again, .. } => (*row, *again) = (up(*row), up(*again)),
            Unassigned::Column { .. } => {}
        }
    }
    for (rows, _) in &mut found.unclaimed {
        *rows = up(rows.start)..up(rows.end);
    }
    found.unclaimed.retain(|(rows, _)| !rows.is_empty());
    found.top = found.slots.iter().map(|(_, slot)| slot.row).min().unwrap_or(0);
    (found.bottom, found.reach) = (up(found.bottom), up(found.reach));
    found
}

/// Moves the figures of rows without headings to the columns named by the headings of the same table, if those are in
/// another order than the form's.
pub(crate) fn follow_headings(rows: &mut TableMatch, headed: &TableMatch, form: &Form) {
    for (block, spec) in form.tables[rows.table].blocks.iter().enumerate() {
        // A few of them may be row labels: 其他, 总计.
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

/// Returns the columns of a block in their order on the grid, left to right, from the row that has most of them.
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

#[cfg(test)]
mod tests {
    use super::super::recognise;
    use super::*;
    use crate::document::CellKind;

    fn sheet(rows: &[&str]) -> Grid {
        let cells = |(row, line): (u32, &&str)| {
            let texts = (0_u32..).zip(line.split('|')).filter(|(_, text)| !text.is_empty());
            let kind = |text: &str| if text.parse::<u32>().is_ok() { CellKind::Number } else { CellKind::Text };
            let cell =
                |(column, text): (u32, &str)| Cell { row, column, kind: kind(text), text: text.into(), formula: None };
            texts.map(cell).collect::<Vec<_>>()
        };
        let mut grid = Grid::new("s", (0_u32..).zip(rows).flat_map(cells).collect());
        grid.typed = true;
        grid
    }

    const FIRST: [&str; 4] = [
        "三、收到和处理政府信息公开申请情况",
        "|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计",
        "一、本年新收政府信息公开申请数量|5|1|0|0|0|2|8",
        "二、上年结转政府信息公开申请数量|0|0|0|0|0|0|0",
    ];

    /// Returns the figures added by the second sheet: the row of each first figure, and its row on the grid.
    fn added(second: &[&str]) -> Option<Vec<(String, u32)>> {
        let forms = Forms::official().expect("data files are well formed");
        let (first, second) = (sheet(&FIRST), sheet(second));
        let found = recognise(&first, &forms);
        let before = found.iter().find(|found| forms.all[found.form].id == "2021").expect("table 3");
        let found = continue_table((&first, before), &second, u32::MAX, &forms)?;
        let form = &forms.all[found.form];
        let firsts = found.slots.iter().filter(|(position, _)| form.indicators[*position].column == 0);
        Some(firsts.map(|(position, slot)| (form.indicators[*position].id.clone(), slot.row)).collect())
    }

    #[test]
    fn a_sheet_goes_on_with_the_rows_of_the_sheet_before() {
        let rows = ["（一）予以公开|3|1|0|0|0|2|6", "（七）总计|3|1|0|0|0|2|6", "四、结转下年度继续办理|2|0|0|0|0|0|2"];
        let read = [("t3.granted", 0), ("t3.concluded_total", 1), ("t3.carried_out", 2)];
        let read = read.map(|(row, at)| (format!("{row}.natural_person"), at));
        assert_eq!(added(&rows), Some(read.to_vec()));
    }

    #[test]
    fn rows_in_other_columns_are_not_read() {
        assert_eq!(added(&["（一）予以公开||3|1|0|0|0|2|6", "（七）总计||3|1|0|0|0|2|6"]), None);
        assert_eq!(added(&["（一）予以公开|6|3|1|0|0|0|2", "（七）总计|6|3|1|0|0|0|2"]), None);
        assert_eq!(added(&["填报说明", "（一）予以公开|填写答复数"]), None);
    }
}
