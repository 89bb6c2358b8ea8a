//! The report year of a run, which may be unknown: many reports state none.

use std::fmt;

/// Stands for an unknown year in titles, letters and sentences, where it is filled in by hand.
const UNKNOWN: &str = "____";

/// The report year of a run: the one that was asked for, else the one most reports state.
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

    /// Returns whether this is the year of the run. Every year differs from an unknown one.
    #[must_use]
    pub fn is(self, year: u16) -> bool {
        self.0 == Some(year)
    }

    /// Returns the year before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.map(|year| year.saturating_sub(1)))
    }

    /// Returns the year as a column of a file for programs holds it: empty where it is unknown.
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
