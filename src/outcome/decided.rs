//! Effects of the office's decisions: corrected figures, and entries that no longer apply.

use std::collections::BTreeMap;

use super::Outcome;
use super::finding_name::FindingName;
use crate::corpus::{Disposition, Entry, UnfitEntry};
use crate::decisions::{Adoption, Contradiction, Topic};
use crate::finding::Finding;
use crate::message::Message;
use crate::source::EARLIER;
use crate::spelling::key;

impl Outcome {
    /// Returns the corrections of the figures that a finding is about in words; if there are none, those of the whole
    /// report.
    pub(super) fn correction_of(&self, finding: &Finding) -> String {
        let in_report = self.corpus.corrected.iter().filter(|((entry, _), _)| Some(*entry) == finding.entry());
        let figures = finding.figures_involved();
        let of_finding = in_report.clone().filter(|((_, position), _)| figures.contains(position));
        let said: Vec<String> = if of_finding.clone().next().is_some() {
            of_finding.map(|(at, _)| self.corrected_in_words(*at)).collect()
        } else {
            in_report.map(|(at, _)| self.corrected_in_words(*at)).collect()
        };
        said.join("；")
    }

    /// Returns a correction in words: the figure, its old and new value, and the reason.
    #[must_use]
    pub fn corrected_in_words(&self, (entry, position): (usize, usize)) -> String {
        let Some(corrected) = self.corpus.corrected.get(&(entry, position)) else { return String::new() };
        let name = self.corpus.report(entry).map_or("", |(_, form)| &form.indicators[position].brief);
        let given = if corrected.given.trim().is_empty() { "空白" } else { corrected.given.trim() };
        format!("{name}由{given}更正为{}，{}", corrected.value, corrected.reason)
    }

    /// Returns the decisions that no longer apply.
    pub(super) fn unfit_entries(&self) -> Vec<UnfitEntry> {
        let mut unfit = self.corpus.unfit_corrections.clone();
        let ids: BTreeMap<&str, &FindingName> = self.names.iter().map(|name| (name.id.as_str(), name)).collect();
        for (id, said) in self.decisions.explanations.iter() {
            let why = match ids.get(id) {
                None => Message::new(format!("{id} 这个问题已不存在"), format!("{id} is not found any more")),
                Some(name) if !name.question().has_values_of(said) => Message::new(
                    format!("{id} 的数字已变，原说明失效"),
                    format!("the numbers of {id} have changed since it was explained"),
                ),
                Some(_) => continue,
            };
            unfit.push(UnfitEntry { place: said.place, why });
        }
        unfit.extend(self.unfit_choices());
        // Explanations from a separate file are in no sheet of the workbook.
        let is_in_sheet = |entry: &UnfitEntry| self.topic_of(entry).is_some();
        unfit.retain(is_in_sheet);
        unfit.sort_by_key(|entry| entry.place);
        unfit
    }

    fn topic_of(&self, entry: &UnfitEntry) -> Option<Topic> {
        self.decisions.sheets.get(entry.place.sheet)?.topic
    }

    /// Returns the decisions about names that no report has and about files that do not exist.
    fn unfit_choices(&self) -> Vec<UnfitEntry> {
        let entries = &self.corpus.entries;
        let has_name = |wanted: &str| {
            let mut names = entries
                .iter()
                .flat_map(|entry| entry.submission.names.iter().map(|name| &name.text).chain([&entry.name]));
            names.any(|name| key(name) == key(wanted))
        };
        let is_unit = |wanted: &str| self.corpus.units.iter().any(|unit| unit.is_called(wanted));
        let no_unit =
            |unit: &str| Message::new(format!("没有名为“{unit}”的单位"), format!("there is no unit “{unit}”"));
        let mut unfit = Vec::new();
        for said in &self.decisions.names {
            let why = match (is_unit(&said.unit), has_name(&said.name)) {
                (false, _) => no_unit(&said.unit),
                (true, false) => {
                    let name = &said.name;
                    Message::new(format!("没有报告用“{name}”这个名称"), format!("no report has the name “{name}”"))
                }
                (true, true) => continue,
            };
            unfit.push(UnfitEntry { place: said.place, why });
        }
        for said in &self.decisions.adoptions {
            let why = if is_unit(&said.unit) { self.unfit_adoption(said) } else { Some(no_unit(&said.unit)) };
            let Some(why) = why else { continue };
            unfit.push(UnfitEntry { place: said.place, why });
        }
        unfit
    }

    /// Returns why the choice of a file no longer applies: there is no such file, or a later report has replaced it.
    fn unfit_adoption(&self, said: &Adoption) -> Option<Message> {
        let file = &said.file;
        let entries = &self.corpus.entries;
        let Some(entry) = entries.iter().find(|entry| entry.is_named(file)) else {
            // A file that is refused may be taken away. A copy of an overwritten file is read only while it is needed.
            let is_unused_copy = said.adopted.is_none() && file.starts_with(EARLIER);
            let why = || Message::new(format!("没有文件“{file}”"), format!("there is no file “{file}”"));
            return (said.adopted != Some(false) && !is_unused_copy).then(why);
        };
        match entry.disposition {
            Disposition::ReplacedBy(later) if said.adopted == Some(true) => {
                let later = &entries[later].submission.file;
                Some(Message::new(
                    format!("现采用的是“{later}”，“{file}”已被代替"),
                    format!("“{later}” counts now, in place of “{file}”"),
                ))
            }
            _ => None,
        }
    }

    /// Returns the decisions that contradict one another, in the order of their sheets and rows.
    pub(super) fn contradictory_entries(&self) -> Vec<Contradiction> {
        let mut found = [&self.decisions.contradictions[..], &self.corpus.contradictory_corrections].concat();
        found.extend(self.names.iter().filter_map(|name| self.decisions.explanations.contradiction(name.question())));
        found.extend((0..self.corpus.units.len()).filter_map(|unit| self.contradictory_files(unit)));
        found.sort_by(|one, other| one.places.cmp(&other.places));
        found
    }

    /// Returns the decisions on a unit's files by which none of them is chosen: several are adopted, or one is only
    /// refused.
    fn contradictory_files(&self, unit: usize) -> Option<Contradiction> {
        let is_open = |entry: &&Entry| entry.unit == Some(unit) && entry.disposition == Disposition::Conflicting;
        self.corpus.entries.iter().find(is_open)?;
        let has_file =
            |file: &str| self.corpus.entries.iter().any(|entry| entry.unit == Some(unit) && entry.is_named(file));
        let is_about = |said: &&Adoption| self.corpus.units[unit].is_called(&said.unit) && has_file(&said.file);
        let of = |adopted: bool| {
            let said = self.decisions.adoptions.iter().filter(is_about);
            said.filter(|said| said.adopted == Some(adopted)).map(|said| said.place).collect::<Vec<_>>()
        };
        match (of(true), of(false)) {
            (adopted, _) if adopted.len() > 1 => Some(Contradiction::new(
                adopted,
                Message::new(
                    "同一单位有几份文件填了是，均未采用，请只留一份",
                    "several files of one unit are adopted; none of these decisions counts",
                ),
            )),
            (adopted, refused) if adopted.is_empty() && !refused.is_empty() => Some(Contradiction::new(
                refused,
                Message::new(
                    "只填了否，未写明采用哪份，请在要采用的文件一行填是",
                    "a file is refused and none adopted; the one that counts needs a yes",
                ),
            )),
            _ => None,
        }
    }

    /// Returns the sheet and rows of decisions that contradict one another, with what follows.
    #[must_use]
    pub fn contradiction_in_words(&self, found: &Contradiction) -> Message {
        let sheet = found.places.first().map_or("", |place| self.decisions.sheet_name(*place));
        let lines: Vec<String> = found.places.iter().map(|place| (place.row + 1).to_string()).collect();
        Message::new(
            format!("“{sheet}”第{}行：{}", lines.join("、"), found.why.zh),
            format!("“{sheet}” rows {}: {}", lines.join(", "), found.why.en),
        )
    }

    /// Returns the sheet and row of a decision that does not apply, with the reason.
    #[must_use]
    pub fn unfit_in_words(&self, entry: &UnfitEntry) -> Message {
        let sheet = self.decisions.sheet_name(entry.place);
        let line = entry.place.row + 1;
        Message::new(
            format!("“{sheet}”第{line}行：{}", entry.why.zh),
            format!("“{sheet}” row {line}: {}", entry.why.en),
        )
    }
}
