//! Sums of this year and last year over the units with known figures in both years.

use std::collections::BTreeMap;

use polars::prelude::*;
use rust_decimal::Decimal;

use super::{Corpus, column, decimals, query};
use crate::error::Result;

/// Names of columns that only this query uses.
const GROUP: &str = "group";
const SIZE: &str = "size";
const KNOWN: &str = "known";

/// Sums of both years over the same units.
#[derive(Debug, Clone, Copy, Default)]
pub struct YearSums {
    /// This year's sum.
    pub now: Decimal,
    /// Last year's.
    pub then: Decimal,
    /// Number of units in both sums.
    pub units: u32,
}

impl Corpus {
    /// Returns the sums of groups of indicators, by group name. A unit is included if all figures of the group are
    /// known in both years; invalid figures count as unknown.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn year_sums(&self, groups: &[(&str, &[&str])]) -> Result<BTreeMap<String, YearSums>> {
        let mut sums = BTreeMap::new();
        for entries in self.parts().filter(|entries| entries.iter().any(|entry| self.prior_report(*entry).is_some())) {
            let facts = self.compare_with_last_year(entries)?;
            add_part(facts, groups, &mut sums).map_err(query("sums of both years"))?;
        }
        Ok(sums)
    }
}

fn add_part(facts: LazyFrame, groups: &[(&str, &[&str])], sums: &mut BTreeMap<String, YearSums>) -> PolarsResult<()> {
    let items = || groups.iter().flat_map(|(name, ids)| ids.iter().map(move |id| (*name, *id, ids.len())));
    let members = DataFrame::new_infer_height(vec![
        Column::new(GROUP.into(), items().map(|(name, ..)| name).collect::<Vec<_>>()),
        Column::new(column::INDICATOR_ID.into(), items().map(|(_, id, _)| id).collect::<Vec<_>>()),
        Column::new(SIZE.into(), items().map(|(.., size)| super::frame::as_key(size)).collect::<Vec<_>>()),
    ])?;
    let both = col(column::ADDED).is_not_null().and(col(column::THEN).is_not_null());
    let facts = facts.filter(both).inner_join(members.lazy(), col(column::INDICATOR_ID), col(column::INDICATOR_ID));
    let sums_of_both = || [col(column::ADDED).sum(), col(column::THEN).sum()];
    let by_unit = facts
        .group_by([col(column::ENTRY), col(GROUP), col(SIZE)])
        .agg([&sums_of_both()[..], &[col(column::INDICATOR).count().alias(KNOWN)]].concat());
    let whole = by_unit.filter(col(KNOWN).eq(col(SIZE)));
    let rows =
        whole.group_by([col(GROUP)]).agg([&sums_of_both()[..], &[col(column::ENTRY).count()]].concat()).collect()?;
    let (now, then) = (decimals(&rows, column::ADDED)?, decimals(&rows, column::THEN)?);
    let units = rows.column(column::ENTRY)?.u32()?;
    for (at, group) in rows.column(GROUP)?.str()?.iter().enumerate() {
        let known: &mut YearSums = sums.entry(group.unwrap_or_default().to_owned()).or_default();
        known.now += now[at].unwrap_or_default();
        known.then += then[at].unwrap_or_default();
        known.units += units.get(at).unwrap_or_default();
    }
    Ok(())
}
