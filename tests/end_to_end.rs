//! The program on the sample county: its outputs, messages and exit codes.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use program::{huizong, rows, sample};

/// Runs the sample county of a year into a folder.
fn run_sample(year: &str, out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = huizong();
    command.arg("run").arg(sample(year)).arg("--roster").arg(sample("roster.csv")).arg("-o").arg(out).args(more);
    command.assert()
}

fn truth(name: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(sample(name)).expect("the truth file");
    serde_json::from_str(&text).expect("JSON")
}

/// Returns all files below a folder with their bytes, the manifest without its time.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable tree"));
    let files = files.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
        let mut bytes = std::fs::read(entry.path()).expect("a readable file");
        if name.ends_with("manifest.json") {
            let mut value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            value["time"] = serde_json::Value::Null;
            bytes = value.to_string().into_bytes();
        }
        (name, bytes)
    };
    files.map(read).collect()
}

#[test]
fn every_cell_of_the_sample_is_read_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (year, truth_file) in [("2025", "truth.json"), ("2024", "truth-2024.json")] {
        let out = folder.path().join(year);
        run_sample(year, &out, &["--quiet"]).success();
        let mut facts = BTreeMap::new();
        for row in rows(&out.join("data/facts.csv")) {
            facts.insert((row["unit_id"].clone(), row["indicator"].clone()), row);
        }
        let truth = truth(truth_file);
        let mut compared = 0;
        for submission in truth["submissions"].as_array().expect("a list") {
            let unit = submission["unit_id"].as_str().expect("an id").to_owned();
            for (indicator, value) in submission["values"].as_object().expect("figures") {
                let row = &facts[&(unit.clone(), indicator.clone())];
                let shown = (row["state"] == "number").then(|| row["value"].parse::<f64>().expect("a number"));
                // A null in the reference data is a blank or unreadable cell, never a number.
                assert_eq!(shown, value.as_f64(), "{unit} {indicator} {row:?}");
                compared += 1;
            }
        }
        assert!(compared > 2000, "{compared} cells compared");
    }
}

#[test]
fn every_planted_error_is_found_and_nothing_else_must_be_fixed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run_sample("2025", &out, &["--quiet"]).success();
    let found = rows(&out.join("data/findings.csv"));
    let key = |rule: &str, unit: &str| format!("{rule} {unit}");
    let said: BTreeSet<String> = found.iter().map(|row| key(&row["rule"], &row["unit"])).collect();
    let must_fix = found.iter().filter(|row| row["severity"] == "must_fix").map(|row| key(&row["rule"], &row["unit"]));
    let must_fix: BTreeSet<String> = must_fix.collect();
    let truth = truth("truth.json");
    let planted = || truth["findings"].as_array().expect("a list").iter();
    let name = |finding: &serde_json::Value| {
        key(finding["rule"].as_str().expect("a rule"), finding["unit"].as_str().expect("a unit"))
    };
    let planted_must_fix: BTreeSet<String> =
        planted().filter(|finding| finding["severity"] == "must_fix").map(name).collect();
    assert_eq!(must_fix, planted_must_fix);
    for finding in planted() {
        assert!(said.contains(&name(finding)), "not found: {finding}");
    }
    let checks = |rows: &mut dyn Iterator<Item = String>| {
        rows.flat_map(|checks| checks.split(';').map(str::to_owned).collect::<Vec<_>>())
            .filter(|check| !check.is_empty())
            .collect::<Vec<_>>()
    };
    // The county's totals break only sums that some unit breaks.
    let of_units = found.iter().filter(|row| row["rule"] != "R02");
    let mut reported = checks(&mut of_units.map(|row| row["checks"].clone()));
    let mut broken = checks(
        &mut planted()
            .flat_map(|finding| finding["checks"].as_array().into_iter().flatten())
            .map(|check| check.as_str().unwrap_or("").to_owned()),
    );
    reported.sort();
    broken.sort();
    assert_eq!(reported, broken);
}

#[test]
fn a_clean_year_is_silent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run_sample("2024", &out, &["--quiet", "--fail-on", "must_explain"]).success();
    assert_eq!(rows(&out.join("data/findings.csv")).len(), 0);
}

#[test]
fn totals_are_the_sums_of_the_facts_and_carry_their_coverage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    run_sample("2025", &out, &["--quiet"]).success();
    let mut sums: BTreeMap<String, (rust_decimal::Decimal, usize)> = BTreeMap::new();
    let mut left_out = 0;
    for row in rows(&out.join("data/facts.csv")).iter().filter(|row| row["state"] == "number") {
        let value = row["value"].parse::<rust_decimal::Decimal>().expect("a number");
        // No count is negative or a fraction.
        if row["form"] == "2021"
            && !row["indicator"].ends_with(".amount")
            && (value.is_sign_negative() || !value.is_integer())
        {
            left_out += 1;
            continue;
        }
        let sum = sums.entry(row["indicator"].clone()).or_default();
        sum.0 += value;
        sum.1 += 1;
    }
    assert_eq!(left_out, 2);
    let totals = rows(&out.join("data/totals.csv"));
    // The form has two hundred cells; further rows are for 其他处理 of the unit that used the old form.
    assert_eq!(totals.len(), 207);
    for row in &totals {
        let (sum, count) = sums.get(&row["indicator"]).copied().unwrap_or_default();
        assert_eq!(row["total"].parse::<rust_decimal::Decimal>().ok(), (count > 0).then_some(sum), "{row:?}");
        assert_eq!(row["units_reporting"], count.to_string(), "{row:?}");
        assert_eq!(row["units_expected"], "22");
    }
}

#[test]
fn threads_and_the_order_of_inputs_leave_no_trace() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let run = |jobs: &str, inputs: [PathBuf; 2], out: &Path| {
        let mut command = huizong();
        command.arg("run").args(inputs).arg("--roster").arg(sample("roster.csv")).arg("-o").arg(out);
        command.args(["--jobs", jobs, "--quiet"]).assert().success();
    };
    run("1", [sample("2025"), sample("2024")], &one);
    run("2", [sample("2024"), sample("2025")], &two);
    assert_eq!(contents(&one), contents(&two));
}

#[test]
fn the_verdict_names_who_is_missing_and_where_the_outputs_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let said = run_sample("2025", &out, &["--fail-on", "must_fix"]).code(1);
    let text = String::from_utf8(said.get_output().stderr.clone()).expect("UTF-8");
    assert!(said.get_output().stdout.is_empty());
    for missing in truth("truth.json")["missing"].as_array().expect("a list") {
        assert!(text.contains(missing.as_str().expect("a name")), "{missing} in {text}");
    }
    assert!(text.contains("应报 22 个单位，收到 20 个"), "{text}");
    assert!(text.contains("略过 3 个"), "{text}");
    assert!(text.contains(&out.display().to_string()), "{text}");
}

#[test]
fn a_year_that_few_reports_state_is_questioned() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = |more: &[&str]| {
        let done = run_sample("2024", &folder.path().join("out"), more).success();
        String::from_utf8(done.get_output().stderr.clone()).expect("UTF-8")
    };
    let wrong = said(&["--year", "2030", "--data-only"]);
    assert!(wrong.contains("22 份报告写的是2024年度，写2030年度的 0 份；请核对 --year"), "{wrong}");
    let english = said(&["--year", "2030", "--data-only", "--lang", "en"]);
    assert!(english.contains("22 reports state 2024, and 0 state 2030"), "{english}");
    let right = said(&["--year", "2024", "--data-only"]);
    assert!(!right.contains("请核对 --year"), "{right}");
}

#[test]
fn a_folder_alone_is_enough() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("2025年报");
    std::fs::create_dir(&inputs).expect("a folder");
    let name = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    std::fs::copy(sample("2025").join(name), inputs.join(name)).expect("a copy");
    huizong().arg(&inputs).assert().success();
    let out = folder.path().join("2025年报-汇总");
    assert_eq!(rows(&out.join("data/units.csv")).len(), 1);
    let office = std::fs::read(out.join("县级汇总.csv")).expect("the totals for the office");
    assert!(office.starts_with("\u{feff}".as_bytes()) && office.windows(2).any(|pair| pair == b"\r\n"));
}

#[test]
fn the_replaced_outputs_are_kept_once_and_foreign_folders_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let previous = folder.path().join("out.上一次");
    run_sample("2024", &out, &["--quiet"]).success();
    run_sample("2025", &out, &["--quiet"]).success();
    run_sample("2025", &out, &["--quiet"]).success();
    assert_eq!(contents(&out), contents(&previous));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2);
    // A run killed between the two renames leaves only the replaced folder; the next run restores it first.
    std::fs::remove_dir_all(&out).expect("removed");
    run_sample("2024", &out, &["--quiet"]).success();
    assert!(contents(&previous).keys().any(|name| name.ends_with("manifest.json")));
    let foreign = folder.path().join("foreign");
    std::fs::create_dir(&foreign).expect("a folder");
    std::fs::write(foreign.join("letter.docx"), "mine").expect("a file");
    let refused = |out: &Path| {
        let done = run_sample("2025", out, &["--quiet"]).code(2);
        String::from_utf8(done.get_output().stderr.clone()).expect("UTF-8")
    };
    assert!(refused(&foreign).contains("不是空文件夹，也不是本程序写的结果"));
    assert_eq!(std::fs::read_dir(&foreign).expect("a folder").count(), 1);
    assert!(refused(&foreign.join("letter.docx")).contains("是文件，不是文件夹"));
}

#[test]
fn wrong_command_lines_end_with_two() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    huizong().args(["run", "no-such-folder", "-o"]).arg(&out).assert().code(2);
    huizong().arg("run").arg(folder.path()).arg("-o").arg(&out).assert().code(2);
    huizong().args(["run", "--no-such-option"]).assert().code(2);
    huizong().args(["rules", "Z99"]).assert().code(2);
    huizong().arg("rules").assert().success();
    assert!(!out.exists());
}

#[test]
fn bad_files_are_named_and_stop_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    let good = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    let whole = std::fs::read(sample("2025").join(good)).expect("a workbook");
    let csv = std::fs::read(sample("2024").join("乙水乡2024年度政府信息公开工作年度报告.csv")).expect("a CSV");
    for (name, bytes) in [
        (good, whole.as_slice()),
        ("空.xlsx", b"".as_slice()),
        ("断.xlsx", &whole[..whole.len() / 2]),
        ("图片.xlsx", b"\x89PNG\r\n\x1a\n".as_slice()),
        ("包.rar", b"Rar!\x1a\x07\x00".as_slice()),
        ("改名.xlsx", csv.as_slice()),
    ] {
        std::fs::write(inputs.join(name), bytes).expect("a file");
    }
    for name in ["公安局2025年年报.xlsx", "丁河乡2025年报送材料.xlsx"] {
        std::fs::copy(sample("2025").join(name), inputs.join(name)).expect("a copy");
    }
    let out = folder.path().join("out");
    let run = |more: &[&str]| {
        huizong().arg("run").arg(&inputs).arg("-o").arg(&out).args(more).args(["--year", "2025"]).assert()
    };
    run(&["--quiet", "--fail-on", "must_fix"]).code(1);
    let found: BTreeSet<(String, String)> = rows(&out.join("data/findings.csv"))
        .into_iter()
        .map(|row| (row["file"].clone(), row["rule"].clone()))
        .collect();
    let expected = [
        ("空.xlsx", "F01"),
        ("断.xlsx", "F01"),
        ("图片.xlsx", "F10"),
        ("包.rar", "F01"),
        ("改名.xlsx", "U04"),
        ("公安局2025年年报.xlsx", "F02"),
        ("丁河乡2025年报送材料.xlsx", "F03"),
    ];
    assert_eq!(found, expected.map(|(file, rule)| (file.to_owned(), rule.to_owned())).into());
    let accepted = rows(&out.join("data/units.csv")).into_iter().filter(|row| row["status"] == "accepted").count();
    assert_eq!(accepted, 1);
    run(&["--quiet"]).code(0);
}

#[test]
fn a_unit_checks_its_own_file() {
    let file = sample("2025").join("自然资源局2025年度政府信息公开工作年度报告.ods");
    let said = huizong().arg("check").arg(&file).assert().code(1);
    let text = String::from_utf8(said.get_output().stdout.clone()).expect("UTF-8");
    assert!(text.contains("S04 必改 年度报告 E51"), "{text}");
    assert!(text.contains("示例县自然资源局 2025年度，必改；必改 2 处"), "{text}");
    let clean = sample("2025").join("甲山镇2025年度政府信息公开工作年度报告.xlsx");
    huizong().arg("check").arg(&clean).assert().code(0);
    huizong().args(["check", "--fail-on", "never"]).arg(&file).assert().code(0);
}

#[test]
fn a_file_without_a_table_is_not_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("latin.csv");
    std::fs::write(&file, b"caf\xe9;na\xefve;x\n1;2;3\n").expect("a file");
    let check = |more: &[&str], status: i32| {
        let said = huizong().arg("check").arg(&file).args(more).assert().code(status);
        String::from_utf8_lossy(&said.get_output().stdout).into_owned()
    };
    let text = check(&["--lang", "zh"], 1);
    assert!(text.starts_with("latin.csv：没有找到年度报告的表格"), "{text}");
    assert!(text.contains("F10"), "{text}");
    let text = check(&["--lang", "en"], 1);
    assert!(text.starts_with("“latin.csv”: no table of the annual report"), "{text}");
    check(&["--fail-on", "never"], 0);
    // Beside a report that is checked, it is only set aside.
    let clean = sample("2025").join("甲山镇2025年度政府信息公开工作年度报告.xlsx");
    let text = check(&["--lang", "zh", &clean.to_string_lossy()], 0);
    assert!(text.contains("latin.csv：没有找到") && text.lines().count() > 2, "{text}");
}

#[test]
fn a_file_is_checked_for_a_year_and_against_a_roster() {
    let clean = sample("2025").join("甲山镇2025年度政府信息公开工作年度报告.xlsx");
    let check = |more: &[&str], status: i32| {
        let said = huizong().arg("check").arg(&clean).args(more).assert().code(status);
        String::from_utf8(said.get_output().stdout.clone()).expect("UTF-8")
    };
    let roster = sample("roster.csv");
    // The other units of the roster are not reported as missing.
    let text = check(&["--year", "2025", "--roster", &roster.to_string_lossy()], 0);
    assert!(text.contains("示例县甲山镇人民政府 2025年度") && !text.contains("U02"), "{text}");
    let text = check(&["--year", "2024"], 1);
    assert!(text.contains("U04"), "{text}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let other = folder.path().join("名册.csv");
    std::fs::write(&other, "单位名称\n示例县乙水乡人民政府\n").expect("a roster");
    let text = check(&["--roster", &other.to_string_lossy()], 1);
    assert!(text.contains("U01"), "{text}");
    let unstated = folder.path().join("年报.csv");
    let stated = sample("2024").join("乙水乡2024年度政府信息公开工作年度报告.csv");
    let rows = std::fs::read_to_string(&stated).expect("a CSV");
    std::fs::write(&unstated, rows.replace("2024", "")).expect("a report");
    let said = huizong().arg("check").arg(&unstated).args(["--year", "2024"]).assert();
    let text = String::from_utf8(said.get_output().stdout.clone()).expect("UTF-8");
    assert!(text.contains(" 2024年度，") && !text.contains("U04"), "{text}");
    huizong().args(["check", "--year", "24"]).arg(&clean).assert().code(2);
    huizong().args(["check", "--roster", "没有的名册.csv"]).arg(&clean).assert().code(2);
}

#[test]
fn forms_are_shown() {
    let said = huizong().arg("forms").assert().success();
    assert_eq!(String::from_utf8_lossy(&said.get_output().stdout).lines().count(), 2);
    let said = huizong().args(["forms", "2021"]).assert().success();
    let text = String::from_utf8_lossy(&said.get_output().stdout).into_owned();
    assert!(text.contains("S01 balance:natural_person: t3.received.natural_person + t3.carried_in.natural_person"));
    huizong().args(["forms", "1999"]).assert().code(2);
}

#[test]
fn units_of_last_year_that_match_none_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let previous = folder.path().join("2024");
    run_sample("2024", &previous, &["--quiet"]).success();
    let facts = previous.join("data/facts.csv");
    let rows = std::fs::read_to_string(&facts).expect("facts");
    let renamed = rows.replace("T01,示例县甲山镇人民政府,", "X01,某某处,");
    assert_ne!(rows, renamed);
    std::fs::write(&facts, renamed).expect("a file");
    let out = folder.path().join("out");
    let run = run_sample("2025", &out, &["--previous", &previous.to_string_lossy()]).success();
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned()
        + &String::from_utf8_lossy(&run.get_output().stdout);
    assert!(said.contains("未比对的 1 个单位：某某处"), "{said}");
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains("某某处"));
}

#[test]
fn last_year_is_the_same_from_its_outputs_and_from_its_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let last = folder.path().join("2024");
    run_sample("2024", &last, &["--quiet"]).success();
    let findings = |previous: &Path, name: &str| {
        let out = folder.path().join(name);
        run_sample("2025", &out, &["--quiet", "--previous", &previous.to_string_lossy()]).success();
        std::fs::read(out.join("data/findings.csv")).expect("findings")
    };
    let from_outputs = findings(&last, "a");
    assert_eq!(from_outputs, findings(&sample("2024"), "b"));
    let wrong = sample("2025");
    run_sample("2025", &folder.path().join("c"), &["--quiet", "--previous", &wrong.to_string_lossy()]).code(2);
}

#[test]
fn the_countys_own_report_is_compared_with_the_sum() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, official) = (folder.path().join("out"), folder.path().join("本级.csv"));
    run_sample("2024", &out, &["--quiet"]).success();
    let totals = rows(&out.join("data/totals.csv"));
    assert!(totals.iter().all(|row| row["official"].is_empty() && row["difference"].is_empty()));
    // The county's own report is the sum of its units, less one application.
    let own = std::fs::read_to_string(out.join("县级汇总.csv")).expect("the sums");
    let wanted = totals.iter().find(|row| row["indicator"] == "t3.received.total").expect("a total")["total"].clone();
    let line = own.lines().find(|line| line.contains("本年新收")).expect("a row").to_owned();
    let fewer = wanted.parse::<u32>().expect("a number") - 1;
    let changed =
        line.trim_end().strip_suffix(&wanted).map(|front| format!("{front}{fewer}")).expect("the total is last");
    std::fs::write(&official, own.replace(&line, &changed)).expect("a report");
    let more = ["--official", &official.to_string_lossy()];
    let run = run_sample("2024", &out, &more).success();
    let said = String::from_utf8(run.get_output().stderr.clone()).expect("UTF-8");
    assert!(said.contains("本级年报与各单位合计不一致 1 格"), "{said}");
    let found: Vec<_> = rows(&out.join("data/findings.csv")).into_iter().filter(|row| row["rule"] == "R01").collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0]["given"].as_str(), found[0]["difference"].as_str()), (fewer.to_string().as_str(), "-1"));
    assert_eq!((found[0]["file"].as_str(), found[0]["unit_id"].as_str()), ("本级.csv", ""));
    let differing: Vec<_> = rows(&out.join("data/totals.csv"));
    let differing = differing.iter().filter(|row| !["", "0"].contains(&row["difference"].as_str()));
    let differing: Vec<_> = differing.map(|row| (row["indicator"].as_str(), row["difference"].as_str())).collect();
    assert_eq!(differing, [("t3.received.total", "-1")]);
    let page = std::fs::read_to_string(out.join("报告.html")).expect("the page");
    assert!(page.contains("与本级年报逐格核对，1 格不一致"));
    let wrong = sample("roster.csv");
    run_sample("2024", &out, &["--quiet", "--official", &wrong.to_string_lossy()]).code(2);
}

#[test]
fn an_explanation_holds_until_the_numbers_change() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, said) = (folder.path().join("out"), folder.path().join("说明.csv"));
    let v09 = || {
        let found = rows(&out.join("data/findings.csv"));
        found.into_iter().find(|row| row["rule"] == "V09").expect("V09")
    };
    let status = |unit: &str| {
        let units = rows(&out.join("data/units.csv"));
        let row = units.into_iter().find(|row| row["unit"].contains(unit)).expect("the unit");
        (row["must_fix"].clone(), row["must_explain"].clone())
    };
    run_sample("2025", &out, &["--quiet"]).success();
    let (id, print) = (v09()["finding_id"].clone(), v09()["fingerprint"].clone());
    assert_eq!((v09()["status"].as_str(), status("自然资源局")), ("open", ("2".to_owned(), "2".to_owned())));
    let explain = |print: &str| {
        let text = format!("finding_id,fingerprint,explanation,by,date\n{id},{print},整行为零,,\n");
        std::fs::write(&said, text).expect("explanations");
        run_sample("2025", &out, &["--quiet", "--explanations", &said.to_string_lossy()]).success();
    };
    explain(&print);
    assert_eq!((v09()["status"].as_str(), v09()["explanation"].as_str()), ("explained", "整行为零"));
    assert_eq!(status("自然资源局"), ("2".to_owned(), "1".to_owned()));
    explain("ffffffffffff");
    assert_eq!((v09()["status"].as_str(), status("自然资源局").1.as_str()), ("lapsed", "2"));
}

#[test]
fn outputs_are_no_submissions_wherever_they_lie() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, inputs) = (folder.path().join("out"), folder.path().join("收件"));
    run_sample("2025", &out, &["--quiet"]).success();
    std::fs::create_dir(&inputs).expect("a folder");
    let own = "甲山镇2025年度政府信息公开工作年度报告.xlsx";
    std::fs::copy(sample("2025").join(own), inputs.join(own)).expect("a copy");
    let files = walkdir::WalkDir::new(&out).into_iter().map(|entry| entry.expect("a readable tree"));
    let files: Vec<PathBuf> =
        files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    for file in &files {
        // Each file alone, without the folder that identifies it.
        let name = file.strip_prefix(&out).expect("below").to_string_lossy().replace(['/', '\\'], "-");
        std::fs::copy(file, inputs.join(name)).expect("a copy");
    }
    let again = folder.path().join("again");
    let roster = sample("roster.csv");
    let run = |input: &Path| {
        let mut command = huizong();
        command.arg("run").arg(input).arg("-o").arg(&again).arg("--roster").arg(&roster).arg("--quiet").assert()
    };
    run(&inputs).success();
    let sent: Vec<String> = rows(&again.join("data/units.csv"))
        .into_iter()
        .filter(|row| row["status"] != "missing")
        .map(|row| row["file"].clone())
        .collect();
    assert_eq!(sent, [own]);
    let manifest = std::fs::read_to_string(again.join("data/manifest.json")).expect("a receipt");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["left_aside"].as_array().expect("a list").len(), files.len());
    run(&out).code(2);
}
