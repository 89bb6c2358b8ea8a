//! Labels and figures that run together in one text, without bars or cells between them.

use super::label::{Index, Meaning};
use super::table_match::printed_unit;
use super::token::{TokenKind, is_figure, is_unclosed, resembles_figure};
use crate::amount::is_decorated;
use crate::spelling::{fold, is_unseen};

/// Longest value after a label and a separator, in characters; a longer one is a sentence.
const MAX_VALUE_CHARS: usize = 24;
/// Closing marks that may follow a label.
const CLOSING: &str = ")）”’\"》」】]";
/// Units of measure that may be separated from their figure by a space.
const UNITS: [&str; 14] = ["件", "宗", "起", "例", "份", "条", "次", "项", "个", "家", "篇", "部", "元", "万元"];

/// The text after a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Separated<'t> {
    Nothing,
    /// One or more figures, or texts that resemble figures.
    Values(Vec<&'t str>),
    /// Figures after a dash that may be the sign of the first one or a separator.
    Signed(&'t str),
    /// A text with a digit.
    Text(&'t str),
}

/// Returns the meanings of the label at the beginning of a text, the label, and the rest of the text.
pub(super) fn leading_label<'a, 't>(text: &'t str, index: &'a Index) -> Option<(&'a [Meaning], &'t str, &'t str)> {
    let scan = Scan::new(text, index);
    let (end, meanings) = scan.label(0)?;
    let (head, rest) = text.split_at(scan.end_of(end));
    Some((meanings, head, rest))
}

/// Returns the value after a label; `None` if the text continues the label's last word or is a sentence.
pub(super) fn separated<'t>(rest: &'t str, index: &Index) -> Option<Separated<'t>> {
    let rest = without_remarks(rest);
    // The last word of the label, or its explanation in brackets, continues.
    let opens = rest.trim_start().starts_with(['(', '（']) && is_unclosed(rest.trim_start());
    if rest.starts_with(char::is_alphanumeric) || opens {
        return None;
    }
    let value = rest.trim_start_matches(is_separator).trim_end_matches(is_separator);
    let value = value.trim_end_matches(['。', '．']);
    if value.is_empty() {
        return Some(Separated::Nothing);
    }
    let is_spaced = rest.trim_start().len() == value.len() && rest.starts_with(char::is_whitespace);
    let is_led =
        value.starts_with("...") || value.starts_with("……") || value.starts_with("--") || value.starts_with("——");
    let behind_leader = value.trim_start_matches(|c: char| is_separator(c) || ".…-—".contains(c));
    let value = if is_led && !behind_leader.is_empty() { behind_leader } else { value };
    let is_dash = |c: char| "-－—–−‐".contains(c);
    if !is_spaced && !is_led && value.starts_with(is_dash) && value.contains(char::is_numeric) {
        // Behind another mark, as in a list, the dash is no separator.
        let is_listed = rest.trim_start().starts_with(is_list_mark);
        let listed = listed(value).filter(|_| is_listed);
        return Some(listed.map_or(Separated::Signed(value), Separated::Values));
    }
    if is_figure(value) {
        return Some(Separated::Values(vec![value]));
    }
    if let Some(listed) = listed(value) {
        return Some(Separated::Values(listed));
    }
    let cells = cells(value);
    if cells.iter().all(|cell| resembles_figure(cell)) {
        return Some(Separated::Values(cells));
    }
    let scan = Scan::new(value, index);
    let has_label = (0..scan.key.len()).any(|at| scan.label(at).is_some());
    let is_short = value.chars().count() <= MAX_VALUE_CHARS && value.contains(char::is_numeric);
    (is_short && !has_label).then_some(Separated::Text(value))
}

/// Splits figures at the marks between them; `None` if there is only one or a part is no figure.
pub(super) fn listed(value: &str) -> Option<Vec<&str>> {
    let listed: Vec<&str> = value.split(is_list_mark).map(str::trim).filter(|part| !part.is_empty()).collect();
    (listed.len() > 1 && !is_figure(value) && listed.iter().all(|part| is_figure(part))).then_some(listed)
}

fn is_list_mark(c: char) -> bool {
    "、，,；;→⇒=＝：:".contains(c)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || ":：=＝→⇒,，、;；·•".contains(c)
}

/// Returns the text without closing marks and bracketed remarks that belong to the label before it.
fn without_remarks(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c| CLOSING.contains(c));
    let Some(inner) = rest.strip_prefix(['(', '（']) else { return rest };
    match inner.split_once([')', '）']) {
        Some((remark, behind)) if !remark.contains(char::is_numeric) => behind,
        _ => rest,
    }
}

/// Splits a text into words. A unit of measure after a space belongs to the word before it.
pub(super) fn cells(value: &str) -> Vec<&str> {
    let mut cells: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for word in value.split_whitespace() {
        let from = value[at..].find(word).map_or(at, |found| at + found);
        at = from + word.len();
        match cells.last_mut() {
            Some(last) if UNITS.contains(&word) => last.1 = at,
            _ => cells.push((from, at)),
        }
    }
    cells.into_iter().map(|(from, to)| value[from..to].trim_end_matches(['，', '；', ';', '、'])).collect()
}

/// Splits text in which labels and digits run together. A text without labels is one piece.
pub(super) fn pieces<'a>(text: &str, index: &'a Index) -> Vec<TokenKind<'a>> {
    let scan = Scan::new(text, index);
    let (mut pieces, mut at, mut labelled) = (Vec::new(), 0, 0);
    let mut other_from = None;
    while at < scan.key.len() {
        if let Some((end, meanings)) = scan.label(at) {
            pieces.extend(other_from.take().and_then(|from| scan.other(from, at)));
            pieces.push(TokenKind::Label(meanings, scan.text(at, end), false));
            labelled += end - at;
            at = end;
        } else if let Some(end) =
            scan.run(at).filter(|_| matches!(pieces.last(), Some(TokenKind::Label(..))) && other_from.is_none())
        {
            pieces.push(TokenKind::Run(fold(&scan.text(at, end)).into_owned()));
            at = end;
        } else {
            other_from = other_from.or(Some(at));
            at += 1;
        }
    }
    pieces.extend(other_from.and_then(|from| scan.other(from, at)));
    // A sentence may contain labels by chance, but no unit of money in brackets behind one.
    let is_measured = |pair: &[TokenKind<'_>]| match pair {
        [TokenKind::Label(_, text, _), ..] if printed_unit(text).is_some() => true,
        [TokenKind::Label(..), TokenKind::Other(text)] => is_unit_in_brackets(text),
        _ => false,
    };
    let is_table = labelled * 2 >= scan.key.len()
        || pieces.iter().any(|piece| matches!(piece, TokenKind::Run(_)))
        || (0..pieces.len()).any(|at| is_measured(&pieces[at..pieces.len().min(at + 2)]));
    if is_table && labelled > 0 { pieces } else { vec![TokenKind::Other(text.to_owned())] }
}

/// Returns whether a text begins with a unit of money in brackets.
pub(super) fn is_unit_in_brackets(text: &str) -> bool {
    text.trim_start_matches(is_unseen).starts_with(['(', '（']) && printed_unit(text).is_some()
}

/// A text that is searched for labels. Positions count its letters and digits.
struct Scan<'t, 'a> {
    text: &'t str,
    /// The byte range of each letter or digit in the text.
    spans: Vec<(usize, usize)>,
    /// The letters and digits, folded.
    key: Vec<char>,
    index: &'a Index,
}

impl<'t, 'a> Scan<'t, 'a> {
    fn new(text: &'t str, index: &'a Index) -> Self {
        let (mut spans, mut key) = (Vec::new(), Vec::new());
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            // A mark such as ① would fold to a digit.
            if is_decorated(c) {
                spans.push((at, end));
                key.push(c);
                continue;
            }
            for folded in fold(&text[at..end]).chars().filter(|c| c.is_alphanumeric()) {
                spans.push((at, end));
                key.push(folded);
            }
        }
        // Uses the spelling of the forms.
        for at in 1..key.len() {
            if key[at] == '它' && key[at - 1] == '其' {
                key[at] = '他';
            }
        }
        Self { text, spans, key, index }
    }

    /// Returns the byte offset at which the text before a position ends.
    fn end_of(&self, place: usize) -> usize {
        place.checked_sub(1).and_then(|last| self.spans.get(last)).map_or(0, |(_, end)| *end)
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.text[self.spans[from].0..self.end_of(to)].to_owned()
    }

    /// Returns the raw text between labels, including signs, decimal points, brackets and units.
    fn other(&self, from: usize, to: usize) -> Option<TokenKind<'a>> {
        let end = self.spans.get(to).map_or(self.text.len(), |(begin, _)| *begin);
        let raw = &self.text[self.end_of(from)..end];
        let raw = raw.trim_start_matches(|c: char| is_separator(c) || CLOSING.contains(c));
        let raw = raw.trim_end_matches(|c: char| is_separator(c) || "。(（“\"[【《「".contains(c));
        (!raw.is_empty()).then(|| TokenKind::Other(raw.to_owned()))
    }

    /// Returns the end and the meanings of the label at a position. A number may come before the label.
    fn label(&self, at: usize) -> Option<(usize, &'a [Meaning])> {
        let plain = self.index.longest(&self.key[at..]).map(|(length, meanings)| (at + length, meanings));
        plain.or_else(|| {
            let behind = self.behind_number(at)?;
            self.index.longest(&self.key[behind..]).map(|(length, meanings)| (behind + length, meanings))
        })
    }

    /// Returns the position after a number such as `2.` or `（五）`. Its punctuation distinguishes it from a figure.
    fn behind_number(&self, at: usize) -> Option<usize> {
        let numeral = |c: char| "一二三四五六七八九十".contains(c);
        let of_kind =
            |wanted: &dyn Fn(char) -> bool, most| self.key[at..].iter().take_while(|c| wanted(**c)).count().min(most);
        // No group of the form has ten rows, so only the last digit can be the number; others belong to figures.
        let length = of_kind(&|c| c.is_ascii_digit(), 1).max(of_kind(&numeral, 2));
        let end = at + length;
        let is_marked = |gap: &str| fold(gap).starts_with(['.', '、', ')', '．']);
        (length > 0 && end < self.key.len() && self.gap(end).is_some_and(is_marked)).then_some(end)
    }

    /// Returns the end of a run of digits at a position. `None` unless it directly follows the text before it, and is
    /// followed by the end of the text, a label, or the number of the next heading.
    fn run(&self, at: usize) -> Option<usize> {
        // Closing marks of the label may come between.
        let closes = |c: char| c.is_whitespace() || CLOSING.contains(c);
        let touches = |at: usize| self.gap(at).is_none_or(|gap| gap.chars().all(closes));
        let is_digit = |at: usize| self.key.get(at).is_some_and(char::is_ascii_digit);
        if !is_digit(at) || !touches(at) {
            return None;
        }
        let mut end = at;
        while is_digit(end)
            && (end == at || self.gap(end).is_some_and(|gap| matches!(&*fold(gap), "" | ".")))
            && self.number_of_label(end).is_none()
        {
            end += 1;
        }
        // A sign after the digits belongs to them and could change their value.
        let is_plain = |gap: &str| fold(gap).chars().all(|c| c.is_whitespace() || "(.。;；".contains(c));
        let behind = if end < self.key.len() { self.gap(end) } else { Some(&self.text[self.end_of(end)..]) };
        let ends_well = end >= self.key.len()
            || self.label(end).is_some()
            || self.behind_number(end).is_some_and(|_| !is_digit(end));
        (end > at && ends_well && behind.is_none_or(is_plain)).then_some(end)
    }

    /// Returns the position after a number that is followed by a label.
    fn number_of_label(&self, at: usize) -> Option<usize> {
        self.behind_number(at).filter(|behind| self.index.longest(&self.key[*behind..]).is_some())
    }

    /// Returns the text between the letter or digit at a position and the one before it.
    fn gap(&self, at: usize) -> Option<&'t str> {
        let before = self.end_of(at);
        let begin = self.spans.get(at).map_or(self.text.len(), |(begin, _)| *begin);
        if at == 0 { None } else { self.text.get(before..begin) }
    }
}
