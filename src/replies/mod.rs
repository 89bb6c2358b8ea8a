//! Returned letters: the answers in the column 单位答复, each with the finding of its number, and text added elsewhere.

mod mark;

pub use mark::{LetterMark, letter_mark, marked};

use std::collections::BTreeSet;

use crate::document::{Document, Grid};
use crate::spelling::key;

/// Headers of the columns that are read.
const NUMBER: &str = "序号";
const ANSWER: &str = "单位答复";
/// Number of paragraphs at the start of a letter in which the unit's name is expected.
const HEAD_PARAGRAPHS: usize = 12;

/// Maximum number of paragraphs into which another program breaks one.
const MAX_BROKEN: usize = 4;
/// Maximum length of the text outside the answers that is read, in characters.
const MAX_OTHER_CHARS: usize = 2000;

/// A returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The file, relative to its input.
    pub file: String,
    /// The letter's mark.
    pub mark: LetterMark,
    /// The round of a work folder in which it came.
    pub round: Option<u32>,
    /// The visible start of the letter, normalised for comparison.
    pub head: String,
    /// The answers, without empty ones.
    pub answers: Vec<ReplyAnswer>,
    /// The texts that were added outside the numbered rows.
    pub other_texts: Vec<String>,
}

/// An answer in a returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyAnswer {
    /// Its number in the letter.
    pub number: usize,
    /// The id of the finding, from the letter's mark.
    pub finding: String,
    /// The finding's fingerprint when the letter was written.
    pub fingerprint: String,
    /// The text of the visible row, normalised for comparison.
    pub row: String,
    /// The answer in its column; may be empty.
    pub text: String,
    /// The texts of the row's other cells that were changed.
    pub beside: Vec<String>,
}

impl Reply {
    /// Reads the answers of a letter, and what was added elsewhere; empty answers are skipped.
    #[must_use]
    pub fn read(file: &str, mark: LetterMark, document: &Document) -> Self {
        let head: String =
            document.paragraphs.iter().take(HEAD_PARAGRAPHS).map(|paragraph| key(&paragraph.text)).collect();
        let mut reply =
            Self { file: file.to_owned(), mark, round: None, head, answers: Vec::new(), other_texts: Vec::new() };
        let in_cells: BTreeSet<String> =
            document.grids.iter().flat_map(Grid::cells).map(|cell| key(&cell.text)).collect();
        // A long cell is also a paragraph.
        let paragraphs = document.paragraphs.iter().map(|paragraph| paragraph.text.as_str());
        let paragraphs: Vec<&str> = paragraphs.filter(|text| !in_cells.contains(&key(text))).collect();
        reply.other_texts = reply.added_paragraphs(&paragraphs);
        for grid in &document.grids {
            reply.read_table(grid);
        }
        let mut left = MAX_OTHER_CHARS;
        for text in &mut reply.other_texts {
            *text = text.chars().take(left).collect();
            left -= text.chars().count();
        }
        reply.other_texts.retain(|text| !text.is_empty());
        reply
    }

    /// Returns whether the letter is as it was sent.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.answers.is_empty() && self.other_texts.is_empty() && !self.mark.texts.is_empty()
    }

    /// Returns the reply without the texts of the same letter as the office had edited it before it was sent.
    #[must_use]
    pub fn without_texts_of(mut self, sent: &Self) -> Self {
        let letter = |reply: &Self| (reply.mark.unit.clone(), reply.mark.year.clone(), reply.mark.round);
        if letter(&self) != letter(sent) {
            return self;
        }
        let of_rows = sent.answers.iter().flat_map(|answer| std::iter::once(&answer.text).chain(&answer.beside));
        let texts: BTreeSet<String> = sent.other_texts.iter().chain(of_rows).map(|text| key(text)).collect();
        let is_own = |text: &String| !texts.contains(&key(text));
        self.other_texts.retain(is_own);
        for answer in &mut self.answers {
            if !is_own(&answer.text) {
                answer.text.clear();
            }
            answer.beside.retain(is_own);
        }
        self.answers.retain(|answer| !answer.text.is_empty() || !answer.beside.is_empty());
        self
    }

    /// Returns whether a text is not one of the letter as sent. For a letter without digests this is unknown.
    fn is_added(&self, text: &str) -> bool {
        let text = key(text);
        !text.is_empty() && !self.mark.texts.is_empty() && !self.mark.has_text(&text)
    }

    /// Returns the paragraphs that are not of the letter as sent. Some programs break a paragraph into several.
    fn added_paragraphs(&self, paragraphs: &[&str]) -> Vec<String> {
        let (mut added, mut at) = (Vec::new(), 0);
        while at < paragraphs.len() {
            let rest = &paragraphs[at..];
            let is_one = |count: &usize| !self.is_added(&rest[..*count].concat());
            if let Some(count) = (1..=rest.len().min(MAX_BROKEN)).find(is_one) {
                at += count;
            } else {
                added.push(rest[0].to_owned());
                at += 1;
            }
        }
        added
    }

    /// Reads the answers in a table that has both columns, and the texts added to any table.
    fn read_table(&mut self, grid: &Grid) {
        let heading = |wanted: &str| {
            grid.cells().iter().find(|cell| key(&cell.text) == wanted).map(|cell| (cell.row, cell.column))
        };
        let columns = heading(NUMBER).zip(heading(ANSWER));
        for row in grid.cells().chunk_by(|one, next| one.row == next.row) {
            let numbered = columns.and_then(|((header, number), (_, answer))| {
                let cell = row.iter().find(|cell| cell.column == number && cell.row > header)?;
                let number: usize = cell.text.trim().trim_end_matches(['.', '．', '、']).parse().ok()?;
                let finding = self.mark.findings.get(number.checked_sub(1)?)?.clone();
                Some((number, cell.column, answer, finding))
            });
            let Some((number, first, answer, (finding, fingerprint))) = numbered else {
                let added = row.iter().map(|cell| cell.text.trim()).filter(|text| self.is_added(text));
                let added: Vec<String> = added.map(str::to_owned).collect();
                self.other_texts.extend(added);
                continue;
            };
            let text = row.iter().find(|cell| cell.column == answer).map_or("", |cell| cell.text.trim()).to_owned();
            let others = row.iter().filter(|cell| cell.column != answer && cell.column != first);
            let beside = others.map(|cell| cell.text.trim()).filter(|text| self.is_added(text));
            let beside: Vec<String> = beside.map(str::to_owned).collect();
            if !text.is_empty() || !beside.is_empty() {
                let row = row.iter().map(|cell| key(&cell.text)).collect();
                self.answers.push(ReplyAnswer { number, finding, fingerprint, row, text, beside });
            }
        }
    }

    /// Returns the name of the letter in the workbook of decisions: the file and the round in which it came, because a
    /// file may be replaced by another of the same name.
    #[must_use]
    pub fn name(&self) -> String {
        match self.round {
            Some(round) => format!("{}（第{round}次）", self.file),
            None => self.file.clone(),
        }
    }
}

impl ReplyAnswer {
    /// Returns the answer with what was added to the row's other cells, without the message of the finding.
    #[must_use]
    pub fn full_text(&self, message: &str) -> String {
        let beside = self.beside.iter().map(|text| text.replacen(message, "", 1).trim().to_owned());
        let parts = std::iter::once(self.text.clone()).chain(beside).filter(|text| !text.is_empty());
        parts.collect::<Vec<_>>().join("\n")
    }
}
