//! Rule on the six kinds of applicant, which add up to the row's total. The sums are data of the form.

use super::{Check, Rule};
use crate::finding::{Code, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("S03"),
    name: "row-does-not-add-up",
    title: "各类申请人之和不等于总计",
    severity: Severity::MustFix,
    page: include_str!("s03_row_does_not_add_up.md"),
    check: Check::Sums,
};
