//! The prose paragraphs of a report, separated from titles, table rows and instructions.

use crate::place::Place;
use crate::spelling::compact;
use crate::submission::{Narrative, NarrativeParagraph};

/// Ids of the sections written in prose; the others are tables.
const IN_WORDS: [&str; 3] = ["overview", "problems", "other"];
/// The form's own placeholder for text.
const INSTRUCTION: &str = "文字描述";
/// Minimum number of recognised headings in a text that is a written report.
const HEADINGS: usize = 4;
/// Maximum length of a paragraph, in characters; a longer one is a whole page merged into one paragraph.
const LONGEST: usize = 4000;

/// A paragraph of prose.
#[derive(Debug)]
pub(in crate::rules) struct Prose<'a> {
    /// The id of its section.
    pub(in crate::rules) section: Option<&'a str>,
    /// The text as written.
    pub(in crate::rules) text: &'a str,
    /// The text folded, without white space.
    pub(in crate::rules) folded: String,
    /// Its cell in a workbook.
    pub(in crate::rules) place: Option<&'a Place>,
}

/// Returns the paragraphs of prose.
pub(in crate::rules) fn prose(narrative: &Narrative) -> Vec<Prose<'_>> {
    let mut found = Vec::new();
    for section in &narrative.sections {
        let id = section.id.as_deref();
        let in_words = id.is_some_and(|id| IN_WORDS.contains(&id));
        for NarrativeParagraph { text, place } in &section.paragraphs {
            let folded = compact(text);
            let is_row = text.contains(['|', '\t', '｜']);
            let is_title = narrative.title.as_deref() == Some(text.as_str());
            let says = in_words || folded.contains('。');
            let is_torn = folded.contains("勾稽关系") || folded.chars().count() > LONGEST;
            if says && !is_row && !is_title && !is_torn && !folded.contains(INSTRUCTION) && !folded.is_empty() {
                found.push(Prose { section: id, text, folded, place: place.as_ref() });
            }
        }
    }
    found
}

/// Returns whether a report is written in prose with distinguishable sections: it has most of the six headings, and a
/// section of prose with at least one sentence.
pub(in crate::rules) fn is_covered_in_words(narrative: &Narrative) -> bool {
    let headed = narrative.sections.iter().filter(|section| section.id.is_some()).count();
    let words = prose(narrative);
    let has = |id: &str| words.iter().any(|paragraph| paragraph.section == Some(id) && paragraph.folded.contains('。'));
    headed >= HEADINGS && IN_WORDS.iter().any(|id| has(id))
}
