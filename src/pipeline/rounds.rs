//! The data of the previous rounds that a run depends on.

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::{History, PriorLetter};
use crate::outcome::Receipt;

/// A file of a round: its path, and the SHA-256 of its content.
pub type ReceivedFile = (String, String);

/// The results of the previous rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorRounds {
    /// Number of the last round; 0 before the first one.
    pub round: u32,
    /// The round in which each file first came.
    pub received: BTreeMap<ReceivedFile, u32>,
    /// The paths at which a file was before.
    pub earlier_paths: BTreeMap<ReceivedFile, Vec<String>>,
    /// The file that counted, by unit id.
    pub counted: BTreeMap<String, String>,
    /// The files that were replaced by the one that counted.
    pub superseded: BTreeSet<String>,
    /// Ids of the units with an open finding to fix or to explain.
    pub asked: BTreeSet<String>,
    /// Ids of the units of which it is open which report counts.
    pub disputed: BTreeSet<String>,
    /// The latest letter, by unit id.
    pub letters: BTreeMap<String, PriorLetter>,
}

impl PriorRounds {
    /// Returns the history for this round, with the round in which each of its files first came.
    pub(super) fn history(&self, receipts: &[Receipt]) -> History {
        let round = self.round + 1;
        let present: BTreeSet<ReceivedFile> = receipts
            .iter()
            .filter_map(|receipt| Some((receipt.file.clone(), receipt.digest.as_ref()?.sha256.clone())))
            .collect();
        let moved = self.moved(&present);
        let mut history = History {
            round,
            counted: self.counted.clone(),
            asked: self.asked.clone(),
            disputed: self.disputed.clone(),
            letters: self.letters.clone(),
            ..History::default()
        };
        for file in &present {
            let before = if self.received.contains_key(file) { Some(file) } else { moved.get(file).copied() };
            let first = before.and_then(|before| self.received.get(before)).copied().unwrap_or(round);
            let mut paths = before.and_then(|before| self.earlier_paths.get(before)).cloned().unwrap_or_default();
            paths.extend(before.map(|(path, _)| path.clone()).filter(|path| *path != file.0));
            if !paths.is_empty() {
                history.earlier_paths.insert(file.0.clone(), paths);
            }
            history.received.insert(file.0.clone(), first);
        }
        history
    }

    /// Returns the files that are at a new path, each with the file of the previous round that is gone from its path
    /// and had the same content.
    fn moved<'a>(&'a self, present: &'a BTreeSet<ReceivedFile>) -> BTreeMap<&'a ReceivedFile, &'a ReceivedFile> {
        let mut gone: BTreeMap<&str, Vec<&ReceivedFile>> = BTreeMap::new();
        for file in self.received.keys().filter(|file| !present.contains(*file)).rev() {
            gone.entry(&file.1).or_default().push(file);
        }
        let new = present.iter().filter(|file| !self.received.contains_key(*file));
        new.filter_map(|file| Some((file, gone.get_mut(file.1.as_str())?.pop()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

    use super::*;
    use crate::document::Format;
    use crate::source::digest;

    fn receipts(files: &[(&str, &str)]) -> Vec<Receipt> {
        let receipt = |(file, content): &(&str, &str)| Receipt {
            file: (*file).to_owned(),
            digest: Some(digest(content.as_bytes())),
            format: Format::Xlsx,
        };
        files.iter().map(receipt).collect()
    }

    #[test]
    fn a_moved_file_keeps_its_round_and_its_paths() {
        let key = |file: &str, content: &str| (file.to_owned(), digest(content.as_bytes()).sha256);
        let mut rounds = PriorRounds { round: 2, ..PriorRounds::default() };
        rounds.received.extend([(key("a", "1"), 1), (key("b", "2"), 2), (key("c", "1"), 1)]);
        rounds.earlier_paths.insert(key("b", "2"), vec!["x".to_owned()]);
        // One of two equal files is moved, one file is moved again, one is copied, and one has a new content.
        let now = [("c", "1"), ("d/a", "1"), ("d/b", "2"), ("e", "1"), ("b", "3")];
        let history = rounds.history(&receipts(&now));
        let received = |file: &str| history.received[file];
        assert_eq!(["c", "d/a", "d/b", "e", "b"].map(received), [1, 1, 2, 3, 3]);
        assert_eq!(history.earlier_paths.len(), 2);
        assert_eq!(history.earlier_paths["d/a"], ["a"]);
        assert_eq!(history.earlier_paths["d/b"], ["x", "b"]);
    }
}
