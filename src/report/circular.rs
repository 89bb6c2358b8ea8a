//! `通报.docx`: a circular on the reports of all units, with the good and the deficient ones, and a list of all units.

use std::io::Write;

use super::by_unit::{self, Intake, UnitView};
use super::docx::{Scope, Vocabulary};
use super::letters::{COMMON_TEXTS, common};
use super::{Failure, templates};
use crate::finding::Severity;
use crate::outcome::Outcome;

/// The vocabulary of the circular's template.
pub(super) const WORDS: Vocabulary = Vocabulary {
    common: &COMMON_TEXTS,
    texts: &[
        "应报数",
        "收到数",
        "计入数",
        "必改数",
        "待说明数",
        "问题单位数",
        "较好数",
        "较好单位",
        "未报数",
        "未报单位",
        "未到期数",
        "报其他年度数",
        "报其他年度单位",
        "逾期未报数",
        "逾期未报单位",
        "无法采用数",
        "无法采用单位",
        "迟报数",
        "迟报单位",
        "必改单位数",
        "必改单位",
        "待说明单位数",
        "待说明单位",
    ],
    conditions: &[
        "有名册",
        "有较好",
        "有问题",
        "有未报",
        "有未到期",
        "有报其他年度",
        "有逾期未报",
        "有无法采用",
        "有迟报",
        "有必改",
        "有待说明",
        "有乡镇街道",
        "有部门",
        "有其他",
        "有联系方式",
    ],
    row_texts: &["单位", "类型", "状态", "必改", "待说明", "报送情况"],
    row_conditions: &["乡镇", "街道", "乡镇街道", "部门", "其他"],
    needed_texts: &["年度"],
    needed_conditions: &[],
    needed_in_row: "单位",
    items: &[&["乡镇", "乡镇街道"], &["街道", "乡镇街道"], &["部门"], &["其他"]],
};

/// The text in place of a number of findings, for a unit without a report in the totals.
const NOT_CHECKED: &str = "—";

/// Writes the circular.
pub(super) fn docx(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let template = templates::template(outcome, templates::CIRCULAR, &WORDS)?;
    let units = by_unit::units(outcome);
    let rows: Vec<Scope> = units.iter().map(row).collect();
    out.write_all(&template.fill(&whole(outcome, &units), &rows)?)?;
    Ok(())
}

/// Returns the template values of a unit's row.
fn row(view: &UnitView<'_>) -> Scope {
    let mut scope = Scope::default();
    scope.texts.extend([
        ("单位", view.unit.name.clone()),
        ("类型", view.unit.kind.chinese().to_owned()),
        ("状态", view.status.chinese().to_owned()),
        ("必改", spots(view, Severity::MustFix)),
        ("待说明", spots(view, Severity::MustExplain)),
        ("报送情况", view.intake_in_words().to_owned()),
    ]);
    scope.holds.extend(by_unit::kind_conditions(view.unit.kind));
    scope
}

/// Returns the number of findings in a unit's row. Only those about counted reports are numbered, as in the text: of
/// the other units the status is the problem.
fn spots(view: &UnitView<'_>, severity: Severity) -> String {
    if view.is_counted() { view.count(severity).to_string() } else { NOT_CHECKED.to_owned() }
}

/// Returns the template values of the circular as a whole.
fn whole(outcome: &Outcome, units: &[UnitView<'_>]) -> Scope {
    let verdict = outcome.verdict();
    let of_counted =
        |severity| units.iter().filter(|view| view.is_counted()).map(|view| view.count(severity)).sum::<usize>();
    let mut scope = common(outcome);
    scope.texts.extend([
        ("应报数", verdict.expected.to_string()),
        ("收到数", verdict.received.to_string()),
        ("计入数", verdict.counted.to_string()),
        ("必改数", of_counted(Severity::MustFix).to_string()),
        ("待说明数", of_counted(Severity::MustExplain).to_string()),
    ]);
    let named = |view: &UnitView<'_>| view.unit.name.clone();
    let good = |view: &UnitView<'_>| view.intake == Intake::Counted && !view.has_to_answer();
    let why = |view: &UnitView<'_>| {
        let reason = match view.intake {
            Intake::Conflicting => "重复待定：报送多份且数字不同，待确认",
            intake => intake.chinese(),
        };
        format!("{}（{reason}）", view.unit.name)
    };
    let with_spots = |severity| move |view: &UnitView<'_>| format!("{}（{}处）", view.unit.name, view.count(severity));
    let with = |severity| move |view: &UnitView<'_>| view.is_counted() && view.count(severity) > 0;
    scope.list(units, ["有较好", "较好数", "较好单位"], &good, &named);
    // Before its due date a unit has no problem.
    scope.list(units, ["有问题", "问题单位数", ""], &|view| !good(view) && !view.is_reminded(), &named);
    let overdue = |view: &UnitView<'_>| view.is_missing() && !view.is_reminded();
    scope.list(units, ["有未报", "未报数", "未报单位"], &UnitView::is_missing, &named);
    scope.list(units, ["有未到期", "未到期数", ""], &|view| view.is_reminded(), &named);
    let sent_other_year = |view: &UnitView<'_>| view.is_reminded() && view.intake == Intake::OtherYear;
    scope.list(units, ["有报其他年度", "报其他年度数", "报其他年度单位"], &sent_other_year, &named);
    scope.list(units, ["有逾期未报", "逾期未报数", "逾期未报单位"], &overdue, &named);
    let unusable = |view: &UnitView<'_>| !view.is_counted() && !view.is_missing();
    scope.list(units, ["有无法采用", "无法采用数", "无法采用单位"], &unusable, &why);
    scope.list(units, ["有迟报", "迟报数", "迟报单位"], &|view| view.intake == Intake::Late, &named);
    let (fix, explain) = (Severity::MustFix, Severity::MustExplain);
    scope.list(units, ["有必改", "必改单位数", "必改单位"], &with(fix), &with_spots(fix));
    scope.list(units, ["有待说明", "待说明单位数", "待说明单位"], &with(explain), &with_spots(explain));
    if outcome.corpus.has_roster {
        scope.holds.insert("有名册");
    }
    for (has, kind) in [("有乡镇街道", "乡镇街道"), ("有部门", "部门"), ("有其他", "其他")] {
        if units.iter().any(|view| by_unit::kind_conditions(view.unit.kind).contains(&kind)) {
            scope.holds.insert(has);
        }
    }
    scope
}
