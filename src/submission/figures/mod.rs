//! The figures of a report, kept small. A report has two hundred of them and nearly all are whole numbers, plainly
//! written: such a one takes eight bytes, and only what is odd about the others is kept beside.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::amount::{self, Notation, State};
use crate::form::Doubt;
use crate::place::{Place, Spot};

/// One figure of a report, as it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Figure<'a> {
    /// Which of the five states.
    pub state: State,
    /// The number, in the indicator's unit; for `State::Number` alone.
    pub value: Option<Decimal>,
    /// Unusual ways of writing that were understood.
    pub notation: Notation,
    /// Why the text of the cell is not used, where it is not certain which figure it belongs to.
    pub doubt: Option<Doubt>,
    /// The row, column or sheet is hidden.
    pub hidden: bool,
    /// Whether its unit is known, so that it can be added to others'.
    pub addable: bool,
    kept: PackedFigure,
    of: &'a Figures,
}

/// What stood in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Raw<'a> {
    /// A whole number, written as one writes it.
    Whole(i64),
    /// Anything else, as it stood.
    Text(&'a str),
}

impl<'a> Raw<'a> {
    /// Returns a text, which is told from others by nothing but what it says.
    fn of(text: &'a str) -> Self {
        let longer = || text.parse().ok().filter(|number: &i64| number.to_string() == text);
        amount::plain(text).or_else(longer).map_or(Self::Text(text), Self::Whole)
    }
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

/// The figures of one report, one for each indicator of its form.
#[derive(Debug, Clone)]
pub struct Figures {
    kept: Vec<PackedFigure>,
    odd: Vec<FigureDetail>,
    /// The sheets and tables they stand on, as places at their first cell.
    grounds: Vec<Place>,
}

/// A figure as it was written down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawFigure {
    pub(super) state: State,
    pub(super) value: Option<Decimal>,
    /// The cell as it stood.
    pub(super) raw: String,
    /// Where it stands; `None` where it is absent.
    pub(super) place: Option<Place>,
    pub(super) notation: Notation,
    pub(super) formula: Option<FormulaTrouble>,
    pub(super) doubt: Option<Doubt>,
    pub(super) hidden: bool,
    pub(super) addable: bool,
}

/// A figure as it is kept: the number itself, or which of the odd ones it is; and packed together, from the lowest
/// bits, what it is, its row, its column, and the sheet or table it stands on. One that does not go into so little is
/// odd.
#[derive(Debug, Clone, Copy)]
struct PackedFigure {
    number: i32,
    packed: u32,
}

bitflags::bitflags! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Is: u32 {
        /// A whole number, plainly written.
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

/// Where a figure stands: the number of its sheet or table, row and column.
pub(super) type At = (u32, u32, u32);

/// What is more to a figure than a plain number or a blank.
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
    /// No such cell in the submission.
    const ABSENT: Self = Self { number: 0, packed: 0 };

    /// Packs a figure; `None` where the number is too large, or its place too far out.
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
    /// Returns so many figures, before any was read.
    pub(super) fn absent(count: usize) -> Self {
        Self { kept: vec![PackedFigure::ABSENT; count], odd: Vec::new(), grounds: Vec::new() }
    }

    /// Returns the figure of an indicator, by its position in the form.
    #[inline]
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Figure<'_>> {
        self.kept.get(position).map(|kept| self.look(*kept))
    }

    /// Returns the figure of an indicator of the report's own form.
    ///
    /// # Panics
    /// Where the form has no such position.
    #[inline]
    #[must_use]
    pub fn at(&self, position: usize) -> Figure<'_> {
        self.look(self.kept[position])
    }

    /// Returns all of them, in the form's order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Figure<'_>> + DoubleEndedIterator + Clone {
        self.kept.iter().map(|kept| self.look(*kept))
    }

    /// Returns, for each figure, its number, where that is a whole one, plainly written, which can be added to others'.
    #[must_use]
    pub fn wholes(&self) -> impl ExactSizeIterator<Item = Option<i64>> {
        self.kept.iter().map(|kept| kept.is().contains(Is::NUMBER | Is::ADDABLE).then_some(i64::from(kept.number)))
    }

    /// Returns whether each of the first so many is a whole number of zero or more, plainly written in a cell of its
    /// own that can be seen, and there are no others.
    pub(super) fn are_plain(&self, count: usize) -> bool {
        let is_plain = |kept: &PackedFigure| kept.is() == Is::NUMBER | Is::ADDABLE && kept.number >= 0;
        let Some((own, others)) = self.kept.split_at_checked(count) else { return false };
        own.iter().all(is_plain) && others.iter().all(|kept| kept.is().is_empty())
    }

    /// Returns the name of the sheet, where all figures that are not absent are plain ones of one sheet or table.
    #[must_use]
    pub fn only_sheet(&self) -> Option<&str> {
        match self.grounds.as_slice() {
            [only] if self.odd.is_empty() => Some(&only.sheet),
            _ => None,
        }
    }

    /// Returns a whole number that is written as one writes it and nothing else, in a cell of a sheet or table told by
    /// `ground`; whether it can be kept as that.
    pub(super) fn set_plain(&mut self, position: usize, number: i64, at: At) -> bool {
        let plain = PackedFigure::of(number, at, Is::NUMBER | Is::ADDABLE);
        self.kept[position] = plain.unwrap_or(PackedFigure::ABSENT);
        plain.is_some()
    }

    /// Puts down what was read for an indicator.
    pub(super) fn set(&mut self, position: usize, written: RawFigure) {
        self.kept[position] = self.plain(&written).unwrap_or_else(|| self.odd(written));
    }

    /// Puts another number in the place of what was read, which stays as the raw text.
    pub fn correct(&mut self, position: usize, value: Decimal) {
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

    /// Returns a figure that is no more than a number, a blank or nothing, at a place like the others'.
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

    /// Returns the sheet or table of a place, kept from now on; `None` where there are too many.
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
    /// Returns the cell as it stood.
    #[must_use]
    pub fn raw(&self) -> Cow<'a, str> {
        match self.written() {
            Raw::Whole(number) => Cow::Owned(number.to_string()),
            Raw::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Returns the same, as it is kept.
    #[must_use]
    pub fn written(&self) -> Raw<'a> {
        match self.of.odd_of(self.kept) {
            Some(odd) => Raw::of(&odd.raw),
            None if self.kept.is().contains(Is::NUMBER) => Raw::Whole(self.kept.number.into()),
            None => Raw::Text(""),
        }
    }

    /// Returns where it stands; `None` where it is absent.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let sheet = match self.of.odd_of(self.kept) {
            Some(odd) => &odd.place.as_ref()?.sheet,
            None => &self.ground()?.sheet,
        };
        Some(Place { sheet: Arc::clone(sheet), spot: self.spot()? })
    }

    /// Returns the name of the sheet it stands on; `None` where it is absent.
    #[must_use]
    pub fn sheet(&self) -> Option<&'a str> {
        match self.of.odd_of(self.kept) {
            Some(odd) => odd.place.as_ref().map(|place| &*place.sheet),
            None => self.ground().map(|ground| &*ground.sheet),
        }
    }

    /// Returns the cell it stands in; `None` where it is absent.
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

    /// Returns whether its own cell holds something that is no number: not one without a certain place, nor a formula
    /// without result.
    #[must_use]
    pub fn is_not_a_number(&self) -> bool {
        self.state == State::Text && self.doubt.is_none() && self.formula().is_none()
    }

    /// Returns what is odd about the formula behind it.
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
