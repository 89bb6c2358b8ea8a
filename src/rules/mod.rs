//! The rule catalogue. A rule is a constant and a function over the corpus, in a file named for its code. Its manual
//! page lies beside it, and `rules!` below lists it in one line. The examples of a page are run as its tests.

#![expect(clippy::unnecessary_wraps, reason = "rules share one signature; those on words can fail")]

mod bridge;
mod builders;
mod claims;
mod equations;
mod last_year;
mod located;
mod queries;
mod similarity;
mod wording;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every rule, in code order.
        pub const ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules![
    f01_unreadable,
    f02_password,
    f03_not_this_form,
    f04_superseded_form,
    f05_table_missing,
    f06_table_empty,
    f07_row_or_column_missing,
    f08_other_year_copy,
    f09_limit_exceeded,
    f10_left_aside,
    f11_form_damaged,
    n01_words_differ,
    n02_none_against_some,
    n03_period,
    n04_other_year_in_words,
    n05_no_fee_statement,
    n06_sections,
    n07_copied_text,
    n08_breakdown_does_not_add_up,
    p01_regulations_not_zero,
    p02_in_force_too_few,
    p03_yuan_for_ten_thousand,
    p04_suits_after_no_review,
    r01_official_differs,
    r02_totals_do_not_balance,
    s01_balance_broken,
    s02_outcomes_do_not_add_up,
    s03_row_does_not_add_up,
    s04_table4_does_not_add_up,
    s05_outcomes_without_applications,
    u01_not_on_roster,
    u02_missing,
    u03_several_submissions,
    u04_other_year,
    u05_late,
    u06_other_body,
    u07_year_unknown,
    u08_output_twice,
    v01_blank,
    v02_not_applicable,
    v03_not_a_number,
    v04_negative,
    v05_fraction,
    v06_unusual_notation,
    v07_formula,
    v08_hidden,
    v09_merged,
    v10_read_by_sums,
    v11_unplaced,
    v12_money_unit_unknown,
    y01_carried_in_differs,
    y02_in_force_does_not_follow,
    y03_same_as_last_year,
    y04_unusual_change,
    y05_outlier_among_peers,
];

pub use p03_yuan_for_ten_thousand::yuan_bound;

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::{Corpus, Disposition};
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity, Subject, Suspect};
use crate::message::Message;
use crate::place::CellRange;
use crate::rollup::{Corrections, Rollup};
use equations::Broken;

/// A rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Its code; a code is never reused.
    pub code: Code,
    /// The problem, in English words joined by hyphens.
    pub name: &'static str,
    /// The problem, in Chinese.
    pub title: &'static str,
    /// Its severity unless the office changes it.
    pub severity: Severity,
    /// Its manual page.
    pub page: &'static str,
    /// How it makes its findings.
    pub check: Check,
}

/// The input and function of a rule.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A query over the corpus.
    Corpus(fn(&Corpus) -> Result<Vec<Finding>>),
    /// The form's sums that bear the rule's code. The causes of broken sums are located once for all such rules. If one
    /// cause breaks sums of several rules, the finding belongs to the first of them.
    Sums,
    /// A query over the corpus and the broken sums.
    Broken(fn(&Corpus, &[Broken]) -> Result<Vec<Finding>>),
    /// A query over the corpus and the county's totals.
    Totals(fn(&Corpus, &Rollup) -> Result<Vec<Finding>>),
    /// A check of the outputs that a roll-up is given; a run finds nothing.
    Levels,
}

const _: () = {
    let mut at = 1;
    while at < ALL.len() {
        assert!(comes_before(ALL[at - 1].code, ALL[at].code), "rules are listed in code order, each code once");
        at += 1;
    }
};

const fn comes_before(a: Code, b: Code) -> bool {
    let (a, b) = (a.text().as_bytes(), b.text().as_bytes());
    let (a, b) = ([a[0], a[1], a[2]], [b[0], b[1], b[2]]);
    u32::from_be_bytes([0, a[0], a[1], a[2]]) < u32::from_be_bytes([0, b[0], b[1], b[2]])
}

/// Returns the rule of a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.code.text().eq_ignore_ascii_case(code))
}

/// Returns the message that there is no rule with a code.
#[must_use]
pub fn no_rule(code: &str) -> Message {
    Message::new(format!("没有规则 {code}"), format!("there is no rule {code}"))
}

/// Returns the findings of all rules that do not need the totals, in the order of every output: by unit, submission,
/// rule and place. `changed` holds the severities that the office has changed, by rule code.
///
/// # Errors
/// `Error::Data` if a data file of a rule is malformed, which a test rules out.
pub fn check(corpus: &Corpus, changed: &BTreeMap<String, Severity>) -> Result<Vec<Finding>> {
    let broken = equations::broken(corpus);
    let mut findings = Vec::new();
    for rule in ALL {
        match rule.check {
            Check::Corpus(check) => findings.extend(check(corpus)?),
            Check::Broken(check) => findings.extend(check(corpus, &broken)?),
            Check::Sums | Check::Totals(_) | Check::Levels => {}
        }
    }
    findings.extend(located::findings(corpus, &broken));
    override_and_sort(corpus, changed, &mut findings);
    Ok(findings)
}

/// Returns the findings of the rules that check the totals, in the same order. The totals depend on the other findings.
///
/// # Errors
/// `Error::Data` if a data file of a rule is malformed, which a test rules out.
pub fn reconcile(corpus: &Corpus, rollup: &Rollup, changed: &BTreeMap<String, Severity>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in ALL {
        if let Check::Totals(check) = rule.check {
            findings.extend(check(corpus, rollup)?);
        }
    }
    override_and_sort(corpus, changed, &mut findings);
    Ok(findings)
}

/// Returns the figures that the findings show to be certainly wrong, each with its right value if there is only one. A
/// figure is certainly wrong if it is no number, negative or a fraction, or if it alone explains broken sums.
#[must_use]
pub fn corrections(corpus: &Corpus, findings: &[Finding]) -> Corrections {
    let mut found = Corrections::new();
    for finding in findings.iter().filter(|finding| !finding.is_corrected) {
        let (Some(entry), [position]) = (finding.entry(), finding.figures.as_slice()) else { continue };
        let Some((_, form)) = corpus.report(entry) else { continue };
        let is_sum = finding.rule.text().starts_with('S');
        let is_counted = corpus.entries[entry].disposition == Disposition::Counted;
        if !is_counted || !is_sum && !corpus.is_invalid(entry, *position) {
            continue;
        }
        let item = &form.indicators[*position];
        let right = finding.expected.filter(|right| item.accepts(*right));
        let is_certain = right.is_some() || finding.suspects == [[Suspect { figure: *position, value: None }]];
        if is_certain && (right.is_some() || is_sum) {
            let known = found.entry((entry, *position)).or_insert(right);
            *known = known.or(right);
        }
    }
    found
}

/// Returns the findings after the office's corrections, together with those that the corrections settle, in the order
/// of every output.
#[must_use]
pub fn merge_corrected(corpus: &Corpus, before: Vec<Finding>, mut after: Vec<Finding>) -> Vec<Finding> {
    type FindingKey<'a> = (Code, Subject, &'a [usize], &'a [usize], &'a [FailedCheck], &'a [CellRange]);
    fn identity(finding: &Finding) -> FindingKey<'_> {
        let Finding { rule, subject, tables, figures, checks, cells, .. } = finding;
        (*rule, *subject, tables, figures, checks, cells)
    }
    let entries: BTreeSet<usize> = corpus.corrected.keys().map(|(entry, _)| *entry).collect();
    let left: BTreeSet<_> = after.iter().map(identity).collect();
    let is_settled = |finding: &Finding| {
        finding.entry().is_some_and(|entry| entries.contains(&entry)) && !left.contains(&identity(finding))
    };
    let settled: Vec<Finding> = before.into_iter().filter(is_settled).collect();
    after.extend(settled.into_iter().map(|finding| Finding { is_corrected: true, ..finding }));
    sort(corpus, &mut after);
    after
}

/// Applies the severities changed by the office, then sorts.
fn override_and_sort(corpus: &Corpus, changed: &BTreeMap<String, Severity>, findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        finding.severity = changed.get(finding.rule.text()).copied().unwrap_or(finding.severity);
    }
    sort(corpus, findings);
}

/// Sorts findings in the order of every output. A finding about a table comes at the first figure of the table.
fn sort(corpus: &Corpus, findings: &mut [Finding]) {
    findings.sort_by_cached_key(|finding| {
        let table = finding.tables.first();
        let first_of_table = table.and_then(|table| corpus.form_of(finding.entry()).of_table(*table).next());
        let figure = first_of_table.or(finding.figures.first().copied()).unwrap_or(usize::MAX);
        let Finding { rule, sheets, cells, checks, .. } = finding;
        let unit = finding.unit().unwrap_or(usize::MAX);
        (unit, finding.entry(), *rule, figure, sheets.clone(), cells.clone(), checks.clone())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_file_is_listed_and_has_its_page() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let names =
            std::fs::read_dir(folder).expect("the folder of rules").map(|entry| entry.expect("an entry").file_name());
        let mut files: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
        files.retain(|name| name.as_bytes()[1..3].iter().all(u8::is_ascii_digit));
        files.sort();
        let mut expected = Vec::new();
        for rule in ALL {
            let stem = format!("{}_{}", rule.code.text().to_lowercase(), rule.name.replace('-', "_"));
            expected.extend([format!("{stem}.md"), format!("{stem}.rs")]);
        }
        assert_eq!(files, expected);
    }

    #[test]
    fn every_page_has_its_sections() {
        for rule in ALL {
            assert!(rule.page.starts_with(&format!("# {} {}\n", rule.code, rule.title)), "{}", rule.code);
            let mut at = 0;
            for section in ["\n## 查什么\n", "\n## 依据\n", "\n## 怎么办\n", "\n## 例\n"] {
                let found = rule.page[at..].find(section);
                assert!(found.is_some(), "{} lacks{section}", rule.code);
                at += found.unwrap_or(0);
            }
        }
    }
}
