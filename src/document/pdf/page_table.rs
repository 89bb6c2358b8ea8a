//! Tables of pages, converted to grids. A table that continues over several pages becomes one grid.

use super::PageMarks;
use super::canvas::Glyph;
use super::cut_cells;
use super::joined_pages::FurtherPage;
use super::lattice::{Lattice, PageArea, clustered};
use super::text_lines::cell_text;
use crate::document::grid::PageStart;
use crate::document::{Grid, table_builder::TableBuilder};

/// Largest distance between column edges of one table on two pages, in points.
const EDGE_TOLERANCE: f64 = 4.0;
/// Most header rows that may be repeated on a further page.
const MAX_HEADING_ROWS: usize = 6;
/// Chinese numerals and the characters after them in the number of a row.
const NUMERALS: &str = "一二三四五六七八九十";
const NUMBER_ENDS: &str = "、.．)）";

/// The part of a table on one page, with the columns that are on further pages.
#[derive(Debug)]
pub(super) struct PageTable {
    page: u32,
    /// The number of the page among those that were not moved to another one.
    order: u32,
    further: Vec<FurtherPage>,
    /// Whether the digits of a cell are on both sides of the break between two pages. They may be those of two cells, if
    /// the line between them was not printed.
    pub(super) has_divided_figure: bool,
    pub(super) area: PageArea,
    cells: Vec<(PageArea, String)>,
}

impl PageTable {
    /// Assigns the glyphs in a lattice's area to its cells.
    pub(super) fn new(page: &PageMarks, order: u32, lattice: &Lattice, glyphs: &[&Glyph]) -> Self {
        let held = |cell: &PageArea| glyphs.iter().filter(|glyph| cell.holds(glyph)).copied().collect::<Vec<_>>();
        let cells: Vec<_> = lattice.cells.iter().map(|cell| (*cell, held(cell))).collect();
        let is_divided = |glyphs: &[&Glyph]| page.further.iter().any(|further| is_divided_figure(glyphs, further.from));
        let has_divided_figure = cells.iter().any(|(_, glyphs)| is_divided(glyphs));
        let mut cells = cells.into_iter().map(|(cell, glyphs)| (cell, cell_text(&glyphs))).collect();
        cut_cells::mend(&mut cells);
        let further = page.further.clone();
        Self { page: page.number, order, further, has_divided_figure, area: lattice.area, cells }
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = f64> + '_ {
        edges_of(self.cells.iter())
    }

    /// Returns the upper ends of the headings over the full width, below which another table may begin.
    fn headings(&self) -> impl Iterator<Item = f64> + '_ {
        let is_heading = |area: &PageArea| is_near(area.left, self.area.left) && is_near(area.right, self.area.right);
        self.cells.iter().filter(move |(area, _)| is_heading(area)).map(|(area, _)| area.top)
    }

    /// Returns the cells above the first heading; all if the table begins with one.
    fn first_cells(&self) -> impl Iterator<Item = &(PageArea, String)> {
        let first = self.headings().reduce(f64::min).filter(|top| !is_near(*top, self.area.top));
        self.cells.iter().filter(move |(area, _)| first.is_none_or(|first| area.top < first - EDGE_TOLERANCE))
    }

    /// Returns the cells from the last heading on; all if there is none.
    fn last_cells(&self) -> impl Iterator<Item = &(PageArea, String)> {
        let last = self.headings().reduce(f64::max).unwrap_or(self.area.top);
        self.cells.iter().filter(move |(area, _)| area.top > last - EDGE_TOLERANCE)
    }

    /// Returns whether its first rows have the columns of a table above, which need not be as wide as another table
    /// that follows them.
    fn begins_within(&self, known: &[f64]) -> bool {
        let first: Vec<f64> = edges_of(self.first_cells().filter(|(_, text)| !text.is_empty())).collect();
        let is_followed = self.headings().any(|top| !is_near(top, self.area.top));
        is_followed && clustered(first.iter().copied(), EDGE_TOLERANCE).len() > 2 && are_among(&first, known)
    }
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= EDGE_TOLERANCE
}

fn are_among(edges: &[f64], others: &[f64]) -> bool {
    edges.iter().all(|edge| others.iter().any(|other| is_near(*edge, *other)))
}

fn edges_of<'c>(cells: impl Iterator<Item = &'c (PageArea, String)>) -> impl Iterator<Item = f64> {
    cells.flat_map(|(area, _)| [area.left, area.right])
}

/// A cell with its rows and columns in the table.
#[derive(Debug, Clone, PartialEq)]
struct GridCell {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
    text: String,
}

/// A table that may continue on the next page.
#[derive(Debug)]
pub(super) struct RunningTable(Vec<PageTable>);

impl RunningTable {
    pub(super) fn new(first: PageTable) -> Self {
        Self(vec![first])
    }

    /// Returns whether a table at the top of the next page is as wide as this one and its first rows add no column edge
    /// or, as the rows below a heading do, have all edges of this table's last rows.
    pub(super) fn is_continued_by(&self, next: &PageTable) -> bool {
        let Some(last) = self.0.last().filter(|last| last.order + 1 == next.order) else { return false };
        let known: Vec<f64> = self.0.iter().flat_map(PageTable::edges).collect();
        let first: Vec<f64> = edges_of(next.first_cells()).collect();
        let last_edges: Vec<f64> = edges_of(last.last_cells()).collect();
        let is_as_wide = is_near(last.area.right, next.area.right);
        is_near(last.area.left, next.area.left)
            && (is_as_wide && (are_among(&first, &known) || are_among(&last_edges, &first))
                || next.begins_within(&known))
    }

    pub(super) fn append(&mut self, next: PageTable) {
        self.0.push(next);
    }

    /// Returns the grid of all parts without repeated headers; `None` if it is wider than any sheet.
    pub(super) fn into_grid(self) -> Option<Grid> {
        let columns = clustered(self.0.iter().flat_map(PageTable::edges), EDGE_TOLERANCE);
        let mut rows: Vec<Vec<GridCell>> = Vec::new();
        let mut starts: Vec<PageStart> = Vec::new();
        for part in &self.0 {
            let mut own = rows_of(part, &columns);
            let skipped = repeated_headings(&rows, &own);
            own.drain(..skipped);
            join_broken_row(&mut rows, &mut own);
            let (row, number) = (u32::try_from(rows.len()).ok()?, u32::try_from(skipped).ok()?);
            starts.push(PageStart { row, column: 0, page: part.page, number });
            for further in &part.further {
                let column = u32::try_from(nearest(&columns, further.from)).ok()?;
                starts.push(PageStart { row, column, page: further.number, number });
            }
            rows.append(&mut own);
        }
        let mut table = TableBuilder::default();
        for row in rows {
            table.row(false);
            for cell in row {
                table.seek(u32::try_from(cell.column).ok()?);
                table.cell(u32::try_from(cell.rows).ok()?, u32::try_from(cell.columns).ok()?, cell.text);
            }
        }
        let mut grid = table.finish()?;
        grid.pages = starts;
        Some(grid)
    }
}

/// Returns the index of the edge that is nearest to a position.
fn nearest(edges: &[f64], at: f64) -> usize {
    let distance = |edge: &f64| (edge - at).abs();
    (0..edges.len()).min_by(|a, b| distance(&edges[*a]).total_cmp(&distance(&edges[*b]))).unwrap_or(0)
}

fn is_figure(text: &str) -> bool {
    text.chars().all(|c| !c.is_alphabetic())
}

/// Returns whether a text begins with the number of a row, such as `一、`, `（二）` or `3.`. Such a row is not the
/// continuation of another.
fn begins_with_number(text: &str) -> bool {
    let inner = text.trim_start_matches(['(', '（']);
    let behind = inner.trim_start_matches(|c| NUMERALS.contains(c));
    let is_numeral = behind.len() < inner.len() && behind.starts_with(|c| NUMBER_ENDS.contains(c));
    is_numeral || inner.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns whether the glyphs of a cell are those of a figure, with some on either side of a position.
fn is_divided_figure(glyphs: &[&Glyph], at: f64) -> bool {
    let is_left = |glyph: &&&Glyph| glyph.middle().x < at;
    (1..glyphs.len()).contains(&glyphs.iter().filter(is_left).count())
        && glyphs.iter().all(|glyph| is_figure(&glyph.text))
}

/// Returns a part's cells by their first row, left to right.
fn rows_of(part: &PageTable, columns: &[f64]) -> Vec<Vec<GridCell>> {
    let tops = clustered(part.cells.iter().flat_map(|(area, _)| [area.top, area.bottom]), EDGE_TOLERANCE / 2.0);
    let mut rows: Vec<Vec<GridCell>> = vec![Vec::new(); tops.len().saturating_sub(1)];
    for (area, text) in &part.cells {
        let (row, column) = (nearest(&tops, area.top), nearest(columns, area.left));
        let cell = GridCell {
            row,
            column,
            rows: nearest(&tops, area.bottom).saturating_sub(row).max(1),
            columns: nearest(columns, area.right).saturating_sub(column).max(1),
            text: text.clone(),
        };
        if let Some(row) = rows.get_mut(row) {
            row.push(cell);
        }
    }
    for row in &mut rows {
        row.sort_by_key(|cell| cell.column);
    }
    rows
}

/// Returns how many rows at the top of a further page repeat the first rows of the table.
fn repeated_headings(rows: &[Vec<GridCell>], own: &[Vec<GridCell>]) -> usize {
    let texts = |row: &Vec<GridCell>| -> Vec<(usize, String)> {
        row.iter().map(|cell| (cell.column, cell.text.split_whitespace().collect())).collect()
    };
    let same = |count: &usize| {
        own.len() > *count
            && rows.len() >= *count
            && (0..*count).all(|at| texts(&rows[at]) == texts(&own[at]))
            && own[..*count].iter().flatten().any(|cell| !cell.text.is_empty())
    };
    (1..=MAX_HEADING_ROWS).rev().find(same).unwrap_or(0)
}

/// Joins a row that a page break divides. The cells of both parts must have the same columns, no column may have
/// figures in both parts, and a continued text must not begin with a number.
fn join_broken_row(rows: &mut [Vec<GridCell>], own: &mut Vec<Vec<GridCell>>) {
    let Some(next) = own.first() else { return };
    let above = last_cells(rows);
    let is_below = |(at, cell): (&(usize, usize), &GridCell)| {
        let over = &rows[at.0][at.1];
        (over.column, over.columns) == (cell.column, cell.columns)
    };
    if above.len() != next.len() || !above.iter().zip(next).all(is_below) {
        return;
    }
    let both: Vec<(&str, &GridCell)> = above
        .iter()
        .zip(next)
        .map(|((row, at), below)| (rows[*row][*at].text.as_str(), below))
        .filter(|(over, below)| !over.is_empty() && !below.text.is_empty())
        .collect();
    let runs_on = both
        .iter()
        .all(|(over, below)| !is_figure(over) && !is_figure(&below.text) && !begins_with_number(&below.text));
    if runs_on && both.iter().any(|(_, below)| below.rows == 1) {
        for ((row, at), below) in above.iter().zip(own.remove(0)) {
            let over = &mut rows[*row][*at];
            over.text.push_str(&below.text);
            over.rows += below.rows - 1;
        }
    }
}

/// Returns the cells that extend into the last row, left to right, as first row and position in it.
fn last_cells(rows: &[Vec<GridCell>]) -> Vec<(usize, usize)> {
    let reaches = |row: usize, cell: &GridCell| row + cell.rows >= rows.len();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        found.extend((0..cells.len()).filter(|at| reaches(row, &cells[*at])).map(|at| (row, at)));
    }
    found.sort_by_key(|(row, at)| rows[*row][*at].column);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(column: usize, text: &str) -> GridCell {
        GridCell { row: 0, column, rows: 1, columns: 1, text: text.to_owned() }
    }

    /// A table with rows of thirty points, each given by its column edges and the text in all of its cells.
    fn table(order: u32, rows: &[(&[f64], &str)]) -> PageTable {
        let mut cells = Vec::new();
        for (row, (edges, text)) in (0_u32..).zip(rows) {
            let top = f64::from(row) * 30.0;
            let area = |side: &[f64]| PageArea { left: side[0], top, right: side[1], bottom: top + 30.0 };
            cells.extend(edges.windows(2).map(|side| (area(side), (*text).to_owned())));
        }
        let right = rows.iter().filter_map(|(edges, _)| edges.last()).copied().fold(0.0, f64::max);
        let bottom = rows.iter().map(|_| 30.0).sum();
        let area = PageArea { left: 0.0, top: 0.0, right, bottom };
        PageTable { page: order, order, further: Vec::new(), has_divided_figure: false, area, cells }
    }

    #[test]
    fn a_table_goes_on_with_its_columns_or_below_its_heading() {
        let goes_on = |rows: &[(&[f64], &str)]| {
            let above = table(1, &[(&[0.0, 50.0, 300.0], "甲"), (&[0.0, 100.0, 300.0], "乙")]);
            RunningTable::new(above).is_continued_by(&table(2, rows))
        };
        assert!(goes_on(&[(&[0.0, 50.0, 100.0, 300.0], "丙")]));
        assert!(goes_on(&[(&[0.0, 50.0, 100.0, 200.0, 300.0], "丙")]));
        assert!(!goes_on(&[(&[0.0, 200.0, 300.0], "丙")]));
        // Another table below a heading may have other columns and another width.
        assert!(goes_on(&[(&[0.0, 50.0, 100.0], "丙"), (&[0.0, 260.0], "丁"), (&[0.0, 70.0, 260.0], "戊")]));
        assert!(!goes_on(&[(&[0.0, 60.0, 100.0], "丙"), (&[0.0, 260.0], "丁"), (&[0.0, 70.0, 260.0], "戊")]));
        assert!(!goes_on(&[(&[0.0, 50.0, 100.0, 260.0], "丙")]));
    }

    #[test]
    fn a_row_broken_by_the_page_is_one_and_rows_are_not_joined() {
        let join = |above: [&str; 2], below: [&str; 2]| {
            let row = |texts: [&str; 2]| texts.iter().enumerate().map(|(at, text)| cell(at, text)).collect::<Vec<_>>();
            let (mut rows, mut own) = (vec![row(above)], vec![row(below)]);
            join_broken_row(&mut rows, &mut own);
            own.is_empty().then(|| rows[0].iter().map(|cell| cell.text.clone()).collect::<Vec<_>>())
        };
        let broken = join(["2.申请人逾期未按收费通知要求", "0"], ["缴纳费用", ""]);
        assert_eq!(broken, Some(vec!["2.申请人逾期未按收费通知要求缴纳费用".to_owned(), "0".to_owned()]));
        assert!(join(["3.危及“三安全", "0"], ["一稳定”", ""]).is_some());
        for label in ["2.重复申请", "一、重复申请", "（二）重复申请", "2重复申请"] {
            assert_eq!(join(["1.属于国家秘密", "0"], [label, ""]), None);
        }
        assert_eq!(join(["1.属于国家秘密", "1"], ["重复申请", "2"]), None);
        assert_eq!(join(["1.属于国家秘密", ""], ["", "2"]), None);
        let mut rows = vec![vec![GridCell { rows: 2, ..cell(0, "办理结果") }, cell(1, "一")], vec![cell(1, "长的标")]];
        let mut own = vec![vec![GridCell { rows: 3, ..cell(0, "") }, cell(1, "签")], vec![cell(1, "二")]];
        join_broken_row(&mut rows, &mut own);
        assert_eq!((rows[0][0].rows, rows[1][0].text.as_str(), own.len()), (4, "长的标签", 1));
    }
}
