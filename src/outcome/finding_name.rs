//! Ids of findings, and the state of their answers by the decisions.

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use crate::decisions::Question;
use crate::finding::{Answer, Finding};
use crate::form::Form;

/// The id of a finding, and the state of its answer.
#[derive(Debug)]
pub(super) struct FindingName {
    pub(super) id: String,
    pub(super) fingerprint: String,
    pub(super) older_fingerprint: String,
    pub(super) answer: Answer,
    pub(super) explanation: String,
}

impl FindingName {
    /// Returns its identification in the decisions.
    pub(super) fn question(&self) -> Question<'_> {
        let (id, fingerprint) = (&self.id, &self.fingerprint);
        Question { id, fingerprint, older_fingerprint: &self.older_fingerprint }
    }
}

impl Outcome {
    /// Computes the ids and answers of all findings. Findings that would share an id get a number. An explanation of a
    /// finding with moved cells applies to the one with the same figures and values.
    pub(super) fn name_findings(&mut self) -> Vec<FindingName> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let name = |finding: &Finding| {
            let (owner, year, form) = self.owner(finding);
            let (id, fingerprint) = (finding.id(owner, &year, form), finding.fingerprint(owner, &year, form));
            let older_fingerprint = finding.older_fingerprint(&id);
            let number = seen.entry(id.clone()).or_default();
            *number += 1;
            let id = if *number > 1 { format!("{id}-{number}") } else { id };
            FindingName { id, fingerprint, older_fingerprint, answer: Answer::Open, explanation: String::new() }
        };
        self.names = self.findings.iter().map(name).collect();
        let ids: BTreeSet<&str> = self.names.iter().map(|name| name.id.as_str()).collect();
        let mut explanations = std::mem::take(&mut self.decisions.explanations);
        explanations.reassign(|id, fingerprint| {
            let moved_to = if ids.contains(id) { None } else { self.only_with_fingerprint(fingerprint) };
            moved_to.map(|at| self.names[at].id.clone())
        });
        self.decisions.explanations = explanations;
        let answered = |(finding, name): (&Finding, &FindingName)| {
            if finding.is_corrected {
                return (Answer::Corrected, self.correction_of(finding));
            }
            let (answer, text) = self.decisions.explanations.answer(name.question(), finding.severity);
            (answer, text.to_owned())
        };
        let answers: Vec<(Answer, String)> = self.findings.iter().zip(&self.names).map(answered).collect();
        let names = std::mem::take(&mut self.names).into_iter().zip(answers);
        names.map(|(name, (answer, explanation))| FindingName { answer, explanation, ..name }).collect()
    }

    /// Returns the position of the finding that a row of explanations is about, with its present values.
    #[must_use]
    pub fn finding_of_row(&self, id: &str, fingerprint: &str) -> Option<usize> {
        match self.names.iter().position(|name| name.id == id) {
            Some(at) => Some(at).filter(|at| self.names[*at].question().is_fingerprint(fingerprint)),
            None => self.only_with_fingerprint(fingerprint),
        }
    }

    /// Returns the position of the finding with a fingerprint, if it is the only one.
    pub(super) fn only_with_fingerprint(&self, fingerprint: &str) -> Option<usize> {
        let mut found = (0..self.names.len()).filter(|at| self.names[*at].fingerprint == fingerprint);
        let first = found.next().filter(|_| !fingerprint.is_empty())?;
        found.next().is_none().then_some(first)
    }

    /// Returns what identifies the subject of a finding: the id of its unit, or else its file; the year; and its form.
    fn owner(&self, finding: &Finding) -> (&str, String, &Form) {
        let unit = finding.unit().map(|unit| self.corpus.units[unit].id.as_str());
        let file = || finding.entry().map_or("", |entry| self.corpus.entries[entry].submission.file.as_str());
        (unit.unwrap_or_else(file), self.corpus.year.field(), self.corpus.form_of(finding.entry()))
    }
}
