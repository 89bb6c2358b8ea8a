//! `data/manifest.json`: the receipt of a run, with which every number can be reproduced.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::{Failure, docx, letters};
use crate::corpus::PriorLetter;
use crate::outcome::Outcome;
use crate::roster::day_in_words;
use crate::rules;
use crate::source::digest;

#[derive(Serialize)]
struct Manifest<'a> {
    program: &'static str,
    version: &'static str,
    rules: Vec<&'static str>,
    time: &'a str,
    year: Option<u16>,
    form: &'a str,
    /// Whether the units that had to report are known.
    has_roster: bool,
    options: &'a BTreeMap<String, String>,
    changed_severities: BTreeMap<&'a str, &'static str>,
    counts: BTreeMap<&'static str, usize>,
    inputs: Vec<Input<'a>>,
    left_aside: Vec<&'a str>,
    previous_of_nobody: &'a [String],
    /// The number of the round in a work folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<u32>,
    /// Digest of everything the outputs are made from, except the date.
    made_from: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    letters: BTreeMap<String, ManifestLetter>,
    outputs: &'a [WrittenOutput],
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenOutput {
    /// Its path within the output folder, with `/`.
    pub path: String,
    /// The digest of its bytes as written. If a person's edited file is kept in its place, that file has another
    /// digest.
    pub sha256: String,
    /// The digest of its content without its date.
    pub made_from: String,
}

impl WrittenOutput {
    /// Returns the record of a file that is compared by its bytes.
    #[must_use]
    pub fn of_file(path: &str, sha256: String) -> Self {
        Self { path: path.to_owned(), made_from: sha256.clone(), sha256 }
    }

    /// Returns the record of a written file. `read` returns its bytes and is only called for documents.
    #[must_use]
    pub fn new(outcome: &Outcome, path: &str, sha256: String, read: impl FnOnce() -> Option<Vec<u8>>) -> Self {
        let is_document = Path::new(path).extension().is_some_and(|ending| ending == "docx");
        let date = letters::date_of(outcome, &sha256).map(day_in_words).unwrap_or_default();
        let bytes = if is_document { read() } else { None };
        let text = bytes.and_then(|bytes| docx::text_digest(&bytes, &date));
        Self { path: path.to_owned(), made_from: text.unwrap_or_else(|| sha256.clone()), sha256 }
    }
}

/// The latest letter to a unit.
#[derive(Serialize)]
struct ManifestLetter {
    date: Option<String>,
    findings: Vec<String>,
    round: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Input<'a> {
    file: &'a str,
    sha256: Option<&'a str>,
    size: Option<u64>,
    reader: &'static str,
    /// The round of a work folder in which the file first came with its present content.
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<u32>,
    /// The paths at which the file was in earlier rounds.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    earlier_paths: &'a [String],
}

/// Returns the files left aside, sorted, whether by name or after reading.
fn left_aside(outcome: &Outcome) -> Vec<&str> {
    let mut files: Vec<&str> = outcome.left_aside.iter().map(String::as_str).chain(outcome.files_aside()).collect();
    files.sort_unstable();
    files
}

/// Returns a digest of everything the outputs are made from, except the date: program, options, inputs, roster,
/// decisions, and the units missing after the deadline. If it is unchanged, a round has nothing new.
#[must_use]
pub fn made_from(outcome: &Outcome) -> String {
    let new_answers = outcome.answers.iter().filter(|answer| !answer.is_recorded);
    let new_answers = new_answers.map(|answer| (answer.finding.as_str(), answer.text.as_str()));
    let mut lines = vec![env!("CARGO_PKG_VERSION").to_owned(), outcome.decisions.digest(new_answers)];
    let options = outcome.settings.options.iter().filter(|(name, _)| *name != "date");
    lines.extend(options.map(|(name, value)| format!("{name}={value}")));
    lines.push(format!("{:?} {:?}", outcome.settings.contact, outcome.settings.severities));
    lines.extend(outcome.corpus.units.iter().map(|unit| format!("{unit:?}")));
    lines.extend(outcome.receipts.iter().map(|receipt| {
        let digest = receipt.digest.as_ref().map_or("", |digest| &digest.sha256);
        format!("{} {digest}", receipt.file)
    }));
    // These change on the due date alone.
    let missing = outcome.findings.iter().filter(|finding| ["U02", "U04"].contains(&finding.rule.text()));
    lines.extend(missing.map(|finding| format!("{:?} {}", finding.unit(), finding.severity.word())));
    lines.extend(outcome.settings.templates.iter().map(|(name, bytes)| format!("{name} {}", digest(bytes).sha256)));
    digest(lines.join("\n").as_bytes()).sha256
}

/// Writes the receipt. It is the only output with the time of the run.
///
/// # Errors
/// The error of the writer.
pub fn write(outcome: &Outcome, time: &str, outputs: &[WrittenOutput], out: &mut dyn Write) -> Result<(), Failure> {
    let verdict = outcome.verdict();
    let input = |receipt: &'_ crate::outcome::Receipt| {
        (receipt.digest.as_ref().map(|digest| digest.sha256.clone()), receipt.digest.as_ref().map(|digest| digest.size))
    };
    let digests: Vec<_> = outcome.receipts.iter().map(input).collect();
    let inputs = outcome.receipts.iter().zip(&digests).map(|(receipt, (sha256, size))| Input {
        file: &receipt.file,
        sha256: sha256.as_deref(),
        size: *size,
        reader: receipt.format.word(),
        round: outcome.history.as_ref().and_then(|history| history.received.get(&receipt.file).copied()),
        earlier_paths: outcome.history.as_ref().map_or(&[], |history| history.earlier_paths_of(&receipt.file)),
    });
    let letter = |(unit, letter): (String, PriorLetter)| {
        let PriorLetter { date, findings, round, review, sha256 } = letter;
        let (date, findings) = (date.map(|date| date.to_string()), findings.into_iter().collect());
        (unit, ManifestLetter { date, findings, round, review, sha256 })
    };
    let written = outputs.iter().map(|output| (output.path.as_str(), output.sha256.as_str())).collect();
    let manifest = Manifest {
        program: "huizong",
        version: env!("CARGO_PKG_VERSION"),
        rules: rules::ALL.iter().map(|rule| rule.code.text()).collect(),
        time,
        year: outcome.corpus.year.known(),
        form: &outcome.corpus.form().id,
        has_roster: outcome.corpus.has_roster,
        options: &outcome.settings.options,
        changed_severities: outcome
            .settings
            .severities
            .iter()
            .map(|(code, severity)| (code.as_str(), severity.word()))
            .collect(),
        counts: BTreeMap::from([
            ("files", verdict.files),
            ("left_aside", verdict.left_aside),
            ("units_expected", verdict.expected),
            ("units_received", verdict.received),
            ("reports_counted", verdict.counted),
            ("must_fix", verdict.counts.must_fix),
            ("must_explain", verdict.counts.must_explain),
            ("notes", verdict.counts.notes),
        ]),
        inputs: inputs.collect(),
        left_aside: left_aside(outcome),
        previous_of_nobody: &outcome.corpus.unmatched_prior_units,
        round: outcome.history.as_ref().map(|history| history.round),
        made_from: made_from(outcome),
        letters: letters::latest_letters(outcome, &written).into_iter().map(letter).collect(),
        outputs,
    };
    serde_json::to_writer_pretty(&mut *out, &manifest)?;
    out.write_all(b"\n")?;
    Ok(())
}
