//! A cell of the form as the submission has it: state, value, raw text, place, and how it was written.

use rust_decimal::Decimal;

use super::formula;
use crate::amount::{self, MoneyUnit, Notation, Reading, State};
use crate::document::{Cell, Grid, Kind};
use crate::form::{Form, Indicator, ItemKind, Piece, Slot};
use crate::place::Place;

/// One figure of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which of the five states.
    pub state: State,
    /// The number, in the indicator's unit; for `State::Number` alone.
    pub value: Option<Decimal>,
    /// The cell as it stood.
    pub raw: String,
    /// Where it stands; `None` where it is absent.
    pub place: Option<Place>,
    /// Unusual ways of writing that were understood.
    pub notation: Notation,
    /// What is odd about the formula behind it.
    pub formula: Option<FormulaTrouble>,
    /// One merged cell stands for several figures.
    pub merged: bool,
    /// The row, column or sheet is hidden.
    pub hidden: bool,
    /// Whether its unit is known, so that it can be added to others'.
    pub addable: bool,
}

/// What is odd about a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaTrouble {
    /// No stored result; it was a plain sum of numbers and was recomputed.
    Recomputed,
    /// No stored result, and none that could be recomputed.
    NoResult,
    /// The stored result, which is kept, differs from this one.
    Differs(Decimal),
}

impl Figure {
    fn absent() -> Self {
        Self {
            state: State::Absent,
            value: None,
            raw: String::new(),
            place: None,
            notation: Notation::empty(),
            formula: None,
            merged: false,
            hidden: false,
            addable: false,
        }
    }
}

/// A report's figures before any was read.
pub(super) fn absent(form: &Form) -> Vec<Figure> {
    vec![Figure::absent(); form.indicators.len()]
}

/// Reads the figures at these slots of a grid.
pub(super) fn read_into(figures: &mut [Figure], form: &Form, grid: &Grid, slots: &[(usize, Slot)]) {
    for (position, slot) in slots {
        figures[*position] = read_one(&form.indicators[*position], grid, slot, slots);
    }
}

/// Reads figures that came from running text.
pub(super) fn read_pieces(figures: &mut [Figure], form: &Form, pieces: &[(usize, Piece)]) {
    for (position, piece) in pieces {
        let found = Figure { place: Some(piece.place.clone()), raw: piece.text.clone(), ..Figure::absent() };
        let reading = amount::read(&piece.text);
        figures[*position] = if piece.merged {
            Figure { state: State::Text, merged: true, ..found }
        } else {
            let figure = Figure { state: reading.state, notation: reading.notation, ..found };
            with_unit(&form.indicators[*position], &reading, piece.unit, figure)
        };
    }
}

fn read_one(indicator: &Indicator, grid: &Grid, slot: &Slot, slots: &[(usize, Slot)]) -> Figure {
    let empty = Figure {
        state: State::Blank,
        place: Some(grid.place(slot.row, slot.left)),
        hidden: grid.is_hidden(slot.row, slot.left),
        ..Figure::absent()
    };
    let (cells, shared) = cells_at(grid, slot, slots);
    let Some(cell) = cells.first() else {
        return empty;
    };
    let found = Figure {
        place: Some(grid.place(cell.row, cell.column)),
        raw: cell.text.to_string(),
        hidden: grid.is_hidden(cell.row, cell.column),
        ..empty
    };
    if shared || cells.len() > 1 {
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        return Figure { state: State::Text, raw: texts.join(" | "), merged: shared, ..found };
    }
    value_of(indicator, grid, cell, slot, found)
}

/// The cells that stand for a slot, and whether they are one merged cell that stands for other slots too.
fn cells_at<'a>(grid: &'a Grid, slot: &Slot, slots: &[(usize, Slot)]) -> (Vec<&'a Cell>, bool) {
    if let Some(region) = grid.region(slot.row, slot.left) {
        let slots_in = slots.iter().filter(|(_, other)| region.contains(other.row, other.left)).count();
        let origin: Vec<&Cell> =
            grid.cell(region.top, region.left).into_iter().filter(|cell| !is_blank(cell)).collect();
        if region.top != slot.row || region.left != slot.left || slots_in > 1 {
            let shared = slots_in > 1 && !origin.is_empty();
            return (origin, shared);
        }
    }
    let here: Vec<&Cell> =
        grid.row(slot.row).iter().filter(|cell| (slot.left..=slot.right).contains(&cell.column)).collect();
    let filled: Vec<&Cell> = here.iter().copied().filter(|cell| !is_blank(cell)).collect();
    (if filled.is_empty() { here.into_iter().take(1).collect() } else { filled }, false)
}

fn is_blank(cell: &Cell) -> bool {
    cell.kind == Kind::Text && cell.formula.is_none() && amount::read(&cell.text).state == State::Blank
}

fn value_of(indicator: &Indicator, grid: &Grid, cell: &Cell, slot: &Slot, found: Figure) -> Figure {
    let sum = cell.formula.as_deref().and_then(|formula| formula::plain_sum(formula, grid));
    let (reading, trouble) = match cell.kind {
        Kind::NoResult => match sum {
            Some(sum) if sum.complete => (amount::read(&sum.value.to_string()), Some(FormulaTrouble::Recomputed)),
            _ => (text(), Some(FormulaTrouble::NoResult)),
        },
        Kind::Number | Kind::Text => {
            let reading = amount::read(&cell.text);
            let differs = sum.map(|sum| sum.value).filter(|sum| reading.value.is_some_and(|value| value != *sum));
            (reading, differs.map(FormulaTrouble::Differs))
        }
        Kind::Date | Kind::Error | Kind::Boolean => (text(), None),
    };
    let as_text = cell.kind == Kind::Text && grid.typed && reading.state == State::Number;
    let stored = if as_text { Notation::STORED_AS_TEXT } else { Notation::empty() };
    let raw = if cell.kind == Kind::NoResult {
        format!("={}", cell.formula.as_deref().unwrap_or_default())
    } else {
        found.raw
    };
    let figure = Figure { state: reading.state, notation: reading.notation | stored, raw, formula: trouble, ..found };
    with_unit(indicator, &reading, slot.unit, figure)
}

fn text() -> Reading {
    Reading { state: State::Text, value: None, notation: Notation::empty(), money: None }
}

/// The value in the indicator's unit. Money among counts, or a counting word behind money, is no number.
fn with_unit(indicator: &Indicator, reading: &Reading, printed: Option<MoneyUnit>, figure: Figure) -> Figure {
    let Some(value) = reading.value else {
        return Figure { value: None, ..figure };
    };
    let is_money = indicator.kind == ItemKind::Money;
    if is_money && reading.notation.contains(Notation::COUNTING_WORD) || !is_money && reading.money.is_some() {
        return Figure { state: State::Text, value: None, notation: Notation::empty(), ..figure };
    }
    let kept = indicator.unit.unwrap_or(MoneyUnit::Yuan);
    let written = reading.money.or(printed);
    let addable = !is_money || written.is_some() || value.is_zero();
    let notation = if is_money && written.is_some_and(|unit| unit != kept) {
        figure.notation | Notation::MONEY_UNIT
    } else {
        figure.notation
    };
    let value = if is_money { written.map_or(value, |unit| unit.convert(value, kept)) } else { value };
    Figure { value: Some(value), notation, addable, ..figure }
}
