//! Checks of an office's own templates.

use std::collections::BTreeMap;

use super::docx::Template;
use super::scoring::ScoringTable;
use super::templates::{CIRCULAR, COUNTY_REPORT, LETTER, SCORING, bytes};
use super::{circular, county_report, letters};
use crate::message::Message;

/// Checks that templates can be used; for those not given, the program's own are checked.
///
/// # Errors
/// The name of the file, and a message on what is wrong with it.
pub fn check_templates(given: &BTreeMap<&'static str, Vec<u8>>) -> Result<(), (&'static str, Message)> {
    let of = |name| bytes(given, name);
    Template::open(of(LETTER), &letters::WORDS).map_err(|why| (LETTER, why))?;
    Template::open(of(CIRCULAR), &circular::WORDS).map_err(|why| (CIRCULAR, why))?;
    Template::open(of(COUNTY_REPORT), &county_report::WORDS).map_err(|why| (COUNTY_REPORT, why))?;
    ScoringTable::read(of(SCORING)).map_err(|why| (SCORING, why))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_manual_lists_what_templates_may_say() {
        let manual = include_str!("../../README.zh-CN.md");
        let templates =
            [(LETTER, &letters::WORDS), (CIRCULAR, &circular::WORDS), (COUNTY_REPORT, &county_report::WORDS)];
        for (name, words) in templates {
            let page = manual.split_once(&format!("\n{name}（")).expect("its own list").1;
            let mut lists = page.lines().filter_map(|line| line.strip_prefix("* ")?.split_once('：'));
            let mut next = |head: &str| {
                let (title, names) = lists.next().expect("a list");
                assert_eq!(title, head);
                names.split('、').collect::<Vec<_>>()
            };
            let texts: BTreeSet<&str> = words.common.iter().chain(words.texts).copied().collect();
            assert_eq!(next("可填").into_iter().collect::<BTreeSet<_>>(), texts);
            assert_eq!(next("条件"), words.conditions);
            if !words.row_texts.is_empty() {
                assert_eq!(next("表格行里可填")[1..], *words.row_texts);
                assert_eq!(next("表格行里的条件"), words.row_conditions);
            }
        }
    }

    #[test]
    fn the_programs_own_can_be_used() {
        assert_eq!(check_templates(&BTreeMap::new()), Ok(()));
    }
}
