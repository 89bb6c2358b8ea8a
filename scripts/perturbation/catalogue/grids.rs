//! Perturbations of the position of tables, and of cells that are merged, moved or removed.

use super::super::case::{BOOKS, CELLS, Case, Format, MARKUP, Part, SPANS, Truth, WEB};
use super::super::grid::{Cell, Grid, Role};
use super::super::random::Random;
use super::Entry;

const XLSX: &[Format] = &[Format::Xlsx];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "g-offset",
        "everything begins some rows down and columns to the right",
        &["offset"],
        BOOKS,
        |case, random| {
            case.sheets.iter_mut().for_each(|sheet| sheet.offset = (random.below(6), 1 + random.below(4)));
            true
        },
    ),
    Entry::new("g-blank-rows", "empty rows between the rows of tables", &["rows"], CELLS, |case, random| {
        for grid in case.grids().filter(|grid| grid.table < 3) {
            let rows = grid.figure_rows();
            for row in rows.into_iter().rev().filter(|row| *row > 3) {
                if random.below(4) == 0 {
                    grid.insert_rows(row, 1);
                }
            }
        }
        true
    }),
    Entry::new(
        "g-blank-column",
        "a narrow empty column between labels and figures",
        &["t3 columns", "t2 columns"],
        BOOKS,
        |case, _| {
            for grid in case.grids().filter(|grid| grid.table < 2) {
                let column = grid.first_figure_column();
                let heads: Vec<usize> =
                    grid.cells.iter().filter(|cell| cell.column == column).map(|cell| cell.row).collect();
                grid.insert_columns(column, 1);
                debug_assert!(!heads.is_empty(), "a table has figures");
            }
            true
        },
    ),
    Entry::new("g-unmerged", "no merged cells: each text in its first place alone", &["merges"], BOOKS, |case, _| {
        case.grids().for_each(|grid| grid.unmerge(false));
        true
    }),
    Entry::new(
        "g-unmerged-filled",
        "merged cells taken apart and filled: labels and headings repeated",
        &["merges"],
        BOOKS,
        |case, _| {
            case.grids().for_each(|grid| grid.unmerge(true));
            true
        },
    ),
    Entry::new(
        "g-labels-under-merges",
        "labels left under merged cells in every place they cover",
        &["merges", "covered"],
        XLSX,
        |case, _| {
            for grid in case.grids() {
                leave_beneath(grid, |cell| !cell.is_figure() && !cell.text.is_empty(), |cell| cell.text.clone());
            }
            true
        },
    ),
    Entry::new(
        "g-figures-under-merges",
        "other figures left under merged figure cells",
        &["merges", "covered"],
        XLSX,
        |case, _| {
            let Some(grid) = case.grid(0) else { return false };
            leave_beneath(grid, Cell::is_figure, |_| "99".to_owned())
        },
    ),
    Entry::new(
        "g-same-under-merges",
        "the same figure left under merged figure cells",
        &["merges", "covered"],
        XLSX,
        |case, _| {
            let Some(grid) = case.grid(0) else { return false };
            leave_beneath(grid, Cell::is_figure, |cell| cell.text.clone())
        },
    ),
    Entry::new("g-split-articles", "each article of table 2 a table of its own", &["t2 split"], MARKUP, |case, _| {
        let Some(at) = case.table_part(0) else { return false };
        let Part::Table(grid) = case.sheets[0].parts[at].clone() else { return false };
        let starts: Vec<usize> =
            grid.cells.iter().filter(|cell| cell.role == Role::Article).map(|cell| cell.row).collect();
        let mut tables = Vec::new();
        let mut rest = grid;
        for start in starts.iter().skip(1).rev() {
            let (upper, lower) = rest.cut(*start);
            tables.insert(0, Part::Table(lower));
            rest = upper;
        }
        tables.insert(0, Part::Table(rest));
        case.sheets[0].parts.splice(at..=at, tables);
        true
    }),
    Entry::new(
        "g-one-table",
        "all three tables and their titles in one table",
        &["t2 split", "t3 pages", "one table"],
        SPANS,
        |case, _| one_table(case),
    ),
    Entry::new(
        "g-page-break",
        "table 3 goes on in a second table without headings",
        &["t3 pages"],
        SPANS,
        |case, random| {
            let Some(at) = case.table_part(1) else { return false };
            let Part::Table(grid) = &case.sheets[0].parts[at] else { return false };
            let rows = grid.figure_rows();
            let (upper, lower) = grid.cut(rows[4 + random.below(rows.len() - 6)]);
            case.sheets[0].parts.splice(at..=at, [Part::Table(upper), Part::Table(lower)]);
            true
        },
    ),
    Entry::new("g-other-order", "table 4 in front of table 3", &["order"], CELLS, |case, _| {
        let (Some(third), Some(fourth)) = (case.table_part(1), case.table_part(2)) else { return false };
        if third == 0 || fourth != third + 2 {
            return false;
        }
        case.sheets[0].parts[third - 1..=fourth].rotate_left(2);
        true
    }),
    Entry::new(
        "g-side-by-side",
        "the three tables beside one another on one sheet",
        &["order", "beside"],
        BOOKS,
        |case, _| {
            case.sheets[0].is_beside = true;
            true
        },
    )
    .with(&["F05", "F06", "F07"]),
    Entry::new(
        "g-transposed",
        "table 3 with kinds of applicants as rows",
        &["t3 columns", "t3 rows", "t3 pages", "stubs", "bands", "merges"],
        CELLS,
        |case, _| {
            let Some(grid) = case.grid(1) else { return false };
            for cell in &mut grid.cells {
                std::mem::swap(&mut cell.row, &mut cell.column);
                std::mem::swap(&mut cell.rows, &mut cell.columns);
            }
            grid.measure();
            true
        },
    )
    .with(&["F05", "F07"]),
    Entry::new(
        "g-transposed-t4",
        "table 4 downwards: a row for each result",
        &["t4 columns", "t4 rows", "t4 order", "t4 bands", "merges"],
        CELLS,
        |case, _| {
            let Some(grid) = case.grid(2) else { return false };
            for cell in &mut grid.cells {
                std::mem::swap(&mut cell.row, &mut cell.column);
                std::mem::swap(&mut cell.rows, &mut cell.columns);
            }
            grid.measure();
            true
        },
    )
    .with(&["F05", "F07"]),
    Entry::new(
        "g-t4-stacked",
        "the three blocks of table 4 below one another",
        &["t4 columns", "t4 rows", "t4 order", "t4 bands"],
        SPANS,
        |case, _| stacked(case),
    )
    .with(&["F05", "F07"]),
    Entry::new("g-merged-pair", "two figures of a row merged to one", &["t3 columns"], SPANS, |case, random| {
        merged(case, random, 2, None)
    })
    .with(&["V09"])
    .unreadable(),
    Entry::new(
        "g-merged-pair-wide",
        "two figures of a row merged to one, and an empty column at the right",
        &["t3 columns", "right"],
        SPANS,
        |case, random| merged(case, random, 2, None) && super::all_wide(case),
    )
    .with(&["V09"])
    .unreadable(),
    Entry::new("g-merged-zero", "one zero over all figures of a row", &["t3 columns"], SPANS, |case, random| {
        merged(case, random, 7, Some("0"))
    })
    .with(&["V09"])
    .unreadable(),
    Entry::new(
        "g-cell-missing",
        "one cell of a row missing in the page's source, so that the others stand too far left",
        &["t3 columns"],
        MARKUP,
        missing,
    )
    .with(&["V01", "V09", "F07", "S01", "S02", "S03", "S05"])
    .unreadable(),
    Entry::new("g-nested-cells", "each figure within a table of its own", &["nested"], WEB, |case, _| {
        case.markup.before = String::new();
        case.markup.is_nested = true;
        case.markup.has_breaks = true;
        true
    }),
];

/// Leaves a text in the positions that merged cells cover; returns whether there are any.
fn leave_beneath(grid: &mut Grid, is_chosen: impl Fn(&Cell) -> bool, text: impl Fn(&Cell) -> String) -> bool {
    let is_merged = |cell: &&mut Cell| cell.rows * cell.columns > 1 && is_chosen(cell);
    let mut merged = grid.cells.iter_mut().filter(is_merged).peekable();
    let is_any = merged.peek().is_some();
    merged.for_each(|cell| cell.look.beneath = Some(text(cell)));
    is_any
}

fn one_table(case: &mut Case) -> bool {
    let parts = std::mem::take(&mut case.sheets[0].parts);
    let mut cells: Vec<Cell> = Vec::new();
    let (mut others, mut row, mut place) = (Vec::new(), 0, None);
    for part in parts {
        match part {
            Part::Text(super::super::case::LineKind::Section(_), text) => {
                cells.push(Cell::spanning(row, 0, 1, 15, Role::Other, &text));
                row += 1;
            }
            Part::Table(grid) if grid.table < 3 => {
                place.get_or_insert(others.len());
                cells.extend(grid.cells.into_iter().map(|cell| Cell { row: cell.row + row, ..cell }));
                row = cells.iter().map(|cell| cell.row + cell.rows).max().unwrap_or(0);
            }
            part => others.push(part),
        }
    }
    let Some(place) = place else { return false };
    // The combined table has no number of the form, so entries that need one of the form's tables do not apply.
    others.insert(place, Part::Table(Grid::new(usize::MAX - 1, cells)));
    case.sheets[0].parts = others;
    true
}

/// Places the blocks of table 4 below one another, each with its headers.
fn stacked(case: &mut Case) -> bool {
    let Some(grid) = case.grid(2) else { return false };
    grid.cells.retain(|cell| cell.role != Role::Band || cell.text != "行政诉讼");
    for cell in &mut grid.cells {
        let block = cell.column / 5;
        cell.column %= 5;
        cell.row = block * 3
            + match cell.role {
                Role::Band => 0,
                Role::Figure(_) => 2,
                _ => 1,
            };
        cell.rows = 1;
    }
    grid.measure();
    true
}

/// Merges neighbouring figures of a row of table 3. The text is that of the first one, or zero if all are zero.
fn merged(case: &mut Case, random: &mut Random, width: usize, text: Option<&str>) -> bool {
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let Some(grid) = case.grid(1) else { return false };
    let rows = grid.figure_rows();
    let first = grid.first_figure_column();
    let is_zero = |row: usize| {
        grid.row(row).all(|cell| match cell.role {
            Role::Figure(at) => values[at].is_some_and(|value| value.is_zero()),
            _ => true,
        })
    };
    let fitting: Vec<usize> = rows.into_iter().filter(|row| text.is_none() || is_zero(*row)).collect();
    if fitting.is_empty() {
        return false;
    }
    let row = fitting[random.below(fitting.len())];
    let start = first + random.below(8 - width);
    let mut gone = Vec::new();
    for cell in grid.cells.iter_mut().filter(|cell| cell.row == row && cell.is_figure()) {
        let Role::Figure(at) = cell.role else { continue };
        if (start..start + width).contains(&cell.column) {
            gone.push(at);
        }
        if cell.column == start {
            cell.columns = width;
            if let Some(text) = text {
                text.clone_into(&mut cell.text);
            }
        }
    }
    grid.cells.retain(|cell| cell.row != row || cell.column <= start || cell.column >= start + width);
    if text.is_none() {
        for at in gone {
            case.truth[at] = Truth::Not("text");
        }
    }
    true
}

/// Removes one figure of a row; those after it move to the left. A row of zeros would show no effect.
fn missing(case: &mut Case, random: &mut Random) -> bool {
    let values: Vec<Option<rust_decimal::Decimal>> = (0..case.truth.len()).map(|at| case.value(at)).collect();
    let Some(grid) = case.grid(1) else { return false };
    let is_some = |row: &usize| {
        grid.row(*row).any(|cell| match cell.role {
            Role::Figure(at) => values[at].is_some_and(|value| !value.is_zero()),
            _ => false,
        })
    };
    let rows: Vec<usize> = grid.figure_rows().into_iter().filter(is_some).collect();
    if rows.is_empty() {
        return false;
    }
    let row = rows[random.below(rows.len())];
    let column = grid.first_figure_column() + random.below(7);
    let mut figures = Vec::new();
    grid.cells.retain(|cell| cell.row != row || cell.column != column || !cell.is_figure());
    for cell in grid.cells.iter_mut().filter(|cell| cell.row == row && cell.is_figure()) {
        if let Role::Figure(at) = cell.role {
            figures.push(at);
        }
        cell.column -= usize::from(cell.column > column);
    }
    grid.measure();
    let lost: Vec<usize> = (0..case.form.official)
        .filter(|at| {
            let (one, other) = (&case.form.indicators[*at], &case.form.indicators[figures[0]]);
            (one.table, one.block, one.row) == (other.table, other.block, other.row) && !figures.contains(at)
        })
        .collect();
    for at in lost {
        case.truth[at] = Truth::Not("absent");
    }
    true
}
