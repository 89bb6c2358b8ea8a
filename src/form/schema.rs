//! The schema of a form file.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Indicator;
use crate::amount::MoneyUnit;
use crate::spelling::quoted;

/// How the figures of a block are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Labels on the left, column headings at the top.
    Matrix,
    /// One line of figures. The rows of the block are side by side, each with all columns below its heading.
    Across,
}

/// The kind of number in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A count: an integer from zero up.
    #[default]
    Count,
    /// An increase or decrease: an integer.
    Change,
    /// An amount of money: a decimal from zero up.
    Money,
}

impl ItemKind {
    /// Returns whether a published figure differs from a sum. Published amounts of money are rounded: they differ only
    /// by more than half a unit of the last decimal place of the coarser number.
    #[must_use]
    pub fn is_apart(self, published: Decimal, sum: Decimal) -> bool {
        let rounding = match self {
            Self::Money => Decimal::new(5, published.scale().min(sum.scale()) + 1),
            Self::Count | Self::Change => Decimal::ZERO,
        };
        (published - sum).abs() > rounding
    }
}

/// A column of a block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Last part of the indicator.
    pub id: String,
    /// The label as printed.
    pub label: String,
    /// Other labels in use.
    #[serde(default)]
    pub also: Vec<String>,
    /// The kind of number.
    #[serde(default)]
    pub kind: ItemKind,
    /// The unit of money in which values are stored.
    pub unit: Option<MoneyUnit>,
    /// The measure word for counts.
    #[serde(default = "pieces")]
    pub measure: String,
}

fn pieces() -> String {
    "件".to_owned()
}

/// A row of a block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Middle part of the indicator.
    pub id: String,
    /// The number printed before the label.
    #[serde(default)]
    pub number: String,
    /// The label as printed, without its number.
    pub label: String,
    /// A shorter label for sentences.
    pub brief: Option<String>,
    /// Other labels in use.
    #[serde(default)]
    pub also: Vec<String>,
    /// The id of its group.
    pub group: Option<String>,
    /// The id of the group it is printed under, if its label is understood without the group.
    pub under: Option<String>,
}

/// A heading over several rows. It has no figures of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// The number printed before the label.
    #[serde(default)]
    pub number: String,
    /// The label as printed, without its number.
    pub label: String,
    /// The id of the group it is printed under.
    pub under: Option<String>,
}

/// A heading printed over several columns, or over several rows that are side by side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// The label as printed.
    pub label: String,
    /// The ids of the columns or rows it is printed over; empty if it is over all.
    #[serde(default)]
    pub over: Vec<String>,
}

impl Heading {
    /// Returns whether it is printed over this column or row.
    #[must_use]
    pub fn is_over(&self, id: &str) -> bool {
        self.over.is_empty() || self.over.iter().any(|over| over == id)
    }
}

/// A group that some units fill in as one row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combined {
    /// The id of the row that its figures are read into.
    pub id: String,
    /// The id of the group with the figures in its heading.
    pub group: String,
    /// The ids of the rows that it replaces.
    pub replaces: Vec<String>,
}

/// A part of a table with its own column headings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// How it is laid out.
    pub layout: Layout,
    /// The line printed over it.
    #[serde(default)]
    pub heading: String,
    /// The text printed at the top left, between the labels and the column headings.
    #[serde(default)]
    pub corner: String,
    /// Headings printed over others, outermost first.
    #[serde(default)]
    pub headings: Vec<Heading>,
    /// Known headings of columns that are not part of the form.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Headings over several rows.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows. The combined row, if there is one, comes last.
    pub rows: Vec<Row>,
    /// A group that some units fill in as one row.
    pub combined: Option<Combined>,
}

impl Row {
    /// Returns its number and label for sentences that quote it: as printed, without the explanation in brackets and,
    /// for the longest two, without the part after the pause mark.
    #[must_use]
    pub fn brief_label(&self) -> String {
        let label = short(&self.label);
        let head = label.split('、').next().filter(|_| label.chars().count() > MAX_QUOTED_CHARS).unwrap_or(label);
        format!("{}{head}", self.number)
    }
}

impl Table {
    /// Returns the name for English sentences: `table 3`.
    #[must_use]
    pub fn english_name(&self) -> String {
        format!("table {}", self.id.trim_start_matches('t'))
    }
}

impl Block {
    /// Returns the row for a group filled in as one, and the rows that it replaces, by position.
    pub(super) fn combined_rows(&self) -> Option<(usize, Vec<usize>)> {
        let combined = self.combined.as_ref()?;
        let position = |id: &String| self.rows.iter().position(|row| row.id == *id);
        Some((position(&combined.id)?, combined.replaces.iter().filter_map(position).collect()))
    }

    /// Returns whether a row is the combined one.
    #[must_use]
    pub fn is_combined_row(&self, row: &str) -> bool {
        self.combined.as_ref().is_some_and(|combined| combined.id == row)
    }
}

/// A table of the form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// First part of the indicator.
    pub id: String,
    /// The name that offices use: 表三.
    pub name: String,
    /// The title as printed.
    pub title: String,
    /// Other titles in use.
    #[serde(default)]
    pub also: Vec<String>,
    /// Its blocks, top to bottom.
    #[serde(rename = "block")]
    pub blocks: Vec<Block>,
}

/// One kind of sum, for every row or every column of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEquation {
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) table: String,
    pub(super) along: Along,
    pub(super) left: Vec<String>,
    pub(super) right: Vec<String>,
}

/// What a kind of sum is repeated over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Along {
    Rows,
    Columns,
}

/// A form file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForm {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) basis: String,
    pub(super) first_year: u16,
    pub(super) last_year: Option<u16>,
    #[serde(rename = "table")]
    pub(super) tables: Vec<Table>,
    #[serde(rename = "equation")]
    pub(super) equations: Vec<RawEquation>,
}

impl RawForm {
    pub(super) fn is_combined(&self, item: &Indicator) -> bool {
        let block = &self.tables[item.table].blocks[item.block];
        block.is_combined_row(&block.rows[item.row].id)
    }

    pub(super) fn is_out(&self, item: &Indicator, combined: bool) -> bool {
        let block = &self.tables[item.table].blocks[item.block];
        let row = &block.rows[item.row].id;
        let out = |group: &Combined| if combined { group.replaces.contains(row) } else { group.id == *row };
        block.combined.as_ref().is_some_and(out)
    }
}

/// Longest label that is quoted as a whole, in characters.
const MAX_QUOTED_CHARS: usize = 20;

/// Returns table, row and column in Chinese, as printed.
pub(super) fn title_of(table: &Table, block: &Block, row: &Row, column: &Column) -> String {
    let row_label = quoted(&format!("{}{}", row.number, short(&row.label)));
    match (block.layout, block.columns.len()) {
        (Layout::Across, _) => format!("{}{row_label}“{}”", table.name, column.label),
        (Layout::Matrix, 1) => format!("{}{row_label}", table.name),
        (Layout::Matrix, _) => format!("{}{row_label}行“{}”列", table.name, short(&column.label)),
    }
}

/// Returns a shorter title for sentences that name several figures.
pub(super) fn brief_of(table: &Table, block: &Block, row: &Row, column: &Column) -> String {
    let row_label = quoted(&row.brief_label());
    match (block.layout, block.columns.len()) {
        (Layout::Matrix, 1) => format!("{}{row_label}", table.name),
        _ => format!("{}{row_label}“{}”", table.name, short(&column.label)),
    }
}

/// Returns the title for English sentences, with the labels of the form in quotation marks.
pub(super) fn english_of(table: &Table, block: &Block, row: &Row, column: &Column) -> String {
    let row_label = format!("{} {}", table.english_name(), quoted(&format!("{}{}", row.number, short(&row.label))));
    if block.columns.len() == 1 { row_label } else { format!("{row_label}, “{}”", short(&column.label)) }
}

/// Returns a label without the bracketed explanation after it.
fn short(label: &str) -> &str {
    label.split('（').next().filter(|head| !head.is_empty()).unwrap_or(label)
}
