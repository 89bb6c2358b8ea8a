//! What units have explained, as the office keeps it: an explanation holds while the numbers it is about stay.

use std::collections::BTreeMap;

use crate::finding::{Answer, Severity};
use crate::message::Message;

/// An explanation of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The fingerprint of the finding when it was explained.
    pub fingerprint: String,
    /// What was said.
    pub text: String,
}

/// Explanations by the ids of their findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanations {
    by_id: BTreeMap<String, Explanation>,
}

impl Explanations {
    /// The explanations of the rows of a table headed `finding_id`, `fingerprint`, `explanation`. Of several of one
    /// finding the last counts; a row without words is none.
    ///
    /// # Errors
    /// A sentence, where a column is missing.
    pub fn of_rows(rows: &[Vec<String>]) -> Result<Self, Message> {
        let header = rows.first().ok_or_else(|| Message::new("里面没有内容", "there is nothing in it"))?;
        let column = |name: &str| {
            header
                .iter()
                .position(|cell| cell.trim() == name)
                .ok_or_else(|| Message::new(format!("缺少“{name}”列"), format!("it has no column {name}")))
        };
        let (id, fingerprint, text) = (column("finding_id")?, column("fingerprint")?, column("explanation")?);
        let cell = |row: &Vec<String>, at: usize| row.get(at).map_or_else(String::new, |cell| cell.trim().to_owned());
        let entry = |row: &Vec<String>| {
            (cell(row, id), Explanation { fingerprint: cell(row, fingerprint), text: cell(row, text) })
        };
        let said = rows[1..].iter().map(entry).filter(|(id, said)| !id.is_empty() && !said.text.is_empty());
        Ok(Self { by_id: said.collect() })
    }

    /// How a finding stands, and what was said of it. What must be fixed is not explained away.
    #[must_use]
    pub fn answer(&self, id: &str, fingerprint: &str, severity: Severity) -> (Answer, &str) {
        match self.by_id.get(id) {
            Some(said) if said.fingerprint != fingerprint => (Answer::Lapsed, &said.text),
            Some(said) if severity != Severity::MustFix => (Answer::Explained, &said.text),
            Some(said) => (Answer::Open, &said.text),
            None => (Answer::Open, ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_holds_while_the_numbers_stay() {
        let row = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<String>>();
        let rows = [row("finding_id,fingerprint,explanation,by,date"), row("Y01-a,f1,合并,甲,"), row("Y02-b,f2,,甲,")];
        let said = Explanations::of_rows(&rows).expect("a table");
        assert_eq!(said.answer("Y01-a", "f1", Severity::MustExplain), (Answer::Explained, "合并"));
        assert_eq!(said.answer("Y01-a", "f9", Severity::MustExplain), (Answer::Lapsed, "合并"));
        assert_eq!(said.answer("Y01-a", "f1", Severity::MustFix), (Answer::Open, "合并"));
        assert_eq!(said.answer("Y02-b", "f2", Severity::MustExplain), (Answer::Open, ""));
        assert!(Explanations::of_rows(&rows[1..]).is_err());
    }
}
