//! What a roll-up finds: runs that cannot be counted, and totals that do not balance.

use crate::finding::{Code, Severity};
use crate::message::Message;
use crate::source::digest;

/// A body and year that two outputs state.
pub(super) const TWICE: Code = Code::new("U08");
/// Outputs that are damaged or cannot be read.
pub(super) const UNREADABLE: Code = Code::new("F01");
/// Outputs of a body that the list of levels does not have.
pub(super) const NOT_LISTED: Code = Code::new("U01");
/// Outputs that state no year.
pub(super) const NO_YEAR: Code = Code::new("U07");
/// Totals that break a sum of the form.
pub(super) const IMBALANCE: Code = Code::new("R02");

/// Digits of the hashes in ids.
const ID_DIGITS: usize = 12;

/// One cause of trouble in a roll-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelFinding {
    /// The rule.
    pub rule: String,
    /// Its weight.
    pub severity: Severity,
    /// The path of the body it is about; empty where that is not known.
    pub body_path: String,
    /// The report year; `None` where it is not known.
    pub year: Option<u16>,
    /// The output folder it is about, where it is about one.
    pub file: String,
    /// The indicators, with `;` between them.
    pub indicator: String,
    /// What stands there.
    pub given: String,
    /// What should.
    pub expected: String,
    /// By how much a sum misses.
    pub difference: String,
    /// The equations that are broken.
    pub checks: Vec<String>,
    /// The sentence for people.
    pub message: Message,
    /// The row of the county's own `findings.csv`, where the finding is that of a run.
    pub copied: Option<CopiedFinding>,
}

/// What a roll-up keeps of a run's finding besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFinding {
    /// Its id in the run.
    pub id: String,
    /// Its fingerprint in the run.
    pub fingerprint: String,
    /// How it stands.
    pub status: String,
    /// What was said of it.
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

    /// Returns the same of a body and year.
    pub(super) fn of(mut self, body_path: String, year: Option<u16>) -> Self {
        self.body_path = body_path;
        self.year = year;
        self
    }

    /// Returns the id, which stays while rule, body, year, output folder and sums stay.
    #[must_use]
    pub fn id(&self) -> String {
        if let Some(copied) = &self.copied {
            return copied.id.clone();
        }
        let year = self.year.map(|year| year.to_string()).unwrap_or_default();
        let parts = [&self.body_path, &year, &self.rule, &self.file, &self.indicator, &self.checks.join(";")];
        format!("{}-{}", self.rule, hashed(&parts.map(String::as_str)))
    }

    /// Returns the fingerprint, which changes when any value involved does.
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
