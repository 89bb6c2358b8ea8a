//! Figures corrected by the office: they count as another number, while the submission keeps its text.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Corpus, Disposition};
use crate::decisions::{Contradiction, Correction, Decisions, EntryPlace, is_same_figure};
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
    pub value: Decimal,
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
    /// `unfit_corrections`, those that contradict one another in `contradictory_corrections`.
    pub fn correct(&mut self, decisions: &Decisions) {
        if decisions.corrections.is_empty() {
            return;
        }
        let roster = Roster::of_units(self.units.clone()).unwrap_or_default();
        let mut by_figure: BTreeMap<(usize, usize), Vec<(&Correction, CorrectedFigure)>> = BTreeMap::new();
        for correction in &decisions.corrections {
            match self.corrected_figure(correction, &roster) {
                Ok((figure, corrected)) => by_figure.entry(figure).or_default().push((correction, corrected)),
                Err(why) => self.unfit_corrections.push(UnfitEntry { place: correction.place, why }),
            }
        }
        for (figure, mut rows) in by_figure {
            let values: BTreeSet<Decimal> = rows.iter().map(|(_, corrected)| corrected.value).collect();
            if values.len() > 1 {
                let values: Vec<String> = values.iter().map(Decimal::to_string).collect();
                let why = Message::new(
                    format!("同一格分别改为{}，均未采用，请只留一行", values.join("、")),
                    format!("one figure is corrected to {}; none of these is used", values.join(" and ")),
                );
                let places = rows.iter().map(|(correction, _)| correction.place).collect();
                self.contradictory_corrections.push(Contradiction::new(places, why));
            } else if let Some((_, corrected)) = rows.pop() {
                self.correct_figure(figure, corrected);
            }
        }
    }

    fn correct_figure(&mut self, (entry, position): (usize, usize), corrected: CorrectedFigure) {
        if let crate::submission::Content::Report(report) = &mut self.entries[entry].submission.content {
            self.sent.entry(entry).or_insert_with(|| report.clone());
            report.correct(position, corrected.value);
        }
        self.corrected.insert((entry, position), corrected);
    }

    /// Returns the figure that a correction is about, by submission and position, with its new value.
    fn corrected_figure(
        &self,
        correction: &Correction,
        roster: &Roster,
    ) -> Result<((usize, usize), CorrectedFigure), Message> {
        let unit = self.unit_called(&correction.unit, roster)?;
        let is_counted =
            |at: &usize| self.entries[*at].unit == Some(unit) && self.entries[*at].disposition == Disposition::Counted;
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
        let value = correction.value_for(&form.indicators[position])?;
        let (report, _) = self.report(entry).ok_or_else(Message::default)?;
        let figure = report.figures.at(position);
        let given = figure.raw().into_owned();
        if !is_same_figure(&given, &correction.given) {
            return Err(if figure.value == Some(value) {
                Message::new(
                    format!("单位已自行改为{value}，不再需要"),
                    format!("the unit has changed it to {value} itself"),
                )
            } else {
                Message::new(
                    format!("报告中现为“{given}”，与“原填”不同，未采用"),
                    format!("the report says “{given}” now, which is not what the row says; it is not used"),
                )
            });
        }
        let corrected = CorrectedFigure { given, value, reason: correction.reason() };
        Ok(((entry, position), corrected))
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
