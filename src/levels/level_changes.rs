//! Differences from an earlier roll-up: new and removed bodies and years, coverage, and totals.

use std::collections::{BTreeMap, BTreeSet};

use super::text_rows::damaged_table;
use super::{COVERAGE_COLUMNS, LevelRollup};
use crate::message::Message;

/// Kinds of difference, in the order in which they are listed for a body and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LevelDifference {
    /// The body and year is new.
    Received,
    /// The body and year is gone.
    Gone,
    /// A changed number of units, reports or findings.
    Coverage,
    /// A changed total.
    Figure,
}

impl LevelDifference {
    /// Returns the word in `data/changes.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Gone => "gone",
            Self::Coverage => "coverage",
            Self::Figure => "figure",
        }
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Received => "新增",
            Self::Gone => "不再有",
            Self::Coverage => "个数变动",
            Self::Figure => "合计变动",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LevelChange {
    /// Position of the body and year; `None` if it is gone.
    pub edition: Option<usize>,
    /// The kind of difference.
    pub what: LevelDifference,
    /// Position of the indicator in the form, or of the count among the columns of `bodies.csv`; used for sorting.
    place: usize,
    /// The path of the body.
    pub body_path: String,
    /// The report year.
    pub year: u16,
    /// The indicator, or the count's column in `bodies.csv`.
    pub indicator: String,
    /// The older value; empty if there was none.
    pub before: String,
    /// The newer value; empty if there is none.
    pub after: String,
}

/// Compares a roll-up with the tables of an earlier one. The tables are read row by row, because those of a country are
/// large.
///
/// # Errors
/// A message that names the damaged table.
pub fn level_changes(rollup: &LevelRollup, bodies: &[u8], totals: &[u8]) -> Result<Vec<LevelChange>, Message> {
    let key = |at: usize| {
        let edition = &rollup.years[at];
        let path = rollup.bodies[edition.body].path.clone();
        (path, edition.year, rollup.forms.all[edition.form].id.clone())
    };
    let by_key = (0..rollup.years.len()).map(|at| (key(at), at)).collect();
    let mut comparison = LevelComparison { rollup, by_key, seen: BTreeSet::new(), changes: Vec::new() };
    for_each_row("bodies.csv", bodies, &mut |row| comparison.compare_coverage(&row))?;
    for_each_row("totals.csv", totals, &mut |row| comparison.compare_total(&row))?;
    comparison.add_received();
    let mut changes = comparison.changes;
    // Removed bodies and years are last.
    changes.sort_by(|a, b| (a.edition.is_none(), a).cmp(&(b.edition.is_none(), b)));
    Ok(changes)
}

/// The path of a body, a year and the id of a form.
type PriorKey = (String, u16, String);

/// A comparison under construction.
struct LevelComparison<'a> {
    rollup: &'a LevelRollup,
    by_key: BTreeMap<PriorKey, usize>,
    /// The positions of bodies and years that the earlier roll-up has.
    seen: BTreeSet<usize>,
    changes: Vec<LevelChange>,
}

impl LevelComparison<'_> {
    /// Adds a difference about a body and year; `texts` are the older and the newer value.
    fn push(&mut self, key: &PriorKey, what: LevelDifference, (place, indicator): (usize, &str), texts: [&str; 2]) {
        self.changes.push(LevelChange {
            edition: self.by_key.get(key).copied(),
            what,
            place,
            body_path: key.0.clone(),
            year: key.1,
            indicator: indicator.to_owned(),
            before: texts[0].to_owned(),
            after: texts[1].to_owned(),
        });
    }

    fn compare_coverage(&mut self, row: &PriorRow<'_>) {
        let Some(edition) = self.by_key.get(&row.key).copied() else {
            self.push(&row.key, LevelDifference::Gone, (0, ""), ["", ""]);
            return;
        };
        self.seen.insert(edition);
        for (place, column) in COVERAGE_COLUMNS.iter().enumerate() {
            let after = self.rollup.years[edition].coverage.get(column).to_string();
            // An earlier version may not have written the column.
            if let Some(before) = row.find(column).filter(|before| *before != after) {
                self.push(&row.key, LevelDifference::Coverage, (place, column), [before, &after]);
            }
        }
    }

    fn compare_total(&mut self, row: &PriorRow<'_>) {
        let Some(edition) = self.by_key.get(&row.key).copied() else { return };
        let indicator = row.get("indicator");
        let form = &self.rollup.forms.all[self.rollup.years[edition].form];
        let Some(place) = form.position(indicator) else { return };
        let after = self.rollup.sums_at(edition, place).and_then(|sums| sums.total);
        let after = after.map(|total| total.normalize().to_string()).unwrap_or_default();
        if row.get("total") != after {
            self.push(&row.key, LevelDifference::Figure, (place, indicator), [row.get("total"), &after]);
        }
    }

    fn add_received(&mut self) {
        let is_new = |(_, at): &(PriorKey, usize)| !self.seen.contains(at);
        let keys: Vec<(PriorKey, usize)> =
            self.by_key.iter().map(|(key, at)| (key.clone(), *at)).filter(is_new).collect();
        for (key, _) in keys {
            self.push(&key, LevelDifference::Received, (0, ""), ["", ""]);
        }
    }
}

/// A row of a table of an earlier roll-up.
struct PriorRow<'a> {
    /// The body's path, the year and the form.
    key: PriorKey,
    header: &'a csv::StringRecord,
    cells: &'a csv::StringRecord,
}

impl PriorRow<'_> {
    fn find(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name == column)?;
        self.cells.get(at)
    }

    fn get(&self, column: &str) -> &str {
        self.find(column).unwrap_or("")
    }
}

fn for_each_row(name: &str, bytes: &[u8], each: &mut dyn FnMut(PriorRow<'_>)) -> Result<(), Message> {
    let damaged = || damaged_table(name);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|_| damaged())?.clone();
    let column = |name: &str| header.iter().position(|column| column == name).ok_or_else(damaged);
    let [path, year, form] = [column("body_path")?, column("year")?, column("form")?];
    let mut cells = csv::StringRecord::new();
    while reader.read_record(&mut cells).map_err(|_| damaged())? {
        let text = |at: usize| cells.get(at).unwrap_or("").to_owned();
        let key = (text(path), text(year).parse().map_err(|_| damaged())?, text(form));
        each(PriorRow { key, header: &header, cells: &cells });
    }
    Ok(())
}
