//! Shares of figures in others: one numerator and one denominator for each, in every rule and output.

/// A share: the indicators that are added up to its numerator and to its denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Indicators of the numerator.
    pub part: &'static [&'static str],
    /// Indicators of the denominator.
    pub whole: &'static [&'static str],
}

/// The outcomes of applications: the printed total, not the sum of the results, from which it may differ.
pub const CONCLUDED: &[&str] = &["t3.concluded_total.total"];
/// All applications of a year.
pub const APPLICATIONS: &[&str] = &["t3.received.total", "t3.carried_in.total"];
/// The administrative reviews.
pub const REVIEWS: &[&str] = &["t4.review.total"];

/// 公开率: the outcomes with which information was disclosed, wholly or in part.
pub const DISCLOSED: Share = Share { part: &["t3.granted.total", "t3.partly_granted.total"], whole: CONCLUDED };
/// The applications that are carried over to the next year.
pub const CARRIED_OUT: Share = Share { part: &["t3.carried_out.total"], whole: APPLICATIONS };
/// The administrative reviews in which the result was corrected.
pub const REVIEWS_CORRECTED: Share = Share { part: &["t4.review.corrected"], whole: REVIEWS };
