//! Layout of workbooks that calamine does not report: hidden rows and columns, and merged cells of some formats.
//!
//! Errors are ignored: a part that cannot be parsed gives no layout, because the values come from calamine in any case.

mod ods;
mod ods_styles;
mod xls;
mod xlsb;

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;

use super::appearance::{Appearance, BookAppearance};
use super::xml::{attribute, for_each_element, number, part};
use super::{Cell, Grid, Region};

pub(super) use ods::of_ods;
pub(super) use ods_styles::may_alter;
pub(super) use xls::{UNCALCULATED, Unknown, font_index, look_of_font, of_xls};
pub(super) use xlsb::of_xlsb;

/// Hidden rows and columns, merged regions and appearance of one sheet. Rows and columns count from zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SheetLayout {
    pub(super) merged: Vec<Region>,
    pub(super) hidden_rows: BTreeSet<u32>,
    pub(super) hidden_columns: BTreeSet<u32>,
    pub(super) appearance: Appearance,
    pub(super) recalculates: bool,
}

impl SheetLayout {
    /// Builds the grid of a sheet with this layout.
    pub(super) fn grid(self, name: &str, mut cells: Vec<Cell>) -> Grid {
        let shown = self.appearance.apply(&mut cells);
        let mut grid = Grid::new(name, cells);
        (grid.typed, grid.shown, grid.recalculates) = (true, shown, self.recalculates);
        grid.merged = self.merged;
        grid.hidden_rows = self.hidden_rows.into_iter().collect();
        grid.hidden_columns = self.hidden_columns.into_iter().collect();
        grid
    }
}

/// Layouts by sheet name.
pub(super) type Layouts = HashMap<String, SheetLayout>;

/// Bound on rows and columns of hidden ranges, which may extend to the sheet's end; no report is as large.
pub(super) const REACH: u32 = 2048;

/// Returns the hidden rows and columns and the appearance of the sheets of an xlsx workbook.
pub(super) fn of_xlsx(bytes: &[u8]) -> Layouts {
    xlsx_layouts(bytes).unwrap_or_default()
}

fn xlsx_layouts(bytes: &[u8]) -> Option<Layouts> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let workbook = part(&mut archive, "xl/workbook.xml")?;
    let relations = part(&mut archive, "xl/_rels/workbook.xml.rels")?;
    let mut targets = HashMap::new();
    for_each_element(&relations, |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    });
    let (mut sheets, mut recalculates) = (Vec::new(), false);
    for_each_element(&workbook, |element| match element.local_name().as_ref() {
        "sheet" => sheets.extend(attribute(element, "name").zip(attribute(element, "id"))),
        "calcPr" => recalculates = is_true(attribute(element, "fullCalcOnLoad")),
        _ => {}
    });
    let mut named = |name: &str| {
        let path = targets.values().find(|path| path.ends_with(name)).cloned();
        path.and_then(|path| part(&mut archive, &path)).unwrap_or_default()
    };
    let book = BookAppearance::parse(&named("/styles.xml"), &named("/sharedStrings.xml"));
    let mut layouts = Layouts::new();
    for (name, id) in sheets {
        let Some(sheet) = targets.get(&id).and_then(|path| part(&mut archive, path)) else {
            continue;
        };
        let layout = if sheet.contains("hidden") { xlsx_sheet(&sheet) } else { SheetLayout::default() };
        let appearance = book.of_sheet(&sheet);
        layouts.insert(name, SheetLayout { appearance, recalculates, ..layout });
    }
    Some(layouts)
}

fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| value == "1" || value == "true")
}

fn xlsx_sheet(xml: &str) -> SheetLayout {
    let mut layout = SheetLayout::default();
    let mut row = 0;
    for_each_element(xml, |element| {
        let hidden = is_true(attribute(element, "hidden"));
        match element.local_name().as_ref() {
            "row" => {
                row = number(element, "r").unwrap_or(row + 1);
                if hidden {
                    layout.hidden_rows.extend(row.checked_sub(1));
                }
            }
            "col" if hidden => {
                let (first, last) = (number(element, "min").unwrap_or(1), number(element, "max").unwrap_or(0));
                layout.hidden_columns.extend((first..=last.min(REACH)).filter_map(|column| column.checked_sub(1)));
            }
            _ => {}
        }
    });
    layout
}
