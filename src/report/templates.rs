//! The words and layouts an office can have its own of: by name the program's, or the office's in their place.

use std::collections::BTreeMap;

use super::docx::{Template, Vocabulary};
use crate::message::Message;
use crate::outcome::Outcome;

/// The letter to a unit.
pub(super) const LETTER: &str = "整改通知.docx";
/// The circular.
pub(super) const CIRCULAR: &str = "通报.docx";
/// The county's own report.
pub(super) const COUNTY_REPORT: &str = "本级年报.docx";
/// What is deducted for what.
pub(super) const SCORING: &str = "考核计分.toml";

/// The names of the files an office can have its own of.
pub const TEMPLATES: [&str; 4] = [LETTER, CIRCULAR, COUNTY_REPORT, SCORING];

/// Returns the template to use for a document.
pub(super) fn template(outcome: &Outcome, name: &'static str, words: &'static Vocabulary) -> Result<Template, Message> {
    Template::open(bytes(&outcome.settings.templates, name), words).map_err(|why| why.about(name))
}

/// Returns what an office's own file of a name says, or the program's where it has none.
pub(super) fn bytes<'a>(given: &'a BTreeMap<&'static str, Vec<u8>>, name: &'static str) -> &'a [u8] {
    given.get(name).map_or_else(|| own(name), Vec::as_slice)
}

/// Returns the program's own of every file that an office can have its own of, by name.
#[must_use]
pub fn office_templates() -> [(&'static str, &'static [u8]); 4] {
    TEMPLATES.map(|name| (name, own(name)))
}

fn own(name: &str) -> &'static [u8] {
    match name {
        LETTER => include_bytes!("../../data/templates/整改通知.docx"),
        CIRCULAR => include_bytes!("../../data/templates/通报.docx"),
        COUNTY_REPORT => include_bytes!("../../data/templates/本级年报.docx"),
        _ => include_bytes!("../../data/scoring.toml"),
    }
}
