//! Running text and Markdown: each line is a paragraph. Markdown tables, and lines with the same number of separators
//! as the lines around them, become grids. Other lines keep their bars and tabs, because after merged cells the columns
//! are no longer known.

use super::charset::decode;
use super::pages::{self, PAGE_BREAK};
use super::ruled;
use super::table_builder::TableBuilder;
use super::{Document, Format, Paragraph, Unreadable};
use crate::source::{Limit, Limits};

/// Reads a text file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let text = decode(bytes).ok_or_else(|| Unreadable::Damaged(Format::Text, "no known encoding".to_owned()))?;
    let count = text.lines().count() as u64;
    limits.allow(Limit::Cells, count).map_err(|limit| Unreadable::beyond(limit, limits))?;
    let mut document = Document::default();
    let lines = pages::lines_without_furniture(&text);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut at = 0;
    while at < lines.len() {
        let dashes = lines.get(at + 1).is_some_and(|line| ruled::is_rule(line));
        if dashes && lines[at].contains('|') {
            let rows = lines[at..].iter().take_while(|line| line.contains('|')).count();
            let below = lines[at..at + rows].iter().filter(|line| !ruled::is_rule(line));
            document.push_table(table(below.copied()));
            at += rows;
        } else if let Some((table, end)) = ruled::table(&lines, at) {
            document.push_table(table);
            at = end;
        } else {
            // The marks of Markdown headings and bold type are not part of the text.
            let line = lines[at].trim_matches(|c: char| c == '#' || c == '*' || c.is_whitespace());
            if lines[at].ends_with(PAGE_BREAK) && !line.is_empty() {
                document
                    .paragraphs
                    .push(Paragraph { text: format!("{line}{PAGE_BREAK}"), after: document.grids.len() });
            } else {
                document.push_paragraph(line);
            }
            at += 1;
        }
    }
    Ok(document)
}

fn table<'a>(lines: impl Iterator<Item = &'a str>) -> super::Grid {
    let mut table = TableBuilder::default();
    for line in lines {
        table.row(false);
        let line = line.trim();
        let inner = line.strip_prefix('|').unwrap_or(line);
        for cell in inner.strip_suffix('|').unwrap_or(inner).split('|') {
            table.cell(1, 1, cell.trim().trim_matches('*').replace("<br>", "\n"));
        }
    }
    table.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_table_is_a_grid_and_lines_with_bars_are_lines() {
        let text =
            "# **甲山镇年报**\n规章 | 0 | 0 |\n\n| 信息内容 | 件数 |\n|---|:-:|\n| 规章 |  |\n| 许可 | 3 |\n后文\n";
        let document = read(text.as_bytes(), &Limits::default()).expect("a text");
        let said: Vec<&str> = document.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        assert_eq!(said, ["甲山镇年报", "规章 | 0 | 0 |", "后文"]);
        let grid = &document.grids[0];
        assert_eq!(grid.cell(2, 1).map(|cell| cell.text.as_str()), Some("3"));
        assert_eq!(grid.place(2, 1).spot.to_string(), "table1!R3C2");
        assert_eq!(grid.cells().len(), 5);
    }
}
