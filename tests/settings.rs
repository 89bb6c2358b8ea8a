//! The settings beside the inputs: their effect, and the ways in which Notepad and Windows change the file.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "common/program.rs"]
mod program;

use program::{huizong, rows, sample};

/// A submission of the sample county.
const SUBMISSION: &str = "自然资源局2025年度政府信息公开工作年度报告.ods";

#[test]
fn the_file_beside_the_inputs_sets_options_and_strengths() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    std::fs::copy(sample("2025").join(SUBMISSION), inputs.join(SUBMISSION)).expect("a copy");
    std::fs::copy(sample("roster.csv"), folder.path().join("roster.csv")).expect("a copy");
    let settings = |text: &str| std::fs::write(inputs.join("huizong.toml"), text).expect("settings");
    let out = folder.path().join("out");
    let run =
        |more: &[&str]| huizong().arg("run").arg(&inputs).arg("-o").arg(&out).args(["--quiet"]).args(more).assert();
    settings("roster = \"../roster.csv\"\ncounty = \"示例县\"\n[severity]\nV02 = \"note\"\n");
    run(&[]).success();
    let found = rows(&out.join("data/findings.csv"));
    let strength = |rule: &str| found.iter().find(|row| row["rule"] == rule).map(|row| row["severity"].clone());
    assert_eq!(strength("V02").as_deref(), Some("note"));
    assert_eq!(strength("V09").as_deref(), Some("must_explain"));
    assert!(found.iter().any(|row| row["rule"] == "U02"), "the roster is known");
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"V02\": \"note\"") && manifest.contains("\"county\": \"示例县\""));
    let page = std::fs::read_to_string(out.join("报告.html")).expect("the page");
    assert!(page.contains("调整了规则的性质：V02改为提示"), "never silently");
    settings("[severity]\nV02 = \"sometimes\"\n");
    run(&[]).code(2);
    settings("no_such_option = 1\n");
    run(&[]).code(2);
    settings("jobs = 0\n");
    run(&[]).code(2);
    settings("jobs = 65535\n");
    run(&[]).success();
}

/// Runs one submission with a settings file of this name and content. Returns the manifest and the number of units
/// received.
fn run_with(name: &str, settings: &[u8]) -> (String, usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (inputs, out) = (folder.path().join("报送"), folder.path().join("out"));
    std::fs::create_dir_all(folder.path().join("名册")).expect("a folder");
    std::fs::create_dir(&inputs).expect("a folder");
    std::fs::copy(sample("2025").join(SUBMISSION), inputs.join(SUBMISSION)).expect("a copy");
    std::fs::copy(sample("roster.csv"), folder.path().join("名册/roster.csv")).expect("a copy");
    std::fs::write(inputs.join(name), settings).expect("settings");
    huizong().arg("run").arg(&inputs).arg("-o").arg(&out).arg("--quiet").assert().success();
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
    let received = |row: &&std::collections::BTreeMap<String, String>| !row["file"].is_empty();
    (manifest, rows(&out.join("data/units.csv")).iter().filter(received).count())
}

#[test]
fn settings_are_read_as_notepad_writes_them() {
    let text = "county = \"示例县\"\r\nroster = \"..\\名册\\roster.csv\"\r\n";
    let text = if cfg!(windows) { text.to_owned() } else { text.replace('\\', "/") };
    let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf8 = ["\u{feff}", &text].concat();
    for (encoding, bytes) in [("ANSI", &gbk[..]), ("UTF-16", &utf16), ("UTF-8", utf8.as_bytes())] {
        for name in ["huizong.toml", "huizong.toml.txt"] {
            let (manifest, received) = run_with(name, bytes);
            assert!(manifest.contains("\"county\": \"示例县\""), "{name} in {encoding}");
            assert!(manifest.contains("roster.csv"), "{name} in {encoding}: the path of the roster");
            assert_eq!(received, 1, "{name} in {encoding} is no submission");
        }
    }
}

#[test]
fn settings_of_another_case_are_no_submission() {
    let (_, received) = run_with("Huizong.TOML.txt", b"county = \"A\"\r\n");
    assert_eq!(received, 1);
}
