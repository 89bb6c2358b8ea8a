//! `本级年报（初稿）.docx`: a draft of the county's own report in the official layout. Its tables are filled from the totals,
//! and its text is drafted as far as figures allow. Text that a person must write or confirm is enclosed in 〔〕.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;

use rust_decimal::Decimal;

use super::docx::{Scope, Vocabulary, with_tables, word_table};
use super::letters::{COMMON_TEXTS, common};
use super::{Failure, layout, office, templates};
use crate::amount;
use crate::corpus::{Disposition, YearSums};
use crate::finding::Severity;
use crate::form;
use crate::outcome::Outcome;
use crate::rules;

/// Maximum number of rules suggested for the section on problems.
const MAX_PROMPTS: usize = 5;

/// The vocabulary of the template.
pub(super) const WORDS: Vocabulary = Vocabulary {
    common: &COMMON_TEXTS,
    texts: &[
        "文件句",
        "申请句",
        "结果句",
        "争议句",
        "问题提示",
        "覆盖情况",
        "可比情况",
        "不平数",
        "表二",
        "表三",
        "表四",
    ],
    conditions: &["有未计入", "有可比", "有不平", "有联系方式"],
    row_texts: &[],
    row_conditions: &[],
    needed_texts: &["年度", "表二", "表三", "表四"],
    needed_conditions: &[],
    needed_in_row: "",
    items: &[],
};

/// The names of the tables in the template, in the order of the form's tables.
const TABLES: [&str; 3] = ["表二", "表三", "表四"];

/// Writes the draft.
pub(super) fn docx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let template = templates::template(outcome, templates::COUNTY_REPORT, &WORDS)?;
    let filled = template.fill(&scope(outcome)?, &[])?;
    let form = outcome.corpus.form();
    let mut tables = Vec::new();
    for (at, name) in TABLES.into_iter().enumerate().take(form.tables.len()) {
        let printed = layout::printed(form, at, office::fills_combined(outcome, at));
        let figure = |position: usize| {
            let total = outcome.total(position).and_then(|total| total.total);
            total.map(|value| value.to_string()).unwrap_or_default()
        };
        tables.push((place(name), word_table(&printed, &figure)));
    }
    out.write_all(&with_tables(&filled, &tables)?)?;
    Ok(())
}

/// Returns the placeholder of a table until it is inserted. It is enclosed in private-use characters, which no office's
/// text has.
fn place(name: &str) -> String {
    format!("\u{e100}{name}\u{e101}")
}

fn scope(outcome: &Outcome) -> Result<Scope, Failure> {
    let mut scope = common(outcome);
    let figures = DraftFigures::new(outcome)?;
    scope.texts.extend([
        ("文件句", figures.documents()),
        ("申请句", figures.applications()),
        ("结果句", figures.outcomes()),
        ("争议句", figures.disputes()),
        ("问题提示", prompts(outcome)),
        ("覆盖情况", coverage(outcome)),
        ("可比情况", figures.comparable()),
        ("不平数", outcome.imbalances.len().to_string()),
    ]);
    scope.texts.extend(TABLES.map(|name| (name, place(name))));
    if scope.texts.get("县名").is_none_or(String::is_empty) {
        scope.texts.insert("县名", "〔县名〕".to_owned());
    }
    let verdict = outcome.verdict();
    if verdict.counted < verdict.expected {
        scope.holds.insert("有未计入");
    }
    scope.holds.extend(figures.is_partly_comparable().then_some("有可比"));
    scope.holds.extend((!outcome.imbalances.is_empty()).then_some("有不平"));
    Ok(scope)
}

/// Returns the number of units in the figures, for a paragraph that the office removes at the end.
fn coverage(outcome: &Outcome) -> String {
    let verdict = outcome.verdict();
    let rows = office::missing_rows(outcome);
    let names: Vec<&str> = rows.iter().filter(|row| row[3] != "迟报").map(|row| row[0].as_str()).collect();
    format!(
        "应报{}个单位，已计入{}份；尚未计入的{}个：{}",
        verdict.expected,
        verdict.counted,
        names.len(),
        names.join("、")
    )
}

/// Problems of reports by the rules that find them, in the words of a report.
const PROBLEMS: [(&str, &[&str]); 10] = [
    ("数据漏填", &["V01", "F06", "F07"]),
    ("以“/”等代替数字", &["V02"]),
    ("填写非数字", &["V03", "V09"]),
    ("数字填写有误", &["V04", "V05", "V07", "V11"]),
    ("金额单位有误", &["V12", "P03"]),
    ("表内数据勾稽关系不平", &["S01", "S02", "S03", "S04", "S05"]),
    ("与上年数据不衔接", &["Y01", "Y02", "Y03"]),
    ("数据不合常理", &["P01", "P02", "P04"]),
    ("正文与表格不一致", &["N01", "N02"]),
    ("沿用往年或者其他单位的文字", &["N03", "N04", "N07", "U06"]),
];

/// Returns the problem that a rule finds, in the words of a report; for other rules, the rule's title.
fn problem(rule: &str) -> &str {
    let named = PROBLEMS.iter().find(|(_, rules)| rules.contains(&rule)).map(|(problem, _)| *problem);
    named.or_else(|| rules::rule(rule).map(|rule| rule.title)).unwrap_or(rule)
}

/// Returns the problems that most counted reports have, as suggestions.
fn prompts(outcome: &Outcome) -> String {
    let mut units: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let is_counted = |entry: usize| outcome.corpus.entries[entry].disposition == Disposition::Counted;
    for finding in outcome.findings.iter().filter(|finding| finding.severity != Severity::Note) {
        if let Some(unit) = finding.unit().filter(|_| finding.entry().is_some_and(is_counted)) {
            units.entry(problem(finding.rule.text())).or_default().insert(unit);
        }
    }
    let mut counted: Vec<(usize, &str)> = units.into_iter().map(|(rule, units)| (units.len(), rule)).collect();
    counted.sort_by_key(|(count, problem)| (std::cmp::Reverse(*count), *problem));
    let named = counted.into_iter().take(MAX_PROMPTS);
    let named: Vec<String> = named.map(|(count, problem)| format!("{problem}（{count}个单位）")).collect();
    if named.is_empty() {
        return "各单位年报核对中没有发现需要更正或者说明的情况".to_owned();
    }
    format!("各单位年报核对中较多的是：{}", named.join("、"))
}

/// The indicator that is compared with last year's.
const RECEIVED: &str = "t3.received.total";

/// The figures used in the sentences: this year's totals, and the sums of [`RECEIVED`] in both years.
struct DraftFigures<'a> {
    outcome: &'a Outcome,
    received: YearSums,
}

impl<'a> DraftFigures<'a> {
    fn new(outcome: &'a Outcome) -> Result<Self, Failure> {
        let sums = outcome.corpus.year_sums(&[(RECEIVED, &[RECEIVED])])?;
        Ok(Self { outcome, received: sums.get(RECEIVED).copied().unwrap_or_default() })
    }

    fn total(&self, indicator: &str) -> Option<Decimal> {
        let position = self.outcome.corpus.form().position(indicator)?;
        self.outcome.total(position)?.total
    }

    /// Returns a total for a sentence, or a blank for a person to fill in.
    fn shown(&self, indicator: &str) -> String {
        self.total(indicator).map_or_else(|| "〔　〕".to_owned(), |value| value.normalize().to_string())
    }

    /// Returns the sum of the total column over some rows of table 3.
    fn rows(&self, rows: &[&str]) -> Option<Decimal> {
        let form = self.outcome.corpus.form();
        let matching = |row: &&str| {
            let is_of = |id: &str| {
                let rest = id.strip_prefix("t3.").and_then(|id| id.strip_prefix(*row));
                rest.is_some_and(|rest| rest.starts_with('.') && rest.rsplit('.').next() == Some("total"))
            };
            let items = form.indicators[..form.official].iter().filter(|item| is_of(&item.id));
            items.map(|item| item.id.as_str()).collect::<Vec<_>>()
        };
        let ids: Vec<&str> = rows.iter().flat_map(matching).collect();
        let values: Vec<Decimal> = ids.iter().filter_map(|id| self.total(id)).collect();
        (!values.is_empty()).then(|| values.into_iter().sum::<Decimal>().normalize())
    }

    /// Returns whether some of the counted units, but not all, have last year's figure.
    fn is_partly_comparable(&self) -> bool {
        let units = self.received.units as usize;
        units > 0 && units < self.outcome.corpus.counted().len()
    }

    /// Returns the applications of the units with figures of both years, for the office's information only.
    fn comparable(&self) -> String {
        let YearSums { now, then, units } = self.received;
        let (now, then) = (now.normalize(), then.normalize());
        format!("两年均有数字的{units}个单位，上年新收{then}件，本年{now}件")
    }

    /// Returns the change of applications received from last year; empty unless every unit has figures of both years.
    fn against_last_year(&self) -> String {
        let YearSums { now, then, units } = self.received;
        if units == 0 || self.is_partly_comparable() {
            return String::new();
        }
        let change = now - then;
        let rate = amount::percent(change.abs(), then, 1).map(|rate| format!("{rate:.1}%")).unwrap_or_default();
        match (change.is_zero(), change.is_sign_negative(), rate.as_str()) {
            (true, ..) => "，与上年持平".to_owned(),
            (_, true, rate) => format!("，比上年减少{}件，下降{rate}", change.abs().normalize()),
            (_, _, "") => format!("，比上年增加{}件", change.normalize()),
            (_, _, rate) => format!("，比上年增加{}件，增长{rate}", change.normalize()),
        }
    }

    fn documents(&self) -> String {
        let of = |column: &str| self.shown(&format!("t2.normative_documents.{column}"));
        let form = self.outcome.corpus.form();
        if form.position("t2.normative_documents.in_force").is_none() {
            return "〔请写明主动公开和行政规范性文件的情况〕".to_owned();
        }
        format!("本年制发行政规范性文件{}件，废止{}件，现行有效{}件。", of("issued"), of("repealed"), of("in_force"))
    }

    fn applications(&self) -> String {
        let of = |row: &str| self.shown(&format!("t3.{row}.total"));
        format!(
            "本年新收政府信息公开申请{}件{}，上年结转{}件；办结{}件，结转下年度继续办理{}件。",
            of("received"),
            self.against_last_year(),
            of("carried_in"),
            of("concluded_total"),
            of("carried_out")
        )
    }

    fn outcomes(&self) -> String {
        let shown = |rows: &[&str]| self.rows(rows).map_or_else(|| "〔　〕".to_owned(), |sum| sum.to_string());
        let mut said = format!(
            "办理结果中，予以公开{}件，部分公开{}件，不予公开{}件，无法提供{}件，不予处理{}件，其他处理{}件。",
            shown(&["granted"]),
            shown(&["partly_granted"]),
            shown(&["denied"]),
            shown(&["unavailable"]),
            shown(&["not_processed"]),
            shown(&["other"])
        );
        if let Some(share) = self.outcome.share_of_totals(form::DISCLOSED) {
            let _ = write!(said, "予以公开和部分公开合计占办结总数的{share:.1}%。");
        }
        said
    }

    fn disputes(&self) -> String {
        let of = |block: &str, column: &str| self.shown(&format!("t4.{block}.{column}"));
        let suits = self
            .total("t4.litigation_direct.total")
            .zip(self.total("t4.litigation_after_review.total"))
            .map_or_else(|| "〔　〕".to_owned(), |(direct, after)| (direct + after).normalize().to_string());
        format!(
            "因政府信息公开工作被申请行政复议{}件，其中结果维持{}件，结果纠正{}件，其他结果{}件，尚未审结{}件。被提起行政诉讼{suits}件。",
            of("review", "total"),
            of("review", "upheld"),
            of("review", "corrected"),
            of("review", "other_result"),
            of("review", "pending")
        )
    }
}
