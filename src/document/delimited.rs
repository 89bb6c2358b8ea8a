//! Delimited text: CSV and TSV with the delimiters that offices use.

use super::charset::decode;
use super::{Cell, CellKind, Format, Grid, Unreadable};
use crate::source::{Limit, Limits};

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// Reads delimited text into one grid. Rows and columns are numbered as in a spreadsheet, so blank lines count.
pub(super) fn read(delimiter: u8, bytes: &[u8], limits: &Limits) -> Result<Grid, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::Delimited(delimiter), why);
    let text = decode(bytes).ok_or_else(|| damaged("no known encoding".to_owned()))?;
    let beyond = |limit| Unreadable::beyond(limit, limits);
    let mut cells = Vec::new();
    // The csv reader drops blank lines, which would shift the rows. A pair of quotes keeps a blank line as a row.
    let mut kept = String::with_capacity(text.len());
    for (count, line) in (1..).zip(logical_lines(&text, delimiter)) {
        limits.allow(Limit::Cells, count).map_err(beyond)?;
        kept += if line.is_empty() { "\"\"" } else { line };
        kept.push('\n');
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(kept.as_bytes());
    for (row, fields) in (0_u32..).zip(reader.records()) {
        let fields = fields.map_err(|error| damaged(error.to_string()))?;
        for (column, field) in (0_u32..).zip(&fields) {
            if !field.trim().is_empty() {
                limits.allow(Limit::Text, field.len() as u64).map_err(beyond)?;
                limits.allow(Limit::Cells, cells.len() as u64 + 1).map_err(beyond)?;
                cells.push(Cell { row, column, kind: CellKind::Text, text: unguarded(field).into(), formula: None });
            }
        }
    }
    Ok(Grid::new("", cells))
}

/// Returns the value of a field without the guard that some exports add to keep it from becoming a number or date:
/// `="12"`, `'12`.
fn unguarded(field: &str) -> &str {
    let core = field.trim();
    let quoted = core.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    let digits = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    quoted.or_else(|| core.strip_prefix('\'').filter(digits)).unwrap_or(field)
}

/// Returns the delimiter, if the text is a table. A file name that ends in csv or tsv is trusted.
pub(super) fn delimiter_of(text: &str, name: &str) -> Option<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    let tabular =
        |delimiter: u8| lines.iter().filter(|line| line.bytes().filter(|b| *b == delimiter).count() > 1).count();
    // A table of two columns has one delimiter per line, which is also common in running text.
    let in_all = |delimiter: u8| lines.iter().flat_map(|line| line.bytes()).filter(|b| *b == delimiter).count();
    let best = DELIMITERS.into_iter().max_by_key(|delimiter| (tabular(*delimiter), in_all(*delimiter)))?;
    let lower = name.to_lowercase();
    let named = [".csv", ".tsv"].iter().any(|ending| lower.ends_with(ending));
    let mostly = !lines.is_empty() && tabular(best) * 2 >= lines.len();
    (named || mostly).then_some(best)
}

/// Splits text into lines as a spreadsheet does: a line break in a quoted field does not end a line, and a blank line
/// counts.
fn logical_lines(text: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut quoted, mut field_start) = (false, true);
        let ends = |byte: &u8| {
            if *byte == b'"' && (quoted || field_start) {
                quoted = !quoted;
            }
            field_start = !quoted && *byte == delimiter;
            *byte == b'\n' && !quoted
        };
        let end = rest.as_bytes().iter().position(ends).unwrap_or(rest.len());
        let line = rest[..end].trim_end_matches('\r');
        rest = rest.get(end + 1..).unwrap_or("");
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_are_a_table_where_the_name_says_so() {
        assert_eq!(delimiter_of("unit,kind\n甲山镇,乡镇\n", "roster.csv"), Some(b','));
        assert_eq!(delimiter_of("unit\tkind\n甲山镇\t乡镇\n", "roster.tsv"), Some(b'\t'));
        assert_eq!(delimiter_of("今年以来,我乡扎实推进。\n", "a.txt"), None);
    }

    #[test]
    fn guards_of_an_export_are_no_text() {
        let fields = ["=\"12\"", "=\"行政许可\"", "'12", " =\"0\"", "'甲'", "=A1+\"2\"", "=\"1\"&\"2\"", "12"];
        let shown = fields.map(unguarded);
        assert_eq!(shown, ["12", "行政许可", "12", "0", "'甲'", "=A1+\"2\"", "=\"1\"&\"2\"", "12"]);
        let text = "规章,=\"1\",\"=\"\"2\"\"\"\n";
        let grid = read(b',', text.as_bytes(), &Limits::default()).expect("readable");
        assert_eq!([1, 2].map(|column| grid.cell(0, column).map(|cell| cell.text.as_str())), [Some("1"), Some("2")]);
    }

    #[test]
    fn a_cell_is_where_a_spreadsheet_shows_it() {
        let text = "标题,,\r\n\r\n\"社会\n公益\",0,1\r\n,,2\r\n";
        let grid = read(b',', text.as_bytes(), &Limits::default()).expect("readable");
        assert_eq!(grid.cell(2, 0).map(|cell| cell.text.as_str()), Some("社会\n公益"));
        assert_eq!(grid.cell(3, 2).map(|cell| cell.text.as_str()), Some("2"));
        assert_eq!(grid.cell(1, 0), None);
    }
}
