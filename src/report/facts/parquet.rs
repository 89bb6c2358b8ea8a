//! `data/facts.parquet`, written in row groups.

use std::io::Write;
use std::sync::Arc;

use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnDescPtr;

use super::chunk::Column;
use crate::amount::State;
use crate::corpus::{Facts, SCALE, column, scale_up};
use crate::outcome::Outcome;
use crate::place::Spot;
use crate::report::Failure;
use crate::submission::Raw;

/// Submissions in a row group; each has about two hundred rows.
const GROUP: usize = 512;

/// The facts as Parquet. Made with the same types as the CSV's schema: text, a 32-bit year, an exact decimal.
pub(in crate::report) fn write(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let fields = column::FACTS.iter().map(|name| match *name {
        "year" => "required int32 year;".to_owned(),
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
            group.put(*facts, i32::from(outcome.corpus.year));
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
    value: Column<i128>,
    state: Column<State>,
    raw: Column<Raw<'a>>,
    file: Column<&'a str>,
    sheet: Column<&'a str>,
    cell: Column<Spot>,
}

impl<'a> Group<'a> {
    /// Puts the facts of a submission behind the others.
    fn put(&mut self, facts: Facts<'a>, year: i32) {
        let rows = facts.figures().len();
        self.unit_id.put(facts.unit.map_or("", |unit| unit.id.as_str()), rows);
        self.unit.put(facts.unit.map_or("", |unit| unit.name.as_str()), rows);
        self.year.put(year, rows);
        self.form.put(facts.form.id.as_str(), rows);
        self.file.put(facts.submission.file.as_str(), rows);
        // Where all figures are alike in something, it is put once.
        let alike = facts.alike();
        if let Some((state, sheet)) = alike {
            self.state.put(state, rows);
            self.sheet.put(sheet, rows);
        }
        for (indicator, figure) in facts.figures() {
            self.indicator.put(indicator.id.as_str(), 1);
            self.value.put(figure.value.map(scale_up), 1);
            self.raw.put(figure.written(), 1);
            self.cell.put(figure.spot().unwrap_or(Spot::Text), 1);
            if alike.is_none() {
                self.state.put(figure.state, 1);
                self.sheet.put(figure.sheet().unwrap_or_default(), 1);
            }
        }
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
