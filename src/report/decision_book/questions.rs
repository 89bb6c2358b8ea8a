//! Open questions in the workbook, each listed once, and the program's own columns in rows that a person wrote.

use std::collections::{BTreeMap, BTreeSet};

use super::book_pages::BookDraft;
use crate::corpus::{Disposition, Entry};
use crate::decisions::{Correction, Topic};
use crate::finding::{Answer, Severity, Subject};
use crate::form::Form;
use crate::outcome::{Identified, Outcome, TakenAnswer, UnassignedReply};
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
            if page.text(row, Topic::FINGERPRINT) == found.question.older_fingerprint {
                page.set(row, Topic::FINGERPRINT, found.fingerprint);
            }
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
    page.fill(row, 2, &table.name);
    page.fill(row, 3, &block.rows[item.row].label);
    page.fill(row, 4, &block.columns[item.column].label);
}

/// Adds a row for each open question that is not listed yet, and for each new answer.
pub(super) fn ask(book: &mut BookDraft, outcome: &Outcome) {
    ask_for_explanations(book, outcome);
    for reply in &outcome.unassigned_replies {
        show_reply(book, outcome, reply);
    }
    let unmatched = outcome.corpus.entries.iter().filter(|entry| entry.disposition == Disposition::Unmatched);
    for entry in unmatched {
        // A report with the names of several units is decided by file, not by name.
        if entry.candidates.is_empty() && entry.contradicting.is_empty() {
            ask_for_name(book, outcome, entry);
        } else {
            ask_for_file(book, "", entry);
        }
    }
    let entries = || outcome.corpus.entries.iter();
    let conflicting = entries().filter(|entry| entry.disposition == Disposition::Conflicting);
    let disputed: BTreeSet<usize> = conflicting.filter_map(|entry| entry.unit).collect();
    for entry in entries() {
        let Some(unit) = entry.unit else { continue };
        let is_candidate = disputed.contains(&unit) || entry.stand_in.is_some();
        if is_candidate && matches!(entry.disposition, Disposition::Conflicting | Disposition::Counted) {
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

/// Lists the findings to explain, and the answers in returned letters, those to findings to fix as well.
fn ask_for_explanations(book: &mut BookDraft, outcome: &Outcome) {
    let Some(page) = book.page(Topic::Explanations) else { return };
    let mut rows_of: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for row in page.rows() {
        let finding = outcome.finding_of_row(page.text(row, Topic::ID), page.text(row, Topic::FINGERPRINT));
        if let Some(at) = finding {
            rows_of.entry(at).or_default().push(row);
        }
    }
    for (at, found) in outcome.identified().enumerate() {
        let answers: Vec<&TakenAnswer> = outcome.answers.iter().filter(|answer| answer.finding == found.id).collect();
        if answers.is_empty() && !is_question(&found) {
            continue;
        }
        let rows = rows_of.entry(at).or_default();
        let (unit, rule) = (outcome.whose(found.finding), found.finding.rule.text());
        let problem = &found.finding.message.zh;
        for answer in answers.into_iter().filter(|answer| !answer.is_recorded) {
            let (text, letter) = (answer.text.as_str(), answer.letter.as_str());
            if let Some(row) = rows.iter().find(|row| page.text(**row, Topic::TEXT).is_empty()) {
                page.fill(*row, Topic::TEXT, text);
                page.fill(*row, Topic::LETTER, letter);
            } else if !rows.iter().any(|row| key(page.text(*row, Topic::TEXT)).contains(&key(text))) {
                rows.push(page.add(&[found.id, unit, rule, problem, text, "", "", "", found.fingerprint, letter]));
            }
        }
        if rows.is_empty() {
            rows.push(page.add(&[found.id, unit, rule, problem, "", "", "", "", found.fingerprint]));
        }
        page.asked.extend(rows.iter().copied());
    }
}

/// Lists the text of a returned letter that answers no certain finding, without an id, so that it has no effect before
/// a person assigns it.
fn show_reply(book: &mut BookDraft, outcome: &Outcome, reply: &UnassignedReply) {
    const PROBLEM: &str = "退回的通知中未对应到具体问题的文字，请核对；如是对某个问题的说明，请填上该问题的编号";
    let Some(page) = book.page(Topic::Explanations) else { return };
    let is_listed =
        |row: &u32| page.text(*row, Topic::LETTER) == reply.letter && page.text(*row, 3).starts_with(PROBLEM);
    let listed = page.rows().into_iter().find(is_listed);
    let unit = &outcome.corpus.units[reply.unit].name;
    let row = listed.unwrap_or_else(|| page.add(&["", unit, "", PROBLEM, &reply.text, "", "", "", "", &reply.letter]));
    page.asked.insert(row);
}

fn ask_for_name(book: &mut BookDraft, outcome: &Outcome, entry: &Entry) {
    let Some(page) = book.page(Topic::Names) else { return };
    let name = key(&entry.name);
    let listed = page.rows().into_iter().find(|row| key(page.text(*row, 0)) == name);
    page.asked.extend(listed);
    if name.is_empty() || listed.is_some() {
        return;
    }
    let mut near = entry.nearest.clone();
    if let Ok(roster) = Roster::of_units(outcome.corpus.units.clone()) {
        near.extend(roster.spelt_alike(&entry.name));
    }
    let mut offered = BTreeSet::new();
    near.retain(|unit| offered.insert(*unit));
    let nearest = near.iter().map(|unit| outcome.corpus.units[*unit].name.as_str());
    let row = page.add(&[&entry.name, "", &nearest.collect::<Vec<_>>().join("；")]);
    page.asked.insert(row);
}

fn ask_for_file(book: &mut BookDraft, unit: &str, entry: &Entry) {
    let Some(page) = book.page(Topic::Adoptions) else { return };
    let is_asked =
        |row: &u32| entry.is_named(page.text(*row, 1)) && (unit.is_empty() || key(page.text(*row, 0)) == key(unit));
    let listed = page.rows().into_iter().find(is_asked);
    let row = listed.unwrap_or_else(|| page.add(&[unit, &entry.decision_name(), ""]));
    page.asked.insert(row);
}
