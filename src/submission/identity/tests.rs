#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use super::*;

fn identity() -> Identity {
    Identity::official().expect("data file is well formed")
}

fn title(text: &str) -> Option<(Option<String>, Option<u16>)> {
    match identity().title(text) {
        Some(Says::Title { unit, year, .. }) => Some((unit, year)),
        _ => None,
    }
}

#[test]
fn titles_as_they_occur() {
    let is = |unit: &str, year| Some((Some(unit.to_owned()), Some(year)));
    assert_eq!(title("示例县甲山镇2025年政府信息公开工作年度报告"), is("示例县甲山镇", 2025));
    assert_eq!(title("甲山镇人民政府 2025 年度政府信息公开年报"), is("甲山镇人民政府", 2025));
    assert_eq!(title("2025年度甲山镇政府信息公开工作年度报告统计表"), is("甲山镇", 2025));
    assert_eq!(title("甲山镇二〇二五年政府信息公开工作年度报告"), is("甲山镇", 2025));
    assert_eq!(title("甲山镇政府信息公开2025年度报告（更正）"), is("甲山镇", 2025));
    assert_eq!(title("甲山镇关于2025年政府信息公开工作年度报告的报告"), is("甲山镇", 2025));
    assert_eq!(title("甲山镇关于报送《2025年政府信息公开工作年度报告》的函"), is("甲山镇", 2025));
    assert_eq!(title("关于甲山镇2025年政府信息公开工作情况的年度报告"), is("甲山镇", 2025));
    assert_eq!(title("高市乡政府信息公开工作年度报告"), Some((Some("高市乡".to_owned()), None)));
    assert_eq!(title("2025年政府信息公开工作年度报告"), Some((None, Some(2025))));
    for header in ["1/28/26, 7:19 AM", "2026/1/28 19:07"] {
        let line = format!("{header}\t示例县甲山镇2025年政府信息公开工作年度报告");
        assert_eq!(title(&line), is("示例县甲山镇", 2025), "{header}");
    }
}

#[test]
fn what_is_no_title() {
    for text in [
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "一、本年新收政府信息公开申请数量",
        "请于1月31日前报送政府信息公开年报。",
        "示例县关于报送2025年政府信息公开工作年度报告的通知",
        "",
    ] {
        assert_eq!(title(text), None, "{text}");
    }
}

#[test]
fn names_and_years_of_files() {
    let identity = identity();
    let first = |file: &str| Identity::names_of_file(file).first().map(|name| name.text.clone());
    assert_eq!(first("03-甲山镇2025年政府信息公开年报(更正).xlsx").as_deref(), Some("甲山镇"));
    assert_eq!(first("乡镇/乙水乡/年报.xlsx").as_deref(), Some("乙水乡"));
    assert_eq!(first("年报.xlsx").as_deref(), Some("年报"));
    assert_eq!(identity.revision_of_file("甲山镇(第2次).xlsx"), 2);
    assert_eq!(identity.revision_of_file("甲山镇（更正）.xlsx"), 1);
    assert_eq!(identity.revision_of_file("甲山镇第二十条.xlsx"), 0);
}

#[test]
fn label_lines_in_one_cell_or_two() {
    let identity = identity();
    let both = identity.label_lines("填报单位：甲山镇人民政府\u{3000}\u{3000}报告年度：2025年", None);
    assert_eq!(both, [Says::Unit("甲山镇人民政府".to_owned()), Says::Year(2025)]);
    assert_eq!(identity.label_lines("填报单位", Some("甲山镇")), [Says::Unit("甲山镇".to_owned())]);
    assert_eq!(identity.label_lines("报告年度", Some("2025")), [Says::Year(2025)]);
    assert_eq!(identity.label_lines("本年度办理结果", Some("2025")), []);
    assert_eq!(identity.label_lines("本年收费金额（单位：万元）", None), []);
}

#[test]
fn a_text_is_skipped_only_if_it_has_no_meaning_in_any_context() {
    use crate::document::{Cell, CellKind};
    let texts = ["填报单位", "报告年度：", "单位：万元", "年度", "规章", "甲山镇", "2025", "填报单位：甲山镇", ""];
    let grid = |texts: [&str; 2]| {
        let cells = texts.into_iter().zip(0..).filter(|(text, _)| !text.is_empty());
        let cell =
            |(text, column): (&str, _)| Cell { row: 0, column, kind: CellKind::Text, text: text.into(), formula: None };
        Grid::new("s", cells.map(cell).collect())
    };
    let experienced = identity();
    let pairs = || texts.iter().flat_map(|one| texts.iter().map(|other| [*one, *other]));
    for pair in pairs().chain(pairs()) {
        assert_eq!(experienced.marks(&grid(pair)), identity().marks(&grid(pair)), "{pair:?}");
    }
    assert!(experienced.silent.others(&grid(["规章", "单位：万元"])).is_empty());
}
