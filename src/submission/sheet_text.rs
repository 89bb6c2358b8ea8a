//! Text of a workbook outside the tables of the form: the paragraphs of a report that was written in a workbook.
//!
//! Most workbooks have no sentence outside their tables, only titles and lines of labels. These have no paragraph but
//! the one that states the period.

use std::ops::RangeInclusive;

use super::identity::Identity;
use super::narrative::{NarrativeParagraph, NarrativeWords, is_numbered};
use super::role;
use crate::document::{Cell, CellKind, Grid, LONGEST_CELL};

/// Maximum number of cells in a row of text. A row with more belongs to another table.
const MAX_CELLS: usize = 2;
/// Fewest characters of a line that may go on in the row below.
const MIN_BROKEN_LINE_CHARS: usize = 20;
/// Punctuation of sentences, which titles and labels do not have.
const SENTENCE_MARKS: [char; 2] = ['。', '，'];
/// Characters that end a complete line.
const LINE_ENDS: [char; 11] = ['。', '！', '？', '；', '：', '”', '）', '.', '!', '?', ':'];

/// Rows of a sheet, from zero.
pub(super) type RowSpan = RangeInclusive<u32>;

/// A line of text on a sheet.
struct SheetLine<'a> {
    text: String,
    cell: &'a Cell,
    /// Whether its cell is the only one of its row.
    is_alone: bool,
    /// The last row of its cell.
    bottom: u32,
}

/// The words by which sentences are distinguished from titles, labels and notes.
pub(super) struct SheetText<'a> {
    pub(super) identity: &'a Identity,
    pub(super) words: &'a NarrativeWords,
}

impl SheetText<'_> {
    /// Returns the paragraphs of sheets, each with the index of its sheet and its row. `tables` are the rows of the
    /// tables on each sheet.
    pub(super) fn paragraphs(&self, grids: &[Grid], tables: &[Vec<RowSpan>]) -> Vec<(usize, u32, NarrativeParagraph)> {
        let free: Vec<Vec<&Cell>> = grids.iter().zip(tables).map(|(grid, rows)| self.free_cells(grid, rows)).collect();
        let mut texts = free.iter().flatten().map(|cell| cell.text.as_str());
        let is_worded = texts.clone().any(|text| text.contains(SENTENCE_MARKS));
        if !is_worded && !texts.any(|text| self.identity.states_period(text)) {
            return Vec::new();
        }
        let mut paragraphs = Vec::new();
        for (at, (grid, cells)) in grids.iter().zip(&free).enumerate() {
            let of_sheet = joined(self.lines(grid, cells), |line, next| self.goes_on(line, next));
            let is_kept = |line: &SheetLine<'_>| is_worded || self.identity.states_period(&line.text);
            paragraphs.extend(of_sheet.into_iter().filter(is_kept).map(|line| {
                let place = grid.place(line.cell.row, line.cell.column);
                (at, line.cell.row, NarrativeParagraph { text: line.text, place: Some(place) })
            }));
        }
        paragraphs
    }

    /// Returns the lines of the cells. Notes on how to fill in the form are left out, and lines of labels, but for one
    /// that states the period.
    fn lines<'a>(&self, grid: &Grid, cells: &[&'a Cell]) -> Vec<SheetLine<'a>> {
        let mut lines: Vec<SheetLine<'a>> = Vec::new();
        let mut in_notes = false;
        for cell in cells {
            let is_alone = grid.row(cell.row).len() == 1;
            let bottom = grid.region(cell.row, cell.column).map_or(cell.row, |region| region.bottom);
            for text in cell.text.lines().map(str::trim).filter(|text| !text.is_empty()) {
                let states_period = self.identity.states_period(text);
                let is_item = is_numbered(text) && self.words.section(text).is_none();
                in_notes = self.words.is_note(text) || in_notes && is_item;
                if in_notes || self.identity.is_label_line(text) && !states_period {
                    continue;
                }
                let beside = || grid.row(cell.row).iter().find(|other| other.column > cell.column);
                // The period may be in the cell beside its label.
                let value = beside().filter(|_| states_period && self.identity.is_bare_label(text));
                let text = value.map_or_else(|| text.to_owned(), |value| format!("{text}{}", value.text));
                lines.push(SheetLine { text, cell, is_alone, bottom });
            }
        }
        lines
    }

    /// Returns whether a line is incomplete and the next one continues it.
    fn goes_on(&self, line: &str, next: &str) -> bool {
        let breaks_off = !line.ends_with(LINE_ENDS) && line.chars().count() >= MIN_BROKEN_LINE_CHARS;
        breaks_off && !self.is_heading(line) && !self.is_heading(next) && !is_numbered(next)
    }

    fn is_heading(&self, line: &str) -> bool {
        self.words.section(line).is_some() || self.identity.title(line).is_some()
    }

    /// Returns the text cells of a sheet that are outside its tables. Hidden cells and results of formulas are left
    /// out. In tables and in rows with several cells, which belong to other tables, only texts too long for a label
    /// count.
    fn free_cells<'a>(&self, grid: &'a Grid, tables: &[RowSpan]) -> Vec<&'a Cell> {
        if grid.table.is_some() || tables.is_empty() && role::is_sheet_left_aside(&grid.name) {
            return Vec::new();
        }
        let is_long = |text: &str| text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL;
        let mut free = Vec::new();
        for row in grid.cells().chunk_by(|one, next| one.row == next.row) {
            let in_table = tables.iter().any(|rows| rows.contains(&row[0].row));
            let is_narrow = !in_table && row.len() <= MAX_CELLS;
            let is_free = |cell: &&Cell| {
                cell.kind == CellKind::Text
                    && cell.formula.is_none()
                    && (is_narrow || is_long(&cell.text) || !in_table && self.identity.states_period(&cell.text))
                    && !grid.is_hidden(cell.row, cell.column)
            };
            free.extend(row.iter().filter(is_free));
        }
        free
    }
}

/// Joins each line with the one in the row below where `goes_on` is true of the pair.
fn joined<'a>(lines: Vec<SheetLine<'a>>, goes_on: impl Fn(&str, &str) -> bool) -> Vec<SheetLine<'a>> {
    let mut joined: Vec<SheetLine<'a>> = Vec::with_capacity(lines.len());
    for line in lines {
        let is_below = |last: &&mut SheetLine<'_>| {
            (last.bottom + 1, last.cell.column) == (line.cell.row, line.cell.column) && last.is_alone && line.is_alone
        };
        match joined.last_mut().filter(is_below).filter(|last| goes_on(&last.text, &line.text)) {
            Some(last) => {
                last.text.push_str(&line.text);
                last.bottom = line.bottom;
            }
            None => joined.push(line),
        }
    }
    joined
}
