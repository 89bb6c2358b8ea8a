//! Names of columns, spelt once.

/// Columns of the tidy facts, in order.
pub const FACTS: [&str; 12] =
    ["unit_id", "unit", "year", "form", "indicator", "value", "state", "raw", "file", "sheet", "cell", CORRECTION];

/// Why a figure counts as another value than the report says, and who decided; empty for all others.
pub const CORRECTION: &str = "correction";

/// Position of the submission in `Corpus::entries`.
pub const ENTRY: &str = "entry";
/// Position of the unit in `Corpus::units`.
pub const UNIT: &str = "unit";
/// Whether the submission has something to fix.
pub const IS_FLAGGED: &str = "is_flagged";
/// Number of the indicator in the table of all forms' indicators.
pub const INDICATOR: &str = "indicator";
/// Name of the indicator, which is the same on each form that has it.
pub const INDICATOR_ID: &str = "indicator_id";
/// The number in the cell.
pub const VALUE: &str = "value";
/// What the cell adds to the county's total.
pub const ADDED: &str = "added";
/// How the cell counts in sums, as a code.
pub const COUNTS_AS: &str = "counts_as";
/// Last year's number of the same indicator and unit.
pub const THEN: &str = "then";
