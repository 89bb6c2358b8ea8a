//! The streams of a Word document, and the header that describes them. After MS-DOC 2.1 and 2.5.

use std::io::{Cursor, Read};

use super::super::compound;
use super::super::numbers::{u16_at, u32_at};

/// First version of the format that is supported; smaller ones are Word 6 and 95.
const WORD_97: u16 = 0x00C0;

/// The stream with the text.
const MAIN: &str = "/WordDocument";

/// A document's streams.
pub(super) struct File {
    pub(super) main: Vec<u8>,
    table: Vec<u8>,
    pub(super) data: Vec<u8>,
}

/// A structure in the table stream, by its index in the header's list: MS-DOC 2.5.6.
#[derive(Debug, Clone, Copy)]
pub(super) enum TablePart {
    DocStyles = 1,
    CharacterPages = 12,
    ParagraphPages = 13,
    PieceTable = 33,
    Drawings = 40,
    BoxTexts = 56,
}

/// Returns whether a document is from Word before 97, or lacks the stream that Word writes.
pub(in crate::document) fn is_older(bytes: &[u8]) -> bool {
    let Ok(mut file) = open(bytes) else { return false };
    let mut head = [0; 4];
    let Ok(mut stream) = file.open_stream(MAIN) else { return true };
    stream.read_exact(&mut head).is_ok() && u16_at(&head, 2).is_some_and(|version| version < WORD_97)
}

fn open(bytes: &[u8]) -> Result<cfb::CompoundFile<Cursor<&[u8]>>, &'static str> {
    if compound::chains_end(bytes) != Some(true) {
        return Err("its sectors follow one another without an end");
    }
    cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| "its streams cannot be found")
}

/// Returns the streams that may have a document's properties and variables (MS-OSHARED 2.3.3, MS-DOC 2.9.261).
pub(in crate::document) fn property_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Ok(mut file) = open(bytes) else { return Vec::new() };
    let stream = |name: &str| {
        let mut content = Vec::new();
        file.open_stream(name).ok()?.read_to_end(&mut content).ok()?;
        Some(content)
    };
    ["/\u{5}DocumentSummaryInformation", "/1Table", "/0Table"].into_iter().filter_map(stream).collect()
}

impl File {
    /// Opens the streams of a file, or returns why that is impossible.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut file = open(bytes)?;
        let mut stream = |name: &str| {
            let mut content = Vec::new();
            // The readable part of a truncated stream may be enough.
            let read = file.open_stream(name).map(|mut stream| stream.read_to_end(&mut content));
            read.is_ok().then_some(content)
        };
        let main = stream(MAIN).ok_or("it has no text")?;
        // A flag selects one of two table streams; mostly there is only one.
        let names = if flags(&main) & 0x0200 == 0 { ["/0Table", "/1Table"] } else { ["/1Table", "/0Table"] };
        let table = names.iter().find_map(|name| stream(name)).unwrap_or_default();
        let data = stream("/Data").unwrap_or_default();
        Ok(Self { main, table, data })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        flags(&self.main) & 0x0100 != 0
    }

    /// Returns the number of characters in a document part; part 0 is the body: MS-DOC 2.5.4.
    pub(super) fn characters(&self, text: usize) -> usize {
        let longs = LISTS + 2 + 2 * usize::from(u16_at(&self.main, LISTS).unwrap_or(0));
        let count = u32_at(&self.main, longs + 2 + 4 * (3 + text));
        // A negative number is damage.
        count.map_or(0, |count| usize::try_from(count.cast_signed()).unwrap_or(0))
    }

    /// Returns a structure from the table stream; empty if it is missing.
    pub(super) fn part(&self, part: TablePart) -> &[u8] {
        self.find_part(part as usize).unwrap_or_default()
    }

    fn find_part(&self, number: usize) -> Option<&[u8]> {
        let longs = LISTS + 2 + 2 * usize::from(u16_at(&self.main, LISTS)?);
        let pairs = longs + 2 + 4 * usize::from(u16_at(&self.main, longs)?);
        (number < usize::from(u16_at(&self.main, pairs)?)).then_some(())?;
        let pair = pairs + 2 + 8 * number;
        let (start, length) = (u32_at(&self.main, pair)?, u32_at(&self.main, pair + 4)?);
        let start = usize::try_from(start).ok()?;
        self.table.get(start..start.checked_add(usize::try_from(length).ok()?)?)
    }
}

/// Offset in the header of the lists of numbers, each of which begins with its length.
const LISTS: usize = 32;

fn flags(main: &[u8]) -> u16 {
    u16_at(main, 10).unwrap_or(0)
}
