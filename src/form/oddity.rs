//! What is unusual about how a table is laid out, in words.

use super::schema::Row;

/// What is unusual about a layout that was read with the help of the sums. Rows and columns count from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// The column headings come in another order than the form's.
    HeadingOrder,
    /// Two column headings name the same column.
    RepeatedHeading {
        /// The heading as the form prints it.
        label: String,
    },
    /// The values of a row do not line up with the headings.
    ShiftedRow {
        /// Row of the grid.
        row: u32,
    },
    /// A row has fewer cells than there are headings.
    MissingCell {
        /// Row of the grid.
        row: u32,
    },
    /// Rows and columns are exchanged.
    Transposed,
    /// Several rows hold values where the form has one.
    SeveralRows {
        /// The first of them.
        row: u32,
        /// The last.
        last: u32,
    },
    /// A label has one wrong character and was taken for the one it resembles, by its neighbours.
    MisspeltLabel {
        /// As it is written.
        written: String,
        /// As the form prints it.
        label: String,
    },
}

impl Oddity {
    /// Returns a label that was taken for the one of a row.
    pub(super) fn misspelt(written: &str, row: &Row) -> Self {
        Self::MisspeltLabel { written: written.trim().to_owned(), label: format!("{}{}", row.number, row.label) }
    }

    /// Returns whether it concerns the spelling of a label, which no sum decides.
    #[must_use]
    pub fn is_label(&self) -> bool {
        matches!(self, Self::MisspeltLabel { .. })
    }

    /// Says it in Chinese and in English.
    #[must_use]
    pub fn in_words(&self) -> (String, String) {
        match self {
            Self::HeadingOrder => ("表头次序不同".to_owned(), "the headings are in another order".to_owned()),
            Self::RepeatedHeading { label } => {
                (format!("“{label}”一列的表头有两处"), format!("two headings mean “{label}”"))
            }
            Self::ShiftedRow { row } => (
                format!("第{}行的数字与表头没有对齐", row + 1),
                format!("row {} does not line up with the headings", row + 1),
            ),
            Self::MissingCell { row } => (format!("第{}行少一格", row + 1), format!("row {} lacks a cell", row + 1)),
            Self::Transposed => ("行与列对调".to_owned(), "rows and columns are exchanged".to_owned()),
            Self::SeveralRows { row, last } => (
                format!("第{}行至第{}行都有数字", row + 1, last + 1),
                format!("rows {} to {} all hold figures", row + 1, last + 1),
            ),
            Self::MisspeltLabel { written, label } => (
                format!("“{written}”按其位置认定为“{label}”"),
                format!("“{written}” stands where “{label}” belongs and was taken for it"),
            ),
        }
    }
}
