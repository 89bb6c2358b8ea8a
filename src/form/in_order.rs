//! Reads a table's figures in the form's own order, if labels were broken or separated from their figures. The order
//! alone is no evidence: the number of figures must be the form's, the labels found must agree with it, and every sum
//! of the table must hold, for one reading only.

use rust_decimal::Decimal;

use super::rows::Key;
use super::table_match::TextValue;
use super::{Block, Form, SumState, Term};
use crate::amount::{self, State};
use crate::place::{Place, Spot};

/// Most figures in the text that may not belong to the table: page numbers, which are consecutive and are in no cell.
const MAX_FOREIGN: usize = 8;
/// Most readings that are tried.
const MAX_READINGS: usize = 40_000;

/// A label or figure of a table in running text.
#[derive(Debug, Clone)]
pub(super) enum SequenceItem {
    Row(Key),
    /// A figure with its place.
    Figure(String, Place),
}

/// The rows of a table with their cells.
pub(super) type Rows = Vec<(Key, Vec<TextValue>)>;

/// Returns the only reading for which every sum of the table holds. `certain` are rows that are already known.
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

/// Returns the value of a figure in a sum.
fn value(text: &str) -> Option<Decimal> {
    let reading = amount::read(text);
    if reading.state == State::NotApplicable { Some(Decimal::ZERO) } else { reading.value }
}

/// Returns the possible sequences of rows: all rows separately, and with a group filled in as one row.
fn orders(block: &Block) -> Vec<Vec<usize>> {
    let rows = 0..block.rows.len();
    let Some((combined, parts)) = block.combined_rows() else { return vec![rows.collect()] };
    let each = rows.clone().filter(|row| *row != combined).collect();
    let as_one = rows.filter(|row| *row != combined && !parts[1..].contains(row));
    let as_one = as_one.map(|row| if parts.first() == Some(&row) { combined } else { row }).collect();
    vec![each, as_one]
}

/// Returns every choice of `chosen` figures that may be page numbers. The first may have any value; the others must be
/// consecutive. `None` if there are too many choices.
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

/// Returns whether a reading agrees with the rows that are already known.
fn agrees(reading: &[(Key, Vec<TextValue>)], certain: &[(Key, Vec<TextValue>)]) -> bool {
    certain.iter().all(|(key, cells)| {
        let read = reading.iter().find(|(own, _)| own == key);
        read.is_some_and(|(_, own)| own.iter().zip(cells).all(|(own, cell)| own.text == cell.text))
    })
}

/// The figures assigned to one sequence of rows.
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

    /// Returns whether every sum of the table holds. Figures of rows outside the sequence count as zero.
    fn keeps_sums(&self) -> bool {
        let width = self.block.columns.len();
        let term = |position: usize| {
            let indicator = &self.form.indicators[position];
            let at = self.rows.iter().position(|row| *row == indicator.row);
            Term::Known(at.map_or(Decimal::ZERO, |at| self.values[at * width + indicator.column]))
        };
        let own = self.form.equations.iter().filter(|equation| equation.table == self.table);
        // The sums of rows come last in the form and are the likeliest to fail, so they are checked first.
        own.rev().all(|equation| equation.evaluate(term).state() == SumState::Kept)
    }

    /// Returns whether a row, by its position in the sequence, is the first of a group.
    fn begins_group(&self, at: usize) -> bool {
        let group = |at: usize| self.block.rows[self.rows[at]].group.as_ref();
        group(at).is_some() && at.checked_sub(1).is_none_or(|before| group(before) != group(at))
    }

    /// Returns whether the labels found are in the form's order and agree with the figures: before each label there are
    /// as many figures as the rows above it have, or, from some label on, its own figures as well. The first row of a
    /// group may have its figures before it, on the line of the group's label. At least two thirds of the rows must
    /// have labels, because the sums cannot distinguish the rows that are added up. Zeros need no labels.
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
            // The label of a group may be printed over its rows or be filled in as one row.
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
