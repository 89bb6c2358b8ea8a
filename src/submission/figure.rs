//! Conversion of a submission's cells into figures: state, value, raw text, place and notation.

use rust_decimal::Decimal;

use super::figures::{At, Figures, FormulaTrouble, RawFigure};
use super::formula;
use super::shown::as_shown;
use crate::amount::{self, MoneyUnit, Notation, Reading, State};
use crate::document::{Cell, CellKind, Grid};
use crate::form::{Doubt, Form, Indicator, ItemKind, Slot, TextValue};

/// Returns the figures of a report before any is read: all absent.
pub(super) fn absent(form: &Form) -> Figures {
    Figures::absent(form.indicators.len())
}

/// Reads the figures at the given slots of a grid.
pub(super) fn read_into(figures: &mut Figures, form: &Form, grid: &Grid, slots: &[(usize, Slot)]) {
    let ground = figures.ground(&grid.place(0, 0));
    let uncomputed = formula::is_uncomputed(grid);
    for (position, slot) in slots {
        let indicator = &form.indicators[*position];
        let plain = ground.and_then(|ground| plain_number(grid, slot, ground, uncomputed));
        let plain = plain.filter(|(number, _)| indicator.kind != ItemKind::Money || stays(*number, indicator, slot));
        if !plain.is_some_and(|(number, at)| figures.set_integer(*position, number, at)) {
            figures.set(*position, read_one(indicator, grid, slot, (slots, uncomputed)));
        }
    }
}

/// Fast path for most figures: returns the whole number in the only cell of the slot, and its place. A formula must be
/// absent or agree with that number.
fn plain_number(grid: &Grid, slot: &Slot, ground: u32, uncomputed: bool) -> Option<(i64, At)> {
    let (from, to) = slot.cells?;
    let [cell] = &grid.cells()[from..to] else { return None };
    let is_shown = !grid.is_hidden(cell.row, cell.column) && !grid.shown.contains_key(&(cell.row, cell.column));
    if cell.kind != CellKind::Number || !is_shown {
        return None;
    }
    let number = amount::plain(&cell.text)?;
    if let Some(formula) = &cell.formula {
        let sum = formula::plain_sum(formula, grid, uncomputed);
        let is_certain = !uncomputed || number != 0 || sum.is_some_and(|sum| sum.complete);
        if !is_certain || sum.is_some_and(|sum| sum.value != Decimal::from(number)) {
            return None;
        }
    }
    Some((number, (ground, cell.row, cell.column)))
}

/// Returns whether an amount of money needs no conversion. Zero needs none in any unit.
fn stays(number: i64, indicator: &Indicator, slot: &Slot) -> bool {
    let kept = indicator.unit.unwrap_or(MoneyUnit::Yuan);
    slot.unit.map_or(number == 0, |printed| printed == kept)
}

/// Reads the figures found in running text.
pub(super) fn read_pieces(figures: &mut Figures, form: &Form, pieces: &[(usize, TextValue)]) {
    for (position, piece) in pieces {
        let found = RawFigure { place: Some(piece.place.clone()), raw: piece.text.clone(), ..RawFigure::absent() };
        let reading = read_text(&form.indicators[*position], &piece.text);
        let written = if piece.doubt.is_some() {
            RawFigure { state: State::Text, doubt: piece.doubt, ..found }
        } else {
            let figure = RawFigure { state: reading.state, notation: reading.notation, ..found };
            with_unit(&form.indicators[*position], &reading, piece.unit, figure)
        };
        figures.set(*position, written);
    }
}

fn read_one(
    indicator: &Indicator,
    grid: &Grid,
    slot: &Slot,
    (slots, uncomputed): (&[(usize, Slot)], bool),
) -> RawFigure {
    let empty = RawFigure {
        state: State::Blank,
        place: Some(grid.place(slot.row, slot.left)),
        hidden: grid.is_hidden(slot.row, slot.left),
        ..RawFigure::absent()
    };
    let (cells, shared) = cells_at(grid, slot, slots);
    let Some(cell) = cells.first() else {
        return empty;
    };
    let found = RawFigure {
        place: Some(grid.place(cell.row, cell.column)),
        raw: cell.text.to_string(),
        hidden: grid.is_hidden(cell.row, cell.column),
        ..empty
    };
    if shared || cells.len() > 1 {
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        return RawFigure {
            state: State::Text,
            raw: texts.join(" | "),
            doubt: if shared { Some(Doubt::Merged) } else { are_figures(&cells).then_some(Doubt::Unplaced) },
            ..found
        };
    }
    value_of(indicator, (grid, uncomputed), cell, slot, found)
}

/// Parses the text of a figure's cell.
fn read_text(indicator: &Indicator, text: &str) -> Reading {
    match indicator.kind {
        ItemKind::Change => amount::read_change(text),
        _ => amount::read_figure(text),
    }
}

/// Returns the cells in a slot, and whether they are one merged cell that covers other slots too.
fn cells_at<'a>(grid: &'a Grid, slot: &Slot, slots: &[(usize, Slot)]) -> (Vec<&'a Cell>, bool) {
    let merged = if slot.cells.is_none() { grid.region(slot.row, slot.left) } else { None };
    if let Some(region) = merged {
        let slots_in = slots.iter().filter(|(_, other)| region.contains(other.row, other.left)).count();
        let origin: Vec<&Cell> =
            grid.cell(region.top, region.left).into_iter().filter(|cell| !is_blank(cell)).collect();
        if region.top != slot.row || region.left != slot.left || slots_in > 1 {
            let shared = slots_in > 1 && !origin.is_empty();
            return (origin, shared);
        }
    }
    let (from, to) = slot.cells.unwrap_or_else(|| grid.between(slot.row, slot.left, slot.right));
    let here = &grid.cells()[from..to];
    let filled: Vec<&Cell> = here.iter().filter(|cell| !is_blank(cell)).collect();
    (if filled.is_empty() { here.iter().take(1).collect() } else { filled }, false)
}

/// Returns whether each of several cells below one heading has a figure, so that it is uncertain which one is meant.
fn are_figures(cells: &[&Cell]) -> bool {
    cells.iter().all(|cell| matches!(amount::read_figure(&cell.text).state, State::Number | State::NotApplicable))
}

fn is_blank(cell: &Cell) -> bool {
    cell.kind == CellKind::Text && cell.formula.is_none() && amount::read(&cell.text).state == State::Blank
}

fn value_of(
    indicator: &Indicator,
    (grid, uncomputed): (&Grid, bool),
    cell: &Cell,
    slot: &Slot,
    found: RawFigure,
) -> RawFigure {
    let sum = cell.formula.as_deref().and_then(|formula| formula::plain_sum(formula, grid, uncomputed));
    let has_no_result = cell.kind == CellKind::NoResult
        || formula::has_no_result(cell) && sum.is_some()
        || uncomputed && formula::is_stored_zero(cell);
    let (reading, trouble) = match cell.kind {
        _ if has_no_result => match sum.filter(|sum| sum.complete) {
            Some(sum) => {
                let reading = amount::read(&sum.value.to_string());
                let is_stored = cell.kind == CellKind::Number && amount::read(&cell.text).value == reading.value;
                (reading, (!is_stored).then_some(FormulaTrouble::Recomputed))
            }
            None => (text(), Some(FormulaTrouble::NoResult)),
        },
        CellKind::Number | CellKind::Text => {
            let reading = read_text(indicator, &cell.text);
            let differs = sum.map(|sum| sum.value).filter(|sum| reading.value.is_some_and(|value| value != *sum));
            (reading, differs.map(FormulaTrouble::Differs))
        }
        CellKind::Date | CellKind::Error | CellKind::Boolean | CellKind::NoResult => (text(), None),
    };
    let as_text = cell.kind == CellKind::Text && grid.typed && reading.state == State::Number;
    let stored = if as_text { Notation::STORED_AS_TEXT } else { Notation::empty() };
    let raw = if trouble.is_some_and(|trouble| !matches!(trouble, FormulaTrouble::Differs(_))) {
        format!("={}", cell.formula.as_deref().unwrap_or_default())
    } else {
        found.raw
    };
    let figure =
        RawFigure { state: reading.state, notation: reading.notation | stored, raw, formula: trouble, ..found };
    if let Some(shown) = grid.shown.get(&(cell.row, cell.column)).filter(|_| reading.state == State::Number) {
        let seen = as_shown(indicator, reading, shown);
        let raw = seen.text.unwrap_or(figure.raw);
        let unit = slot.unit.filter(|_| seen.has_unit);
        let figure = RawFigure { state: seen.reading.state, notation: seen.reading.notation, raw, ..figure };
        return with_unit(indicator, &seen.reading, unit, figure);
    }
    with_unit(indicator, &reading, slot.unit, figure)
}

fn text() -> Reading {
    Reading { state: State::Text, value: None, notation: Notation::empty(), money: None }
}

/// Converts the value to the indicator's unit. Money in a count, or a counting word after money, makes it `Text`.
fn with_unit(indicator: &Indicator, reading: &Reading, printed: Option<MoneyUnit>, figure: RawFigure) -> RawFigure {
    let Some(value) = reading.value else {
        return RawFigure { value: None, ..figure };
    };
    let is_money = indicator.kind == ItemKind::Money;
    if is_money && reading.notation.contains(Notation::COUNTING_WORD) || !is_money && reading.money.is_some() {
        return RawFigure { state: State::Text, value: None, notation: Notation::empty(), ..figure };
    }
    let kept = indicator.unit.unwrap_or(MoneyUnit::Yuan);
    let written = reading.money.or(printed);
    let addable = !is_money || written.is_some() || value.is_zero();
    let notation = if is_money && written.is_some_and(|unit| unit != kept) {
        figure.notation | Notation::MONEY_UNIT
    } else {
        figure.notation
    };
    match written.filter(|_| is_money).map_or(Some(value), |unit| unit.convert(value, kept)) {
        Some(value) => RawFigure { value: Some(value), notation, addable, ..figure },
        None => RawFigure { state: State::Text, value: None, notation: Notation::empty(), ..figure },
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::document;
    use crate::form::{Forms, recognise};
    use crate::source::Limits;

    fn sheets(file: &str) -> Vec<Grid> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(file);
        let bytes = std::fs::read(path).expect("a file");
        document::read(file, &bytes, &Limits::default()).expect("a workbook").grids
    }

    /// Returns the sheet with every seventh number removed, and every seventh turned into text.
    fn spoilt(grid: &Grid) -> Grid {
        let mut cells = grid.cells().to_vec();
        cells.retain(|cell| cell.kind != CellKind::Number || (cell.row + cell.column) % 7 > 0);
        let texts = cells.iter_mut().filter(|cell| cell.kind == CellKind::Number && (cell.row + cell.column) % 7 == 1);
        texts.for_each(|cell| cell.kind = CellKind::Text);
        let mut spoilt = Grid::new(&grid.name, cells);
        spoilt.merged.clone_from(&grid.merged);
        (spoilt.typed, spoilt.hidden_rows) = (grid.typed, (0..100).step_by(7).collect());
        spoilt
    }

    #[test]
    fn a_plain_number_is_read_by_both_parsers() {
        let forms = Forms::official().expect("data files are well formed");
        let mut plain = 0;
        for grid in ["inline.xlsx", "shared.xlsx", "wps.xlsx"].into_iter().flat_map(sheets) {
            for grid in [spoilt(&grid), grid] {
                for found in recognise(&grid, &forms) {
                    let form = &forms.all[found.form];
                    let read = |slots: &[(usize, Slot)]| {
                        let mut figures = absent(form);
                        read_into(&mut figures, form, &grid, slots);
                        format!("{figures:?}")
                    };
                    let bare = |(at, slot): &(usize, Slot)| (*at, Slot { cells: None, ..*slot });
                    plain += found.slots.iter().filter_map(|(_, slot)| plain_number(&grid, slot, 0, false)).count();
                    assert_eq!(read(&found.slots), read(&found.slots.iter().map(bare).collect::<Vec<_>>()));
                }
            }
        }
        assert!(plain > 500, "{plain}");
    }
}
