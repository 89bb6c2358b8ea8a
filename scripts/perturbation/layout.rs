//! The official layout of the form's tables, with figures.

use huizong::form::{Block, Form, Layout, Row, Table};

use super::grid::{Cell, Grid, Role};

/// Number of label columns in table 3.
const LABELS: usize = 3;

/// Returns a table with these texts as its figures, one for each official indicator of the form.
pub(crate) fn official(form: &Form, table: usize, texts: &[String]) -> Grid {
    let mut cells = Vec::new();
    let mut top = 0;
    for (at, block) in form.tables[table].blocks.iter().enumerate() {
        let place = Place { form, table, block: at, texts, top };
        let block_cells = match (block.layout, block.heading.is_empty()) {
            (Layout::Across, _) => across(&place, block),
            (Layout::Matrix, true) => applicants(&place, block),
            (Layout::Matrix, false) => article(&place, block),
        };
        cells.extend(block_cells);
        top = cells.iter().map(|cell: &Cell| cell.row + cell.rows).max().unwrap_or(0);
    }
    Grid::new(table, cells)
}

/// A block to lay out, and its position.
struct Place<'a> {
    form: &'a Form,
    table: usize,
    block: usize,
    texts: &'a [String],
    top: usize,
}

impl Place<'_> {
    fn figure(&self, row: &Row, column: usize) -> (Role, &str) {
        let table: &Table = &self.form.tables[self.table];
        let column = &table.blocks[self.block].columns[column];
        let id = format!("{}.{}.{}", table.id, row.id, column.id);
        let at = self.form.position(&id).expect("a figure of the form");
        (Role::Figure(at), &self.texts[at])
    }
}

/// Lays out a block of table 2; a single column takes the width of three.
fn article(place: &Place, block: &Block) -> Vec<Cell> {
    let top = place.top;
    let spans: &[usize] = match block.columns.len() {
        1 => &[3],
        2 => &[1, 2],
        _ => &[1, 1, 1],
    };
    let mut cells = vec![
        Cell::spanning(top, 0, 1, 4, Role::Article, &block.heading),
        Cell::new(top + 1, 0, Role::Corner, &block.corner),
    ];
    let mut left = 1;
    for (at, (column, span)) in block.columns.iter().zip(spans).enumerate() {
        cells.push(Cell::spanning(top + 1, left, 1, *span, Role::Column(place.block, at), &column.label));
        for (line, row) in block.rows.iter().enumerate() {
            let (role, text) = place.figure(row, at);
            cells.push(Cell::spanning(top + 2 + line, left, 1, *span, role, text));
        }
        left += span;
    }
    for (line, row) in block.rows.iter().enumerate() {
        let label = format!("{}{}", row.number, row.label);
        cells.push(Cell::new(top + 2 + line, 0, Role::Label(place.block, line), &label));
    }
    cells
}

/// Lays out table 3.
fn applicants(place: &Place, block: &Block) -> Vec<Cell> {
    let count = block.columns.len();
    let mut cells = vec![
        Cell::spanning(0, 0, 3, LABELS, Role::Corner, &block.corner),
        Cell::spanning(0, LABELS, 1, count, Role::Band, "申请人情况"),
        Cell::spanning(1, LABELS + 1, 1, count - 2, Role::Band, "法人或其他组织"),
    ];
    for (at, column) in block.columns.iter().enumerate() {
        let (row, rows) = if at == 0 || at == count - 1 { (1, 2) } else { (2, 1) };
        let role = Role::Column(place.block, at);
        cells.push(Cell::spanning(row, LABELS + at, rows, 1, role, &column.label));
    }
    let rows: Vec<(usize, &Row)> =
        block.rows.iter().enumerate().filter(|(_, row)| !block.is_combined_row(&row.id)).collect();
    for group in &block.groups {
        let belongs = |(_, row): &&(usize, &Row)| match group.id.as_str() {
            "outcomes" => depth(row) > 0,
            id => row.group.as_deref() == Some(id),
        };
        let Some(first) = rows.iter().position(|row| belongs(&row)) else { continue };
        let many = rows.iter().filter(belongs).count();
        let column = usize::from(group.id != "outcomes");
        let label = format!("{}{}", group.number, group.label);
        cells.push(Cell::spanning(3 + first, column, many, 1, Role::Stub, &label));
    }
    for (line, (at, row)) in rows.iter().enumerate() {
        let left = depth(row);
        let label = format!("{}{}", row.number, row.label);
        let role = Role::Label(place.block, *at);
        cells.push(Cell::spanning(3 + line, left, 1, LABELS - left, role, &label));
        for column in 0..count {
            let (role, text) = place.figure(row, column);
            cells.push(Cell::new(3 + line, LABELS + column, role, text));
        }
    }
    cells
}

/// Returns the label column, zero-based, in which a row of table 3 begins: 一、 the first, （一） the second, 1. the third.
pub(crate) fn depth(row: &Row) -> usize {
    match (&row.group, row.number.ends_with('、')) {
        (Some(_), _) => 2,
        (None, false) => 1,
        (None, true) => 0,
    }
}

/// Lays out table 4.
fn across(place: &Place, block: &Block) -> Vec<Cell> {
    let width = block.columns.len();
    let mut cells = vec![Cell::spanning(0, width, 1, width * (block.rows.len() - 1), Role::Band, "行政诉讼")];
    for (at, row) in block.rows.iter().enumerate() {
        let deep = usize::from(at > 0);
        cells.push(Cell::spanning(deep, at * width, 1, width, Role::Band, &row.label));
        for (index, column) in block.columns.iter().enumerate() {
            let left = at * width + index;
            let role = Role::Column(place.block, index);
            cells.push(Cell::spanning(1 + deep, left, 2 - deep, 1, role, &column.label));
            let (role, text) = place.figure(row, index);
            cells.push(Cell::new(3, left, role, text));
        }
    }
    cells
}
