//! Styles of workbooks (fonts, tints, borders, notes, paper), and drawing of a printed table on a sheet.

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

/// Tint of figures that are certainly wrong.
pub(super) const RED: u32 = 0x00F8_CBAD;
/// Tint of figures to be explained or suspected.
pub(super) const YELLOW: u32 = 0x00FF_E699;
/// Tint of figures with notes.
pub(super) const BLUE: u32 = 0x00DD_EBF7;
/// Tint of cells without a counted figure.
pub(super) const GREY: u32 = 0x00E7_E6E6;
/// Tint of totals that include blanks.
pub(super) const PALE: u32 = 0x00FF_F9DB;
/// Tint of totals that differ after the correction of certain errors.
pub(super) const GREEN: u32 = 0x00E2_EFDA;
/// The legend of the tints of units' figures, the same on every sheet.
pub(super) const LEGEND: &str = "底色：红 必改，黄 待说明，蓝 提示，灰 未计入；原因见批注。";

/// Returns the tint of a severity.
pub(super) fn tint(severity: Severity) -> u32 {
    match severity {
        Severity::MustFix => RED,
        Severity::MustExplain => YELLOW,
        Severity::Note => BLUE,
    }
}

/// Maximum length of a text, in UTF-16 units; a cell can have 32,767.
const LONGEST: usize = 32_000;
/// Maximum length of a note, in UTF-16 units.
const LONGEST_NOTE: usize = 1_500;

/// Returns a workbook without the time of its creation, and with the property that marks it as this program's.
pub(super) fn workbook(title: &str, property: &str) -> Result<Workbook, Failure> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&undated()?.set_title(text(title)).set_custom_property(MARK, property));
    Ok(workbook)
}

/// Returns the properties of a workbook that is the office's own file. The creation date is fixed, since otherwise two
/// files with the same content would differ.
pub(super) fn undated() -> Result<DocProperties, Failure> {
    Ok(DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

fn plain() -> Format {
    Format::new().set_font_name("仿宋").set_font_size(11).set_align(FormatAlign::VerticalCenter).set_text_wrap()
}

fn bordered() -> Format {
    plain().set_border(FormatBorder::Thin)
}

/// Returns the format of a sheet's title.
pub(super) fn title() -> Format {
    plain().set_font_name("宋体").set_font_size(16).set_bold().set_align(FormatAlign::Center)
}

/// Returns the format of text outside the table.
pub(super) fn remark() -> Format {
    plain()
}

/// Returns the format of column headers.
pub(super) fn heading() -> Format {
    bordered()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(0x00F2_F2F2)
}

/// Returns the format of row labels.
pub(super) fn label() -> Format {
    bordered().set_indent(1)
}

/// Returns the format of figures.
pub(super) fn figure() -> Format {
    bordered().set_align(FormatAlign::Center)
}

/// Extends a format to show every decimal place of a value.
pub(super) fn decimals(format: Format, value: Decimal) -> Format {
    match value.normalize().scale() {
        0 => format,
        scale => format.set_num_format(format!("0.{}", "0".repeat(scale as usize))),
    }
}

/// Returns a text without characters that are not allowed in workbooks, shortened to the maximum length.
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

/// Returns a note for a cell, sized for its text.
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

/// The displayed content of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FigureCell {
    /// A number that can be added.
    Number(Decimal),
    /// Any other text as read, in quotes if it looks like a number but cannot be used as one.
    Text(String),
    /// A blank.
    Nothing,
}

impl FigureCell {
    /// Returns the displayed content of a report's figure. A number that cannot be added is shown as text.
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

    /// Like [`of`](Self::of), for columns that are added up: an invalid number is also shown as text.
    pub(super) fn added(figure: Figure<'_>, item: &Indicator) -> Self {
        match Self::of(figure) {
            Self::Number(value) if !item.accepts(value) => Self::Text(format!("“{}”", figure.raw().trim())),
            shown => shown,
        }
    }

    /// Writes the content into a cell.
    pub(super) fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, format: &Format) -> Result<(), Failure> {
        match self {
            // The nearest double of a decimal with up to 15 digits is shown as that decimal.
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

/// Writes a text into a rectangle, which is merged if it is more than one cell.
pub(super) fn put(sheet: &mut Worksheet, at: Area, said: &str, format: &Format) -> Result<(), Failure> {
    let (top, left, bottom, right) = (row(at.top)?, column(at.left)?, row(at.bottom)?, column(at.right)?);
    if (top, left) == (bottom, right) {
        sheet.write_string_with_format(top, left, text(said), format)?;
    } else {
        sheet.merge_range(top, left, bottom, right, &text(said), format)?;
    }
    Ok(())
}

/// Converts a row number to the workbook writer's type.
pub(super) fn row(at: usize) -> Result<u32, Failure> {
    Ok(u32::try_from(at)?)
}

/// Converts a column number to the workbook writer's type.
pub(super) fn column(at: usize) -> Result<u16, Failure> {
    Ok(u16::try_from(at)?)
}

/// A function that writes one figure of a printed table at a row and column.
pub(super) type PutFigure<'a> = dyn FnMut(&mut Worksheet, (u32, u16), usize) -> Result<(), Failure> + 'a;

/// Draws a printed table on a sheet, with its first row at `top`, and sets widths and heights.
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
                // The label of a group is centred over its rows.
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

/// Sets the row heights that the texts need, because merged cells are not sized automatically.
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

/// Returns the height of a row, in points, for a text at a width.
pub(super) fn height(said: &str, width: f64) -> f64 {
    lines(said, width) * 15.0 + 7.0
}

/// Returns the number of lines of a text at a width. A Chinese character is as wide as two digits.
fn lines(said: &str, width: f64) -> f64 {
    let wide = |c: char| if c.is_ascii() { 1.0 } else { 2.1 };
    let of_line = |line: &str| f64::max(1.0, (line.chars().map(wide).sum::<f64>() / f64::max(width - 1.5, 1.0)).ceil());
    said.split('\n').map(of_line).sum()
}

/// Sets the page layout: A4, fit to one page in width, with a footer of date (if given), page numbers and program
/// version, as working papers of the office have it.
pub(super) fn page(sheet: &mut Worksheet, landscape: bool, date: Option<NaiveDate>) {
    let date = date.map(|date| date.to_string()).unwrap_or_default();
    paper(sheet, landscape, &format!("&L{date}&C{PAGES}&Rhuizong {}", env!("CARGO_PKG_VERSION")));
}

/// Sets the page layout of a sheet that leaves the office: the footer has page numbers alone.
pub(super) fn page_for_others(sheet: &mut Worksheet, landscape: bool) {
    paper(sheet, landscape, &format!("&C{PAGES}"));
}

/// Page numbers of a footer.
const PAGES: &str = "第 &P 页　共 &N 页";

fn paper(sheet: &mut Worksheet, landscape: bool, footer: &str) {
    sheet.set_paper_size(9);
    if landscape {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.35);
    sheet.set_print_center_horizontally(true);
    sheet.set_footer(footer);
}

/// Returns the bytes of a workbook, the same whatever system makes them.
pub(super) fn saved(workbook: &mut Workbook) -> Result<Vec<u8>, Failure> {
    let mut bytes = workbook.save_to_buffer()?;
    name_unix(&mut bytes);
    Ok(bytes)
}

/// The system that the entries of an archive name as their maker: Unix, as those of a Word document made here.
const UNIX: u8 = 3;
/// Length of the record at the end of an archive without a comment, and of an entry in its directory without texts.
const END_LENGTH: usize = 22;
const ENTRY_LENGTH: usize = 46;

/// Sets the system that made the entries of an archive, which the library takes from where it runs (APPNOTE 4.4.2).
fn name_unix(archive: &mut [u8]) {
    let number =
        |archive: &[u8], at: usize| archive.get(at..at + 2).map(|two| usize::from(two[0]) | usize::from(two[1]) << 8);
    let Some(end) = archive.len().checked_sub(END_LENGTH) else { return };
    let start = number(archive, end + 16).zip(number(archive, end + 18));
    let Some(mut at) = start.map(|(low, high)| low | high << 16) else { return };
    while archive.get(at..at + 4) == Some(b"PK\x01\x02") {
        archive[at + 5] = UNIX;
        let texts: Option<usize> = [28, 30, 32].into_iter().map(|length| number(archive, at + length)).sum();
        at += ENTRY_LENGTH + texts.unwrap_or_default();
    }
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

    #[test]
    fn every_entry_of_an_archive_names_the_same_system() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet();
        let unix = saved(&mut workbook).expect("a workbook");
        let mut windows = unix.clone();
        let entries: Vec<usize> = memchr::memmem::find_iter(&unix, b"PK\x01\x02").collect();
        for at in &entries {
            windows[at + 5] = 0;
        }
        assert!(entries.len() > 5 && windows != unix);
        name_unix(&mut windows);
        assert_eq!(windows, unix);
        name_unix(&mut []);
        name_unix(&mut [0xFF; END_LENGTH]);
    }
}
