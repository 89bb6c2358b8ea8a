//! The words and layouts an office can have its own of: by name the program's, or the office's in their place.

use std::collections::BTreeMap;

use super::docx::{Template, Vocabulary};
use super::scoring::Table;
use super::{circular, letters};
use crate::message::Message;
use crate::outcome::Outcome;

/// The letter to a unit.
pub(super) const LETTER: &str = "整改通知.docx";
/// The circular.
pub(super) const CIRCULAR: &str = "通报.docx";
/// What is deducted for what.
pub(super) const SCORING: &str = "考核计分.toml";

/// The names of the files an office can have its own of.
pub const TEMPLATES: [&str; 3] = [LETTER, CIRCULAR, SCORING];

/// Makes sure that templates can be used; those not given are the program's own.
///
/// # Errors
/// The name of the file, and a sentence that says what is wrong with it.
pub fn check_templates(given: &BTreeMap<&'static str, Vec<u8>>) -> Result<(), (&'static str, Message)> {
    let of = |name| bytes(given, name);
    Template::open(of(LETTER), &letters::WORDS).map_err(|why| (LETTER, why))?;
    Template::open(of(CIRCULAR), &circular::WORDS).map_err(|why| (CIRCULAR, why))?;
    Table::read(of(SCORING)).map_err(|why| (SCORING, why))?;
    Ok(())
}

/// The template to use for a document.
pub(super) fn template(outcome: &Outcome, name: &'static str, words: &'static Vocabulary) -> Result<Template, Message> {
    Template::open(bytes(&outcome.settings.templates, name), words).map_err(|why| why.about(name))
}

/// The table of scores to use.
pub(super) fn scoring(outcome: &Outcome) -> Result<Table, Message> {
    Table::read(bytes(&outcome.settings.templates, SCORING)).map_err(|why| why.about(SCORING))
}

fn bytes<'a>(given: &'a BTreeMap<&'static str, Vec<u8>>, name: &'static str) -> &'a [u8] {
    given.get(name).map_or_else(|| own(name), Vec::as_slice)
}

fn own(name: &str) -> &'static [u8] {
    match name {
        LETTER => include_bytes!("../../data/templates/整改通知.docx"),
        CIRCULAR => include_bytes!("../../data/templates/通报.docx"),
        _ => include_bytes!("../../data/scoring.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_lists_what_templates_may_say() {
        let manual = include_str!("../../README.zh-CN.md");
        for (name, words) in [(LETTER, &letters::WORDS), (CIRCULAR, &circular::WORDS)] {
            let page = manual.split_once(&format!("\n{name}（")).expect("its own list").1;
            let mut lists = page.lines().filter_map(|line| line.strip_prefix("* ")?.split_once('：'));
            let mut next = |head: &str| {
                let (title, names) = lists.next().expect("a list");
                assert_eq!(title, head);
                names.split('、').collect::<Vec<_>>()
            };
            assert_eq!(next("可填"), words.texts);
            assert_eq!(next("条件"), words.conditions);
            assert_eq!(next("表格行里可填")[1..], *words.row_texts);
            assert_eq!(next("表格行里的条件"), words.row_conditions);
        }
    }

    #[test]
    fn the_programs_own_can_be_used() {
        assert_eq!(check_templates(&BTreeMap::new()), Ok(()));
    }
}
