//! Rule on the outcomes, which add up to their total. The sums are data of the form.

use super::{Check, Rule};
use crate::finding::{Code, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("S02"),
    name: "outcomes-do-not-add-up",
    title: "办理结果各项之和不等于总计",
    severity: Severity::MustFix,
    page: include_str!("s02_outcomes_do_not_add_up.md"),
    check: Check::Sums,
};
