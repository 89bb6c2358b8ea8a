//! Replies and decisions over the rounds of a work folder: letters that come back in any state, and decisions that are
//! changed, contradict one another or are lost.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

#[path = "common/work_folder.rs"]
mod work_folder;

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::path::PathBuf;

use program::Row;
use work_folder::{Season, answer, decide_in, rewrite, sheet, tables, write_into};

/// A unit with a finding of N01 to explain, the second row of its letter.
const UNIT: &str = "示例县辰港镇人民政府";

/// Returns a work folder after its first round.
fn season() -> Season {
    let season = Season::start();
    season.round("2026-01-15");
    season
}

/// Copies a unit's letter into the inbox under another name and returns its path there.
fn send_back(season: &Season, unit: &str, name: &str) -> PathBuf {
    let letter = season.inbox().join(name);
    std::fs::copy(season.results().join(format!("整改通知/{unit}.docx")), &letter).expect("a letter");
    letter
}

fn add_paragraph(letter: &std::path::Path, text: &str) {
    let paragraph = format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    rewrite(letter, "word/document.xml", |xml| match xml.rfind("<w:sectPr") {
        Some(at) => format!("{}{paragraph}{}", &xml[..at], &xml[at..]),
        None => xml.replace("</w:body>", &format!("{paragraph}</w:body>")),
    });
}

/// Returns the rows of explanations in which a column contains a text.
fn explanations(season: &Season, column: &str, text: &str) -> Vec<Row> {
    sheet(&season.book(), "说明").into_iter().filter(|row| row[column].contains(text)).collect()
}

fn status(season: &Season, rule: &str, unit: &str) -> String {
    let findings = season.table("data/findings.csv");
    let found = findings.into_iter().find(|row| row["rule"] == rule && row["unit"] == unit);
    found.map(|row| row["status"].clone()).expect("a finding")
}

#[test]
fn what_is_written_outside_the_answers_is_named_and_offered() {
    let season = season();
    // An unchanged letter is nothing new.
    send_back(&season, UNIT, "原样退回.docx");
    assert!(season.round("2026-01-16").contains("没有变化"));
    // Below the table.
    let below = send_back(&season, UNIT, "辰港镇答复.docx");
    add_paragraph(&below, "我镇答复：九件含上年结转两件。");
    // In the column 说明, behind the message of the finding.
    let beside = send_back(&season, "示例县自然资源局", "自然资源局答复.docx");
    rewrite(&beside, "word/document.xml", |xml| xml.replacen("未按0计；", "未按0计；我局确无此类；", 1));
    // A reminder has no table.
    let reminder = send_back(&season, "示例县戊岭镇人民政府", "戊岭镇回复.docx");
    add_paragraph(&reminder, "我镇已于一月十日报送。");
    let said = season.round("2026-01-17");
    for text in ["辰港镇答复.docx”：“单位答复”栏以外写有“我镇答复", "戊岭镇回复.docx”：“单位答复”栏以外写有“我镇已于"]
    {
        assert!(said.contains(text), "{said}");
    }
    let offered = [("九件含上年结转两件", UNIT), ("一月十日报送", "示例县戊岭镇人民政府")];
    for (text, unit) in offered {
        let rows = explanations(&season, "单位说明", text);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((rows[0]["单位"].as_str(), rows[0]["编号"].as_str(), rows[0]["采纳"].as_str()), (unit, "", ""));
        assert!(rows[0]["来文"].contains("（第2次）"), "{rows:?}");
    }
    // Nothing is asked twice.
    assert!(season.round("2026-01-18").contains("结果仍是第 2 轮的"));
    assert_eq!(explanations(&season, "单位说明", "九件含上年结转两件").len(), 1);
}

#[test]
fn what_the_office_added_to_a_letter_is_no_answer_of_the_unit() {
    let season = season();
    // The office adds a sentence before it sends the letter, and the unit sends it back as it came.
    let sent = season.results().join(format!("整改通知/{UNIT}.docx"));
    add_paragraph(&sent, "请贵镇于月底前当面说明。");
    send_back(&season, UNIT, "辰港镇原样退回.docx");
    let said = season.round("2026-01-16");
    assert!(said.contains("没有变化") && !said.contains("当面说明"), "{said}");
    // Another copy comes back with an answer of the unit, after a further round.
    season.receive("会议2026.txt", "content 无");
    season.round("2026-01-17");
    let answered = season.inbox().join("辰港镇答复.docx");
    std::fs::copy(season.inbox().join("辰港镇原样退回.docx"), &answered).expect("a copy");
    add_paragraph(&answered, "我镇答复：九件含上年结转两件。");
    let said = season.round("2026-01-18");
    assert!(said.contains("九件含上年结转两件") && !said.contains("当面说明"), "{said}");
    let rows = explanations(&season, "单位说明", "九件含上年结转两件");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(explanations(&season, "单位说明", "当面说明").is_empty());
}

#[test]
fn an_answer_in_the_column_beside_is_that_of_its_row() {
    let season = season();
    let letter = send_back(&season, UNIT, "辰港镇答复.docx");
    let message = explanations(&season, "规则", "N01")[0]["问题"].clone();
    rewrite(&letter, "word/document.xml", |xml| {
        assert!(xml.contains(&message), "the letter has the message in one run");
        xml.replacen(&message, &format!("{message}答：含上年结转"), 1)
    });
    let said = season.round("2026-01-16");
    assert!(said.contains("答复 1 条"), "{said}");
    let rows = explanations(&season, "单位说明", "含上年结转");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0]["规则"].as_str(), rows[0]["单位说明"].as_str()), ("N01", "答：含上年结转"));
}

#[test]
fn a_changed_answer_reopens_the_question() {
    let season = season();
    let letter = std::fs::read(season.results().join(format!("整改通知/{UNIT}.docx"))).expect("a letter");
    answer(&send_back(&season, UNIT, "辰港一.docx"), "口径含结转");
    season.round("2026-01-16");
    assert!(season.round("2026-01-16").contains("没有变化"), "an answer that is listed is nothing new");
    season.decide(|tables| {
        write_into(tables, "说明", "口径含结转", "单位说明", "口径含上年结转，已电话核实");
        write_into(tables, "说明", "已电话核实", "采纳", "是");
    });
    season.round("2026-01-17");
    assert_eq!(status(&season, "N01", UNIT), "explained", "the office's words for the letter's answer");
    let second = season.inbox().join("辰港二.docx");
    std::fs::write(&second, letter).expect("the first letter again");
    answer(&second, "更正上次说明，应为九件");
    season.round("2026-01-18");
    assert_eq!(status(&season, "N01", UNIT), "open");
    let rows = explanations(&season, "规则", "N01");
    let texts: Vec<(&str, &str)> = rows.iter().map(|row| (row["单位说明"].as_str(), row["采纳"].as_str())).collect();
    assert_eq!(texts, [("口径含上年结转，已电话核实", "是"), ("更正上次说明，应为九件", "")]);
    season.decide(|tables| write_into(tables, "说明", "应为九件", "采纳", "是"));
    season.round("2026-01-19");
    assert_eq!(status(&season, "N01", UNIT), "explained");
}

#[test]
fn an_explanation_holds_in_another_layout_with_the_same_figures() {
    let season = season();
    let unit = "示例县住房和城乡建设局";
    season.decide(|tables| write_into(tables, "说明", "V01-", "采纳", "是"));
    season.round("2026-01-16");
    assert_eq!(status(&season, "V01", unit), "explained");
    let before = explanations(&season, "规则", "V01");
    // The annotated copy has the same figures in other cells; one of them is corrected.
    let copy = season.inbox().join("住建局.xlsx");
    std::fs::copy(season.results().join(format!("标注/{unit}.xlsx")), &copy).expect("a copy");
    rewrite(&copy, "xl/worksheets/sheet3.xml", |xml| {
        let (before, after) = xml.split_once("r=\"J8\"").expect("the total of a row");
        format!("{before}r=\"J8\"{}", after.replacen("<v>35</v>", "<v>85</v>", 1))
    });
    let said = season.round("2026-01-17");
    assert!(said.contains("重新报送 1 个单位"), "{said}");
    assert_eq!(status(&season, "V01", unit), "explained");
    assert_eq!(explanations(&season, "规则", "V01"), before);
}

#[test]
fn the_changed_copy_of_a_workbook_that_was_open_counts() {
    let season = season();
    season.decide(|tables| {
        write_into(tables, "说明", "N01-", "采纳", "是");
        write_into(tables, "说明", "N01-", "单位说明", "口径含结转");
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "更正").expect("a sheet");
        rows.push(["自然资源局", "t3.received.total", "", "", "", "0.5", "1", "", "", ""].map(str::to_owned).to_vec());
    });
    std::fs::write(season.root.join("~$办理单.xlsx"), "").expect("a lock");
    season.round("2026-01-16");
    std::fs::remove_file(season.root.join("~$办理单.xlsx")).expect("closed");
    let (old, new) = (season.book(), season.root.join("办理单（新）.xlsx"));
    // In the new one, the office changes an answer and notes something; in the old one, it answers another question.
    decide_in(&new, |tables| {
        write_into(tables, "说明", "N01-", "采纳", "否");
        write_into(tables, "说明", "N01-", "单位说明", "改主意：应更正");
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "说明").expect("a sheet");
        rows[0].push("备注".to_owned());
        let width = rows[0].len();
        rows[1].resize(width - 1, String::new());
        rows[1].push("电话催过".to_owned());
    });
    decide_in(&old, |tables| write_into(tables, "说明", "V01-", "采纳", "是"));
    let said = season.round("2026-01-17");
    assert_eq!(said.matches("“更正”第2行").count(), 1, "each remark is printed once: {said}");
    assert_eq!(
        [status(&season, "N01", UNIT), status(&season, "V01", "示例县住房和城乡建设局")],
        ["refused", "explained"]
    );
    let rows = explanations(&season, "规则", "N01");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["单位说明"], "改主意：应更正");
    assert_eq!(explanations(&season, "备注", "电话催过").len(), 1);
    assert!(!new.exists());
}

#[test]
fn answers_that_were_changed_in_both_workbooks_are_both_kept_and_named() {
    let season = season();
    std::fs::write(season.root.join("~$办理单.xlsx"), "").expect("a lock");
    season.receive("无名局2025年年报.xlsx", "");
    season.round("2026-01-16");
    std::fs::remove_file(season.root.join("~$办理单.xlsx")).expect("closed");
    let new = season.root.join("办理单（新）.xlsx");
    decide_in(&new, |tables| write_into(tables, "说明", "N01-", "采纳", "否"));
    season.decide(|tables| write_into(tables, "说明", "N01-", "采纳", "是"));
    let said = season.round("2026-01-17");
    assert!(said.contains("两份办理单填写不同") && said.contains("既填是又填否，均未采用"), "{said}");
    assert_eq!(status(&season, "N01", UNIT), "open");
    assert_eq!(explanations(&season, "规则", "N01").len(), 2);
}

#[test]
fn decisions_that_contradict_one_another_are_named_and_none_counts() {
    let season = season();
    let files: Vec<String> = sheet(&season.book(), "采用")
        .iter()
        .filter(|row| row["单位"].contains("丑塘街道"))
        .map(|row| row["文件"].clone())
        .collect();
    season.decide(|tables| {
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "说明").expect("a sheet");
        let at = rows.iter().position(|row| row[0].starts_with("N01-")).expect("a row");
        let mut copy = rows[at].clone();
        copy.resize(6, String::new());
        copy[5] = "否".to_owned();
        rows.push(copy);
        write_into(tables, "说明", "N01-", "采纳", "是");
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "更正").expect("a sheet");
        for value in ["71", "70"] {
            let row = ["自然资源局", "t3.granted.natural_person", "", "", "", "7O", value, "电话", "", ""];
            rows.push(row.map(str::to_owned).to_vec());
        }
        for file in &files {
            write_into(tables, "采用", file, "采用", "是");
        }
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "名称").expect("a sheet");
        rows[1].resize(3, String::new());
        let mut other = rows[1].clone();
        rows[1][1] = "示例县寅谷镇人民政府".to_owned();
        other[1] = "示例县戊岭镇人民政府".to_owned();
        rows.push(other);
    });
    let said = season.round("2026-01-16");
    for text in [
        "既填是又填否，均未采用",
        "办理单“更正”第2、3行：同一格分别改为70、71，均未采用",
        "办理单“采用”第2、3行：同一单位有几份文件填了是，均未采用",
        "办理单“名称”第2、3行：“示例县供销合作社联合社”对应了不同的单位",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    assert_eq!(status(&season, "N01", UNIT), "open");
    assert_eq!(season.value("示例县自然资源局", "t3.granted.natural_person").as_deref(), Some(""));
    assert!(season.files("丑塘街道").values().all(|status| status == "conflicting"));
    // The office leaves one of each.
    season.decide(|tables| {
        write_into(tables, "说明", "否", "采纳", "");
        write_into(tables, "更正", "70", "改为", "");
        write_into(tables, "采用", &files[0], "采用", "");
        write_into(tables, "名称", "戊岭镇", "名册单位", "");
    });
    let said = season.round("2026-01-17");
    assert!(!said.contains("均未采用"), "{said}");
    assert_eq!(status(&season, "N01", UNIT), "explained");
    assert_eq!(season.value("示例县自然资源局", "t3.granted.natural_person").as_deref(), Some("71"));
}

#[test]
fn a_refused_file_alone_decides_nothing_and_is_named() {
    let season = season();
    season.decide(|tables| write_into(tables, "采用", "丑塘街道", "采用", "否"));
    assert!(season.round("2026-01-16").contains("办理单“采用”第2行：只填了否，未写明采用哪份"));
}

#[test]
fn decisions_that_are_gone_are_restored() {
    let season = season();
    season.decide(|tables| write_into(tables, "说明", "V01-", "采纳", "是"));
    season.round("2026-01-16");
    let rows = tables(&season.book());
    std::fs::remove_file(season.book()).expect("gone");
    let said = season.round("2026-01-17");
    assert!(said.contains("没有找到 办理单.xlsx，已按上次写出的恢复"), "{said}");
    assert_eq!(status(&season, "V01", "示例县住房和城乡建设局"), "explained");
    assert_eq!(tables(&season.book()), rows);
    assert!(!season.round("2026-01-18").contains("没有找到"));
}

#[test]
fn the_open_rows_are_counted() {
    let season = Season::start();
    let count = |said: &str| {
        let (_, rest) = said.split_once("办理单.xlsx 中有 ")?;
        rest.split(' ').next()?.parse::<usize>().ok()
    };
    let said = season.round("2026-01-15");
    let open =
        |column: &str, name: &str| sheet(&season.book(), name).iter().filter(|row| row[column].is_empty()).count();
    let all = open("采纳", "说明") + open("名册单位", "名称") + open("采用", "采用");
    assert_eq!(count(&said), Some(all));
    // An entry that fits nothing does not count, and one decision settles both files of a unit.
    season.decide(|tables| {
        write_into(tables, "采用", "丑塘街道", "采用", "是");
        let (_, rows) = tables.iter_mut().find(|(name, _)| name == "说明").expect("a sheet");
        rows.push(["V01-000000000000", "", "", "", "已无此事", "是"].map(str::to_owned).to_vec());
    });
    assert_eq!(count(&season.round("2026-01-16")), Some(all - 2));
    assert_eq!(count(&season.round("2026-01-16")), Some(all - 2), "also in a round with nothing new");
}

#[test]
fn a_reminder_is_the_last_letter_of_the_list_of_calls() {
    let season = season();
    let last = || {
        let calls = season.table("催办名单.csv");
        let call = calls.into_iter().find(|row| row["单位"].contains("戊岭镇")).expect("a unit without a report");
        (call["事项"].clone(), call["上次通知"].clone())
    };
    assert_eq!(last().1, "");
    season.receive("寅谷镇2025年年报.xlsx", "");
    season.round("2026-01-18");
    assert!(last().0.starts_with("提醒"), "{:?}", last());
    assert_eq!(last().1, "2026-01-15");
    // The first letter after the due date is a new one, and the list has the reminder before it.
    season.round("2026-02-20");
    assert!(last().0.starts_with("催报"), "{:?}", last());
    assert_eq!(last().1, "2026-01-15");
    season.receive("子城街道2025年年报（更正）.xlsx", "");
    season.round("2026-02-25");
    assert_eq!(last().1, "2026-02-20");
}
