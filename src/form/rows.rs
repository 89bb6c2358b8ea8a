//! Values at the labels of a table in running text, and which of them are certain.
//!
//! Figures on the line of their label belong to it, if there are as many as the form has there. Figures on separate
//! lines may belong to the label before or after them. They are used only if every row of the block has its figures on
//! the same side and none remains, or if the row has a sum and the sum holds as well.

use rust_decimal::Decimal;

use super::Form;
use super::table_match::{Doubt, TextValue};
use crate::amount;
use crate::place::Place;

/// Most figures without a label that are shown at a row they may belong to.
const MAX_STRAYS_SHOWN: usize = 8;

/// The values after a label.
#[derive(Debug, Clone, Default)]
pub(super) struct Items {
    pub(super) cells: Vec<(String, Place)>,
    /// Whether it is a single run of digits in which the ends of cells are unknown.
    pub(super) run: bool,
    /// Whether they are on other lines than the label.
    pub(super) from_afar: bool,
    /// Indices of values that may be page numbers.
    pub(super) page_edges: Vec<usize>,
    /// Whether another text comes between the label and the values.
    pub(super) interrupted: bool,
    /// The figure on the line after the values, which may be the end of the last of them.
    pub(super) behind: Option<String>,
    /// The number of tokens used.
    pub(super) taken: usize,
}

/// A row's label with its values.
#[derive(Debug, Clone)]
pub(super) struct FlowRow {
    pub(super) items: Items,
    pub(super) label: String,
    pub(super) place: Place,
    /// Whether the label, with its figures, has a cell or line of its own.
    pub(super) whole: bool,
}

impl FlowRow {
    /// Returns whether its figures are on its label's line.
    pub(super) fn is_figured_line(&self) -> bool {
        self.whole && !self.items.is_empty() && !self.items.from_afar && !self.items.run
    }
}

impl Items {
    pub(super) fn run(digits: &str, place: &Place) -> Self {
        Self { cells: vec![(digits.to_owned(), place.clone())], run: true, taken: 1, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(|(text, _)| text.is_empty())
    }

    fn text(&self) -> String {
        let texts: Vec<&str> =
            self.cells.iter().map(|(text, _)| text.as_str()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }

    /// Returns `cells` cells: one per value if the number is right, blank ones if there is no value, else one doubtful
    /// text for all of them.
    pub(super) fn fit(&self, cells: usize, label: &Place) -> Vec<TextValue> {
        let one = |(text, place): &(String, Place)| cell(text, place);
        match self.cells.as_slice() {
            [] => vec![cell("", label); cells],
            [(digits, place)] if self.run && cells > 1 && is_one_each(digits, cells) => {
                digits.chars().map(|digit| cell(&digit.to_string(), place)).collect()
            }
            all if all.len() == cells && self.page_edges.is_empty() && !self.interrupted => {
                all.iter().map(one).collect()
            }
            all => vec![unplaced(&self.text(), &all[0].1); cells],
        }
    }

    /// Returns a copy without possible page numbers.
    fn without_page_edges(&self) -> Self {
        let kept = self.cells.iter().enumerate().filter(|(at, _)| !self.page_edges.contains(at));
        Self { cells: kept.map(|(_, cell)| cell.clone()).collect(), page_edges: Vec::new(), ..self.clone() }
    }
}

/// Returns a cell with certain text.
fn cell(text: &str, place: &Place) -> TextValue {
    TextValue { text: text.to_owned(), place: place.clone(), doubt: None, unit: None }
}

/// Returns a cell with a text that may belong to it.
pub(super) fn unplaced(text: &str, place: &Place) -> TextValue {
    TextValue { text: text.to_owned(), place: place.clone(), doubt: Some(Doubt::Unplaced), unit: None }
}

/// Returns whether a run has exactly as many digits as there are cells.
fn is_one_each(run: &str, cells: usize) -> bool {
    run.len() == cells && run.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_blank(cells: &[TextValue]) -> bool {
    cells.iter().all(|cell| cell.text.is_empty())
}

/// Marks blank rows of a group as doubtful if there are figures beside its label, which may belong to them.
pub(super) fn refuse_blanks<'c>(beside: &[TextValue], rows: impl Iterator<Item = &'c mut Vec<TextValue>>) {
    let texts: Vec<&str> = beside.iter().map(|cell| cell.text.as_str()).collect();
    let Some(first) = beside.first().filter(|_| !is_blank(beside)) else { return };
    rows.filter(|cells| is_blank(cells)).for_each(|cells| cells.fill(unplaced(&texts.join(" "), &first.place)));
}

/// A row's position in its table: block and row.
pub(super) type Key = (usize, usize);

/// Returns whether the cells of a row satisfy its own sum; `None` if it has none.
pub(super) fn sum_of_row(form: &Form, table: usize, (block, row): Key, cells: &[TextValue]) -> Option<bool> {
    let position = |column: usize| form.place([table, block, row, column]);
    let positions: Vec<usize> = (0..cells.len()).map(position).collect::<Option<_>>()?;
    let (total, parts) = positions.split_last()?;
    form.equations.iter().find(|own| own.right == [*total] && own.left == parts)?;
    let values: Option<Vec<Decimal>> = cells.iter().map(|cell| amount::read_figure(&cell.text).value).collect();
    let holds = |values: Vec<Decimal>| {
        values.split_last().is_some_and(|(total, parts)| *total == parts.iter().sum::<Decimal>())
    };
    Some(values.is_some_and(holds))
}

/// Returns the cells of rows that are side by side, with all figures on one line. If the number of figures is no
/// evidence, because they ran together or are on several lines, the sum of each row must hold. If only one is broken
/// and rows after it are right, the row itself is wrong: a missing or additional figure would have shifted the rows
/// after it.
pub(super) fn side_by_side(
    (form, table): (&Form, usize),
    items: &Items,
    rows: &[usize],
    cells: &[TextValue],
) -> Vec<Vec<TextValue>> {
    let parts = cells.chunks(cells.len() / rows.len().max(1));
    let is_broken = |(row, part): (&usize, &[TextValue])| {
        !is_blank(part) && part[0].doubt.is_none() && sum_of_row(form, table, (0, *row), part) == Some(false)
    };
    let broken: Vec<bool> = rows.iter().zip(parts.clone()).map(is_broken).collect();
    let is_single = broken.iter().filter(|is_broken| **is_broken).count() == 1 && broken.last() == Some(&false);
    let is_evidence = !items.run && (!items.from_afar || is_single);
    let refused = |part: &[TextValue]| -> Vec<TextValue> {
        let texts: Vec<&str> = part.iter().map(|cell| cell.text.as_str()).collect();
        let text = if items.run { items.cells[0].0.clone() } else { texts.join(" ") };
        part.iter().map(|cell| unplaced(&text, &cell.place)).collect()
    };
    let read = |(part, is_broken): (&[TextValue], &bool)| {
        if *is_broken && part.len() > 1 && !is_evidence { refused(part) } else { part.to_vec() }
    };
    parts.zip(&broken).map(read).collect()
}

/// The state of a table in which its rows are judged.
pub(super) struct Surroundings<'f> {
    pub(super) form: &'f Form,
    pub(super) table: usize,
    /// Figures of the table without a label.
    pub(super) strays: &'f [String],
    /// Whether any row has its figures on its label's line.
    pub(super) has_figured_lines: bool,
    /// For each block, whether all its rows have figures.
    pub(super) is_block_full: &'f [bool],
    /// For each block, whether all its rows have as many figures as the form has there.
    pub(super) is_block_exact: &'f [bool],
}

impl Surroundings<'_> {
    /// Returns the cells of a row, and whether they are certain.
    pub(super) fn cells(&self, key: Key, row: &FlowRow) -> (Vec<TextValue>, bool) {
        let width = self.form.tables[self.table].blocks[key.0].columns.len();
        let items = &row.items;
        if items.is_empty() && items.cells.is_empty() {
            return self.nothing(width, &row.place);
        }
        if !items.run && !items.from_afar {
            let mut cells = items.fit(width, &row.place);
            let is_sum = || sum_of_row(self.form, self.table, key, &cells) == Some(true);
            if let Some(behind) = items.behind.as_ref().filter(|_| !is_sum()) {
                cells.fill(unplaced(&format!("{} {behind}", items.text()), &row.place));
            }
            let is_certain = !cells.iter().any(|cell| cell.doubt.is_some());
            return (cells, is_certain);
        }
        let candidates = [items.clone(), items.without_page_edges()];
        let mut fitting = candidates.iter().filter(|items| items.cells.len() == width || items.run);
        let refused = || (vec![unplaced(&items.text(), &row.place); width], false);
        let Some(best) = fitting.find_map(|items| {
            let bare = Items { page_edges: Vec::new(), ..items.clone() };
            let cells = bare.fit(width, &row.place);
            let is_certain = match sum_of_row(self.form, self.table, key, &cells) {
                Some(true) => items.run || self.strays.is_empty(),
                // Every label has as many figures, so these cannot belong to another row: the sum itself is wrong.
                Some(false) => !items.run && self.is_block_exact[key.0] && self.is_one_sided(key, items),
                None => items.page_edges.is_empty() && (items.run || self.is_one_sided(key, items)),
            };
            (is_certain && !cells.iter().any(|cell| cell.doubt.is_some())).then_some(cells)
        }) else {
            return refused();
        };
        (best, true)
    }

    /// Returns whether figures on separate lines can only belong to the label before them.
    fn is_one_sided(&self, (block, _): Key, items: &Items) -> bool {
        let is_line_of_figures = items.cells.len() > 1;
        self.strays.is_empty()
            && self.is_block_full.get(block).is_some_and(|full| *full)
            && (!self.has_figured_lines || is_line_of_figures)
    }

    /// Returns the cells of a row without figures: blank, unless the table has figures that may belong to it.
    pub(super) fn nothing(&self, width: usize, place: &Place) -> (Vec<TextValue>, bool) {
        if self.strays.is_empty() {
            return (vec![cell("", place); width], true);
        }
        let shown = self.strays.iter().take(MAX_STRAYS_SHOWN).map(String::as_str).collect::<Vec<_>>().join(" ");
        let rest = if self.strays.len() > MAX_STRAYS_SHOWN { " …" } else { "" };
        (vec![unplaced(&format!("{shown}{rest}"), place); width], false)
    }
}
