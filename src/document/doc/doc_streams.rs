//! The streams of a Word document, and what its head says of them. After MS-DOC 2.1 and 2.5.

use std::io::{Cursor, Read};

use super::super::compound;
use super::super::numbers::{u16_at, u32_at};

/// The version of the format from which on this reader reads; what comes before is Word 6 and 95.
const WORD_97: u16 = 0x00C0;

/// The stream of the text.
const MAIN: &str = "/WordDocument";

/// A document's streams.
pub(super) struct File {
    pub(super) main: Vec<u8>,
    table: Vec<u8>,
    pub(super) data: Vec<u8>,
}

/// A structure of the stream of tables, by its place in the head's list: MS-DOC 2.5.6.
#[derive(Debug, Clone, Copy)]
pub(super) enum TablePart {
    DocStyles = 1,
    CharacterPages = 12,
    ParagraphPages = 13,
    PieceTable = 33,
    Drawings = 40,
    BoxTexts = 56,
}

/// Returns whether a document is one of Word before 97, or has no stream that Word would have.
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

/// Returns the streams of a document with its properties and variables (MS-OSHARED 2.3.3, MS-DOC 2.9.261).
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
    /// Returns the streams of a file, or why there are none.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut file = open(bytes)?;
        let mut stream = |name: &str| {
            let mut content = Vec::new();
            // What is there of one that breaks off may be all that is needed.
            let read = file.open_stream(name).map(|mut stream| stream.read_to_end(&mut content));
            read.is_ok().then_some(content)
        };
        let main = stream(MAIN).ok_or("it has no text")?;
        // Which of two it is, a flag says; there mostly is but one.
        let names = if flags(&main) & 0x0200 == 0 { ["/0Table", "/1Table"] } else { ["/1Table", "/0Table"] };
        let table = names.iter().find_map(|name| stream(name)).unwrap_or_default();
        let data = stream("/Data").unwrap_or_default();
        Ok(Self { main, table, data })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        flags(&self.main) & 0x0100 != 0
    }

    /// Returns how many characters a text of the file has, of which the first is the body: MS-DOC 2.5.4.
    pub(super) fn characters(&self, text: usize) -> usize {
        let longs = LISTS + 2 + 2 * usize::from(u16_at(&self.main, LISTS).unwrap_or(0));
        let count = u32_at(&self.main, longs + 2 + 4 * (3 + text));
        // Less than nothing is damage.
        count.map_or(0, |count| usize::try_from(count.cast_signed()).unwrap_or(0))
    }

    /// Returns a structure of the stream of tables; none where there is none.
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

/// Where in the head the lists of numbers begin, each with how many they are.
const LISTS: usize = 32;

fn flags(main: &[u8]) -> u16 {
    u16_at(main, 10).unwrap_or(0)
}
