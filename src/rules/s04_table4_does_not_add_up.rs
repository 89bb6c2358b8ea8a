//! Rule on the four results of table 4, which add up to each block's total. The sums are data of the form.

use super::{Check, Rule};
use crate::finding::{Code, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("S04"),
    name: "table4-does-not-add-up",
    title: "表四各项结果之和不等于总计",
    severity: Severity::MustFix,
    page: include_str!("s04_table4_does_not_add_up.md"),
    check: Check::Sums,
};
