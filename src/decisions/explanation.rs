//! Explanations of findings by units, with the office's decision to accept or refuse them. An accepted explanation is
//! valid as long as the finding's numbers stay the same.

use std::collections::BTreeMap;

use super::cell_words;
use super::decision_sheet::{DecisionSheet, EntryPlace, Topic};
use crate::finding::{Answer, Severity};
use crate::message::Message;

/// An explanation of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Its place in the workbook of decisions.
    pub place: EntryPlace,
    /// The finding's fingerprint when it was explained; empty if none was written.
    pub fingerprint: String,
    /// The unit's explanation.
    pub text: String,
    /// Whether the office accepts it; `None` if undecided.
    pub accepted: Option<bool>,
    /// Who decided, and when.
    pub signature: String,
}

/// Explanations by finding id; those of one finding are in the order of their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanations {
    by_id: BTreeMap<String, Vec<Explanation>>,
}

impl Explanations {
    /// Reads the rows of a sheet. If there is no column 采纳, every row with an explanation counts as accepted. Returns
    /// remarks on cells with errors.
    pub(super) fn read(&mut self, sheet: &DecisionSheet, at: usize) -> Vec<Message> {
        let mut remarks = Vec::new();
        let mut found: BTreeMap<String, Vec<Explanation>> = BTreeMap::new();
        let decides = sheet.has_column(Topic::ACCEPTED);
        for row in sheet.entry_rows() {
            let text = |column: usize| sheet.text(row, column);
            let (id, said) = (text(Topic::ID), text(Topic::TEXT));
            let accepted = match cell_words::yes_or_no(&text(Topic::ACCEPTED)) {
                Ok(accepted) if decides => accepted,
                Ok(_) => (!said.is_empty()).then_some(true),
                Err(word) => {
                    remarks.push(sheet.not_yes_or_no(row, "采纳", &word));
                    None
                }
            };
            if id.is_empty() || said.is_empty() && accepted.is_none() {
                continue;
            }
            let signature = cell_words::signature(&text(Topic::BY), &text(Topic::DATE));
            let place = EntryPlace { sheet: at, row };
            let entry = Explanation { place, fingerprint: text(Topic::FINGERPRINT), text: said, accepted, signature };
            found.entry(id).or_default().push(entry);
        }
        // Explanations of files read earlier are put after these, where they take precedence.
        for (id, explanations) in found {
            self.by_id.entry(id).or_default().splice(0..0, explanations);
        }
        remarks
    }

    /// Adds the explanations of another file, which take precedence.
    pub(super) fn extend(&mut self, others: Self) {
        for (id, explanations) in others.by_id {
            self.by_id.entry(id).or_default().extend(explanations);
        }
    }

    /// Returns all explanations with the ids of their findings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Explanation)> {
        self.by_id.iter().flat_map(|(id, all)| all.iter().map(move |explanation| (id.as_str(), explanation)))
    }

    /// Returns the explanation that applies to the finding's present values: the last row with a decision, else the
    /// last row.
    #[must_use]
    pub fn current(&self, id: &str, fingerprint: &str) -> Option<&Explanation> {
        let all = self.by_id.get(id)?;
        let is_current = |said: &&Explanation| said.fingerprint.is_empty() || said.fingerprint == fingerprint;
        let decided = all.iter().rfind(|said| is_current(said) && said.accepted.is_some());
        decided.or_else(|| all.iter().rfind(is_current))
    }

    /// Returns the state of a finding's answer, and its explanation. An explanation cannot settle a finding that must
    /// be fixed.
    #[must_use]
    pub fn answer(&self, id: &str, fingerprint: &str, severity: Severity) -> (Answer, &str) {
        let lapsed = || self.by_id.get(id)?.iter().rfind(|said| said.accepted == Some(true));
        let current = self.current(id, fingerprint);
        match current.map(|said| said.accepted) {
            Some(Some(false)) => (Answer::Refused, current.map_or("", |said| &said.text)),
            Some(Some(true)) if severity != Severity::MustFix => {
                (Answer::Explained, current.map_or("", |said| &said.text))
            }
            Some(Some(true)) => (Answer::Open, current.map_or("", |said| &said.text)),
            Some(None) | None => match lapsed() {
                Some(said) => (Answer::Lapsed, &said.text),
                None => (Answer::Open, current.map_or("", |said| &said.text)),
            },
        }
    }
}
