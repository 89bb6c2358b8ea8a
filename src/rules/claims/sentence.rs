//! Sentences in two forms: folded for comparison, and as written for quotation.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::spelling::{is_folded, quoted};

/// Maximum length of a quotation, in characters.
const LONGEST: usize = 60;

/// A sentence folded and without white space, with the position in the original of each of its bytes.
#[derive(Debug)]
pub(in crate::rules) struct Sentence<'a> {
    said: &'a str,
    /// The folded text.
    pub(in crate::rules) text: String,
    origin: Vec<usize>,
}

impl<'a> Sentence<'a> {
    /// Reads a sentence.
    pub(in crate::rules) fn of(said: &'a str) -> Self {
        let (mut text, mut origin) = (String::with_capacity(said.len()), Vec::with_capacity(said.len() + 1));
        let mut buffer = [0; 4];
        for (at, c) in said.char_indices() {
            let is_plain = is_folded(c.encode_utf8(&mut buffer));
            let mut keep = |c: char| {
                if !c.is_whitespace() {
                    text.push(c);
                    origin.resize(text.len(), at);
                }
            };
            if is_plain { keep(c) } else { std::iter::once(c).nfkc().for_each(keep) }
        }
        origin.push(said.len());
        Self { said, text, origin }
    }

    /// Returns whether the character at a byte of the folded text was not ASCII in the original, as full-width
    /// characters are.
    pub(super) fn is_wide(&self, at: usize) -> bool {
        let rest = self.origin.get(at).and_then(|at| self.said.get(*at..)).unwrap_or("");
        rest.chars().next().is_some_and(|c| !c.is_ascii())
    }

    /// Returns the original sentence in quotation marks, shortened around a byte range of the folded text.
    pub(in crate::rules) fn quote(&self, span: &Range<usize>) -> String {
        let said = self.said.trim();
        let length = said.chars().count();
        if length <= LONGEST {
            return quoted(said);
        }
        let place = |at: usize| self.origin.get(at).copied().unwrap_or(self.said.len());
        let offset = self.said.len() - self.said.trim_start().len();
        let before = |at: usize| said.char_indices().take_while(|(byte, _)| byte + offset < at).count();
        let (first, last) = (before(place(span.start)), before(place(span.end)));
        let spare = LONGEST.saturating_sub(last - first);
        let mut start = first.saturating_sub(spare / 2).min(length.saturating_sub(LONGEST));
        // Begins at the start of a clause, if one starts before the range.
        let is_break = |c: &char| matches!(c, '，' | ',' | '；' | ';' | '：' | ':');
        if start > 0
            && let Some(at) = said.chars().take(first).skip(start).position(|c| is_break(&c))
        {
            start += at + 1;
        }
        let end = (start + LONGEST.max(last - first)).min(length);
        let part: String = said.chars().skip(start).take(end - start).collect();
        let (head, tail) = (if start > 0 { "…" } else { "" }, if end < length { "…" } else { "" });
        quoted(&format!("{head}{part}{tail}"))
    }
}

/// Returns the sentences of a paragraph.
pub(in crate::rules) fn sentences(paragraph: &str) -> Vec<Sentence<'_>> {
    let parts = paragraph.split(['。', '！', '？', '!', '?', '\n', '\r']).filter(|part| !part.trim().is_empty());
    parts.map(Sentence::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_as_it_stands() {
        let said = "２０２５年， 共收到申请３件";
        let sentence = Sentence::of(said);
        assert_eq!(sentence.text, "2025年,共收到申请3件");
        assert_eq!(sentence.quote(&(0..4)), format!("“{said}”"));
        let long = format!("{}收到申请3件{}", "甲".repeat(80), "乙".repeat(80));
        let sentence = Sentence::of(&long);
        let quote = sentence.quote(&(240..256));
        assert!(quote.contains("收到申请3件") && quote.starts_with("“…甲") && quote.ends_with("乙…”"), "{quote}");
        assert_eq!(quote.chars().count(), LONGEST + 4);
    }
}
