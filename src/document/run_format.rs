//! Formatting of runs of text in documents of Word, of whatever version, that changes what is seen: struck out, raised,
//! hidden; direct, or by styles. After ECMA-376 part 1, 17.3.2 and 17.7.

use super::emphasis::{Look, MarkedText};

/// Half points by which text must be off its line to be more than an adjustment.
const MIN_RAISE: i32 = 4;

/// What run properties say; `None` where nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RunFormat {
    /// A line goes through it.
    pub(super) struck: Option<bool>,
    /// Two lines do.
    pub(super) double_struck: Option<bool>,
    /// It does not show.
    pub(super) hidden: Option<bool>,
    /// It is superscript or subscript.
    pub(super) script: Option<bool>,
    /// Half points by which it is above its line, or below.
    pub(super) raise: Option<i32>,
}

impl RunFormat {
    /// Returns these properties, and where they say nothing the others.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            struck: self.struck.or(other.struck),
            double_struck: self.double_struck.or(other.double_struck),
            hidden: self.hidden.or(other.hidden),
            script: self.script.or(other.script),
            raise: self.raise.or(other.raise),
        }
    }

    /// Returns what a run has by its own properties and the styles of its characters and of its paragraph. Of styles at
    /// two levels that toggle the same the one undoes the other: 17.7.3.
    pub(super) fn over(self, of_characters: Self, of_paragraph: Self) -> Self {
        let toggled = |one: Option<bool>, other: Option<bool>| match (one, other) {
            (None, None) => None,
            _ => Some(one.unwrap_or(false) != other.unwrap_or(false)),
        };
        let by_style = Self {
            struck: toggled(of_characters.struck, of_paragraph.struck),
            hidden: toggled(of_characters.hidden, of_paragraph.hidden),
            ..of_characters.or(of_paragraph)
        };
        self.or(by_style)
    }

    pub(super) fn is_hidden(self) -> bool {
        self.hidden == Some(true)
    }

    /// Returns how the text looks.
    pub(super) fn look(self) -> Look {
        let struck = self.struck == Some(true) || self.double_struck == Some(true);
        Look { struck, raised: self.script == Some(true) || self.is_raised() }
    }

    /// Returns whether the text is moved off its line, which may be all of a line's.
    pub(super) fn is_raised(self) -> bool {
        self.raise.is_some_and(|raise| raise.abs() >= MIN_RAISE)
    }
}

/// The text of a paragraph in the making.
#[derive(Debug, Default)]
pub(super) struct FormattedText {
    text: MarkedText,
    /// The same without marks.
    plain: String,
    /// Whether some of it is on the line, or raised as footnote marks are.
    is_level: bool,
}

impl FormattedText {
    /// Adds text of this formatting.
    pub(super) fn write(&mut self, format: RunFormat, text: &str) {
        if !format.is_hidden() {
            self.is_level |= !format.is_raised() && !text.trim().is_empty();
            self.text.set_look(format.look());
            self.text.push_str(text);
            self.plain.push_str(text);
        }
    }

    /// Returns the text with the marks of its parts. All of it off the line is a matter of layout.
    pub(super) fn finish(mut self) -> String {
        let marked = self.text.take();
        if self.is_level || marked.starts_with('~') { marked } else { self.plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_levels_of_styles_undo_each_other_and_direct_formatting_decides() {
        let on = RunFormat { struck: Some(true), ..RunFormat::default() };
        let off = RunFormat { struck: Some(false), ..RunFormat::default() };
        let none = RunFormat::default();
        let struck = |direct: RunFormat, characters, paragraph| direct.over(characters, paragraph).look().struck;
        assert!(struck(none, on, none) && struck(none, none, on) && struck(on, on, on));
        assert!(!struck(none, on, on) && !struck(off, on, none) && !struck(none, none, none));
    }
}
