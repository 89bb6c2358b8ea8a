//! The records of a workbook's stream. After MS-XLS 2.1.4.

use super::super::fast_path::{FastResult, Unsupported};
use super::super::numbers::u16_at;

/// The beginning and end of the workbook globals and of each sheet.
pub(super) const START: u16 = 0x0809;
pub(super) const END: u16 = 0x000A;
/// Data that did not fit into the previous record.
pub(super) const CONTINUED: u16 = 0x003C;

#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// Returns a reader of the records from an offset on.
    pub(super) fn of(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    /// Returns the offset of the next record.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Returns the bytes from there to the end of the stream.
    pub(super) fn left(&self) -> usize {
        self.stream.len().saturating_sub(self.at)
    }

    /// Returns the next record. The end of the stream is an error, because an end record has to come before it.
    #[inline]
    pub(super) fn next(&mut self) -> FastResult<Record<'a>> {
        let header = self.stream.get(self.at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Unsupported)?;
        let kind = u16::from_le_bytes([header[0], header[1]]);
        let (start, length) = (self.at + 4, usize::from(u16::from_le_bytes([header[2], header[3]])));
        let data = self.stream.get(start..start + length).ok_or(Unsupported)?;
        self.at = start + length;
        Ok(Record { kind, data })
    }

    /// Returns the data of the next record, if it continues the previous one.
    pub(super) fn continued(&mut self) -> FastResult<Option<&'a [u8]>> {
        if u16_at(self.stream, self.at) == Some(CONTINUED) { self.next().map(|next| Some(next.data)) } else { Ok(None) }
    }
}
