//! Malicious names: nothing is written outside the outputs, no two files are merged, no terminal is controlled, and no
//! spreadsheet runs a formula.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use calamine::Reader;
use huizong::source::digest;
use program::huizong;

/// Names of files and archive entries. On disk, those with a separator are left out.
const NAMES: [&str; 17] = [
    "..\\..\\逃一.csv",
    "../../逃二.csv",
    "/tmp/逃三.csv",
    "C:\\逃四.csv",
    "CON.csv",
    "nul",
    "=1+1.csv",
    "=cmd|' 0'!A0.csv",
    "@甲.csv",
    "<img src=x onerror=alert(1)>.csv",
    "红\u{1b}[31m色.csv",
    "响\u{7}.csv",
    "两\n行\r.csv",
    "反\u{202e}vsc.csv",
    "\u{9b}2J.csv",
    " 空 .csv",
    "......csv",
];

/// Names of units in reports.
const UNITS: [&str; 6] = [
    "../../../逃出镇",
    "/tmp/逃出镇",
    "=HYPERLINK(\"x\")镇",
    "\u{1b}]0;题\u{7}镇",
    "<script>alert(1)</script>镇",
    "镇\u{202e}反",
];

/// Returns a clean report of a unit as CSV, which differs from every other one in its last line.
fn report(unit: &str, number: usize) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/csv-utf8.csv");
    let text = std::fs::read_to_string(path).expect("a report");
    let quoted = unit.replace('"', "\"\"");
    let title = "示例县甲山镇人民政府2025年政府信息公开工作年度报告";
    let own = format!("\"{quoted}2025年政府信息公开工作年度报告\"");
    format!("{}第{number}份\n", text.replacen(title, &own, 1)).into_bytes()
}

fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Returns all files below a folder with their bytes, except those below `except`.
fn tree(folder: &Path, except: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable tree").into_path());
    let files = files.filter(|path| path.is_file() && !path.starts_with(except));
    files.map(|path| (path.clone(), std::fs::read(path).expect("a readable file"))).collect()
}

fn manifest(out: &Path) -> serde_json::Value {
    let text = std::fs::read(out.join("data/manifest.json")).expect("a receipt");
    serde_json::from_slice(&text).expect("JSON")
}

/// Returns the names in the receipt, with the digest of each.
fn inputs(out: &Path) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let receipt = manifest(out);
    let inputs = receipt["inputs"].as_array().expect("a list").iter();
    inputs.map(|input| (text(&input["file"]), text(&input["sha256"]))).collect()
}

/// Writes the files and runs the program over them. Returns its messages and receipt, and checks that each file is in
/// the receipt under a unique name and that nothing was written except the outputs.
fn run(folder: &Path, files: &[(PathBuf, Vec<u8>)], inside: usize) -> (String, Vec<(String, String)>) {
    let (input, out) = (folder.join("送"), folder.join("out"));
    for (name, bytes) in files {
        let path = input.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    let before = tree(folder, &out);
    let run = huizong().arg("run").arg(&input).arg("-o").arg(&out).args(["--year", "2025"]).assert().success();
    assert_eq!(before, tree(folder, &out), "nothing but the outputs is written");
    let found = inputs(&out);
    let names: BTreeSet<&String> = found.iter().map(|(name, _)| name).collect();
    let aside = manifest(&out)["left_aside"].as_array().expect("a list").len();
    assert_eq!((names.len(), found.len() + aside), (found.len(), files.len() + inside), "{found:?}");
    let digests: BTreeSet<&String> = found.iter().map(|(_, digest)| digest).collect();
    let known = files.iter().filter(|(_, bytes)| digests.contains(&digest(bytes).sha256)).count();
    assert!(known + aside >= files.len(), "{found:?}");
    (String::from_utf8(run.get_output().stderr.clone()).expect("UTF-8"), found)
}

/// Checks that messages have no characters that control a terminal or change the text direction.
fn assert_tame(said: &str) {
    let wild = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}');
    assert!(!said.contains(wild), "{said:?}");
}

#[test]
fn names_in_archives_lead_nowhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let long = "长".repeat(83) + ".csv";
    let more = [&long, "重.csv", "同\\名.csv", "同/名.csv", "./点.csv"].map(str::to_owned);
    let names = NAMES.iter().map(|name| (*name).to_owned()).chain(more);
    let mut files: Vec<(String, Vec<u8>)> =
        names.enumerate().map(|(number, name)| (name, report(&format!("第{number}镇"), number))).collect();
    // An archive can have two files of the same name, which the writer refuses, so one is renamed in the bytes.
    files.push(("双.csv".to_owned(), report("双镇", 99)));
    let mut bytes = archive(&files);
    let (twice, once) = ("双.csv".as_bytes(), "重.csv".as_bytes());
    for at in 0..bytes.len() - twice.len() {
        if bytes[at..].starts_with(twice) {
            bytes[at..at + twice.len()].copy_from_slice(once);
        }
    }
    let (said, found) = run(folder.path(), &[("包.zip".into(), bytes)], files.len());
    assert_tame(&said);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["重.csv", "…", "./点.csv", "../../逃一.csv", "C:/逃四.csv", "同/名.csv"] {
        assert!(names.contains(&format!("包.zip/{name}").as_str()), "{names:?}");
    }
    assert!(names.contains(&"(2)/包.zip/同/名.csv"), "{names:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_on_disk_lead_nowhere_and_no_two_are_one() {
    use std::os::unix::ffi::OsStringExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let raw = |bytes: &[u8]| PathBuf::from(std::ffi::OsString::from_vec(bytes.to_vec()));
    let gbk = encoding_rs::GBK.encode("高市乡.csv").0.into_owned();
    let names = NAMES.iter().filter(|name| !name.contains('/')).map(PathBuf::from);
    let names = names.chain([raw(&gbk), "高市乡.csv".into(), raw(b"\xff\x81.csv"), raw(b"\xff\xff.csv")]);
    let names = names.chain([PathBuf::from("长".repeat(83) + ".csv")]);
    let files: Vec<(PathBuf, Vec<u8>)> =
        names.enumerate().map(|(number, name)| (name, report(&format!("第{number}镇"), number))).collect();
    let (said, found) = run(folder.path(), &files, 0);
    assert_tame(&said);
    let shown: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).filter(|name| name.contains("高市乡")).collect();
    assert_eq!(shown, ["(2)/送/高市乡.csv", "送/高市乡.csv"]);
    // The output of `check` has a line of its own for each file, whatever its name.
    let paths = files.iter().map(|(name, _)| folder.path().join("送").join(name));
    let checked = huizong().arg("check").args(paths).args(["--fail-on", "never"]).assert().success();
    let said = String::from_utf8(checked.get_output().stdout.clone()).expect("UTF-8");
    assert_tame(&said);
    assert_eq!(said.lines().filter(|line| !line.starts_with("  ")).count(), files.len(), "{said}");
    let gone = folder.path().join("没\u{1b}[31m有");
    let failed = huizong().arg("run").arg(gone).arg("-o").arg(folder.path().join("none")).assert().code(2);
    assert_tame(&String::from_utf8_lossy(&failed.get_output().stderr));
}

#[test]
fn files_of_one_name_in_two_inputs_are_told_apart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let folders = ["东/甲山镇", "西/乙水乡", "西/甲山镇"].map(|input| folder.path().join(input));
    for (number, input) in folders.iter().enumerate() {
        std::fs::create_dir_all(input).expect("a folder");
        std::fs::write(input.join("年报.csv"), report("", number)).expect("a file");
    }
    huizong().arg("run").args(&folders).arg("-o").arg(&out).arg("-q").assert().success();
    let names: Vec<String> = inputs(&out).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["(2)/甲山镇/年报.csv", "乙水乡/年报.csv", "甲山镇/年报.csv"]);
}

#[test]
fn names_of_units_stay_names_in_everything_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |(number, unit): (usize, &&str)| {
        // A broken sum, so that each unit gets an annotated workbook.
        let text = String::from_utf8(report(unit, number)).expect("UTF-8");
        let broken = text.replacen("（七）总计,,5", "（七）总计,,6", 1);
        (PathBuf::from(format!("{number}.csv")), broken.into_bytes())
    };
    let files: Vec<(PathBuf, Vec<u8>)> = UNITS.iter().enumerate().map(file).collect();
    let (said, _) = run(folder.path(), &files, 0);
    assert_tame(&said);
    let out = folder.path().join("out");
    let page = std::fs::read_to_string(out.join("报告.html")).expect("the page");
    assert!(!page.contains("<script>alert(1)") && page.contains("逃出镇"));
    let marked = std::fs::read_dir(out.join("标注")).expect("marked workbooks").map(|entry| entry.expect("one").path());
    let books: Vec<PathBuf> = marked.chain([out.join("汇总表.xlsx")]).collect();
    assert!(books.len() > UNITS.len(), "{books:?}");
    for path in books {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
        for name in book.sheet_names() {
            book.worksheet_range(&name).expect("a sheet");
            let formulas = book.worksheet_formula(&name).expect("its formulas");
            assert!(formulas.cells().all(|(_, _, formula)| !formula.contains("HYPERLINK")), "{}", path.display());
        }
    }
    for name in ["县级汇总.csv", "单位一览.csv", "问题清单.csv", "未报送名单.csv"] {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(out.join(name)).expect(name);
        for cell in reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()) {
            let number = cell.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell:?}");
        }
    }
    let mut reader = csv::Reader::from_path(out.join("data/units.csv")).expect("the units");
    let cells: BTreeSet<String> =
        reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    for name in ["题\u{7}镇", "镇\u{202e}反"] {
        assert!(cells.contains(name), "names are exact where programs read them: {cells:?}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_among_the_inputs_chooses_a_program_to_start() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (input, program, proof) =
        (folder.path().join("送"), folder.path().join("送/run.sh"), folder.path().join("proof"));
    std::fs::create_dir(&input).expect("a folder");
    std::fs::write(&program, format!("#!/bin/sh\ntouch '{}'\n", proof.display())).expect("a script");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("may be run");
    std::fs::write(input.join("甲山镇2025年年报.doc"), b"\xDB\xA5\x2D\0").expect("a file");
    std::fs::write(input.join("huizong.toml"), format!("convert_with = \"{}\"\n", program.display()))
        .expect("settings");
    huizong().arg("run").arg(&input).arg("-o").arg(folder.path().join("out")).assert().code(2);
    assert!(!proof.exists());
}
