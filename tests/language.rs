//! One language at a time: every finding, error and help text is either Chinese or English throughout, and a finding
//! fits a row of a letter.

#![allow(clippy::expect_used)]

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{each, examples, run, scene};
use huizong::error::Error;
use huizong::finding::{MAX_MESSAGE_CHARS, Severity};
use huizong::message::Message;
use huizong::outcome::Outcome;
use huizong::pipeline::{self, Plan};
use huizong::rules;

/// Words in Latin letters that may be in an office's Chinese text.
const WORDS: [&str; 68] = [
    "xlsx",
    "xlsm",
    "xlsb",
    "xls",
    "et",
    "ods",
    "fods",
    "csv",
    "tsv",
    "htm",
    "html",
    "mht",
    "eml",
    "doc",
    "docx",
    "wps",
    "rtf",
    "odt",
    "ofd",
    "pdf",
    "txt",
    "md",
    "zip",
    "7z",
    "rar",
    "tar",
    "gz",
    "Excel",
    "Word",
    "WPS",
    "PDF",
    "CSV",
    "HTML",
    "XML",
    "SHA-256",
    "LibreOffice",
    "soffice",
    "MiB",
    "KiB",
    "UTF-8",
    "huizong",
    "zh",
    "en",
    "GBK",
    "toml",
    "parquet",
    "both",
    "data",
    "run",
    "check",
    "start",
    "round",
    "rules",
    "forms",
    "diff",
    "template",
    "rollup",
    "never",
    "must_fix",
    "must_explain",
    "OLE",
    "Office",
    "OFD",
    "eml",
    "-h",
    "-V",
    "-q",
    "-o",
];

/// Returns a text without its quotations.
fn unquoted(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '“' => depth += 1,
            '”' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// Returns whether a word in Latin letters may be in Chinese text: a known word, a cell, a rule, an option or its
/// value.
fn is_usual(word: &str) -> bool {
    let bare = word.trim_matches(['.', '-', ':']);
    let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
    let is_code = letters > 0 && letters <= 3 && bare[letters..].bytes().all(|byte| byte.is_ascii_digit());
    let is_cells =
        bare.split(':').all(|cell| cell.bytes().take_while(u8::is_ascii_uppercase).count() <= 3) && bare.contains(':');
    let has_ending =
        bare.rsplit_once('.').is_some_and(|(_, end)| WORDS.contains(&end) || end == "toml" || end == "json");
    word.starts_with("--")
        || WORDS.contains(&word)
        || is_code
        || is_cells
        || has_ending
        || WORDS.contains(&bare)
        || bare.is_empty()
}

/// Returns the words in Latin letters that must not be in a Chinese text.
fn latin_in(text: &str) -> Vec<String> {
    let text = unquoted(text);
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/".contains(letter);
    let words = text.split(|letter| !is_part(letter));
    let words = words.filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()));
    words
        .flat_map(|word| word.split('/'))
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()))
        .filter(|word| !is_usual(word))
        .map(str::to_owned)
        .collect()
}

/// Returns the faults of a message, one line each.
fn faults(what: &str, message: &Message) -> Vec<String> {
    let mut faults = Vec::new();
    let latin = latin_in(&message.zh);
    if !latin.is_empty() {
        faults.push(format!("{what}: {latin:?} in Chinese: {}", message.zh));
    }
    if message.zh.is_empty() || message.en.is_empty() {
        faults.push(format!("{what}: nothing in one language: {message:?}"));
    }
    let english = unquoted(&message.en);
    if english.chars().any(is_chinese) {
        faults.push(format!("{what}: Chinese in English: {}", message.en));
    }
    let is_id = |word: &str| word.len() > 4 && word.starts_with('t') && word.as_bytes()[2] == b'.' && word.is_ascii();
    if english.split([' ', '(', ')', ',', ';']).any(|word| is_id(word) || word.contains("!R")) {
        faults.push(format!("{what}: a raw name in English: {}", message.en));
    }
    faults
}

fn faults_of(name: &str, outcome: &Outcome) -> Vec<String> {
    let mut all = Vec::new();
    for finding in &outcome.findings {
        let what = format!("{} in {name}", finding.rule);
        all.extend(faults(&what, &finding.message));
        all.extend(faults(&what, finding.in_full()));
        let count = finding.message.zh.chars().count();
        if count > MAX_MESSAGE_CHARS {
            all.push(format!("{what}: {count} characters: {}", finding.message.zh));
        }
        if finding.message.zh.contains("!R") {
            all.push(format!("{what}: a raw place: {}", finding.message.zh));
        }
        if finding.severity != Severity::Note
            && finding.message.zh.contains('…')
            && finding.message.zh.ends_with(['…', '”', '」', '）'])
        {
            all.push(format!("{what}: cut: {}", finding.message.zh));
        }
    }
    all
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the library over a case's folder.
fn case(folder: &Path) -> Outcome {
    let given = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    let text = std::fs::read_to_string(folder.join("expect.toml")).unwrap_or_default();
    let year = text.contains("\"--year\", \"2024\"").then_some(2024);
    let plan = Plan {
        inputs: vec![folder.join("in")],
        roster: given("roster.csv"),
        previous: given("prev"),
        year,
        jobs: Some(1),
        ..Plan::default()
    };
    pipeline::run(&plan, &|_| ()).expect("a run that ends")
}

fn report(faults: &BTreeSet<String>) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.iter().cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn findings_of_the_examples_speak_one_language_and_fit_a_letter() {
    let all: Vec<_> = rules::ALL.iter().flat_map(|rule| examples(rule)).collect();
    let of = |example: &common::Example| {
        faults_of(&format!("example {} {}", example.rule, example.number), &run(&scene(&example.input)))
    };
    report(&each(&all, of).into_iter().flatten().collect());
}

#[test]
fn findings_of_the_cases_speak_one_language_and_fit_a_letter() {
    let files = walkdir::WalkDir::new(root().join("tests/cases")).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("a readable tree").into_path());
    let folders: Vec<PathBuf> = files
        .filter(|path| path.ends_with("expect.toml"))
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    let name = |folder: &Path| folder.strip_prefix(root()).expect("below the project").display().to_string();
    report(&each(&folders, |folder| faults_of(&name(folder), &case(folder))).into_iter().flatten().collect());
}

#[test]
fn findings_of_the_sample_speak_one_language_and_fit_a_letter() {
    let sample = root().join("data/sample");
    let plan = Plan {
        inputs: vec![sample.join("2025")],
        roster: Some(sample.join("roster.csv")),
        previous: Some(sample.join("2024")),
        official: Some(sample.join("2025/甲山镇2025年度政府信息公开工作年度报告.xlsx")),
        ..Plan::default()
    };
    let outcome = pipeline::run(&plan, &|_| ()).expect("a run that ends");
    report(&faults_of("the sample", &outcome).into_iter().collect());
}

#[test]
fn errors_speak_one_language() {
    use io::ErrorKind as CellKind;
    let kinds = [
        CellKind::NotFound,
        CellKind::PermissionDenied,
        CellKind::AlreadyExists,
        CellKind::StorageFull,
        CellKind::QuotaExceeded,
        CellKind::ReadOnlyFilesystem,
        CellKind::NotADirectory,
        CellKind::IsADirectory,
        CellKind::InvalidFilename,
        CellKind::ResourceBusy,
        CellKind::ExecutableFileBusy,
        CellKind::UnexpectedEof,
        CellKind::InvalidData,
        CellKind::TimedOut,
        CellKind::Other,
    ];
    let mut all = BTreeSet::new();
    for kind in kinds {
        let path = PathBuf::from("报送.xlsx");
        let error = Error::Path { path, source: io::Error::new(kind, "no words of its own") };
        let Message { zh, en } = error.message();
        let en = en.replacen("报送.xlsx", "“报送.xlsx”", 1);
        all.extend(faults(&format!("{kind:?}"), &Message { zh, en }));
    }
    let nothing = Error::NothingToRead("inputs.zip".to_owned()).message();
    all.extend(faults("nothing to read", &nothing));
    let data = Error::Data { name: "forms/2021.toml".to_owned(), why: "line 3".to_owned() }.message();
    all.extend(latin_in(&data.zh.replace("forms/2021.toml", "").replace("line 3", "")));
    all.extend(faults("no rule", &rules::no_rule("X99")));
    report(&all);
}

/// Returns the output of the program.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_huizong")).args(arguments).output().expect("a binary that starts");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn help_and_refusals_speak_one_language() {
    let roster = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    std::fs::write(roster.path(), "单位名称,截止日期\n甲镇,2025-01-20\n甲镇,2025-01-20\n").expect("a file");
    let settings = tempfile::tempdir().expect("a folder");
    std::fs::write(settings.path().join("huizong.toml"), "yaer = 2024\n").expect("a file");
    let (roster, settings) = (roster.path().display().to_string(), settings.path().display().to_string());
    let calls: [&[&str]; 17] = [
        &["start", "--help"],
        &["round", "--help"],
        &["round", "target"],
        &["--help"],
        &["run", "--help"],
        &["check", "--help"],
        &["rules", "--help"],
        &["forms", "--help"],
        &["run", "x"],
        &["run", "x", "-o", "y", "--yaer", "2024"],
        &["run", "x", "-o", "y", "--year", "24"],
        &["run", "x", "-o", "y", "--date", "soon"],
        &["run", "no-such-folder", "-o", "target/never"],
        &["run", "data/sample/2025", "-o", "target/never", "--roster", &roster],
        &["run", &settings, "-o", "target/never"],
        &["check", "no-such-file.xlsx"],
        &["rules"],
    ];
    let mut wrong = BTreeSet::new();
    for call in calls {
        for language in ["zh", "en"] {
            let mut arguments = call.to_vec();
            arguments.extend(["--lang", language]);
            // A path is shown as it was typed.
            let said =
                printed(&arguments).replace(&roster, "roster.csv").replace(&settings, "").replace("no-such-folder", "");
            let said = said.replace("no-such-file.xlsx", "").replace("huizong: ", "").replace("target", "");
            for line in said.lines() {
                let is_wrong = match language {
                    "zh" => !latin_in(line).is_empty() && !line.contains("yaer") && !line.contains("soon"),
                    _ => unquoted(line).chars().any(is_chinese),
                };
                if is_wrong {
                    wrong.insert(format!("{call:?} {language}: {line}"));
                }
            }
        }
    }
    report(&wrong);
}
