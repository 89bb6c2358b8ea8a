//! Explanations of findings by units, with the office's decision to accept or refuse them. An accepted explanation is
//! valid as long as the finding's numbers stay the same.

use std::collections::BTreeMap;

use super::cell_words;
use super::contradiction::Contradiction;
use super::decision_sheet::{DecisionSheet, EntryPlace, Topic};
use crate::finding::{Answer, Severity};
use crate::message::Message;
use crate::spelling::key;

/// A finding as identified in the decisions.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its fingerprint.
    pub fingerprint: &'a str,
    /// Its fingerprint as older programs wrote it.
    pub older_fingerprint: &'a str,
}

impl Question<'_> {
    /// Returns whether a fingerprint is that of the finding's present values.
    #[must_use]
    pub fn is_fingerprint(self, text: &str) -> bool {
        text == self.fingerprint || text == self.older_fingerprint
    }

    /// Returns whether an explanation is of the finding's present values.
    #[must_use]
    pub fn has_values_of(self, said: &Explanation) -> bool {
        said.fingerprint.is_empty() || self.is_fingerprint(&said.fingerprint)
    }
}

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
    /// The letter it came in; empty if it was typed in.
    pub letter: String,
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
            if id.is_empty() && accepted.is_some() {
                remarks.push(sheet.about_row(
                    row,
                    "没有填写编号，这一行的决定未采用；请填上问题清单中该问题的编号",
                    "names no finding; it is not used, fill in the finding's id",
                ));
            }
            if id.is_empty() || said.is_empty() && accepted.is_none() {
                continue;
            }
            let signature = cell_words::signature(&text(Topic::BY), &text(Topic::DATE));
            let place = EntryPlace { sheet: at, row };
            let (fingerprint, letter) = (text(Topic::FINGERPRINT), text(Topic::LETTER));
            let entry = Explanation { place, fingerprint, text: said, accepted, signature, letter };
            found.entry(id).or_default().push(entry);
        }
        self.by_id = found;
        remarks
    }

    /// Adds the explanations of another file, which take precedence. They are in no sheet of the workbook.
    pub(super) fn extend(&mut self, others: Self) {
        for (id, mut explanations) in others.by_id {
            for said in &mut explanations {
                said.place.sheet = usize::MAX;
            }
            self.by_id.entry(id).or_default().extend(explanations);
        }
    }

    /// Assigns the explanations of findings that do not exist any more to other findings, by id and fingerprint.
    pub fn reassign(&mut self, found: impl Fn(&str, &str) -> Option<String>) {
        let mut moved: Vec<(String, Explanation)> = Vec::new();
        for (id, all) in &mut self.by_id {
            let (gone, left) = std::mem::take(all)
                .into_iter()
                .map(|said| (found(id, &said.fingerprint), said))
                .partition::<Vec<_>, _>(|(to, _)| to.is_some());
            *all = left.into_iter().map(|(_, said)| said).collect();
            moved.extend(gone.into_iter().filter_map(|(to, said)| Some((to?, said))));
        }
        for (id, said) in moved {
            let all = self.by_id.entry(id).or_default();
            all.push(said);
            all.sort_by_key(|said| said.place);
        }
        self.by_id.retain(|_, all| !all.is_empty());
    }

    /// Returns all explanations with the ids of their findings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Explanation)> {
        self.by_id.iter().flat_map(|(id, all)| all.iter().map(move |explanation| (id.as_str(), explanation)))
    }

    /// Returns the explanations of the finding's present values, in the order of their rows. Those of a separate file
    /// take precedence.
    fn current(&self, question: Question<'_>) -> Vec<&Explanation> {
        let is_current = |said: &&Explanation| question.has_values_of(said);
        let all: Vec<&Explanation> = self.by_id.get(question.id).into_iter().flatten().filter(is_current).collect();
        let is_separate = |said: &&Explanation| said.place.sheet == usize::MAX && said.accepted.is_some();
        if all.iter().any(is_separate) { all.into_iter().filter(is_separate).collect() } else { all }
    }

    /// Returns the state of a finding's answer, and its explanation. An explanation cannot settle a finding that must
    /// be fixed. A later explanation with another text that is not decided yet reopens the finding.
    #[must_use]
    pub fn answer(&self, question: Question<'_>, severity: Severity) -> (Answer, &str) {
        let current = self.current(question);
        let lapsed = || self.by_id.get(question.id)?.iter().rfind(|said| said.accepted == Some(true));
        let last = |accepted: Option<bool>| current.iter().rfind(|said| said.accepted == accepted).copied();
        if let Some(new) = undecided(&current) {
            return (Answer::Open, &new.text);
        }
        match (last(Some(true)), last(Some(false))) {
            (Some(said), _) if severity == Severity::MustFix || !opposite(&current).is_empty() => {
                (Answer::Open, &said.text)
            }
            (Some(said), _) => (Answer::Explained, &said.text),
            (None, Some(said)) => (Answer::Refused, &said.text),
            (None, None) => match lapsed() {
                Some(said) => (Answer::Lapsed, &said.text),
                None => (Answer::Open, last(None).map_or("", |said| &said.text)),
            },
        }
    }

    /// Returns the contradictory decisions on a finding: the same explanation accepted and refused, or one accepted and
    /// another refused below it.
    #[must_use]
    pub fn contradiction(&self, question: Question<'_>) -> Option<Contradiction> {
        let current = self.current(question);
        let places = |said: &[&Explanation]| said.iter().map(|said| said.place).collect::<Vec<_>>();
        let opposite = opposite(&current);
        if !opposite.is_empty() {
            let why = Message::new(
                "对同一问题的同一说明既填是又填否，均未采用，请只留一个决定",
                "the same explanation is both accepted and refused; neither counts",
            );
            return Some(Contradiction::new(places(&opposite), why));
        }
        let accepted = current.iter().position(|said| said.accepted == Some(true))?;
        let refused = current[accepted..].iter().find(|said| said.accepted == Some(false))?;
        let why = Message::new(
            "对同一问题的两种说明，一行填是、一行填否，按填是的处理，请核对",
            "of two explanations of one finding one is accepted and the other refused; the accepted one counts",
        );
        Some(Contradiction::new(places(&[current[accepted], refused]), why))
    }

    /// Returns the explanations recorded for a finding, whatever its values were.
    #[must_use]
    pub fn for_finding(&self, id: &str) -> &[Explanation] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }
}

/// Returns the last explanation below the decided ones, if it is undecided and has another text than all of them.
fn undecided<'a>(current: &[&'a Explanation]) -> Option<&'a Explanation> {
    let decided = current.iter().rposition(|said| said.accepted.is_some())?;
    let is_new = |said: &&&Explanation| {
        let is_same = |other: &&Explanation| key(&other.text) == key(&said.text);
        !said.text.is_empty() && !current[..=decided].iter().any(is_same)
    };
    current[decided + 1..].iter().rfind(is_new).copied()
}

/// Returns the explanations that are both accepted and refused, with the same text.
fn opposite<'a>(current: &[&'a Explanation]) -> Vec<&'a Explanation> {
    let has = |said: &Explanation, accepted: bool| {
        current.iter().any(|other| other.accepted == Some(accepted) && key(&other.text) == key(&said.text))
    };
    current.iter().copied().filter(|said| said.accepted.is_some() && has(said, true) && has(said, false)).collect()
}
