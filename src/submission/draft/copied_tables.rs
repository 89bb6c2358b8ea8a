//! Workbooks in which a table of a report occurs several times, such as after a sheet was copied.
//!
//! Reading ends a report where one of its tables begins again. The tables that occur once then belong to all of the
//! reports, and only the repeated one distinguishes them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Sighting};
use crate::amount::{self, State};
use crate::document::Document;

/// Gives each of several reports of one unit and year in a workbook the tables of which the workbook has only one. A
/// repeated table without figures makes no report of its own and gets none.
pub(super) fn share_tables(drafts: &mut [Draft], document: &Document) {
    if !document.grids.iter().any(|grid| grid.typed) {
        return;
    }
    let mut rest = drafts;
    while let Some((first, others)) = rest.split_first() {
        let count = 1 + others.iter().take_while(|other| first.may_include(other)).count();
        let (group, next) = rest.split_at_mut(count);
        share_in(group, document);
        rest = next;
    }
}

/// Shares the tables of reports that are of one unit and year.
fn share_in(group: &mut [Draft], document: &Document) {
    let mut holders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, draft) in group.iter().enumerate() {
        for seen in &draft.tables {
            holders.entry(&seen.table).or_default().insert(at);
        }
    }
    let is_single = |table: &str| holders.get(table).is_some_and(|holders| holders.len() == 1);
    let has_repeated = holders.values().any(|holders| holders.len() > 1);
    let (shared, own): (Vec<Vec<Sighting>>, Vec<Vec<Sighting>>) = group
        .iter()
        .map(|draft| draft.tables.iter().cloned().partition::<Vec<_>, _>(|seen| is_single(&seen.table)))
        .unzip();
    let shared: Vec<Sighting> = shared.into_iter().flatten().map(|seen| Sighting { is_shared: true, ..seen }).collect();
    let is_filled = |own: &Vec<Sighting>| own.iter().any(|seen| seen.is_filled(document));
    if !has_repeated || shared.is_empty() || !own.iter().any(is_filled) {
        return;
    }
    let mut named = Draft::default();
    for draft in group.iter() {
        named.inherit(draft);
    }
    for (draft, own) in group.iter_mut().zip(own) {
        if is_filled(&own) {
            draft.inherit(&named);
            draft.sheet = None;
            draft.tables = shared.iter().cloned().chain(own).collect();
        } else {
            draft.tables = own;
        }
    }
}

impl Draft {
    /// Returns whether another report in the document states no other unit and no other year. If both have a title, one
    /// without a year may be of any other year.
    fn may_include(&self, other: &Self) -> bool {
        let are_titled = !self.title_units.is_empty() && !other.title_units.is_empty();
        let mut units = other.title_units.iter().chain(&other.line_units);
        units.all(|unit| !self.differs(Some(unit), None))
            && (!are_titled || self.stated_year() == other.stated_year())
            && !self.differs(None, other.stated_year())
            && !self.is_other_sheet(other.sheet_unit.as_ref())
    }

    /// Takes the identity and the paragraphs of another report, where it has none itself.
    fn inherit(&mut self, other: &Self) {
        if self.title_units.is_empty() && self.line_units.is_empty() {
            self.title_units.clone_from(&other.title_units);
            self.line_units.clone_from(&other.line_units);
        }
        if self.stated_year().is_none() {
            self.title_year = other.stated_year();
        }
        self.revision = self.revision.max(other.revision);
        if self.paragraphs.is_empty() {
            self.paragraphs.clone_from(&other.paragraphs);
        }
    }
}

impl Sighting {
    /// Returns whether it has a text that is not zero.
    fn is_filled(&self, document: &Document) -> bool {
        let is_figure = |text: &str| {
            let read = amount::read(text);
            match read.state {
                State::Number => read.value.is_some_and(|value| !value.is_zero()),
                State::Text => true,
                _ => false,
            }
        };
        self.texts(document).iter().any(|(_, text)| is_figure(text))
    }
}
