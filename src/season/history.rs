//! Reader of the previous round's results from its outputs: the files that counted, and the letters with their dates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::message::Message;
use crate::pipeline::PriorRounds;
use crate::report::MANIFEST;

/// The record of a round in its manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundRecord {
    /// Number of the round.
    pub round: u32,
    /// The report year.
    pub year: Option<u16>,
    /// Date of the round.
    pub date: Option<NaiveDate>,
    /// Digest of all of its inputs.
    pub made_from: String,
    /// The data for the next round.
    pub rounds: PriorRounds,
}

/// The part of `manifest.json` that is read.
#[derive(Debug, Deserialize)]
struct ReceiptRecord {
    round: Option<u32>,
    year: Option<u16>,
    made_from: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
    #[serde(default)]
    inputs: Vec<InputRecord>,
    #[serde(default)]
    letters: BTreeMap<String, LetterRecord>,
}

#[derive(Debug, Deserialize)]
struct InputRecord {
    file: String,
    sha256: Option<String>,
    round: Option<u32>,
}

/// The date and findings of a unit's latest letter.
#[derive(Debug, Deserialize)]
struct LetterRecord {
    date: Option<String>,
    findings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct UnitStatusRow {
    unit_id: String,
    status: String,
    file: String,
}

/// Reads the record of a round from its outputs.
///
/// # Errors
/// `Error` if they are damaged.
pub fn read_record(results: &Path) -> Result<RoundRecord> {
    let path = MANIFEST.split('/').fold(results.to_owned(), |path, part| path.join(part));
    let bytes = std::fs::read(&path).map_err(|source| Error::Path { path: path.clone(), source })?;
    let damaged = || Error::Given {
        file: path.display().to_string(),
        why: Message::new("已损坏，请用“历次”中的上一次结果代替", "it is damaged; put the round before in its place"),
    };
    let receipt: ReceiptRecord = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    let round = receipt.round.unwrap_or(0);
    let mut rounds = PriorRounds { round, ..PriorRounds::default() };
    for InputRecord { file, sha256, round: received } in receipt.inputs {
        if let Some(sha256) = sha256 {
            rounds.received.insert((file, sha256), received.unwrap_or(round));
        }
    }
    let units = results.join("data").join("units.csv");
    let mut reader = csv::Reader::from_path(&units).map_err(|_| damaged())?;
    for row in reader.deserialize::<UnitStatusRow>() {
        let row = row.map_err(|_| damaged())?;
        let is_counted = matches!(row.status.as_str(), "accepted" | "queried" | "flagged");
        if is_counted && !row.unit_id.is_empty() {
            rounds.counted.entry(row.unit_id.clone()).or_insert(row.file);
        }
    }
    let date = receipt.options.get("date").and_then(|date| date.parse().ok());
    for (unit, LetterRecord { date, findings }) in receipt.letters {
        let date = date.and_then(|date| date.parse().ok());
        let findings: BTreeSet<String> = findings.into_iter().collect();
        rounds.letters.insert(unit, crate::corpus::PriorLetter { date, findings });
    }
    Ok(RoundRecord { round, year: receipt.year, date, made_from: receipt.made_from.unwrap_or_default(), rounds })
}
