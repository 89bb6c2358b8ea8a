//! Examples, earlier versions, hidden sheets and sums in a workbook, kept apart from the sheets of the report before
//! tables are joined. Otherwise a table that is unreadable on the report's sheet would be taken from a copy.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Role, role};
use super::{Event, FlowLine, sheet_of};
use crate::amount::{self, State};
use crate::document::{Document, Grid};
use crate::form::{Forms, titled_tables};

/// Least number of figures below the title of a table that make it a table: those of a row of table 4. A list of the
/// tables in the workbook has fewer.
const MIN_FIGURES: usize = 5;

/// Divides the events of a document by the role of their sheets, those of the report's own sheets first. Sheets of
/// another role are only kept apart if they repeat a table of the report. If all tables of the report are unreadable,
/// no report is made of the others.
pub(super) fn by_role(
    events: Vec<(FlowLine, Event)>,
    document: &Document,
    forms: &Forms,
) -> Vec<Vec<(FlowLine, Event)>> {
    let mut tables: BTreeMap<Role, BTreeSet<&str>> = BTreeMap::new();
    let mut roles: BTreeMap<usize, Role> = BTreeMap::new();
    for (line, event) in &events {
        let Event::Table(sighting) = event else { continue };
        let grid = sighting.grid.filter(|_| !document.is_running()).map(|grid| &document.grids[grid]);
        let role = grid.and_then(|grid| role::of_sheets(&[grid])).unwrap_or_default();
        roles.insert(sheet_of(line, document), role);
        tables.entry(role).or_default().insert(&sighting.table);
    }
    if roles.values().all(|role| *role == Role::Own) {
        return vec![events];
    }
    let read = tables.get(&Role::Own).cloned().unwrap_or_default();
    let unread: BTreeSet<&str> = document.grids.iter().flat_map(|grid| own_titles(grid, forms)).collect();
    let is_unread = read.is_empty() && !unread.is_empty();
    let own: BTreeSet<&str> = read.union(&unread).copied().collect();
    roles.retain(|_, role| is_unread || tables.get(role).is_some_and(|tables| !tables.is_disjoint(&own)));
    let mut parts: BTreeMap<Role, Vec<(FlowLine, Event)>> = BTreeMap::from([(Role::Own, Vec::new())]);
    for (line, event) in events {
        let role = roles.get(&sheet_of(&line, document)).copied().unwrap_or_default();
        parts.entry(role).or_default().push((line, event));
    }
    parts.into_iter().filter(|(role, _)| !is_unread || *role == Role::Own).map(|(_, events)| events).collect()
}

/// Returns the tables that have their title and figures on a sheet of the report itself.
fn own_titles<'f>(grid: &Grid, forms: &'f Forms) -> BTreeSet<&'f str> {
    if role::of_sheets(&[grid]).is_some() || role::is_sheet_left_aside(&grid.name) {
        return BTreeSet::new();
    }
    let figures = grid.cells().iter().filter(|cell| amount::read(&cell.text).state == State::Number);
    if figures.count() < MIN_FIGURES { BTreeSet::new() } else { titled_tables(grid, forms) }
}
