//! The draft of the county's own report: read back, it has the same totals, and it is not taken for a unit's report.
//! The workbooks made from the totals agree with the data files.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};

use program::{Row, huizong, rows, sample};
use rust_decimal::Decimal;

const DRAFT: &str = "本级年报（初稿）.docx";

fn run(inputs: &Path, out: &Path, more: &[&str]) {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("-o").arg(out).arg("--quiet").args(more).assert().success();
}

/// Runs the sample county of 2025 with last year's outputs, its roster and its name, and returns the output folder.
fn county(folder: &Path) -> PathBuf {
    let (roster, last, out) = (sample("roster.csv"), folder.join("2024"), folder.join("2025"));
    let roster = roster.to_str().expect("a path");
    run(&sample("2024"), &last, &["--roster", roster, "--data-only"]);
    let last = last.to_str().expect("a path");
    let more = ["--roster", roster, "--county", "示例县", "--previous", last, "--date", "2026-02-05"];
    run(&sample("2025"), &out, &more);
    out
}

#[test]
fn the_draft_read_back_gives_the_totals_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = county(folder.path());
    let back = folder.path().join("back");
    run(&out.join(DRAFT), &back, &["--data-only"]);
    let totals = rows(&out.join("data/totals.csv"));
    let facts: BTreeMap<String, Row> =
        rows(&back.join("data/facts.csv")).into_iter().map(|row| (row["indicator"].clone(), row)).collect();
    assert_eq!(facts.len(), 200);
    for total in totals.iter().filter(|total| facts.contains_key(&total["indicator"])) {
        let fact = &facts[&total["indicator"]];
        assert_eq!([&fact["value"], &fact["year"]], [&total["total"], &total["year"]], "{fact:?}");
        assert_eq!(fact["unit"], "示例县");
    }
    // The headings of the tables of applications and of suits repeat on each page; those in the first table are bands.
    let mut draft = zip::ZipArchive::new(std::fs::File::open(out.join(DRAFT)).expect("the draft")).expect("a document");
    let body = std::io::read_to_string(draft.by_name("word/document.xml").expect("a body")).expect("XML");
    assert_eq!(["<w:tblHeader/>", "w:fill=\"C6D9F1\""].map(|part| body.matches(part).count()), [6, 4]);
    // The totals of the sample break sums; there is no other finding on the draft.
    let imbalances = rows(&out.join("data/findings.csv"));
    let broken: Vec<&str> =
        imbalances.iter().filter(|row| row["rule"] == "R02").map(|row| row["checks"].as_str()).collect();
    let found = rows(&back.join("data/findings.csv"));
    let found: Vec<&Row> = found.iter().filter(|row| row["rule"] != "R02").collect();
    assert!(found.iter().all(|row| row["rule"].starts_with("S0")), "{found:?}");
    for check in found.iter().flat_map(|row| row["checks"].split(';')) {
        assert!(broken.iter().any(|checks| checks.split(';').any(|other| other == check)), "{check}");
    }
}

#[test]
fn the_draft_among_the_inputs_is_no_unit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = county(folder.path());
    let inputs = folder.path().join("收件");
    fs::create_dir(&inputs).expect("a folder");
    fs::copy(out.join(DRAFT), inputs.join("本级年报.docx")).expect("a copy");
    fs::copy(sample("../../tests/fixtures/entry/填好的填报表.xlsx"), inputs.join("甲山镇.xlsx")).expect("a copy");
    let again = folder.path().join("again");
    run(&inputs, &again, &["--data-only"]);
    let units = rows(&again.join("data/units.csv"));
    assert_eq!(units.iter().map(|row| row["unit"].as_str()).collect::<Vec<_>>(), ["甲山镇"]);
    let manifest = fs::read_to_string(again.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains("本级年报.docx"));
    // Checked alone, it is read as a report.
    let said =
        huizong().arg("check").arg(inputs.join("本级年报.docx")).arg("--fail-on").arg("never").assert().success();
    assert!(String::from_utf8_lossy(&said.get_output().stdout).contains("示例县 2025年度"));
}

/// Returns the rows of a sheet as text, from the header on.
fn sheet(path: &Path, name: &str) -> Vec<Row> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect("the sheet");
    let texts = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<String>>();
    let mut all = range.rows().map(texts).skip(2);
    let heads = all.next().expect("headings");
    all.map(|row| heads.iter().cloned().zip(row).collect()).collect()
}

#[test]
fn the_workbooks_hold_what_the_data_files_hold() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = county(folder.path());
    let numbers = |year: &str| -> BTreeMap<(String, String), f64> {
        let facts = rows(&folder.path().join(year).join("data/facts.csv"));
        let facts = facts.into_iter().filter(|row| row["state"] == "number");
        facts
            .map(|row| ((row["unit_id"].clone(), row["indicator"].clone()), row["value"].parse().expect("a number")))
            .collect()
    };
    let (now, then) = (numbers("2025"), numbers("2024"));
    let both = |indicator: &str| {
        let of_both = now.iter().filter(|((_, own), _)| own == indicator);
        of_both.filter_map(|(key, value)| Some((*value, *then.get(key)?))).collect::<Vec<_>>()
    };
    let book = out.join("对比表.xlsx");
    let beside = sheet(&book, "与上年");
    let row =
        beside.iter().find(|row| row["指标"].contains("本年新收") && row["指标"].contains("总计")).expect("the row");
    let pairs = both("t3.received.total");
    let (this, last): (f64, f64) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    assert_eq!([&row["本年"], &row["上年"]].map(|text| text.parse().ok()), [this, last].map(Some));
    assert_eq!(row["比较的单位数"], pairs.len().to_string());
    let units = sheet(&book, "各单位");
    let counted: BTreeSet<&String> = now.keys().map(|(unit, _)| unit).collect();
    assert_eq!(units.len(), counted.len());
    let scores = sheet(&out.join("考核计分.xlsx"), "计分");
    assert_eq!(scores.len(), 22);
    let mut book: Xlsx<_> = open_workbook(out.join("考核计分.xlsx")).expect("a workbook");
    let basis = book.worksheet_range("计分办法").expect("the sheet");
    assert!(basis.cells().any(|(.., cell)| *cell == Data::String("有空白（V01）；用“/”等代替数字（V02）".to_owned())));
    let missing = scores.iter().find(|row| row["单位"].contains("戊岭镇")).expect("the unit");
    assert_eq!([&missing["得分"], &missing["等次"], &missing["位次"]], ["0", "不合格", "16"]);
    let first = scores.iter().find(|row| row["单位"].contains("甲山镇")).expect("the unit");
    assert_eq!([&first["得分"], &first["等次"], &first["位次"]], ["100", "优秀", "1"]);
}

/// Writes clean reports into a folder, each with its changes.
fn receive(folder: &Path, reports: &[(&str, &str)]) {
    fs::create_dir_all(folder).expect("a folder");
    for (unit, changes) in reports {
        let scene = common::scene(&format!("file {unit}2025年年报.xlsx\n{changes}"));
        fs::write(folder.join(&scene.files[0].name), scene.files[0].bytes()).expect("a file");
    }
}

/// Runs reports beside the county's own report, and returns the sentence and the rows of the sheet 与本级.
fn compare_with_official(folder: &Path, name: &str, reports: &[(&str, &str)]) -> (String, Vec<Row>) {
    let (inputs, out) = (folder.join(name), folder.join(format!("{name}-out")));
    receive(&inputs, reports);
    let [roster, official] =
        ["名册.csv", &format!("全部-out/{DRAFT}")].map(|file| folder.join(file).to_str().expect("a path").to_owned());
    let more = ["--roster", &roster, "--official", &official, "--county", "示例县", "--date", "2026-03-01"];
    run(&inputs, &out, &more);
    let book = out.join("对比表.xlsx");
    let mut workbook: Xlsx<_> = open_workbook(&book).expect("a workbook");
    let range = workbook.worksheet_range("与本级").expect("the sheet");
    let said = range.get((1, 0)).map(ToString::to_string).expect("a sentence");
    (said, sheet(&book, "与本级"))
}

#[test]
fn the_sheet_beside_the_countys_own_report_names_each_difference_and_its_cause() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    fs::write(folder.join("名册.csv"), "单位名称,类型\n甲山镇,乡镇\n乙水乡,乡镇\n丙林镇,乡镇\n").expect("a roster");
    // The county's own report is the draft from all three.
    let all = [("甲山镇", ""), ("乙水乡", ""), ("丙林镇", "")];
    receive(&folder.join("全部"), &all);
    run(&folder.join("全部"), &folder.join("全部-out"), &["--county", "示例县"]);
    let number =
        |row: &Row, column: &str| -> Decimal { row[column].parse().unwrap_or_else(|_| panic!("{column}: {row:?}")) };
    let (said, rows) = compare_with_official(folder, "一致", &all);
    assert_eq!(said, "本级年报与各单位合计逐格比较200格，不一致0格。");
    assert_eq!(rows.len(), 200);
    for row in &rows {
        assert_eq!(
            (number(row, "本级年报"), number(row, "差额")),
            (number(row, "各单位合计"), Decimal::ZERO),
            "{row:?}"
        );
        assert!(row["原因"].is_empty(), "{row:?}");
    }
    // One unit has sent nothing: its figures are the differences.
    let (said, rows) = compare_with_official(folder, "缺一", &all[..2]);
    assert!(said.ends_with("合起来勾稽关系都成立，其余差额都可由丙林镇一家解释。"), "{said}");
    let received =
        rows.iter().find(|row| row["指标"].contains("本年新收") && row["指标"].contains("总计")).expect("a row");
    let figures = ["本级年报", "各单位合计", "差额", "更正后的合计"].map(|column| number(received, column));
    assert_eq!(figures, [21, 14, 7, 14].map(Decimal::from));
    for row in &rows {
        assert_eq!(number(row, "差额"), number(row, "本级年报") - number(row, "各单位合计"), "{row:?}");
        assert_eq!(row["原因"].is_empty(), number(row, "差额").is_zero(), "{row:?}");
    }
    // One figure is certainly wrong: with its right value nothing differs.
    let (said, rows) =
        compare_with_official(folder, "一格有误", &[("甲山镇", ""), ("乙水乡", "J23 = 9"), ("丙林镇", "")]);
    assert_eq!(said, "本级年报与各单位合计逐格比较200格，不一致1格。更正有误的数字之后，全部一致。");
    let wrong: Vec<&Row> = rows.iter().filter(|row| !number(row, "差额").is_zero()).collect();
    let figures = ["本级年报", "各单位合计", "差额", "更正后的合计"].map(|column| number(wrong[0], column));
    assert_eq!((wrong.len(), figures), (1, [21, 23, -2, 21].map(Decimal::from)));
    assert!(wrong[0]["原因"].contains("乙水乡"), "{wrong:?}");
}

#[test]
fn the_final_tables_have_the_totals_and_neither_notes_nor_tints() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = county(folder.path());
    let path = out.join("汇总表（定稿）.xlsx");
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    let names = book.sheet_names().clone();
    assert_eq!(names[..3], ["表二", "表三", "表四"]);
    let facts = rows(&out.join("data/facts.csv"));
    let units = rows(&out.join("data/units.csv"));
    for (kind, word) in [("乡镇", "township"), ("部门", "department")] {
        let range = book.worksheet_range(&format!("表三（{kind}）")).expect("the sheet of a kind");
        let of_kind: BTreeSet<&String> =
            units.iter().filter(|row| row["kind"] == word).map(|row| &row["unit"]).collect();
        let received =
            facts.iter().filter(|row| row["indicator"] == "t3.received.total" && of_kind.contains(&row["unit"]));
        let sum: f64 = received.filter_map(|row| row["value"].parse::<f64>().ok()).sum();
        let last = range.rows().next_back().expect("a sum");
        assert_eq!([last[0].to_string(), last[1].to_string()], ["合计".to_owned(), sum.to_string()]);
        // No column is zero for all units.
        assert!(last[1..].iter().all(|cell| *cell != Data::Float(0.0)), "{kind} {last:?}");
    }
    let bytes = fs::read(&path).expect("a file");
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let names = archive.file_names().map(|name| name.expect("a name").into_owned());
    assert!(!names.into_iter().any(|name| name.contains("comments")));
}
