//! Two runs of the sample county with changed files in between: the listed differences are exactly those changes.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use program::{Row, huizong, rows, sample};

fn run(inputs: &Path, out: &Path, more: &[&str]) -> String {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("--roster").arg(sample("roster.csv")).arg("-o").arg(out).args(more);
    let output = command.assert().success().get_output().stderr.clone();
    String::from_utf8(output).expect("UTF-8")
}

/// Copies the sample's files to a folder.
fn copied(to: &Path) {
    for entry in walkdir::WalkDir::new(sample("2025")) {
        let entry = entry.expect("a readable tree");
        let path = to.join(entry.path().strip_prefix(sample("2025")).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(path).expect("a folder");
        } else {
            fs::copy(entry.path(), path).expect("a copy");
        }
    }
}

/// Returns the file that counts for each unit.
fn counted(out: &Path) -> BTreeMap<String, String> {
    rows(&out.join("data/facts.csv")).into_iter().map(|row| (row["unit"].clone(), row["file"].clone())).collect()
}

fn of_kind<'a>(changes: &'a [Row], what: &str) -> Vec<&'a Row> {
    changes.iter().filter(|row| row["what"] == what).collect()
}

/// Checks that the totals of two runs differ by the sum of the changed figures, for indicators of which every figure is
/// added.
fn totals_follow(before: &Path, after: &Path, changes: &[Row]) {
    let totals = |out: &Path| -> BTreeMap<String, Row> {
        rows(&out.join("data/totals.csv")).into_iter().map(|row| (row["indicator"].clone(), row)).collect()
    };
    let (then, now) = (totals(before), totals(after));
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let mut compared = 0;
    for (indicator, row) in &now {
        let is_whole = row["cells_left_out"] == "0" && then[indicator]["cells_left_out"] == "0";
        let of_total = changes.iter().filter(|change| change["what"] == "figure" && &change["indicator"] == indicator);
        let by: f64 = of_total.map(|change| number(&change["after"]) - number(&change["before"])).sum();
        if is_whole && !indicator.ends_with(".amount") {
            assert!((number(&row["total"]) - number(&then[indicator]["total"]) - by).abs() < 1e-9, "{indicator}");
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn what_is_listed_is_what_was_done() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, first, second) = (folder.path().join("收件"), folder.path().join("一"), folder.path().join("二"));
    copied(&inputs);
    let whole = folder.path().join("全");
    run(&inputs, &whole, &["--quiet"]);
    // One unit sends its only file late: it is missing from the first run.
    let files = rows(&whole.join("data/units.csv"));
    let times = |unit: &str| files.iter().filter(|row| row["unit"] == unit).count();
    let is_alone =
        |row: &&Row| row["file"].contains(".xlsx") && times(&row["unit"]) == 1 && !row["file"].contains(".zip/");
    let late = files.iter().find(|row| row["status"] == "accepted" && is_alone(row)).expect("an accepted workbook");
    let held_back = folder.path().join("later.xlsx");
    fs::rename(inputs.join(&late["file"]), &held_back).expect("a renamed file");
    run(&inputs, &first, &["--quiet"]);
    fs::rename(&held_back, inputs.join(&late["file"])).expect("a renamed file");
    // The file of another unit is moved to another folder and name without any change.
    let flagged = files.iter().find(|row| row["status"] == "flagged" && is_alone(row)).expect("a flagged workbook");
    let mended = inputs.join("重报").join("更正.xlsx");
    fs::create_dir_all(mended.parent().expect("a folder")).expect("a folder");
    fs::rename(inputs.join(&flagged["file"]), &mended).expect("a renamed file");
    let said = run(&inputs, &second, &["--since", first.to_str().expect("a path")]);
    assert!(said.contains("与上次相比：新收到 1 个单位"), "{said}");
    let changes = rows(&second.join("data/changes.csv"));
    let received = of_kind(&changes, "received");
    assert_eq!(received.len(), 1);
    assert_eq!(
        [&received[0]["unit"], &received[0]["before"], &received[0]["after"]],
        [&late["unit"], "missing", "accepted"]
    );
    // A file that was only moved is not a new one.
    assert!(of_kind(&changes, "resubmitted").is_empty());
    let others: BTreeSet<&String> = of_kind(&changes, "figure").iter().map(|row| &row["unit"]).collect();
    assert_eq!(others.into_iter().collect::<Vec<_>>(), [&late["unit"]]);
    assert!(of_kind(&changes, "mended").iter().all(|row| row["unit"] == late["unit"] && row["rule"] == "U02"));
    totals_follow(&first, &second, &changes);
    let package = fs::read_to_string(second.join("data/datapackage.json")).expect("a description");
    assert!(package.contains("\"changes.csv\"") && !fs::exists(first.join("data/changes.csv")).expect("a folder"));
    let page = fs::read_to_string(second.join("报告.html")).expect("a page");
    let (heading, verdict) = (page.find("<h2>与上次相比</h2>"), page.find("class=\"lead\""));
    assert!(heading.is_some() && heading < verdict);
    diff_says_the_same(&first, &second, &changes);
}

/// Checks that `huizong diff` on the two folders finds what the run wrote.
fn diff_says_the_same(first: &Path, second: &Path, changes: &[Row]) {
    let written = first.with_file_name("变化.csv");
    let output = huizong()
        .env("LANG", "en_US.UTF-8")
        .arg("diff")
        .args([first, second])
        .arg("-o")
        .arg(&written)
        .assert()
        .success();
    let said = String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8");
    assert!(said.starts_with("since the last run: 1 units received"), "{said}");
    assert_eq!(rows(&written), changes);
    let bytes = [fs::read(&written), fs::read(second.join("data/changes.csv"))].map(|bytes| bytes.expect("a file"));
    assert_eq!(bytes[0], bytes[1]);
    huizong().arg("diff").arg(first).arg(first.join("none")).assert().code(2);
    assert_eq!(counted(first).len() + 1, counted(second).len());
    // A run compared with itself has only findings that are still open.
    huizong().arg("diff").args([second, second]).arg("-o").arg(&written).assert().success();
    assert!(rows(&written).iter().all(|row| row["what"] == "still_open"));
}

#[test]
fn a_mended_report_is_told_cell_by_cell() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("收件");
    fs::create_dir_all(&inputs).expect("a folder");
    let file = inputs.join("甲山镇2024年.csv");
    fs::write(&file, sheet("13")).expect("a file");
    let (first, second) = (folder.path().join("一"), folder.path().join("二"));
    let run = |out: &Path, since: Option<&Path>| {
        let mut command = huizong();
        command.arg("run").arg(&inputs).arg("-o").arg(out).arg("--quiet");
        if let Some(since) = since {
            command.arg("--since").arg(since);
        }
        command.assert().success();
    };
    run(&first, None);
    fs::write(&file, sheet("12")).expect("a file");
    run(&second, Some(&first));
    let changes = rows(&second.join("data/changes.csv"));
    let figures = of_kind(&changes, "figure");
    assert_eq!(figures.len(), 1, "{changes:?}");
    assert_eq!(
        [&figures[0]["indicator"], &figures[0]["before"], &figures[0]["after"]],
        ["t3.received.natural_person", "13", "12"]
    );
    assert_eq!(of_kind(&changes, "resubmitted").len(), 1);
    assert!(!of_kind(&changes, "mended").is_empty() && of_kind(&changes, "found").is_empty(), "{changes:?}");
    assert_eq!(of_kind(&changes, "status").len(), 1);
}

/// Returns a report that is right except for the applications of natural persons, which should be 12.
fn sheet(received: &str) -> Vec<u8> {
    let right = sample("../../tests/cases/csv_guarded_figures/in/甲山镇2024年.csv");
    let right = fs::read(right).expect("a file");
    let figure = b"\"=\"\"12\"\"\"";
    let at = right.windows(figure.len()).position(|window| window == figure).expect("the figure");
    [&right[..at + 4], received.as_bytes(), &right[at + 6..]].concat()
}
