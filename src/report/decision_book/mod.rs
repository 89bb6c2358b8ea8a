//! `办理单.xlsx`: the office's decisions, all of them preserved, with a row for each open question.
//!
//! The rows stay where they are; what the program adds comes below them. Entries that fit nothing any more are greyed,
//! and a note says why.

mod book_pages;
mod questions;
mod write;

use super::Failure;
use crate::outcome::Outcome;
use book_pages::BookDraft;

/// What the office calls the workbook.
pub const DECISION_BOOK: &str = "办理单.xlsx";

/// Returns the workbook of the office's decisions, as they were read and with what is open now.
///
/// # Errors
/// What the writer of workbooks says.
pub fn decision_book(outcome: &Outcome) -> Result<Vec<u8>, Failure> {
    let mut book = BookDraft::of(&outcome.decisions);
    questions::complete(&mut book, outcome);
    questions::ask(&mut book, outcome);
    for entry in &outcome.unfit {
        book.grey(entry.place, &entry.why.zh);
    }
    let units: Vec<&str> = if outcome.corpus.has_roster {
        outcome.corpus.units.iter().map(|unit| unit.name.as_str()).collect()
    } else {
        Vec::new()
    };
    write::xlsx(&book, &units)
}

/// Returns the workbook before anything was decided: the four sheets with their headings.
///
/// # Errors
/// What the writer of workbooks says.
pub fn blank_decision_book() -> Result<Vec<u8>, Failure> {
    write::xlsx(&BookDraft::of(&crate::decisions::Decisions::default()), &[])
}

#[cfg(test)]
mod tests;
