//! Decisions that the office makes between two runs: explanations accepted or refused, figures corrected, names
//! assigned to units, and which one of several files counts. The sheets are kept as read, so that writing them again
//! loses nothing.

mod cell_words;
mod correction;
mod decision_sheet;
mod explanation;

pub use cell_words::is_same_figure;
pub use correction::{Adoption, Correction, NameDecision};
pub use decision_sheet::{DecisionSheet, EntryPlace, Topic};
pub use explanation::{Explanation, Explanations};

use crate::document::Grid;
use crate::message::Message;
use crate::source::digest;

/// All decisions of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// The sheets as read, including the office's own.
    pub sheets: Vec<DecisionSheet>,
    /// The explanations (说明).
    pub explanations: Explanations,
    /// The corrections (更正), in the order of their rows.
    pub corrections: Vec<Correction>,
    /// The names (名称).
    pub names: Vec<NameDecision>,
    /// The adopted files (采用).
    pub adoptions: Vec<Adoption>,
    /// Remarks on errors in the sheets, such as a word that is neither yes nor no, or a correction without a number.
    pub remarks: Vec<Message>,
}

impl Decisions {
    /// Reads the sheets of a workbook, or the one table of a delimited file.
    ///
    /// # Errors
    /// A message if no sheet has the columns of one of the four topics.
    pub fn from_grids(grids: Vec<Grid>) -> Result<Self, Message> {
        let mut decisions = Self::default();
        for grid in grids {
            decisions.add(DecisionSheet::new(grid));
        }
        if decisions.sheets.iter().all(|sheet| sheet.topic.is_none()) {
            return Err(Message::new(
                "没有“说明”“更正”“名称”“采用”中任何一张表的列（如编号、单位说明）",
                "no sheet has the columns of “说明”, “更正”, “名称” or “采用”, such as finding_id and explanation",
            ));
        }
        Ok(decisions)
    }

    fn add(&mut self, sheet: DecisionSheet) {
        let at = self.sheets.len();
        match sheet.topic {
            Some(Topic::Explanations) => self.remarks.extend(self.explanations.read(&sheet, at)),
            Some(Topic::Corrections) => {
                let (found, remarks) = Correction::read(&sheet, at);
                self.corrections.splice(0..0, found);
                self.remarks.extend(remarks);
            }
            Some(Topic::Names) => drop(self.names.splice(0..0, NameDecision::read(&sheet, at))),
            Some(Topic::Adoptions) => {
                let (found, remarks) = Adoption::read(&sheet, at);
                self.adoptions.splice(0..0, found);
                self.remarks.extend(remarks);
            }
            None => {}
        }
        self.sheets.push(sheet);
    }

    /// Adds the decisions of another file. The present ones take precedence: among several entries the last one counts,
    /// and the others are inserted before them.
    pub fn extend(&mut self, others: Self) {
        for sheet in others.sheets {
            self.add(sheet);
        }
    }

    /// Adds explanations from a separate file (`--explanations`).
    pub fn add_explanations(&mut self, others: Self) {
        self.explanations.extend(others.explanations);
        self.remarks.extend(others.remarks);
    }

    /// Returns the name of an entry's sheet; for a delimited file, which has no sheet names, that of its topic.
    #[must_use]
    pub fn sheet_name(&self, place: EntryPlace) -> &str {
        let Some(sheet) = self.sheets.get(place.sheet) else { return "" };
        match sheet.topic {
            Some(topic) if sheet.grid.name.is_empty() => topic.sheet_name(),
            _ => &sheet.grid.name,
        }
    }

    /// Returns the number of rows that await a decision: explanations neither accepted nor refused, names without a
    /// unit, and files of a unit of which none is chosen.
    #[must_use]
    pub fn open_rows(&self) -> usize {
        let of_sheet = |sheet: &DecisionSheet| {
            let is_open = |row: &u32| match sheet.topic {
                Some(Topic::Explanations) => sheet.text(*row, Topic::ACCEPTED).is_empty(),
                Some(Topic::Names) => sheet.text(*row, 1).is_empty(),
                Some(Topic::Adoptions) => {
                    let unit = sheet.text(*row, 0);
                    !self.adoptions.iter().any(|said| said.unit == unit && said.adopted.is_some())
                }
                Some(Topic::Corrections) | None => false,
            };
            sheet.entry_rows().filter(is_open).count()
        };
        self.sheets.iter().map(of_sheet).sum()
    }

    /// Returns a digest of everything that has an effect. Unanswered questions, the office's own columns and the order
    /// of the rows do not change it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (id, said) in self.explanations.iter() {
            lines.push(format!("{id}\t{}\t{:?}\t{}", said.text, said.accepted, said.signature));
        }
        for said in &self.corrections {
            let figure = format!("{}\t{}\t{}", said.unit, said.indicator, said.labels.join("\u{1f}"));
            lines.push(format!("{figure}\t{}\t{}\t{}", said.given, said.value, said.reason()));
        }
        lines.extend(self.names.iter().map(|said| format!("{}\t{}", said.name, said.unit)));
        let decided = self.adoptions.iter().filter(|said| said.adopted.is_some());
        lines.extend(decided.map(|said| format!("{}\t{}\t{:?}", said.unit, said.file, said.adopted)));
        lines.sort();
        lines.dedup();
        digest(lines.join("\n").as_bytes()).sha256
    }
}

#[cfg(test)]
mod tests;
