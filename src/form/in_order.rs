//! Reading a table's figures in the form's own order, where labels were broken or parted from them. The order alone
//! says nothing: their number has to be the form's, the labels found have to agree with it, and every sum of the table
//! has to hold, under one reading only.

use rust_decimal::Decimal;

use super::rows::Key;
use super::table_match::TextValue;
use super::{Block, Form, SumState, Term};
use crate::amount::{self, State};
use crate::place::{Place, Spot};

/// Most figures of the text that may be none of the table's: numbers of pages, which count on and stand in no cell.
const MAX_FOREIGN: usize = 8;
/// Most readings that are tried.
const MAX_READINGS: usize = 40_000;

/// What stands in a table's text, in its order.
#[derive(Debug, Clone)]
pub(super) enum SequenceItem {
    Row(Key),
    /// A figure with its place.
    Figure(String, Place),
}

/// The rows of a table with their cells.
pub(super) type Rows = Vec<(Key, Vec<TextValue>)>;

/// Returns the one reading under which every sum of the table holds. `certain` are the rows that are known already.
pub(super) fn read(
    form: &Form,
    table: usize,
    marks: &[SequenceItem],
    certain: &[(Key, Vec<TextValue>)],
) -> Option<Rows> {
    let [block] = form.tables[table].blocks.as_slice() else { return None };
    if !form.equations.iter().any(|equation| equation.table == table) {
        return None;
    }
    let figures: Vec<(&String, &Place)> = marks
        .iter()
        .filter_map(|mark| if let SequenceItem::Figure(text, place) = mark { Some((text, place)) } else { None })
        .collect();
    let values: Vec<Decimal> = figures.iter().map(|(text, _)| value(text)).collect::<Option<_>>()?;
    let is_free: Vec<bool> = figures.iter().map(|(_, place)| place.spot == Spot::Text).collect();
    let mut found: Option<(Vec<Decimal>, Rows)> = None;
    for rows in orders(block) {
        let wanted = rows.len() * block.columns.len();
        let Some(foreign) = values.len().checked_sub(wanted).filter(|foreign| *foreign <= MAX_FOREIGN) else {
            continue;
        };
        for left_out in choices(&values, &is_free, foreign)? {
            let kept: Vec<usize> = (0..values.len()).filter(|at| !left_out.contains(at)).collect();
            let own: Vec<Decimal> = kept.iter().map(|at| values[*at]).collect();
            let candidate = Candidate { form, table, block, rows: &rows, values: &own };
            if !candidate.keeps_sums() || !candidate.agrees_with_labels(marks, &left_out) {
                continue;
            }
            let cells: Vec<TextValue> = kept.iter().map(|at| as_cell(figures[*at])).collect();
            let reading = candidate.reading(&cells);
            if !agrees(&reading, certain) {
                continue;
            }
            match &found {
                Some((before, _)) if *before != own => return None,
                Some(_) => {}
                None => found = Some((own, reading)),
            }
        }
    }
    found.map(|(_, reading)| reading)
}

fn as_cell((text, place): (&String, &Place)) -> TextValue {
    TextValue { text: text.clone(), place: place.clone(), doubt: None, unit: None }
}

/// Returns what a figure counts in a sum.
fn value(text: &str) -> Option<Decimal> {
    let reading = amount::read(text);
    if reading.state == State::NotApplicable { Some(Decimal::ZERO) } else { reading.value }
}

/// Returns the rows of a block in the order they are printed in: each on its own, and with a group filled as one.
fn orders(block: &Block) -> Vec<Vec<usize>> {
    let rows = 0..block.rows.len();
    let Some((combined, parts)) = block.combined_rows() else { return vec![rows.collect()] };
    let each = rows.clone().filter(|row| *row != combined).collect();
    let as_one = rows.filter(|row| *row != combined && !parts[1..].contains(row));
    let as_one = as_one.map(|row| if parts.first() == Some(&row) { combined } else { row }).collect();
    vec![each, as_one]
}

/// Returns every choice of so many out of the figures that may be the numbers of pages: one of any worth, more if they
/// count on. `None` where there are too many.
fn choices(values: &[Decimal], is_free: &[bool], chosen: usize) -> Option<Vec<Vec<usize>>> {
    let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..chosen {
        let longer = |choice: &Vec<usize>| {
            let from = choice.last().map_or(0, |last| last + 1);
            let next = choice.last().map(|last| values[*last] + Decimal::ONE);
            let follows = (from..values.len()).filter(|at| is_free[*at] && next.is_none_or(|next| values[*at] == next));
            follows.map(|at| [choice.as_slice(), &[at]].concat()).collect::<Vec<_>>()
        };
        choices = choices.iter().flat_map(longer).take(MAX_READINGS + 1).collect();
        if choices.len() > MAX_READINGS {
            return None;
        }
    }
    Some(choices)
}

/// Returns whether the rows that are certain are read in the same way.
fn agrees(reading: &[(Key, Vec<TextValue>)], certain: &[(Key, Vec<TextValue>)]) -> bool {
    certain.iter().all(|(key, cells)| {
        let read = reading.iter().find(|(own, _)| own == key);
        read.is_some_and(|(_, own)| own.iter().zip(cells).all(|(own, cell)| own.text == cell.text))
    })
}

/// The figures in one order of rows.
struct Candidate<'c> {
    form: &'c Form,
    table: usize,
    block: &'c Block,
    rows: &'c [usize],
    values: &'c [Decimal],
}

impl Candidate<'_> {
    fn reading(&self, cells: &[TextValue]) -> Rows {
        let rows = self.rows.iter().zip(cells.chunks(self.block.columns.len()));
        rows.map(|(row, cells)| ((0, *row), cells.to_vec())).collect()
    }

    /// Returns whether every sum of the table holds; one that none of the rows stands in says nothing.
    fn keeps_sums(&self) -> bool {
        let width = self.block.columns.len();
        let term = |position: usize| {
            let indicator = &self.form.indicators[position];
            let at = self.rows.iter().position(|row| *row == indicator.row);
            Term::Known(at.map_or(Decimal::ZERO, |at| self.values[at * width + indicator.column]))
        };
        let own = self.form.equations.iter().filter(|equation| equation.table == self.table);
        // The sums of the rows come last in the form, and fail first.
        own.rev().all(|equation| equation.evaluate(term).state() == SumState::Kept)
    }

    /// Returns whether a row, by its place in the order, is the first of a group.
    fn begins_group(&self, at: usize) -> bool {
        let group = |at: usize| self.block.rows[self.rows[at]].group.as_ref();
        group(at).is_some() && at.checked_sub(1).is_none_or(|before| group(before) != group(at))
    }

    /// Returns whether the labels found stand in the form's order with as many figures before them as the rows above
    /// have, or from some label on with their own as well, and are most of the form's; zeros need no labels. The first
    /// row of a group may have its figures before it, on the line of the group's label. The sums alone cannot
    /// distinguish the rows that are added up.
    fn agrees_with_labels(&self, marks: &[SequenceItem], left_out: &[usize]) -> bool {
        if self.values.iter().all(Decimal::is_zero) {
            return true;
        }
        let width = self.block.columns.len();
        let (mut seen, mut kept, mut labels) = (0, 0, 0);
        let (mut last, mut kept_at_last, mut own_before) = (None, None, false);
        for mark in marks {
            let SequenceItem::Row((_, row)) = mark else {
                kept += usize::from(!left_out.contains(&seen));
                seen += 1;
                continue;
            };
            // A group's label may stand over its rows or be filled as one row.
            let Some(at) = self.rows.iter().position(|own| own == row) else {
                if self.block.is_combined_row(&self.block.rows[*row].id) {
                    continue;
                }
                return false;
            };
            let is_first_behind_figures = kept_at_last != Some(kept);
            let has_own_before = kept == (at + 1) * width;
            let is_right = has_own_before || kept == at * width && !own_before;
            if last.is_some_and(|last| at <= last) || is_first_behind_figures && !is_right {
                return false;
            }
            own_before |= is_first_behind_figures && has_own_before && !self.begins_group(at);
            (last, kept_at_last, labels) = (Some(at), Some(kept), labels + 1);
        }
        labels * 3 >= self.rows.len() * 2
    }
}
