//! Assembly of a document's tables and identity marks into reports.

mod copied_tables;
mod sheet_roles;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::events::{Event, ONE_SHEET, Sighting, events};
use super::identity::{Identity, IdentityMark, Name, Origin, Says, signature};
use super::narrative::{Narrative, NarrativeParagraph, most_frequent_year};
use super::sheet_text::SheetText;
use super::tables::{read_other_form, read_table};
use super::years::report_year_in;
use super::{ConflictingYears, Report, figure};
use crate::document::Document;
use crate::form::{FlowLine, Form, Forms, labelled_tables};
use crate::place::Place;
use crate::roster::NameWords;

/// A report under construction: its identity, its tables and its paragraphs.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title_units: Vec<String>,
    line_units: Vec<String>,
    published_units: Vec<String>,
    /// Marks of a sheet above its first table, until that table shows which report they belong to.
    pending: Vec<Pending>,
    /// The last sheet without tables that states the name of its unit.
    named_sheet: Option<usize>,
    title_year: Option<u16>,
    line_year: Option<u16>,
    /// The year of a 报告年度 line that is no date, and its cell.
    stated_line: Option<(u16, Option<Place>)>,
    /// The cell of the title that states the year.
    title_place: Option<Place>,
    period_year: Option<u16>,
    sheet_year: Option<u16>,
    /// The name of the sheet, if all its tables are on one sheet.
    sheet: Option<Arc<str>>,
    /// The unit that one of its sheets is named after.
    sheet_unit: Option<String>,
    revision: u32,
    tables: Vec<Sighting>,
    /// Its paragraphs, each with the index of its sheet.
    paragraphs: Vec<(usize, NarrativeParagraph)>,
}

/// A mark or paragraph of a sheet above its first table.
#[derive(Debug)]
enum Pending {
    Mark(IdentityMark),
    Paragraph(usize, NarrativeParagraph),
}

/// Returns the reports of a document, one for each unit and year; a single one without tables if there is none.
pub(super) fn drafts(document: &Document, forms: &Forms, texts: &SheetText<'_>) -> Vec<Draft> {
    let events = events(document, forms, texts);
    let with_tables = sheets_of_tables(&events, document);
    let is_owner = |event: &Event| matches!(event, Event::Mark(mark) if matches!(mark.says, Says::Title { unit: Some(_), .. } | Says::Unit(_)));
    let owners = events.iter().filter(|(_, event)| is_owner(event)).map(|(line, _)| sheet_of(line, document));
    let with_owner: BTreeSet<usize> = with_tables.iter().copied().chain(owners).collect();
    let mut done = Vec::new();
    for events in sheet_roles::by_role(events, document, forms) {
        let mut of_role = drafts_of(events, document, &with_tables);
        copied_tables::share_tables(&mut of_role, document);
        done.append(&mut of_role);
    }
    done.sort_by_key(Draft::first_sheet);
    // Paragraphs on a sheet that has no tables and names no unit may belong to any of several reports.
    if done.len() > 1 {
        for draft in &mut done {
            draft.paragraphs.retain(|(sheet, _)| with_owner.contains(sheet));
        }
    }
    done
}

/// Returns the sheet on which an event happens, by index.
fn sheet_of(line: &FlowLine, document: &Document) -> usize {
    if document.is_running() { ONE_SHEET } else { line.after }
}

/// Returns the sheets with tables.
fn sheets_of_tables(events: &[(FlowLine, Event)], document: &Document) -> BTreeSet<usize> {
    let of_tables = events.iter().filter(|(_, event)| matches!(event, Event::Table(_)));
    of_tables.map(|(line, _)| sheet_of(line, document)).collect()
}

/// Returns the reports in a document's events.
fn drafts_of(events: Vec<(FlowLine, Event)>, document: &Document, with_tables: &BTreeSet<usize>) -> Vec<Draft> {
    let mut done = Vec::new();
    let mut open = Draft::default();
    for (line, event) in events {
        let sheet = sheet_of(&line, document);
        match event {
            Event::Sheet(grid) => open.enter_sheet(&document.grids[grid].name, &mut done),
            Event::Mark(mark) => {
                if let Says::Title { unit: Some(unit), .. } | Says::Unit(unit) = &mark.says {
                    open.note_named_sheet(unit, sheet, with_tables);
                }
                open.apply_mark(mark, sheet, &mut done);
            }
            Event::Paragraph(paragraph) => open.push_paragraph(sheet, paragraph),
            Event::Table(sighting) => {
                open.add_table(sighting, document, &mut done);
            }
        }
    }
    open.apply_pending();
    if !open.tables.is_empty() || done.is_empty() {
        done.push(open);
    }
    done
}

impl Draft {
    /// Returns the unit names that it states, strongest origin first.
    pub(super) fn names(&self) -> Vec<Name> {
        let of_sheet: Vec<String> = self.sheet.as_deref().and_then(Identity::unit_of_sheet).into_iter().collect();
        let signed: Vec<String> =
            signature(self.paragraphs.iter().map(|(_, paragraph)| paragraph.text.as_str())).into_iter().collect();
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

    /// Returns the years of the title and of the 报告年度 line if they differ.
    pub(super) fn conflicting_years(&self) -> Option<ConflictingYears> {
        let (title, (line, line_place)) = (self.title_year?, self.stated_line.clone()?);
        let places = self.title_place.iter().cloned().chain(line_place).collect();
        (title != line).then_some(ConflictingYears { title, line, places })
    }

    /// Returns its text by sections, and the year that it states, else the year it mentions most often.
    pub(super) fn narrative_and_year(&self, texts: &SheetText<'_>) -> (Narrative, Option<u16>) {
        let paragraphs = || self.paragraphs.iter().map(|(_, paragraph)| paragraph);
        let title = paragraphs().map(|paragraph| &paragraph.text).find(|text| texts.identity.title(text).is_some());
        let period = paragraphs().find(|paragraph| texts.identity.states_period(&paragraph.text));
        let narrative = texts.words.narrative(paragraphs(), title.cloned(), period.cloned());
        let year = self.stated_year().or_else(|| most_frequent_year(&narrative.years));
        (narrative, year)
    }

    /// Returns the grids of the tables that it shares with no other report, by index.
    pub(super) fn grids(&self) -> Vec<usize> {
        self.tables.iter().filter(|seen| !seen.is_shared).filter_map(|seen| seen.grid).collect()
    }

    /// Returns the first sheet with a table that it shares with no other report, by index.
    fn first_sheet(&self) -> Option<usize> {
        self.tables.iter().filter(|seen| !seen.is_shared).map(|seen| seen.sheet).min()
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
    fn apply_mark(&mut self, mark: IdentityMark, sheet: usize, done: &mut Vec<Self>) {
        let seen_here = self.tables.iter().any(|seen| seen.sheet == sheet);
        let differs = match &mark.says {
            Says::Title { unit, year, .. } => self.differs(unit.as_ref(), *year),
            Says::Unit(unit) => !seen_here && self.differs(Some(unit), None),
            Says::Year(year) | Says::DateYear(year) => !seen_here && self.differs(None, Some(*year)),
            Says::Period(_) | Says::Published(_) => false,
        };
        if differs && !self.tables.is_empty() {
            self.finish(done);
        }
        if self.tables.is_empty() || seen_here || self.named_sheet == Some(sheet) {
            self.apply(mark, seen_here);
        } else {
            self.pending.push(Pending::Mark(mark));
        }
    }

    /// Finishes the current report. Marks pending since its last table go to the next one.
    fn finish(&mut self, done: &mut Vec<Self>) {
        let pending = std::mem::take(&mut self.pending);
        done.push(std::mem::take(self));
        self.resume(pending);
    }

    fn apply_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.resume(pending);
    }

    fn resume(&mut self, pending: Vec<Pending>) {
        for pending in pending {
            match pending {
                Pending::Mark(mark) => self.apply(mark, false),
                Pending::Paragraph(sheet, paragraph) => self.paragraphs.push((sheet, paragraph)),
            }
        }
    }

    fn apply(&mut self, mark: IdentityMark, seen_here: bool) {
        let add = |units: &mut Vec<String>, unit: String| {
            if !units.contains(&unit) {
                units.push(unit);
            }
        };
        let IdentityMark { place, says, .. } = mark;
        match says {
            Says::Title { unit, year, revision } => {
                if let Some(unit) = unit {
                    add(&mut self.title_units, unit);
                }
                if year.is_some() {
                    (self.title_year, self.title_place) = (year, place);
                }
                self.revision = self.revision.max(revision);
            }
            Says::Unit(unit) if !seen_here || self.line_units.is_empty() => add(&mut self.line_units, unit),
            Says::Published(unit) => add(&mut self.published_units, unit),
            Says::Year(year) if !seen_here || self.line_year.is_none() => {
                (self.line_year, self.stated_line) = (Some(year), Some((year, place)));
            }
            Says::DateYear(year) if !seen_here || self.line_year.is_none() => self.line_year = Some(year),
            Says::Unit(_) | Says::Year(_) | Says::DateYear(_) => {}
            Says::Period(year) => self.period_year = self.period_year.or(Some(year)),
        }
    }

    /// Adds a paragraph. If the sheet has no table yet, it is kept pending, because it may belong to either report.
    fn push_paragraph(&mut self, sheet: usize, paragraph: NarrativeParagraph) {
        let is_own = self.tables.is_empty() || self.tables.iter().any(|seen| seen.sheet == sheet);
        if is_own || sheet == ONE_SHEET || self.named_sheet == Some(sheet) {
            self.paragraphs.push((sheet, paragraph));
        } else {
            self.pending.push(Pending::Paragraph(sheet, paragraph));
        }
    }

    /// Notes that a sheet without tables states the unit's name, so that its paragraphs belong to this report.
    fn note_named_sheet(&mut self, unit: &str, sheet: usize, with_tables: &BTreeSet<usize>) {
        let words = NameWords::official();
        let mut known = self.title_units.iter().chain(&self.line_units);
        let is_own = words.is_unit(unit) && known.any(|name| words.is_unit(name) && words.may_be_same(name, unit));
        if is_own && !with_tables.contains(&sheet) {
            self.named_sheet = Some(sheet);
        }
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
            unread: BTreeSet::new(),
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

    /// Returns the tables that a report lacks and that have labels in its document, or, if that has several reports, on
    /// its sheets.
    pub(super) fn unread_tables(
        &self,
        report: &Report,
        (document, is_only): (&Document, bool),
        forms: &Forms,
    ) -> BTreeSet<usize> {
        if report.tables.iter().all(|found| *found) {
            return BTreeSet::new();
        }
        let own: BTreeSet<usize> = self.grids().into_iter().collect();
        let grids = || own.iter().map(|at| document.grids[*at].clone()).collect();
        let on_sheets = (!is_only).then(|| Document { grids: grids(), ..Document::default() });
        let labelled = labelled_tables(on_sheets.as_ref().unwrap_or(document), report.form, forms);
        labelled.into_iter().filter(|table| !report.tables[*table]).collect()
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
            let found = seen.readings.iter().filter(|found| found.form == form);
            found.map(|found| if year.is_some() { found.positions().count() } else { found.weight() }).sum()
        };
        let is_own = |seen: &Sighting| {
            let others = (0..forms.all.len()).filter(|form| *form != of_year);
            others.map(|form| of_table(form, seen)).max().unwrap_or(0) < of_table(of_year, seen)
        };
        // No report contains a table of a later form, so without a year the newest form is treated the same way.
        if self.tables.iter().any(is_own) {
            return of_year;
        }
        // Without a year, uncertain figures show the form as well: only one of the forms has their rows and headings.
        let uncertain = |form: usize| -> usize {
            let found = self.tables.iter().flat_map(|seen| &seen.readings).filter(|found| found.form == form);
            found.filter(|found| found.table == 0 && year.is_none()).map(|found| found.positions().count()).sum()
        };
        let score = |form: usize| (count(form, true), count(form, false), uncertain(form), form == of_year);
        // A form is not used for years before it was introduced.
        let may_be = |form: &usize| year.is_none_or(|year| forms.all[*form].first_year <= year);
        (0..forms.all.len()).filter(may_be).max_by_key(|form| score(*form)).unwrap_or(of_year)
    }
}
