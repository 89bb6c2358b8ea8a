//! How much of a text stands in another: by runs of characters, without names and numbers.

use super::claims::{Sentence, prose, sentences};
use crate::submission::Narrative;

/// Characters in a run.
const RUN: usize = 8;
/// Shorter sentences are not quoted, in characters.
const SHORT: usize = 12;

/// A text as it is compared.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The hashes of its runs, sorted, each once.
    runs: Vec<u64>,
    /// Its sentences, shortened, each with the hashes of its runs.
    sentences: Vec<(String, Vec<u64>)>,
}

impl Text {
    /// Reads the words of a report. `names` are those of its unit, longest first; they say nothing of a copy.
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

    /// The runs that `is_own` keeps: how many there are, and how many of them stand in the other text.
    pub(super) fn shared(&self, other: &Self, is_own: impl Fn(u64) -> bool) -> (usize, usize) {
        let own = self.runs.iter().filter(|run| is_own(**run));
        own.fold((0, 0), |(all, shared), run| (all + 1, shared + usize::from(other.has(*run))))
    }

    /// The longest sentence that stands in the other text too.
    pub(super) fn longest_in(&self, other: &Self) -> Option<&str> {
        let is_there = |runs: &[u64]| runs.len() + RUN > SHORT && runs.iter().all(|run| other.has(*run));
        let all = self.sentences.iter().filter(|(_, runs)| is_there(runs));
        all.rev().max_by_key(|(_, runs)| runs.len()).map(|(quote, _)| quote.as_str())
    }

    fn has(&self, run: u64) -> bool {
        self.runs.binary_search(&run).is_ok()
    }
}

/// The hashes of a sentence's runs of letters.
fn runs(sentence: &Sentence<'_>, names: &[String]) -> Vec<u64> {
    let mut text = sentence.text.clone();
    for name in names {
        text = text.replace(name.as_str(), "");
    }
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.windows(RUN).map(hash).collect()
}

/// FNV-1a.
fn hash(run: &[char]) -> u64 {
    run.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(*c)).wrapping_mul(0x0100_0000_01b3))
}

/// Which texts each run stands in.
#[derive(Debug)]
pub(super) struct Index {
    /// Runs with their texts, sorted.
    all: Vec<(u64, u32)>,
    texts: usize,
}

impl Index {
    /// The index of some texts.
    pub(super) fn of(texts: &[Text]) -> Self {
        let numbered = (0..).zip(texts);
        let mut all: Vec<(u64, u32)> =
            numbered.flat_map(|(at, text)| text.runs.iter().map(move |run| (*run, at))).collect();
        all.sort_unstable();
        Self { all, texts: texts.len() }
    }

    /// The texts a run stands in.
    fn having(&self, run: u64) -> &[(u64, u32)] {
        let from = self.all.partition_point(|(other, _)| *other < run);
        let many = self.all[from..].iter().take_while(|(other, _)| *other == run).count();
        &self.all[from..from + many]
    }

    /// Whether a run is in more texts than copy one another by themselves: what the county gave all of them to use.
    pub(super) fn is_common(&self, run: u64) -> bool {
        self.having(run).len() > (self.texts / 5).clamp(3, 20)
    }

    /// The text that has most of one text's own runs, how many those are, and how many it has.
    pub(super) fn nearest(&self, texts: &[Text], at: usize) -> Option<(usize, usize, usize)> {
        let mut shared = vec![0_usize; texts.len()];
        let mut own = 0;
        for run in &texts[at].runs {
            let having = self.having(*run);
            if having.len() > (self.texts / 5).clamp(3, 20) {
                continue;
            }
            own += 1;
            for other in
                having.iter().filter_map(|(_, other)| usize::try_from(*other).ok()).filter(|other| *other != at)
            {
                shared[other] += 1;
            }
        }
        let nearest = (0..texts.len()).rev().max_by_key(|other| shared[*other])?;
        (shared[nearest] > 0).then(|| (nearest, own, shared[nearest]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Section;

    fn text(words: &str) -> Text {
        let section =
            Section { id: Some("overview".to_owned()), paragraphs: vec![words.to_owned()], ..Section::default() };
        Text::of(&Narrative { sections: vec![section], ..Narrative::default() }, &["甲山镇".to_owned()])
    }

    #[test]
    fn names_and_numbers_do_not_count() {
        let (a, b) = (text("甲山镇在2025年公开了信息12条，按月核对。"), text("在2024年公开了信息3条，按月核对。"));
        assert_eq!(a.runs, b.runs);
        assert_eq!(a.shared(&b, |_| true), (5, 5));
        assert_eq!(a.longest_in(&b), Some("「甲山镇在2025年公开了信息12条，按月核对」"));
        let index = Index::of(&[a, b]);
        assert!(!index.is_common(0));
    }

    #[test]
    fn a_thousand_texts_are_quick() {
        let letter = |seed: u32| char::from_u32(0x4e00 + seed % 3000).unwrap_or('字');
        let of = |number: u32| -> String {
            (0..1500).map(|at| letter((number * 7919 + at * 31).wrapping_mul(2_654_435_761) >> 12)).collect()
        };
        let texts: Vec<Text> = (0..1000).map(|number| text(&format!("{}。", of(number / 2)))).collect();
        let index = Index::of(&texts);
        let nearest: Vec<_> = (0..texts.len()).filter_map(|at| index.nearest(&texts, at)).collect();
        assert_eq!(nearest.len(), 1000);
        assert!(nearest.iter().enumerate().all(|(at, (other, ..))| at / 2 == other / 2));
    }
}
