//! A worksheet in one pass: cells, merged regions, hidden rows and columns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use compact_str::CompactString;

use super::super::layout::REACH;
use super::super::size::Size;
use super::super::{Cell, Grid, Kind as CellKind, Region};
use super::markup::{Kind, Markup, Tag, attribute, attributes, for_each_attribute, kept, unescape};
use super::styles::Styles;
use super::{MAIN, Plain, Unusual};
use crate::amount;
use crate::source::Limits;

/// What a cell with a value takes in a sheet's markup, about: so much room is made at once.
const BYTES_PER_CELL: usize = 64;

/// Most digits of a whole number that a double holds and shows as they stand.
const EXACT_DIGITS: usize = 15;

/// A worksheet; `size` is what the workbook holds so far.
pub(super) fn read(
    name: &str,
    xml: &str,
    strings: &[Cow<'_, str>],
    styles: &Styles,
    size: &mut Size,
    limits: &Limits,
) -> Plain<Grid> {
    size.add_sheet(0);
    let cells = Vec::with_capacity(xml.len() / BYTES_PER_CELL);
    let mut pass = Pass { strings, styles, size, cells, open: None, in_text: None };
    let (mut merged, mut hidden_rows, mut hidden_columns) = (Vec::new(), Vec::new(), BTreeSet::new());
    let (mut row, mut in_main, mut in_data) = (0, false, false);
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match (tag.name, tag.kind) {
            ("worksheet", Kind::Open) => in_main = attribute(tag.attributes, "xmlns")? == Some(MAIN),
            _ if !in_main => return Err(Unusual),
            ("sheetData", kind) => in_data = kind == Kind::Open,
            ("c", kind) => pass.cell(&tag, kind, &mut markup, limits)?,
            ("v" | "f" | "is" | "t" | "r" | "rPh", kind) if pass.open.is_some() => pass.within(&tag, kind)?,
            ("row", Kind::Open | Kind::Empty) => {
                let [own, hidden] = attributes(tag.attributes, ["r", "hidden"])?;
                row = number(own, row + 1)?;
                if is_true(hidden) {
                    hidden_rows.extend(row.checked_sub(1));
                }
            }
            ("col", Kind::Open | Kind::Empty) if is_true(attribute(tag.attributes, "hidden")?) => {
                let [first, last] = attributes(tag.attributes, ["min", "max"])?;
                let (first, last) = (number(first, 1)?, number(last, 0)?);
                hidden_columns.extend((first..=last.min(REACH)).filter_map(|column| column.checked_sub(1)));
            }
            ("mergeCell", Kind::Open | Kind::Empty) => merged.push(region(&tag)?),
            ("worksheet" | "row" | "col" | "mergeCell", _) => {}
            _ if in_data || pass.open.is_some() => return Err(Unusual),
            _ => {}
        }
    }
    if !in_main {
        return Err(Unusual);
    }
    hidden_rows.sort_unstable();
    let mut grid = Grid::new(name, pass.cells);
    grid.typed = true;
    grid.merged = merged;
    grid.hidden_rows = hidden_rows;
    grid.hidden_columns = hidden_columns.into_iter().collect();
    Ok(grid)
}

fn number(given: Option<&str>, otherwise: u32) -> Plain<u32> {
    given.map_or(Ok(otherwise), |text| text.parse().map_err(|_| Unusual))
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

fn region(tag: &Tag<'_>) -> Plain<Region> {
    let (from, to) = attribute(tag.attributes, "ref")?.and_then(|range| range.split_once(':')).ok_or(Unusual)?;
    let ((top, left), (bottom, right)) = (address(from)?, address(to)?);
    if top <= bottom && left <= right { Ok(Region { top, left, bottom, right }) } else { Err(Unusual) }
}

/// What type a cell says its value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Shared,
    Formula,
    Inline,
}

/// A cell begun and not ended.
struct Open<'a> {
    row: u32,
    column: u32,
    kind: Type,
    style: Option<usize>,
    value: Option<&'a str>,
    formula: Option<&'a str>,
    inline: String,
}

struct Pass<'a, 's> {
    strings: &'s [Cow<'s, str>],
    styles: &'s Styles,
    /// What the workbook holds so far.
    size: &'s mut Size,
    cells: Vec<Cell>,
    open: Option<Open<'a>>,
    /// The attributes of the text begun and not ended.
    in_text: Option<&'a str>,
}

impl<'a> Pass<'a, '_> {
    /// The beginning or end of a cell. One without content holds nothing; most others have a value alone.
    fn cell(&mut self, tag: &Tag<'a>, kind: Kind, markup: &mut Markup<'a>, limits: &Limits) -> Plain<()> {
        match kind {
            Kind::Empty => Ok(()),
            Kind::Open if self.open.is_none() => {
                let open = begun(tag)?;
                if let Some(value) = markup.take("<v>", "</v></c>") {
                    return self.end(Open { value: Some(value), ..open }, limits);
                }
                self.open = Some(open);
                Ok(())
            }
            Kind::Open => Err(Unusual),
            Kind::Close => {
                let open = self.open.take().ok_or(Unusual)?;
                self.end(open, limits)
            }
        }
    }

    /// What stands within a cell.
    fn within(&mut self, tag: &Tag<'a>, kind: Kind) -> Plain<()> {
        let open = self.open.as_mut().ok_or(Unusual)?;
        match (tag.name, kind) {
            // A formula with attributes is shared with other cells, or an array.
            ("f", Kind::Open) if tag.attributes.is_empty() => {}
            ("f", Kind::Close) if open.formula.is_none() => open.formula = Some(tag.before),
            ("v", Kind::Open) => {}
            ("v", Kind::Close) if open.value.is_none() => open.value = Some(tag.before),
            ("is" | "r", Kind::Open | Kind::Close) if open.kind == Type::Inline => {}
            ("t", Kind::Open) if open.kind == Type::Inline && self.in_text.is_none() => {
                self.in_text = Some(tag.attributes);
            }
            ("t", Kind::Close) => {
                let attributes = self.in_text.take().ok_or(Unusual)?;
                open.inline.push_str(&kept(tag.before, attributes)?);
            }
            _ => return Err(Unusual),
        }
        Ok(())
    }

    fn end(&mut self, open: Open<'_>, limits: &Limits) -> Plain<()> {
        let formula = open.formula.map(unescape).transpose()?;
        let formula = formula.map(|formula| CompactString::from(formula.trim_start_matches('=')));
        let (kind, text) = match (open.kind, open.value) {
            (Type::Inline, None) if formula.is_none() => (CellKind::Text, open.inline.into()),
            (Type::Shared, Some(value)) => {
                let at: usize = value.parse().map_err(|_| Unusual)?;
                (CellKind::Text, CompactString::from(&**self.strings.get(at).ok_or(Unusual)?))
            }
            (Type::Formula, Some(value)) => (CellKind::Text, unescape(value)?.into()),
            (Type::Number, Some(value)) if self.styles.is_number(open.style) => (CellKind::Number, shown(value)?),
            (Type::Number, None) if formula.is_some() => (CellKind::NoResult, CompactString::default()),
            (Type::Number, None) => return Ok(()),
            _ => return Err(Unusual),
        };
        if kind != CellKind::Text || !text.is_empty() || formula.is_some() {
            let cell = Cell { row: open.row, column: open.column, kind, text, formula };
            self.size.add_cells([&cell]);
            self.cells.push(cell);
        }
        self.size.keep_within(limits).map_err(|_| Unusual)
    }
}

fn begun<'a>(tag: &Tag<'a>) -> Plain<Open<'a>> {
    let (mut place, mut kind, mut style) = (None, Ok(Type::Number), None);
    for_each_attribute(tag.attributes, |name, value| match name {
        "r" => place = Some(value),
        "s" => style = Some(value),
        "t" => {
            kind = match value {
                "n" => Ok(Type::Number),
                "s" => Ok(Type::Shared),
                "str" => Ok(Type::Formula),
                "inlineStr" => Ok(Type::Inline),
                _ => Err(Unusual),
            }
        }
        _ => {}
    })?;
    let (row, column) = address(place.ok_or(Unusual)?)?;
    let style = style.map(|style| style.parse().map_err(|_| Unusual)).transpose()?;
    Ok(Open { row, column, kind: kind?, style, value: None, formula: None, inline: String::new() })
}

/// An address such as `B5` as row and column, both from zero.
fn address(text: &str) -> Plain<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = text.split_at(letters);
    let plain = (1..=3).contains(&letters) && row.len() <= 7 && !row.starts_with('0');
    if !plain || row.is_empty() || !row.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unusual);
    }
    let column = column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    let row = row.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Ok((row - 1, column - 1))
}

/// A number as its workbook shows it.
pub(in crate::document) fn shown(value: &str) -> Plain<CompactString> {
    let whole = value.len() <= EXACT_DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
    if whole && !value.is_empty() && (value.len() == 1 || !value.starts_with('0')) {
        return Ok(value.into());
    }
    let double: f64 = value.parse().map_err(|_| Unusual)?;
    amount::from_double(double).map(CompactString::from).ok_or(Unusual)
}
