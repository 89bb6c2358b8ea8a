//! Perturbations with additional rows, and with combined rows.

use super::super::case::{CELLS, Case, Format, SPANS, Truth};
use super::super::grid::{Cell, Role};
use super::super::random::Random;
use super::Entry;

const XLSX: &[Format] = &[Format::Xlsx];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "g-subtotals",
        "the rows of groups with sums of their own: （三）不予公开 5",
        &["t3 rows", "stubs"],
        SPANS,
        |case, _| subtotals(case),
    )
    .with(&["F07"]),
    Entry::new(
        "g-combined",
        "（六）其他处理 filled as one row",
        // It writes its row with the form's order of columns.
        &["t3 rows", "t3 columns", "wording", "stubs", "t3 pages", "count format"],
        SPANS,
        |case, _| combined(case),
    )
    .on("2021"),
    Entry::new("g-extra-row", "a row in table 2 that the form does not have", &["t2 rows"], CELLS, |case, random| {
        let Some(grid) = case.grid(0) else { return false };
        let rows = grid.figure_rows();
        let row = rows[1] + 1;
        grid.insert_rows(row, 1);
        grid.push(Cell::new(row, 0, Role::Other, "其他主动公开文件"));
        (1..4).for_each(|column| grid.push(Cell::new(row, column, Role::Other, &random.below(90).to_string())));
        true
    })
    .with(&["F07"]),
    Entry::new("g-two-years", "table 4 with a row of last year and one of this", &["t4 rows"], SPANS, two_years),
    Entry::new("g-sum-row", "a row 合计 at the end of table 2's first block", &["t2 rows"], CELLS, |case, _| {
        sum_row(case)
    })
    .on("2021")
    .with(&["F07"]),
    Entry::new(
        "g-labels-one-column",
        "all labels of table 3 in one column, groups as rows of their own",
        &["t3 columns", "stubs", "merges", "t3 pages"],
        CELLS,
        |case, _| one_column(case),
    ),
    Entry::new("g-hidden-row", "a hidden row of working between the rows", &["t3 rows"], XLSX, |case, random| {
        let Some(grid) = case.grid(1) else { return false };
        let rows = grid.figure_rows();
        let row = rows[2 + random.below(5)];
        grid.insert_rows(row, 1);
        let mut label = Cell::new(row, 2, Role::Other, "核对");
        label.look.is_row_hidden = true;
        grid.push(label);
        (3..10).for_each(|column| grid.push(Cell::new(row, column, Role::Other, "1")));
        true
    })
    .with(&["F07"]),
];

/// Adds a row with the sums of its rows to each group.
fn subtotals(case: &mut Case) -> bool {
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let Some(grid) = case.grid(1) else { return false };
    let left = grid.first_figure_column();
    let mut stubs: Vec<(usize, usize, String)> = grid
        .cells
        .iter()
        .filter(|cell| cell.role == Role::Stub && cell.column == 1)
        .map(|cell| (cell.row, cell.rows, cell.text.clone()))
        .collect();
    stubs.reverse();
    let done = !stubs.is_empty();
    for (row, rows, text) in stubs {
        let sum = |column: usize| {
            let of_column =
                grid.cells.iter().filter(|cell| cell.column == column && (row..row + rows).contains(&cell.row));
            let parts = of_column.filter_map(|cell| if let Role::Figure(at) = cell.role { values[at] } else { None });
            parts.sum::<rust_decimal::Decimal>()
        };
        let sums: Vec<String> = (left..left + 7).map(|column| sum(column).to_string()).collect();
        grid.insert_rows(row, 1);
        grid.cells.retain(|cell| cell.role != Role::Stub || cell.column != 1 || cell.text != text);
        grid.push(Cell::spanning(row, 1, 1, 2, Role::Other, &text));
        for line in row + 1..=row + rows {
            grid.push(Cell::new(line, 1, Role::Other, ""));
        }
        for (at, sum) in sums.iter().enumerate() {
            grid.push(Cell::new(row, left + at, Role::Other, sum));
        }
    }
    done
}

/// Fills the group of other outcomes as one row.
fn combined(case: &mut Case) -> bool {
    let form = case.form;
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let others: Vec<usize> = form.of_table(1).filter(|at| form.indicators[*at].id.starts_with("t3.other.")).collect();
    let Some(grid) = case.grid(1) else { return false };
    // The group's rows are identified by their figures, because its label may cover only one of them.
    let is_other = |cell: &&Cell| matches!(cell.role, Role::Figure(at) if others.contains(&at));
    let rows: std::collections::BTreeSet<usize> = grid.cells.iter().filter(is_other).map(|cell| cell.row).collect();
    let Some(row) = rows.first().copied() else { return false };
    let has_stub =
        grid.cells.iter().any(|cell| cell.role == Role::Stub && cell.row == row && cell.text.contains("其他处理"));
    if !has_stub {
        return false;
    }
    let left = grid.first_figure_column();
    let sums: Vec<rust_decimal::Decimal> =
        (0..7).map(|column| others.iter().skip(column).step_by(7).filter_map(|at| values[*at]).sum()).collect();
    rows.into_iter().skip(1).rev().for_each(|at| grid.remove_row(at));
    grid.cells.retain(|cell| cell.row != row || cell.column == 0);
    grid.push(Cell::spanning(row, 1, 1, 2, Role::Other, "（六）其他处理"));
    for (at, sum) in sums.iter().enumerate() {
        grid.push(Cell::new(row, left + at, Role::Other, &sum.to_string()));
    }
    for at in others {
        case.truth[at] = Truth::Not("absent");
    }
    true
}

/// Inserts a row with last year's figures above those of table 4, both labelled with their year.
fn two_years(case: &mut Case, random: &mut Random) -> bool {
    let year = case.year;
    let Some(grid) = case.grid(2) else { return false };
    let Some(row) = grid.figure_rows().first().copied() else { return false };
    let width = grid.columns;
    grid.insert_columns(0, 1);
    let (last, this) = if random.below(2) == 0 { (row, row + 1) } else { (row + 1, row) };
    grid.insert_rows(last, 1);
    grid.push(Cell::new(last, 0, Role::Other, &format!("{}年", year - 1)));
    grid.push(Cell::new(this, 0, Role::Other, &format!("{year}年")));
    for block in 0..width / 5 {
        let count = random.below(4);
        for (at, text) in [count, 0, 1, 0, count + 1].iter().enumerate() {
            grid.push(Cell::new(last, 1 + block * 5 + at, Role::Other, &text.to_string()));
        }
    }
    true
}

/// Adds a row with the sum of both kinds of documents.
fn sum_row(case: &mut Case) -> bool {
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let Some(grid) = case.grid(0) else { return false };
    let rows = grid.figure_rows();
    let sums: Vec<(usize, rust_decimal::Decimal)> = (1..4)
        .map(|column| {
            let of_column = grid.cells.iter().filter(|cell| cell.column == column && rows[..2].contains(&cell.row));
            let parts = of_column.filter_map(|cell| if let Role::Figure(at) = cell.role { values[at] } else { None });
            (column, parts.sum())
        })
        .collect();
    let row = rows[1] + 1;
    grid.insert_rows(row, 1);
    grid.push(Cell::new(row, 0, Role::Other, "合计"));
    for (column, sum) in &sums {
        grid.push(Cell::new(row, *column, Role::Other, &sum.to_string()));
    }
    true
}

/// Puts all labels into the first column; groups get rows of their own without figures.
fn one_column(case: &mut Case) -> bool {
    let Some(grid) = case.grid(1) else { return false };
    let mut stubs: Vec<(usize, usize, String)> = grid
        .cells
        .iter()
        .filter(|cell| cell.role == Role::Stub)
        .map(|cell| (cell.row, cell.column, cell.text.clone()))
        .collect();
    stubs.sort_by_key(|(row, column, _)| std::cmp::Reverse((*row, *column)));
    grid.cells.retain(|cell| cell.role != Role::Stub);
    for cell in &mut grid.cells {
        if cell.column >= 3 {
            cell.column -= 2;
        } else {
            (cell.column, cell.columns) = (0, 1);
        }
    }
    for (row, _, text) in stubs {
        grid.insert_rows(row, 1);
        grid.push(Cell::new(row, 0, Role::Other, &text));
    }
    true
}
