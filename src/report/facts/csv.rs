//! `data/facts.csv`: the facts as CSV.

use std::io::Write;

use rust_decimal::Decimal;

use crate::corpus::{Facts, column};
use crate::outcome::Outcome;
use crate::report::{Failure, csv_table};
use crate::submission::Raw;

/// Size of the output buffer, in bytes.
const GATHERED: usize = 1 << 16;

/// Writes the facts as CSV. Fields common to consecutive rows are formatted once and copied.
pub(in crate::report) fn write(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let year = outcome.corpus.year.field();
    let mut rows = csv_table::fields(&column::FACTS)?;
    rows.push(b'\n');
    for facts in outcome.corpus.facts() {
        put(facts, &year, &mut rows)?;
        if rows.len() >= GATHERED {
            out.write_all(&rows)?;
            rows.clear();
        }
    }
    out.write_all(&rows)?;
    Ok(())
}

/// Writes the rows of one submission.
fn put(facts: Facts<'_>, year: &str, rows: &mut Vec<u8>) -> Result<(), Failure> {
    let (id, unit) = facts.unit.map_or(("", ""), |unit| (unit.id.as_str(), unit.name.as_str()));
    let file = facts.submission.file.as_str();
    let begin = csv_table::fields(&[id, unit, year, &facts.form.id])?;
    let mut sheet = "";
    let mut in_sheet = csv_table::fields(&[file, sheet])?;
    for (position, (indicator, figure)) in facts.figures().enumerate() {
        let own_sheet = figure.sheet().unwrap_or_default();
        if own_sheet != sheet {
            sheet = own_sheet;
            in_sheet = csv_table::fields(&[file, sheet])?;
        }
        rows.extend(&begin);
        rows.push(b',');
        rows.extend(indicator.id.as_bytes());
        rows.push(b',');
        figure.value.map_or(Ok(()), |value| number(value, rows))?;
        rows.push(b',');
        rows.extend(figure.state.word().as_bytes());
        rows.push(b',');
        raw(figure.written(), rows)?;
        rows.push(b',');
        rows.extend(&in_sheet);
        rows.push(b',');
        figure.spot().map_or(Ok(()), |spot| write!(rows, "{spot}"))?;
        rows.push(b',');
        if let Some(corrected) = facts.correction(position) {
            rows.extend(csv_table::fields(&[&corrected.reason])?);
        }
        rows.push(b'\n');
    }
    Ok(())
}

/// Writes a number without trailing zeros. Small whole numbers, which are most, take the fast path.
fn number(value: Decimal, rows: &mut Vec<u8>) -> std::io::Result<()> {
    match i64::try_from(value.mantissa()) {
        Ok(whole) if value.scale() == 0 => write!(rows, "{whole}"),
        _ => write!(rows, "{}", value.normalize()),
    }
}

/// Writes a cell's raw text; digits alone need no quotes.
fn raw(cell: Raw<'_>, rows: &mut Vec<u8>) -> Result<(), Failure> {
    match cell {
        Raw::Whole(number) => write!(rows, "{number}")?,
        Raw::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => rows.extend(text.as_bytes()),
        Raw::Text(text) => rows.extend(csv_table::fields(&[text])?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_cells_are_as_the_csv_library_has_them() {
        for text in ["0", "-0", "12", "-7", "1.50", "100", "0.000", "79228162514264337593543950335"] {
            let (value, mut rows) = (text.parse::<Decimal>().expect("a number"), Vec::new());
            number(value, &mut rows).expect("a buffer");
            assert_eq!(rows, value.normalize().to_string().as_bytes(), "{text}");
        }
        for text in ["", "12", "1,234", "\"无\"", " 3", "一\n二", "'"] {
            let mut rows = Vec::new();
            raw(Raw::Text(text), &mut rows).expect("a buffer");
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record([text, ""]).expect("a buffer");
            assert_eq!([rows, b",\n".to_vec()].concat(), writer.into_inner().expect("bytes"), "{text}");
        }
    }
}
