//! The rounds before this one, as far as a run depends on them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::corpus::{History, PriorLetter};
use crate::outcome::Receipt;

/// What the last round came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorRounds {
    /// Which round it was; 0 before the first.
    pub round: u32,
    /// The day it was dated.
    pub date: Option<NaiveDate>,
    /// In which round each file first came, by its name and the digest of its bytes.
    pub received: BTreeMap<(String, String), u32>,
    /// By the ids of units, the file that counted.
    pub counted: BTreeMap<String, String>,
    /// By the ids of units, what they were last written about.
    pub letters: BTreeMap<String, PriorLetter>,
}

impl PriorRounds {
    /// Returns what this round knows of the ones before.
    pub(super) fn history(&self, receipts: &[Receipt]) -> History {
        let round = self.round + 1;
        let of = |receipt: &Receipt| {
            let digest = receipt.digest.as_ref()?;
            let key = (receipt.file.clone(), digest.sha256.clone());
            Some((receipt.file.clone(), self.received.get(&key).copied().unwrap_or(round)))
        };
        History {
            round,
            date: self.date,
            received: receipts.iter().filter_map(of).collect(),
            counted: self.counted.clone(),
            letters: self.letters.clone(),
        }
    }
}
