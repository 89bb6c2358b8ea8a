//! What the short ways into workbooks have in common: each reads a plain file in one pass, and leaves to the long way
//! whatever is not plain.

use std::borrow::Cow;

use crate::amount;

/// Something that only the long way is sure about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unusual;

/// What is read the short way.
pub(super) type Plain<T> = Result<T, Unusual>;

/// Bytes of room that are kept for the next file, however large one was.
pub(super) const ROOM: usize = 128 << 10;

/// Most digits of a whole number that a double holds and shows as they stand.
const EXACT_DIGITS: usize = 15;

/// A number as its workbook shows it.
pub(super) fn shown(value: &str) -> Plain<Cow<'_, str>> {
    let whole = value.len() <= EXACT_DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
    if whole && !value.is_empty() && (value.len() == 1 || !value.starts_with('0')) {
        return Ok(Cow::Borrowed(value));
    }
    let double: f64 = value.parse().map_err(|_| Unusual)?;
    amount::from_double(double).map(Cow::Owned).ok_or(Unusual)
}
