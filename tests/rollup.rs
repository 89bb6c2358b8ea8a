//! `huizong rollup` through the program: the totals of every level are the sums of the runs' totals, each figure counts
//! once, and outputs that cannot be counted are named.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;
#[path = "common/level_outputs.rs"]
mod level_outputs;
#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use level_outputs::{copy, document_text, findings, roll_up, run_scene, totals};
use program::{Row, huizong, rows};
use rust_decimal::Decimal;

/// Counties by folder below the root, with the third of the sample's files that each gets.
const COUNTIES: [(&str, usize); 3] = [("甲省/丁市/一县", 0), ("甲省/戊市/二县", 1), ("乙省/己市/三县", 2)];

fn sample(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample").join(part)
}

/// Runs one county over a third of the sample's files, with the facts as Parquet for some runs and as CSV for others.
fn run(root: &Path, (county, third): (&str, usize), year: u16) -> PathBuf {
    let out = root.join(county).join(year.to_string());
    let files = walkdir::WalkDir::new(sample(&year.to_string())).sort_by_file_name().into_iter();
    let files: Vec<PathBuf> =
        files.flatten().filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    let mut command = huizong();
    command.arg("run").args(files.iter().skip(third).step_by(COUNTIES.len()));
    command.arg("--roster").arg(sample("roster.csv")).args(["--quiet", "--year", &year.to_string()]);
    command.args(["--facts", if third == 1 { "csv" } else { "both" }]);
    command.arg("-o").arg(&out).assert().success();
    out
}

/// Runs three counties in two provinces, the first of them for two years.
fn country(root: &Path) -> Vec<PathBuf> {
    let mut outs: Vec<PathBuf> = COUNTIES.into_iter().map(|county| run(root, county, 2025)).collect();
    outs.push(run(root, COUNTIES[0], 2024));
    outs
}

/// Adds up a column of rows; empty if all of its cells are.
fn sum<'a>(rows: impl Iterator<Item = &'a Row>, column: &str) -> String {
    let values: Vec<Decimal> = rows.filter_map(|row| row[column].parse().ok()).collect();
    if values.is_empty() { String::new() } else { values.iter().sum::<Decimal>().normalize().to_string() }
}

/// Columns of totals that add up over bodies.
const ADDED: [&str; 9] = [
    "total",
    "units_expected",
    "units_reporting",
    "units_blank",
    "units_flagged",
    "total_unflagged",
    "total_corrected",
    "cells_corrected",
    "cells_left_out",
];

#[test]
fn totals_of_every_level_are_the_sums_of_what_the_runs_wrote() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("全国");
    let outs = country(&root);
    let out = folder.path().join("汇总");
    let said = roll_up(&[&root], &out, &[]);
    assert!(said.contains("全国 2025年度：下级地区8个，由3份结果相加："), "{said}");
    let totals = totals(&out);
    let stated: BTreeMap<(String, &str), Vec<Row>> = (outs.iter())
        .map(|run| {
            let inner = run.parent().and_then(|body| body.strip_prefix(&root).ok()).expect("below");
            let year = if run.ends_with("2024") { "2024" } else { "2025" };
            ((inner.to_string_lossy().into_owned(), year), rows(&run.join("data/totals.csv")))
        })
        .collect();
    let mut compared = 0;
    for ((body, year, indicator), row) in &totals {
        let below = body.strip_prefix("全国").expect("the whole is first").trim_start_matches('/');
        let is_below = |county: &str| below.is_empty() || county == below || county.starts_with(&format!("{below}/"));
        let of_body = stated.iter().filter(|((county, of), _)| is_below(county) && of == year);
        let parts: Vec<&Row> =
            of_body.flat_map(|(_, rows)| rows).filter(|row| &row["indicator"] == indicator).collect();
        for column in ADDED {
            // A run lists the row for a combined group only if a unit filled it in, but expects it of all units.
            if column == "units_expected" && indicator.starts_with("t3.other.all") {
                continue;
            }
            assert_eq!(row[column], sum(parts.iter().copied(), column), "{body} {year} {indicator} {column}");
            compared += 1;
        }
    }
    assert!(compared > 200 * ADDED.len() * 12, "{compared}");
    let by_kind = rows(&out.join("data/totals_by_kind.csv"));
    for ((body, year, indicator), row) in totals.iter().filter(|((body, ..), _)| body == "全国") {
        let is_it =
            |other: &&Row| &other["body_path"] == body && &other["year"] == year && &other["indicator"] == indicator;
        for column in ["total", "units_reporting", "units_blank", "units_flagged", "total_unflagged"] {
            let sum = sum(by_kind.iter().filter(is_it), column);
            assert!(sum == row[column] || sum.is_empty() && row[column] == "0", "{body} {year} {indicator} {column}");
        }
    }
    let bodies = rows(&out.join("data/bodies.csv"));
    let county = bodies.iter().find(|row| row["body"] == "二县").expect("a county");
    assert_eq!((county["level"].as_str(), county["parent_path"].as_str()), ("3", "全国/甲省/戊市"));
    assert_eq!(county["page"], "../全国/甲省/戊市/二县/2025/报告.html");
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("全国");
    country(&root);
    let outs = ["1", "4"].map(|jobs| {
        let out = folder.path().join(format!("汇总{jobs}"));
        roll_up(&[&root], &out, &["--jobs", jobs, "--quiet"]);
        out
    });
    for file in ["totals.csv", "totals_by_kind.csv", "bodies.csv", "findings.csv", "datapackage.json"] {
        let [one, four] = [0, 1].map(|at: usize| fs::read(outs[at].join("data").join(file)).expect("a file"));
        assert!(one == four, "{file}");
    }
}

#[test]
fn a_rollup_counts_like_its_parts_and_only_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, provinces) = (folder.path().join("全国"), folder.path().join("各省"));
    country(&root);
    for province in ["甲省", "乙省"] {
        roll_up(&[&root.join(province)], &provinces.join(province).join("汇总"), &["--quiet"]);
    }
    let (direct, over) = (folder.path().join("一"), folder.path().join("二"));
    roll_up(&[&root], &direct, &["--quiet"]);
    roll_up(&[&provinces], &over, &["--quiet", "--name", "全国"]);
    for file in ["totals.csv", "totals_by_kind.csv"] {
        let [one, two] = [&direct, &over].map(|out| fs::read_to_string(out.join("data").join(file)).expect("a file"));
        assert!(one == two, "{file}");
    }
    // A province's own roll-up next to its counties adds nothing.
    copy(&provinces.join("甲省/汇总"), &root.join("甲省/汇总"));
    roll_up(&[&root], &over, &["--quiet"]);
    assert_eq!(totals(&direct), totals(&over));
    assert!(findings(&over, "U08").iter().all(|row| row["severity"] == "note" && row["file"].contains("汇总")));
    // With one unchanged county left, the roll-up counts, and the county is not counted again.
    fs::remove_dir_all(root.join("甲省/戊市")).expect("a folder");
    roll_up(&[&root], &over, &["--quiet"]);
    assert_eq!(totals(&direct), totals(&over));
    // If a county has changed since, it is not certain which one is right.
    run(&root, ("甲省/丁市/一县", 2), 2025);
    let refused = huizong().arg("rollup").arg(&root).arg("-o").arg(&over).assert().code(2).get_output().stderr.clone();
    let said = String::from_utf8(refused).expect("UTF-8");
    assert!(said.contains("一县") && said.contains("重复计算"), "{said}");
}

#[test]
fn what_cannot_be_counted_is_named_and_left_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("全国");
    let outs = country(&root);
    let out = folder.path().join("汇总");
    roll_up(&[&root], &out, &["--quiet"]);
    let whole = totals(&out);
    let without = |county: &str| {
        let of_county = |row: &&Row| row["body"] != county && !row["body_path"].contains(county);
        whole.values().filter(of_county).filter(|row| row["level"] == "3" && row["year"] == "2025").cloned().collect()
    };
    let check = |damage: &dyn Fn(), rule: &str, said: &str| {
        damage();
        roll_up(&[&root], &out, &["--quiet"]);
        let rest: Vec<Row> = without("三县");
        let is_top = |row: &&Row| row["level"] == "0" && row["year"] == "2025";
        for row in totals(&out).values().filter(is_top) {
            let is_it = |other: &&Row| other["indicator"] == row["indicator"];
            assert_eq!(row["total"], sum(rest.iter().filter(is_it), "total"), "{rule} {}", row["indicator"]);
        }
        let found = findings(&out, rule);
        assert!(found.iter().any(|row| row["message"].contains(said)), "{rule} {said}: {found:?}");
        assert!(found.iter().all(|row| row["severity"] == "must_fix"));
    };
    let third = &outs[2];
    let data = third.join("data");
    let manifest = fs::read_to_string(data.join("manifest.json")).expect("a file");
    let totals_csv = fs::read(data.join("totals.csv")).expect("a file");
    check(&|| fs::write(data.join("totals.csv"), b"x").expect("a file"), "F01", "与清单不符");
    fs::write(data.join("totals.csv"), &totals_csv).expect("a file");
    let version = |text: &str| manifest.replacen(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION")), text, 1);
    let other = version("\"version\": \"9.0.0\"");
    check(&|| fs::write(data.join("manifest.json"), &other).expect("a file"), "F01", "9.0.0");
    check(&|| fs::remove_file(data.join("manifest.json")).expect("removed"), "F01", "清单文件");
    fs::write(data.join("manifest.json"), &manifest).expect("a file");
    check(&|| fs::rename(data.join("units.csv"), data.join("x.csv")).expect("renamed"), "F01", "units.csv");
    fs::rename(data.join("x.csv"), data.join("units.csv")).expect("renamed");
    // Another run of the same county and year: neither of them counts.
    check(&|| run_scene(&root.join("乙省/己市/三县/2025再"), "file 甲山镇2025年年报.xlsx"), "U08", "均未计入");
    let bodies = rows(&out.join("data/bodies.csv"));
    let county = bodies.iter().find(|row| row["body"] == "三县" && row["year"] == "2025").expect("a county");
    assert_eq!((county["outputs"].as_str(), county["outputs_left_out"].as_str()), ("0", "2"));
}

#[test]
fn a_list_of_levels_places_outputs_by_code_or_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flat = folder.path().join("结果");
    run(&flat, ("350128", 0), 2025);
    run(&flat, ("晋江市", 1), 2025);
    run(&flat, ("不在表中", 2), 2025);
    let list = folder.path().join("层级.csv");
    fs::write(
        &list,
        "code,name,parent\n35,福建省,\n3501,福州市,35\n350128,平潭县,3501\n3505,泉州市,35\n350582,晋江市,3505\n",
    )
    .expect("a file");
    let out = folder.path().join("汇总");
    let said = roll_up(&[&flat], &out, &["--levels", list.to_str().expect("a path")]);
    let bodies: Vec<String> =
        rows(&out.join("data/bodies.csv")).into_iter().map(|row| row["body_path"].clone()).collect();
    let expected = ["福建省", "福建省/福州市", "福建省/泉州市", "福建省/福州市/平潭县", "福建省/泉州市/晋江市"];
    assert_eq!(bodies, expected);
    assert!(said.contains("U01") && said.contains("不在表中"), "{said}");
}

#[test]
fn what_changed_since_and_over_the_years_is_listed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("全国");
    run(&root, COUNTIES[0], 2024);
    let (first, second) = (folder.path().join("一"), folder.path().join("二"));
    roll_up(&[&root], &first, &["--quiet"]);
    run(&root, COUNTIES[0], 2025);
    let said = roll_up(&[&root], &second, &["--since", first.to_str().expect("a path")]);
    assert!(said.contains("与上次相比：新增 4 个地区年度，不再有 0 个，个数变动 0 处，合计变动 0 格"), "{said}");
    let changes = rows(&second.join("data/changes.csv"));
    assert!(changes.len() == 4 && changes.iter().all(|row| row["what"] == "received" && row["year"] == "2025"));
    // Every total of 2025 is compared with that of 2024, with their difference.
    let totals = totals(&second);
    let trends = rows(&second.join("data/trends.csv"));
    assert!(trends.len() >= 4 * 200, "{}", trends.len());
    for row in &trends {
        // A row for a group filled as one row exists only in years in which a unit used it.
        let of = |year: &str| {
            let key = (row["body_path"].clone(), year.to_owned(), row["indicator"].clone());
            totals.get(&key).map(|row| row["total"].clone()).unwrap_or_default()
        };
        assert_eq!((row["total"].clone(), row["previous_total"].clone()), (of("2025"), of("2024")));
        if let (Ok(now), Ok(then)) = (of("2025").parse::<Decimal>(), of("2024").parse::<Decimal>()) {
            assert_eq!(row["change"], (now - then).normalize().to_string());
        }
    }
    for row in rows(&second.join("data/rates.csv")) {
        let total = |indicator: &str| -> Decimal {
            let key = (row["body_path"].clone(), row["year"].clone(), indicator.to_owned());
            totals[&key]["total"].parse().expect("a number")
        };
        if row["rate"] == "granted" {
            let expected = [total("t3.granted.total"), total("t3.concluded_total.total")];
            assert_eq!([&row["part"], &row["whole"]].map(|text| text.parse::<Decimal>().expect("a number")), expected);
        }
    }
    for file in ["报告.html", "汇总表.xlsx", "对比表.xlsx"] {
        assert!(second.join(file).metadata().is_ok_and(|metadata| metadata.len() > 1000), "{file}");
    }
}

#[test]
fn the_circular_says_of_each_body_what_its_row_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("全国");
    country(&root);
    let out = folder.path().join("汇总");
    roll_up(&[&root], &out, &["--lang", "zh"]);
    let text = document_text(&out.join("通报.docx"));
    let bodies = rows(&out.join("data/bodies.csv"));
    let of = |name: &str| bodies.iter().find(|row| row["body"] == name && row["year"] == "2025").expect("a body");
    let whole = of("全国");
    let lead = format!(
        "全国2个地区应报送2025年度政府信息公开工作年度报告的单位{}个，已收到{}个单位的材料，未报送的单位{}个。\n计入汇总的报告{}份，其中有必改问题（确定有误，须更正）的{}份。",
        whole["units_expected"],
        whole["units_received"],
        whole["units_missing"],
        whole["reports_counted"],
        whole["reports_flagged"]
    );
    assert!(text.contains(&lead), "{text}");
    for name in ["甲省", "乙省"] {
        let row = of(name);
        assert!(text.contains(&format!("{name}（{}个）", row["units_missing"])), "{name}: {text}");
        let columns = ["units_expected", "units_received", "units_missing", "reports_counted", "reports_flagged"];
        let cells: Vec<&str> = columns.iter().map(|column| row[*column].as_str()).collect();
        assert!(text.contains(&format!("{name}\n{}\n", cells.join("\n"))), "{name}: {text}");
    }
    assert!(!text.contains("{{"), "{text}");
    // A single county has no bodies below it, so it gets no circular.
    let alone = folder.path().join("一县汇总");
    roll_up(&[&root.join("甲省/丁市/一县")], &alone, &[]);
    assert!(!alone.join("通报.docx").exists());
}

#[test]
fn a_unit_that_was_renamed_or_merged_is_the_same_over_the_years() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let county = folder.path().join("全国/一县");
    fs::create_dir_all(&county).expect("a folder");
    let broken = |unit: &str, year: u16| format!("file {unit}{year}年年报.xlsx\nD47 = 2\n");
    let first = format!("roster 甲山乡 乙水乡 丙林镇\n{}{}", broken("甲山乡", 2023), broken("丙林镇", 2023));
    run_scene(&county.join("2023"), &first);
    run_scene(&county.join("2024"), &format!("roster 甲山乡 乙水乡 丙林镇\n{}", broken("乙水乡", 2024)));
    let last = format!("roster 甲山镇:aliases=甲山乡 乙水乡:merged_into=甲山镇 丙林镇\n{}", broken("甲山镇", 2025));
    run_scene(&county.join("2025"), &last);
    let out = folder.path().join("汇总");
    roll_up(&[&folder.path().join("全国")], &out, &["--quiet"]);
    let repeated: Vec<Row> =
        rows(&out.join("data/repeated.csv")).into_iter().filter(|row| row["rule"] == "S01").collect();
    let said: Vec<[&str; 2]> = repeated.iter().map(|row| [&*row["unit"], &*row["years"]]).collect();
    assert_eq!(said, [["甲山镇", "2023;2024;2025"]]);
}

#[test]
fn a_body_that_was_merged_is_added_up_below_the_one_it_is_part_of() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outs = folder.path().join("结果");
    fs::create_dir_all(&outs).expect("a folder");
    for (name, unit, year) in [("甲县", "甲山镇", 2024), ("乙县", "乙水乡", 2024), ("甲区", "甲山镇", 2025)]
    {
        let out = outs.join(name).join(year.to_string());
        fs::create_dir_all(out.parent().expect("a folder")).expect("a folder");
        run_scene(&out, &format!("file {unit}{year}年年报.xlsx"));
    }
    let list = folder.path().join("层级.csv");
    let text = "代码,名称,上级,别名,并入\n35,某市,,,\n1,甲区,35,甲县,\n2,乙县,35,,1\n";
    fs::write(&list, text).expect("a file");
    let out = folder.path().join("汇总");
    roll_up(&[&outs], &out, &["--quiet", "--levels", list.to_str().expect("a path")]);
    let totals = totals(&out);
    let total = |body: &str, year: &str| {
        let key = (body.to_owned(), year.to_owned(), "t3.received.total".to_owned());
        totals[&key]["total"].parse::<Decimal>().expect("a number")
    };
    assert_eq!(total("某市/甲区", "2024"), total("某市/甲区", "2025") * Decimal::TWO);
    assert_eq!(total("某市/甲区/乙县", "2024"), total("某市/甲区", "2025"));
}

#[test]
fn years_on_two_forms_are_joined_where_the_indicator_is_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let county = folder.path().join("全国/一县");
    fs::create_dir_all(&county).expect("a folder");
    run_scene(&county.join("2020"), "file 甲山镇2020年年报.xlsx");
    run_scene(&county.join("2021"), "file 甲山镇2021年年报.xlsx");
    let out = folder.path().join("汇总");
    roll_up(&[&folder.path().join("全国")], &out, &["--quiet"]);
    let facts = |year: &str| -> BTreeMap<String, Row> {
        let rows = rows(&county.join(year).join("data/facts.csv"));
        rows.into_iter().map(|row| (row["indicator"].clone(), row)).collect()
    };
    let (before, after) = (facts("2020"), facts("2021"));
    assert!(before.values().all(|row| row["form"] == "2019") && after.values().all(|row| row["form"] == "2021"));
    let trends: Vec<Row> = rows(&out.join("data/trends.csv")).into_iter().filter(|row| row["body"] == "一县").collect();
    let value = |facts: &BTreeMap<String, Row>, indicator: &str| {
        facts.get(indicator).map(|row| row["value"].clone()).unwrap_or_default()
    };
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for row in &trends {
        let indicator = &row["indicator"];
        let (then, now) = (value(&before, indicator), value(&after, indicator));
        let expected = match (before.contains_key(indicator), after.contains_key(indicator)) {
            (true, true) => "continued",
            (false, true) => "begun",
            _ => "ended",
        };
        assert_eq!(row["continuity"], expected, "{indicator}");
        assert_eq!([&row["previous_total"], &row["total"]], [&then, &now], "{indicator}");
        let change = (expected == "continued").then(|| {
            let [then, now] = [then, now].map(|text| text.parse::<Decimal>().expect("a number"));
            (now - then).normalize().to_string()
        });
        assert_eq!(row["change"], change.unwrap_or_default(), "{indicator}");
        assert_eq!(row["previous_form"], "2019");
        *lines.entry(expected.to_owned()).or_default() += 1;
    }
    // Table 3 but for the rows of its last group, and table 4, and few of table 2.
    assert!(lines["continued"] > 150 && lines["begun"] > 10 && lines["ended"] > 10, "{lines:?}");
}

#[test]
fn a_dataset_says_which_inputs_it_has_nothing_of() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [first, second, third] = ["省", "合", "总"].map(|name| folder.path().join(name));
    fs::create_dir_all(first.join("一县")).expect("a folder");
    run_scene(&first.join("一县/2025"), "file 甲山镇2025年年报.xlsx");
    let dataset = folder.path().join("数据集");
    let with_dataset = ["--dataset", dataset.to_str().expect("a path")];
    let said = roll_up(&[&first], &second, &with_dataset);
    assert!(!said.contains("没有明细数据"), "{said}");
    let said = roll_up(&[&second], &third, &with_dataset);
    assert!(said.contains("数据集：1 份合并汇总（“合”）没有明细数据，未写入"), "{said}");
}
