//! The order of column headings in running text, where no position shows which figures are below them.

use std::collections::{BTreeMap, BTreeSet};

use super::label::Item;
use super::rows::unplaced;
use super::table_match::TextValue;
use super::token::{Token, TokenKind};
use super::{Block, Layout};
use crate::place::Spot;
use crate::spelling::key;

/// Most lines between a label and a heading printed over other rows.
const HEADING_LINES: usize = 2;

/// The headings of a table's blocks in text order.
#[derive(Debug, Default)]
pub(super) struct HeadingSequence {
    /// The token and the column of the latest heading, by block.
    last: BTreeMap<usize, (usize, usize)>,
    /// Blocks with headings in an order other than the form's.
    exchanged: BTreeSet<usize>,
}

impl HeadingSequence {
    /// Adds the heading of a column. Headings on one line must be in the form's order. On separate lines, only those
    /// below one group heading must be, because a heading of two lines is printed above those between.
    pub(super) fn push(&mut self, tokens: &[Token<'_>], at: usize, (number, block): (usize, &Block), column: usize) {
        let is_across = block.layout == Layout::Across;
        let before = self
            .last
            .insert(number, (at, column))
            .filter(|(before, _)| tokens[before + 1..at].iter().all(is_passed_over));
        let last = block.columns.len().saturating_sub(1);
        let is_wrong = match before {
            // The columns of the next row follow those of the row before it.
            Some((place, before)) if is_across => {
                let is_next = is_beside(tokens, place, at) || is_alone(tokens, place) && is_alone(tokens, at);
                is_next && column <= before && (before, column) != (last, 0)
            }
            // A heading before one that is printed over a column is to the left of the column.
            Some((place, before)) if !tokens[place + 1..at].iter().all(is_blank) => column < before,
            Some((place, before)) => {
                let is_grouped = is_in_one_group(block, before, column);
                let is_wrong = if is_beside(tokens, place, at) {
                    // Headings of two lines may run together in text, but not in a row of a table.
                    let is_row = tokens[at].place.spot != Spot::Text;
                    is_row || is_grouped || !is_below_group(block, column)
                } else {
                    is_grouped && is_alone(tokens, at)
                };
                column < before && is_wrong
            }
            // 总计 before 结果维持.
            None => is_across && column == last && last > 0 && is_followed(tokens, at) && !is_preceded(tokens, at),
        };
        if is_wrong {
            self.exchanged.insert(number);
        }
    }

    /// Marks the figures of a row as doubtful if the headings of its block are in another order, unless all are equal.
    pub(super) fn confirm(&self, block: usize, cells: &mut [TextValue]) {
        let is_uniform = cells.windows(2).all(|pair| pair[0].text == pair[1].text);
        if is_uniform || !self.exchanged.contains(&block) {
            return;
        }
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        let text = texts.join(" ");
        for cell in cells.iter_mut().filter(|cell| cell.doubt.is_none()) {
            *cell = unplaced(&text, &cell.place);
        }
    }
}

fn is_blank(token: &Token<'_>) -> bool {
    matches!(token.piece, TokenKind::Blank)
}

/// Returns whether a token is irrelevant to the order of columns: a blank, or a heading printed over several columns.
fn is_passed_over(token: &Token<'_>) -> bool {
    match &token.piece {
        TokenKind::Blank => true,
        TokenKind::Label(meanings, ..) => meanings.iter().all(|meaning| meaning.item == Item::Ignored),
        _ => false,
    }
}

/// Returns whether the heading over later rows of the form comes before the label of this row: 行政诉讼 before
/// 行政复议.
pub(super) fn is_behind_later_rows(tokens: &[Token<'_>], at: usize, block: &Block, row: usize) -> bool {
    let is_later = |id: &String| block.rows.iter().position(|other| other.id == *id) > Some(row);
    let over_later = || block.headings.iter().filter(|over| !over.over.is_empty() && over.over.iter().all(is_later));
    let nearest = tokens[at].line.saturating_sub(HEADING_LINES);
    let mut before = tokens[..at].iter().rev().take_while(|token| token.line >= nearest);
    before.any(|token| match &token.piece {
        TokenKind::Other(text) => over_later().any(|over| key(&over.label) == key(text)),
        _ => false,
    })
}

/// Returns whether a printed heading covers this column, but not all columns.
fn is_below_group(block: &Block, column: usize) -> bool {
    is_in_one_group(block, column, column)
}

/// Returns whether one printed heading covers both columns.
fn is_in_one_group(block: &Block, one: usize, other: usize) -> bool {
    let [one, other] = [one, other].map(|column| &block.columns[column].id);
    let mut groups = block.headings.iter().filter(|heading| !heading.over.is_empty());
    groups.any(|heading| heading.is_over(one) && heading.is_over(other))
}

fn is_beside(tokens: &[Token<'_>], one: usize, other: usize) -> bool {
    tokens[one].line == tokens[other].line
}

/// Returns whether a token is alone on its line.
fn is_alone(tokens: &[Token<'_>], at: usize) -> bool {
    let is_apart = |other: Option<&Token<'_>>| other.is_none_or(|other| other.line != tokens[at].line);
    is_apart(at.checked_sub(1).and_then(|before| tokens.get(before))) && is_apart(tokens.get(at + 1))
}

/// Returns whether another label follows on the line. A heading that is alone may be the remains of a row of headings.
fn is_followed(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1).filter(|next| next.line == tokens[at].line);
    next.is_some_and(|next| matches!(next.piece, TokenKind::Label(..)))
}

/// Returns whether another label comes before it on the line, so that it is not the first heading there.
fn is_preceded(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]).filter(|before| before.line == tokens[at].line);
    before.is_some_and(|before| matches!(before.piece, TokenKind::Label(..)))
}
