//! Compares the fast path with calamine, for workbooks and for cells of all kinds.

use super::super::Format;
use super::super::spreadsheet::{ReadFailure, read_xlsx};
use super::shared_strings::Strings;
use super::*;
use crate::document::tests::oracle::Ways;

const WAYS: Ways<Unsupported, ReadFailure> = Ways { format: Format::Xlsx, short: read, long: read_xlsx };

#[test]
fn the_fast_path_reads_what_calamine_reads() {
    WAYS.agree_on_every_file(10);
}

/// The part of a sheet.
fn xml_of(cells: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\">{cells}</worksheet>")
}

/// A workbook with one sheet, assembled from its parts.
fn book(cells: &str, strings: &str, formats: &str) -> Vec<u8> {
    use std::io::Write;
    let (xmlns, relations) = (MAIN, "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
    let related = |id: u32, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{relations}/{kind}\" Target=\"{target}\"/>")
    };
    let targets = [
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
        ("customXml", "../customXml/item1.xml"),
    ];
    let targets: Vec<String> = (1..).zip(targets).map(|(id, (kind, target))| related(id, kind, target)).collect();
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", format!("<Relationships>{}</Relationships>", related(1, "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{xmlns}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"甲&amp;乙\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{}</Relationships>", targets.concat())),
        ("xl/worksheets/sheet1.xml", xml_of(cells)),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{xmlns}\">{strings}</sst>")),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{xmlns}\">{formats}</styleSheet>")),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(content.as_bytes()).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Shared strings of all kinds.
const STRINGS: &str = "<si><t>规章</t></si><si><t xml:space=\"preserve\"> 甲 </t></si><si><t>乙</t></si>\
                   <si><r><rPr><b/></rPr><t>丙</t></r><r><t xml:space=\"preserve\"> 丁</t></r></si><si><t>&lt;&#10;&amp;</t></si><si><t/></si>";

/// Formats of numbers and dates, and styles with them.
const FORMATS: &str = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"0.00_ \"/><numFmt numFmtId=\"165\" \
                   formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>\
                   <xf numFmtId=\"165\"/></cellXfs>";

/// Cells of all kinds.
const CELLS: [&str; 83] = [
    "<c r=\"A1\" t=\"s\"><v>0</v></c>",
    "<c r=\"A1\" t=\"s\"><v>1</v></c>",
    "<c r=\"A1\" t=\"s\"><v>2</v></c>",
    "<c r=\"A1\" t=\"s\"><v>3</v></c>",
    "<c r=\"A1\" t=\"s\"><v>4</v></c>",
    "<c r=\"A1\" t=\"s\"><v>5</v></c>",
    "<c r=\"A1\" t=\"s\"><v>9</v></c>",
    "<c r=\"A1\"><v>12</v></c>",
    "<c r=\"A1\"><v>-0</v></c>",
    "<c r=\"A1\"><v>007</v></c>",
    "<c r=\"A1\"><v>0.10</v></c>",
    "<c r=\"A1\"><v>1E3</v></c>",
    "<c r=\"A1\"><v>1.</v></c>",
    "<c r=\"A1\"><v>+1</v></c>",
    "<c r=\"A1\"><v> 5 </v></c>",
    "<c r=\"A1\"><v>1e400</v></c>",
    "<c r=\"A1\"><v>nan</v></c>",
    "<c r=\"A1\"><v>5.3000000000000007</v></c>",
    "<c r=\"A1\"><v>1234567890123456789</v></c>",
    "<c r=\"A1\"><v>123456789012345</v></c>",
    "<c r=\"A1\"><v></v></c>",
    "<c r=\"A1\"><v/></c>",
    "<c r=\"A1\"></c>",
    "<c r=\"A1\" s=\"1\"><v>45000</v></c>",
    "<c r=\"A1\" s=\"2\"><v>45000</v></c>",
    "<c r=\"A1\" s=\"3\"><v>45000</v></c>",
    "<c r=\"A1\" s=\"9\"><v>45000</v></c>",
    "<c r=\"A1\" t=\"str\"><f>\"a\"&amp;B1</f><v>a</v></c>",
    "<c r=\"A1\" t=\"str\"><v></v></c>",
    "<c r=\"A1\" t=\"str\"><f>B1</f><v></v></c>",
    "<c r=\"A1\" t=\"str\"><v> 甲 </v></c>",
    "<c r=\"A1\" t=\"str\"><v>&#10;甲</v></c>",
    "<c r=\"A1\" t=\"str\"><v>&#xA;</v></c>",
    "<c r=\"A1\" t=\"str\"><v>&#31532;&#8544;&amp;</v></c>",
    "<c r=\"A1\" t=\"str\"><v>&#0;</v></c>",
    "<c r=\"A1\" t=\"str\"><v>&#55296;&#;&#+5;&甲;&</v></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t>&#10;</t></is></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t>&#10;甲</t></is></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">&#10;甲</t></is></c>",
    "<c r=\"A1\"><f>B1+C1</f><v>3</v></c>",
    "<c r=\"A1\"><f>B1+C1</f></c>",
    "<c r=\"A1\"><f>B1+C1</f><v></v></c>",
    "<c r=\"A1\"><f></f><v>3</v></c>",
    "<c r=\"A1\" t=\"n\"><f aca=\"false\">SUM(B1:C1)</f><v>3</v></c>",
    "<c r=\"A1\"><f aca=\"true\">SUM(B1:C1)</f><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">SUM(B1:$C$2)+D1*LOG10(E$1)</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c><c r=\"A3\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1\" si=\"7\">B1</f><v>3</v></c><c r=\"C2\"><f t=\"shared\" si=\"7\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">B1&amp;C1</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\"></f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">A1048576</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"B1\"><f t=\"shared\" ref=\"B1:B2\" si=\"0\">A1</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">B1</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">C1</f><v>3</v></c><c r=\"A3\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\"><f t=\"array\" ref=\"A1:A2\">SUM(B1:B2)</f><v>3</v></c>",
    "<c r=\"A1\"><f ca=\"1\">SUM(B1:B2)</f><v>3</v></c>",
    "<c r=\"A1\"><f/><v>3</v></c>",
    "<c r=\"A1\"><f>B1</f><f>C1</f><v>3</v></c>",
    "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A2\" si=\"0\">B1</f><v>3</v></c><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>3</v></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t> 甲 </t></is></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is/></c>",
    "<c r=\"A1\" t=\"inlineStr\"><is><t>甲</t><rPh sb=\"0\" eb=\"1\"><t>jia</t></rPh></is></c>",
    "<c r=\"A1\" t=\"b\"><v>1</v></c>",
    "<c r=\"A1\" t=\"e\"><v>#N/A</v></c>",
    "<c r=\"A1\" t=\"d\"><v>2025-01-01</v></c>",
    "<c r=\"a1\"><v>1</v></c>",
    "<c r=\"$A$1\"><v>1</v></c>",
    "<c><v>1</v></c><c><v>2</v></c>",
    "<c r='A1'><v>1</v></c>",
    "<c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>",
    "<c r=\"XFD1048576\"><v>1</v></c>",
    "<c r=\"ABCD1\"><v>1</v></c>",
    "<c r=\"A1\"><v>1<!-- 2 -->3</v></c>",
    "<c r=\"A1\"><v><![CDATA[1]]></v></c>",
    "<c r=\"A1\" x=\">\"><v>1</v></c>",
    "<x:c r=\"A1\"><v>1</v></x:c>",
    "<c r=\"A1\" t=\"s\"><v>00</v></c>",
    "<c r=\"A1\" t=\"s\"><v>-1</v></c>",
    "<c r=\"A1\" t=\"str\"><v>_x000D_甲</v></c>",
    "<c r=\"A1\" t=\"str\"><v>甲\r\n乙</v></c>",
    "<c r=\"A1\" t=\"str\"><v>&unknown;</v></c>",
    "<c r=\"A1\" cm=\"1\"><v>1</v></c>",
];

#[test]
fn for_any_cell_both_readers_agree_or_the_fast_path_declines() {
    let (strings, formats) = (STRINGS, FORMATS);
    let limits = Limits::default();
    let merged = "<sheetData/><pageMargins left=\"/><mergeCell ref=\"C3:D4\"/><pageSetup left=\"/>";
    assert_eq!(read(&book(merged, "", formats), &limits), Err(Unsupported), "a bracket within quotes ends no tag");
    let mut short = 0;
    for cell in CELLS {
        for around in [
            format!("<sheetData><row r=\"1\">{cell}<c r=\"B7\"><v>8</v></c></row></sheetData>"),
            format!(
                "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols><sheetData><row hidden=\"1\">{cell}</row><row r=\"9\" \
                 hidden=\"true\"/></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/><mergeCell ref=\"D4:D9\"/></mergeCells>"
            ),
        ] {
            let bytes = book(&around, strings, formats);
            short += usize::from(WAYS.agree(&bytes, &around));
            assert_eq!(WAYS.agree(&bytes, &around), read(&bytes, &limits).is_ok(), "the second time: {around}");
        }
    }
    assert!(short > 30, "only {short} took the fast path");
}

#[test]
fn a_formula_that_cells_share_is_shifted_for_each() {
    let sheet = "<sheetData><row r=\"2\"><c r=\"D2\"><f t=\"shared\" ref=\"D2:D3\" si=\"0\">SUM(A2:C2)</f><v>3</v></c></row>\
                 <row r=\"3\"><c r=\"D3\"><f t=\"shared\" si=\"0\"/><v>7</v></c></row></sheetData>";
    let bytes = book(sheet, STRINGS, FORMATS);
    for time in ["the first time", "recalled"] {
        assert!(WAYS.agree(&bytes, time), "{time}");
        let cells = read(&bytes, &Limits::default()).expect("plain").swap_remove(0);
        let formulas = cells.cells().iter().map(|cell| cell.formula.as_deref());
        assert_eq!(formulas.collect::<Vec<_>>(), [Some("SUM(A2:C2)"), Some("SUM(A3:C3)")], "{time}");
    }
    // Characters in attributes and formulas. No element name in this sheet has any of them, except `sheetData`.
    let is_said = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "():".contains(letter);
    for (at, own) in sheet.char_indices().filter(|(at, own)| is_said(*own) && !sheet[*at..].starts_with("Data>")) {
        for other in ["", "1", "A", "$", "=", ":", ";", "&amp;"] {
            let changed = [&sheet[..at], other, &sheet[at + own.len_utf8()..]].concat();
            WAYS.agree(&book(&changed, STRINGS, FORMATS), &changed);
        }
    }
}

#[test]
fn phonetic_properties_are_skipped_and_phonetic_runs_fall_back() {
    let look = "<phoneticPr fontId=\"1\" type=\"noConversion\"/>";
    let sheet = "<sheetData><row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row></sheetData>";
    for (string, is_short) in [
        (format!("<si><t>甲</t>{look}</si>"), true),
        (format!("<si><t xml:space=\"preserve\"> 甲 </t>{look}</si>"), true),
        (format!("<si><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r>{look}</si>"), true),
        (format!("<si>{look}<t>甲</t></si>"), true),
        ("<si><t>甲</t><rPh sb=\"0\" eb=\"1\"><t>jia</t></rPh></si>".to_owned(), false),
    ] {
        let strings = format!("{string}<si><t>乙</t></si>");
        assert_eq!(WAYS.agree(&book(sheet, &strings, FORMATS), &strings), is_short, "{strings}");
    }
}

#[test]
fn space_around_a_text_counts_only_where_it_says_so() {
    let attributes =
        ["", " xml:space=\"preserve\"", " xml:space=\"default\"", " space=\"preserve\"", " xml:space=\" preserve\""];
    let texts = [" 乙 ", "&#xA;", " ", "&#13;乙&#9; 丙\t", "\u{3000}乙\u{a0} ", "&#32;乙&amp; ", "\n 乙", ""];
    for (text, attributes) in texts.iter().flat_map(|text| attributes.map(|attributes| (text, attributes))) {
        let text = format!("<t{attributes}>{text}</t>");
        let shared =
            "<sheetData><row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row></sheetData>";
        let strings = format!("<si>{text}</si><si><r>{text}</r><r>{text}</r></si>");
        assert!(WAYS.agree(&book(shared, &strings, FORMATS), &strings), "{strings}");
        let inline = format!(
            "<sheetData><row><c r=\"A1\" t=\"inlineStr\"><is>{text}</is></c><c r=\"B1\" t=\"inlineStr\"><is><r>{text}\
             </r><r>{text}</r></is></c></row></sheetData>"
        );
        assert!(WAYS.agree(&book(&inline, STRINGS, FORMATS), &inline), "{inline}");
    }
}

/// The project's first workbook that takes the fast path.
fn plain() -> Vec<u8> {
    let limits = Limits::default();
    let mut plain = WAYS.files().map(|(_, bytes)| bytes).filter(|bytes| read(bytes, &limits).is_ok());
    plain.next().expect("a plain workbook")
}

#[test]
fn the_fast_path_never_reads_a_damaged_file() {
    let (bytes, limits) = (plain(), Limits::default());
    let grids = read(&bytes, &limits).expect("plain");
    let mut different = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        // Bytes that neither the directory nor a checksum covers (dates, parts that are not read) may change.
        different += usize::from(read(&damaged, &limits).is_ok_and(|found| found != grids));
    }
    assert_eq!(different, 0);
    for end in (0..bytes.len()).step_by(11) {
        assert_eq!(read(&bytes[..end], &limits).err(), Some(Unsupported));
    }
}

#[test]
fn a_workbook_beyond_the_limits_falls_back_and_is_refused() {
    WAYS.declines_beyond_the_limits(&plain(), 1);
}

/// Reads a workbook with the given reader state. A new state has empty caches.
fn read_with(state: &mut ReaderState, bytes: &[u8]) -> FastResult<Vec<Grid>> {
    let limits = Limits::default();
    let archive = Archive::of(bytes).filter(|archive| archive.is_within(&limits)).ok_or(Unsupported)?;
    read_at(state, &archive, &limits)
}

/// Asserts that a used reader state gives the same result as a new one.
fn assert_recalled(state: &mut ReaderState, bytes: &[u8], what: &str) {
    assert_eq!(read_with(state, bytes), read_with(&mut ReaderState::default(), bytes), "{what}");
}

#[test]
fn a_part_that_differs_in_a_byte_is_not_in_the_cache() {
    let mut state = ReaderState::default();
    let bytes = book(SHEET, STRINGS, FORMATS);
    for at in 0..bytes.len() {
        assert_recalled(&mut state, &bytes, "the workbook itself");
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x01;
        assert_recalled(&mut state, &damaged, &format!("byte {at}"));
    }
    // The part has the same length each time, packed and unpacked, so that only its checksum and content differ.
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>5</v></c></row></sheetData>";
    for format in (0..200).chain(0..50) {
        let formats = format!("<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"{format:03}\"/></cellXfs>");
        assert_recalled(&mut state, &book(sheet, STRINGS, &formats), &formats);
    }
}

#[test]
fn number_styles_take_the_fast_path_and_possible_dates_fall_back() {
    for (format, is_short) in [
        ("General", true),
        ("General;[Red]General", true),
        ("0_);[Red]\\(0\\)", true),
        ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", true),
        ("0;yyyy", true),
        ("0_;yyyy", false),
        ("0*;yyyy", false),
        ("yyyy;0", false),
        ("[h]:mm", false),
        ("0&quot;年&quot;", false),
        ("General\\d", false),
    ] {
        let own = format!("<numFmts><numFmt numFmtId=\"164\" formatCode=\"{format}\"/></numFmts>");
        let formats = format!("{own}<cellXfs><xf numFmtId=\"164\"/></cellXfs>");
        let sheet = "<sheetData><row r=\"1\"><c r=\"A1\"><v>45000</v></c></row></sheetData>";
        assert_eq!(WAYS.agree(&book(sheet, STRINGS, &formats), format), is_short, "{format}");
    }
}

/// A sheet with cells of all kinds that take the fast path, and elements before and after them.
const SHEET: &str = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>3</v></c>\
                     <c r=\"B1\" s=\"2\"><v>10</v></c><c r=\"C1\"></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"str\"><v>甲</v></c>\
                     <c r=\"B2\"><f>B1+1</f><v>11</v></c></row></sheetData><mergeCells><mergeCell ref=\"A3:B4\"/></mergeCells>";

#[test]
fn a_sheet_that_differs_in_a_byte_is_read_for_what_it_is() {
    let (known, places) = (book(SHEET, STRINGS, FORMATS), SHEET.char_indices().map(|(at, _)| at));
    for at in places {
        for other in ["", "1", "<", "\"", "</v></c>"] {
            let mut state = ReaderState::default();
            read_with(&mut state, &known).expect("plain");
            let behind = at + SHEET[at..].chars().next().map_or(0, char::len_utf8);
            let changed = [&SHEET[..at], other, &SHEET[behind..]].concat();
            assert_recalled(&mut state, &book(&changed, STRINGS, FORMATS), &changed);
        }
    }
}

#[test]
fn a_cached_template_is_read_with_new_values() {
    let values =
        ["0", "1", "4", "5", "9", "007", "1E3", "-0", "", " 5 ", "x", "&#xA;", "&amp;甲", "_x000D_", "1e400", ">'"];
    let mut filled = 0;
    let tags = [("<v>", "</v>"), ("<t>", "</t>"), ("<t xml:space=\"preserve\">", "</t>")];
    for (cell, (open, close)) in CELLS.into_iter().flat_map(|cell| tags.map(|tags| (cell, tags))) {
        let Some((before, behind)) =
            cell.split_once(open).and_then(|(before, rest)| Some((before, rest.split_once(close)?.1)))
        else {
            continue;
        };
        let sheet = |value| format!("<sheetData><row>{before}{open}{value}{close}{behind}</row></sheetData>");
        let mut state = ReaderState::default();
        for value in values.into_iter().chain(values) {
            let (sheet, strings) = (sheet(value), [STRINGS, "<si><t>另</t></si>"].concat());
            filled += usize::from(state.known.templates.find(&xml_of(&sheet)).is_some());
            for strings in [STRINGS, &strings] {
                assert_recalled(&mut state, &book(&sheet, strings, FORMATS), &sheet);
            }
        }
    }
    assert!(filled > 300, "only {filled} had a known template");
}

/// Replacements for a number cell: blank, a shared string, and markup that only resembles these.
const INSTEAD: [&str; 10] = [
    "<c r=\"A1\"/>",
    "<c r=\"A1\" s=\"2\"/>",
    "<c r=\"A1\" t=\"s\"/>",
    "<c r=\"A1\"/></v></c>",
    "<c r=\"A1\"t=\"s\"><v>0</v></c>",
    "<c r=\"A1\" t=\"s\"><v>0</v><v>1</v></c>",
    "<c r=\"A1\" t=\"s\"><f>B1</f><v>0</v></c>",
    "<c r=\"A1\" s=\"2\" t=\"s\"><v>0</v></c>",
    "<c r=\"A1\" s=\"1\" t=\"s\"><v>3</v></c>",
    "<c r=\"A1\" t=\"n\" t=\"s\"><v>0</v></c>",
];

#[test]
fn a_cell_left_blank_or_typed_as_text_is_read_as_that() {
    let sheet = |cell: &str| {
        format!(
            "<sheetData><row>{cell}<c r=\"B1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row></sheetData>"
        )
    };
    let mut filled = 0;
    for known in CELLS {
        for (at, cell) in CELLS.into_iter().chain(INSTEAD).enumerate() {
            let (mut state, known, cell) = (ReaderState::default(), sheet(known), sheet(cell));
            let _ = read_with(&mut state, &book(&known, STRINGS, FORMATS));
            filled += usize::from(at >= CELLS.len() && state.known.templates.find(&xml_of(&cell)).is_some());
            assert_recalled(&mut state, &book(&cell, STRINGS, FORMATS), &format!("{known} {cell}"));
        }
    }
    assert!(filled > 10, "only {filled} had a known template");
}

#[test]
fn caches_stay_small() {
    let mut state = ReaderState::default();
    for at in 0..100 {
        let blank = format!("<cols><col min=\"{at}\" max=\"{at}\" hidden=\"1\"/></cols><sheetData/>");
        assert_recalled(&mut state, &book(&blank, STRINGS, FORMATS), &blank);
        let sheet = format!("<sheetData><row><c r=\"A{}\"><v>5</v></c></row></sheetData>", at + 1);
        assert_recalled(&mut state, &book(&sheet, STRINGS, FORMATS), &sheet);
    }
    assert_eq!((state.known.blank.len(), state.known.templates.len()), (8, 16));
    let large = format!("<sheetData><row><c r=\"A1\"><v>5</v></c></row></sheetData>{}", " ".repeat(LARGEST));
    assert_recalled(&mut state, &book(&large, STRINGS, FORMATS), "a large one");
    assert!(state.known.templates.find(&xml_of(&large)).is_none());
}

#[test]
fn a_string_is_what_its_own_markup_says_whatever_stood_there_before() {
    let part = |strings: &str| format!("<sst xmlns=\"{MAIN}\">{strings}</sst>");
    let strings = [
        "<si><t>甲</t></si>",
        "<si><t>&#30002;</t></si>",
        "<si><t>&#20057;</t></si>",
        "<si><r><t>乙</t></r></si>",
        "<si><t xml:space=\"preserve\"> 甲</t></si>",
        "<si><t> 甲</t></si>",
        "<si><t xml:space=\"preserve\"></t></si>",
        "<si><t></t></si>",
        "<si><t>甲_x000D_</t></si>",
        "<si><r><t>丙</t></r><t>&bad;</t></si>",
    ];
    let read = |into: &mut Strings, xml: &str| {
        let read = into.read(xml, &Limits::default());
        read.map(|()| [into.get(0).map(str::to_owned), into.get(1).map(str::to_owned), into.get(2).map(str::to_owned)])
    };
    let mut used = Strings::default();
    for before in strings {
        for one in strings {
            for other in strings {
                let mut fresh = Strings::default();
                let _ = read(&mut used, &part(&format!("{before}{one}")));
                let now = part(&format!("{one}{other}"));
                assert_eq!(read(&mut used, &now), read(&mut fresh, &now), "{before} {one} {other}");
            }
        }
    }
}
