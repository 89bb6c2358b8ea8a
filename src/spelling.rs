//! Normalisation of texts for comparison: folding of characters, removal of layout and punctuation.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Returns text with compatibility characters (full-width forms, Kangxi radicals) folded.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect()) }
}

/// Returns whether folding changes nothing. Most text here is plain Chinese, which is checked without a look at the
/// tables of Unicode.
#[must_use]
pub fn is_folded(text: &str) -> bool {
    let plain = |c: char| c.is_ascii() || is_common_chinese(c) || matches!(c, '“' | '”' | '、' | '。');
    text.is_ascii() || text.chars().all(plain) || is_nfkc(text)
}

/// Returns whether a character is in the common block of Chinese characters, as most of the text here is.
fn is_common_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Returns a text in quotation marks. The quotation marks within it become single ones.
#[must_use]
pub fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .map(|c| match c {
            '“' => '‘',
            '”' => '’',
            other => other,
        })
        .collect();
    format!("“{inner}”")
}

/// Returns whether a character is invisible: it has no width, or it sets the reading direction.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Returns the key by which texts are compared: letters and digits only, with 其它 replaced by 其他 as the forms print
/// it.
#[must_use]
pub fn key(text: &str) -> String {
    let key = filtered(text, |c| is_common_chinese(c) || c.is_alphanumeric());
    if key.contains("其它") { key.replace("其它", "其他") } else { key }
}

/// Returns the text folded, without any white space.
#[must_use]
pub fn compact(text: &str) -> String {
    filtered(text, |c| is_common_chinese(c) || !c.is_whitespace())
}

/// Returns the text without the character `c`, borrowed if it has none, as most texts do.
#[must_use]
pub fn without(text: &str, c: char) -> Cow<'_, str> {
    if text.contains(c) { Cow::Owned(text.replace(c, "")) } else { Cow::Borrowed(text) }
}

/// Returns the characters of the folded text that `wanted` accepts.
fn filtered(text: &str, wanted: impl Fn(char) -> bool) -> String {
    let folded = fold(text);
    let mut kept = String::with_capacity(folded.len());
    kept.extend(folded.split(|c| !wanted(c)));
    kept
}

/// Returns the Levenshtein distance: how many characters to insert, delete or replace to turn one text into the other.
#[must_use]
pub fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (at, own) in a.iter().enumerate() {
        let mut row = vec![at + 1];
        for (column, other) in b.iter().enumerate() {
            let replaced = above[column] + usize::from(own != other);
            row.push(replaced.min(above[column + 1] + 1).min(row[column] + 1));
        }
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_character_by_character() {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        let distance = |a: &str, b: &str| edit_distance(&chars(a), &chars(b));
        for (a, b, edits) in [("甲山镇", "甲山", 1), ("甲山镇", "甲水镇", 1), ("", "甲山", 2), ("甲山", "山甲", 2)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (edits, edits), "{a} {b}");
        }
    }
}
