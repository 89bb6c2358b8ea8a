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
