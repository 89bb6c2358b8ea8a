//! Texts: those that cells name by their number, and single ones. After MS-XLS 2.5.293 `XLUnicodeRichExtendedString`.

use compact_str::CompactString;

use super::super::numbers::{u16_at, u32_at};
use super::super::short::{Plain, Unusual};
use super::records::Records;

/// The shared texts, each with the most bytes that its characters may take.
pub(super) type Shared = Vec<(CompactString, u64)>;

/// The shared texts of a record and of those that continue it.
pub(super) fn shared<'a>(data: &'a [u8], records: &mut Records<'a>) -> Plain<Shared> {
    let mut table = Table { data: data.get(8..).ok_or(Unusual)?, records };
    let mut texts = Shared::new();
    while !table.data.is_empty() || table.go_on()? {
        texts.push(table.text()?);
    }
    Ok(texts)
}

/// What is left of a table: of the record in hand, and those that continue it.
struct Table<'a, 'r> {
    data: &'a [u8],
    records: &'r mut Records<'a>,
}

impl<'a> Table<'a, '_> {
    fn go_on(&mut self) -> Plain<bool> {
        let next = self.records.continued()?;
        // An empty one would be text of its own to calamine.
        match next {
            Some([]) => Err(Unusual),
            Some(data) => {
                self.data = data;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn take(&mut self, bytes: usize) -> Plain<&'a [u8]> {
        let (taken, rest) = self.data.split_at_checked(bytes).ok_or(Unusual)?;
        self.data = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Plain<(CompactString, u64)> {
        let header = self.take(3)?;
        let (count, flags) = (usize::from(u16_at(header, 0).ok_or(Unusual)?), header[2]);
        let runs = if flags & 8 == 0 { 0 } else { u16_at(self.take(2)?, 0).map_or(0, usize::from) };
        let reading = if flags & 4 == 0 { 0 } else { u32_at(self.take(4)?, 0).unwrap_or(u32::MAX) };
        let (mut text, mut rest, mut wide) = (CompactString::default(), count, flags & 1 == 1);
        loop {
            let width = if wide { 2 } else { 1 };
            let here = rest.min(self.data.len() / width);
            decode(self.take(here * width)?, wide, &mut text)?;
            rest -= here;
            if rest == 0 {
                break;
            }
            // Half a character would be lost.
            if !self.data.is_empty() || !self.go_on()? {
                return Err(Unusual);
            }
            wide = self.take(1)?[0] & 1 == 1;
        }
        self.skip(runs * 4)?;
        self.skip(usize::try_from(reading).map_err(|_| Unusual)?)?;
        Ok((text, count as u64 * 3))
    }

    fn skip(&mut self, mut bytes: usize) -> Plain<()> {
        while bytes > 0 {
            if self.data.is_empty() && !self.go_on()? {
                return Err(Unusual);
            }
            let here = bytes.min(self.data.len());
            self.take(here)?;
            bytes -= here;
        }
        Ok(())
    }
}

/// A text after its length: how wide its characters are, and these, every one there.
pub(super) fn characters(data: &[u8], count: usize) -> Plain<CompactString> {
    let (flags, data) = data.split_first().ok_or(Unusual)?;
    let wide = flags & 1 == 1;
    let mut text = CompactString::default();
    decode(data.get(..count * if wide { 2 } else { 1 }).ok_or(Unusual)?, wide, &mut text)?;
    Ok(text)
}

/// A text that begins with its length in two bytes.
pub(super) fn text(data: &[u8]) -> Plain<CompactString> {
    let count = u16_at(data, 0).ok_or(Unusual)?;
    characters(&data[2..], usize::from(count))
}

fn decode(bytes: &[u8], wide: bool, text: &mut CompactString) -> Plain<()> {
    if !wide {
        text.extend(bytes.iter().copied().map(char::from));
        return Ok(());
    }
    // What begins like a mark of its encoding calamine takes for one.
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Err(Unusual);
    }
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    for character in char::decode_utf16(units) {
        text.push(character.map_err(|_| Unusual)?);
    }
    Ok(())
}
