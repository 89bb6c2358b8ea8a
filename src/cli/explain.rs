//! Reasons why each table was read as it was, which `huizong check --explain` prints.

use std::collections::{BTreeMap, BTreeSet};

use huizong::finding::Language;
use huizong::form::{Block, Form, Layout, Oddity, SumState, Unassigned};
use huizong::outcome::Outcome;
use huizong::place::{Spot, column_letters};
use huizong::submission::Report;

/// Returns the lines on every report that was read.
pub(super) fn lines(outcome: &Outcome, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for (entry, read) in outcome.corpus.entries.iter().enumerate() {
        let Some((report, form)) = outcome.corpus.report(entry) else { continue };
        let file = &read.submission.file;
        lines.push(say(language, format!("{file}：{}格式", form.id), format!("{file}: form {}", form.id)));
        for table in 0..form.tables.len() {
            lines.extend(of_table(report, form, table, language));
        }
    }
    lines
}

fn say(language: Language, zh: String, en: String) -> String {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

fn of_table(report: &Report, form: &Form, table: usize, language: Language) -> Vec<String> {
    let spec = &form.tables[table];
    let name = say(language, spec.name.clone(), format!("table {}", spec.id));
    if !report.tables[table] {
        return vec![say(language, format!("  {name}：没有找到"), format!("  {name}: not found"))];
    }
    let mut lines = vec![format!("  {name}{}", sheets(report, form, table, language))];
    for (at, block) in spec.blocks.iter().enumerate() {
        lines.extend(of_block(report, form, (table, at), block, language));
    }
    lines.extend(set_aside(report, form, table, language));
    lines.push(sums(report, form, table, language));
    let odd = report.by_sums.iter().filter(|(of, _)| *of == table).map(|(_, oddity)| oddity);
    let (labels, layout): (Vec<&Oddity>, Vec<&Oddity>) = odd.partition(|oddity| oddity.is_label());
    for (zh, en) in labels.into_iter().map(Oddity::in_words) {
        lines.push(say(language, format!("    标签写错：{zh}"), format!("    a wrong label: {en}")));
    }
    let odd: Vec<(String, String)> = layout.into_iter().map(Oddity::in_words).collect();
    if odd.is_empty() {
        let (zh, en) = ("    读法：按行名和表头".to_owned(), "    read by labels and headings".to_owned());
        lines.push(say(language, zh, en));
    } else {
        let (zh, en): (Vec<String>, Vec<String>) = odd.into_iter().unzip();
        let (zh, en) =
            (format!("    读法：按勾稽关系（{}）", zh.join("；")), format!("    read by its sums: {}", en.join("; ")));
        lines.push(say(language, zh, en));
    }
    lines
}

/// Returns the sheets, tables or pages of the document that a table's figures come from, or an empty text.
fn sheets(report: &Report, form: &Form, table: usize, language: Language) -> String {
    let mut names = BTreeSet::new();
    for position in form.of_table(table) {
        let figure = report.figures.at(position);
        let sheet = figure.sheet().unwrap_or_default();
        match figure.spot() {
            Some(Spot::Sheet { .. }) => {
                names.insert(say(language, format!("工作表“{sheet}”"), format!("sheet “{sheet}”")));
            }
            Some(Spot::Table { table, .. }) => {
                names.insert(say(language, format!("第{table}个表格"), format!("table {table} of the document")));
            }
            Some(Spot::Page { page, .. }) => {
                names.insert(say(language, format!("第{page}页的表格"), format!("the table on page {page}")));
            }
            Some(Spot::Text) => {
                names.insert(say(language, "正文".to_owned(), "running text".to_owned()));
            }
            None => {}
        }
    }
    let names: Vec<String> = names.into_iter().collect();
    if names.is_empty() {
        String::new()
    } else {
        say(language, format!("：{}", names.join("、")), format!(": {}", names.join(", ")))
    }
}

/// Returns which sheet columns were matched to the headings of a block, and which rows to its labels.
fn of_block(
    report: &Report,
    form: &Form,
    (table, at): (usize, usize),
    block: &Block,
    language: Language,
) -> Vec<String> {
    let (mut columns, mut rows): (BTreeMap<usize, BTreeSet<u32>>, BTreeMap<usize, BTreeSet<u32>>) = Default::default();
    for position in (0..form.indicators.len()).filter(|position| form.indicators[*position].table == table) {
        let item = &form.indicators[position];
        let (row, column) = match report.figures.at(position).spot() {
            Some(Spot::Sheet { row, column } | Spot::Table { row, column, .. }) if item.block == at => (row, column),
            _ => continue,
        };
        // In a block laid out across, each label has its own columns.
        let heading = if block.layout == Layout::Across { item.row } else { item.column };
        columns.entry(heading).or_default().insert(column);
        rows.entry(item.row).or_default().insert(row);
    }
    if columns.is_empty() {
        return Vec::new();
    }
    let label = |heading: usize| match block.layout {
        Layout::Across => block.rows[heading].label.as_str(),
        Layout::Matrix => block.columns[heading].label.as_str(),
    };
    let letters = |columns: &BTreeSet<u32>| {
        let ends = (columns.first().copied().unwrap_or(0), columns.last().copied().unwrap_or(0));
        if ends.0 == ends.1 {
            column_letters(ends.0)
        } else {
            format!("{}–{}", column_letters(ends.0), column_letters(ends.1))
        }
    };
    let headed: Vec<String> =
        columns.iter().map(|(at, columns)| format!("{}={}", label(*at), letters(columns))).collect();
    let numbers = |rows: &BTreeSet<u32>| rows.iter().map(|row| (row + 1).to_string()).collect::<Vec<_>>().join("/");
    let labelled: Vec<String> = rows
        .iter()
        .map(|(at, rows)| format!("{}{}={}", block.rows[*at].number, block.rows[*at].label, numbers(rows)))
        .collect();
    vec![
        say(language, format!("    列：{}", headed.join("、")), format!("    columns: {}", headed.join(", "))),
        say(language, format!("    行：{}", labelled.join("、")), format!("    rows: {}", labelled.join(", "))),
    ]
}

/// Returns what was left out of a table: figures of uncertain position and blocks laid out as in another form. The rows
/// and columns of the file that belong to no table are listed with the first table.
fn set_aside(report: &Report, form: &Form, table: usize, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    let unplaced = form.of_table(table).filter(|position| report.figures.at(*position).doubt.is_some()).count();
    if unplaced > 0 {
        let (zh, en) =
            (format!("    位置无法确定、未采用：{unplaced}格"), format!("    without a certain place: {unplaced}"));
        lines.push(say(language, zh, en));
    }
    if report.other_form.iter().any(|(of, _)| *of == table) {
        let (zh, en) = ("    按另一版格式排列的部分：未采用", "    laid out as another form has it: not used");
        lines.push(say(language, zh.to_owned(), en.to_owned()));
    }
    for (_, unassigned) in report.unassigned.iter().filter(|_| table == 0) {
        let (zh, en) = match unassigned {
            Unassigned::Row { row, label } => {
                let row = row.map_or_else(String::new, |row| (row + 1).to_string());
                (format!("第{row}行“{label}”"), format!("row {row} “{label}”"))
            }
            Unassigned::Column { column } => {
                (format!("{}列", column_letters(*column)), format!("column {}", column_letters(*column)))
            }
            Unassigned::Twice { row, again, label } => (
                format!("第{}行和第{}行“{label}”", row + 1, again + 1),
                format!("rows {} and {} “{label}”", row + 1, again + 1),
            ),
        };
        lines.push(say(language, format!("    本文件中未采用：{zh}"), format!("    set aside in this file: {en}")));
    }
    lines
}

/// Returns the line that says which of the table's sums hold.
fn sums(report: &Report, form: &Form, table: usize, language: Language) -> String {
    let own = form.equations.iter().filter(|equation| equation.table == table);
    let own = own.filter(|equation| !form.is_out(equation.right[0], report.combined));
    let (mut kept, mut undecided, mut broken) = (0, 0, Vec::new());
    for equation in own {
        match equation.evaluate(|position| report.term(form, position)).state() {
            SumState::Kept => kept += 1,
            SumState::Undecided => undecided += 1,
            SumState::Broken => broken.push(equation.id.as_str()),
        }
    }
    if kept + undecided + broken.len() == 0 {
        return say(language, "    勾稽关系：本表没有".to_owned(), "    sums: the table has none".to_owned());
    }
    let ids = if broken.is_empty() { String::new() } else { format!(" ({})", broken.join(" ")) };
    say(
        language,
        format!("    勾稽关系：平{kept}个，不平{}个{ids}，无法判定{undecided}个", broken.len()),
        format!("    sums: {kept} kept, {} broken{ids}, {undecided} undecided", broken.len()),
    )
}
