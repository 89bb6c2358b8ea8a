//! CSV writers for programs and for offices.

use std::borrow::Cow;
use std::io::Write;

use super::Failure;
use crate::amount::{self, State};

/// Returns a CSV writer for programs: UTF-8, LF, unchanged text.
pub(super) fn for_programs<'a>(
    out: &'a mut dyn Write,
    header: &[&str],
) -> Result<csv::Writer<&'a mut dyn Write>, Failure> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(header)?;
    Ok(writer)
}

/// Returns one row of CSV for programs, without an end of line.
pub(super) fn fields(fields: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields)?;
    let mut record = writer.into_inner()?;
    record.pop();
    Ok(record)
}

/// A CSV writer for offices: UTF-8 with a byte order mark, CRLF, and no text that a spreadsheet would run as a formula.
pub(super) struct ForOffices<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
}

impl<'a> ForOffices<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Result<Self, Failure> {
        out.write_all("\u{feff}".as_bytes())?;
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
        Ok(Self { writer })
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), Failure> {
        for cell in cells {
            self.writer.write_field(escape_formula(cell.as_ref()).as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// Puts an apostrophe before a text that a spreadsheet would take for a formula. Numbers stay unchanged.
fn escape_formula(text: &str) -> Cow<'_, str> {
    let suspicious = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if suspicious && !matches!(amount::read(text).state, State::Number | State::NotApplicable) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("-3", "-3"),
            ("-", "-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("-1+2", "'-1+2"),
            ("=5", "'=5"),
            ("\t=5", "'\t=5"),
            ("\r=5", "'\r=5"),
            ("＝5", "'＝5"),
            ("-3件+1", "'-3件+1"),
            ("甲山镇", "甲山镇"),
        ] {
            assert_eq!(escape_formula(text), safe);
        }
    }
}
