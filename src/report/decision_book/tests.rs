#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use super::*;
use crate::decisions::{Decisions, Topic};
use crate::document::{self, Cell, CellKind, Grid};
use crate::source::Limits;

fn grid(name: &str, text: &str) -> Grid {
    let cells = (0_u32..).zip(text.lines()).flat_map(|(row, line)| {
        let cells = (0_u32..).zip(line.split(',')).filter(|(_, text)| !text.is_empty());
        cells.map(move |(column, text)| {
            let kind = if text.parse::<f64>().is_ok() { CellKind::Number } else { CellKind::Text };
            Cell { row, column, kind, text: text.into(), formula: None }
        })
    });
    Grid::new(name, cells.collect())
}

fn read(bytes: &[u8]) -> Decisions {
    let document = document::read("办理单.xlsx", bytes, &Limits::default()).expect("a workbook");
    Decisions::from_grids(document.grids).expect("decisions")
}

#[test]
fn a_blank_book_has_the_four_sheets() {
    let decisions = read(&blank_decision_book().expect("a workbook"));
    let topics: Vec<Option<Topic>> = decisions.sheets.iter().map(|sheet| sheet.topic).collect();
    assert_eq!(topics, Topic::ALL.map(Some));
    assert_eq!(decisions.digest([]), Decisions::default().digest([]));
}

#[test]
fn own_columns_own_sheets_and_the_order_of_rows_survive() {
    let explanations = "张三的表\n备注,采纳,单位说明,编号,指纹\n已电话联系,是,合并,Y01-b,f2\n3,,,Y01-a,f1";
    let grids = vec![grid("说明", explanations), grid("电话", "甲镇,88\n乙镇,99")];
    let first = Decisions::from_grids(grids).expect("decisions");
    let bytes = write::xlsx(&BookDraft::of(&first), &["甲镇", "乙镇"]).expect("a workbook");
    let second = read(&bytes);
    assert_eq!(second.digest([]), first.digest([]));
    let sheet = &second.sheets[0];
    let texts = sheet.grid.texts();
    assert_eq!(texts[0][0], "张三的表");
    assert_eq!(texts[2][..5], ["已电话联系", "是", "合并", "Y01-b", "f2"]);
    assert_eq!(sheet.grid.cell(3, 0).map(|cell| cell.kind), Some(CellKind::Number));
    assert_eq!(
        texts[1][5..],
        ["单位", "规则", "问题", "经办人", "日期", "来文"],
        "columns that are not there come last"
    );
    let own = second.sheets.iter().find(|sheet| &*sheet.grid.name == "电话").expect("the office's own sheet");
    assert_eq!(own.grid.texts(), [["甲镇", "88"], ["乙镇", "99"]]);
    // Written a second time, nothing changes.
    let again = write::xlsx(&BookDraft::of(&second), &["甲镇", "乙镇"]).expect("a workbook");
    assert_eq!(again, write::xlsx(&BookDraft::of(&read(&again)), &["甲镇", "乙镇"]).expect("a workbook"));
}
