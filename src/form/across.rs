//! Tables with one line of figures: the form's rows side by side, each with all its columns below its own heading.

use super::aligned::{Alignment, Span, Way, align};
use super::label::Item;
use super::reading::{self, Choice, Oddity, Slots, unplaced};
use super::recognise::{Found, Hit, Loose, Piece, Slot, is_figure, is_numbering};
use super::{Block, Form};
use crate::document::{Cell, Grid};

/// Rows a heading may be spread over, counted from its first.
const HEADING_ROWS: u32 = 4;
/// How far below the headings the figures may start.
const GAP: u32 = 3;

/// A column heading: which column of the block, and the grid columns it covers.
#[derive(Debug, Clone, Copy)]
struct Headed {
    column: usize,
    row: u32,
    left: u32,
    right: u32,
}

/// All occurrences of one table on the grid.
pub(super) fn find(grid: &Grid, form: &Form, at: (usize, usize), hits: &[&Hit<'_>]) -> Vec<Found> {
    let Some(block) = form.tables[at.1].blocks.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut rest = hits;
    while let Some(first) = rest.iter().position(|hit| rows_of(hit, at).next().is_some()) {
        let top = rest[first].row;
        let end = first + rest[first..].partition_point(|hit| hit.row < top + HEADING_ROWS);
        let table = &rest[first..end];
        found.extend(find_one(grid, form, at, block, table));
        rest = &rest[end..];
    }
    found
}

fn rows_of(hit: &Hit<'_>, at: (usize, usize)) -> impl Iterator<Item = usize> {
    let rows =
        hit.meanings(at.0, at.1).filter_map(|(_, item)| if let Item::Row(row) = item { Some(row) } else { None });
    rows.collect::<Vec<_>>().into_iter()
}

fn find_one(grid: &Grid, form: &Form, at: (usize, usize), block: &Block, hits: &[&Hit<'_>]) -> Option<Found> {
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for hit in hits {
        for (_, item) in hit.meanings(at.0, at.1) {
            match item {
                Item::Column(column) => columns.push(Headed { column, row: hit.row, left: hit.left, right: hit.right }),
                Item::Row(row) => rows.push((row, hit.left, hit.right)),
                _ => {}
            }
        }
    }
    columns.sort_by_key(|headed| headed.left);
    // Headings that share a column are a table's that was pasted as text: what stands below them is not theirs.
    if columns.windows(2).any(|pair| pair[1].left <= pair[0].right) {
        return None;
    }
    let owners = owners(block, &columns, &rows)?;
    let (top, headings_end) = (hits.first()?.row, columns.iter().map(|headed| headed.row).max()?);
    let line = Line { grid, form, table: at.1, columns: &columns, owners: &owners };
    let candidates = figures_rows(grid, headings_end, &columns);
    let (first, last) = (*candidates.first()?, *candidates.last()?);
    let choices: Vec<Choice> = line.choice(&candidates).into_iter().collect();
    let (mut slots, mut pieces) = if choices.is_empty() { line.only(first) } else { Default::default() };
    let is_weighed = !choices.is_empty() || !pieces.is_empty();
    let settled = reading::settle(grid, form, &[], choices);
    slots.extend(settled.slots);
    pieces.extend(settled.pieces);
    slots.sort_by_key(|(position, _)| *position);
    let is_numbered = (headings_end + 1..first).any(|row| grid.row(row).iter().any(is_figure));
    let loose = if is_weighed || line.is_moved(first) { Vec::new() } else { loose(grid, last, &columns) };
    let found = Found {
        form: at.0,
        table: at.1,
        top,
        bottom: last,
        reach: last.saturating_add(1).max(headings_end.saturating_add(GAP)),
        slots,
        pieces,
        is_stable: !is_weighed && loose.is_empty() && !is_numbered,
        loose,
        unclaimed: Vec::new(),
        until: u32::MAX,
        combined: false,
        headings: Vec::new(),
        by_sums: settled.by_sums,
    };
    let holds_any = found.positions().next().is_some();
    holds_any.then_some(found)
}

/// The headings of a table with one line of figures, and the row of the form each belongs to.
struct Line<'a> {
    grid: &'a Grid,
    form: &'a Form,
    table: usize,
    columns: &'a [Headed],
    owners: &'a [Option<usize>],
}

impl Line<'_> {
    fn align(&self, row: u32) -> Alignment {
        let spans: Vec<_> = self.columns.iter().map(|headed| (headed.left, headed.right)).collect();
        // A year or a name in front of the figures is no figure.
        let first = spans.first().map_or(0, |(left, _)| *left);
        let has_figures = self.grid.row(row).iter().any(|cell| cell.column < first && is_figure(cell));
        align(self.grid, row, first.checked_sub(1).filter(|_| !has_figures), &spans)
    }

    /// The slots of one way to assign a row's values. A heading that comes twice for one row of the form has none.
    fn slots(&self, row: u32, way: &Way) -> Slots {
        let assigned = || self.owners.iter().zip(self.columns);
        let slot = |(at, span): (usize, &Option<Span>)| {
            let (owner, headed) = (self.owners[at], &self.columns[at]);
            let twins = assigned().filter(|(other, same)| **other == owner && same.column == headed.column).count();
            let owner = owner.filter(|_| twins == 1)?;
            let position = self.form.place([self.table, 0, owner, headed.column])?;
            let (left, right) = (*span)?;
            Some((position, Slot { row, left, right, unit: None, cells: None }))
        };
        way.iter().enumerate().filter_map(slot).collect()
    }

    fn below(&self) -> Way {
        self.columns.iter().map(|headed| Some((headed.left, headed.right))).collect()
    }

    /// The one line there is, where it leaves no choice.
    fn only(&self, row: u32) -> (Slots, Vec<(usize, Piece)>) {
        match self.align(row) {
            Alignment::Certain(way) if self.owners.iter().all(Option::is_some) => (self.slots(row, &way), Vec::new()),
            _ => (Vec::new(), unplaced(self.grid, &self.slots(row, &self.below()), None)),
        }
    }

    fn is_moved(&self, row: u32) -> bool {
        self.align(row) != Alignment::Certain(self.below())
    }

    /// What is left open: which row holds the figures, or how its values stand to the headings.
    fn choice(&self, rows: &[u32]) -> Option<Choice> {
        let ([row, ..], [.., last]) = (rows, rows) else { return None };
        let unplaced: Vec<(usize, Piece)> = unplaced(self.grid, &self.slots(*row, &self.below()), None);
        if rows.len() > 1 {
            let certain = |row: &u32| match self.align(*row) {
                Alignment::Certain(way) => Some(self.slots(*row, &way)),
                _ => None,
            };
            let texts: Vec<String> = rows.iter().map(|row| self.text(*row)).collect();
            let unplaced = unplaced.into_iter().map(|(at, piece)| (at, Piece { text: texts.join(" | "), ..piece }));
            let oddity = Oddity::SeveralRows { row: *row, last: *last };
            let alternatives = rows.iter().filter_map(certain).collect();
            return Some(Choice { oddity, alternatives, has_default: false, unplaced: unplaced.collect() });
        }
        let (ways, has_default, oddity) = match self.align(*row) {
            Alignment::Shifted { ways, has_default } => (ways, has_default, Oddity::ShiftedRow { row: *row }),
            Alignment::Short(ways) => (ways, false, Oddity::MissingCell { row: *row }),
            Alignment::Certain(_) | Alignment::Unclear => return None,
        };
        let alternatives = ways.iter().map(|way| self.slots(*row, way)).collect();
        Some(Choice { oddity, alternatives, has_default, unplaced })
    }

    fn text(&self, row: u32) -> String {
        let texts: Vec<&str> = self.grid.row(row).iter().map(|cell| cell.text.trim()).collect();
        texts.join(" ")
    }
}

/// Figures beside the line of figures, and a second line right below it.
fn loose(grid: &Grid, row: u32, columns: &[Headed]) -> Vec<Loose> {
    let covered = |column: u32| columns.iter().any(|headed| (headed.left..=headed.right).contains(&column));
    let figures = |row: u32| grid.row(row).iter().filter(|cell| is_figure(cell));
    let beside = figures(row).filter(|cell| !covered(cell.column)).map(|cell| Loose::Column { column: cell.column });
    let mut loose: Vec<Loose> = beside.collect();
    if figures(row + 1).filter(|cell| covered(cell.column)).count() > 1 {
        loose.push(Loose::Row { row: Some(row + 1), label: String::new() });
    }
    loose
}

/// The row of the form each heading belongs to: the one that the label above names. A full set of headings comes in
/// groups, one for each label; where the labels are in the form's order, a wrong span above them changes nothing.
/// Where they are in another order, each has to begin at its own group. `None` within where no label decides.
fn owners(block: &Block, columns: &[Headed], rows: &[(usize, u32, u32)]) -> Option<Vec<Option<usize>>> {
    let (width, height) = (block.columns.len(), block.rows.len());
    if columns.len() < width {
        return None;
    }
    let owner = |headed: &Headed| {
        let covering = rows.iter().find(|(_, left, right)| left < right && (*left..=*right).contains(&headed.left));
        let before = || rows.iter().filter(|(_, left, _)| *left <= headed.left).max_by_key(|(_, left, _)| *left);
        covering.or_else(before).map(|(row, _, _)| *row)
    };
    let is_whole = columns.iter().enumerate().all(|(at, headed)| headed.column == at % width);
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

/// The rows below the headings that may be the line of figures: the first with a figure in their columns, and those
/// right below it with several. A row that numbers the columns is none. Without any, the first row with more than a
/// stray remark, else the next.
fn figures_rows(grid: &Grid, headings_end: u32, columns: &[Headed]) -> Vec<u32> {
    let covered = |column: u32| columns.iter().any(|headed| (headed.left..=headed.right).contains(&column));
    let filled = |row: u32| grid.row(row).iter().filter(|cell| covered(cell.column)).count();
    let figures = |row: u32| -> Vec<&Cell> {
        grid.row(row).iter().filter(|cell| covered(cell.column) && is_figure(cell)).collect()
    };
    let numbers = |row: u32| {
        let figures = figures(row);
        figures.len() == columns.len() && is_numbering(&figures)
    };
    let has_figures = |row: &u32| !figures(*row).is_empty() && !numbers(*row);
    let below = headings_end + 1..=headings_end.saturating_add(GAP);
    let Some(first) = below.clone().find(has_figures) else {
        let first = below.clone().find(|row| filled(*row) > 1 && !numbers(*row));
        return vec![first.unwrap_or(headings_end.saturating_add(1))];
    };
    let several = |row: &u32| figures(*row).len() * 2 > columns.len() && !numbers(*row);
    let more = (first + 1..first.saturating_add(GAP)).take_while(several);
    std::iter::once(first).chain(more).collect()
}
