//! Names of columns, spelt once.

/// Position of the submission in `Corpus::entries`.
pub const ENTRY: &str = "entry";
/// Columns of the tidy facts, in order.
pub const FACTS: [&str; 11] =
    ["unit_id", "unit", "year", "form", "indicator", "value", "state", "raw", "file", "sheet", "cell"];

/// The state column beside an indicator's value.
#[must_use]
pub fn state(indicator: &str) -> String {
    format!("state:{indicator}")
}
