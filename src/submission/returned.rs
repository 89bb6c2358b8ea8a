//! A workbook to fill in, as it came back: for whom it was made, and where it is not as it was made.

/// What the properties of a returned workbook say, and what was changed in it that was not to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnedForm {
    /// Id of the unit it was made for; empty where it was made for nobody in particular.
    pub unit_id: String,
    /// Name of that unit.
    pub unit: String,
    /// The report year it was made for, where it was known.
    pub year: Option<u16>,
    /// Whether it has the form and the version of the layout that this program makes.
    pub is_current: bool,
    /// Labels that are not in their cells any more, as `表三A5`.
    pub labels: Vec<String>,
    /// Figures that were read in another cell than their own, by position in the form.
    pub moved: Vec<usize>,
    /// Figures with a formula in their cells, by position in the form.
    pub formulas: Vec<usize>,
    /// Whether the sheet that checks the sums is gone or overwritten.
    pub is_unchecked: bool,
}
