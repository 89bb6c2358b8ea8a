//! Styles of workbooks: fonts, tints, borders, notes, paper; and putting a printed table on a sheet.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet};

use super::Failure;
use super::layout::{Area, Printed, PrintedContent};
use super::own::MARK;
use crate::amount::{self, State};
use crate::finding::Severity;
use crate::form::Indicator;
use crate::submission::Figure;

/// Certainly wrong.
pub(super) const RED: u32 = 0x00F8_CBAD;
/// To be explained, or suspected.
pub(super) const YELLOW: u32 = 0x00FF_E699;
/// Worth knowing.
pub(super) const BLUE: u32 = 0x00DD_EBF7;
/// Nothing here.
pub(super) const GREY: u32 = 0x00E7_E6E6;
/// A total with blanks in it.
pub(super) const PALE: u32 = 0x00FF_F9DB;
/// A total that is another once certain errors are mended.
pub(super) const GREEN: u32 = 0x00E2_EFDA;
/// What the tints of units' figures mean, the same on every sheet.
pub(super) const LEGEND: &str = "底色：红 必改，黄 待说明，蓝 提示，灰 未计入；原因见批注。";

/// Returns the tint of a strength.
pub(super) fn tint(severity: Severity) -> u32 {
    match severity {
        Severity::MustFix => RED,
        Severity::MustExplain => YELLOW,
        Severity::Note => BLUE,
    }
}

/// Most UTF-16 units of a text; a cell takes 32,767.
const LONGEST: usize = 32_000;
/// Most of them in a note.
const LONGEST_NOTE: usize = 1_500;

/// Returns a workbook that says nothing of the time it was made, and by a property that this program made it.
pub(super) fn workbook(title: &str, property: &str) -> Result<Workbook, Failure> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&undated()?.set_title(text(title)).set_custom_property(MARK, property));
    Ok(workbook)
}

/// Returns the properties of a workbook that is the office's own file: one day of creation for all, since the clock
/// would make two of the same content differ.
pub(super) fn undated() -> Result<DocProperties, Failure> {
    Ok(DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

fn plain() -> Format {
    Format::new().set_font_name("仿宋").set_font_size(11).set_align(FormatAlign::VerticalCenter).set_text_wrap()
}

fn bordered() -> Format {
    plain().set_border(FormatBorder::Thin)
}

/// Returns the line over a sheet.
pub(super) fn title() -> Format {
    plain().set_font_name("宋体").set_font_size(16).set_bold().set_align(FormatAlign::Center)
}

/// Returns a line of text outside the table.
pub(super) fn remark() -> Format {
    plain()
}

/// Returns a heading of columns.
pub(super) fn heading() -> Format {
    bordered()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(0x00F2_F2F2)
}

/// Returns what a row is called.
pub(super) fn label() -> Format {
    bordered().set_indent(1)
}

/// Returns a figure.
pub(super) fn figure() -> Format {
    bordered().set_align(FormatAlign::Center)
}

/// Returns the same, showing every decimal of a value.
pub(super) fn decimals(format: Format, value: Decimal) -> Format {
    match value.normalize().scale() {
        0 => format,
        scale => format.set_num_format(format!("0.{}", "0".repeat(scale as usize))),
    }
}

/// Returns a text that no reader of workbooks stumbles over.
pub(super) fn text(text: &str) -> String {
    cut(text, LONGEST)
}

fn cut(text: &str, longest: usize) -> String {
    let fine = |c: &char| (!c.is_control() || matches!(c, '\n' | '\t')) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let mut length = 0;
    let mut short: String = String::new();
    for c in text.chars().filter(fine) {
        length += c.len_utf16();
        if length > longest {
            short.push('…');
            break;
        }
        short.push(c);
    }
    short
}

/// Returns a note at a cell, wide enough to be read.
pub(super) fn note(said: &str) -> Note {
    let said = cut(said, LONGEST_NOTE);
    let height = (lines(&said, 44.0) * 16.0 + 12.0).clamp(40.0, 480.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 40 and 480")]
    let height = height as u32;
    Note::new(said)
        .set_author("huizong")
        .add_author_prefix(false)
        .set_font_name("宋体")
        .set_font_size(9)
        .set_width(300)
        .set_height(height)
}

/// What is shown of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FigureCell {
    /// A number that can be added.
    Number(Decimal),
    /// Anything else that stands there, as it stood; in quotes where it looks like a number and cannot be used as one.
    Text(String),
    /// Nothing: a blank stays one.
    Nothing,
}

impl FigureCell {
    /// Returns what is shown of a report's figure. A number that cannot be added to others' is text.
    pub(super) fn of(figure: Figure<'_>) -> Self {
        match (figure.state, figure.value) {
            (State::Number, Some(value)) if figure.addable => Self::Number(value),
            (State::Number | State::Text | State::NotApplicable, _) if !figure.raw().trim().is_empty() => {
                let raw = figure.raw();
                let like_number = amount::read(&raw).state == State::Number;
                Self::Text(if like_number { format!("“{raw}”") } else { raw.into_owned() })
            }
            _ => Self::Nothing,
        }
    }

    /// Returns what is shown of a figure where the column is added up: a number that can be no figure here is text too.
    pub(super) fn added(figure: Figure<'_>, item: &Indicator) -> Self {
        match Self::of(figure) {
            Self::Number(value) if !item.accepts(value) => Self::Text(format!("“{}”", figure.raw().trim())),
            shown => shown,
        }
    }

    /// Puts it into a cell.
    pub(super) fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, format: &Format) -> Result<(), Failure> {
        match self {
            // The double nearest to a decimal of up to 15 digits is shown as that decimal.
            Self::Number(value) => {
                let format = decimals(format.clone(), *value);
                sheet.write_number_with_format(row, column, value.to_string().parse::<f64>()?, &format)?
            }
            Self::Text(raw) => sheet.write_string_with_format(row, column, text(raw), format)?,
            Self::Nothing => sheet.write_blank(row, column, format)?,
        };
        Ok(())
    }
}

/// Puts a text over a rectangle; a single cell is not merged.
pub(super) fn put(sheet: &mut Worksheet, at: Area, said: &str, format: &Format) -> Result<(), Failure> {
    let (top, left, bottom, right) = (row(at.top)?, column(at.left)?, row(at.bottom)?, column(at.right)?);
    if (top, left) == (bottom, right) {
        sheet.write_string_with_format(top, left, text(said), format)?;
    } else {
        sheet.merge_range(top, left, bottom, right, &text(said), format)?;
    }
    Ok(())
}

/// Returns a row number as workbooks count them.
pub(super) fn row(at: usize) -> Result<u32, Failure> {
    Ok(u32::try_from(at)?)
}

/// Returns a column number as workbooks count them.
pub(super) fn column(at: usize) -> Result<u16, Failure> {
    Ok(u16::try_from(at)?)
}

/// Puts one figure of a printed table at a row and column.
pub(super) type PutFigure<'a> = dyn FnMut(&mut Worksheet, (u32, u16), usize) -> Result<(), Failure> + 'a;

/// Puts a printed table on a sheet, its first row at `top`, with widths and heights to match.
pub(super) fn draw(
    sheet: &mut Worksheet,
    printed: &Printed,
    top: usize,
    put_figure: &mut PutFigure,
) -> Result<(), Failure> {
    let widths = widths(printed);
    for (at, width) in widths.iter().enumerate() {
        sheet.set_column_width(column(at)?, *width)?;
    }
    let mut texts = Vec::new();
    for cell in &printed.cells {
        let area = Area { top: top + cell.area.top, bottom: top + cell.area.bottom, ..cell.area };
        match &cell.content {
            PrintedContent::Heading(said) => {
                put(sheet, area, said, &heading())?;
                texts.push((area, said.as_str()));
            }
            PrintedContent::Label(said) => {
                // The name of a group stands in the middle of its rows.
                put(sheet, area, said, &if area.top == area.bottom { label() } else { figure() })?;
                texts.push((area, said.as_str()));
            }
            PrintedContent::Figure(position) => {
                if area.left != area.right {
                    put(sheet, area, "", &figure())?;
                }
                put_figure(sheet, (row(area.top)?, column(area.left)?), *position)?;
            }
        }
    }
    set_heights(sheet, &texts, &widths, top..top + printed.rows)
}

fn widths(printed: &Printed) -> Vec<f64> {
    let stub: &[f64] = match printed.stub {
        0 => &[],
        1 => &[26.0],
        _ => &[8.0, 16.0],
    };
    let figures = printed.columns - printed.stub;
    let of_figure = match figures {
        0..=4 => 20.0,
        5..=8 => 9.5,
        _ => 9.0,
    };
    let rest = std::iter::repeat_n(36.0, printed.stub.saturating_sub(stub.len()));
    stub.iter().copied().chain(rest).chain(std::iter::repeat_n(of_figure, figures)).collect()
}

/// Rows as high as the texts over them need; merged cells do not do that by themselves.
pub(super) fn set_heights(
    sheet: &mut Worksheet,
    texts: &[(Area, &str)],
    widths: &[f64],
    rows: std::ops::Range<usize>,
) -> Result<(), Failure> {
    let needed = |area: Area, said: &str| height(said, widths[area.left..=area.right].iter().sum());
    let mut heights = vec![height("", 1.0); rows.len()];
    let (single, several): (Vec<_>, Vec<_>) = texts.iter().copied().partition(|(area, _)| area.top == area.bottom);
    for (area, said) in single.into_iter().chain(several) {
        let (top, bottom) = (area.top - rows.start, area.bottom - rows.start);
        let above: f64 = heights[top..bottom].iter().sum();
        heights[bottom] = f64::max(heights[bottom], needed(area, said) - above);
    }
    for (at, height) in rows.zip(heights) {
        sheet.set_row_height(row(at)?, height.min(400.0))?;
    }
    Ok(())
}

/// Returns how high a row must be for a text at a width.
pub(super) fn height(said: &str, width: f64) -> f64 {
    lines(said, width) * 15.0 + 7.0
}

/// Returns how many lines a text takes at a width; a Chinese character is as wide as two digits.
fn lines(said: &str, width: f64) -> f64 {
    let wide = |c: char| if c.is_ascii() { 1.0 } else { 2.1 };
    let of_line = |line: &str| f64::max(1.0, (line.chars().map(wide).sum::<f64>() / f64::max(width - 1.5, 1.0)).ceil());
    said.split('\n').map(of_line).sum()
}

/// Sets the paper: A4, as wide as the sheet, with page numbers, the date of the letters where it is given, and the
/// program.
pub(super) fn page(sheet: &mut Worksheet, landscape: bool, date: Option<NaiveDate>) {
    sheet.set_paper_size(9);
    if landscape {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.35);
    sheet.set_print_center_horizontally(true);
    let date = date.map(|date| date.to_string()).unwrap_or_default();
    sheet.set_footer(format!("&L{date}&C第 &P 页　共 &N 页&Rhuizong {}", env!("CARGO_PKG_VERSION")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_a_cell_and_hold_nothing_xml_refuses() {
        assert_eq!(text("甲\u{0}\u{1b}山\n镇\u{ffff}"), "甲山\n镇");
        assert_eq!(cut("一二三", 2), "一二…");
        assert_eq!(cut("😀😀", 3), "😀…");
        assert!(text(&"=".repeat(100_000)).len() < 32_767);
    }

    #[test]
    fn every_decimal_is_shown() {
        let format = |value: &str| decimals(figure(), value.parse().expect("a number"));
        assert_eq!(format("12.00"), figure());
        assert_eq!(format("5949.088667"), figure().set_num_format("0.000000"));
    }
}
