//! Shared parts of the fast paths into workbooks: each reads a plain file in one pass, and leaves everything else to
//! calamine.

use std::borrow::Cow;

use super::number_format;
use crate::amount;

/// Something that only calamine reads reliably.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsupported;

/// What a fast path reads.
pub(super) type FastResult<T> = Result<T, Unsupported>;

/// Bytes of room that are kept for the next file, however large one was.
pub(super) const ROOM: usize = 128 << 10;

/// Most digits of a whole number that a double holds and shows as they stand.
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

/// Returns whether a format a workbook describes is known to show a number as a number: what it has for positive ones,
/// before the first semicolon, is neither quoted nor letters, which dates are made of.
pub(super) fn is_of_numbers(format: &str) -> bool {
    let first = format.split(';').next().unwrap_or_default();
    // These two take the sign behind them, whatever it is.
    let is_whole = !first.ends_with(['_', '*']);
    let is_simple = is_whole && first.bytes().all(|byte| b"0123456789#.,%_-+()?*@ ".contains(&byte));
    (first == "General" || is_simple) && number_format::is_plain(format)
}
