//! The tables of an output folder that are needed to compare two runs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::message::Message;

/// A parsed CSV table: its header and rows.
#[derive(Debug, Clone, Default)]
pub struct TextTable {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl TextTable {
    /// Parses a CSV that has at least the columns `wanted`.
    ///
    /// # Errors
    /// A message if it is damaged or lacks a column.
    pub fn parse(bytes: &[u8], wanted: &[&str]) -> Result<Self, Message> {
        let malformed = |_| Message::new("不是这种表，或已损坏", "it is no such table, or it is damaged");
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(malformed)?;
        let header: csv::StringRecord = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        if let Some(missing) = wanted.iter().find(|name| !header.iter().any(|column| column == **name)) {
            return Err(Message::new(format!("缺少“{missing}”列"), format!("it has no column {missing}")));
        }
        let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(malformed)?;
        Ok(Self { header, rows })
    }

    /// Returns the rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = TextRow<'_>> {
        self.rows.iter().map(|cells| TextRow { header: &self.header, cells })
    }

    /// Returns the rows that can be deserialised as records.
    fn records<R: DeserializeOwned>(&self) -> Vec<R> {
        self.rows.iter().filter_map(|row| row.deserialize(Some(&self.header)).ok()).collect()
    }
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextRow<'a> {
    header: &'a csv::StringRecord,
    cells: &'a csv::StringRecord,
}

impl<'a> TextRow<'a> {
    /// Returns the cell in a column; empty if there is no such column.
    pub(super) fn get(self, column: &str) -> &'a str {
        self.header.iter().position(|name| name == column).and_then(|at| self.cells.get(at)).unwrap_or("")
    }
}

/// A row of `units.csv`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct UnitRecord {
    /// The unit's key in both runs.
    #[serde(skip)]
    pub(super) key: String,
    pub(super) unit_id: String,
    pub(super) unit: String,
    pub(super) status: String,
    pub(super) file: String,
}

/// A row of `findings.csv`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FindingRecord {
    /// The key of its unit in both runs.
    #[serde(skip)]
    pub(super) key: String,
    #[serde(rename = "finding_id")]
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) severity: String,
    pub(super) unit_id: String,
    pub(super) unit: String,
    pub(super) indicator: String,
    pub(super) checks: String,
    pub(super) given: String,
    pub(super) file: String,
    pub(super) status: String,
}

/// The outputs of one run.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub(super) facts: TextTable,
    pub(super) units: Vec<UnitRecord>,
    pub(super) findings: Vec<FindingRecord>,
    totals: Vec<(String, String)>,
    year: Option<String>,
    /// Date of the run, if one was given.
    pub(super) date: Option<NaiveDate>,
    /// SHA-256 of each input, by file.
    digests: BTreeMap<String, String>,
    /// The file that counts for each unit, by the unit's key.
    counted: BTreeMap<String, String>,
}

/// The part of `manifest.json` that is read.
#[derive(Default, Deserialize)]
struct ManifestRecord {
    #[serde(default)]
    options: BTreeMap<String, String>,
    inputs: Vec<InputDigest>,
}

#[derive(Deserialize)]
struct InputDigest {
    file: String,
    sha256: Option<String>,
}

impl Snapshot {
    /// The tables it is made of, below `data/`, in the order of the argument of [`Self::new`].
    pub const TABLES: [&'static str; 4] = ["facts.csv", "units.csv", "findings.csv", "totals.csv"];
    /// The required columns of each table.
    pub const COLUMNS: [&'static [&'static str]; 4] = [
        &["unit_id", "unit", "indicator", "value", "file"],
        &["unit_id", "unit", "status", "file"],
        &["finding_id", "rule", "severity", "unit_id", "unit", "indicator", "checks", "given", "file", "status"],
        &["year", "indicator", "total"],
    ];

    /// Builds a snapshot from the four tables.
    #[must_use]
    pub fn new([facts, units, findings, totals]: [TextTable; 4]) -> Self {
        let mut units: Vec<UnitRecord> = units.records();
        for row in &mut units {
            row.key = unit_key(&row.unit_id, &row.unit);
        }
        let mut findings: Vec<FindingRecord> = findings.records();
        for row in &mut findings {
            row.key = unit_key(&row.unit_id, &row.unit);
        }
        let counted = facts
            .rows()
            .map(|row| (unit_key(row.get("unit_id"), row.get("unit")), row.get("file").to_owned()))
            .collect();
        Self {
            units,
            findings,
            year: totals.rows().map(|row| row.get("year").to_owned()).find(|year| !year.is_empty()),
            totals: totals.rows().map(|row| (row.get("indicator").to_owned(), row.get("total").to_owned())).collect(),
            date: None,
            digests: BTreeMap::new(),
            counted,
            facts,
        }
    }

    /// Adds the digests of the inputs by file, so that a file that was only moved is recognised.
    #[must_use]
    pub fn with_digests(mut self, digests: impl IntoIterator<Item = (String, String)>) -> Self {
        self.digests.extend(digests);
        self
    }

    /// Adds the date and the digests of the inputs from a manifest; nothing if it is damaged.
    #[must_use]
    pub fn with_manifest(mut self, manifest: &[u8]) -> Self {
        let ManifestRecord { options, inputs } = serde_json::from_slice(manifest).unwrap_or_default();
        self.date = options.get("date").and_then(|date| date.parse().ok());
        self.with_digests(inputs.into_iter().filter_map(|input| Some((input.file, input.sha256?))))
    }

    /// Returns the report year, if known.
    #[must_use]
    pub fn year(&self) -> Option<&str> {
        self.year.as_deref()
    }

    /// Returns the totals by indicator.
    pub(super) fn totals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.totals.iter().map(|(indicator, total)| (indicator.as_str(), total.as_str()))
    }

    /// Returns the file of a unit that counts.
    pub(super) fn counted_file(&self, key: &str) -> Option<&str> {
        self.counted.get(key).map(String::as_str)
    }

    /// Returns the digest of an input.
    pub(super) fn digest(&self, file: &str) -> Option<&str> {
        self.digests.get(file).map(String::as_str)
    }

    /// Returns the row that gives the unit's status: that of the counted file, else the first one that was not
    /// superseded, else the first one.
    pub(super) fn deciding_row<'a>(&self, rows: &[&'a UnitRecord]) -> Option<&'a UnitRecord> {
        let is_counted = |row: &&&UnitRecord| {
            self.counted_file(&row.key) == Some(row.file.as_str())
                && matches!(row.status.as_str(), "accepted" | "queried" | "flagged")
        };
        let counted = rows.iter().find(is_counted);
        let replaced = || rows.iter().find(|row| row.status != "superseded");
        counted.or_else(replaced).or(rows.first()).copied()
    }

    /// Returns the rows of `units.csv` by unit.
    pub(super) fn units_by_key(&self) -> BTreeMap<&str, Vec<&UnitRecord>> {
        let mut by_key: BTreeMap<&str, Vec<&UnitRecord>> = BTreeMap::new();
        for row in &self.units {
            by_key.entry(&row.key).or_default().push(row);
        }
        by_key
    }
}

/// Returns the key of a unit in both runs: its id, or its name if it is not on the roster.
pub(super) fn unit_key(unit_id: &str, unit: &str) -> String {
    if unit_id.is_empty() { format!("\u{1}{unit}") } else { unit_id.to_owned() }
}

/// Returns the rank of each unit: the order of the newer run, then the units that only the older one has.
pub(super) fn unit_ranks(newer: &Snapshot, older: &Snapshot) -> BTreeMap<String, usize> {
    let mut ranks = BTreeMap::new();
    for snapshot in [newer, older] {
        let keys = snapshot.units.iter().map(|row| &row.key).chain(snapshot.findings.iter().map(|row| &row.key));
        for key in keys {
            let next = ranks.len();
            ranks.entry(key.clone()).or_insert(next);
        }
    }
    ranks
}
