//! Labels in the text flow that the form does not have, with their figures.

use super::FlowReader;
use crate::form::in_order::SequenceItem;
use crate::form::table_match::Unassigned;
use crate::form::token::{Token, TokenKind, cell_of, is_short_figure};
use crate::place::Place;

/// Longest label of a row that the form does not have, in characters.
const MAX_UNKNOWN_CHARS: usize = 24;

impl FlowReader<'_, '_> {
    /// Handles a label that the form does not have, with figures after it on its line, or with as many figures below it
    /// as the block has columns. Returns how many tokens it used.
    pub(super) fn unknown(&mut self, at: usize, text: &str) -> usize {
        let line = self.tokens[at].line;
        let begins = at == 0 || self.tokens[at - 1].line != line;
        let on_line: Vec<&Token<'_>> = self.tokens[at..].iter().take_while(|token| token.line == line).collect();
        let own = on_line.iter().take_while(|token| !matches!(token.piece, TokenKind::Label(..))).count();
        let is_figure = |token: &&&Token<'_>| matches!(token.piece, TokenKind::Figure(_) | TokenKind::PageEdge(_));
        let mut figures: Vec<(String, Place)> =
            on_line[..own].iter().filter(is_figure).filter_map(|token| cell_of(token)).collect();
        let (mut label, mut taken) = (text.to_owned(), own);
        if !begins {
            return 1;
        }
        // A figure written in an unusual way is the first of figures that stand before their label.
        if text.starts_with(char::is_numeric) && is_short_figure(text) && !figures.is_empty() {
            self.stray(at, text);
            return 1;
        }
        if figures.is_empty() {
            let Some(below) = self.unknown_labels_below(at) else { return 1 };
            taken = below.len();
            figures = below.into_iter().skip(1).collect();
        } else {
            let others = on_line[..own]
                .iter()
                .filter_map(|token| if let TokenKind::Other(text) = &token.piece { Some(text.as_str()) } else { None });
            label = others.collect::<Vec<_>>().join(" ");
        }
        // A piece of a label belongs to a row of the form, but it is unknown which.
        if self.index.is_piece(&label) || self.index.is_piece(text) {
            self.table.strays.extend(figures.iter().map(|(text, _)| text.clone()));
        } else {
            self.table.unassigned.push(Unassigned::Row { row: None, label });
        }
        self.table.marks.extend(figures.into_iter().map(|(text, place)| SequenceItem::Figure(text, place)));
        taken
    }

    /// Returns a text alone on its line, at a token or after it, followed by as many figures below it as the current
    /// block has columns: the text and the figures.
    pub(super) fn unknown_labels_below(&self, at: usize) -> Option<Vec<(String, Place)>> {
        let block = self.table.block?;
        let width = self.blocks()[block].columns.len();
        let at = if matches!(self.tokens.get(at)?.piece, TokenKind::Other(_)) { at } else { at + 1 };
        let first = self.tokens.get(at)?;
        let TokenKind::Other(text) = &first.piece else { return None };
        let figures = self.tokens[at + 1..].iter().take_while(|token| matches!(token.piece, TokenKind::Figure(_)));
        let figures: Vec<&Token<'_>> = figures.collect();
        let is_alone = self.tokens[..at].last().is_none_or(|token| token.line != first.line);
        let is_row = is_alone
            && text.chars().count() <= MAX_UNKNOWN_CHARS
            && width > 1
            && figures.len() == width
            && figures.iter().all(|token| token.line != first.line);
        is_row.then(|| std::iter::once(first).chain(figures).filter_map(cell_of).collect())
    }
}
