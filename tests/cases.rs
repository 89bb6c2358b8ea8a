//! Regression cases: small inputs that once gave a wrong number, a false finding or a lost unit, in
//! `tests/cases/NAME/`.
//!
//! A case is a folder with `in/` (what the office received), optionally `roster.csv`, and `expect.toml`:
//!
//! ```toml
//! why = "one sentence: the situation and the right outcome"
//! options = ["--year", "2024"]        # further options of `huizong run`
//! findings = ["F10 甲山镇"]            # every finding but notes of V06, N05 and N06: code and unit, in any order
//! also = ["N03"]                       # codes that may have findings or not
//! says = [["S01", "p2!R4C9"]]          # for each list, a finding with all of its texts in its columns, the code first
//! year = 2024                          # the report year of the run
//!
//! [units]                              # status of every row of units.csv, by unit; several are joined by a space
//! "甲山镇" = "accepted"
//!
//! [figures."甲山镇"]
//! "t2.licences.processed" = "12"       # value of an indicator, or its state if it has none
//! "t3.received.total" = "text"
//!
//! [corrected]                          # corrected total of an indicator, empty if there is none
//! "t2.licences.processed" = "12"
//!
//! [totals]                             # total of an indicator, empty if there is none
//! "t2.licences.processed" = "12"
//! ```
//!
//! A folder without an `expect.toml` contains further cases.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::rows;
use serde::Deserialize;

/// Notes that most inputs have and no case is about.
const USUAL: [&str; 3] = ["V06", "N05", "N06"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(rename = "why")]
    _why: String,
    #[serde(default)]
    options: Vec<String>,
    year: Option<u16>,
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    says: Vec<Vec<String>>,
    #[serde(default)]
    units: BTreeMap<String, String>,
    #[serde(default)]
    figures: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    corrected: BTreeMap<String, String>,
    #[serde(default)]
    totals: BTreeMap<String, String>,
}

type Row = BTreeMap<String, String>;

/// Returns every folder with an `expect.toml`, sorted by name.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("a readable tree").into_path());
    files.filter(|path| path.ends_with("expect.toml")).map(|path| path.parent().expect("a folder").to_owned()).collect()
}

/// Runs a case and returns the differences from what is expected, one line each.
fn differences(case: &Path) -> String {
    let text = std::fs::read_to_string(case.join("expect.toml")).expect("a readable file");
    let expected: Expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.arg("run").arg(case.join("in")).arg("-o").arg(&out).args(["--data-only", "--quiet"]);
    if case.join("roster.csv").exists() {
        command.arg("--roster").arg(case.join("roster.csv"));
    }
    let ran = command.args(&expected.options).current_dir(case).output().expect("a binary that starts");
    if !ran.status.success() {
        return format!("exit {:?}: {}\n", ran.status.code(), String::from_utf8_lossy(&ran.stderr));
    }
    let data = out.join("data");
    let mut differences = String::new();
    of_units(&expected, &rows(&data.join("units.csv")), &mut differences);
    let findings = rows(&data.join("findings.csv"));
    of_findings(&expected, &findings, &mut differences);
    of_messages(&expected, &findings, &mut differences);
    of_figures(&expected, &rows(&data.join("facts.csv")), &mut differences);
    of_totals(&expected, &rows(&data.join("totals.csv")), &mut differences);
    differences
}

fn of_units(expected: &Expected, units: &[Row], differences: &mut String) {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in units {
        found.entry(row["unit"].clone()).or_default().push(&row["status"]);
    }
    let found: BTreeMap<String, String> = found.into_iter().map(|(unit, states)| (unit, states.join(" "))).collect();
    if found != expected.units {
        writeln!(differences, "units {found:?}, not {:?}", expected.units).expect("text");
    }
}

fn of_findings(expected: &Expected, findings: &[Row], differences: &mut String) {
    let is_usual = |row: &&Row| {
        row["severity"] == "note" && USUAL.contains(&row["rule"].as_str()) || expected.also.contains(&row["rule"])
    };
    let counted = findings.iter().filter(|row| !is_usual(row));
    let mut found: Vec<String> =
        counted.map(|row| format!("{} {}", row["rule"], row["unit"]).trim().to_owned()).collect();
    let mut wanted = expected.findings.clone();
    found.sort();
    wanted.sort();
    if found != wanted {
        writeln!(differences, "findings {found:?}, not {wanted:?}").expect("text");
        for row in findings.iter().filter(|row| !is_usual(row)) {
            writeln!(differences, "    {} {} {}", row["rule"], row["severity"], row["message"]).expect("text");
        }
    }
}

fn of_messages(expected: &Expected, findings: &[Row], differences: &mut String) {
    for wanted in &expected.says {
        let says =
            |row: &Row, text: &String| row["rule"] == *text || row["cell"] == *text || row["message"].contains(text);
        if !findings.iter().any(|row| wanted.iter().all(|text| says(row, text))) {
            writeln!(differences, "no finding says {wanted:?}").expect("text");
            for row in findings.iter().filter(|row| Some(&row["rule"]) == wanted.first()) {
                writeln!(differences, "    {} {} {}", row["rule"], row["cell"], row["message"]).expect("text");
            }
        }
    }
}

fn of_figures(expected: &Expected, facts: &[Row], differences: &mut String) {
    let read = |unit: &str, indicator: &str| {
        let fact = facts.iter().find(|row| row["unit"] == unit && row["indicator"] == indicator)?;
        Some(if fact["state"] == "number" { fact["value"].clone() } else { fact["state"].clone() })
    };
    for (unit, figures) in &expected.figures {
        for (indicator, wanted) in figures {
            let found = read(unit, indicator);
            if found.as_ref() != Some(wanted) {
                writeln!(differences, "{unit} {indicator} is {found:?}, not {wanted}").expect("text");
            }
        }
    }
}

fn of_totals(expected: &Expected, totals: &[Row], differences: &mut String) {
    if let Some(year) = expected.year {
        let found = totals.first().map(|row| row["year"].clone());
        if found != Some(year.to_string()) {
            writeln!(differences, "year {found:?}, not {year}").expect("text");
        }
    }
    for (wanted, column) in [(&expected.totals, "total"), (&expected.corrected, "total_corrected")] {
        for (indicator, wanted) in wanted {
            let found = totals.iter().find(|row| row["indicator"] == *indicator).map(|row| row[column].clone());
            if found.as_ref() != Some(wanted) {
                writeln!(differences, "the {column} of {indicator} is {found:?}, not {wanted}").expect("text");
            }
        }
    }
}

#[test]
fn every_case_ends_as_expected() {
    let cases = cases();
    assert!(!cases.is_empty(), "there are cases");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = String::new();
    for case in &cases {
        let differences = differences(case);
        if !differences.is_empty() {
            let name = case.strip_prefix(root).expect("below the project").display();
            write!(wrong, "\n{name}\n{differences}").expect("text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
