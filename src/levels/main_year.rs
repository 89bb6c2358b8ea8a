//! The year that the workbooks, the circular and the page of a roll-up are about.

use std::collections::{BTreeMap, BTreeSet};

use super::level_finding::{LevelFinding, OTHER_YEAR};
use super::output_manifest::CountedRun;
use crate::finding::Severity;
use crate::message::Message;

/// The years with runs that count, by the path of their body.
pub(super) type YearsByBody<'a> = BTreeMap<&'a str, BTreeSet<u16>>;

/// Returns the years of each body.
pub(super) fn years_by_body(runs: &[CountedRun]) -> YearsByBody<'_> {
    let mut years = YearsByBody::new();
    for run in runs {
        years.entry(&run.body_path).or_default().insert(run.year);
    }
    years
}

/// Returns the year that is the latest one of most bodies; of equally many, the later one. Only the latest year of a body
/// counts: otherwise the year before would win as long as a single body has not yet sent the current one.
pub(super) fn choose(years: &YearsByBody<'_>) -> Option<u16> {
    let mut votes: BTreeMap<u16, usize> = BTreeMap::new();
    for latest in years.values().filter_map(BTreeSet::last) {
        *votes.entry(*latest).or_default() += 1;
    }
    votes.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
}

/// Lists years for a sentence in each language; empty if there are none.
pub(super) fn listed(years: &BTreeSet<u16>) -> Message {
    let joined = |separator: &str| years.iter().map(u16::to_string).collect::<Vec<_>>().join(separator);
    Message::new(joined("、"), joined(", "))
}

/// Returns the note on a body that has outputs of other years only.
pub(super) fn note(body_path: &str, others: &BTreeSet<u16>, year: u16) -> LevelFinding {
    let only = listed(others);
    let message = Message::new(
        format!("没有{year}年度的结果，只有{}年度的；{year}年度的合计不含该地区", only.zh),
        format!("it has no outputs of {year}, only of {}; the totals of {year} lack it", only.en),
    );
    LevelFinding::about_output(OTHER_YEAR, Severity::Note, "", message).of(body_path.to_owned(), Some(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(runs: &[(&str, u16)]) -> Option<u16> {
        let run = |(body, year): &(&str, u16)| CountedRun {
            body_path: (*body).to_owned(),
            year: *year,
            manifest: String::new(),
        };
        choose(&years_by_body(&runs.iter().map(run).collect::<Vec<_>>()))
    }

    #[test]
    fn the_year_is_the_latest_of_most_bodies() {
        assert_eq!(chosen(&[]), None);
        assert_eq!(chosen(&[("甲县", 2022), ("乙县", 2022), ("丙县", 2023)]), Some(2022));
        assert_eq!(chosen(&[("甲县", 2022), ("乙县", 2022), ("丙县", 2022), ("丙县", 2023)]), Some(2022));
        assert_eq!(chosen(&[("甲县", 2022), ("乙县", 2023)]), Some(2023));
        // One of three has not yet sent the current year.
        let both_years = [("甲县", 2022), ("甲县", 2023), ("乙县", 2022), ("乙县", 2023), ("丙县", 2022)];
        assert_eq!(chosen(&both_years), Some(2023));
    }
}
