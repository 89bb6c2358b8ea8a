//! Dates and years of the rounds of a work folder.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

#[path = "common/work_folder.rs"]
mod work_folder;

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::BTreeMap;
use std::path::Path;

use huizong::report::with_cell_text;
use program::huizong;
use work_folder::{Season, sheet, tables};

/// Returns a setting of a work folder.
fn setting(season: &Season, name: &str) -> String {
    let rows = sheet(&season.root.join("名册.xlsx"), "设置");
    rows.into_iter().find(|row| row["项目"] == name).map(|row| row["内容"].clone()).expect("a setting")
}

/// Writes a setting as a person would.
fn set(season: &Season, name: &str, text: &str) {
    let path = season.root.join("名册.xlsx");
    let (_, rows) = tables(&path).into_iter().find(|(sheet, _)| sheet == "设置").expect("the settings");
    let row = rows.iter().position(|row| row[0] == name).expect("a setting");
    let bytes = std::fs::read(&path).expect("the roster");
    let row = u32::try_from(row).expect("a row");
    std::fs::write(&path, with_cell_text(&bytes, "设置", (row, 1), text).expect("edited")).expect("the roster");
}

/// Everything in a work folder, by its path.
fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("a readable tree"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|file| (file.path().display().to_string(), std::fs::read(file.path()).expect("a file"))).collect()
}

fn said(done: &assert_cmd::assert::Assert) -> String {
    String::from_utf8_lossy(&done.get_output().stderr).into_owned()
}

#[test]
fn the_date_of_a_round_is_written_into_the_settings() {
    let season = Season::start();
    let roster = season.root.join("名册.xlsx");
    let units = sheet(&roster, "名册");
    let said_first = season.round("2026-01-18");
    assert!(said_first.contains("第 1 轮，日期 2026-01-18"), "{said_first}");
    assert_eq!(setting(&season, "本轮日期"), "2026-01-18");
    assert_eq!(sheet(&roster, "名册"), units);
    // A round without a terminal takes it, and reports that; the letters name the date of the round before.
    season.receive("戊岭镇2025年年报.xlsx", "");
    let second = said(&huizong().arg("round").arg(&season.root).assert().success());
    assert!(second.contains("第 2 轮，日期 2026-01-18（取自设置；日期不同的请加 --date）"), "{second}");
    assert!(second.contains("与上次（2026年1月18日）相比：新收到 1 个单位"), "{second}");
    let page = std::fs::read_to_string(season.results().join("报告.html")).expect("the page");
    assert!(page.contains("<h2>与上次（2026年1月18日）相比</h2>"));
    // If it is open elsewhere, it stays unchanged, and the verdict reports that, and a date before the last as well.
    season.receive("寅谷镇2025年年报.xlsx", "");
    let lock = season.root.join("~$名册.xlsx");
    std::fs::write(&lock, "").expect("a lock");
    let third = season.round("2026-01-17");
    assert!(third.contains("本轮日期 2026-01-17 没有记入 名册.xlsx 的“设置”表：正在别的程序里打开"), "{third}");
    assert!(third.contains("本轮日期 2026-01-17 早于上一轮的 2026-01-18，请核对"), "{third}");
    assert_eq!(setting(&season, "本轮日期"), "2026-01-18");
    std::fs::remove_file(&lock).expect("closed");
    assert!(season.round("2026-01-20").contains("没有变化"), "a date alone is nothing new");
}

#[test]
fn a_roster_without_settings_has_no_date_and_keeps_its_bytes() {
    let season = Season::start();
    let roster = season.root.join("名册.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name("名册").expect("a name");
    for (row, name) in (0..).zip(["单位名称", "示例县甲山镇人民政府", "示例县戊岭镇人民政府"]) {
        page.write(row, 0, name).expect("a cell");
    }
    workbook.save(&roster).expect("a roster");
    let bytes = std::fs::read(&roster).expect("the roster");
    let first = said(&huizong().arg("round").arg(&season.root).assert().success());
    assert!(first.contains("第 1 轮，没有写明日期，没有判断谁已过期限"), "{first}");
    season.receive("戊岭镇2025年年报.xlsx", "");
    season.round("2026-01-18");
    assert_eq!(std::fs::read(&roster).expect("the roster"), bytes);
}

#[test]
fn another_year_is_refused_with_what_to_do_and_nothing_is_lost() {
    let season = Season::start();
    season.round("2026-01-18");
    set(&season, "年度", "2026");
    season.receive("戊岭镇2025年年报.xlsx", "");
    let before = contents(&season.root);
    let refused = |args: &[&str]| said(&huizong().arg("round").arg(&season.root).args(args).assert().code(2));
    let words = refused(&["--date", "2027-01-18"]);
    for part in
        ["上一次结果是 2025 年度的，这一次是 2026 年度的", "什么都没有改动", "huizong start", "“上年结果”", "移到 历次"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    let english = refused(&["--date", "2027-01-18", "--lang", "en"]);
    assert!(english.contains("a work folder is for one year") || english.contains("A work folder is for one year"));
    assert_eq!(contents(&season.root), before);
    // The year was wrong: mended, the next round goes on.
    set(&season, "年度", "2025");
    assert!(season.round("2026-02-05").contains("第 2 轮"));
    // The year of the last round was wrong: its outputs are put aside, and the rounds are counted on.
    let aside = season.root.join("历次/结果");
    std::fs::rename(season.results(), &aside).expect("moved");
    set(&season, "年度", "2026");
    assert!(season.round("2027-01-18").contains("第 2 轮"));
    assert!(aside.join("data/manifest.json").is_file());
}

#[test]
fn a_year_that_the_reports_change_is_refused_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("年报");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    huizong().arg("start").arg(&root).arg("--roster").arg(sample.join("roster.csv")).assert().success();
    let receive = |name: &str, lines: &str| {
        let scene = common::scene(&format!("file {name}\n{lines}"));
        std::fs::write(root.join("收件").join(name), scene.files[0].bytes()).expect("a file");
    };
    receive("甲山镇2025年年报.xlsx", "");
    huizong().arg("round").arg(&root).args(["--date", "2026-01-18"]).assert().success();
    for name in ["丁河乡", "丙林镇", "乙水乡"] {
        let entry = std::fs::read_dir(sample.join("2024"))
            .expect("the sample")
            .map(|entry| entry.expect("an entry").path())
            .find(|path| path.display().to_string().contains(name))
            .expect("a report");
        std::fs::copy(&entry, root.join("收件").join(entry.file_name().expect("a name"))).expect("a copy");
    }
    let before = contents(&root);
    let words = said(&huizong().arg("round").arg(&root).args(["--date", "2026-01-19"]).assert().code(2));
    assert!(words.contains("上一次结果是 2025 年度的，这一次是 2024 年度的"), "{words}");
    assert_eq!(contents(&root), before);
}

/// Returns the letters and the archives of the last round, by path.
fn dispatched(season: &Season) -> BTreeMap<String, Vec<u8>> {
    let results = season.results();
    let below = |path: &str| path.trim_start_matches(&results.display().to_string()).replace('\\', "/");
    let all = contents(&results).into_iter().map(|(path, bytes)| (below(&path), bytes));
    all.filter(|(path, _)| ["/整改通知/", "/发出/"].iter().any(|folder| path.starts_with(folder))).collect()
}

/// Returns the text of a letter.
fn letter_text(bytes: &[u8]) -> String {
    let letter = huizong::document::read("a.docx", bytes, &huizong::source::Limits::default()).expect("a letter");
    letter.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_letter_that_says_the_same_keeps_its_date_and_its_bytes() {
    let letter = |unit: &str| format!("/整改通知/{unit}.docx");
    let archive = |unit: &str, day: &str| format!("/发出/{unit}（2025年度报告，2026年2月{day}日通知）.zip");
    let season = Season::of_townships(&["甲山镇", "乙水乡", "丙林镇"]);
    season.receive("甲山镇2025年年报.xlsx", "D10 = -1\nD23 = 31");
    season.round("2026-02-01");
    let first = dispatched(&season);
    assert!(letter_text(&first[&letter("甲山镇")]).contains("2026年2月1日"));
    // Only what arrived changes a letter, not another day.
    season.receive("丙林镇2025年年报.xlsx", "");
    season.round("2026-02-08");
    let second = dispatched(&season);
    for path in [letter("甲山镇"), letter("乙水乡"), archive("甲山镇", "1"), archive("乙水乡", "1")] {
        assert!(second.contains_key(&path), "{path} is not in {:?}", second.keys());
        assert_eq!(second[&path], first[&path], "{path}");
    }
    assert_eq!(second.len(), 4, "{:?}", second.keys());
    season.receive("甲山镇2025年年报（更正）.xlsx", "D23 = 31");
    season.round("2026-02-15");
    let third = dispatched(&season);
    let said = letter_text(&third[&letter("甲山镇")]);
    assert!(said.contains("2026年2月1日通知你单位的问题，已更正1处，尚有1处"), "{said}");
    assert!(said.contains("\n2026年2月15日") && third.contains_key(&archive("甲山镇", "15")), "{said}");
    assert_eq!(third[&letter("乙水乡")], first[&letter("乙水乡")]);
    // A letter on an earlier letter stays too, with what a person wrote into it.
    let path = season.results().join("整改通知/甲山镇.docx");
    work_folder::rewrite(&path, "word/document.xml", |xml| xml.replacen("特此通知", "务请重视。特此通知", 1));
    let edited = std::fs::read(&path).expect("a letter");
    season.receive("丙林镇2025年年报（更正）.xlsx", "D10 = 14");
    let said = season.round("2026-02-22");
    assert!(said.contains("手工改过的 整改通知/甲山镇.docx 保留在原处"), "{said}");
    let fourth = dispatched(&season);
    assert_eq!(fourth[&letter("甲山镇")], edited);
    assert_eq!(fourth[&letter("乙水乡")], first[&letter("乙水乡")]);
    let packed = &fourth[&archive("甲山镇", "15")];
    let mut packed = zip::ZipArchive::new(std::io::Cursor::new(packed)).expect("an archive");
    let mut sent = Vec::new();
    std::io::copy(&mut packed.by_index(0).expect("a letter"), &mut sent).expect("its bytes");
    assert_eq!(sent, edited);
    // Another term is another letter.
    set(&season, "答复期限", "2026-03-31");
    season.round("2026-02-24");
    let fifth = dispatched(&season);
    assert!(letter_text(&fifth[&letter("乙水乡")]).contains("2026年2月24日"), "{:?}", fifth.keys());
}
