//! Figures that the office corrects, names it has put to units, and files it has chosen.

use rust_decimal::Decimal;

use super::cell_words;
use super::decision_sheet::{DecisionSheet, EntryPlace};
use crate::form::Form;
use crate::message::Message;
use crate::spelling::key;

/// A figure that counts as another value while the submission says what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Where it was written.
    pub place: EntryPlace,
    /// The unit, as the office wrote it.
    pub unit: String,
    /// The indicator's name, or empty.
    pub indicator: String,
    /// Table, row and column as printed, where the indicator is not named.
    pub labels: [String; 3],
    /// What the submission says.
    pub given: String,
    /// What it counts as.
    pub value: Decimal,
    /// Why.
    pub basis: String,
    /// Who decided, and when.
    pub signature: String,
}

/// A name that reports use, put to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDecision {
    /// Where it was written.
    pub place: EntryPlace,
    /// The name as reports write it.
    pub name: String,
    /// The unit of the roster that it means.
    pub unit: String,
}

/// A decision on one of several files of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Where it was written.
    pub place: EntryPlace,
    /// The unit, as the office wrote it.
    pub unit: String,
    /// The file, as the outputs name it.
    pub file: String,
    /// Whether it is the one that counts; `None` while that is open.
    pub adopted: Option<bool>,
}

impl Correction {
    /// Reads the rows of a sheet; those without 改为 are none yet. Returns what is wrong in them too.
    pub(super) fn read(sheet: &DecisionSheet, at: usize) -> (Vec<Self>, Vec<Message>) {
        let (mut found, mut remarks) = (Vec::new(), Vec::new());
        for row in sheet.entry_rows() {
            let text = |column: usize| sheet.text(row, column);
            let (unit, new) = (text(0), text(6));
            if new.is_empty() {
                continue;
            }
            let Some(value) = cell_words::number(&new) else {
                remarks.push(about_row(
                    sheet,
                    row,
                    "“改为”一栏不是数字，未采用",
                    "“改为” holds no number; it is not used",
                ));
                continue;
            };
            if unit.is_empty() {
                remarks.push(about_row(sheet, row, "没有写明单位，未采用", "names no unit; it is not used"));
                continue;
            }
            found.push(Self {
                place: EntryPlace { sheet: at, row },
                unit,
                indicator: text(1),
                labels: [text(2), text(3), text(4)],
                given: text(5),
                value,
                basis: text(7),
                signature: cell_words::signature(&text(8), &text(9)),
            });
        }
        (found, remarks)
    }

    /// Returns the figure it is about, by position in a form: by the indicator's name, else by the labels as printed.
    /// `None` where there is no such figure, or more than one.
    #[must_use]
    pub fn position(&self, form: &Form) -> Option<usize> {
        if !self.indicator.is_empty() {
            return form
                .position(&self.indicator)
                .or_else(|| only(form, |item| key(&form.indicators[item].title) == key(&self.indicator)));
        }
        let [table, row, column] = self.labels.each_ref().map(|label| key(label));
        if row.is_empty() {
            return None;
        }
        only(form, |at| {
            let item = &form.indicators[at];
            let of_table = &form.tables[item.table];
            let block = &of_table.blocks[item.block];
            let is_table = table.is_empty() || fits(&table, &[&of_table.name, &of_table.title, &of_table.id]);
            let (own_row, own_column) = (&block.rows[item.row], &block.columns[item.column]);
            let numbered = format!("{}{}", own_row.number, own_row.label);
            let is_row = fits(&row, &[&own_row.label, &numbered, &own_row.id])
                || own_row.also.iter().any(|also| key(also) == row);
            let is_column = fits(&column, &[&own_column.label, &own_column.id])
                || own_column.also.iter().any(|also| key(also) == column);
            is_table && is_row && (is_column || column.is_empty() && block.columns.len() == 1)
        })
    }

    /// Returns why it was made, and by whom, in one text.
    #[must_use]
    pub fn reason(&self) -> String {
        let basis = if self.basis.is_empty() { "未写依据" } else { &self.basis };
        if self.signature.is_empty() { basis.to_owned() } else { format!("{basis}（{}）", self.signature) }
    }
}

impl NameDecision {
    /// Reads the rows of a sheet; those without a unit are open questions.
    pub(super) fn read(sheet: &DecisionSheet, at: usize) -> Vec<Self> {
        let entry = |row: u32| {
            let (name, unit) = (sheet.text(row, 0), sheet.text(row, 1));
            let is_decided = !name.is_empty() && !unit.is_empty();
            is_decided.then_some(Self { place: EntryPlace { sheet: at, row }, name, unit })
        };
        sheet.entry_rows().filter_map(entry).collect()
    }
}

impl Adoption {
    /// Reads the rows of a sheet. Returns what is wrong in them too.
    pub(super) fn read(sheet: &DecisionSheet, at: usize) -> (Vec<Self>, Vec<Message>) {
        let (mut found, mut remarks) = (Vec::new(), Vec::new());
        for row in sheet.entry_rows() {
            let (unit, file) = (sheet.text(row, 0), sheet.text(row, 1));
            let adopted = cell_words::yes_or_no(&sheet.text(row, 2)).unwrap_or_else(|word| {
                remarks.push(sheet.not_yes_or_no(row, "采用", &word));
                None
            });
            if !unit.is_empty() && !file.is_empty() {
                found.push(Self { place: EntryPlace { sheet: at, row }, unit, file: file.replace('\\', "/"), adopted });
            }
        }
        (found, remarks)
    }
}

fn about_row(sheet: &DecisionSheet, row: u32, zh: &str, en: &str) -> Message {
    let (name, line) = (&sheet.grid.name, row + 1);
    Message::new(format!("“{name}”第{line}行：{zh}"), format!("“{name}” row {line}: {en}"))
}

/// Returns the one official figure that is wanted.
fn only(form: &Form, wanted: impl Fn(usize) -> bool) -> Option<usize> {
    let mut found = (0..form.official).filter(|at| wanted(*at));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Returns whether a label is one of these names, with or without the explanations in brackets.
fn fits(label: &str, names: &[&str]) -> bool {
    let without_brackets = |name: &str| key(name.split(['（', '(']).next().unwrap_or_default());
    !label.is_empty() && names.iter().any(|name| key(name) == label || without_brackets(name) == label)
}
