//! Compares the fast path with calamine, for workbooks and for markup of all kinds.

use std::io::{Cursor, Read, Write};

use super::super::Format;
use super::super::spreadsheet::{ReadFailure, read_ods};
use super::*;
use crate::document::tests::oracle::Ways;

const WAYS: Ways<Unsupported, ReadFailure> = Ways { format: Format::Ods, short: read, long: read_ods };

#[test]
fn the_fast_path_reads_what_calamine_reads() {
    WAYS.agree_on_every_file(2);
}

fn zipped(content: &str) -> Vec<u8> {
    let manifest = "<manifest:manifest><manifest:file-entry manifest:full-path=\"/\"/></manifest:manifest>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in [("mimetype", MIMETYPE), ("META-INF/manifest.xml", manifest), ("content.xml", content)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(part.as_bytes()).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// The content of a workbook with one sheet.
fn book(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content><office:automatic-styles><style:style \
         style:name=\"ta1\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet><table:table table:name=\"甲&amp;乙\" table:style-name=\"ta1\">{rows}</table:table>\
         <table:named-expressions><table:named-range table:name=\"a\"/></table:named-expressions></office:spreadsheet>\
         </office:body></office:document-content>"
    )
}

/// Attributes of cells, and the content between their tags.
const CELLS: [(&str, &str); 50] = [
    ("office:value-type=\"string\"", "<text:p>规章</text:p>"),
    ("office:value-type=\"string\"", "<text:p>甲</text:p><text:p>乙</text:p>"),
    ("office:value-type=\"string\"", "<text:p/><text:p>乙</text:p>"),
    (
        "office:value-type=\"string\"",
        "<text:p>甲<text:s/>乙<text:s text:c=\"3\"/><text:tab/>丙<text:line-break/>丁</text:p>",
    ),
    ("office:value-type=\"string\"", "<text:p>a<text:span text:style-name=\"T1\">b</text:span>c</text:p>"),
    ("office:value-type=\"string\"", "<text:p><text:a>b</text:a></text:p> "),
    ("office:value-type=\"string\"", "<text:p>&lt;&#10;&amp;&#x4e2d;</text:p>"),
    ("office:value-type=\"string\"", "<text:p>&unknown;</text:p>"),
    ("office:value-type=\"string\"", "<text:p>a & b</text:p>"),
    ("office:value-type=\"string\"", "<text:p>&#0;</text:p>"),
    ("office:value-type=\"string\"", "<text:p>甲\r\n乙</text:p>"),
    ("office:value-type=\"string\"", "<text:p> 甲 </text:p>"),
    ("office:value-type=\"string\"", "<text:p>\n</text:p>"),
    ("office:value-type=\"string\"", "<text:p><![CDATA[甲]]></text:p>"),
    ("office:value-type=\"string\"", "<text:p>甲<!-- 乙 --></text:p>"),
    ("office:value-type=\"string\"", "<office:annotation><text:p>注</text:p></office:annotation><text:p>甲</text:p>"),
    ("office:value-type=\"string\"", "<text:p>甲</text:p><office:annotation office:name=\"a\"/>"),
    ("office:value-type=\"string\"", "<office:annotation><text:p>注</text:p></table:table-cell>"),
    ("office:value-type=\"string\"", "<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"),
    ("office:value-type=\"string\"", "<text:p>甲</text:p></table:table-cell><table:table-cell>"),
    ("office:value-type=\"string\"", ""),
    ("office:value-type=\"string\" office:string-value=\"乙&amp;\"", "<text:p>甲</text:p>"),
    ("office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"", "<text:p>#REF!</text:p>"),
    ("office:value-type=\"float\" office:value=\"12\" calcext:value-type=\"float\"", "<text:p>12</text:p>"),
    ("office:value-type=\"float\" office:value=\"0.1\"", ""),
    ("office:value-type=\"float\" office:value=\"-0\"", "<text:p>-</text:p>"),
    ("office:value-type=\"float\" office:value=\"1E3\"", "<text:p>1000</text:p>"),
    ("office:value-type=\"float\" office:value=\"1e400\"", ""),
    ("office:value-type=\"float\" office:value=\"nan\"", ""),
    ("office:value-type=\"float\" office:value=\"1.\"", ""),
    ("office:value-type=\"float\" office:value=\".5\"", ""),
    ("office:value-type=\"float\" office:value=\"+1\"", ""),
    ("office:value-type=\"float\" office:value=\" 1\"", ""),
    ("office:value-type=\"float\" office:value=\"12345678901234567\"", ""),
    ("office:value-type=\"float\"", "<text:p>12</text:p>"),
    ("office:value=\"3\" office:value-type=\"string\"", "<text:p>4</text:p>"),
    ("office:value=\"3\" office:value=\"4\"", ""),
    ("office:value-type=\"percentage\" office:value=\"0.5\"", "<text:p>50%</text:p>"),
    ("office:value-type=\"date\" office:date-value=\"2025-01-31\"", "<text:p>1月31日</text:p>"),
    ("office:value-type=\"time\" office:time-value=\"PT01H\"", "<text:p>1</text:p>"),
    ("office:value-type=\"boolean\" office:boolean-value=\"true\"", "<text:p>TRUE</text:p>"),
    ("office:value-type=\"boolean\" office:boolean-value=\"no\"", "<text:p>FALSE</text:p>"),
    ("table:formula=\"of:=SUM([.B1:.B2])\" office:value-type=\"float\" office:value=\"3\"", "<text:p>3</text:p>"),
    ("table:formula=\"of:=[$&apos;甲 乙&apos;.B1]\"", ""),
    ("table:formula=\"\" office:value-type=\"string\"", ""),
    ("table:formula=\"of:=[.B1]\" office:value-type=\"string\"", "<text:p/>"),
    ("table:formula='of:=1'", ""),
    ("table:style-name-\"ce1\" table:number-columns-spanned=\"2\" office:value=\"1\"", ""),
    ("table:number-columns-spanned=\"2\" table:number-rows-spanned=\"3\"", ""),
    ("table:number-columns-repeated=\"x\" office:value=\"1\"", ""),
];

/// Further attributes of a cell.
const MORE: [&str; 5] = [
    "",
    " table:number-columns-repeated=\"3\"",
    " table:number-columns-spanned=\"2\" table:number-rows-spanned=\"2\"",
    " table:number-columns-repeated=\"0\"",
    " table:number-columns-repeated=\"2\" table:number-columns-repeated=\"3\"",
];

#[test]
fn for_any_cell_both_readers_agree_or_the_fast_path_declines() {
    let mut short = 0;
    for (attributes, content) in CELLS {
        for more in MORE {
            for around in [
                format!(
                    "<table:table-row><table:table-cell {attributes}{more}>{content}</table:table-cell></table:table-row>"
                ),
                format!("<table:table-row><table:table-cell {attributes}{more}/><table:table-cell/></table:table-row>"),
                format!(
                    "<table:table-column table:number-columns-repeated=\"2\" table:visibility=\"collapse\"/>\n<table:table-row \
                     table:number-rows-repeated=\"2\"/><table:table-row table:number-rows-repeated=\"3\" table:visibility=\"filter\">\
                     <table:table-cell table:number-columns-repeated=\"4\"/><table:covered-table-cell {attributes}{more}>{content}\
                     </table:covered-table-cell><table:table-cell table:number-columns-repeated=\"16370\"/></table:table-row>\
                     <table:table-row table:number-rows-repeated=\"1048571\"><table:table-cell/></table:table-row>"
                ),
            ] {
                short += usize::from(WAYS.agree(&zipped(&book(&around)), &around));
            }
        }
    }
    assert!(short > 300, "only {short} took the fast path");
}

/// Sheets with unusual structure.
const ROWS: [&str; 14] = [
    "<table:table-row> <table:table-cell/></table:table-row>",
    "<table:table-row><!-- --><table:table-cell/></table:table-row>",
    "<table:table-row><table:table-cell office:value=\"1\"/></table:table-row>text",
    "<table:table-header-rows><table:table-row><table:table-cell office:value=\"1\"/></table:table-row></table:table-header-rows>",
    "<table:table-row table:number-rows-repeated=\"-1\"><table:table-cell office:value=\"1\"/></table:table-row>",
    "<table:table-row table:number-rows-repeated=\"2000000\"><table:table-cell/></table:table-row><table:table-row>\
     <table:table-cell office:value=\"1\"/></table:table-row>",
    "<table:table-row><table:table-cell table:number-columns-repeated=\"20000\"/><table:table-cell office:value=\"1\"/></table:table-row>",
    "<table:table-row><table:table-cell><table:table table:name=\"b\"/></table:table-cell></table:table-row>",
    "<table:shapes><table:table table:name=\"b\"><table:table-row/></table:table></table:shapes>",
    "<other:table-row><table:table-cell office:value=\"1\"/></other:table-row>",
    "<table:table-row><other:cell/></table:table-row>",
    "</table:table><table:table table:name=\"甲&amp;乙\"><table:table-row><table:table-cell office:value=\"1\"/></table:table-row>",
    "</table:table><table:table><table:table-row><table:table-cell office:value=\"1\"/></table:table-row>",
    "</table:table><table:table other:name=\"b\" table:name=\"c\" table:name=\"d\"><table:table-row table:visibility=\"collapse\"/>",
];

#[test]
fn for_any_sheet_both_readers_agree_or_the_fast_path_declines() {
    for rows in ROWS {
        WAYS.agree(&zipped(&book(rows)), rows);
    }
    let twice = book("<table:table-row><table:table-cell office:value=\"1\"/></table:table-row>");
    assert!(WAYS.agree(&zipped(&twice), "a sheet"));
    for (sought, instead) in [
        ("<table:named-range", "<table:other"),
        ("table:name=\"a\"", "table:name=\"&\""),
        ("</office:body>", "</office:bodies>"),
        ("</office:document-content>", ""),
        ("</office:document-content>", "</office:document-content>text"),
        ("</office:document-content>", "</office:document-content>&"),
        ("<office:body>", "<?xml version=\"1.0\"?><office:body>"),
        ("<office:body>", "<office:body>&"),
        ("<office:body>", "<office:body a\"=\"b\">"),
        ("<office:body>", "<office:body a\">\"><office:body>"),
        ("<office:body>", "<office:bo\"dy a=\"b\">"),
        ("UTF-8", "GBK"),
        ("\"false\"", "\"none\""),
        ("style:name=\"ta1\"", "style:name=\"ta2\""),
    ] {
        WAYS.agree(&zipped(&twice.replacen(sought, instead, 1)), instead);
    }
}

/// The content and the bytes of the project's first workbook that takes the fast path.
fn plain() -> (String, Vec<u8>) {
    let mut plain = WAYS.files().map(|(_, bytes)| bytes).filter(|bytes| read(bytes, &Limits::default()).is_ok());
    let bytes = plain.next().expect("a plain workbook");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.clone())).expect("an archive");
    let mut content = String::new();
    archive.by_name("content.xml").expect("its content").read_to_string(&mut content).expect("text");
    (content, bytes)
}

#[test]
fn the_fast_path_never_reads_a_damaged_file() {
    let (_, bytes) = plain();
    let grids = read(&bytes, &Limits::default()).expect("plain");
    for at in (0..bytes.len()).step_by(5) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        // Bytes that neither the directory nor a checksum covers (dates, parts that are not read) may change.
        assert!(
            read(&damaged, &Limits::default()).is_ok_and(|found| found == grids) || !WAYS.agree(&damaged, "damage")
        );
    }
    for end in (0..bytes.len()).step_by(11) {
        assert_eq!(read(&bytes[..end], &Limits::default()).err(), Some(Unsupported));
    }
}

#[test]
fn damaged_markup_is_read_alike_or_not_at_all() {
    let (content, _) = plain();
    let tags: Vec<&str> = content.split_inclusive('>').collect();
    let mut dice = crate::document::tests::oracle::Dice::default();
    let mut short = 0;
    for _ in 0..400 {
        let mut tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let at = dice.below(tags.len());
        match dice.below(4) {
            0 => drop(tags.remove(at)),
            1 => tags.insert(at, tags[dice.below(tags.len())].clone()),
            2 => tags[at].insert_str(0, ["&", " ", "&#65;", "甲", "<x>", "\n", "<x/>", "]]>"][dice.below(8)]),
            _ => {
                let bytes = [b'<', b'>', b'&', b'"', b'\'', b'/', b'=', b' ', b':', b'0', b'-', b'.', b'x'];
                let (place, byte) = (dice.below(tags[at].len()), bytes[dice.below(bytes.len())]);
                if tags[at].is_char_boundary(place) && tags[at].is_char_boundary(place + 1) {
                    tags[at].replace_range(place..=place, &char::from(byte).to_string());
                }
            }
        }
        let damaged = tags.concat();
        short += usize::from(WAYS.agree(&zipped(&damaged), &damaged));
    }
    assert!(short > 40, "only {short} took the fast path");
}

#[test]
fn a_workbook_beyond_the_limits_falls_back_and_is_refused() {
    WAYS.declines_beyond_the_limits(&plain().1, 1);
}
