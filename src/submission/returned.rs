//! A returned entry workbook: the unit it was made for, and what was changed in it.

/// The properties of a returned workbook, and changes to parts of it that should not change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnedForm {
    /// Id of the unit it was made for; empty if it was made for no particular unit.
    pub unit_id: String,
    /// Name of that unit.
    pub unit: String,
    /// The report year it was made for, if there was one.
    pub year: Option<u16>,
    /// Id of the form it was made for.
    pub form: String,
    /// Whether its layout version is the one that this program makes.
    pub is_current: bool,
    /// The report year as written on its cover; empty if there is none.
    pub cover_year: String,
    /// The form as written on its cover; empty if there is none.
    pub cover_form: String,
    /// Labels missing from their cells, such as `表三A5`.
    pub labels: Vec<String>,
    /// Figures found in a cell other than their own, by position in the form.
    pub moved: Vec<usize>,
    /// Figures with a formula in their cell, by position in the form.
    pub formulas: Vec<usize>,
    /// Sheets with the first of their columns in which the workbook itself computes checks.
    pub check_columns: Vec<(String, u32)>,
    /// Whether the sheet that checks the sums is missing or overwritten.
    pub is_unchecked: bool,
}

impl ReturnedForm {
    /// Returns whether a column of a sheet holds checks that the workbook computes.
    #[must_use]
    pub fn is_check(&self, sheet: &str, column: u32) -> bool {
        self.check_columns.iter().any(|(name, first)| name == sheet && column >= *first)
    }
}
