//! Corrections of figures, names assigned to units, and files chosen by the office.

use rust_decimal::Decimal;

use super::cell_words;
use super::decision_sheet::{DecisionSheet, EntryPlace};
use crate::amount::MoneyUnit;
use crate::form::{Form, Indicator};
use crate::message::Message;
use crate::spelling::key;

/// A correction: a figure counts as another value, while the submission keeps its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Its place in the workbook of decisions.
    pub place: EntryPlace,
    /// The unit, as written by the office.
    pub unit: String,
    /// The indicator's name; may be empty.
    pub indicator: String,
    /// Table, row and column labels as printed, used if the indicator is not named.
    pub labels: [String; 3],
    /// The value in the submission.
    pub given: String,
    /// The value it counts as.
    pub value: Decimal,
    /// The unit of money that is written with the value.
    pub money: Option<MoneyUnit>,
    /// The reason.
    pub basis: String,
    /// Who decided, and when.
    pub signature: String,
}

/// The assignment of a name in reports to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDecision {
    /// Its place in the workbook of decisions.
    pub place: EntryPlace,
    /// The name as written in reports.
    pub name: String,
    /// The unit of the roster.
    pub unit: String,
}

/// A decision about one of several files of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Its place in the workbook of decisions.
    pub place: EntryPlace,
    /// The unit, as written by the office.
    pub unit: String,
    /// The file, as named in the outputs.
    pub file: String,
    /// Whether this file counts; `None` if undecided.
    pub adopted: Option<bool>,
}

impl Correction {
    /// Reads the rows of a sheet and skips those without 改为. Also returns remarks on rows with errors.
    pub(super) fn read(sheet: &DecisionSheet, at: usize) -> (Vec<Self>, Vec<Message>) {
        let (mut found, mut remarks) = (Vec::new(), Vec::new());
        for row in sheet.entry_rows() {
            let text = |column: usize| sheet.text(row, column);
            let (unit, new) = (text(0), text(6));
            if new.is_empty() {
                continue;
            }
            let Some((value, money)) = cell_words::value(&new) else {
                remarks.push(sheet.about_row(
                    row,
                    "“改为”一栏不是数字，未采用",
                    "“改为” holds no number; it is not used",
                ));
                continue;
            };
            if unit.is_empty() {
                remarks.push(sheet.about_row(row, "没有写明单位，未采用", "names no unit; it is not used"));
                continue;
            }
            found.push(Self {
                place: EntryPlace { sheet: at, row },
                unit,
                indicator: text(1),
                labels: [text(2), text(3), text(4)],
                given: text(5),
                value,
                money,
                basis: text(7),
                signature: cell_words::signature(&text(8), &text(9)),
            });
        }
        (found, remarks)
    }

    /// Returns the position of the figure in a form: by the indicator's name, else by the labels as printed. `None` if
    /// there is no such figure, or more than one.
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

    /// Returns the value in the unit of an indicator.
    ///
    /// # Errors
    /// A sentence, if the indicator has no unit of money or cannot have the value.
    pub fn value_for(&self, item: &Indicator) -> Result<Decimal, Message> {
        let value = match (self.money, item.unit) {
            (None, _) => self.value,
            (Some(written), Some(own)) => {
                let refused = || Message::new("数字太大", "the number is too large");
                written.convert(self.value, own).ok_or_else(refused)?
            }
            (Some(written), None) => {
                let (value, word) = (self.value, written.word());
                return Err(Message::new(
                    format!("这一格不是金额，不能填{value}{word}"),
                    format!("{value}{word} is money, and this figure is not"),
                ));
            }
        };
        if !item.accepts(value) {
            return Err(Message::new(format!("这一格不能填{value}"), format!("{value} cannot stand there")));
        }
        Ok(value.normalize())
    }

    /// Returns the reason, and who decided, in one text.
    #[must_use]
    pub fn reason(&self) -> String {
        let basis = if self.basis.is_empty() { "未写依据" } else { &self.basis };
        if self.signature.is_empty() { basis.to_owned() } else { format!("{basis}（{}）", self.signature) }
    }
}

impl NameDecision {
    /// Reads the rows of a sheet. Rows without a unit are undecided and skipped.
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
    /// Reads the rows of a sheet. Also returns remarks on rows with errors.
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

/// Returns the official figure that satisfies a condition, if there is exactly one.
fn only(form: &Form, wanted: impl Fn(usize) -> bool) -> Option<usize> {
    let mut found = (0..form.official).filter(|at| wanted(*at));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Returns whether a label equals one of these names, with or without its remark in brackets.
fn fits(label: &str, names: &[&str]) -> bool {
    let without_brackets = |name: &str| key(name.split(['（', '(']).next().unwrap_or_default());
    !label.is_empty() && names.iter().any(|name| key(name) == label || without_brackets(name) == label)
}
