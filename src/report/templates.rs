//! The templates that an office can replace: by name, the office's own or the program's.

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
/// The scoring table.
pub(super) const SCORING: &str = "考核计分.toml";

/// The names of the files that an office can replace.
pub const TEMPLATES: [&str; 4] = [LETTER, CIRCULAR, COUNTY_REPORT, SCORING];

/// Returns the template of a document.
pub(super) fn template(outcome: &Outcome, name: &'static str, words: &'static Vocabulary) -> Result<Template, Message> {
    Template::open(bytes(&outcome.settings.templates, name), words).map_err(|why| why.about(name))
}

/// Returns the content of the office's own file, or of the program's if there is none.
pub(super) fn bytes<'a>(given: &'a BTreeMap<&'static str, Vec<u8>>, name: &'static str) -> &'a [u8] {
    given.get(name).map_or_else(|| own(name), Vec::as_slice)
}

/// Returns the program's own version of every file that an office can replace, by name.
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
