//! Compares the fast path with calamine, for workbooks and for records of all kinds.

use std::io::{Cursor, Write};

use super::super::Format;
use super::super::spreadsheet::{ReadFailure, read_xls};
use super::*;
use crate::document::tests::oracle::{Dice, Ways};

const WAYS: Ways<Unsupported, ReadFailure> = Ways { format: Format::Xls, short: read, long: read_xls };

#[test]
fn the_fast_path_reads_what_calamine_reads() {
    WAYS.agree_on_every_file(3);
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &u16::try_from(data.len()).expect("short").to_le_bytes(), data].concat()
}

/// A string of two-byte characters after its length.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = u16::try_from(units.len()).expect("short").to_le_bytes();
    [&count[..], &[1], &units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
}

/// A string of one-byte characters after its length.
fn narrow(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).expect("short").to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

/// Records before the sheets: four styles (general, a date, a custom number format, a custom date format), shared
/// strings and a defined name.
fn usual() -> Vec<Vec<u8>> {
    let style = |format: u16| record(0x00E0, &[&[0; 2][..], &format.to_le_bytes(), &[0; 16]].concat());
    let format = |id: u16, code: &str| record(0x041E, &[&id.to_le_bytes()[..], &narrow(code)].concat());
    // Wide strings, a narrow one, one with two runs, one with phonetic data, and one continued in the next record.
    let rich = [&[2, 0, 8, 2, 0, b'a', b'b'][..], &[9; 8]].concat();
    let read = [&[1, 0, 4, 3, 0, 0, 0, b'c'][..], &[9; 3]].concat();
    let cut = [3, 0, 0, b'd'];
    let texts = [&[0; 8][..], &wide("规章"), &wide(""), &narrow("abc"), &rich, &read, &cut].concat();
    let continued = [&[1, 0x32, 0x4E, 0x59, 0x4E][..], &wide("末")].concat();
    let area = [0x3B, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0];
    let name = [&[0, 0, 0, 1][..], &11_u16.to_le_bytes(), &[0; 8], &[0, b'n'], &area].concat();
    vec![
        record(0x0042, &1200_u16.to_le_bytes()),
        style(0),
        style(14),
        style(164),
        style(165),
        format(164, "0.00_ "),
        format(165, "yyyy"),
        record(0x0017, &[1, 0, 0, 0, 0, 0, 0, 0]),
        record(0x0018, &name),
        record(0x00FC, &texts),
        record(0x003C, &continued),
    ]
}

/// The stream of a workbook with one sheet of these records.
fn stream(globals: &[Vec<u8>], records: &[Vec<u8>]) -> Vec<u8> {
    let (begin, end) = (|what: u8| record(0x0809, &[0, 6, what, 0, 0, 0, 0, 0]), record(0x000A, &[]));
    let listed = |start: usize| {
        let start = u32::try_from(start).expect("short").to_le_bytes();
        record(0x0085, &[&start[..], &[0, 0, 2, 1, 0x32, 0x75, 0x59, 0x4E]].concat())
    };
    let before = begin(5).len() + listed(0).len() + globals.concat().len() + end.len();
    [begin(5), listed(before), globals.concat(), end.clone(), begin(0x10), records.concat(), end].concat()
}

/// A file with this stream, padded so that it is not in the mini stream.
fn file(stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a file");
    let padded = [stream, &vec![0; 5000_usize.saturating_sub(stream.len())]].concat();
    file.create_stream("/Workbook").expect("a stream").write_all(&padded).expect("its bytes");
    file.flush().expect("written");
    file.into_inner().into_inner()
}

/// A record that begins with the cell in the first row and this column, and its style.
fn cell(kind: u16, column: u8, style: u8, rest: &[u8]) -> Vec<u8> {
    record(kind, &[&[0, 0, column, 0, style, 0][..], rest].concat())
}

fn shared(column: u8, text: u32) -> Vec<u8> {
    cell(0x00FD, column, 0, &text.to_le_bytes())
}

fn formula(column: u8, style: u8, result: [u8; 8], tokens: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tokens.len()).expect("short").to_le_bytes();
    cell(0x0006, column, style, &[&result[..], &[0; 6], &length, tokens].concat())
}

/// The result of a formula with its text in the next record.
const TEXT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

/// Formulas: cells and areas, relative or absolute, numbers, operators, sums, and unsupported tokens.
fn formulas() -> Vec<Vec<u8>> {
    let cell = [0x44, 2, 0, 1, 0xC0];
    let area = [0x25, 0, 0, 9, 0, 0, 0x00, 27, 0x80];
    let [one, two] = [[0x1E, 1, 0], [0x1E, 2, 0]];
    let half = [&[0x1F][..], &0.5_f64.to_le_bytes()].concat();
    let sum = [0x19, 0x10, 0, 0];
    let mut all: Vec<Vec<u8>> = (0x03..=0x16).map(|operator| [&cell[..], &one, &[operator]].concat()).collect();
    all.extend([
        cell.to_vec(),
        vec![0x44, 0xFF, 0xFF, 1, 0xC0],
        vec![0x24, 4, 0, 0xFF, 0x3F],
        [&area[..], &sum].concat(),
        [&area[..], &one, &two, &[0x22, 3, 4, 0]].concat(),
        [&one[..], &two, &[0x03], &cell, &[0x04, 0x15], &half, &[0x05, 0x13]].concat(),
        [&one[..], &[0x14, 0x12, 0x15]].concat(),
        [&one[..], &area, &[0x22, 2, 5, 0]].concat(),
        [&one[..], &[0x22, 2, 4, 0]].concat(),
        vec![0x22, 0, 4, 0],
        [&one[..], &[0x03], &two].concat(),
        [&one[..], &two].concat(),
        Vec::new(),
        vec![0x01, 0, 0, 0, 0],
        vec![0x01, 0, 0, 0],
        [&[0x01, 0, 0, 0, 0][..], &one, &[0x03]].concat(),
        vec![0x23, 1, 0, 0, 0],
        vec![0x17, 1, 0, b'a'],
        vec![0x3A, 0, 0, 1, 0, 1, 0],
        vec![0x1C, 0x17],
        vec![0x1D, 1],
        vec![0x2A, 0, 0, 0, 0],
        vec![0x41, 2, 0],
        [&area[..], &[0x19, 0x40, 0, 1], &sum].concat(),
        vec![0x19, 0x10],
        vec![0x44, 2],
    ]);
    all
}

/// Sheets with records of all kinds.
fn sheets() -> Vec<Vec<Vec<u8>>> {
    let mut sheets: Vec<Vec<Vec<u8>>> = (0..8).map(|text| vec![shared(1, text)]).collect();
    for style in 0..5 {
        for number in [0.0, -0.0, 7.0, 0.1, -3.5, 45_000.0, 1e300, 5e-324, f64::NAN, f64::INFINITY, 2f64.powi(60)] {
            sheets.push(vec![cell(0x0203, 1, style, &number.to_le_bytes())]);
        }
        for packed in [0, 2, 6, 30, 403, 399, 1 << 31 | 2, 1 << 31 | 3, 0x3FF0_0000, 0x3FF0_0001, 0x4059_0001_u32] {
            sheets.push(vec![cell(0x027E, 1, style, &packed.to_le_bytes())]);
        }
        let result = 3_f64.to_le_bytes();
        sheets.push(vec![formula(1, style, result, &[0x1E, 3, 0])]);
    }
    for tokens in formulas() {
        sheets.push(vec![formula(1, 0, 3_f64.to_le_bytes(), &tokens)]);
    }
    let calls = |result| formula(1, 0, result, &[0x1E, 1, 0]);
    let said = |text: &str| record(0x0207, &wide(text));
    let several = |last: u8, numbers: usize| {
        let numbers = [0, 0, 14, 0, 0, 0].repeat(numbers);
        record(0x00BD, &[&[0, 0, 2, 0][..], &numbers, &[last, 0]].concat())
    };
    let extent = |rows: u32, columns: [u8; 2]| {
        record(0x0200, &[&[0; 4][..], &rows.to_le_bytes(), &[columns[0], 0, columns[1], 0, 0, 0]].concat())
    };
    let row = |flags: u8| record(0x0208, &[&[3, 0][..], &[0; 10], &[flags, 0, 0, 0]].concat());
    sheets.extend([
        vec![calls(TEXT), said("甲")],
        vec![calls(TEXT), said("")],
        vec![calls(TEXT)],
        vec![calls(TEXT), shared(2, 0), said("甲")],
        vec![calls([1, 0, 1, 0, 0, 0, 0xFF, 0xFF])],
        vec![calls([2, 0, 7, 0, 0, 0, 0xFF, 0xFF])],
        vec![calls([3, 0, 0, 0, 0, 0, 0xFF, 0xFF])],
        vec![calls([9, 0, 0, 0, 0, 0, 0xFF, 0xFF])],
        vec![said("甲")],
        vec![cell(0x0205, 1, 0, &[1, 0]), cell(0x0205, 2, 0, &[0, 0])],
        vec![cell(0x0205, 1, 0, &[7, 1])],
        vec![cell(0x0204, 1, 0, &wide("甲")), cell(0x00D6, 2, 0, &narrow("b"))],
        vec![cell(0x0204, 1, 0, &wide("\u{FEFF}甲"))],
        vec![cell(0x0204, 1, 0, &wide("\u{BBEF}\u{4EBF}"))],
        vec![cell(0x0204, 1, 0, &[1, 0, 1, 0, 0xD8])],
        vec![cell(0x0204, 1, 0, &[9, 0, 1, 0x32, 0x4E])],
        vec![cell(0x0204, 1, 0, &[0, 0])],
        vec![several(4, 3)],
        vec![several(5, 3)],
        vec![several(1, 0)],
        vec![shared(2, 0), shared(1, 0)],
        vec![shared(1, 0), shared(1, 2)],
        vec![shared(1, 0), record(0x003C, &[1])],
        vec![record(0x00EC, &[1]), record(0x003C, &[1]), shared(1, 0)],
        vec![row(0x20), row(0x40), record(0x007D, &[1, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0]), shared(1, 0)],
        vec![record(0x00E5, &[1, 0, 0, 0, 1, 0, 2, 0, 3, 0]), record(0x00E5, &[0, 0]), shared(1, 0)],
        vec![record(0x00E5, &[2, 0, 0, 0, 1, 0, 2, 0, 3, 0])],
        vec![extent(1, [0, 4]), shared(1, 0)],
        vec![extent(0, [0, 0])],
        vec![extent(5, [4, 4])],
        vec![extent(5, [4, 3])],
        vec![extent(70_000, [0, 1])],
        vec![record(0x0809, &[0, 6, 0x20, 0]), shared(1, 0), record(0x000A, &[]), shared(2, 2)],
    ]);
    sheets
}

#[test]
fn for_any_record_both_readers_agree_or_the_fast_path_declines() {
    let mut short = 0;
    for records in sheets() {
        let with =
            [&records[..], &[record(0x0203, &[&[9, 0, 7, 0, 0, 0][..], &8_f64.to_le_bytes()].concat())]].concat();
        for records in [&records, &with] {
            short += usize::from(WAYS.agree(&file(&stream(&usual(), records)), &format!("{records:02x?}")));
        }
    }
    assert!(short > 160, "only {short} took the fast path");
}

#[test]
fn cells_in_any_order_take_the_fast_path_and_repeated_cells_fall_back() {
    let number = |row: u8, column: u8| record(0x0203, &[&[row, 0, column, 0, 0, 0][..], &8_f64.to_le_bytes()].concat());
    let text_of_a_formula = [formula(5, 0, TEXT, &[0x1E, 1, 0]), record(0x0207, &wide("甲"))].concat();
    let agree = |records: &[Vec<u8>]| WAYS.agree(&file(&stream(&usual(), records)), &format!("{records:02x?}"));
    assert!(agree(&[number(9, 1), number(9, 7), text_of_a_formula, number(3, 2), number(4, 0), shared(1, 0)]));
    assert!(!agree(&[number(9, 1), shared(1, 0), number(9, 1)]));
    assert!(!agree(&[shared(1, 0), shared(1, 2)]));
}

#[test]
fn a_shared_formula_is_omitted_and_its_result_is_read() {
    let agree = |records: &[Vec<u8>]| WAYS.agree(&file(&stream(&usual(), records)), &format!("{records:02x?}"));
    let (shared, told) = ([0x01, 0, 0, 1, 0], record(0x04BC, &[0; 10]));
    assert!(agree(&[formula(1, 0, 3_f64.to_le_bytes(), &shared), told.clone()]));
    assert!(agree(&[formula(1, 0, TEXT, &shared), told, record(0x0207, &wide("甲"))]));
    assert!(agree(&[formula(1, 0, TEXT, &shared)]));
}

#[test]
fn for_any_workbook_globals_both_readers_agree_or_the_fast_path_declines() {
    let sheet = [shared(1, 0), cell(0x0203, 2, 2, &7_f64.to_le_bytes())];
    assert!(WAYS.agree(&file(&stream(&usual(), &sheet)), "as usual"));
    for (at, instead) in [
        (0, record(0x0042, &936_u16.to_le_bytes())),
        (0, record(0x002F, &[1, 0])),
        (0, record(0x0809, &[0, 6, 5, 0])),
        (0, record(0x0022, &[1, 0])),
        (3, record(0x00E0, &[0, 0, 0])),
        (5, record(0x041E, &[164, 0, 9, 0, 0, b'0'])),
        (5, record(0x041E, &[[164, 0].to_vec(), narrow("yyyy")].concat())),
        (5, record(0x041E, &[[164, 0].to_vec(), narrow("0_;yyyy")].concat())),
        (7, record(0x0017, &[])),
        (8, record(0x0018, &[0; 6])),
        (8, record(0x0018, &[[0, 0, 9, 0, 0, 0].to_vec(), vec![0; 9]].concat())),
        (9, record(0x00FC, &[0; 4])),
        (9, record(0x00FC, &[[0; 8].to_vec(), wide("甲"), vec![1]].concat())),
        (10, record(0x003C, &[])),
        (10, record(0x0031, &[])),
    ] {
        let mut globals = usual();
        globals[at].clone_from(&instead);
        WAYS.agree(&file(&stream(&globals, &sheet)), &format!("{instead:02x?} at {at}"));
    }
}

/// A stream with every plain kind of record once.
fn everything() -> Vec<u8> {
    let cells = (0..).zip(formulas()).map(|(column, tokens)| formula(column, 0, 3_f64.to_le_bytes(), &tokens));
    let plain =
        cells.filter(|cell| read(&file(&stream(&usual(), std::slice::from_ref(cell))), &Limits::default()).is_ok());
    let sheet = [shared(100, 0), cell(0x027E, 101, 0, &[6, 0, 0, 0]), formula(102, 0, TEXT, &[0x1E, 1, 0])];
    let records: Vec<Vec<u8>> = plain.chain(sheet).chain([record(0x0207, &wide("甲"))]).collect();
    stream(&usual(), &records)
}

#[test]
fn damaged_records_are_read_alike_or_not_at_all() {
    let whole = everything();
    assert!(WAYS.agree(&file(&whole), "everything"));
    let (mut dice, mut short) = (Dice::default(), 0);
    for _ in 0..1500 {
        let mut damaged = whole.clone();
        let (at, other) = (dice.below(whole.len()), u8::try_from(dice.below(256)).expect("a byte"));
        match dice.below(3) {
            0 => damaged[at] = other,
            1 => damaged[at] ^= 1 << (other % 8),
            _ => drop(damaged.drain(at..(at + usize::from(other % 8)).min(whole.len()))),
        }
        short += usize::from(WAYS.agree(&file(&damaged), &format!("damage at {at}")));
    }
    assert!(short > 300, "only {short} took the fast path");
}

#[test]
fn a_damaged_file_is_read_alike_or_not_at_all() {
    let plain = WAYS.files().map(|(_, bytes)| bytes).filter(|bytes| read(bytes, &Limits::default()).is_ok());
    let files: Vec<Vec<u8>> = plain.take(1).chain([file(&everything())]).collect();
    for bytes in files {
        for at in (0..bytes.len()).filter(|at| at % 11 == 0 || is_directory(*at, &bytes)) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            WAYS.agree(&damaged, &format!("damage at {at}"));
        }
        for end in (0..bytes.len()).step_by(97) {
            WAYS.agree(&bytes[..end], &format!("cut at {end}"));
        }
    }
}

/// Whether the byte is in the header, or in a sector of the directory or of the sector table.
fn is_directory(at: usize, bytes: &[u8]) -> bool {
    let sector = &bytes[at / 512 * 512..][..512.min(bytes.len() - at / 512 * 512)];
    at < 512 || sector.starts_with(b"R\0o\0o\0t\0") || sector.ends_with(&[0xFF; 8])
}

#[test]
fn a_workbook_beyond_the_limits_falls_back_and_is_refused() {
    WAYS.declines_beyond_the_limits(&file(&everything()), 0);
    // The text of a double is longer than its eight bytes.
    let long = [&[0x1F][..], &1.7e308_f64.to_le_bytes()].concat();
    let long = file(&stream(&usual(), &[formula(0, 0, 3_f64.to_le_bytes(), &long)]));
    let within = |document| read(&long, &Limits { document, ..Limits::default() }).is_ok();
    assert_eq!([within(300), within(600)], [false, true]);
}

#[test]
fn parts_of_a_text_that_are_struck_out_or_raised_are_marked() {
    // Fonts: plain, struck out, raised. The strings begin with a struck-out "99", end with a raised "2", or have plain
    // runs.
    let font = |flags: u8, script: u8| record(0x0031, &[&[220, 0, flags, 0, 0, 0, 0, 0, script][..], &[0; 8]].concat());
    let text = |text: &str, run: [u8; 8]| {
        let length = u16::try_from(text.len()).expect("short").to_le_bytes();
        [&length[..], &[8, 2, 0], text.as_bytes(), &run].concat()
    };
    let texts = [
        vec![0; 8],
        text("9912", [0, 0, 1, 0, 2, 0, 0, 0]),
        text("122", [0, 0, 0, 0, 2, 0, 2, 0]),
        text("12", [0, 0, 0, 0, 1, 0, 0, 0]),
    ];
    let mut globals = usual();
    globals[9] = record(0x00FC, &texts.concat());
    globals.remove(10);
    let cells = [shared(1, 0), shared(2, 1), shared(3, 2)];
    let read_texts = |globals: &[Vec<u8>]| -> Vec<String> {
        let grids = super::super::spreadsheet::read(Format::Xls, &file(&stream(globals, &cells)), &Limits::default());
        grids.expect("a workbook")[0].cells().iter().map(|cell| cell.text.to_string()).collect()
    };
    assert_eq!(read_texts(&globals), ["9912", "122", "12"]);
    globals.splice(1..1, [font(0, 0), font(8, 0), font(0, 1)]);
    assert_eq!(read_texts(&globals), ["~~99~~12", "12^2", "12"]);
    assert!(read(&file(&stream(&globals, &cells)), &Limits::default()).is_err(), "the fast path does not know of it");
}
