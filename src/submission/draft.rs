//! Tables and marks of a document, put together into the reports they belong to.

use std::sync::Arc;

use super::identity::{Identity, Mark, Name, Origin, Says, year_in};
use super::{Report, figure};
use crate::document::{Document, Grid};
use crate::form::{Form, Forms, Found, recognise};

/// A report in the making: what it says of itself, and its tables.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title_unit: Option<String>,
    line_unit: Option<String>,
    title_year: Option<u16>,
    line_year: Option<u16>,
    period_year: Option<u16>,
    sheet_year: Option<u16>,
    sheet_unit: Option<String>,
    revision: u32,
    tables: Vec<Sighting>,
}

/// A table seen on a grid, as each form reads it.
#[derive(Debug, Clone)]
struct Sighting {
    grid: usize,
    top: u32,
    bottom: u32,
    /// The table's id, the same in every form.
    table: String,
    readings: Vec<Found>,
}

/// What happens on a sheet, in its order.
enum Event {
    Mark(Mark),
    Table(Sighting),
}

/// The reports of a document: one for each unit and year it holds; one without tables where it holds none.
pub(super) fn drafts(document: &Document, forms: &Forms, identity: &Identity) -> Vec<Draft> {
    let mut done = Vec::new();
    let mut open = Draft::default();
    for (at, grid) in document.grids.iter().enumerate() {
        let events = events(at, grid, forms, identity);
        if events.iter().any(|event| matches!(event, Event::Table(_))) {
            open.enter_sheet(&grid.name, &mut done);
        }
        for event in events {
            match event {
                Event::Mark(mark) => open.hear(mark.says, at, &mut done),
                Event::Table(sighting) => open.take(sighting, &grid.name, identity, &mut done),
            }
        }
    }
    if !open.tables.is_empty() || done.is_empty() {
        done.push(open);
    }
    done
}

fn events(at: usize, grid: &Grid, forms: &Forms, identity: &Identity) -> Vec<Event> {
    let mut sightings: Vec<Sighting> = Vec::new();
    for found in recognise(grid, forms) {
        let table = &forms.all[found.form].tables[found.table].id;
        let same = |seen: &&mut Sighting| seen.table == *table && seen.top <= found.bottom && found.top <= seen.bottom;
        if let Some(seen) = sightings.iter_mut().find(same) {
            (seen.top, seen.bottom) = (seen.top.min(found.top), seen.bottom.max(found.bottom));
            seen.readings.push(found);
        } else {
            let (top, bottom) = (found.top, found.bottom);
            sightings.push(Sighting { grid: at, top, bottom, table: table.clone(), readings: vec![found] });
        }
    }
    let mut events: Vec<Event> = identity.marks(grid).into_iter().map(Event::Mark).collect();
    events.extend(sightings.into_iter().map(Event::Table));
    events.sort_by_key(|event| match event {
        Event::Mark(mark) => (mark.row, 0),
        Event::Table(seen) => (seen.top, 1),
    });
    events
}

impl Draft {
    /// The unit names it states, best first.
    pub(super) fn names(&self) -> Vec<Name> {
        let name = |text: &Option<String>, origin| text.clone().map(|text| Name { text, origin });
        let stated =
            [(&self.title_unit, Origin::Title), (&self.line_unit, Origin::UnitLine), (&self.sheet_unit, Origin::Sheet)];
        stated.into_iter().filter_map(|(text, origin)| name(text, origin)).collect()
    }

    /// The year it states: title, 报告年度 line, statistical period, sheet name.
    pub(super) fn year(&self) -> Option<u16> {
        self.title_year.or(self.line_year).or(self.period_year).or(self.sheet_year)
    }

    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// A sheet named for another year than the report in hand opens the next report.
    fn enter_sheet(&mut self, sheet: &str, done: &mut Vec<Self>) {
        let year = year_in(sheet);
        let other = year.zip(self.year()).is_some_and(|(here, known)| here != known);
        if other && !self.tables.is_empty() {
            done.push(std::mem::take(self));
        }
        self.sheet_year = self.sheet_year.or(year);
    }

    fn hear(&mut self, says: Says, grid: usize, done: &mut Vec<Self>) {
        let seen_here = self.tables.iter().any(|seen| seen.grid == grid);
        match says {
            Says::Title { unit, year, revision } => {
                let differs = self.differs(unit.as_ref(), year);
                if differs && !self.tables.is_empty() {
                    done.push(std::mem::take(self));
                }
                self.title_unit = unit.or(self.title_unit.take());
                self.title_year = year.or(self.title_year);
                self.revision = self.revision.max(revision);
            }
            Says::Unit(unit) => {
                if !seen_here && !self.tables.is_empty() && self.differs(Some(&unit), None) {
                    done.push(std::mem::take(self));
                }
                if !seen_here || self.line_unit.is_none() {
                    self.line_unit = Some(unit);
                }
            }
            Says::Year(year) => {
                if !seen_here && !self.tables.is_empty() && self.differs(None, Some(year)) {
                    done.push(std::mem::take(self));
                }
                if !seen_here || self.line_year.is_none() {
                    self.line_year = Some(year);
                }
            }
            Says::Period(year) => self.period_year = self.period_year.or(Some(year)),
        }
    }

    /// Whether a unit or year is another than those known so far.
    fn differs(&self, unit: Option<&String>, year: Option<u16>) -> bool {
        let known = [&self.title_unit, &self.line_unit];
        let other_unit =
            unit.is_some_and(|unit| known.iter().any(|name| name.is_some()) && !known.contains(&&Some(unit.clone())));
        let other_year = year.zip(self.year()).is_some_and(|(here, known)| here != known);
        other_unit || other_year
    }

    /// A table the report has already, with rows of its own again, belongs to the next report.
    fn take(&mut self, sighting: Sighting, sheet: &Arc<str>, identity: &Identity, done: &mut Vec<Self>) {
        let again = self.tables.iter().any(|seen| seen.table == sighting.table && seen.overlaps(&sighting));
        if again {
            done.push(std::mem::take(self));
            self.sheet_year = year_in(sheet);
        }
        let one_sheet = self.tables.iter().all(|seen| seen.grid == sighting.grid);
        self.sheet_unit = if one_sheet { identity.unit_of_sheet(sheet) } else { None };
        self.tables.push(sighting);
    }

    /// Reads the figures by the form that fits; `None` where there is no table.
    pub(super) fn report(&self, document: &Document, forms: &Forms, year: Option<u16>) -> Option<Report> {
        if self.tables.is_empty() {
            return None;
        }
        let form_at = self.form(forms, year);
        let form = &forms.all[form_at];
        let readings = || {
            self.tables.iter().flat_map(|seen| {
                let of_form = seen.readings.iter().filter(move |found| found.form == form_at);
                of_form.map(move |found| (&document.grids[seen.grid], found))
            })
        };
        let mut report = Report {
            form: form_at,
            figures: figure::absent(form),
            tables: vec![false; form.tables.len()],
            combined: false,
            loose: Vec::new(),
        };
        for (grid, found) in readings() {
            report.tables[found.table] = true;
            report.combined |= found.combined;
            report.loose.extend(found.loose.iter().map(|loose| (grid.name.clone(), loose.clone())));
            figure::read_into(&mut report.figures, form, grid, &found.slots);
        }
        report.tables.contains(&true).then_some(report)
    }

    /// The form that explains most of the first table; where that says nothing, of all; where both fit, the year's.
    fn form(&self, forms: &Forms, year: Option<u16>) -> usize {
        let of_year = forms.for_year(year.unwrap_or(u16::MAX));
        let count = |form: usize, first_only: bool| -> usize {
            let wanted = |form: &Form, table: usize| !first_only || table == 0 && !form.tables.is_empty();
            let found = self.tables.iter().flat_map(|seen| &seen.readings).filter(|found| found.form == form);
            found.filter(|found| wanted(&forms.all[form], found.table)).map(|found| found.slots.len()).sum()
        };
        let score = |form: usize| (count(form, true), count(form, false), usize::from(form == of_year));
        (0..forms.all.len()).max_by_key(|form| score(*form)).unwrap_or(of_year)
    }
}

impl Sighting {
    /// Whether two sightings of one table have a figure in common; parts of a table split over pages have none.
    fn overlaps(&self, other: &Self) -> bool {
        let both = |a: &Found, b: &Found| {
            a.form == b.form && a.slots.iter().any(|(position, _)| b.slots.iter().any(|(again, _)| again == position))
        };
        self.readings.iter().any(|a| other.readings.iter().any(|b| both(a, b)))
    }
}
