//! `data/facts.parquet`, written in row groups.

use std::io::Write;
use std::sync::Arc;

use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnDescPtr;

use super::chunk::{Column, Number};
use crate::amount::State;
use crate::corpus::{Facts, SCALE, column};
use crate::outcome::Outcome;
use crate::place::Spot;
use crate::report::Failure;
use crate::submission::Raw;

/// Submissions in a row group; each has about two hundred rows.
const GROUP: usize = 512;

/// The facts as Parquet. Made with the same types as the CSV's schema: text, a 32-bit year, an exact decimal.
pub(in crate::report) fn write(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let year = outcome.corpus.year.known();
    let fields = column::FACTS.iter().map(|name| match *name {
        "year" => format!("{} int32 year;", if year.is_some() { "required" } else { "optional" }),
        "value" => format!("optional fixed_len_byte_array(16) value (decimal(38, {SCALE}));"),
        text => format!("required binary {text} (utf8);"),
    });
    let schema = format!("message facts {{ {} }}", fields.collect::<Vec<_>>().join(" "));
    let schema = Arc::new(parse_message_type(&schema)?);
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("huizong".to_owned());
    // The Parquet writer wants to own what it writes to: it has a buffer, which is emptied after each group.
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))?;
    let columns = file.schema_descr().columns().to_vec();
    for submissions in outcome.corpus.facts().chunks(GROUP) {
        let mut group = Group::default();
        for facts in submissions {
            group.put(*facts, year.map(i32::from))?;
        }
        group.write(&mut file, &columns)?;
        out.write_all(file.inner())?;
        file.inner_mut().clear();
    }
    out.write_all(&file.into_inner()?)?;
    Ok(())
}

/// The columns of a row group.
#[derive(Default)]
struct Group<'a> {
    unit_id: Column<&'a str>,
    unit: Column<&'a str>,
    year: Column<i32>,
    form: Column<&'a str>,
    indicator: Column<&'a str>,
    value: Column<Number>,
    state: Column<State>,
    raw: Column<Raw<'a>>,
    file: Column<&'a str>,
    sheet: Column<&'a str>,
    cell: Column<Spot>,
    /// The form of the submission put last, and how many of its indicators it has.
    last: Option<(&'a str, usize)>,
}

impl<'a> Group<'a> {
    /// Puts the facts of a submission behind the others.
    fn put(&mut self, facts: Facts<'a>, year: Option<i32>) -> Result<(), Failure> {
        let rows = u32::try_from(facts.figures().len())?;
        self.unit_id.put(facts.unit.map_or("", |unit| unit.id.as_str()), rows);
        self.unit.put(facts.unit.map_or("", |unit| unit.name.as_str()), rows);
        match year {
            Some(year) => self.year.put_next(year, rows),
            None => self.year.put_any(None, rows),
        }
        self.form.put_next(facts.form.id.as_str(), rows);
        self.file.put(facts.submission.file.as_str(), rows);
        self.put_indicators(facts);
        self.put_numbers(facts)?;
        // Where all figures are on one sheet, it is put once.
        match facts.alike() {
            Some((_, sheet)) => self.sheet.put_next(sheet, rows),
            None => facts.figures().for_each(|(_, figure)| self.sheet.put_next(figure.sheet().unwrap_or_default(), 1)),
        }
        facts.figures().for_each(|(_, figure)| self.cell.put_next(figure.spot().unwrap_or(Spot::Text), 1));
        Ok(())
    }

    /// The indicators, which are those of the submission before where both are on one form.
    fn put_indicators(&mut self, facts: Facts<'a>) {
        let like = Some((facts.form.id.as_str(), facts.figures().len()));
        if self.last == like {
            return self.indicator.put_again(facts.figures().len());
        }
        facts.figures().for_each(|(indicator, _)| self.indicator.put_next(indicator.id.as_str(), 1));
        self.last = like;
    }

    /// What the figures are, as numbers and as they were written. Most are whole, and the same as the one before.
    fn put_numbers(&mut self, facts: Facts<'a>) -> Result<(), Failure> {
        let wholes: Vec<Option<i64>> = facts.wholes().collect();
        let mut at = 0;
        for alike in wholes.chunk_by(|one, next| one.is_some() && one == next) {
            let rows = u32::try_from(alike.len())?;
            let (state, value, raw) = if let Some(number) = alike[0] {
                (State::Number, Some(Number::Whole(number)), Raw::Whole(number))
            } else {
                let figure = facts.figure(at);
                (figure.state, figure.value.map(Number::from), figure.written())
            };
            self.state.put_next(state, rows);
            self.value.put_any(value, rows);
            self.raw.put(raw, rows);
            at += alike.len();
        }
        Ok(())
    }

    /// Writes the columns in the order of the schema.
    fn write(&self, file: &mut SerializedFileWriter<Vec<u8>>, columns: &[ColumnDescPtr]) -> Result<(), Failure> {
        let mut group = file.next_row_group()?;
        for (name, column) in column::FACTS.iter().zip(columns) {
            match *name {
                "unit_id" => self.unit_id.write(&mut group, column)?,
                "unit" => self.unit.write(&mut group, column)?,
                "year" => self.year.write(&mut group, column)?,
                "form" => self.form.write(&mut group, column)?,
                "indicator" => self.indicator.write(&mut group, column)?,
                "value" => self.value.write(&mut group, column)?,
                "state" => self.state.write(&mut group, column)?,
                "raw" => self.raw.write(&mut group, column)?,
                "file" => self.file.write(&mut group, column)?,
                "sheet" => self.sheet.write(&mut group, column)?,
                "cell" => self.cell.write(&mut group, column)?,
                other => return Err(format!("nothing is known of a column {other}").into()),
            }
        }
        group.close()?;
        Ok(())
    }
}
