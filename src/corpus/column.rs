//! Column names of the frames and of the facts.

/// Columns of the tidy facts, in order.
pub const FACTS: [&str; 12] =
    ["unit_id", "unit", "year", "form", "indicator", "value", "state", "raw", "file", "sheet", "cell", CORRECTION];

/// The reason for a correction by the office and who decided; empty for figures without one.
pub const CORRECTION: &str = "correction";

/// Position of the submission in `Corpus::entries`.
pub const ENTRY: &str = "entry";
/// Position of the unit in `Corpus::units`.
pub const UNIT: &str = "unit";
/// Whether the submission has a finding that must be fixed.
pub const IS_FLAGGED: &str = "is_flagged";
/// Number of the indicator in the table of all forms' indicators (zero-based).
pub const INDICATOR: &str = "indicator";
/// Name of the indicator, which is the same on every form that has it.
pub const INDICATOR_ID: &str = "indicator_id";
/// The number in the cell.
pub const VALUE: &str = "value";
/// The number that the cell adds to the county's total.
pub const ADDED: &str = "added";
/// Code of the cell's state in sums.
pub const COUNTS_AS: &str = "counts_as";
/// Last year's number of the same indicator and unit.
pub const THEN: &str = "then";
