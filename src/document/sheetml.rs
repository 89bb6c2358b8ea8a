//! Workbooks as a single XML file (`SpreadsheetML` of 2003), usually named .xls.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use quick_xml::events::BytesStart;

use chrono::NaiveDate;

use super::appearance::{Appearance, CellStyle};
use super::charset::decode_markup;
use super::emphasis::{Look, MarkedText};
use super::layout::REACH;
use super::xml::{self, XmlHandler, attribute, number};
use super::{Cell, CellKind, Format, Grid, Region, Unreadable};
use crate::amount;
use crate::source::{Limit, Limits};

/// Bound on row and column indices, larger than any sheet.
const BOUND: u32 = 1 << 20;

/// Reads every worksheet.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::SpreadsheetXml, why);
    let text = decode_markup(bytes).ok_or_else(|| damaged("no known encoding".to_owned()))?;
    let mut walk = SheetmlWalk::default();
    xml::parse(&text, Format::SpreadsheetXml, limits, &mut walk)?;
    Ok(walk.grids)
}

/// Parser state. Rows and columns count from zero; `next_…` are those of an element without an index.
#[derive(Default)]
struct SheetmlWalk {
    grids: Vec<Grid>,
    /// Number of cells in all sheets.
    count: u64,
    name: String,
    cells: Vec<Cell>,
    merged: Vec<Region>,
    hidden_rows: Vec<u32>,
    hidden_columns: BTreeSet<u32>,
    row: u32,
    next_row: u32,
    column: u32,
    next_column: u32,
    cell: OpenSheetCell,
    styles: BTreeMap<String, (Option<String>, bool)>,
    /// The id of the style being read.
    style: Option<String>,
    appearance: Appearance,
    in_data: bool,
    /// Nesting depth within a cell's comment, which has a `Data` element of its own.
    comments: u32,
    in_visibility: bool,
    hidden: bool,
}

#[derive(Default)]
struct OpenSheetCell {
    kind: Option<CellKind>,
    text: MarkedText,
    /// Nesting depth within struck-out and within raised text.
    struck: u32,
    raised: u32,
    formula: Option<String>,
    across: u32,
    style: Option<String>,
}

impl OpenSheetCell {
    /// Enters an element that formats a part of the text.
    fn enter_look(&mut self, name: &str) {
        *if name == "S" { &mut self.struck } else { &mut self.raised } += 1;
        self.set_look();
    }

    fn leave_look(&mut self, name: &str) {
        let depth = if name == "S" { &mut self.struck } else { &mut self.raised };
        *depth = depth.saturating_sub(1);
        self.set_look();
    }

    fn set_look(&mut self) {
        self.text.set_look(Look { struck: self.struck > 0, raised: self.raised > 0 });
    }
}

impl SheetmlWalk {
    fn end_cell(&mut self) {
        let mut cell = std::mem::take(&mut self.cell);
        let own = cell.text.take();
        self.next_column = self.column.saturating_add(cell.across).saturating_add(1);
        let (kind, text) = match (cell.kind, &cell.formula) {
            (Some(CellKind::Number), _) => match own.trim().parse().ok().and_then(amount::from_double) {
                Some(shown) => (CellKind::Number, shown),
                None => (CellKind::Error, own),
            },
            (Some(CellKind::Text), None) if own.trim().is_empty() => return,
            (Some(CellKind::Date), _) => match serial_number(&own) {
                Some(serial) => (CellKind::Number, serial.to_string()),
                None => (CellKind::Date, own),
            },
            (Some(kind), _) => (kind, own),
            (None, Some(_)) => (CellKind::NoResult, String::new()),
            (None, None) => return,
        };
        // Formulas are in R1C1 notation, which is not evaluated. A formula is kept only to show why there is no value.
        let formula = cell.formula.filter(|_| kind == CellKind::NoResult).map(CompactString::from);
        let style = self.styles.get(cell.style.as_deref().unwrap_or("Default"));
        let is_figure_as_date = cell.kind == Some(CellKind::Date) && kind == CellKind::Number;
        let format = if is_figure_as_date { Some("yyyy/m/d") } else { style.and_then(|(format, _)| format.as_deref()) };
        let struck = style.is_some_and(|(_, struck)| *struck);
        self.appearance.add((self.row, self.column), &CellStyle::new(format, struck));
        self.count += 1;
        self.cells.push(Cell { row: self.row, column: self.column, kind, text: text.into(), formula });
    }

    /// Reads the number format or the font of a style.
    fn describe_style(&mut self, element: &BytesStart<'_>) {
        let Some(id) = self.style.clone() else { return };
        let style = self.styles.entry(id).or_default();
        if element.local_name().as_ref() == "Font" {
            style.1 = attribute(element, "StrikeThrough").is_some_and(|value| value == "1");
        } else {
            style.0 = attribute(element, "Format").and_then(|format| match format.as_str() {
                "Percent" => Some("0.00%".to_owned()),
                // Names of built-in formats that show the number.
                "General" | "General Number" | "Fixed" | "Standard" | "Currency" | "Euro Currency" | "Scientific" => {
                    None
                }
                _ => Some(format),
            });
        }
    }

    fn end_sheet(&mut self) {
        let mut cells = std::mem::take(&mut self.cells);
        let shown = self.appearance.apply(&mut cells);
        let mut grid = Grid::new(&self.name, cells);
        grid.shown = shown;
        grid.hidden = self.hidden;
        grid.typed = true;
        grid.merged = std::mem::take(&mut self.merged);
        grid.hidden_rows = std::mem::take(&mut self.hidden_rows);
        grid.hidden_columns = std::mem::take(&mut self.hidden_columns).into_iter().collect();
        grid.hidden_rows.sort_unstable();
        self.grids.push(grid);
    }
}

/// Returns the serial number of a date before 1980. Such a date is a figure in a date format, because no report is that
/// old.
fn serial_number(iso: &str) -> Option<i64> {
    let (date, time) = iso.trim().split_once('T').unwrap_or((iso.trim(), ""));
    let date: NaiveDate = date.parse().ok()?;
    // Excel counts 29 February 1900, which did not exist.
    let first = if date < NaiveDate::from_ymd_opt(1900, 3, 1)? { (1899, 12, 31) } else { (1899, 12, 30) };
    let days = (date - NaiveDate::from_ymd_opt(first.0, first.1, first.2)?).num_days();
    let is_midnight = time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    (is_midnight && days >= 0 && date < NaiveDate::from_ymd_opt(1980, 1, 1)?).then_some(days)
}

impl XmlHandler for SheetmlWalk {
    fn start(&mut self, element: &BytesStart<'_>) {
        let index = || number(element, "Index").and_then(|index| index.checked_sub(1));
        let is_hidden = || attribute(element, "Hidden").is_some_and(|value| value == "1");
        if self.comments > 0 || element.local_name().as_ref() == "Comment" {
            self.comments += 1;
            return;
        }
        match element.local_name().as_ref() {
            "Worksheet" => {
                let (grids, styles) = (std::mem::take(&mut self.grids), std::mem::take(&mut self.styles));
                *self = Self { grids, styles, count: self.count, ..Self::default() };
                self.name = attribute(element, "Name").unwrap_or_default();
            }
            "Style" => self.style = attribute(element, "ID"),
            "NumberFormat" | "Font" if self.style.is_some() && !self.in_data => self.describe_style(element),
            "Column" => {
                let first = index().unwrap_or(self.next_column);
                let last = first.saturating_add(number(element, "Span").unwrap_or(0)).min(BOUND);
                self.next_column = last.saturating_add(1);
                if is_hidden() {
                    self.hidden_columns.extend(first..=last.min(REACH));
                }
            }
            "Row" => {
                self.row = index().unwrap_or(self.next_row).min(BOUND);
                self.next_row = self.row.saturating_add(number(element, "Span").unwrap_or(0)).saturating_add(1);
                self.next_column = 0;
                if is_hidden() {
                    self.hidden_rows.push(self.row);
                }
            }
            "Cell" => {
                self.column = index().unwrap_or(self.next_column).min(BOUND);
                let (across, down) = (number(element, "MergeAcross"), number(element, "MergeDown"));
                let (across, down) = (across.unwrap_or(0).min(BOUND), down.unwrap_or(0).min(BOUND));
                if across + down > 0 {
                    let (top, left) = (self.row, self.column);
                    self.merged.push(Region { top, left, bottom: top + down, right: left + across });
                }
                let formula = attribute(element, "Formula").map(|formula| formula.trim_start_matches('=').to_owned());
                let style = attribute(element, "StyleID");
                self.cell = OpenSheetCell { formula, across, style, ..OpenSheetCell::default() };
            }
            "Visible" => self.in_visibility = true,
            name @ ("S" | "Sup" | "Sub") if self.in_data => self.cell.enter_look(name),
            "Data" => {
                self.in_data = true;
                self.cell.kind = Some(match attribute(element, "Type").as_deref() {
                    Some("Number") => CellKind::Number,
                    Some("DateTime") => CellKind::Date,
                    Some("Boolean") => CellKind::Boolean,
                    Some("Error") => CellKind::Error,
                    _ => CellKind::Text,
                });
            }
            _ => {}
        }
    }

    fn characters(&mut self, text: &str) {
        if self.comments > 0 {
            return;
        }
        if self.in_data {
            self.cell.text.push_str(text);
        }
        // The text is SheetHidden or SheetVeryHidden for a hidden sheet.
        self.hidden |= self.in_visibility && text.trim().ends_with("Hidden");
    }

    fn end(&mut self, name: &str) {
        if self.comments > 0 {
            self.comments -= 1;
            return;
        }
        match name {
            "S" | "Sup" | "Sub" if self.in_data => self.cell.leave_look(name),
            "Data" => self.in_data = false,
            "Visible" => self.in_visibility = false,
            "Style" => self.style = None,
            "Cell" => self.end_cell(),
            // The options of a sheet follow its table, so the sheet is finished at its own end.
            "Worksheet" => self.end_sheet(),
            _ => {}
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Limit> {
        limits.allow(Limit::Cells, self.count)?;
        limits.allow(Limit::Entries, self.grids.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_text_and_struck_parts_are_marked() {
        let cell = |inner: &str| {
            let xml = format!(
                "<Workbook xmlns='u' xmlns:ss='u'><Worksheet ss:Name='s'><Table><Row><Cell>{inner}</Cell></Row></Table></Worksheet></Workbook>"
            );
            let grids = read(xml.as_bytes(), &Limits::default()).expect("a workbook");
            grids[0].cell(0, 0).map(|cell| (cell.kind, cell.text.to_string()))
        };
        let number = |text: &str| format!("<Data ss:Type='Number'>{text}</Data>");
        let comment = "<Comment ss:Author='x'><ss:Data xmlns='http://www.w3.org/TR/REC-html40'><B>x:</B><Font>3</Font></ss:Data></Comment>";
        assert_eq!(cell(&(number("124") + comment)), Some((CellKind::Number, "124".to_owned())));
        assert_eq!(cell(&(comment.to_owned() + &number("124"))), Some((CellKind::Number, "124".to_owned())));
        assert_eq!(cell(comment), None);
        let text = "<ss:Data ss:Type='String'><Font><S>99</S></Font><Font>12</Font></ss:Data>";
        assert_eq!(cell(text), Some((CellKind::Text, "~~99~~12".to_owned())));
        assert_eq!(
            cell("<ss:Data ss:Type='String'>12<Sup>2</Sup></ss:Data>"),
            Some((CellKind::Text, "12^2".to_owned()))
        );
    }

    #[test]
    fn figures_shown_as_dates_are_what_is_stored() {
        for (iso, serial) in [
            ("1899-12-31T00:00:00.000", Some(0)),
            ("1900-01-12T00:00:00.000", Some(12)),
            ("1900-02-28T00:00:00.000", Some(59)),
            ("1900-03-01T00:00:00.000", Some(61)),
            ("1979-12-31", Some(29220)),
            ("2024-12-31T00:00:00.000", None),
            ("1900-01-12T12:00:00.000", None),
            ("1899-12-30", None),
            ("x", None),
        ] {
            assert_eq!(serial_number(iso), serial, "{iso}");
        }
        let xml = "<Workbook xmlns='u' xmlns:ss='u'><Styles><Style ss:ID='Default'><Font/></Style>
            <Style ss:ID='w'><NumberFormat ss:Format='0!.0,'/></Style><Style ss:ID='s'><Font ss:StrikeThrough='1'/></Style></Styles>
            <Worksheet ss:Name='s'><Table><Row><Cell ss:StyleID='w'><Data ss:Type='Number'>35000</Data></Cell>
            <Cell ss:StyleID='s'><Data ss:Type='Number'>9</Data></Cell><Cell><Data ss:Type='DateTime'>1900-01-12T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>";
        let grids = read(xml.as_bytes(), &Limits::default()).expect("a workbook");
        let texts: Vec<&str> = grids[0].cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["35000", "~~9~~", "12"]);
        assert_eq!(grids[0].shown.keys().collect::<Vec<_>>(), [&(0, 0), &(0, 2)]);
    }

    #[test]
    fn cells_stand_where_their_indexes_say() {
        let xml = r#"<?xml version="1.0"?><Workbook xmlns="u" xmlns:ss="u"><Worksheet ss:Name="年报"><Table>
            <Column ss:Hidden="1"/><Row ss:Index="3" ss:Hidden="1"><Cell ss:MergeAcross="1"><Data ss:Type="String">规章</Data></Cell>
            <Cell><Data ss:Type="Number">12.50</Data></Cell><Cell ss:Index="6" ss:Formula="=SUM(RC[-1])"/></Row>
            <Row><Cell><Data ss:Type="String"><B>许</B>可&#10;</Data></Cell></Row></Table></Worksheet>
            <Worksheet ss:Name="旧"><Table/><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"#;
        let grids = read(xml.as_bytes(), &Limits::default()).expect("a workbook");
        let grid = &grids[0];
        let at = |row, column| grid.cell(row, column).map(|cell| (cell.kind, cell.text.as_str()));
        assert_eq!(at(2, 0), Some((CellKind::Text, "规章")));
        assert_eq!(at(2, 2), Some((CellKind::Number, "12.5")));
        assert_eq!(at(2, 5), Some((CellKind::NoResult, "")));
        assert_eq!(at(3, 0), Some((CellKind::Text, "许可\n")));
        assert!(grids[1].hidden && !grid.hidden);
        assert_eq!((&*grid.name, grid.region(2, 1).is_some()), ("年报", true));
        assert!(grid.is_hidden(2, 5) && grid.is_hidden(3, 0) && !grid.is_hidden(3, 1));
    }
}
