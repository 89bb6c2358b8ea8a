//! Bodies of one name in two places that are probably one body, given twice.

use std::collections::{BTreeMap, BTreeSet};

use super::LevelRollup;
use super::level_finding::{LevelFinding, TWICE};
use super::unit_identity::UnitsByBody;
use crate::finding::Severity;
use crate::message::Message;
use crate::spelling::key;

/// The part of the units, in percent of the longer list, that two outputs of one body share at least. Two districts of
/// one name in different cities have departments of the same names, but not the same townships.
const SHARED_PERCENT: usize = 80;

/// Returns a finding for each run with a body that has the name of another body of the same year and probably is that
/// body: it has the same units, or, where the units of one are unknown, lies on another level. Both count.
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
    found
}

fn may_be_one(units: &UnitsByBody, year: u16, one: &str, other: &str) -> bool {
    let names = |body: &str| -> Option<BTreeSet<&str>> {
        let units = units.get(body)?.get(&year)?;
        Some(units.iter().map(|unit| unit.name.as_str()).collect()).filter(|names: &BTreeSet<_>| !names.is_empty())
    };
    let level = |body: &str| body.matches('/').count();
    match (names(one), names(other)) {
        (Some(one), Some(other)) => {
            let shared = one.intersection(&other).count();
            shared * 100 >= one.len().max(other.len()) * SHARED_PERCENT
        }
        _ => level(one) != level(other),
    }
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
    use crate::levels::unit_identity::UnitNames;

    #[test]
    fn bodies_of_one_name_are_one_if_their_units_are() {
        let unit = |name: &str| UnitNames { id: name.to_owned(), name: name.to_owned(), other_names: Vec::new() };
        let of = |names: &[&str]| BTreeMap::from([(2024, names.iter().map(|name| unit(name)).collect::<Vec<_>>())]);
        let units = BTreeMap::from([
            ("国/甲市/鼓楼区".to_owned(), of(&["财政局", "甲镇", "乙镇"])),
            ("国/乙市/鼓楼区".to_owned(), of(&["财政局", "丙镇", "丁镇"])),
            ("国/鼓楼区".to_owned(), of(&["财政局", "甲镇", "乙镇"])),
        ]);
        let is_one = |one: &str, other: &str| may_be_one(&units, 2024, one, other);
        assert!(is_one("国/甲市/鼓楼区", "国/鼓楼区") && !is_one("国/甲市/鼓楼区", "国/乙市/鼓楼区"));
        // Units of bodies in a roll-up are not known.
        assert!(is_one("国/丁市/鼓楼区", "国/鼓楼区") && !is_one("国/丁市/鼓楼区", "国/甲市/鼓楼区"));
    }
}
