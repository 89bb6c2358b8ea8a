//! `标注/单位.xlsx` for a unit that sent an xlsx: a copy of its own workbook with notes, and everything else unchanged.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use program::{Row, huizong, rows};

type Parts = BTreeMap<String, Vec<u8>>;

fn project(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(part)
}

fn run(inputs: &Path, out: &Path) {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("-o").arg(out).arg("--quiet");
    command.assert().success();
}

fn parts(path: &Path) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(fs::read(path).expect("a file"))).expect("a workbook");
    let mut parts = Parts::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("bytes");
        parts.insert(part.name().expect("a name").into_owned(), bytes);
    }
    parts
}

fn write(parts: &Parts, path: &Path) {
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        to.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        to.write_all(bytes).expect("a part");
    }
    fs::write(path, to.finish().expect("an archive").into_inner()).expect("a file");
}

/// Writes a flat workbook of the sample report with a wrong total, and with an additional sheet of the unit's own.
fn wrong_report(path: &Path) {
    let csv = fs::read(project("tests/cases/csv_guarded_figures/in/甲山镇2024年.csv")).expect("a report");
    let (text, _, _) = encoding_rs::GBK.decode(&csv);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("年报").expect("a name");
    let bold = Format::new().set_bold().set_border(rust_xlsxwriter::FormatBorder::Thin);
    for (row, record) in (0_u32..).zip(reader.records()) {
        for (column, cell) in (0_u16..).zip(&record.expect("a row")) {
            let bare = cell.trim_start_matches('=').trim_matches('"');
            match bare.parse::<f64>() {
                Ok(12.0) if row > 15 && column == 3 => sheet.write_with_format(row, column, 13, &bold),
                Ok(number) => sheet.write_with_format(row, column, number, &bold),
                Err(_) => sheet.write(row, column, bare),
            }
            .expect("a cell");
        }
    }
    book.add_worksheet().set_name("本单位备查").expect("a name").write(0, 0, "不要改动").expect("a cell");
    book.save(path).expect("a file");
}

/// Returns the path of the annotated workbook of the only unit.
fn marked(out: &Path) -> PathBuf {
    let mut files = fs::read_dir(out.join("标注")).expect("a folder").map(|entry| entry.expect("a file").path());
    files.next().expect("a marked workbook")
}

#[test]
fn the_copy_is_the_units_own_workbook_marked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&inputs).expect("a folder");
    let sent = inputs.join("甲山镇2024年年报.xlsx");
    wrong_report(&sent);
    run(&inputs, &out);
    let copy = marked(&out);
    let (before, after) = (parts(&sent), parts(&copy));
    let edited = [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ];
    for (name, bytes) in &before {
        assert_eq!(after.get(name) == Some(bytes), !edited.contains(&name.as_str()), "{name}");
    }
    let text = |name: &str| String::from_utf8(after[name].clone()).expect("UTF-8");
    assert!(text("xl/workbook.xml").contains("<sheets><sheet name=\"问题\""));
    assert!(text("xl/worksheets/huizong.xml").contains("S01"));
    assert!(text("xl/commentsHuizong1.xml").contains("应为12"), "{}", text("xl/commentsHuizong1.xml"));
    // Returned without changes, it is not a new report.
    let again = folder.path().join("again");
    run(&copy, &again);
    assert!(rows(&again.join("data/facts.csv")).is_empty());
    let facts = rows(&out.join("data/facts.csv"));
    sent_back_mended(&folder.path().join("back"), &copy, &facts);
}

/// Checks that the returned copy with the corrected figure counts as the unit's report, with each figure at its place.
fn sent_back_mended(folder: &Path, copy: &Path, facts: &[Row]) {
    fs::create_dir(folder).expect("a folder");
    let mut mended = parts(copy);
    let sheet = mended.get_mut("xl/worksheets/sheet1.xml").expect("the sheet");
    let text = String::from_utf8(sheet.clone()).expect("UTF-8");
    let at = text.find("r=\"D21\"").expect("the cell");
    let (head, tail) = text.split_at(at);
    assert!(tail[..80].contains("<v>13</v>"), "{}", &tail[..80]);
    *sheet = (head.to_owned() + &tail.replacen("<v>13</v>", "<v>12</v>", 1)).into_bytes();
    write(&mended, &folder.join("甲山镇.xlsx"));
    let out = folder.with_file_name("mended");
    run(folder, &out);
    let new = rows(&out.join("data/facts.csv"));
    assert_eq!(new.len(), facts.len());
    for (then, now) in facts.iter().zip(&new) {
        let is_mended = then["indicator"] == "t3.received.natural_person";
        let wanted = if is_mended { "12" } else { then["value"].as_str() };
        assert_eq!([now["value"].as_str(), &now["sheet"], &now["cell"]], [wanted, &then["sheet"], &then["cell"]]);
    }
    assert!(rows(&out.join("data/findings.csv")).iter().all(|row| !row["rule"].starts_with('S')));
}

#[test]
fn a_workbook_that_could_start_something_is_not_copied() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, part) in
        ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/connections.xml"].into_iter().enumerate()
    {
        let inputs = folder.path().join(format!("in{number}"));
        fs::create_dir(&inputs).expect("a folder");
        let sent = inputs.join("甲山镇2024年年报.xlsx");
        wrong_report(&sent);
        let mut with = parts(&sent);
        with.insert(part.to_owned(), b"<x/>".to_vec());
        write(&with, &sent);
        let out = folder.path().join(format!("out{number}"));
        run(&inputs, &out);
        let copy = parts(&marked(&out));
        assert!(!copy.contains_key(part) && !copy.contains_key("xl/worksheets/huizong.xml"), "{part}");
    }
}

#[test]
fn figures_that_were_not_used_are_no_texts_of_the_units_when_they_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&inputs).expect("a folder");
    // Seven cells merged into one with a 0, which is not used.
    let name = "自然资源局2025年度政府信息公开工作年度报告.ods";
    fs::copy(project("data/sample/2025").join(name), inputs.join(name)).expect("a copy");
    run(&inputs, &out);
    let rules = |out: &Path| {
        let found = rows(&out.join("data/findings.csv"));
        found.into_iter().map(|row| row["rule"].clone()).collect::<Vec<_>>()
    };
    let of = |rules: &[String], rule: &str| rules.iter().filter(|found| *found == rule).count();
    let sent = rules(&out);
    assert_eq!((of(&sent, "V09"), of(&sent, "V11")), (1, 0));
    // The unit mends another cell: the figures are no longer those with which the workbook was written.
    let mut mended = parts(&marked(&out));
    let custom = mended.get_mut("docProps/custom.xml").expect("the properties");
    let text = String::from_utf8(custom.clone()).expect("UTF-8");
    *custom = text.replace("annotated ", "annotated 0").into_bytes();
    let back = folder.path().join("back");
    fs::create_dir(&back).expect("a folder");
    write(&mended, &back.join("自然资源局.xlsx"));
    let again = folder.path().join("again");
    run(&back, &again);
    let returned = rules(&again);
    assert_eq!((of(&returned, "V11"), of(&returned, "V03")), (1, of(&sent, "V03")), "{returned:?}");
}
