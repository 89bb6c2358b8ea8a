//! Delimited text: csv and tsv in the encodings and with the delimiters that offices produce.

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Cell, Format, Grid, Kind, Unreadable};

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// Reads delimited text into one grid. Row and column numbers are those a spreadsheet would show: blank lines count.
pub(super) fn read(delimiter: u8, bytes: &[u8]) -> Result<Grid, Unreadable> {
    let damaged = |why: String| Unreadable::Damaged(Format::Delimited(delimiter), why);
    let text = decode(bytes).ok_or_else(|| damaged("no known encoding".to_owned()))?;
    let mut cells = Vec::new();
    // The csv reader drops blank lines, and rows would be off; a pair of quotes keeps the place of one.
    let lines = logical_lines(&text, delimiter).map(|line| if line.is_empty() { "\"\"" } else { line });
    let kept = lines.collect::<Vec<_>>().join("\n");
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(kept.as_bytes());
    for (row, fields) in (0_u32..).zip(reader.records()) {
        let fields = fields.map_err(|error| damaged(error.to_string()))?;
        for (column, field) in (0_u32..).zip(&fields) {
            if !field.trim().is_empty() {
                cells.push(Cell { row, column, kind: Kind::Text, text: field.to_owned(), formula: None });
            }
        }
    }
    Ok(Grid::new("", cells))
}

/// The text of the bytes: by byte order mark, else UTF-8, UTF-16 by its zero bytes, GB18030, else what `chardetng`
/// thinks likeliest. `None` for what is not text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    // The head of a file may end within a character, hence the tolerance at the very end.
    for encoding in [UTF_8, GB18030] {
        for cut in 0..4.min(bytes.len()) {
            if let Some(text) =
                encoding.decode_without_bom_handling_and_without_replacement(&bytes[..bytes.len() - cut])
            {
                return Some(text.into_owned());
            }
        }
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow);
    let (text, _, malformed) = guess.decode(bytes);
    let control = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (!malformed || control == 0).then(|| text.into_owned())
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(2048) & !1];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let enough = sample.len() / 16 + 1;
    // Digits and delimiters have a zero half; a few characters (一 is U+4E00) have the other.
    match (zeros(0), zeros(1)) {
        (even, odd) if odd >= enough && odd > 4 * even => Some(UTF_16LE),
        (even, odd) if even >= enough && even > 4 * odd => Some(UTF_16BE),
        _ => None,
    }
}

/// The delimiter that makes a table of the text, if one does. A name that ends in csv or tsv is believed.
pub(super) fn delimiter_of(text: &str, name: &str) -> Option<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    let tabular =
        |delimiter: u8| lines.iter().filter(|line| line.bytes().filter(|b| *b == delimiter).count() > 1).count();
    let best = DELIMITERS.into_iter().max_by_key(|delimiter| (tabular(*delimiter), u8::MAX - delimiter))?;
    let lower = name.to_lowercase();
    let named = [".csv", ".tsv"].iter().any(|ending| lower.ends_with(ending));
    let mostly = !lines.is_empty() && tabular(best) * 2 >= lines.len();
    (named || mostly).then_some(best)
}

/// Lines as a spreadsheet counts them: a line break inside a quoted field does not end one, a blank line is one.
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
    fn a_cell_is_where_a_spreadsheet_shows_it() {
        let text = "标题,,\r\n\r\n\"社会\n公益\",0,1\r\n,,2\r\n";
        let grid = read(b',', text.as_bytes()).expect("readable");
        assert_eq!(grid.cell(2, 0).map(|cell| cell.text.as_str()), Some("社会\n公益"));
        assert_eq!(grid.cell(3, 2).map(|cell| cell.text.as_str()), Some("2"));
        assert_eq!(grid.cell(1, 0), None);
    }

    #[test]
    fn encodings_of_offices() {
        let text = "单位,年度\n甲山镇,2025\n";
        let (gbk, _, _) = GB18030.encode(text);
        assert_eq!(decode(&gbk).as_deref(), Some(text));
        let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).as_deref(), Some(text));
        assert_eq!(decode(&utf16[2..]).as_deref(), Some(text));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(decode(&marked).as_deref(), Some(text));
    }
}
