//! Tables with labels on the left and headings at the top.

use std::collections::BTreeMap;
use std::ops::Range;

use super::assembly::{Assembled, BlockHeading, LabelledRow, Section};
use super::label::Item;
use super::oddity::Oddity;
use super::reading::{self};
use super::table_match::{Hit, Slot, TableMatch, TextValue, Unassigned, is_figure, printed_unit};
use super::{Block, Form};
use crate::document::Grid;

/// Rows over which a heading may be spread, including its first.
const HEADING_ROWS: u32 = 3;

/// Column headings found together.
#[derive(Debug, Clone, Default)]
struct HeadingBand {
    top: u32,
    bottom: u32,
    columns: Vec<HeadedColumn>,
    ignored: Vec<u32>,
}

/// A heading: its block, its column of the block, and the grid columns that it covers.
#[derive(Debug, Clone, Copy)]
struct HeadedColumn {
    block: usize,
    column: usize,
    slot: Slot,
}

impl HeadingBand {
    fn first_column(&self) -> u32 {
        self.columns.iter().map(|headed| headed.slot.left).min().unwrap_or(0)
    }

    fn covers(&self, column: u32) -> bool {
        self.columns.iter().any(|headed| (headed.slot.left..=headed.slot.right).contains(&column))
    }

    /// Returns a block's headings and the columns with known headings outside the form, left to right.
    fn of_block(&self, block: usize) -> Vec<BlockHeading> {
        let own = self.columns.iter().filter(|headed| headed.block == block);
        let mut all: Vec<BlockHeading> =
            own.map(|headed| BlockHeading { column: Some(headed.column), slot: headed.slot }).collect();
        let ignored = |column: &u32| {
            let slot = Slot { row: self.bottom, left: *column, right: *column, unit: None, cells: None };
            BlockHeading { column: None, slot }
        };
        all.extend(self.ignored.iter().map(ignored));
        all.sort_by_key(|heading| (heading.slot.left, heading.column.is_none()));
        all.dedup_by_key(|heading| heading.slot.left);
        all
    }

    /// Returns whether the headings can be those of a block: at least half of its headings are there, each above
    /// columns of its own. Headings that share a column come from a table pasted as text, and the cells below them are
    /// not theirs.
    fn serves(&self, at: usize, block: &Block) -> bool {
        let mut slots: Vec<&Slot> =
            self.columns.iter().filter(|headed| headed.block == at).map(|headed| &headed.slot).collect();
        slots.sort_by_key(|slot| slot.left);
        let apart = slots.windows(2).all(|pair| pair[0].right < pair[1].left);
        apart && !slots.is_empty() && slots.len() * 2 >= block.columns.len()
    }
}

/// A row of the grid with a label of the form: the row, the index of its heading, the label.
type RowCandidate = (u32, usize, String);

/// A table under construction.
#[derive(Debug, Default)]
struct MatrixDraft {
    headings: Vec<HeadingBand>,
    /// Rows of the grid with the label of each `(block, row)` of the form.
    rows: BTreeMap<(usize, usize), Vec<RowCandidate>>,
    /// Rows of the grid with a recognised label, including headings of groups.
    known: Vec<u32>,
    unassigned: Vec<Unassigned>,
    /// Misspelt labels and the labels they were read as.
    misspelt: Vec<Oddity>,
    combined: bool,
}

impl MatrixDraft {
    /// Returns the row after the last one below a heading.
    fn end(&self, heading: usize) -> u32 {
        let last = || self.known.last().map_or(0, |row| row + 1);
        self.headings.get(heading + 1).map_or_else(last, |next| next.top)
    }
}

struct Finder<'a> {
    grid: &'a Grid,
    form: &'a Form,
    at: (usize, usize),
    done: Vec<TableMatch>,
    draft: MatrixDraft,
    group: Option<String>,
}

/// Returns all occurrences of one table on the grid.
pub(super) fn find(grid: &Grid, form: &Form, at: (usize, usize), hits: &[&Hit<'_>]) -> Vec<TableMatch> {
    let mut finder = Finder { grid, form, at, done: Vec::new(), draft: MatrixDraft::default(), group: None };
    for row in hits.chunk_by(|a, b| a.row == b.row) {
        if finder.is_heading(row) {
            finder.heading(row);
        } else {
            finder.labelled(row);
        }
    }
    finder.finish();
    finder.done
}

impl Finder<'_> {
    fn blocks(&self) -> &[Block] {
        &self.form.tables[self.at.1].blocks
    }

    fn meanings<'h>(&self, hit: &'h Hit<'_>) -> impl Iterator<Item = (usize, Item)> + 'h {
        hit.meanings(self.at.0, self.at.1)
    }

    fn is_column(&self, hit: &Hit<'_>) -> bool {
        !hit.found.numbered && self.meanings(hit).any(|(_, item)| matches!(item, Item::Column(_) | Item::Ignored))
    }

    /// Returns whether the cell can only be a column heading, and not a row label.
    fn is_no_label(&self, hit: &Hit<'_>) -> bool {
        self.meanings(hit).all(|(_, item)| matches!(item, Item::Column(_)))
    }

    /// Returns whether a row has column headings. They must be at or to the right of the columns of figures, unless
    /// they cannot be row labels, because the next block may have other columns. No figure may be beside them.
    fn is_heading(&self, row: &[&Hit<'_>]) -> bool {
        let first = self.draft.headings.last().map_or(0, HeadingBand::first_column);
        let columns = || row.iter().filter(|hit| self.is_column(hit) && (hit.left >= first || self.is_no_label(hit)));
        let headed = columns().next().is_some();
        // Figures beyond the headings belong to another table beside this one.
        let left = columns().map(|hit| hit.left).min().unwrap_or(0);
        let is_sheet = self.grid.table.is_none();
        let right = columns().map(|hit| hit.right).max().filter(|_| is_sheet).unwrap_or(u32::MAX);
        headed && !self.grid.row(row[0].row).iter().any(|cell| (left..=right).contains(&cell.column) && is_figure(cell))
    }

    fn heading(&mut self, hits: &[&Hit<'_>]) {
        let row = hits[0].row;
        let mut found = HeadingBand { top: row, bottom: row, ..HeadingBand::default() };
        for hit in hits.iter().filter(|hit| self.is_column(hit)) {
            for (block, item) in self.meanings(hit) {
                let slot = Slot { row, left: hit.left, right: hit.right, unit: printed_unit(hit.text), cells: None };
                match item {
                    Item::Column(column) => found.columns.push(HeadedColumn { block, column, slot }),
                    Item::Ignored => found.ignored.extend(hit.left..=hit.right),
                    _ => {}
                }
            }
        }
        let at = self.draft.headings.len();
        let fresh = !self.draft.rows.values().flatten().any(|(_, heading, _)| heading + 1 == at);
        // A heading that is already there, over the same columns, begins the next block, because the block before has
        // lost its rows. Over another column it is a second candidate.
        let again = |open: &HeadingBand| {
            let is_same = |new: &HeadedColumn, old: &HeadedColumn| {
                let overlap = new.slot.left <= old.slot.right && old.slot.left <= new.slot.right;
                (old.block, old.column) == (new.block, new.column) && (overlap || row > open.top + 1)
            };
            found.columns.iter().any(|new| open.columns.iter().any(|old| is_same(new, old)))
        };
        let joins = |open: &&mut HeadingBand| fresh && row < open.top + HEADING_ROWS && !again(open);
        if let Some(open) = self.draft.headings.last_mut().filter(joins) {
            open.bottom = row;
            open.columns.extend(found.columns);
            open.ignored.extend(found.ignored);
            return;
        }
        self.start_over_if_repeated(&found);
        // Too few headings for any block belong to another table that shares some of them (总计).
        let is_served =
            |heading: &HeadingBand| self.blocks().iter().enumerate().any(|(at, block)| heading.serves(at, block));
        if self.draft.headings.last().is_some_and(|last| !is_served(last)) {
            self.draft.headings.pop();
        }
        self.draft.headings.push(found);
    }

    /// Finishes the table if all blocks of these headings already have rows: the headings begin its next occurrence.
    fn start_over_if_repeated(&mut self, heading: &HeadingBand) {
        let filled = |block: usize| self.draft.rows.keys().any(|(other, _)| *other == block);
        if !heading.columns.is_empty() && heading.columns.iter().all(|headed| filled(headed.block)) {
            self.finish();
        }
    }

    fn labelled(&mut self, hits: &[&Hit<'_>]) {
        let Some(heading) = self.draft.headings.last() else { return };
        let (row, first, at) = (hits[0].row, heading.first_column(), self.draft.headings.len() - 1);
        let mut chosen = None;
        let mut group_here = None;
        let labels: Vec<&&Hit<'_>> = hits.iter().filter(|hit| hit.left < first || self.is_shifted_label(hit)).collect();
        for hit in labels {
            for (block, item) in hit.meanings(self.at.0, self.at.1) {
                match item {
                    Item::Group(group) => {
                        let group = &self.form.tables[self.at.1].blocks[block].groups[group];
                        self.group = Some(group.id.clone());
                        group_here = Some(block);
                    }
                    Item::Row(label) if self.accepts(hit, block, label) => {
                        chosen = Some((block, label, hit.text, hit.is_misspelt));
                    }
                    _ => {}
                }
            }
        }
        if chosen.is_none() {
            chosen = group_here
                .and_then(|block| self.combined_row(block, row, hits))
                .map(|(block, label)| (block, label, "", false));
        }
        if chosen.is_some() || group_here.is_some() && self.ends_in_label(row, first, hits) {
            self.draft.known.push(row);
        }
        if let Some((block, label, text, is_misspelt)) = chosen {
            let oddity = || Oddity::misspelt(text, &self.blocks()[block].rows[label]);
            let oddity = is_misspelt.then(oddity);
            self.draft.misspelt.extend(oddity);
            self.assign(block, label, (row, at, text.to_owned()));
        }
    }

    /// Returns whether a label in a document's table is to the right of the first heading because of a wrong span.
    fn is_shifted_label(&self, hit: &Hit<'_>) -> bool {
        let is_label = |(_, item): (usize, Item)| matches!(item, Item::Row(_) | Item::Group(_));
        let before_figures = || {
            let mut figures = self.grid.row(hit.row).iter().filter(|cell| is_figure(cell));
            figures.next().is_some_and(|cell| cell.column > hit.right)
        };
        self.grid.table.is_some() && self.meanings(hit).any(is_label) && before_figures()
    }

    /// Returns whether the last text before the figures is one of the labels found. Otherwise the form does not have
    /// this row.
    fn ends_in_label(&self, row: u32, first: u32, hits: &[&Hit<'_>]) -> bool {
        let last = self.grid.row(row).iter().rfind(|cell| cell.column < first && !cell.text.trim().is_empty());
        last.is_some_and(|last| hits.iter().any(|hit| hit.left == last.column))
    }

    /// Returns whether a label is accepted as that of a row. The row needs the headings of its block, and a label that
    /// is also a heading (其他) needs its group.
    fn accepts(&self, hit: &Hit<'_>, block: usize, row: usize) -> bool {
        let (spec, heading) = (&self.blocks()[block], self.draft.headings.last());
        let ambiguous = self.meanings(hit).any(|(_, item)| matches!(item, Item::Column(_)));
        let group = spec.rows[row].group.as_ref();
        let placed = !ambiguous || group.is_none() || group == self.group.as_ref();
        placed && heading.is_some_and(|heading| heading.serves(block, spec))
    }

    /// Returns the row that a group's own heading represents, if it has figures.
    fn combined_row(&self, block: usize, row: u32, hits: &[&Hit<'_>]) -> Option<(usize, usize)> {
        let spec = &self.blocks()[block];
        let combined = spec.combined.as_ref().filter(|combined| self.group.as_ref() == Some(&combined.group))?;
        let heading = self.draft.headings.last()?;
        let filled = self.grid.row(row).iter().any(|cell| heading.covers(cell.column))
            && self.ends_in_label(row, heading.first_column(), hits);
        let label = spec.rows.iter().position(|other| other.id == combined.id)?;
        (filled && heading.serves(block, spec)).then_some((block, label))
    }

    fn assign(&mut self, block: usize, row: usize, place: RowCandidate) {
        if let Some(group) = &self.form.tables[self.at.1].blocks[block].rows[row].group {
            self.group = Some(group.clone());
        }
        self.draft.rows.entry((block, row)).or_default().push(place);
    }

    /// Closes the current table and starts the next.
    fn finish(&mut self) {
        let mut draft = std::mem::take(&mut self.draft);
        self.group = None;
        self.drop_subtotal_row(&mut draft);
        let (Some(top), Some(bottom)) = (draft.headings.first().map(|heading| heading.top), draft.known.last()) else {
            return;
        };
        let mut assembled = Assembled::default();
        for (section, rows) in self.sections(&draft) {
            let part = section.assemble(&rows);
            assembled.slots.extend(part.slots);
            assembled.pieces.extend(part.pieces);
            assembled.choices.extend(part.choices);
            assembled.moved.extend(part.moved);
        }
        let Assembled { mut slots, mut pieces, choices, moved } = assembled;
        let is_weighed = !choices.is_empty() || !pieces.is_empty();
        let settled = reading::resolve(self.grid, self.form, &slots, choices);
        slots.extend(settled.slots);
        pieces.extend(settled.pieces);
        draft.unassigned.extend(self.repeated_rows(&draft, &pieces));
        if slots.is_empty() && pieces.is_empty() {
            return;
        }
        slots.sort_by_key(|(position, _)| *position);
        let (unclaimed, columns) = self.unassigned(&draft, &moved);
        let is_stable = !is_weighed && columns.is_empty();
        draft.unassigned.extend(columns.into_iter().map(|column| Unassigned::Column { column }));
        self.done.push(TableMatch {
            form: self.at.0,
            table: self.at.1,
            top,
            bottom: *bottom,
            reach: draft.headings.last().map_or(*bottom, |heading| heading.top.max(*bottom)),
            slots,
            pieces,
            by_year: Vec::new(),
            unassigned: draft.unassigned,
            unclaimed,
            until: u32::MAX,
            combined: draft.combined,
            headings: Vec::new(),
            by_sums: settled.by_sums.into_iter().chain(draft.misspelt).collect(),
            is_stable,
        });
    }

    /// Returns the rows of each block below each set of headings.
    fn sections(&self, draft: &MatrixDraft) -> Vec<(Section<'_>, BTreeMap<usize, Vec<LabelledRow>>)> {
        let mut rows: BTreeMap<(usize, usize), BTreeMap<usize, Vec<LabelledRow>>> = BTreeMap::new();
        for ((block, row), candidates) in &draft.rows {
            for (at, heading, label) in self.with_figures(candidates) {
                let labelled = LabelledRow { row: *row, at: *at, label_end: self.label_end(*at, label) };
                rows.entry((*heading, *block)).or_default().entry(*row).or_default().push(labelled);
            }
        }
        let section = |((heading, block), rows): ((usize, usize), _)| {
            let headings = draft.headings[heading].of_block(block);
            let mut section = Section { grid: self.grid, form: self.form, table: self.at.1, block, headings };
            section.add_foreign(&rows);
            section.leave_out_subtotals();
            (section, rows)
        };
        rows.into_iter().map(section).collect()
    }

    /// Returns the candidates for a row that have figures, if any do. A label without figures is the heading of
    /// something else.
    fn with_figures<'c>(&self, candidates: &'c [RowCandidate]) -> Vec<&'c RowCandidate> {
        let has_figures = |(row, ..): &&RowCandidate| self.grid.row(*row).iter().any(is_figure);
        if candidates.len() > 1 && candidates.iter().any(|candidate| has_figures(&candidate)) {
            return candidates.iter().filter(has_figures).collect();
        }
        candidates.iter().collect()
    }

    /// Returns the last column of the cell with a row's label. For a group's heading it is that of the last text before
    /// a figure.
    fn label_end(&self, row: u32, label: &str) -> Option<u32> {
        let cells = self.grid.row(row);
        let own = cells.iter().find(|cell| cell.text == label);
        let before = || cells.iter().take_while(|cell| !is_figure(cell)).last();
        let cell = own.or_else(before)?;
        Some(self.grid.region(row, cell.column).map_or(cell.column, |region| region.right))
    }

    /// Removes the figures beside a group's heading if the group's rows were found too: they are a subtotal.
    fn drop_subtotal_row(&self, draft: &mut MatrixDraft) {
        for (at, block) in self.blocks().iter().enumerate() {
            let Some((stand_in, parts)) = block.combined_rows() else { continue };
            if parts.iter().any(|part| draft.rows.contains_key(&(at, *part))) {
                draft.rows.remove(&(at, stand_in));
            }
            draft.combined |= draft.rows.contains_key(&(at, stand_in));
        }
    }

    /// Returns the rows within the table without a label of the form, each with the first column of figures; and
    /// columns with figures and no heading. Rows that are not aligned with the headings are ignored for the columns.
    fn unassigned(&self, draft: &MatrixDraft, moved: &[u32]) -> (Vec<(Range<u32>, u32)>, Vec<u32>) {
        let mut unclaimed: Vec<(Range<u32>, u32)> = Vec::new();
        let mut columns = Vec::new();
        for (at, heading) in draft.headings.iter().enumerate() {
            let (first, end) = (heading.first_column(), draft.end(at));
            let is_headed = |column: u32| heading.covers(column) || heading.ignored.contains(&column);
            let mut next = heading.bottom + 1;
            for row in draft.known.iter().copied().filter(|row| (heading.bottom + 1..end).contains(row)) {
                unclaimed.push((next..row, first));
                next = row + 1;
                if !moved.contains(&row) {
                    let figures = self.grid.row(row).iter().filter(|cell| is_figure(cell) && cell.column >= first);
                    columns.extend(figures.map(|cell| cell.column).filter(|column| !is_headed(*column)));
                }
            }
            unclaimed.push((next..end, first));
        }
        unclaimed.retain(|(rows, _)| !rows.is_empty());
        columns.sort_unstable();
        columns.dedup();
        (unclaimed, columns)
    }

    /// Returns the rows with the same label that no doubtful text reports, because their values are the same.
    fn repeated_rows(&self, draft: &MatrixDraft, pieces: &[(usize, TextValue)]) -> Vec<Unassigned> {
        let twice = |(key, candidates): (&(usize, usize), &Vec<RowCandidate>)| {
            let with_figures = self.with_figures(candidates);
            let [(row, ..), (again, _, label), ..] = with_figures.as_slice() else { return None };
            let is_own = |position: usize| {
                let item = &self.form.indicators[position];
                (item.table, item.block, item.row) == (self.at.1, key.0, key.1)
            };
            let is_shown = pieces.iter().any(|(position, _)| is_own(*position));
            (!is_shown).then(|| Unassigned::Twice { row: *row, again: *again, label: label.clone() })
        };
        draft.rows.iter().filter_map(twice).collect()
    }
}
