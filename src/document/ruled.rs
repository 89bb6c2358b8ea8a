//! Tables in running text with the same number of separators in all lines.

use super::pages::is_page_number;
use super::table_builder::TableBuilder;
use super::{Grid, PAGE_BREAK};
use crate::amount::{self, State};

/// Characters that draw the columns of a table and occur in no ordinary text.
pub(crate) const BARS: [char; 9] = ['|', '\t', '｜', '│', '┃', '║', '¦', '∣', '︱'];
/// Characters that separate cells but also the parts of a sentence.
pub(crate) const SEPARATORS: [char; 7] = ['→', '⇒', '；', ';', '，', ',', '、'];

/// Fewest lines of a table: table 4 has as many. Three equal lines may be part of a larger table whose other lines have
/// fewer columns because their merged cells left no separators.
const MIN_LINES: usize = 4;
/// Fewest bars on each line. With a single bar, a line that lacks its second column would look like a heading.
const MIN_BARS: usize = 2;
/// Fewest separators on each line.
const MIN_SEPARATORS: usize = 3;
/// Longest cell between separators, in characters.
const MAX_CELL_CHARS: usize = 60;

/// Returns the table that begins at the line `start`, and the index of the line after it. Empty lines and page numbers
/// may come between its rows. `None` if the nearest other line before or after it has the separator too: then it is
/// part of a table with merged cells, and rows with equal counts may follow one another by chance.
pub(super) fn table(lines: &[&str], start: usize) -> Option<(Grid, usize)> {
    let marks = BARS.into_iter().chain(SEPARATORS).filter(|mark| lines[start].contains(*mark));
    let (mark, rows) = marks.into_iter().find_map(|mark| Some((mark, table_rows(lines, start, mark)?)))?;
    let end = rows.last()? + 1;
    let mut table = TableBuilder::default();
    for at in rows {
        table.row(false);
        for cell in cells(lines[at], mark) {
            table.cell(1, 1, cell.to_owned());
        }
    }
    Some((table.finish()?, end))
}

/// Returns the indices of the rows of the table that begins at `start`; `None` if none begins there.
fn table_rows(lines: &[&str], start: usize, mark: char) -> Option<Vec<usize>> {
    let is_beside = |line: &&&str| !is_between(line, mark);
    if lines[..start].iter().rfind(is_beside).is_some_and(|line| line.contains(mark)) {
        return None;
    }
    let rows = rows(lines, start, mark);
    let end = rows.last()? + 1;
    let has_mark_behind = lines[end..].iter().find(is_beside).is_some_and(|line| line.contains(mark));
    let has_rule = lines[start..end].iter().any(|line| is_rule(line));
    (!has_mark_behind && !has_rule && is_tabular(&rows, lines, mark)).then_some(rows)
}

/// Returns whether lines look like the rows of a table: there are enough of them, on at least half of them a cell is
/// blank or a figure, and, if the separator also occurs in sentences, no cell is a sentence.
fn is_tabular(rows: &[usize], lines: &[&str], mark: char) -> bool {
    let rows: Vec<Vec<&str>> = rows.iter().map(|at| cells(lines[*at], mark)).collect();
    let is_drawn = BARS.contains(&mark);
    let columns = if is_drawn { MIN_BARS } else { MIN_SEPARATORS } + 1;
    let is_value =
        |cell: &&str| matches!(amount::read(cell).state, State::Blank | State::Number | State::NotApplicable);
    let valued = rows.iter().filter(|row| row.iter().any(is_value)).count();
    let is_sentence = |cell: &str| cell.contains('。') || cell.chars().count() > MAX_CELL_CHARS;
    rows.len() >= MIN_LINES
        && rows[0].len() >= columns
        && valued * 2 >= rows.len()
        && (is_drawn || !rows.iter().flatten().any(|cell| is_sentence(cell)))
}

/// Returns whether a line is the rule of dashes below the header of a Markdown table.
pub(super) fn is_rule(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// Returns whether a line may occur between the rows of a table without being a row.
fn is_between(line: &str, mark: char) -> bool {
    line.trim().is_empty() && !line.contains(mark) || is_page_number(line)
}

/// Returns the indices of the lines from `start` on that have as many separators as that line, up to the first that
/// differs.
fn rows(lines: &[&str], start: usize, mark: char) -> Vec<usize> {
    let width = cells(lines[start], mark).len();
    let own = lines.iter().enumerate().skip(start).filter(|(_, line)| !is_between(line, mark));
    own.take_while(|(_, line)| cells(line, mark).len() == width).map(|(at, _)| at).collect()
}

/// Splits a line into cells. A separator within brackets is part of its cell, unless it is a bar.
fn cells(line: &str, mark: char) -> Vec<&str> {
    let (mut depth, mut from) = (0_usize, 0);
    let mut cells = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '(' | '（' if !BARS.contains(&mark) => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if c == mark && depth == 0 => {
                cells.push(&line[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    cells.push(&line[from..]);
    let is_edge = |c: char| c.is_whitespace() && c != PAGE_BREAK;
    cells.into_iter().map(|cell| cell.trim_matches(is_edge)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Option<(usize, usize)> {
        let lines: Vec<&str> = text.lines().collect();
        table(&lines, 0).map(|(grid, taken)| (grid.cells().len(), taken))
    }

    #[test]
    fn lines_with_as_many_marks_are_a_table() {
        for mark in ["|", "\t", " │ ", "；", "，", "→"] {
            let text = ["第（一）项   ", "信息内容 制发 废止 有效", "规章  0 1", "（甲；，乙） 1 0 12", "许可 3"];
            let text = text.map(|row| row.replace(' ', mark));
            assert_eq!(taken(&text[..4].join("\n")), Some((12, 4)), "{mark}");
            assert_eq!(taken(&text[..4].join("\n\n— 3 —\n")), Some((12, 10)), "{mark}");
            assert_eq!(taken(&format!("{}\n后文", text[..4].join("\n"))), Some((12, 4)), "{mark}");
            assert_eq!(taken(&text.join("\n")), None, "{mark}");
            assert_eq!(taken(&text[1..4].join("\n")), None, "{mark}");
        }
    }

    #[test]
    fn sentences_are_none() {
        assert_eq!(taken("收到，受理，办结，归档\n公开，答复，补正，结转\n甲，乙，丙，丁\n子，丑，寅，卯"), None);
        assert_eq!(taken("收到12，受理，3，无\n公开，1，2，3。\n甲，乙，丙，4\n子，丑，寅，5"), None);
    }
}
