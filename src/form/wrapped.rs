//! Joining of labels that were broken over lines or cells. Their figures may follow any of the parts, and parts of a
//! group's label, wrapped in the column to the left, may come between.

use super::fused::is_unit_in_brackets;
use super::label::{Index, Item, Meaning};
use super::table_match::printed_unit;
use super::token::{self, Token, TokenKind, is_unclosed};
use crate::amount::{self, MoneyUnit, Notation};

/// Longest part of a broken label, in characters.
const MAX_PART_CHARS: usize = 40;
/// Most tokens over which a broken label is spread.
const MAX_TOKENS: usize = 80;
/// Most figures between the parts of a label.
const MAX_FIGURES: usize = 8;
/// Fewest labels continued on lines after their figures that show that a whole text is written in this way.
const MIN_WRAPPED: usize = 3;

/// A label joined from several tokens.
struct Joined<'a> {
    meanings: &'a [Meaning],
    text: String,
    /// The number of tokens over which it was spread.
    span: usize,
    /// The tokens among them that are not part of a label.
    figures: Vec<usize>,
    /// The last line of a part.
    last_line: usize,
    /// The line of a part that has figures beside it.
    figured_line: Option<usize>,
}

/// Joins broken labels.
pub(super) fn join<'a>(tokens: &[Token<'a>], index: &'a Index) -> Vec<Token<'a>> {
    let mut joined: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let (mut at, mut wrapped) = (0, 0);
    while let Some(token) = tokens.get(at) {
        if joined.last().is_some_and(|before| is_numeral_between(before, &tokens[at..])) {
            let text = part(&token.piece).unwrap_or_default().to_owned();
            joined.push(Token { piece: TokenKind::Figure(text), ..token.clone() });
            at += 1;
            continue;
        }
        let is_behind = at.checked_sub(1).is_some_and(|before| tokens[before].line == token.line);
        let may_begin = !is_behind || !is_figure_at_the_end(&tokens[at..]);
        if let Some(label) = label_from(&tokens[at..], index).filter(|_| may_begin) {
            let line = label.figured_line.unwrap_or(label.last_line);
            wrapped += usize::from(line < label.last_line);
            joined.push(Token {
                piece: TokenKind::Label(label.meanings, label.text, true),
                line,
                place: token.place.clone(),
            });
            joined.extend(label.figures.iter().map(|figure| tokens[at + figure].clone()));
            at += label.span;
            continue;
        }
        let mut token = token.clone();
        // The label is not continued on another line, so its bracket is only truncated.
        if let TokenKind::Other(text) = &token.piece
            && let Some(found) = index.find(text).filter(|_| is_unclosed(text))
        {
            token.piece = TokenKind::Label(found.meanings, text.clone(), true);
        }
        joined.push(token);
        at += 1;
    }
    if wrapped >= MIN_WRAPPED { beside_groups(joined) } else { joined }
}

/// Moves a row's label before the figures on the line above it, if that line begins with a group's label. In a text
/// whose labels continue on lines after their figures, these figures belong to the row.
fn beside_groups(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut at = 0;
    while at < tokens.len() {
        if let Some(row) = row_below(&tokens, at) {
            let mut label = tokens.remove(row);
            label.line = tokens[at].line;
            // The line begins with the point of its number. The number itself is before the figures.
            if let TokenKind::Label(_, text, _) = &mut label.piece
                && is_number_cut(text)
                && let TokenKind::Figure(number) = tokens.remove(at + 1).piece
            {
                text.insert_str(0, &number);
            }
            tokens.insert(at + 1, label);
        }
        at += 1;
    }
    tokens
}

/// Returns the position of the label of a row whose figures follow the group's label at a token.
fn row_below(tokens: &[Token<'_>], group: usize) -> Option<usize> {
    let is_item = |token: &Token<'_>, kind: fn(&Item) -> bool| match &token.piece {
        TokenKind::Label(meanings, _, true) => meanings.iter().any(|meaning| kind(&meaning.item)),
        _ => false,
    };
    let is_row = |token: &Token<'_>| is_item(token, |item| matches!(item, Item::Row(_)));
    let first = tokens.get(group).filter(|token| is_item(token, |item| matches!(item, Item::Group(_))))?;
    let figures = tokens[group + 1..].iter().take_while(|token| is_cell(&token.piece) && token.line == first.line);
    let row = group + 1 + figures.count();
    let below = tokens.get(row).filter(|below| is_row(below) && below.line > first.line && row > group + 2)?;
    let TokenKind::Label(_, text, _) = &below.piece else { return None };
    let is_numbered = text.starts_with(|c: char| c.is_ascii_digit());
    let is_digit = matches!(&tokens[group + 1].piece, TokenKind::Figure(text) if text.len() == 1);
    let has_figures = tokens.get(row + 1).is_some_and(|next| is_cell(&next.piece));
    let suits = if is_number_cut(text) { is_digit } else { !is_numbered && !is_row(first) };
    (suits && !has_figures).then_some(row)
}

/// Returns whether a label begins with the point of its number.
fn is_number_cut(label: &str) -> bool {
    label.starts_with(['.', '．', '、'])
}

/// Returns whether the first token is a Chinese numeral between a label or figure before it and a figure after it. Then
/// it does not number a label.
fn is_numeral_between(before: &Token<'_>, tokens: &[Token<'_>]) -> bool {
    let [first, next, ..] = tokens else { return false };
    matches!(before.piece, TokenKind::Label(_, _, true) | TokenKind::Figure(_))
        && matches!(next.piece, TokenKind::Figure(_))
        && matches!(&first.piece, TokenKind::Other(text) if amount::read_figure(text).notation.contains(Notation::CHINESE_NUMERALS))
}

/// Returns whether the first token, which does not begin its line, is a figure: it could be a label's number, but no
/// label follows on its line.
fn is_figure_at_the_end(tokens: &[Token<'_>]) -> bool {
    let Some((first, behind)) = tokens.split_first() else { return false };
    let next = behind.iter().take_while(|token| token.line == first.line);
    let is_number = |text: &str| Index::is_number(text) && amount::read_figure(text).value.is_some();
    part(&first.piece).is_some_and(is_number) && next.into_iter().all(|token| is_cell(&token.piece))
}

fn label_from<'a>(tokens: &[Token<'a>], index: &'a Index) -> Option<Joined<'a>> {
    let first = tokens.first()?;
    let text = part(&first.piece)?;
    let mut key: String = Index::key_of_part(text);
    // The number of a label may be its first part.
    if !(key.is_empty() && Index::is_number(text) || !key.is_empty() && index.is_start(&key)) {
        return None;
    }
    let mut text = text.to_owned();
    let (mut figures, mut skipped) = (Vec::new(), false);
    let (mut last_line, mut figured_line) = (first.line, None);
    let mut best = None;
    for (at, token) in tokens.iter().enumerate().take(MAX_TOKENS).skip(1) {
        let Some(next) = part(&token.piece) else {
            if !is_cell(&token.piece) || figures.len() >= MAX_FIGURES {
                break;
            }
            figures.push(at);
            if token.line == last_line {
                figured_line = Some(token.line);
            }
            continue;
        };
        let longer =
            if key.is_empty() { Index::key_of_part(next) } else { format!("{key}{}", crate::spelling::key(next)) };
        if longer.len() > key.len() && index.is_start(&longer) {
            (key, last_line) = (longer, token.line);
            text.push_str(next);
        } else if index.is_part_of_group(next) && figures.len() < MAX_FIGURES {
            skipped = true;
            continue;
        } else {
            break;
        }
        if let Some(found) = index.find(&key).filter(|_| !is_unclosed(&text)) {
            let is_row = |meaning: &Meaning| matches!(meaning.item, Item::Row(_));
            // The line printed over a block has no number, so a numeral before it is a figure.
            let is_heading = found.meanings.iter().all(|meaning| meaning.item == Item::Heading);
            if skipped && !found.meanings.iter().any(is_row) || is_heading && is_numeral(&tokens[0]) {
                break;
            }
            let (text, figures) = (text.clone(), figures.clone());
            best = Some(Joined { meanings: found.meanings, text, span: at + 1, figures, last_line, figured_line });
        }
    }
    // Figures after the last part stay where they are.
    best
}

fn is_numeral(token: &Token<'_>) -> bool {
    matches!(&token.piece, TokenKind::Other(text) if token::is_numeral(text))
}

/// Returns the text that may be a part of a label.
fn part<'p>(piece: &'p TokenKind<'_>) -> Option<&'p str> {
    match piece {
        TokenKind::Other(text) | TokenKind::Label(_, text, true) if text.chars().count() <= MAX_PART_CHARS => {
            Some(text)
        }
        _ => None,
    }
}

fn is_cell(piece: &TokenKind<'_>) -> bool {
    matches!(piece, TokenKind::Figure(_) | TokenKind::PageEdge(_) | TokenKind::Blank)
}

/// Returns the unit of money in brackets behind a heading, or in the rest of a heading whose bracket is closed on the
/// next line; `at` is the heading's token.
pub(super) fn unit_behind(tokens: &[Token<'_>], at: usize, heading: &str) -> Option<MoneyUnit> {
    let line = tokens[at].line;
    let unit_in = |token: &Token<'_>| match &token.piece {
        TokenKind::Other(text) => printed_unit(text),
        _ => None,
    };
    let is_bracket = |token: &&Token<'_>| {
        token.line == line && matches!(&token.piece, TokenKind::Other(text) if is_unit_in_brackets(text))
    };
    let behind = tokens.get(at + 1).filter(is_bracket).and_then(unit_in);
    let start = tokens.partition_point(|token| token.line <= line);
    let next = || tokens[start..].iter().take_while(|token| token.line == line + 1).find_map(unit_in);
    behind.or_else(|| if is_unclosed(heading) { next() } else { None })
}
