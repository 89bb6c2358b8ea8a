//! `data/facts.csv` and `data/facts.parquet`: a row per indicator of each counted submission, written in chunks.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use polars::prelude::*;

use super::{Failure, table};
use crate::corpus::{SCALE, column, scale_down};
use crate::outcome::Outcome;

/// Submissions in a chunk; each has about two hundred rows.
const CHUNK: usize = 512;
/// Bytes of a decimal of thirty-eight digits.
const DECIMAL_BYTES: usize = 16;

fn chunks(outcome: &Outcome) -> impl Iterator<Item = crate::error::Result<DataFrame>> {
    let count = outcome.corpus.counted().len();
    (0..count).step_by(CHUNK).map(move |start| outcome.corpus.facts(start..count.min(start + CHUNK)))
}

/// The facts as CSV.
pub(super) fn csv(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = table::for_programs(out, &column::FACTS)?;
    for chunk in chunks(outcome) {
        let chunk = chunk?;
        for row in 0..chunk.height() {
            for (name, values) in column::FACTS.iter().zip(chunk.columns()) {
                writer.write_field(text_of(name, values, row)?)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()?;
    Ok(())
}

fn text_of(name: &str, values: &Column, row: usize) -> Result<String, Failure> {
    Ok(match values.dtype() {
        DataType::String => values.str()?.get(row).unwrap_or_default().to_owned(),
        DataType::Int32 => values.i32()?.get(row).map(|number| number.to_string()).unwrap_or_default(),
        DataType::Decimal(..) => {
            scale_down(values.decimal()?.physical().get(row)).map(|value| value.to_string()).unwrap_or_default()
        }
        other => return Err(format!("column {name} is {other}").into()),
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
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("huizong".to_owned()).build();
    // The parquet writer wants an owner of its bytes; chunks are small, so the file is put together in memory.
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for chunk in chunks(outcome) {
        let chunk = chunk?;
        let mut group = file.next_row_group()?;
        for values in chunk.columns() {
            write_column(&mut group, values)?;
        }
        group.close()?;
    }
    out.write_all(&file.into_inner()?)?;
    Ok(())
}

fn write_column(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &Column) -> Result<(), Failure> {
    let mut writer = group.next_column()?.ok_or("more columns than the schema has")?;
    match values.dtype() {
        DataType::String => {
            let texts: Vec<ByteArray> =
                values.str()?.iter().map(|text| ByteArray::from(text.unwrap_or_default())).collect();
            writer.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
        }
        DataType::Int32 => {
            let numbers: Vec<i32> = values.i32()?.iter().map(Option::unwrap_or_default).collect();
            writer.typed::<Int32Type>().write_batch(&numbers, None, None)?;
        }
        _ => {
            let kept = values.decimal()?.physical();
            let levels: Vec<i16> = kept.iter().map(|value| i16::from(value.is_some())).collect();
            let bytes = |value: i128| FixedLenByteArray::from(value.to_be_bytes().to_vec());
            let numbers: Vec<FixedLenByteArray> = kept.iter().flatten().map(bytes).collect();
            writer.typed::<FixedLenByteArrayType>().write_batch(&numbers, Some(&levels), None)?;
        }
    }
    writer.close()?;
    Ok(())
}
