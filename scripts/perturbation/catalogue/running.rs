//! Perturbations of running text: separators of cells, line and page breaks, and encodings.

use super::super::case::{Case, DELIMITED, Format, LineKind, TEXTS};
use super::Entry;

const JOINED: &[Format] = &[Format::Bars];
const ALIGNED: &[Format] = &[Format::Aligned];
const LINES: &[Format] = &[Format::Lines];
const BARS: &[Format] = &[Format::Bars, Format::Tabs];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("x-full-bars", "cells joined by full-width bars", &["join"], JOINED, |case, _| join(case, "｜")),
    Entry::new("x-box-bars", "cells joined by lines of a box: │", &["join"], JOINED, |case, _| join(case, " │ ")),
    Entry::new("x-semicolons", "cells joined by semicolons", &["join"], JOINED, |case, _| join(case, "；")),
    Entry::new("x-enumeration", "cells joined by enumeration commas: 、", &["join"], JOINED, |case, _| {
        join(case, "、")
    })
    .with(&["V03", "F05", "F06", "F07"])
    .unreadable(),
    Entry::new("x-commas", "cells joined by full-width commas", &["join"], JOINED, |case, _| join(case, "，")),
    Entry::new("x-arrows", "cells joined by arrows", &["join"], JOINED, |case, _| join(case, "→")),
    Entry::new("x-spaces", "cells joined by single spaces", &["join"], JOINED, |case, _| {
        case.text.is_compact = true;
        join(case, " ")
    }),
    Entry::new("x-wide-spaces", "cells joined by ideographic spaces", &["join"], JOINED, |case, _| {
        case.text.is_compact = true;
        join(case, "\u{3000}")
    }),
    Entry::new("x-compact", "fields of cells that spans cover are gone", &["fields"], BARS, |case, _| {
        case.text.is_compact = true;
        true
    }),
    Entry::new("x-fused", "cells run together without anything between: 规章000", &["join"], JOINED, |case, _| {
        case.text.is_compact = true;
        join(case, "")
    })
    .with(&["V03", "V01", "F05", "F06", "F07"])
    .unreadable(),
    Entry::new(
        "x-colon",
        "table 2 as sentences of label and figure: 行政许可：12",
        &["t2 text"],
        TEXTS,
        |case, _| sentences(case, "："),
    )
    .on("2021"),
    Entry::new("x-equals", "table 2 as label = figure", &["t2 text"], TEXTS, |case, _| sentences(case, " = "))
        .on("2021"),
    Entry::new(
        "x-measured",
        "table 2 as sentences with measures: 行政许可 12件",
        &["t2 text", "fees"],
        TEXTS,
        |case, _| measured(case),
    )
    .on("2021"),
    Entry::new(
        "x-pages",
        "pages with a header and a number below each",
        &["pages"],
        &[Format::Aligned, Format::Bars, Format::Lines],
        |case, random| {
            let header = format!("{}{}年政府信息公开工作年度报告", case.body.middle(), case.year);
            case.text.page = Some((14 + random.below(20), header, false));
            true
        },
    )
    .with(&["V03"]),
    Entry::new(
        "x-page-feeds",
        "pages ended by form feeds, with a number below each",
        &["pages"],
        &[Format::Aligned, Format::Bars, Format::Lines],
        |case, random| {
            case.text.page = Some((14 + random.below(20), String::new(), true));
            true
        },
    )
    .with(&["V03"]),
    Entry::new(
        "x-cover-page",
        "a cover as the first page, so that the numbers lag behind",
        &["pages"],
        ALIGNED,
        |case, random| {
            let length = 20 + random.below(10);
            (0..length).for_each(|_| case.insert(0, LineKind::Furniture, ""));
            case.insert(3, LineKind::Furniture, "政府信息公开工作年度报告");
            case.text.page = Some((length, String::new(), true));
            true
        },
    )
    .with(&["V03"]),
    Entry::new(
        "x-figures-first",
        "figures on the line in front of their label, as a converter of PDF leaves them",
        &["order of text"],
        ALIGNED,
        |case, _| {
            case.text.figures_first = true;
            true
        },
    )
    .with(&["V01", "V03", "F05", "F06", "F07"]),
    Entry::new(
        "x-wrapped",
        "long labels on several lines, the figures on the first",
        &["wrap"],
        ALIGNED,
        |case, random| {
            case.text.wrap = Some(9 + random.below(8));
            true
        },
    ),
    Entry::new("x-pieces", "the labels of groups in pieces in front of their rows", &["pieces"], ALIGNED, |case, _| {
        case.text.has_pieces = true;
        true
    }),
    Entry::new("x-bar-lines", "bars on lines of their own between cells", &["join"], LINES, |case, _| join(case, "|")),
    Entry::new("x-gbk", "text in GBK", &["encoding"], TEXTS, |case, _| {
        case.text.is_gbk = true;
        true
    }),
    Entry::new(
        "x-utf16",
        "text in UTF-16, as an editor's 'Unicode' saves it",
        &["encoding"],
        &[Format::Tabs, Format::Lines, Format::Csv, Format::Tsv],
        |case, _| {
            case.text.is_utf16 = true;
            true
        },
    ),
    Entry::new(
        "x-mark",
        "a byte order mark in front",
        &["encoding"],
        &[Format::Bars, Format::Lines, Format::Csv, Format::Tsv, Format::Markdown],
        |case, _| {
            case.text.has_mark = true;
            true
        },
    ),
    Entry::new(
        "x-line-ends",
        "carriage returns before line feeds",
        &["line ends"],
        &[Format::Bars, Format::Lines, Format::Csv, Format::Tsv, Format::Markdown, Format::Aligned],
        |case, _| {
            case.text.is_crlf = true;
            true
        },
    ),
    Entry::new("x-quoted", "every field in quotation marks", &["quotes"], DELIMITED, |case, _| {
        case.text.is_quoted = true;
        true
    }),
    Entry::new("x-semicolon-fields", "fields separated by semicolons", &["join"], &[Format::Csv], |case, _| {
        join(case, ";")
    }),
    Entry::new("x-bad-byte", "one character of a text cut, outside the tables", &["encoding"], TEXTS, |case, _| {
        case.append(LineKind::Furniture, "填表说明：以上数据均已核对无误。");
        case.text.bad_byte = true;
        true
    }),
    Entry::new("x-blank-lines", "an empty line behind every cell", &["join"], LINES, |case, _| join(case, "")),
];

fn join(case: &mut Case, join: &'static str) -> bool {
    case.text.join = Some(join);
    true
}

/// Writes the blocks of table 2 that have one column with label, sign and figure in one cell.
fn sentences(case: &mut Case, sign: &str) -> bool {
    cells(case, |label, figure| format!("{label}{sign}{figure}"))
}

fn measured(case: &mut Case) -> bool {
    cells(case, |label, figure| {
        // Other entries insert zero-width characters or spaces.
        let is_fee = label.chars().filter(|c| c.is_alphanumeric()).collect::<String>().contains("收费");
        let measure = if is_fee { "万元" } else { "件" };
        format!("{label} {figure}{measure}")
    })
}

fn cells(case: &mut Case, write: impl Fn(&str, &str) -> String) -> bool {
    use super::super::grid::Role;
    let Some(grid) = case.grid(0) else { return false };
    let figures: Vec<(usize, String)> = grid
        .cells
        .iter()
        .filter(|cell| cell.is_figure() && cell.columns == 3)
        .map(|cell| (cell.row, cell.text.clone()))
        .collect();
    for (row, figure) in &figures {
        for cell in grid.cells.iter_mut().filter(|cell| cell.row == *row) {
            match cell.role {
                Role::Label(..) => cell.text = write(&cell.text, figure),
                _ => cell.text.clear(),
            }
        }
        grid.cells.retain(|cell| cell.row != *row || matches!(cell.role, Role::Label(..)));
    }
    !figures.is_empty()
}
