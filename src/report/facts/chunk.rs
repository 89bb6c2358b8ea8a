//! A column of a row group as Parquet keeps it: each value once, and for each row the number of its value.
//!
//! What stands in many rows one after the other, like the name of a unit, is put once with their count. Most figures are
//! small and whole, which are known by themselves, and a report is laid out like the one before: where values follow one
//! another as they did, each is first held against the one that came behind that of the row before the last time. All
//! others are looked up by their hash. The library writes pages, but takes
//! values one by one, so the two pages of a column are put together here, as the format has them: a dictionary and its
//! indexes.

use std::collections::HashMap;
use std::hash::Hash;

use bytes::Bytes;
use foldhash::fast::RandomState;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use rust_decimal::Decimal;
use snap::raw::Encoder;

use super::runs::Runs;
use crate::amount::State;
use crate::corpus::{scale_up, scale_up_whole};
use crate::place::Spot;
use crate::report::Failure;
use crate::submission::Raw;

/// Whole numbers below this are known by themselves.
const SMALL: usize = 1024;

/// A value as a dictionary page has it.
pub(super) trait Plain: Copy + Eq + Hash {
    /// Writes it behind the others.
    fn write(self, out: &mut Vec<u8>);

    /// The whole number it is, if it is one.
    fn whole(self) -> Option<i64> {
        None
    }
}

/// The number of a figure; a whole one is `Whole`, however it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Number {
    Whole(i64),
    /// The integer it is kept as.
    Scaled(i128),
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        let whole = i64::try_from(value).ok().filter(|whole| Decimal::from(*whole) == value);
        whole.map_or_else(|| Self::Scaled(scale_up(value)), Self::Whole)
    }
}

impl Plain for &str {
    fn write(self, out: &mut Vec<u8>) {
        out.extend(u32::try_from(self.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(self.as_bytes());
    }
}

impl Plain for i32 {
    fn write(self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }
}

impl Plain for Number {
    fn write(self, out: &mut Vec<u8>) {
        let scaled = match self {
            Self::Whole(whole) => scale_up_whole(whole),
            Self::Scaled(scaled) => scaled,
        };
        out.extend(scaled.to_be_bytes());
    }

    fn whole(self) -> Option<i64> {
        if let Self::Whole(whole) = self { Some(whole) } else { None }
    }
}

impl Plain for Raw<'_> {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Raw::Whole(number) => number.to_string().as_str().write(out),
            Raw::Text(text) => text.write(out),
        }
    }

    fn whole(self) -> Option<i64> {
        if let Raw::Whole(number) = self { Some(number) } else { None }
    }
}

impl Plain for State {
    fn write(self, out: &mut Vec<u8>) {
        self.word().write(out);
    }
}

impl Plain for Spot {
    fn write(self, out: &mut Vec<u8>) {
        self.to_string().as_str().write(out);
    }
}

/// A column of a row group.
#[derive(Debug)]
pub(super) struct Column<V> {
    /// The numbers of the values. It is looked up in, never walked over.
    known: HashMap<V, u32, RandomState>,
    /// The numbers of those that are small and whole.
    small: Vec<Option<u32>>,
    /// The values by number, each with the number of the one that last came behind it.
    values: Vec<(V, u32)>,
    /// The same as the dictionary page has them.
    plain: Vec<u8>,
    /// The number of the value put last, where values follow one another.
    last: u32,
    /// The number of the value in each row that has one.
    numbers: Runs,
    /// Where rows can be without a value: for each row 1 if it has one, else 0.
    levels: Runs,
}

impl<V> Default for Column<V> {
    fn default() -> Self {
        let (known, small, values, plain) = (HashMap::default(), Vec::new(), Vec::new(), Vec::new());
        Self { known, small, values, plain, last: 0, numbers: Runs::default(), levels: Runs::default() }
    }
}

impl<V: Plain> Column<V> {
    /// Puts a value into the next so many rows of a column that has one in each.
    pub(super) fn put(&mut self, value: V, rows: u32) {
        let whole = value.whole().and_then(|whole| usize::try_from(whole).ok());
        let number = match whole.filter(|whole| *whole < SMALL) {
            Some(whole) => self.small_number(value, whole),
            None => self.look_up(value),
        };
        self.numbers.push(number, rows);
    }

    /// The same of a column whose values mostly follow one another as they did before.
    #[inline]
    pub(super) fn put_next(&mut self, value: V, rows: u32) {
        let behind = self.values.get(self.last as usize).map_or(0, |(_, behind)| *behind);
        match self.values.get(behind as usize) {
            Some((expected, _)) if *expected == value => self.last = behind,
            _ => self.learn(value),
        }
        self.numbers.push(self.last, rows);
    }

    /// Puts a value, or none, into the next so many rows of a column that can be without.
    pub(super) fn put_any(&mut self, value: Option<V>, rows: u32) {
        self.levels.push(u32::from(value.is_some()), rows);
        if let Some(value) = value {
            self.put(value, rows);
        }
    }

    /// Puts the values of the last so many rows, in which each differs from the one before, into as many more.
    pub(super) fn put_again(&mut self, rows: usize) {
        self.numbers.push_again(rows);
    }

    /// Looks up a value that was not expected behind the one put last, and expects it there from now on.
    #[inline(never)]
    fn learn(&mut self, value: V) {
        let number = self.look_up(value);
        if let Some((_, behind)) = self.values.get_mut(self.last as usize) {
            *behind = number;
        }
        self.last = number;
    }

    fn small_number(&mut self, value: V, whole: usize) -> u32 {
        if let Some(Some(number)) = self.small.get(whole) {
            return *number;
        }
        let number = self.look_up(value);
        self.small.resize(self.small.len().max(whole + 1), None);
        self.small[whole] = Some(number);
        number
    }

    fn look_up(&mut self, value: V) -> u32 {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        *self.known.entry(value).or_insert_with(|| {
            value.write(&mut self.plain);
            self.values.push((value, 0));
            next
        })
    }

    /// Writes it as the next column of a row group.
    pub(super) fn write(
        &self,
        group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
        description: &ColumnDescPtr,
    ) -> Result<(), Failure> {
        let can_be_none = description.max_def_level() > 0;
        let rows = if can_be_none { self.levels.count() } else { self.numbers.count() };
        let mut sink = TrackedWrite::new(Vec::new());
        let mut pages = SerializedPageWriter::new(&mut sink);
        let (num_values, encoding) = (u32::try_from(self.known.len())?, Encoding::PLAIN);
        let dictionary =
            page(&mut pages, &self.plain, |buf| Page::DictionaryPage { buf, num_values, encoding, is_sorted: false })?;
        let num_values = u32::try_from(rows)?;
        let data = page(&mut pages, &self.data(can_be_none)?, |buf| Page::DataPage {
            buf,
            num_values,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?;
        pages.close()?;
        let metadata = ColumnChunkMetaData::builder(description.clone())
            .set_compression(Compression::SNAPPY)
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
            .set_num_values(i64::from(num_values))
            .set_total_compressed_size(i64::try_from(dictionary.compressed_size + data.compressed_size)?)
            .set_total_uncompressed_size(i64::try_from(dictionary.uncompressed_size + data.uncompressed_size)?)
            .set_dictionary_page_offset(Some(i64::try_from(dictionary.offset)?))
            .set_data_page_offset(i64::try_from(data.offset)?)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: dictionary.bytes_written + data.bytes_written,
            rows_written: u64::from(num_values),
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(group.append_column(&Bytes::from(sink.into_inner()?), close)?)
    }

    /// The data page: the levels with their length, where rows can be without a value, and the numbers with their bits.
    fn data(&self, can_be_none: bool) -> Result<Vec<u8>, Failure> {
        let mut data = Vec::new();
        if can_be_none {
            let mut levels = Vec::new();
            self.levels.encode(1, &mut levels);
            data.extend(u32::try_from(levels.len())?.to_le_bytes());
            data.append(&mut levels);
        }
        let bits = usize::BITS - self.known.len().saturating_sub(1).leading_zeros();
        data.push(u8::try_from(bits)?);
        self.numbers.encode(bits, &mut data);
        Ok(data)
    }
}

/// Compresses and writes a page.
fn page(
    pages: &mut SerializedPageWriter<'_, Vec<u8>>,
    content: &[u8],
    of: impl FnOnce(Bytes) -> Page,
) -> Result<PageWriteSpec, Failure> {
    let compressed = Encoder::new().compress_vec(content)?;
    Ok(pages.write_page(CompressedPage::new(of(compressed.into()), content.len()))?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::record::RowAccessor;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    /// Writes a file of two columns and reads it again.
    fn read_back(texts: &Column<&str>, numbers: &Column<i32>) -> Vec<(String, Option<i32>)> {
        let schema = "message test { required binary text (utf8); optional int32 number; }";
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("a writer");
        let columns = file.schema_descr().columns().to_vec();
        let mut group = file.next_row_group().expect("a group");
        texts.write(&mut group, &columns[0]).expect("texts");
        numbers.write(&mut group, &columns[1]).expect("numbers");
        group.close().expect("as many rows in each column");
        let reader = SerializedFileReader::new(Bytes::from(file.into_inner().expect("bytes"))).expect("a file");
        let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row"));
        rows.map(|row| (row.get_string(0).expect("a text").clone(), row.get_int(1).ok())).collect()
    }

    #[test]
    fn a_reader_finds_what_was_put() {
        let names: Vec<String> = (0..700).map(|name| format!("单位{}", name % 300)).collect();
        let (mut texts, mut numbers, mut expected) = (Column::default(), Column::default(), Vec::new());
        for (at, name) in (0_i32..).zip(&names) {
            let times = if at % 7 == 0 { 20 } else { 1 };
            let number = (at % 5 > 0).then_some(at * at % 40);
            texts.put(name.as_str(), times);
            numbers.put_any(number, times);
            expected.extend(vec![(name.clone(), number); times as usize]);
        }
        assert_eq!(read_back(&texts, &numbers), expected);
    }

    #[test]
    fn a_column_can_be_without_values() {
        let (mut texts, mut numbers) = (Column::default(), Column::default());
        texts.put("", 9);
        numbers.put_any(None, 9);
        assert_eq!(read_back(&texts, &numbers), vec![(String::new(), None); 9]);
    }
}
