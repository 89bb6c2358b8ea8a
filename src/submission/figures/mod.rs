//! Compact storage for the figures of a report. A report has about two hundred figures, nearly all of them plain whole
//! numbers. Such a figure takes eight bytes; only the others need a `FigureDetail`.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::amount::{self, Notation, State};
use crate::form::{Doubt, Form};
use crate::place::{Place, Spot};

/// A view of one figure of a report.
#[derive(Debug, Clone, Copy)]
pub struct Figure<'a> {
    /// The state of the cell.
    pub state: State,
    /// The number in the indicator's unit; `Some` only for `State::Number`.
    pub value: Option<Decimal>,
    /// The unusual ways in which it is written.
    pub notation: Notation,
    /// Why the text of the cell is not used: it is uncertain which figure the text belongs to.
    pub doubt: Option<Doubt>,
    /// Whether its row, column or sheet is hidden.
    pub hidden: bool,
    /// Whether its unit is known, so that it can be added to other figures.
    pub addable: bool,
    kept: PackedFigure,
    of: &'a Figures,
}

/// The original content of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Raw<'a> {
    /// A whole number in its plainest decimal form.
    Whole(i64),
    /// Any other text, unchanged.
    Text(&'a str),
}

impl<'a> Raw<'a> {
    /// Classifies a text, so that equal texts give equal values however they are stored.
    fn of(text: &'a str) -> Self {
        let longer = || text.parse().ok().filter(|number: &i64| number.to_string() == text);
        amount::plain(text).or_else(longer).map_or(Self::Text(text), Self::Whole)
    }
}

/// A problem with a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaTrouble {
    /// It had no stored result. It was a plain sum of numbers and was recomputed.
    Recomputed,
    /// It has no stored result and could not be recomputed.
    NoResult,
    /// Its stored result, which is used, differs from this recomputed one.
    Differs(Decimal),
}

/// The figures of one report, one for each indicator of its form.
#[derive(Debug, Clone)]
pub struct Figures {
    kept: Vec<PackedFigure>,
    odd: Vec<FigureDetail>,
    /// The sheets and tables of the figures, as places of their first cells.
    grounds: Vec<Place>,
}

/// A figure before it is packed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawFigure {
    pub(super) state: State,
    pub(super) value: Option<Decimal>,
    /// The original text of the cell.
    pub(super) raw: String,
    /// Its place; `None` if it is absent.
    pub(super) place: Option<Place>,
    pub(super) notation: Notation,
    pub(super) formula: Option<FormulaTrouble>,
    pub(super) doubt: Option<Doubt>,
    pub(super) hidden: bool,
    pub(super) addable: bool,
}

/// A figure in eight bytes. `number` is the value, or the index of its `FigureDetail`. `packed` has, from the lowest
/// bits: flags, row, column, index of the sheet or table. A figure that does not fit has a `FigureDetail` instead.
#[derive(Debug, Clone, Copy)]
struct PackedFigure {
    number: i32,
    packed: u32,
}

bitflags::bitflags! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Is: u32 {
        /// A plain whole number.
        const NUMBER = 1;
        const BLANK = 1 << 1;
        const HIDDEN = 1 << 2;
        const ADDABLE = 1 << 3;
        const STORED_AS_TEXT = 1 << 4;
        const ODD = 1 << 5;
    }
}

const IS_BITS: u32 = 6;
const ROW_BITS: u32 = 13;
const COLUMN_BITS: u32 = 8;
const GROUND_BITS: u32 = 5;
const _: () = assert!(IS_BITS + ROW_BITS + COLUMN_BITS + GROUND_BITS == u32::BITS);

/// The place of a figure: index of its sheet or table, row, column.
pub(super) type At = (u32, u32, u32);

/// A figure that does not fit in a `PackedFigure`.
#[derive(Debug, Clone)]
struct FigureDetail {
    state: State,
    value: Option<Decimal>,
    raw: Box<str>,
    place: Option<Place>,
    notation: Notation,
    formula: Option<FormulaTrouble>,
    doubt: Option<Doubt>,
}

impl RawFigure {
    pub(super) fn absent() -> Self {
        Self {
            state: State::Absent,
            value: None,
            raw: String::new(),
            place: None,
            notation: Notation::empty(),
            formula: None,
            doubt: None,
            hidden: false,
            addable: false,
        }
    }
}

impl PackedFigure {
    /// A cell that the submission does not have.
    const ABSENT: Self = Self { number: 0, packed: 0 };

    /// Packs a figure; `None` if the number or a part of its place has too many bits.
    fn of(number: i64, (ground, row, column): At, is: Is) -> Option<Self> {
        let fits = ground >> GROUND_BITS == 0 && row >> ROW_BITS == 0 && column >> COLUMN_BITS == 0;
        let place = (ground << COLUMN_BITS | column) << ROW_BITS | row;
        let number = i32::try_from(number).ok().filter(|_| fits)?;
        Some(Self { number, packed: place << IS_BITS | is.bits() })
    }

    fn is(self) -> Is {
        Is::from_bits_truncate(self.packed)
    }

    fn at(self) -> At {
        let place = self.packed >> IS_BITS;
        let of_row = place >> ROW_BITS;
        (of_row >> COLUMN_BITS, place & !(u32::MAX << ROW_BITS), of_row & !(u32::MAX << COLUMN_BITS))
    }
}

impl Figures {
    /// Returns `count` absent figures.
    pub(super) fn absent(count: usize) -> Self {
        Self { kept: vec![PackedFigure::ABSENT; count], odd: Vec::new(), grounds: Vec::new() }
    }

    /// Returns the figure of an indicator, by its position in the form; `None` past the end.
    #[inline]
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Figure<'_>> {
        self.kept.get(position).map(|kept| self.look(*kept))
    }

    /// Returns the figure of an indicator of the report's own form.
    ///
    /// # Panics
    /// If the form has no such position.
    #[inline]
    #[must_use]
    pub fn at(&self, position: usize) -> Figure<'_> {
        self.look(self.kept[position])
    }

    /// Returns all figures, in the form's order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Figure<'_>> + DoubleEndedIterator + Clone {
        self.kept.iter().map(|kept| self.look(*kept))
    }

    /// Returns each figure's number if it is a plain whole number that can be added to others, else `None`.
    #[must_use]
    pub fn wholes(&self) -> impl ExactSizeIterator<Item = Option<i64>> {
        self.kept.iter().map(|kept| kept.is().contains(Is::NUMBER | Is::ADDABLE).then_some(i64::from(kept.number)))
    }

    /// Returns whether the first `count` figures are plain whole numbers of zero or more in visible cells of their own,
    /// and all others are absent.
    pub(super) fn are_plain(&self, count: usize) -> bool {
        let is_plain = |kept: &PackedFigure| kept.is() == Is::NUMBER | Is::ADDABLE && kept.number >= 0;
        let Some((own, others)) = self.kept.split_at_checked(count) else { return false };
        own.iter().all(is_plain) && others.iter().all(|kept| kept.is().is_empty())
    }

    /// Returns the name of the sheet if all figures are packed and on one sheet or table.
    #[must_use]
    pub fn only_sheet(&self) -> Option<&str> {
        match self.grounds.as_slice() {
            [only] if self.odd.is_empty() => Some(&only.sheet),
            _ => None,
        }
    }

    /// Stores a plain whole number in packed form. Returns whether it fits; if not, the figure becomes absent.
    pub(super) fn set_integer(&mut self, position: usize, number: i64, at: At) -> bool {
        let plain = PackedFigure::of(number, at, Is::NUMBER | Is::ADDABLE);
        self.kept[position] = plain.unwrap_or(PackedFigure::ABSENT);
        plain.is_some()
    }

    /// Stores the figure of an indicator.
    pub(super) fn set(&mut self, position: usize, written: RawFigure) {
        self.kept[position] = self.plain(&written).unwrap_or_else(|| self.odd(written));
    }

    /// Replaces a figure's value by a corrected one. The raw text and the place stay.
    pub(super) fn correct(&mut self, position: usize, value: Decimal) {
        let figure = self.at(position);
        let written = RawFigure {
            state: State::Number,
            value: Some(value),
            raw: figure.raw().into_owned(),
            place: figure.place(),
            notation: Notation::empty(),
            formula: None,
            doubt: None,
            hidden: figure.hidden,
            addable: true,
        };
        self.set(position, written);
    }

    /// Restores figures shown in quotation marks, as [`super::Report::restore_quoted`] does. Returns whether there are
    /// any.
    pub(super) fn restore_quoted(&mut self, form: &Form) -> bool {
        let mut restored = false;
        for (position, item) in form.indicators.iter().enumerate().take(self.kept.len()) {
            let figure = self.at(position);
            let raw = figure.raw().into_owned();
            let inner = raw.trim().strip_prefix('“').and_then(|inner| inner.strip_suffix('”'));
            let Some((inner, value)) = inner.and_then(|inner| Some((inner, amount::read(inner).value?))) else {
                continue;
            };
            let is_uncertain = item.accepts(value);
            let written = RawFigure {
                state: if is_uncertain { State::Text } else { State::Number },
                value: (!is_uncertain).then_some(value),
                raw: inner.to_owned(),
                place: figure.place(),
                notation: Notation::empty(),
                formula: None,
                doubt: is_uncertain.then_some(Doubt::Unplaced),
                hidden: figure.hidden,
                addable: !is_uncertain,
            };
            self.set(position, written);
            restored = true;
        }
        restored
    }

    /// Packs a figure that is a plain number, blank or absent; `None` for any other.
    fn plain(&mut self, written: &RawFigure) -> Option<PackedFigure> {
        if written.doubt.is_some() || written.formula.is_some() || !Notation::STORED_AS_TEXT.contains(written.notation)
        {
            return None;
        }
        let (number, kind) = match (written.state, written.value) {
            (State::Absent, None) if written.place.is_none() => return Some(PackedFigure::ABSENT),
            (State::Blank, None) if written.raw.is_empty() && written.notation.is_empty() => (0, Is::BLANK),
            (State::Number, Some(value)) => {
                let number = i64::try_from(value).ok().filter(|number| Decimal::from(*number) == value)?;
                if amount::plain(&written.raw) != Some(number) && number.to_string() != written.raw {
                    return None;
                }
                (number, Is::NUMBER)
            }
            _ => return None,
        };
        let mut is = kind;
        is.set(Is::HIDDEN, written.hidden);
        is.set(Is::ADDABLE, written.addable);
        is.set(Is::STORED_AS_TEXT, !written.notation.is_empty());
        let place = written.place.as_ref()?;
        let (row, column) = match place.spot {
            Spot::Sheet { row, column } | Spot::Table { row, column, .. } | Spot::Page { row, column, .. } => {
                (row, column)
            }
            Spot::Text => (0, 0),
        };
        PackedFigure::of(number, (self.ground(place)?, row, column), is)
    }

    fn odd(&mut self, written: RawFigure) -> PackedFigure {
        let RawFigure { state, value, raw, place, notation, formula, doubt, hidden, addable } = written;
        let mut is = Is::ODD;
        is.set(Is::HIDDEN, hidden);
        is.set(Is::ADDABLE, addable);
        let number = i32::try_from(self.odd.len()).unwrap_or(i32::MAX);
        self.odd.push(FigureDetail { state, value, raw: raw.into(), place, notation, formula, doubt });
        PackedFigure { number, packed: is.bits() }
    }

    /// Returns the index of the sheet or table of a place, adding it if it is new; `None` if there are too many.
    pub(super) fn ground(&mut self, place: &Place) -> Option<u32> {
        let spot = match place.spot {
            Spot::Sheet { .. } => Spot::Sheet { row: 0, column: 0 },
            Spot::Table { table, .. } => Spot::Table { table, row: 0, column: 0 },
            Spot::Page { page, .. } => Spot::Page { page, row: 0, column: 0 },
            Spot::Text => Spot::Text,
        };
        let known = self.grounds.iter().rposition(|known| known.spot == spot && known.sheet == place.sheet);
        let at = u32::try_from(known.unwrap_or(self.grounds.len())).ok().filter(|at| at >> GROUND_BITS == 0)?;
        if known.is_none() {
            self.grounds.push(Place { sheet: Arc::clone(&place.sheet), spot });
        }
        Some(at)
    }

    #[inline]
    fn look(&self, kept: PackedFigure) -> Figure<'_> {
        let (state, value, notation, doubt) = match self.odd_of(kept) {
            Some(odd) => (odd.state, odd.value, odd.notation, odd.doubt),
            None if kept.is().contains(Is::NUMBER) => {
                let stored = kept.is().contains(Is::STORED_AS_TEXT);
                let notation = if stored { Notation::STORED_AS_TEXT } else { Notation::empty() };
                (State::Number, Some(Decimal::from(kept.number)), notation, None)
            }
            None if kept.is().contains(Is::BLANK) => (State::Blank, None, Notation::empty(), None),
            None => (State::Absent, None, Notation::empty(), None),
        };
        let (hidden, addable) = (kept.is().contains(Is::HIDDEN), kept.is().contains(Is::ADDABLE));
        Figure { state, value, notation, doubt, hidden, addable, kept, of: self }
    }

    #[inline]
    fn odd_of(&self, kept: PackedFigure) -> Option<&FigureDetail> {
        let at = kept.is().contains(Is::ODD).then(|| usize::try_from(kept.number).ok()).flatten()?;
        self.odd.get(at)
    }
}

impl<'a> Figure<'a> {
    /// Returns the original text of the cell.
    #[must_use]
    pub fn raw(&self) -> Cow<'a, str> {
        match self.written() {
            Raw::Whole(number) => Cow::Owned(number.to_string()),
            Raw::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Returns the original content of the cell without allocation.
    #[must_use]
    pub fn written(&self) -> Raw<'a> {
        match self.of.odd_of(self.kept) {
            Some(odd) => Raw::of(&odd.raw),
            None if self.kept.is().contains(Is::NUMBER) => Raw::Whole(self.kept.number.into()),
            None => Raw::Text(""),
        }
    }

    /// Returns its place; `None` if it is absent.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let sheet = match self.of.odd_of(self.kept) {
            Some(odd) => &odd.place.as_ref()?.sheet,
            None => &self.ground()?.sheet,
        };
        Some(Place { sheet: Arc::clone(sheet), spot: self.spot()? })
    }

    /// Returns the name of its sheet; `None` if it is absent.
    #[must_use]
    pub fn sheet(&self) -> Option<&'a str> {
        match self.of.odd_of(self.kept) {
            Some(odd) => odd.place.as_ref().map(|place| &*place.sheet),
            None => self.ground().map(|ground| &*ground.sheet),
        }
    }

    /// Returns the cell it is in; `None` if it is absent.
    #[must_use]
    pub fn spot(&self) -> Option<Spot> {
        if let Some(odd) = self.of.odd_of(self.kept) {
            return odd.place.as_ref().map(|place| place.spot);
        }
        let (_, row, column) = self.kept.at();
        Some(match self.ground()?.spot {
            Spot::Sheet { .. } => Spot::Sheet { row, column },
            Spot::Table { table, .. } => Spot::Table { table, row, column },
            Spot::Page { page, .. } => Spot::Page { page, row, column },
            Spot::Text => Spot::Text,
        })
    }

    /// Returns whether its cell has text that is not a number. Excludes figures with a doubt and formulas without a
    /// result.
    #[must_use]
    pub fn is_not_a_number(&self) -> bool {
        self.state == State::Text && self.doubt.is_none() && self.formula().is_none()
    }

    /// Returns the problem with its formula, if any.
    #[must_use]
    pub fn formula(&self) -> Option<FormulaTrouble> {
        self.of.odd_of(self.kept)?.formula
    }

    fn ground(&self) -> Option<&'a Place> {
        let absent = self.kept.is().is_empty();
        let (ground, ..) = self.kept.at();
        self.of.grounds.get(usize::try_from(ground).ok()?).filter(|_| !absent)
    }
}

#[cfg(test)]
mod tests;
