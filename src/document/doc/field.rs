//! Fields: a code, which is not shown, and its result, which is. Drop-down lists have no result; their choice is stored
//! elsewhere. After MS-DOC 2.8.25 `PlcFld`, 2.9.78 `FFData` and 2.9.157 `NilPICFAndBinData`.

use super::super::numbers::{u16_at, u32_at};
use super::sprm::{self, changes};

/// An open field.
#[derive(Default)]
pub(super) struct DocField<'f> {
    /// Whether its result has begun.
    pub(super) is_reached: bool,
    /// The formatting of the character that refers to the data of a form field.
    pub(super) form: &'f [u8],
}

impl DocField<'_> {
    /// Returns the text shown for a drop-down list, which has no result.
    pub(super) fn chosen(self, data: &[u8]) -> Option<String> {
        let place = changes(self.form).filter(|(code, _)| *code == sprm::PICTURE && !self.is_reached).last();
        let start = usize::try_from(u32_at(place?.1, 0)?).ok()?;
        let described = data.get(start..)?;
        chosen(described.get(usize::from(u16_at(described, 4)?)..)?)
    }
}

/// Returns the chosen entry from the data of a drop-down list.
fn chosen(list: &[u8]) -> Option<String> {
    const LIST: u16 = 2;
    /// The index that means no choice.
    const NOTHING: u16 = 25;
    /// Texts between the list's name and its entries: number format, help texts, macros.
    const BETWEEN: usize = 5;
    let kind = u16_at(list, 4)?;
    if kind & 3 != LIST {
        return None;
    }
    let mut at = 10 + text_length(list, 10)?;
    let default = u16_at(list, at)?;
    at += 2;
    for _ in 0..BETWEEN {
        at += text_length(list, at)?;
    }
    let entries = usize::from(u16_at(list, at + 2)?);
    at += 6;
    let shown = if kind >> 2 & 0x1F == NOTHING { default } else { kind >> 2 & 0x1F };
    for _ in 0..usize::from(shown).min(entries) {
        at += 2 + 2 * usize::from(u16_at(list, at)?);
    }
    let length = usize::from(u16_at(list, at).filter(|_| usize::from(shown) < entries)?);
    let units = list.get(at + 2..at + 2 + 2 * length)?.as_chunks::<2>().0;
    Some(String::from_utf16_lossy(&units.iter().map(|unit| u16::from_le_bytes(*unit)).collect::<Vec<u16>>()))
}

/// Returns the bytes of a text with its length and terminator.
fn text_length(list: &[u8], at: usize) -> Option<usize> {
    Some(2 + 2 * usize::from(u16_at(list, at)?) + 2)
}
