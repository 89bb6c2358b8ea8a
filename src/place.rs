//! Where a cell is, in the submitter's own coordinates.

use std::fmt::Write;
use std::sync::Arc;

use crate::spelling::without;

/// A spot of a document: a cell of a sheet, or of a numbered table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Sheet name; empty for a file that has no sheets.
    pub sheet: Arc<str>,
    /// Which cell.
    pub spot: Spot,
}

/// The cell within its sheet or document. Rows and columns count from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// A cell of a worksheet or delimited file, written `B5`.
    Sheet {
        /// Row, from zero.
        row: u32,
        /// Column, from zero.
        column: u32,
    },
    /// A cell of the n-th table (from one) of a document, written `table2!R5C3`.
    Table {
        /// Which table of the document, from one.
        table: u32,
        /// Row, from zero.
        row: u32,
        /// Column, from zero.
        column: u32,
    },
    /// A cell of a table on a page, written `p2!R5C3`.
    Page {
        /// The page, from one.
        page: u32,
        /// Row of the table's part on the page, from zero.
        row: u32,
        /// Column, from zero.
        column: u32,
    },
    /// Somewhere in running text, which has no addresses; written as nothing.
    Text,
}

impl Place {
    /// Somewhere in running text.
    #[must_use]
    pub fn in_text() -> Self {
        Self { sheet: "".into(), spot: Spot::Text }
    }
}

impl Spot {
    /// The spot as people are told it, in Chinese: a cell's address, or the count of tables, rows and columns.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Table { table, row, column } => {
                format!("第{table}个表格第{}行第{}列", u64::from(row) + 1, u64::from(column) + 1)
            }
            Self::Page { page, row, column } => {
                format!("第{page}页表格第{}行第{}列", u64::from(row) + 1, u64::from(column) + 1)
            }
            _ => self.to_string(),
        }
    }
}

/// Returns a written cell as people are told it, in Chinese: `table5!R6C10` in words; an address of a sheet is its own.
#[must_use]
pub fn cell_in_words(cell: &str) -> String {
    let numbers = |spot: &str| {
        let (row, column) = spot.strip_prefix('R')?.split_once('C')?;
        Some(format!("第{row}行第{column}列"))
    };
    let of_document = || {
        let (part, spot) = cell.split_once('!')?;
        let place = numbers(spot)?;
        let table = part.strip_prefix("table").map(|table| format!("第{table}个表格"));
        Some(format!("{}{place}", table.or_else(|| part.strip_prefix('p').map(|page| format!("第{page}页表格")))?))
    };
    of_document().unwrap_or_else(|| cell.to_owned())
}

impl std::fmt::Display for Spot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Sheet { row, column } => {
                letters(column).try_for_each(|letter| out.write_char(letter))?;
                write!(out, "{}", u64::from(row) + 1)
            }
            Self::Table { table, row, column } => {
                write!(out, "table{table}!R{}C{}", u64::from(row) + 1, u64::from(column) + 1)
            }
            Self::Page { page, row, column } => {
                write!(out, "p{page}!R{}C{}", u64::from(row) + 1, u64::from(column) + 1)
            }
            Self::Text => Ok(()),
        }
    }
}

/// The letters of a column counted from zero: 0 is `A`, 25 `Z`, 26 `AA`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    letters(column).collect()
}

pub(crate) fn letters(column: u32) -> impl Iterator<Item = char> {
    // Seven letters name more columns than a `u32` counts.
    let (mut letters, mut begin) = ([0; 7], 7);
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        begin -= 1;
        letters[begin] = b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0);
        rest = (rest - 1) / 26;
    }
    letters.into_iter().skip(begin).map(char::from)
}

/// Reads `$B$5` or `B5` into row and column, both from zero; `None` for anything else.
#[must_use]
pub fn parse_a1(text: &str) -> Option<(u32, u32)> {
    let text = without(text, '$');
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at(letters);
    if letters == 0 || letters > 3 || row.is_empty() || !row.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let column = column.bytes().fold(0_u32, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = row.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_round_trip() {
        for column in [0, 1, 25, 26, 27, 51, 52, 701, 702, 16_383] {
            let spot = Spot::Sheet { row: 41, column };
            assert_eq!(parse_a1(&spot.to_string()), Some((41, column)));
        }
        assert_eq!(column_letters(702), "AAA");
        assert_eq!(parse_a1("$D$23"), Some((22, 3)));
    }

    #[test]
    fn cells_of_documents_are_told_in_words() {
        for (cell, words) in
            [("G48", "G48"), ("table5!R6C10", "第5个表格第6行第10列"), ("p2!R5C3", "第2页表格第5行第3列"), ("", "")]
        {
            assert_eq!(cell_in_words(cell), words);
        }
    }

    #[test]
    fn what_is_no_cell_is_refused() {
        for text in ["", "B", "5", "B0", "B-1", "ABCD1", "B5C", "表1"] {
            assert_eq!(parse_a1(text), None, "{text}");
        }
    }
}
