//! The short way against the long one, over workbooks and over cells of all kinds.

use super::super::Format;
use super::super::oracle::Ways;
use super::super::spreadsheet::{Failure, read_xlsx};
use super::*;

const WAYS: Ways<Unusual, Failure> = Ways { format: Format::Xlsx, short: read, long: read_xlsx };

#[test]
fn the_short_way_reads_what_the_long_way_reads() {
    WAYS.agree_on_every_file(10);
}

/// A workbook of one sheet, put together from its parts.
fn book(cells: &str, strings: &str, formats: &str) -> Vec<u8> {
    use std::io::Write;
    let (xmlns, relations) = (MAIN, "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
    let related = |id: u32, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{relations}/{kind}\" Target=\"{target}\"/>")
    };
    let targets =
        [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")];
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
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{xmlns}\">{cells}</worksheet>")),
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

/// Formats of numbers, dates, and styles that have them.
const FORMATS: &str = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"0.00_ \"/><numFmt numFmtId=\"165\" \
                   formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>\
                   <xf numFmtId=\"165\"/></cellXfs>";

/// Cells of all kinds.
const CELLS: [&str; 69] = [
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
fn whatever_a_cell_is_both_ways_agree_or_the_short_one_declines() {
    let (strings, formats) = (STRINGS, FORMATS);
    let limits = Limits::default();
    let spaced = book("<sheetData/>", "<si><t> 乙 </t></si>", formats);
    assert_eq!(read(&spaced, &limits), Err(Unusual), "space without a word that it counts");
    let spaced = book("<sheetData/>", "<si><t>&#xA;</t></si>", formats);
    assert_eq!(read(&spaced, &limits), Err(Unusual), "the same by its number");
    let mut short = 0;
    for cell in CELLS {
        for around in [
            format!("<sheetData><row r=\"1\">{cell}<c r=\"B7\"><v>8</v></c></row></sheetData>"),
            format!(
                "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols><sheetData><row hidden=\"1\">{cell}</row><row r=\"9\" \
                 hidden=\"true\"/></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/><mergeCell ref=\"D4:D9\"/></mergeCells>"
            ),
        ] {
            short += usize::from(WAYS.agree(&book(&around, strings, formats), &around));
        }
    }
    assert!(short > 30, "only {short} went the short way");
}

/// The first workbook of the project that goes the short way.
fn plain() -> Vec<u8> {
    let limits = Limits::default();
    let mut plain = WAYS.files().map(|(_, bytes)| bytes).filter(|bytes| read(bytes, &limits).is_ok());
    plain.next().expect("a plain workbook")
}

#[test]
fn damage_is_never_read_the_short_way() {
    let (bytes, limits) = (plain(), Limits::default());
    let grids = read(&bytes, &limits).expect("plain");
    let mut different = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        // What neither the directory nor a checksum covers (dates, parts that are not read) may change.
        different += usize::from(read(&damaged, &limits).is_ok_and(|found| found != grids));
    }
    assert_eq!(different, 0);
    for end in (0..bytes.len()).step_by(11) {
        assert_eq!(read(&bytes[..end], &limits).err(), Some(Unusual));
    }
}

#[test]
fn a_workbook_beyond_the_limits_goes_the_long_way_which_says_so() {
    let bytes = plain();
    let with = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        read(&bytes, &limits).err()
    };
    assert_eq!(with(|limits| limits.cells = 1), Some(Unusual));
    assert_eq!(with(|limits| limits.text = 1), Some(Unusual));
    assert_eq!(with(|limits| limits.entries = 1), Some(Unusual));
    assert_eq!(with(|limits| limits.document = 1), Some(Unusual));
}
