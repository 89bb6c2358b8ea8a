//! Lines with a label and a value, such as `填报单位（盖章）：甲山镇人民政府　填报人：张三`.

use unicode_normalization::UnicodeNormalization;

use super::word_list::WordList;
use crate::roster::NameWords;

/// Longest remark in brackets after a label, in characters.
const MAX_REMARK_CHARS: usize = 12;
/// Fewest characters of a label that needs no colon after it.
const MIN_SURE_LABEL_CHARS: usize = 4;

/// The amount of white space before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum WhiteSpace {
    None,
    /// One space, as in names spread over a line.
    Space,
    /// A wide space, several spaces, a tab or a new line, which mostly separate fields.
    Wide,
}

/// A folded text without white space, and the white space before each character.
struct Letters {
    chars: Vec<char>,
    gaps: Vec<WhiteSpace>,
}

impl Letters {
    fn new(text: &str) -> Self {
        let (mut chars, mut gaps) = (Vec::new(), Vec::new());
        let mut gap = WhiteSpace::None;
        for c in text.chars() {
            match c {
                '\u{3000}' | '\t' | '\n' | '\r' => gap = WhiteSpace::Wide,
                c if c.is_whitespace() => {
                    gap = if gap == WhiteSpace::None { WhiteSpace::Space } else { WhiteSpace::Wide }
                }
                c => {
                    for c in c.nfkc().filter(|c| !c.is_whitespace()) {
                        chars.push(c);
                        gaps.push(std::mem::replace(&mut gap, WhiteSpace::None));
                    }
                }
            }
        }
        Self { chars, gaps }
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        let mut at = at;
        word.chars().all(|c| {
            at += 1;
            self.chars.get(at - 1) == Some(&c)
        })
    }

    /// Returns the index after a remark in brackets that begins at `at`, such as （盖章）; `at` if there is none.
    fn behind_remark(&self, at: usize) -> usize {
        if !matches!(self.chars.get(at), Some('(' | '[')) {
            return at;
        }
        let end = self.chars.iter().skip(at).take(MAX_REMARK_CHARS).position(|c| matches!(c, ')' | ']'));
        end.map_or(at, |end| at + end + 1)
    }

    /// Returns the value that begins at `from`, up to the next label, a wide gap or a closing mark.
    fn value(&self, from: usize, stops: &WordList) -> String {
        let mut value = String::new();
        let mut piece = 0;
        for at in from..self.chars.len() {
            let c = self.chars[at];
            let is_over = matches!(c, ';' | '|' | '。' | '│')
                || stops.iter().any(|stop| self.starts_with(at, stop))
                || self.gaps[at] == WhiteSpace::Wide && piece > 1
                || (c.is_ascii_digit() || c == ',') && NameWords::official().looks_like_body(&value);
            if is_over && !value.is_empty() {
                break;
            }
            piece = if self.gaps[at] == WhiteSpace::None { piece + 1 } else { 1 };
            value.push(c);
        }
        value
    }
}

/// Returns the value after the first of the labels that is followed by a colon. A label at the beginning of the text
/// needs no colon if the name of a body follows.
pub(super) fn value_behind(text: &str, labels: &WordList, stops: &WordList) -> Option<String> {
    let letters = Letters::new(text);
    let is_start =
        |at: usize| at == 0 || letters.gaps[at] == WhiteSpace::Wide || !letters.chars[at - 1].is_alphanumeric();
    let behind = |label: &str, at: usize| {
        let length = label.chars().count();
        let end = letters.behind_remark(at + length);
        if letters.chars.get(end) == Some(&':') {
            return Some(letters.value(letters.behind_remark(end + 1), stops));
        }
        let value = letters.value(end, stops);
        let is_sure = at == 0 && length >= MIN_SURE_LABEL_CHARS && NameWords::official().looks_like_body(&value);
        is_sure.then_some(value)
    };
    labels.iter().find_map(|label| {
        let mut places = (0..letters.chars.len()).filter(|at| letters.starts_with(*at, label) && is_start(*at));
        places.find_map(|at| behind(label, at))
    })
}

/// Returns the value in the cell beside a label.
pub(super) fn value_of_cell(text: &str, stops: &WordList) -> String {
    let letters = Letters::new(text);
    let from = letters.chars.iter().position(|c| *c != ':').unwrap_or(0);
    letters.value(from, stops)
}

/// Returns the label, if a text has nothing else but a remark in brackets and a colon; and whether it has the colon.
pub(super) fn bare_label<'a>(text: &str, labels: &'a WordList) -> Option<(&'a str, bool)> {
    // In bytes. No label with a remark is longer.
    if text.len() > 100 {
        return None;
    }
    let letters = Letters::new(text);
    let is_all = |label: &&str| {
        let end = letters.behind_remark(label.chars().count());
        letters.starts_with(0, label) && letters.chars[end.min(letters.chars.len())..].iter().all(|c| *c == ':')
    };
    labels.iter().find(is_all).map(|label| (label, letters.chars.last() == Some(&':')))
}

/// Returns whether a paragraph begins with one of the labels and a colon or a wide gap.
pub(super) fn starts_with_label(text: &str, labels: &WordList) -> bool {
    let letters = Letters::new(text);
    let is_label = |label: &str| {
        let end = letters.behind_remark(label.chars().count());
        let is_parted = letters.chars.get(end) == Some(&':') || letters.gaps.get(end) == Some(&WhiteSpace::Wide);
        letters.starts_with(0, label) && is_parted
    };
    labels.iter().any(is_label)
}
