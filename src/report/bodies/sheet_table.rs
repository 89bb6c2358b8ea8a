//! A plain table on a sheet: title, header, rows of texts and numbers.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Worksheet};

use crate::report::layout::Area;
use crate::report::{Failure, sheet};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LevelCell {
    Text(String),
    Number(Decimal),
    Nothing,
}

impl From<Option<Decimal>> for LevelCell {
    fn from(value: Option<Decimal>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }
}

impl From<u64> for LevelCell {
    fn from(value: u64) -> Self {
        Self::Number(Decimal::from(value))
    }
}

impl From<&str> for LevelCell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A table that is written from top to bottom.
pub(super) struct SheetTable<'a> {
    sheet: &'a mut Worksheet,
    row: usize,
    label: Format,
    figure: Format,
}

impl<'a> SheetTable<'a> {
    /// Starts a table with a title and columns, each with its width in characters.
    pub(super) fn new(
        sheet: &'a mut Worksheet,
        name: &str,
        title: &str,
        columns: &[(String, f64)],
    ) -> Result<Self, Failure> {
        sheet.set_name(name)?;
        let last = columns.len().saturating_sub(1);
        // A title over hundreds of columns would be centred off screen.
        let right = last.min(11);
        sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right }, title, &sheet::title())?;
        sheet.set_row_height(0, 30)?;
        for (at, (heading, width)) in columns.iter().enumerate() {
            let column = sheet::column(at)?;
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(1, column, sheet::text(heading), &sheet::heading())?;
        }
        sheet.set_freeze_panes(2, 1)?;
        sheet::page(sheet, columns.len() > 8, None);
        Ok(Self { sheet, row: 2, label: sheet::label(), figure: sheet::figure() })
    }

    /// Adds a row. Texts are formatted as labels; numbers are exact to fifteen digits.
    pub(super) fn push(&mut self, cells: &[LevelCell]) -> Result<(), Failure> {
        let row = sheet::row(self.row)?;
        for (at, cell) in cells.iter().enumerate() {
            let column = sheet::column(at)?;
            match cell {
                LevelCell::Text(said) => {
                    self.sheet.write_string_with_format(row, column, sheet::text(said), &self.label)?;
                }
                LevelCell::Number(value) => {
                    let number = value.to_string().parse::<f64>()?;
                    if value.normalize().scale() == 0 {
                        self.sheet.write_number_with_format(row, column, number, &self.figure)?;
                    } else {
                        let format = sheet::decimals(self.figure.clone(), *value);
                        self.sheet.write_number_with_format(row, column, number, &format)?;
                    }
                }
                LevelCell::Nothing => {
                    self.sheet.write_blank(row, column, &self.figure)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Adds an autofilter.
    pub(super) fn finish(self, columns: usize) -> Result<(), Failure> {
        if self.row > 2 && columns > 0 {
            self.sheet.autofilter(1, 0, sheet::row(self.row - 1)?, sheet::column(columns - 1)?)?;
        }
        Ok(())
    }
}
