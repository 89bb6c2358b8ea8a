//! `data/manifest.json`: the receipt. With it every number printed can be had again.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::Failure;
use crate::outcome::Outcome;
use crate::rules;

#[derive(Serialize)]
struct Manifest<'a> {
    program: &'static str,
    version: &'static str,
    rules: Vec<&'static str>,
    time: &'a str,
    year: Option<u16>,
    form: &'a str,
    options: &'a BTreeMap<String, String>,
    changed_severities: BTreeMap<&'a str, &'static str>,
    counts: BTreeMap<&'static str, usize>,
    inputs: Vec<Input<'a>>,
    left_aside: Vec<&'a str>,
    previous_of_nobody: &'a [String],
}

#[derive(Serialize)]
struct Input<'a> {
    file: &'a str,
    sha256: Option<&'a str>,
    size: Option<u64>,
    reader: &'static str,
}

/// The files left aside, by name alone or after a look at them, in order.
fn left_aside(outcome: &Outcome) -> Vec<&str> {
    let mut files: Vec<&str> = outcome.left_aside.iter().map(String::as_str).chain(outcome.files_aside()).collect();
    files.sort_unstable();
    files
}

/// Writes the receipt. The time of the run stands here and nowhere else in the outputs.
///
/// # Errors
/// What the writer says.
pub fn write(outcome: &Outcome, time: &str, out: &mut dyn Write) -> Result<(), Failure> {
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
    });
    let manifest = Manifest {
        program: "huizong",
        version: env!("CARGO_PKG_VERSION"),
        rules: rules::ALL.iter().map(|rule| rule.code.text()).collect(),
        time,
        year: outcome.corpus.year.known(),
        form: &outcome.corpus.form().id,
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
        previous_of_nobody: &outcome.corpus.past_of_nobody,
    };
    serde_json::to_writer_pretty(&mut *out, &manifest)?;
    out.write_all(b"\n")?;
    Ok(())
}
