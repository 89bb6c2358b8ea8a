//! Assembly of a document's tables and identity marks into reports.

mod copied_tables;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::identity::{Identity, IdentityMark, Name, Origin, Says, is_year, signature};
use super::narrative::{Narrative, NarrativeWords, year_said_most};
use super::tables::{foreign_to, read_other_form, read_table};
use super::years::report_year_in;
use super::{Report, figure};
use crate::document::Document;
use crate::form::{FlowLine, Form, Forms, Recognised, TableMatch, TextValue, continue_table, follow_headings};
use crate::form::{recognise, recognise_flow};
use crate::place::Spot;
use crate::roster::NameWords;

/// A report under construction: its identity, its tables and its paragraphs.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title_units: Vec<String>,
    line_units: Vec<String>,
    published_units: Vec<String>,
    /// Marks of a sheet above its first table, until that table shows which report they belong to.
    pending: Vec<Says>,
    title_year: Option<u16>,
    line_year: Option<u16>,
    period_year: Option<u16>,
    sheet_year: Option<u16>,
    /// The name of the sheet, if all its tables are on one sheet.
    sheet: Option<Arc<str>>,
    /// The unit that one of its sheets is named after.
    sheet_unit: Option<String>,
    revision: u32,
    tables: Vec<Sighting>,
    title: Option<String>,
    period: Option<String>,
    paragraphs: Vec<String>,
}

/// A table in the document, with the matches of each form.
#[derive(Debug, Clone)]
struct Sighting {
    /// The grid of the table, by index; `None` in running text.
    grid: Option<usize>,
    /// The sheet of the table, by index. A document with running text counts as one sheet.
    sheet: usize,
    top: u32,
    bottom: u32,
    /// The table's id, the same in every form.
    table: String,
    readings: Vec<Arc<TableMatch>>,
    /// Whether it belongs to several reports, which differ in another table.
    is_shared: bool,
}

/// A step in reading a document, in document order.
enum Event<'a> {
    /// A sheet with tables begins.
    Sheet(usize),
    Mark(IdentityMark),
    Paragraph(&'a str),
    Table(Sighting),
}

/// The sheet index for all of a document with running text.
const ONE_SHEET: usize = 0;

/// Returns the reports of a document, one for each unit and year; a single one without tables if there is none.
pub(super) fn drafts(document: &Document, forms: &Forms, identity: &Identity) -> Vec<Draft> {
    let mut done = Vec::new();
    let mut open = Draft::default();
    for (line, event) in events(document, forms, identity) {
        let sheet = if document.is_running() { ONE_SHEET } else { line.after };
        match event {
            Event::Sheet(grid) => open.enter_sheet(&document.grids[grid].name, &mut done),
            Event::Mark(mark) => open.apply_mark(mark.says, sheet, &mut done),
            Event::Paragraph(text) => open.push_paragraph(text, identity),
            Event::Table(sighting) => {
                open.add_table(sighting, document, &mut done);
            }
        }
    }
    open.apply_pending();
    if !open.tables.is_empty() || done.is_empty() {
        done.push(open);
    }
    copied_tables::share_tables(&mut done, document);
    done
}

/// Returns all events in document order. At the same line, a sheet begins before its marks, and a title precedes its
/// table.
fn events<'a>(document: &'a Document, forms: &Forms, identity: &Identity) -> Vec<(FlowLine, Event<'a>)> {
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
        let mark = |says| (line, Event::Mark(IdentityMark { row: 0, says }));
        events.extend(identity.said_in(&paragraph.text, &beside(at)).into_iter().map(mark));
        events.push((line, Event::Paragraph(&paragraph.text)));
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
            let seen = Sighting {
                grid: None,
                sheet: ONE_SHEET,
                top,
                bottom,
                table,
                readings: vec![Arc::new(found)],
                is_shared: false,
            };
            sightings.push((line, seen));
        }
    }
    sightings
}

impl Draft {
    /// Returns the unit names that it states, strongest origin first.
    pub(super) fn names(&self) -> Vec<Name> {
        let of_sheet: Vec<String> = self.sheet.as_deref().and_then(Identity::unit_of_sheet).into_iter().collect();
        let signed: Vec<String> = signature(&self.paragraphs).into_iter().collect();
        let stated = [
            (&self.title_units, Origin::Title),
            (&self.line_units, Origin::UnitLine),
            (&self.published_units, Origin::Sentence),
            (&signed, Origin::Signature),
            (&of_sheet, Origin::Sheet),
        ];
        let names = |(texts, origin): (&Vec<String>, Origin)| -> Vec<Name> {
            texts.iter().map(|text| Name { text: text.clone(), origin }).collect()
        };
        stated.into_iter().flat_map(names).collect()
    }

    /// Returns the year stated in the title, a 报告年度 line, the statistical period or a sheet name, in this order.
    fn stated_year(&self) -> Option<u16> {
        self.title_year.or(self.line_year).or(self.period_year).or(self.sheet_year)
    }

    /// Returns its text by sections, and the year that it states, else the year it mentions most often.
    pub(super) fn narrative_and_year(&self, words: &NarrativeWords) -> (Narrative, Option<u16>) {
        let narrative = words.narrative(&self.paragraphs, self.title.clone(), self.period.clone());
        let year = self.stated_year().or_else(|| year_said_most(&narrative.years));
        (narrative, year)
    }

    /// Returns the grids of the tables that it shares with no other report, by index.
    pub(super) fn grids(&self) -> Vec<usize> {
        self.tables.iter().filter(|seen| !seen.is_shared).filter_map(|seen| seen.grid).collect()
    }

    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// Handles the start of a sheet. A sheet named after another year than that of the current report starts the next
    /// report. If the current report already has tables, the sheet's year is set only when its first table is added.
    fn enter_sheet(&mut self, sheet: &str, done: &mut Vec<Self>) {
        let year = report_year_in(sheet);
        let other = year.zip(self.stated_year()).is_some_and(|(here, known)| here != known);
        if other && !self.tables.is_empty() {
            done.push(std::mem::take(self));
        }
        if self.tables.is_empty() {
            self.sheet_year = self.sheet_year.or(year);
        }
    }

    /// Handles a mark of unit or year. A unit or year other than the current report's starts the next report. If the
    /// sheet has no table yet, the mark is kept pending, because it may belong to either report.
    fn apply_mark(&mut self, says: Says, sheet: usize, done: &mut Vec<Self>) {
        let seen_here = self.tables.iter().any(|seen| seen.sheet == sheet);
        let differs = match &says {
            Says::Title { unit, year, .. } => self.differs(unit.as_ref(), *year),
            Says::Unit(unit) => !seen_here && self.differs(Some(unit), None),
            Says::Year(year) => !seen_here && self.differs(None, Some(*year)),
            Says::Period(_) | Says::Published(_) => false,
        };
        if differs && !self.tables.is_empty() {
            self.finish(done);
        }
        if self.tables.is_empty() || seen_here {
            self.apply(says, seen_here);
        } else {
            self.pending.push(says);
        }
    }

    /// Finishes the current report. Marks pending since its last table go to the next one.
    fn finish(&mut self, done: &mut Vec<Self>) {
        let pending = std::mem::take(&mut self.pending);
        done.push(std::mem::take(self));
        for says in pending {
            self.apply(says, false);
        }
    }

    fn apply_pending(&mut self) {
        for says in std::mem::take(&mut self.pending) {
            self.apply(says, false);
        }
    }

    fn apply(&mut self, says: Says, seen_here: bool) {
        let add = |units: &mut Vec<String>, unit: String| {
            if !units.contains(&unit) {
                units.push(unit);
            }
        };
        match says {
            Says::Title { unit, year, revision } => {
                if let Some(unit) = unit {
                    add(&mut self.title_units, unit);
                }
                self.title_year = year.or(self.title_year);
                self.revision = self.revision.max(revision);
            }
            Says::Unit(unit) if !seen_here || self.line_units.is_empty() => add(&mut self.line_units, unit),
            Says::Published(unit) => add(&mut self.published_units, unit),
            Says::Year(year) if !seen_here || self.line_year.is_none() => self.line_year = Some(year),
            Says::Unit(_) | Says::Year(_) => {}
            Says::Period(year) => self.period_year = self.period_year.or(Some(year)),
        }
    }

    /// Adds a paragraph. The first title and the first statement of the period are also kept separately.
    fn push_paragraph(&mut self, text: &str, identity: &Identity) {
        if self.title.is_none() && identity.title(text).is_some() {
            self.title = Some(text.to_owned());
        }
        if self.period.is_none() && identity.states_period(text) {
            self.period = Some(text.to_owned());
        }
        self.paragraphs.push(text.to_owned());
    }

    /// Returns whether a unit or year differs from those of the current report. The name of a county, or of an office
    /// that every body has, does not count as another unit.
    fn differs(&self, unit: Option<&String>, year: Option<u16>) -> bool {
        let words = NameWords::official();
        let mut known = self.title_units.iter().chain(&self.line_units).filter(|name| words.is_unit(name)).peekable();
        let other_unit = unit
            .filter(|unit| words.is_unit(unit))
            .is_some_and(|unit| known.peek().is_some() && !known.any(|name| words.may_be_same(name, unit)));
        let other_year = year.zip(self.stated_year()).is_some_and(|(here, known)| here != known);
        other_unit || other_year
    }

    /// Returns whether a sheet is named after a unit other than that of earlier sheets. Only used if no title or label
    /// line states the unit.
    fn is_other_sheet(&self, unit: Option<&String>) -> bool {
        let words = NameWords::official();
        let stated = self.title_units.iter().chain(&self.line_units).any(|name| words.is_unit(name));
        let pair = self.sheet_unit.as_ref().zip(unit);
        !stated && pair.is_some_and(|(one, other)| !words.may_be_same(one, other))
    }

    /// Adds a table. If the report already has the same table with figures of its own, the table starts the next
    /// report. A copy with the same texts, as on pages with a summary, is ignored.
    fn add_table(&mut self, sighting: Sighting, document: &Document, done: &mut Vec<Self>) {
        let same = |seen: &Sighting| seen.sheet == sighting.sheet && seen.texts(document) == sighting.texts(document);
        if self.tables.iter().any(|seen| seen.table == sighting.table && same(seen)) {
            return;
        }
        let name = sighting.grid.map(|grid| &document.grids[grid].name);
        let sheet_unit = name.and_then(|name| Identity::unit_of_sheet(name));
        let again = self.tables.iter().any(|seen| seen.table == sighting.table && seen.overlaps(&sighting));
        if again || self.is_other_sheet(sheet_unit.as_ref()) {
            self.finish(done);
            self.sheet_year = None;
        }
        self.sheet_year = self.sheet_year.or_else(|| report_year_in(name?));
        self.apply_pending();
        self.sheet_unit = self.sheet_unit.take().or(sheet_unit);
        // Parts split from one sheet all have the name of that sheet.
        let name_of = |seen: &Sighting| seen.grid.map(|grid| &document.grids[grid].name);
        let one_sheet = self.tables.iter().all(|seen| seen.sheet == sighting.sheet || name_of(seen) == name);
        self.sheet = name.filter(|_| one_sheet).cloned();
        self.tables.push(sighting);
    }

    /// Reads the figures by the best matching form; `None` if there is no table.
    pub(super) fn report(&self, document: &Document, forms: &Forms, year: Option<u16>) -> Option<Report> {
        let titles: BTreeSet<&str> = self.tables.iter().map(|seen| seen.table.as_str()).collect();
        let has_figures = self.tables.iter().any(|seen| seen.positions().next().is_some());
        // Two table titles with nothing below them count as a report: its tables were lost, or were pictures.
        if !has_figures && titles.len() < 2 {
            return None;
        }
        let form_at = self.form(forms, year);
        let form = &forms.all[form_at];
        let mut report = Report {
            form: form_at,
            figures: figure::absent(form),
            tables: vec![false; form.tables.len()],
            combined: false,
            plain: false,
            by_sums: Vec::new(),
            other_form: Vec::new(),
            unassigned: Vec::new(),
        };
        for seen in &self.tables {
            let grid = seen.grid.map(|grid| &document.grids[grid]);
            if let (false, Some(other)) = (seen.has_reading(form_at), seen.readings.first()) {
                read_other_form(&mut report, (form, forms), grid, other);
            }
            for found in seen.readings.iter().filter(|found| found.form == form_at) {
                read_table(&mut report, form, grid, &found.of_year(year), seen.foreign(found, forms));
            }
        }
        report.plain = !report.combined && report.figures.are_plain(form.official);
        Some(report)
    }

    /// Returns the form that matches most of the first table. Ties are decided by all tables, then in favour of the
    /// form of the year.
    fn form(&self, forms: &Forms, year: Option<u16>) -> usize {
        let of_year = forms.for_year(year.unwrap_or(u16::MAX));
        let count = |form: usize, first_only: bool| -> usize {
            let wanted = |form: &Form, table: usize| !first_only || table == 0 && !form.tables.is_empty();
            let found = self.tables.iter().flat_map(|seen| &seen.readings).filter(|found| found.form == form);
            found.filter(|found| wanted(&forms.all[form], found.table)).map(|found| found.weight()).sum()
        };
        // A table that only the form of the year reads in full decides for that form, whatever the other tables match
        // best.
        let of_table = |form: usize, seen: &Sighting| -> usize {
            seen.readings.iter().filter(|found| found.form == form).map(|found| found.weight()).sum()
        };
        let is_own = |seen: &Sighting| {
            let others = (0..forms.all.len()).filter(|form| *form != of_year);
            others.map(|form| of_table(form, seen)).max().unwrap_or(0) < of_table(of_year, seen)
        };
        // No report contains a table of a later form, so without a year the newest form is treated the same way.
        if self.tables.iter().any(is_own) {
            return of_year;
        }
        let score = |form: usize| (count(form, true), count(form, false), usize::from(form == of_year));
        // A form is not used for years before it was introduced.
        let may_be = |form: &usize| year.is_none_or(|year| forms.all[*form].first_year <= year);
        (0..forms.all.len()).filter(may_be).max_by_key(|form| score(*form)).unwrap_or(of_year)
    }
}

impl Sighting {
    fn on_grid(at: usize, document: &Document, table: &str, readings: Vec<Arc<TableMatch>>) -> Self {
        let top = readings.iter().map(|found| found.top).min().unwrap_or(0);
        let bottom = readings.iter().map(|found| found.bottom).max().unwrap_or(0);
        let sheet = if document.is_running() { ONE_SHEET } else { at };
        Self { grid: Some(at), sheet, top, bottom, table: table.to_owned(), readings, is_shared: false }
    }

    /// Returns whether its headings are above its figures.
    fn is_headed(&self) -> bool {
        let is_headed = |found: &Arc<TableMatch>| found.slots.iter().all(|(_, slot)| found.top < slot.row);
        self.grid.is_some() && self.readings.iter().any(is_headed)
    }

    /// Returns the figures of all its matches, by position in their forms.
    fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.readings.iter().flat_map(|found| found.positions())
    }

    fn has_reading(&self, form: usize) -> bool {
        self.readings.iter().any(|found| found.form == form && found.positions().next().is_some())
    }

    /// Returns the figures of a match in blocks that have the layout of another form, with that form's index.
    fn foreign(&self, found: &TableMatch, forms: &Forms) -> Option<(usize, BTreeSet<usize>)> {
        let others = self.readings.iter().filter(|other| other.form != found.form);
        others.into_iter().find_map(|other| Some((other.form, foreign_to(found, other, forms)?)))
    }

    /// Returns the texts of its figures, by its first match.
    fn texts(&self, document: &Document) -> Vec<(usize, String)> {
        let Some(found) = self.readings.first() else { return Vec::new() };
        let grid = self.grid.map(|grid| &document.grids[grid]);
        let on_grid = found.slots.iter().map(|(position, slot)| {
            let cell = grid.and_then(|grid| grid.cell(slot.row, slot.left));
            (*position, cell.map_or_else(String::new, |cell| cell.text.to_string()))
        });
        on_grid.chain(found.pieces.iter().map(|(position, piece)| (*position, piece.text.clone()))).collect()
    }

    /// Returns whether two sightings of one table share a figure. Parts of a table split over pages share none.
    fn overlaps(&self, other: &Self) -> bool {
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
