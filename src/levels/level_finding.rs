//! Findings of a roll-up: outputs that cannot be counted, and totals that do not balance.

use crate::finding::{Code, Severity};
use crate::message::Message;
use crate::source::digest;

/// Code for a body and year that occurs in several outputs.
pub(super) const TWICE: Code = Code::new("U08");
/// Code for outputs that are damaged or cannot be read.
pub(super) const UNREADABLE: Code = Code::new("F01");
/// Code for bodies on the list of levels without an output.
pub(super) const ABSENT: Code = Code::new("U02");
/// Code for what lies among the outputs and is none.
pub(super) const NO_OUTPUT: Code = Code::new("F10");
/// Code for outputs of a body that is not on the list of levels, or not the one of their folder.
pub(super) const NOT_LISTED: Code = Code::new("U01");
/// Code for outputs without a year.
pub(super) const NO_YEAR: Code = Code::new("U07");
/// Code for bodies that have outputs of other years only.
pub(super) const OTHER_YEAR: Code = Code::new("U04");
/// Code for totals that break a sum of the form.
pub(super) const IMBALANCE: Code = Code::new("R02");

/// Rules about the totals of a body.
pub(super) const ON_TOTALS: [&str; 2] = ["R01", "R02"];

/// Number of hex digits of the hashes in ids.
const ID_DIGITS: usize = 12;

/// A finding of a roll-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelFinding {
    /// The rule.
    pub rule: String,
    /// Its severity.
    pub severity: Severity,
    /// The path of its body; empty if unknown.
    pub body_path: String,
    /// The report year; `None` if unknown.
    pub year: Option<u16>,
    /// The output folder, if it is about one.
    pub file: String,
    /// The indicators, separated by `;`.
    pub indicator: String,
    /// The observed value.
    pub given: String,
    /// The expected value.
    pub expected: String,
    /// The difference in a sum.
    pub difference: String,
    /// The ids of the broken equations.
    pub checks: Vec<String>,
    /// The message.
    pub message: Message,
    /// Further columns of the county's own `findings.csv`, if the finding is copied from a run.
    pub copied: Option<CopiedFinding>,
}

/// Further columns of a finding copied from a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFinding {
    /// Its id in the run.
    pub id: String,
    /// Its fingerprint in the run.
    pub fingerprint: String,
    /// The state of its answer.
    pub status: String,
    /// Its explanation.
    pub explanation: String,
}

impl LevelFinding {
    /// Returns a finding about an output folder.
    pub(super) fn about_output(rule: Code, severity: Severity, file: &str, message: Message) -> Self {
        Self {
            rule: rule.text().to_owned(),
            severity,
            body_path: String::new(),
            year: None,
            file: file.to_owned(),
            indicator: String::new(),
            given: String::new(),
            expected: String::new(),
            difference: String::new(),
            checks: Vec::new(),
            message,
            copied: None,
        }
    }

    /// Returns a finding about a folder or an archive among the outputs that is not read.
    #[must_use]
    pub fn about_no_output(file: &str) -> Self {
        let message = Message::new(
            "没有可以读取的汇总结果，未计入；报送文件请先汇总（huizong run），压缩包请先解压",
            "there are no outputs in it, so it is not added up; run submissions first, unpack archives first",
        );
        Self::about_output(NO_OUTPUT, Severity::MustExplain, file, message)
    }

    /// Sets the body and year.
    pub(super) fn of(mut self, body_path: String, year: Option<u16>) -> Self {
        self.body_path = body_path;
        self.year = year;
        self
    }

    /// Returns whether it says which outputs and bodies the totals have, as opposed to what the totals are.
    #[must_use]
    pub fn is_about_coverage(&self) -> bool {
        !ON_TOTALS.contains(&self.rule.as_str())
    }

    /// Returns the id, which is stable as long as rule, body, year, output folder and sums are the same. That of a copied
    /// finding is hashed with its body, since the runs of two counties may use one id.
    #[must_use]
    pub fn id(&self) -> String {
        let year = self.year.map(|year| year.to_string()).unwrap_or_default();
        if let Some(copied) = &self.copied {
            return format!("{}-{}", self.rule, hashed(&[&self.body_path, &year, &copied.id]));
        }
        let parts = [&self.body_path, &year, &self.rule, &self.file, &self.indicator, &self.checks.join(";")];
        format!("{}-{}", self.rule, hashed(&parts.map(String::as_str)))
    }

    /// Returns the fingerprint, which changes with any of the values.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        if let Some(copied) = &self.copied {
            return copied.fingerprint.clone();
        }
        hashed(&[&self.id(), &self.given, &self.expected, &self.difference, &self.message.en])
    }
}

fn hashed(parts: &[&str]) -> String {
    digest(parts.join("\u{0}").as_bytes()).sha256[..ID_DIGITS].to_owned()
}
