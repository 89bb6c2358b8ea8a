//! Similarity of texts: the share of one text's shingles (runs of characters, without names and numbers) that another
//! contains.

use super::claims::{Sentence, prose, sentences};
use crate::submission::Narrative;

/// Length of a shingle, in characters.
const SHINGLE_LEN: usize = 8;
/// Minimum length of a sentence that is quoted, in characters.
const SHORT: usize = 12;

/// A text prepared for comparison.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The hashes of its shingles, sorted, without duplicates.
    runs: Vec<u64>,
    /// Its sentences, shortened, each with the hashes of its shingles.
    sentences: Vec<(String, Vec<u64>)>,
}

impl Text {
    /// Reads the prose of a report. `names` are those of its unit, longest first; they are removed because every report
    /// has its own.
    pub(super) fn of(narrative: &Narrative, names: &[String]) -> Self {
        let mut text = Self::default();
        for paragraph in prose(narrative) {
            for sentence in sentences(paragraph.text) {
                let runs = runs(&sentence, names);
                text.runs.extend(&runs);
                text.sentences.push((sentence.quote(&(0..0)), runs));
            }
        }
        text.runs.sort_unstable();
        text.runs.dedup();
        text
    }

    /// Returns the number of shingles that `is_own` selects, and how many of them the other text contains.
    pub(super) fn shared(&self, other: &Self, is_own: impl Fn(u64) -> bool) -> (usize, usize) {
        let own = self.runs.iter().filter(|run| is_own(**run));
        own.fold((0, 0), |(all, shared), run| (all + 1, shared + usize::from(other.has(*run))))
    }

    /// Returns the longest sentence that the other text contains too.
    pub(super) fn longest_in(&self, other: &Self) -> Option<&str> {
        let is_there = |runs: &[u64]| runs.len() + SHINGLE_LEN > SHORT && runs.iter().all(|run| other.has(*run));
        let all = self.sentences.iter().filter(|(_, runs)| is_there(runs));
        all.rev().max_by_key(|(_, runs)| runs.len()).map(|(quote, _)| quote.as_str())
    }

    fn has(&self, run: u64) -> bool {
        self.runs.binary_search(&run).is_ok()
    }
}

/// Returns the hashes of a sentence's shingles, taken over its letters only.
fn runs(sentence: &Sentence<'_>, names: &[String]) -> Vec<u64> {
    let mut text = sentence.text.clone();
    for name in names {
        text = text.replace(name.as_str(), "");
    }
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.windows(SHINGLE_LEN).map(hash).collect()
}

/// Hashes a shingle with FNV-1a.
fn hash(run: &[char]) -> u64 {
    run.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(*c)).wrapping_mul(0x0100_0000_01b3))
}

/// An inverted index: which texts contain each shingle.
#[derive(Debug, Default)]
pub(super) struct ShingleIndex {
    /// The shingles, sorted, without duplicates.
    runs: Vec<u64>,
    /// For each shingle, and once more at the end, the start of its texts in `having`.
    begins: Vec<usize>,
    having: Vec<usize>,
    /// For each text, the positions of its shingles in `runs`.
    of_text: Vec<Vec<usize>>,
}

impl ShingleIndex {
    /// Builds the index of some texts.
    pub(super) fn of(texts: &[Text]) -> Self {
        let numbered = texts.iter().enumerate();
        let mut all: Vec<(u64, usize)> =
            numbered.flat_map(|(at, text)| text.runs.iter().map(move |run| (*run, at))).collect();
        all.sort_unstable();
        let mut index = Self { of_text: vec![Vec::new(); texts.len()], ..Self::default() };
        for (run, text) in all {
            if index.runs.last() != Some(&run) {
                index.runs.push(run);
                index.begins.push(index.having.len());
            }
            index.having.push(text);
            index.of_text[text].push(index.runs.len() - 1);
        }
        index.begins.push(index.having.len());
        index
    }

    /// Returns the texts that contain the shingle at a position.
    fn having(&self, at: usize) -> &[usize] {
        &self.having[self.begins[at]..self.begins[at + 1]]
    }

    /// Returns the maximum number of texts that may share a shingle before it counts as wording supplied by the county.
    fn limit(&self) -> usize {
        (self.of_text.len() / 5).clamp(3, 20)
    }

    /// Returns whether a shingle occurs in more texts than units that copy from one another would explain.
    pub(super) fn is_common(&self, run: u64) -> bool {
        self.runs.binary_search(&run).is_ok_and(|at| self.having(at).len() > self.limit())
    }

    /// Returns the text that shares the most shingles with one text, the number of that text's own (not common)
    /// shingles, and how many of them are shared.
    pub(super) fn nearest(&self, text: usize) -> Option<(usize, usize, usize)> {
        let own = || {
            let having = self.of_text[text].iter().map(|at| self.having(*at));
            having.filter(|having| having.len() <= self.limit())
        };
        let mut others: Vec<usize> = own().flatten().copied().filter(|other| *other != text).collect();
        others.sort_unstable();
        let nearest = others.chunk_by(|a, b| a == b).rev().max_by_key(|same| same.len())?;
        Some((nearest[0], own().count(), nearest.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::{NarrativeParagraph, NarrativeSection};

    fn text(words: &str) -> Text {
        let section = NarrativeSection {
            id: Some("overview".to_owned()),
            paragraphs: vec![NarrativeParagraph { text: words.to_owned(), place: None }],
            ..NarrativeSection::default()
        };
        Text::of(&Narrative { sections: vec![section], ..Narrative::default() }, &["甲山镇".to_owned()])
    }

    #[test]
    fn names_and_numbers_do_not_count() {
        let (a, b) = (text("甲山镇在2025年公开了信息12条，按月核对。"), text("在2024年公开了信息3条，按月核对。"));
        assert_eq!(a.runs, b.runs);
        assert_eq!(a.shared(&b, |_| true), (5, 5));
        assert_eq!(a.longest_in(&b), Some("“甲山镇在2025年公开了信息12条，按月核对”"));
        let index = ShingleIndex::of(&[a, b]);
        assert!(!index.is_common(0));
    }

    #[test]
    fn a_thousand_texts_are_quick() {
        let letter = |seed: u32| char::from_u32(0x4e00 + seed % 3000).unwrap_or('字');
        let of = |number: u32| -> String {
            (0..1500).map(|at| letter((number * 7919 + at * 31).wrapping_mul(2_654_435_761) >> 12)).collect()
        };
        let texts: Vec<Text> = (0..1000).map(|number| text(&format!("{}。", of(number / 2)))).collect();
        let index = ShingleIndex::of(&texts);
        let nearest: Vec<_> = (0..texts.len()).filter_map(|at| index.nearest(at)).collect();
        assert_eq!(nearest.len(), 1000);
        assert!(nearest.iter().enumerate().all(|(at, (other, ..))| at / 2 == other / 2));
    }
}
