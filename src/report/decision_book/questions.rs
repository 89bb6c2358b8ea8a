//! Open questions in the workbook, each listed once, and the program's own columns in rows that a person wrote.

use std::collections::BTreeSet;

use super::book_pages::BookDraft;
use crate::corpus::{Entry, Standing};
use crate::decisions::{Correction, Topic};
use crate::finding::{Answer, Severity, Subject};
use crate::form::Form;
use crate::outcome::{Identified, Outcome};
use crate::roster::Roster;
use crate::spelling::key;

/// Fills the program's columns in rows that a person wrote: the data of a finding or of a figure.
pub(super) fn complete(book: &mut BookDraft, outcome: &Outcome) {
    if let Some(page) = book.page(Topic::Explanations) {
        for row in page.rows() {
            let id = page.text(row, Topic::ID).to_owned();
            let Some(found) = outcome.identified().find(|found| found.id == id) else { continue };
            page.fill(row, 1, outcome.whose(found.finding));
            page.fill(row, 2, found.finding.rule.text());
            page.fill(row, 3, &found.finding.message.zh);
            page.fill(row, Topic::FINGERPRINT, found.fingerprint);
        }
    }
    for correction in &outcome.decisions.corrections {
        complete_correction(book, outcome.corpus.form(), correction);
    }
}

fn complete_correction(book: &mut BookDraft, form: &Form, correction: &Correction) {
    let (Some(position), Some((page, row))) = (correction.position(form), book.place(correction.place)) else { return };
    let item = &form.indicators[position];
    let table = &form.tables[item.table];
    let block = &table.blocks[item.block];
    let page = &mut book.pages[page];
    page.fill(row, 1, &item.id);
    page.fill(row, 2, &table.name);
    page.fill(row, 3, &block.rows[item.row].label);
    page.fill(row, 4, &block.columns[item.column].label);
}

/// Adds a row for each open question that is not listed yet.
pub(super) fn ask(book: &mut BookDraft, outcome: &Outcome) {
    for found in outcome.identified() {
        let answer = outcome.answers.iter().find(|answer| answer.finding == found.id);
        if is_question(&found) || answer.is_some() {
            ask_for_explanation(book, outcome, &found, answer.map_or("", |answer| &answer.text));
        }
    }
    let unmatched = outcome.corpus.entries.iter().filter(|entry| entry.standing == Standing::Unmatched);
    for entry in unmatched {
        // A report with the names of several units is decided by file, not by name.
        if entry.rivals.is_empty() && entry.contradicting.is_empty() {
            ask_for_name(book, outcome, entry);
        } else {
            ask_for_file(book, "", entry);
        }
    }
    let entries = || outcome.corpus.entries.iter();
    let conflicting = entries().filter(|entry| entry.standing == Standing::Conflicting);
    let disputed: BTreeSet<usize> = conflicting.filter_map(|entry| entry.unit).collect();
    for entry in entries() {
        let Some(unit) = entry.unit else { continue };
        let is_candidate = disputed.contains(&unit) || entry.is_stand_in;
        if is_candidate && matches!(entry.standing, Standing::Conflicting | Standing::Counted) {
            ask_for_file(book, &outcome.corpus.units[unit].name, entry);
        }
    }
}

/// Returns whether a unit must explain a finding. Findings on the county's totals are excluded, because they follow
/// from the units' figures.
fn is_question(found: &Identified<'_>) -> bool {
    found.finding.severity == Severity::MustExplain
        && matches!(found.answer, Answer::Open | Answer::Lapsed)
        && found.finding.subject != Subject::Run
}

/// Adds a row for a finding with the unit's answer. If the finding is already listed, the answer fills its blank.
fn ask_for_explanation(book: &mut BookDraft, outcome: &Outcome, found: &Identified<'_>, answer: &str) {
    let Some(page) = book.page(Topic::Explanations) else { return };
    let is_asked =
        |row: &u32| page.text(*row, Topic::ID) == found.id && page.text(*row, Topic::FINGERPRINT) == found.fingerprint;
    if let Some(row) = page.rows().into_iter().find(is_asked) {
        page.fill(row, Topic::TEXT, answer);
        return;
    }
    let finding = found.finding;
    let (unit, rule, problem) = (outcome.whose(finding), finding.rule.text(), &finding.message.zh);
    page.add(&[found.id, unit, rule, problem, answer, "", "", "", found.fingerprint]);
}

fn ask_for_name(book: &mut BookDraft, outcome: &Outcome, entry: &Entry) {
    let Some(page) = book.page(Topic::Names) else { return };
    let name = key(&entry.name);
    if name.is_empty() || page.rows().iter().any(|row| key(page.text(*row, 0)) == name) {
        return;
    }
    let mut near = entry.nearest.clone();
    if let Ok(roster) = Roster::of_units(outcome.corpus.units.clone()) {
        near.extend(roster.spelt_alike(&entry.name));
    }
    let mut offered = BTreeSet::new();
    near.retain(|unit| offered.insert(*unit));
    let nearest = near.iter().map(|unit| outcome.corpus.units[*unit].name.as_str());
    page.add(&[&entry.name, "", &nearest.collect::<Vec<_>>().join("；")]);
}

fn ask_for_file(book: &mut BookDraft, unit: &str, entry: &Entry) {
    let Some(page) = book.page(Topic::Adoptions) else { return };
    let is_asked =
        |row: &u32| entry.is_named(page.text(*row, 1)) && (unit.is_empty() || key(page.text(*row, 0)) == key(unit));
    if !page.rows().iter().any(is_asked) {
        page.add(&[unit, &entry.decision_name(), ""]);
    }
}
