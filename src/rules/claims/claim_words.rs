//! The words by which sentences are understood: `data/claims.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The words of sentences. Lists are tried longest first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct ClaimWords {
    pub(super) counters: Vec<String>,
    pub(super) not_counters: Vec<String>,
    pub(super) case_counters: Vec<String>,
    pub(super) rough_before: Vec<String>,
    pub(super) rough_behind: Vec<String>,
    pub(super) rough_after: Vec<String>,
    pub(super) scopes: Vec<String>,
    /// Words that contain one of the scopes and are none.
    pub(super) not_scopes: Vec<String>,
    pub(super) comparisons: Vec<String>,
    pub(in crate::rules) plans: Vec<String>,
    pub(in crate::rules) period: Vec<String>,
    pub(in crate::rules) fee: Vec<String>,
    pub(in crate::rules) nothing: Vec<String>,
    pub(in crate::rules) breakdown: BreakdownWords,
    pub(in crate::rules) bodies: BodyWords,
    pub(super) tails: Vec<String>,
    pub(super) comparing: Vec<String>,
    pub(in crate::rules) fillers: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) askers: Vec<String>,
    pub(super) applications: Vec<String>,
    pub(super) applications_short: Vec<String>,
    documents: Vec<String>,
    reviews: Vec<String>,
    suits: Vec<String>,
    pub(super) denial: DenialWords,
    #[serde(rename = "subject")]
    pub(super) subjects: Vec<ClaimSubject>,
}

/// The words that say there was none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DenialWords {
    pub(super) negators: Vec<String>,
    pub(super) verbs: Vec<String>,
    pub(super) within: Vec<String>,
    pub(super) joiners: Vec<String>,
    pub(super) ends: Vec<String>,
}

/// The words around a total that is broken down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct BreakdownWords {
    /// What begins a list of parts.
    pub(in crate::rules) begins: Vec<String>,
    /// What begins a list that is whole.
    pub(in crate::rules) each: Vec<String>,
    /// What is left over, the last part of a list that is whole.
    pub(in crate::rules) rest: Vec<String>,
    /// What says that not all parts are listed, or not once each.
    pub(in crate::rules) open: Vec<String>,
    /// Parts through which one and the same thing may go.
    pub(in crate::rules) channels: Vec<String>,
}

/// The words by which a text speaks of its own body, and of others as if they were.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct BodyWords {
    /// Kinds of bodies, and what each calls itself.
    #[serde(rename = "kind")]
    pub(in crate::rules) kinds: Vec<BodyKind>,
    /// Letters behind such a word that make it another.
    pub(in crate::rules) other_words: Vec<String>,
    /// Ends of a body's name that are left out when it is looked for.
    pub(in crate::rules) ends: Vec<String>,
    /// What a report says of its own body, right behind the name.
    pub(in crate::rules) own_work: Vec<String>,
    /// Parts of names of bodies above, which others speak of.
    pub(in crate::rules) above: Vec<String>,
    /// What a body's own site is called.
    pub(in crate::rules) sites: Vec<String>,
    /// Ends of words that are no counties or cities, though they look like it.
    pub(in crate::rules) no_areas: Vec<String>,
    /// Words before the name of an area that do not belong to it.
    pub(in crate::rules) before_area: Vec<String>,
}

/// A kind of body: how its names end, and what it calls itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct BodyKind {
    pub(in crate::rules) ending: String,
    pub(in crate::rules) words: Vec<String>,
}

/// What a number in words can be about, and which figures of the form it should equal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line of the data file")]
pub(in crate::rules) struct ClaimSubject {
    /// Its name in the program.
    pub(in crate::rules) id: String,
    /// What is being talked about where it is said.
    pub(super) topic: String,
    /// What the office calls it.
    pub(in crate::rules) name: String,
    pub(super) verbs: Vec<String>,
    /// Verbs that may stand behind the object.
    #[serde(default)]
    pub(super) acts: Vec<String>,
    /// Whether the object alone says it.
    #[serde(default)]
    pub(super) bare: bool,
    /// Which list of objects it takes.
    #[serde(default)]
    pub(super) objects: Option<String>,
    /// Whether the object can be left out while its topic is being talked about.
    #[serde(default)]
    pub(super) by_topic: bool,
    /// Whether 其中 before it leaves its meaning as it is.
    #[serde(default)]
    pub(super) within: bool,
    /// Whether what is said behind it is about this part alone.
    #[serde(default)]
    pub(super) narrows: bool,
    /// Whether it is money.
    #[serde(default)]
    pub(super) money: bool,
    /// Words the sentence must not have.
    #[serde(default)]
    pub(super) never_with: Vec<String>,
    /// A word the sentence must have, unless it stands in `section`.
    #[serde(default)]
    pub(super) about: Option<String>,
    #[serde(default)]
    pub(super) section: Option<String>,
    /// Sums of figures, any of which it may equal; `*` stands for all rows of a group, `-` before one takes it off.
    pub(in crate::rules) sums: Vec<Vec<String>>,
}

impl ClaimWords {
    /// Returns the words shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if the data file is malformed, which a test rules out.
    pub(in crate::rules) fn official() -> Result<&'static Self> {
        static WORDS: OnceLock<ClaimWords> = OnceLock::new();
        if let Some(words) = WORDS.get() {
            return Ok(words);
        }
        let fail = |error: toml::de::Error| Error::Data { name: "claims.toml".to_owned(), why: error.to_string() };
        let mut words: Self = toml::from_str(include_str!("../../../data/claims.toml")).map_err(fail)?;
        for list in words.lists() {
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        Ok(WORDS.get_or_init(|| words))
    }

    fn lists(&mut self) -> Vec<&mut Vec<String>> {
        let mut lists = vec![
            &mut self.counters,
            &mut self.rough_before,
            &mut self.fillers,
            &mut self.links,
            &mut self.askers,
            &mut self.applications,
            &mut self.applications_short,
            &mut self.documents,
            &mut self.reviews,
            &mut self.suits,
            &mut self.denial.negators,
            &mut self.denial.verbs,
            &mut self.denial.within,
            &mut self.denial.joiners,
            &mut self.denial.ends,
            &mut self.bodies.ends,
            &mut self.bodies.sites,
        ];
        lists.extend(self.subjects.iter_mut().map(|subject| &mut subject.verbs));
        lists
    }

    /// Returns the objects of a list's name.
    pub(super) fn objects(&self, list: &str) -> &[String] {
        match list {
            "applications" => &self.applications,
            "documents" => &self.documents,
            "reviews" => &self.reviews,
            "suits" => &self.suits,
            _ => &[],
        }
    }
}

/// Returns the first of some words a text starts with, and what is behind it.
pub(in crate::rules) fn starts<'a, 'w>(text: &'a str, words: &'w [String]) -> Option<(&'w str, &'a str)> {
    words.iter().find_map(|word| text.strip_prefix(word.as_str()).map(|rest| (word.as_str(), rest)))
}

/// Returns the first of some words a text ends with, and what is before it.
pub(super) fn ends<'a, 'w>(text: &'a str, words: &'w [String]) -> Option<(&'w str, &'a str)> {
    words.iter().find_map(|word| text.strip_suffix(word.as_str()).map(|rest| (word.as_str(), rest)))
}

/// Returns a text without all of some words at its start.
pub(in crate::rules) fn without_start<'a>(mut text: &'a str, words: &[String]) -> &'a str {
    while let Some((_, rest)) = starts(text, words) {
        text = rest;
    }
    text
}

/// Returns a text without all of some words at its end.
pub(in crate::rules) fn without_end<'a>(mut text: &'a str, words: &[String]) -> &'a str {
    while let Some((_, rest)) = ends(text, words) {
        text = rest;
    }
    text
}

/// Returns whether a text has one of some words.
pub(in crate::rules) fn has_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}
