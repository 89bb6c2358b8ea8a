//! Deliberate errors: the report is wrong, and findings on them are admissible.

use huizong::form::ItemKind;
use rust_decimal::Decimal;

use super::super::case::{ANY, CELLS, Case, LineKind, SPANS, Truth};
use super::super::grid::Role;
use super::super::layout;
use super::super::random::Random;
use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("e-slip-t3", "a figure of table 3 that breaks its sums", &["sums"], ANY, |case, random| {
        slip(case, random, "t3.")
    })
    .with(&["S01", "S02", "S03", "S05"]),
    Entry::new("e-slip-t4", "a figure of table 4 that breaks its sum", &["sums"], ANY, |case, random| {
        slip(case, random, "t4.")
    })
    .with(&["S04", "P04"]),
    Entry::new("e-two-slips", "two figures of table 3 that break their sums", &["sums"], ANY, |case, random| {
        slip(case, random, "t3.") && slip(case, random, "t3.")
    })
    .with(&["S01", "S02", "S03", "S05"]),
    Entry::new("e-totals-zero", "the total column of table 3 left at zero", &["sums"], ANY, |case, _| {
        let form = case.form;
        let totals: Vec<usize> =
            form.of_table(1).filter(|at| form.indicators[*at].id.strip_suffix(".total").is_some()).collect();
        totals.into_iter().all(|at| case.change(at, Decimal::ZERO))
    })
    // The prose may state the original totals.
    .with(&["S01", "S02", "S03", "S05", "N01", "N02"]),
    Entry::new("e-totals-blank", "the total column of table 3 left blank", &["sums"], ANY, |case, _| {
        let form = case.form;
        let totals: Vec<usize> =
            form.of_table(1).filter(|at| form.indicators[*at].id.strip_suffix(".total").is_some()).collect();
        totals.into_iter().all(|at| {
            case.truth[at] = Truth::Not("blank");
            case.rewrite(at, "")
        })
    })
    .with(&["V01", "S01", "S02", "S03", "S05"]),
    Entry::new("e-fraction", "a count with a fraction", &["sums"], ANY, |case, random| {
        let Some(at) = case.pick(ItemKind::Count, random, |value| value > Decimal::ZERO) else { return false };
        let value = case.value(at).unwrap_or_default() + Decimal::new(5, 1);
        case.change(at, value)
    })
    .with(&["V05", "S01", "S02", "S03", "S04", "S05", "P02"]),
    Entry::new("e-negative", "a count below zero", &["sums"], ANY, |case, random| {
        let Some(at) = case.pick(ItemKind::Count, random, |value| value > Decimal::ZERO) else { return false };
        let value = -case.value(at).unwrap_or_default();
        case.change(at, value)
    })
    .with(&["V04", "S01", "S02", "S03", "S04", "S05", "P02", "P04"]),
    Entry::new(
        "e-regulations",
        "regulations in force for a body that can issue none",
        &["regulations"],
        ANY,
        |case, random| {
            let id = if case.form.id == "2021" { "t2.regulations.in_force" } else { "t2.regulations.total_published" };
            case.form.position(id).is_some_and(|at| case.change(at, Decimal::from(1 + random.below(6))))
        },
    )
    .with(&["P01"]),
    Entry::new(
        "e-in-force",
        "fewer documents in force than issued and not repealed",
        &["in force"],
        ANY,
        |case, random| {
            let position = |id: &str| case.form.position(id);
            let (Some(issued), Some(in_force)) =
                (position("t2.normative_documents.issued"), position("t2.normative_documents.in_force"))
            else {
                return false;
            };
            case.change(issued, Decimal::from(20 + random.below(9))) && case.change(in_force, Decimal::ONE)
        },
    )
    .on("2021")
    .with(&["P02"]),
    Entry::new("e-fee-in-yuan", "a fee in yuan where the form wants 万元", &["fees"], ANY, |case, random| {
        let value = Decimal::from(10_000 + 100 * random.below(5000));
        case.form.position("t2.administrative_fees.amount").is_some_and(|at| case.change(at, value))
    })
    .on("2021")
    .with(&["P03"]),
    Entry::new(
        "e-words-differ",
        "words with another number of applications than the table",
        &["claims"],
        ANY,
        |case, _| {
            let Some(received) = case.form.position("t3.received.total").and_then(|at| case.value(at)) else {
                return false;
            };
            let year = case.year;
            let Some(at) = case.table_part(0) else { return false };
            let text = format!("{year}年，本机关共收到政府信息公开申请{}件。", received + Decimal::from(5));
            case.insert(at.saturating_sub(1), LineKind::Words, &text);
            case.append(LineKind::Words, "本年度未收取信息处理费。");
            true
        },
    )
    .with(&["N01", "N02", "N07"]),
    // If nothing else states the year, the prose does: the report is then of last year.
    Entry::new("e-other-year-words", "last year left in the words", &["claims", "year"], ANY, |case, _| {
        let last = case.year - 1;
        let Some(at) = case.table_part(0) else { return false };
        let text = format!("{last}年，本机关主动公开政府信息，统计期限为{last}年1月1日至{last}年12月31日。");
        case.insert(at.saturating_sub(1), LineKind::Words, &text);
        true
    })
    .with(&["N03", "N04", "N05", "N07"]),
    Entry::new("e-row-missing", "a row of table 3 missing", &["t3 rows", "stubs"], SPANS, |case, random| {
        let Some(grid) = case.grid(1) else { return false };
        let rows = grid.figure_rows();
        let Some(&row) = rows.get(5 + random.below(3)) else { return false };
        let gone: Vec<usize> =
            grid.row(row).filter_map(|cell| if let Role::Figure(at) = cell.role { Some(at) } else { None }).collect();
        // A group cell that begins in the removed row then begins one row below.
        for cell in grid.cells.iter_mut().filter(|cell| cell.role == Role::Stub && cell.row == row) {
            (cell.row, cell.rows) = (row + 1, cell.rows - 1);
        }
        grid.remove_row(row);
        for at in gone {
            case.truth[at] = Truth::Not("absent");
        }
        true
    })
    .with(&["F07", "S02"]),
    Entry::new(
        "e-table-missing",
        "table 4 missing",
        &["t4 columns", "t4 rows", "t4 order", "order"],
        ANY,
        |case, _| {
            let Some(at) = case.table_part(2) else { return false };
            case.sheets[0].parts.remove(at);
            case.remove_lines(LineKind::Section(2));
            let form = case.form;
            form.of_table(2).for_each(|at| case.truth[at] = Truth::Not("absent"));
            true
        },
    )
    .with(&["F05", "F06"]),
    Entry::new("e-table-blank", "table 4 without figures", &["t4 values"], ANY, |case, _| {
        let form = case.form;
        form.of_table(2).collect::<Vec<_>>().into_iter().all(|at| {
            case.truth[at] = Truth::Not("blank");
            case.rewrite(at, "")
        })
    })
    .with(&["F06", "V01"]),
    Entry::new(
        "e-old-table",
        "table 2 of the old form in a report on the new one",
        &["t2 columns", "t2 rows", "t2 split", "t2 text", "fees", "licences", "merges"],
        SPANS,
        old_table,
    )
    .on("2021")
    .with(&["F04", "F05", "P01"]),
    Entry::new(
        "e-row-doubled",
        "a row of table 3 twice with other figures",
        &["t3 rows", "stubs"],
        CELLS,
        |case, random| {
            let Some(grid) = case.grid(1) else { return false };
            let row = grid.figure_rows()[0];
            let mut gone = Vec::new();
            grid.insert_rows(row + 1, 1);
            let cells: Vec<_> = grid.row(row).cloned().collect();
            for mut cell in cells {
                if let Role::Figure(at) = cell.role {
                    gone.push(at);
                    cell.text = (random.below(5) + 30).to_string();
                }
                cell.role = Role::Other;
                cell.row += 1;
                grid.push(cell);
            }
            for at in gone {
                case.truth[at] = Truth::Not("text");
            }
            true
        },
    )
    .with(&["F07", "S01", "S03", "V03"])
    .unreadable(),
];

/// Changes a figure of a table so that its sums break.
fn slip(case: &mut Case, random: &mut Random, table: &str) -> bool {
    let form = case.form;
    let of_table: Vec<usize> = (0..form.official).filter(|at| form.indicators[*at].id.starts_with(table)).collect();
    let at = of_table[random.below(of_table.len())];
    let Some(value) = case.value(at) else { return false };
    let is_plain = case.figure(at).is_some_and(|cell| cell.text == value.to_string());
    is_plain && case.change(at, value + Decimal::from(1 + random.below(9)))
}

/// Replaces table 2 by that of the previous form.
fn old_table(case: &mut Case, random: &mut Random) -> bool {
    let forms = huizong::form::Forms::official().expect("data files are well formed");
    let old = &forms.all[0];
    let texts: Vec<String> = (0..old.official).map(|_| random.below(9).to_string()).collect();
    let Some(at) = case.table_part(0) else { return false };
    let mut grid = layout::official(old, 0, &texts);
    for cell in &mut grid.cells {
        if cell.is_figure() || matches!(cell.role, Role::Label(..) | Role::Column(..)) {
            cell.role = Role::Other;
        }
    }
    case.sheets[0].parts[at] = super::super::case::Part::Table(grid);
    let form = case.form;
    form.of_table(0).for_each(|at| case.truth[at] = Truth::Not("absent"));
    true
}
