//! Bodies of one name in two places that are probably one body, given twice.

use std::collections::{BTreeMap, BTreeSet};

use super::LevelRollup;
use super::level_finding::{LevelFinding, TWICE};
use super::unit_identity::{UnitNames, UnitsByBody};
use crate::finding::Severity;
use crate::message::Message;
use crate::spelling::key;

/// Minimum number of units of a year that is compared with another.
const MIN_UNITS: usize = 2;

/// Returns a finding for each body that probably is another one: a body of a roll-up with the name of a body on another
/// level (both count), and a body whose runs of two years have no unit in common.
pub(super) fn find(rollup: &LevelRollup, units: &UnitsByBody) -> Vec<LevelFinding> {
    let mut by_name: BTreeMap<(u16, String), BTreeSet<&str>> = BTreeMap::new();
    for run in &rollup.runs {
        let name = run.body_path.rsplit('/').next().unwrap_or_default();
        by_name.entry((run.year, key(name))).or_default().insert(&run.body_path);
    }
    let mut found = Vec::new();
    for ((year, _), paths) in by_name {
        let paths: Vec<&str> = paths.into_iter().collect();
        for (at, path) in paths.iter().enumerate() {
            if let Some(other) = paths[..at].iter().find(|other| may_be_one(units, year, other, path)) {
                found.push(finding(path, other, year));
            }
        }
    }
    found.extend(units.iter().flat_map(|(body, years)| two_in_one(body, years)));
    found
}

/// Returns whether two bodies of one name may be one: the submissions of one of them are unknown, since it is part of a
/// roll-up, and they are on two levels. Districts of one name in different cities are on one level.
fn may_be_one(units: &UnitsByBody, year: u16, one: &str, other: &str) -> bool {
    let is_of_run = |body: &str| units.get(body).is_some_and(|years| years.contains_key(&year));
    let level = |body: &str| body.matches('/').count();
    !(is_of_run(one) && is_of_run(other)) && level(one) != level(other)
}

/// Returns a finding for each year of a body of which no unit is among those of the year before.
fn two_in_one(body: &str, years: &BTreeMap<u16, Vec<UnitNames>>) -> Vec<LevelFinding> {
    let names = |units: &[UnitNames]| -> BTreeSet<String> {
        units.iter().flat_map(|unit| unit.other_names.iter().chain([&unit.name])).map(|name| key(name)).collect()
    };
    let pairs = years.iter().zip(years.iter().skip(1));
    let differ = pairs.filter(|((_, before), (_, after))| {
        before.len().min(after.len()) >= MIN_UNITS && names(before).is_disjoint(&names(after))
    });
    let finding = |((before, _), (year, _)): ((&u16, _), (&u16, _))| {
        let message = Message::new(
            format!("{before}年度和{year}年度的单位没有一个相同，可能是两个地区，历年比较不可用；请用层级表写明"),
            format!(
                "no unit of {before} is among those of {year}; these may be two bodies; name them in a list of levels"
            ),
        );
        LevelFinding::about_output(TWICE, Severity::MustExplain, "", message).of(body.to_owned(), Some(*year))
    };
    differ.map(finding).collect()
}

fn finding(path: &str, other: &str, year: u16) -> LevelFinding {
    let message = Message::new(
        format!("与“{other}”同名，可能是同一地区，两处都已计入；如是同一地区，请去掉一处后重新合并"),
        format!("“{other}” has the same name and may be the same body; both are added up; remove one if they are"),
    );
    LevelFinding::about_output(TWICE, Severity::MustExplain, "", message).of(path.to_owned(), Some(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<UnitNames> {
        let unit = |name: &&str| UnitNames { id: String::new(), name: (*name).to_owned(), other_names: Vec::new() };
        names.iter().map(unit).collect()
    }

    #[test]
    fn bodies_of_one_name_may_be_one_on_two_levels_if_one_is_in_a_rollup() {
        let units = BTreeMap::from([("国/甲市/鼓楼区".to_owned(), BTreeMap::from([(2024, of(&["财政局"]))]))]);
        let is_one = |one: &str, other: &str| may_be_one(&units, 2024, one, other);
        assert!(is_one("国/丁省/丁市/鼓楼区", "国/甲市/鼓楼区") && !is_one("国/丁市/鼓楼区", "国/甲市/鼓楼区"));
    }

    #[test]
    fn years_without_a_common_unit_are_asked_about() {
        let years = |second: &[&str]| BTreeMap::from([(2023, of(&["财政局", "甲镇"])), (2024, of(second))]);
        assert_eq!(two_in_one("甲县", &years(&["乙镇", "丙镇"])).len(), 1);
        assert!(two_in_one("甲县", &years(&["乙镇", "甲镇"])).is_empty());
    }
}
