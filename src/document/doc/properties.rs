//! Relevant properties of characters and paragraphs.

use super::super::cell_marks::{CellMerge, RowShape};
use super::super::numbers::{u16_at, u32_at};
use super::super::placed::Vertical;
use super::super::run_format::RunFormat;
use super::doc_styles::DocStyles;
use super::sprm::{self, apply, changes};

/// Properties of characters.
#[derive(Debug, Default)]
pub(super) struct CharacterProperties {
    /// Whether a tracked change deletes them.
    pub(super) is_deleted: bool,
    /// Whether they represent something other than text, such as a picture.
    pub(super) is_special: bool,
    pub(super) format: RunFormat,
}

impl CharacterProperties {
    /// Applies the formatting, in this order, to characters in a paragraph of the given style.
    pub(super) fn of(formatting: [&[u8]; 2], style: u16, styles: &DocStyles) -> Self {
        let all = || formatting.into_iter().flat_map(changes);
        let number = |operand: &[u8]| u16_at(operand, 0).unwrap_or(0);
        let mut found = Self::default();
        let mut of_characters = RunFormat::default();
        for (code, operand) in all() {
            match code {
                sprm::DELETED => found.is_deleted = operand.first().is_some_and(|on| on & 1 == 1),
                sprm::SPECIAL => found.is_special = operand.first().is_some_and(|on| on & 1 == 1),
                sprm::SYMBOL => found.is_special = true,
                sprm::CHARACTER_STYLE => of_characters = styles.of_characters(number(operand)),
                _ => {}
            }
        }
        let of_styles = RunFormat::default().over(of_characters, styles.of_paragraph(style));
        let mut direct = RunFormat::default();
        for formatting in formatting {
            apply(&mut direct, formatting, of_styles);
        }
        found.format = direct.or(of_styles);
        found
    }
}

/// What a paragraph of a nested table ends, if it does not end with a cell mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Inner {
    #[default]
    Goes,
    EndsCell,
    EndsRow,
}

/// Properties of a paragraph.
#[derive(Debug, Default)]
pub(super) struct ParagraphProperties {
    pub(super) style: u16,
    pub(super) is_in_table: bool,
    /// If the paragraph ends with a cell mark: whether it ends a row.
    pub(super) ends_row: bool,
    pub(super) inner: Inner,
    /// If the paragraph ends a row: the layout of the row.
    pub(super) shape: RowShape,
    depth: i32,
}

impl ParagraphProperties {
    /// Applies the paragraph's own formatting, which begins with its style, and that of its piece. Parts of it may be
    /// in the data stream.
    pub(super) fn of(own: &[u8], of_piece: &[u8], data: &[u8]) -> Self {
        let mut found = Self { style: u16_at(own, 0).unwrap_or(0), ..Self::default() };
        for formatting in [own.get(2..).unwrap_or_default(), of_piece] {
            found.apply(formatting, Some(data));
        }
        found
    }

    fn apply(&mut self, formatting: &[u8], data: Option<&[u8]>) {
        for (code, operand) in changes(formatting) {
            let is_on = operand.first().is_some_and(|on| *on != 0);
            match code {
                sprm::STYLE => self.style = u16_at(operand, 0).unwrap_or(0),
                sprm::IN_TABLE => self.is_in_table = is_on,
                sprm::ENDS_ROW => self.ends_row = is_on,
                sprm::ENDS_INNER_CELL if is_on && self.inner != Inner::EndsRow => self.inner = Inner::EndsCell,
                sprm::ENDS_INNER_ROW if is_on => self.inner = Inner::EndsRow,
                sprm::DEPTH => self.depth = u32_at(operand, 0).unwrap_or(0).cast_signed(),
                sprm::DEEPER => {
                    let deeper = u32_at(operand, 0).unwrap_or(0).cast_signed();
                    self.depth = self.depth.saturating_add(deeper);
                }
                _ if sprm::ELSEWHERE.contains(&code) => {
                    if let Some(more) = data.and_then(|data| elsewhere(data, operand)) {
                        self.apply(more, None);
                    }
                }
                _ => change_row(&mut self.shape, code, operand).unwrap_or_default(),
            }
        }
    }

    /// Returns the number of tables around the paragraph.
    pub(super) fn depth(&self) -> usize {
        let depth = usize::try_from(self.depth).unwrap_or(0);
        if self.is_in_table || self.inner != Inner::Goes { depth.max(1) } else { 0 }
    }
}

/// Returns formatting from the data stream, where it follows its length.
fn elsewhere<'d>(data: &'d [u8], operand: &[u8]) -> Option<&'d [u8]> {
    let at = usize::try_from(u32_at(operand, 0)?).ok()?;
    let length = usize::from(u16_at(data, at)?);
    data.get(at + 2..at + 2 + length)
}

/// Applies a change to a row's cells; `None` if its operand is malformed.
fn change_row(shape: &mut RowShape, code: u16, operand: &[u8]) -> Option<()> {
    match code {
        sprm::CELLS => *shape = row(operand.get(2..)?)?,
        sprm::INSERTED => {
            let (first, count) = (usize::from(*operand.first()?), usize::from(*operand.get(1)?));
            insert(shape, first, count, i32::from(u16_at(operand, 2)?));
        }
        sprm::MERGED => {
            let (first, limit) = (usize::from(*operand.first()?), usize::from(*operand.get(1)?));
            shape.cells.get_mut(first + 1..limit)?.iter_mut().for_each(|cell| cell.left = true);
        }
        sprm::MERGED_BELOW => {
            let cell = shape.cells.get_mut(usize::from(*operand.get(1)?))?;
            cell.vertical = vertical(u16::from(*operand.get(2)?));
        }
        _ => {}
    }
    Some(())
}

/// Parses the cells of a row: 2.9.321 `TDefTableOperand`.
fn row(operand: &[u8]) -> Option<RowShape> {
    /// Bytes of a cell's data. The data of the last cells may be missing.
    const CELL: usize = 20;
    let count = usize::from(*operand.first()?);
    let edges = operand.get(1..1 + 2 * (count + 1))?.as_chunks::<2>().0;
    let edges = edges.iter().map(|edge| i32::from(i16::from_le_bytes(*edge))).collect();
    let described = operand.get(1 + 2 * (count + 1)..)?.as_chunks::<CELL>().0.iter();
    let joined = |flags: u16| CellMerge { left: flags & 2 != 0, vertical: vertical(flags >> 5 & 3) };
    let mut cells: Vec<CellMerge> = described.take(count).map(|cell| joined(u16_at(cell, 0).unwrap_or(0))).collect();
    cells.resize(count, CellMerge::default());
    Some(RowShape { edges, cells, deleted: false })
}

/// Returns a cell's part in a vertical merge: 2.9.343 `VertMergeOperand`.
fn vertical(flags: u16) -> Vertical {
    match flags {
        0 => Vertical::None,
        1 => Vertical::Goes,
        _ => Vertical::Begins,
    }
}

/// Inserts `count` cells of the given width before the cell at `first`.
fn insert(shape: &mut RowShape, first: usize, count: usize, width: i32) {
    /// Most cells in a row; Word allows fewer.
    const MOST: usize = 256;
    if first.max(shape.cells.len()) + count > MOST {
        return;
    }
    if shape.edges.is_empty() {
        shape.edges.push(0);
    }
    while shape.cells.len() < first {
        shape.cells.push(CellMerge::default());
        shape.edges.extend(shape.edges.last().copied());
    }
    let left = shape.edges[first];
    let (wider, widths) = (width.saturating_mul(i32::try_from(count).unwrap_or(i32::MAX)), 1..);
    shape.edges[first + 1..].iter_mut().for_each(|edge| *edge = edge.saturating_add(wider));
    let edges: Vec<i32> = widths.take(count).map(|at: i32| left.saturating_add(width.saturating_mul(at))).collect();
    shape.edges.splice(first + 1..=first, edges);
    shape.cells.splice(first..first, std::iter::repeat_n(CellMerge::default(), count));
}
