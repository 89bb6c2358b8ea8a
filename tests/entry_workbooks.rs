//! Entry workbooks: written by the program, filled in, damaged as by pasting, and read back.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/entry_book.rs"]
mod entry_book;

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;

use entry_book::{Book, Cells};
use program::{Row, huizong, rows};

const ROSTER: &str = "单位代码,单位名称,类型\nT01,甲山镇,乡镇\nT02,乙水乡,乡镇\n";

/// The parts of a workbook with its texts and with its properties.
const SHARED: &str = "xl/sharedStrings.xml";
const CUSTOM: &str = "docProps/custom.xml";

/// A folder with the entry workbooks of a roster.
struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("名册.csv"), ROSTER).expect("a roster");
        let office = Self { folder };
        let mut command = huizong();
        command.arg("template").arg("-o").arg(office.path("表")).arg("--roster").arg(office.path("名册.csv"));
        command.args(["--year", "2025"]).args(more).assert().success();
        office
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the sheet part and cell of each figure, by indicator.
    fn cells(&self) -> Cells {
        let facts = self.read("表/甲山镇.xlsx", "blank").0;
        let part = |sheet: &str| match sheet {
            "表二" => "xl/worksheets/sheet2.xml",
            "表三" => "xl/worksheets/sheet3.xml",
            _ => "xl/worksheets/sheet4.xml",
        };
        facts.into_iter().map(|(id, row)| (id, (part(&row["sheet"]).to_owned(), row["cell"].clone()))).collect()
    }

    /// Runs the program over one file and returns its facts and findings.
    fn read(&self, file: &str, out: &str) -> (BTreeMap<String, Row>, Vec<Row>) {
        let out = self.path(out);
        let mut command = huizong();
        command.arg("run").arg(self.path(file)).arg("--roster").arg(self.path("名册.csv")).args(["--year", "2025"]);
        command.arg("-o").arg(&out).arg("--quiet").arg("--data-only").assert().success();
        let facts = rows(&out.join("data/facts.csv")).into_iter().map(|row| (row["indicator"].clone(), row)).collect();
        let findings = rows(&out.join("data/findings.csv")).into_iter().filter(|row| row["rule"] != "U02").collect();
        (facts, findings)
    }

    /// Returns the workbook of 甲山镇 filled with figures that satisfy every sum.
    fn filled(&self, cells: &Cells) -> Book {
        let mut book = Book::read(&self.path("表/甲山镇.xlsx"));
        for (indicator, (sheet, cell)) in cells {
            book.put(sheet, cell, &format!("<v>{}</v>", figure(indicator)));
        }
        book
    }
}

/// Returns the content of a figure: three applications of natural persons, all granted.
fn figure(indicator: &str) -> &'static str {
    let granted = ["t3.received.", "t3.granted.", "t3.concluded_total."].iter().any(|row| indicator.starts_with(row));
    match indicator {
        "t2.administrative_fees.amount" => "2.725",
        _ if granted && matches!(indicator.rsplit('.').next(), Some("natural_person" | "total")) => "3",
        _ => "0",
    }
}

fn rules(findings: &[Row]) -> Vec<&str> {
    findings.iter().map(|row| row["rule"].as_str()).collect()
}

#[test]
fn a_blank_one_is_two_hundred_blanks_and_a_filled_one_what_was_typed() {
    let office = Office::new(&[]);
    let (facts, _) = office.read("表/甲山镇.xlsx", "blank");
    assert_eq!(facts.len(), 200);
    assert!(facts.values().all(|row| row["state"] == "blank" && row["unit"] == "甲山镇" && !row["cell"].is_empty()));
    let cells = office.cells();
    office.filled(&cells).write(&office.path("报来.xlsx"));
    let (facts, findings) = office.read("报来.xlsx", "filled");
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(facts.len(), 200);
    for (indicator, row) in &facts {
        assert_eq!([row["value"].as_str(), row["state"].as_str()], [figure(indicator), "number"], "{indicator}");
    }
    // A second run writes the same bytes, and existing files are not replaced.
    let once = fs::read(office.path("表/乙水乡.xlsx")).expect("a file");
    let again = || {
        let mut command = huizong();
        command.arg("template").arg("-o").arg(office.path("表")).arg("--roster").arg(office.path("名册.csv"));
        command.args(["--year", "2025"]).assert()
    };
    again().code(2);
    fs::remove_dir_all(office.path("表")).expect("a folder");
    again().success();
    assert_eq!(fs::read(office.path("表/乙水乡.xlsx")).expect("a file"), once);
}

#[test]
fn one_wrong_figure_is_found_as_in_any_report() {
    let office = Office::new(&[]);
    let cells = office.cells();
    let mut book = office.filled(&cells);
    book.change(&cells, "t3.received.total", "<v>3</v>", "<v>4</v>");
    book.write(&office.path("报来.xlsx"));
    let (_, findings) = office.read("报来.xlsx", "wrong");
    assert_eq!(rules(&findings), ["S01", "R02"]);
    assert_eq!(findings[0]["expected"], "3");
}

#[test]
fn last_year_is_given_and_can_be_disagreed_with() {
    let first = Office::new(&[]);
    let cells = first.cells();
    let mut book = first.filled(&cells);
    // One more application, carried over.
    for id in ["received.natural_person", "received.total", "carried_out.natural_person", "carried_out.total"] {
        let (from, to) = if id.starts_with("received") { ("<v>3</v>", "<v>4</v>") } else { ("<v>0</v>", "<v>1</v>") };
        book.change(&cells, &format!("t3.{id}"), from, to);
    }
    book.replace(SHARED, "2025年", "2024年");
    book.replace(CUSTOM, "2025", "2024");
    fs::create_dir(first.path("上年")).expect("a folder");
    book.write(&first.path("上年/甲山镇.xlsx"));
    let previous = first.path("上年");
    let office = Office::new(&["--previous", previous.to_str().expect("a path")]);
    let (facts, _) = office.read("表/甲山镇.xlsx", "blank");
    let carried =
        |facts: &BTreeMap<String, Row>, column: &str| facts[&format!("t3.carried_in.{column}")]["value"].clone();
    assert_eq!(["natural_person", "business", "total"].map(|column| carried(&facts, column)), ["1", "0", "1"]);
    assert_eq!(facts.values().filter(|row| row["state"] == "blank").count(), 193);
    let (others, _) = office.read("表/乙水乡.xlsx", "other");
    assert_eq!(others.values().filter(|row| row["state"] == "blank").count(), 200);
}

/// A kind of damage, the function that causes it, and the rule that reports it.
type Damage = (&'static str, fn(&mut Book, &Cells), &'static str);

/// Damage as caused by pasting: F11, unless another rule reports it.
const DAMAGES: [Damage; 10] = [
    ("a label overwritten", |book, _| book.replace(SHARED, "4.保护第三方合法权益", "4.第三方"), "F11"),
    ("a heading changed", |book, _| book.replace(SHARED, ">科研机构<", ">科研院所<"), "F11"),
    ("a formula pasted", |book, cells| book.change(cells, "t3.granted.total", "<v>", "<f>SUM(D8:I8)</f><v>"), "F11"),
    ("the checks removed", |book, _| book.edit("xl/worksheets/sheet5.xml", |text| without_rows(&text)), "F11"),
    ("another unit", |book, _| book.replace(SHARED, "甲山镇", "乙水乡"), "F11"),
    ("another year's", |book, _| book.replace(CUSTOM, "2025", "2023"), "F11"),
    ("another version", |book, _| book.replace(CUSTOM, "entry 1", "entry 9"), "F11"),
    (
        "a text for a figure",
        |book, cells| book.change(cells, "t3.granted.business", "><v>0</v>", " t=\"str\"><v>若干</v>"),
        "V03",
    ),
    ("below zero", |book, cells| book.change(cells, "t3.granted.business", "<v>0</v>", "<v>-1</v>"), "V04"),
    (
        "yuan for ten thousand yuan",
        |book, cells| book.change(cells, "t2.administrative_fees.amount", "<v>2.725</v>", "<v>27250</v>"),
        "P03",
    ),
];

fn without_rows(sheet: &str) -> String {
    let (from, to) = (sheet.find("<sheetData>").expect("rows"), sheet.find("</sheetData>").expect("rows"));
    format!("{}<sheetData>{}", &sheet[..from], &sheet[to..])
}

#[test]
fn damage_by_pasting_is_said() {
    let office = Office::new(&[]);
    let cells = office.cells();
    for (number, (what, damage, rule)) in DAMAGES.into_iter().enumerate() {
        let mut book = office.filled(&cells);
        damage(&mut book, &cells);
        let file = format!("报来{number}.xlsx");
        book.write(&office.path(&file));
        let (facts, findings) = office.read(&file, &format!("out{number}"));
        assert!(rules(&findings).contains(&rule), "{what}: {findings:?}");
        assert_eq!(facts.len(), 200, "{what}");
    }
}

/// A change of the cover, the parts with it, the status of the report, and what is said of it.
type CoverChange = (&'static str, &'static str, &'static str, &'static str);

const COVER_CHANGES: [CoverChange; 9] = [
    (
        ">2025年<",
        ">2024年<",
        "甲山镇 2025 queried",
        "标题写的是2025年度，封面上“报告年度”写的是“2024年”；已按甲山镇2025年度的报告计入",
    ),
    (">2025年<", ">二〇二四年度<", "甲山镇 2025 queried", "封面上“报告年度”写的是“二〇二四年度”"),
    (">2025年<", ">去年<", "甲山镇 2025 queried", "封面上“报告年度”写的是“去年”"),
    (">2025年<", ">25<", "甲山镇 2025 accepted", ""),
    (
        "镇2025年政府",
        "镇2024年政府",
        "甲山镇 2024 flagged",
        "填的是2024年度；标题写的是2024年度，封面上“报告年度”写的是“2025年”；未计入汇总",
    ),
    (">甲山镇<", ">乙水乡<", "甲山镇 2025 unmatched", "这是发给甲山镇的填报表；未计入汇总"),
    ("甲山镇", "乙水乡", "乙水乡 2025 queried", "这是发给甲山镇的填报表，填的是乙水乡；已按乙水乡2025年度的报告计入"),
    (
        "〔2021〕30号",
        "〔2019〕60号",
        "甲山镇 2025 queried",
        "封面上“表式”写的是“国办公开办函〔2019〕60号（第1版）”，表格是国办公开办函〔2021〕30号的",
    ),
    ("国办公开办函〔2021〕30号", "国办公开办函[2021]30号", "甲山镇 2025 accepted", ""),
];

#[test]
fn a_cover_of_another_unit_year_or_form_is_said() {
    let office = Office::new(&[]);
    let cells = office.cells();
    for (number, (from, to, status, said)) in COVER_CHANGES.into_iter().enumerate() {
        let mut book = office.filled(&cells);
        book.replace(SHARED, from, to);
        assert_cover(&office, book, number, (to, status, said));
    }
    let mut book = office.filled(&cells);
    book.replace(CUSTOM, ">2021<", ">2019<");
    let said = "这是国办公开办函〔2019〕60号的填报表，表格是国办公开办函〔2021〕30号的";
    assert_cover(&office, book, COVER_CHANGES.len(), ("made on the form of 2019", "甲山镇 2025 queried", said));
}

fn assert_cover(office: &Office, book: Book, number: usize, (what, status, said): (&str, &str, &str)) {
    let (file, out) = (format!("封面{number}.xlsx"), format!("cover{number}"));
    book.write(&office.path(&file));
    let (_, findings) = office.read(&file, &out);
    let units = rows(&office.path(&out).join("data/units.csv"));
    let row = units.iter().find(|row| row["file"] == file).expect("the file");
    assert_eq!([&row["unit"], &row["year"], &row["status"]].map(String::as_str).join(" "), status, "{what}");
    let messages: Vec<&str> =
        findings.iter().filter(|row| row["rule"] == "F11").map(|row| row["message"].as_str()).collect();
    match said {
        "" => assert!(messages.is_empty(), "{what}: {messages:?}"),
        said => assert!(messages.len() == 1 && messages[0].contains(said), "{what}: {messages:?}"),
    }
}

/// A kind of pasting, the function that does it, the rules that report it, and whether all figures are read as before.
type Pasting = (&'static str, fn(&mut Book, &Cells), &'static [&'static str], bool);

/// The first three figures that are not zero: those of natural persons.
const PERSONS: [&str; 3] =
    ["t3.received.natural_person", "t3.granted.natural_person", "t3.concluded_total.natural_person"];

/// Pasting of values, formats and whole sheets.
const PASTINGS: [Pasting; 14] = [
    ("figures as text", |book, cells| retype(book, cells, "><v>3</v>", " t=\"str\"><v>3</v>"), &["V06"], true),
    (
        "figures from Word with spaces",
        |book, cells| retype(book, cells, "><v>3</v>", " t=\"str\"><v>\u{3000}3\u{a0}</v>"),
        &["V06"],
        true,
    ),
    ("a format of percentages", |book, cells| reformat(book, cells, 10), &["V03"], false),
    ("a format of dates", |book, cells| reformat(book, cells, 14), &["V06"], true),
    ("errors for figures", |book, cells| retype(book, cells, "><v>3</v>", " t=\"e\"><v>#REF!</v>"), &["V03"], false),
    ("formulas without results", |book, cells| retype(book, cells, "<v>3</v>", "<f>Z9</f>"), &["V07", "F11"], false),
    (
        "one row off",
        |book, cells| shift(book, cells, |row, column| (row.checked_sub(1), Some(column))),
        &["S02"],
        false,
    ),
    (
        "one column off",
        |book, cells| shift(book, cells, |row, column| (Some(row), column.checked_sub(1))),
        &["S03"],
        false,
    ),
    (
        "rows and columns exchanged",
        // The corner of the figures is D6.
        |book, cells| shift(book, cells, |row, column| (Some(column + 2), Some(row - 2))),
        &["S01"],
        false,
    ),
    ("cells merged over figures", |book, _| merge(book, "D6:J6"), &["V09"], false),
    (
        "the sheet of another unit",
        |book, _| book.replace(SHARED, "表三　收到和处理政府信息公开申请情况", "乙水乡2025年政府信息公开工作年度报告"),
        &["F05"],
        false,
    ),
    (
        "the form of 2019",
        |book, _| book.edit("xl/worksheets/sheet2.xml", |text| old_table(&text)),
        &["F04", "F11"],
        false,
    ),
    (
        "a hidden sheet",
        |book, _| book.replace("xl/workbook.xml", "name=\"表三\"", "name=\"表三\" state=\"hidden\""),
        &["V08"],
        true,
    ),
    ("properties removed", |book, _| book.0.retain(|(name, _)| name != CUSTOM), &[], true),
];

/// Changes the content of the figures of natural persons.
fn retype(book: &mut Book, cells: &Cells, from: &str, to: &str) {
    for indicator in PERSONS {
        book.change(cells, indicator, from, to);
    }
}

/// Gives the figures of natural persons one of the built-in number formats.
fn reformat(book: &mut Book, cells: &Cells, format: u32) {
    book.edit("xl/styles.xml", |text| {
        let (before, rest) = text.split_once("<cellXfs count=\"").expect("styles of cells");
        let (count, rest) = rest.split_once('"').expect("their number");
        let count: u32 = count.parse().expect("a number");
        let added =
            format!("<xf numFmtId=\"{format}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" applyNumberFormat=\"1\"/>");
        let rest = rest.replacen("</cellXfs>", &format!("{added}</cellXfs>"), 1);
        format!("{before}<cellXfs count=\"{}\"{rest}", count + 1)
    });
    let styles = &book.0.iter().find(|(name, _)| name == "xl/styles.xml").expect("styles").1;
    let count = String::from_utf8_lossy(styles);
    let count = count.split_once("<cellXfs count=\"").and_then(|(_, rest)| rest.split_once('"'));
    let style = count.and_then(|(count, _)| count.parse::<u32>().ok()).expect("a number") - 1;
    for indicator in PERSONS {
        book.change(cells, indicator, " s=\"8\"", &format!(" s=\"{style}\""));
    }
}

/// Puts into each figure of table 3 the one that `from` says, by row and column from zero; a zero where there is none.
fn shift(book: &mut Book, cells: &Cells, from: fn(u32, u32) -> (Option<u32>, Option<u32>)) {
    let place = |address: &str| huizong::place::parse_a1(address).expect("an address");
    let of_table: Vec<(&String, (u32, u32))> =
        cells.iter().filter(|(id, _)| id.starts_with("t3.")).map(|(id, (_, cell))| (id, place(cell))).collect();
    for (indicator, (row, column)) in &of_table {
        let (row, column) = from(*row, *column);
        let source = of_table.iter().find(|(_, place)| (Some(place.0), Some(place.1)) == (row, column));
        let (now, then) = (figure(indicator), source.map_or("0", |(indicator, _)| figure(indicator)));
        if now != then {
            book.change(cells, indicator, &format!("<v>{now}</v>"), &format!("<v>{then}</v>"));
        }
    }
}

/// Merges cells of table 3.
fn merge(book: &mut Book, range: &str) {
    book.edit("xl/worksheets/sheet3.xml", |text| {
        text.replacen("</mergeCells>", &format!("<mergeCell ref=\"{range}\"/></mergeCells>"), 1)
    });
}

/// Replaces the rows of a sheet by the second table of the form of 2019.
fn old_table(sheet: &str) -> String {
    let rows = [
        ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
        ["规章", "0", "0", "0"],
        ["规范性文件", "1", "1", "5"],
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "12", "1", "30"],
        ["其他对外管理服务事项", "3", "0", "4"],
    ];
    let mut text = String::new();
    for (row, cells) in (1..).zip(rows) {
        let cell = |(column, value): (char, &str)| {
            if value.chars().all(|c| c.is_ascii_digit()) {
                format!("<c r=\"{column}{row}\"><v>{value}</v></c>")
            } else {
                format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{value}</t></is></c>")
            }
        };
        let cells: String = ('A'..='D').zip(cells).map(cell).collect();
        text += &["<row>", &cells, "</row>"].concat();
    }
    let (from, to) = (sheet.find("<sheetData>").expect("rows"), sheet.find("</sheetData>").expect("rows"));
    let (merges, end) = (sheet.find("<mergeCells").expect("merges"), sheet.find("</mergeCells>").expect("merges"));
    let behind = &sheet[end + "</mergeCells>".len()..];
    format!("{}<sheetData>{text}{}{behind}", &sheet[..from], &sheet[to..merges])
}

#[test]
fn what_is_pasted_is_read_right_or_said() {
    let office = Office::new(&[]);
    let cells = office.cells();
    for (number, (what, paste, wanted, is_right)) in PASTINGS.into_iter().enumerate() {
        let mut book = office.filled(&cells);
        paste(&mut book, &cells);
        let file = format!("报来{number}.xlsx");
        book.write(&office.path(&file));
        let (facts, findings) = office.read(&file, &format!("pasted{number}"));
        let found = rules(&findings);
        assert!(wanted.iter().all(|rule| found.contains(rule)), "{what}: {found:?} {findings:?}");
        let as_typed = |(indicator, row): (&String, &Row)| row["value"] == figure(indicator) && row["unit"] == "甲山镇";
        assert_eq!(facts.iter().all(as_typed), is_right, "{what}: {findings:?}");
        let is_grave = |row: &Row| row["severity"] != "note";
        assert!(is_right || findings.iter().any(is_grave), "{what}: {findings:?}");
    }
}

/// Moves a corner of a range down by one row, from row 12 on.
fn lower(corner: &str) -> String {
    let (letters, digits) = corner.split_at(corner.find(|c: char| c.is_ascii_digit()).expect("a number"));
    let row: u32 = digits.parse().expect("a row");
    format!("{letters}{}", if row >= 12 { row + 1 } else { row })
}

/// Moves the addresses in an attribute of a sheet down by one row.
fn lowered(sheet: &str, attribute: &str) -> String {
    let mut parts = sheet.split(attribute);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (range, rest) = part.split_once('"').expect("a closing quote");
        let corners: Vec<String> = range.split(':').map(lower).collect();
        text += &[attribute, &corners.join(":"), "\"", rest].concat();
    }
    text
}

#[test]
fn a_row_inserted_is_read_by_its_labels_and_said() {
    let office = Office::new(&[]);
    let cells = office.cells();
    let mut book = office.filled(&cells);
    book.edit("xl/worksheets/sheet3.xml", |text| {
        let text = lowered(&lowered(&text, "<c r=\""), "<row r=\"");
        lowered(&text, "<mergeCell ref=\"")
    });
    book.write(&office.path("报来.xlsx"));
    let (facts, findings) = office.read("报来.xlsx", "moved");
    assert!(rules(&findings).contains(&"F11"), "{findings:?}");
    for (indicator, row) in &facts {
        assert_eq!(row["value"], figure(indicator), "{indicator} {row:?} {findings:?}");
    }
}

#[test]
fn the_offices_own_templates_are_handed_out_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let run = |args: &[&str]| {
        huizong().current_dir(root).args(args).assert().success();
    };
    run(&["template", "--letters", "-o", "样张"]);
    let names = ["本级年报.docx", "考核计分.toml", "整改通知.docx", "通报.docx"];
    let mut found: Vec<String> = fs::read_dir(root.join("样张"))
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    found.sort_unstable();
    let mut wanted = names.map(str::to_owned);
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    fs::create_dir(root.join("收件")).expect("a folder");
    fs::write(root.join("收件/甲山镇2025年年报.csv"), "甲山镇2025年年报\n规章,0,0,0\n").expect("a file");
    run(&["run", "收件", "-o", "一", "--quiet"]);
    run(&["run", "收件", "-o", "二", "--quiet", "--templates", "样张"]);
    for name in ["通报.docx", "考核计分.csv"] {
        let [own, given] = ["一", "二"].map(|out| fs::read(root.join(out).join(name)).expect("an output"));
        assert_eq!(own, given, "{name}");
    }
}
