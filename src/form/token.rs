//! Tokens of a document's text flow: labels, figures, blanks and other texts; and tests for what may be a figure.

use super::label::Meaning;
use crate::amount::{self, State};
use crate::place::Place;

/// Longest text that may be a figure written in an unusual way, in characters.
const MAX_FIGURE_CHARS: usize = 20;
/// Most Chinese characters of such a figure if it is on a line of its own.
const MAX_FIGURE_WORD_CHARS: usize = 3;

/// A token of the text flow.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub(super) piece: TokenKind<'a>,
    /// Its line in the flow.
    pub(super) line: usize,
    pub(super) place: Place,
}

/// Returns a figure or other text with its place.
pub(super) fn cell_of(token: &Token<'_>) -> Option<(String, Place)> {
    match &token.piece {
        TokenKind::Figure(text) | TokenKind::PageEdge(text) | TokenKind::Other(text) => {
            Some((text.clone(), token.place.clone()))
        }
        _ => None,
    }
}

/// The kind of a token.
#[derive(Debug, Clone)]
pub(super) enum TokenKind<'a> {
    /// A label of some form: its meanings, its text, and whether it has a cell or line of its own with its figures.
    Label(&'a [Meaning], String, bool),
    /// A cell with a figure, or with a sign that means there is none.
    Figure(String),
    /// A single number at the edge of a page: a figure or the page number.
    PageEdge(String),
    /// An empty cell between others.
    Blank,
    /// Digits that directly follow the label before them, up to a known token.
    Run(String),
    /// Anything else, as written.
    Other(String),
}

/// A line of the flow and its position: before a grid, or in a row of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowLine {
    /// The number of grids before it.
    pub after: usize,
    /// The row of grid `after`; `None` for a paragraph, which comes before that grid.
    pub row: Option<u32>,
    /// The index of the paragraph.
    pub paragraph: usize,
}

/// Returns whether a text is a number or a sign that means there is none.
pub(super) fn is_figure(text: &str) -> bool {
    matches!(amount::read(text).state, State::Number | State::NotApplicable)
}

/// Returns whether a text in place of a figure may be meant as one: `7O`, `约3`, `5（2）`, `十二`.
pub(super) fn resembles_figure(text: &str) -> bool {
    let is_short = text.chars().count() <= MAX_FIGURE_CHARS || is_list_of_digits(text);
    let is_zero = matches!(text, "○" | "O" | "o" | "Ｏ" | "空" | "未发生" | "没有");
    let is_read = is_figure(text) || amount::read_figure(text).state == State::Number;
    is_short && (is_zero || is_read || text.chars().any(char::is_numeric) && !text.contains('。'))
}

/// Returns whether a text has several figures and nothing else but signs and separators.
fn is_list_of_digits(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-－—–−‐+.,，、；;".contains(c);
    text.chars().all(is_part)
}

/// Returns the same for a text on a line of its own, where it may also be a part of a label.
pub(super) fn is_short_figure(text: &str) -> bool {
    let words = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    let behind_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = behind_number.starts_with(['.', '．', '、']) && words > 0;
    resembles_figure(text) && words <= MAX_FIGURE_WORD_CHARS && !is_numbered && !is_numeral(text)
}

/// Returns whether a text is a single Chinese numeral or similar character, which may also be the number of a label.
pub(super) fn is_numeral(text: &str) -> bool {
    let is_word = |c: char| c.is_alphabetic() && !c.is_ascii() || c.is_numeric() && !c.is_ascii();
    !is_figure(text) && text.chars().count() == 1 && text.chars().all(is_word) && resembles_figure(text)
}

/// Returns whether a bracket is not closed, as in a label that continues on the next line.
pub(super) fn is_unclosed(text: &str) -> bool {
    let count = |brackets: [char; 2]| text.matches(brackets).count();
    count(['(', '（']) > count([')', '）'])
}
