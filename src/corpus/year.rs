//! The report year of a run, which may be unknown because many reports state none.

use std::fmt;

/// Placeholder for an unknown year in titles, letters and sentences, to be filled in by hand.
const UNKNOWN: &str = "____";

/// The report year of a run: the one requested, else the one that most reports state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunYear(Option<u16>);

impl RunYear {
    /// Wraps a year, or none.
    #[must_use]
    pub const fn new(year: Option<u16>) -> Self {
        Self(year)
    }

    /// Returns the year, if it is known.
    #[must_use]
    pub const fn known(self) -> Option<u16> {
        self.0
    }

    /// Returns whether this is the year of the run; `false` for any year if the run's year is unknown.
    #[must_use]
    pub fn is(self, year: u16) -> bool {
        self.0 == Some(year)
    }

    /// Returns the year before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.map(|year| year.saturating_sub(1)))
    }

    /// Returns the year for a column of machine-readable output; empty if it is unknown.
    #[must_use]
    pub fn field(self) -> String {
        self.0.map(|year| year.to_string()).unwrap_or_default()
    }
}

impl fmt::Display for RunYear {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(year) => year.fmt(out),
            None => UNKNOWN.fmt(out),
        }
    }
}
