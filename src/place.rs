//! Places of cells, in the coordinates of the submitted file.

use std::fmt::Write;
use std::sync::Arc;

use crate::spelling::without;

/// The place of a cell in a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Sheet name; empty for a file that has no sheets.
    pub sheet: Arc<str>,
    /// Which cell.
    pub spot: Spot,
}

/// The cell within its sheet or document.
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
    /// Returns a place somewhere in running text.
    #[must_use]
    pub fn in_text() -> Self {
        Self { sheet: "".into(), spot: Spot::Text }
    }
}

impl Spot {
    /// Formats the spot for readers, in Chinese: a cell's address, or the numbers of table, row and column from one.
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

/// A cell, or whole rows or a whole column of a sheet or of a numbered table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellRange {
    /// One cell.
    Cell(Spot),
    /// Rows from the first to the last, both from zero, written `3:4`.
    Rows {
        /// Which table of the document, from one; `None` on a sheet.
        table: Option<u32>,
        /// The first row.
        first: u32,
        /// The last row.
        last: u32,
    },
    /// A column from zero, written `C:C`.
    Column {
        /// Which table of the document, from one; `None` on a sheet.
        table: Option<u32>,
        /// The column.
        column: u32,
    },
}

impl CellRange {
    /// Formats the range for readers, in Chinese: a cell as [`Spot::in_words`] does, rows and columns of a sheet as
    /// `Display` does, those of a numbered table by their numbers from one.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Cell(spot) => spot.in_words(),
            Self::Rows { table: Some(table), first, last } if first == last => {
                format!("第{table}个表格第{}行", u64::from(first) + 1)
            }
            Self::Rows { table: Some(table), first, last } => {
                format!("第{table}个表格第{}至{}行", u64::from(first) + 1, u64::from(last) + 1)
            }
            Self::Column { table: Some(table), column } => format!("第{table}个表格第{}列", u64::from(column) + 1),
            Self::Rows { table: None, .. } | Self::Column { table: None, .. } => self.to_string(),
        }
    }
}

impl std::fmt::Display for CellRange {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Self::Rows { table: Some(table), .. } | Self::Column { table: Some(table), .. } = self {
            write!(out, "table{table}!")?;
        }
        match *self {
            Self::Cell(spot) => spot.fmt(out),
            Self::Rows { first, last, .. } => write!(out, "{}:{}", u64::from(first) + 1, u64::from(last) + 1),
            Self::Column { column, .. } => write!(out, "{0}:{0}", column_letters(column)),
        }
    }
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

/// Returns the letters of a column counted from zero: 0 is `A`, 25 `Z`, 26 `AA`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    letters(column).collect()
}

pub(crate) fn letters(column: u32) -> impl Iterator<Item = char> {
    // Seven letters are enough for every `u32`.
    let (mut letters, mut begin) = ([0; 7], 7);
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        begin -= 1;
        letters[begin] = b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0);
        rest = (rest - 1) / 26;
    }
    letters.into_iter().skip(begin).map(char::from)
}

/// Parses `$B$5` or `B5` into row and column, both from zero; `None` for any other text.
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
    fn ranges_are_written_as_addresses_and_in_words() {
        let cell = Spot::Table { table: 5, row: 5, column: 9 };
        for (range, written, words) in [
            (CellRange::Cell(Spot::Sheet { row: 47, column: 6 }), "G48", "G48"),
            (CellRange::Cell(cell), "table5!R6C10", "第5个表格第6行第10列"),
            (CellRange::Cell(Spot::Page { page: 2, row: 4, column: 2 }), "p2!R5C3", "第2页表格第5行第3列"),
            (CellRange::Rows { table: Some(2), first: 2, last: 3 }, "table2!3:4", "第2个表格第3至4行"),
            (CellRange::Rows { table: Some(2), first: 8, last: 8 }, "table2!9:9", "第2个表格第9行"),
            (CellRange::Column { table: Some(1), column: 2 }, "table1!C:C", "第1个表格第3列"),
            (CellRange::Column { table: None, column: 2 }, "C:C", "C:C"),
        ] {
            assert_eq!((range.to_string(), range.in_words()), (written.to_owned(), words.to_owned()));
        }
    }

    #[test]
    fn what_is_no_cell_is_refused() {
        for text in ["", "B", "5", "B0", "B-1", "ABCD1", "B5C", "表1"] {
            assert_eq!(parse_a1(text), None, "{text}");
        }
    }
}
