//! All rules over all examples of all pages, and over reports without errors.

#![allow(clippy::expect_used)]

mod common;

use std::collections::BTreeSet;

use common::{Example, each, examples, run, scene};
use huizong::rules::{self, Check};

/// Returns the codes of the rules with findings in an example.
fn codes(example: &Example) -> String {
    let outcome = run(&scene(&example.input));
    let codes: BTreeSet<&str> = outcome.findings.iter().map(|finding| finding.rule.text()).collect();
    if codes.is_empty() { "none".to_owned() } else { codes.into_iter().collect::<Vec<_>>().join(" ") }
}

#[test]
fn which_rules_fire_on_which_example() {
    // The examples of a rule on the outputs of a roll-up are no submissions of one run.
    let of_runs = rules::ALL.iter().filter(|rule| !matches!(rule.check, Check::Levels));
    let all: Vec<Example> = of_runs.flat_map(|rule| examples(rule)).collect();
    let line = |example: &Example| format!("{} example {}: {}", example.rule, example.number, codes(example));
    let lines: Vec<String> = each(&all, line);
    insta::assert_snapshot!("rules_that_fire", lines.join("\n"));
}

#[test]
fn nothing_is_found_in_a_clean_report() {
    for name in ["甲山镇2025年年报.xlsx", "甲山镇2025年年报.csv", "甲山镇2020年年报.xlsx", "甲山镇2020年年报.csv"]
    {
        let outcome = run(&scene(&format!("roster 甲山镇\nfile {name}")));
        assert_eq!(outcome.corpus.counted().len(), 1, "{name} counts");
        let found: Vec<&str> = outcome.findings.iter().map(|finding| finding.message.zh.as_str()).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn nothing_is_found_in_a_clean_report_in_words() {
    for year in [2020, 2025] {
        let outcome = run(&scene(&format!("roster 甲山镇\nfile 甲山镇{year}年年报.txt\nwords")));
        assert_eq!(outcome.corpus.counted().len(), 1, "{year} counts");
        let found: Vec<&str> = outcome.findings.iter().map(|finding| finding.message.zh.as_str()).collect();
        assert!(found.is_empty(), "{year}: {found:?}");
    }
}

#[test]
fn a_table_is_not_taken_from_a_copy_beside_the_report() {
    let clean = "roster 甲山镇\nyear 2025\nfile 甲山镇2025年年报.xlsx\n";
    for sheet in ["示例", "填报示例", "上年", "作废", "备份\nhide sheet"] {
        for table in ["t2", "t3", "t4"] {
            let drop = table.replace('t', "drop table ");
            let outcome = run(&scene(&format!("{clean}{drop}\nsheet {sheet}")));
            let counted = outcome.corpus.counted();
            assert_eq!(counted.len(), 1, "{sheet} {table}: the report counts");
            let report = outcome.corpus.entries[counted[0]].submission.report().expect("a report");
            let form = &outcome.corpus.forms.all[report.form];
            let missing: BTreeSet<&str> = form
                .tables
                .iter()
                .zip(&report.tables)
                .filter(|(_, found)| !**found)
                .map(|(table, _)| table.id.as_str())
                .collect();
            assert_eq!(missing, BTreeSet::from([table]), "{sheet}: only the dropped table is missing");
            let found: Vec<_> = outcome.findings.iter().map(|finding| finding.rule.text()).collect();
            assert_eq!(found, ["F05", "F10"], "{sheet} {table}");
        }
    }
}

#[test]
fn tables_on_sheets_of_any_name_make_one_report() {
    let clean = "roster 甲山镇\nyear 2025\nfile 甲山镇2025年年报.xlsx\ndrop table 4\n";
    let title = "title 甲山镇2025年政府信息公开工作年度报告";
    for sheet in ["表四汇总", "表四样表", "表四\nhide sheet"] {
        let outcome = run(&scene(&format!("{clean}sheet {sheet}\n{title}\ndrop table 2\ndrop table 3")));
        let counted = outcome.corpus.counted();
        assert_eq!(counted.len(), 1, "{sheet}: one report");
        let report = outcome.corpus.entries[counted[0]].submission.report().expect("a report");
        assert!(report.tables.iter().all(|found| *found), "{sheet}: with all its tables");
    }
}

#[test]
fn an_example_does_not_stand_for_a_report_that_cannot_be_read() {
    let input = "roster 甲山镇\nyear 2025\nfile 甲山镇2025年年报.xlsx\nrelabel\nsheet 示例";
    let outcome = run(&scene(input));
    assert!(outcome.corpus.counted().is_empty(), "neither sheet counts");
    let found: Vec<_> = outcome.findings.iter().map(|finding| finding.rule.text()).collect();
    assert_eq!(found, ["F03"]);
}

#[test]
fn a_table_is_not_taken_from_the_sheet_of_another_year() {
    let title = "title 甲山镇政府信息公开工作年度报告";
    let input = format!("roster 甲山镇\nyear 2025\nfile 甲山镇2025年年报.xlsx\n{title}\ndrop table 4\nsheet 2024年");
    let outcome = run(&scene(&input));
    let counted = outcome.corpus.counted();
    assert_eq!(counted.len(), 1, "the report counts");
    let report = outcome.corpus.entries[counted[0]].submission.report().expect("a report");
    assert_eq!(report.tables, [true, true, false]);
    let found: Vec<_> = outcome.findings.iter().map(|finding| finding.rule.text()).collect();
    assert_eq!(found, ["F05", "F08"]);
}
