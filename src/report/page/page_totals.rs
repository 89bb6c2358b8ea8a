//! The county's totals in the layout of the form, as HTML that works without scripts. The script links the numbers to
//! the units' figures, and shows a unit's report in a copy of the same tables.

use std::fmt::Write;

use super::escaped;
use crate::form::{Block, Form, Layout, Row};
use crate::outcome::Outcome;
use crate::report::office::{self, coverage};
use crate::report::{balance, layout};
use crate::rollup::Total;

/// Returns the tables as HTML.
pub(super) fn html(outcome: &Outcome) -> String {
    let form = outcome.corpus.form();
    let mut html = String::new();
    for (at, table) in form.tables.iter().enumerate() {
        let _ = write!(
            html,
            "<figure class=\"form\" id=\"{}\">\n<figcaption>{}　{}</figcaption>\n",
            table.id,
            escaped(&table.name),
            escaped(&table.title)
        );
        for (block_at, block) in table.blocks.iter().enumerate() {
            let place = PagePlace { outcome, form, at: [at, block_at], block };
            let deep = if block.groups.is_empty() { "" } else { " class=\"deep\"" };
            let _ = writeln!(html, "<div class=\"scroll\" tabindex=\"0\"><table{deep}>");
            match block.layout {
                Layout::Matrix => matrix(&place, &mut html),
                Layout::Across => across(&place, &mut html),
            }
            html.push_str("</table></div>\n");
        }
        let _ = writeln!(html, "<p class=\"coverage\">{}。</p>", coverage(outcome, form, at));
        html.push_str(&below(outcome, form, at));
        html.push_str("</figure>\n");
    }
    html
}

/// Returns the sentences below a table; those on broken sums are first.
fn below(outcome: &Outcome, form: &Form, table: usize) -> String {
    let broken = balance::imbalances(outcome, form, table).count();
    let mut html = String::new();
    for (nth, said) in balance::sentences(outcome, form, table).iter().enumerate() {
        let class = if nth < broken { "balance broken" } else { "balance" };
        let _ = writeln!(html, "<p class=\"{class}\">{}</p>", escaped(said));
    }
    html
}

/// A block of the form with the data to render it.
struct PagePlace<'a> {
    outcome: &'a Outcome,
    form: &'a Form,
    at: [usize; 2],
    block: &'a Block,
}

impl PagePlace<'_> {
    fn total(&self, row: usize, column: usize) -> Option<&Total> {
        let position = self.form.place([self.at[0], self.at[1], row, column])?;
        self.outcome.totals.iter().find(|total| total.position == position)
    }

    /// Returns a table cell that bears its indicator's position; without a number it shows a dash.
    fn cell(&self, row: usize, column: usize) -> String {
        let Some(total) = self.total(row, column) else { return "<td></td>".to_owned() };
        let counted = self.outcome.corpus.counted().len();
        let classes: Vec<&str> = [("gap", total.reporting < counted), ("corrected", total.is_corrected())]
            .iter()
            .filter(|(_, holds)| *holds)
            .map(|(class, _)| *class)
            .collect();
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
        let title = if total.is_corrected() {
            format!(" title=\"更正后 {}\"", layout::number(total.corrected))
        } else {
            String::new()
        };
        format!("<td data-i=\"{}\"{class}{title}>{}</td>", total.position, layout::number(total.total))
    }

    /// Returns the rows in the form's order. The combined row of a group is included only if a unit used it.
    fn rows(&self) -> Vec<usize> {
        layout::rows_in_order(self.block, office::shows_combined(self.outcome, self.at[0]))
    }
}

/// Writes a block with labels at the left, including those of groups that span several rows.
fn matrix(place: &PagePlace<'_>, html: &mut String) {
    let block = place.block;
    let depth = if block.groups.is_empty() { 1 } else { 3 };
    if !block.heading.is_empty() {
        let _ = writeln!(html, "<caption>{}</caption>", escaped(&block.heading));
    }
    head(block, depth, html);
    let rows = place.rows();
    for (nth, at) in rows.iter().enumerate() {
        html.push_str("<tr>");
        if depth == 3 {
            grouped_label(block, &rows, nth, html);
        } else {
            let _ = write!(html, "<th scope=\"row\" class=\"label\">{}</th>", label(&block.rows[*at]));
        }
        for column in 0..block.columns.len() {
            html.push_str(&place.cell(*at, column));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>");
}

/// Writes the printed headers and the start of the body. `labels` is the number of columns left of the figures.
fn head(block: &Block, labels: usize, html: &mut String) {
    let (spans, levels) = layout::headings(block);
    html.push_str("<thead>");
    for level in 0..levels {
        html.push_str("<tr>");
        if level == 0 && labels > 0 {
            let corner = escaped(&block.corner);
            let _ = write!(html, "<th colspan=\"{labels}\" rowspan=\"{levels}\" class=\"label corner\">{corner}</th>");
        }
        for span in spans.iter().filter(|span| span.level == level) {
            let (across, down) = (span.last - span.first + 1, span.end_level - span.level + 1);
            let scope = if across > 1 { "colgroup" } else { "col" };
            let label = escaped(&span.label);
            let _ = write!(html, "<th colspan=\"{across}\" rowspan=\"{down}\" scope=\"{scope}\">{label}</th>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</thead>\n<tbody>\n");
}

/// Writes the label of a row, and before the first row of a group the group's label. A group to which no row refers
/// spans all rows that are in another group or have a number in brackets. The combined row of a group counts as a row
/// of the group.
fn grouped_label(block: &Block, rows: &[usize], nth: usize, html: &mut String) {
    let row = |nth: usize| &block.rows[rows[nth]];
    let over = block.groups.iter().find(|group| !block.rows.iter().any(|row| row.group.as_ref() == Some(&group.id)));
    let group_of = |nth: usize| row(nth).group.as_ref();
    let in_brackets = |nth: usize| row(nth).number.starts_with('（');
    let is_under = |nth: usize| over.is_some() && (group_of(nth).is_some() || in_brackets(nth));
    let run = |same: &dyn Fn(usize) -> bool| (nth..rows.len()).take_while(|nth| same(*nth)).count();
    if let Some(over) = over.filter(|_| is_under(nth) && (nth == 0 || !is_under(nth - 1))) {
        let _ = write!(
            html,
            "<th rowspan=\"{}\" class=\"over\">{}{}</th>",
            run(&is_under),
            escaped(&over.number),
            escaped(&over.label)
        );
    }
    let group = block.groups.iter().find(|group| group_of(nth) == Some(&group.id));
    let same = |other: usize| group_of(other) == group_of(nth);
    if let Some(group) = group.filter(|_| nth == 0 || !same(nth - 1)) {
        let (number, label) = (escaped(&group.number), escaped(&group.label));
        let _ = write!(html, "<th rowspan=\"{}\" class=\"group\">{number}{label}</th>", run(&same));
    }
    let span = 3 - usize::from(is_under(nth)) - usize::from(group.is_some());
    let _ = write!(html, "<th scope=\"row\" colspan=\"{span}\" class=\"label\">{}</th>", label(row(nth)));
}

/// Writes a block with a single row of figures, in which the form's rows are side by side under their headers.
fn across(place: &PagePlace<'_>, html: &mut String) {
    let block = place.block;
    let width = block.columns.len();
    head(block, 0, html);
    html.push_str("<tr>");
    for row in 0..block.rows.len() {
        for column in 0..width {
            html.push_str(&place.cell(row, column));
        }
    }
    html.push_str("</tr></tbody>");
}

fn label(row: &Row) -> String {
    format!("{}{}", escaped(&row.number), escaped(&row.label))
}
