//! Identity of units over the years: a unit that was renamed or merged is the unit of the latest year. Only names
//! decide: many rosters number their units anew each year, so that a code may be another unit's.

use std::collections::BTreeMap;

use crate::spelling::key;

/// The names of a unit in one year, with those that earlier years may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnitNames {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) other_names: Vec<String>,
}

/// The units of each body, by its path and the year.
pub(super) type UnitsByBody = BTreeMap<String, BTreeMap<u16, Vec<UnitNames>>>;

/// The id and name of a unit in the latest year that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnitIdentity {
    pub(super) id: String,
    pub(super) name: String,
}

/// The units of a body by their names of all years.
#[derive(Debug, Default)]
pub(super) struct UnitIdentities(BTreeMap<String, UnitIdentity>);

impl UnitIdentities {
    /// Joins the units of several years. Later years take precedence; within a year, a unit's own name takes precedence
    /// over another unit's former name.
    pub(super) fn build(years: &BTreeMap<u16, Vec<UnitNames>>) -> Self {
        let mut known: BTreeMap<String, UnitIdentity> = BTreeMap::new();
        for units in years.values().rev() {
            let identity = |unit: &UnitNames| {
                let later = known.get(&key(&unit.name)).cloned();
                later.unwrap_or_else(|| UnitIdentity { id: unit.id.clone(), name: unit.name.clone() })
            };
            let identities: Vec<UnitIdentity> = units.iter().map(identity).collect();
            for (unit, identity) in units.iter().zip(&identities) {
                known.entry(key(&unit.name)).or_insert_with(|| identity.clone());
            }
            for (unit, identity) in units.iter().zip(&identities) {
                for name in &unit.other_names {
                    known.entry(key(name)).or_insert_with(|| identity.clone());
                }
            }
        }
        Self(known)
    }

    /// Returns the unit of an id and name.
    pub(super) fn find(&self, id: &str, name: &str) -> UnitIdentity {
        let found = self.0.get(&key(name)).cloned();
        found.unwrap_or_else(|| UnitIdentity { id: id.to_owned(), name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, name: &str, others: &[&str]) -> UnitNames {
        let other_names = others.iter().map(|name| (*name).to_owned()).collect();
        UnitNames { id: id.to_owned(), name: name.to_owned(), other_names }
    }

    #[test]
    fn renamed_and_merged_units_are_those_of_the_latest_year() {
        let years = BTreeMap::from([
            (2022, vec![unit("1", "甲山乡", &[]), unit("乙水乡", "乙水乡", &[]), unit("3", "丙林镇", &[])]),
            (2023, vec![unit("1", "甲山镇", &["甲山乡"]), unit("乙水乡", "乙水乡", &[]), unit("3", "丙林镇", &[])]),
            (2024, vec![unit("1", "甲山街道", &["甲山镇", "乙水乡", "丙林镇"]), unit("3", "丙林镇", &[])]),
        ]);
        let identities = UnitIdentities::build(&years);
        let of = |id: &str, name: &str| identities.find(id, name).name;
        assert_eq!(of("甲山乡", "甲山乡"), "甲山街道");
        assert_eq!(of("乙水乡", "乙水乡"), "甲山街道");
        assert_eq!(of("3", "丙林镇"), "丙林镇");
        assert_eq!(of("4", "丁河乡"), "丁河乡");
    }

    #[test]
    fn a_code_that_another_unit_had_is_no_identity() {
        let years = BTreeMap::from([
            (2023, vec![unit("1", "甲局", &[]), unit("2", "乙局", &[])]),
            (2024, vec![unit("1", "乙局", &[]), unit("2", "甲局", &[])]),
        ]);
        let identities = UnitIdentities::build(&years);
        assert_eq!(identities.find("1", "甲局"), UnitIdentity { id: "2".to_owned(), name: "甲局".to_owned() });
    }
}
