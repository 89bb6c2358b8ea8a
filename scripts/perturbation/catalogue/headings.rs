//! Perturbations of column headers: wording, order, and additional columns.

use super::super::case::{ANY, CELLS, Case, Format, Part, SPANS, WEB};
use super::super::grid::{Cell, Grid, Role};
use super::super::random::Random;
use super::{Entry, labels};

/// Formats in which a cell may contain a line break.
const BREAKING: &[Format] = &[Format::Xlsx, Format::Docx, Format::Html, Format::Csv, Format::Ods, Format::SheetMl];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("h-spaced", "headings set apart: 商业 企业, 社会 公益 组织", &["headings"], ANY, |case, _| {
        columns(case, |text| pairs(text, " "))
    }),
    Entry::new("h-broken", "headings broken by line breaks: 商业/企业", &["headings"], BREAKING, |case, _| {
        columns(case, |text| pairs(text, "\n"))
    }),
    Entry::new("h-vertical", "headings written downwards, a character a line", &["headings"], BREAKING, |case, _| {
        columns(case, |text| if text.chars().count() < 7 { labels::join(text, "\n") } else { text.to_owned() })
    }),
    Entry::new("h-clipped", "the last character of a heading lost: 现行有效件", &["headings"], ANY, |case, _| {
        columns(case, |text| text.strip_suffix("件数").map_or_else(|| text.to_owned(), |head| format!("{head}件")))
    })
    .on("2021"),
    Entry::new(
        "h-half-lost",
        "the second line of table 4's headings lost: 结果 其他 尚未",
        &["headings"],
        ANY,
        |case, _| {
            let Some(grid) = case.grid(2) else { return false };
            for cell in grid.cells.iter_mut().filter(|cell| matches!(cell.role, Role::Column(..))) {
                cell.text = match cell.text.as_str() {
                    "结果纠正" => "结果".to_owned(),
                    "其他结果" => "其他".to_owned(),
                    "尚未审结" => "尚未".to_owned(),
                    text => text.to_owned(),
                };
            }
            true
        },
    )
    .with(&["F07"]),
    Entry::new(
        "h-synonym",
        "other wordings of headings that are in use: 企业, 科研, 合计, 收费金额",
        &["headings", "fees"],
        ANY,
        synonyms,
    )
    // Some wordings of the fee's header lack the unit.
    .with(&["V12"]),
    Entry::new("h-measure", "the measure in headings: 自然人（件）", &["headings"], ANY, |case, _| {
        columns(case, |text| if text.contains('额') { text.to_owned() } else { format!("{text}（件）") })
    }),
    Entry::new(
        "h-year",
        "the year in headings: 本年(2024)制发件数, 2024年处理决定数量",
        &["headings", "t2 columns"],
        ANY,
        |case, random| {
            let year = case.year;
            let with =
                [format!("本年({year})"), format!("本年（{year}年）"), format!("{year}年")][random.below(3)].clone();
            columns(case, |text| text.replacen("本年", &with, 1))
        },
    )
    .on("2021"),
    Entry::new(
        "h-band-lost",
        "no heading 法人或其他组织 over its five columns",
        &["bands"],
        SPANS,
        |case, _| {
            let Some(grid) = case.grid(1) else { return false };
            grid.cells.retain(|cell| cell.role != Role::Band || cell.text != "法人或其他组织");
            true
        },
    ),
    Entry::new("h-corner-lost", "the top left cells empty", &["corner"], ANY, |case, _| {
        case.cells().filter(|cell| cell.role == Role::Corner).for_each(|cell| cell.text.clear());
        true
    }),
    Entry::new("h-corner-item", "项目 in the top left cell", &["corner"], ANY, |case, _| {
        case.cells().filter(|cell| cell.role == Role::Corner).for_each(|cell| "项目".clone_into(&mut cell.text));
        true
    }),
    Entry::new(
        "h-subtotal",
        "a column 小计 behind the five of 法人或其他组织",
        &["t3 columns"],
        SPANS,
        |case, random| {
            let behind = random.below(2) == 0;
            subtotal(case, "小计", behind)
        },
    ),
    Entry::new(
        "h-subtotal-sum",
        "a column 合计 behind the five of 法人或其他组织",
        &["t3 columns"],
        SPANS,
        |case, random| {
            let behind = random.below(2) == 0;
            subtotal(case, "合计", behind)
        },
    ),
    Entry::new(
        "h-numbering",
        "a row that numbers the columns below table 3's headings",
        &["t3 rows", "t3 columns"],
        CELLS,
        |case, _| numbering(case, 1, &["1", "2", "3", "4", "5", "6", "7"]),
    ),
    Entry::new(
        "h-numbering-letters",
        "a row of letters below table 3's headings: A B C",
        &["t3 rows", "t3 columns"],
        CELLS,
        |case, _| numbering(case, 1, &["A", "B", "C", "D", "E", "F", "G"]),
    ),
    Entry::new(
        "h-numbering-t4",
        "a row that numbers the columns below table 4's headings",
        &["t4 rows"],
        CELLS,
        |case, _| {
            let numbers: Vec<String> = (1..16).map(|number: u8| number.to_string()).collect();
            numbering(case, 2, &numbers.iter().map(String::as_str).collect::<Vec<_>>())
        },
    ),
    Entry::new(
        "h-numbering-words",
        "a row 栏次 with a number for each column in table 4",
        &["t4 rows"],
        CELLS,
        |case, _| {
            let numbers: Vec<String> = (1..16).map(|number: u8| number.to_string()).collect();
            let done = numbering(case, 2, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
            left_column(case, 2, &[(3, "栏次"), (4, "件数")]);
            done
        },
    ),
    Entry::new("h-serial", "a column 序号 at the left of table 3", &["t3 columns"], CELLS, |case, _| serial(case)),
    Entry::new(
        "h-line-codes",
        "a column 行次 between labels and figures of table 3",
        &["t3 columns"],
        CELLS,
        |case, _| codes(case),
    ),
    Entry::new("h-remark", "a column 备注 at the right, with words in it", &["t3 columns"], CELLS, |case, _| {
        right_column(case, 1, "备注", &["", "", "已核实", "", "含1件转办"])
    }),
    Entry::new(
        "h-empty-columns",
        "one or two empty columns at the right of every table",
        &["right"],
        CELLS,
        |case, random| {
            let count = 1 + random.below(2);
            for grid in case.grids().filter(|grid| grid.table < 3) {
                for row in 0..grid.rows {
                    (0..count).for_each(|at| grid.cells.push(Cell::new(row, grid.columns + at, Role::Other, "")));
                }
                grid.measure();
            }
            true
        },
    ),
    Entry::new(
        "h-colspan-short",
        "the heading 法人或其他组织 spans four columns instead of five",
        &["bands", "t3 columns"],
        WEB,
        |case, _| shift_band(case, 4),
    )
    .with(&["F07"]),
    Entry::new(
        "h-colspan-none",
        "the heading 法人或其他组织 spans one column",
        &["bands", "t3 columns"],
        WEB,
        |case, _| shift_band(case, 1),
    )
    .with(&["F07"]),
    Entry::new("h-rowspan-short", "the stub of the outcomes spans a row too few", &["stubs"], WEB, |case, _| {
        let Some(grid) = case.grid(1) else { return false };
        let stub = grid.cells.iter_mut().find(|cell| cell.role == Role::Stub && cell.column == 0);
        stub.map(|cell| cell.rows -= 1).is_some()
    }),
    Entry::new("h-total-first", "the column 总计 in front of the others", &["t3 columns"], SPANS, |case, _| {
        let Some(grid) = case.grid(1) else { return false };
        let first = grid.first_figure_column();
        for cell in &mut grid.cells {
            if cell.column == first + 6 {
                cell.column = first;
            } else if cell.column >= first && !(cell.role == Role::Band && cell.columns == 7) {
                cell.column += 1;
            }
        }
        grid.measure();
        true
    }),
    Entry::new(
        "h-other-first",
        "two columns of table 3 exchanged, headings and figures alike",
        &["t3 columns"],
        SPANS,
        |case, random| {
            let (one, other) = [(1, 2), (3, 4), (2, 5), (1, 5)][random.below(4)];
            let Some(grid) = case.grid(1) else { return false };
            let first = grid.first_figure_column();
            swap(grid, first + one, first + other);
            true
        },
    ),
    Entry::new(
        "h-blocks-exchanged",
        "复议后起诉 in front of 未经复议直接起诉",
        &["t4 order"],
        SPANS,
        |case, _| {
            let Some(grid) = case.grid(2) else { return false };
            for cell in &mut grid.cells {
                if cell.columns <= 5 && cell.column >= 5 {
                    cell.column = if cell.column >= 10 { cell.column - 5 } else { cell.column + 5 };
                }
            }
            grid.measure();
            true
        },
    ),
    Entry::new("h-suits-first", "行政诉讼 in front of 行政复议", &["t4 order"], SPANS, |case, _| {
        let Some(grid) = case.grid(2) else { return false };
        for cell in &mut grid.cells {
            cell.column = if cell.column >= 5 { cell.column - 5 } else { cell.column + 10 };
        }
        grid.measure();
        true
    }),
    Entry::new(
        "h-results-exchanged",
        "结果纠正 in front of 结果维持 in every block of table 4",
        &["t4 order"],
        SPANS,
        |case, _| {
            let Some(grid) = case.grid(2) else { return false };
            (0..3).for_each(|block| swap(grid, block * 5, block * 5 + 1));
            true
        },
    ),
    Entry::new("h-suits-sum", "a column 诉讼合计 at the end of table 4", &["t4 columns"], CELLS, |case, _| {
        let total = ["t4.litigation_direct.total", "t4.litigation_after_review.total"]
            .iter()
            .filter_map(|id| case.form.position(id).and_then(|at| case.value(at)))
            .sum::<rust_decimal::Decimal>();
        let Some(grid) = case.grid(2) else { return false };
        let column = grid.columns;
        grid.push(Cell::spanning(0, column, 3, 1, Role::Other, "诉讼合计"));
        grid.push(Cell::new(3, column, Role::Other, &total.to_string()));
        true
    })
    .with(&["F07"]),
    Entry::new("h-year-columns", "a column of last year beside each of table 2's", &["t2 columns"], SPANS, last_year)
        .on("2021")
        .with(&["F07"]),
    // A misspelt label is only recognised between its neighbours, and the first row of a page has none before it.
    Entry::new(
        "h-repeated",
        "table 3 goes on over the page with its headings repeated",
        &["t3 pages", "neighbours"],
        SPANS,
        repeated,
    ),
    Entry::new("h-one-row", "the headings of table 3 in one row, without those above", &["bands"], SPANS, |case, _| {
        let Some(grid) = case.grid(1) else { return false };
        grid.cells.retain(|cell| cell.role != Role::Band);
        for cell in grid.cells.iter_mut().filter(|cell| matches!(cell.role, Role::Column(..) | Role::Corner)) {
            (cell.row, cell.rows) = (2, 1);
        }
        grid.remove_row(0);
        grid.remove_row(0);
        true
    }),
    Entry::new(
        "h-full-path",
        "headings of table 4 with the block in front: 行政复议-结果维持",
        &["headings", "t4 bands", "t4 order"],
        CELLS,
        |case, _| {
            let form = case.form;
            let Some(grid) = case.grid(2) else { return false };
            for cell in grid.cells.iter_mut().filter(|cell| matches!(cell.role, Role::Column(..))) {
                let Some(row) = form.tables[2].blocks[0].rows.get(cell.column / 5) else { return false };
                cell.text = format!("{}-{}", row.label, cell.text);
                (cell.row, cell.rows) = (2, 1);
            }
            grid.cells.retain(|cell| cell.role != Role::Band);
            grid.remove_row(0);
            grid.remove_row(0);
            true
        },
    ),
];

/// Rewrites the column headers.
fn columns(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    for cell in case.cells().filter(|cell| matches!(cell.role, Role::Column(..))) {
        cell.text = write(&cell.text);
    }
    true
}

/// Splits a text into pairs of characters with a separator.
fn pairs(text: &str, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 4 || text.contains('（') {
        return text.to_owned();
    }
    characters.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

fn synonyms(case: &mut Case, random: &mut Random) -> bool {
    let form = case.form;
    for grid in case.grids().filter(|grid| grid.table < 3) {
        let table = &form.tables[grid.table];
        for cell in &mut grid.cells {
            let Role::Column(block, column) = cell.role else { continue };
            let also = &table.blocks[block].columns[column].also;
            if !also.is_empty() && random.below(2) == 0 {
                cell.text.clone_from(&also[random.below(also.len())]);
            }
        }
    }
    true
}

/// Adds a column with the sum of the five kinds of organisation, before or after them.
fn subtotal(case: &mut Case, heading: &str, is_behind: bool) -> bool {
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let Some(grid) = case.grid(1) else { return false };
    let first = grid.first_figure_column();
    let column = first + if is_behind { 6 } else { 1 };
    let mut sums = Vec::new();
    for row in grid.figure_rows() {
        let parts = grid.row(row).filter(|cell| (first + 1..first + 6).contains(&cell.column));
        let parts = parts.filter_map(|cell| if let Role::Figure(at) = cell.role { values[at] } else { None });
        sums.push((row, parts.sum::<rust_decimal::Decimal>()));
    }
    // The band over the five columns is extended over the new one.
    grid.insert_columns(column, 1);
    let band = grid.cells.iter_mut().find(|cell| cell.role == Role::Band && cell.text == "法人或其他组织");
    if let Some(band) = band {
        (band.column, band.columns) = (first + 1, 6);
    }
    grid.push(Cell::new(2, column, Role::Other, heading));
    for (row, sum) in sums {
        grid.push(Cell::new(row, column, Role::Other, &sum.to_string()));
    }
    true
}

/// Inserts a row of numbers below a table's headers.
fn numbering(case: &mut Case, table: usize, numbers: &[&str]) -> bool {
    let Some(grid) = case.grid(table) else { return false };
    let Some(first) = grid.figure_rows().first().copied() else { return false };
    let left = grid.first_figure_column();
    grid.insert_rows(first, 1);
    for (at, number) in numbers.iter().enumerate() {
        grid.push(Cell::new(first, left + at, Role::Other, number));
    }
    true
}

/// Adds a column with a few words at the left.
fn left_column(case: &mut Case, table: usize, words: &[(usize, &str)]) {
    if let Some(grid) = case.grid(table) {
        grid.insert_columns(0, 1);
        for (row, text) in words {
            grid.push(Cell::new(*row, 0, Role::Other, text));
        }
    }
}

/// Adds a column at the right: its header, and words for the rows from the first one with figures on.
fn right_column(case: &mut Case, table: usize, heading: &str, words: &[&str]) -> bool {
    let Some(grid) = case.grid(table) else { return false };
    let column = grid.columns;
    let first = grid.figure_rows().first().copied().unwrap_or(1);
    grid.push(Cell::spanning(0, column, first, 1, Role::Other, heading));
    for row in first..grid.rows {
        let text = words.get(row - first).copied().unwrap_or("");
        grid.push(Cell::new(row, column, Role::Other, text));
    }
    true
}

fn serial(case: &mut Case) -> bool {
    let Some(grid) = case.grid(1) else { return false };
    grid.insert_columns(0, 1);
    let rows = grid.figure_rows();
    let first = rows[0];
    grid.push(Cell::spanning(0, 0, first, 1, Role::Other, "序号"));
    for (at, row) in rows.into_iter().enumerate() {
        grid.push(Cell::new(row, 0, Role::Other, &(at + 1).to_string()));
    }
    true
}

fn codes(case: &mut Case) -> bool {
    let Some(grid) = case.grid(1) else { return false };
    let column = grid.first_figure_column();
    let rows = grid.figure_rows();
    let first = rows[0];
    grid.insert_columns(column, 1);
    // Header cells over the figures begin after the new column.
    grid.push(Cell::spanning(0, column, first, 1, Role::Other, "行次"));
    for (at, row) in rows.into_iter().enumerate() {
        grid.push(Cell::new(row, column, Role::Other, &(at + 1).to_string()));
    }
    true
}

/// Changes the band's width as a page's source may state it; the cells after it move as a browser places them.
fn shift_band(case: &mut Case, width: usize) -> bool {
    let Some(grid) = case.grid(1) else { return false };
    let band = grid.cells.iter_mut().find(|cell| cell.role == Role::Band && cell.text == "法人或其他组织");
    let Some(band) = band else { return false };
    let gone = band.columns.saturating_sub(width);
    band.columns = width;
    let end = band.column + width;
    for cell in grid.cells.iter_mut().filter(|cell| cell.row == 1 && cell.column >= end) {
        cell.column -= gone;
    }
    // The moved header still spans two rows, so the cells below it move to the right in their row.
    let moved: Vec<usize> =
        grid.cells.iter().filter(|cell| cell.row == 1 && cell.rows == 2).map(|cell| cell.column).collect();
    for column in moved.into_iter().filter(|column| *column >= end) {
        for cell in grid.cells.iter_mut().filter(|cell| cell.row == 2 && cell.column >= column) {
            cell.column += 1;
        }
    }
    grid.measure();
    true
}

/// Swaps two columns; only cells that span one column move.
fn swap(grid: &mut Grid, one: usize, other: usize) {
    for cell in grid.cells.iter_mut().filter(|cell| cell.columns == 1 && cell.role != Role::Corner) {
        if cell.column == one {
            cell.column = other;
        } else if cell.column == other {
            cell.column = one;
        }
    }
    grid.measure();
}

/// Adds last year's figures to the blocks of table 2 that have one column.
fn last_year(case: &mut Case, random: &mut Random) -> bool {
    let Some(grid) = case.grid(0) else { return false };
    let mut added = Vec::new();
    for cell in grid.cells.iter_mut().filter(|cell| cell.columns == 3) {
        match cell.role {
            Role::Column(..) => {
                cell.columns = 2;
                let text = cell.text.replacen("本年", "上年", 1);
                added.push(Cell::new(cell.row, cell.column + 2, Role::Other, &text));
            }
            Role::Figure(_) => {
                cell.columns = 2;
                added.push(Cell::new(cell.row, cell.column + 2, Role::Other, &random.below(90).to_string()));
            }
            _ => {}
        }
    }
    let done = !added.is_empty();
    grid.cells.extend(added);
    grid.measure();
    done
}

/// Splits table 3 in two parts and repeats the headers in the second.
fn repeated(case: &mut Case, random: &mut Random) -> bool {
    let Some(at) = case.table_part(1) else { return false };
    let Part::Table(grid) = &case.sheets[0].parts[at] else { return false };
    let rows = grid.figure_rows();
    let cut = rows[4 + random.below(rows.len() - 6)];
    let (upper, mut lower) = grid.cut(cut);
    let heads = rows[0];
    lower.insert_rows(0, heads);
    let headings = grid.cells.iter().filter(|cell| cell.row < heads).cloned();
    lower.cells.extend(headings);
    lower.measure();
    case.sheets[0].parts.splice(at..=at, [Part::Table(upper), Part::Table(lower)]);
    true
}
