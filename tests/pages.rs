//! The examples of the rules' pages: each rule finds exactly what its page says.

#![allow(clippy::expect_used)]

mod common;
#[path = "common/program.rs"]
mod program;

use common::{Example, Scene, each, examples, run, scene};
use huizong::finding::{Finding, number_text};
use huizong::levels::{LevelFinding, LevelRollup};
use huizong::outcome::Outcome;
use huizong::pipeline::{self, LevelInputs, LevelPlan};
use huizong::rules::{self, Check};

/// Returns a list as on a page; if it has more than three items, the first one and their number, `D27…56`.
fn short<T: ToString>(parts: &[T]) -> String {
    let parts: Vec<String> = parts.iter().map(T::to_string).collect();
    if parts.len() > 3 { format!("{}…{}", parts[0], parts.len()) } else { parts.join(";") }
}

/// Returns a finding as on a page: rule, severity, unit, cells and checks, `-` if there is none; then the other fields
/// that the page's line names.
fn line(outcome: &Outcome, finding: &Finding, wanted: &str) -> String {
    let or_dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let unit = or_dash(outcome.whose(finding));
    let form = outcome.corpus.form_of(finding.entry());
    let checks: Vec<String> = finding.checks.iter().map(|check| check.id(form)).collect();
    let (cell, checks) = (or_dash(&short(&finding.cells)), or_dash(&checks.join(";")));
    let mut words = vec![finding.rule.to_string(), finding.severity.word().to_owned(), unit, cell, checks];
    for (key, value) in wanted.split_whitespace().filter_map(|word| word.split_once('=')) {
        let found = match key {
            "given" => &finding.observed,
            "expected" => &number_text(finding.expected),
            "difference" => &number_text(finding.difference),
            "indicator" => &short(&finding.indicators(form)),
            "sheet" => &finding.sheets.join(";"),
            "file" => outcome.file_of(finding),
            "says" if finding.message.zh.contains(value) || finding.in_full().zh.contains(value) => value,
            "says" => &finding.message.zh,
            other => panic!("a finding has no field {other}"),
        };
        words.push(format!("{key}={found}"));
    }
    words.join(" ")
}

/// Writes the files of a scene, runs the program over each folder of them, and rolls up the outputs, which stand where
/// the files do.
fn roll_up(scene: &Scene) -> LevelRollup {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outs = folder.path().join("全国");
    let mut inputs = std::collections::BTreeSet::new();
    for file in &scene.files {
        let path = folder.path().join("报送").join(&file.name);
        let parent = path.parent().expect("a folder").to_owned();
        std::fs::create_dir_all(&parent).expect("a folder");
        std::fs::write(&path, file.bytes()).expect("a file");
        inputs.insert(parent);
    }
    for input in inputs {
        let out = outs.join(input.strip_prefix(folder.path().join("报送")).expect("below"));
        std::fs::create_dir_all(out.parent().expect("a folder")).expect("a folder");
        let mut command = program::huizong();
        command.arg("run").arg(input).arg("-o").arg(out).args(["--data-only", "--quiet"]).assert().success();
    }
    let plan = LevelPlan { inputs: vec![outs], out: folder.path().join("汇总"), ..LevelPlan::default() };
    let inputs = LevelInputs::find(&plan).expect("outputs");
    pipeline::roll_up(&plan, inputs, &|_| ()).expect("a roll-up that ends")
}

/// A finding of a roll-up as a page writes it.
fn level_line(finding: &LevelFinding, wanted: &str) -> String {
    let body = finding.body_path.rsplit('/').next().unwrap_or("-");
    let mut line = format!("{} {} {body} - -", finding.rule, finding.severity.word());
    if let Some((_, says)) = wanted.split_once(" says=") {
        let said = if finding.message.zh.contains(says) { says } else { &finding.message.zh };
        line += &[" says=", said].concat();
    }
    line
}

/// Returns the findings of the example's rule as on the page.
fn found(example: &Example) -> Vec<String> {
    let wanted = example.findings.iter().map(String::as_str).chain(std::iter::repeat(""));
    if rules::rule(&example.rule).is_some_and(|rule| matches!(rule.check, Check::Levels)) {
        let findings = roll_up(&scene(&example.input)).findings;
        let of_rule = findings.iter().filter(|finding| finding.rule == example.rule);
        return of_rule.zip(wanted).map(|(finding, wanted)| level_line(finding, wanted)).collect();
    }
    let outcome = run(&scene(&example.input));
    let of_rule = outcome.findings.iter().filter(|finding| finding.rule.text() == example.rule);
    of_rule.zip(wanted).map(|(finding, wanted)| line(&outcome, finding, wanted)).collect()
}

#[test]
fn every_example_finds_what_its_page_says() {
    let all: Vec<Example> = rules::ALL.iter().flat_map(|rule| examples(rule)).collect();
    let differs = |example: &Example| {
        let found = found(example);
        let (said, found) = (example.findings.join("\n  "), found.join("\n  "));
        (said != found)
            .then(|| format!("{} example {}\n says\n  {said}\n finds\n  {found}", example.rule, example.number))
    };
    let wrong: Vec<String> = each(&all, differs).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_page_has_an_example_that_fires_and_one_that_does_not() {
    for rule in rules::ALL {
        let silent = examples(rule).iter().filter(|example| example.findings.is_empty()).count();
        assert!(silent > 0, "{} has no example without findings", rule.code);
        assert!(silent < examples(rule).len(), "{} has no example with findings", rule.code);
    }
}
