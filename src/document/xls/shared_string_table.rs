//! Shared strings, which cells refer to by index, and single strings. After MS-XLS 2.5.293
//! `XLUnicodeRichExtendedString`.

use compact_str::CompactString;

use super::super::fast_path::{FastResult, Unsupported};
use super::super::numbers::{u16_at, u32_at};
use super::records::Records;

/// The shared strings, concatenated.
#[derive(Default)]
pub(super) struct SharedStrings {
    text: String,
    /// The end of each string, and the most bytes that its characters may take.
    ends: Vec<(usize, u64)>,
    has_runs: bool,
}

impl SharedStrings {
    /// Reads the strings of a record and of the records that continue it.
    pub(super) fn read<'a>(data: &'a [u8], records: &mut Records<'a>) -> FastResult<Self> {
        let mut table = StringTable { data: data.get(8..).ok_or(Unsupported)?, records };
        let mut texts = Self {
            text: String::with_capacity(data.len() * 2),
            ends: Vec::with_capacity(data.len() / 16),
            has_runs: false,
        };
        while !table.data.is_empty() || table.go_on()? {
            let (most, has_runs) = table.text(&mut texts.text)?;
            texts.ends.push((texts.text.len(), most));
            texts.has_runs |= has_runs;
        }
        Ok(texts)
    }

    /// Returns whether a string has formatted runs.
    pub(super) fn has_runs(&self) -> bool {
        self.has_runs
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns a string by its index, and the most bytes that it may take.
    pub(super) fn get(&self, at: usize) -> Option<(&str, u64)> {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1)?.0 };
        self.ends.get(at).map(|(end, most)| (&self.text[start..*end], *most))
    }
}

/// The unread part of a table: of the current record, and the records that continue it.
struct StringTable<'a, 'r> {
    data: &'a [u8],
    records: &'r mut Records<'a>,
}

impl<'a> StringTable<'a, '_> {
    fn go_on(&mut self) -> FastResult<bool> {
        let next = self.records.continued()?;
        // calamine would read an empty record as a string of its own.
        match next {
            Some([]) => Err(Unsupported),
            Some(data) => {
                self.data = data;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn take(&mut self, bytes: usize) -> FastResult<&'a [u8]> {
        let (taken, rest) = self.data.split_at_checked(bytes).ok_or(Unsupported)?;
        self.data = rest;
        Ok(taken)
    }

    /// Appends the next string. Returns the most bytes that its characters may take, and whether it has runs.
    fn text(&mut self, text: &mut String) -> FastResult<(u64, bool)> {
        let header = self.take(3)?;
        let (count, flags) = (usize::from(u16_at(header, 0).ok_or(Unsupported)?), header[2]);
        let runs = if flags & 8 == 0 { 0 } else { u16_at(self.take(2)?, 0).map_or(0, usize::from) };
        let reading = if flags & 4 == 0 { 0 } else { u32_at(self.take(4)?, 0).unwrap_or(u32::MAX) };
        let (mut rest, mut wide) = (count, flags & 1 == 1);
        loop {
            let width = if wide { 2 } else { 1 };
            let here = rest.min(self.data.len() / width);
            decode(self.take(here * width)?, wide, text)?;
            rest -= here;
            if rest == 0 {
                break;
            }
            // A character must not be divided between records.
            if !self.data.is_empty() || !self.go_on()? {
                return Err(Unsupported);
            }
            wide = self.take(1)?[0] & 1 == 1;
        }
        self.skip(runs * 4)?;
        self.skip(usize::try_from(reading).map_err(|_| Unsupported)?)?;
        Ok((count as u64 * 3, runs > 0))
    }

    fn skip(&mut self, mut bytes: usize) -> FastResult<()> {
        while bytes > 0 {
            if self.data.is_empty() && !self.go_on()? {
                return Err(Unsupported);
            }
            let here = bytes.min(self.data.len());
            self.take(here)?;
            bytes -= here;
        }
        Ok(())
    }
}

/// Reads a string after its length: a flag for two-byte characters, and `count` characters.
pub(super) fn characters(data: &[u8], count: usize) -> FastResult<CompactString> {
    let (flags, data) = data.split_first().ok_or(Unsupported)?;
    let wide = flags & 1 == 1;
    let mut text = String::new();
    decode(data.get(..count * if wide { 2 } else { 1 }).ok_or(Unsupported)?, wide, &mut text)?;
    Ok(text.into())
}

/// Reads a string that begins with its length in two bytes.
pub(super) fn text(data: &[u8]) -> FastResult<CompactString> {
    let count = u16_at(data, 0).ok_or(Unsupported)?;
    characters(&data[2..], usize::from(count))
}

fn decode(bytes: &[u8], wide: bool, text: &mut String) -> FastResult<()> {
    if !wide {
        text.extend(bytes.iter().copied().map(char::from));
        return Ok(());
    }
    // calamine would take a byte order mark at the beginning as one.
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Err(Unsupported);
    }
    let units = bytes.as_chunks::<2>().0;
    text.reserve(units.len() * 3);
    for character in char::decode_utf16(units.iter().map(|pair| u16::from_le_bytes(*pair))) {
        text.push(character.map_err(|_| Unsupported)?);
    }
    Ok(())
}
