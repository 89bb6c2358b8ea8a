//! The data of the previous rounds that a run depends on.

use std::collections::BTreeMap;

use crate::corpus::{History, PriorLetter};
use crate::outcome::Receipt;

/// The results of the previous rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorRounds {
    /// Number of the last round; 0 before the first one.
    pub round: u32,
    /// The round in which each file first came, by name and digest.
    pub received: BTreeMap<(String, String), u32>,
    /// The file that counted, by unit id.
    pub counted: BTreeMap<String, String>,
    /// The latest letter, by unit id.
    pub letters: BTreeMap<String, PriorLetter>,
}

impl PriorRounds {
    /// Returns the history for this round, with the round in which each of its files first came.
    pub(super) fn history(&self, receipts: &[Receipt]) -> History {
        let round = self.round + 1;
        let of = |receipt: &Receipt| {
            let digest = receipt.digest.as_ref()?;
            let key = (receipt.file.clone(), digest.sha256.clone());
            Some((receipt.file.clone(), self.received.get(&key).copied().unwrap_or(round)))
        };
        History {
            round,
            received: receipts.iter().filter_map(of).collect(),
            counted: self.counted.clone(),
            letters: self.letters.clone(),
        }
    }
}
