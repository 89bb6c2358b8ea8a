//! Returned letters: the answers in the column 单位答复, each with the finding of its number.

mod mark;

pub use mark::{LetterMark, letter_mark, marked};

use crate::document::{Document, Grid};
use crate::spelling::key;

/// Headers of the columns that are read.
const NUMBER: &str = "序号";
const ANSWER: &str = "单位答复";
/// Number of paragraphs at the start of a letter in which the unit's name is expected.
const HEAD_PARAGRAPHS: usize = 12;

/// A returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The file, relative to its input.
    pub file: String,
    /// The letter's mark.
    pub mark: LetterMark,
    /// The visible start of the letter, normalised for comparison.
    pub head: String,
    /// The answers, without empty ones.
    pub answers: Vec<ReplyAnswer>,
}

/// An answer in a returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyAnswer {
    /// The id of the finding, from the letter's mark.
    pub finding: String,
    /// The finding's fingerprint when the letter was written.
    pub fingerprint: String,
    /// The text of the visible row, normalised for comparison.
    pub row: String,
    /// The answer.
    pub text: String,
}

impl Reply {
    /// Reads the answers of a letter; empty ones are skipped.
    #[must_use]
    pub fn read(file: &str, mark: LetterMark, document: &Document) -> Self {
        let head: String =
            document.paragraphs.iter().take(HEAD_PARAGRAPHS).map(|paragraph| key(&paragraph.text)).collect();
        let mut answers = Vec::new();
        for (number, row, text) in document.grids.iter().flat_map(answers_in) {
            if let Some((id, print)) = number.checked_sub(1).and_then(|at| mark.findings.get(at)) {
                answers.push(ReplyAnswer { finding: id.clone(), fingerprint: print.clone(), row, text });
            }
        }
        Self { file: file.to_owned(), mark, head, answers }
    }
}

/// Returns the numbers, row texts and answers in a table that has both columns.
fn answers_in(grid: &Grid) -> Vec<(usize, String, String)> {
    let heading =
        |wanted: &str| grid.cells().iter().find(|cell| key(&cell.text) == wanted).map(|cell| (cell.row, cell.column));
    let (Some((header, number)), Some((_, answer))) = (heading(NUMBER), heading(ANSWER)) else { return Vec::new() };
    let mut found = Vec::new();
    for cell in grid.cells().iter().filter(|cell| cell.column == number && cell.row > header) {
        let text = grid.cell(cell.row, answer).map_or("", |cell| cell.text.trim());
        if let (Ok(number), false) = (cell.text.trim().trim_end_matches(['.', '．', '、']).parse(), text.is_empty()) {
            let row = grid.row(cell.row).iter().map(|cell| key(&cell.text)).collect();
            found.push((number, row, text.to_owned()));
        }
    }
    found
}
