//! `标注/单位.xlsx`: an annotated copy of the unit's own workbook if it sent an xlsx that can be copied; otherwise the
//! figures of its report in the official layout, with the findings marked at their cells.

use rust_xlsxwriter::Worksheet;

use super::annotated_copy::{CellMark, CopyMarks, marked_copy};
use super::by_unit::{self, UnitView};
use super::layout::{self, Area};
use super::marks::{self, Marks};
use super::sheet::{self, FigureCell};
use super::{Failure, Files, file_name, office, own};
use crate::finding::{Severity, number_text};
use crate::form::Form;
use crate::outcome::{Identified, Outcome, Status};
use crate::place::Spot;
use crate::source::base_name;
use crate::submission::Report;

/// Number of lines above a table.
const ABOVE: usize = 2;
/// Width of the column of messages, in characters.
const MESSAGE: f64 = 70.0;

/// Columns of the list of findings, with their widths in characters.
const COLUMNS: [(&str, f64); 8] = [
    ("序号", 6.0),
    ("性质", 9.0),
    ("位置", 30.0),
    ("现填", 12.0),
    ("应为", 10.0),
    ("说明", MESSAGE),
    ("原文件中的位置", 22.0),
    ("规则", 7.0),
];

/// Returns a workbook for each unit with a counted report that has an open finding to fix or to explain, named for the
/// unit.
pub(super) fn workbooks(outcome: &Outcome) -> Result<Files, Failure> {
    // The names are computed over all units, so that a unit's name does not depend on which units have findings.
    let names = file_name::file_names(outcome.corpus.units.iter().map(|unit| unit.name.as_str()));
    let marks = marks::by_entry(outcome);
    let mut books = Vec::new();
    for line in outcome.lines() {
        let (Some(unit), Some(entry)) = (line.unit, line.entry) else { continue };
        let counts = outcome.corpus.entries[entry].disposition == crate::corpus::Disposition::Counted;
        if !counts || !matches!(line.status, Status::Flagged | Status::Queried) {
            continue;
        }
        let (Some((report, form)), Some(marks)) = (outcome.corpus.report_as_sent(entry), marks.get(&entry)) else {
            continue;
        };
        let annotated = Annotated { outcome, entry, report, form, marks };
        let own = outcome.originals.get(&entry).and_then(|original| marked_copy(original, &annotated.copy_marks()));
        let bytes = own.map_or_else(|| annotated.xlsx(), Ok)?;
        books.push((format!("{}.xlsx", names[unit]), bytes));
    }
    Ok(books)
}

/// Returns whether a unit has such a workbook.
pub(super) fn is_annotated(view: &UnitView<'_>) -> bool {
    view.entry.is_some() && matches!(view.status, Status::Flagged | Status::Queried)
}

/// A report to annotate.
struct Annotated<'a> {
    outcome: &'a Outcome,
    entry: usize,
    report: &'a Report,
    form: &'a Form,
    marks: &'a Marks<'a>,
}

impl Annotated<'_> {
    fn xlsx(&self) -> Result<Vec<u8>, Failure> {
        // The title is that of a report's cover page, because the workbook can be corrected and returned as the report.
        let title = format!("{}{}年政府信息公开工作年度报告", self.name(), self.outcome.corpus.year);
        let mut workbook = sheet::workbook(&title, &own::annotated(self.report, self.form))?;
        self.list(&title, workbook.add_worksheet())?;
        for table in 0..self.form.tables.len() {
            self.table(table, workbook.add_worksheet())?;
        }
        sheet::saved(&mut workbook)
    }

    fn name(&self) -> &str {
        self.outcome.unit_name(self.outcome.corpus.entries[self.entry].unit, Some(self.entry))
    }

    fn file(&self) -> &str {
        base_name(&self.outcome.corpus.entries[self.entry].submission.file)
    }

    /// Writes the list of findings, one row for each.
    fn list(&self, title: &str, sheet: &mut Worksheet) -> Result<(), Failure> {
        sheet.set_name("问题")?;
        let last = COLUMNS.len() - 1;
        sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right: last }, title, &sheet::title())?;
        let said = format!(
            "读自：{}。各格的问题另在后面各表中标出。加引号的数字未采用：几格合并成一格，或金额没有注明单位。",
            self.file()
        );
        sheet::put(sheet, Area { top: 1, left: 0, bottom: 1, right: last }, &said, &sheet::remark())?;
        sheet.set_row_height(0, 30)?.set_row_height(1, 22)?;
        for (column, (name, width)) in COLUMNS.into_iter().enumerate() {
            let column = sheet::column(column)?;
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(2, column, name, &sheet::heading())?;
        }
        for (number, identified) in (1_u32..).zip(self.listed()) {
            Self::line(sheet, number, &identified)?;
        }
        sheet.set_freeze_panes(3, 0)?.set_repeat_rows(2, 2)?;
        sheet::page_for_others(sheet, true);
        Ok(())
    }

    /// Returns the findings to list, in the order of the unit's letter, so that the numbers are the same: those of the
    /// unit to fix, those to explain, then the other findings about this report.
    fn listed(&self) -> Vec<Identified<'_>> {
        let unit = self.outcome.corpus.entries[self.entry].unit;
        let is_asked = |found: &Identified<'_>| by_unit::is_open_question(found) && found.finding.unit() == unit;
        let is_mine = |found: &Identified<'_>| found.finding.entry() == Some(self.entry);
        let mut listed: Vec<Identified<'_>> =
            self.outcome.identified().filter(|found| is_mine(found) || is_asked(found)).collect();
        listed.sort_by_key(|found| if is_asked(found) { found.finding.severity } else { Severity::Note });
        listed
    }

    fn line(sheet: &mut Worksheet, number: u32, identified: &Identified) -> Result<(), Failure> {
        let row = number + 2;
        sheet.write_number_with_format(row, 0, number, &sheet::figure())?;
        let texts = Self::texts(identified);
        let tall = texts.iter().zip(&COLUMNS[1..]).filter(|(_, (name, _))| !matches!(*name, "性质" | "应为"));
        let highest = tall.map(|(said, (_, width))| sheet::height(said, width * 0.93)).fold(37.0, f64::max);
        sheet.set_row_height(row, highest.min(400.0))?;
        for (column, said) in (1_u16..).zip(&texts) {
            let format = if matches!(column, 2 | 5) { sheet::label() } else { sheet::figure() };
            sheet.write_string_with_format(row, column, sheet::text(said), &format)?;
        }
        Ok(())
    }

    /// Returns the cells of a finding in the list, without its number.
    fn texts(identified: &Identified) -> [String; 7] {
        let finding = identified.finding;
        let strength = match identified.answer {
            answer if answer.is_settled() => answer.chinese(),
            _ => finding.severity.chinese(),
        };
        let message = finding.in_full().zh.clone();
        let (title, observed) = (finding.title.clone(), finding.observed.clone());
        let (expected, place) = (number_text(finding.expected), office::place_in_file(finding));
        [strength.to_owned(), title, observed, expected, message, place, finding.rule.text().to_owned()]
    }

    /// Returns the marks for a copy of the unit's own workbook.
    fn copy_marks(&self) -> CopyMarks {
        let mut marks = CopyMarks { property: own::annotated(self.report, self.form), ..CopyMarks::default() };
        for (position, found) in &self.marks.figures {
            let figure = self.report.figures.at(*position);
            let (Some(place), Some(severity)) = (figure.place(), marks::heaviest(found)) else { continue };
            let Spot::Sheet { row, column } = place.spot else { continue };
            let open = found.iter().filter(|identified| !identified.answer.is_settled());
            let mut said: Vec<String> = open.filter_map(|identified| Self::wanted(*position, identified)).collect();
            said.push(marks::sentences(found));
            let mark = CellMark { severity, note: said.join("\n") };
            marks.cells.entry(place.sheet.to_string()).or_default().insert((row, column), mark);
        }
        let title = format!(
            "{}{}年年报需要更正或者说明的问题。有问题的格子有底色（红 必改，黄 待说明，蓝 提示），原因见批注；更正后把本文件重新报送，文件名上注明“更正”。序号与整改通知所附问题清单相同。读自：{}。",
            self.name(),
            self.outcome.corpus.year,
            self.file()
        );
        marks.list = vec![vec![title], COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect()];
        for (number, identified) in (1_u32..).zip(self.listed()) {
            let mut row = vec![number.to_string()];
            row.extend(Self::texts(&identified));
            marks.list.push(row);
        }
        marks
    }

    /// Writes a table with the figures as read.
    fn table(&self, table: usize, sheet: &mut Worksheet) -> Result<(), Failure> {
        let spec = &self.form.tables[table];
        sheet.set_name(&spec.name)?;
        let printed = layout::printed(self.form, table, self.report.combined);
        let last = printed.columns - 1;
        let line = |row: usize| Area { top: row, left: 0, bottom: row, right: last };
        let title = format!("{}　{}", spec.name, spec.title);
        sheet::put(sheet, line(0), &title, &sheet::title().set_font_size(14))?;
        sheet::put(sheet, line(1), &format!("{}　读自：{}", self.name(), self.file()), &sheet::remark())?;
        sheet::draw(sheet, &printed, ABOVE, &mut |sheet, at, position| self.figure(sheet, at, position))?;
        sheet.set_row_height(0, 28)?.set_row_height(1, 20)?;
        let mut row = ABOVE + printed.rows;
        let of_table = self.marks.tables.get(&table).map(|found| marks::sentences(found));
        let marked = self.form.of_table(table).any(|position| self.marks.figures.contains_key(&position));
        let none = (of_table.is_none() && !marked).then(|| "本表没有发现问题。".to_owned());
        for said in of_table.into_iter().chain(none) {
            sheet::put(sheet, line(row), &said, &sheet::remark())?;
            sheet.set_row_height(sheet::row(row)?, sheet::height(&said, 90.0).min(400.0))?;
            row += 1;
        }
        if marked {
            sheet::put(sheet, line(row), sheet::LEGEND, &sheet::remark())?;
            sheet.set_row_height(sheet::row(row)?, 22)?;
        }
        sheet::page_for_others(sheet, printed.columns > 10);
        Ok(())
    }

    /// Writes a figure as read, with a note on its findings.
    fn figure(&self, sheet: &mut Worksheet, (row, column): (u32, u16), position: usize) -> Result<(), Failure> {
        let found = self.marks.figures.get(&position).map(Vec::as_slice).unwrap_or_default();
        let format = sheet::figure();
        let format = if found.is_empty() { format } else { format.set_background_color(Self::tint(found)) };
        FigureCell::of(self.report.figures.at(position)).write(sheet, row, column, &format)?;
        let Some(note) = marks::note(self.outcome, self.entry, position, found) else { return Ok(()) };
        let open = found.iter().filter(|identified| !identified.answer.is_settled());
        let mut said: Vec<String> = open.filter_map(|identified| Self::wanted(position, identified)).collect();
        said.push(note);
        sheet.insert_note(row, column, &sheet::note(&said.join("\n")))?;
        Ok(())
    }

    /// Returns the expected or suspected value of a figure, if a finding has one.
    fn wanted(position: usize, identified: &Identified) -> Option<String> {
        let finding = identified.finding;
        if let Some(expected) = finding.expected.filter(|_| finding.figures == [position]) {
            return Some(format!("应为{expected}"));
        }
        let suspects = finding.suspects.iter().flatten().filter(|suspect| suspect.figure == position);
        let mut values: Vec<String> = suspects.map(|suspect| suspect.value_text()).collect();
        values.dedup();
        (!values.is_empty()).then(|| format!("疑为{}", values.join("或")))
    }

    fn tint(found: &[Identified]) -> u32 {
        sheet::tint(marks::heaviest(found).unwrap_or(Severity::Note))
    }
}
