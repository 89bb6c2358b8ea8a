//! A reporting season of the sample county through the program: three rounds in one work folder, with the changes that
//! occur in a season.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

#[path = "common/work_folder.rs"]
mod work_folder;

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use common::scene;
use huizong::source::Limits;
use rust_decimal::Decimal;

use program::{Row, huizong};
use work_folder::{Season, answer, rewrite, sheet, tables, write_into};

/// Converts a letter with LibreOffice to another format; returns the letter itself if LibreOffice is not installed.
fn resaved(letter: &Path, ending: &str) -> PathBuf {
    let folder = letter.parent().expect("a folder").join(ending);
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let done = Process::new("soffice")
        .args([&profile, "--headless", "--convert-to", ending, "--outdir"])
        .arg(&folder)
        .arg(letter)
        .output();
    let made = folder.join(letter.file_stem().expect("a name")).with_extension(ending);
    if done.is_ok() && made.is_file() { made } else { letter.to_owned() }
}

/// Checks that each total is the sum of the facts.
fn assert_totals(season: &Season) {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for row in season.table("data/facts.csv").iter().filter(|row| !row["value"].is_empty()) {
        let value: Decimal = row["value"].parse().expect("a number");
        // Invalid figures are not in the totals.
        if value.is_sign_negative() || !value.is_integer() && !row["indicator"].contains("amount") {
            continue;
        }
        *sums.entry(row["indicator"].clone()).or_default() += value;
    }
    for row in season.table("data/totals.csv").iter().filter(|row| !row["total"].is_empty()) {
        if row["indicator"].contains("amount") {
            continue;
        }
        let total: Decimal = row["total"].parse().expect("a number");
        assert_eq!(total, sums[&row["indicator"]], "{}", row["indicator"]);
    }
}

/// Returns the units in the totals.
fn counted(season: &Season) -> BTreeSet<String> {
    season.table("data/facts.csv").into_iter().map(|row| row["unit"].clone()).collect()
}

fn first_round(season: &Season) {
    let said = season.round("2026-01-18");
    assert!(said.contains("第 1 轮") && said.contains("行待决定"), "{said}");
    assert_totals(season);
    let missing = season.table("data/findings.csv").into_iter().filter(|row| row["rule"] == "U02");
    let strengths: BTreeSet<String> = missing.map(|row| row["severity"].clone()).collect();
    assert_eq!(strengths, BTreeSet::from(["note".to_owned()]), "before the deadline nobody is missing");
    let calls = season.table("催办名单.csv");
    assert!(
        calls.iter().any(|row| row["单位"].contains("戊岭镇") && row["事项"].starts_with("提醒按期报送")),
        "{calls:?}"
    );
    // Each question is listed once.
    let explanations = sheet(&season.book(), "说明");
    let findings = season.table("data/findings.csv");
    let open = findings.iter().filter(|row| row["severity"] == "must_explain" && row["rule"] != "R02");
    let ids: Vec<&str> = open.map(|row| row["finding_id"].as_str()).collect();
    assert_eq!(explanations.iter().map(|row| row["编号"].as_str()).collect::<Vec<_>>(), ids);
    let names = sheet(&season.book(), "名称");
    assert_eq!(names.len(), 1);
    assert!(names[0]["报送名称"].contains("供销合作社联合社") && names[0]["名册单位"].is_empty());
    let files = sheet(&season.book(), "采用");
    assert_eq!(files.iter().filter(|row| row["单位"].contains("丑塘街道")).count(), 2);
    assert!(season.round("2026-01-19").contains("没有变化"), "nothing is new");
}

/// Makes the changes between the first two rounds: files received and decisions.
fn between(season: &Season) -> String {
    // Three units send corrections: one under the same name in a folder, one as an annotated copy, one with a mark in
    // the name.
    season.receive("二次报送/庚湖镇2025年度政府信息公开工作年度报告.xlsx", "");
    season.receive("壬桥镇2025年年报（更正）.xlsx", "");
    let copy = season.inbox().join("子城街道标注.xlsx");
    std::fs::copy(season.results().join("标注/示例县子城街道办事处.xlsx"), &copy).expect("a copy");
    // A missing unit sends a report; one sends a worse report than before; one that was not asked sends another report.
    season.receive("戊岭镇2025年年报.xlsx", "");
    season.receive("邮件/辰港镇2025年年报.xlsx", "D23 = 50\nE23 = 9\nJ30 = 77");
    season.receive("财政局2025年年报.xlsx", "D23 = 5\nJ23 = 8");
    // Two letters are returned.
    let letters = tempfile::tempdir().expect("a temporary folder");
    for (unit, ending) in [("示例县自然资源局", "docx"), ("示例县住房和城乡建设局", "doc")] {
        let letter = letters.path().join(format!("{unit}回复.docx"));
        std::fs::copy(season.results().join(format!("整改通知/{unit}.docx")), &letter).expect("a letter");
        answer(&letter, &format!("{unit}：情况属实"));
        let saved = resaved(&letter, ending);
        let target = season.inbox().join(saved.file_name().expect("a name"));
        std::fs::copy(saved, target).expect("a reply");
    }
    // The office accepts one explanation, refuses one, corrects a cell, and decides on a duplicate and a name.
    let files = sheet(&season.book(), "采用");
    let adopted = files[1]["文件"].clone();
    season.decide(|tables| {
        write_into(tables, "说明", "V02-", "采纳", "是");
        write_into(tables, "说明", "V09-", "采纳", "否");
        write_into(tables, "采用", &adopted, "采用", "是");
        write_into(tables, "名称", "供销合作社联合社", "名册单位", "示例县寅谷镇人民政府");
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "更正").expect("a sheet");
        let row = ["自然资源局", "t3.granted.natural_person", "", "", "", "7O", "71", "电话核实", "李", "2026-01-20"];
        rows.push(row.map(str::to_owned).to_vec());
        tables.push(("我的备忘".to_owned(), vec![vec!["催过两次".to_owned()]]));
    });
    // A letter and the circular are edited by hand, and a file is added.
    let edited = season.results().join("整改通知/示例县市场监督管理局.docx");
    rewrite(&edited, "word/document.xml", |xml| xml.replace("特此通知", "特此通知，请抓紧办理"));
    rewrite(&season.results().join("通报.docx"), "word/document.xml", |xml| xml.replace("各单位", "各有关单位"));
    std::fs::write(season.results().join("领导批示.txt"), "请抓紧").expect("a file");
    adopted
}

fn second_round(season: &Season, adopted: &str) {
    let before = counted(season);
    let said = season.round("2026-02-05");
    assert!(said.contains("第 2 轮"), "{said}");
    assert_totals(season);
    let now = counted(season);
    let lost: Vec<&String> = before.difference(&now).collect();
    assert!(lost.is_empty(), "{lost:?} are not in the totals any more");
    // The corrected reports count and replace the earlier ones.
    for (unit, file) in [
        ("庚湖镇", "二次报送/庚湖镇2025年度政府信息公开工作年度报告.xlsx"),
        ("壬桥镇", "壬桥镇2025年年报（更正）.xlsx"),
        ("戊岭镇", "戊岭镇2025年年报.xlsx"),
    ] {
        let files = season.files(unit);
        assert!(matches!(files[file].as_str(), "accepted" | "queried"), "{files:?}");
        assert!(files.iter().all(|(name, status)| name == file || status == "superseded"), "{files:?}");
        assert_eq!(season.value(unit, "t3.received.total").as_deref(), Some("7"));
    }
    // The worse report of a unit that was asked for corrections counts. That of a unit that was not asked is a
    // conflict, and the earlier report stays in the totals.
    assert_eq!(season.files("辰港镇")["邮件/辰港镇2025年年报.xlsx"], "flagged");
    let files = season.files("示例县财政局");
    assert_eq!(files["财政局2025年年报.xlsx"], "conflicting", "{files:?}");
    assert!(
        files.values().any(|status| status == "accepted" || status == "queried" || status == "flagged"),
        "{files:?}"
    );
    assert_eq!(season.files("丑塘街道").values().filter(|status| *status == "superseded").count(), 1);
    assert_ne!(season.files("丑塘街道")[adopted], "superseded");
    assert!(season.files("寅谷镇").keys().any(|file| file.contains("供销合作社联合社")));
    assert_eq!(season.value("示例县自然资源局", "t3.granted.natural_person").as_deref(), Some("71"));
    let status = |rule: &str| {
        let findings = season.table("data/findings.csv");
        let found = findings.into_iter().find(|row| row["rule"] == rule && row["unit"] == "示例县自然资源局");
        found.map(|row| row["status"].clone()).expect("a finding")
    };
    assert_eq!([status("V02"), status("V09"), status("V03")], ["explained", "refused", "corrected"]);
}

/// Checks that the edits and replies of the second round are kept.
fn second_round_keeps(season: &Season) {
    let replies: Vec<Row> =
        sheet(&season.book(), "说明").into_iter().filter(|row| row["单位说明"].contains("情况属实")).collect();
    let units: BTreeSet<&str> = replies.iter().map(|row| row["单位"].as_str()).collect();
    assert_eq!(units, BTreeSet::from(["示例县自然资源局", "示例县住房和城乡建设局"]), "{replies:?}");
    assert!(season.table("data/units.csv").iter().all(|row| !row["file"].contains("回复")), "a reply is no submission");
    let own = tables(&season.book());
    assert!(own.iter().any(|(name, rows)| name == "我的备忘" && rows[0][0] == "催过两次"), "{own:?}");
    // The edited letter of a unit without changes is kept, also in the folder from which letters are sent.
    let first = season.root.join("历次/第1次");
    assert!(first.join("办理单.xlsx").is_file() && first.join("结果/领导批示.txt").is_file());
    assert!(first.join("结果/data/manifest.json").is_file());
    let text = |path: &Path| {
        let bytes = std::fs::read(path).expect("a document");
        let document = huizong::document::read("a.docx", &bytes, &Limits::default()).expect("a document");
        document.paragraphs.iter().map(|paragraph| paragraph.text.clone()).collect::<Vec<_>>().join("\n")
    };
    assert!(text(&first.join("结果/通报.docx")).contains("各有关单位要落实"), "the edited circular is kept");
    assert!(!text(&season.results().join("通报.docx")).contains("各有关单位要落实"), "its numbers changed");
    let letter = text(&season.results().join("整改通知/示例县辰港镇人民政府.docx"));
    assert!(letter.contains("2026年1月18日通知你单位的问题"), "{letter}");
    assert!(
        !season.results().join("整改通知/示例县庚湖镇人民政府.docx").exists(),
        "a unit that is done gets no letter"
    );
    let sent: Vec<String> = std::fs::read_dir(season.results().join("发出"))
        .expect("what is sent out")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        sent.iter().any(|name| name.starts_with("示例县辰港镇人民政府（2025年度报告，2026年2月5日通知）")),
        "{sent:?}"
    );
    // No question is listed twice.
    for (name, columns) in [("说明", &["编号", "指纹"][..]), ("名称", &["报送名称"]), ("采用", &["单位", "文件"])]
    {
        let asked: Vec<Vec<String>> = sheet(&season.book(), name)
            .iter()
            .map(|row| columns.iter().map(|column| row[*column].clone()).collect())
            .collect();
        assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len(), "{name}: {asked:?}");
    }
}

#[test]
fn a_season_of_three_rounds() {
    let season = Season::start();
    first_round(&season);
    let adopted = between(&season);
    second_round(&season, &adopted);
    second_round_keeps(&season);
    // The office decides which one of two reports counts. An edited letter is kept, because nothing it is about has
    // changed.
    let edited = season.results().join("整改通知/示例县市场监督管理局.docx");
    rewrite(&edited, "word/document.xml", |xml| xml.replace("特此通知", "特此通知，请抓紧办理"));
    let bytes = std::fs::read(&edited).expect("the letter");
    season.decide(|tables| write_into(tables, "采用", "财政局2025年年报.xlsx", "采用", "是"));
    let said = season.round("2026-02-20");
    assert!(said.contains("第 3 轮"), "{said}");
    assert!(said.contains("手工改过的 整改通知/示例县市场监督管理局.docx 保留在原处"), "{said}");
    assert_eq!(std::fs::read(&edited).expect("the letter"), bytes);
    assert_ne!(season.files("示例县财政局")["财政局2025年年报.xlsx"], "conflicting");
    assert_totals(&season);
    assert!(season.root.join("历次/第2次/结果/报告.html").is_file());
    assert!(season.round("2026-02-21").contains("结果仍是第 3 轮的"));
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let contents = || {
        let season = Season::start();
        season.round("2026-02-05");
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&season.root).into_iter().map(|entry| entry.expect("a readable tree")) {
            let name = entry.path().strip_prefix(&season.root).expect("below").display().to_string();
            // The manifest contains the time; the roster is the office's own file.
            if entry.file_type().is_file()
                && !name.ends_with("manifest.json")
                && !name.starts_with("收件")
                && name != "名册.xlsx"
            {
                files.insert(name, std::fs::read(entry.path()).expect("a file"));
            }
        }
        files
    };
    let (one, other) = (contents(), contents());
    let differing: Vec<&String> = one.keys().filter(|name| one.get(*name) != other.get(*name)).collect();
    assert!(differing.is_empty() && one.len() == other.len(), "{differing:?}");
}

#[test]
fn a_round_that_was_cut_short_is_finished_by_the_next() {
    let season = Season::start();
    season.round("2026-01-18");
    season.receive("戊岭镇2025年年报.xlsx", "");
    let book = std::fs::read(season.book()).expect("the decisions");
    season.round("2026-02-05");
    let whole = std::fs::read(season.book()).expect("the decisions");
    // The state after a kill following the replacement: the old outputs are next to the new ones, and the decisions are
    // the earlier ones.
    std::fs::rename(season.root.join("历次/第1次/结果"), season.root.join("结果.上一次")).expect("moved back");
    std::fs::write(season.book(), &book).expect("the decisions of before");
    let said = season.round("2026-02-05");
    assert!(said.contains("结果仍是第 2 轮的"), "{said}");
    assert!(season.root.join("历次/第1次/结果/data/manifest.json").is_file());
    assert!(!season.root.join("结果.上一次").exists());
    assert_eq!(std::fs::read(season.book()).expect("the decisions"), whole);
}

#[test]
fn a_report_that_was_overwritten_by_one_that_cannot_be_read_still_counts() {
    let season = Season::start();
    season.round("2026-01-18");
    let name = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    let indicator = "t3.received.total";
    let before = season.value("甲山镇", indicator);
    assert!(before.is_some());
    let path = season.inbox().join(name);
    let whole = std::fs::read(&path).expect("a report");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("half of it");
    let said = season.round("2026-02-05");
    assert!(said.contains("仍按以前计入的原件计"), "{said}");
    let files = season.files("甲山镇");
    assert_eq!(files.get(name).map(String::as_str), Some("unreadable"), "{files:?}");
    assert!(files.contains_key(&format!("历次/原件/{name}")), "{files:?}");
    assert_eq!(season.value("甲山镇", indicator), before);
    let findings = season.table("data/findings.csv");
    assert!(findings.iter().any(|row| row["rule"] == "F01" && row["file"].ends_with(name)));
    assert!(season.round("2026-02-05").contains("结果仍是第 2 轮的"));
    // The file is restored in its place.
    std::fs::write(&path, &whole).expect("the report again");
    season.round("2026-02-06");
    assert_eq!(season.value("甲山镇", indicator), before);
    assert!(season.files("甲山镇").keys().all(|file| !file.starts_with("历次/")));
}

#[test]
fn decisions_that_are_open_elsewhere_or_saved_as_csv_are_not_lost() {
    let season = Season::start();
    season.round("2026-01-18");
    std::fs::write(season.root.join("~$办理单.xlsx"), "").expect("a lock");
    let book = std::fs::read(season.book()).expect("the decisions");
    season.receive("戊岭镇2025年年报.xlsx", "D23 = 50");
    std::fs::write(season.root.join("办理单_更正.csv"), "单位,指标,原填,改为\n甲山镇,t3.carried_out.total,999999,1\n")
        .expect("a CSV");
    let said = season.round("2026-02-05");
    assert!(said.contains("办理单.xlsx 正在别的程序里打开"), "{said}");
    assert_eq!(std::fs::read(season.book()).expect("the decisions"), book);
    assert!(season.root.join("办理单（新）.xlsx").is_file());
    std::fs::remove_file(season.root.join("~$办理单.xlsx")).expect("closed");
    season.decide(|tables| write_into(tables, "说明", "V02-", "采纳", "是"));
    season.round("2026-02-06");
    let accepted = sheet(&season.book(), "说明").into_iter().filter(|row| row["采纳"] == "是").count();
    let corrections = sheet(&season.book(), "更正");
    assert_eq!((accepted, corrections.len()), (1, 1), "{corrections:?}");
    assert!(!season.root.join("办理单（新）.xlsx").exists() && !season.root.join("办理单_更正.csv").exists());
    assert!(season.root.join("历次/第3次/办理单_更正.csv").is_file());
}

#[test]
fn what_a_person_changed_in_the_outputs_of_a_run_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("报送"), folder.path().join("out"));
    std::fs::create_dir(&inputs).expect("a folder");
    let receive = |name: &str, changes: &str| {
        let scene = scene(&format!("file {name}\n{changes}"));
        std::fs::write(inputs.join(name), scene.files[0].bytes()).expect("a file");
    };
    let run = || {
        let done = huizong().arg("run").arg(&inputs).arg("-o").arg(&out).assert().success();
        String::from_utf8_lossy(&done.get_output().stderr).into_owned()
    };
    receive("甲山镇2025年年报.xlsx", "J23 = 9");
    receive("乙水乡2025年年报.xlsx", "J23 = 9");
    run();
    let letters = out.join("整改通知");
    for unit in ["甲山镇", "乙水乡"] {
        let letter = letters.join(format!("{unit}.docx"));
        rewrite(&letter, "word/document.xml", |xml| xml.replace("特此通知", "谢谢"));
    }
    let (same, changed) = (letters.join("甲山镇.docx"), letters.join("乙水乡.docx"));
    let edited = [&same, &changed].map(|path| std::fs::read(path).expect("a letter"));
    std::fs::write(out.join("批示.txt"), "请抓紧").expect("a file");
    receive("乙水乡2025年年报.xlsx", "J23 = 11");
    let kept = folder.path().join("out.手工保留");
    // Three runs, because outputs older than the previous ones are removed.
    for attempt in 0..3 {
        let said = run();
        assert!(said.contains("整改通知/甲山镇.docx 保留在原处"), "{said}");
        assert_eq!(said.contains("整改通知/乙水乡.docx 另存在"), attempt == 0, "{said}");
        assert_eq!(std::fs::read(&same).expect("in its place"), edited[0]);
        assert_ne!(std::fs::read(&changed).expect("the new one"), edited[1]);
        assert_eq!(std::fs::read(kept.join("整改通知/乙水乡.docx")).expect("kept"), edited[1]);
        assert_eq!(std::fs::read_to_string(kept.join("批示.txt")).expect("kept"), "请抓紧");
    }
}
