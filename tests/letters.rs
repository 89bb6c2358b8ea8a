//! The documents that the office sends: letters to units, the circular, the scores, from the program's own templates or
//! the office's.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/package.rs"]
mod package;
#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use package::rewritten;
use program::{huizong, project, rows, sample};

/// Runs the sample county of 2025.
fn run(out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = huizong();
    command.arg("run").arg(sample("2025"));
    command.arg("--roster").arg(sample("roster.csv")).arg("-o").arg(out).arg("--quiet").args(more).assert()
}

/// Returns the text of a document: its paragraphs, then its tables with a line for each row.
fn words(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let document = huizong::document::read("a.docx", &bytes, &huizong::source::Limits::default())
        .expect("a document that can be read");
    let mut lines: Vec<String> = document.paragraphs.iter().map(|paragraph| paragraph.text.clone()).collect();
    for grid in &document.grids {
        lines.push(String::new());
        let mut by_row: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for cell in grid.cells() {
            by_row.entry(cell.row).or_default().push(cell.text.to_string());
        }
        lines.extend(by_row.into_values().map(|cells| cells.join(" | ")));
    }
    lines.join("\n")
}

fn letter(out: &Path, unit: &str) -> PathBuf {
    out.join("整改通知").join(format!("{unit}.docx"))
}

const DATED: [&str; 6] = ["--county", "示例县", "--date", "2026-02-05", "--reply-by", "2026-02-20"];

#[test]
fn every_unit_with_something_open_has_a_letter_with_all_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &DATED).success();
    let units = rows(&out.join("data/units.csv"));
    let of_roster: BTreeSet<&str> =
        units.iter().filter(|row| row["status"] != "unmatched").map(|row| row["unit"].as_str()).collect();
    let mut expected: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for finding in rows(&out.join("data/findings.csv")) {
        if finding["severity"] != "note" && of_roster.contains(finding["unit"].as_str()) {
            expected.entry(finding["unit"].clone()).or_default().push(finding);
        }
    }
    let written = std::fs::read_dir(out.join("整改通知")).expect("letters");
    let written: BTreeSet<String> =
        written.map(|entry| entry.expect("a letter").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(written, expected.keys().map(|unit| format!("{unit}.docx")).collect());
    assert!(expected.len() > 10 && expected.len() < of_roster.len());
    for (unit, findings) in &expected {
        let said = words(&letter(&out, unit));
        assert!(said.contains(&format!("{unit}：")), "{said}");
        assert!(said.contains("2026年2月20日") && said.contains("〔请填写发文机关〕"), "{said}");
        assert!(!said.contains("{{"), "{said}");
        for finding in findings.iter().filter(|finding| finding["rule"] != "U02") {
            assert!(said.contains(&finding["message"]), "{finding:?} in {said}");
            // If there are several suspects, the message names their cells, and no single figure.
            let own = format!("{}=", finding["indicator"]);
            if finding["expected"].is_empty() && !finding["suspects"].is_empty() && !finding["suspects"].contains(&own)
            {
                continue;
            }
            // An empty table is named as a whole.
            if finding["rule"] == "F06" {
                assert!(said.contains("整张表"), "{said}");
                continue;
            }
            for cell in finding["cell"].split(';').take(12).filter(|cell| !cell.contains('!')) {
                assert!(said.contains(cell) && said.contains(&finding["sheet"]), "{finding:?} in {said}");
            }
        }
    }
}

#[test]
fn the_words_of_letters() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &DATED).success();
    let said = |unit: &str| words(&letter(&out, unit));
    insta::assert_snapshot!("department", said("示例县自然资源局"));
    insta::assert_snapshot!("township", said("示例县辰港镇人民政府"));
    insta::assert_snapshot!("missing", said("示例县戊岭镇人民政府"));
    insta::assert_snapshot!("conflicting", said("示例县丑塘街道办事处"));
    insta::assert_snapshot!("circular", words(&out.join("通报.docx")));
}

#[test]
fn without_a_date_there_is_room_for_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &[]).success();
    let said = words(&letter(&out, "示例县戊岭镇人民政府"));
    assert!(said.contains("于    年  月  日前报送"), "{said}");
    assert!(said.contains("年  月  日\n"), "{said}");
    // Whether a unit is late is unknown.
    let scores = rows(&out.join("考核计分.csv"));
    let missing = scores.iter().find(|row| row["单位"].contains("戊岭镇")).expect("the unit");
    assert_eq!([missing["得分"].as_str(), &missing["等次"]], ["", "未评定（未写明日期，不能判断是否到期）"]);
    for wrong in [["--date", "2026-02-30"], ["--date", "2026-2-5"], ["--reply-by", "明天"]] {
        run(&folder.path().join("other"), &wrong).code(2);
    }
    run(&folder.path().join("other"), &["--date", "2026-02-05", "--reply-by", "2026-02-04"]).code(2);
    assert!(!folder.path().join("other").exists());
}

#[test]
fn before_its_due_date_a_unit_is_reminded_and_named_nowhere_as_missing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &["--county", "示例县", "--date", "2026-01-18"]).success();
    let letter = words(&letter(&out, "示例县戊岭镇人民政府"));
    assert!(letter.contains("\n关于按期报送2025年度") && letter.contains("特此提醒。"), "{letter}");
    let circular = words(&out.join("通报.docx"));
    let (body, annex) = circular.split_once("附件：").expect("an annex");
    assert!(!body.contains("戊岭镇") && body.contains("未报送的单位中有3个未到报送期限"), "{body}");
    assert!(body.contains("未到报送期限的单位，请按期报送。"), "{body}");
    assert!(annex.contains("示例县戊岭镇人民政府 | 未到期 | — | —"), "{annex}");
    let scores = rows(&out.join("考核计分.csv"));
    let missing = scores.iter().find(|row| row["单位"].contains("戊岭镇")).expect("the unit");
    assert_eq!([missing["得分"].as_str(), &missing["等次"]], ["", "未评定（未到报送期限）"]);
}

#[test]
fn before_its_due_date_another_year_is_no_problem_but_has_not_reported() {
    const UNIT: &str = "示例县教育局";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let outputs = |date: &str| {
        run(&out, &["--county", "示例县", "--date", date, "--reply-by", "2026-02-20"]).success();
        let page = std::fs::read_to_string(out.join("报告.html")).expect("a page");
        let of_unit = |file: &str, column: &str| {
            let found = rows(&out.join(file)).into_iter().find(|row| row["单位"] == UNIT).expect("the unit");
            found[column].clone()
        };
        let found = rows(&out.join("data/findings.csv"));
        let u04 = found.iter().find(|row| row["rule"] == "U04").expect("U04").clone();
        let said = [("单位一览.csv", "状态"), ("未报送名单.csv", "情况"), ("考核计分.csv", "等次")];
        let said = said.map(|(file, column)| of_unit(file, column));
        (page, u04, said, words(&out.join("通报.docx")), words(&letter(&out, UNIT)))
    };
    // Its reports are due on 31 January.
    let (page, u04, said, circular, letter_before) = outputs("2026-01-31");
    assert!(page.contains("收到 <b>19</b> 个单位") && page.contains("收到而未计入的单位 4 个"));
    assert!(page.contains("尚未报送（未到期） <b>1</b> 个单位：<bdi>示例县教育局</bdi>。"));
    assert_eq!((u04["severity"].as_str(), u04["message"].contains("尚未报送（2026年1月31日截止")), ("note", true));
    assert_eq!(said.each_ref().map(String::as_str), ["未报", "尚未报送本年度", "未评定（未到报送期限）"]);
    let (_, problems) = circular.split_once("三、存在问题单位").expect("a section");
    let (problems, rest) = problems.split_once("四、整改要求").expect("a section");
    assert!(!problems.contains("教育局"), "{problems}");
    assert!(circular.contains("其中报来其他年度报告的单位1个：示例县教育局，尚未报送2025年度的报告，请按期报送。"));
    assert!(rest.contains("示例县教育局 | 尚未报送本年度 | — | —"), "{rest}");
    for text in ["关于按期报送2025年度", "不是2025年度的报告", "报送截止日期为2026年1月31日", "特此提醒。"]
    {
        assert!(letter_before.contains(text), "{text} is not in {letter_before}");
    }
    assert!(!letter_before.contains("2026年2月20日"), "{letter_before}");
    let (page, u04, said, circular, letter_after) = outputs("2026-02-01");
    assert!(page.contains("收到 <b>20</b> 个单位") && page.contains("收到而未计入的单位 5 个"));
    assert_eq!(u04["severity"], "must_fix");
    assert_eq!(said.each_ref().map(String::as_str), ["必改", "年度不符", "未评定（报来的不是本年度的报告）"]);
    assert!(circular.contains("示例县教育局（年度不符）") && circular.contains("示例县教育局 | 年度不符 | — | —"));
    assert!(letter_after.contains("请于2026年2月20日前报送2025年度的报告。"), "{letter_after}");
}

#[test]
fn a_file_without_the_form_is_not_called_unreadable() {
    const UNIT: &str = "示例县丁河乡人民政府";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &DATED).success();
    for (file, column, said) in [
        ("单位一览.csv", "状态", "没有年报表格"),
        ("未报送名单.csv", "情况", "没有年报表格"),
        ("考核计分.csv", "等次", "未评定（报来的文件没有年报表格）"),
    ] {
        let row = rows(&out.join(file)).into_iter().find(|row| row["单位"] == UNIT).expect("the unit");
        assert_eq!(row[column], said, "{file}");
    }
    let circular = words(&out.join("通报.docx"));
    assert!(circular.contains("示例县丁河乡人民政府（没有年报表格）"), "{circular}");
    let said = words(&letter(&out, UNIT));
    assert!(said.contains("没有政府信息公开工作年度报告的表格") && said.contains("请核对是否发错文件"), "{said}");
    assert!(!said.contains("无法采用") && !said.contains("换用可以打开"), "{said}");
    // Of a file that cannot be read nothing is known.
    let unreadable = words(&letter(&out, "示例县公安局"));
    assert!(unreadable.contains("无法采用") && !unreadable.contains("表格，2025年度"), "{unreadable}");
    // Readers of the data files know one word for both.
    let units = rows(&out.join("data/units.csv"));
    assert_eq!(units.iter().find(|row| row["unit"] == UNIT).expect("the unit")["status"], "unreadable");
}

#[test]
fn scores_are_what_is_left_after_deductions() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&out, &DATED).success();
    let scores = rows(&out.join("考核计分.csv"));
    let score = |unit: &str, column: &str| {
        let row = scores.iter().find(|row| row["单位"].contains(unit)).expect("the unit");
        row[column].clone()
    };
    assert_eq!((score("甲山镇", "扣分合计"), score("甲山镇", "得分")), ("0".to_owned(), "100".to_owned()));
    assert_eq!((score("戊岭镇", "未报送（处）"), score("戊岭镇", "得分")), ("1".to_owned(), "0".to_owned()));
    assert_eq!(score("丑塘街道", "重复报送且数字不同（处）"), "1");
    assert_eq!(score("丑塘街道", "重复报送且数字不同（扣分）"), "");
    assert_eq!((score("自然资源局", "其他必改问题（扣分）"), score("自然资源局", "得分")), ("4".into(), "94.5".into()));
    assert_eq!(score("自然资源局", "等次"), "良好");
    // What is not in the totals has no score, and says why.
    for (unit, why) in [
        ("丑塘街道", "未评定（几份报告不同，待确定以哪份为准）"),
        ("公安局", "未评定（报来的文件无法读取）"),
        ("教育局", "未评定（报来的不是本年度的报告）"),
    ] {
        assert_eq!([score(unit, "扣分合计"), score(unit, "得分"), score(unit, "等次")], ["", "", why]);
    }
    let found = rows(&out.join("data/findings.csv"));
    let v09 = found.iter().find(|row| row["rule"] == "V09").expect("V09");
    let text = format!(
        "finding_id,fingerprint,explanation,by,date\n{},{},整行为零,,\n",
        v09["finding_id"], v09["fingerprint"]
    );
    let explanations = folder.path().join("说明.csv");
    std::fs::write(&explanations, text).expect("explanations");
    run(&out, &["--explanations", &explanations.to_string_lossy(), "--date", "2026-02-05"]).success();
    let explained = rows(&out.join("考核计分.csv"));
    let row = explained.iter().find(|row| row["单位"].contains("自然资源局")).expect("the unit");
    assert_eq!(row["得分"], "95");
    assert!(!words(&letter(&out, "示例县自然资源局")).contains(&v09["message"]));
}

/// Returns the program's own template with changed text.
fn changed(name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let own = std::fs::read(project("data/templates").join(name)).expect("a template");
    rewritten(&own, "word/document.xml", change)
}

#[test]
fn the_office_may_have_words_of_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, own) = (folder.path().join("out"), folder.path().join("模板"));
    std::fs::create_dir(&own).expect("a folder");
    let thanks = "特此通知。";
    let with = changed("整改通知.docx", |xml| {
        assert!(xml.contains(thanks));
        // Text runs split as Word leaves them after editing.
        xml.replace(thanks, "谢谢{</w:t></w:r><w:r><w:t>{单位</w:t></w:r><w:r><w:t>}}配合！")
    });
    std::fs::write(own.join("整改通知.docx"), with).expect("a template");
    let scoring =
        "full_score = 10\nlowest_score = 2\n[[items]]\nname = \"缺报\"\nrules = [\"U02\"]\npoints = 9\ncap = 9\n";
    std::fs::write(own.join("考核计分.toml"), scoring).expect("a table");
    run(&out, &["--templates", &own.to_string_lossy(), "--date", "2026-02-05"]).success();
    let said = words(&letter(&out, "示例县戊岭镇人民政府"));
    assert!(said.contains("谢谢示例县戊岭镇人民政府配合！") && !said.contains(thanks), "{said}");
    assert!(words(&out.join("通报.docx")).contains("一、总体情况"));
    let scores = rows(&out.join("考核计分.csv"));
    let missing = scores.iter().find(|row| row["单位"].contains("戊岭镇")).expect("the unit");
    assert_eq!((missing["缺报（扣分）"].as_str(), missing["得分"].as_str()), ("", "0"));
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"templates\": \"模板\""), "{manifest}");
}

#[test]
fn templates_among_the_inputs_are_no_submissions() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("报送"), folder.path().join("out"));
    let own = inputs.join("模板");
    std::fs::create_dir_all(&own).expect("a folder");
    let good = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    std::fs::copy(sample("2025").join(good), inputs.join(good)).expect("a copy");
    for name in ["通报.docx", "整改通知.docx", "草稿.docx"] {
        std::fs::write(own.join(name), changed("通报.docx", |xml| xml)).expect("a template");
    }
    std::fs::write(own.join("整改通知.docx"), changed("整改通知.docx", |xml| xml)).expect("a template");
    std::fs::write(inputs.join("huizong.toml"), "templates = \"模板\"\ndate = 2026-02-05\nreply_by = \"2026-02-20\"\n")
        .expect("settings");
    let mut command = huizong();
    command.arg("run").arg(&inputs).arg("-o").arg(&out).arg("--quiet").assert().success();
    assert_eq!(rows(&out.join("data/units.csv")).len(), 1);
    assert!(words(&out.join("通报.docx")).contains("2026年2月5日"));
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"reply_by\": \"2026-02-20\"") && manifest.contains("\"模板/\""), "{manifest}");
    // Among the submissions, the templates are recognised by their names.
    std::fs::rename(own.join("通报.docx"), inputs.join("通报.docx")).expect("moved");
    std::fs::remove_dir_all(&own).expect("removed");
    std::fs::write(inputs.join("huizong.toml"), "templates = \".\"\n").expect("settings");
    let mut command = huizong();
    command.arg("run").arg(&inputs).arg("-o").arg(&out).arg("--quiet").assert().success();
    assert_eq!(rows(&out.join("data/units.csv")).len(), 1);
}

#[test]
fn a_template_that_cannot_be_used_ends_the_run_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, own) = (folder.path().join("out"), folder.path().join("模板"));
    std::fs::create_dir(&own).expect("a folder");
    let fails = |name: &str, bytes: &[u8], (zh, en): (&str, &str)| {
        std::fs::write(own.join(name), bytes).expect("a template");
        for (language, why) in [("zh", zh), ("en", en)] {
            let failed = run(&out, &["--lang", language, "--templates", &own.to_string_lossy()]).code(2);
            let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
            assert!(said.contains(name) && said.contains(why), "{said}");
            assert!(!out.exists());
        }
        std::fs::remove_file(own.join(name)).expect("removed");
    };
    let whole = changed("整改通知.docx", |xml| xml);
    fails("整改通知.docx", &whole[..whole.len() / 2], ("不是完好的 Word", "no docx that can be read"));
    fails("整改通知.docx", b"", ("不是完好的 Word", "no docx that can be read"));
    let no_row = changed("整改通知.docx", |xml| xml.replace("{{说明}}", ""));
    fails("整改通知.docx", &no_row, ("含有 {{说明}} 的表格行", "no table row with {{说明}}"));
    let misspelt = changed("通报.docx", |xml| xml.replace("{{应报数}}", "{{应报}}"));
    fails("通报.docx", &misspelt, ("没有名为 {{应报}} 的填写项", "there is no placeholder {{应报}}"));
    fails("通报.docx", &whole, ("没有名为", "there is no"));
    fails("考核计分.toml", b"full_score = 100", ("缺少设置项", "missing field"));
    // A folder without any template is an error, and so is a missing folder.
    run(&out, &["--templates", &own.to_string_lossy()]).code(2);
    run(&out, &["--templates", &folder.path().join("none").to_string_lossy()]).code(2);
    assert!(!out.exists());
}

#[test]
fn hostile_names_make_letters_like_any_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir(&inputs).expect("a folder");
    std::fs::write(inputs.join("空.xlsx"), b"").expect("a file");
    let names =
        ["<script>alert(1)</script>", "]]>&{{日期}}", "../../etc", "CON", "=HYPERLINK(1)", "甲\u{b}乡", "A", "a"];
    let mut roster = csv::Writer::from_path(folder.path().join("名册.csv")).expect("a roster");
    roster.write_record(["单位代码", "单位名称"]).expect("written");
    for (at, name) in names.iter().enumerate() {
        roster.write_record([at.to_string().as_str(), name]).expect("written");
    }
    roster.flush().expect("written");
    let mut command = huizong();
    command.arg("run").arg(&inputs).arg("--roster").arg(folder.path().join("名册.csv"));
    command.arg("-o").arg(&out).args(["--quiet", "--year", "2025"]).assert().success();
    let mut said = Vec::new();
    for entry in std::fs::read_dir(out.join("整改通知")).expect("letters") {
        said.push(words(&entry.expect("a letter").path()));
    }
    assert_eq!(said.len(), names.len());
    for name in names {
        let plain = format!("{}：", name.replace('\u{b}', ""));
        assert!(said.iter().any(|text| text.contains(&plain)), "{name:?}");
    }
    let scores = std::fs::read_to_string(out.join("考核计分.csv")).expect("scores");
    assert!(scores.contains("'=HYPERLINK(1)") && scores.contains("\r\n"));
}

#[test]
fn sender_and_contact_stand_on_letters_and_circular() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let (sender, contact) = ("示例县人民政府办公室", "王某 0000-1234567");
    let said = |name: &str| words(&out.join(name));
    let of_unit = |unit: &str| words(&letter(&out, unit));
    run(&out, &["--county", "示例县", "--sender", sender, "--contact", contact]).success();
    // In brackets on the line below the date.
    let below = "日\n（联系人：王某；电话：0000-1234567）";
    for text in [of_unit("示例县戊岭镇人民政府"), of_unit("示例县自然资源局"), said("通报.docx")] {
        assert!(text.contains(&format!("\n{sender}\n")), "{text}");
        assert!(text.contains(below), "{text}");
    }
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains(sender) && !manifest.contains("1234567"), "a phone number stands on letters alone");
    let inputs = folder.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    std::fs::write(inputs.join("甲山镇2025年年报.txt"), "没有表格").expect("a file");
    std::fs::write(inputs.join("huizong.toml"), format!("sender = \"{sender}\"\ncontact = \" {contact} \"\n"))
        .expect("settings");
    let mut command = huizong();
    command.arg("run").arg(&inputs).arg("-o").arg(&out).arg("--quiet");
    command.assert().success();
    let text = said("通报.docx");
    assert!(text.contains(sender) && text.contains(below), "{text}");
    run(&out, &["--sender", " ", "--contact", ""]).success();
    for text in [of_unit("示例县戊岭镇人民政府"), said("通报.docx")] {
        assert!(text.contains("（联系人：　　　　　　；电话：　　　　　　）"), "{text}");
    }
    run(&out, &["--contact", "县政府办公室"]).success();
    assert!(said("通报.docx").contains("（联系人：县政府办公室；电话：　"));
}

#[test]
fn without_problems_the_circular_has_no_zeros() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let mut command = huizong();
    command.arg("run").arg(sample("2024")).arg("--roster").arg(sample("roster.csv")).arg("-o").arg(&out);
    command.args(["--quiet", "--county", "示例县"]).assert().success();
    let said = words(&out.join("通报.docx"));
    let (body, _) = said.split_once("附件：").expect("an annex");
    assert!(body.contains("的单位22个，均已报送，计入汇总的报告22份。"), "{body}");
    assert!(body.contains("经逐份核对，未发现必改、待说明问题。") && body.contains("\n无。\n"), "{body}");
    assert!(!body.contains("0个") && !body.contains("0处"), "{body}");
}

#[test]
fn a_late_report_is_asked_for_its_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir(&inputs).expect("a folder");
    let good = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    std::fs::copy(sample("2025").join(good), inputs.join(good)).expect("a copy");
    let roster = folder.path().join("名册.csv");
    std::fs::write(&roster, "单位名称,截止日期,收到日期\n示例县甲山镇人民政府,2026-01-20,2026-01-25\n")
        .expect("a roster");
    let mut command = huizong();
    command.arg("run").arg(&inputs).arg("--roster").arg(&roster).arg("-o").arg(&out).arg("--quiet").assert().success();
    let said = words(&letter(&out, "示例县甲山镇人民政府"));
    assert!(said.contains("年度报告迟报，请说明原因。"), "{said}");
    assert!(!said.contains("填报有误") && !said.contains("（）"), "{said}");
    let (_, table) = said.split_once("单位答复").map(|_| said.rsplit_once('\n').expect("a row")).expect("a table");
    assert!(table.contains(" | — | — | "), "{table}");
}
