//! Documents with irregular layouts: wrong spans, figures in sentences, digits that do not fit. Certain figures are
//! read; uncertain ones are neither shifted nor invented.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use huizong::amount::State;
use huizong::submission::{Reader, Submission};
use program::project;
#[cfg(unix)]
use program::{huizong, rows};
use rust_decimal::Decimal;

fn sample(name: &str) -> String {
    std::fs::read_to_string(project("tests/formats").join(name)).expect("a file of the one report")
}

fn read(name: &str, text: &str) -> Submission {
    let reader = Reader::official().expect("data files are well formed");
    let mut read = reader.read(name, text.as_bytes());
    assert_eq!(read.len(), 1, "{name} is one submission");
    read.remove(0)
}

/// Returns the state and value of every figure of a report.
fn figures(name: &str, text: &str) -> BTreeMap<String, (State, Option<Decimal>)> {
    let reader = Reader::official().expect("data files are well formed");
    let submission = read(name, text);
    let report = submission.report().expect("a report");
    let form = &reader.forms.all[report.form];
    let named = form.indicators.iter().zip(report.figures.iter()).take(form.official);
    named.map(|(indicator, figure)| (indicator.id.clone(), (figure.state, figure.value))).collect()
}

/// Returns the number of figures of a table in a state.
fn count(figures: &BTreeMap<String, (State, Option<Decimal>)>, table: &str, wanted: State) -> usize {
    figures.iter().filter(|(id, (state, _))| id.starts_with(table) && *state == wanted).count()
}

#[test]
fn spans_that_are_off_move_no_figure() {
    let page = sample("html.html");
    let right = figures("a.html", &page);
    for (from, to) in [
        (" rowspan=22", ""),
        (" rowspan=22", " rowspan=9"),
        (" rowspan=8", " rowspan=12"),
        (" rowspan=3 colspan=3", " rowspan=2 colspan=3"),
        ("<td colspan=3><p>二、上年结转", "<td colspan=5><p>二、上年结转"),
        ("<td colspan=3><p>一、本年新收", "<td><p>一、本年新收"),
    ] {
        assert!(page.contains(from), "{from}");
        let moved = figures("a.html", &page.replacen(from, to, 1));
        for (indicator, (state, value)) in &moved {
            let same = right[indicator].1 == *value;
            assert!(same || *state != State::Number, "{from} to {to}: {indicator} reads {value:?}");
        }
        let read = count(&moved, "t", State::Number);
        assert!(read > 150, "{from} to {to}: {read} figures left");
    }
}

#[test]
fn a_row_with_a_cell_too_few_is_not_read() {
    let page = sample("html.html");
    let cell = "<td><p>0</p></td>";
    let at = page.find("二、上年结转").and_then(|at| Some(at + page[at..].find(cell)?)).expect("a cell of the row");
    let short = figures("a.html", &format!("{}{}", &page[..at], &page[at + cell.len()..]));
    let row = |column: &str| short[&format!("t3.carried_in.{column}")];
    assert_eq!(row("natural_person"), (State::Text, None));
    assert_eq!(row("total"), (State::Text, None));
    assert_eq!(count(&short, "t", State::Number), 193);
}

#[test]
fn sentences_yield_no_figure() {
    for said in [
        "行政许可：12件；行政处罚：3件；",
        "行政许可12件，行政处罚3件。",
        "行政许可 12",
        "其中：行政许可12，行政处罚3",
        "行政许可12\n行政处罚3",
    ] {
        let text = format!(
            "甲山镇2025年政府信息公开工作年度报告\n二、主动公开政府信息情况\n{said}\n三、收到和处理政府信息公开申请情况\n"
        );
        let read = figures("a.txt", &text);
        assert_eq!(count(&read, "t", State::Number), 0, "{said}");
    }
    // If the table is there, a sentence adds no figure to it.
    let page = sample("html.html");
    let start = page.find("<tr><td colspan=3><p>行政许可").or_else(|| page.find("<tr><td><p>行政许可"));
    let start = start.or_else(|| page.find("<tr><td colspan=3><p>行政许可</p>")).expect("the row");
    let end = start + page[start..].find("</tr>").expect("its end") + 5;
    let without = format!("{}{}", &page[..start], &page[end..]);
    let said = without.replacen("<p>三、", "<p>行政许可 12</p><p>三、", 1);
    let read = figures("a.html", &said);
    assert_eq!(read["t2.licences.processed"], (State::Absent, None));
    assert_eq!(read["t2.penalties.processed"], figures("a.html", &page)["t2.penalties.processed"]);
}

#[test]
fn digits_run_together_need_their_sum() {
    let text = sample("txt-fused.txt");
    let row = text.split("一、本年新收政府信息公开申请数量").nth(1).expect("the row")[..7].to_owned();
    let received = "一、本年新收政府信息公开申请数量";
    // A blank and a two-digit figure: as many digits as cells, but they must be split differently.
    let wrong = text.replacen(&format!("{received}{row}"), &format!("{received}1020005"), 1);
    let read = figures("a.txt", &wrong);
    assert_eq!(read["t3.received.natural_person"], (State::Text, None));
    assert_eq!(count(&read, "t3", State::Text), 7);
    assert_eq!(count(&read, "t", State::Number), 193);
}

#[test]
fn a_page_number_completes_no_row() {
    let report =
        "甲山镇2025年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n一、本年新收政府信息公开申请数量\n";
    // One of seven cells is blank and has no line, and a page number follows the others.
    let read = figures("a.txt", &format!("{report}3\n1\n0\n0\n0\n4\n4\n二、上年结转政府信息公开申请数量\n"));
    assert_eq!(count(&read, "t3.received", State::Text), 7);
    let read = figures("a.txt", &format!("{report}3\n1\n0\n0\n0\n0\n4\n1\n\u{c}二、上年结转政府信息公开申请数量\n"));
    assert_eq!(count(&read, "t3.received", State::Number), 7);
    // A number that happens to be at that place is not a figure.
    let read = figures("a.txt", &format!("{report}3\n1\n0\n0\n0\n0\n\u{c}4\n二、上年结转政府信息公开申请数量\n"));
    assert_eq!(count(&read, "t3.received", State::Number), 7);
}

#[test]
fn text_pasted_from_a_table_with_merged_cells_is_read_by_its_order() {
    let bars = sample("txt-bars.txt");
    let pasted: Vec<String> = bars
        .lines()
        .map(|line| line.trim_end_matches([' ', '|']).split(" | ").collect::<Vec<_>>().join("\t"))
        .collect();
    let right = figures("a.txt", &bars);
    assert_eq!(figures("a.txt", &pasted.join("\n")), right);
}

#[test]
fn markdown_may_hold_its_tables_as_a_page_does() {
    let page = sample("html.html");
    let body = &page[page.find("<h1>").expect("the title")..page.find("</td></tr></table>\n<ul>").expect("the end")];
    let text = format!("# 说明\n\n{body}\n");
    assert_eq!(figures("a.md", &text), figures("a.html", &page));
}

#[test]
fn the_same_table_twice_is_one() {
    let page = sample("html.html");
    let start = page.find("<table border=1>").expect("a table");
    let end = start + page[start..].find("</table>").expect("its end") + "</table>".len();
    let twice = format!("{}{}{}", &page[..end], &page[start..end], &page[end..]);
    assert_eq!(figures("a.html", &twice), figures("a.html", &page));
}

#[test]
fn the_date_of_filing_is_not_the_year_of_the_report() {
    let text = sample("txt-bars.txt")
        .replace("2025年政府信息公开", "政府信息公开")
        .replace("统计期限为2025年1月1日至2025年12月31日", "数据准确");
    let text = text.replacen('\n', "\n填报单位：甲山镇人民政府　填报日期：2026年1月15日\n", 1);
    assert_eq!(read("甲山镇2025.txt", &text).year, Some(2025));
}

/// Writes a program with LibreOffice's options that converts any file to the same docx.
#[cfg(unix)]
fn converter(folder: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("converter");
    let docx = project("tests/formats/docx.docx");
    let script = format!(
        "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --outdir ] && out=$2; shift; done\ncp '{}' \"$out/in.docx\"\n",
        docx.display()
    );
    std::fs::write(&path, script).expect("a script");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("may be run");
    path
}

#[cfg(unix)]
#[test]
fn old_word_files_are_read_where_a_program_converts_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("甲山镇2025年年报.doc");
    // The first bytes of a Word 2 document.
    std::fs::write(&file, b"\xDB\xA5\x2D\0").expect("a file");
    let out = folder.path().join("out");
    let run = |more: &[&str]| {
        huizong().arg("run").arg(&file).arg("-o").arg(&out).arg("--quiet").args(more).assert().success();
        rows(&out.join("data/units.csv")).remove(0)
    };
    let row = run(&[]);
    assert_eq!((row["status"].as_str(), row["cells_number"].as_str()), ("unreadable", ""));
    let program = converter(folder.path());
    let row = run(&["--convert-with", &program.to_string_lossy()]);
    assert_eq!((row["status"].as_str(), row["cells_number"].as_str()), ("accepted", "200"));
}
