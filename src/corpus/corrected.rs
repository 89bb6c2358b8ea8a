//! Figures corrected by the office: they count as another number, while the submission keeps its text.

use super::{Corpus, Standing};
use crate::decisions::{Correction, Decisions, EntryPlace, is_same_figure};
use crate::form::Form;
use crate::message::Message;
use crate::roster::{Matched, Roster};
use crate::submission::Report;

/// A figure that counts as another number than the report has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedFigure {
    /// The text in the report.
    pub given: String,
    /// The number it counts as.
    pub value: rust_decimal::Decimal,
    /// The reason, and who decided. No row number is given, because rows of the workbook may be sorted or moved.
    pub reason: String,
}

/// A decision that no longer applies to anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfitEntry {
    /// Its place in the workbook of decisions.
    pub place: EntryPlace,
    /// Why it does not apply.
    pub why: Message,
}

impl Corpus {
    /// Applies the office's corrections to the figures. Corrections that do not apply are collected in
    /// `unfit_corrections`.
    pub fn correct(&mut self, decisions: &Decisions) {
        if decisions.corrections.is_empty() {
            return;
        }
        let roster = Roster::of_units(self.units.clone()).unwrap_or_default();
        for correction in &decisions.corrections {
            if let Err(why) = self.correct_figure(correction, &roster) {
                self.unfit_corrections.push(UnfitEntry { place: correction.place, why });
            }
        }
    }

    fn correct_figure(&mut self, correction: &Correction, roster: &Roster) -> Result<(), Message> {
        let unit = self.unit_called(&correction.unit, roster)?;
        let is_counted =
            |at: &usize| self.entries[*at].unit == Some(unit) && self.entries[*at].standing == Standing::Counted;
        let entry = self
            .counted
            .iter()
            .copied()
            .find(is_counted)
            .ok_or_else(|| Message::new("该单位没有计入汇总的报告", "no report of this unit is added up"))?;
        let (_, form) = self.report(entry).ok_or_else(Message::default)?;
        let position = correction.position(form).ok_or_else(|| {
            Message::new("按“指标”或“表、行、列”找不到这一格", "no figure has this name or these labels")
        })?;
        let item = &form.indicators[position];
        if !item.accepts(correction.value) {
            let value = correction.value;
            return Err(Message::new(format!("这一格不能填{value}"), format!("{value} cannot stand there")));
        }
        let Some(figure) = self.report(entry).map(|(report, _)| report.figures.at(position)) else { return Ok(()) };
        let given = figure.raw().into_owned();
        if !is_same_figure(&given, &correction.given) {
            let new = correction.value.normalize();
            return Err(if figure.value == Some(correction.value) {
                Message::new(
                    format!("单位已自行改为{new}，不再需要"),
                    format!("the unit has changed it to {new} itself"),
                )
            } else {
                Message::new(
                    format!("报告中现为“{given}”，与“原填”不同，未采用"),
                    format!("the report says “{given}” now, which is not what the row says; it is not used"),
                )
            });
        }
        let corrected = CorrectedFigure { given, value: correction.value.normalize(), reason: correction.reason() };
        if let crate::submission::Content::Report(report) = &mut self.entries[entry].submission.content {
            self.sent.entry(entry).or_insert_with(|| report.clone());
            report.figures.correct(position, corrected.value);
            report.plain = false;
        }
        self.corrected.insert((entry, position), corrected);
        Ok(())
    }

    /// Returns the report of a submission as sent, without the office's corrections, with its form.
    #[must_use]
    pub fn report_as_sent(&self, entry: usize) -> Option<(&Report, &Form)> {
        let (report, form) = self.report(entry)?;
        Some((self.sent.get(&entry).map_or(report, |sent| sent), form))
    }

    /// Returns the unit that the office refers to by an id or a name.
    fn unit_called(&self, name: &str, roster: &Roster) -> Result<usize, Message> {
        let by_id = self.units.iter().position(|unit| unit.id == name);
        match (by_id, roster.find(name)) {
            (Some(unit), _) | (None, Matched::One(unit)) => Ok(unit),
            _ => Err(Message::new(format!("没有名为“{name}”的单位"), format!("there is no unit “{name}”"))),
        }
    }
}
