//! Numbers in unusual notation that were read nevertheless, one finding for each table.

use super::queries::{self, TableCells};
use super::{Check, Rule};
use crate::amount::Notation;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::submission::Report;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V06"),
    name: "unusual-notation",
    title: "填写不规范，已识别",
    severity: Severity::Note,
    page: include_str!("v06_unusual_notation.md"),
    check: Check::Corpus(check),
};

/// The kinds of notation, in both languages.
const WAYS: [(Notation, &str, &str); 13] = [
    (Notation::FULL_WIDTH, "全角数字", "full-width digits"),
    (Notation::LEADING_ZEROS, "多余的0", "leading zeros"),
    (Notation::THOUSANDS, "千分位逗号", "thousands separators"),
    (Notation::SPACES, "空格", "white space"),
    (Notation::STORED_AS_TEXT, "文本格式的数字", "numbers stored as text"),
    (Notation::COUNTING_WORD, "数字后带量词", "counting words"),
    (Notation::MONEY_UNIT, "金额写有单位", "units written with amounts"),
    (Notation::PLUS_SIGN, "加号", "plus signs"),
    (Notation::NUMBER_FORMAT, "单元格格式使显示与所存的数不同", "number formats that show another number"),
    (Notation::CHINESE_NUMERALS, "汉字数字", "Chinese numerals"),
    (Notation::CHANGE_IN_WORDS, "增减用文字写明", "increases or decreases in words"),
    (Notation::STRUCK_PART, "旁边有划去的内容，未读取", "struck-out parts left out"),
    (Notation::RAISED_MARK, "数字后的上标按注释号处理", "raised numbers taken as marks of notes"),
];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let cells = queries::cells_by_table(corpus, |_, figure| !figure.notation.is_empty());
    let mut findings: Vec<Finding> = cells.map(|cells| unusual(corpus, &cells)).collect();
    for (entry, report, form) in queries::with_irregularities(corpus).filter(|(_, report, _)| report.combined) {
        findings.extend(combined(corpus, entry, report, form));
    }
    Ok(findings)
}

fn unusual(corpus: &Corpus, cells: &TableCells<'_>) -> Finding {
    let notations = cells.positions.iter().map(|position| cells.report.figures.at(*position).notation);
    let used = notations.fold(Notation::empty(), |all, notation| all | notation);
    let ways = WAYS.iter().filter(|(way, ..)| used.contains(*way));
    let (zh, en): (Vec<&str>, Vec<&str>) = ways.map(|(_, zh, en)| (*zh, *en)).unzip();
    let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
    let (english_name, english) = (cells.english_name(), cells.listed_in_english());
    RULE.on_figures(corpus, cells.entry, &cells.positions).saying(
        format!("{name}有{count}处填写不规范（{}：{listed}），已识别为数字。", zh.join("、")),
        format!("{english_name}: {count} cells written unusually ({}: {english}), read as numbers", en.join(", ")),
    )
}

/// Returns the finding on a group of rows that was filled as one row.
fn combined(corpus: &Corpus, entry: usize, report: &Report, form: &Form) -> Option<Finding> {
    let first =
        (form.official..form.indicators.len()).find(|position| report.figures.at(*position).spot().is_some())?;
    let item = &form.indicators[first];
    let row = &form.tables[item.table].blocks[item.block].rows[item.row];
    Some(RULE.on_figure(corpus, entry, first).saying(
        format!(
            "{}“{}{}”只填了一行，已作为合计读取，分项记为缺失。",
            form.tables[item.table].name, row.number, row.label
        ),
        format!("the rows of {} were filled as one row; it was read as such", item.english),
    ))
}
