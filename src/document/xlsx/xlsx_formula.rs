//! Shared formulas: stored once with the range of their cells, and shifted for each cell. After ECMA-376 part 1,
//! 18.3.1.40.

use std::collections::BTreeMap;

use super::super::fast_path::{FastResult, Unsupported};
use super::super::markup::attributes;

/// The shared formulas of a sheet so far.
#[derive(Debug, Default)]
pub(super) struct SharedFormulas<'a> {
    /// Formulas by number, each with its first cell, for which it applies unshifted.
    told: BTreeMap<usize, (&'a str, (u32, u32))>,
    /// The number and first cell of the formula element that is open.
    begun: Option<(usize, (u32, u32))>,
}

impl<'a> SharedFormulas<'a> {
    /// Begins a formula element with these attributes.
    pub(super) fn begin(&mut self, own: &str) -> FastResult<()> {
        let [kind, number, cells] = attributes(own, ["t", "si", "ref"])?;
        self.begun = match (kind, number, cells) {
            (None, ..) => None,
            (Some("shared"), Some(number), Some(cells)) => {
                let (first, last) = cells.split_once(':').unwrap_or((cells, cells));
                let (first, last) = (address(first)?, address(last)?);
                if first.0 > last.0 || first.1 > last.1 {
                    return Err(Unsupported);
                }
                Some((number.parse().map_err(|_| Unsupported)?, first))
            }
            // An array formula or a data table.
            _ => return Err(Unsupported),
        };
        Ok(())
    }

    /// Ends the formula element. `formula` is its text.
    pub(super) fn end(&mut self, formula: &'a str) -> FastResult<()> {
        if let Some((number, first)) = self.begun.take() {
            // Entities would have to be resolved before the formula is shifted.
            if formula.is_empty() || formula.contains('&') {
                return Err(Unsupported);
            }
            self.told.insert(number, (formula, first));
        }
        Ok(())
    }

    /// Returns the formula of a cell that refers to a shared one.
    pub(super) fn at(&self, own: &str, cell: (u32, u32)) -> FastResult<String> {
        let [Some("shared"), Some(number), None] = attributes(own, ["t", "si", "ref"])? else {
            return Err(Unsupported);
        };
        let number: usize = number.parse().map_err(|_| Unsupported)?;
        let (formula, first) = self.told.get(&number).ok_or(Unsupported)?;
        calamine::expand_shared_formula(formula, *first, cell).map_err(|_| Unsupported)
    }
}

/// Parses an address such as `B5` into row and column, both from zero.
pub(super) fn address(text: &str) -> FastResult<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = text.split_at(letters);
    let plain = (1..=3).contains(&letters) && row.len() <= 7 && !row.starts_with('0');
    if !plain || row.is_empty() || !row.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unsupported);
    }
    let column = column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    let row = row.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Ok((row - 1, column - 1))
}
