//! Reader of the sheet 设置 in the roster's workbook, which has the settings of all rounds.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{ROSTER, report_year};
use crate::document::{self, Cell, Document, Grid};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::pipeline;
use crate::report::{SETTINGS_SHEET, with_cell_text};
use crate::roster::date_in;
use crate::source::Limits;
use crate::spelling::key;

/// The setting with the date of the round.
const ROUND_DATE: &str = "本轮日期";

/// The settings of a work folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeasonSettings {
    /// Whether the roster has the sheet.
    pub has_sheet: bool,
    /// 年度.
    pub year: Option<u16>,
    /// 县名.
    pub county: Option<String>,
    /// 落款.
    pub sender: Option<String>,
    /// 联系人 and 电话, in one text.
    pub contact: Option<String>,
    /// 报送期限: the due date of units without one of their own.
    pub due: Option<NaiveDate>,
    /// 答复期限.
    pub reply_by: Option<NaiveDate>,
    /// 本轮日期: the date of the last round, or the one that the office has entered for the next.
    pub date: Option<NaiveDate>,
    /// 上年结果: last year's outputs or reports.
    pub previous: Option<PathBuf>,
    /// 本级年报: the county's own report.
    pub official: Option<PathBuf>,
}

/// Reads the settings of a work folder; empty if the roster has no such sheet.
///
/// # Errors
/// `Error` if the workbook cannot be read, or a year or date is not valid.
pub fn read_settings(roster: &Path) -> Result<SeasonSettings> {
    let document = pipeline::read_document(roster)?;
    let given = |why: Message| Error::Given { file: roster.display().to_string(), why };
    let folder = roster.parent().unwrap_or(Path::new(""));
    let text = |name: &str| text(&document, name);
    let date = |name: &str| match text(name) {
        None => Ok(None),
        Some(text) => date_in(&text).map(Some).ok_or_else(|| {
            given(Message::new(
                format!("“设置”表的“{name}”不是日期：“{text}”，请写成 2026-01-31 这样"),
                format!("“{text}” of the settings is no date such as 2026-01-31"),
            ))
        }),
    };
    let year = match text("年度") {
        None => None,
        Some(text) => Some(year_in(&text).ok_or_else(|| {
            given(Message::new(
                format!("“设置”表的“年度”不是年份：“{text}”，请写成 2025 这样"),
                format!("“{text}” of the settings is no year such as 2025"),
            ))
        })?),
    };
    let contact: Vec<String> = ["联系人", "电话"].into_iter().filter_map(text).collect();
    Ok(SeasonSettings {
        has_sheet: sheet(&document).is_some(),
        year,
        county: text("县名"),
        sender: text("落款"),
        contact: (!contact.is_empty()).then(|| contact.join(" ")),
        due: date("报送期限")?,
        reply_by: date("答复期限")?,
        date: date(ROUND_DATE)?,
        previous: text("上年结果").map(|path| folder.join(path)),
        official: text("本级年报").map(|path| folder.join(path)),
    })
}

fn year_in(text: &str) -> Option<u16> {
    report_year(text.trim().trim_end_matches("年度").trim_end_matches('年'))
}

/// Returns the roster's workbook with the date of a round in its settings; `None` if the settings have no line for it, or
/// the workbook cannot be edited. Nothing else changes.
#[must_use]
pub fn with_round_date(workbook: &[u8], date: NaiveDate) -> Option<Vec<u8>> {
    let read = |bytes: &[u8]| document::read(ROSTER, bytes, &Limits::default()).ok();
    let before = read(workbook)?;
    let grid = sheet(&before)?;
    let name = grid.cells().iter().find(|cell| key(&cell.text) == ROUND_DATE)?;
    let place = (name.row, name.column + 1);
    let edited = with_cell_text(workbook, &grid.name, place, &date.to_string())?;
    let after = read(&edited)?;
    let is_set = text(&after, ROUND_DATE).as_deref() == Some(date.to_string().as_str());
    let others = |document: &Document| {
        let of_sheet = |grid: &Grid| {
            let is_other = |cell: &&Cell| grid.name.trim() != SETTINGS_SHEET || (cell.row, cell.column) != place;
            (grid.name.clone(), grid.cells().iter().filter(is_other).cloned().collect::<Vec<_>>())
        };
        document.grids.iter().map(of_sheet).collect::<Vec<_>>()
    };
    (is_set && others(&before) == others(&after)).then_some(edited)
}

/// Returns the sheet of settings.
fn sheet(document: &Document) -> Option<&Grid> {
    document.grids.iter().find(|grid| grid.name.trim() == SETTINGS_SHEET)
}

/// Returns the cell right of a name in the sheet of settings.
fn text(document: &Document, name: &str) -> Option<String> {
    let grid = sheet(document)?;
    let cell = grid.cells().iter().find(|cell| key(&cell.text) == name)?;
    let value = grid.cell(cell.row, cell.column + 1)?.text.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
