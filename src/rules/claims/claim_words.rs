//! The vocabulary by which sentences are parsed, from `data/claims.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The vocabulary of claims. Lists are sorted longest first if their order matters.
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
    /// Words that contain a scope word without being one.
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

/// The words of a denial.
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
    /// Words that begin a list of parts.
    pub(in crate::rules) begins: Vec<String>,
    /// Words that begin a complete list.
    pub(in crate::rules) each: Vec<String>,
    /// Words for the remainder, which is the last part of a complete list.
    pub(in crate::rules) rest: Vec<String>,
    /// Words that show that a list is incomplete, or has an item more than once.
    pub(in crate::rules) open: Vec<String>,
    /// Channels; the same item may be counted in several of them.
    pub(in crate::rules) channels: Vec<String>,
}

/// The words by which a text names its own body, or another body as if it were its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct BodyWords {
    /// Kinds of bodies, and the words each uses for itself.
    #[serde(rename = "kind")]
    pub(in crate::rules) kinds: Vec<BodyKind>,
    /// Characters that, after such a word, make it another word.
    pub(in crate::rules) other_words: Vec<String>,
    /// Suffixes of a body's name that are ignored in comparisons.
    pub(in crate::rules) ends: Vec<String>,
    /// Words that a report uses for its own body's work, directly after the name.
    pub(in crate::rules) own_work: Vec<String>,
    /// Parts of the names of superior bodies, which other bodies mention.
    pub(in crate::rules) above: Vec<String>,
    /// Words for a body's own site.
    pub(in crate::rules) sites: Vec<String>,
    /// Endings of words that look like a county or city and are none.
    pub(in crate::rules) no_areas: Vec<String>,
    /// Words that can precede the name of an area without belonging to it.
    pub(in crate::rules) before_area: Vec<String>,
    /// Words directly before the area of a site on which a report says that it publishes.
    pub(in crate::rules) site_leads: Vec<String>,
}

/// A kind of body: the ending of its names, and the words it uses for itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules) struct BodyKind {
    pub(in crate::rules) ending: String,
    pub(in crate::rules) words: Vec<String>,
}

/// A subject that a number in the text can be about, with the figures of the form that the number should equal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line of the data file")]
pub(in crate::rules) struct ClaimSubject {
    /// Its identifier.
    pub(in crate::rules) id: String,
    /// The topic it belongs to.
    pub(super) topic: String,
    /// Its name for the office.
    pub(in crate::rules) name: String,
    pub(super) verbs: Vec<String>,
    /// Verbs that may follow the object.
    #[serde(default)]
    pub(super) acts: Vec<String>,
    /// Whether the object alone is enough, without a verb.
    #[serde(default)]
    pub(super) bare: bool,
    /// The name of its list of objects.
    #[serde(default)]
    pub(super) objects: Option<String>,
    /// Whether the object can be left out while its topic is current.
    #[serde(default)]
    pub(super) by_topic: bool,
    /// Whether 其中 before it leaves its meaning unchanged.
    #[serde(default)]
    pub(super) within: bool,
    /// Whether the numbers that follow it are about this part alone.
    #[serde(default)]
    pub(super) narrows: bool,
    /// Whether it is an amount of money.
    #[serde(default)]
    pub(super) money: bool,
    /// Words that must not be in the sentence.
    #[serde(default)]
    pub(super) never_with: Vec<String>,
    /// A word that must be in the sentence, unless the sentence is in `section`.
    #[serde(default)]
    pub(super) about: Option<String>,
    #[serde(default)]
    pub(super) section: Option<String>,
    /// The sums of figures, any of which the number may equal. `*` matches all rows of a group; `-` subtracts a figure.
    pub(in crate::rules) sums: Vec<Vec<String>>,
}

impl ClaimWords {
    /// Returns the vocabulary shipped with the program.
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

    /// Returns the objects in the list of a name.
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

/// Returns the first of some words that a text starts with, and the text after it.
pub(in crate::rules) fn starts<'a, 'w>(text: &'a str, words: &'w [String]) -> Option<(&'w str, &'a str)> {
    words.iter().find_map(|word| text.strip_prefix(word.as_str()).map(|rest| (word.as_str(), rest)))
}

/// Returns the first of some words that a text ends with, and the text before it.
pub(super) fn ends<'a, 'w>(text: &'a str, words: &'w [String]) -> Option<(&'w str, &'a str)> {
    words.iter().find_map(|word| text.strip_suffix(word.as_str()).map(|rest| (word.as_str(), rest)))
}

/// Strips all of some words from the start of a text.
pub(in crate::rules) fn without_start<'a>(mut text: &'a str, words: &[String]) -> &'a str {
    while let Some((_, rest)) = starts(text, words) {
        text = rest;
    }
    text
}

/// Strips all of some words from the end of a text.
pub(in crate::rules) fn without_end<'a>(mut text: &'a str, words: &[String]) -> &'a str {
    while let Some((_, rest)) = ends(text, words) {
        text = rest;
    }
    text
}

/// Returns whether a text contains any of some words.
pub(in crate::rules) fn has_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}
