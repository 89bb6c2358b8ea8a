//! Real reports of real offices, which are kept outside the project. If they are missing, the tests are skipped with a
//! message.

#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use huizong::amount::State;
use huizong::finding::Finding;
use huizong::finding::Severity;
use huizong::outcome::Outcome;
use huizong::pipeline::{self, Plan};
use rust_decimal::Decimal;

/// Returns a path next to the project, if it exists.
fn beside(part: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared").join(part);
    if !path.exists() {
        eprintln!("skipped: {part} is not beside the project");
        return None;
    }
    Some(path)
}

fn run(inputs: Vec<PathBuf>, roster: Option<PathBuf>) -> Outcome {
    let plan = Plan { inputs, roster, ..Plan::default() };
    pipeline::run(&plan, &|_| {}).expect("the run goes through")
}

/// Returns the state and value of each indicator of the report in a file.
fn figures(outcome: &Outcome, file: &str) -> BTreeMap<String, (State, Option<Decimal>)> {
    let entry = outcome.corpus.entries.iter().position(|entry| entry.submission.file == file);
    let (report, form) =
        entry.and_then(|entry| outcome.corpus.report(entry)).unwrap_or_else(|| panic!("no report in {file}"));
    let figures = form.indicators.iter().zip(report.figures.iter());
    let shown = if report.combined { figures.len() } else { form.official };
    figures.take(shown).map(|(indicator, figure)| (indicator.id.clone(), (figure.state, figure.value))).collect()
}

/// Returns the ids of the failed checks of a finding.
fn checks(outcome: &Outcome, finding: &Finding) -> Vec<String> {
    let form = outcome.corpus.form_of(finding.entry());
    finding.checks.iter().map(|check| check.id(form)).collect()
}

/// Returns the first indicator of a finding.
fn indicator<'a>(outcome: &'a Outcome, finding: &Finding) -> &'a str {
    finding.indicators(outcome.corpus.form_of(finding.entry())).first().copied().unwrap_or_default()
}

/// Returns the codes of the findings, with their equations.
fn found(outcome: &Outcome) -> BTreeSet<String> {
    let line = |finding: &Finding| format!("{} {}", finding.rule, checks(outcome, finding).join(";"));
    outcome.findings.iter().map(|finding| line(finding).trim_end().to_owned()).collect()
}

fn count(outcome: &Outcome, file: &str, table: &str, state: State) -> usize {
    let of_table =
        |(indicator, (found, _)): &(String, (State, Option<Decimal>))| indicator.starts_with(table) && *found == state;
    figures(outcome, file).into_iter().filter(of_table).count()
}

#[test]
fn every_cell_and_equation_of_a_real_county_is_right() {
    let mut compared = 0;
    for set in ["pingtan-2021", "pingtan-2022", "pingtan-2023", "pingtan-2023-official", "suqian-2023", "suqian-2024"] {
        let Some(folder) = beside(&format!("real/{set}")) else { return };
        let roster = Some(folder.join("roster.csv")).filter(|roster| roster.exists());
        let outcome = run(vec![folder.join("submissions")], roster);
        let truth = std::fs::read_to_string(folder.join("truth.json")).expect("the truth");
        let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
        for report in truth.as_array().expect("a list") {
            let file = report["file"].as_str().expect("a file");
            let read = figures(&outcome, file);
            for (indicator, value) in report["values"].as_object().expect("figures") {
                let expected: Option<Decimal> =
                    value.as_number().map(|number| number.to_string().parse().expect("a number"));
                assert_eq!(
                    read[indicator].1.map(|value| value.normalize()),
                    expected.map(|value| value.normalize()),
                    "{file} {indicator}"
                );
                compared += 1;
            }
            let of_file = outcome.findings.iter().filter(|finding| outcome.file_of(finding) == file);
            let reported: BTreeSet<String> = of_file.flat_map(|finding| checks(&outcome, finding)).collect();
            let broken = report["broken"].as_array().expect("a list").iter();
            let broken = broken.filter_map(|check| check.as_str()).map(str::to_owned).collect();
            assert_eq!(reported, broken, "{file}");
        }
    }
    assert!(compared > 5000, "{compared} cells");
}

#[test]
fn a_county_and_its_units_are_bridged() {
    let (Some(county), Some(units)) = (beside("real/pingtan-2023-official/submissions"), beside("real/pingtan-2023"))
    else {
        return;
    };
    let plan = Plan {
        inputs: vec![units.join("submissions")],
        roster: Some(units.join("roster.csv")),
        official: Some(county.join("平潭综合实验区2023年年报.xlsx")),
        ..Plan::default()
    };
    let outcome = pipeline::run(&plan, &|_| {}).expect("the run goes through");
    let said: BTreeMap<&str, &str> = outcome
        .findings
        .iter()
        .filter(|finding| finding.rule.text() == "R01")
        .map(|finding| (indicator(&outcome, finding), finding.in_full().zh.as_str()))
        .collect();
    let differs = |total: &&huizong::rollup::Total| {
        let official = outcome.corpus.official_figure(total.position).and_then(|figure| figure.value);
        official.is_some_and(|official| total.total.is_some_and(|total| total != official))
    };
    let differing: BTreeSet<&str> = outcome
        .totals
        .iter()
        .filter(differs)
        .map(|total| outcome.corpus.form().indicators[total.position].id.as_str())
        .filter(|indicator| *indicator != "t2.administrative_fees.amount")
        .collect();
    assert_eq!(
        said.keys().copied().collect::<BTreeSet<_>>(),
        differing,
        "every difference, the rounding of money apart"
    );
    let says =
        |indicator: &str, words: &str| assert!(said[indicator].contains(words), "{indicator}: {}", said[indicator]);
    says(
        "t3.received.total",
        "经济发展局更正后合计减少3；平潭综合实验区农业农村局更正后合计增加7；其余+8可能在未计入合计的平潭综合实验区公安局，数量无法推算",
    );
    says("t3.carried_in.total", "相差-7：平潭综合实验区农业农村局更正后合计减少7。");
    says("t3.partly_granted.business", "相差-1：平潭综合实验区自然资源与生态环境局更正后合计减少1。");
    says("t2.penalties.processed", "这个差额可能在未计入合计的平潭综合实验区公安局，数量无法推算。");
    says("t2.normative_documents.issued", "未填数或无法识别的平潭综合实验区管委会办公室、");
}

#[test]
fn the_first_report_of_all_reads_as_two_hundred_zeros() {
    let Some(seed) = beside("seed/gaoshi-township-2021.txt") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let roster = folder.path().join("roster.csv");
    std::fs::write(&roster, "unit,kind\n高市乡,乡镇\n甲山镇,乡镇\n乙水乡,乡镇\n").expect("a roster");
    let outcome = run(vec![seed], Some(roster));
    assert_eq!((outcome.corpus.year.known(), outcome.corpus.form().id.as_str()), (Some(2021), "2021"));
    let read = figures(&outcome, "gaoshi-township-2021.txt");
    assert_eq!(read.values().filter(|(_, value)| *value == Some(Decimal::ZERO)).count(), 200);
    let verdict = outcome.verdict();
    assert_eq!((verdict.counts.must_fix, verdict.missing), (2, Some(vec![1, 2])), "only the two that are missing");
    let notes: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.text()).collect();
    assert_eq!(notes, ["N03", "V06", "U02", "U02"]);
    assert_eq!(outcome.findings[0].severity, Severity::Note, "no statistical period is stated");
    assert_eq!(indicator(&outcome, &outcome.findings[1]), "t3.carried_out.research");
}

#[test]
fn documents_as_offices_have_them() {
    let Some(folder) = beside("real/documents") else { return };
    let one = |file: &str| run(vec![folder.join(file)], None);
    let set = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<String>>();

    let template = one("template_2021_format.docx");
    assert_eq!(
        figures(&template, "template_2021_format.docx").values().filter(|(state, _)| *state == State::Blank).count(),
        200
    );
    assert_eq!(found(&template), set(&["F06"]));

    let printed = one("hongze_2023.pdf");
    let read = figures(&printed, "hongze_2023.pdf");
    let value = |indicator: &str| read[indicator].1.map(|value| value.to_string());
    assert_eq!(value("t2.administrative_fees.amount").as_deref(), Some("7730.28"));
    assert_eq!(
        value("t3.unavailable.needs_creation.total").as_deref(),
        Some("3"),
        "the row that a page break cuts off"
    );
    assert_eq!(value("t4.litigation_after_review.upheld").as_deref(), Some("5"));
    assert_eq!(
        count(&printed, "hongze_2023.pdf", "t3", State::Number),
        22 * 7,
        "one label has lost characters in print"
    );
    assert!(found(&printed).is_superset(&set(&["S04 t4:litigation_after_review", "S04 t4:review"])));

    let pictures = one("pages_futian_jiedao_2024.txt");
    assert_eq!((pictures.findings.len(), found(&pictures)), (3, set(&["F05"])));

    let lost = "pages_xiongxian_xiang_2019.txt";
    let outcome = one(lost);
    assert_eq!(count(&outcome, lost, "t", State::Number), 0);
    assert!(found(&outcome).contains("F06"));

    let cut = "pages_huichang_zhongcunxiang_2020.txt";
    let outcome = one(cut);
    let read = figures(&outcome, cut);
    let value = |indicator: &str| read[indicator].1.map(|value| value.to_string());
    assert_eq!(value("t2.normative_documents.total_published").as_deref(), Some("5"));
    assert_eq!(value("t2.procurement.amount").as_deref(), Some("8040"));
    assert_eq!((count(&outcome, cut, "t2", State::Number), count(&outcome, cut, "t3", State::Absent)), (8, 161));
    assert!(found(&outcome).contains("F05"));

    let fused = "pt_haitan_2023_fused.txt";
    let outcome = one(fused);
    let states = |table| (count(&outcome, fused, table, State::Number), count(&outcome, fused, table, State::Absent));
    assert_eq!([states("t2"), states("t3"), states("t4")], [(7, 3), (161, 21), (15, 0)]);
    assert_eq!(found(&outcome), set(&["F07", "V06"]));

    let leftover = one("pt_junshan_2022_fused.txt");
    let broken = "S02 concluded:natural_person;concluded:other_organisation;concluded:total";
    let in_totals = "R02 concluded:natural_person;concluded:other_organisation;concluded:total";
    assert_eq!(found(&leftover), set(&[broken, in_totals, "V11"]));

    let torn = "shuyang_2025.md";
    let outcome = one(torn);
    let read = figures(&outcome, torn);
    let total = |row: &str| read[&format!("t3.{row}.total")].1.map(|value| value.to_string());
    assert_eq!([total("received"), total("granted")].map(Option::unwrap_or_default), ["713", "294"]);
    assert_eq!(total("concluded_total"), None, "its headings name other things");
    assert_eq!(count(&outcome, torn, "t4", State::Number), 15);
}

/// Returns the findings on the prose of a run's reports: rule, severity, file and figure.
fn said_of_words(outcome: &Outcome) -> Vec<String> {
    let is_of_words = |code: &str| code.starts_with('N') || code == "U06";
    let found = outcome.findings.iter().filter(|finding| is_of_words(finding.rule.text()));
    let line = |finding: &Finding| {
        let (file, indicator) = (outcome.file_of(finding), indicator(outcome, finding));
        format!("{} {} {file} {indicator}", finding.rule, finding.severity.word()).trim_end().to_owned()
    };
    found.map(line).collect()
}

#[test]
fn words_are_accused_of_what_they_say_and_of_nothing_else() {
    // All of these have only 无 in the fifth part.
    let nothing_on_problems = [
        ("pingtan-2021", &[][..]),
        (
            "pingtan-2022",
            &["平潭综合实验区苏平片区管理局2022年年报.html", "平潭综合实验区金井片区管理局2022年年报.docx"],
        ),
        (
            "pingtan-2023",
            &[
                "平潭综合实验区交通与建设局2023年年报.html",
                "平潭综合实验区社会事业局2023年年报.html",
                "平潭综合实验区管委会办公室2023年年报.docx",
                "平潭综合实验区经济发展局2023年年报.docx",
                "平潭综合实验区综合执法与应急管理局2023年年报.txt",
            ],
        ),
        ("pingtan-2023-official", &[]),
        ("suqian-2023", &[]),
        ("suqian-2024", &["宿迁市人民政府2024年年报.html"]),
    ];
    for (set, files) in nothing_on_problems {
        let Some(folder) = beside(&format!("real/{set}")) else { return };
        let roster = Some(folder.join("roster.csv")).filter(|roster| roster.exists());
        let mut found = said_of_words(&run(vec![folder.join("submissions")], roster));
        let mut expected: Vec<String> = files.iter().map(|file| format!("N06 note {file}")).collect();
        if set == "pingtan-2023" {
            // The text says that none was received; the table has three.
            expected.push("N02 must_fix 平潭综合实验区经济发展局2023年年报.docx t3.received.total".to_owned());
        }
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{set}");
    }
}
