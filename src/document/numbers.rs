//! Little-endian integers in binary files.

/// Reads a 16-bit integer at an offset.
pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// Reads a 32-bit integer at an offset.
pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// Reads consecutive 32-bit integers.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + Clone {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number))
}
