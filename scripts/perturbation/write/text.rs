//! Writer of delimited and running text.

use super::super::case::{Case, Format, Part};
use super::super::grid::{Cell, Grid};
use super::placed;

/// Returns the bytes of a delimited file with the cells of a sheet at their positions.
pub(crate) fn delimited(case: &Case) -> Vec<u8> {
    let join = case.text.join.unwrap_or(if case.format == Format::Tsv { "\t" } else { "," });
    let mut lines = Vec::new();
    for sheet in case.sheets.iter().filter(|sheet| !sheet.is_hidden) {
        let cells = placed(sheet);
        let rows = cells.iter().map(|cell| cell.row + 1).max().unwrap_or(0);
        let width = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
        for row in 0..rows {
            let mut fields = vec![String::new(); width];
            for cell in cells.iter().filter(|cell| cell.row == row) {
                fields[cell.column].clone_from(&cell.text);
            }
            let quoted = fields.iter().map(|field| quote(field, join, case.text.is_quoted));
            lines.push(quoted.collect::<Vec<_>>().join(join));
        }
    }
    encode(case, &lines, case.format == Format::CsvGbk)
}

fn quote(field: &str, join: &str, is_always: bool) -> String {
    if is_always || field.contains(join) || field.contains(['"', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Returns the bytes of running text.
pub(crate) fn flowing(case: &Case) -> Vec<u8> {
    let mut lines = Vec::new();
    for part in case.sheets.iter().filter(|sheet| !sheet.is_hidden).flat_map(|sheet| &sheet.parts) {
        match part {
            Part::Text(_, text) => lines.push(text.clone()),
            Part::Table(grid) => table(case, grid, &mut lines),
        }
        if case.format == Format::Markdown {
            lines.push(String::new());
        }
    }
    if let Some((length, header, has_feed)) = &case.text.page {
        lines = paginate(&lines, *length, header, *has_feed);
    }
    encode(case, &lines, case.text.is_gbk)
}

fn table(case: &Case, grid: &Grid, lines: &mut Vec<String>) {
    let flat = |text: &str| text.replace('\n', if case.format == Format::Markdown { "<br>" } else { " " });
    for row in 0..grid.rows {
        let of_row: Vec<&Cell> = grid.row(row).collect();
        match case.format {
            Format::Lines => {
                for cell in of_row {
                    lines.push(cell.text.replace('\n', ""));
                    lines.extend(case.text.join.map(str::to_owned));
                }
            }
            Format::Markdown => {
                let mut fields = vec![String::new(); grid.columns];
                for cell in &of_row {
                    fields[cell.column] = flat(&cell.text);
                }
                lines.push(format!("| {} |", fields.join(" | ")));
                if row == 0 {
                    lines.push(format!("|{}", "---|".repeat(grid.columns)));
                }
            }
            Format::Aligned => aligned(case, &of_row, lines),
            _ => {
                let default = if case.format == Format::Tabs { "\t" } else { " | " };
                let join = case.text.join.unwrap_or(default);
                let mut fields: Vec<String> = of_row.iter().map(|cell| flat(&cell.text)).collect();
                if !case.text.is_compact {
                    fields = vec![String::new(); grid.columns];
                    for cell in &of_row {
                        fields[cell.column] = flat(&cell.text);
                    }
                }
                lines.push(fields.join(join));
            }
        }
    }
}

/// Writes a row as page converters do: cells separated by spaces, and the figures of a row in one line.
fn aligned(case: &Case, row: &[&Cell], lines: &mut Vec<String>) {
    let (figures, printed): (Vec<&Cell>, Vec<&Cell>) = row.iter().partition(|cell| cell.is_figure());
    let texts = |cells: &[&Cell]| cells.iter().map(|cell| cell.text.replace('\n', "")).collect::<Vec<_>>();
    let values = texts(&figures).join("     ");
    let mut words: Vec<String> = texts(&printed);
    if let (true, Some(label)) = (case.text.has_pieces && words.len() > 1, words.last().cloned()) {
        // The group's label is set vertically in the middle of its rows; here its pieces are in front.
        let pieces: Vec<String> = words[..words.len() - 1].to_vec();
        words = vec![format!("{} {label}", pieces.join(" "))];
    }
    let label = words.join("  ");
    let mut label_lines = vec![label.clone()];
    if let Some(width) = case.text.wrap.filter(|width| label.chars().count() > *width && !figures.is_empty()) {
        let characters: Vec<char> = label.chars().collect();
        label_lines = characters.chunks(width).map(|piece| piece.iter().collect()).collect();
    }
    if case.text.figures_first && !values.is_empty() {
        lines.push(values);
        lines.extend(label_lines.into_iter().filter(|line| !line.is_empty()));
        return;
    }
    // The figures are on the first line of the label.
    for (at, line) in label_lines.into_iter().enumerate() {
        let gap = if line.is_empty() || values.is_empty() { "" } else { "     " };
        lines.push(if at == 0 { format!("{line}{gap}{values}") } else { line });
    }
}

/// Breaks lines into pages with a header at the top and a number at the bottom of each.
fn paginate(lines: &[String], length: usize, header: &str, has_feed: bool) -> Vec<String> {
    let mut pages = Vec::new();
    for (at, page) in lines.chunks(length).enumerate() {
        let feed = if has_feed && at > 0 { "\u{c}" } else { "" };
        if !header.is_empty() {
            pages.push(format!("{feed}{header}"));
        }
        let mut page = page.to_vec();
        if header.is_empty() {
            page[0] = format!("{feed}{}", page[0]);
        }
        pages.extend(page);
        pages.push(format!("— {} —", at + 1));
    }
    pages
}

fn encode(case: &Case, lines: &[String], is_gbk: bool) -> Vec<u8> {
    let end = if case.text.is_crlf { "\r\n" } else { "\n" };
    let text = lines.join(end) + end;
    if case.text.is_utf16 {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        return units.flat_map(u16::to_le_bytes).collect();
    }
    let mut bytes = if is_gbk { encoding_rs::GB18030.encode(&text).0.into_owned() } else { text.clone().into_bytes() };
    if case.text.has_mark && !is_gbk {
        bytes.splice(0..0, [0xEF, 0xBB, 0xBF]);
    }
    if case.text.bad_byte && !is_gbk {
        // The last byte before the end of the last line is removed.
        let at = bytes.len() - end.len() - 1;
        bytes.remove(at);
    }
    bytes
}
