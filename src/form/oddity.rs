//! Irregularities in the layout of a table, and their descriptions.

use super::schema::Row;

/// An irregularity of a layout that was resolved by the sums, or of a label. Rows and columns count from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// The column headings are in an order other than the form's.
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
    /// Rows and columns are swapped.
    Transposed,
    /// Several rows have values where the form has one row.
    SeveralRows {
        /// The first of these rows.
        row: u32,
        /// The last of these rows.
        last: u32,
    },
    /// A label has one wrong character and was read as the label it resembles, confirmed by its neighbours.
    MisspeltLabel {
        /// The label as written.
        written: String,
        /// The label as printed on the form.
        label: String,
    },
}

impl Oddity {
    /// Creates the irregularity of a label that was read as the label of `row`.
    pub(super) fn misspelt(written: &str, row: &Row) -> Self {
        Self::MisspeltLabel { written: written.trim().to_owned(), label: format!("{}{}", row.number, row.label) }
    }

    /// Returns whether it is a misspelt label, which does not involve the sums.
    #[must_use]
    pub fn is_label(&self) -> bool {
        matches!(self, Self::MisspeltLabel { .. })
    }

    /// Returns descriptions in Chinese and in English.
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
