//! Malicious files: each limit applies exactly at its bound, and a file beyond it is not read and is named in a
//! finding.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::{Cursor, Write};
use std::path::Path;

use huizong::document::{self, Document, Unreadable};
use huizong::outcome::Outcome;
use huizong::pipeline::{self, Plan};
use huizong::source::{Limit, Limits};

fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    document::read(name, bytes, limits)
}

fn beyond<T>(result: Result<T, Unreadable>) -> Option<Limit> {
    match result.err()? {
        Unreadable::Exceeded { limit, .. } => Some(limit),
        _ => None,
    }
}

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(*name, stored).expect("a part");
        archive.write_all(content.as_bytes()).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

fn ods(rows: &str) -> Vec<u8> {
    ods_tables(&format!("<table:table table:name=\"表\">{rows}</table:table>"))
}

fn ods_tables(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>\
         {tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ])
}

fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    xlsx_sheets("<sheet name=\"表\" sheetId=\"1\" r:id=\"rId1\"/>", sheet, strings)
}

fn xlsx_sheets(sheets: &str, sheet: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    zip(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{sheets}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{relations}/sharedStrings\" \
                 Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet xmlns=\"{main}\">{sheet}</worksheet>")),
        ("xl/sharedStrings.xml", &format!("<sst xmlns=\"{main}\">{strings}</sst>")),
    ])
}

fn limits(change: impl Fn(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

#[test]
fn a_sheet_that_claims_to_be_as_large_as_can_be_costs_what_it_holds() {
    let sheet = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
                 <row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>";
    let document = read("a.xlsx", &xlsx(sheet, ""), &Limits::default()).expect("a workbook of two cells");
    let cells = document.grids[0].cells();
    assert_eq!((cells.len(), cells[1].row, cells[1].column), (2, 1_048_575, 16_383));
    let at = |cells| beyond(read("a.xlsx", &xlsx(sheet, ""), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(1), at(2), at(3)], [Some(Limit::Cells), None, None]);
}

#[test]
fn two_far_cells_of_an_old_workbook_are_not_filled_up_between() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let file = walkdir::WalkDir::new(path).into_iter().map(|entry| entry.expect("a readable folder"));
    let file =
        file.into_iter().find(|entry| entry.path().extension().is_some_and(|ending| ending == "xls")).expect("xls");
    let mut bytes = std::fs::read(file.path()).expect("a readable file");
    let name = file.file_name().to_string_lossy().into_owned();
    assert!(read(&name, &bytes, &Limits::default()).is_ok());
    // The first record of a shared text or number is moved to the last possible cell.
    let records: [&[u8]; 3] = [&[0xFD, 0, 10, 0], &[0x03, 0x02, 14, 0], &[0x7E, 0x02, 10, 0]];
    let at = records.iter().find_map(|record| bytes.windows(4).position(|window| window == *record)).expect("a record");
    bytes[at + 4..at + 8].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(beyond(read(&name, &bytes, &Limits::default())), Some(Limit::Cells));
}

/// Returns an xls workbook with one sheet, with its name encoded as in BIFF5 or BIFF8, and with these records in it.
fn xls(name: &[u8], records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).expect("short").to_le_bytes(), data].concat()
    };
    let begin = |what: u8| record(0x0809, &[0, 6, what, 0, 0, 0, 0, 0]);
    let end = record(0x000A, &[]);
    let listed = |offset: u32| record(0x0085, &[&offset.to_le_bytes()[..], &[0, 0], name].concat());
    let globals = [begin(5), listed(0), end.clone()].concat();
    let offset = u32::try_from(globals.len()).expect("short");
    let cells: Vec<u8> = records.iter().flat_map(|(kind, data)| record(*kind, data)).collect();
    let book = [begin(5), listed(offset), end.clone(), begin(0x10), cells, end, vec![0; 5000]].concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
    file.create_stream("/Workbook").expect("a stream").write_all(&book).expect("its bytes");
    file.flush().expect("written");
    file.into_inner().into_inner()
}

#[test]
fn formulas_of_an_old_workbook_count_for_what_is_written_of_them() {
    // Each double takes nine bytes and has three hundred digits when written out.
    let doubles: Vec<u8> = (0..100).flat_map(|_| [&[0x1F][..], &1.7e308_f64.to_le_bytes()].concat()).collect();
    let tokens = [doubles, vec![0x03; 99]].concat();
    let length = u16::try_from(tokens.len()).expect("short").to_le_bytes();
    let cell = [&[0; 6][..], &7_f64.to_le_bytes(), &[0; 6], &length, &tokens].concat();
    let file = xls(b"\x01\x00a", &[(0x0006, cell)]);
    let at = |document| beyond(read("a.xls", &file, &limits(|limits| limits.document = document)));
    assert_eq!([at(20_000), at(40_000)], [Some(Limit::Document), None]);
}

#[test]
fn far_cells_of_an_old_workbook_are_seen_wherever_they_hide() {
    let number = |row: u16, column: u16| {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        (0x0203, [place, 7_f64.to_le_bytes().to_vec()].concat())
    };
    let far = || vec![number(0, 0), number(65_535, 255)];
    let within = |records: &[(u16, Vec<u8>)]| {
        let chart = [(0x0809, vec![0, 6, 0x20, 0, 0, 0, 0, 0]), number(9, 9), (0x000A, Vec::new())];
        [&chart[..], records].concat()
    };
    let dimensions = |rows: u32| (0x0200, [&[0; 4][..], &rows.to_le_bytes(), &[0, 0, 1, 0, 0, 0]].concat());
    let (of_1997, of_1995) = (&b"\x01\x00a"[..], &b"\x04a\xB1\xEDb"[..]);
    for name in [of_1997, of_1995] {
        let at = |records: &[(u16, Vec<u8>)]| beyond(read("a.xls", &xls(name, records), &Limits::default()));
        assert_eq!(at(&[number(0, 0), number(9, 9)]), None);
        assert_eq!(at(&far()), Some(Limit::Cells));
        assert_eq!(at(&within(&[number(9, 9)])), None);
        assert_eq!(at(&within(&far())), Some(Limit::Cells), "behind a chart");
        assert_eq!(at(&[dimensions(65_536), number(0, 0)]), None);
        assert_eq!(at(&[(0x0200, vec![0, 0, 255, 255, 0, 0, 255, 0, 0, 0]), number(0, 0)]), None, "as in 1995");
        assert_eq!(at(&[dimensions(u32::MAX), number(0, 0)]), Some(Limit::Cells));
    }
}

#[test]
fn repeated_cells_are_counted_before_they_are_repeated() {
    let cell = |columns: u32, text: &str| {
        format!(
            "<table:table-cell table:number-columns-repeated=\"{columns}\" office:value-type=\"string\"><text:p>{text}</text:p>\
             </table:table-cell>"
        )
    };
    let row = |rows: u32, cell: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row>")
    };
    let blank = "<table:table-cell table:number-columns-repeated=\"16384\"></table:table-cell>";
    let read = |rows: String, limits: &Limits| read("a.ods", &ods(&rows), limits);
    let usual = row(2, &cell(3, "7")) + &row(1_048_000, blank);
    let document = read(usual, &Limits::default()).expect("an empty sheet's end costs nothing");
    assert_eq!(document.grids[0].cells().len(), 6);
    let at = |cells| beyond(read(row(2, &cell(3, "7")), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(5), at(6), at(7)], [Some(Limit::Cells), None, None]);
    assert_eq!(beyond(read(row(1_000_000, &cell(16_000, "7")), &Limits::default())), Some(Limit::Cells));
    let far = row(1, &cell(1, "7")) + &row(1_000_000, blank) + &row(1, &cell(10, "7"));
    assert_eq!(beyond(read(far, &Limits::default())), Some(Limit::Cells));
    let long = "长".repeat(1000);
    let text = |document| beyond(read(row(10, &cell(10, &long)), &limits(|limits| limits.document = document)));
    assert_eq!([text(299_999), text(300_000)], [Some(Limit::Document), None]);
}

#[test]
fn what_a_workbook_holds_is_counted_over_all_its_sheets() {
    let with = |change: &dyn Fn(&mut Limits), name: &str, bytes: &[u8]| beyond(read(name, bytes, &limits(change)));
    let cells = |most: u64, name: &str, bytes: &[u8]| with(&|limits| limits.cells = most, name, bytes);
    let sheets = |most: u64, name: &str, bytes: &[u8]| with(&|limits| limits.entries = most, name, bytes);
    // Three sheets that refer to the same part.
    let listed: String =
        (1..4).map(|at| format!("<sheet name=\"{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>")).collect::<Vec<_>>().concat();
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>1</v></c></row></sheetData>";
    for more in ["", "<legacy:unknown xmlns:legacy=\"x\"/>"] {
        let book = xlsx_sheets(&listed, &format!("{sheet}{more}"), "");
        assert_eq!([5, 6, 7].map(|most| cells(most, "a.xlsx", &book)), [Some(Limit::Cells), None, None]);
    }
    let parts = 6;
    let listed: String = (0..=parts)
        .map(|at| format!("<sheet name=\"{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>"))
        .collect::<Vec<_>>()
        .concat();
    let book = xlsx_sheets(&listed, sheet, "");
    assert_eq!([parts, parts + 1].map(|most| sheets(most, "a.xlsx", &book)), [Some(Limit::Entries), None]);
    // Two tables with the same name, and one without a name.
    let row = "<table:table-row><table:table-cell table:number-columns-repeated=\"3\" office:value=\"1\" \
               office:value-type=\"float\"/></table:table-row>";
    let book = ods_tables(&format!(
        "<table:table table:name=\"a\">{row}{row}</table:table><table:table table:name=\"a\">{row}</table:table>"
    ));
    assert_eq!([8, 9, 10].map(|most| cells(most, "a.ods", &book)), [Some(Limit::Cells), None, None]);
    let book = ods_tables(&"<table:table/>".repeat(4));
    assert_eq!([3, 5].map(|most| sheets(most, "a.ods", &book)), [Some(Limit::Entries), None]);
    let xml = format!(
        "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">{}</Workbook>",
        "<Worksheet><Table><Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet>".repeat(3)
    );
    assert_eq!([2, 3, 4].map(|most| cells(most, "a.xls", xml.as_bytes())), [Some(Limit::Cells), None, None]);
    assert_eq!([2, 3, 4].map(|most| sheets(most, "a.xls", xml.as_bytes())), [Some(Limit::Entries), None, None]);
}

#[test]
fn a_text_in_many_cells_is_as_long_as_all_of_them() {
    let long = "长".repeat(1000);
    let at = |name: &str, bytes: &[u8]| {
        let within = |document| beyond(read(name, bytes, &limits(|limits| limits.document = document)));
        [29_999, 30_000, 30_001].map(within)
    };
    let edge = [Some(Limit::Document), None, None];
    let cells: String = (1..11)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"))
        .collect::<Vec<_>>()
        .concat();
    let sheet = format!("<sheetData>{cells}</sheetData>");
    let strings = format!("<si><t>{long}</t></si>");
    assert_eq!(at("a.xlsx", &xlsx(&sheet, &strings)), edge);
    assert_eq!(at("a.xlsx", &xlsx(&format!("{sheet}<legacy:unknown xmlns:legacy=\"x\"/>"), &strings)), edge);
    let repeated = |more: &str| {
        format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"10\" {more}</table:table-cell></table:table-row>"
        )
    };
    let spaces = repeated("office:value-type=\"string\"><text:p><text:s text:c=\"3000\"/></text:p>");
    assert_eq!(at("a.ods", &ods(&spaces)), edge);
    let formula = repeated(&format!("table:formula=\"of:={}\" office:value=\"1\">", "1+".repeat(1497) + "1"));
    assert_eq!(at("a.ods", &ods(&formula)), edge);
    let endless = repeated("office:value-type=\"string\"><text:p><text:s text:c=\"99999999999\"/></text:p>");
    assert_eq!(beyond(read("a.ods", &ods(&endless), &Limits::default())), Some(Limit::Document));
    // Each of ten cells refers to the one shared text, which has ten characters or thirty bytes.
    let text = [&[0; 8][..], &1000_u16.to_le_bytes(), &[0], &[b'a'; 1000]].concat();
    let shared = |row: u16| (0x00FD, [&row.to_le_bytes()[..], &[0; 8]].concat());
    let records: Vec<(u16, Vec<u8>)> = std::iter::once((0x00FC, text)).chain((0..10).map(shared)).collect();
    assert_eq!(at("a.xls", &xls(b"\x01\x00a", &records)), edge);
}

#[test]
fn what_repeats_more_than_can_be_counted_is_too_much() {
    let row = |rows: &str, cell: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell {cell}/></table:table-row>")
    };
    let typed = "office:value-type=\"float\" office:value=\"1\"";
    for cell in [
        format!("table:number-columns-repeated=\"99999999999\" {typed}"),
        format!("x:number-columns-repeated=\"1\" table:number-columns-repeated=\"16384\" {typed}"),
        "table:number-columns-repeated=\"16384\" office:value=\"1\"".to_owned(),
    ] {
        assert_eq!(beyond(read("a.ods", &ods(&row("5000", &cell)), &Limits::default())), Some(Limit::Cells), "{cell}");
    }
}

#[test]
fn what_is_hidden_again_and_again_is_hidden_once() {
    let column = "<col min=\"1\" max=\"16384\" hidden=\"1\"/>".repeat(3);
    let sheet = format!("<cols>{column}</cols><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>");
    let columns = |name: &str, bytes: &[u8]| {
        let document = read(name, bytes, &Limits::default()).expect("a workbook");
        document.grids[0].hidden_columns.len()
    };
    let usual = columns("a.xlsx", &xlsx(&sheet, ""));
    assert_eq!(usual, 2048);
    assert_eq!(columns("a.xlsx", &xlsx(&format!("{sheet}<legacy:unknown xmlns:legacy=\"x\"/>"), "")), usual);
    let xml = format!(
        "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table>{}</Table></Worksheet></Workbook>",
        "<Column ss:Index=\"1\" ss:Span=\"99\" ss:Hidden=\"1\"/>".repeat(3)
    );
    assert_eq!(columns("a.xls", xml.as_bytes()), 100);
    let rows = "<table:table-row table:visibility=\"filter\" table:number-rows-repeated=\"9999\"/>".repeat(3);
    let document = read("a.ods", &ods(&rows), &Limits::default()).expect("a workbook");
    assert_eq!(document.grids[0].hidden_rows.len(), 2048);
}

#[test]
fn references_to_nothing_are_damage_or_nothing() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>4294967295</v></c><c r=\"B1\" t=\"s\"><v>0</v></c></row></sheetData>";
    let texts = |document: Document| document.grids[0].cells().iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
    let beyond_the_strings = read("a.xlsx", &xlsx(sheet, "<si><t>规章</t></si>"), &Limits::default()).map(texts);
    assert!(beyond_the_strings.as_ref().map_or(true, |texts| *texts == ["规章"]), "{beyond_the_strings:?}");
    let sheet =
        "<sheetData><row r=\"1\"><c r=\"ZZZZZZZ99999999999\"><v>1</v></c><c r=\"B0\"><v>1</v></c></row></sheetData>";
    let nowhere = read("a.xlsx", &xlsx(sheet, ""), &Limits::default()).map(texts);
    assert!(nowhere.as_ref().map_or(true, Vec::is_empty), "{nowhere:?}");
    let cyclic =
        "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"workbook.xml\"/></Relationships>";
    let missing = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"rId1\"/><sheet name=\"b\" r:id=\"rId9\"/></sheets></workbook>";
    let bytes = zip(&[("xl/workbook.xml", missing), ("xl/_rels/workbook.xml.rels", cyclic)]);
    assert!(read("a.xlsx", &bytes, &Limits::default()).is_err());
}

#[test]
fn entities_stand_for_nothing() {
    let bomb = "<!DOCTYPE d [<!ENTITY a \"0000000000\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>\
                <w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>甲&b;</w:t></w:r></w:p></w:body></w:document>";
    let relations =
        "<Relationships><Relationship Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let types = "<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let bytes = zip(&[("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/document.xml", bomb)]);
    let document = read("a.docx", &bytes, &Limits::default()).expect("a document");
    assert_eq!(document.paragraphs[0].text, "甲");
    let deep = format!("<w:document xmlns:w=\"w\">{}", "<w:p>".repeat(600));
    let bytes = zip(&[("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/document.xml", &deep)]);
    assert_eq!(beyond(read("a.docx", &bytes, &Limits::default())), Some(Limit::Depth));
    assert_eq!(beyond(read("a.docx", &bytes, &limits(|limits| limits.depth = 601))), None);
}

#[test]
fn texts_and_tables_keep_within_their_limits() {
    let csv = "甲,乙,丙\n1,2,3\n";
    let at = |cells| beyond(read("a.csv", csv.as_bytes(), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(5), at(6), at(7)], [Some(Limit::Cells), None, None]);
    let at = |cells| beyond(read("a.csv", "1\n\n\n\n".as_bytes(), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(3), at(4), at(5)], [Some(Limit::Cells), None, None]);
    let at = |text| beyond(read("a.csv", "甲乙,1,2\n".as_bytes(), &limits(|limits| limits.text = text)));
    assert_eq!([at(5), at(6), at(7)], [Some(Limit::Text), None, None]);
    let at = |cells| beyond(read("a.txt", "一\n二\n三\n".as_bytes(), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(2), at(3), at(4)], [Some(Limit::Cells), None, None]);
    let page = "<html><body><p>一</p></body></html>";
    let at = |cells| beyond(read("a.htm", page.as_bytes(), &limits(|limits| limits.cells = cells)));
    assert_eq!([at(5), at(6), at(7)], [Some(Limit::Cells), None, None]);
}

/// Runs the library over one file with these limits.
fn run(name: &str, bytes: &[u8], limits: Limits) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file");
    let plan = Plan { inputs: vec![folder.path().to_owned()], limits, ..Plan::default() };
    pipeline::run(&plan, &|_| {}).expect("a run that ends")
}

fn codes(outcome: &Outcome) -> Vec<(&str, &str)> {
    outcome.findings.iter().map(|finding| (finding.rule.text(), outcome.file_of(finding))).collect()
}

#[test]
fn a_file_is_as_large_as_allowed_or_named() {
    let bytes = "一,二,三\n".repeat(100);
    let size = bytes.len() as u64;
    let with = |file| run("甲山镇2025年年报.csv", bytes.as_bytes(), limits(|limits| limits.file = file));
    assert_eq!(codes(&with(size - 1)), [("F09", "甲山镇2025年年报.csv")]);
    assert_eq!(codes(&with(size)), [("F03", "甲山镇2025年年报.csv")]);
}

#[test]
fn a_file_that_takes_too_long_is_given_up_and_named() {
    let large = "一,二,三\n".repeat(30_000);
    let with = |seconds| run("甲山镇2025年年报.csv", large.as_bytes(), limits(|limits| limits.seconds = seconds));
    assert_eq!(codes(&with(0)), [("F09", "甲山镇2025年年报.csv")]);
    assert_eq!(codes(&with(600)), [("F03", "甲山镇2025年年报.csv")]);
}

#[test]
fn every_reader_is_given_up_at_its_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = walkdir::WalkDir::new(root.join("formats")).min_depth(1).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("a readable folder").into_path());
    for path in files.chain([root.join("archives/three.7z")]) {
        let (name, bytes) = (path.display().to_string(), std::fs::read(&path).expect("a readable file"));
        let name = name.rsplit('/').next().expect("a name");
        let is_given_up = |seconds| {
            let outcome = run(name, &bytes, limits(|limits| limits.seconds = seconds));
            codes(&outcome).iter().any(|(code, _)| *code == "F09")
        };
        // A small file may be read before the time is looked at.
        assert!((0..20).any(|_| is_given_up(0)), "{name}");
        assert!(!is_given_up(600), "{name}");
    }
}

#[test]
fn archives_are_opened_as_deep_and_wide_as_allowed() {
    let inner = zip(&[("甲山镇2025年年报.csv", "一,二,三\n")]);
    let nest = |bytes: &[u8]| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("包.zip", zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(bytes).expect("its bytes");
        archive.finish().expect("an archive").into_inner()
    };
    let three = nest(&nest(&inner));
    assert_eq!(
        codes(&run("包.zip", &three, Limits::default())),
        [("F03", "包.zip/包.zip/包.zip/甲山镇2025年年报.csv")]
    );
    let four = nest(&three);
    assert_eq!(codes(&run("包.zip", &four, Limits::default())), [("F01", "包.zip/包.zip/包.zip/包.zip")]);
    let blank = "\n".repeat(9 << 20);
    let tight = {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [("一.csv", &*blank), ("二.csv", "1")] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            archive.write_all(content.as_bytes()).expect("its bytes");
        }
        archive.finish().expect("an archive").into_inner()
    };
    assert_eq!(codes(&run("包.zip", &tight, Limits::default())), [("F09", "包.zip/一.csv"), ("F10", "包.zip/二.csv")]);
    // The unpacked size and number of files of nested archives are added up.
    let one = zip(&[("一.csv", "12345"), ("二.csv", "12345")]);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["甲.zip", "乙.zip"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(&one).expect("its bytes");
    }
    let two = archive.finish().expect("an archive").into_inner();
    let whole = 2 * one.len() as u64 + 20;
    let last = ("F09", "包.zip/甲.zip/二.csv");
    for (archive, found) in [(whole - 1, true), (whole, false)] {
        let outcome = run("包.zip", &two, limits(|limits| limits.archive = archive));
        assert_eq!(codes(&outcome).contains(&last), found, "{:?}", codes(&outcome));
    }
    for (entries, found) in [(5, true), (6, false)] {
        let outcome = run("包.zip", &two, limits(|limits| limits.entries = entries));
        assert_eq!(codes(&outcome).contains(&("F09", "包.zip/甲.zip")), found, "{:?}", codes(&outcome));
    }
    let many = zip(&[("一.csv", "1"), ("二.csv", "1"), ("三.csv", "1")]);
    let with = |entries| codes(&run("包.zip", &many, limits(|limits| limits.entries = entries))).len();
    assert_eq!([with(2), with(3)], [1, 3]);
    assert_eq!(codes(&run("包.zip", &many, limits(|limits| limits.entries = 2))), [("F09", "包.zip")]);
}
