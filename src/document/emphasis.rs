//! Plain text with marks around struck-out or raised parts.
//!
//! Struck-out or raised digits are not part of the number beside them. The marks keep them from being read as part of
//! it.

/// The formatting of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    /// Whether it is struck out.
    pub(super) struck: bool,
    /// Whether it is above or below the line, as footnote marks are.
    pub(super) raised: bool,
}

/// The mark before and after struck-out text.
const STRUCK: &str = "~~";
/// The mark before raised text.
const RAISED: char = '^';

/// A text under construction.
#[derive(Debug, Default)]
pub(super) struct MarkedText {
    text: String,
    /// The formatting of the current part, and its start in bytes.
    look: Look,
    start: usize,
}

impl MarkedText {
    /// Sets the formatting of the text that follows.
    pub(super) fn set_look(&mut self, look: Look) {
        if look != self.look {
            self.close();
            self.look = look;
        }
    }

    /// Adds text.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Returns the text so far, without the marks of the current part. Callers may append to it but not shorten it.
    pub(super) fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Returns the text so far, without the marks of the current part.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text with all its marks, and starts again with an empty text.
    pub(super) fn take(&mut self) -> String {
        let look = self.look;
        self.close();
        self.start = 0;
        self.look = look;
        std::mem::take(&mut self.text)
    }

    /// Adds the marks of the current part.
    fn close(&mut self) {
        let (start, look) = (self.start, self.look);
        let part = &self.text[start..];
        let trimmed = part.trim();
        if !trimmed.is_empty() && look != Look::default() {
            let from = start + part.len() - part.trim_start().len();
            let to = from + trimmed.len();
            if look.struck {
                self.text.insert_str(to, STRUCK);
                self.text.insert_str(from, STRUCK);
            } else if is_note_mark(trimmed) && !self.text[..start].trim().is_empty() {
                self.text.replace_range(from..to, "");
            } else {
                self.text.insert(from, RAISED);
            }
        }
        self.start = self.text.len();
    }
}

/// Returns whether a raised text can only be a note mark: `[1]`, `①`, `*`, `注1`. Bare digits may also be an exponent.
fn is_note_mark(text: &str) -> bool {
    let is_circled = |c: char| matches!(c, '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3251}'..='\u{325f}');
    let is_sign = |c: char| matches!(c, '*' | '＊' | '#' | '＃' | '†' | '‡' | '※');
    if text.chars().all(|c| is_circled(c) || is_sign(c)) {
        return true;
    }
    let number = |text: &str| !text.is_empty() && text.chars().count() <= 3 && text.chars().all(char::is_numeric);
    let inner = [('[', ']'), ('〔', '〕'), ('［', '］'), ('【', '】'), ('(', ')'), ('（', '）')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    let note = |text: &str| text == "注" || text.strip_prefix('注').is_some_and(number);
    inner.is_some_and(|inner| number(inner) || note(inner) || inner.chars().all(is_sign)) || note(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_marked_and_marks_of_notes_left_out() {
        let text = |parts: &[(&str, &str)]| {
            let mut text = MarkedText::default();
            for (look, part) in parts {
                text.set_look(Look { struck: look.contains('s'), raised: look.contains('r') });
                text.push_str(part);
            }
            text.take()
        };
        assert_eq!(text(&[("s", "99"), ("", "12")]), "~~99~~12");
        assert_eq!(text(&[("s", "9"), ("s", "9 "), ("", "12")]), "~~99~~ 12");
        assert_eq!(text(&[("", "12"), ("r", "1")]), "12^1");
        assert_eq!(text(&[("", "12"), ("r", ""), ("s", " "), ("", "3")]), "12 3");
        for mark in ["[1]", "①", "*", "（2）", "注1", "[注]"] {
            assert_eq!(text(&[("", "12"), ("r", mark)]), "12", "{mark}");
            assert_eq!(text(&[("r", mark)]), format!("^{mark}"));
        }
        assert_eq!(text(&[("", "12"), ("r", "[a]")]), "12^[a]");
    }
}
