//! The same report reads the same in every format. `scripts/sample` writes the files; LibreOffice made the doc and rtf
//! from the docx, and the wps has an additional stream as WPS writes it.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use huizong::amount::Notation;
use huizong::submission::{Reader, Report, Submission};

/// Reads all files and returns their submissions, ordered by file name.
fn submissions() -> Vec<Submission> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let reader = Reader::official().expect("data files are well formed");
    let mut read = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        let bytes = std::fs::read(entry.path()).expect("a readable file");
        let mut of_file = reader.read(&entry.file_name().to_string_lossy(), &bytes);
        assert_eq!(of_file.len(), 1, "{}", entry.path().display());
        read.append(&mut of_file);
    }
    read
}

fn report(submission: &Submission) -> &Report {
    submission.report().unwrap_or_else(|| panic!("{}: {:?}", submission.file, submission.content))
}

#[test]
fn every_kind_of_file_gives_the_same_figures() {
    let all = submissions();
    assert_eq!(all.len(), 25);
    let first = report(&all[0]);
    assert!(first.figures.iter().filter(|figure| figure.value.is_some_and(|value| !value.is_zero())).count() > 20);
    for submission in &all {
        let report = report(submission);
        assert_eq!(report.form, first.form, "{}", submission.file);
        assert!(report.unassigned.is_empty() && !report.combined, "{}", submission.file);
        for (at, (figure, same)) in report.figures.iter().zip(first.figures.iter()).enumerate() {
            let file = &submission.file;
            assert_eq!((figure.state, figure.value), (same.state, same.value), "{file} figure {at}: {figure:?}");
            assert!(figure.addable || figure.value.is_none(), "{file} figure {at}");
            assert_eq!(figure.notation, Notation::empty(), "{file} figure {at}: {figure:?}");
        }
    }
}

#[test]
fn every_kind_of_file_says_whose_and_for_which_year() {
    for submission in submissions() {
        let file = &submission.file;
        assert_eq!(submission.year, Some(2025), "{file}");
        assert_eq!(submission.names[0].text, "示例县甲山镇人民政府", "{file}");
    }
}

#[test]
fn every_kind_of_file_says_the_same_in_words() {
    for submission in &submissions() {
        let (narrative, file) = (&submission.narrative, &submission.file);
        let ids: Vec<Option<&str>> = narrative.sections.iter().map(|section| section.id.as_deref()).collect();
        let expected = [None, Some("overview"), Some("proactive"), Some("requests"), Some("disputes")];
        assert_eq!(ids, expected, "{file}");
        assert_eq!(narrative.sections[1].paragraphs.len(), 2, "{file}");
        assert_eq!(narrative.title.as_deref(), Some("示例县甲山镇人民政府2025年政府信息公开工作年度报告"), "{file}");
        let period = narrative.period.as_ref().map(|period| period.text.as_str()).unwrap_or_default();
        assert!(period.contains("2025年1月1日至2025年12月31日"), "{file}");
        let places =
            narrative.sections.iter().flat_map(|section| &section.paragraphs).map(|paragraph| &paragraph.place);
        let is_on_sheet = narrative.period.as_ref().is_some_and(|period| period.place.is_some());
        assert!(places.into_iter().all(|place| place.is_some() == is_on_sheet), "{file}");
    }
}
