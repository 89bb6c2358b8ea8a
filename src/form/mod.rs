//! Official forms as data, and recognition of forms on grids. The labels are not in the code but in
//! `data/forms/*.toml`.

mod across;
mod aligned;
mod assembly;
mod continued;
mod equation;
mod flow;
mod fused;
mod heading_order;
mod heading_tree;
mod in_order;
mod label;
mod layout_cache;
mod matrix;
mod misspelt;
mod oddity;
mod reading;
mod recognise;
mod removability;
mod rows;
mod schema;
mod share;
mod slip;
mod strips;
mod table_match;
mod table_text;
mod token;
mod tokenize;
mod transposed;
mod wrapped;
mod year_rows;

use std::collections::HashMap;

use foldhash::fast::RandomState;

pub(crate) use continued::{continue_table, follow_headings};
pub use equation::{Equation, Evaluation, Side, SumState, Term};
pub use oddity::Oddity;
pub(crate) use recognise::{labelled_tables, titled_tables};
pub use recognise::{recognise, recognise_flow};
pub use schema::{Block, Column, Group, Heading, ItemKind, Layout, Row, Table};
pub use share::{APPLICATIONS, CARRIED_OUT, CONCLUDED, DISCLOSED, REVIEWS, REVIEWS_CORRECTED, Share};
pub use strips::strips;
pub use table_match::{Doubt, Slot, TableMatch, TextValue, Unassigned};
pub use token::FlowLine;
pub use tokenize::Recognised;

use rust_decimal::Decimal;

use crate::amount::MoneyUnit;
use crate::error::{Error, Result};

/// A figure of a form.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// `table.row.column`, the name used in all output files.
    pub id: String,
    /// Index of its table in the form.
    pub table: usize,
    /// Index of its block in the table.
    pub block: usize,
    /// Index of its row in the block.
    pub row: usize,
    /// Index of its column in the block.
    pub column: usize,
    /// The kind of number.
    pub kind: ItemKind,
    /// The unit of money in which its value is stored.
    pub unit: Option<MoneyUnit>,
    /// Table, row and column in Chinese, as printed.
    pub title: String,
    /// A shorter title for sentences that name several figures.
    pub brief: String,
    /// The title for English sentences, with the labels of the form in quotation marks.
    pub english: String,
}

impl Indicator {
    /// Returns whether a number is valid here: only changes may be negative, and only money may have a fraction.
    #[must_use]
    pub fn accepts(&self, value: Decimal) -> bool {
        !self.is_negative(value) && !self.is_fraction(value)
    }

    /// Returns whether a number is negative where it must not be.
    #[must_use]
    pub fn is_negative(&self, value: Decimal) -> bool {
        self.kind != ItemKind::Change && value.is_sign_negative() && !value.is_zero()
    }

    /// Returns whether a number has a fraction where only whole numbers are valid.
    #[must_use]
    pub fn is_fraction(&self, value: Decimal) -> bool {
        self.kind != ItemKind::Money && !value.is_integer()
    }
}

/// An official form.
#[derive(Debug)]
pub struct Form {
    /// Short name, such as `2021`.
    pub id: String,
    /// Full title.
    pub title: String,
    /// The official document that prescribes it.
    pub basis: String,
    /// First report year it is used for.
    pub first_year: u16,
    /// Last report year it is used for; `None` for the current form.
    pub last_year: Option<u16>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its figures: the official ones in the form's order, then those of rows for a group filled in as one
    /// row.
    pub indicators: Vec<Indicator>,
    /// The number of official indicators, which come first.
    pub official: usize,
    /// The sums that must hold.
    pub equations: Vec<Equation>,
    positions: HashMap<String, usize>,
    places: HashMap<[usize; 4], usize, RandomState>,
    /// Whether each figure is excluded from a report, without and with groups filled in as one row.
    out: [Vec<bool>; 2],
}

impl Form {
    /// Returns whether it is the form for reports of this year.
    #[must_use]
    pub fn is_for(&self, year: u16) -> bool {
        self.first_year <= year && self.last_year.is_none_or(|last| year <= last)
    }

    /// Returns the position of an indicator in `indicators`, by its id.
    #[must_use]
    pub fn position(&self, indicator: &str) -> Option<usize> {
        self.positions.get(indicator).copied()
    }

    /// Returns the position of the figure at `[table, block, row, column]` in `indicators`.
    pub(crate) fn place(&self, place: [usize; 4]) -> Option<usize> {
        self.places.get(&place).copied()
    }

    /// Returns whether all sums hold over these terms, with none undecided.
    pub(crate) fn keeps_sums(&self, term: impl Fn(usize) -> Term) -> bool {
        self.equations.iter().all(|equation| equation.evaluate(&term).state() == SumState::Kept)
    }

    /// Returns whether a figure is excluded from a report: one for a whole group if the group's rows are filled
    /// in, or one of the group's rows if the group is filled in as one row.
    #[must_use]
    pub fn is_out(&self, position: usize, combined: bool) -> bool {
        self.out[usize::from(combined)][position]
    }

    /// Returns whether an indicator, by position, is on the form as prescribed. The others are rows for a group that a
    /// unit filled in as one.
    #[must_use]
    pub fn is_official(&self, position: usize) -> bool {
        position < self.official
    }

    /// Returns the official indicators of a table, by position.
    pub fn of_table(&self, table: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.official).filter(move |position| self.indicators[*position].table == table)
    }
}

/// The known forms, oldest first, with an index of all their labels.
#[derive(Debug)]
pub struct Forms {
    /// The forms.
    pub all: Vec<Form>,
    index: label::Index,
    layouts: layout_cache::LayoutCache,
}

impl Forms {
    /// Returns the forms shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if a data file is malformed, which a test rules out.
    pub fn official() -> Result<Self> {
        let files = [
            ("forms/2019.toml", include_str!("../../data/forms/2019.toml")),
            ("forms/2021.toml", include_str!("../../data/forms/2021.toml")),
        ];
        let all = files.into_iter().map(|(name, text)| build(name, text)).collect::<Result<Vec<_>>>()?;
        let index = label::Index::of(&all);
        Ok(Self { all, index, layouts: layout_cache::LayoutCache::default() })
    }

    /// Returns the index of the form for reports of this year: the newest form for later years, the oldest for earlier
    /// ones.
    #[must_use]
    pub fn for_year(&self, year: u16) -> usize {
        let exact = self.all.iter().position(|form| form.is_for(year));
        exact.unwrap_or_else(|| {
            if self.all.first().is_some_and(|form| year < form.first_year) { 0 } else { self.all.len() - 1 }
        })
    }
}

fn build(name: &str, text: &str) -> Result<Form> {
    let fail = |why: String| Error::Data { name: name.to_owned(), why };
    let raw: schema::RawForm = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
    let mut indicators = Vec::new();
    for combined in [false, true] {
        for (table_at, table) in raw.tables.iter().enumerate() {
            for (block_at, block) in table.blocks.iter().enumerate() {
                indicators.extend(indicators_of((table_at, table), (block_at, block), combined));
            }
        }
    }
    let official = indicators.iter().filter(|item: &&Indicator| !raw.is_combined(item)).count();
    let positions = indicators.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
    let place = |item: &Indicator| [item.table, item.block, item.row, item.column];
    let places = indicators.iter().enumerate().map(|(at, item)| (place(item), at)).collect();
    let equations = equation::expand(&raw, &positions).map_err(fail)?;
    let out = [false, true].map(|combined| indicators.iter().map(|item| raw.is_out(item, combined)).collect());
    let schema::RawForm { id, title, basis, first_year, last_year, tables, .. } = raw;
    Ok(Form {
        id,
        title,
        basis,
        first_year,
        last_year,
        tables,
        indicators,
        official,
        equations,
        positions,
        places,
        out,
    })
}

fn indicators_of(
    (table_at, table): (usize, &Table),
    (block_at, block): (usize, &Block),
    combined: bool,
) -> Vec<Indicator> {
    let mut indicators = Vec::new();
    for (row_at, row) in block.rows.iter().enumerate() {
        if block.is_combined_row(&row.id) != combined {
            continue;
        }
        for (column_at, column) in block.columns.iter().enumerate() {
            indicators.push(Indicator {
                id: format!("{}.{}.{}", table.id, row.id, column.id),
                table: table_at,
                block: block_at,
                row: row_at,
                column: column_at,
                kind: column.kind,
                unit: column.unit,
                title: schema::title_of(table, block, row, column),
                brief: schema::brief_of(table, block, row, column),
                english: schema::english_of(table, block, row, column),
            });
        }
    }
    indicators
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_forms_have_their_cells_and_equations() {
        let forms = Forms::official().expect("data files are well formed");
        let counts: Vec<_> =
            forms.all.iter().map(|form| (form.id.as_str(), form.official, form.equations.len())).collect();
        assert_eq!(counts, [("2019", 198, 7 + 7 + 23 + 3), ("2021", 200, 7 + 7 + 26 + 3)]);
    }

    #[test]
    fn every_year_has_its_form() {
        let forms = Forms::official().expect("data files are well formed");
        let of = |year| forms.all[forms.for_year(year)].id.as_str();
        assert_eq!([of(2018), of(2019), of(2020), of(2021), of(2030)], ["2019", "2019", "2019", "2021", "2021"]);
    }

    #[test]
    fn one_row_can_stand_for_three() {
        let forms = Forms::official().expect("data files are well formed");
        let form = &forms.all[1];
        let out = |combined| (0..form.indicators.len()).filter(|at| form.is_out(*at, combined)).count();
        assert_eq!((out(false), out(true)), (7, 21));
        assert_eq!(form.indicators[form.official].id, "t3.other.all.natural_person");
    }
}
