//! Reader of the previous round's results from its outputs: the files that counted, and the letters with their dates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::corpus::PriorLetter;
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
    #[serde(default)]
    earlier_paths: Vec<String>,
}

/// The date and findings of a unit's latest letter.
#[derive(Debug, Deserialize)]
struct LetterRecord {
    date: Option<String>,
    findings: Vec<String>,
    #[serde(default)]
    round: u32,
    review: Option<(String, String)>,
    sha256: Option<String>,
}

#[derive(Debug, Deserialize)]
struct UnitStatusRow {
    unit_id: String,
    status: String,
    file: String,
    must_fix: u32,
    must_explain: u32,
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
    for InputRecord { file, sha256, round: received, earlier_paths } in receipt.inputs {
        let Some(sha256) = sha256 else { continue };
        let file = (file, sha256);
        if !earlier_paths.is_empty() {
            rounds.earlier_paths.insert(file.clone(), earlier_paths);
        }
        rounds.received.insert(file, received.unwrap_or(round));
    }
    let units = results.join("data").join("units.csv");
    let mut reader = csv::Reader::from_path(&units).map_err(|_| damaged())?;
    for row in reader.deserialize::<UnitStatusRow>() {
        add_row(&mut rounds, row.map_err(|_| damaged())?);
    }
    let date = receipt.options.get("date").and_then(|date| date.parse().ok());
    for (unit, LetterRecord { date, findings, round, review, sha256 }) in receipt.letters {
        let date = date.and_then(|date| date.parse().ok());
        let findings: BTreeSet<String> = findings.into_iter().collect();
        rounds.letters.insert(unit, PriorLetter { date, findings, round, review, sha256 });
    }
    Ok(RoundRecord { round, year: receipt.year, date, made_from: receipt.made_from.unwrap_or_default(), rounds })
}

/// Records the status of a file, and what its unit was asked.
fn add_row(rounds: &mut PriorRounds, row: UnitStatusRow) {
    let UnitStatusRow { unit_id, status, file, must_fix, must_explain } = row;
    if unit_id.is_empty() {
        return;
    }
    if must_fix + must_explain > 0 {
        rounds.asked.insert(unit_id.clone());
    }
    match status.as_str() {
        "accepted" | "queried" | "flagged" => drop(rounds.counted.entry(unit_id).or_insert(file)),
        "superseded" => drop(rounds.superseded.insert(file)),
        "conflicting" => drop(rounds.disputed.insert(unit_id)),
        _ => {}
    }
}
