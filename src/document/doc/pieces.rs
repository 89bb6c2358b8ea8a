//! The pieces that make up a document's text, in any order in the file. After MS-DOC 2.8.35 `PlcPcd`, 2.9.38 `Clx`,
//! 2.9.177 `Pcd` and 2.9.214 `Prm`.

use std::ops::Range;

use encoding_rs::WINDOWS_1252;

use super::super::numbers::{numbers, u16_at, u32_at};
use super::doc_streams::{File, TablePart};

pub(super) struct PieceTable<'f> {
    pub(super) all: Vec<TextPiece>,
    /// Formatting in the piece table that pieces refer to.
    formatting: Vec<&'f [u8]>,
    /// Formatting stored in the pieces themselves, expanded to full property changes.
    short: Vec<[u8; 3]>,
}

/// A piece of the text.
pub(super) struct TextPiece {
    /// First position in the text, and the position after the last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Offset in the file.
    at: usize,
    /// Whether its characters take one byte each.
    is_narrow: bool,
    /// A change to the formatting of all its text: an index into either list of the table.
    change: Option<PieceChange>,
}

#[derive(Clone, Copy)]
enum PieceChange {
    Listed(usize),
    Own(usize),
}

/// Property codes of changes stored in a piece: 2.9.215 `Prm0`.
const SHORT: [(u8, u16); 8] = [
    (0x18, 0x2416),
    (0x19, 0x2417),
    (0x41, 0x0800),
    (0x57, 0x0837),
    (0x5C, 0x083C),
    (0x68, 0x2A48),
    (0x73, 0x2A53),
    (0x75, 0x0855),
];

impl<'f> PieceTable<'f> {
    pub(super) fn of(file: &'f File) -> Option<Self> {
        let mut rest = file.part(TablePart::PieceTable);
        let mut found = Self { all: Vec::new(), formatting: Vec::new(), short: Vec::new() };
        while let [1, after @ ..] = rest {
            let length = usize::from(u16_at(after, 0)?);
            found.formatting.push(after.get(2..2 + length)?);
            rest = after.get(2 + length..)?;
        }
        let [2, after @ ..] = rest else { return None };
        let length = usize::try_from(u32_at(after, 0)?).ok()?;
        let list = after.get(4..)?;
        found.add_pieces(list.get(..length).unwrap_or(list))?;
        Some(found)
    }

    fn add_pieces(&mut self, list: &[u8]) -> Option<()> {
        /// The flag in a piece's file offset that means one-byte characters.
        const NARROW: u32 = 1 << 30;
        let count = list.len().checked_sub(4)? / 12;
        let places: Vec<u32> = numbers(list.get(..4 * (count + 1))?).collect();
        let described = list.get(4 * (count + 1)..)?.as_chunks::<8>().0;
        for (described, ends) in described.iter().zip(places.windows(2)) {
            let (place, change) = (u32_at(described, 2)?, u16_at(described, 6)?);
            let is_narrow = place & NARROW != 0;
            let at = usize::try_from(place & !NARROW & !(1 << 31)).ok()?;
            let change = self.change(change);
            self.all.push(TextPiece {
                start: usize::try_from(ends[0]).ok()?,
                end: usize::try_from(ends[1]).ok().filter(|_| ends[0] <= ends[1])?,
                at: if is_narrow { at / 2 } else { at },
                is_narrow,
                change,
            });
        }
        Some(())
    }

    fn change(&mut self, change: u16) -> Option<PieceChange> {
        if change & 1 == 1 {
            return Some(PieceChange::Listed(usize::from(change >> 1)));
        }
        let [number, operand] = change.to_le_bytes();
        let (_, code) = SHORT.iter().find(|(known, _)| *known == number >> 1)?;
        let [low, high] = code.to_le_bytes();
        self.short.push([low, high, operand]);
        Some(PieceChange::Own(self.short.len() - 1))
    }

    /// Returns the formatting that applies to all text of a piece.
    pub(super) fn formatting(&self, piece: &TextPiece) -> &[u8] {
        match piece.change {
            Some(PieceChange::Listed(number)) => self.formatting.get(number).copied().unwrap_or_default(),
            Some(PieceChange::Own(number)) => self.short.get(number).map(<[u8; 3]>::as_slice).unwrap_or_default(),
            None => &[],
        }
    }
}

impl TextPiece {
    /// Returns the characters in a range of text positions, as UTF-16 code units with their offsets in the file; `None`
    /// if the file ends before that.
    pub(super) fn text<'m>(
        &self,
        main: &'m [u8],
        places: Range<usize>,
    ) -> Option<impl Iterator<Item = (usize, u16)> + 'm> {
        let width = if self.is_narrow { 1 } else { 2 };
        let skipped = places.start.checked_sub(self.start)?.checked_mul(width)?;
        let (at, length) = (self.at.checked_add(skipped)?, places.len().checked_mul(width)?);
        let bytes = main.get(at..at.checked_add(length)?)?;
        let unit = move |bytes: &[u8]| match *bytes {
            [low, high] => u16::from_le_bytes([low, high]),
            [byte] if byte >= 0x80 => wide(byte),
            [byte] => u16::from(byte),
            _ => 0,
        };
        Some(bytes.chunks_exact(width).enumerate().map(move |(index, bytes)| (at + width * index, unit(bytes))))
    }
}

/// Decodes a one-byte character, which is always in the Western European code page.
fn wide(byte: u8) -> u16 {
    let bytes = [byte];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.encode_utf16().next().unwrap_or(0)
}
