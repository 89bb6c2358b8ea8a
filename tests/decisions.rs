//! Decisions of the office between two runs, on the sample county through the program: explanations, corrections,
//! names, and which file counts.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::path::Path;

use rust_xlsxwriter::Workbook;

use program::{Row, huizong, rows, sample};

fn run(out: &Path, more: &[&str]) -> String {
    let mut command = huizong();
    command.arg("run").arg(sample("2025"));
    command.arg("--roster").arg(sample("roster.csv")).arg("-o").arg(out).args(more);
    let done = command.assert().success();
    String::from_utf8_lossy(&done.get_output().stderr).into_owned()
}

fn one<'r>(rows: &'r [Row], wanted: &[(&str, &str)]) -> &'r Row {
    let is_wanted = |row: &&Row| wanted.iter().all(|(column, text)| row[*column] == *text);
    rows.iter().find(is_wanted).unwrap_or_else(|| panic!("no row {wanted:?}"))
}

/// Writes a workbook from names and rows of sheets.
fn workbook(path: &Path, sheets: &[(&str, &[&[&str]])]) {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).expect("a name");
        for (at, row) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*row) {
                sheet.write_string(at, column, *text).expect("a cell");
            }
        }
    }
    workbook.save(path).expect("a workbook");
}

const HEAD: &[&str] = &["单位", "指标", "表", "行", "列", "原填", "改为", "依据", "经办人", "日期"];

#[test]
fn a_corrected_figure_counts_and_every_output_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    run(&before, &[]);
    let decisions = folder.path().join("办理单.xlsx");
    let correct: &[&str] =
        &["自然资源局", "t3.granted.natural_person", "", "", "", "7O", "71", "与原件核对", "李", "2026-02-01"];
    let stale: &[&str] = &["示例县公安局", "t3.received.total", "", "", "", "1", "2", "", "", ""];
    let other: &[&str] = &["示例县自然资源局", "", "表四", "行政复议", "总计", "15", "17", "", "", ""];
    workbook(&decisions, &[("更正", &[HEAD, correct, stale, other])]);
    let said = run(&after, &["--decisions", &decisions.to_string_lossy()]);
    let facts = rows(&after.join("data/facts.csv"));
    let figure = one(&facts, &[("unit", "示例县自然资源局"), ("indicator", "t3.granted.natural_person")]);
    assert_eq!(
        [&figure["value"], &figure["raw"], &figure["correction"]],
        ["71", "7O", "与原件核对（李 2026-02-01）"],
        "{figure:?}"
    );
    assert_eq!(facts.iter().filter(|row| !row["correction"].is_empty()).count(), 1);
    let finding = |out: &Path| {
        one(&rows(&out.join("data/findings.csv")), &[("rule", "V03"), ("unit", "示例县自然资源局")]).clone()
    };
    assert_eq!(finding(&before)["status"], "open");
    assert_eq!(finding(&after)["status"], "corrected");
    assert!(finding(&after)["explanation"].contains("与原件核对（李 2026-02-01）"), "{:?}", finding(&after));
    let total = |out: &Path| {
        let totals = rows(&out.join("data/totals.csv"));
        one(&totals, &[("indicator", "t3.granted.natural_person")])["total"].parse::<i64>().expect("a number")
    };
    assert_eq!(total(&after) - total(&before), 71);
    let problems = rows(&after.join("问题清单.csv"));
    let problem = one(&problems, &[("规则", "V03"), ("单位", "示例县自然资源局")]);
    assert!(problem["状态"].starts_with("已代为更正：") && problem["状态"].contains("与原件核对"), "{problem:?}");
    for text in ["县级汇总.csv", "报告.html"] {
        let text = std::fs::read_to_string(after.join(text)).expect("a text");
        assert!(text.contains("已代为更正") && text.contains("与原件核对"));
    }
    let units = |out: &Path| {
        let unit = one(&rows(&out.join("单位一览.csv")), &[("单位", "示例县自然资源局")]).clone();
        unit["必改"].clone()
    };
    assert_eq!([units(&before), units(&after)], ["2", "1"]);
    assert!(said.contains("已代为更正 1 格"), "{said}");
    assert!(said.contains("办理单“更正”第3行：该单位没有计入汇总的报告"), "{said}");
    assert!(said.contains("办理单“更正”第4行：报告中现为“16”，与“原填”不同"), "{said}");
}

#[test]
fn explanations_are_accepted_or_refused_and_lapse() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    run(&before, &[]);
    let found = rows(&before.join("data/findings.csv"));
    let of = |rule: &str, unit: &str| one(&found, &[("rule", rule), ("unit", unit)]).clone();
    let said = [
        (of("V02", "示例县自然资源局"), "不承担规章制定", "是", true),
        (of("V09", "示例县自然资源局"), "合并", "否", true),
        (of("V01", "示例县住房和城乡建设局"), "没有", "", true),
        (of("N01", "示例县辰港镇人民政府"), "笔误", "是", false),
        (of("S03", "示例县辰港镇人民政府"), "笔误", "是", true),
    ];
    let mut lines = vec!["采纳,经办人,单位说明,指纹,编号".to_owned()];
    for (finding, said, accepted, is_current) in &said {
        let fingerprint = if *is_current { &finding["fingerprint"] } else { "000000000000" };
        lines.push(format!("{accepted},李,{said},{fingerprint},{}", finding["finding_id"]));
    }
    lines.push("是,李,没有了,abc,Y01-000000000000".to_owned());
    let decisions = folder.path().join("办理单.csv");
    std::fs::write(&decisions, lines.join("\n")).expect("decisions");
    let words = run(&after, &["--decisions", &decisions.to_string_lossy()]);
    let found = rows(&after.join("data/findings.csv"));
    let status: Vec<&str> = said
        .iter()
        .map(|(finding, ..)| one(&found, &[("finding_id", &finding["finding_id"])])["status"].as_str())
        .collect();
    assert_eq!(status, ["explained", "refused", "open", "lapsed", "open"]);
    assert!(words.contains("Y01-000000000000 这个问题已不存在"), "{words}");
    assert!(words.contains("的数字已变，原说明失效"), "{words}");
}

#[test]
fn a_name_and_a_file_are_what_the_office_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    run(&before, &[]);
    let status = |out: &Path, unit: &str| -> Vec<(String, String)> {
        let units = rows(&out.join("data/units.csv"));
        let of_unit = units.iter().filter(|row| row["unit"] == unit);
        of_unit.map(|row| (row["file"].clone(), row["status"].clone())).collect()
    };
    let conflicting = status(&before, "示例县丑塘街道办事处");
    assert_eq!(conflicting.len(), 2);
    assert!(conflicting.iter().all(|(_, status)| status == "conflicting"), "{conflicting:?}");
    let decisions = folder.path().join("办理单.xlsx");
    let adopted: &[&str] = &["示例县丑塘街道办事处", &conflicting[1].0, "是"];
    let named: &[&str] = &["示例县供销合作社联合社", "示例县戊岭镇人民政府"];
    let unknown: &[&str] = &["某某中心", "示例县某某局"];
    workbook(
        &decisions,
        &[("采用", &[&["单位", "文件", "采用"], adopted]), ("名称", &[&["报送名称", "名册单位"], named, unknown])],
    );
    let said = run(&after, &["--decisions", &decisions.to_string_lossy()]);
    let decided = status(&after, "示例县丑塘街道办事处");
    assert_eq!(decided[0].1, "superseded", "{decided:?}");
    assert_ne!(decided[1].1, "conflicting", "{decided:?}");
    let named = status(&after, "示例县戊岭镇人民政府");
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].0.contains("供销合作社联合社") && named[0].1 != "missing", "{named:?}");
    assert!(said.contains("办理单“名称”第3行：没有名为“示例县某某局”的单位"), "{said}");
}
