//! Texts as they are compared: what is left when layout and punctuation are taken away.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Text with compatibility characters (full-width forms, Kangxi radicals) folded.
#[must_use]
pub fn fold(text: &str) -> String {
    if is_folded(text) { text.to_owned() } else { text.nfkc().collect() }
}

/// Whether folding changes nothing. Most text here is plain Chinese, which is known to be folded without a look at the
/// tables of Unicode.
#[must_use]
pub fn is_folded(text: &str) -> bool {
    let plain =
        |c: char| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '“' | '”' | '、' | '。');
    text.chars().all(plain) || is_nfkc(text)
}

/// Marks that are not seen: of no width, or to turn the reading direction.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What is compared of a text: its letters and digits alone.
#[must_use]
pub fn key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The text folded, without any white space.
#[must_use]
pub fn compact(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}
