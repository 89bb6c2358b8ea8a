//! Tables with one line of figures: the form's rows are side by side, each with all its columns below its own heading.

use std::ops::RangeInclusive;

use super::aligned::{Alignment, Span, Way, align};
use super::label::Item;
use super::oddity::Oddity;
use super::reading::{self, Choice, Slots, unplaced};
use super::table_match::{Hit, Slot, TableMatch, TextValue, Unassigned, is_figure, is_numbering};
use super::year_rows::{RowYear, year_rows};
use super::{Block, Form};
use crate::document::{Cell, CellKind, Grid};
use crate::spelling::key;

/// Rows over which a heading may be spread, including its first.
const HEADING_ROWS: u32 = 4;
/// Most rows from the headings down to the first line of figures.
const GAP: u32 = 3;

/// A column heading: its column of the block, its row of the form if it names one, and the grid columns that it covers.
#[derive(Debug, Clone, Copy)]
struct AcrossHeading {
    /// `None` if the form has no such column.
    column: Option<usize>,
    /// The row of the form that the heading itself names.
    owner: Option<usize>,
    row: u32,
    left: u32,
    right: u32,
}

impl AcrossHeading {
    fn covers(&self, column: u32) -> bool {
        (self.left..=self.right).contains(&column)
    }
}

/// Returns all occurrences of one table on the grid.
pub(super) fn find(grid: &Grid, form: &Form, at: (usize, usize), hits: &[&Hit<'_>]) -> Vec<TableMatch> {
    let Some(block) = form.tables[at.1].blocks.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut rest = hits;
    while let Some(first) = rest.iter().position(|hit| names_row(hit, at)) {
        let end = first + count_of_headings(grid, at, &rest[first..]);
        let next = rest.get(end).map(|hit| hit.row);
        found.extend(find_one(grid, form, at, block, (&rest[first..end], next)));
        rest = &rest[end..];
    }
    found
}

fn names_row(hit: &Hit<'_>, at: (usize, usize)) -> bool {
    hit.meanings(at.0, at.1).any(|(_, item)| matches!(item, Item::Row(_) | Item::Cell(..)))
}

/// Returns how many of the labels are headings of one table: those in the first rows, up to a line of figures below
/// them. If the figures are blank, they end at a row label below a column heading, because that begins the next table.
fn count_of_headings(grid: &Grid, at: (usize, usize), hits: &[&Hit<'_>]) -> usize {
    let top = hits.first().map_or(0, |hit| hit.row);
    let mut end = 0;
    for row in hits.chunk_by(|one, next| one.row == next.row).take_while(|row| row[0].row < top + HEADING_ROWS) {
        let above = &hits[..end];
        let covered = |column: u32| above.iter().any(|hit| (hit.left..=hit.right).contains(&column));
        let figures =
            |row: u32| grid.row(row).iter().filter(|cell| covered(cell.column) && is_figure(cell)).count() > 1;
        let between = above.last().map_or(0..0, |last| last.row + 1..row[0].row);
        let is_column =
            |hit: &Hit<'_>| hit.meanings(at.0, at.1).any(|(_, item)| matches!(item, Item::Column(_) | Item::Cell(..)));
        let heads = |column: u32| above.iter().any(|hit| is_column(hit) && (hit.left..=hit.right).contains(&column));
        let mut rows = row.iter().filter(|hit| names_row(hit, at));
        let is_next = rows.clone().next().is_some() && between.into_iter().any(figures);
        if is_next || rows.any(|hit| heads(hit.left)) {
            break;
        }
        end += row.len();
    }
    end
}

/// Returns the table of these headings; `next` is the row of the next label below them.
fn find_one(
    grid: &Grid,
    form: &Form,
    at: (usize, usize),
    block: &Block,
    (hits, next): (&[&Hit<'_>], Option<u32>),
) -> Option<TableMatch> {
    let (mut columns, rows) = headings_and_labels(at, hits);
    // Headings that share a column come from a table pasted as text, and the cells below them are not theirs.
    if columns.windows(2).any(|pair| pair[1].left <= pair[0].right) {
        return None;
    }
    let (top, headings_end) = (hits.first()?.row, columns.iter().map(|headed| headed.row).max()?);
    add_unknown(grid, top..=headings_end, &mut columns);
    let named = columns.iter().filter(|headed| headed.column.is_some()).count();
    name_cut(grid, block, &rows, &mut columns);
    let is_plain = named == columns.len();
    let owners = owners(block, &columns, &rows)?;
    let line = FigureLine { grid, form, table: at.1, columns: &columns, owners: &owners };
    let first_column = columns.first()?.left;
    let years = year_rows(grid, headings_end + 1..=headings_end.saturating_add(GAP + 1), first_column);
    let this_year = years.iter().find(|(_, year)| *year == RowYear::This).map(|(row, _)| *row);
    let candidates = match (this_year, years.as_slice()) {
        (Some(row), _) => vec![row],
        (None, []) => figures_rows(grid, headings_end, &columns, next),
        (None, years) => years.iter().map(|(row, _)| *row).collect(),
    };
    let (first, last) = (*candidates.first()?, *candidates.last()?);
    let Read { mut slots, pieces, by_year, by_sums, is_weighed } =
        if years.is_empty() || this_year.is_some() { line.read(&candidates) } else { line.read_years(&years) };
    slots.sort_by_key(|(position, _)| *position);
    let is_numbered = (headings_end + 1..first).any(|row| grid.row(row).iter().any(is_figure));
    let has_labels = (headings_end + 1..=last).any(|row| grid.row(row).iter().any(|cell| cell.column < first_column));
    let is_settled = is_weighed || !years.is_empty() || line.is_moved(first);
    let unassigned = if is_settled { Vec::new() } else { unassigned(grid, last, &columns) };
    let found = TableMatch {
        form: at.0,
        table: at.1,
        top,
        bottom: last,
        reach: last.saturating_add(1).max(headings_end.saturating_add(GAP)),
        slots,
        pieces,
        by_year,
        is_stable: !is_settled && unassigned.is_empty() && !is_numbered && is_plain && !has_labels,
        unassigned,
        unclaimed: Vec::new(),
        until: u32::MAX,
        combined: false,
        headings: Vec::new(),
        by_sums,
    };
    let holds_any = found.positions().next().is_some();
    holds_any.then_some(found)
}

/// Returns the column headings, left to right, and the row labels with the columns they cover.
fn headings_and_labels(at: (usize, usize), hits: &[&Hit<'_>]) -> (Vec<AcrossHeading>, Vec<(usize, u32, u32)>) {
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    for hit in hits {
        for (_, item) in hit.meanings(at.0, at.1) {
            let headed =
                |column, owner| AcrossHeading { column, owner, row: hit.row, left: hit.left, right: hit.right };
            match item {
                Item::Column(column) => columns.push(headed(Some(column), None)),
                Item::Cell(row, column) => columns.push(headed(Some(column), Some(row))),
                Item::Row(row) => rows.push((row, hit.left, hit.right)),
                _ => {}
            }
        }
    }
    columns.sort_by_key(|headed| headed.left);
    (columns, rows)
}

/// Adds text cells between the headings, in their rows, that match no heading of the form: a truncated heading, or a
/// column that the form does not have. In a table of a document they may also follow the last heading.
fn add_unknown(grid: &Grid, rows: RangeInclusive<u32>, columns: &mut Vec<AcrossHeading>) {
    let (Some(first), Some(last)) = (columns.first().map(|headed| headed.left), columns.last()) else { return };
    let right = if grid.table.is_some() { u32::MAX } else { last.right };
    for row in rows {
        for cell in grid.row(row).iter().filter(|cell| cell.kind == CellKind::Text && !cell.text.trim().is_empty()) {
            let end = grid.region(row, cell.column).map_or(cell.column, |region| region.right);
            let is_free = !columns.iter().any(|headed| headed.left <= end && cell.column <= headed.right);
            if is_free && first < cell.column && cell.column <= right && !is_figure(cell) {
                columns.push(AcrossHeading { column: None, owner: None, row, left: cell.column, right: end });
            }
        }
    }
    columns.sort_by_key(|headed| headed.left);
}

/// Identifies truncated headings. Each must be the beginning of exactly one heading that its group lacks.
fn name_cut(grid: &Grid, block: &Block, rows: &[(usize, u32, u32)], columns: &mut [AcrossHeading]) {
    let width = block.columns.len();
    let is_whole = columns.len() == width * block.rows.len();
    let group = |(at, headed): (usize, &AcrossHeading)| if is_whole { Some(at / width) } else { owner(headed, rows) };
    let groups: Vec<Option<usize>> = columns.iter().enumerate().map(group).collect();
    let is_beginning = |headed: &AcrossHeading, column: usize| {
        let text = grid.cell(headed.row, headed.left).map_or_else(String::new, |cell| key(&cell.text));
        text.chars().count() > 1 && key(&block.columns[column].label).starts_with(&text)
    };
    let mut named = Vec::new();
    for (at, headed) in columns.iter().enumerate().filter(|(_, headed)| headed.column.is_none()) {
        let of_group =
            || columns.iter().zip(&groups).filter(|(_, group)| **group == groups[at]).map(|(other, _)| other);
        let is_lacking = |column: &usize| of_group().all(|other| other.column != Some(*column));
        let lacking: Vec<usize> =
            (0..width).filter(is_lacking).filter(|column| is_beginning(headed, *column)).collect();
        let [column] = lacking.as_slice() else { continue };
        let candidates = of_group().filter(|other| other.column.is_none() && is_beginning(other, *column)).count();
        named.extend((candidates == 1).then_some((at, *column)));
    }
    for (at, column) in named {
        columns[at].column = Some(column);
    }
}

/// The headings of a table with one line of figures, and the row of the form that each belongs to.
struct FigureLine<'a> {
    grid: &'a Grid,
    form: &'a Form,
    table: usize,
    columns: &'a [AcrossHeading],
    owners: &'a [Option<usize>],
}

/// The figures of a table.
#[derive(Default)]
struct Read {
    slots: Slots,
    pieces: Vec<(usize, TextValue)>,
    by_year: Vec<(u16, Slots)>,
    by_sums: Vec<Oddity>,
    /// Whether the result depends on the values of the figures, or is uncertain.
    is_weighed: bool,
}

impl FigureLine<'_> {
    fn align(&self, row: u32, is_labelled: bool) -> Alignment {
        let spans: Vec<_> = self.columns.iter().map(|headed| (headed.left, headed.right)).collect();
        // A year or name before the figures is not a figure.
        let first = spans.first().map_or(0, |(left, _)| *left);
        let has_figures = || self.grid.row(row).iter().any(|cell| cell.column < first && is_figure(cell));
        align(self.grid, row, first.checked_sub(1).filter(|_| is_labelled || !has_figures()), &spans)
    }

    /// Reads the line of figures, which is one of these rows.
    fn read(&self, rows: &[u32]) -> Read {
        let choices: Vec<Choice> = self.choice(rows).into_iter().collect();
        let (mut slots, mut pieces) = match rows {
            [row, ..] if choices.is_empty() => self.only(*row),
            _ => Default::default(),
        };
        let is_weighed = !choices.is_empty() || !pieces.is_empty();
        let settled = reading::resolve(self.grid, self.form, &[], choices);
        slots.extend(settled.slots);
        pieces.extend(settled.pieces);
        Read { slots, pieces, by_year: Vec::new(), by_sums: settled.by_sums, is_weighed }
    }

    /// Reads a line of figures for each year. If two have the same year, neither is certain.
    fn read_years(&self, years: &[(u32, RowYear)]) -> Read {
        let mut by_year: Vec<(u16, Slots)> = Vec::new();
        for (row, year) in years {
            let RowYear::Stated(year) = *year else { continue };
            let is_once = years.iter().filter(|(_, other)| *other == RowYear::Stated(year)).count() == 1;
            if let Alignment::Certain(way) = self.align(*row, true)
                && is_once
                && self.owners.iter().all(Option::is_some)
            {
                by_year.push((year, self.slots(*row, &way)));
            }
        }
        let rows: Vec<u32> = years.iter().map(|(row, _)| *row).collect();
        Read { by_year, pieces: self.unplaced(&rows), is_weighed: true, ..Read::default() }
    }

    /// Returns the joined texts of these rows for each figure, with a doubt.
    fn unplaced(&self, rows: &[u32]) -> Vec<(usize, TextValue)> {
        let Some(first) = rows.first() else { return Vec::new() };
        let texts: Vec<String> = rows.iter().map(|row| self.text(*row)).collect();
        let pieces = unplaced(self.grid, &self.slots(*first, &self.below()), None).into_iter();
        pieces.map(|(at, piece)| (at, TextValue { text: texts.join(" | "), ..piece })).collect()
    }

    /// Returns the slots for one assignment of a row's values. A heading that occurs twice for one row of the form
    /// gives none.
    fn slots(&self, row: u32, way: &Way) -> Slots {
        let assigned = || self.owners.iter().zip(self.columns);
        let slot = |(at, span): (usize, &Option<Span>)| {
            let (owner, column) = (self.owners[at], self.columns[at].column?);
            let twins = assigned().filter(|(other, same)| **other == owner && same.column == Some(column)).count();
            let owner = owner.filter(|_| twins == 1)?;
            let position = self.form.place([self.table, 0, owner, column])?;
            let (left, right) = (*span)?;
            Some((position, Slot { row, left, right, unit: None, cells: None }))
        };
        way.iter().enumerate().filter_map(slot).collect()
    }

    fn below(&self) -> Way {
        self.columns.iter().map(|headed| Some((headed.left, headed.right))).collect()
    }

    /// Returns the slots of the only line, if its assignment is certain; else its texts with a doubt.
    fn only(&self, row: u32) -> (Slots, Vec<(usize, TextValue)>) {
        let is_owned = |(owner, headed): (&Option<usize>, &AcrossHeading)| owner.is_some() || headed.column.is_none();
        match self.align(row, false) {
            Alignment::Certain(way) if self.owners.iter().zip(self.columns).all(is_owned) => {
                (self.slots(row, &way), Vec::new())
            }
            _ => (Vec::new(), unplaced(self.grid, &self.slots(row, &self.below()), None)),
        }
    }

    fn is_moved(&self, row: u32) -> bool {
        self.align(row, false) != Alignment::Certain(self.below())
    }

    /// Returns the open choice, if any: which row has the figures, or how its values are aligned with the headings.
    fn choice(&self, rows: &[u32]) -> Option<Choice> {
        let ([row, ..], [.., last]) = (rows, rows) else { return None };
        if rows.len() > 1 {
            let certain = |row: &u32| match self.align(*row, false) {
                Alignment::Certain(way) => Some(self.slots(*row, &way)),
                _ => None,
            };
            let oddity = Oddity::SeveralRows { row: *row, last: *last };
            let alternatives = rows.iter().filter_map(certain).collect();
            return Some(Choice { oddity, alternatives, has_default: false, unplaced: self.unplaced(rows) });
        }
        let (ways, has_default, oddity) = match self.align(*row, false) {
            Alignment::Shifted { ways, has_default } => (ways, has_default, Oddity::ShiftedRow { row: *row }),
            Alignment::Short(ways) => (ways, false, Oddity::MissingCell { row: *row }),
            Alignment::Certain(_) | Alignment::Unclear => return None,
        };
        let alternatives = ways.iter().map(|way| self.slots(*row, way)).collect();
        let unplaced = unplaced(self.grid, &self.slots(*row, &self.below()), None);
        Some(Choice { oddity, alternatives, has_default, unplaced })
    }

    fn text(&self, row: u32) -> String {
        let texts: Vec<&str> = self.grid.row(row).iter().map(|cell| cell.text.trim()).collect();
        texts.join(" ")
    }
}

/// Returns figures beside the line of figures, and a second line directly below it.
fn unassigned(grid: &Grid, row: u32, columns: &[AcrossHeading]) -> Vec<Unassigned> {
    let covered = |column: u32| columns.iter().any(|headed| headed.column.is_some() && headed.covers(column));
    let figures = |row: u32| grid.row(row).iter().filter(|cell| is_figure(cell));
    let beside =
        figures(row).filter(|cell| !covered(cell.column)).map(|cell| Unassigned::Column { column: cell.column });
    let mut unassigned: Vec<Unassigned> = beside.collect();
    if figures(row + 1).filter(|cell| covered(cell.column)).count() > 1 {
        unassigned.push(Unassigned::Row { row: Some(row + 1), label: String::new() });
    }
    unassigned
}

/// Returns the row of the form that each heading belongs to: the one named by the label above it. A full set of
/// headings consists of one group for each label. If the labels are in the form's order, wrong spans do not matter;
/// otherwise each label must begin at its group. `None` inside the list if no label decides.
fn owners(block: &Block, columns: &[AcrossHeading], rows: &[(usize, u32, u32)]) -> Option<Vec<Option<usize>>> {
    let (width, height) = (block.columns.len(), block.rows.len());
    if columns.len() < width {
        return None;
    }
    let owner = |headed: &AcrossHeading| owner(headed, rows);
    let is_whole =
        columns.iter().enumerate().all(|(at, headed)| headed.column == Some(at % width) && headed.owner.is_none());
    if columns.len() != width * height || !is_whole {
        return Some(columns.iter().map(owner).collect());
    }
    let mut labels = rows.to_vec();
    labels.sort_by_key(|(_, left, _)| *left);
    if labels.is_sorted_by_key(|(row, _, _)| *row) {
        return Some((0..columns.len()).map(|at| Some(at / width)).collect());
    }
    let begins_here = |row: usize, left: u32| labels.iter().any(|label| (label.0, label.1) == (row, left));
    let of_groups = columns.chunks(width).flat_map(|group| {
        let here = owner(&group[0]).filter(|row| begins_here(*row, group[0].left));
        std::iter::repeat_n(here, width)
    });
    Some(of_groups.collect())
}

/// Returns the row of the form that a heading names, else that of the label above it, else of the nearest label to its
/// left.
fn owner(headed: &AcrossHeading, rows: &[(usize, u32, u32)]) -> Option<usize> {
    let covering = || rows.iter().find(|(_, left, right)| left < right && (*left..=*right).contains(&headed.left));
    let before = || rows.iter().filter(|(_, left, _)| *left <= headed.left).max_by_key(|(_, left, _)| *left);
    headed.owner.or_else(|| covering().or_else(before).map(|(row, _, _)| *row))
}

/// Returns the rows below the headings that may be the line of figures: the first with a figure in their columns, and
/// those directly below it with several. Rows that number the columns do not count. If no row has a figure, returns the
/// first row with more than one cell, else the next row, above the next label.
fn figures_rows(grid: &Grid, headings_end: u32, columns: &[AcrossHeading], next: Option<u32>) -> Vec<u32> {
    let covered = |column: u32| columns.iter().any(|headed| headed.covers(column));
    let filled = |row: u32| grid.row(row).iter().filter(|cell| covered(cell.column)).count();
    let figures = |row: u32| -> Vec<&Cell> {
        grid.row(row).iter().filter(|cell| covered(cell.column) && is_figure(cell)).collect()
    };
    // Values in columns that the form does not have are ignored here.
    let own: Vec<&AcrossHeading> = columns.iter().filter(|headed| headed.column.is_some()).collect();
    let numbers = |row: u32| {
        let mut figures = figures(row);
        figures.retain(|cell| own.iter().any(|headed| headed.covers(cell.column)));
        figures.len() == own.len() && is_numbering(&figures)
    };
    let has_figures = |row: &u32| !figures(*row).is_empty() && !numbers(*row);
    let below = headings_end + 1..=headings_end.saturating_add(GAP);
    let Some(first) = below.clone().find(has_figures) else {
        let above_label = |row: &u32| next.is_none_or(|next| *row < next);
        let blank = || below.clone().take_while(above_label).filter(|row| !numbers(*row));
        let first = blank().find(|row| filled(*row) > 1).or_else(|| blank().next());
        return vec![first.unwrap_or(headings_end.saturating_add(1))];
    };
    let several = |row: &u32| figures(*row).len() * 2 > columns.len() && !numbers(*row);
    let more = (first + 1..first.saturating_add(GAP)).take_while(several);
    std::iter::once(first).chain(more).collect()
}
