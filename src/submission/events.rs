//! What happens in a document, in its order: sheets that begin, what they say of unit and year, words and tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::identity::{IdentityMark, is_year};
use super::narrative::NarrativeParagraph;
use super::sheet_text::{RowSpan, SheetText};
use super::tables::foreign_to;
use crate::document::Document;
use crate::form::{FlowLine, Forms, Recognised, TableMatch, TextValue, continue_table, follow_headings};
use crate::form::{recognise, recognise_flow};
use crate::place::Spot;

/// A table in the document, with the matches of each form.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    /// The grid of the table, by index; `None` in running text.
    pub(super) grid: Option<usize>,
    /// The sheet of the table, by index. A document with running text counts as one sheet.
    pub(super) sheet: usize,
    pub(super) top: u32,
    pub(super) bottom: u32,
    /// The table's id, the same in every form.
    pub(super) table: String,
    pub(super) readings: Vec<Arc<TableMatch>>,
    /// Whether it belongs to several reports, which differ in another table.
    pub(super) is_shared: bool,
}

/// A step in reading a document, in document order.
pub(super) enum Event {
    /// A sheet with tables begins.
    Sheet(usize),
    Mark(IdentityMark),
    Paragraph(NarrativeParagraph),
    Table(Sighting),
}

/// The sheet index for all of a document with running text.
pub(super) const ONE_SHEET: usize = 0;

/// Returns all events in document order. At the same line, a sheet begins before its marks, and a title precedes its
/// table.
pub(super) fn events(document: &Document, forms: &Forms, texts: &SheetText<'_>) -> Vec<(FlowLine, Event)> {
    let identity = texts.identity;
    let mut events = Vec::new();
    let mut sightings: Vec<(FlowLine, Sighting)> = Vec::new();
    for (at, grid) in document.grids.iter().enumerate() {
        let line = |row| FlowLine { after: at, row: Some(row), paragraph: 0 };
        let mut seen = on_grid(at, document, forms);
        seen.extend(going_on(at, document, (&seen, &sightings), forms));
        if !seen.is_empty() {
            events.push((line(0), Event::Sheet(at)));
        }
        events.extend(identity.marks(grid).into_iter().map(|mark| (line(mark.row), Event::Mark(mark))));
        sightings.extend(seen.into_iter().map(|seen| (line(seen.top), seen)));
    }
    let text = |at: usize| document.paragraphs.get(at).map(|paragraph| paragraph.text.as_str());
    let beside = |at: usize| -> Vec<&str> {
        let above = at.checked_sub(1).and_then(text);
        // On a cover, the year is between the unit and the title.
        let further = above.filter(|above| is_year(above)).and_then(|_| at.checked_sub(2).and_then(text));
        above.into_iter().chain(text(at + 1)).chain(further).collect()
    };
    for (at, paragraph) in document.paragraphs.iter().enumerate() {
        let line = FlowLine { after: paragraph.after, row: None, paragraph: at };
        let mark = |says| (line, Event::Mark(IdentityMark { row: 0, place: None, says }));
        events.extend(identity.claims_in(&paragraph.text, &beside(at)).into_iter().map(mark));
        events.push((line, Event::Paragraph(NarrativeParagraph::running(&paragraph.text))));
    }
    if !document.is_running() {
        let rows = |at: usize| sightings.iter().filter(move |(_, seen)| seen.grid == Some(at));
        let tables = |at: usize| rows(at).map(|(_, seen)| seen.top..=seen.bottom).collect();
        let tables: Vec<Vec<RowSpan>> = (0..document.grids.len()).map(tables).collect();
        events.extend(texts.paragraphs(&document.grids, &tables).into_iter().map(|(at, row, paragraph)| {
            (FlowLine { after: at, row: Some(row), paragraph: 0 }, Event::Paragraph(paragraph))
        }));
    }
    let flowing = in_flow(document, forms, &sightings);
    events.extend(sightings.into_iter().chain(flowing).map(|(line, seen)| (line, Event::Table(seen))));
    events.sort_by_key(|(line, event)| {
        let kind = match event {
            Event::Sheet(_) => 0,
            Event::Mark(_) => 1,
            Event::Paragraph(_) => 2,
            Event::Table(_) => 3,
        };
        (*line, kind)
    });
    events
}

/// Returns the tables on a grid, merging the matches of different forms for the same table.
fn on_grid(at: usize, document: &Document, forms: &Forms) -> Vec<Sighting> {
    let mut sightings: Vec<Sighting> = Vec::new();
    for found in recognise(&document.grids[at], forms) {
        let table = &forms.all[found.form].tables[found.table].id;
        let same = |seen: &&mut Sighting| seen.table == *table && seen.top <= found.bottom && found.top <= seen.bottom;
        if let Some(seen) = sightings.iter_mut().find(same) {
            (seen.top, seen.bottom) = (seen.top.min(found.top), seen.bottom.max(found.bottom));
            seen.readings.push(found);
        } else {
            sightings.push(Sighting::on_grid(at, document, table, vec![found]));
        }
    }
    sightings
}

/// Returns the rows of a workbook's sheet that continue the last table of an earlier sheet: rows without headings, with
/// figures that no sheet has yet. Rows below one of the sheet's own tables belong to that table.
fn going_on(
    at: usize,
    document: &Document,
    (own, before): (&[Sighting], &[(FlowLine, Sighting)]),
    forms: &Forms,
) -> Option<Sighting> {
    let grid = document.grids.get(at).filter(|grid| grid.typed && grid.table.is_none())?;
    let until = own.iter().map(|seen| seen.top).min().unwrap_or(u32::MAX);
    let before = || before.iter().map(|(_, seen)| seen);
    let last = before().filter(|seen| seen.is_headed()).max_by_key(|seen| (seen.grid, seen.bottom))?;
    let headed = document.grids.get(last.grid?)?;
    let is_new = |found: &TableMatch| {
        let readings = before().filter(|seen| seen.table == last.table).flat_map(|seen| &seen.readings);
        let claimed: BTreeSet<usize> =
            readings.filter(|other| other.form == found.form).flat_map(|other| other.positions()).collect();
        !found.positions().any(|position| claimed.contains(&position))
    };
    let found = last.readings.iter().filter_map(|other| continue_table((headed, other), grid, until, forms));
    let found: Vec<Arc<TableMatch>> = found.filter(is_new).map(Arc::new).collect();
    (!found.is_empty()).then(|| Sighting::on_grid(at, document, &last.table, found))
}

/// Returns the tables that are on no grid: tables in running text, rows cut off from their headings, and titles with
/// nothing below. Typed sheets of a workbook are not read this way, because their columns are intact. Delimited text is
/// read this way only where it was pasted from a document, so that several headings share a column. Running text adds
/// no figure to a table that is on a grid.
fn in_flow(document: &Document, forms: &Forms, on_grids: &[(FlowLine, Sighting)]) -> Vec<(FlowLine, Sighting)> {
    if document.grids.iter().any(|grid| grid.typed) {
        return Vec::new();
    }
    let is_free = |grid: usize, row: u32| {
        let of_grid = on_grids.iter().filter(|(_, seen)| seen.grid == Some(grid));
        of_grid.into_iter().all(|(_, seen)| !(seen.top..=seen.bottom).contains(&row))
    };
    let goes_on = |grid: usize| {
        let on = |at: usize| on_grids.iter().map(|(_, seen)| seen).filter(move |seen| seen.grid == Some(at));
        let before = grid.checked_sub(1).filter(|_| on(grid).next().is_none())?;
        let last = on(before).max_by_key(|seen| seen.bottom)?.readings.first()?;
        Some(forms.all[last.form].tables[last.table].title.as_str())
    };
    let recognised = Recognised { is_free: &is_free, goes_on: &goes_on };
    let mut sightings: Vec<(FlowLine, Sighting)> = Vec::new();
    for (line, mut found) in recognise_flow(document, forms, &recognised) {
        let (form_at, form) = (found.form, &forms.all[found.form]);
        let table = &form.tables[found.table].id;
        let of_table = || on_grids.iter().filter(|(_, seen)| seen.table == *table);
        let readings = || of_table().flat_map(|(_, seen)| &seen.readings).filter(|other| other.form == form_at);
        let claimed: Vec<usize> = readings().flat_map(|found| found.positions()).collect();
        let on_grid = of_table().next().is_some();
        if let Some(headed) = readings().find(|other| !other.slots.is_empty()) {
            follow_headings(&mut found, headed, form);
        }
        let adds = |piece: &TextValue| piece.place.spot != Spot::Text || !on_grid;
        found.pieces.retain(|(position, piece)| adds(piece) && !claimed.contains(position));
        if found.pieces.is_empty() && on_grid {
            continue;
        }
        // If the title is missing, another form may match only from later headings on.
        let same = |(_, seen): &&mut (FlowLine, Sighting)| {
            let overlaps = seen.top <= found.bottom && found.top <= seen.bottom;
            overlaps && seen.table == *table && seen.readings.iter().all(|other| other.form != found.form)
        };
        if let Some((begins, seen)) = sightings.iter_mut().find(same) {
            *begins = line.min(*begins);
            (seen.top, seen.bottom) = (seen.top.min(found.top), seen.bottom.max(found.bottom));
            seen.readings.push(Arc::new(found));
        } else {
            let (top, bottom, table) = (found.top, found.bottom, table.clone());
            let readings = vec![Arc::new(found)];
            let seen = Sighting { grid: None, sheet: ONE_SHEET, top, bottom, table, readings, is_shared: false };
            sightings.push((line, seen));
        }
    }
    sightings
}

impl Sighting {
    fn on_grid(at: usize, document: &Document, table: &str, readings: Vec<Arc<TableMatch>>) -> Self {
        let top = readings.iter().map(|found| found.top).min().unwrap_or(0);
        let bottom = readings.iter().map(|found| found.bottom).max().unwrap_or(0);
        let sheet = if document.is_running() { ONE_SHEET } else { at };
        Self { grid: Some(at), sheet, top, bottom, table: table.to_owned(), readings, is_shared: false }
    }

    /// Returns whether its headings are above its figures.
    pub(super) fn is_headed(&self) -> bool {
        let is_headed = |found: &Arc<TableMatch>| found.slots.iter().all(|(_, slot)| found.top < slot.row);
        self.grid.is_some() && self.readings.iter().any(is_headed)
    }

    /// Returns the figures of all its matches, by position in their forms.
    pub(super) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.readings.iter().flat_map(|found| found.positions())
    }

    pub(super) fn has_reading(&self, form: usize) -> bool {
        self.readings.iter().any(|found| found.form == form && found.positions().next().is_some())
    }

    /// Returns the figures of a match in blocks that have the layout of another form, with that form's index.
    pub(super) fn foreign(&self, found: &TableMatch, forms: &Forms) -> Option<(usize, BTreeSet<usize>)> {
        let others = self.readings.iter().filter(|other| other.form != found.form);
        others.into_iter().find_map(|other| Some((other.form, foreign_to(found, other, forms)?)))
    }

    /// Returns the texts of its figures, by its first match.
    pub(super) fn texts(&self, document: &Document) -> Vec<(usize, String)> {
        let Some(found) = self.readings.first() else { return Vec::new() };
        let grid = self.grid.map(|grid| &document.grids[grid]);
        let on_grid = found.slots.iter().map(|(position, slot)| {
            let cell = grid.and_then(|grid| grid.cell(slot.row, slot.left));
            (*position, cell.map_or_else(String::new, |cell| cell.text.to_string()))
        });
        on_grid.chain(found.pieces.iter().map(|(position, piece)| (*position, piece.text.clone()))).collect()
    }

    /// Returns whether two sightings of one table share a figure. Parts of a table split over pages share none.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let pairs = self.readings.iter().flat_map(|a| other.readings.iter().map(move |b| (a, b)));
        let mut of_one_form = pairs.filter(|(a, b)| a.form == b.form).peekable();
        // All forms must agree: parts of a table share no figure in their own form, even if another form sees an
        // overlap.
        let overlap = |(a, b): (&Arc<TableMatch>, &Arc<TableMatch>)| {
            a.positions().any(|position| b.positions().any(|again| again == position))
        };
        of_one_form.peek().is_some() && of_one_form.all(overlap)
    }
}
