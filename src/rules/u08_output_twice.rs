//! Several outputs of one body and year in a roll-up. Roll-ups report it; a run has no outputs.

use super::{Check, Rule};
use crate::finding::{Code, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U08"),
    name: "output-twice",
    title: "合并汇总里同一地区同一年度有几份结果",
    severity: Severity::MustFix,
    page: include_str!("u08_output_twice.md"),
    check: Check::Levels,
};
