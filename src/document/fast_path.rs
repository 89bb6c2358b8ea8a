//! Common code of the fast paths. Each reads a plain workbook in one pass and leaves any other to calamine.

use std::borrow::Cow;

use super::number_format;
use crate::amount;

/// The error of a fast path for content that only calamine reads reliably.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsupported;

/// The result of a fast path.
pub(super) type FastResult<T> = Result<T, Unsupported>;

/// Largest buffer, in bytes, that is kept for the next file.
pub(super) const ROOM: usize = 128 << 10;

/// Most digits of a whole number that a double stores and shows exactly.
const EXACT_DIGITS: usize = 15;

/// Returns a number as its workbook shows it.
pub(super) fn shown(value: &str) -> FastResult<Cow<'_, str>> {
    let whole = value.len() <= EXACT_DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
    if whole && !value.is_empty() && (value.len() == 1 || !value.starts_with('0')) {
        return Ok(Cow::Borrowed(value));
    }
    let double: f64 = value.parse().map_err(|_| Unsupported)?;
    amount::from_double(double).map(Cow::Owned).ok_or(Unsupported)
}

/// Returns whether a custom number format certainly shows a number: its first section, for positive numbers, has no
/// quotes and no letters, which dates consist of.
pub(super) fn is_of_numbers(format: &str) -> bool {
    let first = format.split(';').next().unwrap_or_default();
    // `_` and `*` take the next character as an argument, here the separator of sections.
    let is_whole = !first.ends_with(['_', '*']);
    let is_simple = is_whole && first.bytes().all(|byte| b"0123456789#.,%_-+()?*@ ".contains(&byte));
    (first == "General" || is_simple) && number_format::is_plain(format)
}
