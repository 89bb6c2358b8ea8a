//! `data/facts.csv` and `data/facts.parquet`: a row per indicator of each counted submission, written in chunks.

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::{Failure, table};
use crate::corpus::{Fact, SCALE, column, scale_up};
use crate::outcome::Outcome;

/// Submissions in a chunk; each has about two hundred rows.
const CHUNK: usize = 512;
/// Bytes of a decimal of thirty-eight digits.
const DECIMAL_BYTES: usize = 16;

/// The facts as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = table::for_programs(out, &column::FACTS)?;
    let (counted, year) = (outcome.corpus.counted(), outcome.corpus.year.to_string());
    for fact in outcome.corpus.facts(&counted) {
        for name in column::FACTS {
            match name {
                "year" => writer.write_field(&year)?,
                "value" => {
                    let value = fact.figure.value.map(|value| value.normalize().to_string()).unwrap_or_default();
                    writer.write_field(value)?;
                }
                name => writer.write_field(text(name, fact).as_bytes())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(())
}

/// What stands in one of the columns of text.
fn text<'a>(name: &str, fact: Fact<'a>) -> Cow<'a, str> {
    Cow::Borrowed(match name {
        "unit_id" => fact.unit.map_or("", |unit| unit.id.as_str()),
        "unit" => fact.unit.map_or("", |unit| unit.name.as_str()),
        "form" => fact.form.id.as_str(),
        "indicator" => fact.indicator.id.as_str(),
        "state" => fact.figure.state.word(),
        "raw" => return fact.figure.raw(),
        "file" => fact.submission.file.as_str(),
        "sheet" => fact.figure.sheet().unwrap_or_default(),
        _ => return fact.figure.spot().map(|spot| spot.to_string()).unwrap_or_default().into(),
    })
}

/// The facts as Parquet. Made with the same types as the CSV's schema: text, a 32-bit year, an exact decimal.
pub(super) fn parquet(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let fields = column::FACTS.iter().map(|name| match *name {
        "year" => "required int32 year;".to_owned(),
        "value" => format!("optional fixed_len_byte_array({DECIMAL_BYTES}) value (decimal(38, {SCALE}));"),
        text => format!("required binary {text} (utf8);"),
    });
    let schema = format!("message facts {{ {} }}", fields.collect::<Vec<_>>().join(" "));
    let schema = Arc::new(parse_message_type(&schema)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("huizong".to_owned());
    let (counted, year) = (outcome.corpus.counted(), i32::from(outcome.corpus.year));
    // The parquet writer wants an owner of its bytes; chunks are small, so the file is put together in memory.
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))?;
    for chunk in counted.chunks(CHUNK) {
        let facts: Vec<Fact<'_>> = outcome.corpus.facts(chunk).collect();
        let mut group = file.next_row_group()?;
        for name in column::FACTS {
            write_column(&mut group, name, &facts, year)?;
        }
        group.close()?;
    }
    out.write_all(&file.into_inner()?)?;
    Ok(())
}

fn write_column(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    name: &str,
    facts: &[Fact<'_>],
    year: i32,
) -> Result<(), Failure> {
    let mut writer = group.next_column()?.ok_or("more columns than the schema has")?;
    match name {
        "year" => {
            writer.typed::<Int32Type>().write_batch(&vec![year; facts.len()], None, None)?;
        }
        "value" => {
            let values = || facts.iter().map(|fact| fact.figure.value);
            let levels: Vec<i16> = values().map(|value| i16::from(value.is_some())).collect();
            let buffer: Vec<u8> = values().flatten().flat_map(|value| scale_up(value).to_be_bytes()).collect();
            let buffer = Bytes::from(buffer);
            let number = |at: usize| FixedLenByteArray::from(ByteArray::from(buffer.slice(at..at + DECIMAL_BYTES)));
            let numbers: Vec<FixedLenByteArray> = (0..buffer.len()).step_by(DECIMAL_BYTES).map(number).collect();
            writer.typed::<FixedLenByteArrayType>().write_batch(&numbers, Some(&levels), None)?;
        }
        name => {
            writer.typed::<ByteArrayType>().write_batch(&texts(name, facts), None, None)?;
        }
    }
    writer.close()?;
    Ok(())
}

/// A column of text, all of it in one buffer. What stands several times in a row is kept once.
fn texts(name: &str, facts: &[Fact<'_>]) -> Vec<ByteArray> {
    let mut buffer = Vec::new();
    let mut last = 0..0;
    let mut place = |fact: &Fact<'_>| {
        let text = text(name, *fact);
        if buffer[last.clone()] != *text.as_bytes() {
            last = buffer.len()..buffer.len() + text.len();
            buffer.extend_from_slice(text.as_bytes());
        }
        last.clone()
    };
    let places: Vec<Range<usize>> = facts.iter().map(&mut place).collect();
    let buffer = Bytes::from(buffer);
    places.into_iter().map(|place| ByteArray::from(buffer.slice(place))).collect()
}
