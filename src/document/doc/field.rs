//! Fields: a code, which does not show, and its result, which does. Lists to choose from have no result, but say
//! elsewhere what was chosen. After MS-DOC 2.8.25 `PlcFld`, 2.9.78 `FFData` and 2.9.157 `NilPICFAndBinData`.

use super::super::numbers::{u16_at, u32_at};
use super::sprm::{self, changes};

/// A field that is open.
#[derive(Default)]
pub(super) struct DocField<'f> {
    /// Whether its result is reached.
    pub(super) is_reached: bool,
    /// How the character is formatted that says where the form is described which it is.
    pub(super) form: &'f [u8],
}

impl DocField<'_> {
    /// Returns what a list shows that has no result.
    pub(super) fn chosen(self, data: &[u8]) -> Option<String> {
        let place = changes(self.form).filter(|(code, _)| *code == sprm::PICTURE && !self.is_reached).last();
        let start = usize::try_from(u32_at(place?.1, 0)?).ok()?;
        let described = data.get(start..)?;
        chosen(described.get(usize::from(u16_at(described, 4)?)..)?)
    }
}

/// Returns what is chosen in a list that is described so.
fn chosen(list: &[u8]) -> Option<String> {
    const LIST: u16 = 2;
    /// What is chosen where nothing is.
    const NOTHING: u16 = 25;
    /// Texts between the list's name and its entries: how it shows, what helps, what runs.
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

/// Returns how many bytes a text takes with its length before and nothing behind.
fn text_length(list: &[u8], at: usize) -> Option<usize> {
    Some(2 + 2 * usize::from(u16_at(list, at)?) + 2)
}
