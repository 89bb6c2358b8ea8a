//! Which of a unit's files counts from round to round: resent, moved, misplaced, old and lost files.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

#[path = "common/work_folder.rs"]
mod work_folder;

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use common::scene;
use program::{huizong, rows};
use work_folder::{Season, sheet, write_into};

const REPORT: &str = "甲山镇2025年年报.xlsx";
const OTHER: &str = "乙水乡2025年年报.xlsx";
const RECEIVED: &str = "t3.received.natural_person";
/// A change that breaks a sum, so that the unit is asked to correct it.
const BROKEN: &str = "D23 = 31";

/// Returns a season with the reports of two townships, before its first round.
fn season() -> Season {
    let season = Season::of_townships(&["甲山镇", "乙水乡"]);
    season.receive(REPORT, "");
    season.receive(OTHER, "");
    season
}

/// Returns a season in which the office has decided for the first of two reports of a township, with the file name of
/// the other.
fn decided_between_two() -> (Season, &'static str) {
    let season = season();
    let other = "甲山镇2025年年报（终稿）.xlsx";
    season.receive(other, BROKEN);
    season.round("2026-01-10");
    assert_eq!(statuses(&season), pairs(&[(REPORT, "conflicting"), (other, "conflicting")]));
    season.decide(|tables| write_into(tables, "采用", REPORT, "采用", "是"));
    season.round("2026-01-11");
    (season, other)
}

fn statuses(season: &Season) -> Vec<(String, String)> {
    season.files("甲山镇").into_iter().collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let sorted: BTreeMap<_, _> =
        expected.iter().map(|(file, status)| ((*file).to_owned(), (*status).to_owned())).collect();
    sorted.into_iter().collect()
}

fn move_into(season: &Season, file: &str, folder: &str) {
    fs::create_dir_all(season.inbox().join(folder)).expect("a folder");
    fs::rename(season.inbox().join(file), season.inbox().join(folder).join(file)).expect("a move");
}

#[test]
fn a_unit_takes_back_a_correction_with_its_first_figures() {
    let season = season();
    season.receive("甲山镇2025年年报（更正）.xlsx", BROKEN);
    season.round("2026-01-10");
    let own = season.value("甲山镇", RECEIVED);
    assert_eq!(own.as_deref(), Some("31"));
    let again = "甲山镇2025年年报（第二次更正）.xlsx";
    fs::copy(season.inbox().join(REPORT), season.inbox().join(again)).expect("a copy");
    for date in ["2026-01-11", "2026-01-12"] {
        season.round(date);
        let expected = [(again, "accepted"), (REPORT, "superseded"), ("甲山镇2025年年报（更正）.xlsx", "superseded")];
        assert_eq!(statuses(&season), pairs(&expected));
    }
}

#[test]
fn an_old_version_that_comes_again_without_a_mark_is_asked_about() {
    let season = season();
    fs::remove_file(season.inbox().join(REPORT)).expect("a file");
    season.receive(REPORT, BROKEN);
    season.round("2026-01-10");
    let new = "甲山镇2025年年报（终稿）.xlsx";
    season.receive(new, "");
    season.round("2026-01-11");
    assert_eq!(statuses(&season), pairs(&[(REPORT, "superseded"), (new, "accepted")]));
    let copy = "补报/甲山镇2025年年报.xlsx";
    season.receive("补报/甲山镇2025年年报.xlsx", BROKEN);
    for date in ["2026-01-12", "2026-01-13"] {
        season.round(date);
        let expected = [(REPORT, "superseded"), (copy, "conflicting"), (new, "accepted")];
        assert_eq!(statuses(&season), pairs(&expected));
    }
    season.decide(|tables| write_into(tables, "采用", copy, "采用", "是"));
    season.round("2026-01-14");
    assert_eq!(season.value("甲山镇", RECEIVED).as_deref(), Some("31"));
}

#[test]
fn a_decision_follows_its_file_when_files_are_moved() {
    let (season, other) = decided_between_two();
    move_into(&season, REPORT, "已收");
    move_into(&season, other, "已收");
    let said = season.round("2026-01-12");
    assert!(!said.contains("没有文件") && !said.contains("不在收件中"), "{said}");
    season.receive("会议2026.txt", "content 无");
    season.round("2026-01-13");
    move_into(&season, "会议2026.txt", "别的");
    season.round("2026-01-14");
    let expected = [("已收/甲山镇2025年年报.xlsx", "accepted"), ("已收/甲山镇2025年年报（终稿）.xlsx", "superseded")];
    assert_eq!(statuses(&season), pairs(&expected));
    assert_eq!(sheet(&season.book(), "采用").len(), 2, "nothing is asked again");
}

#[test]
fn a_later_report_does_not_override_a_decision_unless_it_is_marked() {
    let (season, other) = decided_between_two();
    let later = "甲山镇2025年报.xlsx";
    season.receive(later, "J23 = 41");
    for date in ["2026-01-12", "2026-01-13"] {
        season.round(date);
        let expected = [(REPORT, "accepted"), (other, "superseded"), (later, "conflicting")];
        assert_eq!(statuses(&season), pairs(&expected));
    }
    let marked = "甲山镇2025年报（更正）.xlsx";
    season.receive(marked, "J23 = 42");
    let said = season.round("2026-01-14");
    assert!(said.contains(&format!("现采用的是“{marked}”，“{REPORT}”已被代替")), "{said}");
    season.receive("会议2026.txt", "content 无");
    season.round("2026-01-15");
    assert_eq!(season.files("甲山镇")[marked], "flagged");
}

#[test]
fn a_report_of_last_year_beside_this_years_is_only_noted() {
    let season = season();
    season.round("2026-01-10");
    let last = "甲山镇2024年年报.xlsx";
    season.receive(last, "");
    season.round("2026-01-21");
    assert_eq!(statuses(&season), pairs(&[(last, "superseded"), (REPORT, "accepted")]));
    let findings = season.table("data/findings.csv");
    let found = findings.iter().find(|row| row["rule"] == "U04").expect("a note");
    assert_eq!((found["severity"].as_str(), found["file"].as_str()), ("note", last));
    assert!(!season.results().join("整改通知/甲山镇.docx").exists());
    // An unreadable correction is another matter, and all outputs agree on it.
    fs::write(season.inbox().join("甲山镇2025年年报（更正）.xlsx"), "PK\u{3}\u{4}").expect("a file");
    season.round("2026-01-22");
    let calls = season.table("催办名单.csv");
    assert_eq!(calls.iter().find(|row| row["单位"] == "甲山镇").expect("a row")["事项"], "请更正后重新报送");
    let mut diff = huizong();
    diff.arg("diff").arg(season.root.join("历次/第2次/结果")).arg(season.results());
    let out = String::from_utf8_lossy(&diff.assert().success().get_output().stdout).into_owned();
    assert!(out.contains("下一步：请更正后重新报送"), "{out}");
}

#[test]
fn a_report_that_vanishes_from_the_inbox_still_counts_until_it_is_refused() {
    let season = season();
    fs::create_dir_all(season.inbox().join("乡镇")).expect("a folder");
    move_into(&season, REPORT, "乡镇");
    let file = "乡镇/甲山镇2025年年报.xlsx";
    season.round("2026-01-10");
    let before = season.value("甲山镇", RECEIVED);
    fs::remove_file(season.inbox().join(file)).expect("a file");
    for date in ["2026-01-21", "2026-01-22"] {
        let said = season.round(date);
        assert!(said.contains(&format!("本次不在收件中，仍按以前计入的原件计：{file}")), "{said}");
        assert_eq!(statuses(&season), pairs(&[(file, "accepted")]));
        assert_eq!(season.value("甲山镇", RECEIVED), before);
    }
    let findings = season.table("data/findings.csv");
    assert!(findings.iter().any(|row| row["rule"] == "U02" && row["severity"] == "note" && row["file"] == file));
    assert!(season.table("未报送名单.csv").is_empty() && !season.results().join("整改通知/甲山镇.docx").exists());
    season.decide(|tables| write_into(tables, "采用", file, "采用", "否"));
    let said = season.round("2026-01-23");
    assert!(said.contains(&format!("不再使用：{file}")), "{said}");
    assert_eq!(statuses(&season), pairs(&[("", "missing")]));
    season.receive(file, "");
    season.round("2026-01-24");
    assert_eq!(statuses(&season), pairs(&[(file, "accepted")]));
}

/// Returns the report of a township as the bytes of a workbook.
fn bytes(file: &str, changes: &str) -> Vec<u8> {
    scene(&format!("file {file}\n{changes}")).files.remove(0).bytes()
}

/// Files that overwrite a report that counts, and the rule that says why they do not count.
fn overwriting() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let other_unit = bytes("丙林镇2025年年报.xlsx", "");
    let whole = bytes(REPORT, "");
    let third = ("表三", "t3", "D23 = 32");
    vec![
        ("a damaged file", whole[..whole.len() / 2].to_vec(), "F01"),
        ("an empty file", Vec::new(), "F01"),
        ("two reports that differ", workbook(&[("表三 (1)", "t3", BROKEN), third]), "U03"),
        ("a report that differs from the one that counted", workbook(&[("表三 (1)", "t3", ""), third]), "U03"),
        ("a report of another year", bytes("甲山镇2024年年报.xlsx", ""), "U04"),
        ("a report without figures", bytes(REPORT, "clear D6:F7 D10 D13 D14 D17 D23:J47 A53:O53"), "F10"),
        ("a report of another unit", other_unit, "U01"),
    ]
}

#[test]
fn a_report_that_is_overwritten_by_one_that_cannot_count_stays_in_the_totals() {
    for (what, content, rule) in overwriting() {
        let season = season();
        season.round("2026-01-10");
        let before = season.value("甲山镇", RECEIVED);
        assert!(before.is_some());
        let whole = fs::read(season.inbox().join(REPORT)).expect("a report");
        fs::write(season.inbox().join(REPORT), content).expect("a file");
        for date in ["2026-01-21", "2026-01-22"] {
            let said = season.round(date);
            assert!(said.contains(&format!("仍按以前计入的原件计：{REPORT}")), "{what}: {said}");
            assert_eq!(season.value("甲山镇", RECEIVED), before, "{what}");
            let findings = season.table("data/findings.csv");
            let of_file =
                |code: &str, file: &str| findings.iter().any(|row| row["rule"] == code && row["file"] == file);
            assert!(of_file(rule, REPORT), "{what}: {findings:?}");
            assert!(of_file("U03", &format!("历次/原件/{REPORT}")), "{what}: {findings:?}");
            let total = season.table("data/totals.csv").into_iter().find(|row| row["indicator"] == RECEIVED);
            assert_eq!(total.expect("a total")["units_reporting"], "2", "{what}");
        }
        // The file is restored in its place.
        fs::write(season.inbox().join(REPORT), whole).expect("a file");
        let said = season.round("2026-01-23");
        assert!(!said.contains("原件") && !said.contains("不在收件中"), "{what}: {said}");
        assert_eq!(statuses(&season), pairs(&[(REPORT, "accepted")]), "{what}");
    }
}

#[test]
fn an_overwritten_report_is_withdrawn_when_the_office_refuses_it() {
    let season = season();
    season.round("2026-01-10");
    fs::write(season.inbox().join(REPORT), "PK\u{3}\u{4}").expect("a file");
    season.round("2026-01-11");
    let copy = format!("历次/原件/{REPORT}");
    season.decide(|tables| write_into(tables, "采用", &copy, "采用", "否"));
    season.round("2026-01-12");
    assert_eq!(statuses(&season), pairs(&[(REPORT, "unreadable")]));
}

#[test]
fn a_correction_that_vanishes_does_not_give_way_to_what_it_replaced() {
    let season = season();
    let marked = "甲山镇2025年年报（更正）.xlsx";
    season.receive(marked, BROKEN);
    season.round("2026-01-10");
    fs::remove_file(season.inbox().join(marked)).expect("a file");
    let said = season.round("2026-01-11");
    assert!(said.contains("仍按以前计入的原件计"), "{said}");
    assert_eq!(statuses(&season), pairs(&[(REPORT, "superseded"), (marked, "flagged")]));
    // Of two reports in conflict, one may be taken away, as the letter to the unit asks.
    let other = "乙水乡2025年年报（终稿）.xlsx";
    season.receive(other, BROKEN);
    season.round("2026-01-12");
    fs::remove_file(season.inbox().join(OTHER)).expect("a file");
    let said = season.round("2026-01-13");
    assert!(said.contains(&format!("不再使用：{OTHER}")), "{said}");
    assert_eq!(season.files("乙水乡").into_iter().collect::<Vec<_>>(), pairs(&[(other, "flagged")]));
}

/// Packs the files of a folder with paths that begin with one of these names.
fn zip_of(root: &Path, target: &Path) {
    let mut archive = zip::ZipWriter::new(fs::File::create(target).expect("a file"));
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let entry = entry.expect("a readable tree");
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(root.parent().expect("a parent")).expect("below").to_string_lossy();
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
            archive.write_all(&fs::read(entry.path()).expect("a file")).expect("its bytes");
        }
    }
    archive.finish().expect("an archive");
}

#[test]
fn files_in_a_folder_that_becomes_a_work_folder_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let start = |name: &str, language: &str| {
        let root = folder.path().join(name);
        let done = huizong().arg("start").arg(&root).args(["--lang", language]).assert().success();
        String::from_utf8_lossy(&done.get_output().stderr).into_owned()
    };
    for name in ["有文件", "files"] {
        std::fs::create_dir_all(folder.path().join(name).join("收到的")).expect("a folder");
        std::fs::write(folder.path().join(name).join("收到的/甲山镇.xlsx"), "").expect("a file");
    }
    assert!(start("有文件", "zh").contains("里原有 1 个文件，每一轮只读 收件 里的"));
    assert!(start("files", "en").contains("had 1 files already"));
    assert!(!start("空的", "zh").contains("原有"));
}

#[test]
fn a_run_over_a_work_folder_reads_its_inbox_alone() {
    let season = season();
    season.round("2026-01-10");
    season.receive(REPORT, BROKEN);
    season.round("2026-01-11");
    let folder = tempfile::tempdir().expect("a temporary folder");
    zip_of(&season.root, &folder.path().join("2025年年报.zip"));
    for (input, out) in [(season.root.as_path(), "甲"), (&folder.path().join("2025年年报.zip"), "乙")] {
        let out = folder.path().join(out);
        huizong().arg("run").arg(input).arg("-o").arg(&out).arg("--data-only").assert().success();
        let files: Vec<String> = rows(&out.join("data/units.csv")).iter().map(|row| row["file"].clone()).collect();
        assert!(files.len() == 2 && files.iter().all(|file| file.contains("收件/")), "{files:?}");
    }
}

/// Returns a workbook of 甲山镇 with a table on each sheet: the sheet's name, the table, and changes to it.
fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let file = |changes: &str| scene(&format!("file {REPORT}\n{changes}")).files.remove(0);
    let mut workbook = file("");
    let sheet = |(name, table, changes): &(&str, &str, &str)| {
        let mut sheet = file(changes).sheets.remove(0);
        let others: Vec<_> = sheet.tables.iter().filter(|(id, _)| id != table).map(|(_, range)| *range).collect();
        for range in others {
            sheet.clear(range);
        }
        (*name).clone_into(&mut sheet.name);
        sheet
    };
    workbook.sheets = sheets.iter().map(sheet).collect();
    workbook.bytes()
}

#[test]
fn a_copied_sheet_is_no_second_report_unless_it_differs() {
    let season = season();
    let report = season.inbox().join(REPORT);
    let tables = [("表二", "t2", ""), ("表三", "t3", ""), ("表三 (2)", "t3", ""), ("表四", "t4", "")];
    fs::write(&report, workbook(&tables)).expect("a file");
    season.round("2026-01-10");
    let found = season.table("data/findings.csv");
    let says = found.iter().filter(|row| row["unit"] == "甲山镇").map(|row| row["message"].clone()).collect::<Vec<_>>();
    assert_eq!(says, ["工作表“表三 (2)”与工作表“表三”的数字完全相同，只计一份。"]);
    assert_eq!(
        season.value("甲山镇", "t4.review.total").as_deref(),
        season.value("乙水乡", "t4.review.total").as_deref()
    );
    // A copy without figures is left aside.
    let zeros = "clear D23:J47";
    fs::write(&report, workbook(&[tables[0], tables[1], ("表三 (2)", "t3", zeros), tables[3]])).expect("a file");
    season.round("2026-01-11");
    assert_eq!(season.files("甲山镇")[REPORT], "accepted");
    fs::write(&report, workbook(&[tables[0], tables[1], ("表三 (2)", "t3", BROKEN), tables[3]])).expect("a file");
    season.round("2026-01-12");
    assert_eq!(season.files("甲山镇")[REPORT], "conflicting");
    let asked: Vec<String> = sheet(&season.book(), "采用").iter().map(|row| row["文件"].clone()).collect();
    let parts = [format!("历次/原件/{REPORT}"), format!("{REPORT}［表三 (2)］")];
    assert_eq!(asked, parts);
    assert_eq!(season.value("甲山镇", RECEIVED), season.value("乙水乡", RECEIVED));
    season.decide(|tables| write_into(tables, "采用", &parts[1], "采用", "是"));
    let said = season.round("2026-01-13");
    assert!(!said.contains("没有文件"), "{said}");
    assert_eq!(season.value("甲山镇", RECEIVED).as_deref(), Some("31"));
}

#[test]
fn what_is_no_report_of_a_unit_of_the_roster_is_named_and_not_counted_as_received() {
    let season = season();
    season.round("2026-01-10");
    fs::copy(season.results().join("本级年报（初稿）.docx"), season.inbox().join("示例县年报.docx")).expect("a copy");
    let said = season.round("2026-01-11");
    assert!(
        said.contains("都没有变化") && said.contains("本级年报（初稿）不是单位的报告，未采用：示例县年报.docx"),
        "{said}"
    );
    season.receive("邻水县财政局2025年年报.xlsx", "");
    let said = season.round("2026-01-12");
    assert!(!said.contains("新收到") && said.contains("不在名册、未计入的报告 1 份"), "{said}");
}
