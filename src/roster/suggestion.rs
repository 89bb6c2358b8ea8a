//! Suggestions of units with names similar to a given one.

use std::collections::BTreeSet;

use super::{MAX_NEAREST, NameWords, Roster, Unit};
use crate::spelling::edit_distance;

impl Roster {
    /// Returns the units with names within a few characters of a given name or its full form, nearest first. They may
    /// be misspellings or different units, so a person must decide.
    #[must_use]
    pub fn spelt_alike(&self, name: &str) -> Vec<usize> {
        let words = NameWords::official();
        let bodies = |name: &str| -> BTreeSet<Vec<char>> {
            let readings = words.readings(&words.normal(name), self.county());
            let forms = readings.into_iter().flat_map(|reading| [words.full_form(&reading.body), reading.body]);
            forms.map(|form| form.chars().collect()).collect()
        };
        let given = bodies(name);
        let distance = |unit: &Unit| {
            let own: BTreeSet<Vec<char>> =
                std::iter::once(&unit.name).chain(&unit.aliases).flat_map(|name| bodies(name)).collect();
            let pairs = own.iter().flat_map(|own| given.iter().map(move |given| (own, given)));
            let near = pairs.filter_map(|(own, given)| {
                let distance = edit_distance(own, given);
                let length = own.len().max(given.len());
                (distance <= max_misspelt(length)).then_some(distance)
            });
            near.min()
        };
        let units = self.units.iter().enumerate();
        let mut near: Vec<(usize, usize)> = units.filter_map(|(at, unit)| Some((distance(unit)?, at))).collect();
        near.sort_unstable();
        near.into_iter().take(MAX_NEAREST).map(|(_, at)| at).collect()
    }
}

/// Returns the maximum edit distance of a suggested name, in characters.
fn max_misspelt(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_offered_and_never_taken() {
        let unit = |name: &str| Unit { id: name.to_owned(), name: name.to_owned(), ..Unit::default() };
        let units = ["示例县财政局", "示例县市场监督管理局", "示例县甲山镇人民政府"].map(unit);
        let roster = Roster::of_units(units.into()).expect("names differ");
        for (name, unit) in [("示例县财证局", 0), ("市场监督管里局", 1), ("甲山真人民政府", 2)] {
            assert_eq!(roster.find(name), super::super::Matched::None, "{name}");
            assert_eq!(roster.spelt_alike(name).first(), Some(&unit), "{name}");
        }
        assert!(roster.spelt_alike("供销合作社联合社").is_empty());
    }
}
