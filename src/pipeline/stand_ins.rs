//! Copies of files that counted in the previous round, which are read in place of files that cannot be used any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::corpus::{History, StandIn};

/// The copies that a run reads besides its inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandIns {
    /// Copies of files that are no longer among the inputs, by the path that each file had there.
    pub absent: BTreeMap<String, PathBuf>,
    /// Copies of files that were overwritten, each by a path of its own.
    pub overwritten: BTreeMap<String, PathBuf>,
    /// The reports that are read from the copies. The other files of a copied archive are not used.
    pub reports: BTreeSet<String>,
}

impl StandIns {
    /// Returns whether there are no copies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.absent.is_empty() && self.overwritten.is_empty()
    }

    /// Returns which kind of copy a file was read from, if any.
    pub(super) fn kind_of(&self, file: &str) -> Option<StandIn> {
        let is_in = |copies: &BTreeMap<String, PathBuf>| {
            let mut archives = file.match_indices('/').map(|(at, _)| &file[..at]);
            copies.contains_key(file) || archives.any(|path| copies.contains_key(path))
        };
        if is_in(&self.overwritten) {
            return Some(StandIn::Overwritten);
        }
        is_in(&self.absent).then_some(StandIn::Absent)
    }

    /// Returns whether a file is an input, or one of the reports for which the copies are read.
    pub(super) fn is_used(&self, file: &str) -> bool {
        self.kind_of(file).is_none() || self.reports.contains(file)
    }

    /// Returns the history with the reports that are read from copies of overwritten files.
    pub(super) fn noted(&self, history: History) -> History {
        let is_overwritten = |file: &&String| self.kind_of(file) == Some(StandIn::Overwritten);
        History { overwritten: self.reports.iter().filter(is_overwritten).cloned().collect(), ..history }
    }
}
