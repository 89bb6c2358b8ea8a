//! `办理单.xlsx`: the office's decisions, all of them preserved, with a row for each open question.
//!
//! Existing rows stay in place, and new ones are added below them. Entries that no longer apply are greyed, with a note
//! on the reason.

mod book_pages;
mod hints;
mod questions;
mod write;

use super::Failure;
use crate::outcome::Outcome;
use book_pages::{BookDraft, DecisionPage};

/// The name of the workbook.
pub const DECISION_BOOK: &str = "办理单.xlsx";

/// Returns the workbook of the office's decisions, as read, with the open questions added, and the number of rows that
/// await a decision.
///
/// # Errors
/// The error of the workbook writer.
pub fn decision_book(outcome: &Outcome) -> Result<(Vec<u8>, usize), Failure> {
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
    let undecided = book.pages.iter().map(DecisionPage::undecided).sum();
    Ok((write::xlsx(&book, &units)?, undecided))
}

/// Returns the blank workbook: the four sheets with their headers.
///
/// # Errors
/// The error of the workbook writer.
pub fn blank_decision_book() -> Result<Vec<u8>, Failure> {
    write::xlsx(&BookDraft::of(&crate::decisions::Decisions::default()), &[])
}

#[cfg(test)]
mod tests;
