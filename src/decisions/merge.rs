//! Merge of the sheets of several files of decisions: one sheet for each topic.
//!
//! The rows of two sheets are matched by their subject. Where both have an entry and they differ, the workbook as the
//! program last wrote it shows which of them a person changed since. If that does not decide, both rows are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::decision_sheet::{DecisionSheet, Topic, UNIT_LIST};
use crate::document::{Cell, CellKind, Grid};
use crate::message::Message;

/// Maximum length of a sheet's name before its number; a workbook allows 31 characters in all.
const MAX_STEM_CHARS: usize = 24;

/// Returns the sheets of a file with those of another one merged into them. `written` has the sheets as the program
/// last wrote them. Also returns remarks on rows that differ.
pub(super) fn merged(
    mut sheets: Vec<DecisionSheet>,
    others: Vec<DecisionSheet>,
    written: &[DecisionSheet],
) -> (Vec<DecisionSheet>, Vec<Message>) {
    let mut remarks = Vec::new();
    for other in others {
        let Some(topic) = other.topic else {
            add_own(&mut sheets, other, written);
            continue;
        };
        let base = written.iter().find(|sheet| sheet.topic == Some(topic));
        match sheets.iter_mut().find(|sheet| sheet.topic == Some(topic)) {
            Some(sheet) => {
                let (whole, said) = SheetMerge::new(topic, sheet, &other).merge(base);
                *sheet = whole;
                remarks.extend(said);
            }
            None => sheets.push(other),
        }
    }
    (sheets, remarks)
}

/// Adds a sheet of the office's own. If both files have one of that name, the one that a person changed remains, or
/// both.
fn add_own(sheets: &mut Vec<DecisionSheet>, other: DecisionSheet, written: &[DecisionSheet]) {
    let name = other.grid.name.clone();
    let has_name = |sheet: &&DecisionSheet| sheet.topic.is_none() && sheet.grid.name == name;
    let Some(at) = sheets.iter().position(|sheet| has_name(&sheet)) else {
        sheets.push(other);
        return;
    };
    let base = written.iter().find(has_name).map(|sheet| sheet.grid.cells());
    let (mine, theirs) = (sheets[at].grid.cells(), other.grid.cells());
    if mine == theirs || &*name == UNIT_LIST || base == Some(theirs) {
        return;
    }
    if base == Some(mine) {
        sheets[at] = other;
        return;
    }
    let is_free = |name: &String| sheets.iter().all(|sheet| *sheet.grid.name != **name);
    let stem: String = name.chars().take(MAX_STEM_CHARS).collect();
    let mut numbered = (2..=sheets.len() + 2).map(|number| format!("{stem}（{number}）"));
    let free = numbered.find(is_free).unwrap_or_default();
    let mut renamed = other;
    renamed.grid.name = free.into();
    sheets.push(renamed);
}

/// Number of a subject's row among the rows of the same subject, with the subject.
type RowKey = (Vec<String>, usize);

/// Two sheets of one topic; the second is merged into the cells of the first.
struct SheetMerge<'a> {
    topic: Topic,
    first: &'a DecisionSheet,
    second: &'a DecisionSheet,
    cells: BTreeMap<(u32, u32), Cell>,
    /// The column in the first sheet of each column of the second.
    columns: BTreeMap<u32, u32>,
}

impl<'a> SheetMerge<'a> {
    fn new(topic: Topic, first: &'a DecisionSheet, second: &'a DecisionSheet) -> Self {
        let cells = first.grid.cells().iter().map(|cell| ((cell.row, cell.column), cell.clone())).collect();
        let mut merge = Self { topic, first, second, cells, columns: BTreeMap::new() };
        merge.match_columns();
        merge
    }

    /// Finds the column in the first sheet of each column of the second by its header; adds those that are missing.
    fn match_columns(&mut self) {
        let mut free = self.cells.keys().map(|(_, column)| column + 1).max().unwrap_or(0);
        let columns: BTreeSet<u32> = self.second.grid.cells().iter().map(|cell| cell.column).collect();
        for column in columns {
            let header = self.second.grid.cell(self.second.header, column);
            let text = header.map_or("", |cell| cell.text.trim());
            let topic_column = (0..self.topic.columns().len()).find(|own| self.second.column(*own) == Some(column));
            let target = match topic_column {
                Some(own) => self.first.column(own),
                None => self.own_column(text, column),
            };
            let target = target.unwrap_or_else(|| {
                if let Some(cell) = header {
                    self.put(self.first.header, free, cell);
                }
                free += 1;
                free - 1
            });
            self.columns.insert(column, target);
        }
    }

    /// Returns the office's own column in the first sheet that has a header; without one, at the same place.
    fn own_column(&self, header: &str, column: u32) -> Option<u32> {
        let is_own = |column: u32| (0..self.topic.columns().len()).all(|own| self.first.column(own) != Some(column));
        let text = |column: u32| self.first.grid.cell(self.first.header, column).map_or("", |cell| cell.text.trim());
        if header.is_empty() {
            return (is_own(column) && text(column).is_empty()).then_some(column);
        }
        let row = self.first.grid.row(self.first.header);
        row.iter().map(|cell| cell.column).find(|column| is_own(*column) && text(*column) == header)
    }

    /// Puts a cell at another place.
    fn put(&mut self, row: u32, column: u32, cell: &Cell) {
        self.cells.insert((row, column), Cell { row, column, ..cell.clone() });
    }

    /// Returns the merged sheet, with remarks on rows in which both differ.
    fn merge(mut self, written: Option<&DecisionSheet>) -> (DecisionSheet, Vec<Message>) {
        let [mine, theirs] = [self.first, self.second].map(|sheet| keyed(self.topic, sheet, written));
        let base = written.map(|sheet| keyed(self.topic, sheet, None)).unwrap_or_default();
        let base_row = |key: &RowKey| Some((written?, *base.get(key)?));
        self.keep_implied_acceptance();
        let mut remarks = Vec::new();
        for (row, key) in by_row(&theirs) {
            match (mine.get(key), base_row(key)) {
                (Some(own), base) => remarks.extend(self.merge_row(*own, row, base)),
                // Deleted by a person in the first file.
                (None, Some(base)) if self.is_as_written(self.second, row, base) => {}
                (None, _) => drop(self.append(row)),
            }
        }
        for (row, key) in by_row(&mine).filter(|(_, key)| !theirs.contains_key(*key)) {
            // Deleted by a person in the second file.
            if base_row(key).is_some_and(|base| self.is_as_written(self.first, row, base)) {
                self.cells.retain(|(at, _), _| *at != row);
            }
        }
        let mut grid = Grid::new(&self.first.grid.name, self.cells.into_values().collect());
        grid.merged.clone_from(&self.first.grid.merged);
        (DecisionSheet::new(grid), remarks)
    }

    /// Without a column 采纳 every explanation counts as accepted. If only one of the sheets has that column, the rows
    /// of the other get the word.
    fn keep_implied_acceptance(&mut self) {
        let [mine, theirs] = [self.first, self.second].map(|sheet| sheet.has_column(Topic::ACCEPTED));
        if self.topic != Topic::Explanations || mine || !theirs {
            return;
        }
        let Some(column) = self.second.column(Topic::ACCEPTED).and_then(|column| self.columns.get(&column).copied())
        else {
            return;
        };
        for row in self.first.entry_rows().collect::<Vec<_>>() {
            if !self.first.text(row, Topic::TEXT).is_empty() {
                self.put(row, column, &accepted());
            }
        }
    }

    /// Returns the cells of a row of the second sheet, each at its column in the first.
    fn cells_of(&self, row: u32) -> Vec<(u32, Cell)> {
        let cells = self.second.grid.row(row).iter().filter(|cell| !cell.text.trim().is_empty());
        let mut found: Vec<(u32, Cell)> =
            cells.filter_map(|cell| Some((*self.columns.get(&cell.column)?, cell.clone()))).collect();
        let is_implied = self.topic == Topic::Explanations && !self.second.has_column(Topic::ACCEPTED);
        if let Some(column) = self.first.column(Topic::ACCEPTED).filter(|_| is_implied)
            && !self.second.text(row, Topic::TEXT).is_empty()
        {
            found.push((column, accepted()));
        }
        found
    }

    /// Appends a row of the second sheet and returns its place.
    fn append(&mut self, row: u32) -> u32 {
        let next = self.cells.keys().map(|(row, _)| row + 1).max().unwrap_or(0).max(self.first.header + 1);
        for (column, cell) in self.cells_of(row) {
            self.put(next, column, &cell);
        }
        next
    }

    /// Merges a row of the second sheet into the row of the first about the same. If a person changed both, the second
    /// row is appended, which the remark says.
    fn merge_row(&mut self, own: u32, row: u32, base: Option<(&DecisionSheet, u32)>) -> Option<Message> {
        let theirs: BTreeMap<u32, Cell> = self.cells_of(row).into_iter().collect();
        let columns: BTreeSet<u32> = self.columns.values().chain(theirs.keys()).copied().collect();
        let mut changes: Vec<(u32, Option<Cell>)> = Vec::new();
        let mut differs = false;
        for column in columns {
            let mine = self.cells.get(&(own, column)).map_or("", |cell| cell.text.trim());
            let their = theirs.get(&column).map_or("", |cell| cell.text.trim());
            let before = base.map(|(sheet, at)| self.written_text(sheet, at, column));
            let is_mine = mine == their || before.as_deref() == Some(their);
            if is_mine || self.is_program_column(column) && !mine.is_empty() {
                continue;
            }
            if mine.is_empty() || before.as_deref() == Some(mine) {
                changes.push((column, theirs.get(&column).cloned()));
            } else if !their.is_empty() {
                differs = true;
            }
        }
        if differs {
            let (sheet, place) = (self.first.grid.name.clone(), self.append(row) + 1);
            let sheet = if sheet.is_empty() { self.topic.sheet_name() } else { &sheet };
            let line = own + 1;
            return Some(Message::new(
                format!("“{sheet}”第{line}行：两份办理单填写不同，另一份的列为第{place}行，请核对"),
                format!("“{sheet}” row {line}: two files of decisions differ; that of the other is row {place}"),
            ));
        }
        for (column, cell) in changes {
            match cell {
                Some(cell) => self.put(own, column, &cell),
                None => drop(self.cells.remove(&(own, column))),
            }
        }
        None
    }

    fn is_program_column(&self, column: u32) -> bool {
        self.topic.program_columns().iter().any(|own| self.first.column(*own) == Some(column))
    }

    /// Returns the text, in the workbook as written, of a column of the first sheet.
    fn written_text(&self, written: &DecisionSheet, row: u32, column: u32) -> String {
        if let Some(own) = (0..self.topic.columns().len()).find(|own| self.first.column(*own) == Some(column)) {
            return written.text(row, own);
        }
        let header = self.cells.get(&(self.first.header, column)).map_or("", |cell| cell.text.trim());
        let cells = written.grid.row(written.header).iter();
        let there = cells.filter(|cell| cell.text.trim() == header).map(|cell| cell.column).next();
        let cell = there.and_then(|column| written.grid.cell(row, column));
        cell.map_or_else(String::new, |cell| cell.text.trim().to_owned())
    }

    /// Returns whether a row of one of the sheets is as the program wrote it.
    fn is_as_written(&self, sheet: &DecisionSheet, row: u32, (written, at): (&DecisionSheet, u32)) -> bool {
        (0..self.topic.columns().len()).all(|column| sheet.text(row, column) == written.text(at, column))
    }
}

fn accepted() -> Cell {
    Cell { row: 0, column: 0, kind: CellKind::Text, text: "是".into(), formula: None }
}

/// Returns the rows of a sheet by their subject. A row with blanks that the program filled when it wrote the workbook
/// has the subject of the row as written.
fn keyed(topic: Topic, sheet: &DecisionSheet, written: Option<&DecisionSheet>) -> BTreeMap<RowKey, u32> {
    let texts = |sheet: &DecisionSheet, row: u32| -> Vec<String> {
        (0..topic.columns().len()).map(|column| sheet.text(row, column)).collect()
    };
    let written: Vec<Vec<String>> =
        written.map(|sheet| sheet.entry_rows().map(|row| texts(sheet, row)).collect()).unwrap_or_default();
    let subjects: BTreeSet<Vec<String>> = written.iter().map(|texts| topic.subject(texts)).collect();
    let mut count: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut rows = BTreeMap::new();
    for row in sheet.entry_rows() {
        let texts = texts(sheet, row);
        let is_completed =
            |whole: &&Vec<String>| texts.iter().zip(*whole).all(|(text, whole)| text.is_empty() || text == whole);
        let mut subject = topic.subject(&texts);
        if !subjects.contains(&subject)
            && let Some(whole) = written.iter().find(is_completed)
        {
            subject = topic.subject(whole);
        }
        let number = count.entry(subject.clone()).or_default();
        rows.insert((subject, *number), row);
        *number += 1;
    }
    rows
}

/// Returns keyed rows in the order of the sheet.
fn by_row(rows: &BTreeMap<RowKey, u32>) -> impl Iterator<Item = (u32, &RowKey)> {
    let rows: BTreeMap<u32, &RowKey> = rows.iter().map(|(key, row)| (*row, key)).collect();
    rows.into_iter()
}
