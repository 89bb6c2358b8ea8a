//! `报告.html` as written by the program: one file that loads nothing else, whatever the names of units.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use program::{huizong, rows};
use serde_json::Value;
use sha2::{Digest, Sha256};

const CHARTS: &str = include_str!("../data/report/echarts.common.min.js");

fn run(inputs: &Path, roster: &Path, out: &Path, more: &[&str]) -> String {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("--roster").arg(roster).arg("-o").arg(out).arg("--quiet").args(more);
    command.assert().success();
    std::fs::read_to_string(out.join("报告.html")).expect("the page")
}

fn sample(out: &Path) -> String {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let previous = sample.join("2024").display().to_string();
    let more = ["--county", "示例县", "--previous", &previous];
    run(&sample.join("2025"), &sample.join("roster.csv"), out, &more)
}

/// Returns the text between two marks.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).expect("the first mark");
    rest.split_once(to).expect("the second mark").0
}

fn data(page: &str) -> Value {
    serde_json::from_str(between(page, "id=\"data\">", "</script>")).expect("JSON")
}

/// Returns the text of a piece of HTML, line by line.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_asks_for_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = sample(&folder.path().join("out"));
    assert!(page.contains(CHARTS), "the charts' program is in the page as published");
    let own = page.replace(CHARTS, "");
    for reference in
        ["http:", "https:", " src=", "@import", "url(", "<iframe", "<form", "<base", " onclick=", " onload="]
    {
        assert!(!own.contains(reference), "{reference}");
    }
    assert_eq!(own.matches("<link").count(), 1);
    assert!(own.contains("<link rel=\"icon\" href=\"data:,\">"));
    let policy = between(&own, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    let scripts: Vec<&str> = page.split("<script>").skip(1).map(|rest| between(rest, "", "</script>")).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        assert!(policy.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))), "{policy}");
    }
}

#[test]
fn its_numbers_are_those_of_the_data_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let page = sample(&out);
    let data = data(&page);
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let text =
        |number: &Value| data["strings"][usize::try_from(number.as_u64().expect("a number")).expect("small")].clone();
    let totals = rows(&out.join("data/totals.csv"));
    let mut position = BTreeMap::new();
    let shown = list(&data["indicators"]).into_iter().enumerate().filter(|(_, item)| item["shown"] == true);
    for ((at, item), row) in shown.zip(&totals) {
        assert_eq!(item["total"].as_str().unwrap_or(""), row["total"]);
        assert_eq!(item["reporting"].to_string(), row["units_reporting"]);
        let total = if row["total"].is_empty() { "—" } else { &row["total"] };
        let cell = page.split_once(&format!("<td data-i=\"{at}\"")).and_then(|(_, cell)| cell.split_once('>'));
        assert!(cell.is_some_and(|(_, text)| text.starts_with(&format!("{total}<"))), "{row:?}");
        position.insert(row["indicator"].clone(), at);
    }
    assert_eq!(position.len(), totals.len());
    let lines = list(&data["lines"]);
    let mut compared = 0;
    for row in rows(&out.join("data/facts.csv")).iter().filter(|row| row["form"] == "2021") {
        let is_it = |line: &&Value| line["file"] == row["file"].as_str() && line["name"] == row["unit"].as_str();
        let cells = &lines.iter().find(is_it).expect("the unit's line")["cells"];
        let at = position[&row["indicator"]];
        assert_eq!(text(&cells["values"][at]), row["value"].as_str(), "{row:?}");
        let layout = &data["layouts"][usize::try_from(cells["layout"].as_u64().expect("a number")).expect("small")];
        assert_eq!(
            [text(&layout["sheets"][at]), text(&layout["cells"][at])],
            [row["sheet"].as_str(), row["cell"].as_str()]
        );
        compared += 1;
    }
    assert!(compared > 2000, "{compared} figures compared");
}

const HOSTILE: [&str; 6] =
    ["<script>alert(1)</script>", "</script>", "=1+1", "../../x", "{{data}}", "<!--<script>乙\u{2028}&\"'"];

#[test]
fn no_name_can_end_a_script_or_become_html() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    let roster = folder.path().join("roster.csv");
    let mut writer = csv::Writer::from_path(&roster).expect("a file");
    writer.write_record(["单位代码", "单位名称", "类型", "别名", "应报", "截止日期"]).expect("a row");
    for (at, name) in HOSTILE.iter().enumerate() {
        writer.write_record([at.to_string().as_str(), name, "乡镇", "", "是", "<b>2026-01-20</b>"]).expect("a row");
        let text = format!("{name}2025年政府信息公开工作年度报告\n行政许可,</script><script>x({at})</script>\n");
        std::fs::write(inputs.join(format!("{at}.csv")), text).expect("a file");
    }
    writer.flush().expect("a file");
    drop(writer);
    let page = run(&inputs, &roster, &folder.path().join("out"), &["--county", "</title><script>x</script>"]);
    assert_eq!(page.matches("</script").count(), 3);
    assert_eq!(page.replace(CHARTS, "").matches("<script").count(), 3);
    assert!(!page.contains("<!--") && !page.contains("<b>2026"));
    let data = data(&page);
    let names: Vec<&str> =
        data["lines"].as_array().expect("a list").iter().filter_map(|line| line["name"].as_str()).collect();
    for name in HOSTILE {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
}

#[test]
fn its_words() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = sample(&folder.path().join("out"));
    let verdict = words(between(&page, "<section id=\"verdict\">", "</section>"));
    let data = data(&page);
    let lines = data["lines"].as_array().expect("a list").iter();
    let word = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
    let unit = |line: &Value| format!("{} {} {}", word(line, "name"), word(line, "status"), word(line, "left_out"));
    let units: Vec<String> = lines.map(|line| unit(line).trim().to_owned()).collect();
    let years = serde_json::to_string_pretty(&data["comparisons"][0]).expect("JSON");
    insta::assert_snapshot!([verdict, units.join("\n"), years].join("\n\n"));
}

#[test]
fn a_county_without_roster_or_last_year_has_its_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let mut command = huizong();
    let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/2024");
    command.arg("run").arg(input).arg("-o").arg(&out).arg("--quiet").assert().success();
    let page = std::fs::read_to_string(out.join("报告.html")).expect("the page");
    assert!(page.contains("没有名册，不能判断谁未报"));
    assert_eq!(data(&page)["comparisons"], Value::Array(Vec::new()));
}
