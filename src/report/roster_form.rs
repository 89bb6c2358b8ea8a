//! A blank roster workbook, for an office without a roster.

use rust_xlsxwriter::{DataValidation, Workbook};

use super::Failure;
use super::sheet;
use crate::roster::{Unit, UnitKind};

/// Columns with their widths in characters. Only the first one is required.
const COLUMNS: [(&str, f64); 8] = [
    ("单位名称", 32.0),
    ("类型", 8.0),
    ("别名", 24.0),
    ("应报", 6.0),
    ("截止日期", 13.0),
    ("收到日期", 13.0),
    ("联系人", 10.0),
    ("电话", 16.0),
];
/// Number of rows in which kinds and yes/no answers can be chosen from a list.
const ROWS: u32 = 500;

/// The sheet with the settings of a work folder's rounds.
pub const SETTINGS_SHEET: &str = "设置";
/// The settings, each with its explanation.
const SETTINGS: [(&str, &str); 10] = [
    ("年度", "报告年度，例如 2025；不填就按多数报告上写的年度"),
    ("县名", "用于标题，例如 示例县"),
    ("落款", "通知和通报的落款，例如 示例县人民政府办公室；不填就留〔请填写发文机关〕"),
    ("联系人", "写在通知和通报上"),
    ("电话", "写在通知和通报上"),
    ("报送期限", "例如 2026-01-31；“名册”表“截止日期”未填的单位按这一天。期限以前未报的只作提示"),
    ("答复期限", "要求单位在哪天前更正或答复"),
    ("本轮日期", "通知和通报的日期，也用来判断是否过了期限；在窗口里运行时每轮会问，答的日期由程序记在这里"),
    ("上年结果", "上年的结果文件夹，或者上年年报所在的文件夹，用来与上年比较；可不填"),
    ("本级年报", "本级年报的文件，用来与合计核对；可不填"),
];

/// Returns a workbook with the columns of a roster and a row for each known unit.
///
/// # Errors
/// The error of the workbook writer.
pub fn roster_form(units: &[Unit]) -> Result<Vec<u8>, Failure> {
    let mut workbook = with_roster(units)?;
    sheet::saved(&mut workbook)
}

/// Returns the roster workbook of a work folder, which also has a sheet with settings.
///
/// # Errors
/// The error of the workbook writer.
pub fn season_roster(units: &[Unit], year: Option<u16>, county: Option<&str>) -> Result<Vec<u8>, Failure> {
    let mut workbook = with_roster(units)?;
    let page = workbook.add_worksheet();
    page.set_name(SETTINGS_SHEET)?;
    for (at, (heading, width)) in (0_u16..).zip([("项目", 12.0), ("内容", 40.0), ("说明", 76.0)]) {
        page.set_column_width(at, width)?;
        page.write_with_format(0, at, heading, &sheet::heading())?;
    }
    for (row, (name, said)) in (1_u32..).zip(SETTINGS) {
        page.write_with_format(row, 0, name, &sheet::label())?;
        let known = match name {
            "年度" => year.map(|year| year.to_string()),
            "县名" => county.map(str::to_owned),
            _ => None,
        };
        // Formatted as text, so that a date stays as typed.
        let format = sheet::label().set_num_format("@");
        page.write_string_with_format(row, 1, known.as_deref().unwrap_or_default(), &format)?;
        page.write_with_format(row, 2, said, &sheet::label())?;
    }
    page.set_freeze_panes(1, 0)?;
    sheet::saved(&mut workbook)
}

/// Returns a workbook with the sheet of the roster. It does not bear this program's mark, because it is the office's
/// own file.
fn with_roster(units: &[Unit]) -> Result<Workbook, Failure> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&sheet::undated()?);
    let page = workbook.add_worksheet();
    page.set_name("名册")?;
    for (at, (name, width)) in (0_u16..).zip(COLUMNS) {
        page.set_column_width(at, width)?;
        page.write_with_format(0, at, name, &sheet::heading())?;
    }
    page.set_freeze_panes(1, 1)?;
    for (row, unit) in (1_u32..).zip(units) {
        let texts = [&unit.due, &unit.received, &unit.contact, &unit.phone];
        page.write(row, 0, &unit.name)?;
        if unit.kind != UnitKind::Other {
            page.write(row, 1, unit.kind.chinese())?;
        }
        page.write(row, 2, unit.aliases.join("；"))?;
        page.write(row, 3, if unit.required { "是" } else { "否" })?;
        for (column, text) in (4_u16..).zip(texts) {
            if let Some(text) = text {
                page.write_string(row, column, text)?;
            }
        }
        // Codes are in an additional column at the end, because most rosters have none.
        if unit.id != unit.name {
            page.write_string(0, 8, "单位代码")?;
            page.write_string(row, 8, &unit.id)?;
        }
    }
    let kinds = ["乡镇", "街道", "部门", "其他"];
    page.add_data_validation(1, 1, ROWS, 1, &DataValidation::new().allow_list_strings(&kinds)?)?;
    page.add_data_validation(1, 3, ROWS, 3, &DataValidation::new().allow_list_strings(&["是", "否"])?)?;
    Ok(workbook)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::roster::Roster;
    use crate::source::Limits;

    #[test]
    fn it_is_read_back_as_the_roster_it_is() {
        let unit = |name: &str, kind| Unit { name: name.to_owned(), kind, required: true, ..Unit::default() };
        let units = [unit("甲山镇", UnitKind::Township), unit("财政局", UnitKind::Department)];
        let bytes = roster_form(&units).expect("a workbook");
        // The properties contain the time in seconds.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert_eq!(bytes, roster_form(&units).expect("a workbook"), "the same bytes at another time");
        let document = document::read("名册.xlsx", &bytes, &Limits::default()).expect("readable");
        let roster = Roster::from_rows("名册.xlsx", &document.grids[0].texts()).expect("a roster");
        let read: Vec<(&str, UnitKind)> = roster.units.iter().map(|unit| (unit.name.as_str(), unit.kind)).collect();
        assert_eq!(read, [("甲山镇", UnitKind::Township), ("财政局", UnitKind::Department)]);
    }
}
