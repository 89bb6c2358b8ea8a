//! Counts of outcomes by entry, and the printed table.

use std::collections::BTreeMap;

use super::verdict::Outcome;

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) used: usize,
    pub(crate) right: usize,
    pub(crate) refused: usize,
    pub(crate) wrong: usize,
    pub(crate) wrong_said: usize,
    pub(crate) accused: usize,
    pub(crate) lost: usize,
}

impl Counts {
    /// Counts an outcome.
    pub(crate) fn add(&mut self, outcome: Outcome) {
        self.used += 1;
        *match outcome {
            Outcome::Right => &mut self.right,
            Outcome::Refused => &mut self.refused,
            Outcome::WrongSaid => &mut self.wrong_said,
            Outcome::Wrong => &mut self.wrong,
            Outcome::Accused => &mut self.accused,
            Outcome::Lost => &mut self.lost,
        } += 1;
    }

    /// Returns the share read right, in percent.
    pub(crate) fn share(&self) -> f64 {
        let [right, used] = [self.right, self.used.max(1)].map(|count| f64::from(super::small::<u32>(count)));
        100.0 * right / used
    }

    /// Returns the cells of a row of the table.
    pub(crate) fn cells(&self) -> String {
        format!(
            "{} | {} | {} | {} | {} | {} | {} | {:.1} %",
            self.used,
            self.right,
            self.refused,
            self.wrong,
            self.wrong_said,
            self.accused,
            self.lost,
            self.share()
        )
    }
}

/// The header of the table.
pub(crate) const HEADING: &str = "| entry | used | right | refused | silently wrong | wrong, but said | accused | lost | right, of used |\n\
     |---|---|---|---|---|---|---|---|---|";

/// Counts of all entries, and in total.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) entries: BTreeMap<&'static str, Counts>,
    pub(crate) readable: Counts,
    pub(crate) all: Counts,
}
