//! Last year's figures of the units: from last year's outputs, or from last year's submissions.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Corpus;
use crate::amount::State;
use crate::message::Message;
use crate::roster::{Matched, Roster, Unit};
use crate::spelling::key;
use crate::submission::Narrative;

/// A unit's report of last year: its numeric figures, by indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorReport {
    /// The unit's id in that year.
    pub unit_id: String,
    /// Its name in that year.
    pub unit: String,
    /// The id of its form.
    pub form: String,
    /// Its figures. An indicator that is not in the map had no number, or is not on the form.
    pub values: BTreeMap<String, Decimal>,
    /// Its prose; empty if read from outputs, which do not store it.
    pub narrative: Narrative,
}

/// Last year's reports.
#[derive(Debug, Clone, Default)]
pub struct Previous {
    /// Their year; `None` if none of them states one.
    pub year: Option<u16>,
    /// The reports, one for each unit.
    pub reports: Vec<PriorReport>,
}

impl Previous {
    /// Returns the counted reports of a corpus.
    #[must_use]
    pub fn of_corpus(corpus: &Corpus) -> Self {
        let past = |at: usize| {
            let (report, form) = corpus.report(at)?;
            let unit = corpus.unit_of(&corpus.entries[at])?;
            let figures = form.indicators.iter().zip(report.figures.iter());
            let values = figures.filter(|(_, figure)| figure.addable);
            let values = values.filter_map(|(item, figure)| Some((item.id.clone(), figure.value?))).collect();
            let narrative = corpus.entries[at].submission.narrative.clone();
            Some(PriorReport {
                unit_id: unit.id.clone(),
                unit: unit.name.clone(),
                form: form.id.clone(),
                values,
                narrative,
            })
        };
        Self { year: corpus.year.known(), reports: corpus.counted().iter().copied().filter_map(past).collect() }
    }

    /// Reads the reports from the rows of a `data/facts.csv`.
    ///
    /// # Errors
    /// A message if the rows are not those of such a file.
    pub fn of_facts(rows: &[Vec<String>]) -> Result<Self, Message> {
        let header = rows.first().ok_or_else(|| Message::new("里面没有内容", "there is nothing in it"))?;
        let column = |name: &str| {
            let at = header.iter().position(|cell| cell == name);
            at.ok_or_else(|| Message::new(format!("缺少“{name}”列"), format!("it has no column {name}")))
        };
        let not =
            |text: &str, zh: &str, en: &str| Message::new(format!("“{text}”不是{zh}"), format!("{text} is no {en}"));
        let [unit_id, unit, year, form, indicator, value, state] =
            ["unit_id", "unit", "year", "form", "indicator", "value", "state"].map(column);
        let (unit_id, unit, year, form) = (unit_id?, unit?, year?, form?);
        let (indicator, value, state) = (indicator?, value?, state?);
        let mut previous = Self::default();
        for row in &rows[1..] {
            let text = |at: usize| row.get(at).map_or("", String::as_str);
            if previous.reports.last().is_none_or(|past| past.unit_id != text(unit_id)) {
                let [unit_id, unit, form] = [unit_id, unit, form].map(|at| text(at).to_owned());
                previous.reports.push(PriorReport { unit_id, unit, form, ..PriorReport::default() });
                let parsed = text(year).parse().map_err(|_| not(text(year), "年度", "year"));
                previous.year = if text(year).is_empty() { None } else { Some(parsed?) };
            }
            if let (Some(past), true) = (previous.reports.last_mut(), text(state) == State::Number.word()) {
                let number = text(value).parse().map_err(|_| not(text(value), "数字", "number"))?;
                past.values.insert(text(indicator).to_owned(), number);
            }
        }
        Ok(previous)
    }

    /// Returns the reports by position of this year's units, matched by code, else by name with the roster's matching.
    /// Reports of units merged into one unit are added up. Also returns, sorted, the names that match no single unit.
    pub(super) fn by_unit(
        &self,
        units: &[Unit],
        roster: Option<&Roster>,
    ) -> (BTreeMap<usize, PriorReport>, Vec<String>) {
        let named = |name: &str| match roster.map(|roster| roster.find(name)) {
            Some(Matched::One(unit)) => Some(unit),
            Some(_) => None,
            None => units.iter().position(|unit| key(&unit.name) == key(name)),
        };
        let by_code = |id: &str| units.iter().position(|unit| unit.id == id && unit.id != unit.name);
        let mut found: BTreeMap<usize, PriorReport> = BTreeMap::new();
        let mut nobody = Vec::new();
        for past in &self.reports {
            let Some(own) = by_code(&past.unit_id).or_else(|| named(&past.unit)) else {
                nobody.push(past.unit.clone());
                continue;
            };
            let unit = units[own].merged_into.as_deref().and_then(named).unwrap_or(own);
            match found.remove(&unit) {
                None => drop(found.insert(unit, past.clone())),
                Some(other) => drop(found.insert(unit, added(other, past))),
            }
        }
        nobody.sort();
        (found, nobody)
    }
}

/// Merges two reports. A figure that only one of them has is unknown in the result; the prose is dropped.
fn added(mut one: PriorReport, other: &PriorReport) -> PriorReport {
    if one.form != other.form {
        one.form = String::new();
    }
    one.narrative = Narrative::default();
    let sum = |(indicator, value): (String, Decimal)| Some((indicator.clone(), value + other.values.get(&indicator)?));
    one.values = one.values.into_iter().filter_map(sum).collect();
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(id: &str, unit: &str, value: i64) -> PriorReport {
        let values = BTreeMap::from([("t3.carried_out.total".to_owned(), Decimal::from(value))]);
        PriorReport {
            unit_id: id.to_owned(),
            unit: unit.to_owned(),
            form: "2021".to_owned(),
            values,
            ..PriorReport::default()
        }
    }

    #[test]
    fn renamed_and_merged_units_have_their_past() {
        let unit = |id: &str, name: &str, merged: Option<&str>, alias: &str| Unit {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            merged_into: merged.map(str::to_owned),
            ..Unit::default()
        };
        let units = vec![
            unit("1", "甲山镇", None, "甲山乡"),
            unit("2", "乙水乡", Some("甲山镇"), ""),
            unit("3", "丙林镇", None, ""),
        ];
        let roster = Roster::of_units(units.clone()).expect("a roster");
        let reports = vec![past("x", "甲山乡", 2), past("2", "乙水乡", 3), past("9", "丁河乡", 4)];
        let (found, nobody) = Previous { year: Some(2024), reports }.by_unit(&units, Some(&roster));
        assert_eq!(nobody, ["丁河乡"]);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [0]);
        assert_eq!(found[&0].values["t3.carried_out.total"], Decimal::from(5));
    }

    #[test]
    fn facts_are_read_back() {
        let row = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<String>>();
        let rows = [
            row("unit_id,unit,year,form,indicator,value,state"),
            row("1,甲山镇,2024,2021,t3.received.total,7,number"),
            row("1,甲山镇,2024,2021,t3.carried_in.total,,blank"),
            row("2,乙水乡,2024,2021,t3.received.total,1,number"),
        ];
        let previous = Previous::of_facts(&rows).expect("facts");
        assert_eq!((previous.year, previous.reports.len()), (Some(2024), 2));
        assert_eq!(previous.reports[0].values.len(), 1);
        assert!(Previous::of_facts(&rows[1..]).is_err());
    }
}
