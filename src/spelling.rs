//! Texts as they are compared: what is left when layout and punctuation are taken away.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Text with compatibility characters (full-width forms, Kangxi radicals) folded.
#[must_use]
pub fn fold(text: &str) -> String {
    if is_nfkc(text) { text.to_owned() } else { text.nfkc().collect() }
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
