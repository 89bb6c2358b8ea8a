//! Helpers for tests of roll-ups: runs over what an example sends, roll-ups of their outputs, and the tables written.

#![allow(dead_code, reason = "each test needs some of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::common;
use super::program::{Row, huizong, rows};

/// Rolls up outputs and returns what the program says.
pub(crate) fn roll_up(inputs: &[&Path], out: &Path, more: &[&str]) -> String {
    let mut command = huizong();
    command.arg("rollup").args(inputs).arg("-o").arg(out).args(more);
    let output = command.assert().success().get_output().stderr.clone();
    String::from_utf8(output).expect("UTF-8")
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("a readable tree");
        let path = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(path).expect("a folder");
        } else {
            fs::copy(entry.path(), path).expect("a copy");
        }
    }
}

/// Returns the totals by the body's path, year and indicator.
pub(crate) fn totals(out: &Path) -> BTreeMap<(String, String, String), Row> {
    let key = |row: &Row| (row["body_path"].clone(), row["year"].clone(), row["indicator"].clone());
    rows(&out.join("data/totals.csv")).into_iter().map(|row| (key(&row), row)).collect()
}

/// Returns the findings of a rule.
pub(crate) fn findings(out: &Path, rule: &str) -> Vec<Row> {
    rows(&out.join("data/findings.csv")).into_iter().filter(|row| row["rule"] == rule).collect()
}

/// Runs over what an example sends, with its roster.
pub(crate) fn run_scene(out: &Path, input: &str) {
    run_scene_with(out, input, &[]);
}

/// Runs over what an example sends, with its roster and further arguments.
pub(crate) fn run_scene_with(out: &Path, input: &str, more: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scene = common::scene(input);
    for file in &scene.files {
        fs::write(folder.path().join(&file.name), file.bytes()).expect("a file");
    }
    fs::create_dir_all(out.parent().expect("a folder")).expect("a folder");
    let mut command = huizong();
    command.arg("run").arg(folder.path()).arg("-o").arg(out).args(["--data-only", "--quiet"]).args(more);
    let roster = tempfile::NamedTempFile::with_suffix(".csv").expect("a temporary file");
    if let Some(text) = scene.roster_csv() {
        fs::write(roster.path(), text).expect("a roster");
        command.arg("--roster").arg(roster.path());
    }
    command.assert().success();
}

/// Rolls up outputs, which must be refused, and returns what the program says.
pub(crate) fn refused(inputs: &[&Path], out: &Path, more: &[&str]) -> String {
    let mut command = huizong();
    command.arg("rollup").args(inputs).arg("-o").arg(out).args(more);
    let output = command.assert().code(2).get_output().stderr.clone();
    String::from_utf8(output).expect("UTF-8")
}

/// Returns a part of a document or workbook.
pub(crate) fn part(path: &Path, name: &str) -> String {
    let mut parts = zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("an archive");
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut parts.by_name(name).expect("a part"), &mut xml).expect("text");
    xml
}

/// Returns the text of a document, a line per paragraph.
pub(crate) fn document_text(path: &Path) -> String {
    let xml = part(path, "word/document.xml").replace("</w:p>", "\n");
    xml.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}
