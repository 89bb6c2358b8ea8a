//! A list of words, with a search for all of them in one pass over a text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use serde::Deserialize;

/// Words in the order of the data file.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct WordList {
    all: Vec<String>,
    finder: AhoCorasick,
}

impl TryFrom<Vec<String>> for WordList {
    type Error = BuildError;

    fn try_from(all: Vec<String>) -> Result<Self, BuildError> {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&all)?;
        Ok(Self { all, finder })
    }
}

impl WordList {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.all.iter().map(String::as_str)
    }

    /// Returns whether the text equals one of the words.
    pub(super) fn has(&self, text: &str) -> bool {
        self.iter().any(|word| word == text)
    }

    /// Returns whether the text contains any of the words.
    pub(super) fn any_in(&self, text: &str) -> bool {
        self.finder.is_match(text)
    }

    /// Returns the byte range of the first match in the text; the longest one if several begin there.
    pub(super) fn first_in(&self, text: &str) -> Option<Range<usize>> {
        self.finder.find(text).map(|found| found.range())
    }

    /// Returns the text after all words at its beginning.
    pub(super) fn behind_all<'a>(&self, text: &'a str) -> &'a str {
        let mut rest = text;
        while let Some(shorter) = self.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = shorter;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_and_of_those_the_longest() {
        let words = WordList::try_from(["公开", "信息", "信息公开"].map(str::to_owned).to_vec()).expect("few words");
        assert_eq!(words.first_in("政府信息公开"), Some(6..18));
        assert_eq!(words.first_in("不予公开"), Some(6..12));
        assert_eq!((words.any_in("公开信息"), words.any_in("公示")), (true, false));
        assert_eq!((words.behind_all("公开信息年报"), words.behind_all("年报公开")), ("年报", "年报公开"));
    }
}
