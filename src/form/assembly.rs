//! Assembly of a table's slots from its headings and labelled rows, and of the choices that remain open.

use std::collections::BTreeMap;

use super::Form;
use super::aligned::{Alignment, Span, Way, align};
use super::heading_tree::{leaf_order, leaves};
use super::oddity::Oddity;
use super::reading::{Choice, Slots, unplaced};
use super::table_match::{Slot, TextValue, is_figure};
use crate::amount;
use crate::document::{Cell, Grid};
use crate::spelling::key;

/// Most rows of a table that may have a deleted cell. If more rows look like that, no cell is assumed to be missing.
const MAX_SHORT_ROWS: usize = 2;
/// Rows above a column's heading that are searched for a heading printed over several columns.
const HEADING_ROWS: u32 = 2;

/// A heading above the rows of a block, left to right; `column` is `None` if its column is not part of the form.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockHeading {
    pub(super) column: Option<usize>,
    pub(super) slot: Slot,
}

/// A row of the grid with a label of the form, and the last column of the label.
#[derive(Debug, Clone)]
pub(super) struct LabelledRow {
    pub(super) row: usize,
    pub(super) at: u32,
    pub(super) label_end: Option<u32>,
}

/// A block below one set of headings.
pub(super) struct Section<'a> {
    pub(super) grid: &'a Grid,
    pub(super) form: &'a Form,
    pub(super) table: usize,
    pub(super) block: usize,
    pub(super) headings: Vec<BlockHeading>,
}

/// The columns named by the headings, left to right, in an order other than that of their positions.
struct OtherOrder {
    columns: Vec<Option<usize>>,
    /// Whether this is the order of the heading tree, which contradicts the drawn positions; else it is the form's
    /// order.
    is_tree: bool,
}

/// The certain and the uncertain parts of a section.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) slots: Slots,
    pub(super) pieces: Vec<(usize, TextValue)>,
    pub(super) choices: Vec<Choice>,
    /// Rows of the grid with values that are not aligned with the headings.
    pub(super) moved: Vec<u32>,
}

impl Section<'_> {
    /// Assigns the rows' values to the headings. `rows` has the candidates for each row of the form.
    pub(super) fn assemble(&self, rows: &BTreeMap<usize, Vec<LabelledRow>>) -> Assembled {
        if let Some(order) = self.other_order() {
            return self.assemble_in_either_order(rows, &order);
        }
        let mut assembled = Assembled::default();
        let own: Vec<usize> = self.headings.iter().filter_map(|heading| heading.column).collect();
        let is_repeated = |column: &usize| own.iter().filter(|other| *other == column).count() > 1;
        let single = |column: usize| !is_repeated(&column);
        let short: Vec<u32> = rows.values().flatten().filter(|row| self.lacks_last(row)).map(|row| row.at).collect();
        let may_be_short = |row: &LabelledRow| short.len() <= MAX_SHORT_ROWS && short.contains(&row.at);
        for candidates in rows.values() {
            let [row] = candidates.as_slice() else {
                assembled.pieces.extend(self.repeated_row(candidates));
                continue;
            };
            match self.align(row) {
                Alignment::Certain(way) if may_be_short(row) => {
                    assembled.choices.push(self.short_row(row, &way, &single));
                }
                Alignment::Certain(way) => {
                    let column = |at: usize| self.headings[at].column.filter(|column| single(*column));
                    assembled.slots.extend(self.slots(row, &way, column));
                    let is_below = |(span, heading): (&Option<Span>, &BlockHeading)| {
                        *span == Some((heading.slot.left, heading.slot.right))
                    };
                    if !way.iter().zip(&self.headings).all(is_below) {
                        assembled.moved.push(row.at);
                    }
                }
                other => self.uncertain(row, other, &single, &mut assembled),
            }
        }
        if let Some(column) = own.iter().copied().find(is_repeated) {
            assembled.choices.extend(self.repeated_heading(column, rows));
        }
        assembled
    }

    /// Assigns the values if the headings' positions and their order contradict each other.
    fn assemble_in_either_order(&self, rows: &BTreeMap<usize, Vec<LabelledRow>>, order: &OtherOrder) -> Assembled {
        let mut assembled = Assembled::default();
        let (mut by_place, mut by_order, mut is_in_place) = (Slots::new(), Slots::new(), true);
        let place = |at: usize| self.headings[at].column;
        for candidates in rows.values() {
            let [row] = candidates.as_slice() else {
                assembled.pieces.extend(self.repeated_row(candidates));
                continue;
            };
            match self.align(row) {
                Alignment::Certain(way) => {
                    by_place.extend(self.slots(row, &way, place));
                    by_order.extend(self.slots(row, &way, |at| order.columns[at]));
                }
                Alignment::Shifted { ways, .. } => {
                    match ways.get(1) {
                        Some(way) => by_place.extend(self.slots(row, way, place)),
                        None => is_in_place = false,
                    }
                    by_order.extend(self.slots(row, &ways[0], |at| order.columns[at]));
                    assembled.moved.push(row.at);
                }
                other => self.uncertain(row, other, &|_| true, &mut assembled),
            }
        }
        let unplaced = unplaced(self.grid, &by_order, None);
        // If some values are below no heading, the order by position is impossible.
        let alternatives = if is_in_place { vec![by_order, by_place] } else { vec![by_order] };
        let oddity = Oddity::HeadingOrder;
        assembled.choices.push(Choice { oddity, alternatives, has_default: order.is_tree, unplaced });
        assembled
    }

    /// Returns whether a row of a document's table has a value below every heading but the last. Then a cell may have
    /// been deleted, and the cells after it moved to the left.
    fn lacks_last(&self, row: &LabelledRow) -> bool {
        let Some((last, others)) = self.headings.split_last().filter(|_| self.grid.table.is_some()) else {
            return false;
        };
        let has = |heading: &BlockHeading, is: &dyn Fn(&Cell) -> bool| {
            let cells = self.grid.row(row.at).iter();
            let mut here = cells.filter(|cell| (heading.slot.left..=heading.slot.right).contains(&cell.column));
            here.any(is)
        };
        // Zeros would be the same in other columns.
        let is_counted = |cell: &Cell| amount::read(&cell.text).value.is_some_and(|value| !value.is_zero());
        let is_full = others.len() > 1 && others.iter().all(|heading| has(heading, &is_figure));
        let is_any_counted = others.iter().any(|heading| has(heading, &is_counted));
        last.column.is_some() && is_full && is_any_counted && !has(last, &|cell| !cell.text.trim().is_empty())
    }

    /// Returns the choice between a row as it is and the same row with a cell missing further left.
    fn short_row(&self, row: &LabelledRow, way: &Way, single: &impl Fn(usize) -> bool) -> Choice {
        let column = |at: usize| self.headings[at].column.filter(|column| single(*column));
        let mut alternatives = vec![self.slots(row, way, column)];
        for gap in 0..way.len().saturating_sub(1) {
            let mut moved = way.clone();
            moved.pop();
            moved.insert(gap, None);
            alternatives.push(self.slots(row, &moved, column));
        }
        let oddity = Oddity::MissingCell { row: row.at };
        let unplaced = unplaced(self.grid, &alternatives[0], row.label_end);
        Choice { oddity, alternatives, has_default: true, unplaced }
    }

    fn align(&self, row: &LabelledRow) -> Alignment {
        let spans: Vec<_> = self.headings.iter().map(|heading| (heading.slot.left, heading.slot.right)).collect();
        align(self.grid, row.at, row.label_end, &spans)
    }

    /// Returns the other possible order, if the headings of a document's table are spread over several rows and their
    /// positions contradict their tree because a span is wrong. If no tree is certain, the other order is the form's.
    fn other_order(&self) -> Option<OtherOrder> {
        let own = || self.headings.iter().filter(|heading| heading.column.is_some());
        let rows = || own().map(|heading| heading.slot.row);
        let (top, bottom) = (rows().min()?, rows().max()?);
        let mut sorted: Vec<usize> = own().filter_map(|heading| heading.column).collect();
        let is_in_order = sorted.is_sorted();
        sorted.sort_unstable();
        let is_repeated = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        if self.grid.table.is_none() || top == bottom || is_repeated {
            return None;
        }
        let mut order: Vec<Option<usize>> = self.headings.iter().map(|heading| heading.column).collect();
        if let Some(tree) = self.tree(top, bottom) {
            let mut places = tree.clone();
            places.sort_unstable();
            for (place, leaf) in places.iter().zip(&tree) {
                order[*place] = self.headings[*leaf].column;
            }
            return (places != tree).then_some(OtherOrder { columns: order, is_tree: true });
        }
        let is_whole = sorted.iter().copied().eq(0..self.form.tables[self.table].blocks[self.block].columns.len());
        let mut sorted = sorted.into_iter();
        order.iter_mut().filter(|column| column.is_some()).for_each(|column| *column = sorted.next());
        (is_whole && !is_in_order).then_some(OtherOrder { columns: order, is_tree: false })
    }

    /// Returns the headings in the order of their tree, if it includes every column of the form.
    fn tree(&self, top: u32, bottom: u32) -> Option<Vec<usize>> {
        let heading = |left: u32| self.headings.iter().position(|heading| heading.slot.left == left);
        let tree: Vec<usize> = leaf_order(self.grid, top, bottom)?.into_iter().filter_map(heading).collect();
        let is_there = |(at, heading): (usize, &BlockHeading)| heading.column.is_none() || tree.contains(&at);
        self.headings.iter().enumerate().all(is_there).then_some(tree)
    }

    /// Adds columns after the labels of a document's table with headings that are not in the form: 行次, 备注, last year.
    pub(super) fn add_foreign(&mut self, rows: &BTreeMap<usize, Vec<LabelledRow>>) {
        let heads = || self.headings.iter().filter(|heading| heading.column.is_some()).map(|heading| heading.slot.row);
        let (Some(top), Some(bottom)) = (heads().min(), heads().max()) else { return };
        let labels_end = rows.values().flatten().filter_map(|row| row.label_end).max();
        let is_laid = |span: &Span| {
            let mut cells = rows.values().flatten().filter_map(|row| self.grid.laid.get(row.at as usize)).flatten();
            cells.any(|cell| cell.0 <= span.1 && span.0 <= cell.1)
        };
        let is_headed =
            |span: &Span| self.headings.iter().any(|head| head.slot.left <= span.1 && span.0 <= head.slot.right);
        let is_foreign = |(row, span): &(u32, Span)| {
            let has_text = self.grid.cell(*row, span.0).is_some_and(|cell| !cell.text.trim().is_empty());
            has_text && labels_end.is_some_and(|end| span.0 > end) && !is_headed(span) && is_laid(span)
        };
        let foreign = leaves(self.grid, top, bottom).into_iter().filter(is_foreign);
        let heading = |(row, (left, right)): (u32, Span)| {
            let slot = Slot { row, left, right, unit: None, cells: None };
            BlockHeading { column: None, slot }
        };
        let foreign: Vec<BlockHeading> = foreign.map(heading).collect();
        self.headings.extend(foreign);
        self.headings.sort_by_key(|heading| heading.slot.left);
    }

    /// Removes a repeated heading below a group heading that is not printed over its column: the 合计 below
    /// 法人或其他组织 is a subtotal and never the total of the row.
    pub(super) fn leave_out_subtotals(&mut self) {
        let below: Vec<bool> = self.headings.iter().map(|heading| self.is_below_others_heading(heading)).collect();
        let is_subtotal = |at: usize| {
            let mut twins = self.headings.iter().zip(&below);
            below[at] && twins.any(|(twin, below)| !below && twin.column == self.headings[at].column)
        };
        let subtotals: Vec<usize> = (0..below.len()).filter(|at| is_subtotal(*at)).collect();
        for at in subtotals {
            self.headings[at].column = None;
        }
    }

    fn is_below_others_heading(&self, heading: &BlockHeading) -> bool {
        let block = &self.form.tables[self.table].blocks[self.block];
        let Some(column) = heading.column else { return false };
        let others = || block.headings.iter().filter(|printed| !printed.is_over(&block.columns[column].id));
        let slot = heading.slot;
        let above = (slot.row.saturating_sub(HEADING_ROWS)..slot.row).flat_map(|row| self.grid.row(row));
        let mut above = above.filter(|cell| {
            let right = self.grid.region(cell.row, cell.column).map_or(cell.column, |region| region.right);
            cell.column <= slot.left && slot.right <= right
        });
        above.any(|cell| others().any(|printed| key(&printed.label) == key(&cell.text)))
    }

    /// Returns the slots of a row. `column` gives the column of the form for the heading at a position.
    fn slots(&self, row: &LabelledRow, way: &Way, column: impl Fn(usize) -> Option<usize>) -> Slots {
        let slot = |(at, span): (usize, &Option<(u32, u32)>)| {
            let position = self.form.place([self.table, self.block, row.row, column(at)?])?;
            let (left, right) = (*span)?;
            Some((position, Slot { row: row.at, left, right, unit: self.headings[at].slot.unit, cells: None }))
        };
        way.iter().enumerate().filter_map(slot).collect()
    }

    /// Adds a row with values that are not aligned with the headings.
    fn uncertain(
        &self,
        row: &LabelledRow,
        alignment: Alignment,
        single: &impl Fn(usize) -> bool,
        assembled: &mut Assembled,
    ) {
        let column = |at: usize| self.headings[at].column.filter(|column| single(*column));
        let below: Way = self.headings.iter().map(|heading| Some((heading.slot.left, heading.slot.right))).collect();
        let pieces = unplaced(self.grid, &self.slots(row, &below, column), row.label_end);
        assembled.moved.push(row.at);
        let (ways, has_default, oddity) = match alignment {
            Alignment::Shifted { ways, has_default } => (ways, has_default, Oddity::ShiftedRow { row: row.at }),
            Alignment::Short(ways) => (ways, false, Oddity::MissingCell { row: row.at }),
            Alignment::Certain(_) | Alignment::Unclear => return assembled.pieces.extend(pieces),
        };
        let alternatives = ways.iter().map(|way| self.slots(row, way, column)).collect();
        assembled.choices.push(Choice { oddity, alternatives, has_default, unplaced: pieces });
    }

    /// Returns the texts of two rows with the same label and different values, because only the unit knows which one is
    /// meant. Rows with the same values may be two rows of the form, one with a wrong label; they give nothing.
    fn repeated_row(&self, candidates: &[LabelledRow]) -> Vec<(usize, TextValue)> {
        let below: Way = self.headings.iter().map(|heading| Some((heading.slot.left, heading.slot.right))).collect();
        let texts = |row: &LabelledRow| -> Vec<(usize, TextValue)> {
            unplaced(self.grid, &self.slots(row, &below, |at| self.headings[at].column), row.label_end)
        };
        let rows: Vec<Vec<(usize, TextValue)>> = candidates.iter().map(texts).collect();
        let text_of =
            |row: &Vec<(usize, TextValue)>| row.first().map_or_else(String::new, |(_, piece)| piece.text.clone());
        let texts: Vec<String> = rows.iter().map(text_of).collect();
        if texts.windows(2).all(|pair| pair[0] == pair[1]) {
            return Vec::new();
        }
        let of_all = |(position, piece)| (position, TextValue { text: texts.join(" | "), ..piece });
        rows.into_iter().next().unwrap_or_default().into_iter().map(of_all).collect()
    }

    /// Returns the choice between two headings that name the same column, for all rows at once.
    fn repeated_heading(&self, column: usize, rows: &BTreeMap<usize, Vec<LabelledRow>>) -> Option<Choice> {
        let named = self.headings.iter().enumerate().filter(|(_, heading)| heading.column == Some(column));
        let candidates: Vec<usize> = named.map(|(at, _)| at).collect();
        let mut alternatives = vec![Slots::new(); candidates.len()];
        let mut pieces = Vec::new();
        for candidate in rows.values().filter(|candidates| candidates.len() == 1) {
            let row = candidate.first()?;
            let Alignment::Certain(way) = self.align(row) else { continue };
            for (slots, at) in alternatives.iter_mut().zip(&candidates) {
                let own = self.slots(row, &way, |heading| (heading == *at).then_some(column));
                slots.extend(own);
            }
            pieces.extend(self.text_of_candidates(row, &way, &candidates, column));
        }
        let block = &self.form.tables[self.table].blocks[self.block];
        let oddity = Oddity::RepeatedHeading { label: block.columns[column].label.clone() };
        Some(Choice { oddity, alternatives, has_default: false, unplaced: pieces })
    }

    fn text_of_candidates(
        &self,
        row: &LabelledRow,
        way: &Way,
        candidates: &[usize],
        column: usize,
    ) -> Option<(usize, TextValue)> {
        let slots = self.slots(row, way, |at| (Some(&at) == candidates.first()).then_some(column));
        let (position, piece) = unplaced(self.grid, &slots, row.label_end).pop()?;
        let text = |at: &usize| {
            let (left, _) = way.get(*at).copied().flatten()?;
            self.grid.cell(row.at, left).map(|cell| cell.text.trim().to_owned())
        };
        let texts: Vec<String> = candidates.iter().filter_map(text).collect();
        Some((position, TextValue { text: texts.join(" | "), ..piece }))
    }
}
