//! Fast reader for the parts of a plain zip archive, by its central directory. After PKWARE's APPNOTE 4.3.7, 4.3.12 and
//! 4.3.16.
//!
//! `None` means that the archive is not plain and that the zip library has to read it.

use libdeflater::Decompressor;

use super::numbers::{u16_at, u32_at};
use crate::source::Limits;

const END: [u8; 4] = *b"PK\x05\x06";
/// Signature of the locator of a ZIP64 directory, which takes precedence.
const ELSEWHERE: [u8; 4] = *b"PK\x06\x07";
const LISTED: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// Supported flags: sizes after the data, UTF-8 names, compression level. Any other flag, such as encryption, is not
/// plain.
const FLAGS: u16 = 0x0008 | 0x0800 | 0x0006;

/// An entry of the central directory.
struct Part<'a> {
    name: &'a [u8],
    deflated: bool,
    crc: u32,
    packed_size: usize,
    size: usize,
    offset: usize,
}

/// A part as stored in the archive, with its stated checksum and size. Equal parts unpack to equal content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Packed<'a> {
    pub(super) deflated: bool,
    pub(super) crc: u32,
    pub(super) size: usize,
    pub(super) data: &'a [u8],
}

/// A plain archive with its central directory.
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    parts: Vec<Part<'a>>,
}

impl<'a> Archive<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        // Without a comment, the end-of-directory record is the last 22 bytes.
        let end = bytes.len().checked_sub(22)?;
        let count = usize::from(u16_at(bytes, end + 10)?);
        let (size, start) = (size_at(bytes, end + 12)?, size_at(bytes, end + 16)?);
        let one_disk = u32_at(bytes, end + 4)? == 0 && usize::from(u16_at(bytes, end + 8)?) == count;
        let no_comment = u16_at(bytes, end + 20)? == 0;
        if slice(bytes, end, 4)? != END || !one_disk || !no_comment || start.checked_add(size) != Some(end) {
            return None;
        }
        if slice(bytes, end.checked_sub(20)?, 4)? == ELSEWHERE {
            return None;
        }
        let mut parts = Vec::with_capacity(count.min(64));
        let mut at = start;
        for _ in 0..count {
            let (part, next) = listed(bytes, at)?;
            parts.push(part);
            at = next;
        }
        (at == end).then_some(Self { bytes, parts })
    }

    /// Returns the names of the parts, as raw bytes.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        self.parts.iter().map(|part| part.name)
    }

    /// Returns whether the number of parts and their stated total size are within the limits.
    pub(super) fn is_within(&self, limits: &Limits) -> bool {
        let whole = self.parts.iter().fold(0_u64, |whole, part| whole.saturating_add(part.size as u64));
        self.parts.len() as u64 <= limits.entries && whole <= limits.document
    }

    /// Returns a part by its name; `None` if it is missing, or if several names differ only in case.
    pub(super) fn part(&self, name: &str) -> Option<Packed<'a>> {
        let mut named = self.parts.iter().filter(|part| part.name.eq_ignore_ascii_case(name.as_bytes()));
        let part = named.next().filter(|part| part.name == name.as_bytes())?;
        if named.next().is_some() {
            return None;
        }
        let header = slice(self.bytes, part.offset, 30)?;
        let behind = usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        if header[..4] != LOCAL {
            return None;
        }
        let data = slice(self.bytes, part.offset + 30 + behind, part.packed_size)?;
        Some(Packed { deflated: part.deflated, crc: part.crc, size: part.size, data })
    }

    /// Returns a part by its name, or an empty part if it is missing.
    pub(super) fn part_or_nothing(&self, name: &str) -> Option<Packed<'a>> {
        let is_it = |part: &Part<'_>| part.name.eq_ignore_ascii_case(name.as_bytes());
        if self.parts.iter().any(is_it) { self.part(name) } else { Some(Packed::default()) }
    }
}

/// A buffer for one unpacked part, reused for the next.
pub(super) struct UnpackBuffer {
    inflate: Decompressor,
    room: Vec<u8>,
}

impl Default for UnpackBuffer {
    fn default() -> Self {
        Self { inflate: Decompressor::new(), room: Vec::new() }
    }
}

impl UnpackBuffer {
    /// Unpacks a part, overwriting the one before; `None` if its checksum is wrong or it is no UTF-8.
    pub(super) fn take(&mut self, part: Packed<'_>) -> Option<&str> {
        if self.room.len() < part.size {
            self.room.resize(part.size, 0);
        }
        let room = &mut self.room[..part.size];
        let size = if part.deflated {
            self.inflate.deflate_decompress(part.data, room).ok()?
        } else {
            room.get_mut(..part.data.len())?.copy_from_slice(part.data);
            part.data.len()
        };
        let is_whole = size == part.size && crc32fast::hash(room) == part.crc;
        is_whole.then(|| simdutf8::basic::from_utf8(room).ok()).flatten()
    }

    /// Releases the buffer if it is larger than this.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        if self.room.len() > bytes {
            self.room = Vec::new();
        }
    }
}

/// Parses the directory entry at an offset. Returns it with the offset of the next.
fn listed(bytes: &[u8], at: usize) -> Option<(Part<'_>, usize)> {
    let header = slice(bytes, at, 46)?;
    let [flags, method, names, extra, comment] =
        [8, 10, 28, 30, 32].map(|field| u16_at(header, field).unwrap_or(u16::MAX));
    if header[..4] != LISTED || flags & !FLAGS != 0 || method != 0 && method != 8 || comment != 0 {
        return None;
    }
    let (packed_size, size, offset) = (size_at(header, 20)?, size_at(header, 24)?, size_at(header, 42)?);
    // The largest value means that the real one is in a ZIP64 field.
    let largest = u32::MAX as usize;
    if packed_size == largest || size == largest || offset == largest {
        return None;
    }
    let crc = u32_at(header, 16)?;
    let name = slice(bytes, at + 46, usize::from(names))?;
    let part = Part { name, deflated: method == 8, crc, packed_size, size, offset };
    Some((part, at + 46 + usize::from(names) + usize::from(extra)))
}

fn slice(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    at.checked_add(length).and_then(|end| bytes.get(at..end))
}

/// Reads a size or an offset of four bytes.
fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|size| usize::try_from(size).ok())
}
