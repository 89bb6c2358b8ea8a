//! The numbers of a run agree: the verdict, the page, the workbook, the circular and the data files have the same
//! counts.

#![allow(clippy::expect_used)]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::Reader;
use program::rows;

type Row = BTreeMap<String, String>;

/// The printed and written outputs of a run.
struct Outputs {
    _folder: tempfile::TempDir,
    out: PathBuf,
    verdict: String,
}

fn outputs(arguments: &[&str]) -> Outputs {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.arg("run").args(arguments).arg("-o").arg(&out).args(["--lang", "zh", "--facts", "csv"]).current_dir(root);
    let ran = command.output().expect("a binary that starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Outputs { _folder: folder, out, verdict: String::from_utf8_lossy(&ran.stderr).into_owned() }
}

/// Returns the text of a Word file without markup.
fn words(path: &Path) -> String {
    let mut parts = zip::ZipArchive::new(std::fs::File::open(path).expect("a file")).expect("a docx");
    let mut xml = String::new();
    parts.by_name("word/document.xml").expect("a document").read_to_string(&mut xml).expect("text");
    xml.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

/// Returns the number after some words of a text.
fn number(text: &str, before: &str) -> usize {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text}"));
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number behind {before:?}"))
}

fn number_or_none(text: &str, before: &str) -> usize {
    if text.contains(before) { number(text, before) } else { 0 }
}

/// The counts in the data files.
#[derive(Debug, PartialEq)]
struct Counts {
    must_fix: usize,
    must_explain: usize,
    notes: usize,
    of_units: [usize; 2],
    units_to_fix: usize,
    missing: usize,
    counted: usize,
    not_counted: usize,
    files: usize,
}

fn of_data(outputs: &Outputs) -> Counts {
    let data = outputs.out.join("data");
    let (units, findings) = (rows(&data.join("units.csv")), rows(&data.join("findings.csv")));
    let open: Vec<&Row> = findings.iter().filter(|row| row["status"] != "explained").collect();
    let count = |severity: &str, wanted: &dyn Fn(&Row) -> bool| {
        open.iter().filter(|row| row["severity"] == severity && wanted(row)).count()
    };
    let of_unit = |row: &Row| !row["unit_id"].is_empty();
    let missing: BTreeSet<&str> =
        units.iter().filter(|row| row["status"] == "missing").map(|row| row["unit_id"].as_str()).collect();
    let to_fix = open.iter().filter(|row| row["severity"] == "must_fix" && of_unit(row));
    let to_fix: BTreeSet<&str> = to_fix.map(|row| row["unit_id"].as_str()).collect();
    let list = rows(&outputs.out.join("未报送名单.csv"));
    let manifest = std::fs::read_to_string(data.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    Counts {
        must_fix: count("must_fix", &|_| true),
        must_explain: count("must_explain", &|_| true),
        notes: count("note", &|_| true),
        of_units: [count("must_fix", &of_unit), count("must_explain", &of_unit)],
        units_to_fix: to_fix.difference(&missing).count(),
        missing: missing.len(),
        counted: units
            .iter()
            .filter(|row| ["accepted", "queried", "flagged"].contains(&row["status"].as_str()))
            .count()
            - list.iter().filter(|row| ["年度不符", "年度不明"].contains(&row["情况"].as_str())).count(),
        not_counted: list.iter().filter(|row| !["未报", "迟报"].contains(&row["情况"].as_str())).count(),
        files: manifest["inputs"].as_array().or(manifest["files"].as_array()).map_or(0, Vec::len),
    }
}

fn of_verdict(text: &str) -> Counts {
    let tail = text.split_once("单位的必改").expect("the units' part").1;
    Counts {
        must_fix: number(text, "问题清单：必改"),
        must_explain: number(text, "处，待说明"),
        notes: number(text, "处，提示"),
        of_units: [number(text, "单位的必改"), number(tail, "待说明")],
        units_to_fix: number(text, "有必改问题的"),
        missing: number_or_none(text, "未报送 "),
        counted: number(text, "计入汇总"),
        not_counted: number_or_none(text, "收到而未计入汇总的单位"),
        files: number(text, "读取文件"),
    }
}

fn of_page(html: &str) -> Counts {
    let (head, _) = html.split_once("</header>").expect("a head");
    let text: String = head.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    let tail = text.split_once("单位的必改").expect("the units' part").1;
    let open = text.split_once("未处理的：").expect("the counts").1;
    Counts {
        must_fix: number(&text, "未处理的：必改"),
        must_explain: number(open, "待说明"),
        notes: number(open, "提示"),
        of_units: [number(&text, "单位的必改"), number(tail, "待说明")],
        units_to_fix: number(&text, "有必改问题的"),
        missing: number_or_none(&text, "未报送 "),
        counted: number(&text, "计入汇总"),
        not_counted: number_or_none(&text, "收到而未计入的单位"),
        files: number(&text, "读取文件"),
    }
}

/// Returns the sentences on the sheet 说明, and the number of rows of 问题清单 and 未报送名单.
fn of_workbook(path: &Path) -> (String, usize, usize) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let about = book.worksheet_range("说明").expect("the sheet");
    let about = about.cells().map(|(.., cell)| cell.to_string()).collect::<Vec<_>>().join("\n");
    let mut count = |name: &str| book.worksheet_range(name).expect("the sheet").height() - 1;
    (about, count("问题清单"), count("未报送名单"))
}

/// Returns the number of open findings of units with counted reports, by severity.
fn of_counted(outputs: &Outputs) -> [usize; 2] {
    let list = rows(&outputs.out.join("未报送名单.csv"));
    let others: BTreeSet<&str> =
        list.iter().filter(|row| row["情况"] != "迟报").map(|row| row["单位"].as_str()).collect();
    let findings = rows(&outputs.out.join("data/findings.csv"));
    ["must_fix", "must_explain"].map(|severity| {
        let is_open = |row: &&Row| row["severity"] == severity && row["status"] != "explained";
        let is_counted = |row: &&Row| !row["unit_id"].is_empty() && !others.contains(row["unit"].as_str());
        findings.iter().filter(is_open).filter(is_counted).count()
    })
}

/// Returns the rows of the annex of the circular: unit, status, and the numbers of findings as printed.
fn annex(path: &Path) -> Vec<[String; 4]> {
    let bytes = std::fs::read(path).expect("a file");
    let limits = huizong::source::Limits::default();
    let circular = huizong::document::read("a.docx", &bytes, &limits).expect("a document");
    let mut lines = Vec::new();
    for grid in &circular.grids {
        let mut by_row: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for cell in grid.cells() {
            by_row.entry(cell.row).or_default().push(cell.text.to_string());
        }
        let cells = by_row.into_values().filter_map(|cells| <[String; 5]>::try_from(cells).ok());
        let units = cells.filter(|cells| cells[0].parse::<usize>().is_ok());
        lines.extend(units.map(|[_, unit, status, fix, explain]| [unit, status, fix, explain]));
    }
    lines
}

/// Compares the sections of the circular with its annex: each unit by name, and the sums.
fn circular_agrees_with_its_annex(outputs: &Outputs, circular: &str) {
    let annex = annex(&outputs.out.join("通报.docx"));
    let with = |wanted: &dyn Fn(&[String; 4]) -> bool| annex.iter().filter(|row| wanted(row)).count();
    let sum = |at: usize| annex.iter().filter_map(|row| row[at].parse::<usize>().ok()).sum::<usize>();
    let has = |at: usize| with(&|row: &[String; 4]| row[at].parse::<usize>().is_ok_and(|count| count > 0));
    let is_counted = |status: &str| ["已报送", "迟报"].contains(&status);
    let is_open = |status: &str| ["未报", "未到期", "尚未报送本年度"].contains(&status);
    assert_eq!(number_or_none(circular, "有必改问题（确定有误，须更正）"), sum(2));
    assert_eq!(number_or_none(circular, "待说明问题（需核实说明）"), sum(3));
    assert_eq!(number_or_none(circular, "有必改问题的单位"), has(2));
    assert_eq!(number_or_none(circular, "有待说明问题的单位"), has(3));
    assert_eq!(number_or_none(circular, "材料未能采用的单位"), with(&|row| !is_counted(&row[1]) && !is_open(&row[1])));
    assert_eq!(number_or_none(circular, "迟报的单位"), with(&|row| row[1] == "迟报"));
    let (body, _) = circular.split_once("附件：").expect("an annex");
    let (_, problems) = body.split_once("三、存在问题单位").expect("a section");
    let (_, good) = body.split_once("二、较好单位").expect("a section");
    let good = good.split_once("三、").expect("a section").0;
    for [unit, status, fix, explain] in &annex {
        assert_eq!(is_counted(status), fix != "—" && explain != "—", "{unit}");
        let is_listed = status != "已报送" && !["未到期", "尚未报送本年度"].contains(&status.as_str());
        assert_eq!(problems.contains(unit.as_str()), is_listed, "{unit}");
        assert_eq!(good.contains(unit.as_str()), [status, fix, explain] == ["已报送", "0", "0"], "{unit}");
    }
}

fn agree(arguments: &[&str]) {
    let outputs = outputs(arguments);
    let data = of_data(&outputs);
    assert_eq!(of_verdict(&outputs.verdict), data, "the verdict, {arguments:?}\n{}", outputs.verdict);
    let html = std::fs::read_to_string(outputs.out.join("报告.html")).expect("a page");
    assert_eq!(of_page(&html), data, "the page, {arguments:?}");
    let (about, problems, missing) = of_workbook(&outputs.out.join("汇总表.xlsx"));
    let findings = rows(&outputs.out.join("data/findings.csv")).len();
    assert_eq!((problems, missing), (findings, rows(&outputs.out.join("未报送名单.csv")).len()), "{arguments:?}");
    assert_eq!(number(&about, "未处理的：必改"), data.must_fix, "the workbook, {arguments:?}");
    assert_eq!(number(&about, "单位的必改"), data.of_units[0], "the workbook, {arguments:?}");
    assert_eq!(number(&about, "有必改问题的"), data.units_to_fix, "the workbook, {arguments:?}");
    assert_eq!(number(&about, "计入汇总的报告"), data.counted, "the workbook, {arguments:?}");
    assert_eq!(number(&about, "（未报"), data.missing, "the workbook, {arguments:?}");
    assert_eq!(number(&about, "收到而未计入"), data.not_counted, "the workbook, {arguments:?}");
    let circular = words(&outputs.out.join("通报.docx"));
    circular_agrees_with_its_annex(&outputs, &circular);
    let [must_fix, must_explain] = of_counted(&outputs);
    let [fixed, explained] = ["有必改问题（确定有误，须更正）", "待说明问题（需核实说明）"];
    assert_eq!(number_or_none(&circular, fixed), must_fix, "the circular, {arguments:?}");
    assert_eq!(number_or_none(&circular, explained), must_explain, "the circular, {arguments:?}");
    assert_eq!(number(&circular, "计入汇总的报告"), data.counted, "the circular, {arguments:?}");
    assert_eq!(number_or_none(&circular, "未报送的单位"), data.missing, "the circular, {arguments:?}");
}

#[test]
fn the_sample_county() {
    agree(&["data/sample/2025", "--roster", "data/sample/roster.csv", "--previous", "data/sample/2024"]);
}

#[test]
fn the_sample_county_with_its_own_report() {
    let official = "data/sample/2025/甲山镇2025年度政府信息公开工作年度报告.xlsx";
    agree(&["data/sample/2025", "--roster", "data/sample/roster.csv", "--official", official]);
}

#[test]
fn cases() {
    for case in ["beside_the_report", "beside_one_another", "same_report_twice", "year_unknown/several_years"] {
        let folder = format!("tests/cases/{case}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder);
        for entry in walkdir::WalkDir::new(&path).sort_by_file_name().into_iter().flatten() {
            if !entry.path().ends_with("expect.toml") {
                continue;
            }
            let case =
                entry.path().parent().expect("a folder").strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("below");
            let (inputs, roster) = (case.join("in").display().to_string(), case.join("roster.csv"));
            let roster_path = roster.display().to_string();
            let mut arguments = vec![inputs.as_str()];
            if Path::new(env!("CARGO_MANIFEST_DIR")).join(&roster).exists() {
                arguments.extend(["--roster", roster_path.as_str()]);
            }
            agree(&arguments);
        }
    }
}
