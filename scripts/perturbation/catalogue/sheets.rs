//! Perturbations of the sheets of a workbook.

use super::super::case::{BOOKS, Case, Format, LineKind, Part, Sheet};
use super::super::grid::{Grid, Role};
use super::super::random::Random;
use super::{Entry, neighbours};

/// Workbooks in which a sheet can be hidden.
const HIDING: &[Format] = &[Format::Xlsx, Format::Ods, Format::Fods, Format::SheetMl];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "s-per-table",
        "each table on a sheet of its own",
        &["sheets", "sheet name", "order"],
        BOOKS,
        |case, _| per_table(case),
    ),
    Entry::new(
        "s-per-table-lines",
        "each table on a sheet of its own, each with title and unit line, short and long",
        &["sheets", "sheet name", "order", "title", "unit line"],
        BOOKS,
        |case, random| {
            let year = case.year;
            if !per_table(case) {
                return false;
            }
            let names = [case.body.middle(), case.body.short.clone(), case.body.full()];
            let start = random.below(3);
            case.remove_lines(LineKind::Unit);
            case.remove_lines(LineKind::Title);
            for (at, sheet) in case.sheets.iter_mut().enumerate() {
                let name = &names[(start + at) % 3];
                sheet.parts.insert(0, Part::Text(LineKind::Unit, format!("填报单位：{name}")));
                sheet.parts.insert(0, Part::Text(LineKind::Title, format!("{year}年政府信息公开工作年度报告")));
            }
            true
        },
    )
    .rostered(),
    Entry::new(
        "s-per-table-measure",
        "each table on a sheet of its own, each with a line 单位：件、次",
        &["sheets", "sheet name", "order", "measure line"],
        BOOKS,
        |case, _| {
            if !per_table(case) {
                return false;
            }
            for sheet in &mut case.sheets {
                let at = sheet.parts.iter().position(|part| matches!(part, Part::Table(_))).unwrap_or(0);
                sheet.parts.insert(at, Part::Text(LineKind::Furniture, "单位：件、次".to_owned()));
            }
            true
        },
    ),
    Entry::new(
        "s-template",
        "a sheet 模板 without figures beside the filled one",
        &["other sheet"],
        BOOKS,
        |case, random| {
            let name = ["模板", "空表", "年报模板"][random.below(3)];
            let sheet = blank(case, name, "");
            add(case, sheet, random)
        },
    ),
    Entry::new(
        "s-zero-template",
        "a sheet 模板 full of zeros beside the filled one",
        &["other sheet"],
        BOOKS,
        |case, random| {
            let sheet = blank(case, "模板", "0");
            add(case, sheet, random)
        },
    ),
    Entry::new(
        "s-example",
        "a sheet 填报示例 with figures of nobody beside the unit's own",
        &["other sheet"],
        BOOKS,
        |case, random| {
            let name = ["填报示例", "样表", "示例", "填写样例"][random.below(4)];
            let mut sheet = blank(case, name, "3");
            if let Some(Part::Text(_, text)) = sheet.parts.first_mut() {
                *text = format!("××镇{}年政府信息公开工作年度报告", case.year);
            }
            add(case, sheet, random)
        },
    ),
    Entry::new(
        "s-hidden-copy",
        "an older copy with other figures on a hidden sheet",
        &["other sheet"],
        HIDING,
        |case, _| {
            let mut sheet = blank(case, "旧", "4");
            sheet.is_hidden = true;
            case.sheets.push(sheet);
            true
        },
    ),
    Entry::new("s-same-copy", "a copy of the sheet: Sheet1 (2)", &["other sheet"], BOOKS, |case, _| {
        let mut sheet = case.sheets[0].clone();
        sheet.name.push_str(" (2)");
        if case.sheets.len() > 1 {
            return false;
        }
        let mut copy = neighbours::copy(case);
        copy.sheets = vec![sheet];
        case.sheets.append(&mut copy.sheets);
        true
    }),
    Entry::new("s-instructions", "a sheet of instructions for filling in", &["words sheet"], BOOKS, |case, random| {
        let lines = [
            "填表说明",
            "1.规章：乡镇和部门填0。",
            "2.行政许可：填本年处理决定数量。",
            "3.所有数字填整数，没有的填0。",
        ];
        words(case, "填表说明", &lines, random)
    }),
    Entry::new("s-empty", "empty sheets: Sheet2, Sheet3", &["empty sheets"], BOOKS, |case, _| {
        for _ in 0..2 {
            let is_free = |name: &String| case.sheets.iter().all(|sheet| sheet.name != *name);
            let name = (2..100).map(|number| format!("Sheet{number}")).find(is_free).expect("a free name");
            case.sheets.push(Sheet { name, ..Sheet::default() });
        }
        true
    }),
    Entry::new("s-last-year", "a sheet with last year's report, titled so", &["other sheet"], BOOKS, |case, random| {
        let year = case.year - 1;
        let mut last = Case::clean(case.form, year, case.body.clone(), case.has_roster, random);
        let mut sheet = last.sheets.remove(0);
        sheet.name = format!("{year}年");
        add(case, sheet, random)
    }),
    Entry::new("s-checks", "a sheet that checks the sums: 两边, 差, 平", &["words sheet"], BOOKS, |case, _| {
        let grid = Grid::of_texts(&[
            &["校验项", "左边", "右边", "结果"],
            &["第一项加第二项", "12", "12", "平"],
            &["总计", "12", "12", "平"],
        ]);
        case.sheets.push(Sheet { name: "校验".to_owned(), parts: vec![Part::Table(grid)], ..Sheet::default() });
        true
    }),
    Entry::new(
        "s-lists",
        "a hidden sheet with the lists of a form: units and years",
        &["words sheet"],
        HIDING,
        |case, _| {
            let lines = ["单位列表", "县审计局", "县教育局", "2022年", "2023年", "2024年"];
            let parts = lines.iter().map(|line| Part::Text(LineKind::Furniture, (*line).to_owned())).collect();
            case.sheets.push(Sheet { name: "字典".to_owned(), parts, is_hidden: true, ..Sheet::default() });
            true
        },
    ),
    Entry::new("s-cover", "a sheet with the cover: name, year, date", &["words sheet"], BOOKS, |case, _| {
        let (full, year) = (case.body.full(), case.year);
        let lines = [full.clone(), format!("{year}年政府信息公开工作年度报告"), format!("{}年1月", year + 1)];
        let parts = lines.into_iter().map(|line| Part::Text(LineKind::Furniture, line)).collect();
        case.sheets.insert(0, Sheet { name: "封面".to_owned(), parts, ..Sheet::default() });
        case.sheets.rotate_left(1);
        true
    }),
    Entry::new(
        "s-names",
        "sheets named for their tables: 表二 表三 表四",
        &["sheets", "order", "sheet name"],
        BOOKS,
        |case, _| {
            let done = per_table(case);
            for (sheet, name) in case.sheets.iter_mut().zip(["表二", "表三", "表四"]) {
                name.clone_into(&mut sheet.name);
            }
            done
        },
    ),
    Entry::new(
        "s-long-name",
        "a sheet named with the title, cut at 31 characters",
        &["sheet name"],
        BOOKS,
        |case, _| {
            let title = format!("{}{}年政府信息公开工作年度报告", case.body.full(), case.year);
            case.sheets[0].name = title.chars().take(31).collect();
            true
        },
    ),
    Entry::new(
        "s-next-year-blank",
        "a blank sheet for next year, titled so",
        &["other sheet"],
        BOOKS,
        |case, random| {
            let year = case.year + 1;
            let mut sheet = blank(case, &format!("{year}年"), "");
            if let Some(Part::Text(_, text)) = sheet.parts.first_mut() {
                *text = format!("{}{year}年政府信息公开工作年度报告", case.body.full());
            }
            add(case, sheet, random)
        },
    ),
];

/// Puts each table with its title on a sheet of its own; the lines above the first table stay with it.
fn per_table(case: &mut Case) -> bool {
    if case.sheets.len() != 1 {
        return false;
    }
    let first = case.sheets.remove(0);
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut parts = Vec::new();
    let last = first.parts.iter().rposition(|part| matches!(part, Part::Table(_))).unwrap_or(0);
    for (at, part) in first.parts.into_iter().enumerate() {
        let ends = matches!(part, Part::Table(_));
        if at > last {
            sheets.last_mut().expect("a table came before").parts.push(part);
            continue;
        }
        parts.push(part);
        if ends {
            let name = format!("Sheet{}", sheets.len() + 1);
            sheets.push(Sheet { name, parts: std::mem::take(&mut parts), offset: first.offset, ..Sheet::default() });
        }
    }
    case.sheets = sheets;
    case.sheets.len() > 1
}

/// Returns a sheet in the official layout with the same text for every figure and without a unit.
fn blank(case: &Case, name: &str, figure: &str) -> Sheet {
    let mut copy = neighbours::copy(case);
    let mut sheet = copy.sheets.remove(0);
    name.clone_into(&mut sheet.name);
    sheet.parts.retain(|part| !matches!(part, Part::Text(LineKind::Unit | LineKind::Words, _)));
    for part in &mut sheet.parts {
        match part {
            Part::Text(LineKind::Title, text) => *text = format!("{}年政府信息公开工作年度报告", case.year),
            Part::Text(..) => {}
            Part::Table(grid) => {
                for cell in grid.cells.iter_mut().filter(|cell| matches!(cell.role, Role::Figure(_))) {
                    figure.clone_into(&mut cell.text);
                }
            }
        }
    }
    sheet
}

/// Adds a sheet before or after the others.
fn add(case: &mut Case, sheet: Sheet, random: &mut Random) -> bool {
    if random.below(2) == 0 {
        case.sheets.push(sheet);
    } else {
        // The report's own sheet remains the first in the case's list, because later entries change that one.
        case.sheets.push(sheet);
        case.last_sheet_first = true;
    }
    true
}

fn words(case: &mut Case, name: &str, lines: &[&str], random: &mut Random) -> bool {
    let parts = lines.iter().map(|line| Part::Text(LineKind::Furniture, (*line).to_owned())).collect();
    add(case, Sheet { name: name.to_owned(), parts, ..Sheet::default() }, random)
}
