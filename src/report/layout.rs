//! The printed layout of the official form: the label or figure of each cell. Every output that shows the form uses it.

use rust_decimal::Decimal;

use crate::amount::MoneyUnit;
use crate::form::{Block, Column, Form, Layout, Row};

/// A rectangle of cells, with zero-based, inclusive bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) bottom: usize,
    pub(super) right: usize,
}

/// The content of a printed cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PrintedContent {
    /// A header.
    Heading(String),
    /// The label of a row.
    Label(String),
    /// A figure, by position in the form.
    Figure(usize),
}

/// A cell of the printed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PrintedCell {
    pub(super) area: Area,
    pub(super) content: PrintedContent,
}

/// A table as printed.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) cells: Vec<PrintedCell>,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Number of columns with labels.
    pub(super) stub: usize,
}

/// Returns the printed layout of a table; if `combined`, with the row for a group filled as one row.
pub(super) fn printed(form: &Form, table: usize, combined: bool) -> Printed {
    let blocks = &form.tables[table].blocks;
    let stub = blocks.iter().map(|block| depth(&row_paths(block, combined))).max().unwrap_or(0);
    let columns = blocks.iter().map(|block| stub + figures_across(block)).max().unwrap_or(0);
    let mut printed = Printed { cells: Vec::new(), rows: 0, columns, stub };
    for (at, block) in blocks.iter().enumerate() {
        if !block.heading.is_empty() {
            printed.put([printed.rows, 0, printed.rows, columns - 1], PrintedContent::Heading(block.heading.clone()));
            printed.rows += 1;
        }
        printed.add_block(form, (table, at), block, combined);
    }
    printed
}

impl Printed {
    fn put(&mut self, [top, left, bottom, right]: [usize; 4], content: PrintedContent) {
        self.cells.push(PrintedCell { area: Area { top, left, bottom, right }, content });
    }

    fn add_block(&mut self, form: &Form, (table, at): (usize, usize), block: &Block, combined: bool) {
        let (stub, top, last) = (self.stub, self.rows, self.columns - 1);
        // The last column of a narrow block is extended to the full width.
        let width = figures_across(block);
        let right = |column: usize| if column + 1 == width { last } else { stub + column };
        let headings = heading_paths(block);
        let below = top + depth(&headings);
        if stub > 0 {
            self.put([top, 0, below - 1, stub - 1], PrintedContent::Heading(block.corner.clone()));
        }
        for span in spans(&headings) {
            let area = [top + span.level, stub + span.first, top + span.end_level, right(span.last)];
            self.put(area, PrintedContent::Heading(span.label));
        }
        for mut span in spans(&row_paths(block, combined)) {
            // The labels of all blocks extend to the first column of figures.
            if span.is_leaf {
                span.end_level = stub - 1;
            }
            let area = [below + span.first, span.level, below + span.last, span.end_level];
            self.put(area, PrintedContent::Label(span.label));
        }
        let rows = rows_in_order(block, combined);
        let lines: Vec<Vec<(usize, usize)>> = match block.layout {
            Layout::Matrix => {
                rows.iter().map(|row| (0..block.columns.len()).map(|column| (*row, column)).collect()).collect()
            }
            Layout::Across => {
                vec![rows.iter().flat_map(|row| (0..block.columns.len()).map(move |column| (*row, column))).collect()]
            }
        };
        self.rows = below + lines.len();
        for (line, places) in lines.iter().enumerate() {
            for (column, (row, of_row)) in places.iter().enumerate() {
                let Some(position) = form.place([table, at, *row, *of_row]) else { continue };
                let area = [below + line, stub + column, below + line, right(column)];
                self.put(area, PrintedContent::Figure(position));
            }
        }
    }
}

/// Returns the number of figures in a row of a block.
fn figures_across(block: &Block) -> usize {
    match block.layout {
        Layout::Matrix => block.columns.len(),
        Layout::Across => block.columns.len() * block.rows.len(),
    }
}

/// Returns the rows in printed order. The combined row of a group follows the rows it replaces, or is left out.
pub(super) fn rows_in_order(block: &Block, combined: bool) -> Vec<usize> {
    let is_combined = |row: &usize| block.is_combined_row(&block.rows[*row].id);
    let (alone, mut rows): (Vec<usize>, Vec<usize>) = (0..block.rows.len()).partition(is_combined);
    if let (true, Some(spec)) = (combined, &block.combined) {
        let behind = rows.iter().rposition(|row| spec.replaces.contains(&block.rows[*row].id));
        let at = behind.map_or(rows.len(), |last| last + 1);
        rows.splice(at..at, alone);
    }
    rows
}

/// Returns the group labels of a row and its own label, outermost first.
pub(super) fn row_path(block: &Block, row: &Row) -> Vec<String> {
    let numbered = |number: &str, label: &str| format!("{number}{label}");
    let mut path = vec![numbered(&row.number, &row.label)];
    let mut over = row.group.as_ref().or(row.under.as_ref());
    while let Some(group) = over.and_then(|id| block.groups.iter().find(|group| group.id == *id)) {
        path.insert(0, numbered(&group.number, &group.label));
        over = group.under.as_ref().filter(|_| path.len() <= block.groups.len());
    }
    path
}

/// Returns the labels left of the figures, row by row; empty if the rows are printed side by side.
fn row_paths(block: &Block, combined: bool) -> Vec<Vec<String>> {
    match block.layout {
        Layout::Matrix => {
            rows_in_order(block, combined).into_iter().map(|row| row_path(block, &block.rows[row])).collect()
        }
        Layout::Across => Vec::new(),
    }
}

/// Returns the printed headers of a block, and the number of header levels.
pub(super) fn headings(block: &Block) -> (Vec<LabelSpan>, usize) {
    let paths = heading_paths(block);
    (spans(&paths), depth(&paths))
}

/// Returns the headers above the figures, column by column.
fn heading_paths(block: &Block) -> Vec<Vec<String>> {
    let over = |id: &str, own: &str| {
        let headings = block.headings.iter().filter(|heading| heading.is_over(id));
        headings.map(|heading| heading.label.clone()).chain(std::iter::once(own.to_owned())).collect::<Vec<_>>()
    };
    match block.layout {
        Layout::Matrix => block.columns.iter().map(|column| over(&column.id, &with_unit(column))).collect(),
        Layout::Across => {
            let below = |row: &Row| {
                let path = over(&row.id, &row.label);
                block.columns.iter().map(move |column| [path.clone(), vec![column.label.clone()]].concat())
            };
            block.rows.iter().flat_map(below).collect()
        }
    }
}

/// Returns the label of a column, with the unit of money of its figures if the form prints none.
fn with_unit(column: &Column) -> String {
    match column.unit.map(MoneyUnit::word) {
        Some(unit) if !column.label.contains(unit) => format!("{}（单位：{unit}）", column.label),
        _ => column.label.clone(),
    }
}

/// A label that spans the neighbours that share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelSpan {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) level: usize,
    /// The last level it spans; the last label of a path spans all remaining levels.
    pub(super) end_level: usize,
    pub(super) is_leaf: bool,
    pub(super) label: String,
}

/// Returns the maximum number of levels.
pub(super) fn depth(paths: &[Vec<String>]) -> usize {
    paths.iter().map(Vec::len).max().unwrap_or(0)
}

/// Returns the labels of paths placed side by side. Neighbours with the same labels share them, except for the last
/// label of each path.
pub(super) fn spans(paths: &[Vec<String>]) -> Vec<LabelSpan> {
    let deepest = depth(paths);
    let mut found = Vec::new();
    for level in 0..deepest {
        let mut at = 0;
        while at < paths.len() {
            let path = &paths[at];
            let is_leaf = path.len() == level + 1;
            let shares = |other: &Vec<String>| other.len() > level + 1 && other[..=level] == path[..=level];
            let last = match path.len() {
                length if length <= level => at,
                _ if is_leaf => at,
                _ => at + paths[at..].iter().take_while(|other| shares(other)).count() - 1,
            };
            if level < path.len() {
                let end_level = if is_leaf { deepest - 1 } else { level };
                found.push(LabelSpan { first: at, last, level, end_level, is_leaf, label: path[level].clone() });
            }
            at = last + 1;
        }
    }
    found
}

/// Returns a figure, or a dash if there is none.
pub(super) fn number(value: Option<Decimal>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;

    /// Checks that every cell of the grid is covered exactly once, in every table of every form.
    #[test]
    fn the_printed_form_has_no_holes_and_no_overlaps() {
        let forms = Forms::official().expect("data files are well formed");
        for form in &forms.all {
            let mut figures = 0;
            for table in 0..form.tables.len() {
                let printed = printed(form, table, false);
                let mut covered = vec![vec![0; printed.columns]; printed.rows];
                for cell in &printed.cells {
                    let Area { top, left, bottom, right } = cell.area;
                    covered[top..=bottom].iter_mut().flat_map(|row| &mut row[left..=right]).for_each(|cell| *cell += 1);
                    figures += usize::from(matches!(cell.content, PrintedContent::Figure(_)));
                }
                assert!(covered.iter().flatten().all(|times| *times == 1), "{} {table}: {covered:?}", form.id);
            }
            assert_eq!(figures, form.official);
        }
    }

    #[test]
    fn table_3_is_printed_as_the_office_prescribes() {
        let forms = Forms::official().expect("data files are well formed");
        let printed = printed(&forms.all[1], 1, true);
        let area = |label: &str| {
            let is = |cell: &&PrintedCell| matches!(&cell.content, PrintedContent::Heading(text) | PrintedContent::Label(text) if text == label);
            printed.cells.iter().find(is).map(|cell| cell.area)
        };
        let at = |top, left, bottom, right| Some(Area { top, left, bottom, right });
        assert_eq!((printed.rows, printed.columns, printed.stub), (3 + 26, 10, 3));
        assert_eq!(area("申请人情况"), at(0, 3, 0, 9));
        assert_eq!(area("自然人"), at(1, 3, 2, 3));
        assert_eq!(area("法人或其他组织"), at(1, 4, 1, 8));
        assert_eq!(area("三、本年度办理结果"), at(5, 0, 27, 0));
        assert_eq!(area("（三）不予公开"), at(7, 1, 14, 1));
        assert_eq!(area("（六）其他处理"), at(23, 1, 26, 1));
        assert_eq!(area("（六）其他处理（未分项）"), at(26, 2, 26, 2));
        assert_eq!(area("（七）总计"), at(27, 1, 27, 2));
    }
}
