//! Rule on the balance printed on the form: received plus carried in equals concluded plus carried out. The sums are
//! data of the form.

use super::{Check, Rule};
use crate::finding::{Code, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code::new("S01"),
    name: "balance-broken",
    title: "表三两项之和不相等",
    severity: Severity::MustFix,
    page: include_str!("s01_balance_broken.md"),
    check: Check::Sums,
};
