//! The sheets of the workbook before they are written: one for each topic, with all existing cells.

use std::collections::{BTreeMap, BTreeSet};

use crate::decisions::{DecisionSheet, Decisions, EntryPlace, Topic, UNIT_LIST};
use crate::document::{Cell, CellKind, Region};

/// The workbook before it is written.
pub(super) struct BookDraft {
    pub(super) pages: Vec<DecisionPage>,
    /// The present place of each row that was read: page and row.
    places: BTreeMap<EntryPlace, (usize, u32)>,
}

/// A sheet before it is written.
pub(super) struct DecisionPage {
    pub(super) name: String,
    pub(super) topic: Option<Topic>,
    /// The row of the header, zero-based.
    pub(super) header: u32,
    /// The sheet's column of each of the topic's columns, zero-based.
    pub(super) columns: Vec<u32>,
    pub(super) cells: BTreeMap<(u32, u32), Cell>,
    pub(super) merged: Vec<Region>,
    /// The rows that no longer apply, with the reason.
    pub(super) grey: BTreeMap<u32, String>,
    /// The rows of the questions that are open in this round.
    pub(super) asked: BTreeSet<u32>,
}

impl BookDraft {
    /// Takes over the sheets as read, and adds those that are missing.
    pub(super) fn of(decisions: &Decisions) -> Self {
        let mut book = Self { pages: Vec::new(), places: BTreeMap::new() };
        for (at, sheet) in decisions.sheets.iter().enumerate() {
            book.take(at, sheet);
        }
        for topic in Topic::ALL {
            if book.position(topic).is_none() {
                book.pages.push(DecisionPage::blank(topic));
            }
        }
        book
    }

    fn position(&self, topic: Topic) -> Option<usize> {
        self.pages.iter().position(|page| page.topic == Some(topic))
    }

    /// Returns the sheet of a topic, which always exists.
    pub(super) fn page(&mut self, topic: Topic) -> Option<&mut DecisionPage> {
        self.pages.iter_mut().find(|page| page.topic == Some(topic))
    }

    /// Adopts a sheet as it is.
    fn take(&mut self, at: usize, sheet: &DecisionSheet) {
        let name = match sheet.topic {
            Some(topic) => topic.sheet_name().to_owned(),
            None => sheet.grid.name.to_string(),
        };
        // The list of units is written anew.
        if name == UNIT_LIST || self.pages.iter().any(|page| page.name == name) {
            return;
        }
        let cells = sheet.grid.cells().iter().map(|cell| ((cell.row, cell.column), cell.clone())).collect();
        let mut page = DecisionPage {
            name,
            topic: sheet.topic,
            header: sheet.header,
            columns: Vec::new(),
            cells,
            merged: sheet.grid.merged.clone(),
            grey: BTreeMap::new(),
            asked: BTreeSet::new(),
        };
        if let Some(topic) = sheet.topic {
            page.complete_columns(topic, sheet);
            page.merged.retain(|region| region.bottom < page.header);
        }
        for row in sheet.entry_rows() {
            self.places.insert(EntryPlace { sheet: at, row }, (self.pages.len(), row));
        }
        self.pages.push(page);
    }

    /// Returns the present place of a row that was read.
    pub(super) fn place(&self, place: EntryPlace) -> Option<(usize, u32)> {
        self.places.get(&place).copied()
    }

    /// Marks the row of an entry as no longer applicable.
    pub(super) fn grey(&mut self, place: EntryPlace, why: &str) {
        if let Some((page, row)) = self.places.get(&place) {
            self.pages[*page].grey.insert(*row, why.to_owned());
        }
    }
}

impl DecisionPage {
    fn blank(topic: Topic) -> Self {
        let mut page = Self {
            name: topic.sheet_name().to_owned(),
            topic: Some(topic),
            header: 0,
            columns: (0..).take(topic.columns().len()).collect(),
            cells: BTreeMap::new(),
            merged: Vec::new(),
            grey: BTreeMap::new(),
            asked: BTreeSet::new(),
        };
        for (column, (name, _)) in topic.columns().iter().enumerate() {
            page.set(0, column, name);
        }
        page
    }

    /// Adds the missing columns of the topic after all others.
    fn complete_columns(&mut self, topic: Topic, sheet: &DecisionSheet) {
        let mut free = self.cells.keys().map(|(_, column)| column + 1).max().unwrap_or(0);
        for (column, (name, _)) in topic.columns().iter().enumerate() {
            let stands = sheet.column(column);
            self.columns.push(stands.unwrap_or(free));
            if stands.is_none() {
                self.set(self.header, column, name);
                free += 1;
            }
        }
    }

    /// Returns the rows below the header that are not empty.
    pub(super) fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.cells.keys().map(|(row, _)| *row).filter(|row| *row > self.header).collect();
        rows.dedup();
        rows
    }

    /// Returns the first row below all cells.
    pub(super) fn next_row(&self) -> u32 {
        self.cells.keys().map(|(row, _)| row + 1).max().unwrap_or(0).max(self.header + 1)
    }

    /// Returns the text in one of the topic's columns.
    pub(super) fn text(&self, row: u32, column: usize) -> &str {
        self.cells.get(&(row, self.columns[column])).map_or("", |cell| cell.text.trim())
    }

    /// Sets the text in one of the topic's columns.
    pub(super) fn set(&mut self, row: u32, column: usize, text: &str) {
        let column = self.columns[column];
        let cell = Cell { row, column, kind: CellKind::Text, text: text.into(), formula: None };
        self.cells.insert((row, column), cell);
    }

    /// Sets the text in one of the topic's columns if the cell is empty.
    pub(super) fn fill(&mut self, row: u32, column: usize, text: &str) {
        if self.text(row, column).is_empty() && !text.is_empty() {
            self.set(row, column, text);
        }
    }

    /// Adds a row with these texts and returns it.
    pub(super) fn add(&mut self, texts: &[&str]) -> u32 {
        let row = self.next_row();
        for (column, text) in texts.iter().enumerate() {
            self.fill(row, column, text);
        }
        row
    }

    /// Returns the number of open questions without a decision.
    pub(super) fn undecided(&self) -> usize {
        let decision = match self.topic {
            Some(Topic::Explanations) => Topic::ACCEPTED,
            Some(Topic::Names) => 1,
            Some(Topic::Adoptions) => 2,
            Some(Topic::Corrections) | None => return 0,
        };
        self.asked.iter().filter(|row| self.text(**row, decision).is_empty()).count()
    }
}
