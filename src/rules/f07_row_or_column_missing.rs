//! Rows or columns of the form that a table lacks, and figures under labels that the form does not have; one finding
//! for each table and kind.

use super::{Check, Rule, queries};
use crate::amount::State;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::{Doubt, Form, Indicator, Unassigned};
use crate::message::Message;
use crate::place::{CellRange, Spot, column_letters};
use crate::spelling::quoted;
use crate::submission::{Figure, Report, SheetOrTable};

pub(super) const RULE: Rule = Rule {
    code: Code::new("F07"),
    name: "row-or-column-missing",
    title: "缺少行、列，或多出认不出的行、列",
    severity: Severity::MustExplain,
    page: include_str!("f07_row_or_column_missing.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        let pages = queries::divided_pages(corpus, entry);
        let tables = lacking_tables(report, form);
        if pages.is_empty() {
            findings.extend(report.unread.iter().map(|table| unread_table(corpus, (entry, form), *table)));
            findings.extend(tables.into_iter().map(|(table, missing)| lacking(corpus, (entry, form), table, &missing)));
        } else {
            findings.extend(unread(corpus, (entry, report, form), pages, &tables));
        }
    }
    for (entry, report, _) in queries::counted(corpus) {
        let returned = corpus.entries[entry].submission.returned.as_ref();
        for of_place in report.unassigned.chunk_by(|(a, _), (b, _)| a == b) {
            let (sheet, _) = &of_place[0].0;
            // An entry workbook computes its checks in columns of its own, which some formats store as numbers.
            let is_check = |unassigned: &Unassigned| match unassigned {
                Unassigned::Column { column } => returned.is_some_and(|form| form.is_check(sheet, *column)),
                _ => false,
            };
            let unassigned = of_place.iter().map(|(_, unassigned)| unassigned);
            let unassigned: Vec<&Unassigned> = unassigned.filter(|unassigned| !is_check(unassigned)).collect();
            findings.extend(unclaimed(corpus, entry, &of_place[0].0, &unassigned));
        }
    }
    Ok(findings)
}

/// Returns the tables of a report that lack figures, with these. Tables on another form are reported by F04. The missing
/// figures of running text may be among its unplaced values (V11).
fn lacking_tables(report: &Report, form: &Form) -> Vec<(usize, Vec<usize>)> {
    let is_unplaced = |figure: &Figure<'_>| {
        let is_in_text = || figure.place().is_some_and(|place| place.spot == Spot::Text);
        figure.doubt == Some(Doubt::Unplaced) && is_in_text()
    };
    let unplaced: Vec<usize> =
        queries::by_table(report, form, |_, figure| is_unplaced(&figure)).into_iter().map(|(table, _)| table).collect();
    let is_lacking = |(table, _): &(usize, Vec<usize>)| {
        let is_other = report.other_form.iter().any(|(other, _)| other == table);
        report.tables[*table] && !is_other && !unplaced.contains(table)
    };
    let missing = queries::by_table(report, form, |_, figure| figure.state == State::Absent);
    missing.into_iter().filter(is_lacking).collect()
}

/// Returns the finding on a PDF from which some tables could not be read in full, if there are such tables. The break
/// between its pages may have cut their rows, so nothing is said to be missing.
fn unread(
    corpus: &Corpus,
    (entry, report, form): (usize, &Report, &Form),
    pages: &[u32],
    lacking: &[(usize, Vec<usize>)],
) -> Option<Finding> {
    let is_other = |table: usize| report.other_form.iter().any(|(other, _)| *other == table);
    let is_lacking = |table: usize| lacking.iter().any(|(other, _)| *other == table);
    let is_unread = |table: &usize| !report.tables[*table] || is_other(*table) || is_lacking(*table);
    let tables: Vec<usize> = (0..form.tables.len()).filter(is_unread).collect();
    let first = *tables.first()?;
    let mut finding = RULE.on_entry(corpus, entry).at_table(form, first);
    let names: Vec<&str> = tables.iter().map(|table| form.tables[*table].name.as_str()).collect();
    let english: Vec<String> = tables.iter().map(|table| form.tables[*table].english_name()).collect();
    finding.title = names.join("、");
    finding.values =
        lacking.iter().flat_map(|(_, missing)| missing).map(|at| form.indicators[*at].id.clone()).collect();
    finding.tables = tables;
    let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
    Some(finding.saying(
        format!(
            "这份PDF的表格在第{}页末尾换页，{}有的行或列未能读出，未采用；不一定是缺行，请核对，并报送制作它的Excel或Word文件。",
            pages.join("、"),
            names.join("、")
        ),
        format!(
            "rows or columns of {} could not be read from this PDF, whose tables meet the ends of pages {}; they need not \
             be missing: send the workbook or document it was made from",
            english.join(", "),
            pages.join(", ")
        ),
    ))
}

/// Returns the finding on a table that is there by its labels and could not be read.
fn unread_table(corpus: &Corpus, (entry, form): (usize, &Form), table: usize) -> Finding {
    let spec = &form.tables[table];
    RULE.on_entry(corpus, entry).at_table(form, table).saying(
        format!("{}有行名、表头，但不全或排列不明，整张表未能读出，未采用；请按官方格式填好后重新报送。", spec.name),
        format!("{} has labels, but they do not show its rows and columns; none of it is used", spec.english_name()),
    )
}

fn lacking(corpus: &Corpus, (entry, form): (usize, &Form), table: usize, missing: &[usize]) -> Finding {
    let mut finding = RULE.on_entry(corpus, entry).at_table(form, table);
    let spec = &form.tables[table];
    finding.values = missing.iter().map(|position| form.indicators[*position].id.clone()).collect();
    let (lines, english): (Vec<String>, Vec<String>) = lines(form, missing).into_iter().unzip();
    let zh = |lines: &str| format!("{}缺少{lines}；请补上后重新报送，没有数据请填0。", spec.name);
    let few = |count: usize| zh(&format!("{}等{}处", lines[..count.min(lines.len())].join("、"), lines.len()));
    let whole = zh(&lines.join("、"));
    let en = format!("{} lacks {} cells: {}", spec.english_name(), missing.len(), english.join(", "));
    finding.saying_briefly(vec![whole.clone(), few(3), few(2), few(1)], Message::new(whole, en))
}

/// Groups missing figures into whole rows and columns where possible; the others are named one by one.
fn lines(form: &Form, missing: &[usize]) -> Vec<(String, String)> {
    let is_missing = |same: &dyn Fn(&Indicator) -> bool, table: usize| {
        form.of_table(table).filter(|at| same(&form.indicators[*at])).all(|at| missing.contains(&at))
    };
    let mut lines = Vec::new();
    for position in missing {
        let item = &form.indicators[*position];
        let block = &form.tables[item.table].blocks[item.block];
        let same_block = |other: &Indicator| other.block == item.block;
        let row = is_missing(&|other| same_block(other) && other.row == item.row, item.table);
        let column = is_missing(&|other| same_block(other) && other.column == item.column, item.table);
        let line = match (row, column) {
            (true, _) => {
                let label = quoted(&format!("{}{}", block.rows[item.row].number, block.rows[item.row].label));
                (format!("{label}行"), format!("row {label}"))
            }
            (false, true) => {
                let label = &block.columns[item.column].label;
                (format!("“{label}”列"), format!("column “{label}”"))
            }
            (false, false) => (item.title.clone(), item.english.clone()),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Returns the findings on figures under unknown row labels or column headers in one sheet or table of a document: one
/// for all rows, one for all columns, and one for each repeated label.
fn unclaimed(corpus: &Corpus, entry: usize, (sheet, table): &SheetOrTable, unassigned: &[&Unassigned]) -> Vec<Finding> {
    let place = |cells: Vec<CellRange>| {
        let mut finding = RULE.on_entry(corpus, entry);
        finding.sheets.extend((!sheet.is_empty()).then(|| sheet.to_string()));
        finding.cells = cells;
        finding
    };
    let table = *table;
    let (in_zh, in_en) =
        table.map_or_else(Default::default, |table| (format!("第{table}张表的"), format!("table {table}, ")));
    let rows = unassigned.iter().filter_map(|unassigned| {
        if let Unassigned::Row { row, label } = unassigned { Some((*row, label)) } else { None }
    });
    let rows: Vec<(Option<u32>, &String)> = rows.collect();
    let columns = unassigned
        .iter()
        .filter_map(|unassigned| if let Unassigned::Column { column } = unassigned { Some(*column) } else { None });
    let columns: Vec<u32> = columns.collect();
    let mut findings = Vec::new();
    if !rows.is_empty() {
        let cells = rows.iter().filter_map(|(row, _)| row.map(|row| CellRange::Rows { table, first: row, last: row }));
        findings.push(unknown_rows(place(cells.collect()), (&in_zh, &in_en), &rows));
    }
    for unassigned in unassigned {
        if let Unassigned::Twice { row, again, label } = unassigned {
            let cells = vec![CellRange::Rows { table, first: *row, last: *again }];
            let mut finding = place(cells);
            finding.observed.clone_from(label);
            let (first, second, label) = (row + 1, again + 1, label.trim());
            findings.push(finding.saying(
                format!("{in_zh}第{first}行和第{second}行都是“{label}”，无法确定以哪行为准，均未采用；请删去一行。"),
                format!("{in_en}rows {first} and {second} bear the same label “{label}”; neither is used"),
            ));
        }
    }
    if !columns.is_empty() {
        let letters: Vec<String> = columns.iter().map(|column| column_letters(*column)).collect();
        let cells = columns.iter().map(|column| CellRange::Column { table, column: *column });
        findings.push(place(cells.collect()).saying(
            format!("{in_zh}{}列填有数字，但上方没有表头，未采用；请核对是否填错了列。", letters.join("、")),
            format!(
                "{in_en}{} {} has figures under no heading of the form; not used",
                plural(letters.len(), "column"),
                letters.join(", ")
            ),
        ));
    }
    findings
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// Returns the finding on rows with figures under unknown labels. Running text has no row numbers.
fn unknown_rows(mut finding: Finding, (in_zh, in_en): (&str, &str), rows: &[(Option<u32>, &String)]) -> Finding {
    finding.observed = rows.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join("; ");
    let numbers: Vec<String> = rows.iter().filter_map(|(row, _)| row.map(|row| (row + 1).to_string())).collect();
    let labels: Vec<String> = rows.iter().map(|(_, label)| quoted(label)).collect();
    let zh = |few: usize| {
        let at = if numbers.is_empty() { String::new() } else { format!("第{}行", numbers[..few].join("、")) };
        let rest = if few < rows.len() { format!("等{}行", rows.len()) } else { String::new() };
        let labels = labels[..few].join("、");
        format!("{in_zh}{at}{labels}{rest}填有数字，但表内没有这一行或无法确定是哪一行，未采用；请核对行名。")
    };
    let at = match numbers.as_slice() {
        [] => String::new(),
        numbers => format!("{} {} ", plural(numbers.len(), "row"), numbers.join(", ")),
    };
    let labels_en = labels.join(", ");
    let en = format!("{in_en}{at}{labels_en} has figures and is no row of the form, or not surely one; not used");
    if rows.len() == 1 {
        return finding.saying(zh(1), en);
    }
    finding.saying_briefly(vec![zh(rows.len()), zh(2), zh(1)], Message::new(zh(rows.len()), en))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::submission::Reader;

    /// Returns what is found in a report without the last row of table 3.
    fn found(divided_pages: &[u32]) -> Vec<String> {
        let whole = include_str!("../../tests/formats/html.html");
        let lines: Vec<&str> = whole.lines().filter(|line| !line.contains("四、结转下年度")).collect();
        let reader = Reader::official().expect("data files are well formed");
        let mut submissions = reader.read("甲山镇2025年年报.html", lines.join("\n").as_bytes());
        for submission in &mut submissions {
            submission.divided_pages = divided_pages.to_vec();
        }
        let corpus = Corpus::build(Arc::clone(&reader.forms), None, Some(2025), submissions, None);
        let findings = check(&corpus).expect("a check of a corpus");
        findings.into_iter().map(|finding| finding.message.zh).collect()
    }

    #[test]
    fn a_row_that_a_page_break_may_have_cut_is_not_called_missing() {
        let missing = found(&[]);
        assert!(missing.len() == 1 && missing[0].starts_with("表三缺少"), "{missing:?}");
        let asked = found(&[2, 3]);
        assert!(asked.len() == 1 && asked[0].contains("第2、3页末尾换页，表三有的行或列未能读出"), "{asked:?}");
    }
}
