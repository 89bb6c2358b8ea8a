//! Cell styles that show numbers as numbers. A style that may show a date is unsupported, as is a number cell with it.

use std::collections::BTreeMap;

use super::super::emphasis::Look;
use super::super::fast_path::{FastResult, Unsupported, is_of_numbers};
use super::super::layout::{font_index, look_of_font};
use super::super::numbers::u16_at;
use super::shared_string_table;

#[derive(Default)]
pub(super) struct Formats {
    /// The formatting of each font.
    fonts: Vec<Look>,
    /// The number format and the font of each style.
    styles: Vec<(u16, u16)>,
    /// For each custom format, whether it certainly shows a number.
    own: BTreeMap<u16, bool>,
}

impl Formats {
    pub(super) fn add_style(&mut self, data: &[u8]) -> FastResult<()> {
        self.styles.push((u16_at(data, 2).ok_or(Unsupported)?, u16_at(data, 0).ok_or(Unsupported)?));
        Ok(())
    }

    pub(super) fn add_font(&mut self, data: &[u8]) {
        self.fonts.push(look_of_font(data));
    }

    /// Returns whether a cell style strikes out.
    pub(super) fn strike_out(&self) -> bool {
        self.styles.iter().any(|(_, font)| self.fonts.get(font_index(*font)).is_some_and(|look| look.struck))
    }

    /// Returns whether a font strikes out or raises; a run of a text may have it.
    pub(super) fn have_looks(&self) -> bool {
        self.fonts.iter().any(|look| *look != Look::default())
    }

    pub(super) fn add_format(&mut self, data: &[u8]) -> FastResult<()> {
        let (id, code) =
            (u16_at(data, 0).ok_or(Unsupported)?, shared_string_table::text(data.get(2..).ok_or(Unsupported)?)?);
        self.own.insert(id, is_of_numbers(&code));
        Ok(())
    }

    /// Returns, for each style, whether it shows a number as a number.
    pub(super) fn numbers(&self) -> Vec<bool> {
        // These built-in formats show percentages or dates: ECMA-376 part 1, 18.8.30.
        let is_built_in = |format: &u16| !matches!(format, 9 | 10 | 14..=22 | 27..=36 | 45..=47 | 50..=58);
        let is_number = |format| is_built_in(format) && self.own.get(format).copied().unwrap_or(true);
        self.styles.iter().map(|(format, _)| is_number(format)).collect()
    }
}
