//! Recognition of a form's tables on a grid by their labels. Rows and columns that do not match are left out, never
//! shifted.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::label::{Index, Item, Match};
use super::table_match::{Hit, TableMatch, Unassigned};
use super::token::{FlowLine, TokenKind};
use super::tokenize::{self, Recognised};
use super::{Form, Forms, Layout};
use super::{across, flow, matrix, misspelt, transposed};
use crate::document::{Cell, CellKind, Document, Grid};

/// Least number of a table's labels that show that the table is there. A sentence may have one or two of them.
const MIN_LABELS: usize = 4;

/// Returns every table of every form on the grid, top to bottom for each table.
///
/// Unless sums decide between several readings, the result depends on the positions and texts of labels, on which cells
/// have figures and on merged cells, but not on the values of figures. A sheet with a cached layout is therefore not
/// searched again.
#[must_use]
pub fn recognise(grid: &Grid, forms: &Forms) -> Vec<Arc<TableMatch>> {
    if let Some(found) = forms.layouts.recall(grid, &forms.index) {
        return found;
    }
    let labels = hits(grid, &forms.index);
    let found: Vec<Arc<TableMatch>> = search(grid, forms, &labels).into_iter().map(Arc::new).collect();
    if !found.is_empty() && found.iter().all(|found| found.is_stable) {
        forms.layouts.keep(grid, &forms.index, &labels, &found);
    }
    found
}

pub(super) fn search(grid: &Grid, forms: &Forms, labels: &[Hit<'_>]) -> Vec<TableMatch> {
    if labels.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (form_at, form) in forms.all.iter().enumerate() {
        for table_at in 0..form.tables.len() {
            found.extend(find_table(grid, form, (form_at, table_at), labels));
        }
    }
    let find =
        |turned: &Grid, at: (usize, usize)| find_table(turned, &forms.all[at.0], at, &hits(turned, &forms.index));
    transposed::add(grid, forms, labels, &mut found, &find);
    bound(&mut found);
    for found in &mut found {
        let of_years = found.by_year.iter_mut().flat_map(|(_, slots)| slots);
        for (_, slot) in found.slots.iter_mut().chain(of_years) {
            let is_merged = grid.is_merged(slot.row, slot.left, slot.right);
            slot.cells = (!is_merged).then(|| grid.between(slot.row, slot.left, slot.right));
        }
    }
    found
}

/// Removes unassigned columns of one table that belong to another table beside it.
fn bound(found: &mut [TableMatch]) {
    let extent = |found: &TableMatch| {
        let columns = found.slots.iter().map(|(_, slot)| (slot.left, slot.right));
        let (left, right) = columns.fold((u32::MAX, 0), |(left, right), slot| (left.min(slot.0), right.max(slot.1)));
        (found.form, found.table, found.top, found.bottom, left, right)
    };
    let extents: Vec<_> = found.iter().map(extent).collect();
    for (found, own) in found.iter_mut().zip(&extents) {
        let beside = extents.iter().filter(|other| {
            (own.0, own.2 <= other.3, other.2 <= own.3) == (other.0, true, true)
                && own.1 != other.1
                && other.4 <= other.5
        });
        for (_, _, _, _, left, right) in beside.into_iter().filter(|other| other.4 > own.5 || other.5 < own.4) {
            found.unassigned.retain(
                |unassigned| !matches!(unassigned, Unassigned::Column { column } if (left..=right).contains(&column)),
            );
            if *left > own.5 {
                found.until = found.until.min(*left);
            }
        }
    }
}

/// Returns every table of every form in the text flow of a document: its paragraphs, and rows of its tables in which
/// nothing was recognised. Each comes with the line on which it begins.
#[must_use]
pub fn recognise_flow(document: &Document, forms: &Forms, recognised: &Recognised<'_>) -> Vec<(FlowLine, TableMatch)> {
    let (lines, tokens) = tokenize::flow(document, &forms.index, recognised);
    let mut found = Vec::new();
    for (form_at, form) in forms.all.iter().enumerate() {
        for table_at in 0..form.tables.len() {
            found.extend(flow::find((form, &forms.index), (form_at, table_at), &tokens));
        }
    }
    let line = |found: &TableMatch| lines.get(found.top as usize).copied();
    found.into_iter().filter_map(|found| Some((line(&found)?, found))).collect()
}

fn find_table(grid: &Grid, form: &Form, (form_at, table_at): (usize, usize), hits: &[Hit<'_>]) -> Vec<TableMatch> {
    let here: Vec<&Hit<'_>> = hits.iter().filter(|hit| hit.meanings(form_at, table_at).next().is_some()).collect();
    let across = form.tables[table_at].blocks.iter().any(|block| block.layout == Layout::Across);
    if across {
        across::find(grid, form, (form_at, table_at), &here)
    } else {
        let is_own = |hit: &&Hit<'_>| !continues_another(form, (form_at, table_at), hit, hits);
        let here: Vec<&Hit<'_>> = here.into_iter().filter(is_own).collect();
        matrix::find(grid, form, (form_at, table_at), &here)
    }
}

/// Returns whether a label, such as that of a total, continues another table's column headings that are printed below
/// each other, because that table has rows and columns swapped.
fn continues_another(form: &Form, at: (usize, usize), hit: &Hit<'_>, hits: &[Hit<'_>]) -> bool {
    let is_heading =
        |hit: &Hit<'_>, table: usize| hit.meanings(at.0, table).any(|(_, item)| matches!(item, Item::Column(_)));
    let above = hit.row.checked_sub(1).and_then(|row| {
        hits.binary_search_by_key(&(row, hit.left), |other| (other.row, other.left)).ok().map(|found| &hits[found])
    });
    let is_other = |table: usize, above: &Hit<'_>| {
        table != at.1
            && is_heading(hit, table)
            && is_heading(above, table)
            && above.meanings(at.0, at.1).next().is_none()
    };
    above.is_some_and(|above| (0..form.tables.len()).any(|table| is_other(table, above)))
}

/// Returns the cells of a grid that are labels, in order.
pub(super) fn hits<'a>(grid: &'a Grid, index: &'a Index) -> Vec<Hit<'a>> {
    let hit = |cell: &'a Cell| {
        let right = index.find(&cell.text);
        let is_misspelt = right.is_none();
        let wrong = || index.misspelt(&cell.text).map(|meanings| Match { meanings, numbered: false });
        let found = right.or_else(wrong)?;
        let right = grid.region(cell.row, cell.column).map_or(cell.column, |region| region.right);
        Some(Hit { row: cell.row, left: cell.column, right, text: &cell.text, found, is_misspelt })
    };
    let all = grid.cells().iter().filter(|cell| cell.kind == CellKind::Text).filter_map(hit).collect();
    misspelt::confirm(if grid.table.is_some() { all } else { joined(grid, all) })
}

/// Returns the ids of the tables that have their title on a grid, whether the tables can be read or not.
pub(crate) fn titled_tables<'f>(grid: &Grid, forms: &'f Forms) -> BTreeSet<&'f str> {
    let meanings = hits(grid, &forms.index).into_iter().flat_map(|hit| hit.found.meanings);
    let titles = meanings.filter(|meaning| meaning.item == Item::Title);
    titles.map(|title| forms.all[title.form].tables[title.table].id.as_str()).collect()
}

/// Returns the tables of a form, by index, that have several labels of their own in a document, whether they can be read
/// or not.
pub(crate) fn labelled_tables(document: &Document, form: usize, forms: &Forms) -> BTreeSet<usize> {
    let (_, tokens) = tokenize::flow(document, &forms.index, &Recognised::NONE);
    let mut labels: BTreeSet<(usize, usize, Item)> = BTreeSet::new();
    for token in &tokens {
        let TokenKind::Label(meanings, ..) = &token.piece else { continue };
        let mut meanings = meanings.iter().filter(|meaning| meaning.form == form);
        if let Some(first) = meanings.next()
            && meanings.all(|other| other.table == first.table)
        {
            labels.insert((first.table, first.block, first.item));
        }
    }
    let count = |table: usize| labels.iter().filter(|(of, ..)| *of == table).count();
    (0..forms.all[form].tables.len()).filter(|table| count(*table) >= MIN_LABELS).collect()
}

/// Joins equal labels in adjacent cells, which remain when a merged region is split and filled. A heading repeated
/// below itself in such a table is removed.
fn joined<'a>(grid: &Grid, hits: Vec<Hit<'a>>) -> Vec<Hit<'a>> {
    let mut joined: Vec<Hit<'a>> = Vec::with_capacity(hits.len());
    for hit in hits {
        match joined.last_mut() {
            Some(last) if (last.row, last.right + 1, last.text) == (hit.row, hit.left, hit.text) => {
                last.right = hit.right;
            }
            _ => joined.push(hit),
        }
    }
    let is_wide = |hit: &&Hit<'_>| grid.region(hit.row, hit.left).is_none() && hit.right > hit.left;
    let filled: Vec<u32> = joined.iter().filter(is_wide).map(|hit| hit.row).collect();
    let is_below = |hit: &Hit<'_>| {
        let row_above = hit.row.checked_sub(1).filter(|row| filled.binary_search(row).is_ok());
        let above = row_above.and_then(|row| grid.cell(row, hit.left));
        hit.may_head_a_column() && above.is_some_and(|above| above.text == hit.text)
    };
    joined.retain(|hit| !is_below(hit));
    joined
}
