//! The workbooks written for offices, checked with an ordinary workbook reader.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use program::{huizong, rows};
use rust_decimal::Decimal;

type Book = Xlsx<std::io::BufReader<std::fs::File>>;
type Row = BTreeMap<String, String>;

fn sample(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample").join(part)
}

fn run(inputs: &Path, roster: &Path, out: &Path) {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("--roster").arg(roster);
    command.arg("-o").arg(out).arg("--quiet").assert().success();
}

fn open(path: &Path) -> Book {
    calamine::open_workbook(path).expect("a workbook that opens")
}

/// Returns the indicators of a table in printed order; the row of a combined group follows the rows of the group.
fn printed<'a>(totals: &'a [Row], table: &str) -> Vec<&'a Row> {
    let of = |row: &&Row| row["indicator"].starts_with(table);
    let (combined, mut rows): (Vec<_>, Vec<_>) =
        totals.iter().filter(of).partition(|row| row["indicator"].starts_with("t3.other.all."));
    let at = rows.iter().position(|row| row["indicator"].starts_with("t3.concluded_total.")).unwrap_or(rows.len());
    rows.splice(at..at, combined);
    rows
}

fn number(cell: Option<&Data>) -> Option<Decimal> {
    match cell {
        Some(Data::Float(value)) => value.to_string().parse().ok(),
        Some(Data::Int(value)) => Some(Decimal::from(*value)),
        _ => None,
    }
}

/// Parses the sheet and rectangle of `SUM('表三'!D8:D29)`.
fn summed(formula: &str) -> (String, (u32, u32), (u32, u32)) {
    let range = formula.strip_prefix("SUM(").and_then(|rest| rest.strip_suffix(')')).expect("a plain sum");
    let (sheet, cells) = range.split_once('!').expect("a sheet");
    let (first, last) = cells.split_once(':').expect("a range");
    let at = |cell: &str| huizong::place::parse_a1(cell).expect("an address");
    (sheet.trim_matches('\'').to_owned(), at(first), at(last))
}

#[test]
fn the_countys_figures_are_sums_over_the_units_and_equal_the_totals() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&sample("2025"), &sample("roster.csv"), &out);
    let totals = rows(&out.join("data/totals.csv"));
    let mut book = open(&out.join("汇总表.xlsx"));
    let mut compared = 0;
    for (name, table) in [("表二", "t2."), ("表三", "t3."), ("表四", "t4.")] {
        let units = book.worksheet_range(name).expect("a sheet of units");
        let county = book.worksheet_range(&format!("汇总{name}")).expect("a sheet of the county");
        let formulas = book.worksheet_formula(&format!("汇总{name}")).expect("its formulas");
        let start = formulas.start().expect("formulas");
        let cells: Vec<_> = formulas.used_cells().collect();
        let expected = printed(&totals, table);
        assert_eq!(cells.len(), expected.len(), "{name}");
        for ((row, column, formula), total) in cells.into_iter().zip(expected) {
            let at = |by: usize, start: u32| u32::try_from(by).expect("a small sheet") + start;
            let stored = number(county.get_value((at(row, start.0), at(column, start.1))));
            assert_eq!(stored, total["total"].parse().ok(), "{total:?}");
            let (sheet, first, last) = summed(formula);
            assert_eq!(sheet, name);
            let column = (first.0..=last.0).filter_map(|row| number(units.get_value((row, first.1))));
            assert_eq!(stored, Some(column.sum()), "{total:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 207);
}

#[test]
fn a_units_row_shows_what_was_read_and_blanks_stay_blank() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&sample("2025"), &sample("roster.csv"), &out);
    let totals = rows(&out.join("data/totals.csv"));
    let facts = rows(&out.join("data/facts.csv"));
    let fact: BTreeMap<(&str, &str), &Row> =
        facts.iter().map(|row| ((row["unit"].as_str(), row["indicator"].as_str()), row)).collect();
    let mut book = open(&out.join("汇总表.xlsx"));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (name, table) in [("表二", "t2."), ("表三", "t3."), ("表四", "t4.")] {
        let sheet = book.worksheet_range(name).expect("a sheet of units");
        let first = sheet.rows().position(|row| row[0] == Data::Float(1.0)).expect("a first unit");
        for row in sheet.rows().skip(first) {
            let unit = row[1].to_string();
            for (cell, total) in row[3..].iter().zip(printed(&totals, table)) {
                let fact = fact.get(&(unit.as_str(), total["indicator"].as_str()));
                let state = fact.map_or("none", |fact| fact["state"].as_str());
                match (state, fact) {
                    // No count is negative or a fraction: such values are shown but not added.
                    ("number", Some(fact)) if fact["value"] == "-3" || fact["value"] == "189.5" => {
                        assert_eq!(cell.to_string(), format!("“{}”", fact["raw"]), "{unit} {total:?}");
                    }
                    ("number", Some(fact)) => {
                        assert_eq!(number(Some(cell)), fact["value"].parse().ok(), "{unit} {total:?}");
                    }
                    ("na" | "text", Some(fact)) => {
                        let (shown, raw) = (cell.to_string(), &fact["raw"]);
                        let quoted = raw.parse::<f64>().is_ok();
                        assert_eq!(shown, if quoted { format!("“{raw}”") } else { raw.clone() }, "{unit} {total:?}");
                        assert!(matches!(cell, Data::String(_)));
                    }
                    _ => assert_eq!(*cell, Data::Empty, "{unit} {total:?}"),
                }
                *seen.entry(state.to_owned()).or_default() += 1;
            }
        }
    }
    // Every state occurs, and so do units without a report.
    let states: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert_eq!(states, ["absent", "blank", "na", "none", "number", "text"]);
    let missing: Vec<String> = {
        let sheet = book.worksheet_range("表二").expect("a sheet of units");
        sheet.rows().filter(|row| row[2] == Data::String("未报".to_owned())).map(|row| row[1].to_string()).collect()
    };
    assert_eq!(missing, ["示例县戊岭镇人民政府", "示例县寅谷镇人民政府"]);
}

/// Returns all parts of a workbook with a name prefix as one text.
fn parts(path: &Path, begin: &str) -> String {
    let file = std::fs::File::open(path).expect("a file");
    let mut archive = zip::ZipArchive::new(file).expect("a workbook");
    let mut text = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        if part.name().expect("a name").starts_with(begin) {
            part.read_to_string(&mut text).expect("XML");
        }
    }
    text
}

#[test]
fn notes_tell_what_is_wrong_and_where_it_stands_in_the_units_own_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&sample("2025"), &sample("roster.csv"), &out);
    let units = rows(&out.join("data/units.csv"));
    let to_mend = units.iter().filter(|row| ["flagged", "queried"].contains(&row["status"].as_str()));
    let counted: BTreeSet<String> = rows(&out.join("data/facts.csv")).iter().map(|row| row["unit"].clone()).collect();
    let wanted: BTreeSet<String> =
        to_mend.map(|row| row["unit"].clone()).filter(|unit| counted.contains(unit)).collect();
    let files = std::fs::read_dir(out.join("标注")).expect("the folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("UTF-8"));
    let marked: BTreeSet<String> = names.map(|name| name.trim_end_matches(".xlsx").to_owned()).collect();
    assert_eq!(marked, wanted);
    let whole = parts(&out.join("汇总表.xlsx"), "xl/comments");
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut told = 0;
    for finding in rows(&out.join("data/findings.csv")) {
        // Indicators that are not on the form of the year have no cell in the county's workbook.
        let is_on_form = !finding["indicator"].contains("procurement");
        if finding["status"] != "open"
            || !wanted.contains(&finding["unit"])
            || finding["indicator"].is_empty()
            || !is_on_form
        {
            continue;
        }
        // A note has the full reasoning, which begins differently for broken sums.
        let is_sum = finding["rule"].starts_with('S');
        let message: String =
            if is_sum { format!("（{}）", finding["rule"]) } else { finding["message"].chars().take(12).collect() };
        assert!(whole.contains(&escaped(&message)), "{finding:?}");
        let path = out.join("标注").join(format!("{}.xlsx", finding["unit"]));
        let own = ["xl/comments", "xl/sharedStrings", "xl/worksheets/huizong"].map(|part| parts(&path, part)).concat();
        assert!(own.contains(&escaped(&message)), "{finding:?}");
        if finding["indicator"].contains('.') && finding["severity"] != "note" {
            // Cells of documents are described in words.
            let cells = finding["cell"].split(';').all(|cell| cell.contains('!') || own.contains(cell));
            assert!(own.contains(&finding["file"]) && cells, "{finding:?}");
            let word = if finding["expected"].is_empty() { "疑为" } else { "应为" };
            assert!(finding["suspects"].is_empty() || own.contains(word), "{finding:?}");
        }
        told += 1;
    }
    assert!(told > 15, "{told} findings about figures and tables");
}

#[test]
fn problems_lead_to_their_cells() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run(&sample("2025"), &sample("roster.csv"), &out);
    let path = out.join("汇总表.xlsx");
    let mut book = open(&path);
    let problems = book.worksheet_range("问题清单").expect("the list");
    let of = |sheet: &calamine::Range<Data>, address: &str| {
        let at = huizong::place::parse_a1(address).expect("an address");
        sheet.get_value(at).map(ToString::to_string).unwrap_or_default()
    };
    let sheets = parts(&path, "xl/worksheets/sheet");
    let attribute = |link: &str, name: &str| {
        let rest = link.split_once(&format!("{name}=\"")).expect("an attribute").1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let (mut links, mut figures) = (0, 0);
    for link in sheets.split("<hyperlink ").skip(1) {
        let row = attribute(link, "ref").trim_start_matches('F').to_owned();
        let location = attribute(link, "location");
        let (sheet, cell) = location.split_once('!').expect("a sheet and a cell");
        let sheet = book.worksheet_range(sheet.trim_matches('\'')).expect("the sheet it leads to");
        let target_row = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
        assert_eq!(of(&sheet, &format!("B{target_row}")), of(&problems, &format!("D{row}")), "{location}");
        let given = of(&problems, &format!("G{row}"));
        // Findings on indicators that are not on the form of the year link to the unit's name.
        if !given.is_empty() && !cell.starts_with('B') {
            // A unit may have written 00; text that looks like a number is shown in quotes.
            let alike = |text: &str| {
                let bare = text.trim_matches(['“', '”']);
                bare.parse::<f64>().map_or_else(|_| text.to_owned(), |value| value.to_string())
            };
            assert_eq!(alike(&of(&sheet, cell)), alike(&given), "{location}");
            figures += 1;
        }
        links += 1;
    }
    assert!(links > 15 && figures > 8, "{links} links, {figures} of them to figures");
}

/// Copies a workbook without its custom properties, as a program that does not support them saves it.
fn without_properties(from: &Path, to: &Path) {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(from).expect("a file")).expect("an archive");
    let mut copy = zip::ZipWriter::new(std::fs::File::create(to).expect("a file"));
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).expect("a part");
        if !part.name().expect("a name").ends_with("custom.xml") {
            copy.raw_copy_file(part).expect("a part");
        }
    }
    copy.finish().expect("an archive");
}

#[test]
fn a_marked_workbook_sent_back_is_read_as_the_report_it_shows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [out, unchanged, inputs, again] = ["out", "unchanged", "inputs", "again"].map(|name| folder.path().join(name));
    run(&sample("2025"), &sample("roster.csv"), &out);
    run(&out.join("标注"), &sample("roster.csv"), &unchanged);
    assert!(rows(&unchanged.join("data/facts.csv")).is_empty(), "figures that nobody changed are no submission");
    std::fs::create_dir(&inputs).expect("a folder");
    for entry in std::fs::read_dir(out.join("标注")).expect("a folder") {
        let path = entry.expect("an entry").path();
        without_properties(&path, &inputs.join(path.file_name().expect("a name")));
    }
    run(&inputs, &sample("roster.csv"), &again);
    let figures = |out: &Path| {
        let fact = |row: &Row| ((row["unit"].clone(), row["indicator"].clone()), row["value"].clone());
        rows(&out.join("data/facts.csv")).iter().map(fact).collect::<BTreeMap<_, _>>()
    };
    let (first, second) = (figures(&out), figures(&again));
    let units: BTreeSet<&String> = second.keys().map(|(unit, _)| unit).collect();
    assert_eq!(units.len(), 8);
    let mut lost = Vec::new();
    for ((unit, indicator), value) in first.iter().filter(|((unit, _), _)| units.contains(unit)) {
        match second.get(&(unit.clone(), indicator.clone())) {
            Some(again) if again == value => {}
            // A text must not become a number.
            Some(again) => {
                assert_eq!(again, "", "{unit} {indicator}");
                lost.push(indicator.as_str());
            }
            None => panic!("{unit} {indicator} is gone"),
        }
    }
    assert_eq!(lost, ["t2.procurement.amount"], "an amount without a unit is shown in quotes");
}

#[test]
fn names_that_would_do_harm_do_none() {
    let names = [
        "../../x",
        "a/b",
        "<script>alert(1)</script>",
        "=1+1",
        "CON",
        "尾. . ",
        &"长".repeat(300),
        &format!("{}别的", "长".repeat(300)),
        r"..\..\y",
        "@SUM(A1)",
    ];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, roster, out) = (folder.path().join("in"), folder.path().join("roster.csv"), folder.path().join("out"));
    std::fs::create_dir(&inputs).expect("a folder");
    let clean = std::fs::read_to_string(sample("2024/乙水乡2024年度政府信息公开工作年度报告.csv")).expect("a CSV");
    let mut listed = String::from("unit,aliases\n");
    for (at, name) in names.iter().enumerate() {
        let alias = format!("示例县第{at}乡人民政府");
        writeln!(listed, "\"{name}\",{alias}").expect("a line");
        let report = clean.replace("示例县乙水乡人民政府", &alias).replace("行政处罚,,,5,", "行政处罚,,,=1+1,");
        assert_ne!(report, clean);
        std::fs::write(inputs.join(format!("{at}.csv")), report).expect("a file");
    }
    std::fs::write(&roster, listed).expect("a roster");
    run(&inputs, &roster, &out);
    let beside: BTreeSet<_> =
        std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(beside, ["in", "out", "roster.csv"].map(Into::into).into());
    let mut shown = BTreeSet::new();
    for entry in std::fs::read_dir(out.join("标注")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mut book = open(&path);
        let sheet = book.worksheet_range("表二").expect("a table");
        shown.insert(sheet.rows().nth(1).expect("a second row")[0].to_string());
        assert!(sheet.used_cells().any(|(_, _, cell)| *cell == Data::String("=1+1".to_owned())));
        assert_eq!(book.worksheet_formula("表二").expect("formulas").used_cells().count(), 0);
    }
    assert_eq!(shown.len(), names.len(), "a workbook for each");
    let mut book = open(&out.join("汇总表.xlsx"));
    // No unit has a number for 行政处罚: the county has none either, and not zero.
    let nothing = book.worksheet_formula("汇总表二").expect("formulas");
    let (row, column, _) =
        nothing.used_cells().find(|(_, _, formula)| formula.starts_with("IF(COUNT(")).expect("a sum of nothing");
    let start = nothing.start().expect("formulas");
    let at = |by: usize, start: u32| u32::try_from(by).expect("a small sheet") + start;
    let county = book.worksheet_range("汇总表二").expect("the county's sheet");
    let stored = county.get_value((at(row, start.0), at(column, start.1)));
    assert!(stored.is_none_or(|cell| cell.to_string().is_empty()), "{stored:?}");
    let sheet = book.worksheet_range("表二").expect("a sheet of units");
    let units: Vec<String> = sheet.rows().map(|row| row[1].to_string()).collect();
    assert!(names.iter().all(|name| units.iter().any(|unit| unit == name.trim())), "{units:?}");
    assert_eq!(book.worksheet_formula("表二").expect("formulas").used_cells().count(), 0);
}
