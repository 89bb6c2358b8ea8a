//! A worksheet, read in one pass: cells, merged regions, hidden rows and columns.

use std::borrow::Cow;

use compact_str::CompactString;

use super::super::fast_path::{FastResult, Unsupported, shown};
use super::super::layout::{REACH, SheetLayout};
use super::super::markup::{Markup, Tag, TagKind, attribute, attributes, for_each_attribute, keep, unescape};
use super::super::size::Size;
use super::super::{Cell, CellKind, Region};
use super::MAIN;
use super::shared_strings::Strings;
use super::sheet_template::{Held, SheetTemplate};
use super::slot::{Beside, Head, Type, ValueSlot};
use super::styles::XlsxStyles;
use super::xlsx_formula::{SharedFormulas, address};
use crate::source::{Limit, Limits};

/// Typical bytes of markup per cell, to estimate the capacity.
const BYTES_PER_CELL: usize = 64;

/// Data shared by the sheets of a workbook.
#[derive(Clone, Copy)]
pub(super) struct Book<'b> {
    pub(super) strings: &'b Strings,
    pub(super) styles: &'b XlsxStyles,
    pub(super) limits: &'b Limits,
}

/// The result of reading a worksheet.
pub(super) struct ParsedSheet {
    pub(super) cells: Vec<Cell>,
    pub(super) layout: SheetLayout,
    /// The positions of the values of all cells; `None` if a cell has other content than a single value.
    pub(super) slots: Option<Vec<ValueSlot>>,
}

/// Reads a worksheet. `size` counts the content of the workbook so far.
pub(super) fn read(xml: &str, book: Book<'_>, size: &mut Size) -> FastResult<ParsedSheet> {
    let room = xml.len() / BYTES_PER_CELL;
    let cells = SheetCells { book, size, all: Vec::with_capacity(room) };
    let slots = Some(Vec::with_capacity(room));
    let mut pass = XlsxPass { xml, cells, slots, open: None, in_text: None, shared: SharedFormulas::default() };
    let mut layout = SheetLayout::default();
    let (mut row, mut in_main, mut in_data) = (0, false, false);
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match (tag.name, tag.kind) {
            ("worksheet", TagKind::Open) => in_main = attribute(tag.attributes, "xmlns")? == Some(MAIN),
            _ if !in_main => return Err(Unsupported),
            ("sheetData", kind) => in_data = kind == TagKind::Open,
            ("c", kind) => pass.cell(&tag, kind, &mut markup)?,
            ("v" | "f" | "is" | "t" | "r" | "rPh", kind) if pass.open.is_some() => pass.within(&tag, kind)?,
            ("row", TagKind::Open | TagKind::Empty) => {
                let [own, hidden] = attributes(tag.attributes, ["r", "hidden"])?;
                row = number(own, row + 1)?;
                if is_true(hidden) {
                    layout.hidden_rows.extend(row.checked_sub(1));
                }
            }
            ("col", TagKind::Open | TagKind::Empty) if is_true(attribute(tag.attributes, "hidden")?) => {
                let [first, last] = attributes(tag.attributes, ["min", "max"])?;
                let (first, last) = (number(first, 1)?, number(last, 0)?);
                layout.hidden_columns.extend((first..=last.min(REACH)).filter_map(|column| column.checked_sub(1)));
            }
            ("mergeCell", TagKind::Open | TagKind::Empty) => layout.merged.push(region(&tag)?),
            ("worksheet" | "row" | "col" | "mergeCell", _) => {}
            _ if in_data || pass.open.is_some() => return Err(Unsupported),
            _ => {}
        }
    }
    if !in_main {
        return Err(Unsupported);
    }
    Ok(ParsedSheet { cells: pass.cells.all, layout, slots: pass.slots })
}

/// Returns the cells of a worksheet that matches a template, given the content of its slots.
pub(super) fn fill(
    template: &SheetTemplate,
    values: &[Held<'_>],
    book: Book<'_>,
    size: &mut Size,
) -> FastResult<Vec<Cell>> {
    let mut cells = SheetCells { book, size, all: Vec::with_capacity(values.len()) };
    let mut inline = String::new();
    for (slot, value) in template.slots.iter().zip(values) {
        let (head, value) = match *value {
            Held::Value(value) => (slot.head, value),
            Held::Shared(value) => (Head { kind: Type::Shared, ..slot.head }, value),
            Held::Nothing => continue,
        };
        match &slot.beside {
            Beside::Nothing => cells.add(head, Some(value), None, "")?,
            Beside::Formula(formula) => cells.add(head, Some(value), Some(formula), "")?,
            Beside::Inline(_, text) if template.value(slot) == value => cells.add(head, None, None, text)?,
            Beside::Inline(attributes, _) => {
                inline.clear();
                keep(value, attributes, &mut inline)?;
                cells.add(head, None, None, &inline)?;
            }
        }
    }
    Ok(cells.all)
}

fn number(given: Option<&str>, otherwise: u32) -> FastResult<u32> {
    given.map_or(Ok(otherwise), |text| text.parse().map_err(|_| Unsupported))
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

fn region(tag: &Tag<'_>) -> FastResult<Region> {
    let (from, to) = attribute(tag.attributes, "ref")?.and_then(|range| range.split_once(':')).ok_or(Unsupported)?;
    let ((top, left), (bottom, right)) = (address(from)?, address(to)?);
    if top <= bottom && left <= right { Ok(Region { top, left, bottom, right }) } else { Err(Unsupported) }
}

/// An open cell.
struct Open<'a> {
    head: Head,
    value: Option<&'a str>,
    formula: Option<Cow<'a, str>>,
    inline: String,
    /// The raw inline text and the attributes of its element, if it is a single piece.
    piece: Option<(&'a str, &'a str)>,
}

/// A cell before it is filled.
const EMPTY: Cell = Cell { row: 0, column: 0, kind: CellKind::Text, text: CompactString::const_new(""), formula: None };

/// The cells of a sheet so far.
struct SheetCells<'b> {
    book: Book<'b>,
    /// The size of the workbook's content so far.
    size: &'b mut Size,
    all: Vec<Cell>,
}

impl SheetCells<'_> {
    /// Adds a cell, unless it is empty.
    fn add(&mut self, head: Head, value: Option<&str>, formula: Option<&str>, inline: &str) -> FastResult<()> {
        match (head.kind, value) {
            (Type::Inline, None) if formula.is_none() => {
                self.book.limits.allow(Limit::Text, inline.len() as u64).map_err(|_| Unsupported)?;
                self.put(head, CellKind::Text, inline, None)
            }
            (Type::Shared, Some(value)) => {
                let at: usize = value.parse().map_err(|_| Unsupported)?;
                self.put(head, CellKind::Text, self.book.strings.get(at).ok_or(Unsupported)?, formula)
            }
            (Type::Formula, Some(value)) => self.put(head, CellKind::Text, &unescape(value)?, formula),
            (Type::Number, Some(value)) if self.book.styles.is_number(head.style) => {
                self.put(head, CellKind::Number, &shown(value)?, formula)
            }
            (Type::Number, None) if formula.is_some() => self.put(head, CellKind::NoResult, "", formula),
            (Type::Number, None) => Ok(()),
            _ => Err(Unsupported),
        }
    }

    /// Adds a cell and fills it in place, which avoids moving it.
    #[inline]
    fn put(&mut self, head: Head, kind: CellKind, text: &str, formula: Option<&str>) -> FastResult<()> {
        if kind != CellKind::Text || !text.is_empty() || formula.is_some() {
            self.book.limits.allow(Limit::Text, text.len() as u64).map_err(|_| Unsupported)?;
            self.all.push(EMPTY);
            let cell = self.all.last_mut().ok_or(Unsupported)?;
            (cell.row, cell.column, cell.kind) = (head.row, head.column, kind);
            cell.text.push_str(text);
            if let Some(formula) = formula {
                cell.formula = Some(unescape(formula)?.trim_start_matches('=').into());
            }
            self.size.add_cells([&*cell]);
        }
        self.size.keep_within(self.book.limits).map_err(|_| Unsupported)
    }
}

struct XlsxPass<'a, 'b> {
    xml: &'a str,
    cells: SheetCells<'b>,
    slots: Option<Vec<ValueSlot>>,
    open: Option<Open<'a>>,
    /// The attributes of the open `t` element.
    in_text: Option<&'a str>,
    shared: SharedFormulas<'a>,
}

impl<'a> XlsxPass<'a, '_> {
    /// Handles the start or end of a cell. Most cells have only a value, which is read at once.
    fn cell(&mut self, tag: &Tag<'a>, kind: TagKind, markup: &mut Markup<'a>) -> FastResult<()> {
        match kind {
            TagKind::Empty => Ok(()),
            TagKind::Open if self.open.is_none() => {
                let open = Open { head: head(tag)?, value: None, formula: None, inline: String::new(), piece: None };
                if let Some(value) = markup.take("<v>", "</v></c>") {
                    return self.end(&Open { value: Some(value), ..open });
                }
                if markup.take("", "</c>").is_some() {
                    return self.end(&open);
                }
                self.open = Some(open);
                Ok(())
            }
            TagKind::Open => Err(Unsupported),
            TagKind::Close => {
                let open = self.open.take().ok_or(Unsupported)?;
                self.end(&open)
            }
        }
    }

    /// Handles a tag within a cell.
    fn within(&mut self, tag: &Tag<'a>, kind: TagKind) -> FastResult<()> {
        let open = self.open.as_mut().ok_or(Unsupported)?;
        match (tag.name, kind) {
            ("f", TagKind::Open) => self.shared.begin(tag.attributes)?,
            ("f", TagKind::Close) if open.formula.is_none() => {
                open.formula = Some(Cow::Borrowed(tag.before));
                self.shared.end(tag.before)?;
            }
            ("f", TagKind::Empty) if open.formula.is_none() => {
                let formula = self.shared.at(tag.attributes, (open.head.row, open.head.column))?;
                open.formula = Some(Cow::Owned(formula));
            }
            ("v", TagKind::Open) => {}
            ("v", TagKind::Close) if open.value.is_none() => open.value = Some(tag.before),
            ("is" | "r", TagKind::Open | TagKind::Close) if open.head.kind == Type::Inline => {}
            ("t", TagKind::Open) if open.head.kind == Type::Inline && self.in_text.is_none() => {
                self.in_text = Some(tag.attributes);
            }
            ("t", TagKind::Close) => {
                let attributes = self.in_text.take().ok_or(Unsupported)?;
                open.piece = open.inline.is_empty().then_some((tag.before, attributes));
                keep(tag.before, attributes, &mut open.inline)?;
            }
            _ => return Err(Unsupported),
        }
        Ok(())
    }

    fn end(&mut self, open: &Open<'a>) -> FastResult<()> {
        let before = self.cells.all.len();
        let formula = open.formula.as_deref();
        self.cells.add(open.head, open.value, formula, &open.inline)?;
        let beside = || formula.map_or(Beside::Nothing, |formula| Beside::Formula(formula.into()));
        let inline = |own: &str| Beside::Inline(own.into(), open.inline.as_str().into());
        let value = open.value.map(|value| (value, beside()));
        match (value.or_else(|| open.piece.map(|(text, own)| (text, inline(own)))), &mut self.slots) {
            (Some((value, beside)), Some(slots)) => {
                let start = value.as_ptr().addr() - self.xml.as_ptr().addr();
                slots.push(ValueSlot { start, end: start + value.len(), head: open.head, beside });
            }
            (None, slots) if self.cells.all.len() > before => *slots = None,
            _ => {}
        }
        Ok(())
    }
}

fn head(tag: &Tag<'_>) -> FastResult<Head> {
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
                _ => Err(Unsupported),
            }
        }
        _ => {}
    })?;
    let (row, column) = address(place.ok_or(Unsupported)?)?;
    let style = style.map(|style| style.parse().map_err(|_| Unsupported)).transpose()?;
    Ok(Head { row, column, kind: kind?, style })
}
