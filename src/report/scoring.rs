//! `考核计分.csv`: the deductions of each unit, by a scoring table that the office can edit.

use std::collections::BTreeSet;
use std::io::Write;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::by_unit::{self, Deadline, Intake, UnitView};
use super::csv_table::ForOffices;
use super::{Failure, templates};
use crate::finding::{Finding, Severity};
use crate::message::Message;
use crate::outcome::Outcome;
use crate::rules;

/// The scoring table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoringTable {
    full_score: Points,
    lowest_score: Points,
    items: Vec<ScoringItem>,
    /// The grades, with the highest first.
    #[serde(default)]
    grades: Vec<Grade>,
}

/// A grade.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grade {
    name: String,
    /// The minimum score for it.
    from: Points,
    /// Maximum number of open findings that must be fixed; without it, any number.
    #[serde(default)]
    max_must_fix: Option<usize>,
}

/// One item of deduction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoringItem {
    name: String,
    /// The codes of the rules with findings that it counts.
    #[serde(default)]
    rules: Vec<String>,
    /// The severity of the findings it counts, among those of rules that no item names.
    #[serde(default)]
    others: Option<String>,
    /// Whether notes of its rules also count.
    #[serde(default)]
    notes: bool,
    /// Deduction for each finding.
    points: Points,
    /// Maximum deduction for all its findings together.
    cap: Points,
}

/// A number of points, exactly as written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "toml::Value")]
struct Points(Decimal);

impl TryFrom<toml::Value> for Points {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let points = value.to_string().parse::<Decimal>().ok().filter(|points| !points.is_sign_negative());
        points.map(|points| Self(points.normalize())).ok_or_else(|| format!("{value} is no number of points from 0 on"))
    }
}

impl ScoringTable {
    /// Parses the table.
    ///
    /// # Errors
    /// A message on why it cannot be used.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Message> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| Message::new("请存成 UTF-8 编码的文本", "it is no UTF-8 text"))?;
        let text = text.trim_start_matches('\u{feff}');
        let table: Self = toml::from_str(text).map_err(|error| Message::of_toml(&error, text))?;
        table.check()?;
        Ok(table)
    }

    fn check(&self) -> Result<(), Message> {
        let (mut names, mut taken) = (BTreeSet::new(), BTreeSet::new());
        if self.lowest_score.0 > self.full_score.0 {
            return Err(Message::new("最低分高于满分", "lowest_score is above full_score"));
        }
        for item in &self.items {
            if item.name.trim().is_empty() || !names.insert(item.name.as_str()) {
                let name = &item.name;
                return Err(Message::new(
                    format!("每个扣分项要有各自的名称，“{name}”不行"),
                    format!("each item has a name of its own, not “{name}”"),
                ));
            }
            if item.rules.is_empty() == item.others.is_none() {
                return Err(Message::new(
                    "rules 和 others 要写一个，只写一个",
                    "either rules or others says what it takes",
                )
                .about(&item.name));
            }
            if let Some(others) = &item.others
                && !matches!(Severity::parse(others), Some(Severity::MustFix | Severity::MustExplain))
            {
                return Err(Message::new(
                    format!("others 应为 must_fix 或 must_explain，现为 {others}"),
                    format!("others is must_fix or must_explain, not {others}"),
                )
                .about(&item.name));
            }
            for code in item.rules.iter().chain(&item.others) {
                if item.others.is_none() && rules::rule(code).is_none() {
                    return Err(rules::no_rule(code).about(&item.name));
                }
                if !taken.insert(code.to_lowercase()) {
                    return Err(
                        Message::new(format!("{code} 写了两次"), format!("{code} stands twice")).about(&item.name)
                    );
                }
            }
        }
        Ok(())
    }

    /// Returns the grade of a score, given the number of open findings that must be fixed; empty if the table has none
    /// for it.
    pub(super) fn grade(&self, points: Decimal, must_fix: usize) -> &str {
        let fits = |grade: &&Grade| points >= grade.from.0 && grade.max_must_fix.is_none_or(|max| must_fix <= max);
        self.grades.iter().find(fits).map_or("", |grade| grade.name.as_str())
    }

    /// Returns the items in words: name, findings, points for each, maximum points.
    pub(super) fn in_words(&self) -> Vec<[String; 4]> {
        let item = |item: &ScoringItem| {
            let taken = match item.others.as_deref() {
                Some("must_fix") => "其他必改问题".to_owned(),
                Some(_) => "其他待说明问题".to_owned(),
                None => item.rules.iter().map(|code| titled(code)).collect::<Vec<_>>().join("；"),
            };
            [item.name.clone(), taken, item.points.0.to_string(), item.cap.0.to_string()]
        };
        self.items.iter().map(item).collect()
    }

    /// Returns the item that counts a finding.
    fn item_of(&self, finding: &Finding) -> Option<usize> {
        let names = |item: &ScoringItem| item.rules.iter().any(|code| code.eq_ignore_ascii_case(finding.rule.text()));
        let is_note = finding.severity == Severity::Note;
        if let Some(at) = self.items.iter().position(names) {
            return (!is_note || self.items[at].notes).then_some(at);
        }
        self.items.iter().position(|item| item.others.as_deref() == Some(finding.severity.word()))
    }
}

/// Returns a rule by its title, with its code behind it.
fn titled(code: &str) -> String {
    rules::rule(code).map_or_else(|| code.to_owned(), |rule| format!("{}（{}）", rule.title, rule.code))
}

/// Writes the scores: for each item the number of findings and points, then the total deduction and the score.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let given = templates::bytes(&outcome.settings.templates, templates::SCORING);
    let table = ScoringTable::read(given).map_err(|why| why.about(templates::SCORING))?;
    let mut rows = ForOffices::new(out)?;
    let mut header = vec!["单位".to_owned(), "类型".to_owned()];
    header
        .extend(table.items.iter().flat_map(|item| [format!("{}（处）", item.name), format!("{}（扣分）", item.name)]));
    header.extend(["扣分合计", "得分", "等次"].map(str::to_owned));
    rows.row(&header)?;
    for score in scores(outcome, &table) {
        rows.row(&row(&table, &score))?;
    }
    rows.finish()
}

fn row(table: &ScoringTable, score: &Score<'_>) -> Vec<String> {
    let unit = score.view.unit;
    let mut cells = vec![unit.name.clone(), unit.kind.chinese().to_owned()];
    let deducts = score.points.is_ok() && !score.is_zero_as_missing();
    for (count, deduction) in &score.items {
        let deduction = if deducts { deduction.to_string() } else { String::new() };
        cells.extend([count.to_string(), deduction]);
    }
    let lost = if deducts { score.lost.to_string() } else { String::new() };
    let points = score.points.map(|points| points.to_string()).unwrap_or_default();
    cells.extend([lost, points, score.grade(table)]);
    cells
}

/// A unit's score.
pub(super) struct Score<'a> {
    pub(super) view: UnitView<'a>,
    /// For each item of the table, the number of findings and the deduction.
    items: Vec<(u32, Decimal)>,
    lost: Decimal,
    /// The score; `None` for a unit that sent nothing and is not late yet.
    pub(super) points: Result<Decimal, &'static str>,
}

impl Score<'_> {
    /// Returns the grade; of a unit that has no score, why it has none.
    pub(super) fn grade(&self, table: &ScoringTable) -> String {
        let must_fix = self.view.count(Severity::MustFix);
        self.points.map_or_else(|why| format!("未评定（{why}）"), |points| table.grade(points, must_fix).to_owned())
    }

    /// Returns whether it is zero because nothing was sent, whatever the deductions are.
    fn is_zero_as_missing(&self) -> bool {
        self.points.is_ok() && self.view.intake == Intake::Missing
    }

    /// Returns the deductions in words.
    pub(super) fn reasons(&self, table: &ScoringTable) -> String {
        if self.is_zero_as_missing() {
            return "逾期未报送，计0分".to_owned();
        }
        let named = table.items.iter().zip(&self.items).filter(|(_, (count, _))| *count > 0);
        let said = named.map(|(item, (count, deduction))| match self.points {
            Ok(_) => format!("{}{count}处，扣{deduction}分", item.name),
            Err(_) => format!("{}{count}处", item.name),
        });
        said.collect::<Vec<_>>().join("；")
    }
}

/// Returns the scores in the order of the units.
pub(super) fn scores<'a>(outcome: &'a Outcome, table: &ScoringTable) -> Vec<Score<'a>> {
    by_unit::units(outcome).into_iter().map(|view| score(table, view)).collect()
}

fn score<'a>(table: &ScoringTable, view: UnitView<'a>) -> Score<'a> {
    let mut counts = vec![0_u32; table.items.len()];
    for item in view.open.iter().filter_map(|identified| table.item_of(identified.finding)) {
        counts[item] += 1;
    }
    let mut lost = Decimal::ZERO;
    let mut items = Vec::new();
    for (item, count) in table.items.iter().zip(counts) {
        let deduction = item.points.0.saturating_mul(Decimal::from(count)).min(item.cap.0).normalize();
        lost = lost.saturating_add(deduction);
        items.push((count, deduction));
    }
    let left = (table.full_score.0 - lost).max(table.lowest_score.0).normalize();
    let points = match (view.intake, view.deadline) {
        (Intake::Counted | Intake::Late, _) => Ok(left),
        (Intake::Missing, Deadline::Passed) => Ok(Decimal::ZERO),
        (Intake::Missing, Deadline::Ahead) => Err("未到报送期限"),
        (Intake::Missing, Deadline::Unknown) => Err("未写明日期，不能判断是否到期"),
        (Intake::Unreadable, _) => Err("报来的文件无法读取"),
        (Intake::NoForm, _) => Err("报来的文件没有年报表格"),
        (Intake::Conflicting, _) => Err("几份报告不同，待确定以哪份为准"),
        (Intake::OtherYear, _) if view.is_reminded() => Err("未到报送期限"),
        (Intake::OtherYear, _) => Err("报来的不是本年度的报告"),
        (Intake::YearUnknown, _) => Err("报来的报告年度不明"),
    };
    Score { view, items, lost: lost.normalize(), points }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "[[items]]\nname = \"a\"\nrules = [\"U02\"]\npoints = 0.5\ncap = 5\n";

    #[test]
    fn a_table_that_cannot_be_meant_is_refused() {
        let whole = |items: &str| format!("full_score = 100\nlowest_score = 0\n{items}");
        assert!(ScoringTable::read(whole(ITEM).as_bytes()).is_ok());
        for (items, why) in [
            (ITEM.replace("U02", "U99"), "there is no rule U99"),
            (ITEM.replace("0.5", "-1"), "no number of points"),
            (ITEM.replace("0.5", "\"many\""), "no number of points"),
            (ITEM.replace("cap = 5\n", ""), "missing field `cap`"),
            (ITEM.replace("rules = [\"U02\"]\n", ""), "either rules or others"),
            (ITEM.replace("rules = [\"U02\"]", "others = \"note\""), "must_fix or must_explain, not note"),
            (format!("{ITEM}{ITEM}"), "a name of its own"),
            (format!("{ITEM}{}", ITEM.replace("\"a\"", "\"b\"")), "U02 stands twice"),
            (ITEM.replace("points", "point"), "unknown field"),
        ] {
            let error = ScoringTable::read(whole(&items).as_bytes()).expect_err(&items);
            assert!(error.en.contains(why), "{error}");
        }
        assert!(ScoringTable::read(b"\xd4\xcb").expect_err("GB18030").en.contains("UTF-8"));
        assert!(ScoringTable::read(b"full_score = 1\nlowest_score = 2\nitems = []").is_err());
    }

    #[test]
    fn rules_named_come_before_strengths_and_notes_are_asked_for() {
        let others = "[[items]]\nname = \"b\"\nothers = \"must_fix\"\npoints = 1\ncap = 5\n";
        let table = |items: &str| {
            let text = format!("full_score = 100\nlowest_score = 0\n{others}{items}");
            ScoringTable::read(text.as_bytes()).expect("a table")
        };
        let missing = |severity| Finding::new(crate::finding::Code::new("U02"), severity);
        let elsewhere = |severity| Finding::new(crate::finding::Code::new("S01"), severity);
        let plain = table(ITEM);
        assert_eq!(plain.item_of(&missing(Severity::MustFix)), Some(1));
        assert_eq!(plain.item_of(&missing(Severity::Note)), None);
        assert_eq!(plain.item_of(&elsewhere(Severity::MustFix)), Some(0));
        assert_eq!(plain.item_of(&elsewhere(Severity::MustExplain)), None);
        let with_notes = table(&format!("{ITEM}notes = true\n"));
        assert_eq!(with_notes.item_of(&missing(Severity::Note)), Some(1));
    }
}
