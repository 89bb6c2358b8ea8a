//! Decisions that the office makes between two runs: explanations accepted or refused, figures corrected, names
//! assigned to units, and which one of several files counts. The sheets are kept as read, so that writing them again
//! loses nothing.

mod cell_words;
mod contradiction;
mod correction;
mod decision_sheet;
mod explanation;
mod merge;

pub use cell_words::is_same_figure;
pub use contradiction::Contradiction;
pub use correction::{Adoption, Correction, NameDecision};
pub use decision_sheet::{DecisionSheet, EntryPlace, Topic, UNIT_LIST};
pub use explanation::{Explanation, Explanations, Question};

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
    /// Names and files with decisions that contradict one another; none of these counts.
    pub contradictions: Vec<Contradiction>,
}

impl Decisions {
    /// Reads the sheets of a workbook, or the one table of a delimited file.
    ///
    /// # Errors
    /// A message if no sheet has the columns of one of the four topics.
    pub fn from_grids(grids: Vec<Grid>) -> Result<Self, Message> {
        let sheets: Vec<DecisionSheet> = grids.into_iter().map(DecisionSheet::new).collect();
        if sheets.iter().all(|sheet| sheet.topic.is_none()) {
            return Err(Message::new(
                "没有“说明”“更正”“名称”“采用”中任何一张表的列（如编号、单位说明）",
                "no sheet has the columns of “说明”, “更正”, “名称” or “采用”, such as finding_id and explanation",
            ));
        }
        let (sheets, remarks) = merge::merged(Vec::new(), sheets, &[]);
        Ok(Self::from_sheets(sheets, remarks))
    }

    /// Reads the sheets, at most one of each topic.
    fn from_sheets(sheets: Vec<DecisionSheet>, remarks: Vec<Message>) -> Self {
        let mut decisions = Self { remarks, ..Self::default() };
        for (at, sheet) in sheets.iter().enumerate() {
            let remarks = match sheet.topic {
                Some(Topic::Explanations) => decisions.explanations.read(sheet, at),
                Some(Topic::Corrections) => {
                    let (found, remarks) = Correction::read(sheet, at);
                    decisions.corrections = found;
                    remarks
                }
                Some(Topic::Names) => {
                    decisions.names = NameDecision::read(sheet, at);
                    Vec::new()
                }
                Some(Topic::Adoptions) => {
                    let (found, remarks) = Adoption::read(sheet, at);
                    decisions.adoptions = found;
                    remarks
                }
                None => Vec::new(),
            };
            decisions.remarks.extend(remarks);
        }
        decisions.sheets = sheets;
        let of_names = contradiction::drop_contradictory_names(&mut decisions.names);
        let of_files = contradiction::drop_contradictory_adoptions(&mut decisions.adoptions);
        decisions.contradictions = [of_names, of_files].concat();
        decisions
    }

    /// Returns these decisions with those of another file merged into them. Of two entries that differ, the one that is
    /// not in `written`, the workbook as the program last wrote it, is the newer one; if neither is, both are kept.
    #[must_use]
    pub fn merge(self, others: Self, written: Option<&Self>) -> Self {
        let written = written.map_or(&[][..], |written| &written.sheets);
        let (sheets, remarks) = merge::merged(self.sheets, others.sheets, written);
        Self::from_sheets(sheets, remarks)
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

    /// Returns a digest of everything that has an effect, with explanations that will be added: the id of the finding
    /// and the text of each. Unanswered questions, the office's own columns and the order of the rows do not change it.
    #[must_use]
    pub fn digest<'a>(&self, added: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let added = added.into_iter().map(|(id, text)| format!("{id}\t{text}\t{:?}\t", None::<bool>));
        let mut lines: Vec<String> = added.collect();
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
        lines.extend(self.contradictions.iter().map(|found| found.why.zh.clone()));
        lines.sort();
        lines.dedup();
        digest(lines.join("\n").as_bytes()).sha256
    }
}

#[cfg(test)]
mod tests;
