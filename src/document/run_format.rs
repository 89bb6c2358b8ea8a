//! Run formatting in Word documents of all versions that changes how text is seen: struck out, raised or hidden,
//! directly or by styles. After ECMA-376 part 1, 17.3.2 and 17.7.

use super::emphasis::{Look, MarkedText};

/// Smallest offset from the line, in half-points, that is more than an adjustment.
const MIN_RAISE: i32 = 4;

/// Run properties; `None` where a property is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RunFormat {
    /// Single strikethrough.
    pub(super) struck: Option<bool>,
    /// Double strikethrough.
    pub(super) double_struck: Option<bool>,
    /// Hidden text.
    pub(super) hidden: Option<bool>,
    /// Superscript or subscript.
    pub(super) script: Option<bool>,
    /// Offset above the line in half-points; negative below it.
    pub(super) raise: Option<i32>,
}

impl RunFormat {
    /// Returns these properties, with those that are not set taken from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            struck: self.struck.or(other.struck),
            double_struck: self.double_struck.or(other.double_struck),
            hidden: self.hidden.or(other.hidden),
            script: self.script.or(other.script),
            raise: self.raise.or(other.raise),
        }
    }

    /// Returns the effective properties of a run with these direct properties, a character style and a paragraph style.
    /// Toggle properties that both styles set cancel each other: 17.7.3.
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

    /// Returns the appearance of the text.
    pub(super) fn look(self) -> Look {
        let struck = self.struck == Some(true) || self.double_struck == Some(true);
        Look { struck, raised: self.script == Some(true) || self.is_raised() }
    }

    /// Returns whether the text is moved off its line. A whole paragraph may be moved for layout.
    pub(super) fn is_raised(self) -> bool {
        self.raise.is_some_and(|raise| raise.abs() >= MIN_RAISE)
    }
}

/// The text of a paragraph under construction.
#[derive(Debug, Default)]
pub(super) struct FormattedText {
    text: MarkedText,
    /// The same text without marks.
    plain: String,
    /// Whether a part of it is not moved off the line.
    is_level: bool,
}

impl FormattedText {
    /// Adds text with the given formatting. Hidden text is left out.
    pub(super) fn write(&mut self, format: RunFormat, text: &str) {
        if !format.is_hidden() {
            self.is_level |= !format.is_raised() && !text.trim().is_empty();
            self.text.set_look(format.look());
            self.text.push_str(text);
            self.plain.push_str(text);
        }
    }

    /// Returns the text with marks. If all of it is moved off the line, that is layout, and only strikethrough is
    /// marked.
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
