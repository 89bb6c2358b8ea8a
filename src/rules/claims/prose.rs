//! The paragraphs of a report that say something, told from titles, rows of tables and instructions.

use crate::spelling::compact;
use crate::submission::Narrative;

/// Sections written in words; the others are tables.
const IN_WORDS: [&str; 3] = ["overview", "problems", "other"];
/// What the form itself says where words are to be written.
const INSTRUCTION: &str = "文字描述";
/// Headings that make a text one that was written as a report.
const HEADINGS: usize = 4;
/// Longest paragraph, in characters: beyond it, a page was run together.
const LONGEST: usize = 4000;

/// A paragraph of words.
#[derive(Debug)]
pub(in crate::rules) struct Prose<'a> {
    /// The section it stands in.
    pub(in crate::rules) section: Option<&'a str>,
    /// As it stands.
    pub(in crate::rules) text: &'a str,
    /// Folded, without white space.
    pub(in crate::rules) folded: String,
}

/// Returns the paragraphs of words.
pub(in crate::rules) fn prose(narrative: &Narrative) -> Vec<Prose<'_>> {
    let mut found = Vec::new();
    for section in &narrative.sections {
        let id = section.id.as_deref();
        let in_words = id.is_some_and(|id| IN_WORDS.contains(&id));
        for text in &section.paragraphs {
            let folded = compact(text);
            let is_row = text.contains(['|', '\t', '｜']);
            let is_title = narrative.title.as_deref() == Some(text.as_str());
            let says = in_words || folded.contains('。');
            let is_torn = folded.contains("勾稽关系") || folded.chars().count() > LONGEST;
            if says && !is_row && !is_title && !is_torn && !folded.contains(INSTRUCTION) && !folded.is_empty() {
                found.push(Prose { section: id, text, folded });
            }
        }
    }
    found
}

/// Returns whether the report is one in words, of sections that can be told apart: most of the six headings stand
/// alone, none is run together with others, and the sections of words have some.
pub(in crate::rules) fn is_told_in_words(narrative: &Narrative) -> bool {
    let headed = narrative.sections.iter().filter(|section| section.id.is_some()).count();
    let words = prose(narrative);
    let has = |id: &str| words.iter().any(|paragraph| paragraph.section == Some(id) && paragraph.folded.contains('。'));
    headed >= HEADINGS && IN_WORDS.iter().any(|id| has(id))
}
