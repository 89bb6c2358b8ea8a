//! Figures of a report that findings are about, and the notes on them.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Answer, Finding, Severity};
use crate::form::Form;
use crate::outcome::{Identified, Outcome};
use crate::place::Spot;
use crate::source::base_name;

/// Maximum number of figures of a note that is shown at its figures; a note about more is shown at their table.
const MANY: usize = 6;

/// The findings about one submission, grouped by figure or table. Positions are those of its own form.
#[derive(Debug, Default)]
pub(super) struct Marks<'a> {
    /// By figure.
    pub(super) figures: BTreeMap<usize, Vec<Identified<'a>>>,
    /// By table, if they are not about single figures.
    pub(super) tables: BTreeMap<usize, Vec<Identified<'a>>>,
    /// About the submission as a whole.
    pub(super) whole: Vec<Identified<'a>>,
}

/// Returns the findings about each submission.
pub(super) fn by_entry(outcome: &Outcome) -> BTreeMap<usize, Marks<'_>> {
    let mut found: BTreeMap<usize, Marks<'_>> = BTreeMap::new();
    for identified in outcome.identified() {
        let finding = identified.finding;
        let Some(entry) = finding.entry() else { continue };
        let marks = found.entry(entry).or_default();
        let figures = finding.figures_involved();
        let tables = tables_of(outcome.corpus.form_of(Some(entry)), finding, &figures);
        for table in &tables {
            marks.tables.entry(*table).or_default().push(identified);
        }
        if tables.is_empty() && figures.is_empty() {
            marks.whole.push(identified);
        } else if tables.is_empty() {
            for figure in figures {
                marks.figures.entry(figure).or_default().push(identified);
            }
        }
    }
    found
}

/// Returns the tables that a finding is about as a whole.
fn tables_of(form: &Form, finding: &Finding, figures: &BTreeSet<usize>) -> BTreeSet<usize> {
    let many = finding.severity == Severity::Note && figures.len() > MANY;
    if finding.tables.is_empty() && many {
        return figures.iter().map(|figure| form.indicators[*figure].table).collect();
    }
    finding.tables.iter().copied().collect()
}

/// Returns the rules with a severity that the office has changed, in a sentence.
pub(super) fn changed_rules(outcome: &Outcome) -> Option<String> {
    let changed = outcome.settings.severities.iter();
    let changed: Vec<String> = changed.map(|(rule, severity)| format!("{rule}改为{}", severity.chinese())).collect();
    (!changed.is_empty()).then(|| format!("{}。", changed.join("，")))
}

/// Returns the highest severity of some findings; a settled finding counts as a note.
pub(super) fn heaviest(findings: &[Identified]) -> Option<Severity> {
    findings.iter().map(weight).min()
}

/// Returns the present severity of a finding; a settled finding counts as a note.
pub(super) fn weight(identified: &Identified) -> Severity {
    if identified.answer.is_settled() { Severity::Note } else { identified.finding.severity }
}

/// Returns the findings in sentences, one per line.
pub(super) fn sentences(findings: &[Identified]) -> String {
    let one = |identified: &Identified| {
        let finding = identified.finding;
        let (strength, rule, message) = (finding.severity.chinese(), finding.rule, &finding.in_full().zh);
        match identified.answer {
            Answer::Open => format!("【{strength}】{message}（{rule}）"),
            Answer::Lapsed => format!("【{strength}】{message}（数字已变，原说明失效）（{rule}）"),
            Answer::Refused => {
                format!("【{strength}】{message}（单位说明未采纳：{}）（{rule}）", identified.explanation)
            }
            Answer::Explained => format!("【已说明】{message}（单位说明：{}）（{rule}）", identified.explanation),
            Answer::Corrected => format!("【已代为更正】{message}（{}）（{rule}）", identified.explanation),
        }
    };
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Returns the note on a figure: the office's correction, the findings, and the place in the file. `None` if there is
/// neither a correction nor a finding.
pub(super) fn note(outcome: &Outcome, entry: usize, position: usize, found: &[Identified]) -> Option<String> {
    let corrected = outcome.corrected_in_words((entry, position));
    let corrected = (!corrected.is_empty()).then(|| format!("【已代为更正】{corrected}"));
    let sentences = (!found.is_empty()).then(|| sentences(found));
    let said: Vec<String> = corrected.into_iter().chain(sentences).collect();
    (!said.is_empty()).then(|| format!("{}\n{}", said.join("\n"), origin(outcome, entry, position)))
}

/// Returns the place of a figure in the file it was read from.
pub(super) fn origin(outcome: &Outcome, entry: usize, position: usize) -> String {
    let file = base_name(&outcome.corpus.entries[entry].submission.file);
    let figure = outcome.corpus.report(entry).and_then(|(report, _)| report.figures.get(position));
    let Some(place) = figure.and_then(|figure| figure.place()) else {
        return format!("原文件：{file}（文件中没有这一格）");
    };
    let sheet = if place.sheet.is_empty() { String::new() } else { format!("，工作表“{}”", place.sheet) };
    let spot = match place.spot {
        Spot::Sheet { .. } => format!("，单元格{}", place.spot),
        Spot::Table { table, row, column } => format!("，第{table}个表格第{}行第{}列", row + 1, column + 1),
        Spot::Page { page, row, column } => format!("，第{page}页表格第{}行第{}列", row + 1, column + 1),
        Spot::Text => "，正文".to_owned(),
    };
    format!("原文件：{file}{sheet}{spot}")
}
