//! A roster to fill in: the workbook an office gets that has none.

use rust_xlsxwriter::{DataValidation, Workbook};

use super::Failure;
use super::sheet;
use crate::roster::{Unit, UnitKind};

/// Columns with their widths in characters. Only the first is needed.
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
/// Rows in which types and answers can be chosen from a list.
const ROWS: u32 = 500;

/// Returns a workbook with the columns of a roster and a row for each unit known so far.
///
/// # Errors
/// What the writer of workbooks says.
pub fn roster_form(units: &[Unit]) -> Result<Vec<u8>, Failure> {
    // No mark of this program: it is the office's own file from now on.
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name("名册")?;
    for (at, (name, width)) in (0_u16..).zip(COLUMNS) {
        page.set_column_width(at, width)?;
        page.write_with_format(0, at, name, &sheet::heading())?;
    }
    page.set_freeze_panes(1, 1)?;
    for (row, unit) in (1_u32..).zip(units) {
        page.write(row, 0, &unit.name)?;
        if unit.kind != UnitKind::Other {
            page.write(row, 1, unit.kind.chinese())?;
        }
        page.write(row, 2, unit.aliases.join("；"))?;
        page.write(row, 3, if unit.required { "是" } else { "否" })?;
    }
    let kinds = ["乡镇", "街道", "部门", "其他"];
    page.add_data_validation(1, 1, ROWS, 1, &DataValidation::new().allow_list_strings(&kinds)?)?;
    page.add_data_validation(1, 3, ROWS, 3, &DataValidation::new().allow_list_strings(&["是", "否"])?)?;
    Ok(workbook.save_to_buffer()?)
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
        let document = document::read("名册.xlsx", &bytes, &Limits::default()).expect("readable");
        let roster = Roster::from_rows("名册.xlsx", &document.grids[0].texts()).expect("a roster");
        let read: Vec<(&str, UnitKind)> = roster.units.iter().map(|unit| (unit.name.as_str(), unit.kind)).collect();
        assert_eq!(read, [("甲山镇", UnitKind::Township), ("财政局", UnitKind::Department)]);
    }
}
