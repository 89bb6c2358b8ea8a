//! Verdicts on cases: every figure is compared, and every finding is checked for being admissible.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, Truth};
use super::plan::Batch;
use super::run::{self, Row, Written};

/// The outcome of a case, from the worst to the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// A body with a report is reported as missing, or its report was not counted.
    Lost,
    /// A figure differs from the report, and there is no finding on its table.
    Wrong,
    /// A finding without a cause in the report.
    Accused,
    /// A figure differs from the report, and there is a finding on its table.
    WrongSaid,
    /// Figures were not read, with an admissible finding on them.
    Refused,
    /// Every figure equals the report's.
    Right,
}

/// The outcome of a case, with the reasons.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    /// One line for each deviation.
    pub(crate) reasons: Vec<String>,
    /// The common feature of failures of the same kind.
    pub(crate) kind: String,
}

/// Judges every case of a batch, in order.
pub(crate) fn judge(batch: &Batch, written: &Written) -> Vec<Verdict> {
    let index = Index::new(batch, written);
    batch.cases.iter().enumerate().map(|(at, (_, _, case))| index.judge(at, case, batch.has_roster)).collect()
}

/// Rows of the outputs, by case.
struct Index<'a> {
    facts: Vec<Vec<&'a Row>>,
    findings: Vec<Vec<&'a Row>>,
    units: Vec<Vec<&'a Row>>,
    failure: Option<&'a str>,
}

impl<'a> Index<'a> {
    fn new(batch: &Batch, written: &'a Written) -> Self {
        let mut by_path = BTreeMap::new();
        let mut by_unit = BTreeMap::new();
        for (at, (_, _, case)) in batch.cases.iter().enumerate() {
            by_path.extend(run::paths(case).into_iter().map(|path| (path, at)));
            if batch.has_roster {
                by_unit.insert(case.roster_name.as_str(), at);
            }
        }
        let of = |row: &Row| {
            let by_file = row["file"].split(';').find_map(|file| {
                let archive = file.match_indices('/').map(|(at, _)| &file[..at]);
                std::iter::once(file).chain(archive).find_map(|path| by_path.get(path).copied())
            });
            by_unit.get(row["unit"].as_str()).copied().or(by_file)
        };
        let split = |rows: &'a [Row]| {
            let mut split: Vec<Vec<&Row>> = vec![Vec::new(); batch.cases.len()];
            for row in rows {
                if let Some(at) = of(row) {
                    split[at].push(row);
                }
            }
            split
        };
        Self {
            facts: split(&written.facts),
            findings: split(&written.findings),
            units: split(&written.units),
            failure: written.failure.as_deref(),
        }
    }

    fn judge(&self, at: usize, case: &Case, has_roster: bool) -> Verdict {
        let mut judged = Judged::default();
        if let Some(failure) = self.failure {
            judged.add(Outcome::Lost, "run", &format!("the run failed: {failure}"));
            return judged.verdict();
        }
        let (facts, findings) = (&self.facts[at], &self.findings[at]);
        let weighty: Vec<&&Row> = findings.iter().filter(|row| row["severity"] != "note").collect();
        for row in &weighty {
            let code = row["rule"].as_str();
            // A finding on a figure with an uncertain place or text is admissible in any report.
            if !case.codes.contains(code) && code != "V11" {
                judged.add(Outcome::Accused, code, &format!("{code} {}: {}", row["indicator"], row["message"]));
            }
        }
        for row in &self.units[at] {
            let status = row["status"].as_str();
            let is_stranger = has_roster && row["unit"] != case.roster_name && status == "unmatched";
            if is_stranger && !case.codes.contains("U01") {
                judged.add(Outcome::Accused, "phantom", &format!("{} is a unit: {}", row["file"], row["unit"]));
            }
        }
        let tables: BTreeSet<&str> = weighty.iter().flat_map(|row| tables(row)).collect();
        if facts.is_empty() {
            let is_said = weighty.iter().any(|row| case.codes.contains(row["rule"].as_str()));
            let states: Vec<String> =
                self.units[at].iter().map(|row| format!("{} {}", row["file"], row["status"])).collect();
            let outcome = if is_said && !case.is_readable { Outcome::Refused } else { Outcome::Lost };
            judged.add(outcome, "not counted", &format!("no figures counted: {}", states.join(", ")));
        } else {
            compare(case, facts, &tables, &mut judged);
        }
        judged.verdict()
    }
}

/// Returns the tables that a finding is about.
fn tables(row: &Row) -> Vec<&'static str> {
    let names = ["t2", "t3", "t4"];
    let of_all = ["F05", "F06", "F07", "V11", "V09"].contains(&row["rule"].as_str()) && row["indicator"].is_empty();
    let is_about = |name: &str| row["indicator"].split(';').any(|part| part.trim().starts_with(name));
    names.into_iter().filter(|name| of_all || is_about(name)).collect()
}

fn compare(case: &Case, facts: &[&Row], tables: &BTreeSet<&str>, judged: &mut Judged) {
    let mut read: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in facts {
        if read.insert(row["indicator"].as_str(), row).is_some() {
            judged.add(Outcome::Wrong, "twice", "the report is counted twice");
            return;
        }
    }
    for (at, truth) in case.truth.iter().enumerate() {
        let id = case.form.indicators[at].id.as_str();
        let table = &id[..2];
        let row = read.get(id);
        let (state, value) = row.map_or(("absent", ""), |row| (row["state"].as_str(), row["value"].as_str()));
        let wrong = if tables.contains(table) { Outcome::WrongSaid } else { Outcome::Wrong };
        match truth {
            Truth::Number(number) if state == "number" => {
                if value.parse() != Ok(*number) {
                    judged.add(wrong, &format!("wrong {table}"), &format!("{id} is {value}, not {number}"));
                }
            }
            Truth::Number(number) => {
                // A figure that is present must not be blank, and its row must not be missing.
                let said = tables.contains(table);
                let outcome = if said { Outcome::Refused } else { Outcome::Wrong };
                let kind = if said { "refused" } else { "unsaid" };
                let raw = row.map_or("", |row| row["raw"].as_str());
                judged.add(outcome, &format!("{kind} {table}"), &format!("{id} is {state} “{raw}”, not {number}"));
            }
            Truth::Not(wanted) if state == "number" => {
                judged.add(wrong, &format!("wrong {table}"), &format!("{id} is {value}, not {wanted}"));
            }
            Truth::Not(_) => {}
        }
    }
}

#[derive(Default)]
struct Judged {
    outcome: Option<Outcome>,
    kinds: BTreeSet<(Outcome, String)>,
    reasons: Vec<String>,
}

impl Judged {
    fn add(&mut self, outcome: Outcome, kind: &str, reason: &str) {
        self.outcome = Some(self.outcome.map_or(outcome, |other| other.min(outcome)));
        self.kinds.insert((outcome, kind.to_owned()));
        self.reasons.push(reason.to_owned());
    }

    fn verdict(self) -> Verdict {
        let outcome = self.outcome.unwrap_or(Outcome::Right);
        let kinds = self.kinds.into_iter().filter(|(other, _)| *other == outcome);
        let kind = kinds.map(|(_, kind)| kind).collect::<Vec<_>>().join(", ");
        Verdict { outcome, reasons: self.reasons, kind }
    }
}
